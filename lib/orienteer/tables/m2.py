"""Mainframe Modernization environments."""

from __future__ import annotations

from orienteer.model import Call, Column
from orienteer.tables.shapes import arn, described, listed, name

ENVIRONMENTS = listed(
    "m2_environments",
    "One row per environment.",
    Call("m2", "list_environments"),
    "environments[]",
    name("environmentId", "id of the environment"),
    arn("environmentArn"),
)

ENVIRONMENT_DETAILS = described(
    "m2_environment_details",
    ENVIRONMENTS,
    "One row per environment: whether it has a public address.",
    Call("m2", "get_environment", params={"environmentId": "name"}, absent={"ResourceNotFoundException"}),
    Column("publicly_accessible", "publiclyAccessible", "bool", "has a public address"),
    Column("group_ids", "securityGroupIds", "json", "security groups on it"),
)
