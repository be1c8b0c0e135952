"""Managed Prometheus workspaces and their policies."""

from __future__ import annotations

from orienteer.model import Call
from orienteer.tables.shapes import arn, listed, name, policies

WORKSPACES = listed(
    "amp_workspaces",
    "One row per workspace.",
    Call("amp", "list_workspaces"),
    "workspaces[]",
    name("workspaceId", "id of the workspace"),
    arn("arn"),
)

WORKSPACE_POLICIES = policies(
    "amp_workspace_policies",
    WORKSPACES,
    Call("amp", "describe_resource_policy", params={"workspaceId": "name"}, absent={"ResourceNotFoundException"}),
    "policyDocument",
)
