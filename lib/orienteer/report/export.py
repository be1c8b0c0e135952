"""Findings as files: Parquet and JSON for machines, CSV and XLSX for people.  No live formulas anywhere."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from orienteer import snapshot
from orienteer.report.plan import workbook
from orienteer.report.text import visible

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def write_findings(findings: pd.DataFrame, folder: Path) -> None:
    """Writes findings.parquet, .json, .csv and .xlsx, mode 0600; rows keep their order.

    JSON is exact, with `evidence` as an object and keys sorted.  In the others hidden characters are written out; a
    CSV cell that a spreadsheet would run begins with an apostrophe, and the file with a byte order mark, for Excel.
    XLSX is the plan of work (`plan`), with what the folder's snapshot holds about calls and credential reports.
    """
    snapshot.write_table(folder / "findings.parquet", _parquet(findings))
    snapshot.write_bytes(folder / "findings.json", b"".join(_json(findings)))
    snapshot.write_bytes(folder / "findings.csv", _csv(findings))
    snapshot.write_bytes(folder / "findings.xlsx", _xlsx(findings, folder / "snapshot"))


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
    return sink.getvalue().encode("utf-8-sig")


def harmless(value: str) -> str:
    """The text with hidden characters written out, led by an apostrophe where a spreadsheet would read a formula."""
    shown = visible(value)
    return f"'{shown}" if shown.lstrip().startswith(FORMULA) or shown.startswith(FORMULA) else shown


# --- XLSX


def _xlsx(findings: pd.DataFrame, held: Path) -> bytes:
    coverage, report = (
        snapshot.read_frame(held / f"{name}.parquet") if (held / f"{name}.parquet").is_file() else None
        for name in ("coverage", "iam_credential_report")
    )
    return workbook(findings, coverage, report)
