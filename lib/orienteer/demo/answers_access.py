"""Overlay answers about who gets in, and how: server certificates, Systems Manager."""

from __future__ import annotations

import json

from .clock import ago
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
    return {"DocumentIdentifiers": [own] if held else []}


def _document(scene: Scene) -> Content:
    held = scene.account.sessions.get(scene.region)
    if held is None or scene.given("Name") != PREFERENCES:
        raise Refusal("InvalidDocument", "The specified document does not exist.")
    content = {"schemaVersion": "1.0", "sessionType": "Standard_Stream", "inputs": held}
    return {"Name": PREFERENCES, "Content": json.dumps(content), "DocumentType": "Session", "DocumentFormat": "JSON"}


ACCESS: dict[tuple[str, str], Answer] = {
    ("iam", "ListServerCertificates"): _server_certificates,
    ("ssm", "DescribeInstanceInformation"): _machines,
    ("ssm", "GetServiceSetting"): _setting,
    ("ssm", "ListDocuments"): _documents,
    ("ssm", "GetDocument"): _document,
}
