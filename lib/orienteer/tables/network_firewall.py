"""Network Firewall rule groups and policies, and with whom they are shared."""

from __future__ import annotations

from orienteer.model import Call
from orienteer.tables.shapes import arn, listed, name, policies

RULE_GROUPS = listed(
    "network_firewall_rule_groups",
    "One row per rule group of the account.",
    Call("network-firewall", "list_rule_groups"),
    "RuleGroups[]",
    name("Name"),
    arn("Arn"),
)

RULE_GROUPS_SHARES = policies(
    "network_firewall_rule_groups_shares",
    RULE_GROUPS,
    Call(
        "network-firewall",
        "describe_resource_policy",
        params={"ResourceArn": "arn"},
        absent={"ResourceNotFoundException"},
    ),
    "Policy",
)

FIREWALL_POLICIES = listed(
    "network_firewall_policies",
    "One row per firewall policy of the account.",
    Call("network-firewall", "list_firewall_policies"),
    "FirewallPolicies[]",
    name("Name"),
    arn("Arn"),
)

FIREWALL_POLICIES_SHARES = policies(
    "network_firewall_policies_shares",
    FIREWALL_POLICIES,
    Call(
        "network-firewall",
        "describe_resource_policy",
        params={"ResourceArn": "arn"},
        absent={"ResourceNotFoundException"},
    ),
    "Policy",
)
