from __future__ import annotations

import json
from typing import Any

import pandas as pd
import pytest

from orienteer.controls import access_keys, iam
from tests.support import frame

NOW = pd.Timestamp("2026-11-24T08:00:00Z")
ACCOUNT = "111122223333"
ARN = f"arn:aws:iam::{ACCOUNT}:user/"


def ago(days: float) -> pd.Timestamp:
    return NOW - pd.Timedelta(days=days)


def user(name: str, **more: Any) -> dict[str, Any]:
    base = {
        "account_id": ACCOUNT, "region": "global", "resource_id": name, "user": name,
        "arn": f"arn:aws:iam::{ACCOUNT}:user/{name}", "user_creation_time": ago(400), "password_enabled": False,
        "mfa_active": False, "access_key_1_active": False, "access_key_2_active": False, "cert_1_active": False,
        "cert_2_active": False, "generated_at": ago(0.05),
    }  # fmt: skip
    return base | more


def report(*users: dict[str, Any]) -> pd.DataFrame:
    return frame("iam_credential_report", users)


def statuses(found: pd.DataFrame) -> dict[str, str]:
    return dict(zip(found["resource_id"], found["status"], strict=True))


def severities(found: pd.DataFrame) -> dict[str, str]:
    return dict(zip(found["resource_id"], found["severity"], strict=True))


def nobody() -> dict[str, pd.DataFrame]:
    names = ("iam_user_details", "iam_groups", "iam_local_policies", "iam_aws_policy_versions")
    return {name: frame(name) for name in (*names, "iam_aws_boundary_versions")}


def administrator(name: str, **more: Any) -> dict[str, Any]:
    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    return {
        "account_id": ACCOUNT, "resource_id": name, "user_name": name, "user_arn": ARN + name,
        "inline_policies": json.dumps([{"PolicyName": "all", "PolicyDocument": document}]), **more,
    }  # fmt: skip


@pytest.mark.parametrize(("hours", "status"), [(1, "PASS"), (4, "PASS"), (5, "MANUAL"), (None, "MANUAL")])
def test_the_report_is_fresh(hours: float | None, status: str) -> None:
    made = None if hours is None else NOW - pd.Timedelta(hours=hours)
    found = iam.fresh_credential_report(
        report(user("ada", generated_at=made), user("bob", generated_at=made)), as_of=NOW
    )
    assert statuses(found) == {ACCOUNT: status}
    evidence = json.loads(found["evidence"][0])
    assert (evidence["users"], evidence["columns"], evidence["root_row"]) == (2, 23, False)


def test_console_users() -> None:
    table = report(
        user("<root_account>", password_enabled=True),
        user("robot"),
        user("plain", password_enabled=True),
        user("careful", password_enabled=True, mfa_active=True),
        user("glass", password_enabled=True),
        user("odd", password_enabled=None),
    )
    found = iam.no_console_users(table, break_glass_users=["glass"])
    assert statuses(found) == {"robot": "PASS", "plain": "FAIL", "careful": "FAIL", "glass": "PASS", "odd": "MANUAL"}
    assert severities(found)["plain"] == "high"
    assert severities(found)["careful"] == "medium"


def test_mfa_of_console_users_and_administrators() -> None:
    table = report(
        user("none", password_enabled=True),
        user("virtual", password_enabled=True, mfa_active=True),
        user("boss", password_enabled=True, mfa_active=True),
        user("keyed", password_enabled=True, mfa_active=True),
        user("token", password_enabled=True, mfa_active=True),
        user("robot"),
        user("unset", password_enabled=True, mfa_active=None),
        user("unlisted", password_enabled=True, mfa_active=True),
        user("unknown", password_enabled=None),
    )
    serials = {
        "virtual": "arn:aws:iam::1:mfa/v", "boss": "arn:aws:iam::1:mfa/boss", "keyed": "arn:aws:iam::1:u2f/user/k/1",
        "token": "GAHT12345678", "robot": None,
    }  # fmt: skip
    devices = frame(
        "iam_mfa_devices", [{"account_id": ACCOUNT, "resource_id": n, "serial": s} for n, s in serials.items()]
    )
    admins = frame("iam_user_details", [administrator(n) for n in ("boss", "keyed", "token", "unlisted")])
    tables = nobody() | {"iam_user_details": admins}
    found = iam.console_users_have_mfa(table, devices, **tables)
    assert statuses(found) == {
        "none": "FAIL", "virtual": "PASS", "boss": "FAIL", "keyed": "PASS", "token": "PASS",
        "unset": "MANUAL", "unlisted": "MANUAL", "unknown": "MANUAL",
    }  # fmt: skip
    assert severities(found)["boss"] == "medium"
    assert severities(found)["none"] == ""


def test_rights_through_a_group_count_and_a_boundary_takes_them_away() -> None:
    attached = json.dumps([{"PolicyName": "A", "PolicyArn": "arn:aws:iam::aws:policy/AdministratorAccess"}])
    groups = frame("iam_groups", [{"account_id": ACCOUNT, "resource_id": "ops", "group_name": "ops", "group_arn": "g",
                                   "attached_policies": attached}])  # fmt: skip
    limit = {"account_id": ACCOUNT, "resource_id": "limit", "policy_arn": "arn:aws:iam::1:policy/limit",
             "document": '{"Statement": [{"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}]}'}  # fmt: skip
    users = [
        {"account_id": ACCOUNT, "user_name": "free", "user_arn": f"{ARN}free", "groups": '["ops"]'},
        {"account_id": ACCOUNT, "user_name": "bound", "user_arn": f"{ARN}bound",
         "groups": '["ops"]', "boundary_arn": "arn:aws:iam::1:policy/limit"},
    ]  # fmt: skip
    table = report(*(user(n, password_enabled=True, mfa_active=True) for n in ("free", "bound")))
    tables = nobody() | {
        "iam_user_details": frame("iam_user_details", users), "iam_groups": groups,
        "iam_local_policies": frame("iam_local_policies", [limit]),
    }  # fmt: skip
    devices = [{"account_id": ACCOUNT, "resource_id": n, "serial": "arn:aws:iam::1:mfa/x"} for n in ("free", "bound")]
    found = iam.console_users_have_mfa(table, frame("iam_mfa_devices", devices), **tables)
    assert statuses(found) == {"free": "FAIL", "bound": "PASS"}


def test_unused_users() -> None:
    table = report(
        user("idle", password_enabled=True, password_last_used=ago(100), password_last_changed=ago(200)),
        user("fresh", password_enabled=True, password_last_used=ago(3), password_last_changed=ago(200)),
        user("reset", password_enabled=True, password_last_used=ago(100), password_last_changed=ago(3)),
        user("never", password_enabled=True),
        user("young", password_enabled=True, user_creation_time=ago(10)),
        user("empty"),
        user("codecommit"),
        user("keyed", access_key_1_active=True, access_key_1_last_used_date=ago(300)),
        user("lately", access_key_1_last_used_date=ago(3)),
        user("odd", password_enabled=None),
    )
    special = frame("iam_service_specific_credentials", [
        {"account_id": ACCOUNT, "resource_id": "ACCA1", "user_name": "codecommit", "status": "Active"},
        {"account_id": ACCOUNT, "resource_id": "ACCA2", "user_name": "empty", "status": "Inactive"}])  # fmt: skip
    found = iam.unused_users(table, special, frame("iam_ssh_public_keys"), as_of=NOW)
    assert statuses(found) == {
        "idle": "FAIL", "fresh": "PASS", "reset": "PASS", "never": "FAIL", "empty": "FAIL", "codecommit": "PASS",
        "keyed": "PASS", "lately": "PASS", "odd": "MANUAL",
    }  # fmt: skip
    kept = iam.unused_users(table, special, frame("iam_ssh_public_keys"), unused_days=500, as_of=NOW)
    assert kept.empty


def key(slot: int, age: float | None, used: float | None, active: bool = True) -> dict[str, Any]:
    return {
        f"access_key_{slot}_active": active,
        f"access_key_{slot}_last_rotated": None if age is None else ago(age),
        f"access_key_{slot}_last_used_date": None if used is None else ago(used),
    }


def test_access_keys() -> None:
    table = report(
        user("good", **key(1, 30, 2)),
        user("old", **key(1, 100, 2)),
        user("ancient", **key(1, 400, 2)),
        user("idle", **key(1, 60, 50)),
        user("unused", **key(1, 60, None)),
        user("both", **key(1, 40, 2), **key(2, 20, 2)),
        user("changing", **key(1, 40, 2), **key(2, 5, 2)),
        user("off", **key(1, 300, 200, active=False)),
        user("just-off", **key(1, 20, 10, active=False)),
        user("off-lately", **key(1, 300, 5, active=False)),
        user("odd", **key(1, 20, 10) | {"access_key_1_active": None}),
        user("undated-idle", **key(1, None, 90)),
        user("undated", **key(1, None, 2)),
        user("unknown", **key(1, None, 2)),
        user("<root_account>", **key(1, 900, 2)),
    )
    created = frame("iam_undated_access_keys", [
        {"account_id": ACCOUNT, "resource_id": "undated", "status": "Active", "created_at": ago(10)},
        {"account_id": ACCOUNT, "resource_id": "unknown"}])  # fmt: skip
    found = access_keys.access_keys_rotated(table, created, as_of=NOW)
    assert statuses(found) == {
        "good/key1": "PASS", "old/key1": "FAIL", "ancient/key1": "FAIL", "idle/key1": "FAIL", "unused/key1": "FAIL",
        "both/key1": "FAIL", "both/key2": "PASS", "changing/key1": "PASS", "changing/key2": "PASS", "off/key1": "FAIL",
        "off-lately/key1": "FAIL", "odd/key1": "MANUAL", "undated-idle/key1": "FAIL",
        "undated/key1": "PASS", "unknown/key1": "MANUAL",
    }  # fmt: skip
    grades = severities(found)
    assert [grades[f"{n}/key1"] for n in ("old", "ancient", "idle", "unused", "both", "off")] == [
        "medium", "high", "medium", "medium", "low", "low",
    ]  # fmt: skip


def test_static_keys() -> None:
    table = report(
        user("worker", **key(1, 10, 2)), user("boss", **key(1, 10, 2)), user("none"),
        user("agreed", **key(1, 10, 2)), user("expired", **key(1, 10, 2)), user("off", **key(1, 10, 2, active=False)),
        user("last-day", **key(1, 10, 2)), user("odd", **key(1, 10, 2) | {"access_key_1_active": None}),
        user("mailer", **key(1, 10, 2), access_key_1_last_used_service="ses"),
    )  # fmt: skip
    exceptions = [
        {"user": "last-day", "reason": "printer", "end": "2026-11-24"},
        {"user": "agreed", "reason": "printer", "end": "2027-01-01"},
        {"user": "expired", "reason": "printer", "end": "2026-01-01"},
    ]
    tables = nobody() | {"iam_user_details": frame("iam_user_details", [administrator("boss")])}
    found = access_keys.keys_replaced_by_roles(table, **tables, key_exceptions=exceptions, as_of=NOW)
    assert statuses(found) == {
        "worker/key1": "FAIL", "boss/key1": "FAIL", "none": "PASS", "agreed/key1": "PASS", "expired/key1": "MANUAL",
        "off": "PASS", "last-day/key1": "PASS", "odd/key1": "MANUAL", "mailer/key1": "FAIL",
    }  # fmt: skip
    assert (severities(found)["worker/key1"], severities(found)["boss/key1"]) == ("high", "critical")
    told = {row["resource_id"]: json.loads(row["evidence"]) for row in found.to_dict("records")}
    assert (told["mailer/key1"]["group"], told["worker/key1"]["group"]) == ("SES SMTP", "general")
    assert (told["boss/key1"]["is_admin"], told["worker/key1"]["is_admin"]) == (True, None)  # its rights were not read
    assert found.set_index("resource_id").loc["off", "resource_type"] == "AWS::IAM::User"


def test_controls_bear_empty_tables() -> None:
    empty = report()
    assert iam.fresh_credential_report(empty, as_of=NOW).empty
    assert iam.no_console_users(empty).empty
    assert iam.console_users_have_mfa(empty, frame("iam_mfa_devices"), **nobody()).empty
    assert access_keys.keys_replaced_by_roles(empty, **nobody(), as_of=NOW).empty
