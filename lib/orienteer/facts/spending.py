"""Who watches what accounts spend: cost anomaly monitors that tell somebody, and budgets with notifications."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from orienteer.facts.fact import Fact
from orienteer.facts.guarded import ACCOUNT_TYPE
from orienteer.facts.seen import Cells, Row, either, gaps_of
from orienteer.facts.source import Gap, Source
from orienteer.facts.values import active, holds, keys_at, names_in, not_asked
from orienteer.model import GLOBAL, KEYS

EVERYTHING = ("SERVICE", "LINKED_ACCOUNT")
"""Dimensions by which a monitor of the management account watches all accounts."""


def _spending(
    organization: Source,
    organization_accounts: Source,
    account_organization: Source,
    ce_anomaly_monitors: Source,
    ce_anomaly_subscriptions: Source,
    budgets: Source,
    budget_notifications: Source,
) -> Iterator[Cells | Gap]:
    """One row per active account of the organization; what the management account does for it may be unseen with it."""
    home = organization.first("management_account_id")
    unnamed = gaps_of(home)
    told = [arn for row in ce_anomaly_subscriptions.rows if row["confirmed"] for arn in names_in(row["monitor_arns"])]
    monitors = [row for row in ce_anomaly_monitors.rows if row["monitor_arn"] in told]
    unheard = ce_anomaly_monitors.hidden() | ce_anomaly_subscriptions.hidden() | unnamed
    asked = {row["account_id"] for row in account_organization.rows}
    for account in active(organization_accounts.rows):
        which = account["id"]
        watching = tuple(str(m["monitor_name"] or m["monitor_arn"]) for m in monitors if _watches(m, which, home))
        named = _budgets(which, home, budgets, budget_notifications)
        gaps = budgets.hidden(which) | budget_notifications.hidden(which)
        if which not in asked and not gaps:
            gaps = frozenset({not_asked("budgets:DescribeBudgets", which, GLOBAL)})
        yield Cells(
            keys_at(which, which, account["arn"]),
            monitors=watching,
            budgets=named,
            is_monitored=holds(bool(watching), unheard),
            has_budget=holds(bool(named), gaps | unnamed),
        )
    yield from organization_accounts.gaps


def _watches(monitor: Cells, account: str, home: Any) -> bool:
    """True if the monitor is about the account: a member's own monitor is about itself alone."""
    if monitor["monitor_type"] == "DIMENSIONAL":
        return monitor["dimension"] in EVERYTHING and monitor["account_id"] in (home, account)
    return account in names_in(monitor["linked_accounts"])


def _budgets(account: str, home: Any, budgets: Source, notifications: Source) -> tuple[str, ...]:
    """The budgets about the account that tell somebody: its own, and those of the management account that name it."""
    telling = {(row["account_id"], row["budget_name"]) for row in notifications.rows if row["notifications"]}
    own = budgets.find({"account_id": account})
    central = [row for row in budgets.find({"account_id": home}) if account in names_in(row["linked_accounts"])]
    found = {str(b["budget_name"]) for b in [*own, *central] if (b["account_id"], b["budget_name"]) in telling}
    return tuple(sorted(found))


def is_watched(account: Row) -> bool:
    """Somebody is told when the account spends more than usual or than planned."""
    return either(lambda: account.is_monitored, lambda: account.has_budget)


SPENDING = Fact(
    "spending",
    "One row per active account of the organization: who is told when it spends too much.",
    rows=_spending,
    made=(*KEYS, "monitors", "budgets", "is_monitored", "has_budget"),
    columns=(is_watched,),
    resource_type=ACCOUNT_TYPE,
)
