"""Findings packed for the browser: each column as its different values and one code per row, gzip, base64."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Mapping, Sequence

import pandas as pd

from orienteer.decisions import column
from orienteer.issues import Row, grouped, title
from orienteer.report.overview import SEVERITIES, STATUSES

COLUMNS = (
    "status",
    "severity",
    "control_id",
    "title",
    "account_id",
    "account_name",
    "region",
    "resource_id",
    "reason",
    "category",
    "resource_type",
    "resource_arn",
    "evidence",
    "remediation",
    "source",
    "fingerprint",
    "why",
    "issue",
    "decision",
    "decided_by",
    "decided_on",
    "expires",
)
ORDERS: Mapping[str, Sequence[str]] = {"status": STATUSES, "severity": SEVERITIES}
"""Columns that sort by meaning, not by letter."""


def packed(
    findings: pd.DataFrame, answers: Mapping[str, str] | None = None, groups: Mapping[str, Sequence[Row]] | None = None
) -> str:
    """The findings as base64 text, equal bytes for equal findings.  `answers`: by ARN, where a page says who can;
    `groups`: the findings by issue, where they are `grouped` already.

    {rows, columns: {name: {values, codes}}, issues: {key: title}, answers}; `values` stand in the order they sort by;
    `codes` are empty where all rows have the one value.  The gravest failures come first.
    """
    ordered = _gravest_first(findings)
    columns = {name: _column(name, column(ordered, name)) for name in COLUMNS}
    titles = {key: title(group) for key, group in (grouped(findings) if groups is None else groups).items()}
    data = {"rows": len(ordered), "columns": columns, "issues": titles, "answers": dict(answers or {})}
    text = json.dumps(data, separators=(",", ":"))
    return base64.b64encode(gzip.compress(text.encode(), 9, mtime=0)).decode()


def _gravest_first(findings: pd.DataFrame) -> pd.DataFrame:
    ranks = {name: {v: n for n, v in enumerate(order)} for name, order in ORDERS.items()}
    keys = pd.DataFrame({n: findings[n].map(r).fillna(99).astype(int) for n, r in ranks.items()})
    keys["control_id"] = findings["control_id"]
    return findings.loc[keys.sort_values([*ORDERS, "control_id"], kind="stable").index]


def _column(name: str, held: pd.Series[str]) -> dict[str, list[str] | list[int]]:
    texts = held.fillna("").astype(str)
    order = ORDERS.get(name, ())
    found = set(texts.unique())
    values = [*(v for v in order if v in found), *sorted(found.difference(order))]
    codes = {value: n for n, value in enumerate(values)}
    return {"values": values, "codes": texts.map(codes).tolist() if len(values) > 1 else []}
