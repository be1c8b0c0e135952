"""How far a run could see: account by region, the headline, controls that are complete but for an account."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from orienteer import scope, snapshot, tables
from orienteer.frames import frame
from orienteer.workbook.seen import scope as scope_rows
from orienteer.workbook.seen import seen_by
from tests.report.estate import ACCOUNTS, coverage, findings, run_folder

HUB, LOGS, SHOP, LOST = (account for account, _ in ACCOUNTS)


def call(account: str, region: str, table: str, outcome: str = "OK", **more: Any) -> dict[str, Any]:
    return {**coverage()[0], "account_id": account, "region": region, "table": table, "outcome": outcome, **more}


def enabled(account: str, *on: str, off: Sequence[str] = ()) -> list[Mapping[str, Any]]:
    rows = [(region, True) for region in on] + [(region, False) for region in off]
    return [{"account_id": account, "resource_id": r, "region_name": r, "enabled": e, "outcome": "OK"} for r, e in rows]


def run(folder: Path, calls: list[dict[str, Any]], **rows: list[Mapping[str, Any]]) -> snapshot.Run:
    held = {name: frame(tables.registry()[name], given) for name, given in rows.items()}
    return run_folder(folder, tables=held, calls=calls)


def status(made: snapshot.Run) -> dict[tuple[str, str], str]:
    found = scope.places(made)
    return dict(zip(zip(found["account_id"], found["region"], strict=True), found["status"], strict=True))


def test_each_place_has_its_status_and_none_is_left_out(tmp_path: Path) -> None:
    calls = [
        call(HUB, "us-east-1", "iam_roles"),
        call(HUB, "eu-west-1", "guardduty_detectors"),
        call(LOGS, "us-east-1", "iam_roles"),
        call(LOGS, "eu-west-1", "guardduty_detectors"),
        call(LOGS, "eu-west-1", "ec2_vpcs", "DENIED"),
        call(SHOP, "us-east-1", "iam_roles", "DENIED"),
        call(SHOP, "eu-west-1", "guardduty_detectors", "DENIED"),
        call(LOST, "us-east-1", "", "DENIED", service="sts", operation="AssumeRole"),
    ]
    listed = [*enabled(HUB, "eu-west-1", "us-east-1", off=["ap-east-1"]), *enabled(LOGS, "eu-west-1", "us-east-1")]
    made = run(tmp_path, calls, ec2_regions=listed)
    assert status(made) == {
        (HUB, "global"): "answered", (HUB, "eu-west-1"): "answered", (HUB, "us-east-1"): "enabled_not_read",
        (HUB, "ap-east-1"): "not_enabled", (HUB, "eu-central-1"): "not_known",
        (LOGS, "global"): "answered", (LOGS, "eu-west-1"): "partly", (LOGS, "us-east-1"): "enabled_not_read",
        (LOGS, "ap-east-1"): "not_known", (LOGS, "eu-central-1"): "not_known",
        (SHOP, "global"): "refused", (SHOP, "eu-west-1"): "refused", (SHOP, "us-east-1"): "not_known",
        (SHOP, "ap-east-1"): "not_known", (SHOP, "eu-central-1"): "not_known",
        (LOST, "global"): "refused", (LOST, "eu-west-1"): "not_known", (LOST, "us-east-1"): "not_known",
        (LOST, "ap-east-1"): "not_known", (LOST, "eu-central-1"): "not_known",
    }  # fmt: skip


def test_calls_about_a_bucket_do_not_make_its_region_read(tmp_path: Path) -> None:
    calls = [call(HUB, "us-east-1", "s3_buckets"), call(HUB, "eu-north-1", "s3_bucket_policies")]
    made = run(tmp_path, calls, ec2_regions=enabled(HUB, "eu-north-1"))
    assert status(made)[HUB, "eu-north-1"] == "enabled_not_read"
    found = scope.places(made).set_index(["account_id", "region"])
    assert found.loc[(HUB, "eu-north-1"), "answered"] == 1


def test_what_the_organization_tables_ask_in_a_region_is_about_that_region(tmp_path: Path) -> None:
    calls = [call(HUB, "us-east-1", "organization_regions"), call(HUB, "eu-west-1", "guardduty_organization_admins")]
    found = scope.places(run(tmp_path, calls)).set_index(["account_id", "region"])
    assert found.loc[(HUB, "eu-west-1"), "asked"] == 1 and found.loc[(HUB, "global"), "asked"] == 1


def test_a_service_that_holds_nothing_is_counted_apart_from_one_that_refused(tmp_path: Path) -> None:
    calls = [
        call(HUB, "eu-west-1", "ram_shares", service="ram", rows=0),
        call(HUB, "eu-west-1", "securityhub_hubs", "ABSENT", service="securityhub", rows=0),
        call(HUB, "eu-west-1", "kms_keys", "DENIED", service="kms", rows=0),
        call(HUB, "eu-west-1", "sns_topics", service="sns", rows=3),
    ]
    found = scope.places(run(tmp_path, calls)).set_index(["account_id", "region"]).loc[(HUB, "eu-west-1")]
    assert (found["asked"], found["answered"], found["refused"], found["not_in_use"]) == (4, 3, 1, 2)


def test_a_service_that_is_not_offered_in_a_region_is_no_question_and_no_gap(tmp_path: Path) -> None:
    calls = [
        call(HUB, "eu-west-1", "ram_shares", service="ram", rows=0),
        call(HUB, "eu-west-1", "", "ABSENT", service="macie2", rows=0, error_code="NotOffered"),
    ]
    made = run(tmp_path, calls)
    found = scope.places(made).set_index(["account_id", "region"]).loc[(HUB, "eu-west-1")]
    assert (found["asked"], found["not_in_use"], found["not_offered"], found["status"]) == (1, 1, 1, "answered")
    assert scope.headline(made).asked == 1


def test_a_named_region_that_is_not_enabled_was_not_asked(tmp_path: Path) -> None:
    off = call(HUB, "eu-south-1", "", "ABSENT", error_code="RegionNotEnabled")
    made = run(tmp_path, [call(HUB, "us-east-1", "iam_roles"), off], ec2_regions=enabled(HUB, off=["eu-south-1"]))
    assert status(made)[HUB, "eu-south-1"] == "not_enabled"


# --- the headline


def members(*ids: str, gap: str = "") -> list[Mapping[str, Any]]:
    rows: list[Mapping[str, Any]] = [{"account_id": i, "id": i, "name": f"name {i[:3]}", "outcome": "OK"} for i in ids]
    return [*rows, {"account_id": HUB, "outcome": "DENIED", "gap": gap}] if gap else rows


ONE = [{"account_id": HUB, "organization_id": "o-1", "outcome": "OK"}]
CALLS = [call(a, "us-east-1", "iam_roles") for a in (HUB, LOGS, SHOP)] + [
    call(HUB, "eu-west-1", "guardduty_detectors"), call(LOST, "us-east-1", "", "DENIED", operation="AssumeRole"),
]  # fmt: skip


def test_the_headline_counts_accounts_known_and_entered_and_regions_enabled_and_asked(tmp_path: Path) -> None:
    listed = enabled(HUB, "eu-west-1", "us-east-1") + enabled(LOGS, "eu-west-1")
    outside = "555555555555"
    made = run(tmp_path, CALLS, ec2_regions=listed, organization=ONE,
               organization_account_list=members(HUB, LOGS, SHOP, LOST, outside))  # fmt: skip
    told = scope.headline(made)
    assert (told.accounts_known, told.accounts_entered, told.not_entered, told.left_out) == (5, 3, (LOST,), (outside,))
    assert (told.regions_enabled, told.regions_asked, dict(told.unread)) == (3, 1, {"eu-west-1": 1, "us-east-1": 1})
    assert (told.others_not_known, told.regions_not_known, told.percent) == (False, (SHOP,), 80)
    assert told.sentences == (
        "3 of 5 accounts read.", f"Not entered: Lost ({LOST}).", f"Not part of this assessment: name 555 ({outside}).",
        "Asked in 1 of 3 enabled regions, counted account by account.",
        "Enabled and not read: eu-west-1 (1 account), us-east-1 (1 account).",
        f"Which regions are enabled is not known of Shop production ({SHOP}).", "4 of 5 calls answered (80%).",
    )  # fmt: skip


def test_a_list_of_accounts_that_was_refused_leaves_the_others_unknown(tmp_path: Path) -> None:
    gap = "organizations:ListAccounts AccessDenied"
    for name, rows in {"refused": members(gap=gap), "cut": members(HUB, gap=gap), "empty": members()}.items():
        told = scope.headline(run(tmp_path / name, CALLS, organization=ONE, organization_account_list=rows))
        assert told.others_not_known, name
        assert told.sentences[0] == "3 of at least 4 accounts read." and "not known" in told.sentences[1]


def test_an_account_that_stands_alone_hides_no_others(tmp_path: Path) -> None:
    alone = [{"account_id": HUB, "outcome": "ABSENT"}]
    made = run(tmp_path, CALLS, organization=alone, organization_account_list=[])
    assert not scope.headline(made).others_not_known


# --- controls


def test_a_control_is_complete_or_complete_but_for_an_account(tmp_path: Path) -> None:
    made = run(tmp_path, CALLS)
    base = findings(6).assign(reason="fine")
    lost = f"sts:AssumeRole AccessDenied (account {LOST}, region us-east-1)"
    made.__dict__["findings"] = pd.concat([
        base.assign(control_id="A", status="PASS"),
        base.assign(control_id="B", status=["PASS"] * 5 + ["NOT_ASSESSED"], reason=["fine"] * 5 + [lost]),
        base.assign(control_id="C", status="NOT_ASSESSED", reason="no account named"),
        base.assign(control_id="CMP-01", status="PASS", category="coverage"),
    ])  # fmt: skip
    found = scope.completeness(made).set_index("control_id")
    assert found["state"].to_dict() == {"A": "complete", "B": "but_for", "C": "not_assessed"}
    assert found["accounts"]["B"] == [LOST] and found["accounts"]["C"] == sorted({HUB, LOGS, SHOP, LOST})
    assert scope.complete_words(made) == (
        "1 of 3 controls were judged in full.", f"1 more everywhere but in Lost ({LOST}).",
        "1 could not be judged anywhere.",
    )  # fmt: skip


def test_types_that_the_params_leave_out_are_said(tmp_path: Path) -> None:
    made = run(tmp_path, [call(HUB, "eu-west-1", "ram_shares", service="ram", rows=0)])
    assert "Not looked for" not in set(scope_rows(made)["fact"])
    made.__dict__["manifest"] = {**made.manifest, "params": {"exposures": "main"}}
    told = dict(scope_rows(made).itertuples(index=False))["Not looked for"]
    assert told == "168 of 202 types that can be opened to others were not part of this assessment"
    words = seen_by(made, "NET-06").plain
    assert "glacier" not in words
    assert len([line for line in words.splitlines() if "no part of this assessment" in line]) <= 1
