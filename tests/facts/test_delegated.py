"""Steps over the whole organization, and by certificates: from which accounts they start and what they never touch."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.facts.support import GAP, source
from tests.facts.test_edges import EC2, A, B, allow, arn, edges, role, told, trust

C = "777788889999"
HOME = {"account_id": A, "region": "global"}
ACCOUNTS = [{**HOME, "id": one, "name": one, "state": "ACTIVE"} for one in (A, B, C)]
STACK_SETS = "member.org.stacksets.cloudformation.amazonaws.com"
DEPLOYS = allow("cloudformation:CreateStackSet", "cloudformation:CreateStackInstances")
ASSIGNS = allow("sso:CreateAccountAssignment")


def steps(*roles: dict[str, Any], trusted: Any = (), delegated: Any = (), **more: Any) -> set[tuple[str, str]]:
    """(start, target) of the steps over the organization; A is the management account, B and C are members."""
    given = {
        "organization_trusted_services": [{**HOME, "resource_id": s, "service_principal": s} for s in trusted],
        "organization_delegated_services": [
            {"account_id": account, "region": "global", "resource_id": s, "service_principal": s}
            for account, s in delegated
        ],
        "organization_accounts": ACCOUNTS,
    }
    organization = {"organization": [{**HOME, "organization_id": "o-mine", "management_account_id": A}]}
    found = source("edges", iam_roles=list(roles), **organization, **(given | more))
    return {(start, to) for start, to, kind in told(found) if kind == "organization"}


def test_stack_sets_reach_every_member_and_not_the_management_account() -> None:
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-orgs-enable-trusted-access.html"""
    deploys = role("deploys", EC2, DEPLOYS)
    assert steps(deploys, trusted=[STACK_SETS]) >= {(arn("deploys"), f"admin:{B}"), (arn("deploys"), f"admin:{C}")}
    assert (arn("deploys"), f"admin:{A}") not in steps(deploys, trusted=[STACK_SETS])
    assert (f"admin:{A}", f"admin:{B}") in steps(deploys, trusted=[STACK_SETS])


def test_without_trusted_access_stack_sets_reach_nobody() -> None:
    assert steps(role("deploys", EC2, DEPLOYS)) == set()


@pytest.mark.parametrize("account, there", [(B, True), (C, False)])
def test_a_delegate_deploys_and_no_other_member_does(account: str, there: bool) -> None:
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-orgs-delegated-admin.html"""
    deploys = role("deploys", EC2, DEPLOYS, account=account)
    found = steps(deploys, trusted=[STACK_SETS], delegated=[(B, STACK_SETS)])
    assert ((arn("deploys", account), f"admin:{C}") in found) is there
    assert (arn("deploys", account), f"admin:{A}") not in found


@pytest.mark.parametrize("action", ["identitystore:CreateGroupMembership", "sso-directory:UpdatePassword"])
def test_who_fills_groups_of_identity_center_reaches_what_they_may(action: str) -> None:
    """https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_CreateGroupMembership.html"""
    fills = role("fills", EC2, allow(action))
    assert (arn("fills"), f"admin:{B}") in steps(fills, trusted=["sso.amazonaws.com"])
    assert steps(fills) == set()


def test_one_of_the_two_actions_is_not_enough() -> None:
    found = steps(role("makes", EC2, allow("cloudformation:CreateStackSet")), trusted=[STACK_SETS])
    assert not any(start.startswith("arn:") for start, _ in found)


def test_whoever_assigns_permission_sets_administers_every_account() -> None:
    """https://docs.aws.amazon.com/singlesignon/latest/userguide/delegated-admin.html"""
    home, member, delegate = (role("assigns", EC2, ASSIGNS, account=one) for one in (A, B, C))
    found = steps(home, member, delegate, trusted=["sso.amazonaws.com"], delegated=[(C, "sso.amazonaws.com")])
    assert {to for start, to in found if start == arn("assigns")} == {f"admin:{one}" for one in (A, B, C)}
    assert {to for start, to in found if start == arn("assigns", C)} == {f"admin:{one}" for one in (B, C)}
    assert not any(start == arn("assigns", B) for start, _ in found)


def test_a_wide_policy_counts_where_the_account_is_known() -> None:
    power = json.loads('{"Statement": {"Effect": "Allow", "NotAction": ["iam:*"], "Resource": "*"}}')
    wide = [{"PolicyName": "power", "PolicyDocument": power}]
    found = steps(role("power", EC2, wide), trusted=["sso.amazonaws.com"])
    assert (arn("power"), f"admin:{B}") in found
    assert steps(role("power", EC2, wide, account=B), trusted=["sso.amazonaws.com"]) == set()


def test_where_services_were_not_read_a_policy_that_names_them_is_a_sign() -> None:
    unread = {"organization_trusted_services": [{**HOME, "resource_id": "", **GAP}]}
    assert (arn("assigns"), f"admin:{B}") in steps(role("assigns", EC2, ASSIGNS), **unread)
    assert GAP["gap"] in {gap.text for gap in edges(role("assigns", EC2, ASSIGNS), **unread).gaps}


# --- certificates


ANCHOR = f"arn:aws:rolesanywhere:eu-west-1:{A}:trust-anchor/ta-1"
AT = {"account_id": A, "region": "eu-west-1"}
HOLDER = f"certificate:{ANCHOR}#corp-ca"


def by_certificate(trusted: str, anchor: Any = (), profile: Any = ()) -> dict[tuple[str, str], tuple[str, ...]]:
    """The steps of certificates, with what they hang on; https://docs.aws.amazon.com/rolesanywhere/latest/userguide/"""
    anchors = {**AT, "resource_id": "ta-1", "anchor_arn": ANCHOR, "anchor_name": "corp-ca", "enabled": True}
    profiles = {**AT, "resource_id": "p", "profile_name": "p", "enabled": True, "role_arns": json.dumps([arn("job")])}
    found = edges(
        role("job", trusted),
        role("other", trusted),
        rolesanywhere_trust_anchors=[anchors | dict(anchor)],
        rolesanywhere_profiles=[profiles | dict(profile)],
    )
    return {(r["start"], r["to"]): r["conditions"] for r in found.rows if r["start"].startswith("certificate:")}


SERVICE = {"Service": "rolesanywhere.amazonaws.com"}


def test_a_certificate_of_the_anchor_gets_into_the_roles_of_the_profile() -> None:
    assert by_certificate(trust(SERVICE)) == {(HOLDER, arn("job")): ()}


@pytest.mark.parametrize(
    "trusted, anchor, profile",
    [
        (trust({"Service": "ec2.amazonaws.com"}), {}, {}),
        (trust(SERVICE, ArnEquals={"aws:SourceArn": ANCHOR.replace("ta-1", "ta-2")}), {}, {}),
        (trust(SERVICE), {"enabled": False}, {}),
        (trust(SERVICE), {}, {"enabled": False}),
        (trust(SERVICE), {}, {"region": "eu-central-1"}),
        (trust(SERVICE), {}, {"role_arns": "[]"}),
    ],
)
def test_all_of_it_must_be_there(trusted: str, anchor: Any, profile: Any) -> None:
    assert by_certificate(trusted, anchor, profile) == {}


def test_what_the_certificate_must_say_and_what_the_profile_leaves_is_told() -> None:
    subject = trust(SERVICE, StringEquals={"aws:PrincipalTag/x509Subject/CN": "ci", "aws:SourceAccount": A})
    assert by_certificate(subject) == {(HOLDER, arn("job")): ("aws:principaltag/x509subject/cn",)}
    limited = by_certificate(trust(SERVICE), profile={"session_policy": "{}"})
    assert limited == {(HOLDER, arn("job")): ("the session policy of profile p",)}


def test_anchors_that_were_not_read_are_a_gap() -> None:
    found = edges(role("job", trust(SERVICE)), rolesanywhere_trust_anchors=[{**AT, "resource_id": "", **GAP}])
    assert GAP["gap"] in {gap.text for gap in found.gaps}
