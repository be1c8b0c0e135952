"""Decisions written into the sheet Plan of findings.xlsx, read back: each row becomes an entry per finding."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pandas as pd

from orienteer.decisions import ACCEPTED, DECISIONS, Decision
from orienteer.errors import OrienteerError
from orienteer.issues import keys

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
FIRST_DAY = date(1899, 12, 30)
"""Day 0 of a spreadsheet's dates."""
MOST_BYTES = 200_000_000
NEEDED = ("Issue", "Decision", "By", "On", "Until", "Reason")


def decisions(path: Path, findings: pd.DataFrame) -> tuple[Decision, ...]:
    """What the plan decides about these findings, by fingerprint.  Raises OrienteerError with a line per fault.

    `Owner` and `Due` stand in where By and Until of a fix are empty.
    """
    rows = list(plan_rows(path))
    issue = members(findings)
    found: list[Decision] = []
    faults: list[str] = []
    for number, row in rows:
        if not row.get("Decision"):
            continue
        told = _faults(row, issue)
        faults += [f"{path.name}: sheet Plan, row {number}: {text}" for text in told]
        if not told:
            found += [_decision(row, fingerprint) for fingerprint in issue[row["Issue"]]]
    if faults:
        raise OrienteerError("\n".join(faults[:100]), 2)
    return tuple(found)


def members(findings: pd.DataFrame) -> dict[str, list[str]]:
    """The fingerprints of each issue's findings, by the issue's key; also of issues that were there before anything was
    decided, so that a plan can be read again after `orienteer judge`."""
    found: dict[str, list[str]] = {}
    for frame in (findings, findings.assign(decision="")):
        groups: dict[str, list[str]] = {}
        for fingerprint, key in zip(frame["fingerprint"], keys(frame), strict=True):
            groups.setdefault(str(key), []).append(str(fingerprint))
        found = {**groups, **found}
    found.pop("", None)
    return found


def _faults(row: Mapping[str, str], issues: Mapping[str, Any]) -> list[str]:
    told = []
    if row["Decision"] not in DECISIONS:
        told.append(f"the decision must be one of {', '.join(DECISIONS)}")
    if row.get("Issue", "") not in issues:
        told.append("its issue is none of this run")
    if not _by(row):
        told.append("By is empty: a decision has an author")
    if not row.get("Reason"):
        told.append("Reason is empty")
    days = {name: _day(row.get(name, "")) for name in ("On", "Until", "Due")}
    told += [f"{name} is not a date" for name, known in days.items() if row.get(name) and known is None]
    if not row.get("On"):
        told.append("On is empty: a decision has a day")
    if row["Decision"] == ACCEPTED and not row.get("Until"):
        told.append("Until is empty: an acceptance has a last day")
    if days["On"] and days["Until"] and days["Until"] < days["On"]:
        told.append("Until lies before On")
    return told


def _by(row: Mapping[str, str]) -> str:
    return row.get("By") or row.get("Owner") or ""


def _decision(row: Mapping[str, str], fingerprint: str) -> Decision:
    last = _day(row.get("Until", "")) or (_day(row.get("Due", "")) if row["Decision"] == "fix" else None)
    return Decision(
        decision=row["Decision"],
        by=_by(row),
        on=_day(row["On"]),
        reason=row["Reason"],
        fingerprint=fingerprint,
        until=last,
    )


def _day(text: str) -> date | None:
    """A cell as a day: a spreadsheet's number, or text such as 2026-01-31."""
    if re.fullmatch(r"[0-9]{1,6}(\.[0-9]+)?", text):
        return FIRST_DAY + timedelta(days=int(float(text)))
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


# --- the file


def plan_rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Number and cells (by head) of each row of the sheet Plan.  Raises OrienteerError where there is none."""
    try:
        with zipfile.ZipFile(path) as book:
            if sum(part.file_size for part in book.infolist()) > MOST_BYTES:
                raise OrienteerError(f"{path}: too large for a plan", 2)
            strings = _strings(book)
            page = ElementTree.fromstring(book.read(_sheet(book)))  # noqa: S314  # expat expands no external entity
    except (OSError, zipfile.BadZipFile, KeyError, ElementTree.ParseError, StopIteration) as error:
        raise OrienteerError(f"{path}: no workbook with a sheet Plan, such as findings.xlsx of a report", 2) from error
    heads: dict[str, str] = {}
    for row in page.iter(f"{MAIN}row"):
        cells = {str(cell.get("r")).rstrip("0123456789"): _text(cell, strings) for cell in row.iter(f"{MAIN}c")}
        if not heads:
            heads = cells
            if missing := set(NEEDED) - set(heads.values()):
                raise OrienteerError(f"{path}: sheet Plan has no column {', '.join(sorted(missing))}", 2)
            continue
        yield int(row.get("r") or 0), {heads[at]: text for at, text in cells.items() if at in heads}


def _strings(book: zipfile.ZipFile) -> list[str]:
    if "xl/sharedStrings.xml" not in book.namelist():
        return []
    table = ElementTree.fromstring(book.read("xl/sharedStrings.xml"))  # noqa: S314
    return ["".join(part.itertext()) for part in table.iter(f"{MAIN}si")]


def _sheet(book: zipfile.ZipFile) -> str:
    """The path of the sheet Plan in the file."""
    listed = ElementTree.fromstring(book.read("xl/workbook.xml")).iter(f"{MAIN}sheet")  # noqa: S314
    link = next(sheet.get(LINK) for sheet in listed if sheet.get("name") == "Plan")
    parts = ElementTree.fromstring(book.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
    target = next(str(part.get("Target")) for part in parts if part.get("Id") == link)
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _text(cell: Any, strings: Sequence[str]) -> str:
    """What a cell shows: a shared or inline string, a number as it stands in the file."""
    if cell.get("t") == "inlineStr":
        return "".join(cell.itertext()).strip()
    value = cell.findtext(f"{MAIN}v") or ""
    if cell.get("t") != "s":
        return value.strip()
    return strings[int(value)].strip() if value.isdigit() and int(value) < len(strings) else ""
