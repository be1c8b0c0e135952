"""CloudWatch RUM app monitors and their policies."""

from __future__ import annotations

from orienteer.model import Call
from orienteer.tables.shapes import listed, name, policies

APP_MONITORS = listed(
    "rum_app_monitors",
    "One row per app monitor.",
    Call("rum", "list_app_monitors"),
    "AppMonitorSummaries[]",
    name("Name"),
)

APP_MONITOR_POLICIES = policies(
    "rum_app_monitor_policies",
    APP_MONITORS,
    Call(
        "rum",
        "get_resource_policy",
        params={"Name": "name"},
        absent={"PolicyNotFoundException", "ResourceNotFoundException"},
    ),
    "PolicyDocument",
)
