"""AWS Batch job definitions (never their environment values)."""

from __future__ import annotations

from orienteer.model import Call, Column
from orienteer.tables.shapes import arn, listed, name

PUBLIC_IP = "networkConfiguration.assignPublicIp"

JOB_DEFINITIONS = listed(
    "batch_job_definitions",
    "One row per active job definition: whether its containers get public addresses.",
    Call("batch", "describe_job_definitions", fixed={"status": "ACTIVE"}),
    "jobDefinitions[]",
    name("jobDefinitionName"),
    arn("jobDefinitionArn"),
    Column(
        "public_ip",
        f"contains([containerProperties.{PUBLIC_IP}, ecsProperties.taskProperties[].{PUBLIC_IP}][], 'ENABLED')",
        "bool",
        "its containers get public addresses",
    ),
    resource="arn",
)
