"""What findings start, where logs can be searched, how long they are kept, and what measures compliance."""

from __future__ import annotations

import json
from typing import Any

import pytest

from orienteer.facts.log_reach import FOREVER
from orienteer.facts.seen import Unseen
from tests.facts.support import GAP, UNSEEN, estate, fact, status

HOME, AUDIT, SHOP = "111111111111", "222222222222", "333333333333"
ORG = {"account_id": HOME, "organization_id": "o-1", "management_account_id": HOME, "feature_set": "ALL"}
MEMBERS = [
    {"account_id": one, "id": one, "name": name, "state": "ACTIVE"}
    for one, name in ((HOME, "home"), (AUDIT, "security-audit"), (SHOP, "shop"))
]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"starts": ("people",)}, "PASS"),
        ({"starts": ("lambda", "sns")}, "PASS"),
        ({"starts": ("sns",)}, "MANUAL"),
        ({"starts": (), "is_member": True}, "PASS"),
        ({"starts": ()}, "FAIL"),
        ({"starts": UNSEEN}, "NOT_ASSESSED"),
        ({"starts": ("states",), "is_member": UNSEEN}, "PASS"),
    ],
)
def test_alerts_start_something(row, said) -> None:
    assert status("IR-04", row) == said


def test_targets_of_rules_for_findings() -> None:
    at = {"account_id": AUDIT, "region": "eu-west-1"}
    rule = f"arn:aws:events:eu-west-1:{AUDIT}:rule/findings"
    tables = {
        "organization": [ORG],
        "organization_accounts": MEMBERS,
        "ec2_regions": [{"account_id": AUDIT, "region_name": "eu-west-1", "enabled": True}],
        "guardduty_organization_admins": [{**at, "account_id": HOME, "admin_account": AUDIT}],
        "events_rules": [
            {
                **at,
                "resource_id": "findings",
                "rule": "findings",
                "rule_arn": rule,
                "bus": "default",
                "is_on": True,
                "state": "ENABLED",
                "pattern": json.dumps({"source": ["aws.guardduty", "aws.securityhub"]}),
            }
        ],
        "events_targets": [
            {
                **at,
                "resource_id": "findings",
                "rule_arn": rule,
                "target_arn": f"arn:aws:lambda:eu-west-1:{AUDIT}:function:isolate",
            }
        ],
        "lambda_functions": [
            {**at, "resource_id": "isolate", "function_arn": f"arn:aws:lambda:eu-west-1:{AUDIT}:function:isolate"}
        ],
    }
    (region,) = fact("finding_starts", **tables)
    assert region["starts"] == ("lambda",)

    def to(arn: str, **more: list[dict[str, object]]) -> tuple[str, ...]:
        target = {**at, "resource_id": "findings", "rule_arn": rule, "target_arn": arn}
        (region,) = fact("finding_starts", **tables | {"events_targets": [target]} | more)
        return tuple(region["starts"])

    topic = f"arn:aws:sns:eu-west-1:{AUDIT}:alerts"
    told = {**at, "resource_id": "alerts", "resource_arn": topic}
    assert to(topic, sns_topic_policies=[{**told, "confirmed": 1}]) == ("sns",)
    assert to(topic, sns_topic_policies=[{**told, "confirmed": 0}]) == (), "nobody subscribed"
    bus = f"arn:aws:events:eu-west-1:{AUDIT}:event-bus/central"

    def over(pattern: dict[str, object]) -> tuple[str, ...]:
        onward = f"{rule}-onward"
        second = {
            **tables["events_rules"][0],
            "resource_id": "onward",
            "rule": "onward",
            "rule_arn": onward,
            "bus": "central",
            "arn": bus,
            "pattern": json.dumps(pattern),
        }
        ends = [
            {**at, "resource_id": "findings", "rule_arn": rule, "target_arn": bus},
            {
                **at,
                "resource_id": "onward",
                "rule_arn": onward,
                "target_arn": tables["lambda_functions"][0]["function_arn"],
            },
        ]
        rules = [*tables["events_rules"], second]
        (region,) = fact("finding_starts", **tables | {"events_targets": ends, "events_rules": rules})
        return tuple(region["starts"])

    assert over({"source": ["aws.guardduty"]}) == ("lambda",)
    assert over({"source": ["aws.s3"]}) == (), "the rule on the bus takes no findings"


def test_a_program_that_isolates_is_told_with_what_it_may_do() -> None:
    at = {"account_id": AUDIT, "region": "eu-west-1"}
    rule, function, role = (f"arn:aws:{what}" for what in (
        f"events:eu-west-1:{AUDIT}:rule/findings", f"lambda:eu-west-1:{AUDIT}:function:isolate",
        f"iam::{AUDIT}:role/isolator"))  # fmt: skip
    own, attached = [{"PolicyName": "cut-off"}], [{"PolicyName": "AmazonEC2ReadOnlyAccess", "PolicyArn": "arn:p"}]
    (region,) = fact(
        "finding_starts",
        organization=[ORG],
        organization_accounts=MEMBERS,
        ec2_regions=[{"account_id": AUDIT, "region_name": "eu-west-1", "enabled": True}],
        guardduty_organization_admins=[{**at, "account_id": HOME, "admin_account": AUDIT}],
        events_rules=[{**at, "resource_id": "findings", "rule": "findings", "rule_arn": rule, "bus": "default",
                       "is_on": True, "pattern": json.dumps({"source": ["aws.guardduty"]})}],
        events_targets=[{**at, "resource_id": "findings", "rule_arn": rule, "target_arn": function}],
        lambda_functions=[{**at, "resource_id": "isolate", "function_arn": function, "role_arn": role}],
        iam_roles=[{**at, "resource_id": "isolator", "role_name": "isolator", "role_arn": role,
                    "inline_policies": json.dumps(own), "attached_policies": json.dumps(attached)}],
    )  # fmt: skip
    assert region["automations"] == ("isolate as isolator (policies: AmazonEC2ReadOnlyAccess, cut-off)",)


def test_a_table_over_the_trails_bucket_is_a_way_to_search() -> None:
    """A work group of Athena proves nothing: each account has one."""
    trail = {"account_id": HOME, "region": "eu-west-1", "resource_id": "org", "trail_name": "org", "trail_arn": "arn:t",
             "owner_account": HOME, "home_region": "eu-west-1", "at_home": True, "is_organization": True,
             "bucket": "logs"}  # fmt: skip

    def tools(*locations: str | None, **more: Any) -> Any:
        at = {"account_id": AUDIT, "region": "eu-west-1", "resource_id": "audit", "database": "audit"}
        tables = [{**at, "table": f"t{n}", "location": one} for n, one in enumerate(locations)]
        (row,) = fact("searchable_logs", organization=[ORG], organization_accounts=MEMBERS, cloudtrail_trails=[trail],
                      ec2_regions=[{"account_id": HOME, "region_name": "eu-west-1", "enabled": True}],
                      **{"glue_tables": tables} | more)  # fmt: skip
        return row["other_tools"]

    assert tools("s3://logs/AWSLogs/o-1/") == ("table audit.t0",)
    assert tools("s3://logs-of-others/", "s3://other/logs/", None) == ()
    assert isinstance(tools(glue_tables=[{"account_id": AUDIT, **GAP}]), Unseen)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"store_days": 365}, "PASS"),
        ({"group_days": FOREVER}, "PASS"),
        ({"store_days": 30}, "FAIL"),
        ({}, "FAIL"),
        ({"other_tools": ("search domain logs",)}, "MANUAL"),
        ({"store_days": UNSEEN}, "NOT_ASSESSED"),
        ({"store_days": 90, "group_days": UNSEEN, "other_tools": UNSEEN}, "PASS"),
    ],
)
def test_logs_are_searched(row, said) -> None:
    assert status("IR-05", {"store_days": 0, "group_days": 0, "other_tools": ()} | row) == said


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({}, "PASS"),
        ({"days": 364}, "FAIL"),
        ({"days": None}, "MANUAL"),
        ({"days": UNSEEN}, "NOT_ASSESSED"),
        ({"store": None, "days": 0}, "FAIL"),
    ],
)
def test_logs_are_kept(row, said) -> None:
    usual = {"source": "CloudTrail", "store": "logs", "days": 365, "required_days": 365}
    assert status("CMP-03", usual | row) == said


def test_how_long_each_store_keeps() -> None:
    at = {"account_id": SHOP, "region": "eu-west-1"}
    rules = [{"Status": "Enabled", "Filter": {}, "Expiration": {"Days": 30}}]
    archived = [{"Status": "Enabled", "Filter": {}, "Transitions": [{"Days": 30, "StorageClass": "DEEP_ARCHIVE"}]}]
    tables = {
        "organization": [ORG],
        "organization_accounts": MEMBERS,
        "cloudtrail_event_data_store_details": [
            {
                **at,
                "store_name": "lake",
                "retention_days": 400,
                "termination_protection": True,
                "is_organization": True,
            },
            {**at, "store_name": "own", "retention_days": 900, "is_organization": False},
        ],
        "ec2_flow_logs": [
            {**at, "resource_id": "fl-1", "destination": "arn:aws:s3:::flows/prefix"},
            {**at, "resource_id": "fl-2", "destination": "/vpc/flows"},
            {**at, "resource_id": "fl-3", "destination": "arn:aws:firehose:eu-west-1:3:deliverystream/x"},
            {**at, "resource_id": "fl-4", "destination": "arn:aws:s3:::elsewhere"},
            {**at, "resource_id": "fl-5", "destination": "arn:aws:s3:::frozen"},
        ],
        "s3_bucket_lifecycle": [
            {"account_id": SHOP, "resource_id": "flows", "lifecycle_rules": json.dumps(rules)},
            {"account_id": SHOP, "resource_id": "frozen", "lifecycle_rules": json.dumps(archived)},
        ],
        "logs_groups": [{**at, "resource_id": "/vpc/flows", "name": "/vpc/flows", "retention_days": None}],
    }
    rows = fact("retained_logs", **tables)
    found = {row["resource_id"]: row["days"] for row in rows}
    assert found["cloudtrail/lake"] == 400  # for as long as it says itself
    assert "cloudtrail/own" not in found
    assert {row["store"] for row in rows if row["termination_protection"]} == {"lake"}
    assert found["vpc_flow/arn:aws:s3:::frozen"] == FOREVER  # an archive keeps
    assert found["vpc_flow/arn:aws:s3:::flows/prefix"] == 30
    assert found["vpc_flow//vpc/flows"] == FOREVER
    assert found["vpc_flow/arn:aws:firehose:eu-west-1:3:deliverystream/x"] is None
    assert found["vpc_flow/arn:aws:s3:::elsewhere"] is None
    without = fact("retained_logs", **tables | {"cloudtrail_event_data_store_details": []})
    assert next(row["days"] for row in without if row["resource_id"] == "cloudtrail") == 0  # the history is no store
    assert (found["dns"], found["config"]) == (0, 0)
    hidden = fact("retained_logs", **tables | {"s3_bucket_lifecycle": [{"account_id": AUDIT, **GAP}]})
    assert next(row for row in hidden if row["store"] == "arn:aws:s3:::elsewhere")["days"].gaps
    lost = estate(tables | {"route53resolver_query_logs": [{**at, **GAP}]}).source("retained_logs")
    assert "dns" not in {row["resource_id"] for row in lost.rows} and lost.gaps


def test_a_source_has_no_store_only_where_all_that_may_name_one_was_read() -> None:
    at = {"account_id": SHOP, "region": "eu-west-1"}
    tables = {"organization": [ORG], "ec2_regions": [{**at, "region_name": "eu-west-1", "enabled": True}]}
    assert {"config", "cloudtrail"} <= {row["resource_id"] for row in fact("retained_logs", **tables)}
    channels = estate(tables | {"config_delivery_channels": [{**at, **GAP}]}).source("retained_logs")
    assert "config" not in {row["resource_id"] for row in channels.rows}
    assert [gap.account_id for gap in channels.gaps if gap.resource_id == "config"] == [HOME]
    lakes = estate(tables | {"cloudtrail_event_data_store_details": [{**at, **GAP}]}).source("retained_logs")
    assert "cloudtrail" not in {row["resource_id"] for row in lakes.rows} and lakes.gaps


FULL = {
    "standards": ("cis",),
    "packs": (),
    "without_standard": (),
    "without_pack": (SHOP,),
    "failed_critical": 0,
    "assessments": (),
}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, "PASS"),
        ({"failed_critical": 1}, "FAIL"),
        ({"without_standard": (SHOP,)}, "FAIL"),
        ({"without_standard": (SHOP,), "packs": ("p",), "without_pack": ()}, "PASS"),
        ({"standards": ()}, "MANUAL"),
        ({"failed_critical": UNSEEN}, "NOT_ASSESSED"),
        ({"is_cut": True}, "MANUAL"),
        ({"is_cut": True, "failed_critical": 1}, "FAIL"),
    ],
)
def test_compliance_is_measured(changed, said) -> None:
    assert status("CMP-02", FULL | changed) == said


def test_controls_of_standards_that_failed_are_counted_once() -> None:
    finding = {"account_id": AUDIT, "region": "eu-west-1", "finding_id": "f-1", "is_control": True}
    other = finding | {"region": "eu-central-1"}
    tables = {
        "organization": [ORG],
        "organization_accounts": MEMBERS,
        "securityhub_critical_findings": [finding, other, finding | {"finding_id": "f-2", "is_control": False}],
        "config_conformance_packs": [{"account_id": SHOP, "region": "eu-west-1", "name": "baseline"}],
    }
    (row,) = fact("measured_compliance", **tables | {"organization": [{"account_id": HOME, **GAP}]})
    assert row["account_id"] == HOME  # the same row as where it was answered
    (row,) = fact("measured_compliance", **tables)
    assert (row["failed_critical"], row["packs"], row["standards"]) == (1, ("baseline",), ())
    assert row["is_cut"] is False
    many = [finding | {"finding_id": f"i-{n}", "is_control": False} for n in range(100)]
    (row,) = fact("measured_compliance", **tables | {"securityhub_critical_findings": many})
    assert row["is_cut"] is True, "the oldest hundred are all of an inspector, and hide what comes after them"


def test_findings_that_were_suppressed_are_counted_apart() -> None:
    at = {"account_id": AUDIT, "region": "eu-west-1", "is_control": True}
    (row,) = fact(
        "measured_compliance",
        organization=[ORG],
        securityhub_critical_findings=[{**at, "finding_id": "new"}],
        securityhub_suppressed_findings=[{**at, "finding_id": f"old-{n}"} for n in range(2)],
    )
    assert (row["failed_critical"], row["suppressed_critical"]) == (1, 2)


def test_a_hub_of_one_region_measures_no_account_whole() -> None:
    arn = "arn:aws:securityhub:eu-west-1::standards/cis/v/3.0.0"
    both = ("eu-west-1", "us-east-1")
    (row,) = fact(
        "measured_compliance",
        organization=[ORG],
        organization_accounts=MEMBERS,
        ec2_regions=[{"account_id": SHOP, "region_name": region, "enabled": True} for region in both],
        securityhub_standards=[
            {"account_id": SHOP, "region": "eu-west-1", "resource_id": "h", "standard_arn": arn, "status": "READY"}
        ],
    )
    assert (row["standards"], row["without_standard"]) == (("cis",), (SHOP,))
    assert status("CMP-02", row) == "FAIL"


def test_the_bucket_of_a_trail_keeps_what_its_lifecycle_leaves() -> None:
    trail = {"account_id": HOME, "region": "eu-west-1", "resource_id": "org", "trail_name": "org", "trail_arn": "arn:t",
             "owner_account": HOME, "home_region": "eu-west-1", "at_home": True, "is_organization": True,
             "bucket": "logs"}  # fmt: skip
    own = {"account_id": SHOP, "region": "eu-west-1", "resource_id": "logs"}

    def kept(*rules: dict[str, Any]) -> Any:
        rows = fact("retained_logs", organization=[ORG], organization_accounts=MEMBERS, cloudtrail_trails=[trail],
                    s3_buckets=[own | {"bucket": "logs", "resource_arn": "arn:aws:s3:::logs"}],
                    s3_bucket_lifecycle=[own | {"lifecycle_rules": json.dumps(rules)}],
                    s3_bucket_object_lock=[own])  # fmt: skip
        return next(row["days"] for row in rows if row["resource_id"] == "cloudtrail/logs")

    assert kept({"Status": "Enabled", "Filter": {}, "Expiration": {"Days": 30}}) == 30
    assert kept() == FOREVER
