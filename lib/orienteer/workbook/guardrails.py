"""What the guardrails stop: account by guardrail, account by region.  Told from the verdicts, not from policy texts."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from orienteer.report import charts
from orienteer.snapshot import Run
from orienteer.workbook.book import accounts_read, listed, rows
from orienteer.workbook.judged import evidence

GUARDRAILS = {
    "leaving the organization": "SCP-02",
    "acting as root user": "SCP-03",
    "using other regions": "SCP-04",
    "switching security off": "SCP-06",
    "new IAM users and keys": "SCP-08",
}
"""What is stopped, and the control that probes it."""
STOPPED = {
    "stopped": charts.GOOD,
    "partly": charts.PART,
    "open": charts.BAD,
    "to be answered": charts.STATUS["MANUAL"],
    "not seen": charts.UNSEEN,
    "left out": charts.NONE,
}
REGIONS = {
    "approved": charts.GOOD,
    "closed": charts.SEVERITY["low"],
    "open, unused": charts.PART,
    "open, in use": charts.BAD,
    "not seen": charts.UNSEEN,
    "left out": charts.NONE,
}
THINGS = (
    "ec2_instances",
    "ec2_network_interfaces",
    "lambda_functions",
    "s3_buckets",
    "sqs_queues",
    "sns_topics",
    "ecr_repositories",
    "secretsmanager_secrets",
    "ec2_snapshots",
    "ec2_images",
)
"""Tables whose rows show that somebody works in a region."""


def guardrails(book: Run) -> pd.DataFrame:
    """One row per account, one column per guardrail, a word in each cell (see STOPPED).

    "left out": nothing was judged there; no service control policy binds the management account, and the exception
    OU is left out on purpose.
    """
    words = {}
    for name, control in GUARDRAILS.items():
        found = evidence(book, control)
        if "node_id" in found:  # OUs are judged too, in the name of the management account
            found = found[~found["node_id"].astype("string").str.startswith(("ou-", "r-")).fillna(False)]
        states = found.groupby("account")["status"].agg(set)
        words[name] = {account: _stopped(states.get(account, set())) for account in accounts_read(book).values()}
    return pd.DataFrame(words).rename_axis("account").reset_index()


def _stopped(statuses: set[str]) -> str:
    if not statuses:
        return "left out"
    if "FAIL" in statuses:
        return "partly" if "PASS" in statuses else "open"
    return "not seen" if "NOT_ASSESSED" in statuses else "to be answered" if "MANUAL" in statuses else "stopped"


def guardrail_map(book: Run) -> go.Figure:
    """Account by guardrail."""
    found = guardrails(book).set_index("account")
    if found.empty:
        return charts.nothing("What the guardrails stop", "No account of the organization was read.")
    return charts.state_map("What the guardrails stop, by account", found, STOPPED)


def open_regions(book: Run) -> pd.DataFrame:
    """One row per account and region: approved by the client, closed by a guardrail, or open, and things seen in it."""
    approved = {str(r) for r in book.manifest.get("params", {}).get("approved_regions") or ()}
    judged = evidence(book, "SCP-04").reindex(columns=["account", "status", "open_regions"])
    verdicts = {a: (s, o if isinstance(o, list) else []) for a, s, o in judged.itertuples(index=False)}
    asked = book.coverage[book.coverage["region"].str.contains("-", na=False)]["region"]
    regions = sorted({*asked, *(r for _, opened in verdicts.values() for r in opened)})
    counts = _things(book)
    lines = [
        {
            "account": account,
            "region": region,
            "state": _region(region in approved, verdicts.get(account), region, counts.get((account, region), 0)),
            "things_seen": int(counts.get((account, region), 0)),
        }
        for account in accounts_read(book).values()
        for region in regions
    ]
    return pd.DataFrame(lines, columns=["account", "region", "state", "things_seen"])


def _region(approved: bool, verdict: tuple[str, list[str]] | None, region: str, things: int) -> str:
    if approved:
        return "approved"
    if verdict is None:
        return "left out"
    status, opened = verdict
    if region in opened:
        return "open, in use" if things else "open, unused"
    return "closed" if status in ("PASS", "FAIL") else "not seen"


def _things(book: Run) -> pd.Series[Any]:
    """Things seen by account and region."""
    parts = [listed(book, name)[["account", "region"]] for name in THINGS if name in book.tables]
    found = pd.concat(parts) if parts else rows(book, THINGS[0])[["account", "region"]]
    return found.groupby(["account", "region"]).size()


def region_map(book: Run) -> go.Figure:
    """Account by region: approved, closed, or open."""
    title = "Where work can be started, by account and region"
    found = open_regions(book)
    if not book.manifest.get("params", {}).get("approved_regions"):
        return charts.nothing(title, "No approved regions have been named, so none is known to be unwanted.")
    if found.empty:
        return charts.nothing(title, "No account or region was read.")
    states = found.pivot_table("state", "account", "region", aggfunc="first")
    return charts.state_map(title, states.reindex(found["account"].unique()), REGIONS)
