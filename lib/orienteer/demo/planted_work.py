"""What is planted in Nordlicht of workloads, applications and data, as the answers of services that moto lacks."""

from __future__ import annotations

from typing import Any

from .plan import HOME

NORDLICHT = "demo-nordlicht"
WEST, EAST = "eu-west-1", "us-east-1"

Planted = dict[tuple[str, str, str, str, str], list[tuple[str, Any]]]


def at(account: str, region: str, call: str, content: Any) -> tuple[tuple[str, str, str, str, str], list[Any]]:
    """An answer that does not hang on what the request holds; `call` is service:Operation."""
    service, operation = call.split(":")
    return (NORDLICHT, account, region, service, operation), [("", content)]


def _template(name: str, **options: Any) -> dict[str, Any]:
    return {
        "LaunchTemplateId": f"lt-{name}",
        "LaunchTemplateName": name,
        "VersionNumber": 1,
        "DefaultVersion": True,
        "LaunchTemplateData": {"InstanceType": "t3.micro", **options},
    }


TOKENS = {"MetadataOptions": {"HttpTokens": "required", "HttpPutResponseHopLimit": 3}}
TEMPLATES: Planted = dict(
    [
        at(
            "dev",
            WEST,
            "ec2:DescribeLaunchTemplateVersions",
            {"LaunchTemplateVersions": [_template("preview-nodes"), _template("build-agents", **TOKENS)]},
        ),
        at("shop", HOME, "ec2:DescribeLaunchTemplateVersions", {"LaunchTemplateVersions": [_template("shop-nodes")]}),
    ]
)

PLANTED_WORK: Planted = {**TEMPLATES}
