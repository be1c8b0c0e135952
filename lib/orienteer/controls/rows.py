"""Verdict rows for controls that join tables, where one row of a table is not one verdict."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from orienteer.controls.control import VERDICT_COLUMNS, nothing
from orienteer.facts.fact import plain
from orienteer.model import GLOBAL, KEYS
from orienteer.parameters import Client

Row = dict[str, Any]


def records(frame: pd.DataFrame) -> list[Row]:
    """The rows of a frame as plain Python values; nulls are None, moments are Timestamps."""
    return [{str(k): _value(v) for k, v in row.items()} for row in frame.to_dict("records")]


def _value(value: Any) -> Any:
    if value is None or value is pd.NA or value is pd.NaT or value != value:
        return None
    return value


def verdict(
    status: str,
    reason: str,
    *,
    account_id: Any,
    resource_id: Any,
    region: Any = GLOBAL,
    resource_arn: Any = None,
    severity: str = "",
    evidence: Mapping[str, Any] | None = None,
    resource_type: str = "",
    stands: bool = True,
    without: Iterable[str] = (),
    unread: str = "",
) -> Row:
    """One verdict about one thing.

    `stands` False: it rests on tables of `fail_stands_without` and `refined_by` too.  `without` names tables that it
    does not rest on.  `unread` names what the verdict
    would need and this assessment never asked (an account that is no part of it): judge then says NOT_ASSESSED.
    """
    text = json.dumps({k: plain(v) for k, v in (evidence or {}).items()}, sort_keys=True, default=str)
    return {
        "account_id": account_id, "region": region or GLOBAL, "resource_id": resource_id, "resource_arn": resource_arn,
        "status": status, "severity": severity, "reason": reason, "evidence": text,
        "resource_type": resource_type or None, "stands": stands,
        "without": " ".join(without) or None, "unread": unread or None,
    }  # fmt: skip


def told(rows: Iterable[Row]) -> pd.DataFrame:
    """The verdicts as judge takes them; `nothing()` when there are none."""
    listed = list(rows)
    if not listed:
        return nothing()
    columns = [*VERDICT_COLUMNS, "resource_type", "stands", "without", "unread"]
    return pd.DataFrame.from_records(listed, columns=columns).astype("string")


def worst(rows: Iterable[Row]) -> Row:
    """The worst of the verdicts about one thing: by status, then by severity (none given counts as the highest)."""
    grades = ("info", "low", "medium", "high", "critical")

    def key(row: Row) -> tuple[int, int]:
        grade = grades.index(row["severity"]) if row["severity"] in grades else len(grades)
        return ("PASS", "MANUAL", "FAIL").index(row["status"]), grade

    return max(rows, key=key)


def about(row: Mapping[str, Any]) -> dict[str, Any]:
    """The keys of a table's row, to be handed to `verdict`."""
    return {key: row.get(key) for key in KEYS}


def places(ec2_regions: pd.DataFrame, client: Client) -> set[tuple[str, str]]:
    """(account, region) of every region that an account has enabled and that this assessment looks at."""
    return {
        (row["account_id"], row["region_name"])
        for row in records(ec2_regions)
        if row["region_name"] and row["enabled"] and (not client.regions or row["region_name"] in client.regions)
    }
