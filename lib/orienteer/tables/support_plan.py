"""The AWS support plan, told by which severities a case may have."""

from __future__ import annotations

from orienteer.model import Call, Column, Scope
from orienteer.tables.shapes import listed

SEVERITIES = listed(
    "support_severities",
    "One row per severity that a support case of the account may have; absent on the Basic and Developer plans.",
    Call(
        "support",
        "describe_severity_levels",
        fixed={"language": "en"},
        absent={"SubscriptionRequiredException: Premium Support Subscription"},
    ),
    "severityLevels[]",
    Column("code", "code", "string", "low, normal, high, urgent or critical"),
    scope=Scope.ORG,
    resource="code",
)
