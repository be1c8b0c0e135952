from __future__ import annotations

import json
from typing import Any

import pandas as pd
import pytest

from orienteer import controls, tables
from orienteer.controls import detection, findings_hub
from orienteer.frames import frame as frame_of
from orienteer.judge import Facts, judge
from orienteer.parameters import Client
from tests.support import frame

MANAGEMENT, AUDIT, MEMBER = "999900001111", "222200001111", "333300001111"
REGIONS = ("eu-central-1", "eu-west-1", "us-east-1")
HERE = REGIONS[0]


def organization() -> pd.DataFrame:
    return frame("organization", [{"organization_id": "o-1", "management_account_id": MANAGEMENT}])


def accounts(audit: str = "audit") -> pd.DataFrame:
    names = {MANAGEMENT: "root", AUDIT: audit, MEMBER: "shop"}
    return frame(
        "organization_accounts", [{"id": i, "resource_id": i, "name": n, "state": "ACTIVE"} for i, n in names.items()]
    )


def regions(*read: str, where: tuple[str, ...] = REGIONS) -> pd.DataFrame:
    return frame("ec2_regions", [{"account_id": a, "region_name": r, "enabled": True} for a in read for r in where])


def admins(table: str, *found: str | None, **more: Any) -> pd.DataFrame:
    rows = [{"account_id": MANAGEMENT, "region": r, "resource_id": r, "admin_account": a, **(more if a else {})}
            for r, a in zip(REGIONS, found, strict=False)]  # fmt: skip
    return frame(table, rows)


def delegated(*found: str | None, audit: str = "audit", status: str | None = "ENABLED") -> list[str]:
    table = admins("guardduty_organization_admins", *found, admin_status=status)
    verdicts = detection.guardduty_delegated(organization(), accounts(audit), table, frame(detection.WITNESS))
    assert verdicts["region"].tolist() == list(REGIONS[: len(found)])
    return list(verdicts["status"])


def test_delegation_in_each_region() -> None:
    assert delegated(AUDIT, AUDIT, AUDIT) == ["PASS"] * 3
    assert delegated(AUDIT, None, AUDIT) == ["PASS", "FAIL", "PASS"]
    assert delegated(AUDIT, MEMBER, MANAGEMENT) == ["PASS", "FAIL", "FAIL"]
    assert delegated(AUDIT, status="DISABLE_IN_PROGRESS") == ["FAIL"]
    assert delegated(AUDIT, status=None) == ["MANUAL"]
    assert delegated(AUDIT, AUDIT, MEMBER, audit="tools") == ["MANUAL", "MANUAL", "FAIL"]


def test_an_audit_account_named_by_the_client_counts_first() -> None:
    table = admins("guardduty_organization_admins", MEMBER, admin_status="ENABLED")
    found = detection.guardduty_delegated(
        organization(), accounts(), table, frame(detection.WITNESS), foundation_accounts={"security_audit": MEMBER}
    )
    assert found["status"].tolist() == ["PASS"]


def witness(*found: tuple[str, str | None]) -> pd.DataFrame:
    return frame(detection.WITNESS, [
        {"account_id": MEMBER, "region": region, "resource_id": f"d-{region}", "administrator_account": admin,
         "relationship_status": "Enabled" if admin else None} for region, admin in found])  # fmt: skip


def test_the_weaker_witness_is_evidence_and_no_verdict() -> None:
    seen = witness((REGIONS[0], AUDIT), (REGIONS[1], AUDIT), (REGIONS[2], None))
    table = admins("guardduty_organization_admins", AUDIT, admin_status="ENABLED")
    found = detection.guardduty_delegated(organization(), accounts(), table, seen)
    assert found["unread"].isna().tolist() == [True, False, False]
    assert (found["region"].tolist(), found["status"].iloc[0]) == (list(REGIONS), "PASS")
    shown = json.loads(found["evidence"].iloc[1])["administrators_seen"]
    assert shown == {MEMBER: {"administrator_account": AUDIT, "relationship_status": "Enabled"}}
    assert f"1 name {AUDIT}" in found["unread"].iloc[1] and "1 name none" in found["unread"].iloc[2]


@pytest.mark.parametrize("refused", [True, False])
def test_what_only_management_is_told_stays_not_assessed(refused: bool) -> None:
    one, specs = controls.registry()["GD-01"], tables.registry()
    gap = {"account_id": MEMBER, "outcome": "DENIED", "gap": "guardduty:ListOrganizationAdminAccounts no"}
    frames = {name: frame_of(specs[name]) for name in one.tables}
    keys = {"account_id": MEMBER, "organization_id": "o-1", "management_account_id": MANAGEMENT}
    frames["organization"] = frame_of(specs["organization"], [keys])
    frames["guardduty_organization_admins"] = frame_of(specs["guardduty_organization_admins"], [gap] if refused else [])
    frames[detection.WITNESS] = frame_of(specs[detection.WITNESS], witness((REGIONS[0], AUDIT)).to_dict("records"))
    found = judge([one], frames, specs, Facts(pd.Timestamp("2026-11-24", tz="UTC")), pd.DataFrame()).findings
    assert found["status"].tolist() == ["NOT_ASSESSED"]
    assert AUDIT in found["evidence"].iloc[0]
    assert "ListOrganizationAdminAccounts" in found["reason"].iloc[0]


def guardrails(region: str = "") -> dict[str, pd.DataFrame]:
    """An organization whose service control policy closes a region to its members."""
    deny = {
        "Effect": "Deny",
        "Action": "*",
        "Resource": "*",
        "Condition": {"StringEquals": {"aws:RequestedRegion": region}},
    }
    allow = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    text = json.dumps({"Version": "2012-10-17", "Statement": [allow, deny] if region else [allow]})
    policy = {"id": "p-1", "name": "guard", "type": "SERVICE_CONTROL_POLICY"}
    root = {"id": "r-1", "policy_types": '[{"Type": "SERVICE_CONTROL_POLICY", "Status": "ENABLED"}]'}
    listed, under = accounts(), {"ou_ids": '["r-1"]', "ou_path": "Root"}
    targets = [{**policy, "target_id": target} for target in ("r-1", AUDIT, MEMBER)]
    return {
        "organization": organization(),
        "organization_roots": frame("organization_roots", [root]),
        "organizational_units": frame(
            "organizational_units", [{"id": "r-1", "kind": "ROOT", "ou_ids": '["r-1"]', "ou_path": "Root"}]
        ),
        "organization_accounts": listed.assign(**under),
        "organization_policy_documents": frame("organization_policy_documents", [{**policy, "content": text}]),
        "organization_policy_targets": frame("organization_policy_targets", targets),
    }


def watched(
    status: dict[str, str | None], relations: dict[str, str], closed: str = "", closed_to: str = "", **more: Any
) -> dict[str, str]:
    made = [{"account_id": a, "region": HERE, "resource_id": f"d-{a}", "detector_id": f"d-{a}"} for a in status]
    settings = [{**row, "status": status[row["account_id"]]} for row in made]
    members = [
        {"account_id": AUDIT, "region": HERE, "member_account": a, "relationship_status": r}
        for a, r in relations.items()
    ]
    listed = guardrails()["organization_accounts"]
    if closed:
        listed.loc[listed["id"] == closed, "state"] = "SUSPENDED"
    found = detection.guardduty_everywhere(
        **guardrails(closed_to) | {"organization_accounts": listed},
        ec2_regions=regions(MANAGEMENT, AUDIT, MEMBER, where=(HERE,)),
        guardduty_detectors=frame("guardduty_detectors", made),
        guardduty_detector_settings=frame("guardduty_detector_settings", settings),
        guardduty_members=frame("guardduty_members", members),
        client=Client(),
        **more,
    )
    return dict(zip(found["account_id"], found["status"], strict=True))


def test_detectors() -> None:
    everywhere = {MANAGEMENT: "ENABLED", AUDIT: "ENABLED", MEMBER: "ENABLED"}
    good = {MANAGEMENT: "Enabled", MEMBER: "Enabled"}
    assert set(watched(everywhere, good).values()) == {"PASS"}
    assert watched(everywhere | {MEMBER: "DISABLED"}, good)[MEMBER] == "FAIL"
    assert watched(everywhere | {MEMBER: None}, good)[MEMBER] == "FAIL"
    assert watched({AUDIT: "ENABLED", MEMBER: "ENABLED"}, {MEMBER: "Enabled"})[MANAGEMENT] == "FAIL"
    assert watched(everywhere, good | {MEMBER: "Resigned"})[MEMBER] == "FAIL"
    assert watched({AUDIT: "ENABLED", MANAGEMENT: "ENABLED"}, good)[MEMBER] == "PASS"
    assert MEMBER not in watched({}, {}, closed=MEMBER)


def test_regions_closed_by_guardrails_are_left_out_for_members_only() -> None:
    assert watched({}, {}) == {MANAGEMENT: "FAIL", AUDIT: "FAIL", MEMBER: "FAIL"}
    assert watched({}, {}, closed_to=HERE) == {MANAGEMENT: "FAIL", AUDIT: "PASS", MEMBER: "PASS"}
    assert watched({}, {}, closed_to=HERE, skip_denied_regions=False)[MEMBER] == "FAIL"
    assert watched({}, {}, closed_to="us-west-2")[MEMBER] == "FAIL"


def test_only_enabled_regions_are_expected() -> None:
    listed = frame("ec2_regions", [
        {"account_id": MEMBER, "region_name": HERE, "enabled": True},
        {"account_id": MEMBER, "region_name": "af-south-1", "enabled": False},
        {"account_id": MEMBER, "region_name": "odd", "enabled": None}])  # fmt: skip
    found = detection.guardduty_everywhere(
        **guardrails(),
        ec2_regions=listed,
        guardduty_detectors=frame("guardduty_detectors"),
        guardduty_detector_settings=frame("guardduty_detector_settings"),
        guardduty_members=frame("guardduty_members"),
        client=Client(),
    )
    assert found["region"].tolist() == [HERE]


def enrolled(
    settings: dict[str, Any] | None, admin: str | None = AUDIT, read: tuple[str, ...] = (AUDIT,), missing: bool = False,
    closed_to: str = "",
) -> tuple[str, str]:  # fmt: skip
    made = [{"account_id": AUDIT, "region": HERE, "resource_id": "d", "detector_id": "d", "status": "ENABLED"}]
    configuration = [] if settings is None else [{"account_id": AUDIT, "region": HERE, "resource_id": "d", **settings}]
    detectors = [] if missing else [{k: v for k, v in row.items() if k != "status"} for row in made]
    found = detection.guardduty_enrols(
        **guardrails(closed_to),
        ec2_regions=regions(*read, where=(HERE,)),
        guardduty_organization_admins=admins("guardduty_organization_admins", admin),
        guardduty_detectors=frame("guardduty_detectors", detectors),
        guardduty_detector_settings=frame("guardduty_detector_settings", [] if missing else made),
        guardduty_members=frame("guardduty_members"),
        guardduty_organization_configuration=frame("guardduty_organization_configuration", configuration),
        client=Client(),
    )
    assert len(found) == 1
    row = found.iloc[0]
    return ("UNREAD" if pd.notna(row["unread"]) else row["status"]), row["severity"]


def test_enrolment() -> None:
    everybody = {"auto_enable_members": "ALL"}
    assert enrolled(everybody | {"limit_reached": False}) == ("PASS", "")
    assert enrolled(everybody | {"limit_reached": True}) == ("FAIL", "high")
    assert enrolled(everybody | {"limit_reached": None}) == ("MANUAL", "")
    assert enrolled({"auto_enable_members": "NEW"}) == ("FAIL", "low")
    assert enrolled({"auto_enable_members": "NEW"}, missing=True) == ("FAIL", "medium")
    assert enrolled({"auto_enable_members": "NEW"}, missing=True, closed_to=HERE) == ("FAIL", "low")
    assert enrolled({"auto_enable": True}) == ("FAIL", "low")
    assert enrolled({"auto_enable": False}) == ("FAIL", "")
    assert enrolled({"auto_enable_members": "NONE"}) == ("FAIL", "")
    assert enrolled({"auto_enable_members": None}) == ("UNREAD", "")  # BadRequest: AWS did not tell this account
    assert enrolled(None) == ("FAIL", "")
    assert enrolled(None, admin=None) == ("FAIL", "")
    assert enrolled(None, read=(MEMBER,)) == ("UNREAD", "")


def hub(
    hubs: tuple[str, ...] = (MANAGEMENT, AUDIT, MEMBER), members: dict[str, str] | None = None,
    settings: dict[str, Any] | None = None, admin: str | None = AUDIT,
    read: tuple[str, ...] = (MANAGEMENT, AUDIT, MEMBER), **more: Any,
) -> dict[tuple[str, str], str]:  # fmt: skip
    listed = {MANAGEMENT: "Enabled", MEMBER: "Enabled"} if members is None else members
    configuration = {"configuration_type": "CENTRAL", "auto_enable": False} if settings is None else settings
    found = findings_hub.security_hub(
        organization(), accounts(), regions(*read, where=(HERE,)),
        frame("securityhub_hubs", [
            {"account_id": a, "region": HERE, "resource_id": HERE, "hub_arn": "arn:hub" if a in hubs else None}
            for a in (MANAGEMENT, AUDIT, MEMBER)]),
        frame("securityhub_hubs_v2", more.pop("v2", [])),
        admins("securityhub_organization_admins", admin, admin_status="ENABLED"),
        frame("securityhub_organization_configuration", [
            {"account_id": AUDIT, "region": HERE, "resource_id": HERE, **configuration}] if configuration else []),
        frame("securityhub_members", [
            {"account_id": AUDIT, "region": HERE, "member_account": a, "member_status": s} for a, s in listed.items()]),
        client=Client(), **more,
    )  # fmt: skip
    status = found["status"].mask(found["unread"].notna(), "UNREAD")
    return dict(zip(zip(found["account_id"], found["resource_id"], strict=True), status, strict=True))


def test_security_hub() -> None:
    assert set(hub().values()) == {"PASS"}
    assert hub(hubs=(MANAGEMENT, AUDIT))[MEMBER, MEMBER] == "FAIL"
    assert hub(members={MANAGEMENT: "Enabled", MEMBER: "Removed"})[MEMBER, MEMBER] == "FAIL"
    assert hub(members={MANAGEMENT: "Enabled"})[MEMBER, MEMBER] == "FAIL"
    assert hub(members={})[MEMBER, MEMBER] == "FAIL"  # the administrator lists nobody
    assert hub(hubs=(MANAGEMENT, MEMBER), settings={}, members={})[MANAGEMENT, HERE] == "FAIL"
    elsewhere = hub(read=(MANAGEMENT, MEMBER), members={})
    assert (elsewhere[MANAGEMENT, HERE], elsewhere[MEMBER, MEMBER]) == ("UNREAD", "UNREAD")
    assert hub(settings={"configuration_type": "LOCAL", "auto_enable": False})[MANAGEMENT, HERE] == "FAIL"
    assert hub(settings={"configuration_type": "LOCAL", "auto_enable": True})[MANAGEMENT, HERE] == "PASS"
    assert hub(settings={"configuration_type": None})[MANAGEMENT, HERE] == "UNREAD"
    assert hub(admin=None)[MANAGEMENT, HERE] == "FAIL"
    assert hub(admin=MEMBER)[MANAGEMENT, HERE] == "FAIL"


def test_the_newer_hub_is_judged_where_the_client_uses_it() -> None:
    rows = [{"account_id": a, "region": HERE, "resource_id": HERE, "hub_arn": "v2" if a == MEMBER else None}
            for a in (MEMBER, AUDIT)]  # fmt: skip
    found = hub(hubs=(), v2=rows, security_hub_version="v2")
    assert (found[MEMBER, MEMBER], found[AUDIT, AUDIT], found[MANAGEMENT, MANAGEMENT]) == ("PASS", "FAIL", "MANUAL")


def test_a_chain_that_was_not_read_whole_closes_nothing() -> None:
    tables = guardrails(HERE)
    for name in ("organization_policy_documents", "organization_policy_targets"):
        found = detection.guardduty_everywhere(
            **tables | {name: frame(name)},
            ec2_regions=regions(MEMBER, where=(HERE,)),
            guardduty_detectors=frame("guardduty_detectors"),
            guardduty_detector_settings=frame("guardduty_detector_settings"),
            guardduty_members=frame("guardduty_members"),
            client=Client(),
        )
        assert found["status"].tolist() == ["FAIL"]


def test_the_newer_hub_refused_is_not_assessed_where_it_is_the_one_that_counts() -> None:
    one, specs = controls.registry()["SH-01"], tables.registry()
    rows = {
        "organization": [{}], "ec2_regions": [{"account_id": MEMBER, "region_name": HERE, "enabled": True}],
        "securityhub_hubs": [{"account_id": MEMBER, "region": HERE, "resource_id": MEMBER}],
        "securityhub_hubs_v2": [{"account_id": MEMBER, "region": HERE, "outcome": "DENIED", "gap": "x denied"}],
    }  # fmt: skip
    frames = {name: frame_of(specs[name], rows.get(name, [])) for name in one.tables}
    for version, status in (("v2", "NOT_ASSESSED"), ("cspm", "FAIL")):
        facts = Facts(pd.Timestamp("2026-11-24", tz="UTC"), thresholds={"security_hub_version": version})
        found = judge([one], frames, specs, facts, pd.DataFrame()).findings
        assert found["status"].tolist() == [status]
