"""Security Hub: on everywhere, and central."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import pandas as pd

from orienteer.controls.control import AccountId, Pattern, control
from orienteer.controls.detection import delegations
from orienteer.controls.foundation import FOUNDATION_ROLES, NONE_NAMED, foundation_accounts_of, management_account
from orienteer.controls.rows import Row, records, told, verdict
from orienteer.model import Category, Severity


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
) -> pd.DataFrame:
    """One place for findings of all accounts and regions is what makes somebody look at them.

    Fix: delegate Security Hub and enable it for all accounts through central configuration.
    """
    management = management_account(organization)
    audit = foundation_accounts_of(organization_accounts, "security_audit", foundation_accounts, foundation_roles)
    admins = records(securityhub_organization_admins)
    delegate = {a["region"]: a["admin_account"] for a in admins if a["admin_account"]}
    members: dict[str, dict[str, Any]] = {}
    for member in records(securityhub_members):
        if member["member_account"] and member["account_id"] == delegate.get(member["region"]):
            members.setdefault(member["region"], {})[member["member_account"]] = member["member_status"]
    settings = {(c["account_id"], c["region"]): c for c in records(securityhub_organization_configuration)}
    read = set(ec2_regions["account_id"])
    newer = security_hub_version == "v2"
    central = delegations(admins, management, audit, "Security Hub") if management else []
    enrolled = (row if newer else _enrolled(row, delegate, settings, read) for row in central)
    hubs = {version: {(h["account_id"], h["region"]): h for h in records(table)}
            for version, table in (("cspm", securityhub_hubs), ("v2", securityhub_hubs_v2))}  # fmt: skip
    closed = {a["id"] for a in records(organization_accounts) if a["state"] not in (None, "ACTIVE")}
    places = {(r["account_id"], r["region_name"]) for r in records(ec2_regions) if r["enabled"] and r["region_name"]}
    own = [
        _hub(place, hubs, {} if newer else members, delegate.get(place[1]), security_hub_version)
        for place in sorted(places)
        if place[0] not in closed
    ]
    return told([*(row for row in enrolled if row is not None), *own])


def _enrolled(
    row: Row, delegate: Mapping[str, Any], settings: Mapping[tuple[str, str], Row], read: set[str]
) -> Row | None:
    """The verdict about a region's delegation, with what its administrator set for new accounts.

    None where that was refused to the administrator: the gap stands for it.
    """
    region, admin = row["region"], delegate.get(row["region"])
    told_by = settings.get((str(admin), region), {})
    kind, auto = told_by.get("configuration_type"), told_by.get("auto_enable")
    evidence = {"region": region, "delegated_account": admin, "auto_enable": auto, "configuration_type": kind}
    keyed = {"account_id": row["account_id"], "region": region, "resource_id": "delegation", "evidence": evidence}
    if row["status"] != "PASS":
        return verdict(row["status"], row["reason"], **keyed)
    if admin not in read:
        text = f"Security Hub is delegated to {admin}, which was not read. Are new accounts enrolled?"
        return verdict("MANUAL", text, **keyed)
    if (str(admin), region) not in settings:
        return None
    if kind is None and auto is None:
        return verdict("MANUAL", f"Security Hub does not treat {admin} as administrator. Who enrols accounts?", **keyed)
    if kind == "CENTRAL" or auto:
        how = "central configuration" if kind == "CENTRAL" else "auto-enable"
        return verdict("PASS", f"Security Hub is delegated to the audit account and enrols by {how}.", **keyed)
    return verdict("FAIL", "Security Hub is delegated, but new accounts are not enrolled automatically.", **keyed)


def _hub(
    place: tuple[str, str],
    hubs: Mapping[str, Mapping[tuple[str, str], Row]],
    members: Mapping[str, Mapping[str, Any]],
    delegate: Any,
    version: str,
) -> Row:
    """The verdict about one account and region."""
    account, region = place
    listed = members.get(region, {})
    arns = {name: found.get(place, {}).get("hub_arn") for name, found in hubs.items()}
    evidence = {
        "account_id": account, "region": region, "hub": arns["cspm"], "hub_v2": arns["v2"],
        "delegated_account": delegate, "member_status": listed.get(account),
    }  # fmt: skip
    keyed: dict[str, Any] = {
        "account_id": account, "region": region, "resource_id": account, "resource_arn": arns.get(version),
        "evidence": evidence,
    }  # fmt: skip
    if version == "v2" and place not in hubs["v2"]:
        return verdict("MANUAL", "AWS did not say whether the newer Security Hub is on here; is it?", **keyed)
    if not arns.get(version):
        return verdict("FAIL", "Security Hub is not on in this account and region.", **keyed)
    if listed and account != delegate and listed.get(account) != "Enabled":
        state = listed.get(account) or "missing"
        return verdict("FAIL", f"Security Hub is on, but the account's membership is {state}.", **keyed)
    return verdict("PASS", "Security Hub is on.", **keyed)
