"""The organization's accounts beside the client's own list of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from orienteer.facts.fact import Fact
from orienteer.facts.foundation import NONE_NAMED
from orienteer.facts.guarded import ACCOUNT_TYPE, ORGANIZATION_TYPE
from orienteer.facts.organization import told_by
from orienteer.facts.parking import CLOSED
from orienteer.facts.seen import Cells, Unseen
from orienteer.facts.source import Gap, Source
from orienteer.facts.values import days, holds, keys_at
from orienteer.model import KEYS
from orienteer.parameters import AccountId, Client

Kind = Literal["list", "account", "payer", "trusted", "invitation"]
OF_ACCOUNT = ("name", "joined_method", "joined_at", "state")
TOLD = ("in_organization", "in_inventory", "is_closed", "age_days", "accounts", "trusted_by", *OF_ACCOUNT)
TRUSTED, BILLED, INVITED = "accounts that roles trust", "accounts that the bill names", "invitations"
OLD_DAYS = 15
"""After so many days an invitation should have been answered."""


def _inventory(
    organization: Source,
    organization_account_list: Source,
    organization_invitations: Source,
    ce_monthly_costs: Source,
    trust_edges: Source,
    *,
    client: Client,
    as_of: pd.Timestamp,
    known_third_parties: Mapping[AccountId, str] = NONE_NAMED,
) -> Iterator[Cells | Gap]:
    """Accounts of either list, those that only the bill or a role's trust knows, old invitations; or all accounts, to
    be confirmed."""
    home, named = organization.first("management_account_id"), organization.first("organization_id")
    if named is None:
        return
    ours = {row["id"]: row for row in organization_account_list.rows if row["id"]}
    lists = _Lists(told_by(home, organization), ours, client.inventory, organization_account_list.hidden())
    if client.inventory:
        yield from (lists.account(account) for account in sorted({*ours, *client.inventory}))
    else:
        yield lists.to_confirm()
    known = {*ours, *client.inventory, *client.trusted_accounts, *known_third_parties}
    yield from lists.unlisted(known, ce_monthly_costs, trust_edges)
    for name, source in ((TRUSTED, trust_edges), (BILLED, ce_monthly_costs), (INVITED, organization_invitations)):
        yield from (Gap(gap.account_id, gap.region, name, gap.text) for gap in source.gaps)
    yield from _old_invitations(lists.at, organization_invitations, as_of)
    yield from organization_account_list.gaps if client.inventory else ()


@dataclass(frozen=True)
class _Lists:
    """The organization's accounts and the client's inventory; `at` is the account that told of the former.

    `lost` may hide accounts of the organization.
    """

    at: str
    ours: Mapping[str, Cells]
    inventory: Mapping[str, str]
    lost: frozenset[str]

    def to_confirm(self) -> Cells:
        """The row of all accounts of the organization, for a client without inventory."""
        listed = sorted(self.ours.values(), key=lambda row: (row["joined_method"] != "INVITED", row["id"]))
        words = tuple(f"{row['id']} {row['name']} ({row['joined_method']})" for row in listed)
        accounts = Unseen(self.lost) if self.lost else words
        return _row(self.at, "account list", "list", ORGANIZATION_TYPE, accounts=accounts)

    def account(self, account: str) -> Cells:
        """The row of an account of either list."""
        row: Mapping[str, Any] = self.ours.get(account) or {}
        told = {name: row.get(name) for name in OF_ACCOUNT}
        told |= {} if row else {"name": self.inventory.get(account) or None}
        return _row(
            account if row else self.at,
            account,
            "account",
            ACCOUNT_TYPE,
            **told,
            in_organization=holds(account in self.ours, self.lost),
            in_inventory=account in self.inventory,
            is_closed=row.get("state") in CLOSED,
        )

    def unlisted(self, known: Collection[str], costs: Source, trust_edges: Source) -> Iterator[Cells]:
        """Accounts that only the bill or a role's trust knows; none where the organization's may not all be known."""
        if self.lost:
            return
        paying = {row["id"] for row in costs.rows if row["id"]}.difference(known)
        yield from (_row(self.at, account, "payer", ACCOUNT_TYPE) for account in sorted(paying))
        for who, roles in sorted(_trusting(trust_edges, paying.union(known)).items()):
            yield _row(self.at, who, "trusted", ACCOUNT_TYPE, trusted_by=roles)


def _old_invitations(at: str, invitations: Source, as_of: pd.Timestamp) -> Iterator[Cells]:
    for one in invitations.rows:
        age = days(as_of, one["requested_at"])
        if one["state"] == "OPEN" and age is not None and age > OLD_DAYS:
            yield _row(at, str(one["id"]), "invitation", ORGANIZATION_TYPE, name=one["invited"], age_days=age)


def _trusting(trust_edges: Source, known: Collection[str]) -> Mapping[str, tuple[str, ...]]:
    """The roles that trust an account which nobody knows, by that account."""
    found: dict[str, set[str]] = defaultdict(set)
    for edge in trust_edges.rows:
        if edge["is_organization"] is False and edge["who"] not in known:
            found[edge["who"]].add(f"{edge['role_name']} in {edge['account_id']}")
    return {who: tuple(sorted(roles)) for who, roles in found.items()}


def _row(account: str, resource: str, kind: Kind, resource_type: str, **more: Any) -> Cells:
    return Cells(keys_at(account, resource), resource_type=resource_type, kind=kind, **dict.fromkeys(TOLD) | more)


INVENTORY = Fact(
    "inventory",
    "One row per account that the organization or the client's inventory lists, and what else points to accounts.",
    rows=_inventory,
    made=(*KEYS, "resource_type", "kind", *TOLD),
    resource_type=ACCOUNT_TYPE,
)
