"""Source addresses worth trying: one for each part of the address space that the conditions tell apart."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address

from orienteer.policy.exposure.ground import EXTERNAL, PRIVATE, PUBLIC, Ground
from orienteer.policy.language.conditions import Condition, interval, merged
from orienteer.policy.language.patterns import is_fixed

Span = tuple[int, int, int]

_WIDEST = {4: 1 << 24, 6: 1 << 96}
"""Addresses in the largest range that still counts as a bound: a /8, or a /32 of IPv6."""
_ENDS = {4: (1 << 32) - 1, 6: (1 << 128) - 1}
_INSIDE = (
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "fc00::/7",
    "fe80::/10",
)
_NOT_ROUTED = merged(found for cidr in _INSIDE if (found := interval(cidr)))
_STRANGER = "192.88.99.77"


def addresses(conditions: Iterable[Condition], ground: Ground) -> list[tuple[str, int]]:
    """Addresses with the level of those who can call from there: anybody, a named range, or only the own network."""
    return list(_addresses(tuple(conditions), ground.ranges))


@lru_cache(maxsize=1024)
def _addresses(conditions: tuple[Condition, ...], ranges: tuple[Span, ...]) -> tuple[tuple[str, int], ...]:
    texts = [value for condition in conditions if "ipaddress" not in condition.operator for value in condition.values]
    found = dict(_written(texts, ranges))
    sets = [_spans(condition) for condition in conditions if "ipaddress" in condition.operator]
    if not sets:
        return ((_STRANGER, PUBLIC), *found.items())
    bounds = [span for spans in sets for span in (*filter(_narrow, spans), *_bounding_rest(spans))]
    narrow, own = merged_apart(bounds), ranges
    seen: set[tuple[object, ...]] = set()
    for version, start in _starts([*(span for spans in sets for span in spans), *own]):
        cap = _cap(version, start, narrow, own)
        mark = (cap, *(_inside(spans, version, start) for spans in sets))
        if mark not in seen:
            seen.add(mark)
            found[str(IPv4Address(start) if version == 4 else IPv6Address(start))] = cap
    return tuple(found.items())


def _spans(condition: Condition) -> list[Span]:
    return merged(found for value in condition.values if (found := interval(value)))


def _narrow(span: Span) -> bool:
    return span[2] - span[1] < _WIDEST[span[0]]


def _bounding_rest(spans: Sequence[Span]) -> list[Span]:
    """What the ranges leave out, where that is so little that leaving it open is a bound."""
    rest: list[Span] = []
    for version, end in _ENDS.items():
        at = 0
        for _, first, last in (span for span in spans if span[0] == version):
            if first > at:
                rest.append((version, at, first - 1))
            at = last + 1
        if at <= end:
            rest.append((version, at, end))
    return rest if all(map(_narrow, rest)) else []


def merged_apart(spans: Iterable[Span]) -> list[Span]:
    """Sorted ranges without overlap; ranges that only touch stay apart, since each is a bound of its own."""
    out: list[Span] = []
    for version, first, last in sorted(spans):
        if out and out[-1][0] == version and first <= out[-1][2]:
            out[-1] = (version, out[-1][1], max(last, out[-1][2]))
        else:
            out.append((version, first, last))
    return out


def _starts(spans: Iterable[Span]) -> list[tuple[int, int]]:
    """First addresses of the parts that the ranges cut the address space into."""
    starts = {(4, 1 << 24), (6, 0x2000 << 112)}
    for version, first, last in spans:
        starts.add((version, first))
        if last < _ENDS[version]:
            starts.add((version, last + 1))
    inside = (_holding(_NOT_ROUTED, *start) for start in tuple(starts))
    starts.update((span[0], span[2] + 1) for span in inside if span)
    return sorted(starts)


def _holding(spans: Sequence[Span], version: int, address: int) -> Span | None:
    at = bisect_right(spans, (version, address, _ENDS[6])) - 1
    return spans[at] if at >= 0 and spans[at][0] == version and address <= spans[at][2] else None


def _inside(spans: Sequence[Span], version: int, address: int) -> bool:
    return _holding(spans, version, address) is not None


def _cap(version: int, address: int, narrow: Sequence[Span], own: Sequence[Span]) -> int:
    if _inside(own, version, address) or _inside(_NOT_ROUTED, version, address):
        return PRIVATE
    return EXTERNAL if _inside(narrow, version, address) else PUBLIC


def _written(texts: Iterable[str], ranges: Sequence[Span]) -> Iterable[tuple[str, int]]:
    """Addresses that string operators compare with, `203.0.113.*` included."""
    for text in texts:
        made = text.replace("*", "7") if text.count(".") == 3 else text.replace("*", "7.7.7")
        found = interval(made.replace("?", "7"))
        if "/" in text or found is None:
            continue
        free = not is_fixed(text.split("." if "." in text else ":")[0])
        own = any(span[0] == found[0] and span[1] <= found[1] <= span[2] for span in ranges)
        yield made, PRIVATE if own else PUBLIC if free else EXTERNAL
