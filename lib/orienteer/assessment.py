"""`orienteer.assess`: one account, in this process, no files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import boto3
import pandas as pd

from orienteer import controls as catalogue
from orienteer import snapshot, tables
from orienteer.aws.collect import tables_for
from orienteer.aws.engine import REGIONS, collect
from orienteer.aws.job import Collected, Job
from orienteer.aws.plan import allowed, repeated
from orienteer.aws.regions import regions as known_regions
from orienteer.aws.session import Entry
from orienteer.errors import OrienteerError
from orienteer.facts.last_accessed import LEFT_OUT
from orienteer.judge import Facts, judge, tables_of
from orienteer.model import Scope, Table
from orienteer.params import Params, from_mapping
from orienteer.params.words import nearest, shown

WORKERS = 16


def assess(
    session: boto3.Session,
    regions: Iterable[str] | str | None = None,
    controls: Iterable[str] | str | None = None,
    params: Mapping[str, Any] | None = None,
) -> pd.DataFrame:
    """Findings of the session's account: one row per thing judged, columns as in judge.FINDINGS.

    The session is used as it is, read only; nothing is kept.  `regions` None: those of `params`, else those the account
    has enabled; `controls` None: all, else control ids; `params`: mapping as in a params file, every key optional.
    What could not be read is NOT_ASSESSED.  Raises OrienteerError for what was asked wrongly only: an unknown control
    or parameter, an empty list of regions.
    """
    chosen = catalogue.chosen(_names(controls, "controls"))
    if params is not None and not isinstance(params, Mapping):
        raise OrienteerError("params: must be a mapping of keys, as in a params file", 2)
    told = from_mapping(params)
    named = _regions(_names(regions, "regions"), told)
    wanted = _wanted(tables_of(chosen, told.exposures) - LEFT_OUT[told.last_accessed])
    found: list[Collected] = []
    job = Job((Entry(),), wanted, allowed(wanted), named, WORKERS, common=repeated(wanted), patient=True)
    collect(job, found.append, base=session)
    rows = found[0].rows
    frames = {t.name: snapshot.frame_of(snapshot.arrow_table(t.schema, rows[t.name])) for t in wanted}
    coverage = snapshot.frame_of(snapshot.coverage_table(found[0].coverage))
    at = told.as_of or found[0].identity.get("at") or datetime.now(UTC)
    client = replace(told.client_facts(), regions=named)
    facts = Facts(pd.Timestamp(at), client, told.thresholds, told.answer_mapping())
    return judge(chosen, frames, tables.registry(), facts, coverage).findings


def _names(given: Iterable[str] | str | None, argument: str) -> list[str] | None:
    """The names given, one alone as a list of one.  Raises OrienteerError where they are no names."""
    if given is None:
        return None
    names = [given] if isinstance(given, str) else list(given) if isinstance(given, Iterable) else [given]
    if wrong := [name for name in names if not isinstance(name, str) or not name.strip()]:
        raise OrienteerError(f"{argument}: {wrong[0]!r} is no name", 2)
    return list(dict.fromkeys(names))


def _regions(named: list[str] | None, told: Params) -> tuple[str, ...]:
    """The regions to ask in; empty: those the account has enabled."""
    if named is None:
        return told.region_list()
    if not named:
        raise OrienteerError("regions: an empty list; leave it out for the regions the account has enabled", 2)
    for name in named:
        if name not in known_regions():
            raise OrienteerError(f"regions: unknown region {shown(name)}{nearest(name, known_regions())}", 2)
    return tuple(named)


def _wanted(names: set[str]) -> tuple[Table, ...]:
    """The tables of the controls; the list of regions where any of them is read region by region."""
    registry = tables.registry()
    regional = any(t.scope is Scope.REGION for t in tables_for(names, registry))
    return tables_for(names, registry, [REGIONS] if regional else [])
