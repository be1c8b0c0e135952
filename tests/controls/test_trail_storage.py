"""Keys and buckets of the trail: verdicts of rows, and what policies tell, by AWS's documents and by field cases."""

from __future__ import annotations

import json
from typing import Any

import pytest

from orienteer.facts.seen import Cells, Unseen
from orienteer.parameters import Client
from tests.facts.support import NOBODY, UNSEEN, estate, fact, judged, source, verdict

MANAGEMENT, ARCHIVE, STRANGER, FRIEND = "999900001111", "222200001111", "800800800800", "444400001111"
HOME = "eu-central-1"
TRAIL = f"arn:aws:cloudtrail:{HOME}:{MANAGEMENT}:trail/org"
KEY = f"arn:aws:kms:{HOME}:{ARCHIVE}:key/k1"
BUCKET, ARN = "org-logs", "arn:aws:s3:::org-logs"
SERVICE = {"Service": "cloudtrail.amazonaws.com"}
REFUSED = {"outcome": "DENIED", "gap": "refused"}


def equals(**keys: str) -> dict[str, Any]:
    return {"StringEquals": {name.replace("_", ":"): value for name, value in keys.items()}}


BOUND = equals(aws_SourceArn=TRAIL)


def statement(action: Any, principal: Any, condition: Any = None, resource: str = "*", effect: str = "Allow") -> Any:
    more = {"Condition": condition} if condition else {}
    return {"Effect": effect, "Action": action, "Principal": principal, "Resource": resource, **more}


def policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def organization(archive: str = "log-archive", **more: Any) -> dict[str, Any]:
    """The tables about the organization and its trail."""
    row = {
        "account_id": MANAGEMENT, "region": HOME, "resource_id": "org", "trail_name": "org", "trail_arn": TRAIL,
        "owner_account": MANAGEMENT, "home_region": HOME, "at_home": True, "is_organization": True, "kms_key": KEY,
        "bucket": BUCKET,
    }  # fmt: skip
    names = ((MANAGEMENT, "root"), (ARCHIVE, archive))
    return {
        "organization": [{"account_id": MANAGEMENT, "organization_id": "o-aaaaaaaaaa",
                          "management_account_id": MANAGEMENT}],
        "organization_accounts": [{"id": a, "resource_id": a, "name": n, "state": "ACTIVE"} for a, n in names],
        "cloudtrail_trails": [row | {"region": "eu-west-1", "at_home": False} | more, row | more],
    }  # fmt: skip


# --- TRAIL-04

ROOT = statement("kms:*", {"AWS": f"arn:aws:iam::{ARCHIVE}:root"})
ENCRYPT = statement("kms:GenerateDataKey*", SERVICE, BOUND)


def encrypted(*statements: dict[str, Any], kms_key: str | None = KEY, client: Client = NOBODY, **key: Any) -> Any:
    """Status and severity of TRAIL-04 where the key has these statements."""
    (row,) = trail_keys(*statements, kms_key=kms_key, client=client, **key)
    return verdict("TRAIL-04", row)


def trail_keys(*statements: Any, kms_key: str | None = KEY, client: Client = NOBODY, **key: Any) -> list[Cells]:
    keys = {"account_id": ARCHIVE, "region": HOME, "resource_id": "k1", "key_arn": KEY}
    given = organization(kms_key=kms_key) | key.pop("tables", {})
    return fact("trail_keys", client, **given,
                kms_key_details=[keys | {"state": "Enabled", "is_customer": True} | key],
                kms_key_policies=[keys | {"policy": policy(*statements)} | key.pop("gap", {})])  # fmt: skip


PASSED, FAILED, OPEN = ("PASS", "medium"), ("FAIL", "medium"), ("NOT_ASSESSED", "")


def test_the_trails_key() -> None:
    reader = statement("kms:Decrypt", {"AWS": f"arn:aws:iam::{MANAGEMENT}:role/reader"})
    assert encrypted(ROOT, ENCRYPT, reader) == PASSED
    assert encrypted(kms_key=None) == FAILED
    assert encrypted(ROOT, ENCRYPT, kms_key=KEY + "9") == OPEN
    assert encrypted(ROOT, ENCRYPT, kms_key="alias/elsewhere") == OPEN
    assert encrypted(ROOT, ENCRYPT, state="PendingDeletion") == ("FAIL", "critical")
    assert encrypted(ROOT, ENCRYPT, is_customer=False) == FAILED
    assert encrypted(ROOT, statement("kms:GenerateDataKey*", SERVICE)) == FAILED


def test_the_default_encryption_of_the_bucket_is_no_key_of_the_trail() -> None:
    own = {"account_id": ARCHIVE, "region": HOME, "resource_id": BUCKET}
    by_key = [own | {"algorithm": "aws:kms", "kms_key": KEY}]
    buckets = [own | {"bucket": BUCKET, "resource_arn": ARN}]
    assert encrypted(ROOT, ENCRYPT, kms_key=None, tables={"s3_buckets": buckets, "s3_bucket_encryption": by_key}) == (
        FAILED
    )


def test_a_key_is_looked_for_in_the_account_of_its_arn() -> None:
    (row,) = trail_keys(ROOT, kms_key=KEY + "9")
    told = judged("TRAIL-04", row)
    assert told and told.status == "NOT_ASSESSED" and f"account {ARCHIVE}, region {HOME}" in told.words
    dark = [{"account_id": MANAGEMENT, "region": HOME, **REFUSED}]
    (row,) = trail_keys(ROOT, kms_key=KEY, tables={"kms_aliases": dark})
    assert not isinstance(row["key"], Unseen)


def decrypt(condition: Any = None, principal: Any = "*") -> Any:
    return encrypted(ROOT, ENCRYPT, statement("kms:Decrypt", principal, condition))


def test_strangers_who_may_decrypt() -> None:
    assert decrypt() == FAILED
    assert decrypt(principal={"AWS": f"arn:aws:iam::{STRANGER}:root"}) == FAILED
    assert decrypt(equals(kms_CallerAccount=ARCHIVE)) == PASSED
    assert decrypt(equals(aws_PrincipalOrgID="o-aaaaaaaaaa")) == ("MANUAL", "medium")


@pytest.mark.parametrize("condition", [
    {"StringLike": {"kms:CallerAccount": "*"}},
    equals(kms_CallerAccount=STRANGER),
    equals(aws_PrincipalOrgID="o-zzzzzzzzzz"),
    {"StringNotEquals": {"kms:CallerAccount": ARCHIVE}},
])  # fmt: skip
def test_a_condition_that_lets_strangers_in_is_no_bound(condition: Any) -> None:
    """Field case f08: only what the condition says counts, not that it is there."""
    assert decrypt(condition) == FAILED


@pytest.mark.parametrize(("context", "found"), [
    (f"arn:aws:cloudtrail:*:{MANAGEMENT}:trail/*", PASSED),
    (f"arn:aws:cloudtrail:*:{STRANGER}:trail/*", FAILED),
    ("arn:aws:cloudtrail:*:*:trail/*", FAILED),
])  # fmt: skip
def test_cloudtrail_fills_the_encryption_context(context: str, found: Any) -> None:
    """Field case f17."""
    bound = {"StringLike": {"kms:EncryptionContext:aws:cloudtrail:arn": context}}
    assert encrypted(ROOT, statement("kms:GenerateDataKey*", SERVICE, bound)) == found


def test_a_friend_named_by_the_client_is_no_stranger() -> None:
    reader = statement("kms:Decrypt", {"AWS": f"arn:aws:iam::{FRIEND}:root"})
    assert encrypted(ROOT, ENCRYPT, reader) == FAILED
    assert encrypted(ROOT, ENCRYPT, reader, client=Client({FRIEND: "friend"})) == PASSED


def test_what_was_not_read_about_a_key() -> None:
    assert encrypted(ROOT, ENCRYPT, gap=REFUSED) == OPEN
    dark = {"organization_accounts": [{"account_id": MANAGEMENT, **REFUSED}]}
    member = statement("kms:Decrypt", {"AWS": f"arn:aws:iam::{MANAGEMENT}:root"})
    assert encrypted(ROOT, member, tables=dark) == OPEN
    assert encrypted(ROOT, member, statement("kms:Decrypt", "*"), tables=dark) == FAILED


def test_a_key_policy_that_cannot_be_read_is_asked_about() -> None:
    broken = {"policy_problems": ("statement 1: it has no Principal",), "outside_readers": (), "key_arn": KEY,
              "encrypts_for_others": (), "unnamed_readers": (),
              "key": Cells(state="Enabled", is_customer=True)}  # fmt: skip
    assert verdict("TRAIL-04", broken) == ("MANUAL", "medium")
    assert verdict("TRAIL-04", broken | {"outside_readers": UNSEEN, "encrypts_for_others": ("x",)}) == FAILED


# --- TRAIL-05

WRITE = statement("s3:PutObject", SERVICE, BOUND, f"{ARN}/AWSLogs/*")
FLAGS = ("block_public_acls", "ignore_public_acls", "block_public_policy", "restrict_public_buckets")


def held(
    *statements: dict[str, Any], owner: str = ARCHIVE, block: bool | None = True, archive: str = "log-archive",
    bucket: str = BUCKET, **more: Any,
) -> tuple[str, str] | None:  # fmt: skip
    """Status and severity of TRAIL-05 where the bucket has these statements."""
    keys = {"account_id": owner, "region": HOME, "resource_id": BUCKET, "resource_arn": ARN}
    thresholds = {name: more.pop(name) for name in ("log_admins",) if name in more}
    rows = organization(archive, bucket=bucket, is_organization=more.pop("shared", True)) | {
        "s3_buckets": [keys | {"bucket": BUCKET, "bucket_arn": ARN}],
        "s3_bucket_policies": [keys | {"policy": policy(*statements) if statements else None}],
        "s3_bucket_policy_status": [keys | {"is_public": more.pop("is_public", None)}],
        "s3_bucket_public_access_block": [keys | dict.fromkeys(FLAGS, block)],
        "s3_account_public_access_block": [{"account_id": owner, **more.pop("account_flags", {})}],
        "s3_bucket_acls": [keys | {"owner_id": "me", "grants": more.pop("grants", None)}],
        "s3_bucket_ownership": [keys | {"object_ownership": more.pop("ownership", None)}],
    }  # fmt: skip
    (row,) = estate(rows | more, Client(), thresholds).source("log_buckets").rows
    return verdict("TRAIL-05", row)


GOOD = ("PASS", "critical")
EVERYBODY = '[{"Grantee": {"URI": "http://acs.amazonaws.com/groups/global/AllUsers"}, "Permission": "READ"}]'
OTHER = '[{"Grantee": {"ID": "you", "Type": "CanonicalUser"}, "Permission": "WRITE"}]'


def test_the_log_bucket() -> None:
    deleter = statement("s3:DeleteObject", {"AWS": f"arn:aws:iam::{ARCHIVE}:role/cleaner"}, resource=f"{ARN}/*")
    assert held(WRITE) == GOOD
    assert held() == GOOD
    assert held(WRITE, statement("s3:*", {"AWS": f"arn:aws:iam::{ARCHIVE}:root"})) == GOOD
    assert held(WRITE, owner=MANAGEMENT) == ("FAIL", "high")
    assert held(WRITE, deleter) == ("FAIL", "high")
    assert held(WRITE, deleter, log_admins=(f"arn:aws:iam::{ARCHIVE}:role/cleaner",)) == GOOD
    assert held(WRITE, archive="storage") == ("MANUAL", "critical")
    assert held(WRITE, bucket="elsewhere") == OPEN
    assert held(WRITE, owner=MANAGEMENT, shared=False) == ("FAIL", "high")  # no organization trail: the own ones


@pytest.mark.parametrize(("spared", "found"), [
    ([f"arn:aws:iam::{ARCHIVE}:root"], GOOD),
    ([f"arn:aws:iam::{ARCHIVE}:root", f"arn:aws:iam::{MANAGEMENT}:root"], ("FAIL", "high")),
])  # fmt: skip
def test_a_deny_for_all_but_some_stops_all_but_those(spared: list[str], found: Any) -> None:
    deleter = statement("s3:DeleteObject", {"AWS": f"arn:aws:iam::{MANAGEMENT}:root"}, resource=f"{ARN}/*")
    deny = {"Effect": "Deny", "NotPrincipal": {"AWS": spared}, "Action": "s3:Delete*", "Resource": f"{ARN}/*"}
    assert held(WRITE, deleter) == ("FAIL", "high")
    assert held(WRITE, deleter, deny) == found


def test_public_log_buckets() -> None:
    read = statement("s3:GetObject", "*", resource=f"{ARN}/*")
    assert held(WRITE, block=None) == ("FAIL", "medium")
    assert held(WRITE, block=None, account_flags=dict.fromkeys(FLAGS, True)) == GOOD
    assert held(WRITE, block=None, is_public=True) == ("FAIL", "critical")
    assert held(WRITE, block=None, grants=EVERYBODY) == ("FAIL", "critical")
    assert held(WRITE, grants=EVERYBODY) == GOOD
    assert held(WRITE, read, block=None) == ("FAIL", "critical")
    assert held(WRITE, read) == GOOD  # RestrictPublicBuckets leaves it to the own account
    stranger = statement("s3:GetObject", {"AWS": f"arn:aws:iam::{STRANGER}:root"}, resource=f"{ARN}/*")
    assert held(WRITE, stranger) == ("FAIL", "high")


def test_a_deny_of_the_policy_stops_grants_of_the_acl() -> None:
    """Field case f14."""
    inside = {"StringNotEquals": {"aws:PrincipalOrgID": "o-aaaaaaaaaa"}}
    deny = statement("s3:*", "*", inside | {"BoolIfExists": {"aws:PrincipalIsAWSService": "false"}}, effect="Deny")
    assert held(WRITE, deny, block=None, grants=EVERYBODY) == ("FAIL", "medium")


def test_writers_by_the_acl() -> None:
    assert held(WRITE, grants=OTHER) == ("FAIL", "high")
    assert held(WRITE, grants=OTHER, ownership="BucketOwnerEnforced") == GOOD
    assert held(WRITE, grants=OTHER.replace("you", "me")) == GOOD


@pytest.mark.parametrize(("service", "condition", "found"), [
    ("cloudtrail", None, "medium"),
    ("cloudtrail", {"StringLike": {"aws:SourceArn": "arn:aws:cloudtrail:*:*:trail/*"}}, "medium"),
    ("cloudtrail", equals(aws_SourceArn=TRAIL.replace(MANAGEMENT, STRANGER)), "medium"),
    ("cloudtrail", equals(aws_SourceOrgID="o-zzzzzzzzzz"), "medium"),
    ("cloudtrail", equals(aws_SourceAccount=STRANGER), "medium"),
    ("cloudtrail", equals(aws_SourceOrgID="o-aaaaaaaaaa"), ""),
    ("config", equals(aws_SourceOrgID="o-aaaaaaaaaa"), ""),
    ("delivery.logs", equals(aws_SourceAccount=ARCHIVE), ""),
    ("config", None, "medium"),
])  # fmt: skip
def test_for_whom_services_write(service: str, condition: Any, found: str) -> None:
    """Field cases f10 (four of CloudTrail for strangers) and f12 (Config, as Control Tower sets it up)."""
    writes = statement("s3:PutObject", {"Service": f"{service}.amazonaws.com"}, condition, f"{ARN}/AWSLogs/*")
    assert held(writes) == (("FAIL", found) if found else GOOD)


def test_the_path_of_the_organization_is_no_bound() -> None:
    assert held(statement("s3:PutObject", SERVICE, None, f"{ARN}/AWSLogs/o-aaaaaaaaaa/*")) == ("FAIL", "medium")


def test_the_organizations_own_networks_are_no_strangers() -> None:
    """A bucket that lets in everybody from one VPC is open to nobody else, and the VPC may be the organization's."""
    read = statement("s3:GetObject", "*", equals(aws_SourceVpc="vpc-0abc"), f"{ARN}/*")
    own = [{"account_id": ARCHIVE, "region": HOME, "resource_id": "vpc-0abc", "vpc_id": "vpc-0abc"}]
    assert held(WRITE, read, block=None)[1] != "medium"
    assert held(WRITE, read, block=None, ec2_vpcs=own) == ("FAIL", "medium")  # for the block that is off
    lost = [{"account_id": ARCHIVE, "region": HOME, **REFUSED}]
    assert held(WRITE, read, block=None, ec2_vpcs=lost) != GOOD
    assert (held(WRITE, read, ec2_vpcs=own), held(WRITE, read, ec2_vpcs=lost)) == (GOOD, OPEN)


SOUND = {"it": Cells(account_id=ARCHIVE), "log_archive": frozenset({ARCHIVE}), "exposure_class": "private",
         "called_public": False, "open_blocks": (), "writes_for_others": (), "writers": (), "deleters": (),
         "readers_outside": (), "problems": ()}  # fmt: skip


@pytest.mark.parametrize(("row", "found"), [
    ({}, GOOD),
    ({"exposure_class": UNSEEN}, OPEN),
    ({"exposure_class": UNSEEN, "deleters": ("x",)}, ("FAIL", "critical")),
    ({"exposure_class": "external"}, GOOD),
    ({"writers": UNSEEN}, OPEN),
    ({"log_archive": UNSEEN}, OPEN),
    ({"open_blocks": UNSEEN, "writers": ("x",)}, ("FAIL", "critical")),
    ({"problems": ("x",)}, ("MANUAL", "critical")),
    ({"it": UNSEEN}, OPEN),
])  # fmt: skip
def test_log_buckets_of_which_a_part_was_not_seen(row: dict[str, Any], found: Any) -> None:
    assert verdict("TRAIL-05", SOUND | row) == found


def test_a_bucket_in_no_account_that_was_read() -> None:
    (row,) = source("log_buckets", **organization()).rows
    assert isinstance(row["it"], Unseen)
    assert (row["account_id"], row["region"], row["resource_id"]) == (MANAGEMENT, HOME, BUCKET)
    told = judged("TRAIL-05", row)
    assert told and "belongs to none of the accounts" in told.words
