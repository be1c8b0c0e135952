"""What the command line lists (controls, tables, exposures: rows of plain data) and which policies it compares with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from orienteer import controls, facts, tables
from orienteer.aws.plan import api_name
from orienteer.errors import OrienteerError
from orienteer.facts import exposures
from orienteer.facts.fact import columns_of
from orienteer.facts.rests import all_of
from orienteer.model import Table

RESOURCES = Path(__file__).parent / "data" / "exposable_resources.json"
"""Resource types that can be opened to others, with the calls that list them and that tell who can reach them."""


def control_rows() -> list[dict[str, Any]]:
    """One row per control: what it is called, how grave, where it comes from, and what it rests on."""
    known = tables.registry()
    return [
        {
            "id": control.id,
            "title": control.title,
            "category": control.category.value,
            "notebook": control.notebook,
            "severity": control.severity.value,
            "maturity": control.maturity,
            "mappings": {name: list(codes) for name, codes in control.mappings.items()},
            "source": control.source,
            "facts": [control.fact.name] if control.fact else [],
            "tables": list(control.tables),
            "operations": sorted({op for name in control.tables if name in known for op in _operations(known[name])}),
        }
        for control in controls.registry().values()
    ]


def fact_rows() -> list[dict[str, Any]]:
    """name, doc, tables and columns of each fact."""
    return [
        {"name": fact.name, "doc": fact.doc, "tables": sorted(all_of(fact.name)), "columns": list(columns_of(fact))}
        for fact in facts.registry().values()
    ]


def table_rows() -> list[dict[str, Any]]:
    """name, scope, service, operations and columns of each table."""
    return [
        {
            "name": table.name,
            "scope": table.scope.value,
            "service": table.call.service,
            "operations": [f"{call.service}:{api_name(call)}" for call in table.calls],
            "columns": list(table.schema),
        }
        for table in tables.registry().values()
    ]


def _operations(table: Table) -> set[str]:
    """Operations a table needs, those of its parents included."""
    own = {f"{call.service}:{api_name(call)}" for call in table.calls}
    return own | (_operations(table.parent) if table.parent else set())


def exposure_rows() -> list[dict[str, Any]]:
    """id, built, tables and control of each type of resource that can be opened to others; with its service, category,
    priority, the operations that tell, and what is left to do.

    built is full where runs read it and a control judges it, else no.
    """
    return [_exposure(resource) for resource in json.loads(RESOURCES.read_bytes())]


def _exposure(resource: Mapping[str, Any]) -> dict[str, Any]:
    types = [one for one in exposures.declared() if resource["id"] in one.ids]
    names = sorted(frozenset[str]().union(*(exposures.tables_of(one) for one in types)))
    known = tables.registry()
    return {
        "id": resource["id"],
        "built": "full" if types else "no",
        "tables": names,
        "control": "NET-06" if types else "",
        "service": resource["service"],
        "category": resource["category"],
        "priority": resource["priority"],
        "operations": sorted({op for name in names for op in _operations(known[name])}),
        "left": "" if resource["id"] in exposures.MAIN else "not read where the params say `exposures: main`",
    }


def policy_to_compare(given: str) -> tuple[Mapping[str, Any], str]:
    """The document of an AWS managed policy, or of the file, and what to call it."""
    path = Path(given)
    try:
        if path.is_file():
            document = json.loads(path.read_text(encoding="utf-8"))
            if not isinstance(document, dict) or "Statement" not in document:
                raise OrienteerError(f"{path}: not a policy document, it has no Statement", 2)
            return document, path.name
        from orienteer.demo.managed import managed_policy

        document, version = managed_policy(given)
        return document, f"{given} ({version})"
    except (KeyError, ModuleNotFoundError) as error:
        text = (
            f"--compare: {given!r} is no file; AWS's managed policies by name come with `pip install orienteer[demo]`"
        )
        raise OrienteerError(text, 2) from error
    except ValueError as error:
        raise OrienteerError(f"{path}: not JSON ({error})", 2) from error
