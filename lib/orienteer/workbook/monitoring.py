"""Monitoring as frames and pictures: trails, GuardDuty and Security Hub by account and region."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from orienteer.model import GLOBAL
from orienteer.report import charts
from orienteer.report.overview import KNOWN
from orienteer.snapshot import Run
from orienteer.workbook.book import account_names, accounts_read, items, joined, listed, looked_up, rows, tidy, unread

SEES = {"yes": charts.GOOD, "no": charts.BAD, "not seen": charts.UNSEEN}
WATCH = {"on": charts.GOOD, "suspended": charts.PART, "off": charts.BAD, "not seen": charts.UNSEEN,
         "not asked": charts.NONE}  # fmt: skip


def trails(book: Run) -> pd.DataFrame:
    """One row per trail: whose it is, what it covers, whether it logs, and where to."""
    found = listed(book, "cloudtrail_trails")
    found = found.sort_values("at_home", ascending=False, kind="stable").drop_duplicates("trail_arn")
    status = listed(book, "cloudtrail_trail_status")
    status = status[status["at_home"].fillna(False)].drop_duplicates("trail_arn").set_index("trail_arn")
    arns, owner = found["trail_arn"], found["owner_account"]
    shown = found.assign(
        owner=owner.map(account_names(book)).fillna(owner), logging=looked_up(arns, status["is_logging"]),
        last_delivery_at=looked_up(arns, status["delivered_at"]), error=looked_up(arns, status["delivery_error"]),
    )  # fmt: skip
    columns = {
        "owner": "owner", "trail_name": "trail", "home_region": "home", "logging": "logging",
        "is_organization": "organization", "is_multi_region": "all_regions", "include_global": "global",
        "log_file_validation": "digests", "bucket": "bucket", "last_delivery_at": "last_delivery_at",
        "error": "error", "kms_key": "kms_key",
    }  # fmt: skip
    return tidy(shown, columns, ["owner", "trail"])


def trail_map(book: Run) -> go.Figure:
    """Account by question: does a trail that logs see this account, all its regions, its global services?"""
    found = listed(book, "cloudtrail_trails")
    status = listed(book, "cloudtrail_trail_status")
    on = set(status.loc[status["is_logging"].fillna(False).astype(bool), "trail_arn"])
    live, doubtful = found[found["trail_arn"].isin(on)], found[~found["trail_arn"].isin(status["trail_arn"])]
    unsure = set(doubtful["account_id"]) | (set(accounts_read(book)) - _asked(book, "cloudtrail_trails"))
    lines = {}
    for account, name in accounts_read(book).items():
        mine = live[live["account_id"] == account]
        flags = {
            "logged": len(mine) > 0,
            "all regions": mine["is_multi_region"].fillna(False).any(),
            "digest files": mine["log_file_validation"].fillna(False).any(),
        }
        missing = "not seen" if account in unsure else "no"
        lines[name] = {k: "yes" if v else missing for k, v in flags.items()}
    words = pd.DataFrame.from_dict(lines, orient="index")
    return charts.state_map("Which accounts a running trail sees", words, SEES)


def guardduty(book: Run) -> pd.DataFrame:
    """One row per detector: state, administrator, protection plans that are on."""
    settings = listed(book, "guardduty_detector_settings")
    above = listed(book, "guardduty_administrators").drop_duplicates(["account_id", "region"])
    named = above["administrator_account"].map(account_names(book))
    above = above.assign(administrator=named.fillna(above["administrator_account"]))
    shown = settings.assign(plans=settings["features"].map(_plans), status=settings["status"].str.lower()).merge(
        above[["account_id", "region", "administrator"]], on=["account_id", "region"], how="left"
    )
    return tidy(shown, ["account", "region", "status", "administrator", "plans"], ["account", "region"])


def _plans(text: object) -> str:
    """Names of the protection plans that are enabled."""
    plans = (p for p in items(text) if isinstance(p, dict) and p.get("Status") == "ENABLED")
    return joined(sorted(str(p.get("Name")).replace("_", " ").lower() for p in plans)) or "none"


def guardduty_map(book: Run) -> go.Figure:
    """Account by region: is GuardDuty watching?"""
    settings = listed(book, "guardduty_detector_settings")
    states = {
        (a, r): "on" if s == "ENABLED" else "suspended"
        for a, r, s in zip(settings["account_id"], settings["region"], settings["status"], strict=True)
    }
    return _watch_map(
        book, "GuardDuty by account and region", "guardduty_detectors", states, "guardduty_detector_settings"
    )


def securityhub_map(book: Run) -> go.Figure:
    """Account by region: is Security Hub on?"""
    hubs = listed(book, "securityhub_hubs")
    hubs = hubs[hubs["hub_arn"].notna()]
    states = dict.fromkeys(zip(hubs["account_id"], hubs["region"], strict=True), "on")
    return _watch_map(book, "Security Hub by account and region", "securityhub_hubs", states)


def _watch_map(book: Run, title: str, table: str, states: dict[tuple[str, str], str], *more: str) -> go.Figure:
    """Account by region: the state given; "off" where the list was read without it; "not seen" where the list, or one
    of `more` tables that tell the state, was refused."""
    gaps = unread(book, *(name for name in more if name in book.tables))
    calls = book.coverage[(book.coverage["table"] == table) & (book.coverage["region"] != GLOBAL)]
    known = calls["outcome"].isin(KNOWN)
    places = zip(calls["account_id"], calls["region"], known, strict=True)
    asked: dict[tuple[str, str], bool] = {}
    for account, region, answered in places:
        seen = bool(answered) and not gaps.at(account, region)
        asked[account, region] = asked.get((account, region), True) and seen
    regions = sorted({region for _, region in asked})
    if not regions:
        return charts.nothing(title, "It was not asked for in this run.")
    lines = {
        name: {r: _state(asked.get((account, r)), states.get((account, r))) for r in regions}
        for account, name in accounts_read(book).items()
    }
    return charts.state_map(title, pd.DataFrame.from_dict(lines, orient="index"), WATCH)


def _state(answered: bool | None, state: str | None) -> str:
    if answered is None:
        return "not asked"
    return state or ("off" if answered else "not seen")


def _asked(book: Run, table: str) -> set[str]:
    """Accounts in which the table was read without a refusal."""
    calls = book.coverage[book.coverage["table"] == table]
    lost = set(calls.loc[~calls["outcome"].isin(KNOWN), "account_id"])
    return set(calls["account_id"]) - lost


def administrators(book: Run) -> pd.DataFrame:
    """One row per security service, region and administrator account that the organization named."""
    parts = [
        rows(book, table).assign(service=service)
        for service, table in (
            ("GuardDuty", "guardduty_organization_admins"),
            ("Security Hub", "securityhub_organization_admins"),
        )
    ]
    found = pd.concat(parts, ignore_index=True)
    found = found.assign(administrator=found["admin_account"].map(account_names(book)).fillna(found["admin_account"]))
    return tidy(found, ["service", "region", "administrator", "admin_status"], ["service", "region"])
