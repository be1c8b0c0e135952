"""What strangers meet first: secrets that are stored, APIs that ask callers, and the doors in front of applications."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from orienteer.report import charts
from orienteer.snapshot import Run
from orienteer.workbook.book import fact, hidden, tidy
from orienteer.workbook.workload import kinds, listed

PLACE = ["account", "region", "resource_id"]
ACL = {"stops requests": charts.GOOD, "only counts": charts.PART, "none": charts.BAD, "not known": charts.UNSEEN}


def stored_secrets(book: Run) -> pd.DataFrame:
    """One row per secret: its age, whether it rotates, when it was last read, and who outside may read it."""
    found = fact(book, "stored_secrets")
    found = found[~found["is_copy"].fillna(False).astype(bool)]
    shown = found.assign(
        secret=found["secret_name"].fillna(found["resource_id"]), readers_outside=listed(found["readers_outside"])
    )
    columns = ["account", "region", "secret", "age_days", "rotation_enabled", "unused_days", "readers_outside"]
    return tidy(shown, columns, ["account", "region", "secret"])


def callers(book: Run) -> pd.DataFrame:
    """One row per API, function URL and pool of users: who gets in at most, and what asks callers who they are."""
    found = fact(book, "callers")
    words = found["guardrail"].replace("", None)
    shown = found.assign(
        kind=kinds(found), asks=words, open_to=found["level"].mask(hidden(found, "level"), "not known")
    )
    return tidy(shown, [*PLACE[:2], "kind", "resource_id", "open_to", "asks", "mfa"], [*PLACE[:2], "kind", *PLACE[2:]])


def web_doors(book: Run) -> pd.DataFrame:
    """One row per public load balancer, distribution and API stage: what its web firewall does, if it has one."""
    found = fact(book, "web_doors")
    shown = found.assign(kind=kinds(found), firewall=_firewall(found))
    columns = [*PLACE[:2], "kind", "resource_id", "firewall", "blocking_rules"]
    return tidy(shown, columns, [*PLACE[:2], "kind", "resource_id"])


def _firewall(found: pd.DataFrame) -> pd.Series[str]:
    stops = found["blocks_by_default"].fillna(False).astype(bool) | (found["blocking_rules"].fillna(0) > 0)
    words = stops.map({True: "stops requests", False: "only counts"}).mask(found["web_acl"].isna(), "none")
    return words.mask(hidden(found, "web_acl") | hidden(found, "blocking_rules"), "not known")


def web_door_chart(book: Run) -> go.Figure:
    """Doors by kind and by what their web firewall does."""
    found, title = web_doors(book), "What stands in front of applications on the internet?"
    if found.empty:
        return charts.nothing(title, "No public load balancer, distribution or API stage was seen.")
    return charts.stacked(title, pd.crosstab(found["kind"], found["firewall"]), ACL, "doors")


def encrypted_doors(book: Run) -> pd.DataFrame:
    """One row per listener, distribution and certificate: what is spoken, by which policy, and until when."""
    found = fact(book, "encrypted_doors")
    policy = found["tls_policy"].astype("string").fillna(found["minimum_tls"].astype("string"))
    shown = found.assign(kind=kinds(found), tls=policy, plain=listed(found["plain"]))
    columns = [*PLACE[:2], "kind", "resource_id", "protocol", "tls", "plain", "days_left"]
    return tidy(shown, columns, [*PLACE[:2], "kind", "resource_id"])
