"""Database Migration Service: replication instances and instance profiles."""

from __future__ import annotations

from orienteer.model import Call, Column
from orienteer.tables.shapes import arn, listed, name

REPLICATION_INSTANCES = listed(
    "dms_replication_instances",
    "One row per replication instance.",
    Call("dms", "describe_replication_instances"),
    "ReplicationInstances[]",
    name("ReplicationInstanceIdentifier"),
    arn("ReplicationInstanceArn"),
    Column("publicly_accessible", "PubliclyAccessible", "bool", "has a public address"),
    Column("group_ids", "VpcSecurityGroups[].VpcSecurityGroupId", "json", "security groups on it"),
)

INSTANCE_PROFILES = listed(
    "dms_instance_profiles",
    "One row per instance profile: what its migrations start with.",
    Call("dms", "describe_instance_profiles", actions=("dms:ListInstanceProfiles",)),
    "InstanceProfiles[]",
    name("InstanceProfileName"),
    arn("InstanceProfileArn"),
    Column("publicly_accessible", "PubliclyAccessible", "bool", "gives a public address"),
    Column("group_ids", "VpcSecurityGroups", "json", "security groups on it"),
)
