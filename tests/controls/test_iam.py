"""Users, passwords and access keys: one row in, a verdict out."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
import pytest

from orienteer import controls
from orienteer.facts.seen import Cells, Partial
from orienteer.frames import frame
from orienteer.model import Category
from orienteer.tables import registry
from tests.facts.support import NOW, UNSEEN, fact, found, judged, verdict

ASK, PASS = "MANUAL", "PASS"


@pytest.mark.parametrize(("report", "status"), [
    ({"age_hours": 1.0, "users": 2}, "PASS"),
    ({"age_hours": 4.0, "users": 2}, "PASS"),
    ({"age_hours": 5.0, "users": 2}, "MANUAL"),
    ({"age_hours": None, "users": 2}, "MANUAL"),
    ({"age_hours": 1.0, "users": UNSEEN}, "NOT_ASSESSED"),
])  # fmt: skip
def test_the_report_is_fresh(report: dict[str, Any], status: str) -> None:
    assert (verdict("IAM-01", report) or ("", ""))[0] == status


def test_who_stands_in_the_report_twice_is_said() -> None:
    told = judged("IAM-01", {"age_hours": 1.0, "users": 2, "repeated": ("bob",)})
    assert told and told.status == "PASS" and "more than once: bob" in told.words


def of_report(id: str, **more: Any) -> Any:
    """The finding about one user of a report that was made half an hour ago, and its evidence."""
    here = {"account_id": "1", "region": "global"}
    line = {**here, "resource_id": "ann", "user": "ann", "generated_at": NOW - pd.Timedelta(minutes=30)}
    stopped = '{"Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]}'
    rows = {
        "iam_credential_report": [{**line, "password_enabled": True, **more}],
        "iam_user_details": [{**here, "resource_id": "ann", "user_name": "ann", "user_arn": "arn:ann",
                              "inline_policies": json.dumps([{"PolicyName": "no", "PolicyDocument": stopped}])}],
    }  # fmt: skip
    frames = {name: frame(registry()[name], rows[name]) for name in rows}
    (one,) = found(id, frames).to_dict("records")
    return one | {"evidence": json.loads(one["evidence"])}


def test_when_the_report_was_made_is_evidence() -> None:
    assert of_report("IAM-01")["evidence"]["generated_at"] == "2026-06-30T11:30:00+00:00"


def test_a_password_counts_though_a_policy_stops_its_user() -> None:
    assert of_report("IAM-02")["status"] == "FAIL"


def test_a_password_that_was_never_used_is_told_from_none() -> None:
    """`no_information`: never used since AWS keeps track; N/A: there is no password."""
    never = of_report("IAM-02", password_last_used_state="no_information")
    assert (never["status"], never["evidence"]["password_last_used_state"]) == ("FAIL", "no_information")
    none = of_report("IAM-02", password_enabled=False, password_last_used_state="N/A")
    assert (none["status"], none["evidence"]["password_last_used_state"]) == ("PASS", "N/A")


def test_whether_the_report_came_is_about_coverage() -> None:
    assert controls.registry()["IAM-01"].category is Category.COVERAGE


@pytest.mark.parametrize(("user", "found"), [
    ({"password_enabled": False}, ("PASS", "high")),
    ({"password_enabled": True, "mfa_active": False}, ("FAIL", "high")),
    ({"password_enabled": True, "mfa_active": None}, ("FAIL", "high")),
    ({"password_enabled": True, "mfa_active": True}, ("FAIL", "medium")),
    ({"password_enabled": True, "user": "glass"}, ("PASS", "high")),
    ({"password_enabled": True, "arn": "arn:aws:iam::1:user/glass"}, ("PASS", "high")),
    ({"password_enabled": None}, ("MANUAL", "high")),
    ({"password_enabled": UNSEEN}, ("NOT_ASSESSED", "")),
])  # fmt: skip
def test_console_users(user: dict[str, Any], found: tuple[str, str]) -> None:
    accepted = ["glass", "arn:aws:iam::1:user/glass"]
    assert verdict("IAM-02", user, break_glass_users=accepted) == found


MFA = {"password_enabled": True, "mfa_active": True}


@pytest.mark.parametrize(("user", "found"), [
    ({"password_enabled": False}, None),
    ({"password_enabled": None}, "MANUAL"),
    ({"password_enabled": True, "mfa_active": None}, "MANUAL"),
    ({"password_enabled": True, "mfa_active": False, "is_administrator": UNSEEN}, "FAIL critical"),
    ({**MFA, "is_administrator": False, "mfa_kinds": UNSEEN}, "PASS critical"),
    ({**MFA, "is_administrator": True, "mfa_kinds": ()}, "MANUAL"),
    ({**MFA, "is_administrator": True, "mfa_kinds": ("virtual",)}, "FAIL medium"),
    ({**MFA, "is_administrator": True, "mfa_kinds": ("fido", "virtual")}, "PASS critical"),
    ({**MFA, "is_administrator": True, "mfa_kinds": ("hardware",)}, "PASS critical"),
    ({**MFA, "is_administrator": True, "mfa_kinds": UNSEEN}, "NOT_ASSESSED"),
    ({**MFA, "is_administrator": UNSEEN, "mfa_kinds": ("virtual",)}, "NOT_ASSESSED"),
    ({**MFA, "is_administrator": UNSEEN, "mfa_kinds": ("fido",)}, "PASS critical"),
])  # fmt: skip
def test_mfa_of_console_users_and_administrators(user: dict[str, Any], found: str | None) -> None:
    told = verdict("IAM-03", user)
    assert (told and " ".join(told).startswith(found or "?")) or told is found


OLD = {"age_days": 400, "password_enabled": False, "has_keys": False, "has_other_credentials": False}


@pytest.mark.parametrize(("user", "status"), [
    ({**OLD, "password_enabled": True, "password_idle_days": 100}, "FAIL"),
    ({**OLD, "password_enabled": True, "password_idle_days": 45}, "PASS"),
    ({**OLD, "password_enabled": True, "password_idle_days": None}, "FAIL"),
    ({**OLD, "age_days": 10, "password_enabled": True}, None),
    ({**OLD, "age_days": None}, "FAIL"),
    ({**OLD}, "FAIL"),
    ({**OLD, "has_other_credentials": True}, "PASS"),
    ({**OLD, "has_keys": True, "idle_days": 300}, "PASS"),
    ({**OLD, "idle_days": 3}, "PASS"),
    ({**OLD, "password_enabled": None}, "MANUAL"),
    ({**OLD, "has_other_credentials": UNSEEN}, "NOT_ASSESSED"),
    ({**OLD, "has_keys": True, "has_other_credentials": UNSEEN}, "PASS"),
])  # fmt: skip
def test_unused_users(user: dict[str, Any], status: str | None) -> None:
    assert (verdict("IAM-04", user) or (None,))[0] == status
    assert verdict("IAM-04", user, unused_days=500) is None or user["age_days"] is None


def key(age: int | None, idle: int | None, slot: int = 1, active: bool | None = True, **more: Any) -> dict[str, Any]:
    used = pd.Timestamp("2026-06-01T00:00:00Z")
    return {"key_age_days": age, "key_idle_days": idle, "slot": slot, "active": active, "user": "ann",
            "last_used_date": used, "others": Partial(()), **more}  # fmt: skip


def other(age: int | None, slot: int = 2, active: bool = True) -> dict[str, Any]:
    return {"others": Partial((Cells(key_age_days=age, slot=slot, active=active),))}


@pytest.mark.parametrize(("row", "found"), [
    (key(30, 2), "PASS high"),
    (key(91, 2), "FAIL medium"),
    (key(400, 2), "FAIL high"),
    (key(60, 50), "FAIL medium"),
    (key(60, 60, last_used_date=None), "FAIL medium"),
    (key(40, 2, **other(20)), "FAIL low"),
    (key(20, 2, slot=2, **other(40, slot=1)), "PASS high"),
    (key(20, 2, **other(20)), "FAIL low"),  # of two of one age the first is told
    (key(20, 2, slot=2, **other(20, slot=1)), "PASS high"),
    (key(40, 2, **other(5)), "PASS high"),
    (key(40, 2, **other(20, active=False)), "PASS high"),
    (key(40, 2, **other(None)), "PASS high"),
    (key(46, 200, active=False), "FAIL low"),
    (key(20, 10, active=False), "None"),
    (key(20, 10, active=None), "MANUAL"),
    (key(None, None), "MANUAL"),
    (key(None, 90), "FAIL medium"),
    (key(900, 2, user="<root_account>"), "None"),
    (key(30, 2) | {"key_age_days": UNSEEN, "key_idle_days": UNSEEN}, "NOT_ASSESSED"),
    (key(30, 90) | {"key_age_days": UNSEEN}, "FAIL high"),  # at least: it may be a year old
])  # fmt: skip
def test_access_keys(row: dict[str, Any], found: str) -> None:
    told = verdict("IAM-05", row)
    assert (" ".join(told) if told else "None").startswith(found)


def test_what_is_wrong_with_a_key_is_said_once() -> None:
    told = judged("IAM-05", key(400, 90))
    assert told and told.words == "The key is 400 days old; it was last used 90 days ago."


EXCEPTIONS = [
    {"user": "last-day", "reason": "printer", "end": "2026-06-30"},
    {"user": "arn:aws:iam::1:user/agreed", "reason": "printer", "end": "2027-01-01"},
    {"user": "expired", "reason": "printer", "end": "2026-06-29"},
    {"user": "odd", "end": "some day"},
    "named",
]


@pytest.mark.parametrize(("row", "found"), [
    ({"user": "worker", "active": True, "is_administrator": False}, "FAIL high"),
    ({"user": "boss", "active": True, "is_administrator": True}, "FAIL critical"),
    ({"user": "left", "active": True, "is_administrator": None}, "FAIL high"),
    ({"user": "hidden", "active": True, "is_administrator": UNSEEN}, "FAIL high"),
    ({"user": "none", "active": False}, "PASS"),
    ({"user": "x", "resource_arn": "arn:aws:iam::1:user/agreed", "active": True}, "PASS"),
    ({"user": "named", "active": True}, "PASS"),
    ({"user": "last-day", "active": True}, "PASS"),
    ({"user": "expired", "active": True}, "MANUAL"),
    ({"user": "odd", "active": True}, "MANUAL"),
    ({"user": "unsaid", "active": None}, "MANUAL"),
    ({"user": "lost", "active": UNSEEN}, "NOT_ASSESSED"),
])  # fmt: skip
def test_static_keys(row: dict[str, Any], found: str) -> None:
    told = verdict("IAM-06", row, key_exceptions=EXCEPTIONS)
    assert told and " ".join(told).startswith(found)


def test_what_replaces_a_key_goes_by_the_service() -> None:
    told = judged("IAM-06", {"user": "mailer", "active": True, "last_used_service": "ses"})
    assert told and told.evidence["group"] == "SES SMTP" and "ses" in told.words
    for service, instead in (("ec2", "an instance role"), ("ecr", "OIDC"), (None, "Roles Anywhere")):
        other = judged("IAM-06", {"user": "app", "active": True, "last_used_service": service})
        assert other and other.evidence["group"] == "general" and instead in other.evidence["suggested_replacement"]
    assert "never seen in use" in (judged("IAM-06", {"user": "new", "active": True}) or told).words


STRONG = {"has_console_users": True, "has_policy": True, "minimum_length": 14, "reuse_prevention": 24}


@pytest.mark.parametrize(
    ("account", "status"),
    [
        ({}, "PASS"),
        ({"minimum_length": 13}, "FAIL"),
        ({"reuse_prevention": 23}, "FAIL"),
        ({"reuse_prevention": None}, "FAIL"),
        ({"max_age_days": None}, "PASS"),
        ({"has_policy": False, "minimum_length": None}, "FAIL"),
        ({"has_policy": False, "minimum_length": None, "has_console_users": False}, "PASS"),
        ({"has_console_users": UNSEEN}, "PASS"),
        ({"has_console_users": UNSEEN, "minimum_length": 8}, "NOT_ASSESSED"),
        ({"has_policy": UNSEEN, "minimum_length": UNSEEN}, "NOT_ASSESSED"),
    ],
)
def test_password_policy(account: dict[str, Any], status: str) -> None:
    assert (verdict("IAM-07", STRONG | account) or ("",))[0] == status


def test_the_age_of_passwords_counts_where_the_client_wants_it() -> None:
    for age, status in ((90, "PASS"), (91, "FAIL"), (None, "FAIL"), (0, "FAIL")):
        assert (verdict("IAM-07", STRONG | {"max_age_days": age}, password_max_age=90) or ("",))[0] == status


def test_whoever_may_have_a_password_counts() -> None:
    here = {"account_id": "1", "region": "global"}
    for password, told in ((True, (1, True)), (None, (0, True)), (False, (0, False))):
        users = [
            {**here, "user": "ada", "password_enabled": password},
            {**here, "user": "<root_account>", "password_enabled": True},
        ]
        (row,) = fact("password_policies", iam_password_policies=[here], iam_credential_report=users)
        assert (row["console_users"], row["has_console_users"]) == told
        assert row["has_policy"] is False
