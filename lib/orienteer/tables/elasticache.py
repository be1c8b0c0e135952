"""ElastiCache clusters, which stand in a VPC and have no public address."""

from __future__ import annotations

from orienteer.model import Call, Column
from orienteer.tables.shapes import arn, listed, name

REPLICATION_GROUPS = listed(
    "elasticache_replication_groups",
    "One row per replication group of Redis or Valkey.",
    Call("elasticache", "describe_replication_groups"),
    "ReplicationGroups[]",
    name("ReplicationGroupId"),
    arn("ARN"),
    Column("multi_az", "MultiAZ == 'enabled'", "bool", "its replicas stand in other zones"),
    Column("failover", "AutomaticFailover == 'enabled'", "bool", "a replica takes over by itself"),
)

CLUSTERS = listed(
    "elasticache_clusters",
    "One row per cache cluster.",
    Call("elasticache", "describe_cache_clusters"),
    "CacheClusters[]",
    name("CacheClusterId"),
    arn("ARN"),
    Column("subnet_group", "CacheSubnetGroupName", "string", "subnets it stands in"),
)
