"""What brings data back: backups of each store, the vaults that hold them, and restores that were tried."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

import pandas as pd

from orienteer.facts.fact import Fact, Join
from orienteer.facts.guarded import ACCOUNT_TYPE
from orienteer.facts.organization import NOWHERE, OF_ORGANIZATION
from orienteer.facts.policies import attached_of_type
from orienteer.facts.seen import Cells, Row
from orienteer.facts.source import Gap, Source
from orienteer.facts.values import ACCOUNT, PLACE, RESOURCE, cells_of, days, latest
from orienteer.model import KEYS
from orienteer.partitions import account_of
from orienteer.policy.exposure import exposure

DATABASE, CLUSTER, TABLE = "AWS::RDS::DBInstance", "AWS::RDS::DBCluster", "AWS::DynamoDB::Table"
FILES, VOLUME, BUCKET = "AWS::EFS::FileSystem", "AWS::EC2::Volume", "AWS::S3::Bucket"
VAULT = "AWS::Backup::BackupVault"
OF_ENVIRONMENT = Join("accounts", ("env_class", "name"), on=ACCOUNT)
"""Adds to a row whether its account is for production, and the account's name."""


def _stores(
    rds_instances: Source,
    rds_clusters: Source,
    dynamodb_tables: Source,
    efs_file_systems: Source,
    ec2_volumes: Source,
    classified_buckets: Source,
) -> Iterator[Cells | Gap]:
    """Databases, tables, file systems, volumes in use that nobody drops by itself, buckets that may be important."""
    single = [row for row in rds_instances.rows if not row["cluster"] and not row["replica_of"]]
    clusters = [row for row in rds_clusters.rows if not row["replica_of"]]
    volumes = [row for row in ec2_volumes.rows if row["state"] == "in-use" and not row["is_managed"]]
    buckets = [row for row in classified_buckets.rows if row["important"] is not False]
    found = (
        (DATABASE, single),
        (CLUSTER, clusters),
        (TABLE, dynamodb_tables.rows),
        (FILES, efs_file_systems.rows),
        (VOLUME, volumes),
        (BUCKET, buckets),
    )
    for kind, rows in found:
        for row in rows:
            own = {"own_days": row.get("backup_days"), "is_data": row.get("important", True)}
            yield Cells(cells_of(row), **own, resource_type=kind)
    lists = (rds_instances, rds_clusters, dynamodb_tables, efs_file_systems, ec2_volumes, classified_buckets)
    yield from dict.fromkeys(gap for source in lists for gap in source.gaps)


def _is_table(store: Row) -> bool:
    return bool(store.resource_type == TABLE)


def _is_volume(store: Row) -> bool:
    return bool(store.resource_type == VOLUME)


def snapshot_at(store: Row) -> pd.Timestamp | None:
    """When the newest snapshot of a volume was begun; None where there is none."""
    return latest(*(one.started_at for one in store.snapshots))  # type: ignore[no-any-return]


def organization_policies(store: Row) -> tuple[str, ...]:
    """Attached policies of the organization that plan backups in its accounts."""
    return attached_of_type(store.policies, "BACKUP_POLICY")


DATA_STORES = Fact(
    "backed_stores",
    "One row per database, table, file system, volume in use, and bucket that is or may be important: what it could be "
    "restored from.",
    rows=_stores,
    made=(*KEYS, "resource_type", "own_days", "is_data"),
    joins=(
        OF_ENVIRONMENT,
        Join(
            "backup_protected_resources",
            ("backed_up_at", "vault_arn"),
            on={"account_id": "account_id", "arn": "resource_arn"},
        ),
        Join("dynamodb_table_backups", ("point_in_time",), on=RESOURCE, only=_is_table),
        Join("ec2_snapshots", many="snapshots", on={**PLACE, "volume_id": "resource_id"}, only=_is_volume),
        Join("policies", many="policies", on={}, place=NOWHERE),
    ),
    columns=(snapshot_at, organization_policies),
    hidden=frozenset({"snapshots", "policies"}),
    resource_type=DATABASE,
)


# --- vaults

Lock = Literal["compliance", "air-gapped", "not yet final", "governance", "none"]


def lock(vault: Row, *, as_of: pd.Timestamp) -> Lock:
    """How the vault keeps recovery points from being deleted; before its lock date a lock can be taken away."""
    if vault.vault_type == "LOGICALLY_AIR_GAPPED_BACKUP_VAULT":
        return "air-gapped"
    if not vault.locked:
        return "none"
    if vault.lock_date is None:
        return "governance"
    return "compliance" if vault.lock_date <= as_of else "not yet final"


def copied_days(vault: Row, *, as_of: pd.Timestamp) -> int | None:
    """Days since the newest copy from it to a vault of another account; None where there was none in 35 days."""
    moments = [one.copied_at for one in vault.copies_out if account_of(one.target_vault) != vault.account_id]
    return days(as_of, latest(*moments))


def takes_copies(vault: Row) -> bool:
    """Copies from vaults of other accounts come to it."""
    return any(account_of(one.source_vault) != vault.account_id for one in vault.copies_in)


def copy_targets(vault: Row) -> tuple[str, ...]:
    """The vaults that it was copied to."""
    return tuple(sorted({str(one.target_vault) for one in vault.copies_out}))


def open_to(vault: Row) -> str:
    """How far from the account a caller is that its policy lets in."""
    if vault.policy is None:
        return "private"
    known = exposure(
        vault.policy,
        account_id=vault.account_id,
        org_id=vault.organization_id,
        trusted_accounts=list(vault.members),
        resource_type=VAULT,
    )
    return known.level


VAULTS = Fact(
    "vaults",
    "One row per backup vault: its lock, who its policy lets in, and where its recovery points are copied to.",
    base="backup_vaults",
    joins=(
        OF_ORGANIZATION,
        Join("accounts", ("env_class",), on=ACCOUNT),
        Join("backup_vault_policies", ("policy",)),
        Join("backup_copies", many="copies_out", on={"account_id": "account_id", "source_vault": "arn"}),
        Join("backup_copies", many="copies_in", on={"target_vault": "arn"}, place=NOWHERE),
    ),
    columns=(lock, copied_days, takes_copies, copy_targets, open_to),
    hidden=frozenset({"members", "copies_out", "copies_in"}),
    resource_type=VAULT,
)


# --- restores


def has_recovery_points(account: Row) -> bool:
    """AWS Backup holds something of it."""
    return any(one.recovery_points for one in account.vaults)


def has_data(account: Row) -> bool:
    """A data store stands in it."""
    return any(one.is_data for one in account.stores)


def plans(account: Row) -> tuple[str, ...]:
    """Its plans by which restores are tested."""
    return tuple(sorted({str(one.name) for one in account.test_plans}))


def backup_plans(account: Row) -> tuple[str, ...]:
    """Its plans by which backups are made, each with the day it last made one."""
    told = {str(one.name): one.last_run_at for one in account.made_by}
    return tuple(f"{name} ({f'{at:%Y-%m-%d}' if at is not None else 'never ran'})" for name, at in sorted(told.items()))


def restored_days(account: Row, *, as_of: pd.Timestamp) -> int | None:
    """Days since the newest restore that was completed and not found to be wrong; None where there is none."""
    moments = [one.completed_at for one in account.jobs if one.validation in (None, "SUCCESSFUL")]
    return days(as_of, latest(*moments))


RESTORES = Fact(
    "restores",
    "One row per account: whether restores of its data were tried.",
    base="accounts",
    joins=(
        Join("backup_vaults", many="vaults", on=ACCOUNT, place=("account_id", "")),
        Join("backed_stores", many="stores", on=ACCOUNT, place=("account_id", "")),
        Join("backup_restore_testing_plans", many="test_plans", on=ACCOUNT, place=("account_id", "")),
        Join("backup_plans", many="made_by", on=ACCOUNT, place=("account_id", "")),
        Join("backup_restore_jobs", many="jobs", on=ACCOUNT, place=("account_id", "")),
    ),
    columns=(has_recovery_points, has_data, plans, backup_plans, restored_days),
    hidden=frozenset({"tags", "roots", "members", "vaults", "stores", "test_plans", "made_by", "jobs"}),
    resource_type=ACCOUNT_TYPE,
)


# --- what stands in two zones


def _standing(
    rds_instances: Source,
    rds_clusters: Source,
    elbv2_load_balancers: Source,
    autoscaling_groups: Source,
    elasticache_replication_groups: Source,
    dynamodb_tables: Source,
) -> Iterator[Cells | Gap]:
    """`zones` is how many it stands in, 2 for two or more; None where AWS spreads it by itself."""
    alone = [row for row in rds_instances.rows if not row["cluster"] and not row["replica_of"]]
    databases = [(DATABASE, alone), (CLUSTER, [row for row in rds_clusters.rows if not row["replica_of"]])]
    for kind, rows in databases:
        for row in rows:
            yield _stands(row, kind, 1 + bool(row["multi_az"]), row["deletion_protection"])
    for row in elbv2_load_balancers.rows:
        yield _stands(row, LOAD_BALANCER, row["zone_count"], None)
    for row in autoscaling_groups.rows:
        yield _stands(row, "AWS::AutoScaling::AutoScalingGroup", row["zone_count"], None)
    for row in elasticache_replication_groups.rows:
        yield _stands(row, "AWS::ElastiCache::ReplicationGroup", 1 + bool(row["multi_az"]), None)
    for row in dynamodb_tables.rows:
        yield _stands(row, TABLE, None, None)
    lists = (
        rds_instances,
        rds_clusters,
        elbv2_load_balancers,
        autoscaling_groups,
        elasticache_replication_groups,
        dynamodb_tables,
    )
    yield from dict.fromkeys(gap for source in lists for gap in source.gaps)


LOAD_BALANCER = "AWS::ElasticLoadBalancingV2::LoadBalancer"


def _stands(row: Cells, kind: str, zones: Any, locked: Any) -> Cells:
    return Cells(cells_of(row), resource_type=kind, zones=zones, locked=locked)


def _is_balancer(row: Row) -> bool:
    return bool(row.resource_type == LOAD_BALANCER)


def can_be_locked(row: Row) -> bool:
    """AWS knows a protection from deletion for such a thing."""
    return row.resource_type in (DATABASE, CLUSTER, TABLE, LOAD_BALANCER)


def is_locked(row: Row) -> bool:
    """It cannot be deleted before a setting is changed."""
    return bool(row.locked or row.table_locked or row.balancer_locked)


STANDING = Fact(
    "redundancy",
    "One row per database, load balancer, group and cache: in how many zones it stands, and whether it can be deleted.",
    rows=_standing,
    made=(*KEYS, "resource_type", "zones", "locked"),
    joins=(
        OF_ENVIRONMENT,
        Join("dynamodb_table_details", {"table_locked": "deletion_protection"}, on=RESOURCE, only=_is_table),
        Join("elbv2_attributes", {"balancer_locked": "deletion_protection"}, on=RESOURCE, only=_is_balancer),
    ),
    columns=(can_be_locked, is_locked),
    hidden=frozenset({"locked", "table_locked", "balancer_locked"}),
    resource_type=DATABASE,
)
