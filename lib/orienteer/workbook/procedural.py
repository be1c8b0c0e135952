"""What people have to explain, with what AWS shows beside it: regions in use, backups, readiness, answers."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from orienteer.report import charts
from orienteer.snapshot import Run
from orienteer.workbook.book import account_names, accounts_read, fact, hidden, items, joined, loaded, tidy
from orienteer.workbook.workload import kinds, listed

USED = {
    "in use, approved": charts.GOOD,
    "in use, not approved": charts.BAD,
    "in use": charts.PART,
    "not in use": charts.NONE,
    "not seen": charts.UNSEEN,
}
MEANS = {
    "AWS Backup": charts.GOOD,
    "its own backups": charts.EXPOSURE["organization"],
    "snapshots": charts.PART,
    "none found": charts.BAD,
    "not known": charts.UNSEEN,
}
READY = {"yes": charts.GOOD, "no": charts.BAD, "not seen": charts.UNSEEN}


# --- risk


def region_use(book: Run) -> go.Figure:
    """Account by region: is it in use, and is it approved?"""
    found, title = fact(book, "regions_in_use"), "Which regions are in use"
    found = found[found["asks"] == "use"]
    if found.empty:
        return charts.nothing(title, "Nothing was found in any region.")
    words = found["is_allowed"].astype("boolean").map({True: "in use, approved", False: "in use, not approved"})
    words = words.mask(~found["has_list"].astype("boolean").fillna(False), "in use")
    drawn = found.assign(word=words.astype(object)).pivot_table("word", "account", "region", aggfunc="first")
    drawn = drawn.astype(object).reindex(list(accounts_read(book).values()))
    silent = {account_names(book).get(i, i) for i in _silent(book, "s3_buckets")}
    rest = pd.Series(["not seen" if name in silent else "not in use" for name in drawn.index], index=drawn.index)
    return charts.state_map(title, drawn.apply(lambda column: column.fillna(rest)), USED)


def _silent(book: Run, table: str) -> set[str]:
    """Accounts in which the table could not be read at all."""
    calls = book.coverage[book.coverage["table"] == table]
    return set(accounts_read(book)) - set(calls["account_id"][calls["outcome"].isin(["OK", "ABSENT"])])


# --- resilience


def backups(book: Run) -> pd.DataFrame:
    """One row per data store: what it could be restored from."""
    found = fact(book, "backed_stores")
    shown = found.assign(kind=kinds(found), means=_means(found))
    columns = ["kind", "account", "region", "resource_id", "means", "backed_up_at", "own_days", "snapshot_at"]
    return tidy(shown, columns, ["kind", "account", "region", "resource_id"])


def _means(found: pd.DataFrame) -> pd.Series[Any]:
    own = found["own_days"].astype("Int64").fillna(0).gt(0) | found["point_in_time"].astype("boolean").fillna(False)
    lost = hidden(found, "backed_up_at") | hidden(found, "own_days") | hidden(found, "point_in_time")
    words = pd.Series("none found", index=found.index).mask(lost | hidden(found, "snapshots"), "not known")
    words = words.mask(found["snapshot_at"].notna(), "snapshots")
    return words.mask(own.astype(bool), "its own backups").mask(found["backed_up_at"].notna(), "AWS Backup")


def backup_chart(book: Run) -> go.Figure:
    """Data stores by kind and by what they could be restored from."""
    found, title = backups(book), "What data could be restored from"
    if found.empty:
        return charts.nothing(title, "No data store was seen.")
    return charts.stacked(title, pd.crosstab(found["kind"], found["means"]), MEANS, "data stores")


def vaults(book: Run) -> pd.DataFrame:
    """One row per backup vault: what it holds, how it is locked, and where it is copied to."""
    found = fact(book, "vaults")
    shown = found.assign(copies=listed(found["copy_targets"]))
    columns = ["account", "region", "name", "recovery_points", "lock", "min_retention_days", "copied_days", "copies"]
    return tidy(shown, columns, ["account", "region", "name"])


def redundancy(book: Run) -> pd.DataFrame:
    """One row per database, load balancer, group and cache: in how many zones, and whether it can be deleted."""
    found = fact(book, "redundancy")
    shown = found.assign(kind=kinds(found), is_locked=found["is_locked"].where(found["can_be_locked"] == True))  # noqa: E712
    columns = ["kind", "account", "region", "resource_id", "env_class", "zones", "is_locked"]
    return tidy(shown, columns, ["kind", "account", "region", "resource_id"])


# --- incident response


def readiness_map(book: Run) -> go.Figure:
    """Account by question: do responders get in, is their role protected, may somebody open a support case?"""
    access, support = fact(book, "response_access"), fact(book, "response_readiness")
    support = support[support["asks"] == "role"]
    parts = {
        "responders get in": _word(access, "ways_in", lambda value: bool(items(value))),
        "role is protected": _word(access, "has_protected_way", bool),
        "support role": _word(support, "support_roles", lambda value: bool(items(value))),
    }
    words = pd.DataFrame(parts)
    title = "Is each account ready for responders?"
    if words.empty:
        return charts.nothing(title, "Accounts were not listed in this run.")
    words = words.reindex(list(accounts_read(book).values()))
    return charts.state_map(title, words.where(words.notna(), "not seen"), READY)


def _word(found: pd.DataFrame, column: str, holds: Any) -> pd.Series[Any]:
    """yes, no or not seen by account."""
    values = found[column].map(lambda v: "yes" if not pd.isna(v) and holds(v) else "no").astype(object)
    told = values.mask(hidden(found, column), "not seen")
    return pd.Series(told.to_numpy(), index=found["account"].to_numpy()).groupby(level=0).first()


def response_access(book: Run) -> pd.DataFrame:
    """One row per account: the roles by which responders get in, whether these are protected, and their last use."""
    found = fact(book, "response_access")
    shown = found.assign(ways_in=listed(found["ways_in"]))
    return tidy(shown, ["account", "ways_in", "has_protected_way", "used_days"], ["account"])


def containment(book: Run) -> pd.DataFrame:
    """One row per policy that stops an account whole: whom it spares, and where it hangs."""
    found = fact(book, "containment")
    found = found[found["id"].notna()]
    shown = found.assign(policy=found["name"], spares=listed(found["exempt"]), attached_to=listed(found["attached_to"]))
    return tidy(shown, ["policy", "spares", "attached_to", "ends_sessions"], ["policy"])


# --- answers


def answers(book: Run, chapter: str = "") -> pd.DataFrame:
    """One row per question that the client has answered, with the answer's author and last day."""
    found = book.findings[book.findings["decision"].fillna("") == "answered"]
    found = found[found["notebook"] == chapter] if chapter else found
    columns = {
        "control_id": "control_id",
        "resource_id": "question",
        "status": "status",
        "decided_by": "by",
        "decided_on": "answered_on",
        "expires": "counts_until",
        "reason": "reason",
    }
    found = found.assign(resource_id=found["resource_id"].str.replace("_", " "))
    return tidy(found, columns, ["control_id", "question"])


def beside(book: Run, control: str) -> pd.DataFrame:
    """What AWS shows beside the questions of a control: one row per column of its evidence."""
    found = book.findings[book.findings["control_id"] == control]
    told = [value for text in found["evidence"] if isinstance(value := loaded(text), dict) and value.get("question")]
    first = {k: v for k, v in (told[0] if told else {}).items() if k not in ("question", "asks", "name")}
    shown = [(k.replace("_", " "), joined(v) if isinstance(v, list) else v) for k, v in first.items()]
    return pd.DataFrame([one for one in shown if one[1] not in (None, "")], columns=["what", "seen"])
