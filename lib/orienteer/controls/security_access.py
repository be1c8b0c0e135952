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
    "read": "No permission set shows what a security review has to see and changes nothing.",
    "admin": "No permission set may do everything, so nobody can act in every emergency.",
    "iam": "No permission set administers IAM and no more, so that takes an administrator.",
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
    """A team that can look at everything, repair access and, in an emergency, do everything, needs one set for each.

    Sets are judged by what their policies allow, whatever they are called. Without Identity Center see IDC-01.

    Fix: make the permission set that is missing (SecurityAudit with ViewOnlyAccess for reading, AdministratorAccess for
    emergencies, IAMFullAccess for IAM), and take write actions out of the one for reading.
    """
    if not row.is_there:
        also = f" {', '.join(row.stained)} would, but may change something, too." if row.stained else ""
        return failed(f"{MISSING[row.pattern]}{also}")
    data = f" {', '.join(row.shows_data)} shows the content of buckets and tables, too." if row.shows_data else ""
    return passed(f"The permission set is there: {', '.join(row.fitting)}.{data}")


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
    """In an account that the security team cannot look into, an intruder is found by accident.

    It counts as read where a group of the security team holds a permission set that reads and changes nothing, or
    where the security team's account may assume such a role.

    Fix: assign the set for reading to the security team's group in every account, or roll out an audit role with a
    stack set.
    """
    if account.account_id in no_security_read:
        return asked("The client keeps the account out of the security team's sight: why, and who watches it?")
    if not account.is_readable:
        return failed("Neither a permission set nor a role lets the security team read the account.")
    held, role = unless_unseen(lambda: account.read_by, None), unless_unseen(lambda: account.audit_role, None)
    if held:
        return passed(f"Group {held[1]} holds {held[0]} here.")
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
    """When something burns, somebody must get in everywhere, and on other days hardly anybody should.

    Whoever administers the management account is counted, where OrganizationAccountAccessRole lets them in. Without
    Identity Center the question is asked once, for all accounts.

    Fix: assign an administrator's permission set to a small group for emergencies in every account, with two to six
    members, and try it out twice a year.
    """
    question = "Where are its credentials kept, who holds them, and when was it last tried out?"
    if not account.has_center:
        text = f"There is no Identity Center; which way into each account is there for emergencies? {question}"
        return asked(text) if account.account_id == account.home else None
    if not account.glass_groups:
        if account.glass_role:
            return asked(f"Role {account.glass_role} is there for emergencies, outside Identity Center. {question}")
        return failed("No group for emergencies holds an administrator's permission set here.")
    groups, people = ", ".join(account.glass_groups), len(account.glass_people)
    if people < 2:
        return failed(f"Group {groups} has {'one member' if people else 'no members'}: too few for an emergency.")
    total = people + len(account.through_management)
    further = f", {total - people} of them by way of the management account" if total > people else ""
    told = f"Administrators in an emergency: {_people(total)}{further}"
    if total > max_break_glass:
        return failed(f"{told}; at most {max_break_glass} should be.")
    return passed(f"{told}.")


def _people(count: int) -> str:
    return "1 person" if count == 1 else f"{count} people"


@control(
    "IDC-07",
    title="Administrative permission sets are short-lived and rarely assigned to the management account",
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
    """A stolen session of an administrator is worth as much as it lasts, and most of all in the management account.

    Sets that may do everything in IAM or in Organizations count as administrative, too.

    Fix: shorten the session of the set, and move routine work to delegated accounts and narrower sets.
    """
    if row.kind == "management":
        count = len(row.people)
        if count > mgmt_admin_principals:
            limit = f"at most {mgmt_admin_principals} should be"
            return failed(f"Administrators of the management account: {_people(count)}; {limit}.")
        return passed(f"Administrators of the management account: {_people(count)}.")
    if not row.admin_equivalent:
        return None
    if row.session_hours is None:
        return asked(
            f"The session of {row.name} lasts {row.session_duration}; is that {admin_session_hours:g} h or less?"
        )
    if row.session_hours > admin_session_hours:
        return failed(f"A session of {row.name} lasts {row.session_hours:g} h; {admin_session_hours:g} h is enough.")
    return passed(f"A session of {row.name} lasts {row.session_hours:g} h.")
