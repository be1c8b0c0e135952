"""Rows as typed frames."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from orienteer.model import DTYPES, Outcome, Table


def frame(table: Table, rows: Iterable[Mapping[str, Any]] = ()) -> pd.DataFrame:
    """Rows as a frame with every column of the table's schema, typed; what a row does not give is null.

    `outcome` defaults to OK.  Key: (account_id, region, resource_id).
    """
    listed = list(rows)
    schema = table.schema
    unknown = {name for row in listed for name in row} - set(schema)
    if unknown:
        raise KeyError(f"{table.name} has no column {', '.join(sorted(unknown))}")
    data = {name: typed([row.get(name) for row in listed], kind) for name, kind in schema.items()}
    return pd.DataFrame(data).assign(outcome=lambda f: f["outcome"].fillna(Outcome.OK.value))


def typed(values: list[Any], kind: str) -> pd.Series[Any]:
    """Values as a Series of the column type; timestamps become UTC, None and NaN become null."""
    if kind == "timestamp":
        return pd.Series(pd.to_datetime(pd.Series(values, dtype="object"), utc=True)).dt.as_unit("us")
    return pd.Series(values, dtype=DTYPES[kind])
