"""What Trusted Advisor says of the security of each account: by its API, or by the console's export."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from orienteer.facts.fact import Fact
from orienteer.facts.seen import Cells, Row
from orienteer.facts.source import Gap, Source
from orienteer.facts.users import since
from orienteer.facts.values import keys_at
from orienteer.model import KEYS
from orienteer.parameters import Client

NO_PLAN = "SubscriptionRequiredException"
"""What AWS Support answers an account whose plan has no API.

https://docs.aws.amazon.com/awssupport/latest/APIReference/API_DescribeTrustedAdvisorChecks.html
"""
OF_CHECK = ("check_name", "check_id", "status", "flagged", "suppressed", "checked_at")


def _security_checks(support_security_checks: Source, *, client: Client) -> Iterator[Cells | Gap]:
    """What the API answered; for accounts whose plan has none, what the client exported.

    Their gap stays, for an export never lists all checks: not those without resources, such as MFA on Root Account.
    """
    yield from (Cells(row, read_from="API") for row in support_security_checks.rows)
    yield from support_security_checks.gaps
    without = {gap.account_id for gap in support_security_checks.gaps if NO_PLAN in gap.text}
    for account in sorted(without):
        yield from (_exported(account, one) for one in client.advice.get(account, ()))


def _exported(account: str, one: Mapping[str, Any]) -> Cells:
    return Cells(
        keys_at(account, one["check"]),
        check_name=one["check"],
        check_id=one.get("check_id") or None,
        status=one["status"],
        flagged=one.get("flagged", 0),
        suppressed=one.get("suppressed", 0),
        checked_at=pd.Timestamp(one["on"], tz="UTC"),
        read_from="export",
    )


def age_days(row: Row, *, as_of: pd.Timestamp) -> int | None:
    """Days since the check was run, or since the day of the export."""
    return since(as_of, row.checked_at)


SECURITY_CHECKS = Fact(
    "security_checks",
    "One row per account and security check of Trusted Advisor, with its result, from the API or the console's export.",
    rows=_security_checks,
    made=(*KEYS, *OF_CHECK, "read_from"),
    columns=(age_days,),
    resource_type="AWS::::Account",
)
