"""What becomes of one answer: policies that say nothing, values that are always there, ARNs that AWS does not give."""

from __future__ import annotations

from typing import Any

import pytest

from orienteer.aws.rows import rows_of
from orienteer.model import Answer, Outcome, Place, Table
from orienteer.tables import registry

PLACE = Place("111122223333", "eu-west-1", {"resource_id": "thing", "outcome": "OK"})
DOCUMENT = '{"Version": "2012-10-17", "Statement": []}'
NOTHING = ("", "  ", "null", " null\n", "[]", "{}", '""')


def read(table: Table, *pages: dict[str, Any], place: Place = PLACE) -> list[dict[str, Any]]:
    answer = Answer(table.call, Outcome.OK, pages, "", "", place.account_id, place.region)
    return [dict(zip(table.schema, row, strict=True)) for row in rows_of(table, answer, place)]


@pytest.mark.parametrize("text", [*NOTHING, [], {}])
@pytest.mark.parametrize(
    ("name", "page"),
    [
        ("s3_bucket_policies", lambda text: {"Policy": text}),
        ("sns_topic_policies", lambda text: {"Attributes": {"Policy": text}}),
        ("kms_key_policies", lambda text: {"Policy": text}),
        ("iam_aws_policy_versions", lambda text: {"PolicyVersion": {"Document": text}}),
        ("organization_policy_documents", lambda text: {"Policy": {"Content": text}}),
    ],
)
def test_a_policy_that_says_nothing_is_a_gap(name: str, page: Any, text: Any) -> None:
    (row,) = read(registry()[name], page(text))
    assert row["outcome"] == "FAILED" and "MalformedValue (account 111122223333, region eu-west-1)" in row["gap"]
    (good,) = read(registry()[name], page(DOCUMENT))
    assert good["outcome"] == "OK" and good["gap"] is None


def test_every_column_that_holds_a_policy_document_has_the_type_that_refuses_nothing() -> None:
    named = {"policy", "document", "content", "trust_policy", "inline_policies"}
    loose = [
        f"{t.name}.{c.name}" for t in registry().values() for c in t.columns if c.name in named and c.type == "json"
    ]
    assert loose == []


def test_where_there_need_not_be_a_policy_none_is_none() -> None:
    (row,) = read(registry()["sqs_queue_policies"], {"Attributes": {"QueueArn": "arn:aws:sqs:eu-west-1:1:q"}})
    assert (row["outcome"], row["policy"]) == ("OK", None)
    (row,) = read(registry()["sso_permission_set_inline_policies"], {"InlinePolicy": ""})
    assert (row["outcome"], row["policy"]) == ("OK", None)


@pytest.mark.parametrize(
    ("name", "page"),
    [
        ("kms_key_policies", {}),
        ("kms_key_policies", {"Policy": None}),
        ("iam_roles", {"RoleDetailList": [{"RoleName": "thing", "AssumeRolePolicyDocument": None}]}),
        ("iam_local_policies", {"Policies": [{"PolicyName": "thing", "PolicyVersionList": []}]}),
    ],
)
def test_what_aws_always_gives_is_a_gap_where_it_is_missing(name: str, page: dict[str, Any]) -> None:
    (row,) = read(registry()[name], page)
    assert row["outcome"] == "FAILED" and row["resource_id"] == "thing"


def test_an_inline_policy_without_a_document_costs_its_own_principal_only() -> None:
    trust = {"AssumeRolePolicyDocument": {"Statement": []}}
    roles = [
        {"RoleName": "good", "RolePolicyList": [{"PolicyName": "p", "PolicyDocument": {"Statement": []}}], **trust},
        {"RoleName": "null", "RolePolicyList": [{"PolicyName": "p", "PolicyDocument": None}], **trust},
        {"RoleName": "none", "RolePolicyList": [{"PolicyName": "p"}], **trust},
        {"RoleName": "empty", "RolePolicyList": [], **trust},
    ]
    found = {row["resource_id"]: row["outcome"] for row in read(registry()["iam_roles"], {"RoleDetailList": roles})}
    assert found == {"good": "OK", "null": "FAILED", "none": "FAILED", "empty": "OK"}


def test_snapshots_and_images_carry_the_arn_that_aws_does_not_give() -> None:
    place = Place("111122223333", "cn-north-1")
    (snapshot,) = read(registry()["ec2_public_snapshots"], {"Snapshots": [{"SnapshotId": "snap-1"}]}, place=place)
    assert snapshot["resource_arn"] == "arn:aws-cn:ec2:cn-north-1::snapshot/snap-1"
    (image,) = read(registry()["ec2_images"], {"Images": [{"ImageId": "ami-1"}]})
    assert image["resource_arn"] == "arn:aws:ec2:eu-west-1::image/ami-1"
    shared = {"VpcId": "vpc-1", "OwnerId": "444455556666"}
    own, lost = read(registry()["ec2_vpcs"], {"Vpcs": [shared, {"VpcId": "vpc-2"}]})
    assert own["resource_arn"] == "arn:aws:ec2:eu-west-1:444455556666:vpc/vpc-1" and lost["resource_arn"] is None
