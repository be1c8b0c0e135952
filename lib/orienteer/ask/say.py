"""Answers in three values, with what they hang on: unknown context keys, and what was not collected."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from orienteer.policy.language.undecided import Truth

_NONE: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Say:
    """True, False or None.  Of None, `keys` and `gaps` are what it hangs on; of True, `keys` were taken favourably."""

    holds: bool | None
    keys: frozenset[str] = _NONE
    gaps: frozenset[str] = _NONE

    def __and__(self, other: Say) -> Say:
        if self.holds is False or other.holds is False:
            return FALSE
        if self.holds and other.holds:
            return Say(True, self.keys | other.keys)
        return Say(None, self.keys | other.keys, self.gaps | other.gaps)

    def __or__(self, other: Say) -> Say:
        if self.holds or other.holds:
            both = [one for one in (self, other) if one.holds]
            return min(both, key=lambda one: len(one.keys))
        if self.holds is None or other.holds is None:
            return Say(None, self.keys | other.keys, self.gaps | other.gaps)
        return FALSE

    def __invert__(self) -> Say:
        return self if self.holds is None else FALSE if self.holds else TRUE


TRUE, FALSE = Say(True), Say(False)


def unseen(gaps: Iterable[str]) -> Say:
    """Not known for these gaps."""
    return Say(None, _NONE, frozenset(gaps))


def allowing(truth: Truth, may: bool) -> Say:
    """What an Allow of this truth gives.  Under `may`, keys that are not known do not stop it."""
    if truth.holds is None:
        return Say(True if may else None, truth.keys)
    return TRUE if truth.holds else FALSE


def sparing(truth: Truth, may: bool) -> Say:
    """Whether a Deny of this truth lets one through.  Under `may`, one that hangs on keys does."""
    if truth.holds is None:
        return Say(True if may else None, truth.keys)
    return FALSE if truth.holds else TRUE


def favoured(said: Say, may: bool) -> Say:
    """Under `may` what hangs on keys alone holds."""
    return Say(True, said.keys) if may and said.holds is None and not said.gaps else said
