"""OpenSearch Serverless: network policies and data access policies, each about collections by pattern."""

from __future__ import annotations

from orienteer.model import Call, Column
from orienteer.tables.shapes import described, listed, name

NETWORK_POLICIES = listed(
    "opensearchserverless_network_policies",
    "One row per network policy.",
    Call("opensearchserverless", "list_security_policies", fixed={"type": "network"}),
    "securityPolicySummaries[]",
    name("name"),
)

NETWORK_POLICY_RULES = described(
    "opensearchserverless_network_policy_rules",
    NETWORK_POLICIES,
    "One row per network policy: whether it opens collections to the internet.",
    Call(
        "opensearchserverless",
        "get_security_policy",
        params={"name": "name"},
        fixed={"type": "network"},
        absent={"ResourceNotFoundException"},
    ),
    Column("rules", "securityPolicyDetail.policy", "json", "list of {Rules, AllowFromPublic, SourceVPCEs}"),
)

ACCESS_POLICIES = listed(
    "opensearchserverless_access_policies",
    "One row per data access policy.",
    Call("opensearchserverless", "list_access_policies", fixed={"type": "data"}),
    "accessPolicySummaries[]",
    name("name"),
)

ACCESS_POLICY_RULES = described(
    "opensearchserverless_access_policy_rules",
    ACCESS_POLICIES,
    "One row per data access policy: its principals.",
    Call(
        "opensearchserverless",
        "get_access_policy",
        params={"name": "name"},
        fixed={"type": "data"},
        absent={"ResourceNotFoundException"},
    ),
    Column("rules", "accessPolicyDetail.policy", "json", "list of {Rules, Principal}"),
)
