"""How the security team gets in: its permission sets, whom it can read, who breaks the glass, who administers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

import pandas as pd

from orienteer.facts.fact import Fact, Join
from orienteer.facts.foundation import NONE_NAMED
from orienteer.facts.organization import told_by
from orienteer.facts.seen import Cells, Partial, Row, Unseen, either, unless_unseen
from orienteer.facts.source import Gap, Source
from orienteer.facts.values import ACCOUNT, active, fits, keys_at
from orienteer.model import GLOBAL, KEYS
from orienteer.parameters import Pattern
from orienteer.policy.rights.purposes import purposes

PATTERNS = ("read", "admin", "iam")
SECURITY_GROUPS = "secur|audit|(^|[^a-z])soc([^a-z]|$)|(?-i:(^|[^A-Z])SOC([^A-Z]|[A-Z][a-z]|$))"
BREAK_GLASS_GROUPS = "break.?glass|emergency|security.?admin"
ACCESS_ROLE = "OrganizationAccountAccessRole"
SET = "AWS::SSO::PermissionSet"
MANAGEMENT = "management account"


def center(organization: Source, sso_instances: Source) -> tuple[str, Any, frozenset[str]]:
    """The account that tells of the organization, the organization's instance of Identity Center, and what hides it.

    Where it is not known which account manages the organization, that is the instance of the account that was asked,
    and what hides the one hides the other.
    """
    home = organization.first("management_account_id")
    told = told_by(home, organization)
    own = (row for row in sso_instances.rows if row["instance_arn"] and row["account_id"] == told and row["owned"])
    found = next(own, None) if home is not None else None
    unlisted = frozenset[str]() if found else sso_instances.hidden(told)
    return told, found, unlisted | home.gaps if isinstance(home, Unseen) and (found or unlisted) else unlisted


# --- permission sets


def _patterns(organization: Source, sso_instances: Source, permission_sets: Source) -> Iterator[Cells | Gap]:
    """One row per pattern, where the organization has an instance; IDC-01 tells where it has none."""
    told, instance, hidden = center(organization, sso_instances)
    for pattern in PATTERNS:
        yield from (Gap(told, GLOBAL, _named(pattern), text) for text in sorted(hidden))
    if instance and not hidden:
        sets = Partial(tuple(permission_sets.rows), permission_sets.hidden(told))
        for pattern in PATTERNS:
            yield Cells(keys_at(told, _named(pattern)), pattern=pattern, sets=sets)


def _named(pattern: str) -> str:
    return f"{pattern} permission set"


def _fits(row: Row, one: Row, chosen: Mapping[str, str]) -> bool:
    """The set does what the pattern is for; one that the client has named for it must only do no more."""
    named = one.name == chosen.get(row.pattern) if row.pattern in chosen else None
    if named is False:
        return False
    if row.pattern == "read":
        return bool((named or one.reads) and not one.writes)
    return bool(named or (one.everything if row.pattern == "admin" else one.administers_iam))


def is_there(row: Row, *, permission_set_map: Mapping[str, str] = NONE_NAMED) -> bool:
    """A permission set fits the pattern."""
    chosen = permission_set_map
    return either(*(partial(_fits, row, one, chosen) for one in row.sets.seen), lambda: any(False for _ in row.sets))


def fitting(row: Row, *, permission_set_map: Mapping[str, str] = NONE_NAMED) -> tuple[str, ...]:
    """The names of the permission sets that are seen to fit the pattern."""
    fits = partial(_fits, row, chosen=permission_set_map)
    return tuple(sorted(one.name for one in row.sets.seen if unless_unseen(partial(fits, one), False)))


def stained(row: Row) -> tuple[str, ...]:
    """The sets that read as they should and may also change something, with an action each, for the pattern read."""
    reading = (one for one in row.sets.seen if row.pattern == "read" and unless_unseen(partial(_stained, one), False))
    return tuple(sorted(f"{one.name} ({one.writes[0]})" for one in reading))


def _stained(one: Row) -> bool:
    return bool(one.reads and one.writes and not one.everything)


def shows_data(row: Row) -> tuple[str, ...]:
    """The sets that fit the pattern read and show the content of buckets and tables, too."""
    found = (one for one in row.sets.seen if row.pattern == "read" and one.name in row.fitting)
    return tuple(sorted(one.name for one in found if unless_unseen(partial(_shows_data, one), False)))


def _shows_data(one: Row) -> bool:
    return bool(one.reads_data)


SECURITY_SETS = Fact(
    "security_sets",
    "One row per purpose that a security team needs a permission set for (read, admin, iam): the sets that fit it.",
    rows=_patterns,
    made={
        **dict.fromkeys(("", *KEYS, "pattern"), ("organization", "sso_instances")),
        "sets": ("permission_sets.reads", "permission_sets.everything", "permission_sets.is_admin"),
    },
    columns=(is_there, fitting, stained, shows_data),
    hidden=frozenset({"sets"}),
    resource_type=SET,
)


# --- accounts


def _accounts(organization_accounts: Source, the_organization: Source) -> Iterator[Cells | Gap]:
    (whole,) = the_organization.rows
    for row in active(organization_accounts.rows):
        yield Cells(keys_at(row["id"], row["id"]), home=whole["management"], security_audit=whole["security_audit"])
    yield from organization_accounts.gaps


def has_center(account: Row) -> bool:
    """The organization has an instance of Identity Center."""
    return any(one.instance_arn and one.owned for one in account.centers)


def is_security(account: Row) -> bool:
    """It is the security team's own account."""
    return account.account_id in account.security_audit


def read_by(account: Row, *, security_groups: Pattern = SECURITY_GROUPS) -> tuple[str, str] | None:
    """A permission set that reads and changes nothing, and the group of the security team that holds it here."""
    held = (one for one in account.assigned if _matches(security_groups, one.group_name))
    return next(((one.permission_set, one.group_name) for one in held if one.reads and not one.writes), None)


def audit_role(account: Row, *, as_of: pd.Timestamp) -> str | None:
    """A role that reads and changes nothing, and that the security team's account may assume."""
    trusting = (edge for edge in account.edges if edge.who in account.security_audit and edge.identity)
    found = ((edge.role_name, purposes(edge.identity, as_of.to_pydatetime())) for edge in trusting)
    return next((name for name, does in found if does.reads and not does.writes), None)


def _matches(pattern: str, name: str | None) -> bool:
    return bool(name) and fits(pattern, name)


def is_readable(account: Row) -> bool:
    """The security team can read it, by a permission set or a role."""
    return either(lambda: account.is_security, lambda: account.read_by, lambda: account.audit_role)


def glass_groups(account: Row, *, break_glass_groups: Pattern = BREAK_GLASS_GROUPS) -> tuple[str, ...]:
    """The groups for emergencies that hold an administrator's permission set here."""
    held = (one for one in account.assigned if _matches(break_glass_groups, one.group_name))
    return tuple(sorted({one.group_name for one in held if one.is_admin}))


def glass_people(account: Row) -> tuple[str, ...]:
    """The ids of the people in those groups."""
    held = (one for one in account.assigned if one.group_name in account.glass_groups and one.is_admin)
    return tuple(sorted({person for one in held for person in one.people}))


def access_role(account: Row) -> bool:
    """The role of Organizations is there, by which whoever administers the management account administers it, too."""
    made = (role for role in account.roles if role.role_name == ACCESS_ROLE)
    return any(account.home in role.outsiders for role in made)


def through_management(account: Row) -> tuple[str, ...]:
    """The ids of further people who administer the management account, and by that role this one."""
    if not account.access_role:
        return ()
    held = (one for one in account.in_management if one.is_admin)
    return tuple(sorted({person for one in held for person in one.people} - set(account.glass_people)))


def glass_role(account: Row, *, break_glass_groups: Pattern = BREAK_GLASS_GROUPS) -> str | None:
    """An administrator's role for emergencies beside Identity Center."""
    named = (role for role in account.roles if _matches(break_glass_groups, role.role_name))
    return next((role.role_name for role in named if role.is_admin and role.path == "/"), None)


HOME = ("home", "")
OF_HERE = {"assigned_account": "account_id"}
SECURITY_ACCOUNTS = Fact(
    "security_accounts",
    "One row per active account: how the security team reads it, and who administers it in an emergency.",
    rows=_accounts,
    made={
        **dict.fromkeys(("", *KEYS), ("organization_accounts",)),
        "home": ("organization",),
        "security_audit": ("the_organization.security_audit",),
    },
    joins=(
        Join("sso_instances", many="centers", on={"account_id": "home"}, place=HOME),
        Join("assignments", many="assigned", on=OF_HERE, place=HOME),
        Join("assignments", many="in_management", on={"assigned_account": "home"}, place=HOME),
        Join("trust_edges", many="edges", on=ACCOUNT),
        Join("roles", many="roles", on=ACCOUNT),
    ),
    columns=(
        has_center,
        is_security,
        read_by,
        audit_role,
        is_readable,
        glass_groups,
        glass_people,
        access_role,
        through_management,
        glass_role,
    ),
    hidden=frozenset({"centers", "assigned", "in_management", "edges", "roles", "security_audit"}),
)


# --- standing administrators


def _admin_sets(organization: Source, permission_sets: Source, assignments: Source) -> Iterator[Cells | Gap]:
    """The permission sets, and one row for the people who administer the management account."""
    home = organization.first("management_account_id")
    for one in permission_sets.rows:
        yield Cells({name: one[name] for name in _OF_SET}, kind="set", held=Partial(()), resource_type=SET)
    if isinstance(home, str) and permission_sets.rows:
        held = tuple(assignments.find({"assigned_account": home}))
        yield Cells(
            dict.fromkeys(_OF_SET),
            account_id=home,
            region=GLOBAL,
            resource_id=MANAGEMENT,
            kind="management",
            held=Partial(held, assignments.hidden(home)),
            resource_type="AWS::::Account",
        )
    if isinstance(home, Unseen):
        told = told_by(home, organization)
        yield from (Gap(told, GLOBAL, MANAGEMENT, text) for text in sorted(home.gaps))
    yield from (gap for gap in permission_sets.gaps if gap.hides(home if isinstance(home, str) else "", ""))


def people(row: Row) -> tuple[str, ...]:
    """The ids of the people who hold an administrator's set in the management account."""
    return tuple(sorted({person for one in row.held if one.admin_equivalent for person in one.people}))


def admin_sets(row: Row) -> tuple[str, ...]:
    """The administrators' sets that somebody holds in the management account."""
    return tuple(sorted({one.permission_set for one in row.held if one.admin_equivalent}))


_OF_SET = (*KEYS, "name", "session_duration", "session_hours", "admin_equivalent", "assigned_accounts")
ADMIN_SETS = Fact(
    "admin_sets",
    "One row per permission set with its power and the length of its sessions, and one for the people who administer "
    "the management account.",
    rows=_admin_sets,
    made={
        **dict.fromkeys(("", *_OF_SET[:4], "kind", "resource_type"), ("organization", "sso_permission_set_details")),
        **{name: (f"permission_sets.{name}",) for name in _OF_SET[4:]},
        "held": ("assignments.admin_equivalent", "assignments.people"),
    },
    columns=(people, admin_sets),
    hidden=frozenset({"held"}),
    resource_type=SET,
)
