"""What becomes of a missing protection in a region where guardrails let the account run nothing."""

from __future__ import annotations

from collections.abc import Callable

from orienteer.controls.verdict import Verdict, passed
from orienteer.facts.seen import Row, unless_unseen
from orienteer.model import Status

LEFT_OUT = "Service control policies let the account run nothing in this region, so it is left out."


def unless_closed(place: Row, judged: Callable[[], Verdict]) -> Verdict:
    """The verdict about a place; a PASS that says why where it would be none and guardrails close the region.

    Guardrails that were not read may close it or not, so what is missing there is not assessed.
    """
    found: Verdict | None = unless_unseen(judged, None)
    if found is not None and found.status is Status.PASS:
        return found
    if place.closed:
        return passed(f"{LEFT_OUT} ({found.words})" if found else LEFT_OUT)
    return judged()
