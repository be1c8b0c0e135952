"""Security Hub: on everywhere, and central."""

from __future__ import annotations

from typing import Literal

from orienteer.controls.closed import unless_closed
from orienteer.controls.control import control
from orienteer.controls.detection import delegated
from orienteer.controls.verdict import MEDIUM, Verdict, asked, failed, passed
from orienteer.facts.findings_hub import SECURITYHUB
from orienteer.facts.seen import Row
from orienteer.model import Category, Status


@control(
    "SH-01",
    title="Security Hub is on in every account and region in use and delegated to the audit account",
    category=Category.MONITORING,
    severity=MEDIUM,
    maturity=3,
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/designate-orgs-admin-account.html",
    fact=SECURITYHUB,
    scope="region",
    mappings={
        "cis": ["CIS AWS Foundations v7.0.0 5.16"],
        "prowler": ["securityhub_enabled", "securityhub_delegated_admin_enabled_all_regions"],
    },
)
def security_hub(hub: Row, *, security_hub_version: Literal["cspm", "v2"] = "cspm") -> Verdict:
    """Somebody looks at findings only if those of all accounts and regions are in one place.

    A region that service control policies close to an account does not count as in use there.

    Fix: delegate Security Hub to the audit account and enable it for all accounts through central configuration.
    """
    if not hub.is_delegation:
        return unless_closed(hub, lambda: _newer(hub) if security_hub_version == "v2" else _on(hub))
    found = delegated(hub, "Security Hub")
    return found if found.status is not Status.PASS or security_hub_version == "v2" else _enrolled(hub)


def _enrolled(hub: Row) -> Verdict:
    """What the administrator of a region set for new accounts."""
    if not hub.admin_hub:
        return failed("Security Hub is delegated to the audit account, but is off there in this region.")
    if hub.enrols == "nothing":
        return failed("Security Hub is delegated, but new accounts are not enrolled automatically.")
    return passed(f"Security Hub is delegated to the audit account and enrols accounts by {hub.enrols}.")


def _newer(hub: Row) -> Verdict:
    if hub.hub_v2_told is None:
        return asked("AWS did not say whether the newer Security Hub is on here; is it?")
    return passed("Security Hub is on.") if hub.hub_v2 else failed("Security Hub is off in this account and region.")


def _on(hub: Row) -> Verdict:
    if not hub.hub:
        return failed("Security Hub is off in this account and region.")
    if hub.counted and (hub.delegate_hub is None or hub.member_status != "Enabled"):
        return failed(f"Security Hub is on, but the account's membership is {hub.member_status or 'missing'}.")
    return passed("Security Hub is on.")
