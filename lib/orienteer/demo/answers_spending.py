"""Overlay answers about who watches what accounts spend: budgets and cost anomaly monitors."""

from __future__ import annotations

from .plan import HOME
from .scene import Answer, Content, Scene

BUDGET = "monthly-cost"


def _budgets(scene: Scene) -> Content:
    limit = {"Amount": "1000", "Unit": "USD"}
    budget = {"BudgetName": BUDGET, "BudgetType": "COST", "TimeUnit": "MONTHLY", "BudgetLimit": limit}
    return {"Budgets": [budget] if scene.account.budget else []}


def _notifications(scene: Scene) -> Content:
    told = {"NotificationType": "ACTUAL", "ComparisonOperator": "GREATER_THAN", "Threshold": 80.0}
    found = [{"BudgetName": BUDGET, "Notifications": [told]}]
    return {"BudgetNotificationsForAccount": found if scene.account.budget else []}


def _monitor_arn(scene: Scene) -> str:
    return f"arn:aws:ce::{scene.plan.management.id}:anomalymonitor/demo-0001"


def _is_watching(scene: Scene) -> bool:
    return scene.plan.anomaly_monitor and scene.managing()


def _monitors(scene: Scene) -> Content:
    monitor = {"MonitorArn": _monitor_arn(scene), "MonitorName": "all-services", "MonitorType": "DIMENSIONAL"}
    return {"AnomalyMonitors": [{**monitor, "MonitorDimension": "SERVICE"}] if _is_watching(scene) else []}


def _subscriptions(scene: Scene) -> Content:
    to = {"Address": f"finance@{scene.plan.domain}", "Type": "EMAIL", "Status": "CONFIRMED"}
    arn = f"arn:aws:ce::{scene.plan.management.id}:anomalysubscription/demo-0001"
    told = {"SubscriptionArn": arn, "SubscriptionName": "finance", "MonitorArnList": [_monitor_arn(scene)]}
    found = [{**told, "Subscribers": [to], "Frequency": "DAILY"}]
    return {"AnomalySubscriptions": found if _is_watching(scene) else []}


def _reports(scene: Scene) -> Content:
    shape = {"TimeUnit": "DAILY", "Format": "Parquet", "Compression": "Parquet", "AdditionalSchemaElements": []}
    report = {"ReportName": "daily", **shape, "S3Bucket": scene.plan.cost_bucket, "S3Prefix": "cur", "S3Region": HOME}
    return {"ReportDefinitions": [report] if scene.plan.cost_bucket and scene.managing() else []}


def _exports(scene: Scene) -> Content:
    return {"Exports": []}


SPENDING: dict[tuple[str, str], Answer] = {
    ("budgets", "DescribeBudgets"): _budgets,
    ("budgets", "DescribeBudgetNotificationsForAccount"): _notifications,
    ("bcm-data-exports", "ListExports"): _exports,
    ("ce", "GetAnomalyMonitors"): _monitors,
    ("ce", "GetAnomalySubscriptions"): _subscriptions,
    ("cur", "DescribeReportDefinitions"): _reports,
}
