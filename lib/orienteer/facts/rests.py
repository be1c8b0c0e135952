"""Which tables a column of a fact rests on, and which columns and tables a function of its rows reads."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from orienteer.facts.fact import FACTS, Fact, columns_of, parents
from orienteer.facts.reads import names_of
from orienteer.model import KEYS

Node = tuple[str, str]
"""A table or fact and one of its columns; without column, which rows there are."""


@cache
def rests_on(name: str, column: str = "") -> frozenset[str]:
    """The tables that a column of a table or fact comes from; without column, those that say which rows there are."""
    return _tables_from([(name, column)])


def all_of(name: str) -> frozenset[str]:
    """The tables that any column of a table or fact comes from."""
    return _tables_from(_all(name))


def _tables_from(nodes: Iterable[Node]) -> frozenset[str]:
    """The tables that these come from, over whatever stands between.

    Columns may seem to read each other, since what a function reads is taken from the names in its code.
    """
    found, waiting, done = set[str](), list(nodes), set[Node]()
    while waiting:
        node = waiting.pop()
        if node not in done:
            done.add(node)
            tables, further = _leads_to(*node)
            found |= tables
            waiting.extend(further)
    return frozenset(found)


@cache
def _leads_to(name: str, column: str) -> tuple[frozenset[str], tuple[Node, ...]]:
    """What a column comes from at once: tables, and columns of others or of its own fact."""
    if name not in FACTS:
        return frozenset({name}), ()
    fact, given = FACTS[name], tuple[Node, ...]()
    if isinstance(fact.made, Mapping) and column in fact.made:
        given = tuple((table, found) for table, _, found in (one.partition(".") for one in fact.made[column]))
        if not any(function.__name__ == column for function in fact.columns):
            return frozenset(), given
    named = tuple(fact.made.get("", ())) if isinstance(fact.made, Mapping) else parents(fact)
    rows = tuple(node for parent in named for node in (_all(parent) if fact.rows else [(parent, "")]))
    for join in fact.joins:
        if column in join.adds:
            keys = ((name, ours) for ours in join.on.values() if ours not in KEYS)
            return fact.also(), (*rows, *keys, (join.source, join.taken.get(column, "")))
    for function in fact.columns:
        if function.__name__ == column:
            own = ((name, c) for c in read_by(function, fact) if c != column)
            return fact.also(), (*rows, *given, *own, *_reached(names_of(function), fact))
    further = [(fact.base, column)] if column and not fact.rows and fact.base in FACTS else []
    return (frozenset(), tuple(further)) if further else (fact.also(), rows)


def _all(name: str) -> list[Node]:
    return [(name, ""), *((name, column) for column in (columns_of(FACTS[name]) if name in FACTS else ()))]


def read_by(function: Callable[..., Any], fact: Fact) -> tuple[str, ...]:
    """The columns that a function (and those of this package that it calls) may read of the fact's rows."""
    return tuple(c for c in columns_of(fact) if c in names_of(function))


def tables_read_by(function: Callable[..., Any], fact: Fact) -> frozenset[str]:
    """The tables a judgement rests on: by its columns, and by those of the facts it reaches through rows in rows.

    A finding stands under the keys of its row, so it rests on what they come from, too.
    """
    own = ((fact.name, column) for column in ("", *KEYS, *read_by(function, fact)))
    return _tables_from([*own, *_reached(names_of(function), fact)])


def _reached(names: frozenset[str], fact: Fact) -> Iterator[Node]:
    """The columns of these names of the facts that are reached through rows in rows."""
    waiting, done = _next_to(names, fact), {fact.name}
    while waiting:
        one = waiting.pop()
        if one.name not in done:
            done.add(one.name)
            yield from ((one.name, c) for c in columns_of(one) if c in names)
            waiting.extend(_next_to(names, one))


def _next_to(names: frozenset[str], fact: Fact) -> list[Fact]:
    joined = [join.source for join in fact.joins if (join.many or join.row) in names]
    return [FACTS[other] for other in (*joined, fact.base) if other in FACTS]
