"""Managed Kafka clusters and their policies."""

from __future__ import annotations

from orienteer.model import Call, Column
from orienteer.tables.shapes import arn, listed, name, policies

CLUSTERS = listed(
    "kafka_clusters",
    "One row per cluster: whether its brokers have public addresses, and how clients prove who they are.",
    Call("kafka", "list_clusters_v2"),
    "ClusterInfoList[]",
    name("ClusterName"),
    arn("ClusterArn"),
    Column(
        "is_public",
        "Provisioned.BrokerNodeGroupInfo.ConnectivityInfo.PublicAccess.Type == 'SERVICE_PROVIDED_EIPS'",
        "bool",
        "brokers have public addresses",
    ),
    Column(
        "takes_strangers",
        "Provisioned.ClientAuthentication.Unauthenticated.Enabled",
        "bool",
        "clients need not say who they are",
    ),
    Column("group_ids", "Provisioned.BrokerNodeGroupInfo.SecurityGroups", "json", "security groups on the brokers"),
)

CLUSTER_POLICIES = policies(
    "kafka_cluster_policies",
    CLUSTERS,
    Call("kafka", "get_cluster_policy", params={"ClusterArn": "arn"}, absent={"NotFoundException"}),
)
