"""Which tables a column of a fact rests on, and which columns and tables a function of its rows reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from orienteer.facts.fact import FACTS, Fact, columns_of, parents
from orienteer.facts.reads import names_of
from orienteer.model import KEYS


@cache
def rests_on(name: str, column: str = "") -> frozenset[str]:
    """The tables that a column of a table or fact comes from; without column, those that say which rows there are."""
    return _rests_on(name, column, frozenset())


def _rests_on(name: str, column: str, asked: frozenset[tuple[str, str]]) -> frozenset[str]:
    """The same; `asked` are the columns on the way here, which add nothing anew.

    Columns may seem to read each other, since what a function reads is taken from the names in its code.
    """
    if (name, column) in asked:
        return frozenset()
    if name not in FACTS:
        return frozenset({name})
    fact, asked = FACTS[name], asked | {(name, column)}
    given = frozenset[str]()
    if isinstance(fact.made, Mapping) and column in fact.made:
        used = [(table, found) for table, _, found in (one.partition(".") for one in fact.made[column])]
        given = given.union(*(_rests_on(table, found, asked) for table, found in used))
        if not any(function.__name__ == column for function in fact.columns):
            return given
    named = tuple(fact.made.get("", ())) if isinstance(fact.made, Mapping) else parents(fact)
    base = fact.also().union(*(all_of(p, asked) if fact.rows else _rests_on(p, "", asked) for p in named))
    for join in fact.joins:
        if column in join.adds:
            keys = (_rests_on(name, ours, asked) for ours in join.on.values() if ours not in KEYS)
            return base.union(*keys) | _rests_on(join.source, join.taken.get(column, ""), asked)
    for function in fact.columns:
        if function.__name__ == column:
            own = (_rests_on(name, c, asked) for c in read_by(function, fact) if c != column)
            return base.union(given, *own) | _reached(names_of(function), fact, asked)
    if column and not fact.rows and fact.base in FACTS:
        return _rests_on(fact.base, column, asked)
    return base


def all_of(name: str, asked: frozenset[tuple[str, str]] = frozenset()) -> frozenset[str]:
    """The tables that any column of a table or fact comes from."""
    if name not in FACTS:
        return frozenset({name})
    columns = columns_of(FACTS[name])
    return _rests_on(name, "", asked).union(*(_rests_on(name, column, asked) for column in columns))


def read_by(function: Callable[..., Any], fact: Fact) -> tuple[str, ...]:
    """The columns that a function (and those of this package that it calls) may read of the fact's rows."""
    return tuple(c for c in columns_of(fact) if c in names_of(function))


def tables_read_by(function: Callable[..., Any], fact: Fact) -> frozenset[str]:
    """The tables a judgement rests on: by its columns, and by those of the facts it reaches through rows in rows.

    A finding stands under the keys of its row, so it rests on what they come from, too.
    """
    own = (rests_on(fact.name, column) for column in (*KEYS, *read_by(function, fact)))
    return rests_on(fact.name).union(*own) | _reached(names_of(function), fact, frozenset())


def _reached(names: frozenset[str], fact: Fact, asked: frozenset[tuple[str, str]]) -> frozenset[str]:
    """The tables behind the columns of these names of the facts that are reached through rows in rows."""
    found, waiting, done = frozenset[str](), _next_to(names, fact), {fact.name}
    while waiting:
        one = waiting.pop()
        if one.name not in done:
            done.add(one.name)
            found = found.union(*(_rests_on(one.name, c, asked) for c in columns_of(one) if c in names))
            waiting.extend(_next_to(names, one))
    return found


def _next_to(names: frozenset[str], fact: Fact) -> list[Fact]:
    joined = [join.source for join in fact.joins if (join.many or join.row) in names]
    return [FACTS[other] for other in (*joined, fact.base) if other in FACTS]
