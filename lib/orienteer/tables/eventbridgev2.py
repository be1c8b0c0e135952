"""The newer event buses and their policies."""

from __future__ import annotations

from orienteer.model import Call
from orienteer.tables.shapes import arn, listed, name, policies

EVENT_BUSES = listed(
    "eventbridgev2_event_buses",
    "One row per event bus.",
    Call("eventbridgev2", "list_event_buses"),
    "EventBuses[]",
    name("Name"),
    arn("EventBusArn"),
)

EVENT_BUS_POLICIES = policies(
    "eventbridgev2_event_bus_policies",
    EVENT_BUSES,
    Call("eventbridgev2", "get_resource_policy", params={"ResourceArn": "arn"}, absent={"ResourceNotFoundException"}),
    "PolicyDocument",
)
