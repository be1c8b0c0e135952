"""Roles that nobody uses."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase
from typing import Annotated

from orienteer.controls.control import control
from orienteer.controls.verdict import HIGH, MEDIUM, Verdict, asked, failed, passed
from orienteer.facts.powers import RESERVED
from orienteer.facts.seen import Row
from orienteer.facts.trust import ROLES
from orienteer.model import Category, Severity
from orienteer.parameters import Range
from orienteer.words import counted

KEPT = ("OrganizationAccountAccessRole", "AWSControlTowerExecution")
REMEMBERED = 400
"""AWS remembers the last use of a role for so many days."""


@control(
    "IAM-08",
    title="Roles that nobody uses are removed",
    category=Category.IAM,
    severity=Severity.MEDIUM,
    maturity=3,
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_manage_delete.html",
    fact=ROLES,
    evidence=("created_at", "last_used_at", "last_used_region", "is_admin", "found_unused"),
    mappings={
        "scoutsuite": ["iam-ec2-role-without-instances.json"],
        "service_screener": ["unusedRole"],
    },
)
def unused_roles(
    role: Row, *, role_unused_days: Annotated[int, Range(1, 400)] = 90, keep_roles: Sequence[str] = KEPT
) -> Verdict | None:
    """A role nobody uses is a way in nobody watches, and it keeps every permission it was ever given.

    AWS keeps track of a role's last use for 400 days.

    Fix: ask the owner whether the role is still needed, attach a policy that denies everything for two weeks, and
    delete the role if nobody complains. Spare the roles kept for emergencies and disaster recovery.
    """
    kept = any(fnmatchcase(role.role_name, pattern) for pattern in keep_roles)
    if kept or not role.is_ours or (role.path or "").startswith(RESERVED):
        return None
    age, idle = role.role_age_days, role.role_idle_days
    if age is None:
        return asked("AWS does not say when the role was created; is it needed?")
    if age < role_unused_days:
        return None
    if idle is not None and idle <= role_unused_days:
        return passed(f"The role was last used {counted(idle, 'day')} ago.")
    grave = HIGH if role.is_admin or role.outsiders or role.open_to == "public" else MEDIUM
    never = f"in the {REMEMBERED} days AWS keeps track of" if age > REMEMBERED else "since it was created"
    since = f"for {idle} days" if idle is not None else never
    return failed(f"Nobody has used the role {since}.", grave)
