"""VPC flow logs: what each records, where it delivers, and whether that works."""

from __future__ import annotations

from orienteer.model import Call, Column
from orienteer.tables.shapes import listed, name

FLOW_LOGS = listed(
    "ec2_flow_logs",
    "One row per flow log of a VPC, subnet, network interface or transit gateway.",
    Call("ec2", "describe_flow_logs"),
    "FlowLogs[]",
    name("FlowLogId", "id of the flow log"),
    Column("watched_id", "ResourceId", "string", "what it records: the id of a VPC, subnet, interface or gateway"),
    Column("status", "FlowLogStatus", "string", "ACTIVE"),
    Column("traffic_type", "TrafficType", "string", "ALL, ACCEPT or REJECT"),
    Column("delivery", "DeliverLogsStatus", "string", "SUCCESS or FAILED"),
    Column("delivery_error", "DeliverLogsErrorMessage", "string", "why delivery fails"),
    Column("destination", "LogDestination || LogGroupName", "string", "bucket, stream or log group"),
)
