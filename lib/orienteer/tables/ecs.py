"""ECS clusters and services."""

from __future__ import annotations

from orienteer.model import Call, Column
from orienteer.tables.shapes import arn, batched, listed, name

CLUSTERS = listed(
    "ecs_clusters",
    "One row per cluster.",
    Call("ecs", "list_clusters"),
    "clusterArns[]",
    arn("@"),
)

NETWORK = "networkConfiguration.awsvpcConfiguration"
SETS = f"taskSets[].{NETWORK}"

SERVICES = batched(
    "ecs_services",
    "One row per service: the network its tasks start in.",
    (Call("ecs", "list_services"), "serviceArns[]"),
    (Call("ecs", "describe_services"), "services", 10),
    "services[]",
    name("serviceName"),
    arn("serviceArn"),
    Column("public_ip", f"contains([{NETWORK}.assignPublicIp, {SETS}.assignPublicIp][], 'ENABLED')", "bool",
           "its tasks get public addresses"),
    Column("group_ids", f"[{NETWORK}.securityGroups[], {SETS}.securityGroups[]][] | [?@]", "json",
           "security groups on its tasks"),
    Column("subnet_ids", f"[{NETWORK}.subnets[], {SETS}.subnets[]][] | [?@]", "json", "subnets its tasks start in"),
    Column("launch_type", "launchType", "string", "EC2, FARGATE, EXTERNAL or MANAGED_INSTANCES"),
    of={"cluster": "arn"},
    parent=CLUSTERS,
)  # fmt: skip
