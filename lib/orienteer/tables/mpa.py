"""Multi-party approval teams and their policies."""

from __future__ import annotations

from orienteer.model import Call, Column
from orienteer.tables.shapes import arn, described, listed, name, policies

TEAMS = listed(
    "mpa_teams",
    "One row per approval team.",
    Call("mpa", "list_approval_teams"),
    "ApprovalTeams[]",
    name("Name"),
    arn("Arn"),
)

TEAM_POLICY_NAMES = described(
    "mpa_team_policy_names",
    TEAMS,
    "One row per policy of an approval team.",
    Call("mpa", "list_resource_policies", params={"ResourceArn": "arn"}, absent={"ResourceNotFoundException"}),
    Column("policy_name", "PolicyName", "string", "name of the policy"),
    Column("policy_type", "PolicyType", "string", "AWS_MANAGED or AWS_RAM"),
    items="ResourcePolicies[]",
)

TEAM_POLICIES = policies(
    "mpa_team_policies",
    TEAM_POLICY_NAMES,
    Call(
        "mpa",
        "get_resource_policy",
        params={"ResourceArn": "resource_arn", "PolicyName": "policy_name", "PolicyType": "policy_type"},
        absent={"ResourceNotFoundException"},
    ),
    "PolicyDocument",
)
