"""Settings of Security Hub, AWS Config and GuardDuty's plans: rows in, verdicts out; and the facts, from tables."""

from __future__ import annotations

import json
from typing import Any

import pytest

from orienteer.facts.seen import Cells, Unseen
from tests.facts.support import GAP, UNSEEN, fact, judged, source, status, verdict
from tests.facts.test_detection import AUDIT, DELEGATED, HERE, MANAGEMENT, MEMBER, THERE, at

# --- SH-02

GATHERED = {"admin": AUDIT, "admin_read": AUDIT, "aggregator": "arn", "home_region": HERE, "missing_regions": ()}


@pytest.mark.parametrize(
    ("hub", "found"),
    [
        ({}, "PASS"),
        ({"admin": None}, "FAIL"),
        ({"admin": UNSEEN}, "NOT_ASSESSED"),
        ({"admin_read": UNSEEN, "aggregator": None}, "NOT_ASSESSED"),
        ({"aggregator": None}, "FAIL"),
        ({"aggregator": UNSEEN}, "NOT_ASSESSED"),
        ({"missing_regions": (THERE,)}, "FAIL"),
        ({"missing_regions": UNSEEN}, "NOT_ASSESSED"),
    ],
)
def test_findings_gathered(hub: dict[str, Any], found: str) -> None:
    assert status("SH-02", GATHERED | hub) == found


def aggregation(mode: str = "", *linked: str, **more: Any) -> Cells:
    own = at(AUDIT, aggregator_arn="arn:a")
    rows = {
        "organization": DELEGATED["organization"], "organization_accounts": DELEGATED["organization_accounts"],
        "ec2_regions": DELEGATED["ec2_regions"],
        "securityhub_organization_admins": [at(MANAGEMENT, admin_account=AUDIT, admin_status="ENABLED")],
        "securityhub_hubs": [at(MEMBER, r, hub_arn="arn") for r in (HERE, THERE)],
        "securityhub_finding_aggregators": [own] if mode else [at(AUDIT)],
        "securityhub_finding_aggregator_details": [at(AUDIT, home=HERE, mode=mode, linked=json.dumps(linked))],
    }  # fmt: skip
    (found,) = fact("finding_aggregation", **rows | more)
    return found


def test_which_regions_are_gathered() -> None:
    assert aggregation()["aggregator"] is None
    found = aggregation("ALL_REGIONS")
    assert (found["account_id"], found["home_region"], found["missing_regions"]) == (AUDIT, HERE, ())
    assert aggregation("SPECIFIED_REGIONS", THERE)["missing_regions"] == ()
    assert aggregation("SPECIFIED_REGIONS", "us-west-2")["missing_regions"] == (THERE,)
    assert aggregation("ALL_REGIONS_EXCEPT_SPECIFIED", THERE)["missing_regions"] == (THERE,)
    assert aggregation("ALL_REGIONS_EXCEPT_SPECIFIED", "us-west-2")["missing_regions"] == ()
    assert aggregation("NO_REGIONS")["missing_regions"] == (THERE,)
    hidden = aggregation("SPECIFIED_REGIONS", THERE, securityhub_hubs=[at(MEMBER, hub_arn="arn"), GAP])
    assert isinstance(hidden["missing_regions"], Unseen)
    elsewhere = aggregation("ALL_REGIONS", ec2_regions=[])
    assert isinstance(elsewhere["admin_read"], Unseen)


def test_the_region_that_gathers_is_named_by_the_aggregator_wherever_it_is_seen() -> None:
    """It is listed in the regions that it links, too, and can be changed at home alone."""
    linked = [at(AUDIT, THERE, aggregator_arn="arn:a")]
    told = [at(AUDIT, THERE, home=HERE, mode="SPECIFIED_REGIONS", linked=json.dumps([THERE]))]
    seen = aggregation("x", securityhub_finding_aggregators=linked, securityhub_finding_aggregator_details=told)
    assert (seen["home_region"], seen["missing_regions"]) == (HERE, ())


# --- SH-03

HUB = {"hub": "arn:hub", "standards_on": (), "standards_off": (), "integrations_on": ("guardduty",), "recorded": False,
       "auto_enable_standards": None}  # fmt: skip
CHECKING = {"standards_on": ("best-practices",), "recorded": True}


@pytest.mark.parametrize(
    ("hub", "unset", "gathers", "checks"),
    [
        ({}, "MANUAL", "PASS", "FAIL"),
        ({"hub": None}, None, None, None),
        ({"hub": UNSEEN}, "NOT_ASSESSED", "NOT_ASSESSED", "NOT_ASSESSED"),
        (CHECKING, "MANUAL", "FAIL", "PASS"),
        (CHECKING | {"recorded": False}, "FAIL", "FAIL", "FAIL"),
        (CHECKING | {"recorded": UNSEEN}, "NOT_ASSESSED", "FAIL", "NOT_ASSESSED"),
        ({"integrations_on": ()}, "FAIL", "FAIL", "FAIL"),
        ({"standards_off": ("cis (incomplete)",)}, "MANUAL", "FAIL", "FAIL"),
        ({"auto_enable_standards": "DEFAULT"}, "MANUAL", "FAIL", "FAIL"),
        ({"standards_on": UNSEEN}, "NOT_ASSESSED", "NOT_ASSESSED", "NOT_ASSESSED"),
    ],
)
def test_hub_mode(hub: dict[str, Any], unset: str | None, gathers: str | None, checks: str | None) -> None:
    given = HUB | hub
    assert status("SH-03", given) == unset
    wanted = ("guardduty",)
    assert status("SH-03", given, security_hub_mode="aggregate_only", integrations=wanted) == gathers
    assert status("SH-03", given, security_hub_mode="standards", standards=()) == checks


def test_what_was_decided_is_looked_for() -> None:
    gathers = {"security_hub_mode": "aggregate_only", "integrations": ("guardduty", "macie")}
    told = judged("SH-03", HUB, **gathers)
    assert told and told.words == "Findings of macie are not received."
    assert status("SH-03", HUB | CHECKING, security_hub_mode="standards", standards=("best-practices",)) == "PASS"
    assert status("SH-03", HUB | CHECKING, security_hub_mode="standards", standards=("cis",)) == "FAIL"


def test_what_a_hub_runs() -> None:
    arn = f"arn:aws:securityhub:{HERE}::standards"
    given = {
        "ec2_regions": [{"account_id": MEMBER, "region_name": HERE, "enabled": True}],
        "securityhub_standards": [
            at(MEMBER, standard_arn=f"{arn}/aws-foundational-security-best-practices/v/1.0.0", status="READY"),
            at(MEMBER, standard_arn=f"{arn}/cis/v/3.0.0", status="INCOMPLETE",
               reason="NO_AVAILABLE_CONFIGURATION_RECORDER"),
        ],
        "securityhub_products": [at(MEMBER, product="arn:aws:securityhub:x:1:product-subscription/aws/guardduty")],
        "config_recorder_status": [at(MEMBER, recorder="default", recording=True)],
    }  # fmt: skip
    (found,) = fact("hub_settings", **given)
    assert found["standards_on"] == ("aws-foundational-security-best-practices",)
    assert found["standards_off"] == ("cis (no available configuration recorder)",)
    assert (found["integrations_on"], found["recorded"]) == (("guardduty",), True)


def places_with_hubs(**more: Any) -> dict[str, Cells]:
    """The hubs of a member in two regions, in one of which the default standard runs."""
    standard = f"arn:aws:securityhub:{THERE}::standards/aws-foundational-security-best-practices/v/1.0.0"
    given = {
        "ec2_regions": [{"account_id": MEMBER, "region_name": r, "enabled": True} for r in (HERE, THERE)],
        "securityhub_hubs": [at(MEMBER, r, hub_arn="arn:hub") for r in (HERE, THERE)],
        "securityhub_standards": [at(MEMBER, THERE, standard_arn=standard, status="READY")],
        "securityhub_products": [at(MEMBER, r, product="product-subscription/aws/guardduty") for r in (HERE, THERE)],
    }
    return {row["region"]: row for row in fact("hub_settings", **given | more)}


def test_a_region_with_the_default_standard_has_a_row_of_its_own() -> None:
    given = {"security_hub_mode": "aggregate_only", "integrations": ("guardduty",)}
    assert {r: status("SH-03", row, **given) for r, row in places_with_hubs().items()} == {HERE: "PASS", THERE: "FAIL"}


@pytest.mark.parametrize(("service", "recorded"), [
    ("securityhub.amazonaws.com", True), ("observabilityadmin.amazonaws.com", False), (None, False),
])  # fmt: skip
def test_a_recorder_that_security_hub_made_for_itself_serves_its_standards(service: Any, recorded: bool) -> None:
    """DescribeConfigurationRecorders tells of the client's recorder alone.

    https://docs.aws.amazon.com/config/latest/APIReference/API_DescribeConfigurationRecorders.html
    """
    linked = [at(MEMBER, THERE, recorder="r", service_principal=service, recording_scope="INTERNAL")]
    row = places_with_hubs(config_linked_recorders=linked)[THERE]
    assert row["recorded"] is recorded
    assert row["linked_recorders"] == ((f"{service} (INTERNAL)",) if service else ())
    own = [at(MEMBER, THERE, recorder="default", recording=True)]
    assert places_with_hubs(config_linked_recorders=linked, config_recorder_status=own)[THERE]["recorded"] is True
    hidden = [at(MEMBER, THERE, **GAP)]
    assert isinstance(places_with_hubs(config_linked_recorders=hidden)[THERE]["recorded"], Unseen)


# --- CFG-01

ARCHIVE = "444400001111"
RECORDS = {"recorder": "default", "recording": True, "last_status": "Success", "all_supported": True, "closed": False,
           "recorded_types": "all types", "log_archive": frozenset({ARCHIVE}), "bucket_account": ARCHIVE,
           "global_regions": (HERE,), "missing_types": (), "delivery_bucket": "history"}  # fmt: skip


@pytest.mark.parametrize(
    ("place", "required", "free"),
    [
        ({}, ("PASS", "medium"), ("FAIL", "info")),
        ({"recorder": None, "recording": False}, ("FAIL", "medium"), ("PASS", "medium")),
        ({"recorder": None, "recording": False, "closed": True}, ("PASS", "medium"), ("PASS", "medium")),
        ({"recording": False}, ("FAIL", "medium"), ("PASS", "medium")),
        ({"recording": UNSEEN}, ("NOT_ASSESSED", ""), ("NOT_ASSESSED", "")),
        ({"last_status": "Failure"}, ("FAIL", "medium"), ("FAIL", "info")),
        ({"last_status": "FAILURE"}, ("FAIL", "medium"), ("FAIL", "info")),
        ({"last_status": "SUCCESS"}, ("PASS", "medium"), ("FAIL", "info")),
        ({"last_status": "PENDING"}, ("MANUAL", "medium"), ("FAIL", "info")),
        ({"last_status": None}, ("MANUAL", "medium"), ("FAIL", "info")),
        ({"delivery_bucket": None, "bucket_account": None}, ("FAIL", "medium"), ("FAIL", "info")),
        ({"last_status": "Pending"}, ("MANUAL", "medium"), ("FAIL", "info")),
        ({"all_supported": False, "missing_types": ("x",)}, ("FAIL", "medium"), ("PASS", "medium")),
        ({"delivers_elsewhere": True}, ("FAIL", "medium"), ("FAIL", "info")),
        ({"delivers_elsewhere": UNSEEN}, ("NOT_ASSESSED", ""), ("FAIL", "info")),
        ({"log_archive": frozenset()}, ("MANUAL", "medium"), ("FAIL", "info")),
        ({"global_regions": ()}, ("FAIL", "low"), ("FAIL", "info")),
        ({"global_regions": (HERE, THERE)}, ("FAIL", "low"), ("FAIL", "info")),
    ],
)
def test_config_recorded(place: dict[str, Any], required: tuple[str, str], free: tuple[str, str]) -> None:
    assert verdict("CFG-01", RECORDS | place, config_required=True) == required
    assert verdict("CFG-01", RECORDS | place, security_hub_mode="standards") == required
    assert verdict("CFG-01", RECORDS | place) == free


def test_types_that_the_client_wants() -> None:
    given = RECORDS | {"all_supported": False, "missing_types": ()}
    chosen = {"config_required": True, "config_types": ("AWS::EC2::Instance",)}
    assert status("CFG-01", given, **chosen) == "PASS"
    assert status("CFG-01", given | {"missing_types": ("AWS::EC2::Instance",)}, **chosen) == "FAIL"


def config(recorder: dict[str, Any] | None = None, types: tuple[str, ...] = ("A", "B"), **more: Any) -> Cells:
    own = {"name": "default", "all_supported": True, "global_types": True, "frequency": "CONTINUOUS"}
    given = {
        "ec2_regions": [{"account_id": MEMBER, "region_name": HERE, "enabled": True}],
        "config_recorders": [at(MEMBER, **own | (recorder or {}))],
        "config_recorder_status": [at(MEMBER, recorder="default", recording=True, last_status="Success")],
        "config_delivery_channels": [at(MEMBER, bucket="history")],
        "s3_buckets": [at(ARCHIVE, bucket="history")],
    }
    (found,) = source("config_places", thresholds={"config_types": types}, **given | more).rows
    return found


def test_what_a_recorder_takes() -> None:
    whole = config()
    assert (whole["recording"], whole["all_supported"], whole["missing_types"]) == (True, True, ())
    assert (whole["bucket_account"], whole["global_regions"]) == (ARCHIVE, (HERE,))
    daily = config({"frequency": "DAILY"})
    assert (daily["all_supported"], daily["recorded_types"]) == (False, "all types, once a day")
    assert (daily["missing_types"], config({"frequency": "DAILY"}, types=())["missing_types"]) == (
        (), ("changes between two records of a day",))  # fmt: skip
    assert config(types=())["missing_types"] == ()
    some = config({"all_supported": False, "types": '["A"]'}, types=())
    assert some["missing_types"] == ("all types that it does not name",)
    assert config({"all_supported": False, "excluded": '["B"]'}, types=())["missing_types"] == ("B",)
    part = config({"all_supported": False, "types": '["A"]'})
    assert (part["recorded_types"], part["missing_types"]) == ("A", ("B",))
    less = config({"all_supported": False, "excluded": '["B"]'})
    assert (less["recorded_types"], less["missing_types"]) == ("all types but B", ("B",))
    service = config({"service_principal": "securityhub.amazonaws.com"})
    assert (service["recorder"], service["recording"], service["missing_types"]) == (None, False, ("A", "B"))
    assert config({"service_principal": "securityhub.amazonaws.com"}, types=())["missing_types"] == ("all types",)
    assert isinstance(config(s3_buckets=[])["bucket_account"], Unseen)
    assert isinstance(config(config_recorder_status=[at(MEMBER, **GAP)])["recording"], Unseen)


@pytest.mark.parametrize(("archive", "name", "found"), [
    (ARCHIVE, "log-archive", False), (MEMBER, "log-archive", True), (MEMBER, "plain", False),
])  # fmt: skip
def test_history_that_goes_elsewhere_than_to_the_log_archive(archive: str, name: str, found: bool) -> None:
    accounts = [{"id": archive, "resource_id": archive, "name": name, "state": "ACTIVE"}]
    assert config(organization_accounts=accounts, organization=DELEGATED["organization"])["delivers_elsewhere"] is found


# --- CFG-02


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ({"whole_aggregators": ("all",), "part_aggregators": UNSEEN}, "PASS"),
        ({"part_aggregators": ("some",)}, "FAIL"),
        ({"recording_accounts": (AUDIT, MEMBER)}, "FAIL"),
        ({"recording_accounts": (AUDIT,)}, None),
        ({"recording_accounts": UNSEEN}, "NOT_ASSESSED"),
        ({"whole_aggregators": UNSEEN}, "NOT_ASSESSED"),
    ],
)
def test_config_gathered(row: dict[str, Any], found: str | None) -> None:
    none = {"whole_aggregators": (), "part_aggregators": (), "recording_accounts": ()}
    assert status("CFG-02", none | row) == found


def gathering(*aggregators: dict[str, Any], delegate: str = AUDIT) -> tuple[Any, Any, Any]:
    (row,) = fact(
        "config_gathering",
        organization=[{"account_id": MANAGEMENT, "organization_id": "o-1", "management_account_id": MANAGEMENT}],
        organization_delegated_services=[at(delegate, service_principal="config.amazonaws.com")] if delegate else [],
        config_aggregators=list(aggregators),
        config_recorder_status=[at(MEMBER, recording=True), at(AUDIT, recording=False)],
    )
    return len(row["whole_aggregators"]), len(row["part_aggregators"]), row["recording_accounts"]


def test_what_gathers_config() -> None:
    whole = {"name": "all", "of_organization": True, "all_regions": True}
    assert gathering(at(AUDIT, **whole)) == (1, 0, (MEMBER,))
    assert gathering(at(MEMBER, **whole))[:2] == (0, 1)
    assert gathering(at(MANAGEMENT, **whole), delegate="")[:2] == (1, 0)
    assert gathering(at(AUDIT, **whole | {"all_regions": False, "regions": '["eu-west-1"]'}))[:2] == (0, 1)
    assert gathering(at(AUDIT, name="listed", of_organization=False, account_ids='["1", "2"]'))[:2] == (0, 1)
    assert gathering()[:2] == (0, 0)


# --- GD-04

WATCHED = {"is_region": False, "detector_id": "d", "detector_status": "ENABLED", "off_and_used": (),
           "off_and_unused": ()}  # fmt: skip
REGION = {"is_region": True, "admin": AUDIT, "admin_read": AUDIT, "configured": AUDIT, "not_automatic": ()}


@pytest.mark.parametrize(
    ("place", "found"),
    [
        (WATCHED, "PASS"),
        (WATCHED | {"off_and_unused": ("EKS_AUDIT_LOGS",)}, "PASS"),
        (WATCHED | {"off_and_used": ("S3_DATA_EVENTS",)}, "FAIL"),
        (WATCHED | {"off_and_used": UNSEEN}, "NOT_ASSESSED"),
        (WATCHED | {"detector_id": None}, None),
        (WATCHED | {"detector_status": "DISABLED"}, None),
        (REGION, "PASS"),
        (REGION | {"not_automatic": ("S3_DATA_EVENTS (NEW)",)}, "FAIL"),
        (REGION | {"not_automatic": UNSEEN}, "NOT_ASSESSED"),
        (REGION | {"admin": None}, None),
        (REGION | {"configured": None}, None),
    ],
)
def test_protection_plans(place: dict[str, Any], found: str | None) -> None:
    assert status("GD-04", place) == found
    if found in ("PASS", "FAIL"):
        assert status("GD-04", place, guardduty_features=()) == ("MANUAL" if place["is_region"] else None)


def plans(features: Any = (), sources: Any = None, **more: Any) -> tuple[Any, Any]:
    settings = at(MEMBER, status="ENABLED", features=json.dumps(features), data_sources=json.dumps(sources or {}))
    chosen = {"guardduty_features": ("S3_DATA_EVENTS", "LAMBDA_NETWORK_LOGS", "RUNTIME_MONITORING/EC2_AGENT")}
    found = source("guardduty_plan_places", thresholds=chosen, **DELEGATED | {"guardduty_detector_settings": [settings],
                   "s3_buckets": [at(MEMBER, bucket="b")]} | more)  # fmt: skip
    row = next(r for r in found.rows if r["account_id"] == MEMBER)
    return row["off_and_used"], row["off_and_unused"]


def feature(name: str, state: str = "ENABLED", **parts: str) -> dict[str, Any]:
    return {"Name": name, "Status": state,
            "AdditionalConfiguration": [{"Name": n, "Status": s} for n, s in parts.items()]}  # fmt: skip


def test_plans_of_a_detector() -> None:
    runtime = feature("RUNTIME_MONITORING", EC2_AGENT="ENABLED")
    s3, functions = "S3_DATA_EVENTS", ("LAMBDA_NETWORK_LOGS",)
    assert plans([feature(s3), runtime]) == ((), functions)
    assert plans([feature(s3, "DISABLED"), runtime]) == ((s3,), functions)
    assert plans([feature(s3)])[0] == ("RUNTIME_MONITORING/EC2_AGENT",)
    assert plans([feature(s3), feature("RUNTIME_MONITORING", EC2_AGENT="DISABLED")])[0] == (
        "RUNTIME_MONITORING/EC2_AGENT",
    )
    assert s3 not in plans([], {"S3Logs": {"Status": "ENABLED"}})[0]  # the older form alone
    assert s3 in plans([runtime], {"S3Logs": {"Status": "ENABLED"}})[0]  # the newer form decides
    assert plans([feature(s3), runtime], lambda_functions=[at(MEMBER)])[0] == functions
    hidden = plans([feature(s3), runtime], lambda_functions=[at(MEMBER, **GAP)])
    assert isinstance(hidden[0], Unseen)
    assert plans([feature(s3), feature("LAMBDA_NETWORK_LOGS"), runtime], lambda_functions=[at(MEMBER, **GAP)])[0] == ()


def test_plans_that_accounts_get() -> None:
    def of(*told: tuple[str, str]) -> Any:
        features = json.dumps([{"Name": n, "AutoEnable": a} for n, a in told])
        own = at(AUDIT, auto_enable_members="ALL", limit_reached=False, features=features)
        chosen = {"guardduty_features": ("S3_DATA_EVENTS", "RUNTIME_MONITORING/EC2_AGENT")}
        given = DELEGATED | {"guardduty_organization_configuration": [own]}
        (row,) = source("guardduty_plan_regions", thresholds=chosen, **given).rows
        return row["not_automatic"]

    assert of(("S3_DATA_EVENTS", "ALL")) == ()
    assert of(("S3_DATA_EVENTS", "NEW")) == ("S3_DATA_EVENTS (NEW)",)
    assert of() == ("S3_DATA_EVENTS (NONE)",)
