"""Findings as files: Parquet and JSON for machines, CSV and XLSX for people.  No live formulas anywhere."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import xlsxwriter

from orienteer import snapshot
from orienteer.report.text import visible

CELL_LIMIT = 32_767
"""Characters Excel takes in a cell.  https://support.microsoft.com/office/1672b34d-7043-467e-8e27-269d656771c3"""
SHEET_ROWS = 1_000_000
CUT = " [cut: {} more characters, see findings.json]"
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
WIDTHS: Mapping[str, int] = {
    "control_id": 11, "title": 46, "category": 14, "notebook": 20, "severity": 9, "status": 14, "account_id": 15,
    "account_name": 20, "region": 14, "resource_type": 24, "resource_id": 34, "resource_arn": 40, "reason": 60,
    "evidence": 60, "remediation": 50, "source": 30, "fingerprint": 22,
}  # fmt: skip
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
"""Creation time written into each XLSX, so that equal findings give equal bytes."""


def write_findings(findings: pd.DataFrame, folder: Path) -> None:
    """Writes findings.parquet, .json, .csv and .xlsx, mode 0600; rows keep their order.

    JSON is exact, with `evidence` as an object and keys sorted.  In the others hidden characters are written out; a
    CSV cell that a spreadsheet would run begins with an apostrophe; XLSX has text cells only, cut at CELL_LIMIT.
    """
    snapshot.write_table(folder / "findings.parquet", _parquet(findings))
    snapshot.write_bytes(folder / "findings.json", b"".join(_json(findings)))
    snapshot.write_bytes(folder / "findings.csv", _csv(findings))
    snapshot.write_bytes(folder / "findings.xlsx", _xlsx(findings))


def _rows(findings: pd.DataFrame) -> Iterator[tuple[str, ...]]:
    """Each row as plain texts, null as empty."""
    for row in findings.itertuples(index=False, name=None):
        yield tuple("" if pd.isna(v) else str(v) for v in row)


def _parquet(findings: pd.DataFrame) -> pa.Table:
    columns = {name: [_encodable(v) for v in findings[name]] for name in findings.columns}
    return pa.table({name: pa.array(values, pa.string()) for name, values in columns.items()})


def _encodable(value: Any) -> str | None:
    """The text, lone surrogates written out (they have no UTF-8 form); null as None."""
    if not isinstance(value, str):
        return None if pd.isna(value) else str(value)
    try:
        value.encode()
    except UnicodeEncodeError:
        return value.encode("utf-8", "backslashreplace").decode()
    return value


# --- JSON


def _json(findings: pd.DataFrame) -> Iterator[bytes]:
    """A list of objects, one to a line, keys sorted, null where a value is not set."""
    yield b"["
    names = [str(name) for name in findings.columns]
    for n, row in enumerate(findings.itertuples(index=False, name=None)):
        known = {name: None if pd.isna(v) else v for name, v in zip(names, row, strict=True)}
        known["evidence"] = evidence(known.get("evidence"))
        yield b"\n" if n == 0 else b",\n"
        yield json.dumps(known, sort_keys=True, allow_nan=False).encode()
    yield b"\n]\n"


def evidence(text: Any) -> dict[str, Any]:
    """Evidence as an object; text that is not one stands under `text`."""
    if not isinstance(text, str) or not text:
        return {}
    try:
        value = json.loads(text, parse_constant=str)
    except (ValueError, RecursionError):
        return {"text": text}
    return value if isinstance(value, dict) else {"value": value}


# --- CSV


def _csv(findings: pd.DataFrame) -> bytes:
    sink = io.StringIO(newline="")
    writer = csv.writer(sink, lineterminator="\r\n")
    writer.writerow(findings.columns)
    writer.writerows([harmless(value) for value in row] for row in _rows(findings))
    return sink.getvalue().encode()


def harmless(value: str) -> str:
    """The text with hidden characters written out, led by an apostrophe where a spreadsheet would read a formula."""
    shown = visible(value)
    return f"'{shown}" if shown.lstrip(" ").startswith(FORMULA) else shown


# --- XLSX


def _xlsx(findings: pd.DataFrame) -> bytes:
    sink = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(sink, options)
    book.set_properties({"title": "Findings", "created": EPOCH.replace(tzinfo=None)})
    head = book.add_format({"bold": True, "bg_color": "#0b4f5c", "font_color": "#ffffff", "valign": "top"})
    plain = book.add_format({"num_format": "@", "valign": "top"})
    starts = range(0, max(len(findings), 1), SHEET_ROWS)
    for number, start in enumerate(starts, start=1):
        sheet = book.add_worksheet("Findings" if number == 1 else f"Findings {number}")
        _fill(sheet, findings.iloc[start : start + SHEET_ROWS], head, plain)
    book.close()
    return sink.getvalue()


def _fill(sheet: Any, findings: pd.DataFrame, head: Any, plain: Any) -> None:
    for column, name in enumerate(findings.columns):
        sheet.write_string(0, column, str(name), head)
        sheet.set_column(column, column, WIDTHS.get(str(name), 20))
    for number, row in enumerate(_rows(findings), start=1):
        for column, value in enumerate(row):
            if value:
                sheet.write_string(number, column, fitting(value), plain)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, max(len(findings), 1), max(len(findings.columns) - 1, 0))


def fitting(value: str) -> str:
    """The text as an Excel cell takes it: hidden characters written out, cut with a mark that says so."""
    shown = visible(value)
    units = len(shown.encode("utf-16-le")) // 2
    if units <= CELL_LIMIT:
        return shown
    kept = shown.encode("utf-16-le")[: 2 * (CELL_LIMIT - 60)].decode("utf-16-le", "ignore")
    return kept + CUT.format(len(shown) - len(kept))
