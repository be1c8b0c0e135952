"""The control about accounts that guardrails leave out, and whether each is meant to be left out."""

from __future__ import annotations

from typing import Annotated

import pandas as pd

from orienteer.controls.control import control
from orienteer.controls.verdict import Verdict, asked, failed, passed
from orienteer.facts.exceptions import EXCEPTIONS
from orienteer.facts.seen import Row
from orienteer.model import Category, Severity
from orienteer.parameters import Range


@control(
    "SCP-07",
    title="The exception OU holds few accounts, each with a reason and an end date",
    category=Category.ORGANIZATION,
    severity=Severity.MEDIUM,
    maturity=4,
    source="https://docs.aws.amazon.com/whitepapers/latest/organizing-your-aws-environment/exceptions-ou.html",
    fact=EXCEPTIONS,
    evidence=("node_name", "exception_reason", "guardrails_missing_here"),
)
def exceptions_managed(one: Row, *, as_of: pd.Timestamp, max_exceptions: Annotated[int, Range(0, 1000)] = 3) -> Verdict:
    """An exception without a reason and an end date becomes permanent, and the guardrail worthless.

    Fix: record reason and end date as tags on each account, and move it back when the date has passed.
    """
    if one.kind == "Organization":
        listed = f" Principals or accounts that policies exempt by condition: {len(one.exempt_in_policies)}."
        question = "There is no OU for exceptions: how are exceptions from guardrails granted, and who ends them?"
        return asked(f"{question}{listed if one.exempt_in_policies else ''}")
    if one.kind == "OrganizationalUnit":
        held = f"Accounts in {one.node_name}: {one.accounts}; at most {max_exceptions} should be."
        return passed(held) if one.accounts <= max_exceptions else failed(held)
    by, missing = one.left_out_by, [name for name, value in one.tags.items() if not value]
    where = f"{one.node_name} is exempt in policy {by}" if by else f"{one.node_name} is an exception"
    if missing:
        return failed(f"{where}, and has no tag {' and no tag '.join(missing)}.")
    if one.exception_until is None:
        return asked(f"{where}, and none of its tags is a date: until when is it to last?")
    if one.ends_at is None:
        return failed(f"{where} until {one.exception_until}, which is not a date.")
    if one.ends_at < as_of:
        return failed(f"{where}, and its end date, {one.exception_until}, has passed.")
    return passed(f"{where}, with a reason and an end date.")
