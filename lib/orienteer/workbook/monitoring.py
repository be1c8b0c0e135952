"""Monitoring as frames and pictures: trails, GuardDuty and Security Hub by account and region."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from orienteer.report import charts
from orienteer.snapshot import Run
from orienteer.workbook.book import accounts_read, fact, hidden, items, joined, named, tidy

SEES = {"yes": charts.GOOD, "no": charts.BAD, "not seen": charts.UNSEEN}
PLAN_WORDS = {
    **{word: word.upper() for word in ("ai", "ebs", "ec2", "ecs", "eks", "rds", "s3")},
    "fargate": "Fargate",
    "lambda": "Lambda",
}
"""Words of GuardDuty's protection plans that are names."""
WATCH = {
    "on": charts.GOOD,
    "suspended": charts.PART,
    "off": charts.BAD,
    "not seen": charts.UNSEEN,
    "not asked": charts.NONE,
}


def trails(book: Run) -> pd.DataFrame:
    """One row per trail: whose it is, what it covers, whether it logs, and where to."""
    columns = {
        "account": "owner",
        "trail_name": "trail",
        "home_region": "home",
        "is_logging": "logging",
        "is_organization": "organization",
        "is_multi_region": "all_regions",
        "include_global": "global",
        "log_file_validation": "digests",
        "bucket": "bucket",
        "delivered_at": "last_delivery_at",
        "delivery_error": "error",
        "kms_key": "kms_key",
    }
    return tidy(fact(book, "trails"), columns, ["owner", "trail"])


def trail_map(book: Run) -> go.Figure:
    """Account by question: does a trail that logs see this account, all its regions, its global services?"""
    found = fact(book, "listed_trails")
    live = found[found["is_logging"].fillna(False).astype(bool)]
    seen = {
        "logged": set(live["account_id"]),
        "all regions": set(live["account_id"][live["is_multi_region"].fillna(False).astype(bool)]),
        "digest files": set(live["account_id"][live["log_file_validation"].fillna(False).astype(bool)]),
    }
    gone = set(book.facts["listed_trails"]["account_id"][len(found) :])
    unsure = gone | set(found["account_id"][hidden(found, "is_logging")]) | _not_asked(book, "cloudtrail_trails")
    words = pd.DataFrame(
        {
            question: ["yes" if a in known else "not seen" if a in unsure else "no" for a in accounts_read(book)]
            for question, known in seen.items()
        },
        index=list(accounts_read(book).values()),
    )
    return charts.state_map("Which accounts a running trail sees", words, SEES)


def _not_asked(book: Run, table: str) -> set[str]:
    """Accounts in which a table was never asked for."""
    return set(accounts_read(book)) - set(book.coverage["account_id"][book.coverage["table"] == table])


def guardduty(book: Run) -> pd.DataFrame:
    """One row per detector: state, administrator, protection plans that are on."""
    found = fact(book, "guardduty")
    found = found[found["detector_id"].notna()]
    shown = found.assign(
        plans=found["plans"].map(_plans).mask(hidden(found, "plans")),
        status=found["detector_status"].astype("string").str.lower(),
        administrator=named(book, found["administrator"]),
    )
    return tidy(shown, ["account", "region", "status", "administrator", "plans"], ["account", "region"])


def _plans(text: object) -> str:
    """Names of the protection plans that are enabled."""
    plans = (p for p in items(text) if isinstance(p, dict) and p.get("Status") == "ENABLED")
    words = (str(p.get("Name")).lower().split("_") for p in plans)
    return joined(sorted(" ".join(PLAN_WORDS.get(word, word) for word in name) for name in words)) or "none"


def guardduty_map(book: Run) -> go.Figure:
    """Account by region: is GuardDuty watching?"""
    found = fact(book, "guardduty")
    words = found["detector_status"].map({"ENABLED": "on"}).fillna("suspended").mask(found["detector_id"].isna(), "off")
    unseen = hidden(found, "detector_id") | (hidden(found, "detector_status") & (words != "off"))
    return _watch_map(
        book,
        "GuardDuty by account and region",
        found,
        words.mask(unseen, "not seen"),
        _not_asked(book, "guardduty_detectors"),
    )


def securityhub_map(book: Run) -> go.Figure:
    """Account by region: is Security Hub on?"""
    found = fact(book, "securityhub_places")
    words = found["hub"].notna().map({True: "on", False: "off"}).mask(hidden(found, "hub"), "not seen")
    return _watch_map(book, "Security Hub by account and region", found, words, _not_asked(book, "securityhub_hubs"))


def _watch_map(book: Run, title: str, found: pd.DataFrame, words: pd.Series[Any], silent: set[str]) -> go.Figure:
    """Account by region; "not asked" where a region is not enabled and where an account was not asked at all."""
    if found.empty:
        return charts.nothing(title, "It was not asked for in this run.")
    drawn = found.assign(word=words.astype(object)).pivot_table("word", "account", "region", aggfunc="first")
    known = drawn.astype(object).where(drawn.notna(), "not asked")
    rest = {name: "not asked" if account in silent else "not seen" for account, name in accounts_read(book).items()}
    lines = {name: known.loc[name] if name in known.index else pd.Series(rest[name], known.columns) for name in rest}
    return charts.state_map(title, pd.DataFrame(lines).T, WATCH)


def administrators(book: Run) -> pd.DataFrame:
    """One row per security service, region and administrator account that the organization named."""
    parts = [
        fact(book, name).assign(service=service)
        for service, name in (("GuardDuty", "guardduty_delegations"), ("Security Hub", "securityhub_delegations"))
    ]
    found = pd.concat(parts, ignore_index=True)
    found = found.assign(
        administrator=named(book, found["admin"]),
        admin_status=found["admin_status"].astype("string").str.replace("_", " ").str.lower(),
    )
    return tidy(found, ["service", "region", "administrator", "admin_status"], ["service", "region"])
