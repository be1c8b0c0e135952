"""The control about accounts that guardrails leave out, and whether each is meant to be left out."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any

import pandas as pd

from orienteer.controls.control import control, nothing
from orienteer.controls.estate import judged, organized
from orienteer.facts.foundation import exceptions
from orienteer.facts.tree import SCP, Node, Tree, about, tree
from orienteer.facts.values import records
from orienteer.model import Category, Severity
from orienteer.parameters import Client, Range

EXCEPTION_TAGS = ("exception-reason", "exception-until")
_ACCOUNT_ID = re.compile(r"(?<!\d)\d{12}(?!\d)")
_OF_CALLER = ("aws:principalaccount", "aws:principalarn")
Row = dict[str, Any]


@control(
    "SCP-07",
    title="The exception OU holds few accounts, each with a reason and an end date",
    category=Category.ORGANIZATION,
    severity=Severity.MEDIUM,
    maturity=4,
    source="https://docs.aws.amazon.com/whitepapers/latest/organizing-your-aws-environment/exceptions-ou.html",
    scope="organization",
    resource_type="AWS::Organizations::Account",
)
def exceptions_managed(
    organization: pd.DataFrame,
    organization_roots: pd.DataFrame,
    organizational_units: pd.DataFrame,
    organization_accounts: pd.DataFrame,
    organization_policy_documents: pd.DataFrame,
    organization_policy_targets: pd.DataFrame,
    organization_account_tags: pd.DataFrame,
    *,
    client: Client,
    as_of: pd.Timestamp,
    exception_ous: tuple[str, ...] = (),
    exception_tags: tuple[str, ...] = EXCEPTION_TAGS,
    max_exceptions: Annotated[int, Range(0, 1000)] = 3,
) -> pd.DataFrame:
    """An exception without owner and end becomes the rule, and the guardrail a decoration.

    Fix: record reason and end date on each account and move it back when the date passes.
    """
    if not organized(organization):
        return nothing()
    found = tree(SCP, organization, organization_roots, organizational_units, organization_accounts,
                 organization_policy_documents, organization_policy_targets)  # fmt: skip
    ous = exceptions(organizational_units, client.exception_ou, exception_ous)
    tags: dict[str, dict[str, str]] = defaultdict(dict)
    for row in records(organization_account_tags):
        tags[row["account_id"]][(row["key"] or "").lower()] = row["value"] or ""
    spared = spared_accounts(found)
    held = [node for node in found.accounts if ous & set(node.above)]
    left_out = [*held, *(node for node in found.accounts if node.id in spared and node not in held)]
    rows = [_exception(found, node, tags[node.id], exception_tags, as_of, spared.get(node.id, "")) for node in left_out]
    rows += [_unit(found.home, row, held, max_exceptions) for row in records(organizational_units) if row["id"] in ous]
    if not ous:
        rows.append(_no_unit(found))
    return judged(rows, ["account_id", "account_name", "exception_reason", "until", "guardrails_missing_here",
                         "exempt_in_policies"])  # fmt: skip


def spared_accounts(found: Tree) -> Mapping[str, str]:
    """Accounts that a deny leaves out by condition, each with the name of the policy that does."""
    spared: dict[str, str] = {}
    for value, policy in exempted(found):
        spared |= {i: policy for i in _ACCOUNT_ID.findall(value) if i not in spared}
    return spared


def exempted(found: Tree) -> Iterator[tuple[str, str]]:
    """(principal or account as the policy writes it, policy name) of whatever a deny leaves out."""
    for node in found.nodes:
        for level, hung in zip(node.levels, node.hung, strict=False):
            for document, policy in zip(level, hung, strict=False):
                for statement in (s for s in document.statements if s.effect == "Deny"):
                    conditions = (c for c in statement.conditions if c.negated and c.key in _OF_CALLER)
                    values = [v for _, v in statement.not_principals or ()] + [v for c in conditions for v in c.values]
                    yield from ((value, policy.name) for value in values)


def _exception(
    found: Tree, node: Node, tags: Mapping[str, str], wanted: Iterable[str], as_of: pd.Timestamp, by: str
) -> Row:
    """The verdict about one account left out: every tag is there and the end date lies ahead."""
    held = {name: tags.get(name.lower(), "").strip() for name in wanted}
    until = next((name for name in held if "until" in name.lower()), None)
    until = until or next((name for name, value in held.items() if _day(value)), None)
    why = next((name for name in held if "reason" in name.lower()), None) or next((n for n in held if n != until), None)
    missing = [name for name, value in held.items() if not value]
    where = f"{node.name} is left out by policy {by}" if by else f"{node.name} is an exception"
    row = _row(found, node, why and held[why], until and held[until])
    if missing:
        return {**row, "reason": f"{where} without {' and '.join(missing)}."}
    if until is None:
        return {**row, "manual": True, "reason": f"{where}, and no tag of it is a date: until when is it meant to be?"}
    end = _day(held[until])
    if end is None:
        return {**row, "reason": f"{where} until {held[until]}, which is no date."}
    if end < as_of:
        return {**row, "reason": f"{where} whose time passed on {held[until]}."}
    return {**row, "passed": True, "reason": f"{where} with reason and end date."}


def _row(found: Tree, node: Node, why: str | None, until: str | None) -> Row:
    """The row about an account left out, not passed yet."""
    own = {policy.name for level in node.hung for policy in level}
    others = {policy.name for one in found.nodes for level in one.hung for policy in level if not policy.aws_managed}
    return {**about(found.home, node), "account_name": node.name, "exception_reason": why or None,
            "until": until or None, "guardrails_missing_here": sorted(others - own), "passed": False}  # fmt: skip


def _day(text: str) -> pd.Timestamp | None:
    """The end of the day that the text names, UTC; None when it names none."""
    match = re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})(T.*)?", text)
    if not match:
        return None
    day = pd.to_datetime("-".join(match.groups()[:3]), utc=True, errors="coerce")
    return None if pd.isna(day) else day + pd.Timedelta(days=1)


def _unit(home: str, unit: Row, held: Iterable[Node], most: int) -> Row:
    """The verdict about the exception OU: it holds few accounts."""
    count = sum(unit["id"] in node.above for node in held)
    told = f"{unit['ou_path']} holds {count} of at most {most} accounts."
    return {"account_id": home, "resource_id": unit["id"], "resource_arn": unit["arn"], "passed": count <= most,
            "resource_type": "AWS::Organizations::OrganizationalUnit", "without": ("organization_account_tags",),
            "reason": told}  # fmt: skip


def _no_unit(found: Tree) -> Row:
    """The question how exceptions are granted where no OU is meant for them, with those that policies grant."""
    question = "No OU is meant for exceptions: how are exceptions from guardrails granted, and who ends them?"
    listed = sorted({f"{policy}: {value}" for value, policy in exempted(found)})
    question += f" Policies leave out {len(listed)} principals or accounts by condition." if listed else ""
    return {"account_id": found.home, "resource_id": found.organization_id, "passed": False, "manual": True,
            "resource_type": "AWS::Organizations::Organization", "exempt_in_policies": listed,
            "without": ("organization_account_tags",), "reason": question}  # fmt: skip
