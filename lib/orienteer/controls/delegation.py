"""Controls about who administers the organisation's services and policies beside the management account."""

from __future__ import annotations

from typing import Any

import pandas as pd

from orienteer.controls.control import control, nothing
from orienteer.controls.estate import judged, management, organized, records
from orienteer.model import Category, Severity

DELEGABLE = (
    "cloudtrail.amazonaws.com", "guardduty.amazonaws.com", "securityhub.amazonaws.com", "access-analyzer.amazonaws.com",
    "config.amazonaws.com", "sso.amazonaws.com", "iam.amazonaws.com", "account.amazonaws.com",
    "inspector2.amazonaws.com", "macie.amazonaws.com", "backup.amazonaws.com",
    "member.org.stacksets.cloudformation.amazonaws.com", "fms.amazonaws.com", "detective.amazonaws.com",
    "ssm.amazonaws.com",
)  # fmt: skip
OWN_API = {"guardduty.amazonaws.com": "GD-01", "securityhub.amazonaws.com": "SH-01"}
"""Services that register their administrator through an API of their own, and the control that asks them."""


@control(
    "DA-01",
    title="Each organization-integrated security service in use is delegated to a member account, not run from the "
    "management account",
    category=Category.ORGANIZATION,
    severity=Severity.HIGH,
    maturity=3,
    source="https://docs.aws.amazon.com/organizations/latest/userguide/orgs_integrate_delegated_admin.html",
    scope="organization",
    resource_type="AWS::Organizations::Organization",
    mappings={
        "cis": ["CIS AWS Foundations v7.0.0 2.1.6"],
        "prowler": ["organizations_delegated_administrators"],
    },
)
def delegated_services(
    organization: pd.DataFrame,
    organization_trusted_services: pd.DataFrame,
    organization_delegated_services: pd.DataFrame,
    *,
    delegable_services: tuple[str, ...] = DELEGABLE,
) -> pd.DataFrame:
    """No guardrail binds the management account, so daily security work should not need anybody to sign in there.

    Fix: register the security (or IAM) account as delegated administrator for the service and stop using the management
    account for it.
    """
    if not organized(organization):
        return nothing()
    home = management(organization)
    delegates = {row["service_principal"]: row for row in records(organization_delegated_services)}
    trusted = sorted(set(organization_trusted_services["service_principal"].dropna()) & set(delegable_services))
    return judged(
        [_delegation(home, service, delegates.get(service)) for service in trusted],
        ["service_principal", "trusted_access", "delegated_account_id", "delegated_account_name", "delegation_time"],
    )


def _delegation(home: str, service: str, found: dict[str, Any] | None) -> dict[str, Any]:
    """The verdict about one service: a member account administers it."""
    row = {"account_id": home, "resource_id": service, "service_principal": service, "trusted_access": True}
    if found is None:
        told = f"{service} has trusted access and no delegated administrator: it is run from the management account."
        hint = f" {OWN_API[service]} says what the service itself has registered." if service in OWN_API else ""
        return {**row, "passed": False, "reason": told + hint}
    member = found["account_id"] != home
    whose = "" if member else ", which is the management account itself"
    return {
        **row, "delegated_account_id": found["account_id"], "delegated_account_name": found["name"],
        "delegation_time": found["service_delegated_at"], "passed": member,
        "reason": f"{service} is delegated to account {found['account_id']}{whose}.",
    }  # fmt: skip
