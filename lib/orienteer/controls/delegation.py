"""Controls about who administers the organization's services and policies beside the management account."""

from __future__ import annotations

from collections.abc import Mapping

from orienteer.controls.control import control
from orienteer.controls.verdict import INFO, Verdict, asked, failed, passed
from orienteer.facts.billing import BILLING
from orienteer.facts.seen import Row, unless_unseen
from orienteer.facts.services import DELEGATION_STATEMENTS, DELEGATIONS, KEY_SERVICES, NOT_ASKED, SERVICES
from orienteer.model import Category, Severity
from orienteer.parameters import AccountId

_DELEGATED = "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_integrate_delegated_admin.html"


@control(
    "DA-01",
    title="Each organization-integrated security service in use is delegated to a member account, not run from the "
    "management account",
    category=Category.ORGANIZATION,
    severity=Severity.HIGH,
    maturity=3,
    source=_DELEGATED,
    fact=SERVICES,
    mappings={
        "cis": ["CIS AWS Foundations v7.0.0 2.1.6"],
        "prowler": ["organizations_delegated_administrators"],
    },
)
def delegated_services(service: Row) -> Verdict | None:
    """No guardrail applies to the management account, so daily security work should not require signing in there.

    GuardDuty and Security Hub are asked for their own administrators before they fail. Services without trusted access
    are listed for information only.

    Fix: register the security account (for sign-in, the IAM account) as delegated administrator of the service, and
    stop using the management account for it.
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
        text = f"{name} itself names {sure} as its administrator, although Organizations does not."
        return passed(text, delegated_account_id=sure)
    if any(a.admin_status is None for a in own):
        return asked(f"AWS does not say whether {name}'s own administrator is active; is it?")
    other = next(iter(service.delegates), None)
    why = f"and {other.account_id}, its delegate, is no active member" if other else "and no delegated administrator"
    hint = f" {NOT_ASKED[name]} itself was not asked." if name in NOT_ASKED else ""
    return failed(f"{name} has trusted access {why}: it is run from the management account.{hint}")


@control(
    "DA-02",
    title="Delegated administrators are only the expected accounts",
    category=Category.ORGANIZATION,
    severity=Severity.HIGH,
    maturity=3,
    source=_DELEGATED,
    fact=DELEGATIONS,
    evidence=("name",),
    mappings={
        "cis": ["CIS AWS Foundations v7.0.0 2.1.6"],
        "prowler": ["organizations_delegated_administrators"],
    },
)
def expected_delegates(
    one: Row,
    *,
    expected_delegates: Mapping[str, tuple[AccountId, ...]] = {},  # read only
) -> Verdict | None:
    """A delegated administrator can act on every account of the organization, so breaking into it endangers them all.

    Where no account was agreed on for a service, the administrator should be in an OU for security or infrastructure.

    Fix: note the service's settings and members, since many services drop them; then deregister the unexpected account
    and register the intended one.
    """
    service, meant = one.service_principal, expected_delegates.get(one.service_principal)
    if service is None:
        return None
    if one.state not in (None, "ACTIVE"):
        return failed(f"{service} is delegated to an account that is {one.state}.")
    if meant is not None:
        told = f"{service} is{'' if one.account_id in meant else ' not'} delegated to an account agreed on for it."
        return passed(told) if one.account_id in meant else failed(told)
    if one.serves is None:
        return asked(f"Is this account meant to administer {service}? The OU tree does not show where it is.")
    where = one.ou_path
    if not {"security", "infrastructure"} & set(one.serves):
        return failed(f"{service} is delegated to an account in {where}, not an OU for security or infrastructure.")
    alone = unless_unseen(lambda: one.holds_all, False)
    return passed(f"The account is in {where}.{' It administers every delegated service.' if alone else ''}")


@control(
    "DA-03",
    title="Identity Center and CloudTrail administration are delegated (IAM account and security audit account)",
    category=Category.ORGANIZATION,
    severity=Severity.MEDIUM,
    maturity=3,
    source="https://docs.aws.amazon.com/singlesignon/latest/userguide/delegated-admin.html",
    fact=KEY_SERVICES,
    evidence=("management_sets",),
    mappings={"cis": ["CIS AWS Foundations v7.0.0 2.1.6"]},
)
def key_services_delegated(service: Row, *, waive_iam_account: bool = False) -> Verdict | None:
    """Administering sign-in or the audit trail should not require access to the management account.

    Permission sets assigned in the management account can still only be managed from there.

    Fix: register the IAM account as delegated administrator of Identity Center, and the audit account of CloudTrail.
    """
    if service.resource_id == "sso.amazonaws.com":
        if not service.uses_identity_center:
            return asked("Identity Center is not in use, so nobody administers it: is it to stay that way?")
        return _delegated(service, "IAM", service.iam, waive_iam_account)
    if service.resource_id == "cloudtrail.amazonaws.com":
        return _delegated(service, "security audit", service.security_audit, False)
    return None


def _delegated(service: Row, role: str, expected: frozenset[str], waived: bool) -> Verdict:
    """Whether the service is delegated, and to the account that has the role."""
    to = [d.account_id for d in service.delegates if d.account_id != service.management]
    if not to:
        return failed(f"{service.resource_id} is delegated to no member account.")
    told = f"{service.resource_id} is delegated to {', '.join(to)}"
    if waived or set(to) <= expected:
        return passed(f"{told}{'' if waived else f', the {role} account'}.")
    if not expected:
        return asked(f"{told}. Is that the {role} account? None is known.")
    return failed(f"{told}, not to the {role} account ({', '.join(sorted(expected))}).")


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
    """Whoever can change guardrails controls the organization; the security team should be able to do that and no more.

    Fix: write a delegation policy that lets the security account manage only the policy types and OUs it needs.
    """
    if not one.is_set:
        return asked("Only the management account can edit policies: is that how the teams work?")
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
        return asked(f"{name} lets policies of every type be changed: is that intended?")
    return passed(f"{name} is scoped.")


@control(
    "DA-05",
    title="Billing is viewed without privileged access to the management account",
    category=Category.ORGANIZATION,
    severity=Severity.MEDIUM,
    maturity=2,
    source="https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/control-access-billing.html",
    fact=BILLING,
    evidence=("exports_outside", "billing_principals"),
    mappings={"service_screener": ["enableCURReport"]},
)
def billing_apart(bill: Row) -> Verdict:
    """Somebody looks at the bill each month; doing so as an administrator puts the organization at risk each time.

    A role or user that can do nothing but billing counts, and so does an export of cost data to another account.

    Fix: give finance a permission set for billing only, or export cost data to another account, and stop using
    administrators for it.
    """
    if bill.is_apart:
        return passed("The bill can be read without being an administrator.")
    if bill.administrators:
        names = list(bill.administrators.seen)
        more = f" and {len(names) - 5} more" if len(names) > 5 else ""
        return failed(f"In the management account only administrators can read the bill: {', '.join(names[:5])}{more}.")
    return asked("Who reads the bill, and with which permissions? Neither an export nor a role for it was seen.")
