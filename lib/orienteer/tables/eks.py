"""EKS clusters and who reaches their API server."""

from __future__ import annotations

from orienteer.model import Call, Column
from orienteer.tables.shapes import arn, described, listed, name

CLUSTERS = listed(
    "eks_clusters",
    "One row per cluster, by name.",
    Call("eks", "list_clusters"),
    "clusters[]",
    name("@"),
)

CLUSTER_DETAILS = described(
    "eks_cluster_details",
    CLUSTERS,
    "One row per cluster: the addresses from which its API server can be reached.",
    Call("eks", "describe_cluster", params={"name": "name"}, absent={"ResourceNotFoundException"}),
    name("cluster.name"),
    arn("cluster.arn"),
    Column(
        "public_endpoint",
        "cluster.resourcesVpcConfig.endpointPublicAccess",
        "bool",
        "the API server has a public address",
    ),
    Column(
        "private_endpoint",
        "cluster.resourcesVpcConfig.endpointPrivateAccess",
        "bool",
        "the API server can be reached inside the VPC",
    ),
    Column("public_cidrs", "cluster.resourcesVpcConfig.publicAccessCidrs", "json", "from where, IPv4 and IPv6"),
    Column("endpoint", "cluster.endpoint", "string", "URL of the API server"),
    Column("version", "cluster.version", "string", "version of Kubernetes"),
    Column(
        "audit_logs",
        "contains(cluster.logging.clusterLogging[?enabled].types[] || `[]`, 'audit')",
        "bool",
        "the audit log of the API server is kept",
    ),
    Column("own_key", "length(cluster.encryptionConfig || `[]`) > `0`", "bool", "secrets have a key of the client's"),
    Column("authentication", "cluster.accessConfig.authenticationMode", "string", "API, CONFIG_MAP, or both"),
    resource="name",
    arn="arn",
)
