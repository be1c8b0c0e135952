"""What changed between two runs of one client, finding by finding."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from orienteer.errors import OrienteerError
from orienteer.snapshot import Run, open_run

NAMED = ("control_id", "title", "severity", "account_id", "region", "resource_id")


def changes(before: Path | str, after: Path | str) -> list[dict[str, Any]]:
    """One row per finding that is new, gone or of another status; `before` and `after` hold the statuses.

    Findings are matched by fingerprint.  Raises OrienteerError when the runs are of two clients.
    """
    old, new = open_run(before), open_run(after)
    if _slug(old) != _slug(new):
        raise OrienteerError(f"{before} is a run of {_slug(old)!r}, {after} of {_slug(new)!r}", 2)
    columns = ["fingerprint", "status", *NAMED]
    joined = pd.merge(
        old.findings[columns], new.findings[columns], on="fingerprint", how="outer", suffixes=("_before", "_after")
    )
    moved = joined[joined["status_before"].ne(joined["status_after"]).fillna(True)]
    rows = [_row(record) for record in moved.to_dict("records")]
    return sorted(rows, key=lambda row: (row["control_id"], row["account_id"], row["region"], row["resource_id"]))


def _slug(run: Run) -> str:
    return str(run.manifest["client"]["slug"])


def _row(record: dict[Any, Any]) -> dict[str, Any]:
    was, now = (None if pd.isna(record[f"status_{side}"]) else record[f"status_{side}"] for side in ("before", "after"))
    side = "before" if now is None else "after"
    named = {name: "" if pd.isna(record[f"{name}_{side}"]) else str(record[f"{name}_{side}"]) for name in NAMED}
    change = "gone" if now is None else "new" if was is None else "changed"
    return {"change": change, **named, "before": was or "", "after": now or "", "fingerprint": record["fingerprint"]}
