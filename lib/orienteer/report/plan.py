"""findings.xlsx as a plan of work: what to do, the findings behind it, accounts, exposures, identities, coverage."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pandas as pd
import xlsxwriter

from orienteer.decisions import ANSWERED, DECISIONS, WORDS, column, expired
from orienteer.issues import GRADES, grouped, issues, reach
from orienteer.model import Category, Status
from orienteer.report.frontpage import maturity
from orienteer.report.overview import SEVERITIES, STATUS_WORDS, STATUSES
from orienteer.report.text import CELL_LIMIT, fitting
from orienteer.report.words import accounts
from orienteer.words import sentence

EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
"""Creation time written into the workbook, so that equal findings give equal bytes."""
SHEET_ROWS = 1_000_000
LINKED = 20_000
"""Findings of a sheet that are linked to the page; Excel takes 65,530 links."""
STATES = ("open", "in work", "done", "not planned")
OUTSIDE_FIRST = {"public": 0, "external": 1, "organization": 2, "private": 3}
HEADS = {
    "control_id": "Control", "account_id": "Account", "account_name": "Account name", "resource_id": "Resource",
    "resource_type": "Type", "resource_arn": "ARN", "reason": "Found", "title": "Expected", "why": "Why it matters",
    "remediation": "What to do",
}  # fmt: skip
WIDE = {
    "Issue": 15, "What": 60, "Where": 30, "First step": 50, "Fix": 50, "Found": 60, "Expected": 44, "Evidence": 60,
    "Why it matters": 44, "What to do": 44, "ARN": 44, "Resource": 34, "Type": 24, "Account name": 22, "Source": 30,
    "Mappings": 30, "Reason": 40, "Note": 30, "Owner": 18, "Principals": 40, "Message": 60,
}  # fmt: skip


@dataclass(frozen=True)
class Sheet:
    """A sheet: head and rows of plain values; `links` gives a cell's address by row; `choices` a drop-down by head."""

    name: str
    head: Sequence[str]
    rows: Sequence[Sequence[Any]]
    choices: Mapping[str, Sequence[str]]
    links: Mapping[int, str]
    linked: int = 0


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
    return Sheet(name, head, rows, more.get("choices", {}), more.get("links", {}), more.get("linked", 0))


def grade(severity: str) -> str:
    """A severity that sorts: "1 critical" to "5 info"."""
    return f"{GRADES[severity] + 1} {severity}" if severity in GRADES else severity


def _summary(findings: pd.DataFrame) -> Sheet:
    judged, found = findings[findings["category"] != Category.COVERAGE], issues(findings)
    by_grade, words = found["severity"].value_counts(), column(judged, "decision")
    rows: list[list[Any]] = [["Issues, " + s, int(by_grade.get(s, 0))] for s in SEVERITIES]
    rows += [[f"Checks, {STATUS_WORDS[s].lower()}", int((judged["status"] == s).sum())] for s in STATUSES]
    rows += [[f"Decisions, {WORDS[d].lower()}", int((words == d).sum())] for d in (*DECISIONS, ANSWERED)]
    rows += [["Decisions, expired", int(expired(judged).sum())], ["Accounts", int(judged["account_id"].nunique())]]
    for one in maturity(findings):
        told = f"level {one['reached']}" if one["reached"] else "below level 1" if one["total"] else "not judged"
        rows.append([f"Controls that hold, {one['label']}", one["holds"], one["total"], told])
    return _sheet("Summary", ("What", "Count", "Of", "Maturity"), rows)


PLAN = (
    "Issue", "Severity", "What", "Where", "Accounts", "Resources", "Findings", "Effort", "Controls", "First step",
    "Fix", "Owner", "Due", "Status", "Decision", "By", "On", "Until", "Reason", "Note",
)  # fmt: skip


def _plan(findings: pd.DataFrame) -> Sheet:
    rows, groups = [], grouped(findings)
    for one in issues(findings).to_dict("records"):
        group = groups[str(one["issue"])]
        decided = next((r for r in group if r.get("decision") in DECISIONS), {})
        told = [str(decided.get(name) or "") for name in ("decision", "decided_by")]
        days = [_day(decided.get(name)) for name in ("decided_on", "expires")]
        rows.append([
            one["issue"], grade(str(one["severity"])), one["title"],
            accounts([str(r["account_name"] or r["account_id"]) for r in group], 8), int(one["accounts"]),
            int(one["resources"]), int(one["findings"]), one["effort"], one["controls"], one["first_step"], one["fix"],
            "", None, STATES[0], *told, *days, "", "",
        ])  # fmt: skip
    links = {n: f"issue-{row[0]}" for n, row in enumerate(rows[:LINKED])}
    return _sheet("Plan", PLAN, rows, links=links, choices={"Status": STATES, "Decision": DECISIONS})


def _findings(findings: pd.DataFrame) -> list[Sheet]:
    """The findings, failed and grave first, over as many sheets as they need."""
    ranks = {s: n for n, s in enumerate(STATUSES)}
    order = findings.assign(
        _status=findings["status"].map(ranks).fillna(9), _grade=findings["severity"].map(GRADES).fillna(9)
    )
    ordered = order.sort_values(["_status", "_grade", "control_id"], kind="stable")
    ordered = ordered.drop(columns=["_status", "_grade"])
    first = [
        "severity",
        "status",
        "reason",
        "control_id",
        "title",
        "account_name",
        "account_id",
        "region",
        "resource_id",
    ]
    names = [n for n in (*first, *ordered.columns) if n in ordered]
    names = list(dict.fromkeys(names))
    frame = ordered[names].astype(object).where(ordered[names].notna(), "")
    if "remediation" in frame:
        frame["remediation"] = [sentence(str(t)) for t in frame["remediation"]]
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
        )
        for start in starts
    ]  # fmt: skip


def _accounts(findings: pd.DataFrame) -> Sheet:
    """One row per account: failures by severity, and the other statuses."""
    judged = findings[findings["category"] != Category.COVERAGE]
    names = dict(zip(judged["account_id"], judged["account_name"].fillna(""), strict=True))
    failed = judged[judged["status"] == Status.FAIL]
    grades = pd.crosstab(failed["account_id"], failed["severity"]).to_dict("index")
    statuses = pd.crosstab(judged["account_id"], judged["status"]).to_dict("index")
    rows = [
        [account, name, *(int(grades.get(account, {}).get(s, 0)) for s in SEVERITIES),
         *(int(statuses[account].get(s, 0)) for s in STATUSES)]
        for account, name in names.items()
    ]  # fmt: skip
    rows.sort(key=lambda row: [-n for n in row[2:7]])
    head = ("Account", "Account name", *(f"Failed, {s}" for s in SEVERITIES), *(STATUS_WORDS[s] for s in STATUSES))
    return _sheet("Accounts", head, rows)


def _exposures(findings: pd.DataFrame) -> Sheet:
    """One row per judged reach of a resource, what anybody can reach first."""
    named = findings.assign(reach=reach(findings))
    named = named[named["reach"] != ""].astype(object).fillna("")
    rows = [
        [r["reach"], STATUS_WORDS.get(r["status"], r["status"]), r["account_id"], r["account_name"], r["region"],
         r["resource_type"], r["resource_id"], r["resource_arn"], _principals(r["evidence"]), r["reason"],
         r["control_id"]]
        for r in named.to_dict("records")
    ]  # fmt: skip
    rows.sort(key=lambda row: (OUTSIDE_FIRST.get(str(row[0]), 9), row[1:7]))
    head = (
        "Reach",
        "Status",
        "Account",
        "Account name",
        "Region",
        "Type",
        "Resource",
        "ARN",
        "Principals",
        "Found",
        "Control",
    )
    return _sheet("Exposures", head, rows)


def _principals(text: Any) -> str:
    try:
        found = json.loads(str(text)).get("principal")
    except (ValueError, RecursionError, AttributeError):
        return ""
    return ", ".join(map(str, found)) if isinstance(found, list) else json.dumps(found) if found else ""


def _identities(report: pd.DataFrame | None) -> Sheet:
    """The credential reports: one row per user of each account."""
    if report is None or report.empty:
        return _sheet("Identities", ("Account", "User"), [])
    names = [n for n in report.columns if n not in ("resource_id", "resource_arn", "region", "outcome", "gap")]
    rows = [list(values) for values in report[names].itertuples(index=False, name=None)]
    return _sheet("Identities", [HEADS.get(n, n.replace("_", " ").capitalize()) for n in names], rows)


def _coverage(coverage: pd.DataFrame | None) -> Sheet:
    """One row per account, operation and outcome, refusals first."""
    head = ("Outcome", "Account", "Service", "Operation", "Error", "Calls", "Regions")
    if coverage is None or coverage.empty:
        return _sheet("Coverage", head, [])
    keys = ["outcome", "account_id", "service", "operation", "error_code"]
    groups = coverage.fillna(dict.fromkeys(keys, "")).groupby(keys, sort=True)["region"]
    rows = [[*key, len(regions), ", ".join(sorted(set(regions.dropna())))] for key, regions in groups]
    rows.sort(key=lambda row: (row[0] in ("OK", "ABSENT"), row))
    return _sheet("Coverage", head, rows)


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
    plain = {"valign": "top", "text_wrap": True}
    colours = {"1 critical": ("#6d071a", "#ffffff"), "2 high": ("#f2c9c6", "#6d1612"),
               "3 medium": ("#fbe3c5", "#5a3206"), "4 low": ("#e4ecf3", "#25405a"),
               "5 info": ("#eef1f4", "#3b4751")}  # fmt: skip
    return {
        "head": book.add_format({**plain, "bold": True, "bg_color": "#0b4f5c", "font_color": "#ffffff"}),
        "text": book.add_format({**plain, "num_format": "@"}),
        "number": book.add_format({"valign": "top", "num_format": "#,##0"}),
        "date": book.add_format({"valign": "top", "num_format": "yyyy-mm-dd"}),
        "link": book.add_format({**plain, "font_color": "#0b4f5c", "underline": 1}),
        **{n: book.add_format({**plain, "bg_color": b, "font_color": i}) for n, (b, i) in colours.items()},
    }  # fmt: skip


def _write(book: Any, sheet: Sheet, formats: Mapping[str, Any]) -> None:
    """Writes head and rows with frozen head, filter, widths, drop-downs and print set-up."""
    page, last = book.add_worksheet(sheet.name), max(len(sheet.rows), 1)
    for at, name in enumerate(sheet.head):
        page.write_string(0, at, name, formats["head"])
        page.set_column(at, at, WIDE.get(name, max(11, min(len(name) + 3, 22))))
    for n, row in enumerate(sheet.rows):
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
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)
    page.set_footer("&L&A&RPage &P of &N")


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
