"""GuardDuty: delegated, on everywhere, and on by itself in new accounts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import Any

import pandas as pd

from orienteer.controls.control import control
from orienteer.controls.rows import Row, places, records, told, verdict
from orienteer.facts.closed_regions import TABLES as GUARDRAILS
from orienteer.facts.closed_regions import closed_regions
from orienteer.facts.foundation import FOUNDATION_ROLES, NONE_NAMED, foundation_accounts_of, management_account
from orienteer.facts.tree import SCP, Tree, tree
from orienteer.facts.values import not_asked
from orienteer.model import Category, Severity
from orienteer.parameters import AccountId, Client, Pattern

DETECTOR = "AWS::GuardDuty::Detector"
WITNESS = "guardduty_administrators"
CONFIGURATION = "guardduty:DescribeOrganizationConfiguration"
GUIDE = "https://docs.aws.amazon.com/guardduty/latest/ug/"


@control(
    "GD-01",
    title="GuardDuty is delegated to the security audit account in every enabled region",
    category=Category.MONITORING,
    severity=Severity.HIGH,
    maturity=3,
    source=f"{GUIDE}guardduty_organizations.html",
    scope="region",
    resource_type=DETECTOR,
    mappings={"prowler": ["guardduty_delegated_admin_enabled_all_regions", "guardduty_centrally_managed"]},
    refined_by=(WITNESS,),
)
def guardduty_delegated(
    organization: pd.DataFrame,
    organization_accounts: pd.DataFrame,
    guardduty_organization_admins: pd.DataFrame,
    guardduty_administrators: pd.DataFrame,
    *,
    foundation_accounts: Mapping[str, AccountId] = NONE_NAMED,
    foundation_roles: Mapping[str, Pattern] = FOUNDATION_ROLES,
) -> pd.DataFrame:
    """Delegation is made region by region; where it is missing, findings stay in accounts nobody watches.

    Only the management account is told who the delegate is. Where it was not asked, the administrator that each account
    reports to is shown as evidence: it may be one that invited the account, so it proves no delegation.

    Fix: enable the delegate in each missing region.
    """
    management = management_account(organization)
    if not management:
        return told([])
    audit = foundation_accounts_of(organization_accounts, "security_audit", foundation_accounts, foundation_roles)
    found = delegations(records(guardduty_organization_admins), management, audit, "GuardDuty")
    known = {row["region"] for row in found}
    return told([*({**row, "without": WITNESS} for row in found),
                 *_witnessed(records(guardduty_administrators), management, known)])  # fmt: skip


def _witnessed(seen: Iterable[Row], management: str, known: Collection[str]) -> list[Row]:
    """What accounts say about their administrator, for each region whose delegate nobody told: not assessed."""
    regions: dict[str, dict[str, Row]] = {}
    for row in seen:
        if row["region"] not in known:
            regions.setdefault(row["region"], {})[row["account_id"]] = row
    found = []
    for region, rows in sorted(regions.items()):
        names = Counter(row["administrator_account"] for row in rows.values())
        shown = {account: {"administrator_account": row["administrator_account"],
                           "relationship_status": row["relationship_status"]}
                 for account, row in sorted(rows.items())}  # fmt: skip
        said = ", ".join(f"{n} name {name or 'none'}" for name, n in names.most_common(5))
        why = f"only the management account is told; of the accounts asked for their administrator, {said}"
        found.append(verdict(
            "MANUAL", "", account_id=management, region=region, resource_id=region,
            evidence={"region": region, "delegated_account": None, "administrators_seen": shown},
            unread=not_asked("guardduty:ListOrganizationAdminAccounts", management, region, why),
        ))  # fmt: skip
    return found


def delegations(admins: Iterable[Row], management: str, audit: frozenset[str], service: str) -> list[Row]:
    """The verdict about each region's delegated administrator of a service that is delegated region by region."""
    regions: dict[str, Row] = {}
    for row in admins:
        if row["region"] not in regions or row["admin_account"]:
            regions[row["region"]] = row
    common = Counter(r["admin_account"] for r in regions.values() if r["admin_account"]).most_common(1)
    usual = common[0][0] if common else None
    expected = usual if usual in audit else next(iter(sorted(audit)), None)
    found = []
    for region, row in sorted(regions.items()):
        status, text = _delegation(row, management, expected, usual, service)
        evidence = {"region": region, "delegated_account": row["admin_account"], "status": row["admin_status"],
                    "expected_account": expected}  # fmt: skip
        found.append(verdict(status, text, account_id=management, region=region, resource_id=region, evidence=evidence))
    return found


def _delegation(row: Row, management: str, expected: Any, usual: Any, service: str) -> tuple[str, str]:
    admin = row["admin_account"]
    if not admin:
        return "FAIL", f"{service} has no delegated administrator in this region."
    if row["admin_status"] not in (None, "ENABLED"):
        return "FAIL", f"The delegation of {service} to {admin} is being removed ({row['admin_status']})."
    if admin == management:
        return "FAIL", f"{service} is delegated to the management account itself."
    if row["admin_status"] is None:
        return "MANUAL", f"AWS does not say whether the delegation of {service} to {admin} is in force; is it?"
    if expected is None and admin != usual:
        return "FAIL", f"{service} is delegated to {admin} here and to {usual} in most regions."
    if expected is None:
        return "MANUAL", f"{service} is delegated to {admin}; is that the security audit account?"
    if admin != expected:
        return "FAIL", f"{service} is delegated to {admin}, not to the audit account {expected}."
    return "PASS", f"{service} is delegated to the audit account."


@control(
    "GD-02",
    title="A GuardDuty detector is enabled in every account and enabled region, including management and audit account",
    category=Category.MONITORING,
    severity=Severity.HIGH,
    maturity=3,
    source=f"{GUIDE}guardduty_accounts.html",
    scope="region",
    resource_type=DETECTOR,
    mappings={"fsbp": ["GuardDuty.1"], "prowler": ["guardduty_is_enabled"], "service_screener": ["enableGuardDuty"]},
    refined_by=GUARDRAILS,
)
def guardduty_everywhere(
    organization: pd.DataFrame,
    organization_roots: pd.DataFrame,
    organizational_units: pd.DataFrame,
    organization_accounts: pd.DataFrame,
    organization_policy_documents: pd.DataFrame,
    organization_policy_targets: pd.DataFrame,
    ec2_regions: pd.DataFrame,
    guardduty_detectors: pd.DataFrame,
    guardduty_detector_settings: pd.DataFrame,
    guardduty_members: pd.DataFrame,
    *,
    skip_denied_regions: bool = True,
    client: Client,
) -> pd.DataFrame:
    """An intruder picks the account and the region without detection; there is always one when one is left out.

    Fix: enable the missing accounts from the delegated administrator.
    """
    found = detectors(
        organization_accounts, places(ec2_regions, client), guardduty_detectors, guardduty_detector_settings,
        guardduty_members,
    )  # fmt: skip
    guarded = tree(
        SCP, organization, organization_roots, organizational_units, organization_accounts,
        organization_policy_documents, organization_policy_targets,
    )  # fmt: skip
    return told(_opened(found, guarded, management_account(organization), skip_denied_regions))


def _opened(found: list[Row], guarded: Tree, management: str, skip: bool) -> list[Row]:
    """The verdicts, with the regions that guardrails close to members left out where that is wanted.

    A FAIL of a member rests on the guardrails then: what was not read of them may close the region.
    """
    if not skip:
        return found
    closed = closed_regions(guarded, (row["region"] for row in found))
    return [
        _skipped(row) if (row["account_id"], row["region"]) in closed
        else {**row, "stands": row["status"] != "FAIL" or row["account_id"] == management}
        for row in found
    ]  # fmt: skip


def _skipped(row: Row) -> Row:
    """The verdict about a region that guardrails close to the account: listed, and no fault."""
    if row["status"] != "FAIL":
        return row
    text = "Service control policies let the account run nothing in this region, so it is left out."
    return {**row, "status": "PASS", "reason": f"{text} ({row['reason']})"}


def detectors(
    accounts: pd.DataFrame,
    where: set[tuple[str, str]],
    found: pd.DataFrame,
    settings: pd.DataFrame,
    members: pd.DataFrame,
) -> list[Row]:
    """The verdict about each active account and region it has enabled."""
    closed = {a["id"] for a in records(accounts) if a["state"] not in (None, "ACTIVE")}
    status = {(s["account_id"], s["region"]): s["status"] for s in records(settings) if s["status"]}
    ids = {(d["account_id"], d["region"]): d["detector_id"] for d in records(found)}
    relations = {
        (m["member_account"], m["region"]): m["relationship_status"] for m in records(members) if m["member_account"]
    }
    return [
        _detector(account, region, ids.get((account, region)), status.get((account, region)),
                  relations.get((account, region)))
        for account, region in sorted(where)
        if account not in closed
    ]  # fmt: skip


def _detector(account: str, region: str, detector: Any, status: Any, relation: Any) -> Row:
    evidence = {
        "account_id": account, "region": region, "detector_id": detector, "status": status,
        "relationship_status": relation, "source": "detector" if detector else "member list" if relation else "none",
    }  # fmt: skip
    keyed: dict[str, Any] = {
        "account_id": account, "region": region, "resource_id": detector or region, "evidence": evidence,
    }  # fmt: skip
    if not detector and relation != "Enabled":
        state = f"; the administrator lists the account as {relation}" if relation else ""
        return verdict("FAIL", f"GuardDuty has no detector here{state}.", **keyed)
    if status == "DISABLED":
        return verdict("FAIL", "The GuardDuty detector is disabled.", **keyed)
    if relation not in (None, "Enabled"):
        text = f"The account's membership in the organization's GuardDuty is {relation}, so nobody sees its findings."
        return verdict("FAIL", text, **keyed)
    if detector and status is None:
        return verdict("FAIL", "AWS does not say that the detector is enabled.", **keyed)
    return verdict("PASS", "GuardDuty is enabled.", **keyed)


@control(
    "GD-03",
    title="GuardDuty enrols all accounts automatically in every enabled region",
    category=Category.MONITORING,
    severity=Severity.MEDIUM,
    maturity=4,
    source=f"{GUIDE}set-guardduty-auto-enable-preferences.html",
    scope="region",
    resource_type=DETECTOR,
    mappings={"prowler": ["guardduty_delegated_admin_enabled_all_regions"]},
    refined_by=("guardduty_detector_settings", "guardduty_members", *(t for t in GUARDRAILS if t != "organization")),
)
def guardduty_enrols(
    organization: pd.DataFrame,
    organization_roots: pd.DataFrame,
    organizational_units: pd.DataFrame,
    organization_accounts: pd.DataFrame,
    organization_policy_documents: pd.DataFrame,
    organization_policy_targets: pd.DataFrame,
    ec2_regions: pd.DataFrame,
    guardduty_organization_admins: pd.DataFrame,
    guardduty_detectors: pd.DataFrame,
    guardduty_detector_settings: pd.DataFrame,
    guardduty_members: pd.DataFrame,
    guardduty_organization_configuration: pd.DataFrame,
    *,
    skip_denied_regions: bool = True,
    client: Client,
) -> pd.DataFrame:
    """An account made tomorrow is watched tomorrow only where enrolment needs nobody to think of it.

    Fix: set auto-enable to ALL in every region.
    """
    management = management_account(organization)
    if not management:
        return told([])
    found = detectors(
        organization_accounts, places(ec2_regions, client), guardduty_detectors, guardduty_detector_settings,
        guardduty_members,
    )  # fmt: skip
    guarded = tree(
        SCP, organization, organization_roots, organizational_units, organization_accounts,
        organization_policy_documents, organization_policy_targets,
    )  # fmt: skip
    verdicts = _opened(found, guarded, management, skip_denied_regions)
    missing = Counter(v["region"] for v in verdicts if v["status"] == "FAIL")
    settings = {(c["account_id"], c["region"]): c for c in records(guardduty_organization_configuration)}
    admins = {a["region"]: a["admin_account"] for a in records(guardduty_organization_admins)}
    read = set(ec2_regions["account_id"])
    return told(
        _enrolment(region, management, admin, settings.get((str(admin), region)), missing[region], admin in read)
        for region, admin in sorted(admins.items())
    )


def _enrolment(region: str, management: str, admin: Any, settings: Row | None, missing: int, read: bool) -> Row:
    """The verdict about one region, as its delegated administrator sees it."""
    given = settings or {}
    older = {True: "NEW", False: "NONE", None: None}[given.get("auto_enable")]
    mode, full = given.get("auto_enable_members") or older, given.get("limit_reached")
    evidence = {
        "region": region, "auto_enable_members": mode, "limit_reached": full, "members_not_enabled": missing,
    }  # fmt: skip
    keyed: dict[str, Any] = {
        "account_id": admin or management, "region": region, "resource_id": region, "evidence": evidence,
    }  # fmt: skip
    if not admin:
        return verdict("FAIL", "GuardDuty is not delegated here, so nothing enrols accounts.", **keyed)
    if not read:
        return verdict("MANUAL", "", unread=not_asked(CONFIGURATION, admin, region), **keyed)
    if settings is None:
        return verdict("FAIL", "The delegated administrator has no detector here, so nothing enrols accounts.", **keyed)
    if mode is None:
        text = f"{CONFIGURATION} BadRequestException (account {admin}, region {region}): not the administrator here"
        return verdict("MANUAL", "", unread=text, **keyed)
    if full:
        return verdict("FAIL", "The number of member accounts has reached its limit.", severity="high", **keyed)
    if mode == "ALL" and full is None:
        text = "All accounts are enrolled, but AWS does not say whether a further one fits; does it?"
        return verdict("MANUAL", text, **keyed)
    if mode == "ALL":
        return verdict("PASS", "All accounts are enrolled automatically.", **keyed)
    if mode == "NEW":
        severity = "medium" if missing else "low"
        text = f"New accounts only are enrolled; {missing} accounts read have no working detector here."
        return verdict("FAIL", text, severity=severity, **keyed)
    return verdict("FAIL", "No account is enrolled automatically.", **keyed)
