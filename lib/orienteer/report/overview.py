"""What the first page says, as plain values: how much was seen, what came of it, what to do first."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from orienteer.counts import checks, tally
from orienteer.issues import GRADES, worst
from orienteer.model import KNOWN, Category, Severity, Status
from orienteer.report.text import visible, visible_frame
from orienteer.sight import questions
from orienteer.snapshot import Run
from orienteer.words import sentence

SEVERITIES = tuple(s.value for s in Severity)
STATUSES = (Status.FAIL.value, Status.MANUAL.value, Status.NOT_ASSESSED.value, Status.PASS.value)
STATUS_WORDS: Mapping[str, str] = {
    "FAIL": "Failed",
    "PASS": "Passed",
    "MANUAL": "To be answered",
    "NOT_ASSESSED": "Not assessed",
    "NOT_APPLICABLE": "Nothing to judge",
}
FIRST_STEPS = 12
BOTO3_SAYS = re.compile(r"^An error occurred \([^)]*\) when calling the \w+ operation(?: \([^)]*\))?: ")
LABELS: Mapping[str, str] = {c.value: c.value.replace("_", " ").capitalize() for c in Category} | {
    "organization": "Organization",
    "iam": "Identity and access",
    "network": "Network exposure",
    Category.COVERAGE.value: "Coverage of this assessment",
}
"""Categories as people read them."""
JUDGED = tuple(c for c in Category if c is not Category.COVERAGE)
"""The twelve categories that are judged; coverage is told with the scope."""
WEB_PAGE = re.compile(r"<\s*(?:!doctype|html|head|body)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Share:
    """How many of how many; `percent` is rounded down, so that 100 means all."""

    part: int
    whole: int

    @property
    def percent(self) -> int:
        return 100 * self.part // self.whole if self.whole else 0


@dataclass(frozen=True)
class Overview:
    """Everything the index page shows beside the findings table."""

    assessed: Share
    controls: Share
    accounts_seen: Share
    calls: Share
    accounts: Sequence[Mapping[str, Any]]
    gaps: Sequence[Mapping[str, Any]]
    statuses: Mapping[str, int]
    apart: Mapping[str, int]
    failed: Mapping[str, int]
    matrix: Sequence[Mapping[str, Any]]
    steps: Sequence[Mapping[str, Any]]
    catalogue: Sequence[Mapping[str, Any]]
    own: Sequence[Mapping[str, Any]]
    snapshot_hash: str

    @property
    def lost_accounts(self) -> list[Mapping[str, Any]]:
        return [a for a in self.accounts if not a["seen"]]


def overview(run: Run, findings: pd.DataFrame) -> Overview:
    """The overview of a run; `findings` are its findings with hidden characters written out."""
    summary = visible_frame(run.summary)
    accounts = account_rows(run.manifest.get("accounts", []), run.coverage)
    names = {str(a["id"]): str(a["name"]) for a in accounts}
    counted = summary[(summary["total"] > 0) & (summary["category"] != Category.COVERAGE)] if len(summary) else summary
    whole = int((counted["not_assessed"] == 0).sum()) if len(counted) else 0
    asked = questions(run.coverage)["outcome"]
    known = int(asked.isin(KNOWN).sum())
    judged, told = checks(findings), tally(findings)
    return Overview(
        assessed=Share(int((judged["status"] != Status.NOT_ASSESSED).sum()), len(judged)),
        controls=Share(whole, len(counted)),
        accounts_seen=Share(sum(a["seen"] for a in accounts), len(accounts)),
        calls=Share(known, len(asked)),
        accounts=accounts,
        gaps=[{**c, "accounts": [_labelled(a, names) for a in c["accounts"]]} for c in causes(gap_rows(run.coverage))],
        statuses=told.statuses,
        apart=told.apart,
        failed=told.failed,
        matrix=matrix(findings),
        steps=first_steps(findings),
        catalogue=catalogue(summary, findings),
        own=own_checks(findings),
        snapshot_hash=snapshot_hash(run.manifest.get("files", {})),
    )


def own_checks(findings: pd.DataFrame) -> list[dict[str, Any]]:
    """What Orienteer says about its own coverage: one row per control of that category, and what did not hold."""
    rows = []
    for control, group in findings[findings["category"] == Category.COVERAGE].groupby("control_id"):
        short = group[group["status"] != Status.PASS]
        lacking = zip(short["account_name"], short["account_id"], short["reason"], strict=True)
        rows.append(
            {
                "control_id": str(control),
                "title": str(group["title"].iloc[0]),
                "held": Share(len(group) - len(short), len(group)),
                "short": [f"{name or account}: {reason}" for name, account, reason in lacking],
            }
        )
    return rows


def account_rows(named: Sequence[Mapping[str, Any]], coverage: pd.DataFrame) -> list[dict[str, Any]]:
    """One row per account of the run: whether anything of it was read, calls answered and refused, first refusal."""
    names = {str(a["id"]): visible(str(a.get("name") or "")) for a in named}
    names |= {str(a): names.get(str(a), "") for a in coverage["account_id"].dropna().unique()}
    known = coverage["outcome"].isin(KNOWN)
    answered = coverage.loc[known, "account_id"].value_counts().to_dict()
    lost = coverage[~known]
    refused = lost["account_id"].value_counts().to_dict()
    once = lost.drop_duplicates("account_id")
    first = dict(zip(once["account_id"], (call for _, call in visible_frame(once).iterrows()), strict=True))
    rows = [
        {
            "id": visible(account),
            "name": name,
            "seen": answered.get(account, 0) > 0,
            "answered": int(answered.get(account, 0)),
            "refused": int(refused.get(account, 0)),
            "reason": refusal(first[account]) if account in first else "no call was made",
        }
        for account, name in sorted(names.items(), key=lambda item: item[0])
    ]
    return sorted(rows, key=lambda row: (row["seen"], -row["refused"], row["id"]))


def refusal(call: pd.Series[Any]) -> str:
    """A refused call in words: operation, error code, and AWS's message without what boto3 says around it."""
    message = "" if pd.isna(call["message"]) else BOTO3_SAYS.sub("", str(call["message"]))
    if WEB_PAGE.search(message):
        message = "a web page came in place of an answer; a proxy or sign-in portal may stand between"
    return f"{call['service']}:{call['operation']} {call['error_code']}{': ' if message else ''}{message}"


def _labelled(account: str, names: Mapping[str, str]) -> str:
    return f"{names[account]} ({account})" if names.get(account) else account


def gap_rows(coverage: pd.DataFrame) -> list[dict[str, Any]]:
    """One row per operation and error that left something unread, the widest first."""
    lost = visible_frame(coverage[~coverage["outcome"].isin(KNOWN)])
    keys = ["service", "operation", "outcome", "error_code"]
    groups = lost.fillna(dict.fromkeys(keys, "")).groupby(keys, sort=True)
    rows = [
        {
            **dict(zip(keys, map(str, key), strict=True)),
            "calls": len(group),
            "accounts": sorted(group["account_id"].dropna().unique()),
            "regions": sorted(group["region"].dropna().unique()),
        }
        for key, group in groups
    ]
    return sorted(rows, key=lambda row: -row["calls"])


def causes(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The gap rows that share service, error, accounts and regions as one: its `operations`, and the calls together."""
    found: dict[Any, dict[str, Any]] = {}
    for row in rows:
        key = (row["service"], row["outcome"], row["error_code"], *row["accounts"], *row["regions"])
        cause = found.setdefault(key, {**row, "operations": [], "calls": 0})
        cause["operations"].append(row["operation"])
        cause["calls"] += row["calls"]
    return sorted(found.values(), key=lambda cause: -cause["calls"])


def matrix(findings: pd.DataFrame) -> list[dict[str, Any]]:
    """One row per category with findings: failures by severity, then the other statuses, without what stands apart."""
    rows = []
    for category in JUDGED:
        told = tally(findings[findings["category"] == category.value])
        total = sum(told.statuses.values())
        if total:
            rows.append({"category": category.value, "total": total, "failed": told.failed, "statuses": told.statuses})
    return rows


def first_steps(findings: pd.DataFrame) -> list[dict[str, Any]]:
    """Controls with failures, gravest first, then those that fail in most places; at most FIRST_STEPS."""
    failed = findings[(findings["status"] == Status.FAIL) & (findings["category"] != Category.COVERAGE)]
    rows = []
    for control, group in failed.groupby("control_id"):
        gravest = worst(group["severity"].tolist())
        first = group[group["severity"] == gravest].iloc[0]
        accounts = sorted({str(n or i) for n, i in zip(group["account_name"], group["account_id"], strict=True)})
        rows.append(
            {
                "control_id": str(control),
                "title": first["title"],
                "severity": gravest,
                "count": len(group),
                "accounts": accounts,
                "example": first["resource_id"],
                "reason": first["reason"],
                "remediation": sentence(str(first["remediation"])),
                "source": web(first["source"]),
            }
        )
    return sorted(rows, key=lambda r: (GRADES.get(r["severity"], 9), -r["count"], r["control_id"]))[:FIRST_STEPS]


def catalogue(summary: pd.DataFrame, findings: pd.DataFrame) -> list[dict[str, Any]]:
    """The controls by category: worst status, counts, and the severity of what failed (empty where nothing did)."""
    failed = findings[findings["status"] == Status.FAIL].groupby("control_id")["severity"]
    gravest = {str(control): worst(found.tolist()) for control, found in failed}
    rows = []
    for category in Category:
        controls = summary[summary["category"] == category.value] if len(summary) else summary
        if len(controls):
            listed = controls.sort_values("control_id").rename(columns={"pass": "passed"}).to_dict("records")
            listed = [{**one, "severity": gravest.get(str(one["control_id"]), "")} for one in listed]
            rows.append({"category": category.value, "controls": listed})
    return rows


def web(address: Any) -> str:
    """The address when it is a plain https one, else empty: nothing else becomes a link."""
    text = "" if pd.isna(address) else str(address)
    return text if text.startswith("https://") else ""


def snapshot_hash(files: Mapping[str, str]) -> str:
    """SHA-256 over the names and hashes of the snapshot's files: equal when the evidence is equal."""
    lines = [f"{digest}  {name}\n" for name, digest in sorted(files.items()) if name.startswith("snapshot/")]
    return hashlib.sha256("".join(lines).encode()).hexdigest()
