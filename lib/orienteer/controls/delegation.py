"""Controls about who administers the organization's services and policies beside the management account."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from typing import Any

import pandas as pd

from orienteer.controls.control import control, nothing
from orienteer.controls.estate import judged, organized
from orienteer.facts.tree import management
from orienteer.facts.values import records
from orienteer.model import Category, Severity
from orienteer.policy.language.conditions import Test
from orienteer.policy.language.document import Statement, parse
from orienteer.policy.language.match import action_matches, wildcard

DELEGABLE = (
    "cloudtrail.amazonaws.com", "guardduty.amazonaws.com", "securityhub.amazonaws.com", "access-analyzer.amazonaws.com",
    "config.amazonaws.com", "sso.amazonaws.com", "iam.amazonaws.com", "account.amazonaws.com",
    "inspector2.amazonaws.com", "macie.amazonaws.com", "backup.amazonaws.com",
    "member.org.stacksets.cloudformation.amazonaws.com", "fms.amazonaws.com", "detective.amazonaws.com",
    "ssm.amazonaws.com",
)  # fmt: skip
ASKED = {
    "guardduty.amazonaws.com": ("guardduty_organization_admins", "GD-01"),
    "securityhub.amazonaws.com": ("securityhub_organization_admins", "SH-01"),
}
"""Services whose own list of administrators, region by region, is read too: its table, and the control about it."""

NOT_ASKED = {
    "macie.amazonaws.com": "Macie", "inspector2.amazonaws.com": "Inspector", "detective.amazonaws.com": "Detective",
    "fms.amazonaws.com": "Firewall Manager",
}  # fmt: skip
"""Services with such a list that no control needs.  Whoever registers there needs
organizations:RegisterDelegatedAdministrator, for the service hands the account on to Organizations: that list decides.
"""

OWN_TABLES = tuple(table for table, _ in ASKED.values())


@control(
    "DA-01",
    title="Each organization-integrated security service in use is delegated to a member account, not run from the "
    "management account",
    category=Category.ORGANIZATION,
    severity=Severity.HIGH,
    maturity=3,
    source="https://docs.aws.amazon.com/organizations/latest/userguide/orgs_integrate_delegated_admin.html",
    scope="organization",
    resource_type="AWS::Organizations::Organization",
    mappings={
        "cis": ["CIS AWS Foundations v7.0.0 2.1.6"],
        "prowler": ["organizations_delegated_administrators"],
    },
    refined_by=OWN_TABLES,
)
def delegated_services(
    organization: pd.DataFrame,
    organization_trusted_services: pd.DataFrame,
    organization_delegated_services: pd.DataFrame,
    guardduty_organization_admins: pd.DataFrame,
    securityhub_organization_admins: pd.DataFrame,
    *,
    delegable_services: tuple[str, ...] = DELEGABLE,
) -> pd.DataFrame:
    """No guardrail binds the management account, so daily security work should not need anybody to sign in there.

    GuardDuty and Security Hub are asked for their own administrators before they fail. Services without trusted access
    are listed for information only.

    Fix: register the security (or IAM) account as delegated administrator for the service and stop using the management
    account for it.
    """
    if not organized(organization):
        return nothing()
    home = management(organization)
    delegates = defaultdict(list)
    for row in records(organization_delegated_services):
        delegates[row["service_principal"]].append(row)
    trusted = set(organization_trusted_services["service_principal"].dropna())
    own = dict(zip(ASKED, map(records, (guardduty_organization_admins, securityhub_organization_admins)), strict=True))
    return judged(
        [_cross_checked(_delegation(home, service, delegates[service]), own.get(service, []))
         if service in trusted else _never_enabled(home, service) for service in sorted(set(delegable_services))],
        ["service_principal", "trusted_access", "delegated_account_id", "delegated_account_name", "delegation_time",
         "delegated_regions"],
    )  # fmt: skip


def _never_enabled(home: str, service: str) -> dict[str, Any]:
    """A service that the organization never let in: listed, and no fault."""
    told = f"{service} has no trusted access, so there is nothing to delegate (for information only)."
    return {
        "account_id": home, "resource_id": service, "service_principal": service, "trusted_access": False,
        "passed": True, "severity": Severity.INFO.value, "reason": told, "without": OWN_TABLES,
    }  # fmt: skip


def _cross_checked(row: dict[str, Any], own: list[dict[str, Any]]) -> dict[str, Any]:
    """The verdict, after the service's own list of administrators has had its say about one that would fail."""
    service, home = row["service_principal"], row["account_id"]
    if row["passed"] or service not in ASKED:
        return {**row, "without": OWN_TABLES}
    table, control_id = ASKED[service]
    others = tuple(name for name in OWN_TABLES if name != table)
    members = [one for one in own if one["admin_account"] and one["admin_account"] != home]
    sure = [one for one in members if one["admin_status"] == "ENABLED"]
    if not sure:
        doubt = [one for one in members if one["admin_status"] is None]
        told = " AWS does not say whether the service's own administrator is in force; is it?" if doubt else (
            " The service itself names no member account either.")  # fmt: skip
        return {**row, "manual": bool(doubt), "reason": row["reason"] + told, "without": others, "stands": False}
    regions = sorted({one["region"] for one in sure})
    names = sorted({one["admin_account"] for one in sure})
    told = f"{service} itself names {', '.join(names)} as administrator in {', '.join(regions)}, though Organizations"
    return {
        **row, "delegated_account_id": names[0], "delegated_account_name": None, "delegation_time": None,
        "delegated_regions": regions, "passed": True, "without": OWN_TABLES,
        "reason": f"{told} does not; {control_id} judges every region.",
    }  # fmt: skip


def _delegation(home: str, service: str, found: list[dict[str, Any]]) -> dict[str, Any]:
    """The verdict about one service by Organizations' list: a member account that is in use administers it."""
    row = {"account_id": home, "resource_id": service, "service_principal": service, "trusted_access": True}
    if not found:
        told = f"{service} has trusted access and no delegated administrator: it is run from the management account."
        hint = f" {NOT_ASKED[service]} itself was not asked." if service in NOT_ASKED else ""
        return {**row, "passed": False, "reason": told + hint}
    one = min(found, key=lambda each: (each["account_id"] == home, not _in_use(each), each["account_id"]))
    fault = ", which is the management account itself" if one["account_id"] == home else ""
    fault = fault or ("" if _in_use(one) else f", which is {str(one['state']).lower()}")
    return {
        **row, "delegated_account_id": one["account_id"], "delegated_account_name": one["name"],
        "delegation_time": one["service_delegated_at"], "passed": not fault,
        "reason": f"{service} is delegated to account {one['account_id']}{fault}.",
    }  # fmt: skip


def _in_use(account: dict[str, Any]) -> bool:
    """Whether the account is neither suspended nor being closed; a state that AWS does not give counts as in use."""
    return account["state"] in (None, "ACTIVE")


FATAL = ("organizations:LeaveOrganization", "organizations:RemoveAccountFromOrganization", "organizations:CloseAccount",
         "organizations:DeleteOrganization")  # fmt: skip
CHANGING = ("organizations:CreatePolicy", "organizations:UpdatePolicy", "organizations:DeletePolicy",
            "organizations:AttachPolicy", "organizations:DetachPolicy", "organizations:EnablePolicyType",
            "organizations:DisablePolicyType")  # fmt: skip
_ORG_KEYS = frozenset({"aws:principalorgid", "aws:principalorgpaths", "aws:principalaccount", "aws:principalarn"})
_ELSEWHERE = {"aws:principalorgid": ("o-elsewhere01",), "aws:principalorgpaths": ("o-elsewhere01/r-1/",)}
_STRANGERS = tuple(
    {"aws:principalaccount": ("000000000000",), "aws:principalarn": (f"arn:{partition}:iam::000000000000:role/x",),
     **organization}
    for partition in ("aws", "aws-us-gov", "aws-cn")
    for organization in ({}, _ELSEWHERE)
)  # fmt: skip
_NEW_TYPE = "NEW_POLICY"
"""A policy type that nobody named: a statement that lets it be changed is not limited to types."""


@control(
    "DA-04",
    title="Organization policy management is delegated through a scoped resource-based delegation policy",
    category=Category.ORGANIZATION,
    severity=Severity.LOW,
    maturity=4,
    source="https://docs.aws.amazon.com/organizations/latest/userguide/orgs_delegate_policies.html",
    scope="organization",
    resource_type="AWS::Organizations::ResourcePolicy",
    mappings={
        "cis": ["CIS AWS Foundations v7.0.0 2.1.5"],
        "prowler": ["organizations_delegated_administrators"],
    },
)
def delegation_policy(organization: pd.DataFrame, organization_resource_policy: pd.DataFrame) -> pd.DataFrame:
    """Whoever may change guardrails owns the organization; the security team should hold that, and no more than that.

    Fix: write a delegation policy that lets the security account manage policies of the needed types and OUs only.
    """
    if not organized(organization) or organization_resource_policy.empty:
        return nothing()
    home, policy = management(organization), records(organization_resource_policy)[0]
    place = {"account_id": home, "resource_arn": policy["policy_arn"]}
    if policy["policy"] is None:
        question = "Only the management account can edit policies: does that match how the client works?"
        return judged(
            [{**place, "resource_id": "delegation policy", "passed": False, "manual": True, "reason": question}], ()
        )
    document = parse(policy["policy"])
    denies = [statement for statement in document.statements if statement.effect == "Deny"]
    rows = [{**place, **_statement(s, denies)} for s in document.statements if s.effect == "Allow"]
    if document.problems or not rows:
        told = "; ".join(document.problems) or "it allows nothing"
        question = f"What is the delegation policy meant to allow? {told[:1].upper()}{told[1:]}."
        rows.append({**place, "resource_id": "delegation policy", "passed": False, "manual": True, "reason": question})
    return judged(rows, ["statement_sid", "principals", "actions", "resource_scope", "condition_keys"])


def _statement(statement: Statement, denies: Iterable[Statement]) -> dict[str, Any]:
    """The verdict about one allowing statement: whom it names, and that it grants no more than policies of a type."""
    name = statement.sid or str(statement.index + 1)
    grants = _granting(statement, denies)
    fatal = [action for action in FATAL if grants(action)]
    faults = []
    if grants("organizations:Probe"):
        faults.append("grants every operation of the organization")
    elif fatal:
        faults.append(f"grants {', '.join(fatal)}")
    if _open_to_strangers(statement):
        faults.append("is open to every AWS account")
    doubt = any(grants(action) for action in CHANGING) and _of_any_type(statement)
    told = " and ".join(faults) or ("lets policies of every type be changed: is that meant?" if doubt else "is scoped")
    return {
        "resource_id": f"statement {name}", "statement_sid": statement.sid or None,
        "principals": [value for _, value in statement.principals or ()],
        "actions": list(statement.actions if statement.actions is not None else statement.not_actions or ()),
        "resource_scope": list(statement.resources or ()),
        "condition_keys": sorted({condition.key for condition in statement.conditions}),
        "passed": not faults and not doubt, "manual": not faults and doubt,
        "reason": f"Statement {name} of the delegation policy {told}{'' if told.endswith('?') else '.'}",
    }  # fmt: skip


def _granting(statement: Statement, denies: Iterable[Statement]) -> Callable[[str], bool]:
    """Whether the statement grants an action and no deny of the same policy takes it back from all it names."""
    whom = set(statement.principals or ())
    back = [d for d in denies if not d.conditions and d.not_resources is None and "*" in (d.resources or ("*",))
            and (_names_everybody(d) or (whom and whom <= set(d.principals or ())))]  # fmt: skip

    def grants(action: str) -> bool:
        name = action.lower()
        return action_matches(statement, name) and not any(action_matches(deny, name) for deny in back)

    return grants


def _names_everybody(statement: Statement) -> bool:
    return statement.principals is None or any(value == "*" for _, value in statement.principals)


def _tests(statement: Statement, keys: Collection[str]) -> list[Test]:
    """The statement's conditions on these keys."""
    return [test for one, test in zip(statement.conditions, statement.tests, strict=True) if one.key in keys]


def _open_to_strangers(statement: Statement) -> bool:
    """Whether it names everybody and its conditions about the caller let somebody from elsewhere in."""
    tests = _tests(statement, _ORG_KEYS)
    return _names_everybody(statement) and any(all(test(who) for test in tests) for who in _STRANGERS)


def _of_any_type(statement: Statement) -> bool:
    """Whether policies of a type that nobody named could be changed through it."""
    tests = _tests(statement, {"organizations:policytype"})
    touched = statement.resources is None or any(_of_new_type(resource) for resource in statement.resources)
    return touched and all(test({"organizations:policytype": (_NEW_TYPE,)}) for test in tests)


def _of_new_type(resource: str) -> bool:
    """Whether a resource pattern lets in a policy of a new type: arn:...:policy/<organization>/<type>_policy/<id>."""
    _, named, rest = resource.partition(":policy/")
    kind = rest.split("/")[1:2] or [rest]
    return "*" in resource.split(":") or (bool(named) and wildcard(kind[0].lower(), _NEW_TYPE.lower()))
