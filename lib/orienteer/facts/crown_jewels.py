"""Accounts that the client calls its crown jewels, with the architecture reviews of what runs there."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from orienteer.facts.fact import Fact, Join
from orienteer.facts.guarded import ACCOUNT_TYPE
from orienteer.facts.seen import Cells, Row
from orienteer.facts.source import Gap, Source
from orienteer.facts.values import ACCOUNT, cells_of, days, keys_at, latest
from orienteer.model import KEYS
from orienteer.parameters import AccountId

SECURITY = "security"

WORKLOADS = Fact(
    "workloads",
    "One row per Well-Architected workload: when its review last changed, and its open risks.",
    base="wellarchitected_workloads",
    joins=(Join("wellarchitected_pillars", many="pillars"),),
    hidden=frozenset({"pillars"}),
    resource_type="AWS::WellArchitected::Workload",
)


def _jewels(
    the_organization: Source,
    accounts: Source,
    organization_account_tags: Source,
    *,
    crown_jewels: tuple[AccountId, ...] = (),
    crown_jewel_tag: str = "crown-jewel",
) -> Iterator[Cells | Gap]:
    """The accounts that the client names or tags; one row about the organization where there is none."""
    (org,) = the_organization.rows
    tag, off = crown_jewel_tag.lower(), ("", "false", "no")
    tagged = {
        row["account_id"]
        for row in organization_account_tags.rows
        if (row["key"] or "").lower() == tag and (row["value"] or "true").lower() not in off
    }
    found = [row for row in accounts.rows if row["id"] in {*crown_jewels, *tagged}]
    for row in found:
        yield Cells(cells_of(row), name=row["name"], is_jewel=True)
    hidden = accounts.gaps or organization_account_tags.gaps
    if not found and not hidden:
        yield Cells(keys_at(org["told_by"], "crown jewels"), name=None, is_jewel=False)
    yield from dict.fromkeys((*accounts.gaps, *(() if crown_jewels else organization_account_tags.gaps)))


def reviewed(account: Row) -> tuple[str, ...]:
    """Its workloads that have a review, by name."""
    return tuple(sorted({str(one.title or one.resource_id) for one in account.workloads if _is_own(one)}))


def reviewed_days(account: Row, *, as_of: pd.Timestamp) -> int | None:
    """Days since a review of one of its workloads last changed; None where there is none."""
    return days(as_of, latest(*(one.updated_at for one in account.workloads if _is_own(one))))


def security_risks(account: Row) -> int:
    """High risks in the security pillar that are open."""
    own = (pillar for one in account.workloads if _is_own(one) for pillar in one.pillars)
    return sum(pillar.high_risks or 0 for pillar in own if pillar.pillar == SECURITY)


def _is_own(workload: Row) -> bool:
    return workload.owner in (None, workload.account_id)


CROWN_JEWELS = Fact(
    "crown_jewels",
    "One row per account that the client calls a crown jewel: its architecture reviews and their open risks.",
    rows=_jewels,
    made=(*KEYS, "name", "is_jewel"),
    joins=(Join("workloads", many="workloads", on=ACCOUNT, place=("account_id", "")),),
    columns=(reviewed, reviewed_days, security_risks),
    hidden=frozenset({"workloads"}),
    resource_type=ACCOUNT_TYPE,
)
