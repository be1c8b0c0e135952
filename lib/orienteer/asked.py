"""What two runs of a client asked differently: their params, and which controls look at those that changed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields
from functools import cache
from typing import Any

from orienteer import controls, tables
from orienteer.controls.control import Control
from orienteer.facts.fact import FACTS, parents
from orienteer.facts.reads import names_of
from orienteer.model import Scope
from orienteer.parameters import Client, context_of, thresholds_of

REGIONS = "regions"
SCOPE = ("accounts", "organization", REGIONS)
"""Params that say where is looked."""
BESIDE = ("client", "profile", "demo", "report", "notebooks", "output_dir", "as_of")
"""Params that no verdict goes by."""
CLIENT = tuple(f.name for f in fields(Client) if f.name != "name")
SHOWN = 200
"""Characters of a value that are shown."""

Change = tuple[str, str]
"""A param's values in words: then, and now."""


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Change]:
    """The params of two manifests that differ, by name: `regions`, `thresholds.max_age_days`, `answers.RISK-01`, ..."""
    old, new = dict(_flat(before.get("params") or {})), dict(_flat(after.get("params") or {}))
    return {
        name: (_words(old.get(name)), _words(new.get(name)))
        for name in sorted({*old, *new})
        if _words(old.get(name)) != _words(new.get(name))
    }


def _flat(params: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """What bears on verdicts; an answer's date and author do not."""
    for name, value in params.items():
        if name not in (*BESIDE, "thresholds", "answers"):
            yield name, value
    for name, value in (params.get("thresholds") or {}).items():
        yield f"thresholds.{name}", value
    for name, value in (params.get("answers") or {}).items():
        yield f"answers.{name}", value.get("answer") if isinstance(value, Mapping) else value


def _words(value: Any) -> str:
    if value in (None, "", [], (), {}):
        return "not set"
    plain = isinstance(value, list | tuple) and all(isinstance(one, str | int | float) for one in value)
    text = ", ".join(map(str, value)) if plain else value if isinstance(value, str) else _json(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}..."


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)


def said(name: str, change: Change) -> str:
    """One difference in words."""
    return f"{name}: {change[0]}, now {change[1]}"


def behind(control_id: str, changed: Mapping[str, Change]) -> list[str]:
    """Which of the changed params the verdicts of this control depend on, in words."""
    control = controls.registry().get(control_id)
    if control is None or not changed:
        return []
    read = _read_by(control.id)
    return [said(name, change) for name, change in changed.items() if name.partition(".")[2] in read or name in read]


def scope(changed: Mapping[str, Change]) -> list[str]:
    """Which of the changed params say where is looked, in words."""
    return [said(name, changed[name]) for name in SCOPE if name in changed]


def over_regions(control_id: str, changed: Mapping[str, Change]) -> list[str]:
    """The regions that were asked for then and now, in words, where the control looks at what regions hold.

    A row of its own for all regions may pass or fail because of a region that only one of two runs looked at.
    """
    control = controls.registry().get(control_id)
    if control is None or REGIONS not in changed:
        return []
    known = tables.registry()
    regional = any(known[name].scope is Scope.REGION for name in control.tables if name in known)
    return [said(REGIONS, changed[REGIONS])] if regional else []


@cache
def _read_by(control_id: str) -> frozenset[str]:
    """Names of thresholds, what is read of the client, and the control's own id, since an answer stands under it."""
    control = controls.registry()[control_id]
    names, found, more = set(names_of(control.judge)), set[str](), True
    functions = [control.judge, *_functions(control)]
    used = {control.judge} | {f for f in functions if _makes_rows(f)}
    while more:
        for function in used:
            names |= names_of(function)
        reached = {f for f in functions if f.__name__ in names} - used
        used, more = used | reached, bool(reached)
    for function in used:
        found |= set(thresholds_of(function))
        if "client" in context_of(function):
            found |= names_of(function) & set(CLIENT)
    return frozenset(found | {control.id})


def _functions(control: Control) -> list[Callable[..., Any]]:
    """What makes the rows and columns of the control's fact and of the facts behind it."""
    waiting, done, found = [control.fact.name], set[str](), []
    while waiting:
        name = waiting.pop()
        if name in done or name not in FACTS:
            continue
        done.add(name)
        fact = FACTS[name]
        found += list(fact.functions)
        waiting += [*parents(fact), *(join.source for join in fact.joins)]
    return found


@cache
def _makes_rows(function: Callable[..., Any]) -> bool:
    return any(fact.rows is function for fact in FACTS.values())
