"""ElastiCache clusters, which stand in a VPC and have no public address."""

from __future__ import annotations

from orienteer.model import Call, Column
from orienteer.tables.shapes import arn, listed, name

CLUSTERS = listed(
    "elasticache_clusters",
    "One row per cache cluster.",
    Call("elasticache", "describe_cache_clusters"),
    "CacheClusters[]",
    name("CacheClusterId"),
    arn("ARN"),
    Column("subnet_group", "CacheSubnetGroupName", "string", "subnets it stands in; null only outside a VPC"),
    Column("outside_vpc", "CacheSubnetGroupName == `null`", "bool", "of the days before VPCs"),
)
