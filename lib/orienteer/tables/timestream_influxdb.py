"""Timestream for InfluxDB instances."""

from __future__ import annotations

from orienteer.model import Call, Column
from orienteer.tables.shapes import arn, described, listed, name

INSTANCES = listed(
    "timestream_influxdb_instances",
    "One row per instance.",
    Call("timestream-influxdb", "list_db_instances"),
    "items[]",
    name("id", "id of the instance"),
    arn("arn"),
    Column("title", "name", "string", "what it is called"),
)

INSTANCE_DETAILS = described(
    "timestream_influxdb_instance_details",
    INSTANCES,
    "One row per instance: whether it has a public address, its port and security groups.",
    Call("timestream-influxdb", "get_db_instance", params={"identifier": "name"}, absent={"ResourceNotFoundException"}),
    Column("publicly_accessible", "publiclyAccessible", "bool", "has a public address"),
    Column("port", "port", "int", "port it listens on"),
    Column("group_ids", "vpcSecurityGroupIds", "json", "security groups on it"),
)
