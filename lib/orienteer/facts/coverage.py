"""What was asked of each account and region, and how much of it was answered."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from orienteer import tables
from orienteer.facts.fact import Fact
from orienteer.facts.seen import Cells
from orienteer.facts.source import Source
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


@cache
def _regional() -> frozenset[str]:
    """The tables that are read in each region."""
    return frozenset(name for name, table in tables.registry().items() if table.scope is Scope.REGION)


def _assessed(coverage: Source, organization_accounts: Source, *, client: Client) -> Iterator[Cells]:
    """Each account that was called or is named by the client, then its regions in which nothing was answered."""
    names = {row["id"]: row["name"] for row in organization_accounts.rows if row["id"]}
    accounts: dict[str, list[Cells]] = {account: [] for account in client.accounts}
    for call in coverage.rows:
        if call["account_id"] and call["error_code"] != NOT_OFFERED:
            accounts.setdefault(call["account_id"], []).append(call)
    for account, calls in sorted(accounts.items()):
        asked = [c for c in calls if c["table"] or c["service"] != "sts"]
        counted = _in_use([c for c in asked if not _for_all(c)]) or asked
        made = list({tuple(c[k] for k in QUESTION): c for c in counted}.values())
        yield _row(account, GLOBAL, account, made, any(c["outcome"] in KNOWN for c in asked), calls, names.get(account))
        if any(c["outcome"] in KNOWN for c in calls if c["table"] in _regional()):
            yield from _dark(account, calls, names.get(account))


def _in_use(calls: list[Cells]) -> list[Cells]:
    """The calls without those to services that answered and hold nothing in a region: a hundred services that nobody
    uses would make any gap look small."""
    used = {(c["region"], c["service"]) for c in calls if c["outcome"] not in KNOWN or c.get("rows") != 0}
    return [c for c in calls if (c["region"], c["service"]) in used]


def _dark(account: str, calls: Iterable[Cells], name: Any) -> Iterator[Cells]:
    """Each region of an account in which tables of regions were asked for and nothing was answered."""
    regions: dict[str, list[Cells]] = {}
    for call in calls:
        if call["table"] in _regional() and call["region"]:
            regions.setdefault(call["region"], []).append(call)
    for region, here in sorted(regions.items()):
        if not any(call["outcome"] in KNOWN for call in here):
            yield _row(account, region, region, here, False, here, name)


def _row(
    account: str, region: str, resource: str, made: list[Cells], answered: bool, calls: Iterable[Cells], name: Any
) -> Cells:
    refused = [call for call in made if call["outcome"] not in KNOWN]
    barred = next((call for call in calls if call["outcome"] not in KNOWN), None)
    share = 100 * (len(made) - len(refused)) / len(made) if made else 0.0
    return Cells(
        keys_at(account, resource, region=region),
        name=name,
        is_account=region == GLOBAL,
        calls=len(made),
        answered=len(made) - len(refused),
        percent=round(share, 1),
        was_answered=answered,
        refused=_refusals(refused),
        barred_by=f"{barred['service']}:{barred['operation']} {barred['error_code']}" if barred else None,
    )


def _for_all(call: Mapping[str, Any]) -> bool:
    """True if the answer served every account: which of them asked is chance, so it counts for none."""
    return bool(call.get("shared")) and call["outcome"] in KNOWN


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
