"""Resilience: whether data, databases, names and the way in survive a mistake, an intruder or the loss of a zone."""

from __future__ import annotations

from typing import Annotated

import pandas as pd

from orienteer.controls.control import control
from orienteer.controls.risk import ANSWERS_COUNT
from orienteer.controls.verdict import HIGH, INFO, LOW, MEDIUM, Verdict, asked, failed, faults, passed, when
from orienteer.facts.backups import DATA_STORES, RESTORES, STANDING, VAULTS
from orienteer.facts.questions import RECOVERY
from orienteer.facts.seen import Row, either, unless_unseen
from orienteer.model import Category
from orienteer.parameters import Range
from orienteer.words import counted


@control(
    "RES-05",
    title="The organization can be recovered when the identity provider, the main region or a domain is lost",
    category=Category.RESILIENCE,
    severity=MEDIUM,
    maturity=4,
    source="https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/domain-lock.html",
    fact=RECOVERY,
    evidence=("has_identity_center", "users_with_password", "expires_at"),
    scope="organization",
    mappings={
        "prowler": ["route53_domains_transferlock_enabled"],
        "scoutsuite": ["route53-domain-no-transferlock.json", "route53-domain-no-autorenew.json"],
    },
)
def recovery(row: Row, *, answer_valid_days: Annotated[int, Range(1, 3650)] = ANSWERS_COUNT) -> Verdict:
    """Losing a domain takes mail and sign-in with it; losing the identity provider locks everybody out.

    Some top-level domains have no transfer lock. An answer counts for a year unless it names another end date.

    Fix: turn on transfer lock and automatic renewal for every domain, and rehearse one such loss a year.
    """
    if row.question is not None:
        return asked(row.question)
    return faults(
        [
            when(
                lambda: not row.transfer_lock,
                MEDIUM,
                "The domain can be transferred to another registrar: its transfer lock is off.",
            ),
            when(lambda: not row.auto_renew, MEDIUM, "The domain is not renewed automatically."),
        ],
        otherwise=lambda: passed("The domain is locked and renews automatically."),
    )


@control(
    "RES-01",
    title="Data stores are covered by backup plans",
    category=Category.RESILIENCE,
    severity=HIGH,
    maturity=3,
    source="https://docs.aws.amazon.com/aws-backup/latest/devguide/whatisbackup.html",
    fact=DATA_STORES,
    evidence=("vault_arn", "name", "organization_policies"),
    mappings={
        "fsbp": ["RDS.11", "RDS.26", "DynamoDB.2", "DynamoDB.4", "EFS.2", "EC2.28"],
        "prowler": [
            "backup_plans_exist",
            "rds_instance_backup_enabled",
            "rds_instance_protected_by_backup_plan",
            "dynamodb_tables_pitr_enabled",
            "efs_have_backup_enabled",
            "ec2_ebs_volume_protected_by_backup_plan",
        ],
        "scoutsuite": ["rds-instance-backup-disabled.json", "rds-instance-short-backup-retention-period.json"],
        "service_screener": ["backupNoPlanExists", "backupCriticalResourcesUnprotected", "hasAWSBackupPlans"],
    },
)
def backed_up(
    store: Row,
    *,
    as_of: pd.Timestamp,
    backup_hours: Annotated[int, Range(1, 8760)] = 48,
    backup_days: Annotated[int, Range(1, 3650)] = 7,
) -> Verdict | None:
    """What was never backed up is gone after the first mistake, or the first intruder who wants a ransom.

    Only the last backup counts here: a plan protects nothing where its service is not opted in for the region.
    Snapshots of a volume count, whoever took them.

    Fix: add the resource to a backup plan that selects by tag, ideally through a backup policy of the organization.
    """
    if not store.is_data:
        return None
    since = as_of - pd.Timedelta(hours=backup_hours)
    if either(
        lambda: store.point_in_time,
        lambda: (store.own_days or 0) >= backup_days,
        lambda: store.backed_up_at is not None and store.backed_up_at >= since,
        lambda: store.snapshot_at is not None and store.snapshot_at >= since,
    ):
        return passed("There is a recent backup, or the store keeps backups of its own.")
    last = store.backed_up_at or store.snapshot_at
    text = f"The last backup dates from {last:%Y-%m-%d}." if last is not None else "No backup was found."
    if store.own_days:
        text = f"Its own backups are kept for {counted(store.own_days, 'day')}; {backup_days} are required."
    return failed(text, HIGH if unless_unseen(lambda: store.env_class, "prod") == "prod" else MEDIUM)


@control(
    "RES-02",
    title="Backups are locked against a compromised administrator and copied to another account",
    category=Category.RESILIENCE,
    severity=HIGH,
    maturity=4,
    source="https://docs.aws.amazon.com/aws-backup/latest/devguide/vault-lock.html",
    fact=VAULTS,
    evidence=("lock_date", "min_retention_days", "copy_targets"),
    mappings={
        "fsbp": ["Backup.1"],
        "prowler": ["backup_vaults_exist", "backup_recovery_point_encrypted", "backup_vaults_encrypted"],
        "service_screener": [
            "backupVaultNoLock",
            "backupVaultLockNotFinalized",
            "backupPlanNoCrossRegionCopy",
            "backupCrossAccountDisabled",
            "backupNoLogicallyAirGappedVault",
        ],
    },
)
def kept_backups(vault: Row, *, copy_days: Annotated[int, Range(1, 35)] = 7) -> Verdict | None:
    """Intruders with administrator rights delete the backups first; only a lock or a copy elsewhere survives.

    Copies to another region of the same account do not count. Vaults without recovery points and those of
    non-production accounts are left out.

    Fix: copy each backup to a vault in a backup account, and lock the vault in compliance mode. After the days of grace
    not even AWS can undo that lock, so first make sure that no backup is kept for ever, or for less than its minimum.
    """
    if not vault.recovery_points or vault.env_class == "non-prod":
        return None
    return faults(
        [
            when(lambda: vault.open_to in ("public", "external"), HIGH, "the vault's policy gives outsiders access"),
            when(
                lambda: not vault.takes_copies and _is_late(vault, copy_days),
                HIGH,
                f"no copy has left the account in {copy_days} days",
            ),
            when(lambda: vault.lock == "none", MEDIUM, "the vault has no lock"),
            when(
                lambda: vault.lock == "governance",
                LOW,
                "the lock is in governance mode, which an administrator can lift",
            ),
            when(
                lambda: vault.lock == "not yet final", LOW, "the lock is still in its days of grace and can be removed"
            ),
        ],
        otherwise=lambda: passed(
            f"The vault is locked ({vault.lock}), and its backups exist in more than one account."
        ),
    )


def _is_late(vault: Row, most: int) -> bool:
    return vault.copied_days is None or vault.copied_days > most


@control(
    "RES-03",
    title="Restores are tested",
    category=Category.RESILIENCE,
    severity=MEDIUM,
    maturity=4,
    source="https://docs.aws.amazon.com/aws-backup/latest/devguide/restore-testing.html",
    fact=RESTORES,
    evidence=("name", "plans", "backup_plans"),
    scope="account",
    mappings={"service_screener": ["backupRecoveryPointNeverRestored"]},
)
def tested_restores(account: Row, *, restore_days: Annotated[int, Range(1, 3650)] = 180) -> Verdict | None:
    """A backup that nobody has ever restored is only a hope, and the day it is needed is the wrong day to find out.

    Restores outside AWS Backup, and those whose records have expired, are not seen.

    Fix: create a restore testing plan for the main resource types, and check what was restored.
    """
    if not account.is_active or account.env_class == "non-prod":
        return None
    if account.restored_days is not None and account.restored_days <= restore_days:
        return passed(f"A restore was completed in the last {restore_days} days.")
    if account.plans:
        return failed(f"Restore tests are planned ({', '.join(account.plans)}), but no recent one was completed.")
    if account.has_recovery_points:
        return failed("AWS Backup holds recovery points, but has no record of a recent restore.")
    if not account.has_data:
        return None
    return asked(
        "There is data, but AWS Backup is not used. How are restores tested? Ask for the record of the last test."
    )


@control(
    "RES-04",
    title="Production databases and services tolerate the loss of a zone and resist accidental deletion",
    category=Category.RESILIENCE,
    severity=MEDIUM,
    maturity=3,
    source="https://docs.aws.amazon.com/wellarchitected/latest/reliability-pillar/use-fault-isolation-to-protect-your-"
    "workload.html",
    fact=STANDING,
    evidence=("name", "env_class"),
    mappings={
        "cis": ["CIS AWS Foundations v7.0.0 3.2.4"],
        "fsbp": ["RDS.5", "RDS.7", "RDS.8", "RDS.15", "AutoScaling.2", "ELB.6", "ELB.13"],
        "prowler": [
            "rds_instance_multi_az",
            "rds_instance_deletion_protection",
            "rds_cluster_multi_az",
            "autoscaling_group_multiple_az",
            "elbv2_is_in_multiple_az",
            "elbv2_deletion_protection",
        ],
        "scoutsuite": ["rds-instance-single-az.json", "elbv2-no-deletion-protection.json"],
        "service_screener": ["ELBMultiAZ", "ASGMultiAZ"],
    },
)
def redundancy(thing: Row) -> Verdict:
    """Availability zones fail, and people delete the wrong thing; production should survive both without a restore.

    Read replicas and instances of a cluster are judged together with what they belong to.

    Fix: spread production over two availability zones (Multi-AZ) at a quiet hour, and turn on deletion protection.
    """
    lesser = INFO if unless_unseen(lambda: thing.env_class, None) == "non-prod" else None
    return faults(
        [
            when(
                lambda: thing.zones is not None and thing.zones < 2,
                lesser or MEDIUM,
                "it runs in a single availability zone",
            ),
            when(lambda: thing.can_be_locked and not thing.is_locked, lesser or LOW, "deletion protection is off"),
        ],
        otherwise=lambda: passed(
            "It does not depend on a single availability zone, and is protected from deletion where it can be."
        ),
    )
