"""CloudTrail: trails as each region shows them, their status and event selectors."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from orienteer.model import Answer, Ask, Call, Column, Outcome, Place, Scope, Table

DESCRIBE = Call("cloudtrail", "describe_trails", fixed={"includeShadowTrails": True})


def _trails(ask: Ask, place: Place) -> Iterable[Mapping[str, Any] | Answer]:
    """Trails seen in a region; `at_home` marks the one place where a trail can be asked about itself."""
    answer = ask(DESCRIBE)
    for page in answer.pages:
        for item in page.get("trailList") or ():
            arn = str(item.get("TrailARN") or "")
            owner = arn.split(":")[4] if arn.count(":") >= 5 else ""
            home = item.get("HomeRegion")
            yield {
                "resource_id": item.get("Name"),
                "resource_arn": arn or None,
                "trail_arn": arn or None,
                "trail_name": item.get("Name"),
                "owner_account": owner or None,
                "home_region": home,
                "at_home": home == place.region and owner == place.account_id,
                "is_organization": item.get("IsOrganizationTrail"),
                "is_multi_region": item.get("IsMultiRegionTrail"),
                "include_global": item.get("IncludeGlobalServiceEvents"),
                "log_file_validation": item.get("LogFileValidationEnabled"),
                "kms_key": item.get("KmsKeyId"),
                "bucket": item.get("S3BucketName"),
                "bucket_prefix": item.get("S3KeyPrefix"),
                "sns_topic_arn": item.get("SnsTopicARN"),
                "log_group_arn": item.get("CloudWatchLogsLogGroupArn"),
            }
    yield answer


TRAILS = Table(
    name="cloudtrail_trails",
    doc="One row per trail and region it is seen in (shadow copies too); a trail is one `trail_arn`.",
    scope=Scope.REGION,
    call=DESCRIBE,
    read=_trails,
    resource="trail_name",
    arn="trail_arn",
    columns=(
        Column("trail_name", "Name", "string", "name of the trail"),
        Column("trail_arn", "TrailARN", "string", "ARN of the trail; the account in it owns the trail"),
        Column("owner_account", "", "string", "account that owns the trail"),
        Column("home_region", "HomeRegion", "string", "region the trail was made in"),
        Column("at_home", "", "bool", "seen in its owner's account and home region"),
        Column("is_organization", "IsOrganizationTrail", "bool", "logs all accounts of the organization"),
        Column("is_multi_region", "IsMultiRegionTrail", "bool", "logs all regions"),
        Column("include_global", "IncludeGlobalServiceEvents", "bool", "logs global services"),
        Column("log_file_validation", "LogFileValidationEnabled", "bool", "writes digest files"),
        Column("kms_key", "KmsKeyId", "string", "key that encrypts the log files"),
        Column("bucket", "S3BucketName", "string", "bucket the log files go to"),
        Column("bucket_prefix", "S3KeyPrefix", "string", "prefix in the bucket"),
        Column("sns_topic_arn", "SnsTopicARN", "string", "topic told of each file"),
        Column("log_group_arn", "CloudWatchLogsLogGroupArn", "string", "log group that gets the events"),
    ),
)

TRAIL_STATUS = Table(
    name="cloudtrail_trail_status",
    doc="One row per trail asked in its home region: whether it logs and delivers. Absent for shadow copies.",
    scope=Scope.REGION,
    parent=TRAILS,
    call=Call("cloudtrail", "get_trail_status", params={"Name": "trail_arn"}),
    when="at_home",
    keep=("trail_arn", "at_home"),
    columns=(
        Column("is_logging", "IsLogging", "bool", "whether it logs now"),
        Column("delivery_error", "LatestDeliveryError", "string", "error of the last delivery to the bucket"),
        Column("delivered_at", "LatestDeliveryTime", "timestamp", "last delivery of a log file"),
        Column("digest_error", "LatestDigestDeliveryError", "string", "error of the last digest delivery"),
        Column("digest_at", "LatestDigestDeliveryTime", "timestamp", "last delivery of a digest file"),
        Column("started_at", "StartLoggingTime", "timestamp", "when logging was last started"),
        Column("stopped_at", "StopLoggingTime", "timestamp", "when logging was last stopped"),
        Column("log_group_error", "LatestCloudWatchLogsDeliveryError", "string", "error of the last delivery to logs"),
    ),
)

EVENT_SELECTORS = Table(
    name="cloudtrail_event_selectors",
    doc="One row per trail asked in its home region: which events it takes, in one of two shapes.",
    scope=Scope.REGION,
    parent=TRAILS,
    call=Call("cloudtrail", "get_event_selectors", params={"TrailName": "trail_arn"}),
    when="at_home",
    keep=("trail_arn", "at_home"),
    columns=(
        Column("event_selectors", "EventSelectors", "json", "classic selectors"),
        Column("advanced_selectors", "AdvancedEventSelectors", "json", "advanced selectors with field selectors"),
    ),
)

ROOT_EVENTS = Call(
    "cloudtrail",
    "lookup_events",
    fixed={"LookupAttributes": [{"AttributeKey": "Username", "AttributeValue": "root"}]},
    pages=5,
)
"""The last 90 days, newest first.  AWS takes two such calls a second and gives 50 events in each, so 250 are enough."""


def _root_events(ask: Ask, place: Place) -> Iterable[Mapping[str, Any] | Answer]:
    """What the event history has under the name root; users and sessions of that name are in it too."""
    answer = ask(ROOT_EVENTS)
    cut = bool(answer.pages and answer.pages[-1].get("NextToken"))
    events = [item for page in answer.pages for item in page.get("Events") or ()]
    for item in events:
        yield {**_event(item), "cut": cut}
    if cut and not events and answer.outcome.known:  # empty pages and a token: what follows was not read
        answer = replace(answer, outcome=Outcome.FAILED, error_code="ListCut", message="older events were not read")
    yield answer


def _event(item: Mapping[str, Any]) -> Mapping[str, Any]:
    """Raises ValueError or KeyError for an event without the text of its record."""
    record = json.loads(item["CloudTrailEvent"])
    who = record.get("userIdentity") or {}
    return {
        "resource_id": item.get("EventId"),
        "event_name": item.get("EventName"),
        "event_time": item.get("EventTime"),
        "event_source": item.get("EventSource"),
        "event_type": record.get("eventType"),
        "source_ip": record.get("sourceIPAddress"),
        "identity_type": who.get("type"),
        "invoked_by": who.get("invokedBy"),
        "assumed_root": (who.get("sessionContext") or {}).get("assumedRoot"),
        "sign_in": (record.get("responseElements") or {}).get("ConsoleLogin"),
        "error": record.get("errorCode") or record.get("errorMessage"),
    }


ROOT_USE = Table(
    name="cloudtrail_root_events",
    doc="One row per event under the name root in the home region, where sign-ins and global services are recorded: "
    "the newest 250 of 90 days.",
    scope=Scope.ACCOUNT,
    home=True,
    call=ROOT_EVENTS,
    read=_root_events,
    columns=(
        Column("event_name", "EventName", "string", "operation, or ConsoleLogin"),
        Column("event_source", "EventSource", "string", "service it was asked of"),
        Column("event_type", "eventType", "string", "AwsApiCall, AwsConsoleSignIn, AwsServiceEvent, ..."),
        Column("event_time", "EventTime", "timestamp", "when it happened"),
        Column("source_ip", "sourceIPAddress", "string", "address it came from"),
        Column("identity_type", "userIdentity.type", "string", "Root; other types are namesakes"),
        Column("invoked_by", "userIdentity.invokedBy", "string", "AWS service that called on its own"),
        Column("assumed_root", "userIdentity.sessionContext.assumedRoot", "bool", "of a session of sts:AssumeRoot"),
        Column("sign_in", "responseElements.ConsoleLogin", "string", "Success or Failure of a ConsoleLogin"),
        Column("error", "errorCode", "string", "error code or message"),
        Column("cut", "", "bool", "the account has older events that were not read"),
    ),
)
