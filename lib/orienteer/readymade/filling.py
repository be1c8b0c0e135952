"""What policies are filled with: taken from the client's params and from what was seen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from fnmatch import fnmatchcase

import pandas as pd

from orienteer.facts import Estate
from orienteer.facts.seen import Cells
from orienteer.facts.tagging import REQUIRED
from orienteer.facts.tree import Node, Tree
from orienteer.partitions import partition_of

DEPLOYERS = ("AWSControlTowerExecution", "OrganizationAccountAccessRole", "stacksets-exec-*")
"""Roles by which the management account works in members: AWS's own names.
https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_access.html
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-prereqs.html"""
EXCEPTION_DAYS = 90


@dataclass(frozen=True)
class Filling:
    """`approved` is what the client approved, empty where it named none; `used` is where something was seen to be used
    by accounts outside the exception OUs.

    `deployers` are role names (patterns) seen in member accounts.  `exception_ous` are ids, and `around` names the OUs
    and accounts that cover everything else.
    """

    organization_id: str
    partition: str
    approved: tuple[str, ...]
    used: tuple[str, ...]
    trusted: tuple[str, ...]
    deployers: tuple[str, ...]
    exception_ous: frozenset[str]
    exception_names: str
    around: tuple[str, ...]
    tags: tuple[str, ...]
    expires: str


def filling(estate: Estate) -> Filling | None:
    """None where no organization was read: then there is nowhere to attach a policy to."""
    rails = next(iter(estate.source("guardrails").rows), None)
    if rails is None or not rails["partly"].organization_id:
        return None
    tree = rails["partly"]
    client, away = estate.client, [node for node in tree.nodes if not node.is_account and node.id in _spared(rails)]
    ids = frozenset(node.id for node in away)
    bound = {node.id for node in tree.accounts if not ids & set(node.above)}
    return Filling(
        organization_id=tree.organization_id,
        partition=partition_of(next((node.arn for node in tree.nodes), None)),
        approved=tuple(sorted(estate.thresholds.get("allowed_regions") or client.approved_regions)),
        used=tuple(sorted({row["region"] for row in in_use(estate) if row["account_id"] in bound})),
        trusted=tuple(sorted(client.trusted_accounts)),
        deployers=_deployers(estate, tree.home),
        exception_ous=ids,
        exception_names=" and ".join(node.name for node in away),
        around=tuple(_around(tree, away)),
        tags=tuple(estate.thresholds.get("required_tags") or REQUIRED),
        expires=expiry(estate.as_of),
    )


def _spared(rails: Cells) -> frozenset[str]:
    """Ids of the exception OUs, as far as they are known."""
    return rails["spared"] if isinstance(rails["spared"], frozenset) else frozenset()


def _around(tree: Tree, away: Sequence[Node]) -> Iterator[str]:
    """The highest OUs and accounts that hold no exception: what hangs on them all leaves the exceptions out."""
    above = {unit for node in away for unit in node.above[:-1]}
    for node in tree.nodes:
        parent = node.above[-1] if node.is_account else node.above[-2]
        if parent in above and node.id not in above and node not in away:
            yield node.name


def in_use(estate: Estate) -> list[Cells]:
    """The rows of accounts and regions in which something was seen."""
    return [row for row in estate.source("regions_in_use").rows if row["asks"] == "use"]


def expiry(as_of: pd.Timestamp) -> str:
    """The day on which exceptions end, as a policy writes it."""
    return f"{as_of + timedelta(days=EXCEPTION_DAYS):%Y-%m-%d}T00:00:00Z"


def _deployers(estate: Estate, home: str) -> tuple[str, ...]:
    """Those of DEPLOYERS that some member account has."""
    names = {row["role_name"] for row in estate.source("iam_roles").rows if row["account_id"] != home}
    return tuple(p for p in DEPLOYERS if any(fnmatchcase(str(name), p) for name in names))
