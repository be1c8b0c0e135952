"""Matchers for the `*` and `?` of policy documents, compiled once and never slower than linear in practice."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

LITERAL_STAR, LITERAL_MARK = "\ue000", "\ue001"
"""Stand in for a star and a question mark that a policy variable made literal."""

_LITERALS = str.maketrans({"*": LITERAL_STAR, "?": LITERAL_MARK})


def literal(text: str) -> str:
    """The pattern that matches exactly this text."""
    return text.translate(_LITERALS) if "*" in text or "?" in text else text


def wildcard(pattern: str, value: str) -> bool:
    """Whether the value matches: `*` is any run of characters, `?` any one, all else is itself.

    Each text between stars is looked for once, from left to right, so `*a*a*a*b` cannot hang it.
    """
    if "*" not in pattern:
        return pattern == value or ("?" in pattern and len(pattern) == len(value) and _found(pattern, value) == 0)
    head, between, tail = _parts(pattern)
    at, end = len(head), len(value) - len(tail)
    if at > end or not (_starts(value, head, 0) and _starts(value, tail, end)):
        return False
    for part in between:
        found = _found(part, value, at, end)
        if found < 0:
            return False
        at = found + len(part)
    return True


@lru_cache(maxsize=16_384)
def _parts(pattern: str) -> tuple[str, tuple[str, ...], str]:
    """The text before the first star, those between stars, and the one after the last."""
    head, *between, tail = pattern.split("*")
    return head, tuple(filter(None, between)), tail


def _starts(value: str, part: str, at: int) -> bool:
    return value.startswith(part, at) if "?" not in part else _found(part, value, at, at + len(part)) == at


def _found(part: str, value: str, at: int = 0, end: int | None = None) -> int:
    """Where the part first stands in this stretch of the value, below 0 when it does not; `?` is any character."""
    end = len(value) if end is None else end
    if "?" not in part:
        return value.find(part, at, end)
    found = _marked(part).search(value, at, end)
    return found.start() if found else -1


@lru_cache(maxsize=4096)
def _marked(part: str) -> re.Pattern[str]:
    """The part as an expression without repeats, which takes no longer than to try it at each place."""
    return re.compile(".".join(map(re.escape, part.split("?"))), re.DOTALL)


@dataclass(frozen=True, slots=True)
class PatternSet:
    """Many patterns as one matcher: exact texts in a set, `head*` by prefix, the rest one by one."""

    everything: bool
    exact: frozenset[str]
    prefixes: tuple[str, ...]
    globs: tuple[str, ...]

    def hit(self, value: str) -> bool:
        """Whether any of the patterns matches the value."""
        if self.everything or value in self.exact:
            return True
        if self.prefixes and value.startswith(self.prefixes):
            return True
        return bool(self.globs) and any(wildcard(glob, value) for glob in self.globs)


_EVERYTHING = PatternSet(True, frozenset(), (), ())


def pattern_set(patterns: Sequence[str]) -> PatternSet:
    """One matcher for all the patterns."""
    if len(patterns) == 1 and patterns[0] == "*":
        return _EVERYTHING
    if all(map(is_fixed, patterns)):
        return PatternSet(False, frozenset(patterns), (), ())
    exact, prefixes, globs = set(), set(), set()
    for pattern in patterns:
        if "*" not in pattern and "?" not in pattern:
            exact.add(pattern)
        elif pattern.find("*") == len(pattern) - 1 and "?" not in pattern:
            prefixes.add(pattern[:-1])
        else:
            globs.add(pattern)
    everything = "" in prefixes or any(not glob.strip("*") for glob in globs)
    return PatternSet(everything, frozenset(exact), tuple(sorted(prefixes)), tuple(sorted(globs)))


def is_fixed(text: str) -> bool:
    """Whether the text holds no wildcard at all."""
    return "*" not in text and "?" not in text


def sample(pattern: str, filler: str) -> str:
    """A text that the pattern matches: the filler for each star, a letter for each question mark."""
    return pattern.replace("*", filler).replace("?", "x") if not is_fixed(pattern) else pattern


def digits(pattern: str, length: int) -> str:
    """A number of this many digits that the pattern matches, empty when there is none."""
    if "*" in pattern:
        head, _, tail = pattern.partition("*")
        room = length - len(head) - len(tail.replace("*", ""))
        pattern = head + "9" * max(room, 0) + tail.replace("*", "")
    found = pattern.replace("?", "9")
    return found if len(found) == length and found.isdigit() else ""
