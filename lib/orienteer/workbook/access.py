"""Access as people have it: how the security team gets into each account, and who gets onto servers."""

from __future__ import annotations

import pandas as pd

from orienteer.snapshot import Run
from orienteer.workbook.book import fact, items, joined, tidy
from orienteer.workbook.judged import evidence

PLACE = ["account", "region", "resource_id"]


QUESTIONS = {"IDC-04": "can the security team read it?", "IDC-05": "who administers it in an emergency?"}


def security_team(book: Run) -> pd.DataFrame:
    """Two rows per account: whether the security team can read it, and who administers it in an emergency."""
    found = evidence(book, *QUESTIONS)
    shown = found.assign(question=found["control_id"].map(QUESTIONS))
    return tidy(shown, ["account", "question", "status", "reason"], ["question", "status", "account"])


def servers(book: Run) -> pd.DataFrame:
    """One row per running instance: what Systems Manager says, its key pair, who may SSH in, and what SRV-03 says."""
    found = fact(book, "servers")
    found = found[found["state"] == "running"]
    told = evidence(book, "SRV-03").set_index(PLACE)[["status", "reason"]]
    told = told[~told.index.duplicated()].reindex(pd.MultiIndex.from_frame(found[PLACE]))
    shown = found.assign(
        server=found["server_name"].fillna(found["resource_id"]),
        systems_manager=found["ping_status"],
        key_pair=found["key_name"],
        connect_endpoint=found["connect_endpoints"].map(lambda text: joined(items(text)) or None),
        ssh_open_to=found["ssh_sources"].map(lambda text: joined(items(text)) or None),
        status=told["status"].array,
        reason=told["reason"].array,
    )
    columns = [
        "account",
        "region",
        "server",
        "systems_manager",
        "connect_endpoint",
        "key_pair",
        "ssh_open_to",
        "status",
        "reason",
    ]
    return tidy(shown, columns, ["account", "region", "server"])
