"""Users, their power and their keys, worked out from rows of tables."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
import pytest

from orienteer.facts.rests import tables_read_by
from orienteer.facts.seen import Cells, Unseen
from orienteer.facts.users import ACCESS_KEYS, STATIC_KEYS, USERS
from tests.facts.support import GAP, NOW, fact, source

ACCOUNT = "111111111111"
HERE = {"account_id": ACCOUNT, "region": "global"}
ARN = f"arn:aws:iam::{ACCOUNT}:user/"
ROOT = "<root_account>"
EVERYTHING = {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}


def ago(days: float) -> pd.Timestamp:
    return NOW - pd.Timedelta(days=days)


def line(name: str, **more: Any) -> dict[str, Any]:
    """A line of the credential report."""
    keys = {f"{what}_{n}_active": False for what in ("access_key", "cert") for n in (1, 2)}
    return {**HERE, "resource_id": name, "resource_arn": ARN + name, "user": name, "arn": ARN + name,
            "password_enabled": False, "mfa_active": False, "generated_at": ago(0.1), **keys, **more}  # fmt: skip


def details(name: str, *policies: Any, **more: Any) -> dict[str, Any]:
    inline = json.dumps([{"PolicyName": "p", "PolicyDocument": p} for p in policies])
    return {**HERE, "resource_id": name, "user_name": name, "user_arn": ARN + name, "inline_policies": inline, **more}


def one(rows: list[Cells], name: str) -> Cells:
    return next(row for row in rows if row["resource_id"] == name)


def test_ages_are_whole_days_and_the_password_is_idle_since_its_last_use_or_change() -> None:
    rows = [
        line("used", user_creation_time=ago(400.5), password_last_used=ago(100), password_last_changed=ago(3)),
        line("made", user_creation_time=ago(400)),
        line("keyed", access_key_1_active=True, access_key_1_last_used_date=ago(7), password_last_used=ago(9)),
    ]
    found = fact("users", iam_credential_report=rows)
    used, made, keyed = (one(found, name) for name in ("used", "made", "keyed"))
    assert (used["age_days"], used["password_idle_days"], used["idle_days"]) == (400, 3, 100)
    assert (made["password_idle_days"], made["idle_days"], made["has_keys"]) == (400, None, False)
    assert (keyed["idle_days"], keyed["active_keys"], keyed["has_keys"]) == (7, 1, True)


def test_a_date_in_the_future_is_no_age() -> None:
    ahead = {"user_creation_time": ago(-30), "password_last_used": ago(-30), "password_last_changed": ago(80)}
    rows = [line("ann", **ahead, access_key_1_active=True, access_key_1_last_rotated=ago(-30)),
            line("now", user_creation_time=ago(-0.5))]  # fmt: skip
    ann = one(fact("users", iam_credential_report=rows), "ann")
    assert (ann["age_days"], ann["password_idle_days"], ann["idle_days"]) == (None, 80, None)
    assert fact("access_keys", iam_credential_report=rows)[0]["key_age_days"] is None
    assert one(fact("users", iam_credential_report=rows), "now")["age_days"] == 0  # AWS's clock may be a little ahead


def test_the_root_user_is_no_user() -> None:
    lost = {**GAP, **HERE, "resource_id": ROOT}
    found = source("users", iam_credential_report=[line("ann"), line(ROOT), lost])
    assert [row["resource_id"] for row in found.rows] == ["ann"] and not found.gaps
    assert source("users", iam_credential_report=[{**GAP, **HERE, "resource_id": "bob"}]).gaps


def test_one_report_per_account() -> None:
    lost = [{**GAP, **HERE, "account_id": account} for account in ("222222222222", "333333333333")]
    rows = [line("ann", lines=1), line("bob", generated_at=ago(0.25), lines=2), line(ROOT), *lost]
    rows.append(line("cy", account_id="222222222222"))
    found = source("credential_reports", iam_credential_report=rows)
    whole, part = found.rows
    assert (whole["users"], whole["root_row"], whole["age_hours"]) == (2, True, 6.0)
    assert isinstance(part["users"], Unseen) and part["root_row"] is False
    assert (whole["repeated"], part["repeated"]) == (("bob",), ())
    assert [gap.account_id for gap in found.gaps] == ["333333333333"]
    (ahead,) = source("credential_reports", iam_credential_report=[line("ann", generated_at=ago(-3))]).rows
    assert ahead["age_hours"] is None


# --- power


def power(**rows: Any) -> dict[str, Any]:
    names = [row["user_name"] for row in rows.get("iam_user_details", ()) if "user_name" in row]
    found = fact("users", iam_credential_report=[line(name) for name in names], **rows)
    return {row["resource_id"]: row["is_administrator"] for row in found}


def test_groups_count_and_a_boundary_takes_away() -> None:
    attached = json.dumps([{"PolicyName": "A", "PolicyArn": "arn:aws:iam::aws:policy/AdministratorAccess"}])
    groups = [{**HERE, "resource_id": "ops", "group_name": "ops", "group_arn": "g", "attached_policies": attached}]
    limit = {**HERE, "resource_id": "limit", "policy_arn": "arn:aws:iam::1:policy/limit",
             "document": '{"Statement": [{"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}]}'}  # fmt: skip
    users = [details("free", groups='["ops"]'), details("own", EVERYTHING), details("none"),
             details("bound", groups='["ops"]', boundary_arn="arn:aws:iam::1:policy/limit")]  # fmt: skip
    assert power(iam_user_details=users, iam_groups=groups, iam_local_policies=[limit]) == {
        "free": True, "own": True, "none": False, "bound": False,
    }  # fmt: skip


@pytest.mark.parametrize(("table", "lost"), [
    ("iam_groups", "ops"), ("iam_local_policies", "limit"), ("iam_aws_policy_versions", "ReadOnlyAccess")])  # fmt: skip
def test_only_what_a_user_holds_hides_its_power(table: str, lost: str) -> None:
    attached = json.dumps([{"PolicyName": "R", "PolicyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}])
    holding = {"iam_groups": {"groups": '["ops"]'},
               "iam_local_policies": {"boundary_arn": "arn:aws:iam::1:policy/limit"},
               "iam_aws_policy_versions": {"attached_policies": attached}}  # fmt: skip
    users = [details("holder", EVERYTHING, **holding[table]), details("other", EVERYTHING)]
    found = power(iam_user_details=users, **{table: [{**GAP, **HERE, "resource_id": lost}]})
    assert isinstance(found["holder"], Unseen) and found["holder"].can_be == (True, False)
    assert found["other"] is True


def test_a_policy_of_a_group_that_was_not_read_hides_the_power_of_its_members_alone() -> None:
    attached = json.dumps([{"PolicyName": "R", "PolicyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}])
    groups = [{**HERE, "resource_id": name, "group_name": name, "group_arn": name, "attached_policies": text}
              for name, text in (("ops", attached), ("rest", "[]"))]  # fmt: skip
    groups.insert(0, groups[0] | {"account_id": "222222222222", "group_name": "rest"})
    users = [details(name, groups=json.dumps([name])) for name in ("ops", "rest")]
    users.append(details("bound", boundary_arn="arn:aws:iam::1:policy/limit"))
    limit = {**HERE, "resource_id": "limit", "policy_arn": "arn:aws:iam::1:policy/limit", "document": "{}"}
    lost = {**GAP, **HERE, "resource_id": "ReadOnlyAccess"}
    found = power(iam_user_details=users, iam_groups=groups, iam_local_policies=[limit], iam_aws_policy_versions=[lost])
    assert isinstance(found["ops"], Unseen) and found["rest"] is False and found["bound"] is False


def test_a_user_whose_details_were_not_read_may_be_anything() -> None:
    found = fact("users", iam_credential_report=[line("ann")], iam_user_details=[{**GAP, **HERE}])
    assert found[0]["is_administrator"] == Unseen(frozenset({GAP["gap"]}), (True, False))
    assert fact("users", iam_credential_report=[line("gone")])[0]["is_administrator"] is None


def test_devices_and_other_credentials_are_those_of_the_user() -> None:
    rows = {
        "iam_credential_report": [line(name) for name in ("ann", "bob", "cy")],
        "iam_mfa_devices": [{**HERE, "resource_id": "ann", "serial": serial} for serial in
                            ("arn:aws:iam::1:mfa/ann", "arn:aws:iam::1:u2f/user/ann/k", "GAHT1234", None)],
        "iam_service_specific_credentials": [
            {**HERE, "resource_id": "ACCA1", "user_name": "ann", "status": "Inactive"},
            {**HERE, "resource_id": "ACCA2", "user_name": "bob", "status": "Active"}],
        "iam_ssh_public_keys": [{**GAP, **HERE, "resource_id": "cy"}],
    }  # fmt: skip
    found = fact("users", **rows)
    assert one(found, "ann")["mfa_kinds"] == ("fido", "hardware", "virtual") and one(found, "bob")["mfa_kinds"] == ()
    assert one(found, "ann")["has_other_credentials"] is False
    assert one(found, "bob")["has_other_credentials"] is True
    assert isinstance(one(found, "cy")["has_other_credentials"], Unseen)


# --- keys


def test_keys_that_exist_and_their_dates() -> None:
    rows = [
        line("two", access_key_1_active=True, access_key_1_last_rotated=ago(40), access_key_2_active=True,
             access_key_2_last_rotated=ago(20), access_key_1_last_used_date=ago(2)),
        line("off", access_key_1_last_rotated=ago(300)), line("odd", access_key_1_active=None), line("none"),
        line("undated", access_key_1_active=True), line("lost", access_key_1_active=True),
        line(ROOT, access_key_1_active=True, access_key_1_last_rotated=ago(9)),
    ]  # fmt: skip
    listed = [
        {**HERE, "resource_id": "undated", "status": "Active", "created_at": ago(10)},
        {**HERE, "resource_id": "undated", "status": "Inactive", "created_at": ago(90)},
        {**GAP, **HERE, "resource_id": "lost"},
    ]
    found = fact("access_keys", iam_credential_report=rows, iam_undated_access_keys=listed)
    assert [r["resource_id"] for r in found] == [
        "two/key1", "two/key2", "off/key1", "odd/key1", "undated/key1", "lost/key1", f"{ROOT}/key1",
    ]  # fmt: skip
    ages = {r["resource_id"]: (r["key_age_days"], r["key_idle_days"]) for r in found}
    assert ages["two/key1"] == (40, 2) and ages["two/key2"] == (20, 20) and ages["undated/key1"] == (10, 10)
    assert ages[f"{ROOT}/key1"] == (9, 9) and ages["odd/key1"] == (None, None)
    assert isinstance(ages["lost/key1"][0], Unseen)
    assert [o["slot"] for o in one(found, "two/key1")["others"].items] == [2]


def test_static_keys_are_active_ones_and_users_without() -> None:
    rows = [line("two", access_key_1_active=True, access_key_2_active=None), line("off", access_key_1_last_rotated=NOW),
            line("none"), line(ROOT, access_key_1_active=True)]  # fmt: skip
    found = fact("static_keys", iam_credential_report=rows, iam_user_details=[details("two", EVERYTHING)])
    assert {r["resource_id"]: r["resource_type"] for r in found} == {
        "two/key1": None, "two/key2": None, "off": "AWS::IAM::User", "none": "AWS::IAM::User"}  # fmt: skip
    assert {r["resource_id"]: r["active"] for r in found} == {
        "two/key1": True, "two/key2": None, "off": False, "none": False}  # fmt: skip
    assert one(found, "two/key1")["is_administrator"] is True


def test_what_the_facts_rest_on() -> None:
    """A key's verdict owes nothing to SSH keys, and a user's age nothing to policies."""
    assert tables_read_by(lambda key: key.key_age_days, ACCESS_KEYS) == {
        "iam_credential_report", "iam_undated_access_keys"}  # fmt: skip
    assert tables_read_by(lambda user: user.password_idle_days, USERS) == {"iam_credential_report"}
    assert tables_read_by(lambda key: key.active, STATIC_KEYS) == {"iam_credential_report"}
    assert "iam_groups" in tables_read_by(lambda key: key.is_administrator, STATIC_KEYS)
