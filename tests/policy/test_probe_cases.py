"""A second round of the questions of SCP-02 to SCP-08 and RCP-01: what a local administrator can get around."""

from typing import Any

import pytest
from scp_cases import ALLOW_ALL, allow, deny, deny_but, doc, guarded

from orienteer.policy.guardrails import probes
from orienteer.policy.guardrails.perimeter import perimeter

A, B, ORG = "111122223333", "444455556666", "o-abcdefghij"
LEAVE = "organizations:LeaveOrganization"
IAM = f"arn:aws:iam::{A}:"
SSO = "arn:aws:iam::*:role/aws-reserved/sso.amazonaws.com/*"


def when(**operators: Any) -> dict[str, Any]:
    return {"Condition": {name.replace("_", ":"): keys for name, keys in operators.items()}}


def principal(*patterns: str) -> dict[str, Any]:
    return {"aws:PrincipalArn": list(patterns)}


# https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_examples_general.html
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html (which keys a request carries)
LEAVING: list[tuple[str, Any, bool]] = [
    ("a deny on all but a resource", {"Effect": "Deny", "Action": LEAVE, "NotResource": "arn:aws:s3:::x"}, True),
    ("a deny of all but reading", deny_but(["organizations:Describe*", "organizations:List*"]), True),
    ("a deny of all but leaving", deny_but(["organizations:Leave*"]), False),
    ("for this account", deny(LEAVE, **when(StringEquals={"aws:PrincipalAccount": A})), True),
    ("for another account", deny(LEAVE, **when(StringEquals={"aws:PrincipalAccount": B})), False),
    ("for all but this account", deny(LEAVE, **when(StringNotEquals={"aws:PrincipalAccount": [A]})), False),
    ("for all but another account", deny(LEAVE, **when(StringNotEquals={"aws:PrincipalAccount": [B]})), True),
    ("for services only", deny(LEAVE, **when(Bool={"aws:PrincipalIsAWSService": "true"})), False),
    ("for all but services", deny(LEAVE, **when(Bool={"aws:PrincipalIsAWSService": "false"})), True),
    (
        "in a region where the service has no endpoint",
        deny(LEAVE, **when(StringEquals={"aws:RequestedRegion": "eu-west-1"})),
        False,
    ),
    (
        "outside regions without the endpoint's",
        deny("organizations:*", **when(StringNotEquals={"aws:RequestedRegion": ["eu-west-1"]})),
        True,
    ),
    (
        "outside regions with the endpoint's",
        deny("organizations:*", **when(StringNotEquals={"aws:RequestedRegion": ["us-east-1"]})),
        False,
    ),
    ("since a day in the past", deny(LEAVE, **when(DateGreaterThan={"aws:CurrentTime": "2020-01-01T00:00:00Z"})), True),
    ("until a day in the past", deny(LEAVE, **when(DateLessThan={"aws:CurrentTime": "2020-01-01T00:00:00Z"})), False),
    ("since a second in the past", deny(LEAVE, **when(NumericGreaterThan={"aws:EpochTime": "1577836800"})), True),
    (
        "for one kind of principal, the role's",
        deny(LEAVE, **when(StringEquals={"aws:PrincipalType": "AssumedRole"})),
        True,
    ),
    ("for users only", deny(LEAVE, **when(StringEquals={"aws:PrincipalType": "User"})), False),
    ("for those with a tag", deny(LEAVE, **when(StringEquals={"aws:PrincipalTag/env": "prod"})), False),
    (
        "outside a network where the administrator may be",
        deny(LEAVE, **when(NotIpAddress={"aws:SourceIp": ["203.0.113.0/24"]})),
        False,
    ),
    ("inside a network", deny(LEAVE, **when(IpAddress={"aws:SourceIp": ["203.0.113.0/24"]})), False),
    (
        "outside a VPC where the administrator may be",
        deny(LEAVE, **when(StringNotEquals={"aws:SourceVpc": "vpc-0a1b2c3d"})),
        False,
    ),
    (
        "unless by a user agent that anybody can send",
        deny(LEAVE, **when(StringNotLike={"aws:UserAgent": "console*"})),
        False,
    ),
    ("for one role of the account", deny(LEAVE, **when(ArnEquals=principal(f"{IAM}role/app"))), False),
    ("for all roles", deny(LEAVE, **when(ArnLike=principal("arn:aws:iam::*:role/*"))), True),
    ("for all roles, the operator of text", deny(LEAVE, **when(StringLike=principal("arn:aws:iam::*:role/*"))), True),
    (
        "for sessions, which is not what the key holds",
        deny(LEAVE, **when(ArnLike=principal("arn:aws:sts::*:assumed-role/*"))),
        False,
    ),
    (
        "for all but a role, a set operator before it",
        deny(LEAVE, **when(ForAllValues_ArnNotLike=principal("arn:aws:iam::*:role/x"))),
        True,
    ),
    ("for all but a role, IfExists", deny(LEAVE, **when(ArnNotLikeIfExists=principal("arn:aws:iam::*:role/x"))), True),
    ("by an organization's id", deny(LEAVE, **when(StringNotEquals={"aws:PrincipalOrgID": "o-elsewhere01"})), True),
    ("by the own organization's id, negated", deny(LEAVE, **when(StringNotEquals={"aws:PrincipalOrgID": ORG})), False),
    ("only where the call comes through a service", deny(LEAVE, **when(Bool={"aws:ViaAWSService": "true"})), False),
    (
        "a variable that is the account itself",
        deny(LEAVE, **when(StringEquals={"aws:PrincipalAccount": "${aws:ResourceAccount}"})),
        True,
    ),
]


@pytest.mark.parametrize(("statement", "denied"), [c[1:] for c in LEAVING], ids=[c[0] for c in LEAVING])
def test_leaving(statement: Any, denied: bool) -> None:
    assert probes.leaving(guarded(statement), A, org_id=ORG).denied is denied


NAMELESS = deny(LEAVE, **when(Null={"aws:UserAgent": "true"}))
UNLIKE = deny(LEAVE, **when(StringNotEquals={"aws:UserAgent": ["audit", "console"]}))

# https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html
LEAVING_CHAINS: list[tuple[str, Any, bool]] = [
    ("allow lists without it", [[ALLOW_ALL], [doc(allow(["ec2:*", "s3:*"]))]], True),
    (
        "exempt at the root, denied plainly below",
        [
            [ALLOW_ALL, doc(deny(LEAVE, **when(ArnNotLike=principal("arn:aws:iam::*:role/*"))))],
            [ALLOW_ALL, doc(deny(LEAVE))],
        ],
        True,
    ),
    (
        "two denies with two networks that exclude each other",
        guarded(
            deny(LEAVE, **when(NotIpAddress={"aws:SourceIp": "203.0.113.0/24"})),
            deny(LEAVE, **when(IpAddress={"aws:SourceIp": "203.0.113.0/24"})),
        ),
        True,
    ),
    *(
        (f"no header at all, and none but two headers, {order}", guarded(*pair), False)
        for order, pair in {"in this order": (NAMELESS, UNLIKE), "in that": (UNLIKE, NAMELESS)}.items()
    ),
    (
        "a header that one deny asks for and another refuses",
        guarded(UNLIKE, deny(LEAVE, **when(StringEquals={"aws:UserAgent": ["audit", "console"]}))),
        True,
    ),
    (
        "two denies for roles and for users",
        guarded(
            deny(LEAVE, **when(ArnLike=principal("arn:aws:iam::*:role/*"))),
            deny(LEAVE, **when(ArnLike=principal("arn:aws:iam::*:user/*"))),
        ),
        True,
    ),
]


@pytest.mark.parametrize(("chain", "denied"), [c[1:] for c in LEAVING_CHAINS], ids=[c[0] for c in LEAVING_CHAINS])
def test_leaving_chains(chain: Any, denied: bool) -> None:
    assert probes.leaving(chain, A, org_id=ORG).denied is denied


# https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create-service-linked-role.html (path reserved to AWS)
# https://docs.aws.amazon.com/singlesignon/latest/userguide/using-service-linked-roles.html
EXEMPT: list[tuple[str, Any, list[tuple[str, bool]]]] = [
    (
        "service-linked roles",
        when(ArnNotLike=principal("arn:aws:iam::*:role/aws-service-role/*")),
        [("arn:aws:iam::*:role/aws-service-role/*", False)],
    ),
    ("roles of Identity Center", when(ArnNotLike=principal(SSO)), [(SSO, False)]),
    (
        "a part of any name",
        when(ArnNotLike=principal("arn:aws:iam::*:role/*Admin*")),
        [("arn:aws:iam::*:role/*Admin*", True)],
    ),
    (
        "stack sets",
        when(ArnNotLike=principal("arn:aws:iam::*:role/stacksets-exec-*")),
        [("arn:aws:iam::*:role/stacksets-exec-*", True)],
    ),
    (
        "one of a list is another account's",
        when(ArnNotLike=principal(f"arn:aws:iam::{B}:role/x", "arn:aws:iam::*:role/y")),
        [("arn:aws:iam::*:role/y", True)],
    ),
    (
        "any kind of principal of that name",
        when(ArnNotLike=principal("arn:aws:iam::*:*/breakglass")),
        [("arn:aws:iam::*:*/breakglass", True)],
    ),
    (
        "the operator that looks exact and is not",
        when(ArnNotEquals=principal("arn:aws:iam::*:role/deploy-*")),
        [("arn:aws:iam::*:role/deploy-*", True)],
    ),
    (
        "the name of a role of any partition",
        when(ArnNotLike=principal("arn:*:iam::*:role/ops")),
        [("arn:*:iam::*:role/ops", True)],
    ),
    (
        "a name that is one character short",
        when(StringNotLike=principal("arn:aws:iam::*:role/op?")),
        [("arn:aws:iam::*:role/op?", True)],
    ),
    ("everybody of the account", when(StringNotLike=principal(f"arn:aws:iam::{A}:*")), [(f"arn:aws:iam::{A}:*", True)]),
]


@pytest.mark.parametrize(("condition", "expected"), [c[1:] for c in EXEMPT], ids=[c[0] for c in EXEMPT])
def test_exemptions(condition: Any, expected: list[tuple[str, bool]]) -> None:
    answer = probes.leaving(guarded(deny(LEAVE, **condition)), A, org_id=ORG)
    assert [(exemption.pattern, exemption.guessable) for exemption in answer.exemptions] == expected


# https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-user-privileged-task.html (assumed root)
# https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_examples_general.html#example-scp-root-user
ROOT = "arn:aws:iam::*:root"
ROOTS: list[tuple[str, Any, bool, bool]] = [  # denied, sessions of assumed root stay usable
    ("ArnLike", [deny(**when(ArnLike=principal(ROOT)))], True, False),
    ("ArnEquals", [deny(**when(ArnEquals=principal(ROOT)))], True, False),
    ("StringLike with any partition", [deny(**when(StringLike=principal("arn:*:iam::*:root")))], True, False),
    ("StringEquals with the full ARN", [deny(**when(StringEquals=principal(f"{IAM}root")))], True, False),
    (
        "StringEquals with another account's",
        [deny(**when(StringEquals=principal(f"arn:aws:iam::{B}:root")))],
        False,
        False,
    ),
    ("StringEqualsIgnoreCase", [deny(**when(StringEqualsIgnoreCase=principal(f"ARN:AWS:IAM::{A}:ROOT")))], True, False),
    ("StringLikeIfExists", [deny(**when(StringLikeIfExists=principal(ROOT)))], True, False),
    ("ForAnyValue:StringLike", [deny(**when(ForAnyValue_StringLike=principal(ROOT)))], True, False),
    ("the kind of principal", [deny(**when(StringEquals={"aws:PrincipalType": "Account"}))], True, False),
    ("the user id", [deny(**when(StringEquals={"aws:userid": A}))], True, False),
    ("the user id, a variable", [deny(**when(StringEquals={"aws:userid": "${aws:PrincipalAccount}"}))], True, False),
    ("all who are not roles", [deny(**when(StringNotLike=principal("arn:aws:iam::*:role/*")))], True, False),
    (
        "all who are neither roles nor users",
        [deny(**when(ArnNotLike=principal("arn:aws:iam::*:role/*", "arn:aws:iam::*:user/*")))],
        True,
        False,
    ),
    (
        "all resources but a bucket",
        [{"Effect": "Deny", "Action": "*", "NotResource": "arn:aws:s3:::x", **when(ArnLike=principal(ROOT))}],
        True,
        False,
    ),
    ("only buckets", [deny(Resource="arn:aws:s3:::*", **when(ArnLike=principal(ROOT)))], False, False),
    (
        "only without MFA",
        [deny(**when(ArnLike=principal(ROOT), BoolIfExists={"aws:MultiFactorAuthPresent": "false"}))],
        False,
        False,
    ),
    (
        "not assumed root, a boolean",
        [deny(**when(ArnLike=principal(ROOT), Null={"aws:AssumedRoot": True}))],
        True,
        True,
    ),
    (
        "not assumed root, BoolIfExists",
        [deny(**when(ArnLike=principal(ROOT), BoolIfExists={"aws:AssumedRoot": "false"}))],
        True,
        True,
    ),
    (
        "not assumed root, Bool: no key, no deny",
        [deny(**when(ArnLike=principal(ROOT), Bool={"aws:AssumedRoot": "false"}))],
        False,
        True,
    ),
    ("only assumed root", [deny(**when(ArnLike=principal(ROOT), Null={"aws:AssumedRoot": "false"}))], False, False),
    (
        "in two statements",
        [deny("s3:*", **when(ArnLike=principal(ROOT))), deny_but("s3:*", **when(ArnLike=principal(ROOT)))],
        True,
        False,
    ),
    (
        "exempt this account",
        [deny(**when(ArnLike=principal(ROOT), StringNotEquals={"aws:PrincipalAccount": [A]}))],
        False,
        False,
    ),
    (
        "exempt another account",
        [deny(**when(ArnLike=principal(ROOT), StringNotEquals={"aws:PrincipalAccount": [B]}))],
        True,
        False,
    ),
    (
        "exempt everywhere in one region",
        [deny(**when(ArnLike=principal(ROOT), StringNotEquals={"aws:RequestedRegion": ["us-east-1"]}))],
        False,
        False,
    ),
    (
        "from outside a network",
        [deny(**when(ArnLike=principal(ROOT), NotIpAddress={"aws:SourceIp": "203.0.113.0/24"}))],
        False,
        False,
    ),
]


@pytest.mark.parametrize(("statements", "denied", "sessions"), [c[1:] for c in ROOTS], ids=[c[0] for c in ROOTS])
def test_root(statements: Any, denied: bool, sessions: bool) -> None:
    answer = probes.root_actions(guarded(*statements), A, org_id=ORG)
    assert answer.denied is denied
    if denied:
        assert answer.sessions_exempt is sessions


# https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_examples_general.html#example-scp-deny-region
# https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html (ec2:Region)
EU = ["eu-west-1", "eu-central-1"]
GLOBALS = ["iam:*", "sts:*", "organizations:*", "account:*", "support:*"]
REGIONS: list[tuple[str, Any, set[str], set[str]]] = [  # open in us-east-1, closed in eu-west-1
    (
        "ForAnyValue",
        guarded(deny_but(GLOBALS, **when(ForAnyValue_StringNotEquals={"aws:RequestedRegion": EU}))),
        set(),
        set(),
    ),
    (
        "ignoring case",
        guarded(deny_but(GLOBALS, **when(StringNotEqualsIgnoreCase={"aws:RequestedRegion": ["EU-WEST-1"]}))),
        set(),
        set(),
    ),
    ("by a pattern", guarded(deny_but(GLOBALS, **when(StringNotLike={"aws:RequestedRegion": "eu-*"}))), set(), set()),
    (
        "a pattern under the exact operator",
        guarded(deny_but(GLOBALS, **when(StringNotEquals={"aws:RequestedRegion": "eu-*"}))),
        set(),
        set(probes.REGIONAL),
    ),
    ("IfExists", guarded(deny_but(GLOBALS, **when(StringNotEqualsIfExists={"aws:RequestedRegion": EU}))), set(), set()),
    (
        "an allow list by region, nothing wider beside it",
        [[ALLOW_ALL], [doc(allow(**when(StringEquals={"aws:RequestedRegion": EU})))]],
        set(),
        set(),
    ),
    (
        "an allow list by region, full access beside it",
        [[ALLOW_ALL], [ALLOW_ALL, doc(allow(**when(StringEquals={"aws:RequestedRegion": EU})))]],
        set(probes.REGIONAL),
        set(),
    ),
    (
        "an account exempt in the same block, this one",
        guarded(deny_but(GLOBALS, **when(StringNotEquals={"aws:RequestedRegion": EU, "aws:PrincipalAccount": [A]}))),
        set(probes.REGIONAL),
        set(),
    ),
    (
        "an account exempt in the same block, another",
        guarded(deny_but(GLOBALS, **when(StringNotEquals={"aws:RequestedRegion": EU, "aws:PrincipalAccount": [B]}))),
        set(),
        set(),
    ),
    (
        "a list of closed regions",
        guarded(deny(**when(StringEquals={"aws:RequestedRegion": ["us-west-2"]}))),
        set(probes.REGIONAL),
        set(),
    ),
    (
        "a service left out",
        guarded(deny_but([*GLOBALS, "ec2:*"], **when(StringNotEquals={"aws:RequestedRegion": EU}))),
        {"ec2:RunInstances"},
        set(),
    ),
    (
        "all reading left out",
        guarded(deny_but([*GLOBALS, "*:Describe*", "*:List*"], **when(StringNotEquals={"aws:RequestedRegion": EU}))),
        set(),
        set(),
    ),
    (
        "stacked: what both leave open",
        guarded(
            deny_but(GLOBALS, **when(StringNotEquals={"aws:RequestedRegion": EU})),
            deny_but(GLOBALS, **when(StringNotEquals={"aws:RequestedRegion": ["eu-central-1", "us-east-1"]})),
        ),
        set(),
        set(probes.REGIONAL),
    ),
    (
        "exempt role beside it",
        guarded(
            deny_but(
                GLOBALS,
                **when(StringNotEquals={"aws:RequestedRegion": EU}, ArnNotLike=principal("arn:aws:iam::*:role/ops")),
            )
        ),
        set(),
        set(),
    ),
    (
        "exempt are all roles",
        guarded(
            deny_but(
                GLOBALS,
                **when(StringNotEquals={"aws:RequestedRegion": EU}, ArnNotLike=principal("arn:aws:iam::*:role/*")),
            )
        ),
        set(probes.REGIONAL),
        set(),
    ),
    (
        "the key of one service",
        guarded(deny("ec2:*", **when(StringNotEquals={"ec2:Region": EU}))),
        set(probes.REGIONAL) - {"ec2:RunInstances"},
        set(),
    ),
    (
        "not from a network where one may be",
        guarded(
            deny_but(
                GLOBALS,
                **when(StringNotEquals={"aws:RequestedRegion": EU}, NotIpAddress={"aws:SourceIp": "203.0.113.0/24"}),
            )
        ),
        set(probes.REGIONAL),
        set(),
    ),
]


@pytest.mark.parametrize(("chain", "open_there", "closed_here"), [c[1:] for c in REGIONS], ids=[c[0] for c in REGIONS])
def test_regions(chain: Any, open_there: set[str], closed_here: set[str]) -> None:
    assert {a.action for a in probes.regions_open(chain, ["us-east-1"], A, org_id=ORG) if not a.denied} == open_there
    assert {a.action for a in probes.regions_open(chain, ["eu-west-1"], A, org_id=ORG) if a.denied} == closed_here


# https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
PROTECTED: list[tuple[str, Any, str, bool]] = [
    (
        "trails of one region",
        deny("cloudtrail:*", Resource="arn:aws:cloudtrail:eu-west-1:*:trail/*"),
        "cloudtrail:StopLogging",
        False,
    ),
    (
        "trails of the caller's account",
        deny("cloudtrail:*", Resource="arn:aws:cloudtrail:*:${aws:PrincipalAccount}:trail/*"),
        "cloudtrail:StopLogging",
        True,
    ),
    ("detectors", deny("guardduty:*", Resource="arn:aws:guardduty:*:*:detector/*"), "guardduty:DeleteDetector", True),
    (
        "buckets, for an action on the account",
        deny("s3:PutAccountPublicAccessBlock", Resource="arn:aws:s3:::*"),
        "s3:PutAccountPublicAccessBlock",
        False,
    ),
    (
        "an ARN, for an action without resource",
        deny("ec2:*", Resource="arn:aws:ec2:*:*:*"),
        "ec2:DisableEbsEncryptionByDefault",
        False,
    ),
    ("users by pattern", deny("iam:*User", Resource="arn:aws:iam::*:user/*"), "iam:CreateUser", True),
    ("users of one path", deny("iam:*User", Resource="arn:aws:iam::*:user/people/*"), "iam:CreateUser", False),
    ("keys by pattern of the name", deny("iam:*AccessKey*"), "iam:CreateAccessKey", True),
    ("keys, but the pattern is another", deny("iam:Delete*"), "iam:CreateAccessKey", False),
    (
        "users without a boundary only",
        deny("iam:CreateUser", **when(StringNotEquals={"iam:PermissionsBoundary": f"{IAM}policy/limit"})),
        "iam:CreateUser",
        False,
    ),
    ("analyzers", deny("access-analyzer:Delete*"), "access-analyzer:DeleteAnalyzer", True),
    (
        "what is called in another region",
        deny("guardduty:*", **when(StringEquals={"aws:RequestedRegion": "eu-west-1"})),
        "guardduty:DeleteDetector",
        False,
    ),
    (
        "opted-in regions",
        deny("account:EnableRegion", **when(StringNotEquals={"account:TargetRegion": ["eu-south-1"]})),
        "account:EnableRegion",
        False,
    ),
]


@pytest.mark.parametrize(("statement", "action", "denied"), [c[1:] for c in PROTECTED], ids=[c[0] for c in PROTECTED])
def test_protected(statement: Any, action: str, denied: bool) -> None:
    assert probes.asked(guarded(statement), action, A, org_id=ORG).denied is denied


# https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_data-perimeters.html
# https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_examples.html
OWN = {"aws:PrincipalOrgID": ORG}
NO_SERVICE = {"aws:PrincipalIsAWSService": "false"}
PERIMETER: list[tuple[str, Any, bool]] = [
    ("the perimeter", when(StringNotEqualsIfExists=OWN, BoolIfExists=NO_SERVICE), True),
    (
        "a partner beside it",
        when(StringNotEqualsIfExists={**OWN, "aws:PrincipalAccount": [B]}, BoolIfExists=NO_SERVICE),
        True,
    ),
    (
        "a tag anybody can give himself",
        when(StringNotEqualsIfExists={**OWN, "aws:PrincipalTag/exempt": "true"}, BoolIfExists=NO_SERVICE),
        False,
    ),
    (
        "a role name of any account",
        when(
            StringNotEqualsIfExists=OWN,
            ArnNotLikeIfExists=principal("arn:aws:iam::*:role/partner"),
            BoolIfExists=NO_SERVICE,
        ),
        False,
    ),
    (
        "a role of one account",
        when(
            StringNotEqualsIfExists=OWN,
            ArnNotLikeIfExists=principal(f"arn:aws:iam::{B}:role/partner"),
            BoolIfExists=NO_SERVICE,
        ),
        True,
    ),
    (
        "a header anybody can send",
        when(StringNotEqualsIfExists={**OWN, "aws:UserAgent": "partner"}, BoolIfExists=NO_SERVICE),
        False,
    ),
    (
        "only without MFA",
        when(StringNotEqualsIfExists=OWN, BoolIfExists={"aws:MultiFactorAuthPresent": "false"}),
        False,
    ),
    ("only without TLS", when(StringNotEqualsIfExists=OWN, Bool={"aws:SecureTransport": "false"}), False),
    (
        "only from outside a network of one's own",
        when(
            StringNotEqualsIfExists=OWN,
            NotIpAddressIfExists={"aws:SourceIp": "203.0.113.0/24"},
            BoolIfExists=NO_SERVICE,
        ),
        True,
    ),
    (
        "only from outside half of all addresses",
        when(StringNotEqualsIfExists=OWN, NotIpAddressIfExists={"aws:SourceIp": "0.0.0.0/1"}, BoolIfExists=NO_SERVICE),
        False,
    ),
    (
        "calls through services spared",
        when(StringNotEqualsIfExists=OWN, BoolIfExists={**NO_SERVICE, "aws:ViaAWSService": "false"}),
        False,
    ),
    (
        "an organization of any id",
        when(StringNotLikeIfExists={"aws:PrincipalOrgID": "o-*"}, BoolIfExists=NO_SERVICE),
        False,
    ),
    (
        "organization paths of the own one",
        when(ForAllValues_StringNotLikeIfExists={"aws:PrincipalOrgPaths": [f"{ORG}/*"]}, BoolIfExists=NO_SERVICE),
        True,
    ),
    (
        "organization paths of any",
        when(ForAllValues_StringNotLikeIfExists={"aws:PrincipalOrgPaths": ["o-*"]}, BoolIfExists=NO_SERVICE),
        False,
    ),
    (
        "a list of accounts for a perimeter",
        when(StringNotEqualsIfExists={"aws:PrincipalAccount": [A]}, BoolIfExists=NO_SERVICE),
        True,
    ),
    (
        "tagged resources only",
        when(StringNotEqualsIfExists=OWN, StringEquals={"aws:ResourceTag/data": "secret"}, BoolIfExists=NO_SERVICE),
        False,
    ),
    (
        "resources but those with a tag",
        when(StringNotEqualsIfExists={**OWN, "aws:ResourceTag/dp:exclude:identity": "true"}, BoolIfExists=NO_SERVICE),
        True,
    ),
]


@pytest.mark.parametrize(("condition", "denied"), [c[1:] for c in PERIMETER], ids=[c[0] for c in PERIMETER])
def test_perimeter(condition: Any, denied: bool) -> None:
    (answer,) = perimeter([[doc(deny("s3:*", Principal="*", **condition))]], ["s3"], A, ORG)
    assert answer.denied is denied
