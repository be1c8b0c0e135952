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
    """What was not seen can be neither right nor wrong; a report must say how much of it there is.

    Fix: extend the audit role with the listed read permissions and run the missing part again.
    """
    if not place.is_account:
        text = f"Region {place.region} could not be entered: none of {place.calls} calls was answered"
        return failed(f"{text} ({', '.join(list(place.refused)[:8])}).")
    if not place.calls:
        return failed(f"The account could not be entered{(place.barred_by and f' ({place.barred_by})') or ''}.")
    if not place.was_answered:
        return failed("The account was entered, but not one call was answered.")
    told = f"{place.percent:.1f}% of {place.calls} calls were answered."
    if place.percent < coverage_:
        return asked(f"{told} Can the role be extended by: {', '.join(list(place.refused)[:8])}?")
    return passed(told)
