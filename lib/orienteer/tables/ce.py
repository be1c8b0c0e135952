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
