"""Cost Explorer: what each account cost last month.  AWS charges one cent for a request, so it is asked once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from orienteer.model import Answer, Ask, Call, Column, Place, Scope, Table

COST_AND_USAGE = Call(
    "ce",
    "get_cost_and_usage",
    fixed={
        "Granularity": "MONTHLY",
        "Metrics": ["UnblendedCost"],
        "GroupBy": [{"Type": "DIMENSION", "Key": "LINKED_ACCOUNT"}],
    },
    shared=True,
)


def _last_month(ask: Ask, place: Place) -> Iterator[Mapping[str, Any] | Answer]:
    """One row per account that cost something in the last whole month."""
    end = datetime.now(UTC).date().replace(day=1)
    start = (end - timedelta(days=1)).replace(day=1)
    answer = ask(COST_AND_USAGE, TimePeriod={"Start": start.isoformat(), "End": end.isoformat()})
    for month in (month for page in answer.pages for month in page.get("ResultsByTime") or ()):
        for group in month.get("Groups") or ():
            cost = (group.get("Metrics") or {}).get("UnblendedCost") or {}
            yield {"id": group["Keys"][0], "amount": float(cost["Amount"]), "unit": cost.get("Unit")}
    yield answer


MONTHLY_COSTS = Table(
    name="ce_monthly_costs",
    doc="One row per account of the organization: its cost in the last whole month; without a row it cost nothing.",
    scope=Scope.ORG,
    call=COST_AND_USAGE,
    columns=(
        Column("id", "", "string", "account id"),
        Column("amount", "", "float", "unblended cost"),
        Column("unit", "", "string", "USD, ..."),
    ),
    resource="id",
    account="id",
    read=_last_month,
)

ANOMALY_MONITORS = Table(
    name="ce_anomaly_monitors",
    doc="One row per cost anomaly monitor of the account that was asked about the organization.",
    scope=Scope.ORG,
    call=Call("ce", "get_anomaly_monitors"),
    items="AnomalyMonitors[]",
    columns=(
        Column("monitor_arn", "MonitorArn", "string", "ARN of the monitor"),
        Column("monitor_name", "MonitorName", "string", "its name"),
        Column("monitor_type", "MonitorType", "string", "DIMENSIONAL or CUSTOM"),
        Column("dimension", "MonitorDimension", "string", "SERVICE, LINKED_ACCOUNT, ..., of a DIMENSIONAL one"),
        Column(
            "linked_accounts",
            "MonitorSpecification.[Dimensions][?Key == 'LINKED_ACCOUNT'].Values[]",
            "json",
            "accounts that a CUSTOM one watches",
        ),
    ),
    resource="monitor_arn",
    arn="monitor_arn",
)

ANOMALY_SUBSCRIPTIONS = Table(
    name="ce_anomaly_subscriptions",
    doc="One row per subscription to cost anomalies of the account that was asked about the organization.",
    scope=Scope.ORG,
    call=Call("ce", "get_anomaly_subscriptions"),
    items="AnomalySubscriptions[]",
    columns=(
        Column("subscription_arn", "SubscriptionArn", "string", "ARN of the subscription"),
        Column("subscription_name", "SubscriptionName", "string", "its name"),
        Column("monitor_arns", "MonitorArnList", "json", "monitors it is told by"),
        Column("confirmed", "length(Subscribers[?Status == 'CONFIRMED'] || `[]`)", "int", "subscribers that confirmed"),
    ),
    resource="subscription_arn",
    arn="subscription_arn",
)
