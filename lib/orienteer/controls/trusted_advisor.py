"""What Trusted Advisor says, where the support plan opens it."""

from __future__ import annotations

from orienteer.controls.control import control
from orienteer.controls.verdict import HIGH, MEDIUM, Verdict, asked, failed, passed
from orienteer.facts.advice import SECURITY_CHECKS
from orienteer.facts.seen import Row
from orienteer.model import Category, Severity
from orienteer.words import counted


@control(
    "TA-01",
    title="Trusted Advisor security checks show no open action",
    category=Category.IAM,
    severity=Severity.MEDIUM,
    maturity=2,
    source="https://docs.aws.amazon.com/awssupport/latest/user/security-checks.html",
    fact=SECURITY_CHECKS,
    evidence=("flagged", "checked_at"),
    scope="account",
    mappings={
        "prowler": ["trustedadvisor_errors_and_warnings", "trustedadvisor_premium_support_plan_subscribed"],
        "service_screener": ["supportPlanLowTier"],
    },
)
def trusted_advisor(check: Row) -> Verdict:
    """AWS looks into each account for well-known mistakes; a finding that stays there was not read, or not believed.

    An account with Basic or Developer support has no API for this: the console shows its few core checks, so ask for
    an export of that page.

    Fix: fix the flagged resources, or exclude them in the console and write down why.
    """
    left_out = f" Excluded: {counted(check.suppressed, 'resource')}; ask for the reasons." if check.suppressed else ""
    if check.status == "ok" or (check.status in ("error", "warning") and check.flagged == 0):
        return passed(f"Trusted Advisor has nothing open.{left_out}")
    if check.status in ("error", "warning"):
        count = "resources" if check.flagged is None else counted(check.flagged, "resource")
        words = f"Trusted Advisor flags {count}{' as an error' if check.status == 'error' else ''}.{left_out}"
        return failed(words, HIGH if check.status == "error" else MEDIUM)
    return asked("Trusted Advisor has no result for this check; what does it say after a refresh in the console?")
