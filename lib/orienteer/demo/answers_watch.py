"""Overlay answers of what watches: CloudTrail, GuardDuty, Security Hub, EC2's account settings."""

from __future__ import annotations

import json

from .clock import ago
from .plan import NOT_OPTED_IN, PLANS, REGIONS, Account
from .scene import Answer, Content, Scene, backend, denied, stable_id
from .wire import Refusal

# --- CloudTrail -------------------------------------------------------------------------------------------------------


def _trail_arn(scene: Scene) -> str:
    trail = scene.plan.trail
    return f"arn:aws:cloudtrail:{trail.home}:{scene.plan.management.id}:trail/{trail.name}"


def _trail(scene: Scene) -> Content:
    trail = scene.plan.trail
    found = {
        "Name": trail.name,
        "S3BucketName": trail.bucket,
        "IncludeGlobalServiceEvents": True,
        "IsMultiRegionTrail": trail.multi_region,
        "HomeRegion": trail.home,
        "TrailARN": _trail_arn(scene),
        "LogFileValidationEnabled": trail.validation,
        "HasCustomEventSelectors": False,
        "HasInsightSelectors": False,
        "IsOrganizationTrail": True,
    }
    owner = scene.plan.management.id
    group = f"arn:aws:logs:{trail.home}:{owner}:log-group:{trail.log_group}:*"
    more = {"CloudWatchLogsLogGroupArn": group} if trail.log_group else {}
    return {**found, **more, **({"KmsKeyId": trail.kms_key} if trail.kms_key else {})}


def _trails(scene: Scene) -> Content:
    """The organization's trail, in members and in other regions as the shadow that AWS shows there."""
    trail = scene.plan.trail
    seen = scene.region == trail.home or (trail.multi_region and scene.given("includeShadowTrails", True))
    names = scene.given("trailNameList")
    wanted = not names or trail.name in names or _trail_arn(scene) in names
    return {"trailList": [_trail(scene)] if seen and wanted else []}


def _trail_asked(scene: Scene, parameter: str) -> None:
    name = scene.given(parameter)
    own = scene.managing() and scene.region == scene.plan.trail.home and name == scene.plan.trail.name
    if name != _trail_arn(scene) and not own:
        raise Refusal("TrailNotFoundException", f"Unknown trail: {name} for the user: {scene.account.id}")


def _trail_status(scene: Scene) -> Content:
    _trail_asked(scene, "Name")
    fresh = ago(10 / 1440)
    status = {"IsLogging": True, "StartLoggingTime": ago(640), "LatestDeliveryTime": fresh}
    return {**status, "LatestDigestDeliveryTime": ago(40 / 1440)} if scene.plan.trail.validation else status


def _selectors(scene: Scene) -> Content:
    _trail_asked(scene, "TrailName")
    selector = {
        "ReadWriteType": "All",
        "IncludeManagementEvents": True,
        "DataResources": [{"Type": "AWS::S3::Object", "Values": list(scene.plan.trail.data)}],
        "ExcludeManagementEventSources": [],
    }
    return {"TrailARN": _trail_arn(scene), "EventSelectors": [selector]}


def _events(scene: Scene) -> Content:
    """What the history has under the name root in the last 90 days, newest first; sign-ins are in us-east-1."""
    wanted = {one["AttributeKey"]: one["AttributeValue"] for one in scene.given("LookupAttributes") or []}
    if scene.region != "us-east-1" or wanted.get("Username", "root") != "root":
        return {"Events": []}
    kept = [one for one in _root_history(scene) if wanted.get("EventName", one[0]) == one[0] and one[2] <= 90]
    return {"Events": [_event(scene, *one) for one in sorted(kept, key=lambda one: one[2])]}


Past = tuple[str, str, float, dict[str, object]]
"""An event: name, source, how many days ago, and what its record has beside the usual."""


def _root_history(scene: Scene) -> list[Past]:
    """Use of root as planned, and what is none: a service of AWS, failed sign-ins, central root sessions."""
    root, past = scene.account.root, list[Past]()
    past.append(("DescribeEventAggregates", "health.amazonaws.com", 2, {"invokedBy": "AWS Internal"}))
    if root.password_used is not None:
        done: dict[str, object] = {"responseElements": {"ConsoleLogin": "Success"}}
        past.append(("ConsoleLogin", "signin.amazonaws.com", root.password_used, done))
    past += [("ListAccounts", "organizations.amazonaws.com", key.used, {}) for key in root.keys if key.used is not None]
    if root.password == "true":  # noqa: S105  # whether there is one
        failed: dict[str, object] = {"responseElements": {"ConsoleLogin": "Failure"}}
        past.append(("ConsoleLogin", "signin.amazonaws.com", 12, {**failed, "errorMessage": "Failed authentication"}))
    if root.password == "false":  # noqa: S105
        past.append(("GetLoginProfile", "iam.amazonaws.com", 70, {"sessionContext": {"assumedRoot": "true"}}))
    return past


def _event(scene: Scene, name: str, source: str, days: float, more: dict[str, object]) -> Content:
    who: dict[str, object] = {"type": "Root", "accountId": scene.account.id}
    who["arn"] = f"arn:aws:iam::{scene.account.id}:root"
    who |= {key: more[key] for key in ("invokedBy", "sessionContext") if key in more}
    rest = {key: value for key, value in more.items() if key not in who}
    kind = "AwsConsoleSignIn" if name == "ConsoleLogin" else "AwsApiCall"
    record = {"eventName": name, "eventSource": source, "eventType": kind, "userIdentity": who, **rest}
    record["sourceIPAddress"] = "health.amazonaws.com" if "invokedBy" in more else "198.51.100.7"
    return {
        "EventId": stable_id(scene.account.id, name, str(days), length=32),
        "EventName": name,
        "EventSource": source,
        "EventTime": ago(days),
        "Username": "root",
        "ReadOnly": "false",
        "Resources": [],
        "CloudTrailEvent": json.dumps(record),
    }


# --- GuardDuty --------------------------------------------------------------------------------------------------------


def _guardduty_delegate(scene: Scene) -> Account | None:
    key = scene.plan.guardduty.get(scene.region)
    return scene.plan.account(key[0]) if key else None


def _guardduty_admins(scene: Scene) -> Content:
    if not scene.managing():
        raise Refusal(
            "BadRequestException",
            "The request failed because you must be signed in to the management account of the organization.",
        )
    delegate = _guardduty_delegate(scene)
    return {"AdminAccounts": [{"AdminAccountId": delegate.id, "AdminStatus": "ENABLED"}] if delegate else []}


def _detector_id(account: Account, region: str) -> str:
    return next(iter(backend("guardduty", account.id, region).detectors), "")


def _detector_asked(scene: Scene) -> None:
    if scene.given("DetectorId") != _detector_id(scene.account, scene.region):
        raise Refusal(
            "BadRequestException",
            "The request is rejected because the input detectorId is not owned by the current account.",
        )


def _guardduty_members(scene: Scene) -> Content:
    _detector_asked(scene)
    if scene.account is not _guardduty_delegate(scene):
        return {"Members": []}
    found = []
    for account in scene.plan.accounts:
        status = account.watch.membership.get(scene.region)
        if status:
            found.append(
                {
                    "AccountId": account.id,
                    "DetectorId": _detector_id(account, scene.region),
                    "MasterId": scene.account.id,
                    "AdministratorId": scene.account.id,
                    "Email": account.email,
                    "RelationshipStatus": status,
                    "InvitedAt": f"{ago(500):%Y-%m-%dT%H:%M:%S}.000Z",
                    "UpdatedAt": f"{ago(400):%Y-%m-%dT%H:%M:%S}.000Z",
                }
            )
    return {"Members": found}


def _guardduty_configuration(scene: Scene) -> Content:
    _detector_asked(scene)
    if scene.account is not _guardduty_delegate(scene):
        raise Refusal(
            "BadRequestException", "The request is rejected because the caller is not the delegated administrator."
        )
    members = scene.plan.guardduty[scene.region][1]
    return {
        "AutoEnable": members != "NONE",
        "MemberAccountLimitReached": False,
        "AutoEnableOrganizationMembers": members,
        "Features": [{"Name": name, "AutoEnable": members} for name in PLANS],
    }


def _guardduty_administrator(scene: Scene) -> Content:
    _detector_asked(scene)
    delegate = _guardduty_delegate(scene)
    status = scene.account.watch.membership.get(scene.region)
    if delegate is None or not status:
        return {}
    return {"Administrator": {"AccountId": delegate.id, "RelationshipStatus": status}}


# --- Security Hub -----------------------------------------------------------------------------------------------------


def _subscribed(scene: Scene) -> None:
    if scene.region not in scene.account.watch.hubs:
        raise Refusal(
            "InvalidAccessException", f"Account {scene.account.id} is not subscribed to AWS Security Hub", 401
        )


def _hub(scene: Scene) -> Content:
    _subscribed(scene)
    arn = f"arn:aws:securityhub:{scene.region}:{scene.account.id}:hub/default"
    since = f"{ago(500):%Y-%m-%dT%H:%M:%S}.000Z"
    generator = "SECURITY_CONTROL"
    return {"HubArn": arn, "SubscribedAt": since, "AutoEnableControls": True, "ControlFindingGenerator": generator}


def _hub_delegate(scene: Scene) -> Account | None:
    found = scene.plan.security_hub.get(scene.region)
    return scene.plan.account(found[0]) if found else None


def _hub_admins(scene: Scene) -> Content:
    if not scene.managing():
        raise denied(scene, "outside the management account")
    delegate = _hub_delegate(scene)
    return {"AdminAccounts": [{"AccountId": delegate.id, "Status": "ENABLED"}] if delegate else []}


def _hub_configuration(scene: Scene) -> Content:
    _subscribed(scene)
    if scene.account is not _hub_delegate(scene):
        raise Refusal(
            "InvalidAccessException", f"Account {scene.account.id} is not an administrator for this organization", 401
        )
    _, kind, auto = scene.plan.security_hub[scene.region]
    return {
        "AutoEnable": auto,
        "MemberAccountLimitReached": False,
        "AutoEnableStandards": "NONE",
        "OrganizationConfiguration": {"ConfigurationType": kind, "Status": "ENABLED"},
    }


def _hub_members(scene: Scene) -> Content:
    _subscribed(scene)
    if scene.account is not _hub_delegate(scene):
        return {"Members": []}
    found = []
    for account in scene.plan.accounts:
        if account is not scene.account and scene.region in account.watch.hubs:
            who = {"AccountId": account.id, "Email": account.email, "MasterId": scene.account.id}
            dates = {"InvitedAt": ago(500), "UpdatedAt": ago(400)}
            found.append({**who, "AdministratorId": scene.account.id, "MemberStatus": "Enabled", **dates})
    return {"Members": found}


def _hub_v2(scene: Scene) -> Content:
    raise Refusal("ResourceNotFoundException", "Security Hub V2 is not enabled in this account and region.", 404)


# --- EC2: account settings --------------------------------------------------------------------------------------------


def _regions(scene: Scene) -> Content:
    rows = [(name, "opt-in-not-required") for name in REGIONS]
    if scene.given("AllRegions"):
        rows += [(name, "not-opted-in") for name in NOT_OPTED_IN]
    wanted = scene.given("RegionNames")
    found = [
        {"RegionName": name, "OptInStatus": status, "Endpoint": f"ec2.{name}.amazonaws.com"}
        for name, status in rows
        if not wanted or name in wanted
    ]
    return {"Regions": found}


def _ebs_key(scene: Scene) -> Content:
    return {"KmsKeyId": "alias/aws/ebs"}


def _imds(scene: Scene) -> Content:
    if scene.region in scene.account.guardrails.imds_open:
        return {"AccountLevel": {}}
    return {"AccountLevel": {"HttpTokens": "required", "HttpPutResponseHopLimit": 2, "ManagedBy": "account"}}


def _snapshot_block(scene: Scene) -> Content:
    state = scene.account.guardrails.snapshots.get(scene.region, "block-all-sharing")
    return {"State": state, "ManagedBy": "account"}


def _image_block(scene: Scene) -> Content:
    state = scene.account.guardrails.images.get(scene.region, "block-new-sharing")
    return {"ImageBlockPublicAccessState": state, "ManagedBy": "account"}


WATCH: dict[tuple[str, str], Answer] = {
    ("cloudtrail", "DescribeTrails"): _trails,
    ("cloudtrail", "GetTrailStatus"): _trail_status,
    ("cloudtrail", "GetEventSelectors"): _selectors,
    ("cloudtrail", "LookupEvents"): _events,
    ("guardduty", "ListOrganizationAdminAccounts"): _guardduty_admins,
    ("guardduty", "ListMembers"): _guardduty_members,
    ("guardduty", "DescribeOrganizationConfiguration"): _guardduty_configuration,
    ("guardduty", "GetAdministratorAccount"): _guardduty_administrator,
    ("securityhub", "DescribeHub"): _hub,
    ("securityhub", "ListOrganizationAdminAccounts"): _hub_admins,
    ("securityhub", "DescribeOrganizationConfiguration"): _hub_configuration,
    ("securityhub", "ListMembers"): _hub_members,
    ("securityhub", "DescribeSecurityHubV2"): _hub_v2,
    ("ec2", "DescribeRegions"): _regions,
    ("ec2", "GetEbsDefaultKmsKeyId"): _ebs_key,
    ("ec2", "GetInstanceMetadataDefaults"): _imds,
    ("ec2", "GetSnapshotBlockPublicAccessState"): _snapshot_block,
    ("ec2", "GetImageBlockPublicAccessState"): _image_block,
}
