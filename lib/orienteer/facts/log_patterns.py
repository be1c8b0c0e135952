"""Does a CloudWatch Logs filter pattern match an event?

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Any

TOKEN = re.compile(
    r"""\s*(?:(?P<sign>\|\||&&|\(|\)|!=|>=|<=|=|<|>)|(?P<text>"(?:[^"\\]|\\.)*"|'[^']*')|(?P<regex>%[^%]*%)"""
    r"""|(?P<word>[^\s()=<>!&|]+))"""
)
MISSING = object()
Test = Callable[[Mapping[str, Any]], bool]


def matches(pattern: str | None, event: Mapping[str, Any]) -> bool:
    """True if a filter with this pattern takes the event; one that cannot be read takes none, an empty one all."""
    text = (pattern or "").strip()
    if not text.startswith("{"):
        return _terms(text, json.dumps(event))
    try:
        return _test(text)(event)
    except (ValueError, re.error):
        return False


@lru_cache(maxsize=1024)
def _test(text: str) -> Test:
    """The pattern as a function.  Raises ValueError or re.error for one that cannot be read."""
    tokens = _Tokens(text.removeprefix("{").removesuffix("}"))
    test = _either(tokens)
    if tokens.next is not None:
        raise ValueError(f"the pattern goes on with {tokens.next[1]!r}")
    return test


def _terms(text: str, event: str) -> bool:
    """Plain words: each must be there; of those with `?` one; none with `-`."""
    words = [a or b for a, b in re.findall(r'([?-]?"[^"]*")|(\S+)', text)]
    plain = {sign: [w.lstrip("?-").strip('"') for w in words if w.startswith(sign)] for sign in "?-"}
    must = [w.strip('"') for w in words if not w.startswith(("?", "-"))]
    return (
        all(w in event for w in must)
        and not any(w in event for w in plain["-"])
        and (not plain["?"] or any(w in event for w in plain["?"]))
    )


class _Tokens:
    """The parts of a pattern, one after the other; `next` is the one to come, None at the end."""

    def __init__(self, text: str) -> None:
        self._parts = self._read(text.strip())
        self.next: tuple[str, str] | None = None
        self.take()

    def _read(self, text: str) -> Iterator[tuple[str, str]]:
        at = 0
        while at < len(text):
            found = TOKEN.match(text, at)
            if found is None:
                raise ValueError(f"the pattern cannot be read at {text[at:]!r}")
            yield str(found.lastgroup), found[found.lastgroup or 0]
            at = found.end()

    def take(self) -> tuple[str, str]:
        """The next part; the one after it becomes the next."""
        taken, self.next = self.next, next(self._parts, None)
        return taken or ("", "")

    def skip(self, sign: str) -> bool:
        """True if the sign came next; it is then behind."""
        if self.next == ("sign", sign):
            self.take()
            return True
        return False


def _either(tokens: _Tokens) -> Test:
    tests = [_both(tokens)]
    while tokens.skip("||"):
        tests.append(_both(tokens))
    return lambda event: any(test(event) for test in tests)


def _both(tokens: _Tokens) -> Test:
    tests = [_one(tokens)]
    while tokens.skip("&&"):
        tests.append(_one(tokens))
    return lambda event: all(test(event) for test in tests)


def _one(tokens: _Tokens) -> Test:
    if tokens.skip("("):
        test = _either(tokens)
        if not tokens.skip(")"):
            raise ValueError("a parenthesis is not closed")
        return test
    kind, selector = tokens.take()
    if kind != "word" or not selector.startswith("$"):
        raise ValueError(f"{selector!r} is no selector")
    path = re.findall(r"[^.\[\]'\"$]+", selector)
    kind, sign = tokens.take()
    if kind == "sign" and sign in ("=", "!=", "<", "<=", ">", ">="):
        return _comparison(path, sign, *tokens.take())
    words = f"{sign} {tokens.take()[1]}".upper()
    return {
        "NOT EXISTS": lambda event: _at(path, event) is MISSING,
        "IS NULL": lambda event: _at(path, event) is None,
        "IS TRUE": lambda event: _at(path, event) is True,
        "IS FALSE": lambda event: _at(path, event) is False,
    }.get(words) or _unknown(words)


def _unknown(words: str) -> Test:
    raise ValueError(f"{words!r} is no comparison")


def _comparison(path: list[str], sign: str, kind: str, wanted: str) -> Test:
    """A field against a value; a field that is not there fits no value, and neither does it differ from one."""
    text = wanted.strip("\"'") if kind == "text" else wanted
    fits = re.compile(text.strip("%")).search if kind == "regex" else None

    def test(event: Mapping[str, Any]) -> bool:
        value = _at(path, event)
        if value is MISSING or value is None or isinstance(value, Mapping | list):
            return False
        if sign in ("=", "!="):
            given = str(value).lower() if isinstance(value, bool) else str(value)
            found = bool(fits(given)) if fits else fnmatchcase(given, text.replace("[", "[[]").replace("?", "[?]"))
            return found if sign == "=" else not found
        number, limit = float(str(value)), float(text)
        return {"<": number < limit, "<=": number <= limit, ">": number > limit, ">=": number >= limit}[sign]

    return test


def _at(path: list[str], event: Any) -> Any:
    for name in path:
        if isinstance(event, Mapping):
            event = event.get(name, MISSING)
        elif isinstance(event, list) and name.isdigit() and int(name) < len(event):
            event = event[int(name)]
        else:
            return MISSING
    return event
