"""Verdicts as frames: by control, the failures of a chapter, the evidence of one control, what to do next."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from orienteer.counts import checks, stands
from orienteer.report import charts
from orienteer.report.overview import SEVERITIES, first_steps
from orienteer.snapshot import Run
from orienteer.workbook.book import loaded, named

PLACE = ["account", "region", "resource_id"]


def controls(book: Run, chapter: str = "") -> pd.DataFrame:
    """One row per control of a chapter (a notebook) or of all: worst verdict and how many of each."""
    found = book.summary
    if chapter and len(found):
        found = found[found["notebook"] == chapter]
    columns = ["control_id", "title", "category", "severity", "status", "not_assessed", "fail", "manual", "pass"]
    return found.reindex(columns=columns).rename(columns={"status": "worst"}).reset_index(drop=True)


def verdict_chart(book: Run, chapter: str) -> go.Figure:
    """One bar per control of the chapter."""
    found = book.summary
    found = found[found["notebook"] == chapter] if len(found) else found
    if not len(found) or not found["total"].sum():
        return charts.nothing("Verdicts by control", "No control of this chapter had anything to judge.")
    return charts.verdicts(found)


def failure_chart(book: Run) -> go.Figure:
    """Failures by category and severity."""
    if not (book.findings["status"] == "FAIL").any():
        return charts.nothing("Failed checks", "No check failed, of those that could be assessed.")
    return charts.failures(book.findings)


def failures(book: Run, *wanted: str) -> pd.DataFrame:
    """One row per failure, gravest first; of chapters or controls named, else of all."""
    return _listed(book, "FAIL", wanted)


def questions(book: Run, *wanted: str) -> pd.DataFrame:
    """One row per open question that only a person can answer."""
    return _listed(book, "MANUAL", wanted)


def unassessed(book: Run, *wanted: str) -> pd.DataFrame:
    """One row per check that could not be made, with what was missing."""
    return _listed(book, "NOT_ASSESSED", wanted)


def _listed(book: Run, status: str, wanted: tuple[str, ...]) -> pd.DataFrame:
    found = checks(book.findings)
    found = found[(found["status"] == status) & (stands(found) | (found["status"] == "FAIL"))]
    if wanted:
        found = found[found["notebook"].isin(wanted) | found["control_id"].isin(wanted)]
    rank = found["severity"].map({s: n for n, s in enumerate(SEVERITIES)}).fillna(len(SEVERITIES))
    found = found.assign(rank=rank, account=named(book, found["account_id"]))
    found = found.sort_values(["rank", "control_id", *PLACE], kind="stable", ignore_index=True)
    return found[["severity", "reason", *PLACE, "control_id", "title"]]


def evidence(book: Run, *ids: str) -> pd.DataFrame:
    """The findings of these controls with their evidence as columns, one row per thing judged."""
    found = book.findings[book.findings["control_id"].isin(ids)].reset_index(drop=True)
    shown = found.assign(account=named(book, found["account_id"]))[
        ["control_id", "status", "severity", *PLACE, "reason"]
    ]
    facts = pd.DataFrame([value if isinstance(value := loaded(t), dict) else {} for t in found["evidence"]])
    floats = facts.select_dtypes("float")
    facts = facts.astype(dict.fromkeys(floats.columns[(floats.fillna(0) % 1 == 0).all()], "Int64"))  # counts stay whole
    extra = [c for c in facts.columns if c not in {*shown.columns, "account_id", "account_name"}]
    return pd.concat([shown.drop(columns="reason"), facts[extra], shown[["reason"]]], axis=1)


def next_steps(book: Run, chapter: str = "") -> pd.DataFrame:
    """One row per failing control, gravest first: where, and what to do."""
    found = book.findings[book.findings["notebook"] == chapter] if chapter else book.findings
    steps = first_steps(found)
    columns = ["severity", "control_id", "title", "places", "accounts", "what_to_do"]
    return pd.DataFrame(
        [
            {
                "severity": s["severity"],
                "control_id": s["control_id"],
                "title": s["title"],
                "places": s["count"],
                "accounts": ", ".join(s["accounts"][:5]) + (" ..." if len(s["accounts"]) > 5 else ""),
                "what_to_do": s["remediation"],
            }
            for s in steps
        ],
        columns=columns,
    )
