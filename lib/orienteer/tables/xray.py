"""X-Ray resource policies."""

from __future__ import annotations

from orienteer.model import Call
from orienteer.tables.shapes import listed, name, policy

RESOURCE_POLICIES = listed(
    "xray_resource_policies",
    "One row per resource policy of the region.",
    Call("xray", "list_resource_policies"),
    "ResourcePolicies[]",
    name("PolicyName"),
    policy("PolicyDocument"),
)
