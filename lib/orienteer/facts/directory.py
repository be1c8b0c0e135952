"""The directory behind IAM Identity Center: where its users come from, and whom permission sets are assigned to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from orienteer.facts.fact import Fact, Join
from orienteer.facts.identity_center import OF_MEMBERS
from orienteer.facts.security_access import center
from orienteer.facts.seen import Cells, Row
from orienteer.facts.source import Gap, Source
from orienteer.facts.values import keys_at
from orienteer.model import GLOBAL, KEYS


def _directories(organization: Source, sso_instances: Source) -> Iterator[Cells | Gap]:
    told, instance, hidden = center(organization, sso_instances)
    name = (instance and instance["identity_store_id"]) or "identity store"
    yield from (Gap(told, GLOBAL, name, text) for text in sorted(hidden))
    if instance and not hidden:
        yield Cells(keys_at(told, name), instance_arn=instance["instance_arn"])


def users_total(directory: Row) -> int:
    """How many users it holds."""
    return sum(one.user_id is not None for one in directory.users)


def users_provisioned(directory: Row) -> int:
    """How many of them an external identity provider made."""
    return sum(one.user_id is not None and bool(one.is_provisioned) for one in directory.users)


def local_users(directory: Row, *, break_glass_users: Sequence[str] = ()) -> int:
    """How many were made in Identity Center itself and are not named for emergencies."""
    own = (one for one in directory.users if one.user_id is not None and not one.is_provisioned)
    return sum(one.user_name not in break_glass_users for one in own)


DIRECTORIES = Fact(
    "directories",
    "One row for the identity store of the organization's Identity Center: how many users it holds, and from where.",
    rows=_directories,
    made=dict.fromkeys(("", *KEYS, "instance_arn"), ("organization", "sso_instances")),
    joins=(Join("identitystore_users", many="users", on={"instance_arn": "instance_arn"}),),
    columns=(users_total, users_provisioned, local_users),
    hidden=frozenset({"users"}),
    resource_type="AWS::SSO::Instance",
)


# --- who holds permission sets


def _holders(organization: Source, sso_account_assignments: Source) -> Iterator[Cells | Gap]:
    """Each group or user with an assignment, once."""
    home = organization.first("management_account_id")
    found = {row["principal_id"]: row for row in sso_account_assignments.rows if row["principal_id"]}
    for principal, row in sorted(found.items()):
        yield Cells(
            keys_at(row["account_id"], principal, region=row["region"]),
            principal_id=principal,
            principal_type=row["principal_type"],
            is_group=row["is_group"],
        )
    yield from (gap for gap in sso_account_assignments.gaps if gap.hides(home if isinstance(home, str) else "", ""))


def is_known(holder: Row) -> bool:
    """The directory still has it."""
    return bool(holder.known_group if holder.is_group else holder.known_user)


def principal_name(holder: Row) -> str | None:
    """Its name in the directory."""
    return holder.group_name if holder.is_group else holder.user_name  # type: ignore[no-any-return]


def people(holder: Row) -> int:
    """How many people are in the group."""
    return len(holder.members or ())


def accounts(holder: Row) -> tuple[str, ...]:
    """The accounts in which it holds a permission set."""
    return tuple(sorted({one.assigned_account for one in holder.held}))


def permission_sets(holder: Row) -> tuple[str, ...]:
    """The permission sets that it holds somewhere."""
    return tuple(sorted({str(one.permission_set) for one in holder.held}))


ASSIGNMENT_HOLDERS = Fact(
    "assignment_holders",
    "One row per group or user that holds a permission set in some account: its name, and how many are in it.",
    rows=_holders,
    made=dict.fromkeys(
        ("", *KEYS, "principal_id", "principal_type", "is_group"),
        ("organization", "sso_account_assignments"),
    ),
    joins=(
        Join(
            "identitystore_groups",
            {"group_name": "group_name", "known_group": "group_id"},
            on={"group_id": "resource_id"},
            only=lambda holder: holder.is_group,
        ),
        Join(
            "identitystore_users",
            {"user_name": "user_name", "known_user": "user_id", "user_status": "user_status"},
            on={"user_id": "resource_id"},
            only=lambda holder: not holder.is_group,
        ),
        OF_MEMBERS,
        Join("assignments", many="held", on={"principal_id": "resource_id"}),
    ),
    columns=(is_known, principal_name, people, accounts, permission_sets),
    hidden=frozenset({"members", "held", "known_group", "known_user"}),
    resource_type="AWS::SSO::Assignment",
)
