"""Tables of chapters 10 to 30 about who watches: what is none, what was not seen, and what is said in words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd

from orienteer import workbook
from tests.report.estate import ACCOUNTS, findings, run_folder
from tests.test_workbook import book

HUB, LOGS, SHOP, LOST = (account for account, _ in ACCOUNTS)
NAMES = dict(ACCOUNTS)
ORGANIZATION = {"account_id": HUB, "organization_id": "o-1", "management_account_id": HUB, "feature_set": "ALL"}
MEMBERS = [{"account_id": a, "id": a, "resource_id": a, "name": name, "state": "ACTIVE"} for a, name in ACCOUNTS]
GONE = {"outcome": "DENIED", "gap": "x:Y AccessDenied (account 444444444444, region eu-west-1)"}
TRAIL = f"arn:aws:cloudtrail:eu-west-1:{HUB}:trail/org"


def at(account: str, resource: str, **more: Any) -> dict[str, Any]:
    return {"account_id": account, "region": "eu-west-1", "resource_id": resource, **more}


def only(found: pd.DataFrame) -> dict[str, Any]:
    (row,) = found.to_dict("records")
    return row


def test_a_log_store_tells_when_files_move_and_go(tmp_path: Path) -> None:
    rules = [{"ID": "all", "Status": "Enabled", "Filter": {}, "Expiration": {"Days": 730},
              "Transitions": [{"Days": 90, "StorageClass": "GLACIER"}]}]  # fmt: skip
    trail = at(HUB, "org", trail_arn=TRAIL, trail_name="org", owner_account=HUB, home_region="eu-west-1", at_home=True,
               is_organization=True, bucket="logs")  # fmt: skip
    tables: dict[str, Any] = {
        "organization": [ORGANIZATION],
        "organization_accounts": MEMBERS,
        "cloudtrail_trails": [trail],
        "s3_buckets": [at(LOGS, "logs", bucket="logs", resource_arn="arn:aws:s3:::logs")],
        "s3_bucket_lifecycle": [at(LOGS, "logs", lifecycle_rules=json.dumps(rules))],
        "s3_bucket_object_lock": [at(LOGS, "logs")],
    }
    seen = only(workbook.log_stores(book(tmp_path, **tables, s3_bucket_versioning=[at(LOGS, "logs")])))
    assert (seen["account"], seen["bucket"], seen["rules_for_all"]) == (NAMES[LOGS], "logs", "all")
    assert (seen["moves"], seen["kept_days"], seen["versions"]) == ("GLACIER after 90 days", 730, "never on")
    (tmp_path / "hidden").mkdir()
    lost = book(tmp_path / "hidden", **tables, s3_bucket_versioning=[at(LOGS, "logs", **GONE)])
    assert pd.isna(only(workbook.log_stores(lost))["versions"]), "what was refused is not called off"


def test_a_recorder_that_was_not_seen_is_not_missing(tmp_path: Path) -> None:
    regions = [at(a, "eu-west-1", region_name="eu-west-1", enabled=True) for a in (SHOP, LOGS)]
    found = workbook.config_recorders(
        book(tmp_path, ec2_regions=regions, config_recorders=[at(SHOP, ""), at(LOGS, "", **GONE)])
    ).set_index("account")["records"]
    assert found[NAMES[SHOP]] == "no recorder" and pd.isna(found[NAMES[LOGS]])


def test_the_register_holds_what_each_list_knows(tmp_path: Path) -> None:
    trust = {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::999988887777:root"}, "Action": "sts:AssumeRole"}
    arn = f"arn:aws:iam::{SHOP}:role/far"
    role = at(SHOP, "far", role_name="far", role_arn=arn, resource_arn=arn, path="/",
              trust_policy=json.dumps({"Statement": [trust]}))  # fmt: skip
    made = book(tmp_path, organization=[ORGANIZATION], organization_accounts=MEMBERS,
                organization_account_list=MEMBERS, iam_roles=[role])  # fmt: skip
    suspect = only(workbook.register(made))
    assert (suspect["id"], suspect["known_by"]) == ("999988887777", "a role's trust alone")
    assert suspect["trusted_by"] == f"far in {SHOP}"
    told = only(workbook.trusts(made))
    assert (told["role"], told["trusts"], told["external_id"], told["mfa"]) == ("far", "999988887777", False, False)


def test_bars_name_the_key_and_its_last_use(tmp_path: Path) -> None:
    at_work = pd.Timestamp("2026-06-30T12:00Z")
    user = at(SHOP, "ann", user="ann", access_key_1_active=True, access_key_1_last_rotated=at_work,
              access_key_1_last_used_date=None)  # fmt: skip
    drawn = str(workbook.key_bars(book(tmp_path, iam_credential_report=[user])).to_dict())
    assert "ann, 1: never used" in drawn


def test_a_requirement_has_the_worst_verdict_of_its_controls(tmp_path: Path) -> None:
    told = findings(3).assign(control_id=["IAM-03", "IAM-03", "IAM-05"], status=["PASS", "FAIL", "PASS"])
    found = workbook.compliance(run_folder(tmp_path, told)).set_index(["standard", "requirement"])
    cis = found.loc["CIS AWS Foundations v7.0.0"]
    assert cis.loc["2.10", ["status", "controls", "pass", "fail"]].to_list() == ["FAIL", "IAM-03", 1, 1]
    assert list(cis.index) == sorted(cis.index, key=lambda code: [int(part) for part in code.split(".")])
    assert pd.isna(found.loc[("AWS Foundational Security Best Practices", "EC2.8"), "status"]), "nothing was judged"
