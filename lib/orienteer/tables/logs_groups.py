"""CloudWatch log groups: how long they keep events, and the metrics that are counted in them."""

from __future__ import annotations

from orienteer.model import Call, Column
from orienteer.tables.shapes import listed, name

LOG_GROUPS = listed(
    "logs_groups",
    "One row per log group.",
    Call("logs", "describe_log_groups"),
    "logGroups[]",
    name("logGroupName"),
    Column("arn", "logGroupArn || arn", "string", "its ARN"),
    Column("retention_days", "retentionInDays", "int", "days that events are kept; null: for ever"),
    Column("stored_bytes", "storedBytes", "int", "size of what is kept"),
    Column("kms_key", "kmsKeyId", "string", "key that encrypts it"),
    Column("log_class", "logGroupClass", "string", "STANDARD, INFREQUENT_ACCESS or DELIVERY"),
)

METRIC_FILTERS = listed(
    "logs_metric_filters",
    "One row per metric filter.",
    Call("logs", "describe_metric_filters"),
    "metricFilters[]",
    name("filterName"),
    Column("pattern", "filterPattern", "string", "what it counts"),
    Column("log_group", "logGroupName", "string", "log group that it looks at"),
    Column("metric", "metricTransformations[0].metricName", "string", "metric that it counts in"),
    Column("namespace", "metricTransformations[0].metricNamespace", "string", "namespace of the metric"),
)
