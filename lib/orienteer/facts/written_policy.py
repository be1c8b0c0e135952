"""What only the client can tell about how it governs its accounts, with what AWS shows beside it."""

from __future__ import annotations

from collections.abc import Iterator

from orienteer.facts.fact import Fact
from orienteer.facts.guarded import ORGANIZATION_TYPE
from orienteer.facts.organization import told_by
from orienteer.facts.seen import Cells, Partial
from orienteer.facts.source import Source
from orienteer.facts.values import active, keys_at
from orienteer.model import KEYS

QUESTIONS = {
    "security_policy": "Is there an approved cloud security policy? Ask the sponsor for the text, its date and who "
    "signed it.",
    "account_owners": "Does each account have a named owner? Ask for the list, and compare it with the accounts shown.",
    "exceptions": "Is there a process for exceptions, each with an end date? Ask security for the register.",
    "target_maturity": "Has the client chosen a target maturity level for each category? Ask the sponsor for the "
    "decision.",
}


def _questions(
    organization: Source, organization_accounts: Source, organization_account_tags: Source
) -> Iterator[Cells]:
    """One row per question."""
    at = told_by(organization.first("management_account_id"), organization)
    owned = {row["account_id"] for row in organization_account_tags.rows if (row["key"] or "").lower() == "owner"}
    bare = tuple(sorted(row["id"] for row in active(organization_accounts.rows) if row["id"] not in owned))
    hidden = organization_accounts.hidden() | organization_account_tags.hidden()
    for name, question in QUESTIONS.items() if at else ():
        yield Cells(
            keys_at(at, name),
            question=question,
            without_owner_tag=Partial(bare, hidden) if name == "account_owners" else None,
        )


WRITTEN_POLICY = Fact(
    "written_policy",
    "One row per question about the client's cloud security policy, with the accounts that name no owner.",
    rows=_questions,
    made={
        **dict.fromkeys(("", *KEYS, "question"), ("organization",)),
        "without_owner_tag": ("organization_accounts", "organization_account_tags"),
    },
    resource_type=ORGANIZATION_TYPE,
)
