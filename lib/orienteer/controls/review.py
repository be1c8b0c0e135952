"""Compliance as a practice: whether standards are measured, logs kept, access reviewed and findings closed."""

from __future__ import annotations

from typing import Annotated

from orienteer.controls.control import control
from orienteer.controls.verdict import Verdict, asked
from orienteer.facts.questions import REVIEW
from orienteer.facts.seen import Row
from orienteer.model import Category, Severity
from orienteer.parameters import Range


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
    """Rights and exceptions only ever grow, unless somebody looks at them on a fixed day.

    Fix: put the reviews into the calendar, name their owners, and record an end date for each exception.
    """
    return asked(row.question)
