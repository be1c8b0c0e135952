"""Workloads and applications as frames and pictures: metadata service, roles, platforms, values that look secret."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from orienteer.issues import type_words
from orienteer.report import charts
from orienteer.snapshot import Run
from orienteer.workbook.book import fact, hidden, items, joined, tidy

TOKENS = {
    "required": charts.GOOD,
    "endpoint off": charts.NONE,
    "account default": charts.EXPOSURE["organization"],
    "optional": charts.BAD,
    "not known": charts.UNSEEN,
}
ROLE = ["account", "role", "workloads", "faces_internet", "whole_services", "data_services"]


def kinds(found: pd.DataFrame) -> pd.Series[Any]:
    """The types of resources as people read them: EC2 instance."""
    return found["resource_type"].fillna("not known").astype(str).map(type_words)


def listed(column: pd.Series[Any]) -> pd.Series[Any]:
    """JSON lists as text with commas; null stays null."""
    return column.map(lambda text: joined(items(text)), na_action="ignore")


def metadata(book: Run) -> pd.DataFrame:
    """One row per machine and template: what it asks of a caller of the metadata service."""
    found = fact(book, "metadata_users")
    shown = found.assign(kind=kinds(found), tokens=_tokens(found))
    columns = ["account", "region", "kind", "resource_id", "tokens", "hop_limit", "internet_facing"]
    return tidy(shown, columns, ["account", "region", "kind", "resource_id"])


def _tokens(found: pd.DataFrame) -> pd.Series[Any]:
    words = found["http_tokens"].astype("string").fillna("account default")
    words = words.mask(found["metadata_endpoint"].astype("string").fillna("") == "disabled", "endpoint off")
    return words.mask(hidden(found, "http_tokens") | hidden(found, "metadata_endpoint"), "not known")


def metadata_chart(book: Run) -> go.Figure:
    """Machines and templates by kind and by whether the metadata service asks for a token."""
    found, title = metadata(book), "Does the metadata service ask for a token?"
    if found.empty:
        return charts.nothing(title, "No machine and no template was seen.")
    return charts.stacked(title, pd.crosstab(found["kind"], found["tokens"]), TOKENS, "machines and templates")


def workload_roles(book: Run) -> pd.DataFrame:
    """One row per role that machines, functions or tasks run as: who uses it, and what it may do."""
    found = fact(book, "workload_roles")
    bare = found["resource_type"] == "AWS::EC2::Instance"  # a machine without a role
    shown = found.assign(role=found["resource_id"].mask(bare))
    for name in ("workloads", "whole_services", "data_services"):
        shown[name] = listed(found[name])
    shown["workloads"] = shown["workloads"].mask(bare, "instance " + found["resource_id"].astype("string"))
    return tidy(shown, ROLE, ["account", "role"])


def platforms(book: Run) -> pd.DataFrame:
    """One row per cluster, task definition, image repository and function: its version, and who can reach it."""
    found = fact(book, "platforms")
    version = found["version"].astype("string").fillna(found["runtime"].astype("string"))
    shown = found.assign(kind=kinds(found), version=version, open_to=listed(found["open_to"]))
    columns = ["account", "region", "kind", "resource_id", "version", "open_to", "privileged_containers", "scanned"]
    shown["privileged_containers"] = listed(found["privileged_containers"])
    return tidy(shown, columns, ["kind", "account", "region", "resource_id"])


def plain_values(book: Run) -> pd.DataFrame:
    """One row per place whose values were looked at and that holds one which looks like a secret; never the value."""
    found = fact(book, "plain_values")
    found = found.assign(kind=kinds(found), suspects=listed(found["suspects"]), forms=listed(found["forms"]))
    found = found[found["suspects"].fillna("") + found["forms"].fillna("") != ""]
    columns = ["account", "region", "kind", "resource_id", "location", "suspects", "forms"]
    return tidy(found, columns, ["account", "region", "kind", "resource_id"])


def plain_values_chart(book: Run) -> go.Figure:
    """Places that were looked at, by kind and by whether a value looks like a secret."""
    found, title = fact(book, "plain_values"), "Where values lie that look like secrets"
    if found.empty:
        return charts.nothing(title, "No function, task, project, machine or stack was seen.")
    held = (listed(found["suspects"]).fillna("") + listed(found["forms"]).fillna("")) != ""
    words = held.map({True: "looks like a secret", False: "nothing seen"})
    words = words.mask(hidden(found, "suspects") | hidden(found, "forms"), "not known")
    colours = {"looks like a secret": charts.BAD, "not known": charts.UNSEEN, "nothing seen": charts.GOOD}
    return charts.stacked(title, pd.crosstab(kinds(found), words), colours, "places")
