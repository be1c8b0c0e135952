"""Cells of facts as values of the plain mapping: what was not seen becomes UNREAD with the gaps behind it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from orienteer.ask.known import UNREAD
from orienteer.facts.seen import Unseen
from orienteer.facts.values import documents


def hidden(gaps: Iterable[str]) -> str:
    """UNREAD with these gaps; empty where there are none."""
    listed = sorted(gaps)
    return f"{UNREAD}: {'; '.join(listed)}" if listed else ""


def unread(value: Unseen) -> str:
    """UNREAD with the gaps of a cell."""
    return hidden(value.gaps) or UNREAD


def cell(row: Mapping[str, Any], name: str) -> Any:
    """The cell's value, None where it is not set; UNREAD where it was not seen or the row has no such column."""
    value = row.get(name, UNREAD)
    return unread(value) if isinstance(value, Unseen) else value


def json_cell(row: Mapping[str, Any], name: str) -> Any:
    """The list in a JSON column; UNREAD where it was not seen."""
    value = cell(row, name)
    return value if isinstance(value, str) and value.startswith(UNREAD) else documents(value)


def object_cell(row: Mapping[str, Any], name: str) -> Any:
    """The object in a JSON column, None where it is not set; UNREAD where it was not seen or is no object."""
    value = cell(row, name)
    if value is None or not isinstance(value, str) or value.startswith(UNREAD):
        return value
    try:
        found = json.loads(value)
    except ValueError:
        return UNREAD
    return found if isinstance(found, dict) or found is None else UNREAD


def tags_of(row: Mapping[str, Any]) -> Any:
    """The tags in the column `tags`, by key; UNREAD where they were not seen."""
    found = json_cell(row, "tags")
    if not isinstance(found, list):
        return found
    return {str(one.get("Key")): str(one.get("Value")) for one in found if isinstance(one, dict)}
