"""Accounts that guardrails leave out, and the units that are meant for them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pandas as pd

from orienteer.facts.fact import Fact, Join
from orienteer.facts.guarded import ACCOUNT_TYPE, ORGANIZATION_TYPE
from orienteer.facts.seen import Cells, Row, Unseen
from orienteer.facts.source import Gap, Source
from orienteer.facts.tree import Node, Tree
from orienteer.facts.values import ACCOUNT, keys_at
from orienteer.model import KEYS

EXCEPTION_TAGS = ("exception-reason", "exception-until")
_ACCOUNT_ID = re.compile(r"(?<!\d)\d{12}(?!\d)")
_OF_CALLER = ("aws:principalaccount", "aws:principalarn")
_UNIT_TYPE = "AWS::Organizations::OrganizationalUnit"


def _exceptions(guardrails: Source, organizational_units: Source) -> Iterator[Cells | Gap]:
    (rails,) = guardrails.rows
    found, spared = rails["partly"], rails["spared"]
    if found.organization_id and not isinstance(spared, Unseen):
        by, missing = _spared_accounts(found), _missing(found)
        held = [node for node in found.accounts if spared & set(node.above)]
        for node in (*held, *(n for n in found.accounts if n.id in by and n not in held)):
            yield _row(
                node.id,
                node.id,
                node.arn,
                ACCOUNT_TYPE,
                node_name=node.name,
                left_out_by=by.get(node.id),
                guardrails_missing_here=missing[node.id],
            )
        for unit in (row for row in organizational_units.rows if row["id"] in spared):
            count: Any = sum(unit["id"] in node.above for node in held)
            count = Unseen(rails["gaps"]) if rails["gaps"] else count
            yield _row(found.home, unit["id"], unit["arn"], _UNIT_TYPE, node_name=unit["ou_path"], accounts=count)
        if not spared:
            listed: Any = tuple(sorted({f"{policy}: {value}" for value, policy in exempted(found)}))
            listed = Unseen(rails["gaps"]) if rails["gaps"] else listed
            yield _row(found.home, found.organization_id, None, ORGANIZATION_TYPE, exempt_in_policies=listed)
    yield from rails["lost"]


TOLD = ("node_name", "left_out_by", "guardrails_missing_here", "accounts", "exempt_in_policies")


def _row(account: str, resource: str, arn: str | None, kind: str, **more: Any) -> Cells:
    return Cells(
        keys_at(account, resource, arn),
        resource_type=kind,
        kind=kind.rpartition("::")[2],
        **dict.fromkeys(TOLD) | more,
    )


def _spared_accounts(found: Tree) -> dict[str, str]:
    """Accounts that a deny leaves out by condition, each with the name of the policy that does."""
    spared: dict[str, str] = {}
    for value, policy in exempted(found):
        spared |= {i: policy for i in _ACCOUNT_ID.findall(value) if i not in spared}
    return spared


def _missing(found: Tree) -> dict[str, tuple[str, ...]]:
    """For each account the policies that hang elsewhere and not above it."""
    hung = {policy.name for one in found.nodes for level in one.hung for policy in level if not policy.aws_managed}

    def own(node: Node) -> set[str]:
        return {policy.name for level in node.hung for policy in level}

    return {node.id: tuple(sorted(hung - own(node))) for node in found.accounts}


def exempted(found: Tree) -> Iterator[tuple[str, str]]:
    """(principal or account as the policy writes it, policy name) of whatever a deny leaves out."""
    for node in found.nodes:
        for level, hung in zip(node.levels, node.hung, strict=False):
            for document, policy in zip(level, hung, strict=False):
                for statement in (s for s in document.statements if s.effect == "Deny"):
                    conditions = (c for c in statement.conditions if c.negated and c.key in _OF_CALLER)
                    values = [v for _, v in statement.not_principals or ()] + [v for c in conditions for v in c.values]
                    yield from ((value, policy.name) for value in values)


def tags(row: Row, *, exception_tags: tuple[str, ...] = EXCEPTION_TAGS) -> dict[str, str] | None:
    """The tags that an exception must carry, by name; empty where one is missing."""
    if row.kind != "Account":
        return None
    held = {(tag.key or "").lower(): (tag.value or "").strip() for tag in row.all_tags}
    return {name: held.get(name.lower(), "") for name in exception_tags}


def exception_until(row: Row) -> str | None:
    """What its tags say of the end; None where no tag does."""
    held = row.tags or {}
    name = next((n for n in held if "until" in n.lower()), None) or next((n for n in held if _day(held[n])), None)
    return held[name] if name else None


def ends_at(row: Row) -> pd.Timestamp | None:
    """The end of the day that its tags name, UTC; None where that is not a date."""
    return _day(row.exception_until or "")


def exception_reason(row: Row) -> str | None:
    """What its tags give as the reason."""
    held = row.tags or {}
    name = next((n for n in held if "reason" in n.lower()), None)
    return held[name] if name else next((v for v in held.values() if v and v != row.exception_until), None)


def _day(text: str) -> pd.Timestamp | None:
    match = re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})(T.*)?", text)
    if not match:
        return None
    day = pd.to_datetime("-".join(match.groups()[:3]), utc=True, errors="coerce")
    return None if pd.isna(day) else day + pd.Timedelta(days=1)


EXCEPTIONS = Fact(
    "exceptions",
    "One row per account that guardrails leave out, with reason and end, and one per unit that is meant for them.",
    rows=_exceptions,
    made=(*KEYS, "resource_type", "kind", *TOLD),
    joins=(Join("organization_account_tags", many="all_tags", on=ACCOUNT),),
    columns=(tags, exception_until, ends_at, exception_reason),
    hidden=frozenset({"all_tags"}),
    resource_type=ACCOUNT_TYPE,
)
