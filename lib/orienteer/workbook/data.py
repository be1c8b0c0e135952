"""Data as frames and pictures: buckets, important ones, encryption, keys, and where sensitive data was looked for."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from orienteer.report import charts
from orienteer.snapshot import Run
from orienteer.workbook.book import accounts_read, fact, hidden, tidy
from orienteer.workbook.workload import kinds, listed

ENCRYPTED = {"yes": charts.GOOD, "no": charts.BAD, "not known": charts.UNSEEN}
SEARCHED = {
    "on": charts.GOOD,
    "paused": charts.PART,
    "off": charts.BAD,
    "not seen": charts.UNSEEN,
    "no buckets": charts.NONE,
}


def buckets(book: Run) -> pd.DataFrame:
    """One row per bucket: who gets in at most, whether ACLs are off, and whether plain HTTP is refused."""
    found = fact(book, "private_buckets")
    shown = found.assign(
        exposure_class=found["exposure_class"].astype("string").fillna("not known"),
        by=found["public_by"],
    )
    rank = shown["exposure_class"].map({level: n for n, level in enumerate(charts.EXPOSURE)})
    columns = ["exposure_class", "account", "region", "resource_id", "acls_off", "tls_only", "by", "rank"]
    return tidy(shown.assign(rank=rank), columns, ["rank", "account", "resource_id"]).drop(columns="rank")


def bucket_chart(book: Run) -> go.Figure:
    """Buckets by account and by how far they are open."""
    found, title = buckets(book), "Buckets by account, by how far they are open"
    if found.empty:
        return charts.nothing(title, "No bucket was seen.")
    counts = pd.crosstab(found["account"], found["exposure_class"])
    return charts.stacked(title, counts, charts.EXPOSURE, "buckets")


def important_buckets(book: Run) -> pd.DataFrame:
    """One row per bucket that is important: its class, its versions, and what keeps them."""
    found = fact(book, "important_buckets")
    found = found[found["bucket"].notna()]
    columns = ["account", "bucket", "data_class", "versioning", "lock_mode", "mfa_delete", "noncurrent_days"]
    shown = found.assign(copies_in=listed(found["replica_accounts"]))
    return tidy(shown, [*columns, "copies_in", "backed_up"], ["account", "bucket"])


def stores(book: Run) -> pd.DataFrame:
    """One row per database, volume, file system and snapshot: whether it is encrypted, and by which key."""
    found = fact(book, "data_stores")
    shown = found.assign(kind=kinds(found), encrypted=_encrypted(found))
    columns = ["kind", "account", "region", "resource_id", "encrypted", "kms_key"]
    return tidy(shown, columns, ["kind", "account", "region", "resource_id"])


def _encrypted(found: pd.DataFrame) -> pd.Series[Any]:
    words = found["encrypted"].astype("boolean").map({True: "yes", False: "no"}).astype("object").fillna("no")
    return words.mask(hidden(found, "encrypted"), "not known")


def encryption_chart(book: Run) -> go.Figure:
    """Stores by kind and by whether they are encrypted."""
    found, title = stores(book), "Is data encrypted at rest?"
    if found.empty:
        return charts.nothing(title, "No database, volume, file system or snapshot was seen.")
    return charts.stacked(title, pd.crosstab(found["kind"], found["encrypted"]), ENCRYPTED, "stores")


def keys(book: Run) -> pd.DataFrame:
    """One row per customer managed key: its state, whether it rotates, and who outside gets to use it."""
    found = fact(book, "customer_keys")
    found = found[found["is_customer"].fillna(True).astype(bool)]
    shown = found.assign(aliases=listed(found["aliases"]), who=listed(found["external_principals"]))
    columns = ["account", "region", "key_id", "aliases", "state", "rotates", "exposure_class", "who"]
    return tidy(shown, columns, ["account", "region", "key_id"])


def searched_map(book: Run) -> go.Figure:
    """Account by region: does Macie look into the buckets that stand there?"""
    found, title = fact(book, "searched_places"), "Does Macie look into the buckets?"
    if found.empty:
        return charts.nothing(title, "No bucket was seen, so there is nothing to look into.")
    words = found["macie_status"].astype("object").map({"ENABLED": "on", "PAUSED": "paused"}).fillna("off")
    words = words.mask(hidden(found, "macie_status"), "not seen")
    drawn = found.assign(word=words).pivot_table("word", "account", "region", aggfunc="first")
    return charts.state_map(title, _of_all(book, drawn), SEARCHED)


def _of_all(book: Run, drawn: pd.DataFrame) -> pd.DataFrame:
    """The map with every account that was read."""
    found = drawn.astype(object).reindex(list(accounts_read(book).values()))
    return found.where(found.notna(), "no buckets")
