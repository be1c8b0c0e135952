"""Who is administrator, who can become one, and by which policies people and programs hold their rights."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase

from orienteer.controls.control import control
from orienteer.controls.verdict import CRITICAL, HIGH, MEDIUM, Verdict, failed, faults, passed, when
from orienteer.facts.grants import PERMISSION_HOLDERS
from orienteer.facts.powers import PRINCIPALS, RESERVED, SERVICE_ROLES
from orienteer.facts.seen import Row
from orienteer.model import Category, Severity

EXPECTED = ("OrganizationAccountAccessRole", "AWSReservedSSO_*", "AWSControlTowerExecution", "stacksets-exec-*")


@control(
    "IAM-09",
    title="Full administrative rights are held by few, known principals",
    category=Category.IAM,
    severity=Severity.HIGH,
    maturity=3,
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html",
    fact=PRINCIPALS,
    evidence=("via", "last_used"),
    mappings={
        "cis": ["CIS AWS Foundations v7.0.0 2.14"],
        "fsbp": ["IAM.1"],
        "prowler": [
            "iam_customer_attached_policy_no_administrative_privileges",
            "iam_aws_attached_policy_no_administrative_privileges",
            "iam_inline_policy_no_administrative_privileges",
            "iam_user_administrator_access_policy",
            "iam_role_administratoraccess_policy",
            "iam_group_administrator_access_policy",
        ],
        "scoutsuite": ["iam-managed-policy-allows-full-privileges.json"],
        "service_screener": ["FullAdminAccess", "InlinePolicyFullAdminAccess"],
    },
)
def known_administrators(
    who: Row, *, expected_admin_roles: Sequence[str] = EXPECTED, break_glass_users: Sequence[str] = ()
) -> Verdict | None:
    """An administrator can also remove guardrails and evidence, so there should be no more than a handful of them.

    Fix: attach narrower policies, then remove the administrative one. Keep one tested break-glass administrator, or you
    lock yourself out.
    """
    if who.kind == "account":
        strangers = any(not _expected(a, expected_admin_roles, break_glass_users) for a in who.administrators)
        return None if strangers else passed("No unexpected principal holds full administrative rights.")
    path = who.admin
    if path is None:
        return None
    if _expected(who, expected_admin_roles, break_glass_users):
        return passed(f"An expected administrator: {path.words}")
    on = " It is in an instance profile: whoever gets onto the machine gets its permissions." if who.on_machines else ""
    limited = path.conditions or path.blocked_by == "boundary" or who.boundary
    grave = (HIGH if limited else CRITICAL) if who.on_machines else MEDIUM if limited else HIGH
    return failed(f"{path.words}{on}", grave)


def _expected(who: Row, roles: Sequence[str], users: Sequence[str]) -> bool:
    """True for a role of Identity Center or one that is expected, and for a user declared for break glass."""
    if who.kind == "user":
        return who.resource_id in users or who.resource_arn in users
    return who.path.startswith(RESERVED) or any(fnmatchcase(who.resource_id, pattern) for pattern in roles)


@control(
    "IAM-10",
    title="No non-admin principal can make itself administrator",
    category=Category.IAM,
    severity=Severity.HIGH,
    maturity=4,
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html",
    fact=PRINCIPALS,
    evidence=("combinations",),
    mappings={
        "prowler": [
            "iam_policy_allows_privilege_escalation",
            "iam_inline_policy_allows_privilege_escalation",
            "iam_no_custom_policy_permissive_role_assumption",
        ],
        "scoutsuite": ["iam-managed-policy-allows-non-sts-action.json"],
    },
)
def no_escalation(who: Row) -> Verdict | None:
    """Permissions that look harmless alone can add up to full control: whoever may pass a role to a machine can act as
    it.

    Fix: limit iam:PassRole and IAM write actions to named resources, or set a permissions boundary.
    """
    if who.kind == "account" or who.path.startswith((RESERVED, SERVICE_ROLES)) or who.is_admin:
        return None
    return faults(
        [
            when(lambda: _ways(who, False), HIGH, lambda: _ways(who, False)),
            when(lambda: _ways(who, True), MEDIUM, lambda: _ways(who, True)),
        ],
        otherwise=lambda: passed(f"The {who.kind} has no known way to become administrator."),
        every=False,
    )


def _ways(who: Row, blocked: bool) -> str:
    """The first of the ways that are blocked, or open, in words; empty where none is."""
    return next((way.words for way in who.ways if bool(way.blocked_by) is blocked), "")


@control(
    "IAM-11",
    title="Users get permissions through groups, and policies avoid service-wide wildcards",
    category=Category.IAM,
    severity=Severity.LOW,
    maturity=2,
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html",
    fact=PERMISSION_HOLDERS,
    evidence=("attachments",),
    mappings={
        "cis": ["CIS AWS Foundations v7.0.0 2.13", "CIS AWS Foundations v7.0.0 2.20"],
        "fsbp": ["IAM.2", "IAM.21"],
        "prowler": [
            "iam_policy_attached_only_to_group_or_roles",
            "iam_policy_no_full_access_to_kms",
            "iam_policy_no_full_access_to_cloudtrail",
            "iam_policy_cloudshell_admin_not_attached",
        ],
        "scoutsuite": ["iam-user-with-policies.json", "iam-managed-policy-allows-NotActions.json"],
        "service_screener": ["userNotUsingGroup", "ManagedPolicyFullAccessOneServ"],
    },
)
def structured_permissions(holder: Row) -> Verdict:
    """Permissions attached to single users are forgotten there, and a wildcard grows with every action AWS adds.

    AWS managed policies are not judged here.

    Fix: move users' permissions to groups, or better to roles, and list the needed actions in each policy.
    """
    if holder.kind == "user":
        if holder.own_policies:
            return failed(f"Policies are attached to the user directly: {', '.join(holder.own_policies)}.")
        return passed("No policy is attached to the user directly.")
    if holder.whole:
        return failed(f"The policy allows every action on every resource of {', '.join(holder.whole)}.")
    return passed("The policy grants no sensitive service as a whole.")
