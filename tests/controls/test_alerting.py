"""Alerts and findings that reach somebody: rows in, verdicts out; and where rules and alarms end, from tables."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
import pytest

from orienteer.facts.alert_classes import CLASSES
from orienteer.facts.seen import Cells, Unseen
from orienteer.parameters import Client
from tests.facts.support import GAP, NOW, UNSEEN, fact, source, status, verdict
from tests.facts.test_detection import AUDIT, DELEGATED, HERE, MANAGEMENT, MEMBER, THERE, at

# --- MON-01

TOLD = {"alert_class": "root_use", "untold_places": (), "untaken_places": ()}


@pytest.mark.parametrize(
    ("alert", "found"),
    [
        ({}, "PASS"),
        ({"untold_places": ("x",)}, "MANUAL"),
        ({"untold_places": ("x",), "untaken_places": ("x",)}, "FAIL"),
        ({"untold_places": UNSEEN, "untaken_places": UNSEEN}, "NOT_ASSESSED"),
        ({"untold_places": ("x",), "untaken_places": UNSEEN}, "NOT_ASSESSED"),
    ],
)
def test_alerts_raised(alert: dict[str, Any], found: str) -> None:
    assert status("MON-01", TOLD | alert) == found


def test_the_siem_may_raise_the_alert() -> None:
    given = TOLD | {"untold_places": ("x",), "untaken_places": ("x",)}
    assert status("MON-01", given, siem_rules={"root_use": "rule 7"}) == "MANUAL"
    assert status("MON-01", given, siem_rules={"scp_change": "rule 7"}) == "FAIL"
    assert status("MON-01", TOLD, siem_rules={"root_use": "rule 7"}) == "PASS"


TRAIL = f"arn:aws:cloudtrail:{THERE}:{MANAGEMENT}:trail/org"
GROUP = f"arn:aws:logs:{THERE}:{MANAGEMENT}:log-group:org-trail:*"
TOPIC = f"arn:aws:sns:{THERE}:{MANAGEMENT}:alerts"
HOME = {"account_id": MANAGEMENT, "region": THERE}


def alert(
    name: str,
    *,
    rules: Any = (),
    targets: Any = (),
    alarm: Any = None,
    pattern: str = "",
    trail: Any = None,
    takes: Any = None,
    **more: Any,
) -> Cells:
    """What is told of a class of alerts, with a filter on the trail's log group and rules of the management account."""
    of_trail = HOME | {"resource_id": "org", "trail_arn": TRAIL, "at_home": True}
    metric = {"metric": "m", "namespace": "n"}
    rows = {
        "organization": DELEGATED["organization"], "organization_accounts": DELEGATED["organization_accounts"],
        "ec2_regions": [{"account_id": a, "region_name": THERE, "enabled": True} for a in (MANAGEMENT, MEMBER)],
        "organization_roots": [{"account_id": MANAGEMENT, "id": "r-1", "resource_id": "r-1"}],
        "cloudtrail_trails": [of_trail | {"trail_name": "org", "owner_account": MANAGEMENT, "home_region": THERE,
                                          "is_organization": True, "log_group_arn": GROUP,
                                          "is_multi_region": True, "include_global": True} | (trail or {})],
        "cloudtrail_trail_status": [of_trail | {"is_logging": True}],
        "cloudtrail_event_selectors": [of_trail | {"event_selectors": json.dumps([takes]) if takes else None}],
        "logs_metric_filters": [HOME | metric | {"name": "f", "log_group": "org-trail", "pattern": pattern}]
                               if pattern else [],
        "cloudwatch_alarms": [HOME | metric | {"name": "a", "actions_enabled": True, "actions": json.dumps([TOPIC])}
                              | (alarm or {})],
        "sns_topic_policies": [HOME | {"resource_id": TOPIC, "resource_arn": TOPIC, "confirmed": 1}],
        "events_rules": list(rules), "events_targets": list(targets),
    }  # fmt: skip
    return next(r for r in fact("alerts", **rows | more) if r["alert_class"] == name)


ROOT_FILTER = '{ $.userIdentity.type = "Root" }'


def test_a_filter_covers_every_account() -> None:
    assert set(alert("root_use", pattern=ROOT_FILTER)["told_by_filters"]) == set(CLASSES["root_use"].samples)
    assert alert("root_use", pattern=ROOT_FILTER)["untold_places"] == ()
    assert alert("root_use")["untold_places"] != ()
    part = alert("root_use", pattern='{ $.eventName = ConsoleLogin && $.userIdentity.type = "Root" }')
    assert part["untold_places"] == (f"CreateAccessKey by root in account {MANAGEMENT}, region {THERE}",)


@pytest.mark.parametrize("name", ["root_use", "scp_change"])
def test_where_events_are_recorded_must_be_part_of_the_assessment(name: str) -> None:
    """Sign-ins of root and changes of the organization come to rules of the home region alone."""
    elsewhere = Client(regions=(HERE,))
    enabled = [
        {"account_id": a, "region_name": r, "enabled": True} for a in (MANAGEMENT, MEMBER) for r in (HERE, THERE)
    ]
    rows = {"organization": DELEGATED["organization"], "ec2_regions": enabled,
            "organization_accounts": DELEGATED["organization_accounts"]}  # fmt: skip
    found = next(r for r in source("alerts", elsewhere, **rows).rows if r["alert_class"] == name)
    assert isinstance(found["untold_places"], Unseen) and isinstance(found["untaken_places"], Unseen)
    member = rows | {"ec2_regions": [row for row in enabled if row["account_id"] == MEMBER]}
    found = next(r for r in source("alerts", **member).rows if r["alert_class"] == "scp_change")
    assert isinstance(found["untold_places"], Unseen)


ANY_FILTER = "{ $.eventName = * }"
IN_US_EAST = {"is_multi_region": False, "home_region": THERE}


@pytest.mark.parametrize(
    ("name", "trail", "takes", "covered"),
    [
        ("cloudtrail_change", {}, {}, True),
        ("cloudtrail_change", IN_US_EAST, {}, False),
        ("root_use", IN_US_EAST, {}, True),
        ("root_use", IN_US_EAST | {"include_global": False}, {}, False),
        ("root_use", {"is_multi_region": False, "home_region": HERE}, {}, False),
        ("root_use", {}, {"IncludeManagementEvents": False}, False),
        ("root_use", {}, {"IncludeManagementEvents": True, "ReadWriteType": "ReadOnly"}, False),
        ("root_use", {}, {"IncludeManagementEvents": True, "ReadWriteType": "WriteOnly"}, True),
        ("kms_deletion", {}, {"IncludeManagementEvents": True}, True),
        (
            "kms_deletion",
            {},
            {"IncludeManagementEvents": True, "ExcludeManagementEventSources": ["kms.amazonaws.com"]},
            False,
        ),
    ],
)
def test_a_filter_sees_what_the_trail_takes(name: str, trail: Any, takes: Any, covered: bool) -> None:
    found = alert(name, pattern=ANY_FILTER, trail=trail, takes=takes)["told_by_filters"]
    assert set(found) == (set(CLASSES[name].samples) if covered else set())


@pytest.mark.parametrize(
    "alarm",
    [{"actions_enabled": False}, {"actions": "[]"}, {"metric": "other"}, {"actions": json.dumps([TOPIC + "2"])}],
)
def test_an_alarm_must_tell_somebody(alarm: dict[str, Any]) -> None:
    assert alert("root_use", pattern=ROOT_FILTER, alarm=alarm)["told_by_filters"] == ()


def test_a_subscription_must_be_confirmed() -> None:
    pending = [HOME | {"resource_id": TOPIC, "resource_arn": TOPIC, "confirmed": 0}]
    assert alert("root_use", pattern=ROOT_FILTER, sns_topic_policies=pending)["told_by_filters"] == ()
    hidden = alert("root_use", pattern=ROOT_FILTER, sns_topic_policies=[HOME | {"resource_id": TOPIC} | GAP])
    assert isinstance(hidden["told_by_filters"], Unseen)


def test_an_alarm_may_tell_a_program_or_an_account_that_was_not_read() -> None:
    program = {"actions": json.dumps([f"arn:aws:lambda:{THERE}:{MANAGEMENT}:function:f"])}
    elsewhere = {"actions": json.dumps([f"arn:aws:sns:{THERE}:900900900900:siem"])}
    for alarm in (program, elsewhere):
        found = alert("root_use", pattern=ROOT_FILTER, alarm=alarm)
        assert (found["told_by_filters"], found["untaken_places"]) == ((), ())
        assert found["untold_places"]


def rule(account: str, pattern: Any, name: str = "r", **more: Any) -> dict[str, Any]:
    arn = f"arn:aws:events:{THERE}:{account}:rule/{name}"
    base = {"account_id": account, "region": THERE, "resource_id": arn, "rule": name, "rule_arn": arn, "bus": "default",
            "is_on": True, "pattern": json.dumps(pattern)}  # fmt: skip
    return base | {"arn": f"arn:aws:events:{THERE}:{account}:event-bus/{more.get('bus', 'default')}"} | more


def target(account: str, arn: str, name: str = "r") -> dict[str, Any]:
    of_rule = f"arn:aws:events:{THERE}:{account}:rule/{name}"
    return {"account_id": account, "region": THERE, "resource_id": of_rule, "rule_arn": of_rule, "target_arn": arn}


ROOT_RULE = {"detail": {"userIdentity": {"type": ["Root"]}}}


def test_rules_must_be_in_every_account() -> None:
    own, other = rule(MANAGEMENT, ROOT_RULE), rule(MEMBER, ROOT_RULE)
    ends = [target(MANAGEMENT, TOPIC), target(MEMBER, TOPIC)]
    assert alert("root_use", rules=[own, other], targets=ends)["untold_places"] == ()
    assert f"account {MEMBER}" in alert("root_use", rules=[own], targets=ends)["untold_places"][0]
    off = alert("root_use", rules=[own, other | {"is_on": False}], targets=ends)
    assert f"account {MEMBER}" in off["untold_places"][0]
    bare = alert("root_use", rules=[own, other], targets=ends[:1])
    assert f"account {MEMBER}" in bare["untaken_places"][0]
    hidden = alert("root_use", rules=[own, {"account_id": MEMBER, "region": THERE} | GAP], targets=ends)
    assert isinstance(hidden["untold_places"], Unseen)


def test_sign_ins_of_root_come_to_rules_of_the_home_region_alone() -> None:
    enabled = [{"account_id": MANAGEMENT, "region_name": r, "enabled": True} for r in (HERE, THERE)]
    end = target(MANAGEMENT, TOPIC)
    home = alert("root_use", rules=[rule(MANAGEMENT, ROOT_RULE)], targets=[end], ec2_regions=enabled)
    assert home["untold_places"] == ()
    far = alert("root_use", rules=[rule(MANAGEMENT, ROOT_RULE) | {"region": HERE}], targets=[end | {"region": HERE}],
                ec2_regions=enabled)  # fmt: skip
    assert f"region {THERE}" in far["untold_places"][0]


@pytest.mark.parametrize("name", list(CLASSES))
def test_where_no_region_was_listed_nobody_knows_who_is_told(name: str) -> None:
    assert isinstance(alert(name, ec2_regions=[])["untold_places"], Unseen)


def test_changes_of_the_organization_are_recorded_in_the_management_account_alone() -> None:
    own = rule(MANAGEMENT, {"source": ["aws.organizations"]})
    found = alert("scp_change", rules=[own], targets=[target(MANAGEMENT, TOPIC)])
    assert found["untold_places"] == ()
    elsewhere = alert("scp_change", rules=[rule(MEMBER, {"source": ["aws.organizations"]})],
                      targets=[target(MEMBER, TOPIC)])  # fmt: skip
    assert elsewhere["untold_places"] != ()


def test_a_bus_is_followed_to_the_rules_behind_it() -> None:
    bus = f"arn:aws:events:{THERE}:{MEMBER}:event-bus/central"
    forward = rule(MANAGEMENT, {"source": ["aws.organizations"]})
    behind = rule(MEMBER, {"source": ["aws.organizations"]}, "behind", bus="central")
    hop = [target(MANAGEMENT, bus), target(MEMBER, TOPIC, "behind")]
    assert alert("scp_change", rules=[forward, behind], targets=hop)["untold_places"] == ()
    assert alert("scp_change", rules=[forward], targets=hop)["untaken_places"] != ()
    narrow = behind | {"pattern": json.dumps({"detail": {"eventName": ["AttachPolicy"]}})}
    assert alert("scp_change", rules=[forward, narrow], targets=hop)["untold_places"] != ()
    stranger = [target(MANAGEMENT, bus.replace(MEMBER, "900900900900"))]
    found = alert("scp_change", rules=[forward], targets=stranger)
    assert found["untold_places"] and found["untaken_places"] == ()


@pytest.mark.parametrize(("confirmed", "found"), [(0, "nobody"), (1, "people")])
def test_a_topic_of_a_rule_tells_those_who_confirmed(confirmed: int, found: str) -> None:
    assert ended(TOPIC, sns_topic_policies=[HOME | {"resource_id": TOPIC, "resource_arn": TOPIC,
                                                    "confirmed": confirmed}]) == found  # fmt: skip


def ended(arn: str, **more: Any) -> Any:
    """Where a target of the management account ends."""
    rows = {"ec2_regions": [HOME | {"region_name": THERE}], "events_targets": [target(MANAGEMENT, arn)]}
    return fact("event_ends", **rows | more)[0]["end"]


FUNCTION = f"arn:aws:lambda:{THERE}:{MANAGEMENT}:function:tell"
QUEUE = f"arn:aws:sqs:{THERE}:{MANAGEMENT}:tell"
LOGS = f"arn:aws:logs:{THERE}:{MANAGEMENT}:log-group:/tell"


@pytest.mark.parametrize(
    ("arn", "table", "row"),
    [
        (FUNCTION, "lambda_functions", {"function_arn": FUNCTION}),
        (f"{FUNCTION}:live", "lambda_functions", {"function_arn": FUNCTION}),
        (QUEUE, "sqs_queue_policies", {"queue_arn": QUEUE}),
        (LOGS, "logs_groups", {"arn": LOGS}),
        (f"{LOGS}:*", "logs_groups", {"arn": LOGS}),
    ],
)
def test_a_target_that_was_deleted_tells_nobody(arn: str, table: str, row: dict[str, Any]) -> None:
    assert ended(arn, **{table: [HOME | {"resource_id": "x"} | row]}) == "program"
    assert ended(arn) == "nobody"
    assert isinstance(ended(arn, **{table: [HOME | {"resource_id": ""} | GAP]}), Unseen)
    assert ended(arn.replace(MANAGEMENT, "900900900900")) == "elsewhere"
    assert ended(f"arn:aws:states:{THERE}:{MANAGEMENT}:stateMachine:s", **{table: [HOME | GAP]}) == "program"


STREAM = f"arn:aws:firehose:{THERE}:{MANAGEMENT}:deliverystream/findings"


@pytest.mark.parametrize(
    ("stream", "buckets", "found"),
    [
        ({"status": "ACTIVE", "bucket": "findings"}, [{"bucket": "findings"}], "program"),
        ({"status": "ACTIVE", "bucket": "findings"}, [{"bucket": "other"}], "elsewhere"),
        ({"status": "ACTIVE", "bucket": "findings"}, [GAP], None),
        ({"status": "ACTIVE"}, [GAP], "program"),
        ({"status": "CREATING_FAILED", "bucket": "findings"}, [{"bucket": "findings"}], "nobody"),
        (None, [], "nobody"),
        (GAP, [], None),
    ],
)
def test_a_delivery_stream_is_followed_to_its_bucket(stream: Any, buckets: list[Any], found: str | None) -> None:
    rows = [] if stream is None else [HOME | {"stream_arn": STREAM} | stream]
    end = ended(STREAM, firehose_streams=rows, s3_buckets=[{**HOME, "account_id": MEMBER, **one} for one in buckets])
    assert isinstance(end, Unseen) if found is None else end == found


# --- MON-02

NOBODY, PEOPLE, PROGRAM = ("nobody", ""), ("people", "r"), ("program", "r")
ROUTED = {"admin": AUDIT, "guardduty_route": NOBODY, "hub_route": NOBODY, "gathered": False, "home_route": None}


@pytest.mark.parametrize(
    ("region", "found"),
    [
        ({}, "FAIL"),
        ({"admin": None}, "FAIL"),
        ({"admin": UNSEEN}, "NOT_ASSESSED"),
        ({"guardduty_route": PEOPLE}, "PASS"),
        ({"hub_route": PEOPLE}, "PASS"),
        ({"hub_route": PROGRAM}, "MANUAL"),
        ({"hub_route": ("elsewhere", "r")}, "MANUAL"),
        ({"hub_route": ("nobody", "r")}, "FAIL"),
        ({"gathered": True, "home_route": PEOPLE, "home_region": HERE}, "PASS"),
        ({"gathered": True, "home_route": NOBODY}, "FAIL"),
        ({"gathered": UNSEEN, "home_route": PEOPLE}, "NOT_ASSESSED"),
        ({"guardduty_route": UNSEEN}, "NOT_ASSESSED"),
    ],
)
def test_findings_routed(region: dict[str, Any], found: str) -> None:
    assert status("MON-02", ROUTED | region) == found


def routes(*rules: Any, targets: Any = (), **more: Any) -> dict[str, Cells]:
    given = {
        "organization": DELEGATED["organization"], "organization_accounts": DELEGATED["organization_accounts"],
        "ec2_regions": DELEGATED["ec2_regions"],
        "guardduty_organization_admins": [at(MANAGEMENT, THERE, admin_account=AUDIT)],
        "securityhub_organization_admins": [at(MANAGEMENT, r, admin_account=AUDIT) for r in (HERE, THERE)],
        "securityhub_finding_aggregator_details": [at(AUDIT, home=THERE, mode="ALL_REGIONS")],
        "sns_topic_policies": [HOME | {"resource_id": TOPIC, "resource_arn": TOPIC, "confirmed": 2}],
        "events_rules": list(rules), "events_targets": list(targets),
    }  # fmt: skip
    return {row["region"]: row for row in fact("finding_routes", **given | more)}


def test_where_findings_end() -> None:
    grave = {"source": ["aws.guardduty"], "detail": {"severity": [{"numeric": [">=", 7]}]}}
    mild = {"source": ["aws.guardduty"], "detail": {"severity": [{"numeric": ["<", 7]}]}}
    ends = [target(AUDIT, TOPIC)]
    assert routes(rule(AUDIT, grave), targets=ends)[THERE]["guardduty_route"] == ("people", "r")
    assert routes(rule(AUDIT, mild), targets=ends)[THERE]["guardduty_route"] == ("nobody", "")
    assert routes(rule(AUDIT, grave))[THERE]["guardduty_route"] == ("nobody", "r")
    queue = f"arn:aws:sqs:{THERE}:{AUDIT}:siem"
    there = {"sqs_queue_policies": [at(AUDIT, THERE, queue_arn=queue, resource_id="siem")]}
    to_queue = [target(AUDIT, queue)]
    assert routes(rule(AUDIT, grave), targets=to_queue, **there)[THERE]["guardduty_route"] == ("program", "r")
    assert routes(rule(AUDIT, grave), targets=to_queue)[THERE]["guardduty_route"] == ("nobody", "r")
    hub = {"source": ["aws.securityhub"]}
    found = routes(rule(AUDIT, hub), targets=ends)
    assert (found[HERE]["gathered"], found[HERE]["home_route"]) == (True, ("people", "r"))
    assert found[THERE]["gathered"] is False
    only_here = {"securityhub_organization_admins": [at(MANAGEMENT, HERE, admin_account=AUDIT)],
                 "guardduty_organization_admins": []}  # fmt: skip
    assert isinstance(routes(rule(AUDIT, hub), targets=ends, **only_here)[HERE]["home_route"], Unseen)
    one = {"source": ["aws.securityhub"], "detail": {"findings": {"ProductName": ["GuardDuty"]}}}
    part = routes(rule(AUDIT, one), targets=ends)[THERE]
    assert (part["hub_route"][0], part["partial_hub_route"][0]) == ("nobody", "people")


# --- GD-05

WORK = {"aspect": "findings", "detector_id": "d", "detector_status": "ENABLED", "is_member": False, "aged_findings": (),
        "broken_destinations": (), "leaves_by": None, "publishing_frequency": "SIX_HOURS",
        "broad_filters": ()}  # fmt: skip


@pytest.mark.parametrize(
    ("aspect", "place", "found"),
    [
        ("findings", {}, ("PASS", "high")),
        ("findings", {"aged_findings": ("x (9 days)",)}, ("FAIL", "high")),
        ("findings", {"aged_findings": UNSEEN}, ("NOT_ASSESSED", "")),
        ("findings", {"aged_findings": ("x",), "is_member": True}, ("FAIL", "high")),
        ("findings", {"detector_id": None}, None),
        ("findings", {"detector_status": "DISABLED"}, None),
        ("export", {}, ("FAIL", "high")),
        ("export", {"leaves_by": "Security Hub"}, ("PASS", "high")),
        ("export", {"leaves_by": "Security Hub", "broken_destinations": ("STOPPED",)}, ("FAIL", "high")),
        ("export", {"leaves_by": UNSEEN}, ("NOT_ASSESSED", "")),
        ("export", {"is_member": True}, None),
        ("frequency", {}, ("FAIL", "low")),
        ("frequency", {"publishing_frequency": "FIFTEEN_MINUTES"}, ("PASS", "high")),
        ("filters", {}, ("PASS", "high")),
        ("filters", {"broad_filters": ("all",)}, ("FAIL", "medium")),
        ("filters", {"broad_filters": UNSEEN}, ("NOT_ASSESSED", "")),
    ],
)
def test_findings_worked_off(aspect: str, place: dict[str, Any], found: tuple[str, str] | None) -> None:
    assert verdict("GD-05", WORK | {"aspect": aspect} | place) == found


def finding(days: float, severity: float = 8.0, title: str = "x", name: str = "f", **more: Any) -> dict[str, Any]:
    return at(AUDIT, name=name, finding_account=MEMBER, severity=severity, title=title,
              created_at=NOW - pd.Timedelta(days=days), **more)  # fmt: skip


def work(**more: Any) -> Cells:
    return next(r for r in fact("guardduty_work_places", **DELEGATED | more) if r["account_id"] == MEMBER)


def test_findings_that_are_open_for_too_long() -> None:
    def aged(*findings: dict[str, Any], **chosen: Any) -> Any:
        found = source("guardduty_work_places", thresholds=chosen, **DELEGATED | {"guardduty_findings": list(findings)})
        return next(r for r in found.rows if r["account_id"] == MEMBER)["aged_findings"]

    assert aged(finding(9)) == ("x (9 days)",)
    assert aged(finding(9), at(MEMBER, name="f", finding_account=MEMBER, severity=8.0, title="x",
                               created_at=NOW - pd.Timedelta(days=9))) == ("x (9 days)",)  # fmt: skip
    assert aged(finding(3)) == aged(finding(9, 6.9)) == aged(finding(9, title="[SAMPLE] x")) == ()
    assert aged(finding(9), finding(20, name="g", title="y")) == ("y (20 days)", "x (9 days)")
    assert aged(finding(9), high_severity=9) == aged(finding(9), finding_days=10) == ()


def test_how_findings_leave() -> None:
    assert work()["leaves_by"] is None
    assert work(guardduty_destinations=[at(MEMBER, destination_id="d", status="PUBLISHING")])["leaves_by"]
    for state in ("STOPPED", "UNABLE_TO_PUBLISH_FIX_DESTINATION_PROPERTY"):
        broken = work(guardduty_destinations=[at(MEMBER, destination_id="d", status=state)])
        assert (broken["leaves_by"], broken["broken_destinations"]) == (None, (state,))
    assert work(securityhub_hubs=[at(MEMBER, hub_arn="arn")])["leaves_by"] == "Security Hub"
    assert work()["is_member"] is True


@pytest.mark.parametrize(
    ("criterion", "broad"),
    [
        ({"severity": {"Lt": 9}}, True),
        ({"type": {"Eq": ["Recon:EC2/Portscan"]}}, True),
        ({"type": {"Eq": ["Recon:EC2/Portscan"]}, "resource.instanceDetails.instanceId": {"Eq": ["i-1"]}}, False),
        ({"service.action.networkConnectionAction.remoteIpDetails.ipAddressV4": {"Eq": ["1"]}}, False),
        ({"service.action.actionType": {"Eq": ["PORT_PROBE"]}}, True),
        ({"accountId": {"Eq": [MEMBER]}}, False),
    ],
)
def test_filters_that_archive_whatever_comes(criterion: Any, broad: bool) -> None:
    given = at(MEMBER, filter="f", action="ARCHIVE", criterion=json.dumps(criterion))
    assert work(guardduty_filter_details=[given])["broad_filters"] == (("f",) if broad else ())
    assert work(guardduty_filter_details=[given | {"action": "NOOP"}])["broad_filters"] == ()


# --- SH-04

LEAVES = {"admin": AUDIT, "aged_criticals": (), "leaves": "program", "subscribers": (), "leaves_in_part": True}
STAYS = {"leaves": "nobody", "leaves_in_part": False}


@pytest.mark.parametrize(
    ("hub", "found"),
    [
        ({}, ("PASS", "high")),
        (STAYS, ("FAIL", "high")),
        (STAYS | {"leaves_in_part": True}, ("FAIL", "medium")),
        (STAYS | {"subscribers": ("siem",)}, ("PASS", "high")),
        ({"leaves": "elsewhere"}, ("MANUAL", "high")),
        ({"aged_criticals": ("x (20 days)",)}, ("FAIL", "high")),
        ({"aged_criticals": UNSEEN}, ("NOT_ASSESSED", "")),
        ({"leaves": UNSEEN}, ("NOT_ASSESSED", "")),
        (STAYS | {"aged_criticals": UNSEEN}, ("FAIL", "high")),
        ({"admin": None, "aged_criticals": UNSEEN}, ("FAIL", "high")),
        ({"admin": UNSEEN}, ("NOT_ASSESSED", "")),
    ],
)
def test_findings_leave(hub: dict[str, Any], found: tuple[str, str]) -> None:
    assert verdict("SH-04", LEAVES | hub) == found


def test_the_siem_may_fetch_findings_itself() -> None:
    assert status("SH-04", LEAVES | STAYS, siem="the SIEM") == "MANUAL"
    assert status("SH-04", LEAVES, siem="the SIEM") == "PASS"


def test_critical_findings_that_are_new_for_too_long() -> None:
    old = NOW - pd.Timedelta(days=20)
    given = [at(AUDIT, finding_id="1", title="x", created_at=old), at(AUDIT, finding_id="1", title="x", created_at=old),
             at(AUDIT, finding_id="2", title="y", created_at=NOW), at(AUDIT)]  # fmt: skip
    (row,) = fact(
        "securityhub_work",
        organization=DELEGATED["organization"],
        organization_accounts=DELEGATED["organization_accounts"],
        ec2_regions=DELEGATED["ec2_regions"],
        securityhub_organization_admins=[at(MANAGEMENT, admin_account=AUDIT)],
        securityhub_critical_findings=given,
    )
    assert (row["aged_criticals"], row["leaves"], row["leaves_in_part"]) == (("x (20 days)",), "nobody", False)
