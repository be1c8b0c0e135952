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
    """One careless resource policy opens a resource to outsiders; a perimeter keeps them out whatever it says.

    Fix: enable RCPs and attach an identity perimeter policy with exemptions for AWS services and agreed partner
    accounts. Attach it to a test OU first: access from outside stops at once.
    """
    if node.asks != "perimeter" or node.is_exception:
        return None
    if node.node_id is None:
        return failed(f"No resource control policy limits access from outside: {node.words}.")
    tls = " Calls without TLS are denied as well." if node.tls_only else ""
    if not node.denied:
        text = f"Only each resource's own policy decides whether an outsider may call {node.probe} in {node.node_name}."
        return unstopped(node, f"{text}{tls}")
    if not node.services_usable:
        return unstopped(node, f"Outsiders are denied, but so are AWS services; exempt aws:PrincipalIsAWSService.{tls}")
    loose = (
        ""
        if node.services_tied
        else " AWS services may still act for anybody; aws:SourceOrgID would limit them to the organization."
    )
    return passed(f"{node.probe} by an outsider is denied in {node.node_name}.{loose}{tls}")
