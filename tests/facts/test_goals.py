"""Steps to resources: by which statements one reads or writes them, with the key they take, and what nobody can tell.

The key as well: https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from orienteer.facts.seen import Cells
from orienteer.facts.source import Source
from tests.facts.support import GAP
from tests.facts.test_edges import EC2, VENDOR, A, B, allow, arn, edges, role

AT = {"account_id": A, "region": "eu-west-1"}
LAKE = {**AT, "resource_id": "lake", "resource_arn": "arn:aws:s3:::lake"}
BUCKET, OBJECTS = "arn:aws:s3:::lake", "arn:aws:s3:::lake/*"
KEY = f"arn:aws:kms:eu-west-1:{A}:key/k-1"
FAR_KEY = f"arn:aws:kms:eu-west-1:{B}:key/k-2"


def statement(principal: Any, *actions: str, resource: str = "*", effect: str = "Allow", **condition: Any) -> Any:
    found = {"Effect": effect, "Action": list(actions), "Principal": principal, "Resource": resource}
    return found | ({"Condition": condition} if condition else {})


def document(*statements: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


LETS_ACCOUNT_IN = statement({"AWS": f"arn:aws:iam::{A}:root"}, "kms:*")


def bucket(*roles: dict[str, Any], key: str = KEY, policy: Any = None, keys: Any = (LETS_ACCOUNT_IN,)) -> Source:
    """The steps where the bucket is encrypted with this key, whose policy has these statements."""
    owner, _, name = key.split(":", 4)[4].partition(":key/")
    place = {"account_id": owner, "region": "eu-west-1", "resource_id": name, "resource_arn": key}
    return edges(
        *roles,
        s3_buckets=[{**LAKE, "bucket": "lake"}],
        s3_bucket_policies=[{**LAKE, "policy": policy}],
        s3_bucket_encryption=[{**LAKE, "algorithm": "aws:kms", "kms_key": key}],
        kms_key_policies=[{**place, "is_customer": True, "policy": document(*keys)}],
        thresholds={"crown_jewel_buckets": ("lake",)},
    )


def steps(found: Source, to: str = BUCKET) -> dict[str, Cells]:
    return {row["start"]: row for row in found.rows if row["to"] == to}


# --- the key as well


READS, DECRYPTS = allow("s3:GetObject", resource=OBJECTS), allow("kms:Decrypt", resource=KEY)


def test_who_may_read_and_not_decrypt_has_no_way() -> None:
    assert steps(bucket(role("reads", EC2, READS)))[arn("reads")]["blocked_by"] == "key"


def test_reading_takes_both_and_says_so() -> None:
    both = [*READS, {**DECRYPTS[0], "PolicyName": "key"}]
    row = steps(bucket(role("reads", EC2, both)))[arn("reads")]
    assert row["blocked_by"] is None
    assert row["by"] == ("own: statement 1", "key: statement 1", "key policy: statement 1")
    assert (row["step"].key, row["actions"]) == (KEY, ("s3:GetObject",))


def test_a_key_that_names_the_role_needs_no_policy_of_its_own() -> None:
    named = statement({"AWS": arn("reads")}, "kms:Decrypt")
    row = steps(bucket(role("reads", EC2, READS), keys=(named,)))[arn("reads")]
    assert (row["blocked_by"], row["by"]) == (None, ("own: statement 1", "key policy: statement 1"))


def test_a_key_that_lets_nobody_in_but_others_blocks() -> None:
    both = [*READS, {**DECRYPTS[0], "PolicyName": "key"}]
    other = statement({"AWS": arn("other")}, "kms:*")
    assert steps(bucket(role("reads", EC2, both), keys=(other,)))[arn("reads")]["blocked_by"] == "key"


def test_a_key_for_another_service_alone_blocks() -> None:
    both = [*READS, {**DECRYPTS[0], "PolicyName": "key"}]
    for service, blocked in (("s3", None), ("dynamodb", "key")):
        through = {"StringEquals": {"kms:ViaService": f"{service}.eu-west-1.amazonaws.com"}}
        keys = (statement({"AWS": f"arn:aws:iam::{A}:root"}, "kms:*", **through),)
        assert steps(bucket(role("reads", EC2, both), keys=keys))[arn("reads")]["blocked_by"] == blocked


def test_a_policy_that_lets_access_points_decide_is_said() -> None:
    points = document(statement("*", "s3:*", resource=OBJECTS, StringEquals={"s3:DataAccessPointAccount": A}))
    told = [gap.text for gap in bucket(role("app", READS, DECRYPTS), policy=points).gaps]
    assert any("through its access points" in text for text in told)
    assert not any("access points" in gap.text for gap in bucket(role("app", READS, DECRYPTS)).gaps)


def test_writing_takes_a_data_key() -> None:
    both = [*allow("s3:PutObject"), {**allow("kms:GenerateDataKey")[0], "PolicyName": "key"}]
    assert steps(bucket(role("writes", EC2, both)))[arn("writes")]["actions"] == ("s3:PutObject",)
    only = [*allow("s3:PutObject"), {**DECRYPTS[0], "PolicyName": "key"}]
    assert steps(bucket(role("writes", EC2, only)))[arn("writes")]["blocked_by"] == "key"


def test_administrators_of_the_bucket_need_the_key_of_another_account() -> None:
    strong = role("strong", EC2, allow("*"))
    assert steps(bucket(strong))[f"admin:{A}"]["blocked_by"] is None
    assert steps(bucket(strong, key=FAR_KEY))[f"admin:{A}"]["by"] == ("key policy: statement 1",)
    other = statement({"AWS": f"arn:aws:iam::{B}:root"}, "kms:*")
    assert steps(bucket(strong, key=FAR_KEY, keys=(other,)))[f"admin:{A}"]["blocked_by"] == "key"


def test_strangers_read_an_open_bucket_only_where_the_key_is_open_too() -> None:
    public = document(statement("*", "s3:GetObject", resource=OBJECTS))
    assert steps(bucket(policy=public))["internet"]["blocked_by"] == "key"
    vendor = document(statement({"AWS": VENDOR}, "s3:GetObject", resource=OBJECTS))
    start = f"account:{VENDOR}"
    assert steps(bucket(policy=vendor))[start]["blocked_by"] == "key"
    keys = (LETS_ACCOUNT_IN, statement({"AWS": VENDOR}, "kms:Decrypt"))
    row = steps(bucket(policy=vendor, keys=keys))[start]
    assert (row["blocked_by"], row["by"]) == (None, ("bucket policy: statement 1", "key policy: statement 2"))


def aws_managed(*roles: dict[str, Any], policy: Any = None) -> dict[str, Cells]:
    found = edges(
        *roles,
        s3_buckets=[{**LAKE, "bucket": "lake"}],
        s3_bucket_policies=[{**LAKE, "policy": policy}],
        s3_bucket_encryption=[{**LAKE, "algorithm": "aws:kms", "kms_key": None}],
        thresholds={"crown_jewel_buckets": ("lake",)},
    )
    return steps(found)


def test_a_key_that_aws_manages_serves_its_own_account_alone() -> None:
    let_in = document(statement({"AWS": B}, "s3:GetObject", resource=OBJECTS))
    found = aws_managed(role("near", EC2, READS), role("far", EC2, READS, account=B), policy=let_in)
    assert (found[arn("near")]["blocked_by"], found[arn("far", B)]["blocked_by"]) == (None, "key")


def test_a_key_of_which_nothing_was_read_is_said() -> None:
    table: dict[str, Any] = {
        "s3_buckets": [{**LAKE, "bucket": "lake"}],
        "s3_bucket_policies": [{**LAKE, "policy": None}],
        "thresholds": {"crown_jewel_buckets": ("lake",)},
    }
    unread = edges(**table, s3_bucket_encryption=[{**LAKE, **GAP}])
    assert GAP["gap"] in {gap.text for gap in unread.gaps}
    named = edges(**table, s3_bucket_encryption=[{**LAKE, "algorithm": "aws:kms", "kms_key": KEY}])
    assert [gap.text for gap in named.gaps] == [f"the policy of {KEY} was not read: it may keep out who is shown"]


# --- conditions that a caller meets by where it calls from


def test_a_network_that_a_policy_asks_for_is_a_condition_of_the_way() -> None:
    elsewhere = statement("*", "s3:*", effect="Deny", StringNotEquals={"aws:SourceVpce": "vpce-1"})
    found = edges(
        role("reads", EC2, READS),
        s3_buckets=[{**LAKE, "bucket": "lake"}],
        s3_bucket_policies=[{**LAKE, "policy": document(elsewhere)}],
        thresholds={"crown_jewel_buckets": ("lake",)},
    )
    row = steps(found)[arn("reads")]
    assert (row["blocked_by"], row["conditions"]) == (None, ("aws:sourcevpce",))


def test_a_source_that_services_alone_fill_in_lets_no_role_in() -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sourcearn"""
    by_service = statement("*", "s3:GetObject", ArnLike={"aws:SourceArn": "arn:aws:cloudfront::*"}, resource=OBJECTS)
    found = edges(
        role("idle", EC2),
        s3_buckets=[{**LAKE, "bucket": "lake"}],
        s3_bucket_policies=[{**LAKE, "policy": document(by_service)}],
        thresholds={"crown_jewel_buckets": ("lake",)},
    )
    assert arn("idle") not in steps(found)


# --- whatever else has an ARN


def jewel(name: str, *roles: dict[str, Any], **tables: Any) -> Source:
    return edges(*roles, thresholds={"crown_jewel_resources": (name,)}, **tables)


SECRET = f"arn:aws:secretsmanager:eu-west-1:{A}:secret:db-AbCdEf"
OF_SECRET = {**AT, "resource_id": "db", "resource_arn": SECRET}
LISTED = {**OF_SECRET, "secret_arn": SECRET, "secret_name": "db"}


def test_a_secret_of_the_account_and_of_whom_its_policy_names() -> None:
    let_in = document(statement({"AWS": VENDOR}, "secretsmanager:GetSecretValue"))
    found = jewel(
        SECRET,
        role("reads", EC2, allow("secretsmanager:GetSecretValue")),
        role("far", EC2, allow("secretsmanager:GetSecretValue"), account=B),
        secretsmanager_secrets=[LISTED],
        secretsmanager_secret_policies=[{**OF_SECRET, "policy": let_in}],
    )
    told = {start: row["blocked_by"] for start, row in steps(found, SECRET).items()}
    assert told == {f"admin:{A}": None, arn("reads"): None, f"account:{VENDOR}": "key"}  # it is aws/secretsmanager


def test_a_queue_that_everybody_may_send_to() -> None:
    queue = f"arn:aws:sqs:eu-west-1:{A}:jobs"
    policy = document(statement("*", "sqs:SendMessage", resource=queue))
    row = {**AT, "resource_id": "q", "resource_arn": queue, "queue_arn": queue, "policy": policy}
    found = steps(jewel(queue, sqs_queue_policies=[row]), queue)
    assert {start: step["actions"] for start, step in found.items()} == {
        f"admin:{A}": (),
        "internet": ("sqs:SendMessage",),
    }


def test_a_key_lets_in_whom_its_policy_or_a_grant_names() -> None:
    place = {**AT, "resource_id": "k-1", "resource_arn": KEY}
    grant = {**place, "grant_id": "g1", "grantee": arn("granted"), "operations": json.dumps(["Decrypt"])}
    found = jewel(
        KEY,
        role("idle", EC2),
        role("granted", EC2),
        role("allowed", EC2, allow("kms:Decrypt")),
        kms_key_policies=[{**place, "is_customer": True, "policy": document(LETS_ACCOUNT_IN)}],
        kms_grants=[grant],
    )
    told = {start: row["by"] for start, row in steps(found, KEY).items()}
    assert told == {
        f"admin:{A}": (),
        arn("granted"): ("key policy: statement 2 ('grant g1')",),
        arn("allowed"): ("own: statement 1", "key policy: statement 1"),
    }


def test_a_snapshot_is_read_by_who_may_share_it() -> None:
    snapshot = f"arn:aws:rds:eu-west-1:{A}:snapshot:nightly"
    row = {**AT, "resource_id": "nightly", "resource_arn": snapshot, "arn": snapshot}
    found = jewel(snapshot, role("shares", EC2, allow("rds:ModifyDBSnapshotAttribute")), rds_snapshots=[row])
    assert set(steps(found, snapshot)) == {f"admin:{A}", arn("shares")}
    assert not found.gaps


@pytest.mark.parametrize(
    "name, table, words",
    [
        (f"arn:aws:rds:eu-west-1:{A}:db:shop", "rds_instances", "as a user of the database itself"),
        (f"arn:aws:workspaces:eu-west-1:{A}:workspace/ws-1", "", "is not among the resources that were read"),
        ("the shop's database", "", "is not among the resources that were read"),
        (f"arn:aws:cloudtrail:eu-west-1:{A}:dashboard/d", "cloudtrail_dashboards", "which actions read or write"),
    ],
)
def test_what_no_policy_tells_is_a_gap(name: str, table: str, words: str) -> None:
    row = {**AT, "resource_id": "shop", "resource_arn": name, "arn": name}
    found = jewel(name, **({table: [row]} if table else {}))
    assert any(words in gap.text for gap in found.gaps)
    assert set(steps(found, name)) == ({f"admin:{A}"} if table else set())


def test_a_policy_that_was_not_read_is_a_gap_and_no_step() -> None:
    found = jewel(SECRET, secretsmanager_secrets=[LISTED], secretsmanager_secret_policies=[{**OF_SECRET, **GAP}])
    assert GAP["gap"] in {gap.text for gap in found.gaps}
