"""Whom to call in an incident: the support plan, the roles that may open cases, and the questions about rehearsal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from orienteer.facts.fact import Fact, Join
from orienteer.facts.guarded import ORGANIZATION_TYPE
from orienteer.facts.questions import RESPONSE_QUESTIONS, asked_of
from orienteer.facts.seen import Cells, Row, Unseen
from orienteer.facts.source import Gap, Source
from orienteer.facts.values import ACCOUNT, active, cells_of, documents, keys_at
from orienteer.model import KEYS

SUPPORT_POLICY = "/AWSSupportAccess"


def _readiness(
    the_organization: Source,
    organization: Source,
    accounts: Source,
    support_severities: Source,
    *,
    response_questions: Mapping[str, str] = RESPONSE_QUESTIONS,
) -> Iterator[Cells | Gap]:
    """The support plan, the accounts with their support roles, and the questions about rehearsal."""
    (org,) = the_organization.rows
    home = org["told_by"]
    lost = support_severities.hidden()
    codes: Any = tuple(sorted({row["code"] for row in support_severities.rows if row["code"]}))
    yield Cells(
        keys_at(home, "support plan"),
        asks="plan",
        question=None,
        name=None,
        env_class=None,
        severities=Unseen(lost) if lost else codes,
    )
    for row in active(accounts.rows):
        yield Cells(
            cells_of(row), asks="role", question=None, name=row["name"], env_class=row["env_class"], severities=()
        )
    for row in asked_of(organization, response_questions):
        yield Cells(row, asks="question", name=None, env_class=None, severities=())
    yield from accounts.gaps


def _asks_role(row: Row) -> bool:
    return bool(row.asks == "role")


def support_roles(row: Row) -> tuple[str, ...]:
    """Roles that may open support cases by the policy AWS made for that."""
    found = (r for r in row.roles if any(_is_support(p) for p in documents(r.attached_policies)))
    return tuple(sorted({str(r.role_name) for r in found}))


def _is_support(policy: Any) -> bool:
    return isinstance(policy, dict) and str(policy.get("PolicyArn")).endswith(SUPPORT_POLICY)


def has_security_contact(row: Row) -> bool:
    """AWS knows whom to tell of an incident in the account."""
    return any(one.contact_type == "SECURITY" and one.is_complete for one in row.contacts)


RESPONSE_READINESS = Fact(
    "response_readiness",
    "One row about the support plan, one per account with its support roles, one per question about rehearsal.",
    rows=_readiness,
    made=(*KEYS, "asks", "question", "name", "env_class", "severities"),
    joins=(
        Join("iam_roles", many="roles", on=ACCOUNT, only=_asks_role),
        Join("contacts", many="contacts", on=ACCOUNT, only=_asks_role),
    ),
    columns=(support_roles, has_security_contact),
    hidden=frozenset({"roles", "contacts"}),
    resource_type=ORGANIZATION_TYPE,
)
