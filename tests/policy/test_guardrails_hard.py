"""Requests and questions meant to mislead: guardrails and the catalogue's questions to them, sources by each group."""

from typing import Any

import pytest
from scp_cases import ALLOW_ALL, REGIONS, ROOT, allow, deny, deny_but, doc, guarded

from orienteer.policy.guardrails import probes
from orienteer.policy.guardrails.chain import rcp_allows, scp_allows
from orienteer.policy.guardrails.perimeter import perimeter

A, B, ORG = "111122223333", "444455556666", "o-abcdefghij"
LEAVE, STOP = "organizations:LeaveOrganization", "cloudtrail:StopLogging"
FULL = doc({"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"})


def when(**operators: Any) -> dict[str, Any]:
    return {"Condition": {name.replace("_", ":"): keys for name, keys in operators.items()}}


Case = tuple[str, Any, str, str, dict[str, Any], bool]

# https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_syntax.html
# https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html
SYNTAX: list[Case] = [
    ("a wildcard in the middle of an action", guarded(deny("s3:Put*Policy")), "s3:PutBucketPolicy", "*", {}, False),
    ("a wildcard in the middle, another", guarded(deny("s3:Put*Policy")), "s3:PutBucketPolicyX", "*", {}, True),
    ("a wildcard at the front of an action", guarded(deny("ec2:*Instances")), "ec2:RunInstances", "*", {}, False),
    ("a wildcard in the service", guarded(deny("s3*:*")), "s3-outposts:PutObject", "*", {}, False),
    ("a question mark is one character", guarded(deny("ec2:?unInstances")), "ec2:RunInstances", "*", {}, False),
    ("a question mark is not none", guarded(deny("ec2:?RunInstances")), "ec2:RunInstances", "*", {}, True),
    ("allow with a condition is the level's only one", [[doc(allow(**when(
        StringEquals={"aws:PrincipalTag/team": "a"})))]], "s3:GetObject", "*", {"aws:PrincipalTag/team": "b"}, False),
    ("allow with IfExists, key missing", [[doc(allow(**when(
        StringEqualsIfExists={"aws:RequestedRegion": "eu-west-1"})))]], "iam:ListRoles", "*", {}, True),
    ("allow with NotResource at the lower level", [[ALLOW_ALL], [doc({
        "Effect": "Allow", "Action": "*", "NotResource": "arn:aws:s3:::vault/*"})]],
        "s3:GetObject", "arn:aws:s3:::vault/a", {}, False),
    ("allow with NotAction at one level, list at another", [[doc({
        "Effect": "Allow", "NotAction": "iam:*", "Resource": "*"})], [doc(allow("iam:*"))]],
        "iam:ListRoles", "*", {}, False),
    ("deny with NotResource spares the listed", guarded({
        "Effect": "Deny", "Action": "sts:AssumeRole", "NotResource": "arn:aws:iam::*:role/ok-*"}),
        "sts:AssumeRole", f"arn:aws:iam::{A}:role/ok-1", {}, True),
    ("deny with NotResource meets every other", guarded({
        "Effect": "Deny", "Action": "sts:AssumeRole", "NotResource": "arn:aws:iam::*:role/ok-*"}),
        "sts:AssumeRole", f"arn:aws:iam::{A}:role/other", {}, False),
    ("two conditions on one key are both needed", guarded(deny(**when(
        StringLike={"aws:PrincipalArn": "arn:aws:iam::*:role/dev-*"},
        StringNotLike={"aws:PrincipalArn": "arn:aws:iam::*:role/dev-lead"}))),
        "s3:GetObject", "*", {"aws:PrincipalArn": f"arn:aws:iam::{A}:role/dev-lead"}, True),
    ("two conditions on one key, both met", guarded(deny(**when(
        StringLike={"aws:PrincipalArn": "arn:aws:iam::*:role/dev-*"},
        StringNotLike={"aws:PrincipalArn": "arn:aws:iam::*:role/dev-lead"}))),
        "s3:GetObject", "*", {"aws:PrincipalArn": f"arn:aws:iam::{A}:role/dev-1"}, False),
    ("the allow at the account does not stand in for the unit's", [[ALLOW_ALL], [doc(allow("s3:List*"))], [ALLOW_ALL]],
        "s3:GetObject", "*", {}, False),
    ("a deny with a condition at the root, not met", [[ALLOW_ALL, doc(deny(**when(
        StringEquals={"aws:PrincipalAccount": B})))], [ALLOW_ALL]], "s3:GetObject", "*",
        {"aws:PrincipalAccount": A}, True),
    ("NotAction with an empty wildcard spares all", guarded(deny_but("*")), "s3:GetObject", "*", {}, True),
    ("an action without a wildcard is no prefix", guarded(deny("iam:CreateUser")), "iam:CreateUserX", "*", {}, True),
]  # fmt: skip

# https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_examples_general.html
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
CALLERS: list[Case] = [
    ("root by StringLike", guarded(deny(**when(StringLike={"aws:PrincipalArn": "arn:aws:iam::*:root"}))),
        "s3:GetObject", "*", {"aws:PrincipalArn": ROOT}, False),
    ("root by ArnLike", guarded(deny(**when(ArnLike={"aws:PrincipalArn": "arn:aws:iam::*:root"}))),
        "s3:GetObject", "*", {"aws:PrincipalArn": ROOT}, False),
    ("root by ArnLike in every partition", guarded(deny(**when(ArnLike={"aws:PrincipalArn": "arn:*:iam::*:root"}))),
        "s3:GetObject", "*", {"aws:PrincipalArn": ROOT}, False),
    ("root by ArnLike with a question mark", guarded(deny(**when(ArnLike={"aws:PrincipalArn": "arn:aws:iam::?:root"}))),
        "s3:GetObject", "*", {"aws:PrincipalArn": ROOT}, True),
    ("role/root by StringLike *root", guarded(deny(**when(StringLike={"aws:PrincipalArn": "*root"}))),
        "s3:GetObject", "*", {"aws:PrincipalArn": f"arn:aws:iam::{A}:role/root"}, False),
    ("an exemption by ArnNotLike is by field", guarded(deny(**when(
        ArnNotLike={"aws:PrincipalArn": "arn:aws:iam::*:role/x"}))), "s3:GetObject", "*",
        {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/a:role/x"}, False),
    ("the same by StringNotLike crosses colons", guarded(deny(**when(
        StringNotLike={"aws:PrincipalArn": "arn:aws:iam::*:role/x"}))), "s3:GetObject", "*",
        {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/a:role/x"}, True),
    ("an exemption by the account's variable", guarded(deny(**when(
        ArnNotLike={"aws:PrincipalArn": "arn:aws:iam::${aws:PrincipalAccount}:role/x"}))), "s3:GetObject", "*",
        {"aws:PrincipalArn": f"arn:aws:iam::{A}:role/x", "aws:PrincipalAccount": A}, True),
    ("two exemptions under one operator are both needed to be denied", guarded(deny(**when(StringNotEquals={
        "aws:RequestedRegion": "eu-west-1", "aws:PrincipalTag/net": "yes"}))), "ec2:RunInstances", "*",
        {"aws:RequestedRegion": "us-east-1", "aws:PrincipalTag/net": "yes"}, True),
    ("AssumedRoot missing, Null", guarded(deny(**when(Null={"aws:AssumedRoot": "true"}))),
        "s3:GetObject", "*", {"aws:PrincipalArn": ROOT}, False),
    ("region names are no patterns under StringNotEquals", guarded(deny_but("iam:*", **when(
        StringNotEquals={"aws:RequestedRegion": ["eu-*"]}))), "ec2:RunInstances", "*",
        {"aws:RequestedRegion": "eu-west-1"}, False),
    ("a global service in its home region, spared by NotAction", guarded(deny_but(["route53:*"], Condition=REGIONS)),
        "route53:ListHostedZones", "*", {"aws:RequestedRegion": "us-east-1"}, True),
    ("a global service in its home region, not spared", guarded(deny_but(["iam:*"], Condition=REGIONS)),
        "route53:ListHostedZones", "*", {"aws:RequestedRegion": "us-east-1"}, False),
    ("a service-linked role of GovCloud is not bound", guarded(deny()), "s3:GetObject", "*", {"aws:PrincipalArn":
        f"arn:aws-us-gov:iam::{A}:role/aws-service-role/a.amazonaws.com/AWSServiceRoleForA"}, True),
    ("a user called like a service-linked role is bound", guarded(deny()), "s3:GetObject", "*",
        {"aws:PrincipalArn": f"arn:aws:iam::{A}:user/aws-service-role/x"}, False),
]  # fmt: skip


@pytest.mark.parametrize("case", [*SYNTAX, *CALLERS], ids=lambda case: case[0])
def test_scp_allows_hard(case: Case) -> None:
    _, chain, action, resource, context, allowed = case
    assert scp_allows(chain, action, resource, context) is allowed


STRANGER = {"aws:PrincipalArn": f"arn:aws:iam::{B}:role/x", "aws:PrincipalAccount": B,
            "aws:PrincipalOrgID": "o-elsewhere1", "aws:PrincipalIsAWSService": "false"}  # fmt: skip
OUTSIDE = when(StringNotEqualsIfExists={"aws:PrincipalOrgID": ORG}, BoolIfExists={"aws:PrincipalIsAWSService": "false"})
DEPUTY = when(StringNotEqualsIfExists={"aws:SourceOrgID": ORG}, Null={"aws:SourceAccount": "false"},
              Bool={"aws:PrincipalIsAWSService": "true"})  # fmt: skip
SERVICE = {"aws:PrincipalIsAWSService": "true", "aws:SourceAccount": A, "aws:SourceOrgID": ORG}


# https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_examples.html
# https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_evaluation.html
@pytest.mark.parametrize(("statement", "context", "allowed"), [
    (deny("s3:*", **OUTSIDE), STRANGER, False),
    (deny("s3:*", **OUTSIDE), {}, False),
    (deny("s3:*", **OUTSIDE), {"aws:PrincipalIsAWSService": "false"}, False),
    (deny("s3:*", **OUTSIDE), {"aws:PrincipalOrgID": ORG.upper()}, False),
    (deny("s3:*", **OUTSIDE), SERVICE, True),
    (deny("s3:*", **DEPUTY), SERVICE, True),
    (deny("s3:*", **DEPUTY), {**SERVICE, "aws:SourceOrgID": "o-elsewhere1"}, False),
    (deny("s3:*", **DEPUTY), {**SERVICE, "aws:SourceOrgID": None}, False),
    (deny("s3:*", **DEPUTY), {"aws:PrincipalIsAWSService": "true"}, True),
    (deny("s3:*", **DEPUTY), STRANGER, True),
    (deny("s3:*", **when(Bool={"aws:PrincipalIsAWSService": "false"})), {}, True),
    (deny("s3:*", **when(BoolIfExists={"aws:SecureTransport": "false"})), {"aws:SecureTransport": True}, True),
    (deny("s3:*", **when(NumericLessThan={"s3:TlsVersion": "1.2"})), {"s3:TlsVersion": 1.1}, False),
    (deny("s3:*", **when(StringNotEquals={"aws:PrincipalOrgID": "${aws:ResourceOrgID}"})),
     {**STRANGER, "aws:ResourceOrgID": ORG}, False),
    (deny("s3:*", **when(StringNotEquals={"aws:PrincipalOrgID": "${aws:ResourceOrgID}"})),
     {"aws:PrincipalOrgID": ORG, "aws:ResourceOrgID": ORG}, True),
    (deny("s3:*", **when(ForAnyValue_StringNotLike={"aws:PrincipalOrgPaths": f"{ORG}/*"})), {}, True),
    (deny("s3:*", **when(ForAllValues_StringNotLike={"aws:PrincipalOrgPaths": f"{ORG}/*"})), {}, False),
    (deny("s3:*", Principal={"AWS": "*"}, **OUTSIDE), STRANGER, False),
    (deny("sts:AssumeRoleWithWebIdentity", **OUTSIDE), STRANGER, True),
])  # fmt: skip
def test_rcp_allows_hard(statement: dict[str, Any], context: dict[str, Any], allowed: bool) -> None:
    assert rcp_allows([[FULL], [FULL, doc(statement)]], "s3:GetObject", "arn:aws:s3:::records/a", context) is allowed


# https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_evaluation.html
def test_an_outsider_who_is_denied_as_a_member_only_of_some_organization() -> None:
    members = when(StringNotEquals={"aws:PrincipalOrgID": ORG}, Null={"aws:PrincipalOrgID": "false"})
    (answer,) = perimeter([[FULL, doc(deny("kms:*", Principal="*", **members))]], ["kms"], A, ORG)
    assert (answer.denied, answer.services_usable) == (False, True)


ANY = "arn:aws:iam::*:"


# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
# Who a guardrail spares, and whether a local administrator can make itself that principal.
@pytest.mark.parametrize(("conditions", "expected"), [
    ({"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::${aws:PrincipalAccount}:role/org-admin"}},
     [("arn:aws:iam::${aws:PrincipalAccount}:role/org-admin", True)]),
    ({"StringNotEquals": {"aws:PrincipalArn": "arn:aws:iam::${aws:PrincipalAccount}:role/org-admin"}},
     [("arn:aws:iam::${aws:PrincipalAccount}:role/org-admin", True)]),
    ({"StringNotLike": {"aws:PrincipalArn": "*:role/team/*"}}, [("*:role/team/*", True)]),
    ({"StringNotLike": {"aws:PrincipalArn": "*:user/rescue"}}, [("*:user/rescue", True)]),
    ({"StringNotLike": {"aws:PrincipalArn": "*role/team/x"}}, [("*role/team/x", True)]),
    ({"StringNotLike": {"aws:PrincipalArn": "*admin*"}}, [("*admin*", True)]),
    ({"StringNotLike": {"aws:PrincipalArn": "arn:aws:iam::????????????:role/x"}},
     [("arn:aws:iam::????????????:role/x", True)]),
    ({"StringNotEquals": {"aws:username": "rescue"}}, [("rescue", True)]),
    ({"StringNotLike": {"aws:username": "ops-*"}}, [("ops-*", True)]),
    ({"StringNotLike": {"aws:userid": "*:rescue"}}, [("*:rescue", True)]),
    ({"StringNotLike": {"aws:userid": "AROAEXAMPLEEXAMPLE12:*"}}, [("AROAEXAMPLEEXAMPLE12:*", False)]),
    ({"Null": {"aws:PrincipalTag/exempt": "true"}}, [("*", True)]),
    ({"StringNotLike": {"aws:PrincipalTag/exempt": "*"}}, [("*", True)]),
    ({"StringNotEqualsIfExists": {"aws:PrincipalTag/exempt": "yes"}}, [("yes", True)]),
    ({"ArnNotEquals": {"aws:PrincipalArn": f"{ANY}role/x"}}, [(f"{ANY}role/x", True)]),
    ({"ArnNotLike": {"aws:PrincipalArn": f"{ANY}role/aws-service-role/*"}},
     [(f"{ANY}role/aws-service-role/*", False)]),
    ({"ArnNotLike": {"aws:PrincipalArn": f"{ANY}role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_*"}},
     [(f"{ANY}role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_*", False)]),
    ({"ArnNotLike": {"aws:PrincipalArn": f"{ANY}role/x"}, "StringNotEquals": {"aws:PrincipalTag/t": "1"}},
     [(f"{ANY}role/x", True), ("1", True)]),
    ({"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:assumed-role/x"}}, []),
    ({"ArnNotLike": {"aws:PrincipalArn": f"arn:aws:iam::{B}:role/*"}}, []),
])  # fmt: skip
def test_exemptions_hard(conditions: dict[str, Any], expected: list[tuple[str, bool]]) -> None:
    answer = probes.leaving(guarded(deny(LEAVE, Condition=conditions)), A, org_id=ORG)
    assert answer.denied
    assert sorted((e.pattern, e.guessable) for e in answer.exemptions) == sorted(expected)


# https://docs.aws.amazon.com/IAM/latest/UserGuide/id_users_create.html
@pytest.mark.parametrize(("actions", "guessable"), [
    (["iam:CreateUser", "iam:CreateAccessKey"], True),
    (["iam:CreateUser", "iam:CreateAccessKey", "iam:CreateLoginProfile"], True),
    (["iam:CreateUser", "iam:CreateAccessKey", "iam:*LoginProfile"], False),
])  # fmt: skip
def test_an_exempt_user_whose_password_can_be_set_can_be_taken(actions: list[str], guessable: bool) -> None:
    spared = when(ArnNotLike={"aws:PrincipalArn": f"{ANY}user/rescue"})
    chain = guarded(deny(LEAVE, **spared), deny(actions))
    assert [e.guessable for e in probes.leaving(chain, A).exemptions] == [guessable]


# A region that no policy names is a region too: a list of denied regions is no fence.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
@pytest.mark.parametrize(("conditions", "denied"), [
    ({"StringEquals": {"aws:RequestedRegion": "us-east-1"}}, False),
    ({"StringEquals": {"aws:RequestedRegion": ["us-east-1", "eu-west-1", "us-west-2"]}}, False),
    ({"StringLike": {"aws:RequestedRegion": "*"}}, True),
    ({"StringNotEquals": {"aws:RequestedRegion": "us-east-1"}}, False),
    ({"StringNotLike": {"aws:RequestedRegion": "eu-*"}}, False),
    ({"Null": {"aws:RequestedRegion": "false"}}, True),
    ({}, True),
])  # fmt: skip
def test_denied_in_every_region(conditions: dict[str, Any], denied: bool) -> None:
    chain = guarded(deny(STOP, Condition=conditions))
    assert probes.asked(chain, STOP, A).denied is denied
    root = probes.root_actions(chain, A, actions=[STOP])
    assert root.denied is denied


# https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_examples_general.html
@pytest.mark.parametrize(("statement", "closed"), [
    (deny(**when(ArnLike={"aws:PrincipalArn": "arn:aws:iam::*:root"})), True),
    (deny(**when(ArnEquals={"aws:PrincipalArn": "arn:aws:iam::*:root"})), True),
    (deny(**when(StringLike={"aws:PrincipalArn": [f"{ANY}role/x", f"{ANY}root"]})), True),
    (deny(**when(StringEquals={"aws:PrincipalType": "Account"})), True),
    (deny(**when(StringEquals={"aws:userid": A})), True),
    (deny(**when(StringLike={"aws:PrincipalArn": "arn:aws:sts::*:root"})), False),
    (deny(**when(StringLike={"aws:PrincipalArn": f"arn:aws:iam::{B}:root"})), False),
    (deny(**when(ArnNotLike={"aws:PrincipalArn": [f"{ANY}role/*", f"{ANY}user/*"]})), True),
    (deny(**when(StringLike={"aws:PrincipalArn": f"{ANY}root"}, Bool={"aws:MultiFactorAuthPresent": "false"})), False),
    (deny(**when(ArnLike={"aws:PrincipalArn": "arn:aws:iam:*:root"})), False),
])  # fmt: skip
def test_root_hard(statement: dict[str, Any], closed: bool) -> None:
    assert probes.root_actions(guarded(statement), A, org_id=ORG).denied is closed
    assert not probes.leaving(guarded(statement), A, org_id=ORG).denied


def test_an_exemption_of_the_whole_account_denies_nobody() -> None:
    own = f"arn:aws:iam::{A}:*"
    answer = probes.leaving(guarded(deny(LEAVE, **when(StringNotLike={"aws:PrincipalArn": own}))), A)
    assert (answer.denied, [(e.pattern, e.guessable) for e in answer.exemptions]) == (False, [(own, True)])


@pytest.mark.parametrize(
    ("operator", "path", "denied"),
    [
        ("ForAnyValue:StringLike", f"{ORG}/r-1/ou-w/*", True),
        ("ForAnyValue:StringLike", f"{ORG}/r-1/ou-x/*", False),
        ("ForAnyValue:StringNotLike", f"{ORG}/r-1/ou-x/*", True),
        ("ForAnyValue:StringNotLike", f"{ORG}/r-1/ou-w/*", False),
        ("ForAllValues:StringNotLike", f"{ORG}/r-1/ou-w/*", False),
        ("StringNotLike", f"{ORG}/r-1/ou-w/*", False),
    ],
)
@pytest.mark.parametrize("key", ["aws:PrincipalOrgPaths", "aws:ResourceOrgPaths"])
def test_a_deny_by_path_binds_the_accounts_of_that_unit(operator: str, path: str, denied: bool, key: str) -> None:
    chain = guarded(deny(LEAVE, Condition={operator: {key: path}}))
    assert probes.leaving(chain, A, org_id=ORG, org_path=f"{ORG}/r-1/ou-w/").denied is denied
