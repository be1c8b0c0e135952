"""What hubs run and AWS Config records in the first demo client: what moto is not asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .nordlicht_core import AUDIT, DEV, EAST, LEGACY, SHOP, WEST
from .plan import HOME, REGIONS, Account

CLIENT = "demo-nordlicht"
HUBS = {
    "management": REGIONS,
    "audit": REGIONS,
    "archive": REGIONS,
    "hub": (HOME, EAST),
    "shop": REGIONS,
    "dev": REGIONS,
    "sandbox": (HOME, WEST),
}
"""Where hubs take findings of services; that of `hub` in eu-west-1 takes none."""
PRODUCTS = ("guardduty", "access-analyzer", "inspector", "macie")
Key = tuple[str, str, str, str, str]
Planted = list[tuple[str, Any]]


def _products(region: str) -> Any:
    def content(account: Account) -> Mapping[str, Any]:
        start = f"arn:aws:securityhub:{region}:{account.id}:product-subscription/aws"
        return {"ProductSubscriptions": [f"{start}/{name}" for name in PRODUCTS]}

    return content


def _hubs() -> Iterator[tuple[Key, Planted]]:
    for account, regions in HUBS.items():
        for region in regions:
            yield (CLIENT, account, region, "securityhub", "ListEnabledProductsForImport"), [("", _products(region))]
    name = "standards/aws-foundational-security-best-practices/v/1.0.0"
    running = {
        "StandardsSubscriptionArn": f"arn:aws:securityhub:{EAST}:{DEV}:subscription/aws/{name}",
        "StandardsArn": f"arn:aws:securityhub:{EAST}::{name}",
        "StandardsInput": {},
        "StandardsStatus": "READY",
    }
    yield (CLIENT, "dev", EAST, "securityhub", "GetEnabledStandards"), [("", {"StandardsSubscriptions": [running]})]
    arn = f"arn:aws:securityhub:{HOME}:{AUDIT}:finding-aggregator/demo"
    linked = {
        "FindingAggregatorArn": arn,
        "FindingAggregationRegion": HOME,
        "RegionLinkingMode": "SPECIFIED_REGIONS",
        "Regions": [WEST],
    }
    for region in REGIONS:
        at = (CLIENT, "audit", region, "securityhub")
        yield (*at, "ListFindingAggregators"), [("", {"FindingAggregators": [{"FindingAggregatorArn": arn}]})]
        yield (*at, "GetFindingAggregator"), [("", linked)]


def _recorders() -> Iterator[tuple[Key, Planted]]:
    for key, account in (("shop", SHOP), ("legacy", LEGACY)):
        arn = f"arn:aws:config:{HOME}:{account}:configuration-recorder/default/demo"
        recorder = {
            "arn": arn,
            "name": "default",
            "recordingGroup": {"allSupported": True, "includeGlobalResourceTypes": True, "resourceTypes": []},
            "recordingMode": {"recordingFrequency": "CONTINUOUS"},
            "recordingScope": "PAID",
        }
        at = (CLIENT, key, HOME, "config")
        state = {"arn": arn, "name": "default", "recording": True, "lastStatus": "Success"}
        channel = {"name": "default", "s3BucketName": f"nordlicht-demo-config-{account}"}
        yield (*at, "DescribeConfigurationRecorders"), [("", {"ConfigurationRecorders": [recorder]})]
        yield (*at, "DescribeConfigurationRecorderStatus"), [("", {"ConfigurationRecordersStatus": [state]})]
        yield (*at, "DescribeDeliveryChannels"), [("", {"DeliveryChannels": [channel]})]
    listed = {
        "ConfigurationAggregatorName": "two-accounts",
        "ConfigurationAggregatorArn": f"arn:aws:config:{HOME}:{AUDIT}:config-aggregator/demo",
        "AccountAggregationSources": [{"AccountIds": [SHOP, DEV], "AllAwsRegions": True}],
    }
    yield (
        (CLIENT, "audit", HOME, "config", "DescribeConfigurationAggregators"),
        [("", {"ConfigurationAggregators": [listed]})],
    )


SETTINGS: Mapping[Key, Planted] = dict([*_hubs(), *_recorders()])
