"""What was asked of each account and region, and how much of it was answered."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

import pandas as pd

from orienteer import tables
from orienteer.facts.fact import Fact
from orienteer.facts.seen import Cells
from orienteer.facts.source import Rows, Source
from orienteer.facts.values import keys_at
from orienteer.model import GLOBAL, KEYS, KNOWN, NOT_OFFERED, Scope
from orienteer.parameters import Client

CAUSES = (
    (r"explicit deny in a service control policy|service control policy", "a service control policy denies it"),
    (r"resource control policy", "a resource control policy denies it"),
    (r"permissions boundary", "the permissions boundary of the role does not allow it"),
    (r"session policy", "the session policy does not allow it"),
    (r"explicit deny in an identity-based policy", "a policy of the role denies it"),
    (r"no identity-based policy allows", "no policy of the role allows it"),
)
"""How AWS words the cause of a refusal.
https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html"""
NAMED = 50
"""How many operations that were refused one row names."""
QUESTION = ("region", "service", "operation", "resource", "outcome")
"""What makes two calls the same question: asking again until it is done is one."""
OF_CALL = ("account_id", *QUESTION, "error_code", "message", "rows", "table", "shared")
"""What counts of a call."""
REPEATED = ("account_id", *QUESTION, "table")
"""Its texts that many calls have."""
OF_CALLER = "sts"
"""What is asked of this service beside the tables is about the assessor's own session."""


@cache
def _regional() -> frozenset[str]:
    """The tables that are read in each region."""
    return frozenset(name for name, table in tables.registry().items() if table.scope is Scope.REGION)


def _assessed(coverage: Source, organization_accounts: Source, *, client: Client) -> Iterator[Cells]:
    """Each account that was called or is named by the client, then its regions in which nothing was answered.

    There may be millions of calls: they stay a frame, and only those without an answer become rows.
    """
    names = {row["id"]: row["name"] for row in organization_accounts.rows if row["id"]}
    calls = _planned(coverage.frame())
    unanswered = calls[~calls["known"]]
    barred = {call["account_id"]: call for call in _rows(unanswered.drop_duplicates("account_id"))}
    answered = set(calls.loc[calls["known"] & calls["asked"], "account_id"].unique())
    made = _counted(calls).drop_duplicates(["account_id", *QUESTION], keep="last")
    counts = _counts(made)
    refused = _by(_rows(made[~made["known"]]), "account_id")
    dark = _dark(calls)
    for account in sorted({*client.accounts, *calls["account_id"].unique()}):
        yield _row(
            (account, GLOBAL, account),
            names.get(account),
            counts.get(account, (0, 0)),
            account in answered,
            refused[account],
            barred.get(account),
        )
        for region, here in _by(dark[account], "region").items():
            yield _row((account, region, region), names.get(account), (len(here), 0), False, here, here[0])


def _planned(calls: pd.DataFrame) -> pd.DataFrame:
    """The calls that had an endpoint to go to.  `known`: AWS answered; `asked`: the question was not about the
    assessor's own session."""
    found = calls.reindex(columns=[*OF_CALL]).astype(dict.fromkeys(REPEATED, "category"))
    found = found[~_none(found["account_id"]) & ~_is(found["error_code"], NOT_OFFERED)]
    asked = ~_none(found["table"]) | ~_is(found["service"], OF_CALLER)
    return found.assign(known=found["outcome"].isin(KNOWN), asked=asked)


def _counted(calls: pd.DataFrame) -> pd.DataFrame:
    """The calls that an account's share is counted from.

    Not those whose answer served every account: which of them asked is chance.  Nor those to services that answered and
    hold nothing in a region: a hundred services that nobody uses would make any gap look small.
    """
    own = calls[calls["asked"] & ~(_is(calls["shared"], True) & calls["known"])]
    says = ~own["known"] | ~_is(own["rows"], 0)
    place = [own[name] for name in ("account_id", "region", "service")]
    own = own[says.groupby(place, dropna=False, observed=True).transform("any")]
    others = calls["asked"] & ~calls["account_id"].isin(set(own["account_id"]))
    return pd.concat([own, calls[others]])


def _counts(made: pd.DataFrame) -> dict[str, tuple[int, int]]:
    """By account: how many calls were made, and how many of them were answered."""
    counted = made.groupby("account_id", observed=True)["known"].agg(["size", "sum"])
    return {key: (int(size), int(known)) for key, size, known in counted.itertuples()}


def _dark(calls: pd.DataFrame) -> Mapping[str, list[Cells]]:
    """By account in which some tables of regions were answered: the calls for such tables to regions where none was."""
    regional = calls[calls["table"].isin(_regional())]
    regional = regional[regional.groupby("account_id", observed=True)["known"].transform("any")]
    regional = regional[~_none(regional["region"])].sort_values("region", kind="stable")
    lit = regional.groupby(["account_id", "region"], observed=True)["known"].transform("any")
    return _by(_rows(regional[~lit]), "account_id")


def _rows(calls: pd.DataFrame) -> list[Cells]:
    return list(Rows(calls))


def _by(rows: Iterable[Cells], column: str) -> Mapping[str, list[Cells]]:
    """The rows by a column of theirs; an empty list for a value that none has."""
    found: dict[str, list[Cells]] = defaultdict(list)
    for row in rows:
        found[row[column]].append(row)
    return found


def _none(column: pd.Series[Any]) -> pd.Series[bool]:
    return column.isna() | column.eq("")


def _is(column: pd.Series[Any], value: Any) -> pd.Series[bool]:
    """Where a column that may have nulls has the value."""
    return column.eq(value).fillna(False).astype(bool)


def _row(
    place: tuple[str, str, str],
    name: Any,
    counts: tuple[int, int],
    was_answered: bool,
    refused: Iterable[Cells],
    barred: Cells | None,
) -> Cells:
    account, region, resource = place
    calls, answered = counts
    return Cells(
        keys_at(account, resource, region=region),
        name=name,
        is_account=region == GLOBAL,
        calls=calls,
        answered=answered,
        percent=round(100 * answered / calls, 1) if calls else 0.0,
        was_answered=was_answered,
        refused=_refusals(refused),
        barred_by=f"{barred['service']}:{barred['operation']} {barred['error_code']}" if barred else None,
    )


def _refusals(calls: Iterable[Mapping[str, Any]]) -> Mapping[str, str]:
    """Operation to cause, of the calls that were not answered; at most NAMED of them."""
    found: dict[str, str] = {}
    for call in sorted(calls, key=lambda c: (c["service"] or "", c["operation"] or "")):
        found.setdefault(f"{call['service']}:{call['operation']}", _cause(call))
    return dict(list(found.items())[:NAMED])


def _cause(call: Mapping[str, Any]) -> str:
    text = str(call["message"] or "")
    told_by = next((words for pattern, words in CAUSES if re.search(pattern, text, re.IGNORECASE)), "")
    code = str(call["error_code"] or call["outcome"])
    return f"{code}: {told_by}" if told_by else code


OF_CALLS = ("name", "is_account", "calls", "answered", "percent", "was_answered", "refused", "barred_by")
ASSESSED = Fact(
    "assessed",
    "One row per account with how much of what was asked was answered; one per region in which nothing was.",
    rows=_assessed,
    made={
        **dict.fromkeys(("", *KEYS, *OF_CALLS), ("coverage",)),
        "name": ("organization_accounts",),
    },
)
