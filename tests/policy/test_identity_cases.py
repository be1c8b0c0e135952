"""A second round for `identity_allows`: variables, boundaries, guardrails and the conditions of IAM's own actions."""

from typing import Any, NamedTuple

import pytest

from orienteer.policy.rights.identity import identity_allows

A = "111122223333"
IAM = f"arn:aws:iam::{A}:"
ROLE = f"{IAM}role/app"


class Case(NamedTuple):
    name: str
    policies: Any
    action: str
    resource: str
    allowed: bool
    context: Any = None
    boundary: Any = None
    scps: Any = ()


def doc(*statements: dict[str, Any], version: str = "2012-10-17") -> dict[str, Any]:
    return {"Version": version, "Statement": list(statements)}


def allow(action: Any = "*", resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: Any = "*", resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Deny", "Action": action, "Resource": resource, **more}


def when(**operators: Any) -> dict[str, Any]:
    return {"Condition": {name.replace("_", ":"): keys for name, keys in operators.items()}}


ALL = doc(allow())
OWN_KEYS = [doc(allow("iam:*AccessKey*", f"{IAM}user/${{aws:username}}"))]
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
HOME = [doc(allow("s3:*", "arn:aws:s3:::homes/${aws:username}/*"))]
TEAM = [doc(allow("s3:GetObject", "arn:aws:s3:::data-${aws:PrincipalTag/team, 'shared'}/*"))]
VARIABLES = [
    Case("own keys", OWN_KEYS, "iam:CreateAccessKey", f"{IAM}user/ann", True, {"aws:username": "ann"}),
    Case("another's keys", OWN_KEYS, "iam:CreateAccessKey", f"{IAM}user/bob", False, {"aws:username": "ann"}),
    Case("a role has no user name", OWN_KEYS, "iam:CreateAccessKey", f"{IAM}user/ann", False),
    Case("own folder", HOME, "s3:GetObject", "arn:aws:s3:::homes/ann/x", True, {"aws:username": "ann"}),
    Case(
        "a name that begins like it", HOME, "s3:GetObject", "arn:aws:s3:::homes/anna/x", False, {"aws:username": "ann"}
    ),
    Case("a star in a value is text", HOME, "s3:GetObject", "arn:aws:s3:::homes/bob/x", False, {"aws:username": "*"}),
    Case("a default where the tag is missing", TEAM, "s3:GetObject", "arn:aws:s3:::data-shared/x", True),
    Case(
        "no default where it is there",
        TEAM,
        "s3:GetObject",
        "arn:aws:s3:::data-shared/x",
        False,
        {"aws:PrincipalTag/team": "net"},
    ),
    Case("the tag's value", TEAM, "s3:GetObject", "arn:aws:s3:::data-net/x", True, {"aws:PrincipalTag/team": "net"}),
    Case("a star that is text", [doc(allow("s3:*", "arn:aws:s3:::b/${*}"))], "s3:GetObject", "arn:aws:s3:::b/x", False),
    Case(
        "a star that is text, met",
        [doc(allow("s3:*", "arn:aws:s3:::b/${*}"))],
        "s3:GetObject",
        "arn:aws:s3:::b/*",
        True,
    ),
    Case(
        "no variables in the old version",
        [doc(allow("s3:*", "arn:aws:s3:::homes/${aws:username}/*"), version="2008-10-17")],
        "s3:GetObject",
        "arn:aws:s3:::homes/ann/x",
        False,
        {"aws:username": "ann"},
    ),
    Case(
        "a tag that must be the resource's",
        [doc(allow("ec2:*", **when(StringEquals={"aws:ResourceTag/team": "${aws:PrincipalTag/team}"})))],
        "ec2:StopInstances",
        f"arn:aws:ec2:eu-west-1:{A}:instance/i-1",
        True,
        {"aws:PrincipalTag/team": "net", "aws:ResourceTag/team": "net"},
    ),
    Case(
        "two tags missing are not the same",
        [doc(allow("ec2:*", **when(StringEquals={"aws:ResourceTag/team": "${aws:PrincipalTag/team}"})))],
        "ec2:StopInstances",
        f"arn:aws:ec2:eu-west-1:{A}:instance/i-1",
        False,
    ),
    Case(
        "a variable of several values has none",
        [doc(allow("s3:*", "arn:aws:s3:::${aws:TagKeys}/*"))],
        "s3:GetObject",
        "arn:aws:s3:::a/x",
        False,
        {"aws:TagKeys": ["a", "b"]},
    ),
]

PASS = [
    doc(
        allow(
            "iam:PassRole",
            f"{IAM}role/app*",
            **when(StringEquals={"iam:PassedToService": ["ec2.amazonaws.com", "lambda.amazonaws.com"]}),
        )
    )
]
PASS_IF = [doc(allow("iam:PassRole", **when(StringEqualsIfExists={"iam:PassedToService": "ec2.amazonaws.com"})))]
BOUNDED = [doc(allow("iam:CreateRole", **when(StringEquals={"iam:PermissionsBoundary": f"{IAM}policy/limit"})))]
ATTACH = [doc(allow("iam:AttachRolePolicy", **when(ArnEquals={"iam:PolicyARN": f"{IAM}policy/team-*"})))]
FREE = [
    ALL,
    doc(
        deny(["iam:DeleteRolePermissionsBoundary", "iam:PutRolePermissionsBoundary"]),
        deny("iam:CreateRole", **when(StringNotEquals={"iam:PermissionsBoundary": f"{IAM}policy/limit"})),
    ),
]
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html
# https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html (delegating)
OF_IAM = [
    Case(
        "passing to a named service", PASS, "iam:PassRole", ROLE, True, {"iam:PassedToService": "lambda.amazonaws.com"}
    ),
    Case(
        "passing to another service", PASS, "iam:PassRole", ROLE, False, {"iam:PassedToService": "glue.amazonaws.com"}
    ),
    Case(
        "passing another role",
        PASS,
        "iam:PassRole",
        f"{IAM}role/admin",
        False,
        {"iam:PassedToService": "ec2.amazonaws.com"},
    ),
    Case("passing, service unknown", PASS, "iam:PassRole", ROLE, False),
    Case("passing, IfExists, service unknown", PASS_IF, "iam:PassRole", ROLE, True),
    Case(
        "passing, IfExists, another service",
        PASS_IF,
        "iam:PassRole",
        ROLE,
        False,
        {"iam:PassedToService": "glue.amazonaws.com"},
    ),
    Case(
        "a role with the boundary",
        BOUNDED,
        "iam:CreateRole",
        ROLE,
        True,
        {"iam:PermissionsBoundary": f"{IAM}policy/limit"},
    ),
    Case(
        "a role with another boundary",
        BOUNDED,
        "iam:CreateRole",
        ROLE,
        False,
        {"iam:PermissionsBoundary": f"{IAM}policy/wide"},
    ),
    Case("a role without boundary", BOUNDED, "iam:CreateRole", ROLE, False),
    Case(
        "attaching what is meant",
        ATTACH,
        "iam:AttachRolePolicy",
        ROLE,
        True,
        {"iam:PolicyARN": f"{IAM}policy/team-read"},
    ),
    Case(
        "attaching the administrator policy",
        ATTACH,
        "iam:AttachRolePolicy",
        ROLE,
        False,
        {"iam:PolicyARN": "arn:aws:iam::aws:policy/AdministratorAccess"},
    ),
    Case(
        "the key is read in any case",
        ATTACH,
        "iam:AttachRolePolicy",
        ROLE,
        True,
        {"iam:policyarn": f"{IAM}policy/team-read"},
    ),
    Case("delegation: taking the boundary off", FREE, "iam:DeleteRolePermissionsBoundary", ROLE, False),
    Case("delegation: a role without it", FREE, "iam:CreateRole", ROLE, False),
    Case(
        "delegation: a role with it",
        FREE,
        "iam:CreateRole",
        ROLE,
        True,
        {"iam:PermissionsBoundary": f"{IAM}policy/limit"},
    ),
]

LINKED = {"aws:PrincipalArn": f"{IAM}role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX"}
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
# https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
LIMITS = [
    Case(
        "boundary by NotAction, listed",
        [ALL],
        "iam:CreateUser",
        "*",
        False,
        boundary=doc({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}),
    ),
    Case(
        "boundary by NotAction, another",
        [ALL],
        "s3:GetObject",
        "*",
        True,
        boundary=doc({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}),
    ),
    Case("boundary allows, policy does not", [doc(allow("s3:*"))], "ec2:RunInstances", "*", False, boundary=ALL),
    Case(
        "boundary by region, another",
        [ALL],
        "ec2:RunInstances",
        "*",
        False,
        {"aws:RequestedRegion": "us-east-1"},
        doc(allow(**when(StringEquals={"aws:RequestedRegion": "eu-west-1"}))),
    ),
    Case(
        "boundary by region, that one",
        [ALL],
        "ec2:RunInstances",
        "*",
        True,
        {"aws:RequestedRegion": "eu-west-1"},
        doc(allow(**when(StringEquals={"aws:RequestedRegion": "eu-west-1"}))),
    ),
    Case(
        "boundary denies one resource",
        [ALL],
        "s3:GetObject",
        "arn:aws:s3:::vault/x",
        False,
        boundary=doc(allow(), deny("s3:*", "arn:aws:s3:::vault/*")),
    ),
    Case(
        "boundary with variable, own",
        OWN_KEYS,
        "iam:CreateAccessKey",
        f"{IAM}user/ann",
        True,
        {"aws:username": "ann"},
        OWN_KEYS[0],
    ),
    Case(
        "policy, boundary and guardrail meet in one action",
        [doc(allow(["s3:*", "ec2:*"]))],
        "ec2:RunInstances",
        "*",
        True,
        boundary=doc(allow(["ec2:*", "iam:*"])),
        scps=[[doc(allow(["ec2:*", "sqs:*"]))]],
    ),
    Case(
        "policy and boundary meet, guardrail is elsewhere",
        [doc(allow(["s3:*", "ec2:*"]))],
        "ec2:RunInstances",
        "*",
        False,
        boundary=doc(allow(["ec2:*", "iam:*"])),
        scps=[[doc(allow("s3:*"))]],
    ),
    Case(
        "a guardrail spares this role",
        [ALL],
        "iam:CreateUser",
        "*",
        True,
        {"aws:PrincipalArn": ROLE},
        scps=[[ALL, doc(deny("iam:*", **when(ArnNotLike={"aws:PrincipalArn": "arn:aws:iam::*:role/app"})))]],
    ),
    Case(
        "a guardrail spares another role",
        [ALL],
        "iam:CreateUser",
        "*",
        False,
        {"aws:PrincipalArn": f"{IAM}role/dev"},
        scps=[[ALL, doc(deny("iam:*", **when(ArnNotLike={"aws:PrincipalArn": "arn:aws:iam::*:role/app"})))]],
    ),
    Case(
        "a service-linked role is beyond guardrails",
        [doc(allow("config:*"))],
        "config:PutEvaluations",
        "*",
        True,
        LINKED,
        scps=[[ALL, doc(deny())]],
    ),
    Case(
        "a service-linked role needs its own policy still",
        [],
        "config:PutEvaluations",
        "*",
        False,
        LINKED,
        scps=[[ALL]],
    ),
    Case("the unit lost its allow", [ALL], "s3:GetObject", "*", False, scps=[[ALL], [doc(deny("iam:*"))], [ALL]]),
    Case(
        "a deny with an unmet condition",
        [ALL, doc(deny("s3:*", **when(StringEquals={"aws:RequestedRegion": "us-east-1"})))],
        "s3:GetObject",
        "*",
        True,
        {"aws:RequestedRegion": "eu-west-1"},
    ),
    Case(
        "a negated deny, key missing",
        [ALL, doc(deny("s3:*", **when(StringNotEquals={"aws:SourceVpce": "vpce-1"})))],
        "s3:GetObject",
        "*",
        False,
    ),
    Case(
        "a negated deny by IfExists, key missing",
        [ALL, doc(deny("s3:*", **when(StringNotEqualsIfExists={"aws:SourceVpce": "vpce-1"})))],
        "s3:GetObject",
        "*",
        False,
    ),
    Case(
        "deny on all but one resource, that one",
        [ALL, doc({"Effect": "Deny", "Action": "s3:*", "NotResource": "arn:aws:s3:::ok/*"})],
        "s3:GetObject",
        "arn:aws:s3:::ok/x",
        True,
    ),
    Case(
        "deny on all but one resource, another",
        [ALL, doc({"Effect": "Deny", "Action": "s3:*", "NotResource": "arn:aws:s3:::ok/*"})],
        "s3:GetObject",
        "arn:aws:s3:::no/x",
        False,
    ),
    Case(
        "deny all but reading",
        [ALL, doc({"Effect": "Deny", "NotAction": ["s3:Get*", "s3:List*"], "Resource": "*"})],
        "s3:PutObject",
        "*",
        False,
    ),
    Case(
        "tags demanded of the request, one is missing",
        [
            doc(
                allow(
                    "ec2:CreateTags",
                    **when(ForAllValues_StringEquals={"aws:TagKeys": ["env"]}, Null={"aws:TagKeys": "false"}),
                )
            )
        ],
        "ec2:CreateTags",
        "*",
        False,
    ),
    Case(
        "tags demanded of the request, given",
        [
            doc(
                allow(
                    "ec2:CreateTags",
                    **when(ForAllValues_StringEquals={"aws:TagKeys": ["env"]}, Null={"aws:TagKeys": "false"}),
                )
            )
        ],
        "ec2:CreateTags",
        "*",
        True,
        {"aws:TagKeys": ["env"]},
    ),
    Case(
        "MFA within the hour",
        [doc(allow("ec2:*", **when(NumericLessThan={"aws:MultiFactorAuthAge": "3600"})))],
        "ec2:StopInstances",
        "*",
        True,
        {"aws:MultiFactorAuthAge": "60"},
    ),
    Case(
        "MFA too long ago",
        [doc(allow("ec2:*", **when(NumericLessThan={"aws:MultiFactorAuthAge": "3600"})))],
        "ec2:StopInstances",
        "*",
        False,
        {"aws:MultiFactorAuthAge": "7200"},
    ),
    Case(
        "from an address of the range",
        [doc(allow(**when(IpAddress={"aws:SourceIp": "203.0.113.0/24"})))],
        "s3:GetObject",
        "*",
        True,
        {"aws:SourceIp": "203.0.113.9"},
    ),
    Case(
        "from another address",
        [doc(allow(**when(IpAddress={"aws:SourceIp": "203.0.113.0/24"})))],
        "s3:GetObject",
        "*",
        False,
        {"aws:SourceIp": "198.51.100.9"},
    ),
    Case(
        "through an endpoint: no address at all",
        [doc(allow(**when(IpAddress={"aws:SourceIp": "203.0.113.0/24"})))],
        "s3:GetObject",
        "*",
        False,
        {"aws:SourceVpce": "vpce-1"},
    ),
    Case(
        "a list of resources, request for all",
        [doc(allow("s3:*", ["arn:aws:s3:::a/*", "arn:aws:s3:::b/*"]))],
        "s3:GetObject",
        "*",
        False,
    ),
    Case(
        "any account in an ARN",
        [doc(allow("sts:AssumeRole", "arn:aws:iam::*:role/audit"))],
        "sts:AssumeRole",
        "arn:aws:iam::444455556666:role/audit",
        True,
    ),
    Case(
        "a role under a path",
        [doc(allow("sts:AssumeRole", f"{IAM}role/audit"))],
        "sts:AssumeRole",
        f"{IAM}role/team/audit",
        False,
    ),
]
CASES = [*VARIABLES, *OF_IAM, *LIMITS]


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_identity_allows(case: Case) -> None:
    found = identity_allows(case.policies, case.boundary, case.scps, case.action, case.resource, case.context)
    assert found is case.allowed
