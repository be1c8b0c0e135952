"""ECS clusters and services."""

from __future__ import annotations

from orienteer.model import Call, Column
from orienteer.tables.shapes import arn, batched, described, listed, name

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
    Column(
        "public_ip",
        f"contains([{NETWORK}.assignPublicIp, {SETS}.assignPublicIp][], 'ENABLED')",
        "bool",
        "its tasks get public addresses",
    ),
    Column(
        "group_ids",
        f"[{NETWORK}.securityGroups[], {SETS}.securityGroups[]][] | [?@]",
        "json",
        "security groups on its tasks",
    ),
    Column("subnet_ids", f"[{NETWORK}.subnets[], {SETS}.subnets[]][] | [?@]", "json", "subnets its tasks start in"),
    Column("task_definition", "taskDefinition", "string", "ARN of the revision it runs"),
    Column("launch_type", "launchType", "string", "EC2, FARGATE, EXTERNAL or MANAGED_INSTANCES"),
    of={"cluster": "arn"},
    parent=CLUSTERS,
)

TASK_DEFINITIONS = described(
    "ecs_task_definitions",
    SERVICES,
    "One row per service: the revision of the task definition that it runs (never its environment values).",
    Call(
        "ecs",
        "describe_task_definition",
        params={"taskDefinition": "task_definition"},
        absent={"ClientException: Unable to describe task definition"},
    ),
    Column("task_arn", "taskDefinition.taskDefinitionArn", "string", "ARN of the revision"),
    Column("task_role", "taskDefinition.taskRoleArn", "string", "role that its containers have"),
    Column("network_mode", "taskDefinition.networkMode", "string", "host, bridge, awsvpc or none"),
    Column("pid_mode", "taskDefinition.pidMode", "string", "host: its processes see those of the machine"),
    Column(
        "privileged",
        "taskDefinition.containerDefinitions[?privileged].name",
        "json",
        "containers that are root on the machine",
    ),
    Column(
        "signs",
        "taskDefinition.containerDefinitions[].environment[]",
        "signs",
        "what its environment variables look like, never their values",
    ),
)
