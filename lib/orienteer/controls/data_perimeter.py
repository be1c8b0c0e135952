"""The control about who from outside the organization can reach its resources, whatever each resource allows."""

from __future__ import annotations

from orienteer.controls.control import control
from orienteer.controls.guardrails import CIS, unstopped
from orienteer.controls.verdict import Verdict, failed, passed
from orienteer.facts.guarded import ACCOUNT_TYPE, GUARDED
from orienteer.facts.seen import Row
from orienteer.model import Category, Severity


@control(
    "RCP-01",
    title="A resource control policy limits access to the organization's resources to its own identities and to AWS "
    "services acting for it",
    category=Category.ORGANIZATION,
    severity=Severity.MEDIUM,
    maturity=5,
    source="https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html",
    fact=GUARDED,
    evidence=("policy_name", "statement", "attached_at", "tls_only"),
    resource_type=ACCOUNT_TYPE,
    mappings=CIS,
)
def identity_perimeter(node: Row) -> Verdict | None:
    """One careless resource policy opens one resource to strangers; a perimeter keeps them out of all of them.

    Fix: enable RCPs and attach an identity-perimeter policy with exemptions for AWS services and agreed partner
    accounts.
    """
    if node.asks != "perimeter" or node.is_exception:
        return None
    if node.node_id is None:
        return failed(f"No resource control policy limits access from outside: {node.words}.")
    tls = " Calls without TLS are denied as well." if node.tls_only else ""
    if not node.denied:
        text = f"A stranger's {node.probe} on resources of {node.node_name} is left to each resource's own policy."
        return unstopped(node, f"{text}{tls}")
    if not node.services_usable:
        return unstopped(node, f"Strangers are denied, but so are AWS services; exempt aws:PrincipalIsAWSService.{tls}")
    loose = "" if node.services_tied else " AWS services may act for anybody; aws:SourceOrgID would tie them."
    return passed(f"A stranger's {node.probe} is denied on resources of {node.node_name}.{loose}{tls}")
