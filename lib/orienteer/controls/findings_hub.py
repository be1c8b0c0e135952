"""Security Hub: on everywhere, and central."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from orienteer.controls.control import control
from orienteer.controls.detection import delegations
from orienteer.controls.rows import Row, places, records, told, verdict
from orienteer.facts.foundation import FOUNDATION_ROLES, NONE_NAMED, foundation_accounts_of, management_account
from orienteer.facts.values import not_asked
from orienteer.model import Category, Severity
from orienteer.parameters import AccountId, Client, Pattern

ADMINS, SETTINGS, MEMBERS = (
    "securityhub_organization_admins", "securityhub_organization_configuration", "securityhub_members",
)  # fmt: skip
CONFIGURATION = "securityhub:DescribeOrganizationConfiguration"

Place = tuple[str, str]
"""Account and region."""


@control(
    "SH-01",
    title="Security Hub is on in every account and region in use and delegated to the audit account",
    category=Category.MONITORING,
    severity=Severity.MEDIUM,
    maturity=3,
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/designate-orgs-admin-account.html",
    scope="region",
    resource_type="AWS::SecurityHub::Hub",
    mappings={"cis": ["5.16"], "prowler": ["securityhub_enabled", "securityhub_delegated_admin_enabled_all_regions"]},
    refined_by=("securityhub_hubs_v2",),
    anywhere=("securityhub_organization_configuration", "securityhub_members"),
)
def security_hub(
    organization: pd.DataFrame,
    organization_accounts: pd.DataFrame,
    ec2_regions: pd.DataFrame,
    securityhub_hubs: pd.DataFrame,
    securityhub_hubs_v2: pd.DataFrame,
    securityhub_organization_admins: pd.DataFrame,
    securityhub_organization_configuration: pd.DataFrame,
    securityhub_members: pd.DataFrame,
    *,
    security_hub_version: Literal["cspm", "v2"] = "cspm",
    foundation_accounts: Mapping[str, AccountId] = NONE_NAMED,
    foundation_roles: Mapping[str, Pattern] = FOUNDATION_ROLES,
    client: Client,
) -> pd.DataFrame:
    """One place for findings of all accounts and regions is what makes somebody look at them.

    Fix: delegate Security Hub and enable it for all accounts through central configuration.
    """
    management = management_account(organization)
    audit = foundation_accounts_of(organization_accounts, "security_audit", foundation_accounts, foundation_roles)
    admins = records(securityhub_organization_admins)
    delegate = {a["region"]: a["admin_account"] for a in admins if a["admin_account"]}
    hubs = {version: {(h["account_id"], h["region"]): h for h in records(table)}
            for version, table in (("cspm", securityhub_hubs), ("v2", securityhub_hubs_v2))}  # fmt: skip
    members: dict[str, dict[str, Any]] = {}
    for member in records(securityhub_members):
        if member["member_account"] and member["account_id"] == delegate.get(member["region"]):
            members.setdefault(member["region"], {})[member["member_account"]] = member["member_status"]
    settings = {(c["account_id"], c["region"]): c for c in records(securityhub_organization_configuration)}
    seen = Seen(hubs, members, settings, delegate, frozenset(a["region"] for a in admins),
                frozenset(ec2_regions["account_id"]), management)  # fmt: skip
    central = delegations(admins, management, audit, "Security Hub") if management else []
    enrolled = (row if security_hub_version == "v2" else _enrolled(row, seen) for row in central)
    closed = {a["id"] for a in records(organization_accounts) if a["state"] not in (None, "ACTIVE")}
    own = [
        _hub(place, seen, security_hub_version)
        for place in sorted(places(ec2_regions, client))
        if place[0] not in closed
    ]
    return told([*(row for row in enrolled if row is not None), *own])


@dataclass(frozen=True)
class Seen:
    """What was read: hubs by version and place, members and delegate by region, settings by place, regions whose
    delegate is known, accounts read, and the management account (empty for an account that stands alone)."""

    hubs: Mapping[str, Mapping[Place, Row]]
    members: Mapping[str, Mapping[str, Any]]
    settings: Mapping[Place, Row]
    delegate: Mapping[str, Any]
    known: frozenset[str]
    read: frozenset[str]
    management: str


def _enrolled(row: Row, seen: Seen) -> Row | None:
    """The verdict about a region's delegation, with what its administrator set for new accounts.

    None where that was refused to the administrator: the gap stands for it.
    """
    region, admin = row["region"], str(seen.delegate.get(row["region"]))
    given = seen.settings.get((admin, region))
    kind, auto = (given["configuration_type"], given["auto_enable"]) if given else (None, None)
    evidence = {
        "account_id": row["account_id"], "region": region, "delegated_account": seen.delegate.get(region),
        "auto_enable": auto, "configuration_type": kind,
    }  # fmt: skip
    settled = (MEMBERS, *([SETTINGS] if given or row["status"] != "PASS" else []))
    keyed: dict[str, Any] = {
        "account_id": row["account_id"], "region": region, "resource_id": region, "evidence": evidence,
        "without": settled,
    }  # fmt: skip
    if row["status"] != "PASS":
        return verdict(row["status"], row["reason"], **keyed)
    if admin not in seen.read:
        return verdict("MANUAL", "", unread=not_asked(CONFIGURATION, admin, region), **keyed)
    if given is None:
        hub = seen.hubs["cspm"].get((admin, region))
        text = "Security Hub is delegated to the audit account, but not on there in this region."
        return verdict("FAIL", text, **keyed) if hub and not hub["hub_arn"] else None
    if kind is None and auto is None:
        text = f"{CONFIGURATION} InvalidAccessException (account {admin}, region {region}): not the administrator here"
        return verdict("MANUAL", "", unread=text, **keyed)
    if kind == "CENTRAL" or auto:
        how = "central configuration" if kind == "CENTRAL" else "auto-enable"
        return verdict("PASS", f"Security Hub is delegated to the audit account and enrols by {how}.", **keyed)
    return verdict("FAIL", "Security Hub is delegated, but new accounts are not enrolled automatically.", **keyed)


def _hub(place: Place, seen: Seen, version: str) -> Row:
    """The verdict about one account and region."""
    account, region = place
    delegate, listed = seen.delegate.get(region), seen.members.get(region, {})
    arns = {name: found.get(place, {}).get("hub_arn") for name, found in seen.hubs.items()}
    evidence = {
        "account_id": account, "region": region, "hub": arns["cspm"], "hub_v2": arns["v2"],
        "delegated_account": delegate, "member_status": listed.get(account),
    }  # fmt: skip
    alone = not seen.management
    counted = delegate is not None and account != delegate and version != "v2"
    keyed: dict[str, Any] = {
        "account_id": account, "region": region, "resource_id": account, "resource_arn": arns.get(version),
        "evidence": evidence,
        "without": (SETTINGS, *([ADMINS] if alone or region in seen.known else []),
                    *([MEMBERS] if alone or account in listed or (region in seen.known and not counted) else [])),
    }  # fmt: skip
    if version == "v2" and place not in seen.hubs["v2"]:
        text = "AWS did not say whether the newer Security Hub is on here; is it?"
        return verdict("MANUAL", text, stands=False, **keyed)
    if not arns.get(version):
        return verdict("FAIL", "Security Hub is not on in this account and region.", **keyed)
    if counted and delegate not in seen.read:
        return verdict("MANUAL", "", unread=not_asked("securityhub:ListMembers", delegate, region), **keyed)
    if counted and listed.get(account) != "Enabled":
        state = listed.get(account) or "missing"
        return verdict("FAIL", f"Security Hub is on, but the account's membership is {state}.", **keyed)
    return verdict("PASS", "Security Hub is on.", **keyed)
