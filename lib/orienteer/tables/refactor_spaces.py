"""Refactor Spaces environments and their policies."""

from __future__ import annotations

from orienteer.model import Call
from orienteer.tables.shapes import arn, listed, name, policies

ENVIRONMENTS = listed(
    "refactor_spaces_environments",
    "One row per environment.",
    Call("migration-hub-refactor-spaces", "list_environments"),
    "EnvironmentSummaryList[]",
    name("EnvironmentId", "id of the environment"),
    arn("Arn"),
)

ENVIRONMENT_POLICIES = policies(
    "refactor_spaces_environment_policies",
    ENVIRONMENTS,
    Call(
        "migration-hub-refactor-spaces",
        "get_resource_policy",
        params={"Identifier": "arn"},
        absent={"ResourceNotFoundException"},
    ),
    "Policy",
)
