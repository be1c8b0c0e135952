"""What the tables about contacts, costs and settings make of an answer that fits botocore's output shape."""

from __future__ import annotations

from typing import Any

import pytest

from orienteer.aws.rows import custom_rows
from orienteer.model import Answer, Call, Outcome, Place
from orienteer.tables.ce import MONTHLY_COSTS
from tests.tables.test_exposable_answers import row

BLOCK = "BlockPublicAccessConfiguration"


def contact(**more: str) -> dict[str, Any]:
    return {
        "FullName": "Ann",
        "AddressLine1": "1 Street",
        "City": "X",
        "PostalCode": "1",
        "CountryCode": "DE",
        "PhoneNumber": "+49 1",
        **more,
    }


def test_a_contact_is_kept_as_far_as_it_is_filled_in() -> None:
    found = row("account_primary_contact", {"ContactInformation": contact(CompanyName="Demo AG")})
    assert (found["company"], found["country"], found["has_phone"], found["has_address"]) == (
        "Demo AG",
        "DE",
        True,
        True,
    )
    found = row("account_primary_contact", {"ContactInformation": contact(PhoneNumber="", AddressLine1="")})
    assert (found["company"], found["has_phone"], found["has_address"]) == (None, False, False)


def test_the_serial_console() -> None:
    found = row("ec2_serial_console", {"SerialConsoleAccessEnabled": False, "ManagedBy": "account"})
    assert (found["enabled"], found["managed_by"]) == (False, "account")


@pytest.mark.parametrize(
    ("blocks", "ranges", "is_open"),
    [
        (True, None, False),
        (True, [], False),
        (True, [{"MinRange": 22}], False),
        (True, [{"MinRange": 22, "MaxRange": 22}], False),
        (True, [{"MinRange": 22, "MaxRange": 23}], True),
        (True, [{"MinRange": 0, "MaxRange": 65535}], True),
        (False, [], True),
    ],
)
def test_regions_where_clusters_may_be_public(blocks: bool, ranges: Any, is_open: bool) -> None:
    settings: dict[str, Any] = {"BlockPublicSecurityGroupRules": blocks}
    settings |= {} if ranges is None else {"PermittedPublicSecurityGroupRuleRanges": ranges}
    meta = {"CreationDateTime": "2026-01-01T00:00:00Z", "CreatedByArn": "arn:x"}
    found = row("emr_block_public_access", {BLOCK: settings, "BlockPublicAccessConfigurationMetadata": meta})
    assert found["open"] is is_open


def test_recent_clusters() -> None:
    assert row("emr_recent_clusters", {"Clusters": [{"Id": "j-1"}], "Marker": "more"})["resource_id"] == "j-1"


def test_costs_of_the_last_whole_month() -> None:
    asked: list[Any] = []

    def ask(call: Call, /, resource: str = "", **params: Any) -> Answer:
        asked.append(params["TimePeriod"])
        cost = {"UnblendedCost": {"Amount": "12.5", "Unit": "USD"}}
        return Answer(
            call, Outcome.OK, ({"ResultsByTime": [{"Groups": [{"Keys": ["111122223333"], "Metrics": cost}]}]},)
        )

    place, read = Place("100000000001", "global"), MONTHLY_COSTS.read
    assert read is not None
    found = [
        dict(zip(MONTHLY_COSTS.schema, one, strict=True)) for one in custom_rows(MONTHLY_COSTS, read(ask, place), place)
    ]
    assert [(one["account_id"], one["id"], one["amount"], one["unit"]) for one in found] == [
        ("111122223333", "111122223333", 12.5, "USD")
    ]
    assert asked[0]["Start"].endswith("-01") and asked[0]["Start"] < asked[0]["End"]


def test_budgets_and_the_accounts_they_are_limited_to() -> None:
    budget = {"BudgetName": "b", "TimeUnit": "MONTHLY", "BudgetType": "COST"}
    limited = {"Dimensions": {"Key": "LINKED_ACCOUNT", "Values": ["111122223333"]}}
    other = {"Dimensions": {"Key": "SERVICE", "Values": ["S3"]}}
    for more, accounts in (
        ({"CostFilters": {"LinkedAccount": ["111122223333"]}}, '["111122223333"]'),
        ({"FilterExpression": limited}, '["111122223333"]'),
        ({"FilterExpression": other}, "[]"),
        ({}, "[]"),
    ):
        assert row("budgets", {"Budgets": [budget | more]})["linked_accounts"] == accounts


def test_notifications_of_budgets() -> None:
    told = {"NotificationType": "ACTUAL", "ComparisonOperator": "GREATER_THAN", "Threshold": 80.0}
    listed = [{"BudgetName": "b", "Notifications": [told]}]
    found = row("budget_notifications", {"BudgetNotificationsForAccount": listed})
    assert (found["resource_id"], found["notifications"]) == ("b", 1)


def test_anomaly_monitors_and_who_is_told() -> None:
    watched = {"Dimensions": {"Key": "LINKED_ACCOUNT", "Values": ["111122223333"]}}
    custom = {"MonitorName": "m", "MonitorType": "CUSTOM", "MonitorArn": "arn:m", "MonitorSpecification": watched}
    assert row("ce_anomaly_monitors", {"AnomalyMonitors": [custom]})["linked_accounts"] == '["111122223333"]'
    people = [{"Address": "a@b.example", "Type": "EMAIL", "Status": status} for status in ("CONFIRMED", "DECLINED")]
    told = {"MonitorArnList": ["arn:m"], "Subscribers": people, "Frequency": "DAILY", "SubscriptionName": "s"}
    found = row("ce_anomaly_subscriptions", {"AnomalySubscriptions": [told | {"SubscriptionArn": "arn:s"}]})
    assert (found["confirmed"], found["monitor_arns"]) == (1, '["arn:m"]')


def test_stack_sets_of_the_organization() -> None:
    kinds = [
        {"StackSetName": n, "PermissionModel": n, "AutoDeployment": {"Enabled": True}}
        for n in ("SELF_MANAGED", "SERVICE_MANAGED")
    ]
    found = row("cloudformation_stack_sets", {"Summaries": kinds})
    assert (found["name"], found["auto_deployment"]) == ("SERVICE_MANAGED", True)
    units = row("cloudformation_stack_set_targets", {"StackSet": {"OrganizationalUnitIds": ["r-1"]}})["units"]
    assert units == '["r-1"]'
    failed = {"Summaries": [{"Account": "111122223333", "Region": "eu-west-1", "StatusReason": "no"}]}
    assert row("cloudformation_stack_set_failures", failed)["target_account"] == "111122223333"


def test_landing_zones_and_their_baselines() -> None:
    assert row("controltower_landing_zones", {"landingZones": [{"arn": "arn:z"}]})["resource_id"] == "arn:z"
    one = {
        "arn": "arn:e",
        "baselineIdentifier": "arn:b",
        "targetIdentifier": "arn:ou",
        "statusSummary": {"status": "SUCCEEDED"},
    }
    found = row("controltower_enabled_baselines", {"enabledBaselines": [one]})
    assert (found["target"], found["status"]) == ("arn:ou", "SUCCEEDED")


def test_where_cost_data_goes() -> None:
    shape = {"TimeUnit": "DAILY", "Format": "Parquet", "Compression": "Parquet", "AdditionalSchemaElements": []}
    report = {"ReportName": "daily", **shape, "S3Bucket": "costs", "S3Prefix": "cur", "S3Region": "us-east-1"}
    found = row("cur_reports", {"ReportDefinitions": [report]})
    assert (found["resource_id"], found["bucket"], found["bucket_region"]) == ("daily", "costs", "us-east-1")
    export = {"ExportArn": "arn:aws:bcm-data-exports:us-east-1:111122223333:export/x", "ExportName": "x"}
    assert row("data_exports", {"Exports": [export | {"ExportStatus": {}}]})["resource_id"] == "x"
    place = {"S3Bucket": "costs", "S3BucketOwner": "111122223333", "S3Prefix": "x", "S3Region": "us-east-1"}
    to = {
        "S3Destination": place
        | {
            "S3OutputConfigurations": {
                "OutputType": "CUSTOM",
                "Format": "PARQUET",
                "Compression": "PARQUET",
                "Overwrite": "OVERWRITE_REPORT",
            }
        }
    }
    given = {
        "Export": {
            "Name": "x",
            "DataQuery": {"QueryStatement": "SELECT 1"},
            "DestinationConfigurations": to,
            "RefreshCadence": {"Frequency": "SYNCHRONOUS"},
        }
    }
    found = row("data_export_destinations", given)
    assert (found["bucket"], found["bucket_owner"]) == ("costs", "111122223333")
