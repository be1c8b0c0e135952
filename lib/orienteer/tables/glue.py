"""Glue: the Data Catalog with its policies and tables, and development endpoints."""

from __future__ import annotations

from orienteer.model import Call, Column
from orienteer.tables.shapes import described, listed, name, policy

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

DATABASES = listed(
    "glue_databases",
    "One row per database of the region's Data Catalog.",
    Call("glue", "get_databases"),
    "DatabaseList[]",
    name("Name"),
)

TABLES = described(
    "glue_tables",
    DATABASES,
    "One row per table of the region's Data Catalog: where the files lie that it is read from.",
    Call("glue", "get_tables", params={"DatabaseName": "name"}),
    Column("table", "Name", "string", "name of the table"),
    Column("database", "DatabaseName", "string", "its database"),
    Column("location", "StorageDescriptor.Location", "string", "where its files lie: s3://bucket/prefix"),
    items="TableList[]",
)
