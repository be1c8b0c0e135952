"""Compliance as a practice: whether standards are measured, logs kept, access reviewed and findings closed."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated

from orienteer.controls.control import control
from orienteer.controls.verdict import Verdict, asked, failed, passed
from orienteer.decisions import SET_ASIDE
from orienteer.facts.earlier import EARLIER_FINDINGS
from orienteer.facts.log_reach import MEASURED, RETAINED
from orienteer.facts.questions import REVIEW
from orienteer.facts.seen import Row
from orienteer.model import Category, Severity, Status
from orienteer.parameters import Range
from orienteer.words import counted


@control(
    "CMP-04",
    title="Access is reviewed on schedule, and exceptions and accepted risks carry an owner and an end date",
    category=Category.COMPLIANCE,
    severity=Severity.MEDIUM,
    maturity=3,
    source="https://docs.aws.amazon.com/wellarchitected/latest/security-pillar/"
    "sec_permissions_analyze_cross_account.html",
    fact=REVIEW,
    evidence=("exceptions_found", "archive_rules", "accepted_in_params"),
    scope="organization",
)
def reviews(row: Row, *, review_valid_days: Annotated[int, Range(1, 3650)] = 180) -> Verdict:
    """Permissions and exceptions only ever grow unless somebody reviews them on a fixed date.

    Fix: put the reviews into the calendar, name their owners, and record an end date for each exception.
    """
    return asked(row.question)


@control(
    "CMP-02",
    title="Configuration compliance is measured continuously against a chosen standard",
    category=Category.COMPLIANCE,
    severity=Severity.MEDIUM,
    maturity=4,
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/standards-reference.html",
    fact=MEASURED,
    evidence=("assessments", "aggregators", "suppressed_critical"),
    scope="organization",
)
def measured_compliance(row: Row, *, max_failed_critical: Annotated[int, Range(0)] = 0) -> Verdict:
    """What is measured once a year is out of date for eleven months; what is measured daily gets fixed.

    A standard counts if it runs in every account and region in use, a conformance pack if every account has it.
    Suppressed findings do not count as failed; their number is shown. AWS Config rules outside a pack are no standard,
    since nobody can say what they leave out.

    Fix: choose one standard and one tool, run it everywhere, and publish the score to those who can improve it.
    """
    if not row.standards and not row.packs:
        more = f" Audit Manager assesses {', '.join(row.assessments)}." if row.assessments else ""
        return asked(f"No standard runs in AWS.{more} Which tool measures compliance, and what was its last score?")
    if row.without_standard and row.without_pack:
        short = row.without_standard if row.standards else row.without_pack
        more = f" and {len(short) - 5} more" if len(short) > 5 else ""
        return failed(f"Accounts where it is not measured: {', '.join(short[:5])}{more}.")
    if row.failed_critical > max_failed_critical:
        return failed(f"Failed critical controls: {row.failed_critical}; at most {max_failed_critical} may fail.")
    if row.is_cut:
        return asked("More critical findings are open than could be read. How many of them are failed controls?")
    return passed(f"Measured everywhere: {', '.join([*row.standards, *row.packs][:5])}.")


@control(
    "CMP-03",
    title="Log retention meets the client's legal and contractual period for every audit source",
    category=Category.COMPLIANCE,
    severity=Severity.MEDIUM,
    maturity=3,
    source="https://docs.aws.amazon.com/prescriptive-guidance/latest/logging-monitoring-for-application-owners/"
    "log-retention.html",
    fact=RETAINED,
    evidence=("termination_protection",),
    scope="organization",
    mappings={"prowler": ["cloudwatch_log_group_retention_policy_specific_days_enabled"]},
)
def retained_logs(log: Row) -> Verdict:
    """Attackers go unnoticed for months; logs deleted by then cannot show what happened.

    Archived objects count as kept, though restoring them can take hours. CloudTrail's 90-day event history does not
    count.

    Fix: extend the retention of the store, or record the deviation with the owner who accepts it.
    """
    if log.store is None:
        return failed(f"{log.source}: no logs are kept.")
    if log.days is None:
        return asked(f"{log.source}: kept in {log.store}, but for how long?")
    if log.days < log.required_days:
        return failed(
            f"{log.source}: kept in {log.store} for {counted(log.days, 'day')}; {log.required_days} are required."
        )
    return passed(f"{log.source}: kept in {log.store} for at least {log.required_days} days.")


SLA_DAYS: Mapping[str, int] = MappingProxyType({"critical": 7, "high": 30, "medium": 90})


@control(
    "CMP-05",
    title="Earlier findings are closed or still tracked",
    category=Category.COMPLIANCE,
    severity=Severity.LOW,
    maturity=4,
    source="https://docs.aws.amazon.com/wellarchitected/latest/security-pillar/sec_detect_investigate_events_"
    "noncompliant_resources.html",
    fact=EARLIER_FINDINGS,
    evidence=("control", "first_seen"),
)
def earlier_findings(
    finding: Row, *, previous_run: str = "", sla_days: Mapping[str, Annotated[int, Range(0, 3650)]] = SLA_DAYS
) -> Verdict | None:
    """A finding nobody tracks comes back in the next report, and an intruder may find it first.

    Its age counts from the earlier report, although it may be older. Accepted findings count as tracked.

    Fix: fix what is overdue, or have its owner accept it with an end date.
    """
    limit = sla_days.get(finding.severity_before)
    if limit is None:
        return None
    if finding.status_now != Status.FAIL.value:
        return passed(f"{finding.control} no longer fails here.")
    if finding.decision in SET_ASIDE:
        return passed(f"{finding.control} still fails here, and that was decided on.")
    if finding.open_days is None or finding.open_days <= limit:
        return passed(f"{finding.control} still fails here, but is not overdue ({limit} days are allowed).")
    return failed(f"{finding.control} has failed here for {finding.open_days} days; {limit} are allowed.")
