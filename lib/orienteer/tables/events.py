"""EventBridge event buses with their policies, and schema registries."""

from __future__ import annotations

from orienteer.model import Call
from orienteer.tables.shapes import arn, listed, name, policies, policy

EVENT_BUSES = listed(
    "events_event_buses",
    "One row per event bus with its policy.",
    Call("events", "list_event_buses"),
    "EventBuses[]",
    name("Name"),
    arn("Arn"),
    policy("Policy"),
)

REGISTRIES = listed(
    "schemas_registries",
    "One row per schema registry of the account.",
    Call("schemas", "list_registries", fixed={"Scope": "LOCAL"}),
    "Registries[]",
    name("RegistryName"),
    arn("RegistryArn"),
)

REGISTRY_POLICIES = policies(
    "schemas_registry_policies",
    REGISTRIES,
    Call("schemas", "get_resource_policy", params={"RegistryName": "name"}, absent={"NotFoundException"}),
)
