"""Controls about who administers the organisation's services and policies beside the management account."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd

from orienteer.controls.control import control, nothing
from orienteer.controls.estate import judged, management, organized, records
from orienteer.model import Category, Severity
from orienteer.policy.document import Statement, parse

DELEGABLE = (
    "cloudtrail.amazonaws.com", "guardduty.amazonaws.com", "securityhub.amazonaws.com", "access-analyzer.amazonaws.com",
    "config.amazonaws.com", "sso.amazonaws.com", "iam.amazonaws.com", "account.amazonaws.com",
    "inspector2.amazonaws.com", "macie.amazonaws.com", "backup.amazonaws.com",
    "member.org.stacksets.cloudformation.amazonaws.com", "fms.amazonaws.com", "detective.amazonaws.com",
    "ssm.amazonaws.com",
)  # fmt: skip
OWN_API = {"guardduty.amazonaws.com": "GD-01", "securityhub.amazonaws.com": "SH-01"}
"""Services that register their administrator through an API of their own, and the control that asks them."""


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
)
def delegated_services(
    organization: pd.DataFrame,
    organization_trusted_services: pd.DataFrame,
    organization_delegated_services: pd.DataFrame,
    *,
    delegable_services: tuple[str, ...] = DELEGABLE,
) -> pd.DataFrame:
    """No guardrail binds the management account, so daily security work should not need anybody to sign in there.

    Fix: register the security (or IAM) account as delegated administrator for the service and stop using the management
    account for it.
    """
    if not organized(organization):
        return nothing()
    home = management(organization)
    delegates = {row["service_principal"]: row for row in records(organization_delegated_services)}
    trusted = sorted(set(organization_trusted_services["service_principal"].dropna()) & set(delegable_services))
    return judged(
        [_delegation(home, service, delegates.get(service)) for service in trusted],
        ["service_principal", "trusted_access", "delegated_account_id", "delegated_account_name", "delegation_time"],
    )


def _delegation(home: str, service: str, found: dict[str, Any] | None) -> dict[str, Any]:
    """The verdict about one service: a member account administers it."""
    row = {"account_id": home, "resource_id": service, "service_principal": service, "trusted_access": True}
    if found is None:
        told = f"{service} has trusted access and no delegated administrator: it is run from the management account."
        hint = f" {OWN_API[service]} says what the service itself has registered." if service in OWN_API else ""
        return {**row, "passed": False, "reason": told + hint}
    member = found["account_id"] != home
    whose = "" if member else ", which is the management account itself"
    return {
        **row, "delegated_account_id": found["account_id"], "delegated_account_name": found["name"],
        "delegation_time": found["service_delegated_at"], "passed": member,
        "reason": f"{service} is delegated to account {found['account_id']}{whose}.",
    }  # fmt: skip


FATAL = ("organizations:LeaveOrganization", "organizations:RemoveAccountFromOrganization", "organizations:CloseAccount",
         "organizations:DeleteOrganization")  # fmt: skip
CHANGING = ("organizations:CreatePolicy", "organizations:UpdatePolicy", "organizations:DeletePolicy",
            "organizations:AttachPolicy", "organizations:DetachPolicy", "organizations:EnablePolicyType",
            "organizations:DisablePolicyType")  # fmt: skip
_ORG_KEYS = frozenset({"aws:principalorgid", "aws:principalorgpaths", "aws:principalaccount", "aws:principalarn"})
_POLICY_TYPES = re.compile(r":policy/[^/]*/[a-z0-9_]+_policy")


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
    """Whoever may change guardrails owns the organisation; the security team should hold that, and no more than that.

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
    rows = [{**place, **_statement(statement)} for statement in document.statements if statement.effect == "Allow"]
    if document.problems or not rows:
        told = "; ".join(document.problems) or "it allows nothing"
        question = f"What is the delegation policy meant to allow? {told[:1].upper()}{told[1:]}."
        rows.append({**place, "resource_id": "delegation policy", "passed": False, "manual": True, "reason": question})
    return judged(rows, ["statement_sid", "principals", "actions", "resource_scope", "condition_keys"])


def _statement(statement: Statement) -> dict[str, Any]:
    """The verdict about one allowing statement: whom it names, and that it grants no more than policies of a type."""
    name = statement.sid or str(statement.index + 1)

    def grants(action: str) -> bool:
        if statement.actions is None:
            return not statement.action_set.hit(action.lower())
        return statement.action_set.hit(action.lower())

    keys = sorted({condition.key for condition in statement.conditions})
    everybody = statement.principals is None or any(value == "*" for _, value in statement.principals)
    scopes = [resource for resource in statement.resources or () if resource == "*" or ":policy/" in resource]
    typed = "organizations:policytype" in keys or (bool(scopes) and all(map(_POLICY_TYPES.search, scopes)))
    fatal = [action for action in FATAL if grants(action)]
    faults = []
    if grants("organizations:Probe"):
        faults.append("grants every operation of the organization")
    elif fatal:
        faults.append(f"grants {', '.join(fatal)}")
    if everybody and not _ORG_KEYS & set(keys):
        faults.append("is open to every AWS account")
    changing = [action for action in CHANGING if grants(action)]
    doubt = bool(changing) and not typed
    told = " and ".join(faults) or ("lets policies of every type be changed: is that meant?" if doubt else "is scoped")
    return {
        "resource_id": f"statement {name}", "statement_sid": statement.sid or None,
        "principals": [value for _, value in statement.principals or ()], "actions": list(statement.actions or ()),
        "resource_scope": list(statement.resources or ()), "condition_keys": keys, "passed": not faults and not doubt,
        "manual": not faults and doubt,
        "reason": f"Statement {name} of the delegation policy {told}{'' if told.endswith('?') else '.'}",
    }  # fmt: skip
