"""Endpoints of EC2 Instance Connect, by which people reach servers that have no public address."""

from __future__ import annotations

from orienteer.model import Call, Column
from orienteer.tables.shapes import listed

CONNECT_ENDPOINTS = listed(
    "ec2_connect_endpoints",
    "One row per endpoint of EC2 Instance Connect.",
    Call("ec2", "describe_instance_connect_endpoints"),
    "InstanceConnectEndpoints[]",
    Column("endpoint_id", "InstanceConnectEndpointId", "string", "id of the endpoint"),
    Column("arn", "InstanceConnectEndpointArn", "string", "its ARN"),
    Column("vpc_id", "VpcId", "string", "its VPC"),
    Column("state", "State", "string", "create-complete, delete-in-progress, ..."),
    resource="endpoint_id",
)
