"""A second round of requests against guardrails: SCPs and RCPs, from AWS's documentation; sources by each group."""

from typing import Any

from scp_cases import ALLOW_ALL, Case, allow, deny, doc, guarded

A, B, ORG = "111122223333", "444455556666", "o-abcdefghij"
IAM = f"arn:aws:iam::{A}:"
OBJECT = "arn:aws:s3:::records/a.txt"
LINKED = f"{IAM}role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig"
RUN, GET, CREATE = "ec2:RunInstances", "s3:GetObject", "iam:CreateRole"
IN_EU, IN_US = {"aws:RequestedRegion": "eu-west-1"}, {"aws:RequestedRegion": "us-east-1"}
EC2_ONLY, S3_ONLY = doc(allow("ec2:*")), doc(allow("s3:*"))
EU_ONLY = doc(allow(Condition={"StringEquals": {"aws:RequestedRegion": ["eu-west-1", "eu-central-1"]}}))


def _c(name: str, chain: Any, action: str, allowed: bool, resource: str = "*", **context: Any) -> Case:
    return Case(name, chain, action, resource, context.pop("context", None) or None, allowed)


def _by(arn: str, **more: Any) -> dict[str, Any]:
    return {"aws:PrincipalArn": arn, **more}


def _when(**operators: Any) -> dict[str, Any]:
    return {"Condition": operators}


# https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html
INHERITED = [
    _c(
        "full access taken off one unit, a list in its place, outside",
        [[ALLOW_ALL], [EC2_ONLY], [ALLOW_ALL]],
        GET,
        False,
    ),
    _c(
        "full access taken off one unit, a list in its place, inside", [[ALLOW_ALL], [EC2_ONLY], [ALLOW_ALL]], RUN, True
    ),
    _c("root and unit allow different services", [[EC2_ONLY], [S3_ONLY], [ALLOW_ALL]], GET, False),
    _c(
        "an explicit allow at the account does not lift the unit's list",
        [[ALLOW_ALL], [EC2_ONLY], [ALLOW_ALL, S3_ONLY]],
        GET,
        False,
    ),
    _c(
        "allow list of one level, leaving is not in it",
        [[ALLOW_ALL], [EC2_ONLY]],
        "organizations:LeaveOrganization",
        False,
    ),
    _c("only a conditional allow at the unit, in the region", [[ALLOW_ALL], [EU_ONLY]], RUN, True, context=IN_EU),
    _c("only a conditional allow at the unit, another region", [[ALLOW_ALL], [EU_ONLY]], RUN, False, context=IN_US),
    _c("only a conditional allow at the unit, region unknown", [[ALLOW_ALL], [EU_ONLY]], RUN, False),
    _c("full access still at the unit, another region", [[ALLOW_ALL], [ALLOW_ALL, EU_ONLY]], RUN, True, context=IN_US),
    _c(
        "a deny at the root and full access everywhere below",
        [[ALLOW_ALL, doc(deny("ec2:Run*"))], [ALLOW_ALL], [ALLOW_ALL]],
        RUN,
        False,
    ),
    _c("a deny without an allow beside it closes all else too", [[doc(deny("iam:*"))]], GET, False),
    _c("two allows that together name the action", [[doc(allow("ec2:Run*")), doc(allow("ec2:Describe*"))]], RUN, True),
    _c(
        "all but one service, and that service's reads from another policy",
        [[doc({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}), doc(allow("iam:Get*"))]],
        "iam:GetRole",
        True,
    ),
    _c(
        "all but one service, its writes stay out",
        [[doc({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}), doc(allow("iam:Get*"))]],
        CREATE,
        False,
    ),
    _c(
        "six levels and the account, a deny on the fourth",
        [[ALLOW_ALL]] * 3 + [[ALLOW_ALL, doc(deny("s3:*"))]] + [[ALLOW_ALL]] * 3,
        GET,
        False,
    ),
]

# https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_syntax.html
# https://aws.amazon.com/blogs/security/unlock-new-possibilities-aws-organizations-service-control-policy-now-supports-full-iam-language/
FULL_LANGUAGE = [
    _c(
        "allow on all but one resource, another",
        [[doc({"Effect": "Allow", "Action": "*", "NotResource": "arn:aws:s3:::vault/*"})]],
        GET,
        True,
        OBJECT,
    ),
    _c(
        "allow on all but one resource, that one",
        [[doc({"Effect": "Allow", "Action": "*", "NotResource": "arn:aws:s3:::vault/*"})]],
        GET,
        False,
        "arn:aws:s3:::vault/x",
    ),
    _c(
        "deny on all but own buckets, own",
        guarded({"Effect": "Deny", "Action": "s3:PutObject", "NotResource": "arn:aws:s3:::acme-*"}),
        "s3:PutObject",
        True,
        "arn:aws:s3:::acme-logs/x",
    ),
    _c(
        "deny on all but own buckets, foreign",
        guarded({"Effect": "Deny", "Action": "s3:PutObject", "NotResource": "arn:aws:s3:::acme-*"}),
        "s3:PutObject",
        False,
        "arn:aws:s3:::evil/x",
    ),
    _c(
        "deny on all but two, the second",
        guarded({"Effect": "Deny", "Action": "s3:*", "NotResource": ["arn:aws:s3:::a/*", "arn:aws:s3:::b/*"]}),
        GET,
        True,
        "arn:aws:s3:::b/x",
    ),
    _c("wildcard in the middle of an action", guarded(deny("s3:Put*Policy")), "s3:PutBucketPolicy", False),
    _c("wildcard in the middle, tail differs", guarded(deny("s3:Put*Policy")), "s3:PutBucketAcl", True),
    _c("wildcard at the beginning of the name", guarded(deny("iam:*AccessKey")), "iam:CreateAccessKey", False),
    _c(
        "wildcard at the beginning of the name, more follows",
        guarded(deny("iam:*AccessKey")),
        "iam:ListAccessKeys",
        True,
    ),
    _c("wildcard across services", guarded(deny("*:Delete*")), "rds:DeleteDBInstance", False),
    _c("wildcard across services, another verb", guarded(deny("*:Delete*")), "rds:CreateDBInstance", True),
    _c(
        "wildcard in the account field of an ARN",
        guarded(deny("iam:*", Resource="arn:aws:iam::*:role/security/*")),
        "iam:DeleteRole",
        False,
        f"{IAM}role/security/audit",
    ),
    _c(
        "wildcard in two fields of an ARN",
        guarded(deny("ec2:*", Resource="arn:aws:ec2:*:*:vpc/*")),
        "ec2:DeleteVpc",
        False,
        f"arn:aws:ec2:eu-west-1:{A}:vpc/vpc-1",
    ),
    _c(
        "another kind of resource",
        guarded(deny("ec2:*", Resource="arn:aws:ec2:*:*:vpc/*")),
        "ec2:DeleteSubnet",
        True,
        f"arn:aws:ec2:eu-west-1:{A}:subnet/s-1",
    ),
    _c(
        "a variable in an ARN",
        guarded(deny("iam:*", Resource="arn:aws:iam::*:user/${aws:username}")),
        "iam:CreateAccessKey",
        False,
        f"{IAM}user/ann",
        context={"aws:username": "ann"},
    ),
    _c(
        "a variable in an ARN, somebody else",
        guarded(deny("iam:*", Resource="arn:aws:iam::*:user/${aws:username}")),
        "iam:CreateAccessKey",
        True,
        f"{IAM}user/bob",
        context={"aws:username": "ann"},
    ),
    _c(
        "a variable without a value matches nothing",
        guarded(deny("iam:*", Resource="arn:aws:iam::*:user/${aws:username}")),
        "iam:CreateAccessKey",
        True,
        f"{IAM}user/",
    ),
    _c(
        "allow with two conditions, one unmet",
        [[doc(allow("ec2:*", **_when(StringEquals=IN_EU, Bool={"aws:MultiFactorAuthPresent": "true"})))]],
        RUN,
        False,
        context=IN_EU,
    ),
    _c(
        "allow and deny by the same tag, no tag",
        [[doc(allow(), deny("ec2:*", **_when(StringNotEquals={"aws:PrincipalTag/team": "net"})))]],
        RUN,
        False,
    ),
    _c(
        "allow and deny by the same tag, the tag",
        [[doc(allow(), deny("ec2:*", **_when(StringNotEquals={"aws:PrincipalTag/team": "net"})))]],
        RUN,
        True,
        context={"aws:PrincipalTag/team": "net"},
    ),
    _c(
        "tag keys are case-insensitive",
        [[doc(allow(), deny("ec2:*", **_when(StringNotEquals={"aws:PrincipalTag/Team": "net"})))]],
        RUN,
        True,
        context={"aws:principaltag/team": "net"},
    ),
]

# https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html (not restricted by SCPs)
UNBOUND = [
    _c(
        "a service-linked role under a deny of all", guarded(deny()), "config:PutEvaluations", True, context=_by(LINKED)
    ),
    _c(
        "a service-linked role where nothing is allowed",
        [[ALLOW_ALL], []],
        "config:PutEvaluations",
        True,
        context=_by(LINKED),
    ),
    _c(
        "a user under a path of that name",
        guarded(deny()),
        GET,
        False,
        context=_by(f"{IAM}user/aws-service-role/x.amazonaws.com/AWSServiceRoleForX"),
    ),
    _c(
        "a role under a longer path",
        guarded(deny()),
        GET,
        False,
        context=_by(f"{IAM}role/team/aws-service-role/x.amazonaws.com/AWSServiceRoleForX"),
    ),
    _c(
        "a role with the prefix in its name only",
        guarded(deny()),
        GET,
        False,
        context=_by(f"{IAM}role/AWSServiceRoleForX"),
    ),
    _c(
        "a service role, which customers make",
        guarded(deny()),
        GET,
        False,
        context=_by(f"{IAM}role/service-role/lambda-basic"),
    ),
    _c(
        "a role of Identity Center is bound",
        guarded(deny()),
        GET,
        False,
        context=_by(f"{IAM}role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_0123456789abcdef"),
    ),
    _c("the root user of a member account is bound", guarded(deny()), GET, False, context=_by(f"{IAM}root")),
    _c(
        "a service-linked role of GovCloud",
        guarded(deny()),
        GET,
        True,
        context=_by(LINKED.replace("arn:aws:", "arn:aws-us-gov:")),
    ),
    _c(
        "a service-linked role of China",
        guarded(deny()),
        GET,
        True,
        context=_by(LINKED.replace("arn:aws:", "arn:aws-cn:")),
    ),
]

OWN_ONLY = {
    "StringNotEqualsIfExists": {"aws:PrincipalOrgID": ORG},
    "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
}
PARTNER = {
    "StringNotEqualsIfExists": {"aws:PrincipalOrgID": ORG, "aws:PrincipalAccount": [B]},
    "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
}
DEPUTY = {
    "StringNotEqualsIfExists": {"aws:SourceOrgID": ORG, "aws:SourceAccount": ["777788889999"]},
    "Bool": {"aws:PrincipalIsAWSService": "true"},
    "Null": {"aws:SourceAccount": "false"},
}
OUTSIDER = {
    "aws:PrincipalOrgID": "o-zzzzzzzzzz",
    "aws:PrincipalAccount": B,
    "aws:PrincipalIsAWSService": "false",
    "aws:PrincipalArn": f"arn:aws:iam::{B}:role/x",
}
INSIDER = {
    "aws:PrincipalOrgID": ORG,
    "aws:PrincipalAccount": A,
    "aws:PrincipalIsAWSService": "false",
    "aws:PrincipalArn": f"{IAM}role/app",
}
SERVICE = {"aws:PrincipalIsAWSService": "true", "aws:PrincipalServiceName": "cloudtrail.amazonaws.com"}
GITHUB = "token.actions.githubusercontent.com:sub"


def _rcp(condition: Any, action: Any = "s3:*", **more: Any) -> list[list[dict[str, Any]]]:
    full = doc({"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"})
    return [[full, doc(deny(action, Principal="*", Condition=condition, **more))], [full], [full]]


OIDC = {"StringNotLikeIfExists": {GITHUB: "repo:acme/*"}, "Null": {GITHUB: "false"}}
TAGGED = {
    "StringNotEqualsIfExists": {"aws:PrincipalOrgID": ORG, "aws:ResourceTag/dp:exclude": "true"},
    "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
}
TLS = {"BoolIfExists": {"aws:SecureTransport": "false"}}
# https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_examples.html
# https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
# https://docs.aws.amazon.com/kms/latest/developerguide/resource-control-policies.html
# https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_data-perimeters.html
RESOURCES = [
    _c("a stranger with an organization of its own", _rcp(OWN_ONLY), GET, False, OBJECT, context=OUTSIDER),
    _c("a principal of the organization", _rcp(OWN_ONLY), GET, True, OBJECT, context=INSIDER),
    _c("nobody at all: no key is there", _rcp(OWN_ONLY), GET, False, OBJECT),
    _c("a service by its own principal", _rcp(OWN_ONLY), "s3:PutObject", True, OBJECT, context=SERVICE),
    _c("another service of AWS than the statement names", _rcp(OWN_ONLY), "kms:Decrypt", True, context=OUTSIDER),
    _c(
        "StringNotEquals denies services as well, they carry no organization",
        _rcp({"StringNotEquals": {"aws:PrincipalOrgID": ORG}}),
        "s3:PutObject",
        False,
        OBJECT,
        context=SERVICE,
    ),
    _c(
        "a plain Bool spares who carries no such key",
        _rcp({**OWN_ONLY, "BoolIfExists": {}, "Bool": {"aws:PrincipalIsAWSService": "false"}}),
        GET,
        True,
        OBJECT,
    ),
    _c("a named partner", _rcp(PARTNER), GET, True, OBJECT, context=OUTSIDER),
    _c(
        "another account than the partner's",
        _rcp(PARTNER),
        GET,
        False,
        OBJECT,
        context={**OUTSIDER, "aws:PrincipalAccount": "999900001111"},
    ),
    _c(
        "deputy: a service for a foreign account",
        _rcp(DEPUTY),
        "s3:PutObject",
        False,
        OBJECT,
        context={**SERVICE, "aws:SourceAccount": B},
    ),
    _c(
        "deputy: a service for a foreign organization",
        _rcp(DEPUTY),
        "s3:PutObject",
        False,
        OBJECT,
        context={**SERVICE, "aws:SourceAccount": B, "aws:SourceOrgID": "o-zzzzzzzzzz"},
    ),
    _c(
        "deputy: a service for the own organization",
        _rcp(DEPUTY),
        "s3:PutObject",
        True,
        OBJECT,
        context={**SERVICE, "aws:SourceAccount": A, "aws:SourceOrgID": ORG},
    ),
    _c(
        "deputy: a third party's account that is named",
        _rcp(DEPUTY),
        "s3:PutObject",
        True,
        OBJECT,
        context={**SERVICE, "aws:SourceAccount": "777788889999"},
    ),
    _c("deputy: a service that says no source", _rcp(DEPUTY), "s3:PutObject", True, OBJECT, context=SERVICE),
    _c(
        "deputy: a principal is not a service",
        _rcp(DEPUTY),
        GET,
        True,
        OBJECT,
        context={**OUTSIDER, "aws:SourceAccount": B},
    ),
    _c("TLS: a call without", _rcp(TLS), GET, False, OBJECT, context={**INSIDER, "aws:SecureTransport": "false"}),
    _c("TLS: a call with", _rcp(TLS), GET, True, OBJECT, context={**OUTSIDER, "aws:SecureTransport": "true"}),
    _c(
        "a resource set apart by its tag",
        _rcp(TAGGED),
        GET,
        True,
        OBJECT,
        context={**OUTSIDER, "aws:ResourceTag/dp:exclude": "true"},
    ),
    _c("a resource without that tag", _rcp(TAGGED), GET, False, OBJECT, context=OUTSIDER),
    _c(
        "a workflow of another owner",
        _rcp(OIDC, "sts:AssumeRoleWithWebIdentity"),
        "sts:AssumeRoleWithWebIdentity",
        False,
        f"{IAM}role/d",
        context={GITHUB: "repo:evil/x:ref:refs/heads/main"},
    ),
    _c(
        "a workflow of the owner",
        _rcp(OIDC, "sts:AssumeRoleWithWebIdentity"),
        "sts:AssumeRoleWithWebIdentity",
        True,
        f"{IAM}role/d",
        context={GITHUB: "repo:acme/x:ref:refs/heads/main"},
    ),
    _c(
        "another issuer carries no such key",
        _rcp(OIDC, "sts:AssumeRoleWithWebIdentity"),
        "sts:AssumeRoleWithWebIdentity",
        True,
        f"{IAM}role/d",
    ),
    _c("a service-linked role is not bound", _rcp({}), GET, True, OBJECT, context={**INSIDER, **_by(LINKED)}),
    _c(
        "retiring a grant cannot be denied",
        _rcp({}, "kms:*"),
        "kms:RetireGrant",
        True,
        f"arn:aws:kms:eu-west-1:{A}:key/k",
        context=OUTSIDER,
    ),
    _c(
        "revoking a grant can",
        _rcp({}, "kms:*"),
        "kms:RevokeGrant",
        False,
        f"arn:aws:kms:eu-west-1:{A}:key/k",
        context=OUTSIDER,
    ),
    _c("the management account's resources are not bound", [], GET, True, OBJECT, context=OUTSIDER),
    _c(
        "where only the full access policy is, nothing is denied",
        [[doc({"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"})]],
        GET,
        True,
        OBJECT,
        context=OUTSIDER,
    ),
    _c("a deny at the account alone", [[], [], _rcp(OWN_ONLY)[0]], GET, False, OBJECT, context=OUTSIDER),
    _c(
        "some buckets only, another",
        _rcp(OWN_ONLY, Resource="arn:aws:s3:::vault/*"),
        GET,
        True,
        OBJECT,
        context=OUTSIDER,
    ),
    _c(
        "all but one bucket",
        [[doc({"Effect": "Deny", "Principal": "*", "Action": "s3:*", "NotResource": "arn:aws:s3:::public/*"})]],
        GET,
        False,
        OBJECT,
        context=OUTSIDER,
    ),
]

SCPS = [*INHERITED, *FULL_LANGUAGE, *UNBOUND]
