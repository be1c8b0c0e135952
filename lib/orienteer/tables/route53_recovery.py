"""Application Recovery Controller clusters and their policies."""

from __future__ import annotations

from orienteer.model import Call, Scope
from orienteer.tables.shapes import arn, listed, name, policies

CLUSTERS = listed(
    "route53_recovery_clusters",
    "One row per cluster.",
    Call("route53-recovery-control-config", "list_clusters"),
    "Clusters[]",
    name("Name"),
    arn("ClusterArn"),
    scope=Scope.ACCOUNT,
    at="us-west-2",
)

CLUSTER_POLICIES = policies(
    "route53_recovery_cluster_policies",
    CLUSTERS,
    Call(
        "route53-recovery-control-config",
        "get_resource_policy",
        params={"ResourceArn": "arn"},
        absent={"ResourceNotFoundException"},
    ),
    "Policy",
)
