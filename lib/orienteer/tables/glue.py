"""Glue: policies of the Data Catalog and of what is shared of it, and development endpoints."""

from __future__ import annotations

from orienteer.model import Call, Column
from orienteer.tables.shapes import listed, name, policy

CATALOG_POLICIES = listed(
    "glue_catalog_policies",
    "One row per policy: that of the region's Data Catalog, and those that AWS RAM sets for what is shared.",
    Call("glue", "get_resource_policies"),
    "GetResourcePoliciesResponseList[]",
    Column("policy_hash", "PolicyHash", "string", "hash of the policy"),
    policy("PolicyInJson"),
    resource="policy_hash",
)

DEV_ENDPOINTS = listed(
    "glue_dev_endpoints",
    "One row per development endpoint.",
    Call("glue", "get_dev_endpoints"),
    "DevEndpoints[]",
    name("EndpointName"),
    Column("public_address", "PublicAddress", "string", "its public address"),
    Column("group_ids", "SecurityGroupIds", "json", "security groups on it"),
)
