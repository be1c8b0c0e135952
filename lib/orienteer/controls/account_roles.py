"""Controls about accounts with a place of their own: closed ones, the foundation of security, keepers of logs."""

from __future__ import annotations

from typing import Annotated

from orienteer.controls.control import control
from orienteer.controls.guardrails import unstopped
from orienteer.controls.verdict import Verdict, asked, failed, passed
from orienteer.facts.foundation_roles import LOG_KEEPERS, ROLES
from orienteer.facts.management_work import MANAGEMENT_WORK
from orienteer.facts.parking import PARKING
from orienteer.facts.seen import Row, either, unless_unseen
from orienteer.model import Category, Severity
from orienteer.parameters import Range

_UNITS = "https://docs.aws.amazon.com/whitepapers/latest/organizing-your-aws-environment/"


@control(
    "ORG-05",
    title="The management account runs no workloads",
    category=Category.ORGANIZATION,
    severity=Severity.HIGH,
    maturity=2,
    source="https://docs.aws.amazon.com/organizations/latest/userguide/orgs_best-practices_mgmt-acct.html",
    fact=MANAGEMENT_WORK,
    evidence=("expected", "others"),
    mappings={"cis": ["CIS AWS Foundations v7.0.0 2.1.3"]},
)
def management_workloads(kind: Row) -> Verdict:
    """Service control policies do not apply to the management account, so whoever breaks into a workload there is one
    step from the whole organization.

    Fix: move the resources to a member account, and keep the management account for the organization and its billing.
    """
    name = kind.resource_id
    if not kind.others:
        return passed(f"The management account has no {name} apart from those that belong there.")
    told = f"The management account has {name}: {', '.join(list(kind.others.seen)[:5])}"
    if name in ("functions", "buckets"):
        return asked(f"{told}. Are they needed to manage the organization?")
    return failed(f"{told}.")


@control(
    "ORG-06",
    title="Suspended and departing accounts are parked in the suspended OU and nothing live is parked there",
    category=Category.ORGANIZATION,
    severity=Severity.MEDIUM,
    maturity=4,
    source=f"{_UNITS}suspended-ou.html",
    fact=PARKING,
    evidence=("name", "state", "ou_path", "exempt_principals"),
    scope="account",
)
def parked_accounts(one: Row, *, suspended_cost_usd: Annotated[float, Range(0, 1_000_000)] = 5) -> Verdict:
    """A closed account can be reopened for 90 days, and nobody watches it; an OU that denies everything keeps it inert.

    Fix: move accounts to a suspended OU before you close them, and attach a service control policy to it that denies
    everything except what closing an account needs.
    """
    if one.kind == "unit":
        if one.open_probes:
            words = f"{one.ou_path} is for suspended accounts, yet it still allows {', '.join(one.open_probes)}."
            return unstopped(one, words)
        return passed(f"{one.ou_path} denies everything that was tried.")
    if one.kind == "closed":
        if one.is_parked is None:
            return asked(f"Which OU is the account in? It is {one.state}, and the tree does not show where.")
        where = f"The account is {one.state} and sits in {one.ou_path}"
        return passed(f"{where}.") if one.is_parked else failed(f"{where}, which is not an OU for suspended accounts.")
    cost = f"{one.last_month_cost:.2f} USD in the last whole month"
    if one.last_month_cost > suspended_cost_usd:
        return asked(f"The account is active in {one.ou_path} and cost {cost}: what still runs there?")
    return passed(f"The account is active in {one.ou_path} and cost {cost}.")


@control(
    "ORG-07",
    title="The foundational accounts exist - security audit, log archive, IAM and security operations",
    category=Category.ORGANIZATION,
    severity=Severity.HIGH,
    maturity=3,
    source="https://docs.aws.amazon.com/prescriptive-guidance/latest/security-reference-architecture/security-tooling.html",
    fact=ROLES,
    evidence=("matched_by",),
)
def foundational_accounts(one: Row) -> Verdict:
    """Security tools and logs survive the takeover of another account only if they live in accounts of their own.

    An account is recognized because the client named it, by its own name, or because the matching services are
    delegated to it.

    Fix: create the missing account under the security OU, and make it delegated administrator of the services it is
    for.
    """
    if one.outside:
        return failed(f"The account for {one.role} is not under a security OU: {', '.join(one.outside)}.")
    if one.resource_id == "log_archive" and one.is_audit_too:
        return failed(f"The log archive account is also the security audit account: {', '.join(one.accounts)}.")
    if one.unplaced:
        return asked(f"Which OU is {', '.join(one.unplaced)} in? The tree does not show it.")
    if one.accounts:
        return passed(f"The account for {one.role} is {', '.join(one.accounts)}.")
    if one.resource_id in ("iam", "secops") and one.administrators:
        return asked(f"The security audit account also does the work of {one.role}: is that intended?")
    return failed(f"No account for {one.role} was found.")


@control(
    "ORG-08",
    title="Log storage and log administration are held by different accounts",
    category=Category.ORGANIZATION,
    severity=Severity.HIGH,
    maturity=3,
    source="https://docs.aws.amazon.com/prescriptive-guidance/latest/security-reference-architecture/log-archive.html",
    fact=LOG_KEEPERS,
    evidence=("trail_arn", "bucket"),
)
def log_keeper(log: Row) -> Verdict | None:
    """Whoever can both stop the trail and delete its files can hide everything.

    Fix: deliver the trail to a bucket in a log archive account whose operators cannot administer CloudTrail. Copy the
    old files before you switch.
    """
    if not log.is_organization:
        return None
    owner = log.owner
    roles = {
        "the management account": lambda: owner == log.management,
        "the delegated administrator of CloudTrail": lambda: owner in log.log_administrators,
        "the security audit account": lambda: owner in log.security_audit,
    }
    if either(*roles.values()):
        held = [role for role, is_held in roles.items() if unless_unseen(is_held, False)]
        return failed(f"The organization trail's bucket belongs to {owner}, which is {' and '.join(held)}.")
    return passed(f"The bucket belongs to {owner}, which administers no trail.")
