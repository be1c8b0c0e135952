"""What GuardDuty and Security Hub tell in each region, account and region: tables in, facts out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from orienteer.facts.seen import Cells, Unseen
from tests.facts.support import fact, source

MANAGEMENT, AUDIT, MEMBER = "999900001111", "222200001111", "333300001111"
HERE, THERE = "eu-west-1", "us-east-1"
ORGANIZATION = [{"account_id": MANAGEMENT, "organization_id": "o-1", "management_account_id": MANAGEMENT}]
NAMES = {MANAGEMENT: "root", AUDIT: "audit", MEMBER: "shop"}
ACCOUNTS = [{"id": i, "resource_id": i, "name": n, "state": "ACTIVE"} for i, n in NAMES.items()]
REFUSED = {"outcome": "DENIED"}


def at(account: str, region: str = HERE, **more: Any) -> dict[str, Any]:
    return {"account_id": account, "region": region, "resource_id": f"d-{account}", **more}


def enabled(*accounts: str, region: str = HERE) -> list[dict[str, Any]]:
    return [{"account_id": a, "region_name": region, "enabled": True} for a in accounts]


def admins(**by_region: str | None) -> list[dict[str, Any]]:
    return [at(MANAGEMENT, r.replace("_", "-"), admin_account=a, admin_status="ENABLED") for r, a in by_region.items()]


DELEGATED = {
    "organization": ORGANIZATION, "organization_accounts": ACCOUNTS, "ec2_regions": enabled(*NAMES),
    "guardduty_organization_admins": admins(eu_west_1=AUDIT),
    "guardduty_detectors": [at(a, detector_id="d") for a in NAMES],
    "guardduty_detector_settings": [at(a, status="ENABLED") for a in NAMES],
    "guardduty_members": [at(AUDIT, member_account=a, relationship_status="Enabled") for a in (MANAGEMENT, MEMBER)],
}  # fmt: skip


def guardduty(account: str = MEMBER, **tables: Any) -> Cells:
    return next(r for r in fact("guardduty", **(DELEGATED | tables)) if r["account_id"] == account)


def seen(cell: Any) -> Any:
    return "not seen" if isinstance(cell, Unseen) else cell


def settings(status: Mapping[str, str | None]) -> list[dict[str, Any]]:
    return [at(a, status=status.get(a, "ENABLED")) for a in NAMES]


def members(state: str | None) -> list[dict[str, Any]]:
    return [at(AUDIT, member_account=MEMBER, relationship_status=state)]


def lost(account: str) -> list[dict[str, Any]]:
    return [at(account, **REFUSED, gap=f"refused in {account}")]


def test_detectors() -> None:
    assert all(row["watched"] is True for row in fact("guardduty", **DELEGATED))
    assert guardduty(guardduty_detector_settings=settings({MEMBER: "DISABLED"}))["watched"] is False
    assert guardduty(guardduty_detector_settings=settings({MEMBER: None}))["watched"] is False
    assert guardduty(guardduty_members=members("Resigned"))["watched"] is False
    without = {"guardduty_detectors": [], "guardduty_detector_settings": []}
    assert guardduty(**without, guardduty_members=[])["watched"] is False
    assert guardduty(**without)["watched"] is True
    assert guardduty(**without)["resource_id"] == HERE


def test_a_member_list_that_was_refused_hides_members_only() -> None:
    """A list that was not read may call the account Removed (GD-02 passed this once)."""
    hidden = {"guardduty_members": lost(AUDIT)}
    assert seen(guardduty(**hidden)["watched"]) == "not seen"
    assert guardduty(AUDIT, **hidden)["watched"] is True
    assert guardduty(guardduty_members=lost(MEMBER))["watched"] is True
    off = hidden | {"guardduty_detector_settings": settings({MEMBER: "DISABLED", AUDIT: "DISABLED"})}
    assert (guardduty(**off)["watched"], guardduty(AUDIT, **off)["watched"]) == (False, False)


def test_a_delegate_that_is_no_part_of_the_assessment_hides_its_members() -> None:
    own = {"ec2_regions": enabled(MEMBER), "guardduty_members": []}
    assert seen(guardduty(**own)["watched"]) == "not seen"
    told = {"guardduty_administrators": [at(MEMBER, administrator_account=AUDIT, relationship_status="Enabled")]}
    assert guardduty(**own, **told)["watched"] is True


def test_one_list_that_has_the_account_enabled_is_enough() -> None:
    older = [at(MANAGEMENT, member_account=MEMBER, relationship_status="Removed")]
    assert guardduty(guardduty_members=older + members("Enabled"))["membership"] == "Enabled"


def test_an_account_without_organization_is_watched_by_its_own_detector() -> None:
    (row,) = fact("guardduty", ec2_regions=enabled(MEMBER), guardduty_detectors=[at(MEMBER, detector_id="d")],
                  guardduty_detector_settings=[at(MEMBER, status="ENABLED")])  # fmt: skip
    assert row["watched"] is True


def test_a_region_that_one_account_opted_in_to_is_expected_of_that_account() -> None:
    own = [at(MEMBER, "af-south-1", detector_id="d")]
    rows = fact("guardduty", **DELEGATED | {"ec2_regions": enabled(*NAMES) + enabled(MEMBER, region="af-south-1"),
                                            "guardduty_detectors": own})  # fmt: skip
    assert {row["account_id"] for row in rows if row["region"] == "af-south-1"} == {MEMBER}
    assert {row["account_id"] for row in rows if row["region"] == HERE} == set(NAMES)


def test_only_enabled_regions_of_accounts_in_use_are_expected() -> None:
    regions = [*enabled(MEMBER, AUDIT), *enabled(MEMBER, region="odd")]
    regions[2]["enabled"] = None
    ended = [{**ACCOUNTS[1], "state": "SUSPENDED"}]
    found = fact("places", ec2_regions=regions, organization_accounts=ended)
    assert [(row["account_id"], row["region"]) for row in found] == [(MEMBER, HERE)]


# --- delegation


def delegations(**tables: Any) -> dict[str, Any]:
    rows = fact("guardduty_delegations", **(DELEGATED | tables))
    return {row["region"]: seen(row["admin"]) for row in rows}


def test_delegation_in_each_region() -> None:
    assert delegations(guardduty_organization_admins=admins(eu_west_1=AUDIT, us_east_1=None)) == {
        HERE: AUDIT, THERE: None}  # fmt: skip
    lost = [at(MANAGEMENT, THERE, **REFUSED, gap="refused")]
    assert delegations(guardduty_organization_admins=admins(eu_west_1=AUDIT) + lost) == {HERE: AUDIT, THERE: "not seen"}
    assert delegations(organization=[]) == {}


def test_the_organizations_list_of_delegates_tells_nothing_of_regions() -> None:
    listed = [{"account_id": AUDIT, "resource_id": AUDIT, "service_principal": "guardduty.amazonaws.com"}]
    told = admins(eu_west_1=AUDIT, us_east_1=None)
    assert delegations(organization_delegated_services=listed, guardduty_organization_admins=told)[THERE] is None


@pytest.mark.parametrize(
    ("names", "wanted"), [(("audit", "tools"), AUDIT), (("audit", "audit-2"), MEMBER), (("tools", "shop"), None)]
)
def test_the_account_that_should_administer(names: tuple[str, str], wanted: str | None) -> None:
    accounts = [{**ACCOUNTS[1], "name": names[0]}, {**ACCOUNTS[2], "name": names[1]}]
    listed = admins(eu_west_1=AUDIT, us_east_1=MEMBER, eu_central_1=MEMBER)
    rows = fact("guardduty_delegations", **DELEGATED | {
        "organization_accounts": accounts, "guardduty_organization_admins": listed})  # fmt: skip
    assert {row["expected"] for row in rows} == {wanted}


def test_a_region_that_was_not_told_leaves_the_usual_delegate_open() -> None:
    listed = [*admins(eu_west_1=AUDIT), at(MANAGEMENT, THERE, **REFUSED, gap="refused")]
    rows = fact("guardduty_delegations", **DELEGATED | {"guardduty_organization_admins": listed})
    assert {seen(row["usual"]) for row in rows} == {"not seen"}
    assert {row["expected"] for row in rows} == {AUDIT}


@pytest.mark.parametrize("refused", [True, False])
def test_the_weaker_witness_is_evidence_and_proves_no_delegation(refused: bool) -> None:
    gap = {"account_id": MEMBER, **REFUSED, "gap": "guardduty:ListOrganizationAdminAccounts no"}
    found = source("guardduty_delegations", organization=ORGANIZATION, guardduty_administrators=[
        at(MEMBER, administrator_account=AUDIT)], guardduty_organization_admins=[gap] if refused else [])  # fmt: skip
    (row,) = found.rows
    assert found.gaps == []
    assert row["administrators_seen"] == {MEMBER: AUDIT}
    assert "ListOrganizationAdminAccounts" in "".join(row["admin"].gaps)


def test_a_refusal_without_regions_is_a_gap() -> None:
    gap = {"account_id": MANAGEMENT, **REFUSED, "gap": "no regions"}
    found = source("guardduty_delegations", organization=ORGANIZATION, guardduty_organization_admins=[gap])
    assert (found.rows, [g.text for g in found.gaps]) == ([], ["no regions"])


# --- enrolment


def enrolment(settings: dict[str, Any] | None, **tables: Any) -> Cells:
    listed = [] if settings is None else [at(AUDIT, **settings)]
    (row,) = fact("guardduty_enrolment", **DELEGATED | {"guardduty_organization_configuration": listed} | tables)
    return row


def test_enrolment() -> None:
    assert enrolment({"auto_enable_members": "ALL"})["mode"] == "ALL"
    assert enrolment({"auto_enable": True})["mode"] == "NEW"
    assert enrolment({"auto_enable": False})["mode"] == "NONE"
    assert seen(enrolment({})["mode"]) == "not seen"  # AWS did not tell this account
    assert (enrolment(None)["mode"], enrolment(None)["configured"]) == (None, None)
    assert seen(enrolment(None, ec2_regions=enabled(MEMBER))["admin_read"]) == "not seen"
    assert enrolment(None)["account_id"] == AUDIT
    assert enrolment(None, guardduty_organization_admins=admins(eu_west_1=None))["account_id"] == MANAGEMENT


def test_a_policy_of_the_organization_is_noted_as_the_source() -> None:
    kinds = {"on": "GUARDDUTY_POLICY", "off": "GUARDDUTY_POLICY", "scp": "SERVICE_CONTROL_POLICY"}
    named = [
        {"account_id": MANAGEMENT, "resource_id": n, "id": n, "name": n, "type": kind} for n, kind in kinds.items()
    ]
    targets = [row | {"target_id": "r-1"} for row in named if row["name"] != "off"]
    found = enrolment(None, organization_policies=named, organization_policy_targets=targets)
    assert found["organization_policies"] == ("on",)


def guardrails() -> dict[str, Any]:
    """Service control policies that close eu-west-1 to the member."""
    statements = [
        {"Effect": "Allow", "Action": "*", "Resource": "*"},
        {
            "Effect": "Deny",
            "Action": "*",
            "Resource": "*",
            "Condition": {"StringEquals": {"aws:RequestedRegion": HERE}},
        },
    ]
    policy = {"id": "p-1", "name": "guard", "type": "SERVICE_CONTROL_POLICY"}
    root = {"id": "r-1", "policy_types": '[{"Type": "SERVICE_CONTROL_POLICY", "Status": "ENABLED"}]'}
    unit = {"id": "r-1", "kind": "ROOT", "ou_ids": '["r-1"]', "ou_path": "Root"}
    return {
        "organization_roots": [root], "organizational_units": [unit],
        "organization_accounts": [a | {"ou_ids": '["r-1"]', "ou_path": "Root"} for a in ACCOUNTS],
        "organization_policy_documents": [policy | {"content": json.dumps({"Statement": statements})}],
        "organization_policy_targets": [policy | {"target_id": t} for t in ("r-1", AUDIT, MEMBER)],
    }  # fmt: skip


def test_accounts_without_a_detector_are_counted_where_something_can_run() -> None:
    bare = {"guardduty_detectors": [], "guardduty_detector_settings": [], "guardduty_members": []}
    assert enrolment(None, **bare)["unwatched"] == 3
    assert enrolment(None, **bare, **guardrails())["unwatched"] == 1  # the management account is bound by none
    assert guardduty(**bare, **guardrails())["closed"] is True
    assert guardduty(MANAGEMENT, **bare, **guardrails())["closed"] is False


def test_a_chain_that_was_not_read_whole_closes_nothing() -> None:
    for name in ("organization_policy_documents", "organization_policy_targets"):
        assert guardduty(**guardrails() | {name: []})["closed"] is False
    refused = guardrails() | {"organization_policy_documents": [{"account_id": MANAGEMENT, **REFUSED, "gap": "no"}]}
    assert seen(guardduty(**refused)["closed"]) == "not seen"
    assert guardduty(MANAGEMENT, **refused)["closed"] is False  # no guardrail binds it, whatever they say


# --- Security Hub


HUBS = DELEGATED | {
    "securityhub_organization_admins": admins(eu_west_1=AUDIT),
    "securityhub_hubs": [at(a, hub_arn="arn:hub") for a in NAMES],
    "securityhub_members": [at(AUDIT, member_account=MEMBER, member_status="Enabled")],
    "securityhub_organization_configuration": [at(AUDIT, configuration_type="CENTRAL")],
}  # fmt: skip


def hub(account: str = MEMBER, **tables: Any) -> Cells:
    found = fact("securityhub", **HUBS | tables)
    return next(row for row in found if row["account_id"] == account and row["resource_id"] == account)


def test_hubs_and_their_members() -> None:
    row = hub()
    assert (row["hub"], row["counted"], row["member_status"], row["resource_arn"]) == (
        "arn:hub", True, "Enabled", "arn:hub")  # fmt: skip
    assert hub(AUDIT)["counted"] is False
    assert hub(MANAGEMENT)["member_status"] is None
    assert hub(securityhub_hubs=[])["hub"] is None
    assert seen(hub(securityhub_members=lost(AUDIT))["member_status"]) == "not seen"
    elsewhere = [at(MEMBER, hub_arn="arn:hub")]
    assert seen(hub(securityhub_hubs=elsewhere, securityhub_members=[])["delegate_hub"]) == "not seen"


@pytest.mark.parametrize(
    ("settings", "found"),
    [
        ({"configuration_type": "CENTRAL", "auto_enable": False}, "central configuration"),
        ({"configuration_type": "LOCAL", "auto_enable": True}, "auto-enable"),
        ({"configuration_type": "LOCAL", "auto_enable": False}, "nothing"),
        ({}, "not seen"),
    ],
)
def test_what_enrols_new_accounts(settings: dict[str, Any], found: str) -> None:
    given = {"securityhub_organization_configuration": [at(AUDIT, **settings)]}
    rows = fact("securityhub", **HUBS | given)
    central = [seen(row["enrols"]) for row in rows if row["is_delegation"]]
    assert central == [found]
