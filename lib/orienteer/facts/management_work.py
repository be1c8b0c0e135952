"""What runs and lies in the management account."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from orienteer.facts.fact import Fact
from orienteer.facts.guarded import ACCOUNT_TYPE
from orienteer.facts.machines import GONE
from orienteer.facts.organization import told_by
from orienteer.facts.seen import Cells, Partial
from orienteer.facts.source import Gap, Source
from orienteer.facts.values import documents, fits, keys_at, not_asked
from orienteer.model import GLOBAL, KEYS

ALLOWED = ("aws-controltower", "StackSet-", "cur", "billing", "aws-sam-cli")
API = {
    "instances": "ec2:DescribeInstances",
    "databases": "rds:DescribeDBInstances",
    "clusters": "ecs:ListClusters",
    "functions": "lambda:ListFunctions",
    "buckets": "s3:ListBuckets",
}
NAMING = ("Name", "aws:cloudformation:stack-name")
"""Tags of an instance that say what it is called and which stack made it."""


def _management_work(
    organization: Source,
    account_organization: Source,
    ec2_instances: Source,
    rds_instances: Source,
    rds_clusters: Source,
    ecs_clusters: Source,
    eks_clusters: Source,
    lambda_functions: Source,
    s3_buckets: Source,
    *,
    mgmt_allowed: tuple[str, ...] = ALLOWED,
) -> Iterator[Cells | Gap]:
    """One row per kind of resource: those of the management account, and which of them are expected there."""
    home = organization.first("management_account_id")
    if not isinstance(home, str):
        told = told_by(home, organization)
        yield from (Gap(told, GLOBAL, kind, gap.text) for gap in organization.gaps for kind in API)
        return
    kinds = {
        "instances": (ec2_instances,),
        "databases": (rds_instances, rds_clusters),
        "clusters": (ecs_clusters, eks_clusters),
        "functions": (lambda_functions,),
        "buckets": (s3_buckets,),
    }
    was_asked = any(row["account_id"] == home for row in account_organization.rows)
    for kind, sources in kinds.items():
        gaps = frozenset[str]().union(*(source.hidden(home) for source in sources))
        if not was_asked and not gaps:
            gaps = frozenset({not_asked(API[kind], home, GLOBAL)})
        found = [row for source in sources for row in source.find({"account_id": home}) if _lives(row)]
        yield _row(home, kind, found, gaps, mgmt_allowed)


def _row(home: str, kind: str, found: Sequence[Cells], gaps: frozenset[str], allowed: tuple[str, ...]) -> Cells:
    """The row of a kind of resource; `gaps` may hide some."""
    meant = [row for row in found if _is_allowed(row, allowed)]
    return Cells(
        keys_at(home, kind),
        expected=tuple(map(_label, meant)),
        others=Partial(tuple(_label(row) for row in found if row not in meant), gaps),
    )


def _lives(row: Mapping[str, Any]) -> bool:
    return bool(row["resource_id"]) and row.get("state") not in GONE


def _label(row: Mapping[str, Any]) -> str:
    """What it is called, and where it is."""
    name = str(row["resource_id"]).rpartition("/")[2]
    return f"{name} ({row['region']})"


def _is_allowed(row: Mapping[str, Any], allowed: tuple[str, ...]) -> bool:
    """True if its name, or that of its stack, holds one of these as whole words."""
    tags = [t.get("Value") for t in documents(row.get("tags")) if isinstance(t, dict) and t.get("Key") in NAMING]
    names = [str(name) for name in (row["resource_id"], *tags) if name]
    return any(fits(_words(one), name) for one in allowed for name in names)


def _words(text: str) -> str:
    end = "(?![a-z0-9])" if text[-1:].isalnum() else ""
    return f"(?<![a-z0-9]){re.escape(text)}{end}"


MANAGEMENT_WORK = Fact(
    "management_work",
    "One row per kind of resource (instances, databases, ...) with those that the management account holds.",
    rows=_management_work,
    made=(*KEYS, "expected", "others"),
    resource_type=ACCOUNT_TYPE,
)
