"""What several controls ask about the organization: who manages it, its accounts, rows for verdicts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from orienteer.controls.control import nothing, verdicts
from orienteer.model import GLOBAL


def organized(organization: pd.DataFrame) -> bool:
    """Whether there is an organization at all."""
    return bool(organization["organization_id"].notna().any())


def active(accounts: pd.DataFrame) -> pd.DataFrame:
    """Accounts that are neither suspended nor being closed; a state that AWS does not give counts as active."""
    return accounts[accounts["id"].notna() & (accounts["state"].fillna("ACTIVE") == "ACTIVE")]


def judged(rows: Iterable[Mapping[str, Any]], evidence: Iterable[str]) -> pd.DataFrame:
    """Verdicts of rows that hold their own account_id, resource_id, passed, reason and, where wanted, manual, severity,
    resource_type, the tables `without` which they stand, `stands` and `unread` (as in `rows.verdict`).

    Region is global unless a row says otherwise; a row without a member of the evidence shows it as null.
    """
    listed = list(rows)
    if not listed:
        return nothing()
    names = list(evidence)
    empty = dict.fromkeys([*names, "resource_arn", "resource_type"]) | {
        "manual": False,
        "severity": "",
        "without": (),
        "stands": True,
        "unread": None,
    }
    table = pd.DataFrame([{**empty, "region": GLOBAL, **row} for row in listed], dtype=object)
    found = verdicts(
        table,
        passed=table["passed"].astype(bool),
        manual=table["manual"].astype(bool),
        severity=table["severity"],
        reason=table["reason"],
        evidence=names,
    )
    return found.assign(
        resource_type=table["resource_type"].astype("string"),
        without=table["without"].map(" ".join).astype("string"),
        stands=table["stands"].astype("string"),
        unread=table["unread"].astype("string"),
    )
