"""Refactor Spaces environments and their policies."""

from __future__ import annotations

from orienteer.model import Call
from orienteer.tables.shapes import arn, name, owned, policies

ENVIRONMENTS = owned(
    "refactor_spaces_environments",
    "One row per environment of the account.",
    Call("migration-hub-refactor-spaces", "list_environments"),
    "EnvironmentSummaryList[]",
    "OwnerAccountId",
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
