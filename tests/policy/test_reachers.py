"""Who can do certain things to a bucket, one by one."""

from __future__ import annotations

from typing import Any

import pytest

from orienteer.policy.exposure import bucket_reachers, reachers

A, B, ORG = "111122223333", "444455556666", "o-abcdefghij"
GROUND: dict[str, Any] = {"account_id": A, "org_id": ORG}
LOGS = "arn:aws:s3:::log-archive"
WRITES, DELETES = ("s3:PutObject", "s3:PutObjectAcl"), ("s3:DeleteObject", "s3:DeleteBucket")
TRAIL = {"Service": "cloudtrail.amazonaws.com"}
ADMIN_ROLE = f"arn:aws:iam::{A}:role/log-admin"
ONLY_ADMIN = {"StringNotEquals": {"aws:PrincipalArn": ADMIN_ROLE}}
OF_ORG = {"StringEquals": {"aws:PrincipalOrgID": ORG}}


def doc(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def put(
    principal: Any, action: Any = "s3:PutObject", resource: Any = f"{LOGS}/*", effect: str = "Allow", **more: Any
) -> dict[str, Any]:
    return {"Effect": effect, "Principal": principal, "Action": action, "Resource": resource, **more}


NOT_ADMIN = {"Effect": "Deny", "NotPrincipal": {"AWS": ADMIN_ROLE}, "Action": "s3:Delete*", "Resource": f"{LOGS}/*"}
NO_TLS = put("*", "s3:*", effect="Deny", Condition={"Bool": {"aws:SecureTransport": "false"}})


# https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html
@pytest.mark.parametrize(("statements", "actions", "expected"), [
    ([put(TRAIL)], WRITES, {"cloudtrail.amazonaws.com"}), ([put(TRAIL)], DELETES, set()),
    ([put(TRAIL, resource=f"{LOGS}/AWSLogs/{A}/*")], WRITES, {"cloudtrail.amazonaws.com"}),
    ([put({"AWS": B}, "s3:Delete*")], DELETES, {B}), ([put({"AWS": A}, "s3:GetObject")], WRITES, set()),
    ([put({"AWS": B}, "s3:*", "arn:aws:s3:::another/*")], DELETES, set()),
    ([put({"AWS": B}, "s3:DeleteBucket", f"{LOGS}/*")], DELETES, {B}),
    ([put("*", "s3:*", Condition=OF_ORG)], DELETES, {ORG, A}),
    ([put({"AWS": [ADMIN_ROLE, B]}, "s3:*"), put("*", "s3:*", effect="Deny", Condition=ONLY_ADMIN)], DELETES, {A}),
    ([put({"AWS": [ADMIN_ROLE, B]}, "s3:*"), NOT_ADMIN], DELETES, {A}),
    ([NO_TLS, put(TRAIL)], WRITES, {"cloudtrail.amazonaws.com"}),
    ([{**put(None), "NotPrincipal": {"AWS": A}}], WRITES, {"anonymous", "anybody", "any AWS service"}),
    ([{**put(None), "NotPrincipal": {"AWS": B}, "Condition": {"StringEquals": {"aws:PrincipalAccount": [A, B]}}}],
     WRITES, {A}),
])  # fmt: skip
def test_who_writes_and_deletes(statements: list[dict[str, Any]], actions: tuple[str, ...], expected: set[str]) -> None:
    policy = doc(*({name: value for name, value in s.items() if value is not None} for s in statements))
    found = bucket_reachers(policy, actions, LOGS, **GROUND)
    assert {one.who for one in found.reachers} == expected
    assert all(set(one.actions) <= set(actions) for one in found.reachers)


def test_only_what_is_asked_about_counts() -> None:
    policy = doc(put({"AWS": B}, "s3:*", f"{LOGS}/public/*"))
    assert reachers(policy, WRITES, [f"{LOGS}/AWSLogs/*"], **GROUND).reachers == ()
    assert [one.who for one in reachers(policy, WRITES, [f"{LOGS}/*"], **GROUND).reachers] == [B]


def test_the_actions_of_a_caller_stand_together() -> None:
    policy = doc(put({"AWS": B}, "s3:*"), put({"AWS": B}, "s3:DeleteObject", effect="Deny"))
    (only,) = bucket_reachers(policy, (*WRITES, *DELETES), LOGS, **GROUND).reachers
    assert only.actions == (*WRITES, "s3:DeleteBucket") and only.level == "external"
    assert only.witness["aws:principalaccount"] == B


def test_a_deny_on_a_part_leaves_the_rest() -> None:
    part = put("*", "s3:*", f"{LOGS}/AWSLogs/*", effect="Deny")
    assert [one.who for one in bucket_reachers(doc(put({"AWS": B}), part), WRITES, LOGS, **GROUND).reachers] == [B]
    everything = put("*", "s3:*", f"{LOGS}*", effect="Deny")
    assert bucket_reachers(doc(put({"AWS": B}), everything), WRITES, LOGS, **GROUND).reachers == ()


# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notresource.html
@pytest.mark.parametrize(("spared", "expected"), [(f"{LOGS}/public/*", [B]), ("arn:aws:s3:::another/*", [])])
def test_a_deny_leaves_what_it_spares(spared: str, expected: list[str]) -> None:
    rest = {**put("*", "s3:*", effect="Deny"), "NotResource": spared}
    del rest["Resource"]
    found = bucket_reachers(doc(put({"AWS": B}, resource=f"{LOGS}*"), rest), WRITES, LOGS, **GROUND)
    assert [one.who for one in found.reachers] == expected


# https://docs.aws.amazon.com/organizations/latest/userguide/orgs_delegate_policies.html
@pytest.mark.parametrize(("statement", "level", "whom"), [
    (put({"AWS": f"arn:aws:iam::{B}:root"}, "organizations:CreatePolicy", "*"), "external", {B}),
    (put({"AWS": B}, "*", "*"), "external", {B}), (put({"AWS": B}, "organizations:Describe*", "*"), "private", set()),
    (put("*", "organizations:*", "*", Condition=OF_ORG), "organization", {ORG, A}),
    (put("*", "organizations:*", "*", Condition={"StringEqualsIfExists": {"aws:PrincipalOrgID": ORG}}), "public",
     {"anonymous", "anybody", ORG, A, "any AWS service"}),
])  # fmt: skip
def test_who_changes_guardrails(statement: Any, level: str, whom: set[str]) -> None:
    found = reachers(doc(statement), ["organizations:CreatePolicy"], **GROUND)
    assert found.level == level and {one.who for one in found.reachers} == whom
