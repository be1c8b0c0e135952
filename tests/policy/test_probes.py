from typing import Any

import pytest
from scp_cases import ALLOW_ALL, REGIONS, deny, deny_but, doc, guarded

from orienteer.policy.guardrails import probes
from orienteer.policy.guardrails.perimeter import perimeter

A, ORG = "111122223333", "o-abcdefghij"
LEAVE = "organizations:LeaveOrganization"
GLOBAL = [
    "iam:*",
    "sts:*",
    "organizations:*",
    "account:*",
    "route53:*",
    "cloudfront:*",
    "support:*",
    "budgets:*",
    "ce:*",
    "globalaccelerator:*",
]


def spare(*patterns: str, operator: str = "ArnNotLike", key: str = "aws:PrincipalArn") -> dict[str, Any]:
    return {"Condition": {operator: {key: list(patterns)}}}


# https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_examples_general.html
@pytest.mark.parametrize(
    ("chain", "denied", "level", "policy", "sid"),
    [
        (guarded(deny(LEAVE, Sid="Stay")), True, 0, 1, "Stay"),
        ([[ALLOW_ALL], [ALLOW_ALL, doc(deny("organizations:Leave*"))], [ALLOW_ALL]], True, 1, 1, ""),
        ([[ALLOW_ALL, {"Statement": deny("organizations:*")}]], True, 0, 1, ""),
        (guarded(deny()), True, 0, 1, ""),
        ([[ALLOW_ALL], []], True, 1, None, ""),
        (guarded(deny("cloudtrail:*")), False, 0, 0, "All"),
        (guarded(deny(LEAVE, Resource=f"arn:aws:organizations::{A}:organization/{ORG}")), False, 0, 0, "All"),
        (guarded(deny(LEAVE, **spare("arn:aws:iam::*:role/*"))), False, 0, 0, "All"),
        (guarded(deny(LEAVE, Condition={"StringEquals": {"aws:PrincipalOrgID": ORG}})), True, 0, 1, ""),
        (guarded(deny(LEAVE, Condition={"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}})), False, 0, 0, "All"),
        ([], False, None, None, ""),
    ],
)
def test_leaving(chain: Any, denied: bool, level: int | None, policy: int | None, sid: str) -> None:
    answer = probes.leaving(chain, A, org_id=ORG)
    assert (answer.denied, answer.decision.level_index, answer.decision.policy_index, answer.decision.sid) == (
        denied,
        level,
        policy,
        sid,
    )


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (spare("arn:aws:iam::*:role/breakglass"), [("arn:aws:iam::*:role/breakglass", True)]),
        (spare("arn:aws:iam::*:role/platform-*"), [("arn:aws:iam::*:role/platform-*", True)]),
        (spare("arn:aws:iam::*:role/*"), [("arn:aws:iam::*:role/*", True)]),
        (spare("*"), [("*", True)]),
        (spare("*Execution", operator="StringNotLike"), [("*Execution", True)]),
        (
            spare("arn:aws:iam::*:role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_Admin_*"),
            [("arn:aws:iam::*:role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_Admin_*", False)],
        ),
        (spare("arn:aws:iam::*:root"), [("arn:aws:iam::*:root", False)]),
        (spare("arn:aws:iam::*:user/pipeline"), [("arn:aws:iam::*:user/pipeline", True)]),
        (spare(f"arn:aws:iam::{A}:role/one", operator="StringNotEquals"), [(f"arn:aws:iam::{A}:role/one", True)]),
        (spare("arn:aws:iam::*:role/one", operator="StringNotEquals"), []),
        (spare("arn:aws:iam::444455556666:role/one"), []),
        (spare("arn:aws:sts::*:assumed-role/one/*"), []),
        (spare("yes", operator="StringNotEquals", key="aws:PrincipalTag/trusted"), [("yes", True)]),
        ({}, []),
    ],
)
def test_exemptions(condition: dict[str, Any], expected: list[tuple[str, bool]]) -> None:
    answer = probes.leaving(guarded(deny(LEAVE, **condition)), A, org_id=ORG)
    assert [(exemption.pattern, exemption.guessable) for exemption in answer.exemptions] == expected


def test_an_exempt_role_that_only_it_may_touch_is_not_guessable() -> None:
    own = "arn:aws:iam::*:role/security/*"
    protected = guarded(deny("cloudtrail:*", **spare(own)), deny("iam:*", Resource=own, **spare(own)))
    answer = probes.asked(protected, "cloudtrail:StopLogging", A)
    assert [(e.pattern, e.guessable) for e in answer.exemptions] == [(own, False)]
    assert answer.exemptions[0].words == (
        f"Any principal matching {own} is exempt and cannot be taken by a local administrator."
    )


def test_an_exemption_from_one_deny_that_another_closes_is_none() -> None:
    chain = guarded(deny(LEAVE, **spare("arn:aws:iam::*:role/a")), deny(LEAVE, **spare("arn:aws:iam::*:role/b")))
    assert probes.leaving(chain, A).exemptions == ()


@pytest.mark.parametrize(
    ("statement", "action", "denied"),
    [
        (deny("cloudtrail:*", Resource="arn:aws:cloudtrail:*:*:trail/*"), "cloudtrail:StopLogging", True),
        (deny("cloudtrail:*", Resource="arn:aws:cloudtrail:*:*:trail/main"), "cloudtrail:StopLogging", False),
        (deny("ec2:RunInstances", Resource="arn:aws:ec2:*:*:instance/*"), "ec2:RunInstances", True),
        (deny(list(probes.LONG_LIVED)), "iam:CreateAccessKey", True),
        (deny("iam:CreateUser"), "iam:CreateLoginProfile", False),
        (deny_but("iam:*", Condition=REGIONS), "cloudtrail:StopLogging", False),
        (deny_but("iam:*", Condition=REGIONS), "account:EnableRegion", True),
    ],
)
def test_asked(statement: dict[str, Any], action: str, denied: bool) -> None:
    assert probes.asked(guarded(statement), action, A).denied is denied


ROOT_ARN = {"aws:PrincipalArn": "arn:aws:iam::*:root"}


@pytest.mark.parametrize(
    ("statement", "still_open", "sessions"),
    [
        (deny(Condition={"StringLike": ROOT_ARN}), set(), False),
        (
            deny(Condition={"ArnLike": {"AWS:principalarn": "arn:*:iam::*:root"}, "Null": {"aws:AssumedRoot": "true"}}),
            set(),
            True,
        ),
        (deny(Condition={"StringLike": {"aws:PrincipalArn": "*:root"}}), set(), False),
        (deny(Condition={"StringEquals": ROOT_ARN}), set(probes.ROOT_USER), False),
        (
            deny(Condition={"StringLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/root"}}),
            set(probes.ROOT_USER),
            False,
        ),
        (
            deny_but(["support:*", "account:*"], Condition={"StringLike": ROOT_ARN}),
            {"support:CreateCase", "account:CloseAccount", "account:PutAlternateContact"},
            False,
        ),
        (
            deny(["ec2:*", "s3:*"], Condition={"StringLike": ROOT_ARN}),
            {a for a in probes.ROOT_USER if not a.startswith(("ec2:", "s3:"))},
            False,
        ),
        (
            deny(Condition={"StringLike": ROOT_ARN, "StringNotLike": {"aws:PrincipalAccount": A}}),
            set(probes.ROOT_USER),
            False,
        ),
        (
            deny_but("iam:*", Condition=REGIONS),
            {a for a in probes.ROOT_USER if not a.startswith(("account", "organ", "support"))},
            False,
        ),
    ],
)
def test_root_actions(statement: dict[str, Any], still_open: set[str], sessions: bool) -> None:
    answer = probes.root_actions(guarded(statement), A, org_id=ORG)
    assert (set(answer.open_actions), answer.denied, answer.sessions_exempt) == (still_open, not still_open, sessions)


def test_regions_open() -> None:
    chain = guarded(deny_but(GLOBAL, Condition=REGIONS))
    answers = probes.regions_open(chain, ["eu-west-1", "us-east-1"], A)
    assert {(a.region, a.denied) for a in answers} == {("eu-west-1", False), ("us-east-1", True)}
    listed = guarded(deny(["ec2:*", "lambda:*", "s3:*"], Condition=REGIONS))
    open_there = [a.action for a in probes.regions_open(listed, ["us-east-1"], A) if not a.denied]
    assert open_there == ["newservice:Create"]


@pytest.mark.parametrize(
    ("exempt", "services", "denied"),
    [
        (GLOBAL, ["iam", "route53", "globalaccelerator", "waf"], ["waf:ListWebACLs"]),
        (
            ["iam:*"],
            ["iam", "globalaccelerator", "unknownglobal"],
            ["globalaccelerator:ListAccelerators", "unknownglobal:Probe"],
        ),
    ],
)
def test_global_services(exempt: list[str], services: list[str], denied: list[str]) -> None:
    answers = probes.global_services(guarded(deny_but(exempt, Condition=REGIONS)), services, A)
    assert [a.action for a in answers if a.denied] == denied


def test_a_global_service_denied_for_another_reason_is_not_the_region_statements_fault() -> None:
    answers = probes.global_services(guarded(deny("route53:*"), deny_but(GLOBAL, Condition=REGIONS)), ["route53"], A)
    assert [a.denied for a in answers] == [False]


def test_region_exempt() -> None:
    chain = [[ALLOW_ALL, doc(deny_but(["iam:*", "kms:*"], Condition=REGIONS), deny_but("s3:*"))]]
    assert probes.region_exempt(chain) == ((0, 1, "iam:*"), (0, 1, "kms:*"))


# https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_examples.html
FULL = doc({"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"})
OUTSIDE = {
    "StringNotEqualsIfExists": {"aws:PrincipalOrgID": ORG},
    "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
}
TIED = {
    "StringNotEqualsIfExists": {"aws:SourceOrgID": ORG},
    "Null": {"aws:SourceAccount": "false"},
    "Bool": {"aws:PrincipalIsAWSService": "true"},
}


@pytest.mark.parametrize(
    ("statements", "denied", "usable", "tied"),
    [
        ([], False, True, False),
        ([deny(["s3:*", "sts:*"], Principal="*", Condition=OUTSIDE)], True, True, False),
        (
            [deny("s3:*", Principal="*", Condition=OUTSIDE), deny("s3:*", Principal="*", Condition=TIED)],
            True,
            True,
            True,
        ),
        ([deny("s3:*", Principal="*", Condition={"StringNotEquals": {"aws:PrincipalOrgID": ORG}})], True, False, False),
        (
            [
                deny(
                    "s3:*",
                    Principal="*",
                    Condition={"StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-elsewhere01"}},
                )
            ],
            False,
            False,
            False,
        ),
        ([deny("s3:*", Principal="*", Condition={"Bool": {"aws:SecureTransport": "false"}})], False, True, False),
        (
            [
                deny(
                    "s3:*",
                    Principal="*",
                    Condition={
                        "StringNotEquals": {"aws:PrincipalOrgID": [ORG]},
                        "Null": {"aws:PrincipalOrgID": "false"},
                    },
                )
            ],
            False,
            True,
            False,
        ),
    ],
)
def test_perimeter(statements: list[dict[str, Any]], denied: bool, usable: bool, tied: bool) -> None:
    (answer,) = perimeter([[FULL, doc(*statements)], [FULL]], ["s3"], A, ORG)
    assert (answer.denied, answer.services_usable, answer.services_tied) == (denied, usable, tied)


def test_where_nothing_is_denied_only_an_exemption_of_everybody_is_named() -> None:
    everybody = probes.leaving(guarded(deny(LEAVE, **spare("arn:aws:iam::*:role/*"))), A)
    assert [(e.pattern, e.guessable) for e in everybody.exemptions] == [("arn:aws:iam::*:role/*", True)]
    assert probes.leaving(guarded(deny("s3:*", **spare("arn:aws:iam::*:role/x"))), A).exemptions == ()


@pytest.mark.parametrize(("variable", "denied"), [("${aws:PrincipalAccount}", False), ("${aws:PrincipalTag/x}", True)])
def test_a_tag_that_must_carry_the_account_is_the_callers_to_bring(variable: str, denied: bool) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html"""
    refused = deny("ec2:RunInstances", Condition={"StringNotEquals": {"aws:RequestTag/account": variable}})
    assert probes.asked(guarded(refused), "ec2:RunInstances", "111122223333").denied is denied
