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
    """Who leaves the company leaves AWS only if one directory decides, and a code typed in can be phished.

    AWS has no API that tells the identity source or the MFA settings, so a person has to look. Users that the client
    names for emergencies may be local.

    Fix: connect the corporate identity provider, demand FIDO2 keys or platform authenticators, and keep at most two
    local users for emergencies.
    """
    if directory.local_users > max_local_users:
        count = counted(directory.local_users, "user")
        return failed(f"Made in Identity Center itself, beside any identity provider: {count}.")
    return asked(
        f"Users from an identity provider: {directory.users_provisioned} of {directory.users_total}. Ask the "
        "identity team for the settings page of Identity Center: what is the identity source, which MFA types are "
        "allowed, what happens to somebody without a device, and how long does a session last?"
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
    """Access that follows a group ends when somebody changes teams; an assignment to a person is forgotten.

    Whether the members of a group are disabled is known to the identity provider alone.

    Fix: give the access to a group and put the person into it, and delete assignments of groups and users that are
    empty or gone.
    """
    if not holder.is_known:
        kind = "group" if holder.is_group else "user"
        return failed(f"The directory no longer has the {kind}, and its assignments are left over.")
    if not holder.is_group:
        if {holder.principal_name, holder.resource_id} & set(user_assignments_ok):
            return passed("The client has named the user as an exception.")
        state = ", and is disabled" if holder.user_status == "DISABLED" else ""
        return failed(f"User {holder.principal_name} holds access without a group{state}.")
    if holder.people == 0:
        return failed(f"Group {holder.principal_name} holds access and has no members.")
    return passed(f"Group {holder.principal_name} has {counted(holder.people, 'member')}.")
