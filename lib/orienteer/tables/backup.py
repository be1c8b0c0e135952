"""AWS Backup: vaults with locks and policies, what they hold, plans, copies and restores."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from orienteer.model import Answer, Ask, Call, Column, Place, Scope, Table
from orienteer.tables.shapes import arn, listed, name, policies

VAULTS = listed(
    "backup_vaults",
    "One row per vault.",
    Call("backup", "list_backup_vaults"),
    "BackupVaultList[]",
    name("BackupVaultName"),
    arn("BackupVaultArn"),
    Column("locked", "Locked", "bool", "a vault lock holds"),
    Column("lock_date", "LockDate", "timestamp", "from when the lock cannot be taken away; null: it always can"),
    Column("min_retention_days", "MinRetentionDays", "int", "least days that the lock keeps a recovery point"),
    Column("recovery_points", "NumberOfRecoveryPoints", "int", "recovery points in it"),
    Column("vault_type", "VaultType", "string", "BACKUP_VAULT, LOGICALLY_AIR_GAPPED_BACKUP_VAULT, ..."),
)

VAULT_POLICIES = policies(
    "backup_vault_policies",
    VAULTS,
    Call(
        "backup",
        "get_backup_vault_access_policy",
        params={"BackupVaultName": "name"},
        absent={"ResourceNotFoundException"},
    ),
)

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

PLANS = listed(
    "backup_plans",
    "One row per backup plan.",
    Call("backup", "list_backup_plans"),
    "BackupPlansList[]",
    name("BackupPlanName"),
    arn("BackupPlanArn"),
    Column("last_run_at", "LastExecutionDate", "timestamp", "when it last made a backup"),
)

RESTORE_TESTING_PLANS = listed(
    "backup_restore_testing_plans",
    "One row per plan by which restores are tested.",
    Call("backup", "list_restore_testing_plans"),
    "RestoreTestingPlans[]",
    name("RestoreTestingPlanName"),
    arn("RestoreTestingPlanArn"),
    Column("last_run_at", "LastExecutionTime", "timestamp", "when it last restored something"),
)

RESTORE_JOBS = listed(
    "backup_restore_jobs",
    "One row per restore that was completed, as far back as AWS Backup remembers; the first five pages.",
    Call("backup", "list_restore_jobs", fixed={"ByStatus": "COMPLETED"}, pages=5),
    "RestoreJobs[]",
    name("RestoreJobId", "id of the job"),
    Column("completed_at", "CompletionDate", "timestamp", "when it was done"),
    Column("kind", "ResourceType", "string", "type of what was restored"),
    Column("validation", "ValidationStatus", "string", "SUCCESSFUL, FAILED, ...; null: nobody looked"),
)

COPY_DAYS = 35


def _copies(ask: Ask, place: Place) -> Iterable[Mapping[str, Any] | Answer]:
    """A row per pair of vaults with its newest copy."""
    since = datetime.now(UTC) - timedelta(days=COPY_DAYS)
    answer = ask(COPIES, ByCompleteAfter=since)
    newest: dict[tuple[str, str], Any] = {}
    for job in (job for page in answer.pages for job in page.get("CopyJobs") or ()):
        pair = (str(job.get("SourceBackupVaultArn")), str(job.get("DestinationBackupVaultArn")))
        done = job.get("CompletionDate")
        if done is not None and (pair not in newest or done > newest[pair]):
            newest[pair] = done
    for (source, target), done in sorted(newest.items()):
        yield {"resource_id": source, "source_vault": source, "target_vault": target, "copied_at": done}
    yield answer


COPIES = Call("backup", "list_copy_jobs", fixed={"ByState": "COMPLETED"})
COPY_JOBS = Table(
    name="backup_copies",
    doc="One row per pair of vaults between which a copy was completed in the last 35 days, with the newest.",
    scope=Scope.REGION,
    call=COPIES,
    read=_copies,
    resource="source_vault",
    columns=(
        Column("source_vault", "SourceBackupVaultArn", "string", "vault that was copied from"),
        Column("target_vault", "DestinationBackupVaultArn", "string", "vault that was copied to"),
        Column("copied_at", "CompletionDate", "timestamp", "when the newest copy was done"),
    ),
)
