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
    if name not in FACTS:
        return frozenset({name})
    fact = FACTS[name]
    if isinstance(fact.made, Mapping) and column in fact.made:
        return frozenset[str]().union(*(rests_on(*used.split(".")) for used in fact.made[column]))
    named = tuple(fact.made.get("", ())) if isinstance(fact.made, Mapping) else parents(fact)
    base = fact.also().union(*(all_of(p) if fact.rows else rests_on(p) for p in named))
    for join in fact.joins:
        if column in join.adds:
            keys = frozenset[str]().union(*(rests_on(name, ours) for ours in join.on.values() if ours not in KEYS))
            more = rests_on(join.source, join.taken[column]) if join.taken else rests_on(join.source)
            return base | keys | more
    for function in fact.columns:
        if function.__name__ == column:
            return base.union(*(rests_on(name, c) for c in read_by(function, fact) if c != column))
    if column and not fact.rows and fact.base in FACTS:
        return rests_on(fact.base, column)
    return base


def all_of(name: str) -> frozenset[str]:
    """The tables that any column of a table or fact comes from."""
    if name not in FACTS:
        return frozenset({name})
    return rests_on(name).union(*(rests_on(name, c) for c in columns_of(FACTS[name])))


def read_by(function: Callable[..., Any], fact: Fact) -> tuple[str, ...]:
    """The columns that a function (and those of this package that it calls) may read of the fact's rows."""
    return tuple(c for c in columns_of(fact) if c in names_of(function))


def tables_read_by(function: Callable[..., Any], fact: Fact) -> frozenset[str]:
    """The tables a judgement rests on: by its columns, and by those of the facts it reaches through rows in rows."""
    names = names_of(function)
    found, waiting, done = rests_on(fact.name), [fact], set[str]()
    while waiting:
        one = waiting.pop()
        done.add(one.name)
        for column in columns_of(one):
            if column in names:
                found |= rests_on(one.name, column)
        reached = [join.source for join in one.joins if (join.many or join.row) in names]
        waiting.extend(FACTS[other] for other in (*reached, one.base) if other in FACTS and other not in done)
    return found
