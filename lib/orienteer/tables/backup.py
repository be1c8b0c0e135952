"""AWS Backup vaults and their access policies."""

from __future__ import annotations

from orienteer.model import Call, Column
from orienteer.tables.shapes import arn, listed, name, policies

VAULTS = listed(
    "backup_vaults",
    "One row per vault.",
    Call("backup", "list_backup_vaults"),
    "BackupVaultList[]",
    name("BackupVaultName"),
    arn("BackupVaultArn"),
    Column("locked", "Locked", "bool", "a vault lock holds"),
)

VAULT_POLICIES = policies(
    "backup_vault_policies",
    VAULTS,
    Call("backup", "get_backup_vault_access_policy", params={"BackupVaultName": "name"},
         absent={"ResourceNotFoundException"}),
)  # fmt: skip

PROTECTED_RESOURCES = listed(
    "backup_protected_resources",
    "One row per resource that AWS Backup has a recovery point of.",
    Call("backup", "list_protected_resources"),
    "Results[]",
    arn("ResourceArn"),
    Column("backed_up_at", "LastBackupTime", "timestamp", "newest recovery point"),
    Column("vault_arn", "LastBackupVaultArn", "string", "vault that holds it"),
    Column("kind", "ResourceType", "string", "type as AWS Backup names it"),
)
