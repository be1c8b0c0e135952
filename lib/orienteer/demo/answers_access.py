"""Overlay answers about who gets in, and how: certificates, directory, Systems Manager, Trusted Advisor."""

from __future__ import annotations

import json
from collections.abc import Mapping

from .answers_identity import directory_id
from .clock import ago
from .planted_procedural import RUNBOOKS
from .scene import Answer, Content, Scene, backend, stable_id
from .wire import Refusal

PREFERENCES = "SSM-SessionManagerRunShell"


def _server_certificates(scene: Scene) -> Content:
    found = [
        {
            "Path": "/",
            "ServerCertificateName": name,
            "ServerCertificateId": f"ASCA{stable_id(scene.account.id, name).upper()}",
            "Arn": f"arn:aws:iam::{scene.account.id}:server-certificate/{name}",
            "UploadDate": ago(365 - days),
            "Expiration": ago(-days),
        }
        for name, days in scene.account.certificates.items()
    ]
    return {"ServerCertificateMetadataList": found, "IsTruncated": False}


# --- Trusted Advisor

CHECKS = {
    "HCP4007jGY": "Security Groups - Specific Ports Unrestricted",
    "Pfx0RwqBli": "Amazon S3 Bucket Permissions",
    "zXCkfM1nI3": "IAM Use",
    "7DAFEmoDos": "MFA on Root Account",
    "DqdJqYeRm5": "IAM Access Key Rotation",
}
_FLAGGED = {"ok": 0, "warning": 1, "error": 2}


def _advice(scene: Scene) -> Mapping[str, str]:
    if scene.account.advice is None:
        words = "AWS Premium Support Subscription is required to use this service."
        raise Refusal("SubscriptionRequiredException", words)
    return scene.account.advice


def _checks(scene: Scene) -> Content:
    _advice(scene)
    made = {"description": "", "metadata": []}
    found = [{"id": one, "name": name, "category": "security", **made} for one, name in CHECKS.items()]
    return {"checks": [*found, {"id": "Qch7DwouX1", "name": "Idle hosts", "category": "cost_optimizing", **made}]}


def _check_summaries(scene: Scene) -> Content:
    told = _advice(scene)
    found = []
    for one in scene.given("checkIds"):
        status = told.get(CHECKS[one], "ok")
        counts = {"resourcesProcessed": 6, "resourcesFlagged": _FLAGGED[status], "resourcesIgnored": 0}
        found.append(
            {
                "checkId": one,
                "timestamp": f"{ago(1):%Y-%m-%dT%H:%M:%SZ}",
                "status": status,
                "hasFlaggedResources": status != "ok",
                "resourcesSummary": {**counts, "resourcesSuppressed": 0},
                "categorySpecificSummary": {},
            }
        )
    return {"summaries": found}


# --- the directory of Identity Center


def _directory_users(scene: Scene) -> Content:
    names = sorted({name for members in scene.plan.directory.values() for name in members})
    found = []
    for name in names:
        one: dict[str, object] = {"UserId": directory_id(scene.plan.slug, name), "UserName": name}
        if name not in scene.plan.local_users:
            issuer = f"https://scim.{scene.plan.slug}.example"
            one["ExternalIds"] = [{"Issuer": issuer, "Id": stable_id(scene.plan.slug, "external", name)}]
        one |= {"UserArn": f"arn:aws:identitystore:::user/{one['UserId']}", "Revision": "1", "UserStatus": "ENABLED"}
        found.append({**one, "IdentityStoreId": scene.given("IdentityStoreId")})
    return {"Users": found}


def _directory_groups(scene: Scene) -> Content:
    store = scene.given("IdentityStoreId")
    found = []
    for name in scene.plan.directory:
        made = directory_id(scene.plan.slug, name)
        arn = f"arn:aws:identitystore:::group/{made}"
        found.append({"GroupId": made, "GroupArn": arn, "Revision": "1", "DisplayName": name, "IdentityStoreId": store})
    return {"Groups": found}


def _memberships(scene: Scene) -> Content:
    wanted, slug, store = scene.given("GroupId"), scene.plan.slug, scene.given("IdentityStoreId")
    group = next((name for name in scene.plan.directory if directory_id(slug, name) == wanted), None)
    if group is None:
        raise Refusal("ResourceNotFoundException", "GROUP not found.", 404)
    found = []
    for name in scene.plan.directory[group]:
        made, member = directory_id(slug, f"{group}/{name}"), {"UserId": directory_id(slug, name)}
        arn = f"arn:aws:identitystore:::membership/{made}"
        one = {"IdentityStoreId": store, "GroupId": wanted, "MembershipId": made, "MembershipArn": arn}
        found.append({**one, "MemberId": member})
    return {"GroupMemberships": found}


# --- Systems Manager: machines and sessions


def _machines(scene: Scene) -> Content:
    """The instances of the plan that say for how long they have been silent: 0 is online."""
    silent = {item.name: item.options["silent"] for item in scene.account.resources if "silent" in item.options}
    found = []
    for one in backend("ec2", scene.account.id, scene.region).all_instances():
        named = next((tag["value"] for tag in one.get_tags() if tag["key"] == "Name"), "")
        if named in silent:
            days = silent[named]
            machine = {"PingStatus": "ConnectionLost" if days else "Online", "LastPingDateTime": ago(days)}
            system = {"PlatformType": "Linux", "PlatformName": "Amazon Linux", "PlatformVersion": "2023"}
            found.append({"InstanceId": one.id, "AgentVersion": "3.3.2299.0", **machine, **system})
    return {"InstanceInformationList": found}


def _setting(scene: Scene) -> Content:
    name = scene.given("SettingId")
    value = "$None" if name.endswith("default-ec2-instance-management-role") else "Enable"
    return {"ServiceSetting": {"SettingId": name, "SettingValue": value, "Status": "Default"}}


def _documents(scene: Scene) -> Content:
    held = scene.region in scene.account.sessions
    own = {"Name": PREFERENCES, "Owner": scene.account.id, "DocumentType": "Session", "DocumentFormat": "JSON"}
    typed = any(one.get("Key") == "DocumentType" for one in scene.given("Filters") or [])
    books = [] if typed else RUNBOOKS.get((scene.plan.slug, scene.account.key, scene.region), [])
    return {"DocumentIdentifiers": [*([own] if held else []), *books]}


def _document(scene: Scene) -> Content:
    held = scene.account.sessions.get(scene.region)
    if held is None or scene.given("Name") != PREFERENCES:
        raise Refusal("InvalidDocument", "The specified document does not exist.")
    content = {"schemaVersion": "1.0", "sessionType": "Standard_Stream", "inputs": held}
    return {"Name": PREFERENCES, "Content": json.dumps(content), "DocumentType": "Session", "DocumentFormat": "JSON"}


ACCESS: dict[tuple[str, str], Answer] = {
    ("iam", "ListServerCertificates"): _server_certificates,
    ("support", "DescribeTrustedAdvisorChecks"): _checks,
    ("support", "DescribeTrustedAdvisorCheckSummaries"): _check_summaries,
    ("identitystore", "ListUsers"): _directory_users,
    ("identitystore", "ListGroups"): _directory_groups,
    ("identitystore", "ListGroupMemberships"): _memberships,
    ("ssm", "DescribeInstanceInformation"): _machines,
    ("ssm", "GetServiceSetting"): _setting,
    ("ssm", "ListDocuments"): _documents,
    ("ssm", "GetDocument"): _document,
}
