"""Controls about who administers the organization's services and policies beside the management account."""

from __future__ import annotations

from orienteer.controls.control import control
from orienteer.controls.verdict import INFO, Verdict, asked, failed, passed
from orienteer.facts.seen import Row
from orienteer.facts.services import DELEGATION_STATEMENTS, NOT_ASKED, SERVICES
from orienteer.model import Category, Severity


@control(
    "DA-01",
    title="Each organization-integrated security service in use is delegated to a member account, not run from the "
    "management account",
    category=Category.ORGANIZATION,
    severity=Severity.HIGH,
    maturity=3,
    source="https://docs.aws.amazon.com/organizations/latest/userguide/orgs_integrate_delegated_admin.html",
    fact=SERVICES,
    mappings={
        "cis": ["CIS AWS Foundations v7.0.0 2.1.6"],
        "prowler": ["organizations_delegated_administrators"],
    },
)
def delegated_services(service: Row) -> Verdict | None:
    """No guardrail binds the management account, so daily security work should not need anybody to sign in there.

    GuardDuty and Security Hub are asked for their own administrators before they fail. Services without trusted access
    are listed for information only.

    Fix: register the security (or IAM) account as delegated administrator for the service and stop using the management
    account for it.
    """
    name, home = service.resource_id, service.management
    if not service.is_delegable:
        return None
    if not service.is_trusted:
        text = f"{name} has no trusted access, so there is nothing to delegate (for information only)."
        return passed(text, INFO)
    used = next((d for d in service.delegates if d.account_id != home and d.state in (None, "ACTIVE")), None)
    if used:
        return passed(f"{name} is delegated to account {used.account_id}.", delegated_account_id=used.account_id)
    own = [a for a in service.own_admins or () if a.admin_account and a.admin_account != home]
    sure = next((a.admin_account for a in own if a.admin_status == "ENABLED"), None)
    if sure:
        text = f"{name} itself names {sure} as administrator, though Organizations does not."
        return passed(text, delegated_account_id=sure)
    if any(a.admin_status is None for a in own):
        return asked(f"AWS does not say whether {name}'s own administrator is in force; is it?")
    other = next(iter(service.delegates), None)
    why = f"and its delegated administrator {other.account_id} is no member in use" if other else "and no delegate"
    hint = f" {NOT_ASKED[name]} itself was not asked." if name in NOT_ASKED else ""
    return failed(f"{name} has trusted access {why}: it is run from the management account.{hint}")


@control(
    "DA-04",
    title="Organization policy management is delegated through a scoped resource-based delegation policy",
    category=Category.ORGANIZATION,
    severity=Severity.LOW,
    maturity=4,
    source="https://docs.aws.amazon.com/organizations/latest/userguide/orgs_delegate_policies.html",
    fact=DELEGATION_STATEMENTS,
    evidence=("principals", "actions"),
    mappings={
        "cis": ["CIS AWS Foundations v7.0.0 2.1.5"],
        "prowler": ["organizations_delegated_administrators"],
    },
)
def delegation_policy(one: Row) -> Verdict:
    """Whoever may change guardrails owns the organization; the security team should hold that, and no more than that.

    Fix: write a delegation policy that lets the security account manage policies of the needed types and OUs only.
    """
    if not one.is_set:
        return asked("Only the management account can edit policies: does that match how the client works?")
    if one.problem:
        return asked(f"What is the delegation policy meant to allow? {one.problem[:1].upper()}{one.problem[1:]}.")
    name = f"{one.resource_id[:1].upper()}{one.resource_id[1:]} of the delegation policy"
    if one.grants_everything:
        return failed(f"{name} grants every operation of the organization.")
    if one.grants_fatal:
        return failed(f"{name} grants {', '.join(one.grants_fatal)}.")
    if one.lets_in in ("external", "public"):
        return failed(f"{name} is open to accounts outside the organization.")
    if one.changes_any_type:
        return asked(f"{name} lets policies of every type be changed: is that meant?")
    return passed(f"{name} is scoped.")
