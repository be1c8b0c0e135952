"""The directory behind IAM Identity Center: its source, and whether access goes to groups."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from orienteer.controls.control import control
from orienteer.controls.verdict import Verdict, asked, failed, passed
from orienteer.facts.directory import ASSIGNMENT_HOLDERS, DIRECTORIES
from orienteer.facts.seen import Row
from orienteer.model import Category, Severity
from orienteer.parameters import Range
from orienteer.words import counted


@control(
    "IDC-02",
    title="The identity source is the client's identity provider with phishing-resistant MFA",
    category=Category.IAM,
    severity=Severity.HIGH,
    maturity=4,
    source="https://docs.aws.amazon.com/singlesignon/latest/userguide/manage-your-identity-source.html",
    fact=DIRECTORIES,
    evidence=("users_total", "users_provisioned"),
    scope="organization",
)
def identity_source(directory: Row, *, max_local_users: Annotated[int, Range(0, 100_000)] = 2) -> Verdict:
    """People who leave the company lose access to AWS only if one directory decides, and a typed-in code can be
    phished.

    AWS has no API for the identity source or the MFA settings, so a person has to look. A few local users for
    emergencies are fine.

    Fix: connect the corporate identity provider, require FIDO2 keys or platform authenticators, and keep at most two
    local users for emergencies.
    """
    if directory.local_users > max_local_users:
        count = counted(directory.local_users, "user")
        return failed(f"Created in Identity Center itself rather than by an identity provider: {count}.")
    return asked(
        f"Users from an identity provider: {directory.users_provisioned} of {directory.users_total}. Ask the "
        "identity team to show the settings page of Identity Center: what is the identity source, which MFA types "
        "are allowed, what happens to somebody without a device, and how long does a session last?"
    )


@control(
    "IDC-06",
    title="Assignments go to groups, and every assigned group has members",
    category=Category.IAM,
    severity=Severity.MEDIUM,
    maturity=3,
    source="https://docs.aws.amazon.com/singlesignon/latest/userguide/assignusers.html",
    fact=ASSIGNMENT_HOLDERS,
    evidence=("principal_name", "accounts", "permission_sets", "people", "user_status"),
)
def assignments_to_groups(holder: Row, *, user_assignments_ok: Sequence[str] = ()) -> Verdict:
    """Access through a group ends when somebody changes teams; an assignment to one person is forgotten.

    Only the identity provider knows whether members of a group are disabled.

    Fix: give the access to a group, add the person to it, then remove the person's own assignment; delete assignments
    of empty groups and of users and groups that no longer exist.
    """
    if not holder.is_known:
        kind = "group" if holder.is_group else "user"
        return failed(f"The {kind} is no longer in the directory, but its assignments are still there.")
    if not holder.is_group:
        if {holder.principal_name, holder.resource_id} & set(user_assignments_ok):
            return passed("The user is an agreed exception.")
        state = ", and is disabled" if holder.user_status == "DISABLED" else ""
        return failed(f"User {holder.principal_name} is assigned directly, not through a group{state}.")
    if holder.people == 0:
        return failed(f"Group {holder.principal_name} has assignments but no members.")
    return passed(f"Group {holder.principal_name} has {counted(holder.people, 'member')}.")
