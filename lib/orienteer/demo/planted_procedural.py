"""What Nordlicht shows beside questions: reviews, domains, agreements, runbooks, backups, and what it pays for.

By client, account, region, service and operation, as in `exposed_nordlicht`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .clock import ago
from .nordlicht_core import ARCHIVE, AUDIT, DEV, EAST, HUB, LAB, LEGACY, MANAGEMENT, SANDBOX, SHOP, WEST
from .plan import HOME

SLUG = "demo-nordlicht"
Planted = list[tuple[str, Any]]

CRITICAL_WORKLOADS = {"shop": ("web-shop", 60, 0), "legacy": ("erp", 900, 4)}
"""By account: the workload that was reviewed, how many days ago, and its high risks in the security pillar."""


def _review(account: str, title: str, days: int, risks: int) -> dict[tuple[str, str, str, str, str], Planted]:
    name = f"{title:x<32}"[:32].replace("-", "0")
    arn = f"arn:aws:wellarchitected:{HOME}:{account}:workload/{name}"
    summary = {
        "WorkloadId": name,
        "WorkloadArn": arn,
        "WorkloadName": title,
        "Owner": account,
        "UpdatedAt": ago(days),
        "RiskCounts": {"HIGH": risks, "MEDIUM": 3},
    }
    pillars = [
        {"PillarId": one, "PillarName": one.title(), "RiskCounts": {"HIGH": risks if one == "security" else 0}}
        for one in ("security", "reliability")
    ]
    review = {"WorkloadId": name, "LensReview": {"LensAlias": "wellarchitected", "PillarReviewSummaries": pillars}}
    key = {SHOP: "shop", LEGACY: "legacy"}[account]
    return {
        (SLUG, key, HOME, "wellarchitected", "ListWorkloads"): [("", {"WorkloadSummaries": [summary]})],
        (SLUG, key, HOME, "wellarchitected", "GetLensReview"): [("", review)],
    }


def _domain(name: str, locked: bool) -> dict[str, Any]:
    return {"DomainName": name, "AutoRenew": True, "TransferLock": locked, "Expiry": ago(-200)}


def _vault(account: str, name: str, points: int, locked: bool) -> dict[str, Any]:
    held = {"Locked": locked, "MinRetentionDays": 30, "LockDate": ago(100)} if locked else {"Locked": False}
    return {
        "BackupVaultName": name,
        "BackupVaultArn": f"arn:aws:backup:{HOME}:{account}:backup-vault:{name}",
        "VaultType": "BACKUP_VAULT",
        "NumberOfRecoveryPoints": points,
        **held,
    }


COPY = {
    "CopyJobId": "copy-demo1",
    "SourceBackupVaultArn": f"arn:aws:backup:{HOME}:{SHOP}:backup-vault:shop",
    "DestinationBackupVaultArn": f"arn:aws:backup:{HOME}:{ARCHIVE}:backup-vault:copies",
    "State": "COMPLETED",
    "CompletionDate": ago(1),
}
RESTORE = {
    "RestoreJobId": "restore-demo1",
    "Status": "COMPLETED",
    "CompletionDate": ago(20),
    "ResourceType": "RDS",
    "ValidationStatus": "SUCCESSFUL",
}
CASES = {
    "ResourceArn": f"arn:aws:elasticfilesystem:{HOME}:{AUDIT}:file-system/fs-0demo0cases",
    "ResourceType": "EFS",
    "LastBackupTime": ago(0.5),
}
BACKUPS: Mapping[tuple[str, str, str, str, str], Planted] = {
    (SLUG, "shop", HOME, "backup", "ListBackupVaults"): [("", {"BackupVaultList": [_vault(SHOP, "shop", 40, True)]})],
    (SLUG, "shop", HOME, "backup", "ListCopyJobs"): [("", {"CopyJobs": [COPY]})],
    (SLUG, "shop", HOME, "backup", "ListRestoreJobs"): [("", {"RestoreJobs": [RESTORE]})],
    (SLUG, "archive", HOME, "backup", "ListBackupVaults"): [
        ("", {"BackupVaultList": [_vault(ARCHIVE, "copies", 40, True)]})
    ],
    (SLUG, "legacy", HOME, "backup", "ListBackupVaults"): [
        ("", {"BackupVaultList": [_vault(LEGACY, "Default", 3, False)]})
    ],
    (SLUG, "audit", HOME, "backup", "ListProtectedResources"): [("", {"Results": [CASES]})],
}

AGREEMENTS = [
    {
        "name": "AWS GDPR Data Processing Addendum",
        "id": "customer-agreement-demo1",
        "state": "ACTIVE",
        "arn": f"arn:aws:artifact::{MANAGEMENT}:customer-agreement/customer-agreement-demo1",
        "effectiveStart": ago(600),
        "type": "DEFAULT",
    },
]
SEVERITIES = [{"code": code, "name": code.title()} for code in ("low", "normal", "high", "urgent")]
RUNBOOKS: Mapping[tuple[str, str, str], list[dict[str, str]]] = {
    (SLUG, "audit", HOME): [{"Name": "Revoke-Role-Sessions", "Owner": AUDIT, "DocumentType": "Automation"}]
}
"""Automation documents by client, account and region."""

MEMBERSHIP = {"items": [{"membershipId": "m-demo0harbour01", "membershipStatus": "Active"}]}

PROCEDURAL: Mapping[tuple[str, str, str, str, str], Planted] = {
    ("demo-harbour", "management", HOME, "security-ir", "ListMemberships"): [("", MEMBERSHIP)],
    **_review(SHOP, *CRITICAL_WORKLOADS["shop"]),
    **_review(LEGACY, *CRITICAL_WORKLOADS["legacy"]),
    **BACKUPS,
    (SLUG, "management", EAST, "artifact", "ListCustomerAgreements"): [("", {"customerAgreements": AGREEMENTS})],
    (SLUG, "management", EAST, "support", "DescribeSeverityLevels"): [("", {"severityLevels": SEVERITIES})],
    (SLUG, "management", EAST, "route53domains", "ListDomains"): [
        ("", {"Domains": [_domain("nordlicht-demo.example", True)]})
    ],
    (SLUG, "legacy", EAST, "route53domains", "ListDomains"): [("", {"Domains": [_domain("erp-demo.example", False)]})],
}

BILLS: Mapping[tuple[str, str], float] = {
    ("Amazon Elastic Compute Cloud - Compute", SHOP): 812.4,
    ("Amazon Elastic Compute Cloud - Compute", LEGACY): 1290.0,
    ("Amazon Simple Storage Service", SHOP): 96.2,
    ("AWS Lambda", DEV): 3.9,
    ("Amazon SageMaker", LAB): 640.5,
    ("Amazon QuickSight", SANDBOX): 0.4,
    ("AWS Support (Business)", MANAGEMENT): 900.0,
}
"""What each service cost in 90 days, by account, US dollars."""
PLACES: Mapping[tuple[str, str], float] = {
    (HOME, SHOP): 900.1,
    (WEST, DEV): 3.9,
    (HOME, LEGACY): 1290.0,
    (EAST, LAB): 640.5,
    (HOME, HUB): 44.0,
    ("global", SHOP): 8.5,
}
"""The same by region."""
