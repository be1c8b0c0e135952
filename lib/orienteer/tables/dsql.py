"""Aurora DSQL clusters and their policies; the endpoint asks for IAM."""

from __future__ import annotations

from orienteer.model import Call
from orienteer.tables.shapes import arn, listed, name, policies

CLUSTERS = listed(
    "dsql_clusters",
    "One row per cluster.",
    Call("dsql", "list_clusters"),
    "clusters[]",
    name("identifier", "id of the cluster"),
    arn("arn"),
)

CLUSTER_POLICIES = policies(
    "dsql_cluster_policies",
    CLUSTERS,
    Call("dsql", "get_cluster_policy", params={"identifier": "name"}, absent={"ResourceNotFoundException"}),
    "policy",
)
