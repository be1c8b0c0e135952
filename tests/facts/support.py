"""A control asked about one row, and a fact worked out from a few rows of tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import pandas as pd

from orienteer import controls, facts, tables
from orienteer.controls.verdict import Verdict
from orienteer.facts.fact import Estate, columns_of
from orienteer.facts.reads import names_of
from orienteer.facts.seen import Cells, Unseen, worlds
from orienteer.facts.source import Source
from orienteer.frames import frame
from orienteer.judge import VERDICTS, agreed, judged_rows
from orienteer.parameters import Client, context_of

NOW = pd.Timestamp("2026-06-30T12:00:00Z")
UNSEEN = Unseen(frozenset({"x:Y AccessDenied (account 111111111111, region eu-west-1)"}))
GAP = {"outcome": "DENIED", "gap": "x:Y AccessDenied (account 111111111111, region eu-west-1)"}
"""In a row of a table: this was refused."""
NOBODY = Client()
PLACE = {"account_id": "111111111111", "region": "eu-west-1"}


def judged(id: str, columns: Mapping[str, Any], **given: Any) -> Verdict | None:
    """What a control says of a row of its fact.

    Columns that are not given are not set, but for the keys; UNSEEN stands for one that was not read.  `given` are
    thresholds, `as_of` (NOW) and `client`.
    """
    control = controls.registry()[id]
    assert control.fact is not None
    domains = domains_of(control.fact.name)
    cells = Cells(dict.fromkeys(columns_of(control.fact)))
    cells |= {**PLACE, "resource_id": "thing"}
    cells |= {c: Unseen(v.gaps, domains.get(c, ())) if v is UNSEEN else v for c, v in columns.items()}
    wrong = set(columns) - set(columns_of(control.fact))
    assert not wrong, f"{control.fact.name} has no column {wrong}"
    context = {"as_of": NOW, "client": NOBODY}
    given = {name: context[name] for name in context_of(control.judge)} | given
    told = worlds(lambda row: control.judge(row, **given), cells, names_of(control.judge))
    return agreed(told, control.severity)


def verdict(id: str, columns: Mapping[str, Any], **given: Any) -> tuple[str, str] | None:
    """Status and severity that a control gives a row; severity "" of what is not assessed."""
    found = judged(id, columns, **given)
    return found and (found.status.value, found.severity.value if found.severity else "")


def found(
    id: str,
    tables_: Mapping[str, pd.DataFrame],
    client: Client = NOBODY,
    as_of: pd.Timestamp = NOW,
    **thresholds: Any,
) -> pd.DataFrame:
    """The verdicts of a control over these frames of tables (VERDICTS); tables that are not given hold nothing."""
    control = controls.registry()[id]
    facts.registry()
    read = {n: t if "outcome" in t else t.assign(outcome="OK", gap=None) for n, t in tables_.items()}
    here = Estate(empty() | read, tables.registry(), client, thresholds, as_of)
    return pd.DataFrame(list(judged_rows(control, here)), columns=list(VERDICTS), dtype=object)


def status(id: str, columns: Mapping[str, Any], **given: Any) -> str | None:
    """The status alone."""
    found = judged(id, columns, **given)
    return found and found.status.value


def source(name: str, client: Client = NOBODY, thresholds: Mapping[str, Any] | None = None, **rows: Any) -> Source:
    """A fact from rows of tables; tables that are not given hold nothing."""
    return estate(rows, client, thresholds).source(name)


def fact(name: str, client: Client = NOBODY, **rows: Iterable[Mapping[str, Any]]) -> list[Cells]:
    """The rows of a fact from rows of tables."""
    return source(name, client, **rows).rows


def estate(
    rows: Mapping[str, Iterable[Mapping[str, Any]]],
    client: Client = NOBODY,
    thresholds: Mapping[str, Any] | None = None,
) -> Estate:
    """Facts over these rows of tables, at NOW."""
    facts.registry()
    specs = tables.registry()
    given = {name: frame(specs[name], found) for name, found in rows.items()}
    return Estate(empty() | given, specs, client, thresholds or {}, NOW)


@cache
def domains_of(fact: str) -> Mapping[str, tuple[Any, ...]]:
    """What each column of a fact can be where it was not seen."""
    return estate({}).source(fact).domains


@cache
def empty() -> dict[str, pd.DataFrame]:
    """Every table, without rows."""
    return {name: frame(spec) for name, spec in tables.registry().items()}
