"""Matchers for the `*` and `?` of policy documents, compiled once and never slower than linear in practice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

LITERAL_STAR, LITERAL_MARK = "\ue000", "\ue001"
"""Stand in for a star and a question mark that a policy variable made literal."""

_LITERALS = str.maketrans({"*": LITERAL_STAR, "?": LITERAL_MARK})


def literal(text: str) -> str:
    """The pattern that matches exactly this text."""
    return text.translate(_LITERALS) if "*" in text or "?" in text else text


def wildcard(pattern: str, value: str) -> bool:
    """Whether the value matches: `*` is any run of characters, `?` any one, all else is itself.

    Two pointers and one remembered star: no backtracking tree, so `*a*a*a*b` cannot hang it.
    """
    if "*" not in pattern and "?" not in pattern:
        return pattern == value
    p = v = 0
    star = mark = -1
    while v < len(value):
        if p < len(pattern) and pattern[p] == "*":
            star, mark = p, v
            p += 1
        elif p < len(pattern) and (pattern[p] == "?" or pattern[p] == value[v]):
            p, v = p + 1, v + 1
        elif star >= 0:
            mark += 1
            p, v = star + 1, mark
        else:
            return False
    return pattern[p:].strip("*") == ""


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
        return bool(self.globs) and any(_glob(glob, value) for glob in self.globs)


_EVERYTHING = PatternSet(True, frozenset(), (), ())


def pattern_set(patterns: Sequence[str]) -> PatternSet:
    """One matcher for all the patterns."""
    if len(patterns) == 1 and patterns[0] == "*":
        return _EVERYTHING
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


def _glob(pattern: str, value: str) -> bool:
    """`wildcard`, after the cheap look at head and tail that settles most pairs."""
    first = pattern[:1]
    if first not in ("*", "?", value[:1]):
        return False
    last = pattern[-1:]
    return last in ("*", "?", value[-1:]) and wildcard(pattern, value)


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
