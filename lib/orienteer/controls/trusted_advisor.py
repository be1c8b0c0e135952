"""What Trusted Advisor says, where the support plan opens it or the client exported it."""

from __future__ import annotations

import pandas as pd

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
    evidence=("flagged", "checked_at", "age_days", "read_from"),
    scope="account",
    mappings={
        "prowler": ["trustedadvisor_errors_and_warnings", "trustedadvisor_premium_support_plan_subscribed"],
        "service_screener": ["supportPlanLowTier"],
    },
)
def trusted_advisor(check: Row) -> Verdict:
    """AWS checks every account for well-known mistakes; a finding that stays open was not read, or not believed.

    With Basic or Developer support there is no API for this: a CSV export of Trusted Advisor's organizational view
    takes its place, or the console with its few core checks. An export may list only what is open, so it never passes a
    check.

    Fix: repair the flagged resources, or exclude them in the console and write down why.
    """
    exported = check.read_from == "export"
    by = f" From an export of {_day(check.checked_at)}, {_age(check.age_days)}." if exported else ""
    left_out = f" Excluded: {counted(check.suppressed, 'resource')}; ask why." if check.suppressed else ""
    if check.status == "ok" or (check.status in ("error", "warning") and check.flagged == 0):
        if exported:
            return asked(f"The export lists nothing open; were all regions and statuses exported?{left_out}{by}")
        return passed(f"Trusted Advisor flags nothing.{left_out}")
    if check.status in ("error", "warning"):
        count = "resources" if check.flagged is None else counted(check.flagged, "resource")
        red = " in red (action recommended)" if check.status == "error" else ""
        words = f"Trusted Advisor flags {count}{red}.{left_out}{by}"
        return failed(words, HIGH if check.status == "error" else MEDIUM)
    return asked(f"Trusted Advisor has no result for this check; what does it show after a refresh in the console?{by}")


def _day(moment: pd.Timestamp) -> str:
    return f"{moment:%Y-%m-%d}"


def _age(days: int | None) -> str:
    return "dated in the future" if days is None else f"{counted(days, 'day')} old"
