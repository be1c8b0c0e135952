"""Whether the evidence is whole."""

from __future__ import annotations

from typing import Annotated

from orienteer.controls.control import control
from orienteer.controls.verdict import INFO, Verdict, asked, failed, passed
from orienteer.facts.coverage import ASSESSED
from orienteer.facts.seen import Row
from orienteer.model import Category
from orienteer.parameters import Range


@control(
    "CMP-01",
    title="The assessment saw everything it was asked to see",
    category=Category.COVERAGE,
    severity=INFO,
    maturity=2,
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html",
    fact=ASSESSED,
    evidence=("name", "answered"),
    scope="account",
)
def assessment_is_complete(place: Row, *, coverage_: Annotated[float, Range(0, 100)] = 95) -> Verdict:
    """What was not seen cannot be judged, so a report has to say how much that is.

    Fix: give the assessment role the listed read permissions and run the missing part again.
    """
    if not place.is_account:
        text = f"Nothing could be read in {place.region}: none of {place.calls} calls was answered"
        return failed(f"{text} ({', '.join(list(place.refused)[:8])}).")
    if not place.calls:
        return failed(f"The account could not be accessed{(place.barred_by and f' ({place.barred_by})') or ''}.")
    if not place.was_answered:
        return failed("The account could be accessed, but not a single call was answered.")
    told = f"{place.percent:.1f}% of {place.calls} calls were answered."
    if place.percent < coverage_:
        return asked(f"{told} Can the role also be given {', '.join(list(place.refused)[:8])}?")
    return passed(told)
