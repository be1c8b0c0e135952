from __future__ import annotations

import json
from typing import Any

import pandas as pd
import pytest

from tests.facts.support import GAP, PLACE, UNSEEN, fact, status, verdict
from tests.facts.test_fences import organization

ARN = "arn:aws:s3:::files"
BUCKET = {
    "exposure_class": "private", "acls_off": True, "tls_only": True, "policy_problems": (), "public_by": None,
}  # fmt: skip


# --- DATA-01


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({}, "PASS"),
        ({"exposure_class": "external"}, "PASS"),
        ({"exposure_class": "public", "public_by": "ACL"}, "FAIL critical"),
        ({"acls_off": False}, "FAIL low"),
        ({"tls_only": False}, "FAIL low"),
        ({"exposure_class": "public", "acls_off": UNSEEN}, "FAIL critical"),
        ({"exposure_class": UNSEEN}, "NOT_ASSESSED"),
        ({"tls_only": UNSEEN}, "NOT_ASSESSED"),
        ({"tls_only": False, "exposure_class": UNSEEN}, "FAIL high"),
        ({"policy_problems": ("no JSON",)}, "MANUAL"),
    ],
)
def test_private_buckets(changed: dict[str, Any], found: str) -> None:
    told = verdict("DATA-01", BUCKET | changed)
    assert told is not None
    assert " ".join(told) == found if found.startswith("FAIL") else told[0] == found


def bucket(policy: str | None = None, ownership: str | None = "BucketOwnerEnforced", **tables: Any) -> Any:
    named = {**PLACE, "resource_id": "files", "resource_arn": ARN}
    given: dict[str, Any] = {
        "s3_buckets": [{**named, "bucket": "files", "bucket_arn": ARN}],
        "s3_bucket_policies": [{**named, "policy": policy}],
        "s3_bucket_policy_status": [named],
        "s3_bucket_acls": [{**named, "owner_id": "own", "grants": "[]"}],
        "s3_bucket_ownership": [{**named, "object_ownership": ownership}],
        "s3_bucket_public_access_block": [named],
        "s3_account_public_access_block": [{**PLACE, "resource_id": PLACE["account_id"]}],
    }
    (row,) = fact("private_buckets", **given | tables)
    return row


OPEN = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"{ARN}/*"}
TLS = {
    "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": [ARN, f"{ARN}/*"],
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}  # fmt: skip


def policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def test_a_bucket_is_as_open_as_its_policy_and_its_blocks_say() -> None:
    found = bucket(policy(OPEN))
    assert (found["exposure_class"], found["public_by"], found["tls_only"]) == ("public", "resource policy", False)
    closed = bucket(policy(TLS))
    assert (closed["exposure_class"], closed["public_by"], closed["tls_only"]) == ("private", None, True)
    assert bucket()["tls_only"] is False


@pytest.mark.parametrize(("on", "kept"), [(True, True), (False, False)])
def test_the_organization_may_refuse_plain_http(on: bool, kept: bool) -> None:
    found = bucket(**organization(policy(TLS | {"Resource": "*"}), {}, on=on))
    assert (found["tls_by_policy"], found["tls_by_organization"], found["tls_only"]) == (False, kept, kept)


def test_a_bucket_without_an_ownership_setting_takes_acls() -> None:
    """As buckets did before April 2023: the default was ObjectWriter."""
    assert bucket(ownership=None)["acls_off"] is False and bucket()["acls_off"] is True


def test_the_block_of_the_account_closes_a_bucket_that_has_none() -> None:
    on = {**PLACE, "resource_id": PLACE["account_id"], "restrict_public_buckets": True}
    assert bucket(policy(OPEN), s3_account_public_access_block=[on])["exposure_class"] == "private"


# --- DATA-04

KEY = {"is_customer": True, "state": "Enabled", "rotatable": True, "rotates": True, "exposure_class": "private",
       "external_principals": (), "policy_problems": ()}  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({}, "PASS"),
        ({"exposure_class": "organization"}, "PASS"),
        ({"rotatable": False, "rotates": None}, "PASS"),
        ({"rotates": None}, "MANUAL"),
        ({"rotates": False}, "FAIL low"),
        ({"rotates": False, "state": "Disabled"}, "PASS"),
        ({"state": "PendingDeletion", "deletion_at": pd.Timestamp("2026-07-30", tz="UTC")}, "FAIL high"),
        ({"exposure_class": "external", "external_principals": ("999999999999 (grant)",)}, "FAIL high"),
        ({"exposure_class": "external"}, "FAIL high"),
        ({"exposure_class": "public"}, "FAIL critical"),
        ({"exposure_class": UNSEEN}, "NOT_ASSESSED"),
        ({"rotates": UNSEEN}, "NOT_ASSESSED"),
        ({"policy_problems": ("no JSON",)}, "MANUAL"),
    ],
)
def test_customer_keys(changed: dict[str, Any], found: str) -> None:
    told = verdict("DATA-04", KEY | changed)
    assert told is not None
    assert " ".join(told) == found if found.startswith("FAIL") else told[0] == found


def test_a_named_third_party_may_use_a_key() -> None:
    shared = KEY | {
        "exposure_class": "external",
        "external_principals": ("arn:aws:iam::999999999999:root (grant)", "888888888888 (resource policy)"),
    }
    assert status("DATA-04", shared, known_third_parties={"999999999999": "Backup", "888888888888": ""}) == "PASS"
    assert status("DATA-04", shared, known_third_parties={"999999999999": "Backup"}) == "FAIL"


def test_keys_of_aws_are_left_out() -> None:
    assert status("DATA-04", {"is_customer": False}) is None


def key(grants: dict[str, Any], policy_: str) -> Any:
    arn = "arn:aws:kms:eu-west-1:111111111111:key/k"
    named = {**PLACE, "resource_id": "k", "resource_arn": arn, "key_arn": arn}
    about = {**named, "key_id": "k"}
    (row,) = fact(
        "customer_keys",
        kms_key_details=[{**about, "is_customer": True, "state": "Enabled", "rotatable": True}],
        kms_key_rotation=[{**named, "rotation_enabled": True}],
        kms_key_policies=[{**about, "is_customer": True, "policy": policy_}],
        kms_aliases=[{**PLACE, "resource_id": "alias/data", "alias": "alias/data", "target_key": "k"}],
        kms_grants=[{**PLACE, "resource_id": "k", "resource_arn": arn, "is_customer": True, **grants}],
        organization=[{**PLACE, "organization_id": "o-1", "management_account_id": "111111111111"}],
        organization_accounts=[{**PLACE, "id": "111111111111"}],
    )
    return row


def test_a_key_is_as_open_as_its_policy_and_its_grants() -> None:
    own = policy({"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111111111111:root"}, "Action": "kms:*"})
    found = key({"grantee": "arn:aws:iam::999999999999:root"}, own)
    assert found["exposure_class"] == "external"
    assert found["external_principals"] == ("arn:aws:iam::999999999999:root (grant)",)
    assert found["aliases"] == ("alias/data",)
    assert key({"grantee": "arn:aws:iam::111111111111:role/a"}, own)["exposure_class"] == "private"
    assert (
        key({}, policy({"Effect": "Allow", "Principal": "*", "Action": "kms:*", "Resource": "*"}))["exposure_class"]
        == "public"
    )
    assert key(GAP, own)["exposure_class"] not in ("private", "external")


@pytest.mark.parametrize(
    ("condition", "level"),
    [
        ({"kms:CallerAccount": "111111111111"}, "private"),
        ({"kms:CallerAccount": "111111111111", "kms:ViaService": "s3.eu-west-1.amazonaws.com"}, "private"),
        ({"kms:CallerAccount": "999999999999"}, "external"),
        ({"kms:ViaService": "s3.eu-west-1.amazonaws.com"}, "public"),
    ],
)
def test_everybody_of_one_account_is_not_everybody(condition: dict[str, str], level: str) -> None:
    """kms:ViaService alone says through which service, not for whom.

    https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html
    """
    everybody = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "kms:Decrypt", "Resource": "*"}
    found = key({}, policy({**everybody, "Condition": {"StringEquals": condition}}))
    assert found["exposure_class"] == level


# --- DATA-02

IMPORTANT = {"bucket": "b", "important": True, "versioning": "Enabled", "noncurrent_days": None,
             "lock_mode": "COMPLIANCE",
             "mfa_delete": None, "replica_accounts": (), "backed_up": False}  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({}, "PASS"),
        ({"noncurrent_days": 90}, "PASS"),
        ({"noncurrent_days": 7}, "FAIL medium"),
        ({"versioning": None}, "FAIL high"),
        ({"versioning": "Suspended"}, "FAIL high"),
        ({"lock_mode": None}, "FAIL medium"),
        ({"lock_mode": None, "mfa_delete": True}, "PASS"),
        ({"lock_mode": None, "replica_accounts": ("copy",)}, "PASS"),
        ({"lock_mode": None, "backed_up": True}, "PASS"),
        ({"lock_mode": UNSEEN, "backed_up": True}, "PASS"),
        ({"lock_mode": UNSEEN}, "NOT_ASSESSED"),
        ({"versioning": UNSEEN}, "NOT_ASSESSED"),
        ({"important": UNSEEN, "versioning": None}, "NOT_ASSESSED"),
        ({"important": UNSEEN}, "NOT_ASSESSED"),
        ({"bucket": None, "important": False, "buckets": 3}, "MANUAL"),
    ],
)
def test_important_buckets(changed: dict[str, Any], found: str) -> None:
    told = verdict("DATA-02", IMPORTANT | changed)
    assert told is not None
    assert " ".join(told) == found if found.startswith("FAIL") else told[0] == found


def tagged(name: str, value: str | None) -> tuple[dict[str, Any], dict[str, Any]]:
    named = {**PLACE, "resource_id": name, "resource_arn": f"arn:aws:s3:::{name}"}
    tags = json.dumps([{"Key": "Data-Classification", "Value": value}]) if value else None
    return {**named, "bucket": name, "bucket_arn": named["resource_arn"]}, {**named, "tags": tags}


def test_which_buckets_are_important() -> None:
    both = [tagged("a", "Restricted"), tagged("b", "public"), tagged("c", None)]
    rows = fact("important_buckets", s3_buckets=[one for one, _ in both], s3_bucket_tags=[tags for _, tags in both])
    assert [row["resource_id"] for row in rows] == ["a"]
    (plain, none) = tagged("a", None)
    (row,) = fact("important_buckets", s3_buckets=[plain], s3_bucket_tags=[none])
    assert (row["bucket"], row["buckets"]) == (None, 1)


def test_a_copy_in_the_same_account_is_no_second_line() -> None:
    (plain, tags) = tagged("a", "restricted")
    named = {key: plain[key] for key in ("account_id", "region", "resource_id", "resource_arn")}

    def copied(**target: Any) -> tuple[str, ...]:
        rules = json.dumps([{"Status": "Enabled", "Destination": target}])
        replication = [{**named, "replication_rules": rules}]
        (row,) = fact("important_buckets", s3_buckets=[plain], s3_bucket_tags=[tags], s3_bucket_replication=replication)
        return row["replica_accounts"]  # type: ignore[no-any-return]

    assert copied(Bucket="arn:aws:s3:::a") == ()
    assert copied(Bucket="arn:aws:s3:::far", Account="999999999999") == ("far",)
    assert copied(Bucket="arn:aws:s3:::far", Account=PLACE["account_id"]) == ()


# --- DATA-03


@pytest.mark.parametrize(
    ("store", "found"),
    [
        ({"kind": "database", "encrypted": True}, "PASS"),
        ({"kind": "database", "encrypted": None}, "MANUAL"),
        ({"kind": "database", "encrypted": False, "env_class": "prod"}, "FAIL high"),
        ({"kind": "database", "encrypted": False, "env_class": None}, "FAIL medium"),
        ({"kind": "database", "encrypted": False, "env_class": UNSEEN}, "FAIL medium"),
        ({"kind": "volume", "encrypted": False, "env_class": "prod"}, "FAIL medium"),
        ({"kind": "snapshot", "encrypted": False, "env_class": "prod"}, "FAIL low"),
        ({"kind": "file system", "encrypted": UNSEEN}, "NOT_ASSESSED"),
    ],
)
def test_encryption_at_rest(store: dict[str, Any], found: str) -> None:
    told = verdict("DATA-03", store)
    assert told is not None
    assert " ".join(told) == found if found.startswith("FAIL") else told[0] == found


def test_a_key_of_the_clients_own_where_that_is_wanted() -> None:
    store = {"kind": "database", "encrypted": True}
    assert verdict("DATA-03", {**store, "customer_key": False}, require_cmk=True) == ("FAIL", "low")
    assert status("DATA-03", {**store, "customer_key": True}, require_cmk=True) == "PASS"
    assert status("DATA-03", {**store, "customer_key": UNSEEN}, require_cmk=True) == "NOT_ASSESSED"


def test_a_table_is_always_encrypted_and_its_key_is_told() -> None:
    key = "arn:aws:kms:eu-west-1:111111111111:key/k"
    at = {**PLACE, "resource_id": "orders", "resource_arn": "arn:aws:dynamodb:eu-west-1:111111111111:table/orders"}
    keys = [{**PLACE, "resource_id": "k", "key_id": "k", "key_arn": key, "is_customer": True}]

    def table(**details: Any) -> Any:
        given = {"dynamodb_tables": [{**at, "name": "orders"}], "dynamodb_table_details": [{**at, **details}]}
        (row,) = fact("data_stores", kms_key_details=keys, **given)
        return row

    own, of_aws, unread = table(kms_key=key), table(kms_key=None), table(**GAP)
    assert (own["table_key"], own["customer_table_key"]) == (key, True)
    assert (of_aws["table_key"], of_aws["customer_table_key"]) == (None, None)
    assert {row["encrypted"] for row in (own, of_aws, unread)} == {True}
    store = {"kind": "table", "encrypted": True}
    assert status("DATA-03", {**store, "customer_table_key": UNSEEN}) == "PASS"
    assert verdict("DATA-03", {**store, "customer_table_key": None}, require_cmk=True) == ("FAIL", "low")
    assert status("DATA-03", {**store, "customer_table_key": UNSEEN}, require_cmk=True) == "NOT_ASSESSED"


# --- DATA-05

PLACED = {"buckets_total": 10, "buckets_classified": 1, "macie_status": "ENABLED", "discovered": True, "jobs": 0}


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({}, "PASS"),
        ({"discovered": False}, "FAIL"),
        ({"discovered": False, "jobs": 1}, "PASS"),
        ({"discovered": UNSEEN, "jobs": 1}, "PASS"),
        ({"discovered": UNSEEN}, "NOT_ASSESSED"),
        ({"macie_status": None}, "FAIL"),
        ({"macie_status": None, "buckets_classified": 8}, "PASS"),
        ({"macie_status": UNSEEN, "buckets_classified": 8}, "PASS"),
        ({"macie_status": UNSEEN}, "NOT_ASSESSED"),
        ({"buckets_classified": UNSEEN}, "NOT_ASSESSED"),
    ],
)
def test_sensitive_data(changed: dict[str, Any], found: str) -> None:
    assert status("DATA-05", PLACED | changed) == found


def test_another_tool_is_asked_about() -> None:
    assert status("DATA-05", {**PLACED, "macie_status": None}, discovery_tool="Lens") == "MANUAL"


def test_an_administrator_tells_of_its_members() -> None:
    (plain, none) = tagged("a", None)
    other = {"account_id": "999999999999", "region": PLACE["region"]}
    found = [{**other, "discovery_account": PLACE["account_id"], "discovery_status": "ENABLED"}]
    job = {**other, "name": "j", "job_status": "COMPLETE", "accounts": json.dumps([PLACE["account_id"]])}
    (row,) = fact("searched_places", s3_buckets=[plain], s3_bucket_tags=[none], macie2_discovery_accounts=found,
                  macie2_jobs=[job])  # fmt: skip
    assert (row["discovered"], row["jobs"], row["buckets_classified"]) == (True, 1, 0)
