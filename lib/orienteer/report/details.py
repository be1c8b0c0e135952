"""Issues in full, accounts against categories, decisions, method: what the sections below the first page hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from orienteer.decisions import ACCEPTED, ANSWERED, FALSE_POSITIVE, FIX, WORDS, column, expired
from orienteer.issues import Row, issues, open_failures, resource_label, short_name, worst
from orienteer.model import Category
from orienteer.report.overview import JUDGED, web
from orienteer.report.steps import steps_of
from orienteer.report.words import accounts
from orienteer.words import sentence

ISSUES_SHOWN, BEHIND = 150, 8
"""Issues that are written out, and findings behind each; the table of findings holds all."""
ROWS = 400


Groups = Mapping[str, Sequence[Row]]
"""The findings of each issue by its key, as `grouped` gives them."""


def issue_sections(groups: Groups) -> list[dict[str, Any]]:
    """The gravest issues in full: the row of `issues`, accounts by name, the first findings behind it."""
    return [_section(one, groups[one["issue"]]) for one in issues(groups).head(ISSUES_SHOWN).to_dict("records")]


def _section(issue: Mapping[Any, Any], group: Sequence[Row]) -> dict[str, Any]:
    sources = dict.fromkeys(address for row in group if (address := web(row["source"])))
    titles = {str(row["control_id"]): str(row["title"]) for row in group}
    decided = [row for row in group if row.get("decision")]
    return {
        **{str(k): v for k, v in issue.items()},
        "expected": list(titles.items()),
        "sources": list(sources)[:3],
        "steps": steps_of(group),
        "where": accounts([str(row["account_name"] or row["account_id"]) for row in group], 6),
        "behind": [_line(row) for row in group[:BEHIND]],
        "more": max(len(group) - BEHIND, 0),
        "due": sorted({str(row["expires"]) for row in decided if row.get("expires")})[:1],
        "decided": len(decided),
    }


def _line(row: Row) -> dict[str, str]:
    """One finding as a line of a table."""
    return {
        "fingerprint": str(row["fingerprint"]),
        "severity": str(row["severity"]),
        "control": str(row["control_id"]),
        "account": str(row["account_name"] or row["account_id"]),
        "region": str(row["region"]),
        "resource": short_name(str(row["resource_id"])),
        "reason": sentence(str(row["reason"])),
    }


def _lines(findings: pd.DataFrame) -> list[dict[str, str]]:
    return [_line({str(k): v for k, v in row.items()}) for row in findings.head(ROWS).to_dict("records")]


# --- accounts


def heat(findings: pd.DataFrame) -> list[dict[str, Any]]:
    """One row per account, worst first: of each category how many open failures, the gravest of them, and gaps."""
    failed = open_failures(findings)
    counts = failed.groupby(["account_id", "category"])["severity"].agg([len, worst])
    cells = {key: (int(n), str(gravest)) for key, n, gravest in counts.itertuples(name=None)}
    lost = findings[findings["status"] == "NOT_ASSESSED"].groupby(["account_id", "category"]).size().to_dict()
    judged = set(zip(findings["account_id"], findings["category"], strict=True))
    names = dict(zip(findings["account_id"], findings["account_name"].fillna(""), strict=True))
    rows = []
    for account, name in names.items():
        row = {c.value: _cell((account, c.value), cells, lost, judged) for c in JUDGED}
        rows.append(
            {"id": str(account), "name": str(name), "cells": row, "failed": sum(c["count"] for c in row.values())}
        )
    return sorted(rows, key=lambda r: (-r["failed"], r["id"]))


def _cell(key: tuple[str, str], cells: Mapping[Any, Any], lost: Mapping[Any, Any], judged: set[Any]) -> dict[str, Any]:
    count, gravest = cells.get(key, (0, ""))
    state = gravest or ("NOT_ASSESSED" if lost.get(key) else "PASS" if key in judged else "none")
    return {"count": count, "state": state}


def judged_categories(findings: pd.DataFrame) -> list[str]:
    """The categories that any finding is of, in order."""
    held = set(findings["category"])
    return [c.value for c in Category if c.value in held and c is not Category.COVERAGE]


def by_account(groups: Groups) -> dict[str, dict[str, list[Row]]]:
    """The groups of each account, which hold its findings alone."""
    found: dict[str, dict[str, list[Row]]] = {}
    for issue, group in groups.items():
        for row in group:
            found.setdefault(str(row["account_id"]), {}).setdefault(issue, []).append(row)
    return found


def account_page(findings: pd.DataFrame, groups: Groups) -> dict[str, Any]:
    """What an account's own page says; `findings` and `groups` are those of this account alone."""
    asked, lost = (findings[findings["status"] == status].fillna("") for status in ("MANUAL", "NOT_ASSESSED"))
    return {
        "issues": issue_sections(groups),
        "more": max(len(groups) - ISSUES_SHOWN, 0),
        "asked": _lines(asked),
        "lost": _lines(lost),
        "decided": decided(findings),
        "failed": sum(map(len, groups.values())),
        "passed": int((findings["status"] == "PASS").sum()),
    }


# --- decisions


def decided(findings: pd.DataFrame) -> list[dict[str, Any]]:
    """One part per kind of decision that there is, expired ones last, each with its findings."""
    words, gone = column(findings, "decision"), expired(findings)
    parts = [(WORDS[kind], findings[words == kind]) for kind in (ACCEPTED, FALSE_POSITIVE, FIX, ANSWERED)]
    parts.append(("Expired: these count as open again", findings[gone]))
    return [
        {
            "title": title,
            "total": len(found),
            "rows": [_decided(row) for row in found.fillna("").head(ROWS).to_dict("records")],
        }
        for title, found in parts
        if len(found)
    ]


def _decided(row: Mapping[Any, Any]) -> dict[str, str]:
    known = {str(name): value for name, value in row.items()}
    told = {name: str(known.get(name) or "") for name in ("decided_by", "decided_on", "expires")}
    return {**_line(known), **told, "label": resource_label(known)}
