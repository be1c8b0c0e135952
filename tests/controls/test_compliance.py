from __future__ import annotations

import json
from typing import Any

import pandas as pd

from orienteer.controls.compliance import assessment_is_complete
from orienteer.controls.control import Client
from tests.support import frame

COLUMNS = ("account_id", "region", "service", "operation", "resource", "outcome", "error_code", "message", "rows",
           "pages", "ms", "at", "table")  # fmt: skip


def call(account: str, outcome: str = "OK", **more: Any) -> dict[str, Any]:
    base = dict.fromkeys(COLUMNS) | {"account_id": account, "region": "eu-central-1", "service": "ec2",
                                     "operation": "DescribeVpcs", "outcome": outcome, "table": "ec2_vpcs"}  # fmt: skip
    return base | more


def judged(calls: list[dict[str, Any]], **more: Any) -> pd.DataFrame:
    coverage = pd.DataFrame(calls, columns=list(COLUMNS))
    client = more.pop("client", Client())
    return assessment_is_complete(coverage, frame("organization_accounts"), client=client, **more)


def statuses(found: pd.DataFrame) -> dict[tuple[str, str], str]:
    return dict(zip(zip(found["account_id"], found["resource_id"], strict=True), found["status"], strict=True))


def test_seen_refused_and_not_entered() -> None:
    denied = call("half", "DENIED", error_code="AccessDenied", operation="ListKeys", service="kms",
                  message="... with an explicit deny in a service control policy")  # fmt: skip
    found = judged([
        *[call("whole")] * 20, call("whole", "ABSENT"), *[call("half")] * 5, denied,
        call("barred", "DENIED", service="sts", operation="AssumeRole", error_code="AccessDenied", table=""),
        call("whole", service="sts", operation="GetCallerIdentity", table=""),
    ])  # fmt: skip
    assert statuses(found) == {("whole", "whole"): "PASS", ("half", "half"): "MANUAL", ("barred", "barred"): "FAIL"}
    refused = json.loads(found.set_index("account_id").loc["half", "evidence"])["refused"]
    assert refused == {"kms:ListKeys": "AccessDenied: a service control policy denies it"}


def test_the_threshold_is_the_clients() -> None:
    calls = [*[call("a")] * 9, call("a", "DENIED")]
    assert judged(calls)["status"].tolist() == ["MANUAL"]
    assert judged(calls, coverage_percent=90)["status"].tolist() == ["PASS"]


def test_a_region_without_any_answer_could_not_be_entered() -> None:
    calls = [*[call("a")] * 100, call("a", "DENIED", region="us-east-1")]
    assert statuses(judged(calls)) == {("a", "a"): "PASS", ("a", "us-east-1"): "FAIL"}


def test_an_account_named_by_the_client_and_never_called_fails() -> None:
    assert statuses(judged([call("a")], client=Client(accounts=("a", "b")))) == {("a", "a"): "PASS", ("b", "b"): "FAIL"}


def test_calls_without_account_say_nothing() -> None:
    assert judged([call("a") | {"account_id": None}]).empty
