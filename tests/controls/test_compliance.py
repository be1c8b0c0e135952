from __future__ import annotations

import json
from typing import Any

import pandas as pd

from orienteer.controls import registry
from orienteer.controls.compliance import assessment_is_complete
from orienteer.parameters import Client
from tests.support import frame

COLUMNS = ("account_id", "region", "service", "operation", "resource", "outcome", "error_code", "message", "rows",
           "pages", "ms", "at", "table", "shared")  # fmt: skip


def call(account: str, outcome: str = "OK", **more: Any) -> dict[str, Any]:
    base = dict.fromkeys(COLUMNS) | {"account_id": account, "region": "eu-central-1", "service": "ec2",
                                     "operation": "DescribeVpcs", "outcome": outcome, "table": "ec2_vpcs"}  # fmt: skip
    return base | more


def calls(account: str, number: int) -> list[dict[str, Any]]:
    """So many different questions, all answered."""
    return [call(account, resource=f"vpc-{n}") for n in range(number)]


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
        *calls("whole", 20), call("whole", "ABSENT"), *calls("half", 5), denied,
        call("barred", "DENIED", service="sts", operation="AssumeRole", error_code="AccessDenied", table=""),
        call("whole", service="sts", operation="GetCallerIdentity", table=""),
    ])  # fmt: skip
    assert statuses(found) == {("whole", "whole"): "PASS", ("half", "half"): "MANUAL", ("barred", "barred"): "FAIL"}
    refused = json.loads(found.set_index("account_id").loc["half", "evidence"])["refused"]
    assert refused == {"kms:ListKeys": "AccessDenied: a service control policy denies it"}


def test_the_threshold_is_the_clients() -> None:
    made = [*calls("a", 9), call("a", "DENIED")]
    assert judged(made)["status"].tolist() == ["MANUAL"]
    assert judged(made, coverage_=90)["status"].tolist() == ["PASS"]
    assert registry()["CMP-01"].thresholds["coverage"].default == 95


def test_a_region_without_any_answer_could_not_be_entered() -> None:
    made = [*calls("a", 100), call("a", "DENIED", region="us-east-1")]
    assert statuses(judged(made)) == {("a", "a"): "PASS", ("a", "us-east-1"): "FAIL"}


def test_an_account_named_by_the_client_and_never_called_fails() -> None:
    assert statuses(judged([call("a")], client=Client(accounts=("a", "b")))) == {("a", "a"): "PASS", ("b", "b"): "FAIL"}


def test_calls_without_account_say_nothing() -> None:
    assert judged([call("a") | {"account_id": None}]).empty


def test_what_served_every_account_counts_for_none_and_asking_again_counts_once() -> None:
    common = [call("a", resource=f"policy-{n}", shared=True) for n in range(50)]
    again = [call("a", operation="GenerateCredentialReport")] * 50
    made = [*calls("a", 9), *common, *again, call("a", "DENIED", shared=True)]
    evidence = json.loads(judged(made)["evidence"][0])
    assert (evidence["calls"], evidence["answered"]) == (11, 10)


def test_an_account_that_only_shared_answers_came_from_was_entered() -> None:
    found = judged([call("a", shared=True, operation="ListAccounts"), call("a", "ABSENT", shared=True)])
    assert statuses(found) == {("a", "a"): "PASS"}
    half = judged([call("a", shared=True), call("a", "DENIED")])
    assert statuses(half) == {("a", "a"): "MANUAL"}


def test_an_endpoint_of_a_global_service_is_no_region() -> None:
    made = [*calls("a", 100), call("a", "DENIED", region="us-east-1", service="iam")]
    assert statuses(judged(made)) == {("a", "a"): "PASS"}
    dark = judged([*made, call("a", "DENIED", region="us-east-1"), call("a", region="us-east-1", service="iam")])
    assert statuses(dark)["a", "us-east-1"] == "FAIL"
