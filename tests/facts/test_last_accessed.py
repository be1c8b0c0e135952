"""Services last accessed as facts: what was not asked, refused or not ready is not known, never "not used"."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd

from orienteer import tables
from orienteer.facts import Estate, registry
from orienteer.facts.last_accessed import ACCOUNTS, LEFT_OUT, OTHERS, POWERFUL, calls
from orienteer.facts.seen import Unseen
from orienteer.frames import frame
from orienteer.parameters import Client
from tests.facts.support import GAP, NOW, empty

A = "111111111111"
CHOSEN = "it was agreed to request reports on last access for powerful users and roles only"


def role(name: str, days: int | None = 3, **more: Any) -> dict[str, Any]:
    arn = f"arn:aws:iam::{A}:role/{name}"
    used = None if days is None else NOW - pd.Timedelta(days=days)
    return {"account_id": A, "region": "global", "resource_id": name, "resource_arn": arn, "role_name": name,
            "role_arn": arn, "path": "/", "last_used_at": used, **more}  # fmt: skip


def report(name: str, allowed: list[str], *used: tuple[str, int, str], **more: Any) -> dict[str, Any]:
    arn = f"arn:aws:iam::{A}:role/{name}"
    listed = [
        {"service": service, "last_used_at": (NOW - pd.Timedelta(days=days)).isoformat(), "region": region}
        for service, days, region in used
    ]
    return {"account_id": A, "region": "global", "resource_id": arn, "resource_arn": arn, "principal_arn": arn,
            "allowed": json.dumps(allowed), "used": json.dumps(listed), "completed_at": NOW, **more}  # fmt: skip


def estate(choice: str = "powerful", **rows: list[dict[str, Any]]) -> Estate:
    registry()
    specs = tables.registry()
    given = empty() | {name: frame(specs[name], found) for name, found in rows.items()}
    kept = {name: table for name, table in given.items() if name not in LEFT_OUT[choice]}
    return Estate(kept, specs, Client(last_accessed=choice), {}, NOW)


def rows(here: Estate) -> dict[str, Any]:
    return {row["resource_id"]: row for row in here.source("last_accessed").rows}


def test_what_is_allowed_what_was_called_and_what_never_was() -> None:
    told = report("boss", ["ec2", "iam", "s3"], ("s3", 30, "eu-west-1"), ("ec2", 5, "us-east-1"))
    row = rows(estate(iam_roles=[role("boss")], iam_service_last_accessed=[told]))["boss"]
    assert (row["services_allowed"], row["services_used"], row["never_used"]) == (3, 2, ("iam",))
    assert row["idle_days"] == 5 and row["kind"] == "role" and row["is_asked"] is True


def test_a_role_that_aws_saw_in_no_use_called_nothing() -> None:
    row = rows(estate(iam_roles=[role("idle", None)]))["idle"]
    assert (row["services_used"], row["services_allowed"], row["never_used"]) == (0, None, None)
    assert row["idle_days"] is None and row["is_asked"] is False


def test_whoever_was_not_asked_about_is_not_known() -> None:
    row = rows(estate(iam_roles=[role("reads")]))["reads"]
    for column in ("used", "services_used", "never_used", "services_allowed", "idle_days"):
        assert isinstance(row[column], Unseen) and CHOSEN in next(iter(row[column].gaps)), column
    other = rows(estate("none", iam_roles=[role("reads")]))["reads"]
    assert "request no reports" in next(iter(other["used"].gaps))


def test_with_all_the_others_are_known_too() -> None:
    told = report("reads", ["s3"], ("s3", 1, "eu-west-1"))
    row = rows(estate("all", iam_roles=[role("reads")], iam_service_last_accessed_others=[told]))["reads"]
    assert row["services_used"] == 1


def test_a_refusal_and_a_job_that_failed_hide_what_was_called() -> None:
    lost = report("boss", [], **GAP) | {"used": None, "allowed": None, "completed_at": None}
    found = rows(estate(iam_roles=[role("boss"), role("other")], iam_service_last_accessed=[lost]))
    assert found["boss"]["used"].gaps == {GAP["gap"]} and CHOSEN in next(iter(found["other"]["used"].gaps))
    wide = lost | {"resource_id": None, "resource_arn": None, "principal_arn": None}
    found = rows(estate(iam_roles=[role("boss"), role("other")], iam_service_last_accessed=[wide]))
    assert found["boss"]["used"].gaps == found["other"]["used"].gaps == {GAP["gap"]}


def test_a_role_deleted_meanwhile_is_not_known() -> None:
    gone = report("gone", [], outcome="ABSENT") | {"used": None, "allowed": None, "completed_at": None}
    row = rows(estate(iam_roles=[role("gone")], iam_service_last_accessed=[gone]))["gone"]
    assert "NoSuchEntity" in next(iter(row["used"].gaps))


def test_service_linked_roles_are_left_out() -> None:
    assert rows(estate(iam_roles=[role("aws", path="/aws-service-role/config.amazonaws.com/")])) == {}


def test_a_row_per_service_and_gaps_for_the_rest() -> None:
    told = report("boss", ["ec2", "s3"], ("s3", 30, "eu-west-1"), ("ec2", 5, "us-east-1"))
    here = estate(iam_roles=[role("boss"), role("a"), role("b")], iam_service_last_accessed=[told])
    found = here.frame("service_use")
    known = found.dropna(subset=["service"])
    assert known[["resource_id", "service", "service_idle_days", "last_used_region"]].to_numpy().tolist() == [
        ["boss", "ec2", 5, "us-east-1"], ["boss", "s3", 30, "eu-west-1"],
    ]  # fmt: skip
    assert found["not_seen"].dropna().tolist() == [f"iam:GenerateServiceLastAccessedDetails was not called: {CHOSEN}"]


def test_a_row_per_account_and_service() -> None:
    told = report("x", ["s3"], ("s3", 2, "eu-west-1")) | {"resource_id": A, "resource_arn": None, "account": A}
    told.pop("principal_arn")
    found = estate(iam_organizations_access_reports=[told]).frame("account_service_use")
    assert found[["account_id", "service", "service_idle_days"]].to_numpy().tolist() == [[A, "s3", 2]]


def test_calls_by_principal() -> None:
    told = report("boss", ["s3"], ("s3", 2, "eu-west-1"))
    found = calls(
        estate(iam_roles=[role("boss"), role("reads")], iam_service_last_accessed=[told]).source("last_accessed")
    )
    assert list(found[f"arn:aws:iam::{A}:role/boss"]) == ["s3"]
    assert isinstance(found[f"arn:aws:iam::{A}:role/reads"], Unseen)


def test_the_tables_that_are_left_out_exist() -> None:
    assert {POWERFUL, OTHERS, ACCOUNTS} <= set(tables.registry())
