"""What the command line lists: controls, tables, exposures.  Rows of plain data, computed from the specs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from orienteer import controls, tables
from orienteer.aws.plan import api_name
from orienteer.controls.control import Control
from orienteer.model import Table

REACH = ("NET-06", "DATA-06", "TRAIL-05", "XA-", "RCP-01", "DA-04")
"""Controls, by the beginning of their id, that judge who can reach a resource."""

STAND_INS = {"iam:ListRoles": "iam_roles", "s3:GetBucketPolicyStatus": "s3_bucket_policies"}
"""Tables that hold what an operation tells, though they ask another one."""

RESOURCES = Path(__file__).parent / "data" / "exposable_resources.json"
"""Resource types that can be opened to others, with the calls that list them and that tell who can reach them."""


def control_rows() -> list[dict[str, Any]]:
    """id, title, category, notebook, severity, tables and operations of each control."""
    known = tables.registry()
    return [
        {
            "id": control.id, "title": control.title, "category": control.category.value,
            "notebook": control.notebook, "severity": control.severity.value, "tables": list(control.tables),
            "operations": sorted({op for name in control.tables if name in known for op in _operations(known[name])}),
        }
        for control in controls.registry().values()
    ]  # fmt: skip


def table_rows() -> list[dict[str, Any]]:
    """name, scope, service, operations and columns of each table."""
    return [
        {
            "name": table.name, "scope": table.scope.value, "service": table.call.service,
            "operations": [f"{call.service}:{api_name(call)}" for call in table.calls],
            "columns": list(table.schema),
        }
        for table in tables.registry().values()
    ]  # fmt: skip


def _operations(table: Table) -> set[str]:
    """Operations a table needs, those of its parents included."""
    own = {f"{call.service}:{api_name(call)}" for call in table.calls}
    return own | (_operations(table.parent) if table.parent else set())


def exposure_rows() -> list[dict[str, Any]]:
    """id, built, tables and control of each resource type that can be opened to others.

    built is full where a control judges who can reach it from all it needs, list where a table lists it, else no.
    """
    told_by: dict[str, set[str]] = {}
    for table in tables.registry().values():
        for call in table.calls:
            told_by.setdefault(f"{call.service}:{api_name(call)}", set()).add(table.name)
    for operation, name in STAND_INS.items():
        told_by.setdefault(operation, set()).add(name)
    return [_exposure(resource, told_by) for resource in json.loads(RESOURCES.read_bytes())]


def _exposure(resource: Mapping[str, Any], told_by: Mapping[str, set[str]]) -> dict[str, Any]:
    listed, needed = resource["list"], resource["describe"] or resource["list"]  # some lists tell it all
    found = {name for op in (listed or needed) for name in told_by.get(op, ())}
    telling = {name for op in needed for name in told_by.get(op, ())}
    judging = [
        control.id
        for control in controls.registry().values()
        if control.id.startswith(REACH)
        and telling & set(control.tables)
        and all(told_by.get(op, set()) & _read_by(control) for op in (*listed, *needed))
    ]
    built = "full" if judging else "list" if found else "no"
    return {
        "id": resource["id"], "built": built, "tables": sorted(found | telling) if built != "no" else [],
        "control": judging[0] if judging else "",
    }  # fmt: skip


def _read_by(control: Control) -> set[str]:
    """Tables that a control rests on: its own, and those above them that say which resources there are."""
    found: set[str] = set()
    for name in control.tables:
        table = tables.registry().get(name)
        while table is not None and table.name not in found:
            found.add(table.name)
            table = table.parent
    return found
