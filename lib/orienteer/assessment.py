"""`orienteer.assess`: one account, in this process, no files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import boto3
import pandas as pd

from orienteer import controls as catalogue
from orienteer import snapshot, tables
from orienteer.aws.call import Stop
from orienteer.aws.collect import tables_for
from orienteer.aws.engine import REGIONS, Collected, Job, collect
from orienteer.aws.plan import allowed
from orienteer.aws.session import Entry
from orienteer.frames import frame
from orienteer.judge import Facts, judge, tables_of
from orienteer.model import Outcome, Scope, Table
from orienteer.params import from_mapping

WORKERS = 16


def assess(
    session: boto3.Session,
    regions: Sequence[str] | None = None,
    controls: Iterable[str] | None = None,
    params: Mapping[str, Any] | None = None,
) -> pd.DataFrame:
    """Findings of the session's account: one row per thing judged, columns as in judge.FINDINGS.

    The session is used as it is, read only; nothing is kept.  `regions` None: those of the params, else those enabled;
    `controls` None: all, else control ids; `params`: mapping as in a params file, every key optional.
    What could not be read is NOT_ASSESSED.  Raises OrienteerError for an unknown control or parameter only.
    """
    chosen = catalogue.chosen(controls)
    told = from_mapping(dict(params or {}))
    named = tuple(regions or told.region_list())
    wanted = _wanted(tables_of(chosen), bool(named))
    found: list[Collected] = []
    refusal = ""
    try:
        collect(Job((Entry(),), wanted, allowed(wanted), named, WORKERS), found.append, base=session)
    except Stop as error:
        refusal = str(error)
    frames = {table.name: _in_memory(table, found, refusal) for table in wanted}
    coverage = snapshot.frame_of(snapshot.coverage_table(found[0].coverage if found else []))
    at = told.as_of or (found[0].identity.get("at") if found else None) or datetime.now(UTC)
    client = replace(told.client_facts(), regions=named)
    facts = Facts(pd.Timestamp(at), client, told.thresholds, told.answer_mapping())
    return judge(chosen, frames, tables.registry(), facts, coverage).findings


def _wanted(names: set[str], regions_given: bool) -> tuple[Table, ...]:
    """The tables of the controls; the list of enabled regions only where it has to be asked."""
    registry = tables.registry()
    regional = any(t.scope is Scope.REGION for t in tables_for(names, registry))
    return tables_for(names, registry, [REGIONS] if regional and not regions_given else [])


def _in_memory(table: Table, found: Sequence[Collected], refusal: str) -> pd.DataFrame:
    """The table as a frame; one gap row when the account could not be entered at all."""
    if found:
        return snapshot.frame_of(snapshot.arrow_table(table.schema, found[0].rows[table.name]))
    return frame(table, [{"outcome": Outcome.DENIED.value, "gap": refusal}])
