"""Requests against chains of service control policies and the answers of AWS's documentation, sources by each group."""

from typing import Any, NamedTuple

ALLOW_ALL = {"Version": "2012-10-17", "Statement": [{"Sid": "All", "Effect": "Allow", "Action": "*", "Resource": "*"}]}
ADMIN = "arn:aws:iam::111122223333:role/probe-administrator"
ROOT = "arn:aws:iam::111122223333:root"
KEY = "arn:aws:s3:::records/a.txt"


class Case(NamedTuple):
    """One request and whether the chain lets it pass."""

    name: str
    chain: Any
    action: str
    resource: str
    context: dict[str, Any] | None
    allowed: bool


def doc(*statements: dict[str, Any], version: str | None = "2012-10-17") -> dict[str, Any]:
    """A policy document of these statements."""
    return {**({"Version": version} if version else {}), "Statement": list(statements)}


def deny(action: Any = "*", **more: Any) -> dict[str, Any]:
    """A Deny statement; `more` adds or replaces elements."""
    return {"Effect": "Deny", "Action": action, "Resource": "*", **more}


def allow(action: Any = "*", **more: Any) -> dict[str, Any]:
    """An Allow statement; `more` adds or replaces elements."""
    return {"Effect": "Allow", "Action": action, "Resource": "*", **more}


def deny_but(actions: Any, **more: Any) -> dict[str, Any]:
    """A Deny of everything except these actions."""
    return {"Effect": "Deny", "NotAction": actions, "Resource": "*", **more}


def guarded(*statements: dict[str, Any], version: str | None = "2012-10-17") -> list[list[dict[str, Any]]]:
    """A one-level chain: full access, and beside it a policy of these statements."""
    return [[ALLOW_ALL, doc(*statements, version=version)]]


def _c(name: str, chain: Any, action: str, allowed: bool, resource: str = "*", **context: Any) -> Case:
    return Case(name, chain, action, resource, context.pop("context", None) or context or None, allowed)


def _when(**operators: Any) -> dict[str, Any]:
    return {"Condition": operators}


# https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html
# An Allow is needed at every level on the way from the root to the account; a Deny at any level is final.
LEVELS = [
    _c("empty chain: the management account is not bound", [], "iam:CreateUser", True),
    _c("full access at each of three levels", [[ALLOW_ALL]] * 3, "ec2:RunInstances", True),
    _c("nothing attached at the root", [[], [ALLOW_ALL], [ALLOW_ALL]], "ec2:RunInstances", False),
    _c("nothing attached at the unit in the middle", [[ALLOW_ALL], [], [ALLOW_ALL]], "ec2:RunInstances", False),
    _c("nothing attached at the account", [[ALLOW_ALL], [ALLOW_ALL], []], "ec2:RunInstances", False),
    _c("a single empty level", [[]], "s3:ListAllMyBuckets", False),
    _c("a level with denies only allows nothing", [[ALLOW_ALL], [doc(deny("iam:*"))]], "ec2:RunInstances", False),
    _c("an allow list at one level, inside", [[ALLOW_ALL], [doc(allow("ec2:*"))]], "ec2:RunInstances", True),
    _c("an allow list at one level, outside", [[ALLOW_ALL], [doc(allow("ec2:*"))]], "s3:GetObject", False),
    _c(
        "lists at two levels intersect, common",
        [[doc(allow(["ec2:*", "s3:*"]))], [doc(allow("s3:*"))]],
        "s3:GetObject",
        True,
    ),
    _c(
        "lists at two levels intersect, not common",
        [[doc(allow(["ec2:*", "s3:*"]))], [doc(allow("s3:*"))]],
        "ec2:RunInstances",
        False,
    ),
    _c("lists at one level add up, first", [[doc(allow("ec2:*")), doc(allow("s3:*"))]], "ec2:RunInstances", True),
    _c("lists at one level add up, second", [[doc(allow("ec2:*")), doc(allow("s3:*"))]], "s3:GetObject", True),
    _c("lists at one level add up, neither", [[doc(allow("ec2:*")), doc(allow("s3:*"))]], "sqs:SendMessage", False),
    _c("deny at the root holds below", [[ALLOW_ALL, doc(deny("s3:*"))], [ALLOW_ALL]], "s3:GetObject", False),
    _c("deny at the account", [[ALLOW_ALL], [ALLOW_ALL, doc(deny("s3:*"))]], "s3:GetObject", False),
    _c("deny leaves other services alone", [[ALLOW_ALL, doc(deny("s3:*"))], [ALLOW_ALL]], "ec2:RunInstances", True),
    _c(
        "an allow below does not lift a deny above",
        [[ALLOW_ALL, doc(deny("s3:*"))], [doc(allow("s3:*"))]],
        "s3:GetObject",
        False,
    ),
    _c("allow and deny in one document", [[doc(allow(), deny("s3:*"))]], "s3:GetObject", False),
    _c("deny before allow, order does not matter", [[doc(deny("s3:*"), allow())]], "s3:GetObject", False),
    _c(
        "replacing full access by a deny at the unit blocks all",
        [[ALLOW_ALL], [doc(deny("s3:*"))], [ALLOW_ALL]],
        "ec2:RunInstances",
        False,
    ),
    _c(
        "five levels, one narrow",
        [[ALLOW_ALL], [ALLOW_ALL], [doc(allow("lambda:*"))], [ALLOW_ALL], [ALLOW_ALL]],
        "lambda:CreateFunction",
        True,
    ),
    _c(
        "five levels, one too narrow",
        [[ALLOW_ALL], [ALLOW_ALL], [doc(allow("lambda:*"))], [ALLOW_ALL], [ALLOW_ALL]],
        "ec2:RunInstances",
        False,
    ),
    _c(
        "a region-limited allow beside a full allow has no effect",
        [[ALLOW_ALL, doc(allow(**_when(StringEquals={"aws:RequestedRegion": "eu-central-1"})))]],
        "ec2:RunInstances",
        True,
        context={"aws:RequestedRegion": "us-east-1"},
    ),
    _c(
        "a service-linked role is not bound",
        guarded(deny()),
        "ec2:RunInstances",
        True,
        context={
            "aws:PrincipalArn": "arn:aws:iam::111122223333:role/aws-service-role/a.amazonaws.com/AWSServiceRoleForA"
        },
    ),
    _c(
        "a role that only sounds like a service-linked one is bound",
        guarded(deny()),
        "ec2:RunInstances",
        False,
        context={"aws:PrincipalArn": "arn:aws:iam::111122223333:role/aws-service-role-copy"},
    ),
]

# https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_syntax.html
# Both effects take Action or NotAction, Resource or NotResource, and Condition.
ELEMENTS = [
    _c(
        "Allow NotAction, listed",
        [[doc({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"})]],
        "iam:CreateUser",
        False,
    ),
    _c(
        "Allow NotAction, not listed",
        [[doc({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"})]],
        "s3:GetObject",
        True,
    ),
    _c(
        "Allow NotAction does not deny: another allow may give it",
        [[doc({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}), doc(allow("iam:Get*"))]],
        "iam:GetRole",
        True,
    ),
    _c(
        "Allow on a resource, met", [[doc(allow("s3:*", Resource="arn:aws:s3:::records/*"))]], "s3:GetObject", True, KEY
    ),
    _c(
        "Allow on a resource, another",
        [[doc(allow("s3:*", Resource="arn:aws:s3:::records/*"))]],
        "s3:GetObject",
        False,
        "arn:aws:s3:::other/a.txt",
    ),
    _c(
        "Allow on a resource, request for all",
        [[doc(allow("s3:*", Resource="arn:aws:s3:::records/*"))]],
        "s3:GetObject",
        False,
    ),
    _c(
        "Allow NotResource, listed",
        [[doc({"Effect": "Allow", "Action": "*", "NotResource": "arn:aws:s3:::records/*"})]],
        "s3:GetObject",
        False,
        KEY,
    ),
    _c(
        "Allow NotResource, another",
        [[doc({"Effect": "Allow", "Action": "*", "NotResource": "arn:aws:s3:::records/*"})]],
        "s3:GetObject",
        True,
        "arn:aws:s3:::other/a.txt",
    ),
    _c(
        "Allow with a condition, met",
        [[doc(allow(**_when(StringEquals={"aws:RequestedRegion": "eu-west-1"})))]],
        "ec2:RunInstances",
        True,
        context={"aws:RequestedRegion": "eu-west-1"},
    ),
    _c(
        "Allow with a condition, not met",
        [[doc(allow(**_when(StringEquals={"aws:RequestedRegion": "eu-west-1"})))]],
        "ec2:RunInstances",
        False,
        context={"aws:RequestedRegion": "us-east-1"},
    ),
    _c(
        "Allow with a condition, key missing",
        [[doc(allow(**_when(StringEquals={"aws:RequestedRegion": "eu-west-1"})))]],
        "ec2:RunInstances",
        False,
    ),
    _c("Deny NotAction, listed", guarded(deny_but(["iam:*", "sts:*"])), "iam:CreateUser", True),
    _c("Deny NotAction, not listed", guarded(deny_but(["iam:*", "sts:*"])), "s3:GetObject", False),
    _c("Deny NotAction reaches services not yet made", guarded(deny_but("iam:*")), "newservice:Create", False),
    _c("Deny on an ARN, met", guarded(deny("s3:*", Resource="arn:aws:s3:::records/*")), "s3:GetObject", False, KEY),
    _c(
        "Deny on an ARN, another",
        guarded(deny("s3:*", Resource="arn:aws:s3:::records/*")),
        "s3:GetObject",
        True,
        "arn:aws:s3:::other/a",
    ),
    _c(
        "Deny on an ARN is not met by a request for all",
        guarded(deny("s3:*", Resource="arn:aws:s3:::records/*")),
        "s3:GetObject",
        True,
    ),
    _c(
        "Deny on arn:* is not met by a request for all",
        guarded(deny("iam:*", Resource="arn:*")),
        "iam:CreateUser",
        True,
    ),
    _c(
        "Deny NotResource, listed",
        guarded({"Effect": "Deny", "Action": "s3:*", "NotResource": "arn:aws:s3:::records/*"}),
        "s3:GetObject",
        True,
        KEY,
    ),
    _c(
        "Deny NotResource, another",
        guarded({"Effect": "Deny", "Action": "s3:*", "NotResource": "arn:aws:s3:::records/*"}),
        "s3:GetObject",
        False,
        "arn:aws:s3:::other/a",
    ),
    _c(
        "Deny NotResource, request for all",
        guarded({"Effect": "Deny", "Action": "s3:*", "NotResource": "arn:aws:s3:::records/*"}),
        "s3:GetObject",
        False,
    ),
    _c(
        "NotAction and NotResource together, listed action",
        guarded({"Effect": "Deny", "NotAction": "s3:GetObject", "NotResource": "arn:aws:s3:::records/*"}),
        "s3:GetObject",
        True,
        "arn:aws:s3:::other/a",
    ),
    _c(
        "NotAction and NotResource together, neither listed",
        guarded({"Effect": "Deny", "NotAction": "s3:GetObject", "NotResource": "arn:aws:s3:::records/*"}),
        "s3:PutObject",
        False,
        "arn:aws:s3:::other/a",
    ),
    _c(
        "one statement, not in a list",
        [[ALLOW_ALL, {"Version": "2012-10-17", "Statement": deny("s3:*")}]],
        "s3:GetObject",
        False,
    ),
    _c("a list of actions, one of them", guarded(deny(["sqs:*", "s3:Get*"])), "s3:GetObject", False),
    _c(
        "a list of resources, one of them",
        guarded(deny("s3:*", Resource=["arn:aws:s3:::a", "arn:aws:s3:::records/*"])),
        "s3:GetObject",
        False,
        KEY,
    ),
    _c("an empty list of statements", [[ALLOW_ALL, {"Version": "2012-10-17", "Statement": []}]], "s3:GetObject", True),
    _c("an empty policy as the only one", [[{"Version": "2012-10-17", "Statement": []}]], "s3:GetObject", False),
    _c("JSON text", [['{"Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}']], "s3:GetObject", True),
]

# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html (wildcards, case)
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
WILDCARDS = [
    _c("actions are case-insensitive, service", guarded(deny("S3:GetObject")), "s3:GetObject", False),
    _c("actions are case-insensitive, name", guarded(deny("s3:getobject")), "s3:GetObject", False),
    _c("actions are case-insensitive, request", guarded(deny("s3:GetObject")), "S3:GETOBJECT", False),
    _c(
        "resources are case-sensitive",
        guarded(deny("s3:*", Resource="arn:aws:s3:::Records/*")),
        "s3:GetObject",
        True,
        KEY,
    ),
    _c("trailing wildcard", guarded(deny("organizations:Leave*")), "organizations:LeaveOrganization", False),
    _c("wildcard in the middle", guarded(deny("iam:*Key")), "iam:CreateAccessKey", False),
    _c("wildcard in the middle, more follows", guarded(deny("iam:*Key")), "iam:ListAccessKeys", True),
    _c("question mark is one character", guarded(deny("s3:?etObject")), "s3:GetObject", False),
    _c("question mark is not none", guarded(deny("s3:?GetObject")), "s3:GetObject", True),
    _c("brackets mean themselves", guarded(deny("s3:[Gg]etObject")), "s3:GetObject", True),
    _c("a dot means itself", guarded(deny("s3.GetObject")), "s3:GetObject", True),
    _c("a prefix is not enough", guarded(deny("s3:Get")), "s3:GetObject", True),
    _c("the service must match", guarded(deny("ec:*")), "ec2:RunInstances", True),
    _c(
        "* in the resource crosses slashes",
        guarded(deny("s3:*", Resource="arn:aws:s3:::records*")),
        "s3:GetObject",
        False,
        KEY,
    ),
    _c("nested wildcards end", guarded(deny("s3:*a*a*a*a*a*a*a*a*a*a*b")), "s3:" + "a" * 200, True),
    _c("all actions of a service by name", guarded(deny("organizations:*")), "organizations:LeaveOrganization", False),
]

REGIONS = {"StringNotEquals": {"aws:RequestedRegion": ["eu-central-1", "eu-west-1"]}}
GLOBALS = ["iam:*", "organizations:*", "route53:*", "cloudfront:*", "sts:*", "support:*", "budgets:*"]
REGION_DENY = guarded(deny_but(GLOBALS, Condition=REGIONS))
EXEMPT = {
    "ArnNotLike": {"aws:PrincipalARN": ["arn:aws:iam::*:role/security/breakglass", "arn:aws:iam::*:role/platform-*"]}
}

# https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_examples_general.html
REGION = [
    _c("allowed region", REGION_DENY, "ec2:RunInstances", True, context={"aws:RequestedRegion": "eu-west-1"}),
    _c("other region", REGION_DENY, "ec2:RunInstances", False, context={"aws:RequestedRegion": "us-east-1"}),
    _c("region missing is denied by a negated operator", REGION_DENY, "ec2:RunInstances", False),
    _c(
        "global service in us-east-1", REGION_DENY, "iam:CreateRole", True, context={"aws:RequestedRegion": "us-east-1"}
    ),
    _c(
        "global service forgotten", REGION_DENY, "waf:CreateWebACL", False, context={"aws:RequestedRegion": "us-east-1"}
    ),
    _c(
        "values are case-sensitive",
        REGION_DENY,
        "ec2:RunInstances",
        False,
        context={"aws:RequestedRegion": "EU-WEST-1"},
    ),
    _c("the key in another case", REGION_DENY, "ec2:RunInstances", True, context={"AWS:requestedregion": "eu-west-1"}),
    _c("value given as a list", REGION_DENY, "ec2:RunInstances", True, context={"aws:RequestedRegion": ["eu-west-1"]}),
    _c(
        "IfExists, region missing: negated is true",
        guarded(deny(**_when(StringNotEqualsIfExists={"aws:RequestedRegion": "eu-west-1"}))),
        "ec2:RunInstances",
        False,
    ),
    _c(
        "IgnoreCase",
        guarded(deny(**_when(StringNotEqualsIgnoreCase={"aws:RequestedRegion": "EU-WEST-1"}))),
        "ec2:RunInstances",
        True,
        context={"aws:RequestedRegion": "eu-west-1"},
    ),
    _c(
        "StringNotLike with a wildcard, inside",
        guarded(deny(**_when(StringNotLike={"aws:RequestedRegion": "eu-*"}))),
        "ec2:RunInstances",
        True,
        context={"aws:RequestedRegion": "eu-north-1"},
    ),
    _c(
        "StringNotLike with a wildcard, outside",
        guarded(deny(**_when(StringNotLike={"aws:RequestedRegion": "eu-*"}))),
        "ec2:RunInstances",
        False,
        context={"aws:RequestedRegion": "ap-south-1"},
    ),
    _c(
        "StringNotEquals takes the wildcard literally",
        guarded(deny(**_when(StringNotEquals={"aws:RequestedRegion": "eu-*"}))),
        "ec2:RunInstances",
        False,
        context={"aws:RequestedRegion": "eu-west-1"},
    ),
    _c(
        "a list of denied regions, in it",
        guarded(deny(**_when(StringEquals={"aws:RequestedRegion": ["us-east-1", "us-east-2"]}))),
        "ec2:RunInstances",
        False,
        context={"aws:RequestedRegion": "us-east-2"},
    ),
    _c(
        "a list of denied regions, new region",
        guarded(deny(**_when(StringEquals={"aws:RequestedRegion": ["us-east-1", "us-east-2"]}))),
        "ec2:RunInstances",
        True,
        context={"aws:RequestedRegion": "mx-central-1"},
    ),
    _c(
        "a list of denied regions, key missing",
        guarded(deny(**_when(StringEquals={"aws:RequestedRegion": "us-east-1"}))),
        "ec2:RunInstances",
        True,
    ),
    _c(
        "two region denies leave the intersection",
        [
            [ALLOW_ALL, doc(deny(Condition=REGIONS))],
            [ALLOW_ALL, doc(deny(**_when(StringNotEquals={"aws:RequestedRegion": ["eu-west-1", "us-east-1"]})))],
        ],
        "ec2:RunInstances",
        False,
        context={"aws:RequestedRegion": "eu-central-1"},
    ),
    _c(
        "two region denies, common region",
        [
            [ALLOW_ALL, doc(deny(Condition=REGIONS))],
            [ALLOW_ALL, doc(deny(**_when(StringNotEquals={"aws:RequestedRegion": ["eu-west-1", "us-east-1"]})))],
        ],
        "ec2:RunInstances",
        True,
        context={"aws:RequestedRegion": "eu-west-1"},
    ),
    _c(
        "ForAnyValue, key missing: even a negation is false",
        guarded(deny(Condition={"ForAnyValue:StringNotEquals": {"aws:RequestedRegion": "eu-west-1"}})),
        "ec2:RunInstances",
        True,
    ),
    _c(
        "ForAllValues, key missing: true",
        guarded(deny(Condition={"ForAllValues:StringEquals": {"aws:RequestedRegion": "us-east-1"}})),
        "ec2:RunInstances",
        False,
    ),
    _c(
        "exempt role in another region",
        guarded(deny_but(GLOBALS, Condition={**REGIONS, **EXEMPT})),
        "ec2:RunInstances",
        True,
        context={
            "aws:RequestedRegion": "us-east-1",
            "aws:PrincipalArn": "arn:aws:iam::111122223333:role/security/breakglass",
        },
    ),
    _c(
        "exempt by a name pattern",
        guarded(deny_but(GLOBALS, Condition={**REGIONS, **EXEMPT})),
        "ec2:RunInstances",
        True,
        context={"aws:RequestedRegion": "us-east-1", "aws:PrincipalArn": "arn:aws:iam::111122223333:role/platform-ci"},
    ),
    _c(
        "ordinary role in another region",
        guarded(deny_but(GLOBALS, Condition={**REGIONS, **EXEMPT})),
        "ec2:RunInstances",
        False,
        context={"aws:RequestedRegion": "us-east-1", "aws:PrincipalArn": ADMIN},
    ),
    _c(
        "ordinary role in an allowed region",
        guarded(deny_but(GLOBALS, Condition={**REGIONS, **EXEMPT})),
        "ec2:RunInstances",
        True,
        context={"aws:RequestedRegion": "eu-west-1", "aws:PrincipalArn": ADMIN},
    ),
]

ROOT_LIKE = guarded(deny(**_when(StringLike={"aws:PrincipalArn": "arn:aws:iam::*:root"})))
ROOT_EQUALS = guarded(deny(**_when(StringEquals={"aws:PrincipalArn": "arn:aws:iam::*:root"})))
ROOT_UNLESS_ASSUMED = guarded(
    deny(**_when(ArnLike={"aws:PrincipalArn": "arn:*:iam::*:root"}, Null={"aws:AssumedRoot": "true"}))
)

# https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_examples_general.html (root user)
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
ROOT_USER = [
    _c("root denied with StringLike", ROOT_LIKE, "s3:GetObject", False, context={"aws:PrincipalArn": ROOT}),
    _c("a role is not root", ROOT_LIKE, "s3:GetObject", True, context={"aws:PrincipalArn": ADMIN}),
    _c(
        "a role named root is not root",
        ROOT_LIKE,
        "s3:GetObject",
        True,
        context={"aws:PrincipalArn": "arn:aws:iam::111122223333:role/root"},
    ),
    _c(
        "a user named root is not root",
        ROOT_LIKE,
        "s3:GetObject",
        True,
        context={"aws:PrincipalArn": "arn:aws:iam::111122223333:user/root"},
    ),
    _c(
        "StringEquals with a wildcard protects nothing",
        ROOT_EQUALS,
        "s3:GetObject",
        True,
        context={"aws:PrincipalArn": ROOT},
    ),
    _c(
        "ArnEquals expands the wildcard",
        guarded(deny(**_when(ArnEquals={"aws:PrincipalArn": "arn:aws:iam::*:root"}))),
        "s3:GetObject",
        False,
        context={"aws:PrincipalArn": ROOT},
    ),
    _c(
        "StringEquals with the full ARN",
        guarded(deny(**_when(StringEquals={"aws:PrincipalArn": ROOT}))),
        "s3:GetObject",
        False,
        context={"aws:PrincipalArn": ROOT},
    ),
    _c(
        "StringLike *:root crosses colons",
        guarded(deny(**_when(StringLike={"aws:PrincipalArn": "*:root"}))),
        "s3:GetObject",
        False,
        context={"aws:PrincipalArn": ROOT},
    ),
    _c(
        "ArnLike *:root has too few fields",
        guarded(deny(**_when(ArnLike={"aws:PrincipalArn": "*:root"}))),
        "s3:GetObject",
        True,
        context={"aws:PrincipalArn": ROOT},
    ),
    _c(
        "operator in another case",
        guarded(deny(**_when(stringlike={"AWS:PRINCIPALARN": "arn:aws:iam::*:root"}))),
        "s3:GetObject",
        False,
        context={"aws:principalarn": ROOT},
    ),
    _c("principal unknown: positive operator is false", ROOT_LIKE, "s3:GetObject", True),
    _c(
        "some actions only, one of them",
        guarded(deny("ec2:*", **_when(StringLike={"aws:PrincipalArn": "arn:aws:iam::*:root"}))),
        "ec2:RunInstances",
        False,
        context={"aws:PrincipalArn": ROOT},
    ),
    _c(
        "some actions only, another",
        guarded(deny("ec2:*", **_when(StringLike={"aws:PrincipalArn": "arn:aws:iam::*:root"}))),
        "s3:GetObject",
        True,
        context={"aws:PrincipalArn": ROOT},
    ),
    _c(
        "root proper, with the exemption for assumed root",
        ROOT_UNLESS_ASSUMED,
        "s3:DeleteBucketPolicy",
        False,
        context={"aws:PrincipalArn": ROOT},
    ),
    _c(
        "assumed root is exempt",
        ROOT_UNLESS_ASSUMED,
        "s3:DeleteBucketPolicy",
        True,
        context={"aws:PrincipalArn": ROOT, "aws:AssumedRoot": "true"},
    ),
    _c(
        "StringNotLike exempts one account",
        guarded(
            deny(
                **_when(
                    StringLike={"aws:PrincipalArn": "arn:aws:iam::*:root"},
                    StringNotLike={"aws:PrincipalAccount": "111122223333"},
                )
            )
        ),
        "s3:GetObject",
        True,
        context={"aws:PrincipalArn": ROOT, "aws:PrincipalAccount": "111122223333"},
    ),
    _c(
        "PrincipalType Account is root",
        guarded(deny(**_when(StringEquals={"aws:PrincipalType": "Account"}))),
        "s3:GetObject",
        False,
        context={"aws:PrincipalType": "Account"},
    ),
]

# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html
MFA = {"aws:MultiFactorAuthPresent": "false"}
CONDITIONS = [
    _c("Bool false, key missing: no match", guarded(deny(**_when(Bool=MFA))), "ec2:StopInstances", True),
    _c("BoolIfExists false, key missing: match", guarded(deny(**_when(BoolIfExists=MFA))), "ec2:StopInstances", False),
    _c(
        "BoolIfExists false, with MFA",
        guarded(deny(**_when(BoolIfExists=MFA))),
        "ec2:StopInstances",
        True,
        context={"aws:MultiFactorAuthPresent": "true"},
    ),
    _c(
        "a JSON boolean in the policy",
        guarded(deny(**_when(Bool={"aws:MultiFactorAuthPresent": False}))),
        "ec2:StopInstances",
        False,
        context={"aws:MultiFactorAuthPresent": "false"},
    ),
    _c(
        "two operators are both needed, one fails",
        guarded(deny(**_when(Bool=MFA, StringEquals={"aws:RequestedRegion": "us-east-1"}))),
        "ec2:StopInstances",
        True,
        context={"aws:MultiFactorAuthPresent": "false", "aws:RequestedRegion": "eu-west-1"},
    ),
    _c(
        "two keys under one operator are both needed",
        guarded(
            deny(**_when(StringNotEquals={"aws:RequestedRegion": "eu-west-1", "aws:PrincipalAccount": "111122223333"}))
        ),
        "ec2:StopInstances",
        True,
        context={"aws:RequestedRegion": "us-east-1", "aws:PrincipalAccount": "111122223333"},
    ),
    _c(
        "values under a negation: none may match",
        guarded(deny(**_when(StringNotEquals={"ec2:InstanceType": ["t3.micro", "t3.small"]}))),
        "ec2:RunInstances",
        True,
        context={"ec2:InstanceType": "t3.small"},
    ),
    _c(
        "AWS's example: only one instance type, another",
        guarded(
            deny(
                "ec2:RunInstances",
                Resource="arn:aws:ec2:*:*:instance/*",
                **_when(StringNotEquals={"ec2:InstanceType": "t2.micro"}),
            )
        ),
        "ec2:RunInstances",
        False,
        "arn:aws:ec2:eu-west-1:111122223333:instance/i-1",
        context={"ec2:InstanceType": "m5.large"},
    ),
    _c(
        "AWS's example: only one instance type, request for all",
        guarded(
            deny(
                "ec2:RunInstances",
                Resource="arn:aws:ec2:*:*:instance/*",
                **_when(StringNotEquals={"ec2:InstanceType": "t2.micro"}),
            )
        ),
        "ec2:RunInstances",
        True,
        context={"ec2:InstanceType": "m5.large"},
    ),
    _c(
        "Null true: a missing tag is denied",
        guarded(deny("ec2:RunInstances", **_when(Null={"aws:RequestTag/Project": "true"}))),
        "ec2:RunInstances",
        False,
    ),
    _c(
        "Null true: the tag is there",
        guarded(deny("ec2:RunInstances", **_when(Null={"aws:RequestTag/Project": "true"}))),
        "ec2:RunInstances",
        True,
        context={"aws:RequestTag/Project": "a"},
    ),
    _c(
        "Null false: present is denied",
        guarded(deny("ec2:RunInstances", **_when(Null={"aws:RequestTag/Project": "false"}))),
        "ec2:RunInstances",
        False,
        context={"aws:RequestTag/Project": "a"},
    ),
    _c(
        "IpAddress inside",
        guarded(deny(**_when(IpAddress={"aws:SourceIp": "203.0.113.0/24"}))),
        "s3:GetObject",
        False,
        context={"aws:SourceIp": "203.0.113.7"},
    ),
    _c(
        "NotIpAddress inside",
        guarded(deny(**_when(NotIpAddress={"aws:SourceIp": ["203.0.113.0/24", "2001:db8::/32"]}))),
        "s3:GetObject",
        True,
        context={"aws:SourceIp": "2001:db8::1"},
    ),
    _c(
        "NotIpAddress, key missing",
        guarded(deny(**_when(NotIpAddress={"aws:SourceIp": "203.0.113.0/24"}))),
        "s3:GetObject",
        False,
    ),
    _c(
        "NumericGreaterThan",
        guarded(deny(**_when(NumericGreaterThan={"aws:MultiFactorAuthAge": "3600"}))),
        "s3:GetObject",
        False,
        context={"aws:MultiFactorAuthAge": "7200"},
    ),
    _c(
        "NumericGreaterThan, below",
        guarded(deny(**_when(NumericGreaterThan={"aws:MultiFactorAuthAge": "3600"}))),
        "s3:GetObject",
        True,
        context={"aws:MultiFactorAuthAge": 60},
    ),
    _c(
        "DateLessThan",
        guarded(deny(**_when(DateLessThan={"aws:CurrentTime": "2026-12-01T00:00:00Z"}))),
        "s3:GetObject",
        False,
        context={"aws:CurrentTime": "2026-11-24T12:00:00Z"},
    ),
    _c(
        "ForAnyValue over tag keys",
        guarded(deny(Condition={"ForAnyValue:StringEquals": {"aws:TagKeys": ["owner"]}})),
        "ec2:CreateTags",
        False,
        context={"aws:TagKeys": ["team", "owner"]},
    ),
    _c(
        "ForAllValues over tag keys, one outside",
        guarded(deny(Condition={"ForAllValues:StringEquals": {"aws:TagKeys": ["owner"]}})),
        "ec2:CreateTags",
        True,
        context={"aws:TagKeys": ["team", "owner"]},
    ),
    _c(
        "PrincipalIsAWSService exempts services",
        guarded(deny(**_when(BoolIfExists={"aws:PrincipalIsAWSService": "false"}))),
        "s3:PutObject",
        True,
        context={"aws:PrincipalIsAWSService": "true"},
    ),
    _c(
        "outside the organization",
        guarded(deny(**_when(StringNotEqualsIfExists={"aws:ResourceOrgID": "o-abcdefghij"}))),
        "s3:PutObject",
        False,
        context={"aws:ResourceOrgID": "o-other12345"},
    ),
    _c(
        "a policy variable",
        guarded(deny(**_when(StringNotEquals={"aws:ResourceOrgID": "${aws:PrincipalOrgID}"}))),
        "s3:PutObject",
        True,
        context={"aws:ResourceOrgID": "o-abcdefghij", "aws:PrincipalOrgID": "o-abcdefghij"},
    ),
    _c(
        "a policy variable without the new version stays text",
        guarded(deny(**_when(StringNotEquals={"aws:ResourceOrgID": "${aws:PrincipalOrgID}"})), version=None),
        "s3:PutObject",
        False,
        context={"aws:ResourceOrgID": "o-abcdefghij", "aws:PrincipalOrgID": "o-abcdefghij"},
    ),
    _c("an empty condition always holds", guarded(deny(Condition={})), "s3:PutObject", False),
    _c(
        "ArnNotLike field by field: a slash name does not cross",
        guarded(deny(**_when(ArnNotLike={"aws:PrincipalArn": "arn:aws:iam::*:role/admin"}))),
        "s3:PutObject",
        False,
        context={"aws:PrincipalArn": "arn:aws:iam::111122223333:role/x:role/admin"},
    ),
]

# https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_examples_general.html
# https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_examples_guardduty.html
PROTECT = [
    _c("leaving denied", guarded(deny("organizations:LeaveOrganization")), "organizations:LeaveOrganization", False),
    _c(
        "leaving, resource narrower than all",
        guarded(
            deny(
                "organizations:LeaveOrganization",
                Resource="arn:aws:organizations::111122223333:organization/o-abcdefghij",
            )
        ),
        "organizations:LeaveOrganization",
        True,
    ),
    _c(
        "leaving denied at a unit",
        [[ALLOW_ALL], [ALLOW_ALL, doc(deny("organizations:Leave*"))], [ALLOW_ALL]],
        "organizations:LeaveOrganization",
        False,
    ),
    _c(
        "leaving, exempt role named",
        guarded(deny("organizations:*", Condition=EXEMPT)),
        "organizations:LeaveOrganization",
        True,
        context={"aws:PrincipalArn": "arn:aws:iam::111122223333:role/security/breakglass"},
    ),
    _c(
        "trail cannot be stopped",
        guarded(deny(["cloudtrail:StopLogging", "cloudtrail:DeleteTrail"])),
        "cloudtrail:StopLogging",
        False,
    ),
    _c(
        "trail: another action stays",
        guarded(deny(["cloudtrail:StopLogging", "cloudtrail:DeleteTrail"])),
        "cloudtrail:UpdateTrail",
        True,
    ),
    _c(
        "detector cannot be deleted",
        guarded(deny(["guardduty:Delete*", "guardduty:Disassociate*"])),
        "guardduty:DeleteDetector",
        False,
    ),
    _c(
        "a protected role, changed by an ordinary one",
        guarded(deny(["iam:*Role*"], Resource="arn:aws:iam::*:role/security/*", Condition=EXEMPT)),
        "iam:UpdateAssumeRolePolicy",
        False,
        "arn:aws:iam::111122223333:role/security/audit",
        context={"aws:PrincipalArn": ADMIN},
    ),
    _c(
        "another role, changed by an ordinary one",
        guarded(deny(["iam:*Role*"], Resource="arn:aws:iam::*:role/security/*", Condition=EXEMPT)),
        "iam:DeleteRole",
        True,
        "arn:aws:iam::111122223333:role/app",
        context={"aws:PrincipalArn": ADMIN},
    ),
    _c(
        "users cannot be created",
        guarded(deny(["iam:CreateUser", "iam:CreateAccessKey"])),
        "iam:CreateAccessKey",
        False,
        "arn:aws:iam::111122223333:user/a",
    ),
    _c(
        "a policy that cannot be read beside full access denies nothing",
        [[ALLOW_ALL, "{not json"]],
        "s3:GetObject",
        True,
    ),
    _c("a policy that cannot be read allows nothing", [["{not json"]], "s3:GetObject", False),
    _c("no policy at all in the place of one", [[ALLOW_ALL, None]], "s3:GetObject", True),
]

CASES = [*LEVELS, *ELEMENTS, *WILDCARDS, *REGION, *ROOT_USER, *CONDITIONS, *PROTECT]
