"""Resilience: backups of stores, vaults, restores, and what stands in two zones."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from tests.facts.support import GAP, NOW, UNSEEN, fact, source, status, verdict

SHOP, VAULT_ACCOUNT = "333333333333", "444444444444"
AT = {"account_id": SHOP, "region": "eu-west-1"}
HOUR = pd.Timedelta(hours=1)
ACCOUNTS = [
    {"account_id": SHOP, "id": SHOP, "name": "shop-prod", "state": "ACTIVE"},
    {"account_id": VAULT_ACCOUNT, "id": VAULT_ACCOUNT, "name": "backup", "state": "ACTIVE"},
]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({}, ("FAIL", "medium")),
        ({"env_class": "prod"}, ("FAIL", "high")),
        ({"env_class": UNSEEN}, ("FAIL", "high")),
        ({"own_days": 6}, ("FAIL", "medium")),
        ({"own_days": 7}, ("PASS", "high")),
        ({"point_in_time": True}, ("PASS", "high")),
        ({"backed_up_at": NOW - 47 * HOUR}, ("PASS", "high")),
        ({"backed_up_at": NOW - 49 * HOUR}, ("FAIL", "medium")),
        ({"snapshot_at": NOW - HOUR, "backed_up_at": UNSEEN}, ("PASS", "high")),
        ({"backed_up_at": UNSEEN}, ("NOT_ASSESSED", "")),
    ],
)
def test_backups(row, said) -> None:
    assert verdict("RES-01", {"is_data": True} | row) == said


@pytest.mark.parametrize(("is_data", "said"), [(False, None), (UNSEEN, ("NOT_ASSESSED", ""))])
def test_a_bucket_that_may_be_important_is_no_failure_yet(is_data, said) -> None:
    assert verdict("RES-01", {"is_data": is_data}) == said
    assert verdict("RES-01", {"is_data": is_data, "backed_up_at": NOW}) == said


def test_a_bucket_of_which_tags_were_refused_keeps_its_row() -> None:
    bucket = {**AT, "resource_id": "b", "bucket": "b"}
    tables = {"organization_accounts": ACCOUNTS, "s3_buckets": [bucket]}
    assert fact("backed_stores", **tables) == []
    (row,) = fact("backed_stores", **tables, s3_bucket_tags=[{**AT, "resource_id": "b", **GAP}])
    assert (row["resource_id"], row["is_data"].can_be) == ("b", (True, False))
    shop = next(r for r in fact("restores", **tables) if r["account_id"] == SHOP)
    assert shop["has_data"] is False


def test_stores_and_what_they_could_be_restored_from() -> None:
    database = {**AT, "resource_id": "db", "resource_arn": "arn:db", "name": "db", "arn": "arn:db", "backup_days": 0}
    tables = {
        "organization_accounts": ACCOUNTS,
        "rds_instances": [
            database,
            database | {"resource_id": "copy", "replica_of": "db"},
            database | {"resource_id": "member", "cluster": "c"},
        ],
        "dynamodb_tables": [{**AT, "resource_id": "t", "name": "t"}],
        "dynamodb_table_backups": [{**AT, "resource_id": "t", "point_in_time": True}],
        "ec2_volumes": [
            {**AT, "resource_id": "vol-1", "state": "in-use", "is_managed": False},
            {**AT, "resource_id": "vol-2", "state": "available", "is_managed": False},
            {**AT, "resource_id": "vol-3", "state": "in-use", "is_managed": True},
        ],
        "ec2_snapshots": [{**AT, "volume_id": "vol-1", "started_at": NOW - HOUR}],
        "backup_protected_resources": [
            {"account_id": SHOP, "region": "eu-west-1", "arn": "arn:db", "backed_up_at": NOW - HOUR}
        ],
    }
    found = {row["resource_id"]: row for row in fact("backed_stores", **tables)}
    assert set(found) == {"db", "t", "vol-1"}
    assert (found["db"]["backed_up_at"], found["db"]["env_class"]) == (NOW - HOUR, "prod")
    assert (found["t"]["point_in_time"], found["vol-1"]["snapshot_at"]) == (True, NOW - HOUR)
    lost = source("backed_stores", **tables | {"backup_protected_resources": [{**AT, **GAP}]})
    assert next(row for row in lost.rows if row["resource_id"] == "db")["backed_up_at"].gaps


def test_a_plan_that_made_no_backup_protects_nothing() -> None:
    """As where its service is not opted in for the region."""
    database = {**AT, "resource_id": "db", "resource_arn": "arn:db", "name": "db", "arn": "arn:db", "backup_days": 0}
    plan = {**AT, "resource_id": "p", "name": "daily", "last_run_at": NOW}
    (row,) = fact("backed_stores", organization_accounts=ACCOUNTS, rds_instances=[database], backup_plans=[plan])
    assert verdict("RES-01", row) == ("FAIL", "high")


def test_backup_policies_of_the_organization_are_noted() -> None:
    named = [{"id": n, "name": n, "type": kind} for n, kind in (
        ("nightly", "BACKUP_POLICY"), ("idle", "BACKUP_POLICY"), ("guard", "SERVICE_CONTROL_POLICY"))]  # fmt: skip
    found = fact(
        "backed_stores",
        organization_accounts=ACCOUNTS,
        dynamodb_tables=[{**AT, "resource_id": "t", "name": "t"}],
        organization_policies=named,
        organization_policy_targets=[one | {"target_id": "r-1"} for one in named if one["name"] != "idle"],
    )
    assert [row["organization_policies"] for row in found] == [("nightly",)]


KEPT = {"recovery_points": 3, "lock": "compliance", "open_to": "private", "copied_days": 1, "takes_copies": False}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, ("PASS", "high")),
        ({"lock": "air-gapped"}, ("PASS", "high")),
        ({"lock": "none"}, ("FAIL", "medium")),
        ({"lock": "governance"}, ("FAIL", "low")),
        ({"lock": "not yet final"}, ("FAIL", "low")),
        ({"copied_days": None}, ("FAIL", "high")),
        ({"copied_days": 8}, ("FAIL", "high")),
        ({"copied_days": None, "takes_copies": True}, ("PASS", "high")),
        ({"open_to": "external"}, ("FAIL", "high")),
        ({"copied_days": UNSEEN}, ("NOT_ASSESSED", "")),
        ({"recovery_points": 0}, None),
        ({"env_class": "non-prod"}, None),
    ],
)
def test_vaults(changed, said) -> None:
    assert verdict("RES-02", KEPT | changed) == said


def vault(account: str, name: str) -> str:
    return f"arn:aws:backup:eu-west-1:{account}:backup-vault:{name}"


def test_locks_copies_and_policies_of_vaults() -> None:
    def row(account: str, name: str, **more: object) -> dict[str, object]:
        arn = vault(account, name)
        return {
            "account_id": account,
            "region": "eu-west-1",
            "resource_id": name,
            "resource_arn": arn,
            "name": name,
            "arn": arn,
            "recovery_points": 1,
            **more,
        }

    anybody = {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "backup:*", "Resource": "*"}]}
    copy = {**AT, "target_vault": vault(VAULT_ACCOUNT, "far"), "copied_at": NOW - 30 * HOUR}
    found = fact(
        "vaults",
        organization_accounts=ACCOUNTS,
        backup_vaults=[
            row(SHOP, "near", locked=True, lock_date=NOW - HOUR),
            row(SHOP, "later", locked=True, lock_date=NOW + HOUR),
            row(SHOP, "soft", locked=True),
            row(VAULT_ACCOUNT, "far", vault_type="LOGICALLY_AIR_GAPPED_BACKUP_VAULT"),
        ],
        backup_vault_policies=[{**AT, "resource_id": "soft", "policy": json.dumps(anybody)}],
        backup_copies=[
            copy | {"source_vault": vault(SHOP, "near")},
            {**AT, "source_vault": vault(SHOP, "later"), "target_vault": vault(SHOP, "near"), "copied_at": NOW},
        ],
    )
    near, later, soft, far = (next(r for r in found if r["name"] == n) for n in ("near", "later", "soft", "far"))
    assert [one["lock"] for one in (near, later, soft, far)] == [
        "compliance",
        "not yet final",
        "governance",
        "air-gapped",
    ]
    assert (near["copied_days"], later["copied_days"], soft["copied_days"]) == (1, None, None)
    assert (far["takes_copies"], near["takes_copies"]) == (True, False)
    assert (soft["open_to"], near["open_to"]) == ("public", "private")


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"restored_days": 10}, "PASS"),
        ({"restored_days": 181, "has_recovery_points": True}, "FAIL"),
        ({"plans": ("monthly",)}, "FAIL"),
        ({"has_recovery_points": True}, "FAIL"),
        ({"has_data": True}, "MANUAL"),
        ({}, None),
        ({"restored_days": UNSEEN}, "NOT_ASSESSED"),
        ({"env_class": "non-prod", "has_recovery_points": True}, None),
        ({"is_active": False, "has_data": True}, None),
    ],
)
def test_restores(row, said) -> None:
    usual = {"is_active": True, "plans": (), "has_recovery_points": False, "has_data": False}
    assert status("RES-03", usual | row) == said


def test_a_restore_that_was_found_wrong_is_none() -> None:
    jobs = [
        {**AT, "completed_at": NOW - HOUR, "validation": "FAILED"},
        {**AT, "completed_at": NOW - 48 * HOUR, "validation": None},
    ]
    plans = [{**AT, "name": "daily", "last_run_at": NOW - 24 * HOUR}, {**AT, "name": "new", "last_run_at": None}]
    found = fact("restores", organization_accounts=ACCOUNTS, backup_restore_jobs=jobs, backup_plans=plans)
    (shop,) = (row for row in found if row["account_id"] == SHOP)
    assert shop["restored_days"] == 2
    assert shop["backup_plans"] == ("daily (2026-06-29)", "new (never ran)")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, ("PASS", "medium")),
        ({"zones": 1}, ("FAIL", "medium")),
        ({"is_locked": False}, ("FAIL", "low")),
        ({"is_locked": False, "can_be_locked": False}, ("PASS", "medium")),
        ({"zones": None}, ("PASS", "medium")),
        ({"zones": 1, "env_class": "non-prod"}, ("FAIL", "info")),
        ({"zones": UNSEEN}, ("NOT_ASSESSED", "")),
    ],
)
def test_redundancy(changed, said) -> None:
    assert verdict("RES-04", {"zones": 2, "can_be_locked": True, "is_locked": True} | changed) == said


def test_what_stands_in_how_many_zones() -> None:
    found = fact(
        "redundancy",
        rds_instances=[
            {**AT, "resource_id": "db", "multi_az": True, "deletion_protection": False},
            {**AT, "resource_id": "copy", "replica_of": "db"},
        ],
        elbv2_load_balancers=[{**AT, "resource_id": "lb", "zone_count": 1}],
        elbv2_attributes=[{**AT, "resource_id": "lb", "deletion_protection": True}],
        dynamodb_tables=[{**AT, "resource_id": "t"}],
        dynamodb_table_details=[{**AT, "resource_id": "t", "deletion_protection": True}],
        autoscaling_groups=[{**AT, "resource_id": "asg", "zone_count": 3}],
    )
    told = {row["resource_id"]: (row["zones"], row["can_be_locked"], row["is_locked"]) for row in found}
    assert told == {"db": (2, True, False), "lb": (1, True, True), "t": (None, True, True), "asg": (3, False, False)}
