"""CloudWatch Logs: resource policies, destinations, delivery destinations."""

from __future__ import annotations

from orienteer.model import EMPTY, Call
from orienteer.tables.shapes import arn, listed, name, policies, policy

RESOURCE_POLICIES = listed(
    "logs_resource_policies",
    "One row per resource policy of the region: who may write to log groups.",
    Call("logs", "describe_resource_policies"),
    "resourcePolicies[]",
    name("policyName"),
    policy("policyDocument"),
)

GROUP_POLICIES = listed(
    "logs_group_policies",
    "One row per resource policy of a log group of its own: who may write to it.",
    Call("logs", "describe_resource_policies", fixed={"policyScope": "RESOURCE"}),
    "resourcePolicies[?resourceArn]",
    arn("resourceArn"),
    policy("policyDocument"),
)

DESTINATIONS = listed(
    "logs_destinations",
    "One row per destination: who may send logs to it.",
    Call("logs", "describe_destinations"),
    "destinations[]",
    name("destinationName"),
    arn("arn"),
    policy("accessPolicy"),
)

DELIVERY_DESTINATIONS = listed(
    "logs_delivery_destinations",
    "One row per delivery destination.",
    Call("logs", "describe_delivery_destinations"),
    "deliveryDestinations[]",
    name("name"),
    arn("arn"),
)

DELIVERY_DESTINATION_POLICIES = policies(
    "logs_delivery_destination_policies",
    DELIVERY_DESTINATIONS,
    Call(
        "logs",
        "get_delivery_destination_policy",
        params={"deliveryDestinationName": "name"},
        absent={"ResourceNotFoundException", EMPTY},
    ),
    "policy.deliveryDestinationPolicy",
)
