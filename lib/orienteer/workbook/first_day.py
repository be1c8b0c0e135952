"""The first day: which services and regions are in use, what matters most to the client, and who else gets in."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from orienteer.model import GLOBAL
from orienteer.report import charts
from orienteer.snapshot import Run
from orienteer.workbook.book import account_names, fact, items, joined, loaded, tidy

MOST = 15
"""Services that the picture of costs shows."""


def services(book: Run) -> pd.DataFrame:
    """One row per service paid for in the last 90 days, dearest first: its cost in USD, and in how many accounts."""
    found = fact(book, "services_in_use")
    found = found[found["cost_usd"].notna()]
    shown = found.assign(accounts=found["accounts"].map(lambda text: len(items(text))))
    shown = shown.sort_values("cost_usd", ascending=False, kind="stable", ignore_index=True)
    return shown[["service", "cost_usd", "accounts", "first_seen"]]


def service_chart(book: Run) -> go.Figure:
    """What the dearest services cost."""
    found = services(book).dropna(subset=["cost_usd"]).head(MOST)
    if found.empty:
        return charts.nothing("Cost by service", "No cost was reported: Cost Explorer was not read, or has none.")
    pairs = [(str(name), round(cost)) for name, cost in zip(found["service"], found["cost_usd"], strict=True)]
    return charts.ranked("Cost by service, last 90 days", pairs, "USD")


def regions_in_use(book: Run) -> pd.DataFrame:
    """One row per account and region in which something was seen or paid for, and whether the region is approved."""
    found = fact(book, "regions_in_use")
    is_used = found["used"].astype(object).map(lambda used: used is not False).astype(bool)
    found = found[is_used & (found["region"] != GLOBAL)]
    found = found.assign(resources=found["resources"].map(_things, na_action="ignore"))
    return tidy(found, ["account", "region", "is_allowed", "cost_usd", "resources"], ["account", "region"])


def _things(text: str) -> str | None:
    """Counts by kind in words: "1 bucket, 3 network interfaces"; None of none."""
    counts = loaded(text) or {}
    return ", ".join(f"{n:,} {word[: -1 if n == 1 else None]}" for word, n in sorted(counts.items())) or None


def crown_jewels(book: Run) -> pd.DataFrame:
    """One row per account that the client calls a crown jewel: when it was reviewed, and the risks left open."""
    found = fact(book, "crown_jewels")
    found = found[found["is_jewel"].fillna(False).astype(bool)]
    shown = found.assign(reviewed=found["reviewed"].map(lambda text: joined(items(text)), na_action="ignore"))
    return tidy(shown, ["name", "reviewed", "reviewed_days", "security_risks"], ["name"])


def third_parties(book: Run) -> pd.DataFrame:
    """One row per third party that gets in: how, into which accounts, as whom, and who answers for it."""
    found = fact(book, "third_parties")
    found = found[found["third_party"].notna() & (found["is_outside"].astype("boolean").fillna(True))]
    names = account_names(book)
    reached = found["accounts_reached"].map(lambda text: joined(names.get(a, a) for a in items(text)))
    found = found.assign(ways=found["ways"].map(lambda text: joined(items(text))), accounts_reached=reached)
    columns = ["third_party", "named_as", "ways", "accounts_reached", "is_admin", "last_used_at", "owner", "review_by"]
    return tidy(found, columns, ["third_party"])
