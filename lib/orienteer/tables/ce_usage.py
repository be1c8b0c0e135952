"""Cost Explorer: what was paid for in the last 90 days, by service and by region.  Each page costs the client 0.01 USD.

https://docs.aws.amazon.com/cost-management/latest/userguide/ce-what-is.html
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from orienteer.model import Answer, Ask, Call, Column, Place, Scope, Table

DAYS = 90
NO_USE = ("Tax", "Credit", "Refund")
WATCHING = (
    "Amazon Detective",
    "Amazon GuardDuty",
    "Amazon Inspector",
    "Amazon Macie",
    "AWS CloudTrail",
    "AWS Config",
    "AWS Key Management Service",
    "AWS Security Hub",
    "AmazonCloudWatch",
    "CloudWatch Events",
)
"""Services that cost something in regions where nobody works, because they watch there."""
USAGE = {"Not": {"Dimensions": {"Key": "RECORD_TYPE", "Values": list(NO_USE)}}}
WORK = {"And": [USAGE, {"Not": {"Dimensions": {"Key": "SERVICE", "Values": list(WATCHING)}}}]}


def _question(dimension: str, counted: Mapping[str, Any]) -> Call:
    keys = [{"Type": "DIMENSION", "Key": key} for key in (dimension, "LINKED_ACCOUNT")]
    fixed = {"Granularity": "MONTHLY", "Metrics": ["UnblendedCost"], "GroupBy": keys, "Filter": counted}
    return Call("ce", "get_cost_and_usage", fixed=fixed)


def _costs(call: Call, ask: Ask, place: Place) -> Iterable[Mapping[str, Any] | Answer]:
    """A row per value of the dimension and account: the months of the window taken together."""
    today = datetime.now(UTC).date()
    window = {"Start": (today - timedelta(days=DAYS)).isoformat(), "End": today.isoformat()}
    answer = ask(call, TimePeriod=window)
    costs: dict[tuple[str, str], dict[str, float]] = defaultdict(dict)
    for month in (m for page in answer.pages for m in page.get("ResultsByTime") or ()):
        for group in month.get("Groups") or ():
            value, account = group["Keys"]
            amount = float(group["Metrics"]["UnblendedCost"]["Amount"])
            start = str(month["TimePeriod"]["Start"])
            costs[value, account][start] = costs[value, account].get(start, 0.0) + amount
    for (value, account), months in sorted(costs.items()):
        seen = sorted(month for month, amount in months.items() if amount > 0)
        yield {
            "resource_id": value,
            "name": value,
            "member": account,
            "cost_usd": round(sum(months.values()), 2),
            "first_seen": seen[0] if seen else None,
        }
    yield answer


def _table(name: str, doc: str, dimension: str, counted: Mapping[str, Any]) -> Table:
    call = _question(dimension, counted)
    return Table(
        name=name,
        doc=doc,
        scope=Scope.ORG,
        call=call,
        read=partial(_costs, call),
        resource="name",
        account="member",
        columns=(
            Column("name", "", "string", "the service, or the region; global and NoRegion for what has none"),
            Column("member", "", "string", "account that the cost is of"),
            Column("cost_usd", "", "float", "unblended cost of the last 90 days, US dollars"),
            Column("first_seen", "", "string", "first day of the first month of these with a cost"),
        ),
    )


BY_SERVICE = _table(
    "cost_by_service",
    "One row per service and account with what it cost in the last 90 days; taxes, credits and refunds left out.",
    "SERVICE",
    USAGE,
)
BY_REGION = _table(
    "cost_by_region",
    "One row per region and account with what it cost in the last 90 days; services that only watch left out.",
    "REGION",
    WORK,
)
