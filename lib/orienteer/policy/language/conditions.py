"""Condition operators of IAM policies: each condition compiled to one test of a request's context.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from ipaddress import ip_address, ip_network

from orienteer.policy.language.patterns import PatternSet, literal, pattern_set, wildcard

Context = Mapping[str, tuple[str, ...]]
Test = Callable[[Context], bool]
Compare = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Condition:
    """One operator and key of a statement, in lower case; `written` is both as the document has them."""

    operator: str
    qualifier: str
    if_exists: bool
    key: str
    values: tuple[str, ...]
    written: str = field(default="", compare=False)

    @property
    def negated(self) -> bool:
        return self.operator in NEGATIONS


NEGATIONS: Mapping[str, str] = {
    "stringnotequals": "stringequals",
    "stringnotequalsignorecase": "stringequalsignorecase",
    "stringnotlike": "stringlike",
    "numericnotequals": "numericequals",
    "datenotequals": "dateequals",
    "notipaddress": "ipaddress",
    "arnnotequals": "arnlike",
    "arnnotlike": "arnlike",
}
_ORDERS: Mapping[str, Callable[[float, float], bool]] = {
    "equals": lambda value, bound: value == bound,
    "lessthan": lambda value, bound: value < bound,
    "lessthanequals": lambda value, bound: value <= bound,
    "greaterthan": lambda value, bound: value > bound,
    "greaterthanequals": lambda value, bound: value >= bound,
}
_POSITIVE = (
    {"stringequals", "stringequalsignorecase", "stringlike", "arnequals", "arnlike", "ipaddress", "bool"}
    | {"binaryequals", "null"}
    | {f"{kind}{order}" for kind in ("numeric", "date") for order in _ORDERS}
)
OPERATORS = frozenset(_POSITIVE) | frozenset(NEGATIONS)

_VARIABLE = re.compile(r"\$\{([^{}]*)\}")
_OCTET = r"(0|[1-9]\d{0,2})"
_DOTTED = re.compile(rf"{_OCTET}\.{_OCTET}\.{_OCTET}\.{_OCTET}(?:/(\d{{1,2}}))?", re.ASCII)
_DEFAULT = re.compile(r"^\s*([^,]*?)\s*,\s*'(.*)'\s*$", re.DOTALL)


@lru_cache(maxsize=8192)
def compiled(condition: Condition, variables: bool) -> Test:
    """A test of a context.  `variables` is whether the document's version knows policy variables."""
    key, missing = condition.key, _missing(condition)
    if condition.operator == "null":
        wanted = {value.lower() == "true" for value in condition.values}
        return lambda context: (not context.get(key)) in wanted
    matcher = _matcher(condition, variables)
    negated, every, some = (
        condition.negated,
        condition.qualifier == "forallvalues",
        condition.qualifier == "foranyvalue",
    )

    def holds(context: Context) -> bool:
        values = context.get(key)
        if not values:
            return missing
        hits = matcher(context)
        if every:
            return all(hits(value) != negated for value in values)
        if some:
            return any(hits(value) != negated for value in values)
        return any(hits(value) for value in values) != negated

    return holds


def resolved(text: str, context: Context) -> str | None:
    """The text with its policy variables put in, as a pattern; None when a variable has no value in this request."""
    parts, at = [], 0
    for found in _VARIABLE.finditer(text):
        value = _variable(found.group(1), context)
        if value is None:
            return None
        parts += [text[at : found.start()], literal(value)]
        at = found.end()
    return "".join((*parts, text[at:]))


def variable_keys(text: str) -> tuple[str, ...]:
    """The context keys that the text's policy variables stand for, in lower case."""
    if "${" not in text:
        return ()
    found = (_key_in(found.group(1))[0] for found in _VARIABLE.finditer(text))
    return tuple(key for key in found if key not in ("*", "?", "$"))


def readable(operator: str, value: str) -> bool:
    """Whether the value is one that the operator can compare with."""
    base = NEGATIONS.get(operator, operator)
    if base.startswith("numeric"):
        return number(value) is not None
    if base.startswith("date"):
        return moment(value) is not None
    if base == "ipaddress":
        return interval(value) is not None
    if base in ("bool", "null"):
        return value.lower() in ("true", "false") or "${" in value
    return True


def arn_matches(pattern: str, value: str) -> bool:
    """Whether an ARN matches, field by field: a wildcard does not cross a colon before the resource part.

    A pattern of fewer than six fields that ends in a star stands for all that follows.
    """
    patterns, values = pattern.split(":", 5), value.split(":", 5)
    if len(patterns) < 6 and patterns[-1].endswith("*"):
        values = value.split(":", len(patterns) - 1)
    return len(patterns) == len(values) and all(map(wildcard, patterns, values))


def _missing(condition: Condition) -> bool:
    """What the condition says of a request that lacks its key."""
    if condition.if_exists or condition.qualifier == "forallvalues":
        return True
    return condition.negated and condition.qualifier != "foranyvalue"


def _variable(inside: str, context: Context) -> str | None:
    if inside in ("*", "?", "$"):
        return inside
    key, default = _key_in(inside)
    values = context.get(key, ())
    return values[0] if len(values) == 1 else default


def _key_in(inside: str) -> tuple[str, str | None]:
    """The key of a policy variable, in lower case, and its default value, None where it has none."""
    default = _DEFAULT.match(inside)
    return (default.group(1) if default else inside).strip().lower(), default.group(2) if default else None


def _matcher(condition: Condition, variables: bool) -> Callable[[Context], Compare]:
    """For a context, the comparison of one request value with the condition's values."""
    base = NEGATIONS.get(condition.operator, condition.operator)
    if not variables or not any("${" in value for value in condition.values):
        fixed = _comparison(base, condition.values)
        return lambda context: fixed
    still = _comparison(base, [value for value in condition.values if "${" not in value])
    moving = tuple(value for value in condition.values if "${" in value)

    def at(context: Context) -> Compare:
        patterns = [found for value in moving if (found := resolved(value, context)) is not None]
        special = _comparison(base, patterns, escaped=True)
        return lambda value: still(value) or special(literal(value))

    return at


def _comparison(base: str, values: Iterable[str], escaped: bool = False) -> Compare:
    if base == "stringequals":
        return frozenset(literal(value) if escaped else value for value in values).__contains__
    if base == "stringequalsignorecase":
        folded = frozenset((literal(value) if escaped else value).lower() for value in values)
        return lambda value: value.lower() in folded
    if base == "stringlike":
        return pattern_set(tuple(values)).hit
    if base in ("arnlike", "arnequals"):
        return _arns(tuple(values))
    if base == "ipaddress":
        return _addresses(values)
    if base == "bool":
        truths = frozenset(value.lower() for value in values)
        return lambda value: value.lower() in truths
    if base.startswith(("numeric", "date")):
        return _ordered(base, values)
    return frozenset(values).__contains__


def _arns(patterns: tuple[str, ...]) -> Compare:
    quick: PatternSet = pattern_set(patterns)
    loose = tuple(pattern for pattern in patterns if "*" in pattern or "?" in pattern)

    def hits(value: str) -> bool:
        if value in quick.exact or not loose:
            return value in quick.exact
        return quick.hit(value) and any(arn_matches(pattern, value) for pattern in loose)

    return hits


def _addresses(values: Iterable[str]) -> Compare:
    """Membership in a union of ranges, by bisection over merged intervals."""
    spans = merged(found for value in values if (found := interval(value)))
    starts = [(version, first) for version, first, _ in spans]

    def hits(value: str) -> bool:
        found = interval(value)
        if found is None:
            return False
        at = bisect_right(starts, (found[0], found[1])) - 1
        return at >= 0 and spans[at][0] == found[0] and found[2] <= spans[at][2]

    return hits


def merged(spans: Iterable[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """The same addresses as sorted intervals that neither overlap nor touch."""
    out: list[tuple[int, int, int]] = []
    for version, first, last in sorted(spans):
        if out and out[-1][0] == version and first <= out[-1][2] + 1:
            out[-1] = (version, out[-1][1], max(last, out[-1][2]))
        else:
            out.append((version, first, last))
    return out


def _ordered(base: str, values: Iterable[str]) -> Compare:
    kind = "numeric" if base.startswith("numeric") else "date"
    read, compare = (number if kind == "numeric" else moment), _ORDERS[base.removeprefix(kind)]
    bounds = [bound for value in values if (bound := read(value)) is not None]

    def hits(value: str) -> bool:
        found = read(value)
        return found is not None and any(compare(found, bound) for bound in bounds)

    return hits


def number(text: str) -> float | None:
    """The number that the text writes, None when it writes none."""
    try:
        found = float(text)
    except ValueError:
        return None
    return found if found == found else None


def moment(text: str) -> float | None:
    """Seconds since 1970 of an ISO 8601 moment or a count of seconds."""
    seconds = number(text)
    if seconds is not None and not re.fullmatch(r"\d{4}|\d{8}", text.strip()):
        return seconds
    try:
        found = datetime.fromisoformat(text.strip().replace("z", "Z"))
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return seconds


@lru_cache(maxsize=32_768)
def interval(text: str) -> tuple[int, int, int] | None:
    """IP version, first and last address of the range as numbers; None when it is no range."""
    plain = _DOTTED.fullmatch(text)
    if plain:
        a, b, c, d, bits = plain.groups()
        octets, free = (int(a), int(b), int(c), int(d)), 32 - int(bits or 32)
        if max(octets) < 256 and free >= 0:
            first = ((octets[0] << 24) + (octets[1] << 16) + (octets[2] << 8) + octets[3]) >> free << free
            return 4, first, first + (1 << free) - 1
    try:
        if "/" not in text:
            address = ip_address(text.strip())
            return _plain(address.version, int(address), int(address))
        network = ip_network(text.strip(), strict=False)
    except ValueError:
        return None
    return _plain(network.version, int(network.network_address), int(network.broadcast_address))


def _plain(version: int, first: int, last: int) -> tuple[int, int, int]:
    """The range, or the addresses of version 4 that it writes in the form of version 6."""
    if version == 6 and first >> 32 == last >> 32 == 0xFFFF:
        return 4, first & 0xFFFFFFFF, last & 0xFFFFFFFF
    return version, first, last
