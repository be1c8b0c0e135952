"""The control about who from outside the organization can reach its resources, whatever each resource allows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from orienteer.controls.control import control, nothing
from orienteer.controls.estate import judged, organized
from orienteer.facts.foundation import exceptions
from orienteer.facts.tree import RCP, Node, Tree, about, asked_for, shown, tree
from orienteer.model import Category, Severity
from orienteer.parameters import Client
from orienteer.partitions import home_region
from orienteer.policy.guardrails.chain import rcp_decision
from orienteer.policy.guardrails.members import Member
from orienteer.policy.guardrails.perimeter import PerimeterAnswer, perimeter
from orienteer.policy.language.actions import sample_resources

RCP_SERVICES = ("s3", "sts", "kms", "sqs", "secretsmanager")
_BEYOND_ROOTS = ("organizational_units", "organization_accounts", "organization_policy_documents",
                 "organization_policy_targets")  # fmt: skip
"""What plays no part where the root says that the policy type is off."""
Row = dict[str, Any]


@control(
    "RCP-01",
    title="A resource control policy limits access to the organization's resources to its own identities and to AWS "
    "services acting for it",
    category=Category.ORGANIZATION,
    severity=Severity.MEDIUM,
    maturity=5,
    source="https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html",
    scope="organization",
    resource_type="AWS::Organizations::Account",
    mappings={"cis": ["CIS AWS Foundations v7.0.0 2.1.2"]},
)
def identity_perimeter(
    organization: pd.DataFrame,
    organization_roots: pd.DataFrame,
    organizational_units: pd.DataFrame,
    organization_accounts: pd.DataFrame,
    organization_policy_documents: pd.DataFrame,
    organization_policy_targets: pd.DataFrame,
    *,
    client: Client,
    exception_ous: tuple[str, ...] = (),
    rcp_services: tuple[str, ...] = RCP_SERVICES,
) -> pd.DataFrame:
    """One careless resource policy opens one resource to strangers; a perimeter keeps them out of all of them.

    Fix: enable RCPs and attach an identity-perimeter policy with exemptions for AWS services and agreed partner
    accounts.
    """
    if not organized(organization):
        return nothing()
    found = tree(RCP, organization, organization_roots, organizational_units, organization_accounts,
                 organization_policy_documents, organization_policy_targets)  # fmt: skip
    evidence = ["account_id", "service", "probe", "denied", "policy_name", "attached_at", "services_tied", "tls_only"]
    if not found.enabled or all(p.aws_managed for node in found.nodes for level in node.hung for p in level):
        why = "none but AWS's own is attached" if found.enabled else "the policy type is not enabled"
        told = f"No resource control policy limits access from outside: {why}."
        row = {"account_id": found.home, "resource_id": found.organization_id, "denied": False, "passed": False,
               "resource_type": "AWS::Organizations::Organization",
               "without": () if found.enabled else _BEYOND_ROOTS}  # fmt: skip
        return judged([{**row, "reason": told}], evidence)
    spared = exceptions(organizational_units, client.exception_ou, exception_ous)
    outsider = _outsider(client.trusted_accounts)
    rows = [
        _perimeter_row(found, node, answer)
        for node in found.accounts if not spared & set(node.above)
        for answer in perimeter(node.levels, rcp_services, node.id, found.organization_id or "", outsider=outsider,
                                partition=node.partition, labels=node.labels)
    ]  # fmt: skip
    return judged(rows, evidence)


def _outsider(trusted: Mapping[str, str]) -> str:
    """An account id that nobody trusts."""
    return next(str(n).zfill(12) for n in range(len(trusted) + 1) if str(n).zfill(12) not in trusted)


def _perimeter_row(found: Tree, node: Node, answer: PerimeterAnswer) -> Row:
    """The verdict about one service: strangers are denied, and AWS's own services acting for the account are not."""
    decider = node.decider(answer.decision) if answer.denied else None
    if not answer.denied:
        told = f"A stranger's {answer.action} on resources of {node.name} is left to each resource's own policy."
    elif not answer.services_usable:
        told = "Strangers are denied, but so are AWS services; exempt aws:PrincipalIsAWSService."
    else:
        told = f"A stranger's {answer.action} is denied on resources of {node.name}."
        told += "" if answer.services_tied else " AWS services may act for anybody; aws:SourceOrgID would tie them."
    tls_only = _without_tls_denied(found, node, answer.action)
    told += " Calls without TLS are denied as well." if tls_only else ""
    return asked_for(node, {
        **about(found.home, node), **shown(decider), "resource_id": f"{node.id}/{answer.service}",
        "service": answer.service, "probe": answer.action, "denied": answer.denied, "tls_only": tls_only,
        "services_tied": answer.services_tied, "passed": answer.denied and answer.services_usable, "reason": told,
    })  # fmt: skip


def _without_tls_denied(found: Tree, node: Node, action: str) -> bool:
    """Whether the account's own administrator is denied the call without TLS, and with it not."""
    region = home_region(partition=node.partition)
    resource = sample_resources(action, node.id, region, node.partition)[0]
    caller = Member(node.id, found.organization_id, node.partition).administrator(region)
    plain = rcp_decision(node.levels, action, resource, {**caller, "aws:SecureTransport": "false"})
    return not plain.allowed and rcp_decision(node.levels, action, resource, caller).allowed
