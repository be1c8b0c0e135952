"""Controls about how service control policies are laid over the tree, whatever they say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from orienteer.controls.control import control, nothing
from orienteer.controls.estate import active, judged, organized
from orienteer.facts.tree import attached_policies, enabled_policy_types, management
from orienteer.facts.values import records
from orienteer.model import Category, Severity
from orienteer.policy.language.document import parse

SCP = "SERVICE_CONTROL_POLICY"
LARGEST, MOST_ATTACHED = 10_240, 10
"""Limits: characters of a policy, policies on one node; both were doubled in May 2026.
https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html"""
_BEYOND_ROOTS = ("organizational_units", "organization_accounts", "organization_policy_documents",
                 "organization_policy_targets")  # fmt: skip
"""What plays no part where the root says that the policy type is off."""
Row = dict[str, Any]


@control(
    "SCP-01",
    title="Service control policies are enabled and no level of the tree has lost its allow",
    category=Category.ORGANIZATION,
    severity=Severity.MEDIUM,
    maturity=4,
    source="https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html",
    scope="organization",
    resource_type="AWS::Organizations::OrganizationalUnit",
    mappings={"cis": ["CIS AWS Foundations v7.0.0 2.1.2"], "service_screener": ["SCPEnabled", "scpBestPractices"]},
)
def scp_structure(
    organization: pd.DataFrame,
    organization_roots: pd.DataFrame,
    organizational_units: pd.DataFrame,
    organization_accounts: pd.DataFrame,
    organization_policy_documents: pd.DataFrame,
    organization_policy_targets: pd.DataFrame,
) -> pd.DataFrame:
    """Guardrails that are off protect nothing; a level that allows nothing blocks everybody below it.

    Fix: enable SCPs, keep an allowing policy on each level and add deny guardrails.
    """
    if not organized(organization) or organization_roots.empty:
        return nothing()
    home, root = management(organization), records(organization_roots)[0]
    if SCP not in enabled_policy_types(root["policy_types"]):
        told = "Service control policies are not enabled: no guardrail binds any account."
        return judged([{**_about(home, root), "passed": False, "without": _BEYOND_ROOTS, "reason": told}], _EVIDENCE)
    documents = [row for row in records(organization_policy_documents) if row["type"] == SCP]
    attached = attached_policies(organization_policy_targets, SCP)
    members = [row for row in records(active(organization_accounts)) if row["id"] != home]
    units = records(organizational_units)
    texts = {row["id"]: row["content"] for row in documents}
    custom = {row["id"] for row in documents if not row["aws_managed"]}
    in_use = custom & {policy["id"] for found in attached.values() for policy in found}
    rows = [_node(home, row, attached.get(row["id"], []), texts, custom) for row in [*units, *members]]
    _say_of_root(rows, root["id"], home, bool(in_use))
    return judged(
        [*rows, *(_policy(home, row, row["id"] in in_use) for row in documents if row["id"] in custom)], _EVIDENCE
    )


_EVIDENCE = ("node_id", "node_path", "attached_policies", "has_allow", "customer_policy_count", "policy_bytes")


def _about(home: str, node: Row) -> Row:
    """The keys of a row about a node: an account's under its own id, all others under the management account's."""
    account = str(node["id"]) if str(node["id"]).isdigit() else home
    path = node.get("ou_path") or node["name"]
    member = account == node["id"]
    return {"account_id": account, "resource_id": node["id"], "resource_arn": node["arn"], "node_id": node["id"],
            "resource_type": "AWS::Organizations::Account" if member else None,
            "node_path": f"{path}/{node['name']}" if member else path}  # fmt: skip


def _node(home: str, node: Row, attached: list[Row], texts: Mapping[str, Any], custom: set[str]) -> Row:
    """The verdict about a node: one of its policies allows something; asked where one of them cannot be read."""
    read = [parse(texts.get(policy["id"])).statements for policy in attached]
    allows = any(statement.effect == "Allow" for statements in read for statement in statements)
    unclear = not allows and not all(read)
    row = {
        **_about(home, node),
        "attached_policies": sorted(str(policy["name"]) for policy in attached),
        "has_allow": allows,
        "customer_policy_count": sum(policy["id"] in custom for policy in attached),
    }
    told = "keeps an allowing policy." if allows else "allows nothing: all below it is blocked."
    told = "holds a policy that cannot be read: does that one allow anything?" if unclear else told
    crowded = len(attached) >= MOST_ATTACHED
    full = f" It holds {len(attached)} policies; the limit is {MOST_ATTACHED}." if crowded else ""
    return {**row, "passed": allows, "manual": unclear, "reason": f"{row['node_path']} {told}{full}"}


def _say_of_root(rows: Iterable[Row], root: str, home: str, in_use: bool) -> None:
    """Adds to the root's row what holds for the whole tree: whether guardrails are used, and whom they cannot bind."""
    for row in (row for row in rows if row["node_id"] == root):
        if not in_use:
            row["passed"] = False
            row["reason"] += " Only AWS's own full access policy is attached in the whole tree: enabled but unused."
        row["reason"] += (
            f" Service control policies bind neither the management account {home} nor service-linked roles."
        )


def _policy(home: str, row: Row, in_use: bool) -> Row:
    """The row about a customer policy: one that cannot be read or is attached nowhere is asked about."""
    document, size = parse(row["content"]), len(row["content"] or "")
    unreadable = row["content"] is None or bool(document.problems) or not document.statements
    told = f"Policy {row['name']} is attached"
    if unreadable:
        told = f"Policy {row['name']} cannot be read as a policy document: what is it meant to do?"
    elif not in_use:
        told = f"Policy {row['name']} is attached nowhere and protects nothing: is it still needed?"
    elif size >= 0.9 * LARGEST:
        told += f" and holds {size} of {LARGEST} characters, the limit."
    return {"account_id": home, "resource_id": row["id"], "resource_arn": row["resource_arn"], "node_id": None,
            "resource_type": "AWS::Organizations::Policy", "attached_policies": [row["name"]],
            "policy_bytes": size, "passed": in_use and not unreadable, "manual": True, "severity": Severity.INFO.value,
            "reason": told if told.endswith(("?", ".")) else f"{told}."}  # fmt: skip
