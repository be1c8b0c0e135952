"""The organization: who belongs to it, who plays which role, and what its guardrails deny on each unit and account."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from orienteer.facts.closed_regions import closed_regions
from orienteer.facts.fact import Fact, Join
from orienteer.facts.foundation import FOUNDATION_ROLES, NONE_NAMED, exceptions, foundation_accounts_of
from orienteer.facts.seen import Cells, Row, Unseen
from orienteer.facts.source import BOOLS, Source
from orienteer.facts.tree import RCP, SCP, Tree, tree
from orienteer.model import GLOBAL
from orienteer.parameters import AccountId, Client, Pattern

ALONE = {"account_id": "", "region": GLOBAL, "resource_id": "organization", "resource_arn": None}
"""The keys of a fact's only row, about the organization."""

NOWHERE = ("", "")
"""The place of a join whose gaps hide its row wherever they are."""


def _organization(
    organization: Source,
    organization_accounts: Source,
    *,
    foundation_accounts: Mapping[str, AccountId] = NONE_NAMED,
    foundation_roles: Mapping[str, Pattern] = FOUNDATION_ROLES,
) -> Iterator[Cells]:
    home, members = organization.first("management_account_id"), organization_accounts.every("id")
    accounts = organization_accounts.frame()
    roles = {
        role: foundation_accounts_of(accounts, role, foundation_accounts, foundation_roles)
        if role in foundation_accounts or not members.gaps
        else Unseen(members.gaps)
        for role in FOUNDATION_ROLES
    }
    yield Cells(
        ALONE,
        organization_id=organization.first("organization_id"),
        management=home,
        told_by=told_by(home, organization),
        members=members,
        **roles,
    )


ORGANIZATION = Fact(
    "the_organization",
    "One row: the organization's id, its management account, which account told of it, its members, and the accounts "
    "of special use.",
    rows=_organization,
    made={
        **dict.fromkeys(("", *ALONE), ()),
        **dict.fromkeys(("organization_id", "management", "told_by"), ("organization",)),
        **dict.fromkeys(("members", *FOUNDATION_ROLES), ("organization_accounts",)),
    },
)
OF_ORGANIZATION = Join(
    "the_organization",
    ("organization_id", "management", "members", *FOUNDATION_ROLES),
    on={},
    place=NOWHERE,
)
"""Adds the organization's id, management account, members and accounts of special use to a row."""


def told_by(management: Any, source: Source) -> str:
    """The account a row about the organization stands under: the management account, or who was asked in its place."""
    asked = [r["account_id"] for r in source.rows] + [g.account_id for g in source.gaps]
    return management if isinstance(management, str) else next(iter(asked), "")


def _guardrails(
    organization: Source,
    organization_roots: Source,
    organizational_units: Source,
    organization_accounts: Source,
    organization_policy_documents: Source,
    organization_policy_targets: Source,
    *,
    exception_ous: tuple[str, ...] = (),
    client: Client,
) -> Iterator[Cells]:
    """The trees as far as they were read, and as values that are not seen where a part was not."""
    parts = (
        organization,
        organization_roots,
        organizational_units,
        organization_accounts,
        organization_policy_documents,
        organization_policy_targets,
    )
    gaps = frozenset[str]().union(*(part.hidden() for part in parts))
    frames = [part.frame() for part in parts]
    untyped, unnamed = organization_roots.hidden(), organizational_units.hidden()
    read, control = tree(SCP, *frames), tree(RCP, *frames)
    yield Cells(
        ALONE,
        tree=Unseen(gaps) if gaps else read,
        rcp_tree=Unseen(gaps) if gaps else control,
        partly=read,
        rcp_partly=control,
        gaps=gaps,
        unlisted=[g for part in parts[:4] for g in part.gaps],
        lost=[g for part in parts for g in part.gaps],
        spared=Unseen(unnamed) if unnamed else frozenset(exceptions(frames[2], client.exception_ou, exception_ous)),
        scps_on=Unseen(untyped, BOOLS[:2]) if untyped else read.enabled,
        rcps_on=Unseen(untyped, BOOLS[:2]) if untyped else control.enabled,
    )


TREES = ("tree", "rcp_tree", "partly", "rcp_partly", "gaps", "unlisted", "lost", "spared")
GUARDRAILS = Fact(
    "guardrails",
    "One row: the trees of units and accounts with the service and resource control policies that hang on them.",
    rows=_guardrails,
    made=(*TREES, "scps_on", "rcps_on", *ALONE),
    hidden=frozenset(TREES),
)
OF_GUARDRAILS = Join("guardrails", ("tree",), on={}, place=NOWHERE)
"""Adds the tree of service control policies to a row, as the hidden column `tree`."""


def closed(place: Row) -> bool:
    """Service control policies let the account run nothing in the region; they never bind the management account."""
    return place.account_id != place.management and place.account_id in closed_accounts(place.tree, place.region)


def closed_accounts(guarded: Tree, region: str) -> frozenset[str]:
    """The accounts that may run nothing in the region; kept with the tree."""
    if region not in guarded.closed:
        guarded.closed[region] = frozenset(account for account, _ in closed_regions(guarded, [region]))
    return guarded.closed[region]
