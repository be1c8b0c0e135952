"""What each layer says of a question that has no certain answer: what allows, what may, what was not read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from orienteer.ask.access import Ladder, ladder, wrong_with
from orienteer.ask.answer import LAYERS
from orienteer.ask.caller import Caller, caller_of
from orienteer.ask.estate import Estate
from orienteer.ask.layers import Hit, Rung
from orienteer.ask.question import target_of, with_caller

_MUST_ALLOW = ("identity", "boundary", "session", "scp", "endpoint")
"""Layers that say something by allowing nothing; of the others silence is no answer."""


def rungs_of(
    estate: Estate, principal: str, action: str, resource: str = "*", context: Mapping[str, Any] | None = None
) -> dict[str, tuple[str, str]]:
    """By layer what it says (`denies`, `not known`, `may deny`, ...) and by which statements, or for what gap.

    A layer that says nothing is not there.  Nothing raises: of a question that makes no sense no layer says anything.
    """
    caller = caller_of(estate, principal)
    if not isinstance(caller, Caller) or wrong_with(caller, action, resource, context):
        return {}
    asked = with_caller(estate, caller, target_of(estate, action, resource, None), context or {})
    steps = ladder(asked, None)
    told = {name: _told(name, [one for one in steps.every if one.name == name]) for name in LAYERS}
    blocked = steps.resource.restricted
    if blocked.holds is None:
        told["bpa"] = ("not known", "; ".join(sorted(blocked.gaps)))
    return {name: said for name, said in told.items() if said[0] and _is_there(name, steps)}


def _is_there(name: str, steps: Ladder) -> bool:
    return name != "identity" or (steps.question.caller.signs and steps.question.caller.kind != "root")


def _told(name: str, rungs: Iterable[Rung]) -> tuple[str, str]:
    listed = list(rungs)
    hits, gaps = [hit for one in listed for hit in one.hits], [gap for one in listed for gap in one.gaps]
    for effect, sure, says in (("Deny", True, "denies"), ("", None, ""), ("Deny", None, "may deny")):
        found = [hit for hit in hits if hit.effect == effect and hit.truth.holds is sure]
        if not effect and gaps:
            return "not known", "; ".join(dict.fromkeys(gaps))
        if found:
            return says, _words(found)
    for sure, says in ((True, "allows"), (None, "may allow")):
        found = [hit for hit in hits if hit.effect == "Allow" and hit.truth.holds is sure]
        if found:
            return says, _words(found)
    return ("allows nothing of it", "") if listed and name in _MUST_ALLOW else ("", "")


def _words(hits: Iterable[Hit]) -> str:
    """The statements, each with the keys that it hangs on."""
    keyed = ((hit.by.words, ", ".join(sorted(hit.truth.keys))) for hit in hits)
    return "; ".join(dict.fromkeys(f"{words}, depending on {keys}" if keys else words for words, keys in keyed))
