"""Chapters 20, 30 and 50 to 80: each table and picture stands with rows, with gaps, and in a run that holds nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import pytest

from orienteer import snapshot, tables, workbook
from orienteer.workbook.show import LIMIT
from tests.execute import faults
from tests.report.estate import ACCOUNTS, HOSTILE
from tests.test_workbook import book, words

pytestmark = pytest.mark.long
HUB, LOGS, SHOP, LOST = (account for account, _ in ACCOUNTS)
NAMES = dict(ACCOUNTS)
NOW = pd.Timestamp("2026-06-30T12:00Z")
GONE = {"outcome": "DENIED", "gap": "x:Y AccessDenied (account 444444444444, region eu-west-1)"}
DARK = {
    name: [{**GONE, "account_id": account, "region": "eu-west-1"} for account in (HUB, SHOP)]
    for name in tables.registry()
}
"""Every table, refused in two accounts."""
FRAMES: tuple[Callable[[snapshot.Run], pd.DataFrame], ...] = (
    workbook.metadata,
    workbook.workload_roles,
    workbook.platforms,
    workbook.plain_values,
    workbook.stored_secrets,
    workbook.exposure_types,
    workbook.callers,
    workbook.web_doors,
    workbook.encrypted_doors,
    workbook.buckets,
    workbook.important_buckets,
    workbook.stores,
    workbook.keys,
    workbook.services,
    workbook.third_parties,
    workbook.backups,
    workbook.vaults,
    workbook.redundancy,
    workbook.response_access,
    workbook.containment,
    workbook.answers,
    workbook.compliance,
    workbook.register,
    workbook.deciding,
    workbook.root_users,
    workbook.log_stores,
    workbook.data_events,
    workbook.enrolment,
    workbook.hub_settings,
    workbook.config_recorders,
    workbook.finding_routes,
    workbook.open_findings,
    workbook.alerts,
    workbook.unused,
    workbook.trusts,
    workbook.security_pattern,
    workbook.trusted_advisor,
)
PICTURES: tuple[Callable[[snapshot.Run], go.Figure], ...] = (
    workbook.metadata_chart,
    workbook.plain_values_chart,
    workbook.web_door_chart,
    workbook.bucket_chart,
    workbook.encryption_chart,
    workbook.searched_map,
    workbook.service_chart,
    workbook.region_use,
    workbook.backup_chart,
    workbook.readiness_map,
    workbook.key_bars,
    workbook.compliance_chart,
)


def at(account: str, resource: str, **more: Any) -> dict[str, Any]:
    return {"account_id": account, "region": "eu-west-1", "resource_id": resource, **more}


@pytest.fixture
def full(tmp_path: Path) -> Iterator[snapshot.Run]:
    organization = {"account_id": HUB, "organization_id": "o-1", "management_account_id": HUB, "feature_set": "ALL"}
    members = [{"account_id": a, "id": a, "name": name, "state": "ACTIVE"} for a, name in ACCOUNTS]
    yield book(
        tmp_path,
        organization=[organization],
        organization_accounts=members,
        ec2_instances=[
            at(SHOP, "i-1", instance_id="i-1", http_tokens="optional", metadata_endpoint="enabled"),
            at(SHOP, "i-2", instance_id="i-2", http_tokens="required", metadata_endpoint="enabled"),
        ],
        s3_buckets=[at(SHOP, "b-1", bucket="b-1"), {**at(LOST, ""), **GONE}],
        rds_instances=[at(SHOP, "db", name="db", arn="arn:db", encrypted=True, backup_days=7, multi_az=True)],
        ec2_volumes=[at(SHOP, "vol", volume_id="vol", state="in-use", encrypted=False, is_managed=False)],
        backup_vaults=[at(SHOP, "v", name="v", arn="arn:aws:backup:eu-west-1:3:backup-vault:v", recovery_points=2)],
        cost_by_service=[{"account_id": SHOP, "name": "Amazon S3", "member": SHOP, "cost_usd": 12.5}],
        cost_by_region=[{"account_id": SHOP, "name": "eu-west-1", "member": SHOP, "cost_usd": 12.5}],
        kms_key_details=[at(SHOP, "k", key_id="k", manager="CUSTOMER", is_customer=True, state="Enabled")],
    )


@pytest.mark.parametrize("made", FRAMES, ids=lambda made: made.__name__)
def test_tables_stand_with_and_without_rows(made: Any, full: snapshot.Run, tmp_path: Path) -> None:
    assert workbook.show(made(full)).plain
    (tmp_path / "bare").mkdir()
    assert workbook.show(made(book(tmp_path / "bare"))).plain


@pytest.mark.parametrize("made", PICTURES, ids=lambda made: made.__name__)
def test_pictures_stand_with_and_without_rows(made: Any, full: snapshot.Run, tmp_path: Path) -> None:
    assert made(full).layout.title.text
    (tmp_path / "bare").mkdir()
    assert made(book(tmp_path / "bare")).layout.title.text


def test_tables_say_what_facts_say(full: snapshot.Run) -> None:
    assert workbook.metadata(full)["tokens"].tolist() == ["optional", "required"]
    assert workbook.stores(full).set_index("resource_id")["encrypted"].to_dict() == {"db": "yes", "vol": "no"}
    assert workbook.backups(full).set_index("resource_id")["means"].to_dict() == {
        "b-1": "none found",  # its tags were not read, so it may be important
        "db": "its own backups",
        "vol": "none found",
    }
    assert workbook.vaults(full)["lock"].tolist() == ["none"]
    assert workbook.services(full)[["service", "accounts"]].to_numpy().tolist() == [["Amazon S3", 1]]


def test_a_region_is_not_called_unused_where_nobody_looked(full: snapshot.Run) -> None:
    found = words(workbook.region_use(full))
    assert found[NAMES[SHOP], "eu-west-1"] == "in use"
    assert found[NAMES[LOST], "eu-west-1"] == "not seen"


@pytest.mark.parametrize("given", [{}, DARK], ids=["nothing", "all refused"])
def test_chapters_show_a_run_in_which_nothing_was_seen(given: dict[str, Any], tmp_path: Path) -> None:
    assert faults(book(tmp_path, **given).path) == []


def test_every_way_to_open_a_resource_is_listed(tmp_path: Path) -> None:
    found = workbook.exposure_types(book(tmp_path))
    assert len({way for ways in found["ways"] for way in ways.split(", ")}) == 202
    assert len(found) <= LIMIT and found["told_by"].str.contains(":").all()


def test_an_export_of_trusted_advisor_is_told_from_its_api(tmp_path: Path) -> None:
    said = "support:DescribeTrustedAdvisorChecks SubscriptionRequiredException (account 333333333333, region us-east-1)"
    check = {"check_name": "IAM Use", "status": "ok", "checked_at": pd.Timestamp("2026-11-23T09:00Z")}
    rows = [{"account_id": HUB, "resource_id": "IAM Use", **check}, {"account_id": SHOP, **GONE, "gap": said}]
    run = book(tmp_path, support_security_checks=rows)
    given = {"account": SHOP, "check": "IAM Use", "status": "warning", "flagged": 1, "on": "2026-11-04"}
    run = replace(run, manifest={**run.manifest, "params": {"trusted_advisor": [given]}})
    found = workbook.trusted_advisor(run).dropna(subset="check")
    told = found[["account", "status", "read_from", "age_days"]].to_numpy().tolist()
    assert told == [[NAMES[HUB], "ok", "API", 1], [NAMES[SHOP], "warning", "export", 20]]


def test_names_of_an_export_are_text(tmp_path: Path) -> None:
    refused = "support:DescribeTrustedAdvisorChecks SubscriptionRequiredException (account 333333333333)"
    run = book(tmp_path, support_security_checks=[{"account_id": SHOP, **GONE, "gap": refused}])
    given = [
        {"account": SHOP, "check": text, "status": "warning", "flagged": 1, "on": "2026-11-04"} for text in HOSTILE
    ]
    run = replace(run, manifest={**run.manifest, "params": {"trusted_advisor": given}})
    page = workbook.show(workbook.trusted_advisor(run)).page
    assert page.count("pwned") >= 9, "every name is there"
    assert not [mark for mark in ("<script>window", "<img src", "<svg onload", "<a href", "\u202e") if mark in page]
