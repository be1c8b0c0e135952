"""Alerts and findings of the first demo client: what moto is not asked for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from .clock import ago
from .nordlicht_core import AUDIT, MANAGEMENT, SHOP, WEST
from .plan import HOME

CLIENT = "demo-nordlicht"
LOG_GROUP = "nordlicht/org-trail"
ROOT_USE = '{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != "AwsServiceEvent" }'
WITHOUT_MFA = '{ $.eventName = "ConsoleLogin" && $.additionalEventData.MFAUsed != "Yes" }'
SECONDS = "%Y-%m-%dT%H:%M:%S.000Z"


def _filter(name: str, pattern: str) -> Mapping[str, Any]:
    metric = {"metricName": name, "metricNamespace": "Alerts", "metricValue": "1"}
    return {"filterName": name, "filterPattern": pattern, "metricTransformations": [metric], "logGroupName": LOG_GROUP}


ALARM = {
    "AlarmName": "root-use",
    "AlarmArn": f"arn:aws:cloudwatch:{HOME}:{MANAGEMENT}:alarm:root-use",
    "MetricName": "root-use",
    "Namespace": "Alerts",
    "ActionsEnabled": True,
    "AlarmActions": [f"arn:aws:sns:{HOME}:{MANAGEMENT}:alerts"],
}
BUS = {"Name": "default", "Arn": f"arn:aws:events:{HOME}:{AUDIT}:event-bus/default"}
RULE = {
    "Name": "findings-to-on-call",
    "Arn": f"arn:aws:events:{HOME}:{AUDIT}:rule/findings-to-on-call",
    "EventPattern": json.dumps(
        {
            "source": ["aws.securityhub"],
            "detail-type": ["Security Hub Findings - Imported"],
            "detail": {"findings": {"Severity": {"Label": ["HIGH", "CRITICAL"]}}},
        }
    ),
    "State": "ENABLED",
    "EventBusName": "default",
}
TARGET = {"Id": "on-call", "Arn": f"arn:aws:sns:{HOME}:{AUDIT}:security-alerts"}


def _finding(name: str, title: str, days: float) -> Mapping[str, Any]:
    return {
        "Id": name,
        "AccountId": SHOP,
        "Title": title,
        "Type": "UnauthorizedAccess:IAMUser/TorIPCaller",
        "Severity": 8.0,
        "CreatedAt": f"{ago(days):{SECONDS}}",
        "UpdatedAt": f"{ago(days):{SECONDS}}",
        "Arn": f"arn:aws:guardduty:{HOME}:{AUDIT}:detector/demo/finding/{name}",
        "Region": HOME,
        "Resource": {},
        "SchemaVersion": "2.0",
    }


GRAVE = (
    _finding("finding-old", "API calls with the keys of deploy-bot from a Tor exit node", 20),
    _finding("finding-new", "API calls with the keys of deploy-bot from a Tor exit node", 1),
    _finding("finding-sample", "[SAMPLE] API calls from a Tor exit node", 90),
)
CRITICAL = {
    "SchemaVersion": "2018-10-08",
    "Id": "critical-old",
    "Title": "A snapshot can be restored by everybody",
    "ProductArn": f"arn:aws:securityhub:{HOME}::product/aws/guardduty",
    "GeneratorId": "demo",
    "AwsAccountId": SHOP,
    "Region": HOME,
    "Description": "demo",
    "CreatedAt": f"{ago(30):{SECONDS}}",
    "UpdatedAt": f"{ago(30):{SECONDS}}",
    "Resources": [],
}
QUIET = {
    "Name": "quiet",
    "Action": "ARCHIVE",
    "FindingCriteria": {"Criterion": {"severity": {"LessThan": 8}}},
}


def _group(account: str, name: str, days: int | None) -> Mapping[str, Any]:
    arn = f"arn:aws:logs:{HOME}:{account}:log-group:{name}"
    kept = {"retentionInDays": days} if days else {}
    return {"logGroupName": name, "logGroupArn": arn, "arn": f"{arn}:*", "storedBytes": 7_340_032, **kept}


LOGGED = [
    {"Key": "access_logs.s3.enabled", "Value": "true"},
    {"Key": "access_logs.s3.bucket", "Value": "nordlicht-demo-requests"},
]
ALERTS: Mapping[tuple[str, str, str, str, str], list[tuple[str, Any]]] = {
    (CLIENT, "management", HOME, "logs", "DescribeMetricFilters"): [
        ("", {"metricFilters": [_filter("root-use", ROOT_USE), _filter("without-mfa", WITHOUT_MFA)]})
    ],
    (CLIENT, "management", HOME, "logs", "DescribeLogGroups"): [
        ("", {"logGroups": [_group(MANAGEMENT, LOG_GROUP, 400)]})
    ],
    (CLIENT, "shop", HOME, "logs", "DescribeLogGroups"): [
        ("", {"logGroups": [_group(SHOP, "/vpc/flow", 30), _group(SHOP, "/aws/lambda/order-intake", 3)]})
    ],
    (CLIENT, "shop", HOME, "elbv2", "DescribeLoadBalancerAttributes"): [
        (f"arn:aws:elasticloadbalancing:{HOME}:{SHOP}:loadbalancer/app/front/1", {"Attributes": LOGGED}),
        ("", {"Attributes": []}),
    ],
    (CLIENT, "management", HOME, "cloudwatch", "DescribeAlarms"): [("", {"MetricAlarms": [ALARM]})],
    (CLIENT, "audit", HOME, "events", "ListEventBuses"): [("", {"EventBuses": [BUS]})],
    (CLIENT, "audit", HOME, "events", "ListRules"): [("", {"Rules": [RULE]})],
    (CLIENT, "audit", HOME, "events", "ListTargetsByRule"): [("", {"Targets": [TARGET]})],
    (CLIENT, "audit", HOME, "guardduty", "ListFindings"): [("", {"FindingIds": [one["Id"] for one in GRAVE]})],
    (CLIENT, "audit", HOME, "guardduty", "GetFindings"): [("", {"Findings": list(GRAVE)})],
    (CLIENT, "audit", WEST, "guardduty", "ListFilters"): [("", {"FilterNames": ["quiet"]})],
    (CLIENT, "audit", WEST, "guardduty", "GetFilter"): [("", QUIET)],
    (CLIENT, "audit", HOME, "securityhub", "GetFindings"): [
        ("SUPPRESSED", {"Findings": []}),
        ("", {"Findings": [CRITICAL]}),
    ],
}
