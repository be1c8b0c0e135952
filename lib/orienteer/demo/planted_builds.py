"""What is planted in Nordlicht of what is built and kept up to date: builds, pipelines, patches, vulnerabilities."""

from __future__ import annotations

from typing import Any

from .clock import ago
from .nordlicht_core import AUDIT, HUB, SHOP
from .plan import HOME
from .planted_work import NORDLICHT, Planted, at

GROUPS = [[{"type": "EVENT", "pattern": "PULL_REQUEST_CREATED"}]]
HELD = [[{"type": "EVENT", "pattern": "PULL_REQUEST_CREATED"}, {"type": "ACTOR_ACCOUNT_ID", "pattern": "^1234567$"}]]
LOOSE = [[{"type": "EVENT", "pattern": "PULL_REQUEST_CREATED"}, {"type": "ACTOR_ACCOUNT_ID", "pattern": "1234567"}]]


def _project(account: str, name: str, role: str, groups: list[Any]) -> dict[str, Any]:
    return {
        "name": name,
        "arn": f"arn:aws:codebuild:{HOME}:{account}:project/{name}",
        "serviceRole": f"arn:aws:iam::{account}:role/{role}",
        "source": {"type": "GITHUB"},
        "environment": {"type": "LINUX_CONTAINER", "image": "demo", "computeType": "BUILD_GENERAL1_SMALL"},
        "webhook": {"url": "https://hooks.example/demo", "filterGroups": groups},
    }


def _pipeline(name: str, provider: str) -> dict[str, Any]:
    kind = {"category": "Source", "owner": "AWS", "provider": provider, "version": "1"}
    source = {"name": "source", "actions": [{"name": "source", "actionTypeId": kind}]}
    told = {"name": name, "roleArn": f"arn:aws:iam::{HUB}:role/pipeline-runner", "stages": [source]}
    return {"pipeline": told, "metadata": {"pipelineArn": f"arn:aws:codepipeline:{HOME}:{HUB}:{name}"}}


SHOP_PROJECTS = [
    _project(SHOP, "shop-release", "legacy-deploy", GROUPS),
    _project(SHOP, "shop-tests", "order-worker", LOOSE),
    _project(SHOP, "shop-lint", "order-worker", HELD),
]
PIPELINES = ("network-modules", "network-old")
BUILDS: Planted = dict(
    [
        at("shop", HOME, "codebuild:ListProjects", {"projects": [str(one["name"]) for one in SHOP_PROJECTS]}),
        at("shop", HOME, "codebuild:BatchGetProjects", {"projects": SHOP_PROJECTS}),
        at(
            "shop",
            HOME,
            "codebuild:ListSourceCredentials",
            {
                "sourceCredentialsInfos": [
                    {
                        "arn": f"arn:aws:codebuild:{HOME}:{SHOP}:token/github",
                        "serverType": "GITHUB",
                        "authType": "PERSONAL_ACCESS_TOKEN",
                    }
                ]
            },
        ),
        at("hub", HOME, "codepipeline:ListPipelines", {"pipelines": [{"name": name} for name in PIPELINES]}),
    ]
)
BUILDS[NORDLICHT, "hub", HOME, "codepipeline", "GetPipeline"] = [
    ("network-modules", _pipeline("network-modules", "CodeStarSourceConnection")),
    ("network-old", _pipeline("network-old", "GitHub")),
]


def _status(account: str, **on: str) -> dict[str, Any]:
    kinds = {name: {"status": on.get(name, "DISABLED")} for name in ("ec2", "ecr", "lambda", "lambdaCode")}
    state = {"status": "ENABLED", "errorCode": "SUCCESS", "errorMessage": ""}
    parts = {name: {**kind, "errorCode": "SUCCESS", "errorMessage": ""} for name, kind in kinds.items()}
    return {"accounts": [{"accountId": account, "state": state, "resourceState": parts}]}


ON = {"ec2": "ENABLED", "ecr": "ENABLED", "lambda": "ENABLED"}
OLD = {
    "findingArn": f"arn:aws:inspector2:{HOME}:{HUB}:finding/demo",
    "awsAccountId": HUB,
    "type": "PACKAGE_VULNERABILITY",
    "description": "A library with a known hole.",
    "title": "CVE-2025-0000 - demo",
    "remediation": {"recommendation": {"text": "Update the library."}},
    "severity": "CRITICAL",
    "firstObservedAt": ago(75),
    "lastObservedAt": ago(1),
    "status": "ACTIVE",
    "resources": [],
}
SCANS: Planted = dict(
    [
        at(
            "management",
            HOME,
            "inspector2:GetDelegatedAdminAccount",
            {"delegatedAdmin": {"accountId": AUDIT, "relationshipStatus": "ENABLED"}},
        ),
        at("audit", HOME, "inspector2:BatchGetAccountStatus", _status(AUDIT, **ON)),
        at(
            "audit",
            HOME,
            "inspector2:DescribeOrganizationConfiguration",
            {"autoEnable": {"ec2": True, "ecr": True, "lambda": True}, "maxAccountLimitReached": False},
        ),
        at("shop", HOME, "inspector2:BatchGetAccountStatus", _status(SHOP, **ON)),
        at("hub", HOME, "inspector2:BatchGetAccountStatus", _status(HUB, **ON)),
        at("hub", HOME, "inspector2:ListFindings", {"findings": [OLD]}),
        at(
            "hub",
            HOME,
            "inspector2:ListCoverageStatistics",
            {"countsByGroup": [{"count": 1, "groupKey": "SUCCESSFUL"}], "totalCounts": 1},
        ),
    ]
)

PLANTED_BUILDS: Planted = {**BUILDS, **SCANS}
