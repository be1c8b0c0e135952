"""Permission sets of IAM Identity Center, and the power they give in the accounts where they are assigned."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

import pandas as pd

from orienteer.facts.fact import Fact, Join
from orienteer.facts.powers import RESERVED
from orienteer.facts.principals import EVERYTHING, policy_texts
from orienteer.facts.seen import Cells, Partial, Row, Unseen, either
from orienteer.facts.source import BOOLS, Gap, Source
from orienteer.facts.values import not_asked
from orienteer.model import GLOBAL, KEYS
from orienteer.partitions import partition_of
from orienteer.policy.rights.escalation import Principal, admin_paths
from orienteer.policy.rights.purposes import purposes

OF_SET = {"permission_set_arn": "permission_set_arn"}
_NAMES = ("policy", "policy_arn", "policy_name", "boundary_arn", "boundary_name")


@dataclass(frozen=True)
class _Parts:
    """What a permission set is made of."""

    inline: Sequence[Cells]
    managed: Sequence[Cells]
    customer: Sequence[Cells]
    boundary: Sequence[Cells]

    @property
    def policies(self) -> tuple[str, ...]:
        named = tuple(str(row["policy_name"]) for row in (*self.managed, *self.customer))
        return named + ("inline policy",) * bool(self.inline)

    @property
    def differs(self) -> bool:
        """Whether it gives other rights in another account: a policy of that account's own is part of it."""
        return bool(self.customer) or any(row["boundary_name"] for row in self.boundary)


@dataclass(frozen=True)
class _Read:
    """Sources of the parts of permission sets and of the texts of their policies; who is assigned where."""

    parts: Sequence[Source]
    texts: Sequence[Source]
    assigned: Source
    home: Any
    now: datetime

    @cached_property
    def known(self) -> dict[tuple[str, str], str]:
        return policy_texts(*(source.rows for source in self.texts))

    def set(self, one: Cells) -> Cells:
        """The row of a permission set."""
        arn, at = one["permission_set_arn"], (one["account_id"], one["region"], one["resource_id"])
        key = {"permission_set_arn": arn}
        parts = _Parts(*([r for r in part.find(key) if any(r.get(c) for c in _NAMES)] for part in self.parts))
        accounts = sorted({r["assigned_account"] for r in self.assigned.find(key) if r["assigned_account"]})
        unassigned = self.assigned.hidden(*at)
        return Cells(
            self._power(one, parts, accounts if parts.differs else [], unassigned if parts.differs else frozenset()),
            account_id=at[0],
            region=at[1],
            resource_id=arn or at[2],
            resource_arn=arn,
            permission_set_arn=arn,
            name=one["permission_set_name"],
            session_duration=one["session_duration"],
            policies=parts.policies,
            bounded_by=tuple(str(row["boundary_name"] or row["boundary_arn"]) for row in parts.boundary),
            assigned_accounts=Unseen(unassigned) if unassigned else tuple(accounts),
        )

    def _power(self, one: Cells, parts: _Parts, tried: Sequence[str], beyond: frozenset[str]) -> dict[str, Any]:
        """What the set lets its holder do, in each account where that may differ; `beyond` hides such accounts."""
        home = one["account_id"]
        alone = self.home if isinstance(self.home, str) else home
        made = [_provisioned(one, account, parts, self.known) for account in tried or [alone]]
        paths = [p for who, _ in made for p in admin_paths([who], assume_targets=True, now=self.now)]
        free = [p for p in paths if not p.blocked_by]
        unlisted = frozenset[str]().union(*(s.hidden(home, one["region"], one["resource_id"]) for s in self.parts))
        missing = sorted({name for _, names in made for name in names})
        lost = unlisted | (_unread(missing, self.texts, tried, alone, home) if missing else frozenset())
        admin = any(p.kind == "admin" for p in free)
        return {
            "is_admin": Unseen(lost, BOOLS[:2]) if unlisted or (lost and not admin) else admin,
            "ways": Partial(() if lost else tuple(p for p in free if p.kind == "escalation"), lost | beyond),
            "is_limited": bool(paths) and not free,
            "purposes": Unseen(lost) if lost else tuple(purposes(who, self.now) for who, _ in made),
        }


def _permission_sets(
    sso_permission_set_details: Source,
    sso_permission_set_inline_policies: Source,
    sso_permission_set_managed_policies: Source,
    sso_permission_set_customer_policies: Source,
    sso_permission_set_boundaries: Source,
    sso_permission_set_accounts: Source,
    iam_local_policies: Source,
    iam_aws_policy_versions: Source,
    iam_aws_boundary_versions: Source,
    sso_managed_policy_documents: Source,
    sso_boundary_policy_documents: Source,
    organization: Source,
    *,
    as_of: pd.Timestamp,
) -> Iterator[Cells | Gap]:
    parts = (
        sso_permission_set_inline_policies,
        sso_permission_set_managed_policies,
        sso_permission_set_customer_policies,
        sso_permission_set_boundaries,
    )
    aws = (sso_managed_policy_documents, sso_boundary_policy_documents)
    texts = (*aws, iam_local_policies, iam_aws_policy_versions, iam_aws_boundary_versions)
    home = organization.first("management_account_id")
    read = _Read(parts, texts, sso_permission_set_accounts, home, as_of.to_pydatetime())
    yield from (read.set(one) for one in sso_permission_set_details.rows if one["permission_set_name"])
    yield from sso_permission_set_details.gaps


def _unread(
    missing: Sequence[str], texts: Sequence[Source], tried: Sequence[str], alone: str, home: str
) -> frozenset[str]:
    """The gaps that hide the texts of these policies; that they were not asked for, where no call failed."""
    gaps = frozenset[str]().union(*(source.hidden(account) for source in texts for account in (*tried, home)))
    wanted = f"the text of {', '.join(missing)} is not among those that were read"
    return gaps or frozenset({not_asked("iam:GetPolicyVersion", ", ".join(tried) or alone, GLOBAL, wanted)})


def _provisioned(
    one: Cells, account: str, parts: _Parts, texts: Mapping[tuple[str, str], str]
) -> tuple[Principal, list[str]]:
    """The set's role in an account, and what of its policies and boundary has no known text."""
    everywhere = {arn: text for (_, arn), text in texts.items() if ":iam::aws:" in arn}
    local = {arn.rpartition("/")[2]: (arn, text) for (owner, arn), text in texts.items() if owner == account}
    found: list[tuple[str, Any]] = [("inline policy", row["policy"]) for row in parts.inline]
    missing = []
    for arn in (row["policy_arn"] for row in parts.managed):
        text = everywhere.get(arn) or (EVERYTHING if str(arn).endswith("/AdministratorAccess") else None)
        found += [(arn, text)] if text else []
        missing += [] if text else [str(arn)]
    for name in (row["policy_name"] for row in parts.customer):
        found += [local[name]] if name in local else []
        missing += [] if name in local else [f"{name} in {account}"]
    limits = [
        everywhere.get(row["boundary_arn"]) or local.get(row["boundary_name"] or "", ("", None))[1]
        for row in parts.boundary
    ]
    missing += [
        f"boundary {row['boundary_name'] or row['boundary_arn']}"
        for row, text in zip(parts.boundary, limits, strict=True)
        if not text
    ]
    arn = f"arn:{partition_of(one['permission_set_arn'])}:iam::{account}:role{RESERVED}{one['permission_set_name']}"
    return Principal(arn, "role", account, tuple(found), next(filter(None, limits), None)), missing


def combinations(row: Row) -> tuple[str, ...]:
    """The combinations of rights in it by which somebody could become administrator."""
    return tuple(sorted({way.combination for way in row.ways}))


def reads(row: Row) -> bool:
    """It shows what a security review of an account has to see."""
    return all(one.reads for one in row.purposes)


def reads_data(row: Row) -> bool:
    """It shows the content of buckets and tables, too."""
    return any(one.reads_data for one in row.purposes)


def writes(row: Row) -> tuple[str, ...]:
    """The first actions by which it may change something."""
    return tuple(dict.fromkeys(action for one in row.purposes for action in one.writes))


def everything(row: Row) -> bool:
    """It may do everything."""
    return any(one.everything for one in row.purposes)


def administers_iam(row: Row) -> bool:
    """It may make roles and give them rights, and not everything else."""
    return all(one.administers_iam and not one.everything for one in row.purposes)


def admin_equivalent(row: Row) -> bool:
    """It may do everything, or everything in IAM or in Organizations, which comes to the same."""
    return either(lambda: row.is_admin, lambda: any(one.administers_organization for one in row.purposes))


def session_hours(row: Row) -> float | None:
    """How long a session lasts; None where the text of its duration cannot be read.  AWS's default is one hour."""
    if row.session_duration is None:
        return 1.0
    try:
        return round(float(pd.Timedelta(row.session_duration) / pd.Timedelta(hours=1)), 2)
    except ValueError:
        return None


def groups(row: Row) -> int:
    """How many groups are assigned to it."""
    return len({a.principal_id for a in row.assignments if a.principal_type == "GROUP"})


def users(row: Row) -> int:
    """How many users are assigned to it themselves."""
    return len({a.principal_id for a in row.assignments if a.principal_type == "USER"})


PERMISSION_SETS = Fact(
    "permission_sets",
    "One row per permission set of Identity Center: its policies, whom it is assigned to, and the power it gives.",
    rows=_permission_sets,
    made=(
        *KEYS,
        "permission_set_arn",
        "name",
        "session_duration",
        "policies",
        "bounded_by",
        "assigned_accounts",
        "is_admin",
        "ways",
        "is_limited",
        "purposes",
    ),
    joins=(Join("sso_account_assignments", many="assignments"),),
    columns=(
        combinations,
        reads,
        reads_data,
        writes,
        everything,
        administers_iam,
        admin_equivalent,
        session_hours,
        groups,
        users,
    ),
    hidden=frozenset({"ways", "assignments", "purposes"}),
    resource_type="AWS::SSO::PermissionSet",
)
