"""EventBridge rules and where they send what they match."""

from __future__ import annotations

from orienteer.model import Call, Column
from orienteer.tables.events import EVENT_BUSES
from orienteer.tables.shapes import described

RULES = described(
    "events_rules",
    EVENT_BUSES,
    "One row per rule of an event bus; `arn` is the bus.",
    Call("events", "list_rules", params={"EventBusName": "name"}, absent={"ResourceNotFoundException"}),
    Column("rule", "Name", "string", "name of the rule"),
    Column("rule_arn", "Arn", "string", "its ARN"),
    Column("bus", "EventBusName", "string", "name of its bus"),
    Column("state", "State", "string", "ENABLED, DISABLED or ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"),
    Column("pattern", "EventPattern", "json", "what it matches; null of a schedule"),
    Column("managed_by", "ManagedBy", "string", "service of AWS that made it"),
    Column(
        "is_on",
        "State != 'DISABLED' && EventPattern != `null` && ManagedBy == `null`",
        "bool",
        "the client's own, on, and matches events",
    ),
    items="Rules[]",
    resource="rule_arn",
    arn="rule_arn",
    keep=("arn",),
)

TARGETS = described(
    "events_targets",
    RULES,
    "One row per target of a rule that is on.",
    Call(
        "events",
        "list_targets_by_rule",
        params={"Rule": "rule", "EventBusName": "bus"},
        absent={"ResourceNotFoundException"},
    ),
    Column("target_arn", "Arn", "string", "ARN of the target"),
    items="Targets[]",
    keep=("rule_arn",),
    when="is_on",
)
