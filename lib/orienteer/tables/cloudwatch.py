"""CloudWatch alarms."""

from __future__ import annotations

from orienteer.model import Call, Column
from orienteer.tables.shapes import arn, listed, name

ALARMS = listed(
    "cloudwatch_alarms",
    "One row per alarm on a metric.",
    Call("cloudwatch", "describe_alarms"),
    "MetricAlarms[]",
    name("AlarmName"),
    arn("AlarmArn"),
    Column("metric", "MetricName || Metrics[0].MetricStat.Metric.MetricName", "string", "metric that it watches"),
    Column("namespace", "Namespace || Metrics[0].MetricStat.Metric.Namespace", "string", "namespace of the metric"),
    Column("actions_enabled", "ActionsEnabled", "bool", "it does something when it goes off"),
    Column("actions", "AlarmActions", "json", "ARNs of what it tells"),
)
