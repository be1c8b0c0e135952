"""How the security team gets in, and how few people administer: permission sets, accounts, emergencies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from orienteer.controls.control import control
from orienteer.controls.verdict import Verdict, asked, failed, passed
from orienteer.facts.security_access import ADMIN_SETS, SECURITY_ACCOUNTS, SECURITY_SETS
from orienteer.facts.seen import Row, unless_unseen
from orienteer.model import Category, Severity
from orienteer.parameters import AccountId, Range

MISSING = {
    "read": "No permission set can read all that a security review needs without being able to change anything.",
    "admin": "No permission set grants full administration, so nobody can act in every emergency.",
    "iam": "No permission set administers IAM and nothing else, so IAM work takes a full administrator.",
}


@control(
    "IDC-03",
    title="The security team's permission-set pattern exists"
    " (full read, full admin for break glass, IAM administration)",
    category=Category.IAM,
    severity=Severity.HIGH,
    maturity=3,
    source="https://docs.aws.amazon.com/singlesignon/latest/userguide/permissionsetsconcept.html",
    fact=SECURITY_SETS,
    evidence=("pattern", "fitting", "shows_data"),
    scope="organization",
)
def security_sets(row: Row) -> Verdict:
    """The security team has to read everything, repair access and, in an emergency, do anything: one permission set
    each.

    Permission sets are judged by what their policies allow, whatever they are called. Without Identity Center see
    IDC-01.

    Fix: create the missing permission set (SecurityAudit with ViewOnlyAccess for reading, AdministratorAccess for
    emergencies, IAMFullAccess for IAM), and remove write actions from the one for reading. Whoever holds IAMFullAccess
    can become administrator, so assign it as sparingly.
    """
    if not row.is_there:
        also = f" {', '.join(row.stained)} could, but can also change something." if row.stained else ""
        return failed(f"{MISSING[row.pattern]}{also}")
    data = f" {', '.join(row.shows_data)} can also read the content of buckets and tables." if row.shows_data else ""
    return passed(f"Permission sets for it: {', '.join(row.fitting)}.{data}")


@control(
    "IDC-04",
    title="The security team can read every account",
    category=Category.IAM,
    severity=Severity.HIGH,
    maturity=3,
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_job-functions.html",
    fact=SECURITY_ACCOUNTS,
    evidence=("read_by", "audit_role"),
    scope="account",
    mappings={"prowler": ["iam_securityaudit_role_created"]},
)
def security_reads(account: Row, *, no_security_read: Sequence[AccountId] = ()) -> Verdict:
    """In an account the security team cannot see into, an intruder is found by accident.

    An account counts as readable if a group of the security team has a read-only permission set there, or if the
    security team's account may assume a read-only role in it.

    Fix: assign the read-only permission set to the security team's group in every account, or roll out an audit role
    with a StackSet.
    """
    if account.account_id in no_security_read:
        return asked("The account is kept out of the security team's sight on purpose: why, and who watches it?")
    if not account.is_readable:
        return failed("Neither a permission set nor a role lets the security team read this account.")
    held, role = unless_unseen(lambda: account.read_by, None), unless_unseen(lambda: account.audit_role, None)
    if held:
        return passed(f"Group {held[1]} has {held[0]} here.")
    return passed(
        f"The security team's account may assume {role}." if role else "It is the security team's own account."
    )


@control(
    "IDC-05",
    title="Break-glass administration reaches every account and is held by few people",
    category=Category.IAM,
    severity=Severity.HIGH,
    maturity=3,
    source="https://docs.aws.amazon.com/singlesignon/latest/userguide/emergency-access.html",
    fact=SECURITY_ACCOUNTS,
    evidence=("glass_groups", "access_role", "glass_role"),
    scope="account",
)
def break_glass(account: Row, *, max_break_glass: Annotated[int, Range(2, 10_000)] = 6) -> Verdict | None:
    """In an emergency somebody must be able to get in everywhere; on other days hardly anybody should.

    Administrators of the management account are counted where OrganizationAccountAccessRole lets them in. Without
    Identity Center the question is asked once, for all accounts.

    Fix: assign an administrator permission set in every account to a small emergency group of two to six people, and
    test it twice a year.
    """
    question = "Where are its credentials kept, who holds them, and when was it last tested?"
    if not account.has_center:
        text = f"There is no Identity Center; what is the emergency way into each account? {question}"
        return asked(text) if account.account_id == account.home else None
    if not account.glass_groups:
        if account.glass_role:
            return asked(f"Role {account.glass_role} is for emergencies, outside Identity Center. {question}")
        return failed("No emergency group has an administrator permission set here.")
    groups, people = ", ".join(account.glass_groups), len(account.glass_people)
    if people < 2:
        return failed(f"{groups} has {'one member' if people else 'no members'}, too few for an emergency.")
    total = people + len(account.through_management)
    further = f", {total - people} of them through the management account" if total > people else ""
    told = f"Emergency administrators: {_people(total)}{further}"
    if total > max_break_glass:
        return failed(f"{told}; there should be at most {max_break_glass}.")
    return passed(f"{told}.")


def _people(count: int) -> str:
    return "1 person" if count == 1 else f"{count} people"


@control(
    "IDC-07",
    title="Administrative sessions are short, and few people administer the management account",
    category=Category.IAM,
    severity=Severity.HIGH,
    maturity=3,
    source="https://docs.aws.amazon.com/singlesignon/latest/userguide/howtosessionduration.html",
    fact=ADMIN_SETS,
    evidence=("session_duration", "assigned_accounts", "admin_sets"),
    mappings={"service_screener": ["roleLongSession"]},
)
def short_administration(
    row: Row,
    *,
    admin_session_hours: Annotated[float, Range(1, 12)] = 4,
    mgmt_admin_principals: Annotated[int, Range(0, 10_000)] = 5,
) -> Verdict | None:
    """A stolen administrator session works for as long as it lasts, and does the most harm in the management account.

    Permission sets with full access to IAM or Organizations count as administrative too.

    Fix: shorten the permission set's session duration, and move routine work to delegated accounts and narrower
    permission sets.
    """
    if row.kind == "management":
        count = len(row.people)
        if count > mgmt_admin_principals:
            limit = f"there should be at most {mgmt_admin_principals}"
            return failed(f"Administrators of the management account: {_people(count)}; {limit}.")
        return passed(f"Administrators of the management account: {_people(count)}.")
    if not row.admin_equivalent:
        return None
    if row.session_hours is None:
        return asked(f"Sessions of {row.name} last {row.session_duration}; is that {admin_session_hours:g} h or less?")
    if row.session_hours > admin_session_hours:
        return failed(f"Sessions of {row.name} last {row.session_hours:g} h; {admin_session_hours:g} h is enough.")
    return passed(f"Sessions of {row.name} last {row.session_hours:g} h.")
