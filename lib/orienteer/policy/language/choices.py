"""Values of one context key that a set of conditions tells apart: one for each way in which they can be met together.

By hand: `StringLike a*` and `StringLike *b` can hold both (`ab`), one alone (`a`, `b`) or neither (`-`); with the
request that lacks the key these five stand for every value there is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address
from itertools import combinations, pairwise
from typing import NamedTuple

from orienteer.policy.keys import key_of
from orienteer.policy.language.conditions import NEGATIONS, Condition, compiled, interval, moment, number

Values = tuple[str, ...]
_MOST_STATES, _MOST_TOKENS, _MOST_SINGLE = 4_000, 1_200, 4


class Token(NamedTuple):
    """What a place of a pattern takes: one of these characters (or of all `others`), or a `run` of them."""

    chars: str
    run: bool = False
    others: bool = False


@dataclass(frozen=True, slots=True)
class Choices:
    """Values of a key; an empty one is a request that lacks it.  `whole`: every other one does as one of these."""

    values: tuple[Values, ...]
    whole: bool = True


@lru_cache(maxsize=4096)
def choices(key: str, conditions: tuple[Condition, ...]) -> Choices:
    """What a caller can choose between who decides the value of the key.

    The conditions are those on this key, without policy variables.
    """
    kinds = {_kind(condition) for condition in conditions} - {"null"}
    found, whole = _single(kinds, conditions)
    tests = [compiled(condition, False) for condition in conditions]
    single = list({tuple(test({key: (one,)}) for test in tests): one for one in reversed(found)}.values())[::-1]
    many = key_of(key).many or any(condition.qualifier for condition in conditions)
    sets: list[Values] = [(one,) for one in single]
    if many:
        most = len(single) if len(single) <= _MOST_SINGLE else 2
        whole = whole and most == len(single)
        sets = [some for size in range(1, most + 1) for some in combinations(single, size)]
    return Choices((*sets, *(() if key_of(key).always else ((),))), whole)


def _kind(condition: Condition) -> str:
    base = NEGATIONS.get(condition.operator, condition.operator)
    if base.startswith(("numeric", "date")):
        return "numeric" if base.startswith("numeric") else "date"
    return base if base in ("ipaddress", "bool", "null") else "text"


def _single(kinds: set[str], conditions: Sequence[Condition]) -> tuple[list[str], bool]:
    if not kinds:
        return ["probe"], True
    if kinds == {"bool"}:
        return ["true", "false"], True
    found: dict[str, None] = {}
    whole = len(kinds - {"bool"}) == 1
    for kind in sorted(kinds - {"bool"}) or ["text"]:
        among = [one for one in conditions if _kind(one) in (kind, "bool")]
        if kind == "text":
            texts, all_told = told_apart(tuple(_patterns(among)))
            whole = whole and all_told
        else:
            texts = list(_addresses(among) if kind == "ipaddress" else _between(among, kind))
        found |= dict.fromkeys(texts)
    return list(found), whole


def _addresses(conditions: Iterable[Condition]) -> Iterator[str]:
    """An address of each part into which the ranges cut the address space."""
    starts = {(4, 192 << 24 | 88 << 16 | 99 << 8 | 77), (6, 0x2000 << 112)}
    for value in (value for condition in conditions for value in condition.values):
        span = interval(value)
        if span is not None:
            version, first, last = span
            starts |= {
                (version, first),
                *([(version, last + 1)] if last + 1 < 1 << (32 if version == 4 else 128) else []),
            }
    for version, start in sorted(starts):
        yield str(IPv4Address(start) if version == 4 else IPv6Address(start))


def _between(conditions: Iterable[Condition], kind: str) -> Iterator[str]:
    """Each bound, and a value between, below and above them."""
    read = number if kind == "numeric" else moment
    bounds = sorted({b for condition in conditions for value in condition.values if (b := read(value)) is not None})
    if not bounds:
        yield "0"
        return
    inner = [(low + high) / 2 for low, high in pairwise(bounds)]
    for found in sorted([bounds[0] - 1, *bounds, *inner, bounds[-1] + 1]):
        yield str(int(found)) if found == int(found) else repr(found)


# --- texts


def _patterns(conditions: Iterable[Condition]) -> Iterator[tuple[Token, ...]]:
    for condition in conditions:
        base = NEGATIONS.get(condition.operator, condition.operator)
        for value in condition.values:
            yield tuple(_tokens(base, value))


def _tokens(base: str, value: str) -> Iterator[Token]:
    if base in ("stringequalsignorecase", "bool"):
        yield from (Token("".join({c.lower(), c.upper()})) for c in value)
    elif base == "stringlike":
        yield from _wild(value, "")
    elif base in ("arnlike", "arnequals"):
        fields = value.split(":", 5)
        for at, field in enumerate(fields):
            yield from [Token(":")] if at else ()
            last = at == 5 or (at == len(fields) - 1 and field.endswith("*"))
            yield from _wild(field, "" if last else ":")
    else:
        yield from map(Token, value)


def _wild(text: str, but: str) -> Iterator[Token]:
    """The tokens of a pattern whose wildcards stand for all characters but these."""
    for c in text:
        yield Token(but, c == "*", others=True) if c in "*?" else Token(c)


@lru_cache(maxsize=2048)
def told_apart(patterns: tuple[tuple[Token, ...], ...]) -> tuple[list[str], bool]:
    """The shortest text for each set of the patterns that one text can match, and whether those are all sets.

    All patterns are walked at once, each as the set of places where it may be.
    """
    told = {c for pattern in patterns for token in pattern for c in token.chars}
    letters = [next(chr(n) for n in (45, 120, *range(33, 0x2FF)) if chr(n) not in told), *sorted(told)]
    moves = [_moves(pattern, letters) for pattern in patterns]
    queue = [(tuple(_closed(pattern, 1) for pattern in patterns), "")]
    seen, found = set[tuple[int, ...]](), dict[tuple[bool, ...], str]()
    for state, text in queue:  # grows while it is walked
        for letter in letters:
            following = tuple(_step(at, move[letter]) for at, move in zip(state, moves, strict=True))
            if following not in seen:
                seen.add(following)
                queue.append((following, text + letter))
                met = tuple(bool(at >> len(p) & 1) for at, p in zip(following, patterns, strict=True))
                found.setdefault(met, text + letter)
        if len(seen) > _MOST_STATES or sum(map(len, patterns)) > _MOST_TOKENS:
            return list(found.values()), False
    return list(found.values()), True


Moves = Mapping[str, Sequence[int]]


def _moves(pattern: Sequence[Token], letters: Iterable[str]) -> Moves:
    """By letter, for each place of the pattern the places where it leads, as bits."""
    return {letter: [_from(pattern, at, letter) for at in range(len(pattern) + 1)] for letter in letters}


def _from(pattern: Sequence[Token], at: int, letter: str) -> int:
    if at == len(pattern) or (letter in pattern[at].chars) is pattern[at].others:
        return 0
    return _closed(pattern, 1 << at if pattern[at].run else 1 << (at + 1))


def _closed(pattern: Sequence[Token], places: int) -> int:
    """The places with those beyond runs, which may be empty."""
    for at, token in enumerate(pattern):
        if token.run and places >> at & 1:
            places |= 1 << (at + 1)
    return places


def _step(places: int, moves: Sequence[int]) -> int:
    found, at = 0, 0
    while places:
        if places & 1:
            found |= moves[at]
        places >>= 1
        at += 1
    return found
