"""Managed Grafana workspaces."""

from __future__ import annotations

from orienteer.model import Call, Column
from orienteer.tables.shapes import described, listed, name

WORKSPACES = listed(
    "grafana_workspaces",
    "One row per workspace.",
    Call("grafana", "list_workspaces"),
    "workspaces[]",
    name("id", "id of the workspace"),
    Column("title", "name", "string", "what it is called"),
    Column("authentication", "authentication.providers", "json", "AWS_SSO, SAML"),
)

WORKSPACE_DETAILS = described(
    "grafana_workspace_details",
    WORKSPACES,
    "One row per workspace: from where its sign-in page is reached.",
    Call("grafana", "describe_workspace", params={"workspaceId": "name"}, absent={"ResourceNotFoundException"}),
    Column("endpoint", "workspace.endpoint", "string", "its host name"),
    Column(
        "prefix_lists",
        "workspace.networkAccessControl.prefixListIds",
        "json",
        "prefix lists that may reach it; null: everybody",
    ),
    Column("endpoint_ids", "workspace.networkAccessControl.vpceIds", "json", "VPC endpoints that may reach it"),
    keep=("title", "authentication"),
)
