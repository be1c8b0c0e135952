"""Whether root users are used: report and event history."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
import pytest

from orienteer import controls, tables
from orienteer.controls.root_use import root_use
from orienteer.frames import frame as frame_of
from orienteer.judge import Facts, judge
from tests.support import frame

SHOP, NOW = "100000000002", pd.Timestamp("2026-11-24", tz="UTC")
LINE = {"account_id": SHOP, "resource_id": "<root_account>", "user": "<root_account>", "arn": "arn:aws:iam::1:root",
        "password_last_used_state": "no_information", "access_key_1_last_used_date_state": "N/A",
        "access_key_2_last_used_date_state": "N/A"}  # fmt: skip
ADA = {"account_id": SHOP, "resource_id": "ada", "user": "ada"}


def ago(days: int) -> pd.Timestamp:
    return NOW - pd.Timedelta(days=days)


def event(name: str = "CreateUser", days: int = 3, **more: Any) -> dict[str, Any]:
    return {"account_id": SHOP, "resource_id": name, "event_name": name, "event_time": ago(days), "cut": False,
            "identity_type": "Root", "event_type": "AwsApiCall", "source_ip": "198.51.100.7", **more}  # fmt: skip


def judged(line: dict[str, Any] | None, *events: dict[str, Any], days: int = 90) -> Any:
    lines = [ADA] if line is None else [ADA, {**LINE, **line}]
    report, history = frame("iam_credential_report", lines), frame("cloudtrail_root_events", events)
    found = root_use(report, history, as_of=NOW, root_idle_days=days)
    assert set(found["resource_id"]) <= {"<root_account>"} and len(found) <= 1
    return found.iloc[0] if len(found) else None


@pytest.mark.parametrize(("of_line", "status"), [
    ({}, "PASS"),
    ({"password_last_used": ago(91)}, "PASS"),
    ({"password_last_used": ago(89)}, "FAIL"),
    ({"access_key_2_last_used_date": NOW}, "FAIL"),
    ({"password_last_used_state": "N/A"}, "PASS"),
    ({"password_last_used_state": "not_supported"}, "MANUAL"),
    ({"password_last_used_state": None}, "MANUAL"),
])  # fmt: skip
def test_root_use_by_the_report(of_line: dict[str, Any], status: str) -> None:
    assert judged(of_line)["status"] == status


def test_root_use_follows_its_threshold() -> None:
    assert judged({"password_last_used": ago(89)}, event(days=31), days=30)["status"] == "PASS"
    assert judged({}, event(days=29), days=30)["status"] == "FAIL"


@pytest.mark.parametrize(("one", "status"), [
    (event(), "FAIL"),
    (event(error="AccessDenied"), "FAIL"),
    (event(event_time=None), "FAIL"),
    (event("ConsoleLogin", sign_in="Success"), "FAIL"),
    (event("ConsoleLogin"), "FAIL"),
    (event("ConsoleLogin", sign_in="Failure", error="Failed authentication"), "PASS"),
    (event("ConsoleLogin", error="Failed authentication"), "PASS"),
    (event("PasswordRecoveryRequested"), "PASS"),
    (event("PasswordRecoveryCompleted"), "FAIL"),
    (event(invoked_by="AWS Internal"), "PASS"),
    (event(event_type="AwsServiceEvent"), "PASS"),
    (event(assumed_root=True), "PASS"),
    (event(assumed_root=False), "FAIL"),
    (event(identity_type="IAMUser"), "PASS"),
    (event(identity_type=None), "MANUAL"),
])  # fmt: skip
def test_what_counts_as_use(one: dict[str, Any], status: str) -> None:
    assert judged({}, one)["status"] == status


def test_the_history_is_evidence() -> None:
    found = judged({}, event("CreateUser", source_ip="192.0.2.1"), event("CreateUser"), event("DeleteUser"),
                   event("ConsoleLogin", sign_in="Failure", source_ip="203.0.113.9"), event(invoked_by="x"),
                   event("DeleteLoginProfile", assumed_root=True), event("Old", days=91))  # fmt: skip
    shown = json.loads(found["evidence"])
    assert shown["event_names"] == ["CreateUser", "DeleteUser"]
    assert shown["source_ips"] == ["192.0.2.1", "198.51.100.7"]
    assert (shown["failed_sign_ins"], shown["failed_sign_in_ips"]) == (1, ["203.0.113.9"])
    assert (shown["assumed_root_events"], shown["service_events"]) == (["DeleteLoginProfile"], 1)
    assert "CreateUser, DeleteUser" in found["reason"]


def test_a_cut_list_proves_no_idleness() -> None:
    service = {"invoked_by": "AWS Internal", "cut": True}
    assert "LookupEvents" in judged({}, event(days=3, **service))["unread"]
    assert pd.isna(judged({}, event(days=3, **service), event(days=91, **service))["unread"])
    used = judged({}, event(days=3, cut=True))
    assert used["status"] == "FAIL" and pd.isna(used["unread"])


def test_use_that_was_seen_needs_no_report() -> None:
    assert judged(None, event())["status"] == "FAIL"
    assert judged(None, event(invoked_by="x")) is None


@pytest.mark.parametrize(("line", "events", "refused", "statuses"), [
    ({"password_last_used": ago(3)}, [], "cloudtrail_root_events", {"FAIL", "NOT_ASSESSED"}),
    ({}, [], "cloudtrail_root_events", {"NOT_ASSESSED"}),
    ({}, [event()], "cloudtrail_root_events", {"FAIL", "NOT_ASSESSED"}),
    (None, [event()], "iam_credential_report", {"FAIL", "NOT_ASSESSED"}),
    (None, [], "iam_credential_report", {"NOT_ASSESSED"}),
])  # fmt: skip
def test_what_is_refused_takes_no_use_back(
    line: dict[str, Any] | None, events: list[dict[str, Any]], refused: str, statuses: set[str]
) -> None:
    rows = {"iam_credential_report": [{**LINE, **line}] if line is not None else [], "cloudtrail_root_events": events}
    rows[refused] = [*rows[refused], {"account_id": SHOP, "region": "global", "outcome": "DENIED", "gap": "no"}]
    one, specs = controls.registry()["ROOT-06"], tables.registry()
    frames = {name: frame_of(specs[name], rows[name]) for name in one.tables}
    assert set(judge([one], frames, specs, Facts(NOW), pd.DataFrame()).findings["status"]) == statuses
