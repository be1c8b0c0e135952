"""What is planted in Nordlicht of workloads, applications and data, as the answers of services that moto lacks."""

from __future__ import annotations

from typing import Any

from .clock import ago
from .nordlicht_core import ARCHIVE, AUDIT, DEV, SHOP
from .plan import HOME
from .planted_endpoints import group

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


def _database(account: str, name: str, encrypted: bool, upgrades: bool = True) -> dict[str, Any]:
    """One that keeps backups and survives a zone where it is encrypted, for both are of the same careful hand."""
    arn = f"arn:aws:rds:{HOME}:{account}:db:{name}"
    return {
        "DBInstanceIdentifier": name,
        "DBInstanceArn": arn,
        "Engine": "postgres",
        "StorageEncrypted": encrypted,
        "PubliclyAccessible": False,
        "AutoMinorVersionUpgrade": upgrades,
        "BackupRetentionPeriod": 14 if encrypted else 1,
        "MultiAZ": encrypted,
        "DeletionProtection": encrypted,
    }


def _reached(group_id: str) -> dict[str, Any]:
    """A public address behind a security group, which is all that closes the database."""
    return {
        "PubliclyAccessible": True,
        "Endpoint": {"Address": "orders.example", "Port": 5432},
        "VpcSecurityGroups": [{"VpcSecurityGroupId": group_id, "Status": "active"}],
    }


def _files(account: str, name: str, encrypted: bool) -> dict[str, Any]:
    arn = f"arn:aws:elasticfilesystem:{HOME}:{account}:file-system/{name}"
    return {
        "FileSystemId": name,
        "FileSystemArn": arn,
        "OwnerId": account,
        "CreationToken": name,
        "CreationTime": ago(300),
        "LifeCycleState": "available",
        "NumberOfMountTargets": 1,
        "SizeInBytes": {"Value": 1024},
        "PerformanceMode": "generalPurpose",
        "Tags": [],
        "Encrypted": encrypted,
    }


STORES: Planted = dict(
    [
        at(
            "shop",
            HOME,
            "rds:DescribeDBInstances",
            lambda a: {
                "DBInstances": [
                    {**_database(SHOP, "orders", True), **_reached(group(a, "shop-web"))},
                    _database(SHOP, "catalogue", False, False),
                ]
            },
        ),
        at("dev", HOME, "efs:DescribeFileSystems", {"FileSystems": [_files(DEV, "fs-0demo0builds", False)]}),
        at("audit", HOME, "efs:DescribeFileSystems", {"FileSystems": [_files(AUDIT, "fs-0demo0cases", True)]}),
    ]
)
SEARCHED: Planted = dict(
    [
        at("archive", HOME, "macie2:GetMacieSession", {"status": "ENABLED"}),
        at(
            "archive",
            HOME,
            "macie2:ListAutomatedDiscoveryAccounts",
            {"items": [{"accountId": ARCHIVE, "status": "ENABLED"}]},
        ),
        at("shop", HOME, "macie2:GetMacieSession", {"status": "ENABLED"}),
    ]
)


def _cluster(name: str, open_to: str) -> dict[str, Any]:
    network = {
        "endpointPublicAccess": bool(open_to),
        "endpointPrivateAccess": True,
        "publicAccessCidrs": [open_to] if open_to else [],
    }
    logs = {"clusterLogging": [{"types": ["api", "audit"], "enabled": not open_to}]}
    return {
        "cluster": {
            "name": name,
            "arn": f"arn:aws:eks:{HOME}:{SHOP}:cluster/{name}",
            "version": "1.33",
            "resourcesVpcConfig": network,
            "logging": logs,
        }
    }


ECS = f"arn:aws:ecs:{HOME}:{SHOP}"
SERVICES = [
    {
        "serviceName": name,
        "serviceArn": f"{ECS}:service/shop/{name}",
        "taskDefinition": f"{ECS}:task-definition/{name}:3",
    }
    for name in ("checkout", "metrics-agent")
]


def _task(name: str, *environment: tuple[str, str], **more: Any) -> dict[str, Any]:
    container = {"name": name, "environment": [{"name": n, "value": v} for n, v in environment], **more}
    told = {"taskDefinitionArn": f"{ECS}:task-definition/{name}:3", "networkMode": "awsvpc"}
    return {"taskDefinition": {**told, "containerDefinitions": [container]}}


CONTAINERS: Planted = dict(
    [
        at("shop", HOME, "eks:ListClusters", {"clusters": ["storefront", "batch"]}),
        at("shop", HOME, "ecs:ListClusters", {"clusterArns": [f"{ECS}:cluster/shop"]}),
        at("shop", HOME, "ecs:ListServices", {"serviceArns": [one["serviceArn"] for one in SERVICES]}),
        at("shop", HOME, "ecs:DescribeServices", {"services": SERVICES}),
    ]
)
CONTAINERS[NORDLICHT, "shop", HOME, "eks", "DescribeCluster"] = [
    ("storefront", _cluster("storefront", "0.0.0.0/0")),
    ("batch", _cluster("batch", "")),
]
CONTAINERS[NORDLICHT, "shop", HOME, "ecs", "DescribeTaskDefinition"] = [
    (
        f"{ECS}:task-definition/checkout:3",
        _task("checkout", ("STAGE", "prod"), ("ORDERS_URL", "https://orders.internal")),
    ),
    (
        f"{ECS}:task-definition/metrics-agent:3",
        _task("metrics-agent", ("API_TOKEN", "demo-only-9fX2kLq7Zr4TbW"), privileged=True),
    ),
]

PLANTED_WORK: Planted = {**TEMPLATES, **STORES, **SEARCHED, **CONTAINERS}
