"""What a run looked at: a finding of another run that it does not have is gone only where it looked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import pandas as pd

from orienteer import tables
from orienteer.model import GLOBAL, KNOWN, NO_QUESTION, Scope, Status

WIDE = {"", "all", GLOBAL}
"""What stands as the region of a finding that is about an account or the organization as a whole."""
OF_QUESTION = ("account_id", "region", "service", "outcome", "table", "rows")
"""Columns of the coverage that tell how much was answered; there may be millions of calls, so no more are copied."""


@dataclass(frozen=True)
class Sight:
    """The controls that were judged (none: all), the accounts and regions in which anything was answered (None: not
    known), and the account, region and resource of what each control could not assess."""

    controls: frozenset[str]
    places: frozenset[tuple[str, str]] | None
    gaps: Mapping[str, Sequence[tuple[str, str, str]]]

    def looked_at(self, finding: Mapping[Any, Any]) -> bool:
        """True if the control was judged where the finding is, with nothing about it left unread."""
        if self.controls and finding["control_id"] not in self.controls:
            return False
        account, region = finding["account_id"], finding["region"]
        place = (account, GLOBAL if region in WIDE else region)
        if account and self.places is not None and place not in self.places:
            return False
        wide = {"", account, "organization"}
        return not any(
            a in ("", account) and (r in WIDE or r == region) and (i in wide or i == finding["resource_id"])
            for a, r, i in self.gaps.get(finding["control_id"], ())
        )


def gaps_in(findings: pd.DataFrame) -> Mapping[str, list[tuple[str, str, str]]]:
    """Account, region and resource of what each control could not assess."""
    lost = findings[findings["status"] == Status.NOT_ASSESSED.value]
    found: dict[str, list[tuple[str, str, str]]] = {}
    columns = lost[["control_id", "account_id", "region", "resource_id"]].fillna("").astype(str)
    for control, account, region, resource in columns.itertuples(index=False, name=None):
        found.setdefault(control, []).append((account, region, resource))
    return found


def questions(calls: pd.DataFrame) -> pd.DataFrame:
    """The calls that asked something of AWS: where, for which table, and whether they were answered."""
    return calls.reindex(columns=[*OF_QUESTION])[~calls["error_code"].isin(NO_QUESTION)]


def answered_in(coverage: pd.DataFrame) -> frozenset[tuple[str, str]] | None:
    """Accounts and regions (GLOBAL for what is in none) in which a call was answered; None where no call is known."""
    if coverage.empty:
        return None
    calls = questions(coverage)
    calls = calls[calls["outcome"].isin(KNOWN)]
    return frozenset(zip(calls["account_id"].astype(str), regions_of(calls)[0].astype(str), strict=True))


def regions_of(calls: pd.DataFrame) -> tuple[pd.Series[Any], pd.Series[Any]]:
    """The region each call tells about, and whether it belongs to a table that is read in each region."""
    kinds = calls["table"].fillna("").map(_kind)
    return calls["region"].where(kinds != "global", GLOBAL), kinds == "regional"


@cache
def _kind(table: str) -> str:
    """regional: read in each region; placed: about a region that a row names (a bucket's); global: neither."""
    found = tables.registry().get(table)
    if found is None:
        return "global"  # entering an account
    if found.scope is Scope.REGION:
        return "regional"
    above = found.parent
    while above is not None and not above.region:
        above = above.parent
    return "global" if above is None else "placed"
