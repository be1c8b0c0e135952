"""findings.xlsx as a plan of work: what to do, the findings behind it, accounts, exposures, identities, coverage."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from math import ceil
from typing import Any

import pandas as pd
import xlsxwriter

from orienteer.counts import checks, tally
from orienteer.decisions import ANSWERED, DECISIONS, WORDS, column, expired
from orienteer.issues import COUNTS, GRADES, grouped, issues, reach
from orienteer.report.frontpage import maturity
from orienteer.report.overview import SEVERITIES, STATUS_WORDS, STATUSES
from orienteer.report.text import CELL_LIMIT, fitting
from orienteer.report.words import accounts, listed
from orienteer.words import sentence

EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
"""Creation time written into the workbook, so that equal findings give equal bytes."""
SHEET_ROWS = 1_000_000
LINKED = 20_000
"""Findings of a sheet that are linked to the page; Excel takes 65,530 links."""
LINE, MOST_LINES = 15, 8
"""Points of a line, and lines of a row; what is longer is read in the cell."""
STATES = ("open", "in work", "done", "not planned")
ANSWERS = ("OK", "ABSENT")
OUTCOMES = {"OK": "answered", "ABSENT": "answered: not set"}
"""Outcomes of calls that are said in other words than their own."""
USED = (
    "account_id", "user", "password_enabled", "password_last_used", "mfa_active", "access_key_1_active",
    "access_key_1_last_rotated", "access_key_1_last_used_date", "access_key_2_active", "access_key_2_last_rotated",
    "access_key_2_last_used_date",
)  # fmt: skip
"""What of a credential report is looked at first."""
OUTSIDE_FIRST = {"public": 0, "external": 1, "organization": 2, "private": 3}
HEADS = {
    "control_id": "Control", "account_id": "Account", "account_name": "Account name", "resource_id": "Resource",
    "resource_type": "Type", "resource_arn": "ARN", "reason": "Found", "title": "Expected", "why": "Why it matters",
    "remediation": "What to do",
}  # fmt: skip
WIDE = {
    "Issue": 15, "What": 60, "Where": 30, "First step": 50, "Fix": 50, "Found": 60, "Expected": 44, "Evidence": 60,
    "Why it matters": 44, "What to do": 44, "ARN": 44, "Resource": 34, "Type": 24, "Account name": 22, "Source": 30,
    "Mappings": 30, "Reason": 40, "Note": 30, "Owner": 18, "Principals": 40, "Message": 60, "Account": 15, "Region": 15,
    "Controls": 18, "Notebook": 22, "Fingerprint": 22, "Category": 18, "Regions": 60, "Operation": 40, "Service": 18,
    "Error": 36, "User": 26, "Maturity": 18,
}  # fmt: skip


@dataclass(frozen=True)
class Sheet:
    """A sheet: head and rows of plain values; `links` gives a cell's address by row; `choices` a drop-down by head.

    `printed`: so many columns from the left go onto paper, where they can be read; 0: all.
    """

    name: str
    head: Sequence[str]
    rows: Sequence[Sequence[Any]]
    choices: Mapping[str, Sequence[str]]
    links: Mapping[int, str]
    linked: int = 0
    printed: int = 0


def workbook(findings: pd.DataFrame, coverage: pd.DataFrame | None = None, report: pd.DataFrame | None = None) -> bytes:
    """The workbook, equal bytes for equal findings; `coverage` holds the calls, `report` the credential reports.

    Texts are text, never formulas; numbers and dates are of their own types.
    """
    sink = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(sink, options)
    book.set_properties({"title": "Plan of work and findings", "created": EPOCH.replace(tzinfo=None)})
    formats = _formats(book)
    for sheet in (
        _summary(findings), _plan(findings), *_findings(findings), _accounts(findings), _exposures(findings),
        _identities(report), _coverage(coverage), _decisions(findings),
    ):  # fmt: skip
        _write(book, sheet, formats)
    book.close()
    return sink.getvalue()


# --- sheets


def _sheet(name: str, head: Sequence[str], rows: Sequence[Sequence[Any]], **more: Any) -> Sheet:
    known = {"choices": {}, "links": {}, **more}
    return Sheet(name, head, rows, **known)


def grade(severity: str) -> str:
    """A severity that sorts: "1 critical" to "5 info"."""
    return f"{GRADES[severity] + 1} {severity}" if severity in GRADES else severity


def _summary(findings: pd.DataFrame) -> Sheet:
    judged, told = checks(findings), tally(findings)
    by_grade, words = issues(findings)["severity"].value_counts(), column(judged, "decision")
    rows: list[list[Any]] = [["Issues, " + s, int(by_grade.get(s, 0))] for s in SEVERITIES]
    rows += [[f"Checks, {STATUS_WORDS[s].lower()}", told.statuses[s]] for s in STATUSES]
    rows += [[f"Checks set apart, {WORDS[d].lower()}", n] for d, n in told.apart.items()]
    rows += [[f"Decisions, {WORDS[d].lower()}", int((words == d).sum())] for d in (*DECISIONS, ANSWERED)]
    rows += [["Decisions, expired", int(expired(judged).sum())], ["Accounts", int(judged["account_id"].nunique())]]
    for one in maturity(findings):
        level = f"level {one['reached']}" if one["reached"] else "below level 1" if one["total"] else "not judged"
        rows.append([f"Controls that hold, {one['label']}", one["holds"], one["total"], level])
    return _sheet("Summary", ("What", "Count", "Of", "Maturity"), rows)


PLAN = (
    "Issue", "Severity", "What", "Where", "First step", "Effort", "Owner", "Due", "Status", "Decision", "By", "On",
    "Until", "Reason", "Note", "Accounts", "Resources", "Findings", "Controls", "Fix",
)  # fmt: skip
"""Head of the plan: first what is planned by and printed, then the decision, then what the issue is made of."""


def _plan(findings: pd.DataFrame) -> Sheet:
    rows, groups = [], grouped(findings)
    for one in issues(findings).to_dict("records"):
        group = groups[str(one["issue"])]
        decided = next((r for r in group if r.get("decision") in DECISIONS), {})
        told = [str(decided.get(name) or "") for name in ("decision", "decided_by")]
        days = [_day(decided.get(name)) for name in ("decided_on", "expires")]
        where = accounts([str(r["account_name"] or r["account_id"]) for r in group], 8)
        planned = [one["effort"], "", None, STATES[0], *told, *days, "", ""]
        counts = [int(one[name]) for name in COUNTS]
        made_of = [*counts, one["controls"], one["fix"]]
        rows.append([
            one["issue"], grade(str(one["severity"])), one["title"], where, one["first_step"], *planned, *made_of
        ])  # fmt: skip
    links = {n: f"issue-{row[0]}" for n, row in enumerate(rows[:LINKED])}
    printed = PLAN.index("Decision") + 1
    return _sheet("Plan", PLAN, rows, links=links, choices={"Status": STATES, "Decision": DECISIONS}, printed=printed)


FIRST = ("severity", "status", "reason", "control_id", "title", "account_name", "account_id", "region", "resource_id")
"""What of a finding is read first, and printed."""


def _findings(findings: pd.DataFrame) -> list[Sheet]:
    """The findings, failed and grave first, over as many sheets as they need."""
    frame = _ordered(findings)
    names = list(frame.columns)
    days = {names.index(n) for n in ("decided_on", "expires") if n in names}
    severity, status, key = names.index("severity"), names.index("status"), names.index("fingerprint")
    rows = []
    for values in frame.itertuples(index=False, name=None):
        row = [_day(v) if n in days else v for n, v in enumerate(values)]
        row[severity], row[status] = grade(str(row[severity])), STATUS_WORDS.get(str(row[status]), row[status])
        rows.append(row)
    head = [HEADS.get(n, n.replace("_", " ").capitalize()) for n in names]
    starts = range(0, max(len(rows), 1), SHEET_ROWS)
    return [
        _sheet(
            "Findings" if not start else f"Findings {start // SHEET_ROWS + 1}", head, rows[start : start + SHEET_ROWS],
            links={n: f"finding-{row[key]}" for n, row in enumerate(rows[start : start + LINKED])}, linked=3,
            printed=len(FIRST),
        )
        for start in starts
    ]  # fmt: skip


def _ordered(findings: pd.DataFrame) -> pd.DataFrame:
    """The findings as plain values, failed and grave first, with the columns that are read first before the others."""
    ranks = {s: n for n, s in enumerate(STATUSES)}
    order = findings.assign(
        _status=findings["status"].map(ranks).fillna(9), _grade=findings["severity"].map(GRADES).fillna(9)
    )
    ordered = order.sort_values(["_status", "_grade", "control_id"], kind="stable")
    names = list(dict.fromkeys(n for n in (*FIRST, *findings.columns) if n in findings))
    frame = ordered[names].astype(object).where(ordered[names].notna(), "")
    if "remediation" in frame:
        frame["remediation"] = [sentence(str(t)) for t in frame["remediation"]]
    return frame


def _accounts(findings: pd.DataFrame) -> Sheet:
    """One row per account: failures by severity, and the other statuses, without what stands apart."""
    rows = []
    for account, found in checks(findings).groupby("account_id"):
        told, name = tally(found), found["account_name"].fillna("").iloc[0]
        rows.append([account, name, *(told.failed[s] for s in SEVERITIES), *(told.statuses[s] for s in STATUSES)])
    rows.sort(key=lambda row: [-n for n in row[2:7]])
    head = ("Account", "Account name", *(f"Failed, {s}" for s in SEVERITIES), *(STATUS_WORDS[s] for s in STATUSES))
    return _sheet("Accounts", head, rows)


def _exposures(findings: pd.DataFrame) -> Sheet:
    """One row per judged reach of a resource, what anybody can reach first."""
    named = findings.assign(reach=reach(findings))
    named = named[named["reach"] != ""].astype(object).fillna("")
    rows = [
        [r["reach"], STATUS_WORDS.get(r["status"], r["status"]), r["account_name"], r["region"], r["resource_type"],
         r["resource_id"], r["reason"], _principals(r["evidence"]), r["control_id"], r["account_id"], r["resource_arn"]]
        for r in named.to_dict("records")
    ]  # fmt: skip
    rows.sort(key=lambda row: (OUTSIDE_FIRST.get(str(row[0]), 9), row[1:6]))
    head = ("Reach", "Status", "Account name", "Region", "Type", "Resource", "Found", "Principals", "Control")
    return _sheet("Exposures", (*head, "Account", "ARN"), rows, printed=len(head))


def _principals(text: Any) -> str:
    try:
        found = json.loads(str(text)).get("principal")
    except (ValueError, RecursionError, AttributeError):
        return ""
    if isinstance(found, dict):
        found = [one for who in found.values() for one in (who if isinstance(who, list) else [who])]
    named = found if isinstance(found, list) else [found] if found else []
    return ", ".join("everybody" if one == "*" else str(one) for one in named)


def _identities(report: pd.DataFrame | None) -> Sheet:
    """The credential reports: one row per user of each account."""
    if report is None or report.empty:
        return _sheet("Identities", ("Account", "User"), [])
    known = [n for n in report.columns if n not in ("resource_id", "resource_arn", "region", "outcome", "gap")]
    first = [n for n in USED if n in known]
    names = list(dict.fromkeys([*first, *known]))
    rows = [list(values) for values in report[names].itertuples(index=False, name=None)]
    return _sheet("Identities", [HEADS.get(n, _headed(n)) for n in names], rows, printed=len(first))


def _headed(name: str) -> str:
    return name.replace("_", " ").capitalize().replace("Mfa", "MFA")


def _coverage(coverage: pd.DataFrame | None) -> Sheet:
    """One row per account, operation and outcome, refusals first."""
    head = ("Outcome", "Account", "Service", "Operation", "Error", "Calls", "Regions")
    if coverage is None or coverage.empty:
        return _sheet("Coverage", head, [])
    keys = ["outcome", "account_id", "service", "operation", "error_code"]
    groups = coverage.fillna(dict.fromkeys(keys, "")).groupby(keys, sort=True)["region"]
    rows = [[*key, len(regions), _regions(regions, str(key[0]) in ANSWERS)] for key, regions in groups]
    rows.sort(key=lambda row: (row[0] in ANSWERS, row))
    rows = [[OUTCOMES.get(str(row[0]), str(row[0]).replace("_", " ").lower()), *row[1:]] for row in rows]
    return _sheet("Coverage", head, rows)


def _regions(regions: pd.Series[Any], answered: bool) -> str:
    """Where it was asked: every region that refused, the first ones that answered."""
    return listed(sorted(set(regions.dropna())), 4 if answered else 100)


def _decisions(findings: pd.DataFrame) -> Sheet:
    words, gone = column(findings, "decision"), expired(findings)
    told = findings[(words != "") | gone].astype(object).fillna("")
    rows = [
        ["Expired" if not r["decision"] else WORDS.get(r["decision"], r["decision"]), r["control_id"],
         r["account_name"] or r["account_id"], r["resource_id"], r["reason"], r["decided_by"], _day(r["decided_on"]),
         _day(r["expires"]), r["fingerprint"]]
        for r in told.to_dict("records")
    ]  # fmt: skip
    head = ("Decision", "Control", "Account", "Resource", "Found", "By", "On", "Until", "Fingerprint")
    return _sheet("Decisions", head, rows)


def _day(text: Any) -> datetime | str | None:
    """A day as a date; other text stays text."""
    try:
        return datetime.strptime(str(text), "%Y-%m-%d") if text else None  # a spreadsheet's dates have no zone
    except ValueError:
        return str(text)


# --- cells


def _formats(book: Any) -> dict[str, Any]:
    line = {"valign": "top", "bottom": 1, "bottom_color": "#DDE3E7"}
    plain = {**line, "text_wrap": True}
    colours = {"1 critical": ("#6d071a", "#ffffff"), "2 high": ("#f2c9c6", "#6d1612"),
               "3 medium": ("#fbe3c5", "#5a3206"), "4 low": ("#e4ecf3", "#25405a"),
               "5 info": ("#eef1f4", "#3b4751")}  # fmt: skip
    return {
        "head": book.add_format({**plain, "bold": True, "bg_color": "#0b4f5c", "font_color": "#ffffff"}),
        "text": book.add_format({**plain, "num_format": "@"}),
        "number": book.add_format({**line, "num_format": "#,##0", "align": "right", "indent": 1}),
        "date": book.add_format({**line, "num_format": "yyyy-mm-dd", "align": "right", "indent": 1}),
        "link": book.add_format({**plain, "font_color": "#0b4f5c", "underline": 1}),
        **{n: book.add_format({**plain, "bg_color": b, "font_color": i}) for n, (b, i) in colours.items()},
    }  # fmt: skip


def _write(book: Any, sheet: Sheet, formats: Mapping[str, Any]) -> None:
    """Writes head and rows with frozen head, filter, widths, drop-downs and print set-up."""
    page, last = book.add_worksheet(sheet.name), max(len(sheet.rows), 1)
    widths = [WIDE.get(name, max(11, min(len(name) + 3, 22))) for name in sheet.head]
    printed = sheet.printed or len(sheet.head)
    for at, name in enumerate(sheet.head):
        page.write_string(0, at, name, formats["head"])
        page.set_column(at, at, widths[at])
    for n, row in enumerate(sheet.rows):
        page.set_row(n + 1, _height(row[:printed], widths))
        for at, value in enumerate(row):
            _cell(page, n + 1, at, value, formats)
        if n in sheet.links:
            address = f"external:index.html#{sheet.links[n]}"
            page.write_url(n + 1, sheet.linked, address, formats["link"], string=fitting(str(row[sheet.linked])))
    for name, choices in sheet.choices.items():
        at = sheet.head.index(name)
        page.data_validation(1, at, last, at, {"validate": "list", "source": list(choices)})
    page.freeze_panes(1, 1)
    page.autofilter(0, 0, last, len(sheet.head) - 1)
    page.set_landscape()
    page.set_paper(9)
    page.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    page.print_area(0, 0, last, printed - 1)
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)
    page.set_footer("&L&A&RPage &P of &N")


def _height(values: Sequence[Any], widths: Sequence[int]) -> float:
    """Points that the longest text of these columns needs, MOST_LINES at most: LibreOffice leaves rows as they are."""
    lines = [ceil(len(v) / (1.1 * width)) for v, width in zip(values, widths, strict=False) if isinstance(v, str)]
    return LINE * min(max(lines, default=1) or 1, MOST_LINES)


def _cell(page: Any, row: int, at: int, value: Any, formats: Mapping[str, Any]) -> None:
    if value is None or value is pd.NA or value is pd.NaT or value != value or value == "":
        return
    if isinstance(value, pd.Timestamp | datetime):
        page.write_datetime(row, at, value.replace(tzinfo=None), formats["date"])
    elif isinstance(value, bool) or type(value).__name__ == "bool":
        page.write_string(row, at, "yes" if value else "no", formats["text"])
    elif isinstance(value, int | float):
        page.write_number(row, at, value, formats["number"])
    else:
        text = str(value)
        page.write_string(row, at, fitting(text), formats[text if text in formats and text[0].isdigit() else "text"])


__all__ = ["CELL_LIMIT", "PLAN", "Sheet", "grade", "workbook"]
