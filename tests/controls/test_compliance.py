from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from orienteer.controls import registry
from orienteer.facts.seen import Cells
from orienteer.model import NOT_OFFERED
from orienteer.parameters import Client
from tests.facts.support import NOBODY, estate
from tests.facts.support import judged as verdict_of

COLUMNS = ("account_id", "region", "service", "operation", "resource", "outcome", "error_code", "message", "rows",
           "pages", "ms", "at", "table", "shared")  # fmt: skip


def call(account: str, outcome: str = "OK", **more: Any) -> dict[str, Any]:
    base = dict.fromkeys(COLUMNS) | {"account_id": account, "region": "eu-central-1", "service": "ec2",
                                     "operation": "DescribeVpcs", "outcome": outcome, "table": "ec2_vpcs"}  # fmt: skip
    return base | more


def calls(account: str, number: int) -> list[dict[str, Any]]:
    """So many different questions, all answered."""
    return [call(account, resource=f"vpc-{n}") for n in range(number)]


def judged(calls: list[dict[str, Any]], client: Client = NOBODY, **more: Any) -> list[tuple[Cells, Any]]:
    """Each account and dark region of these calls, with what CMP-01 says of it."""
    coverage = pd.DataFrame(calls, columns=list(COLUMNS))
    rows = replace(estate({}, client), coverage=coverage).source("assessed").rows
    return [(row, verdict_of("CMP-01", row, **more)) for row in rows]


def statuses(found: list[tuple[Cells, Any]]) -> dict[tuple[str, str], str]:
    return {(row["account_id"], row["resource_id"]): told.status.value for row, told in found}


def test_seen_refused_and_not_entered() -> None:
    denied = call("half", "DENIED", error_code="AccessDenied", operation="ListKeys", service="kms",
                  message="... with an explicit deny in a service control policy")  # fmt: skip
    found = judged([
        *calls("whole", 20), call("whole", "ABSENT"), *calls("half", 5), denied,
        call("barred", "DENIED", service="sts", operation="AssumeRole", error_code="AccessDenied", table=""),
        call("whole", service="sts", operation="GetCallerIdentity", table=""),
    ])  # fmt: skip
    assert statuses(found) == {("whole", "whole"): "PASS", ("half", "half"): "MANUAL", ("barred", "barred"): "FAIL"}
    refused = {row["account_id"]: row["refused"] for row, _ in found}
    assert refused["half"] == {"kms:ListKeys": "AccessDenied: a service control policy denies it"}


@pytest.mark.parametrize(("message", "cause"), [
    ("... with an explicit deny in a service control policy", "a service control policy denies it"),
    ("... with an explicit deny in a resource control policy", "a resource control policy denies it"),
    ("... because no permissions boundary allows the kms:ListKeys action", "the permissions boundary of the role"),
    ("... because no identity-based policy allows the kms:ListKeys action", "no policy of the role allows it"),
    ("Access Denied", ""),
])  # fmt: skip
def test_who_refuses_is_told_where_aws_says_so(message: str, cause: str) -> None:
    denied = call("a", "DENIED", error_code="AccessDenied", operation="ListKeys", service="kms", message=message)
    ((row, _),) = judged([*calls("a", 9), denied])
    told = row["refused"]["kms:ListKeys"]
    assert told == "AccessDenied" if not cause else told.startswith(f"AccessDenied: {cause}")


def test_a_service_without_an_endpoint_in_a_region_was_not_planned() -> None:
    elsewhere = [call("a", "ABSENT", service="s", operation=f"O{n}", error_code=NOT_OFFERED) for n in range(90)]
    ((row, told),) = judged([*calls("a", 9), call("a", "DENIED"), *elsewhere])
    assert (row["calls"], told.status.value) == (10, "MANUAL")


def test_the_threshold_is_the_clients() -> None:
    made = [*calls("a", 9), call("a", "DENIED")]
    assert set(statuses(judged(made)).values()) == {"MANUAL"}
    assert set(statuses(judged(made, coverage_=90)).values()) == {"PASS"}
    assert registry()["CMP-01"].thresholds["coverage"].default == 95


def test_a_region_without_any_answer_could_not_be_entered() -> None:
    made = [*calls("a", 100), call("a", "DENIED", region="us-east-1")]
    assert statuses(judged(made)) == {("a", "a"): "PASS", ("a", "us-east-1"): "FAIL"}


def test_an_account_named_by_the_client_and_never_called_fails() -> None:
    assert statuses(judged([call("a")], client=Client(accounts=("a", "b")))) == {("a", "a"): "PASS", ("b", "b"): "FAIL"}


def test_calls_without_account_say_nothing() -> None:
    assert judged([call("a") | {"account_id": None}]) == []


def test_what_served_every_account_counts_for_none_and_asking_again_counts_once() -> None:
    common = [call("a", resource=f"policy-{n}", shared=True) for n in range(50)]
    again = [call("a", operation="GenerateCredentialReport")] * 50
    made = [*calls("a", 9), *common, *again, call("a", "DENIED", shared=True)]
    ((row, _),) = judged(made)
    assert (row["calls"], row["answered"]) == (11, 10)


def test_an_account_that_only_shared_answers_came_from_was_entered() -> None:
    found = judged([call("a", shared=True, operation="ListAccounts"), call("a", "ABSENT", shared=True)])
    assert statuses(found) == {("a", "a"): "PASS"}
    half = judged([call("a", shared=True), call("a", "DENIED")])
    assert statuses(half) == {("a", "a"): "MANUAL"}


def test_a_region_that_was_never_in_scope_is_not_dark() -> None:
    """Global services have their endpoint there, and lists of a whole account are asked there, too."""
    elsewhere = [call("a", "DENIED", region="us-east-1", service="iam", table="iam_users"),
                 call("a", "DENIED", region="us-east-1", table="ec2_regions")]  # fmt: skip
    made = [*calls("a", 100), *elsewhere]
    assert statuses(judged(made)) == {("a", "a"): "PASS"}
    dark = judged([*made, call("a", "DENIED", region="us-east-1")])
    assert statuses(dark)["a", "us-east-1"] == "FAIL"
    assert "none of 1 calls" in {row["resource_id"]: told.words for row, told in dark}["us-east-1"]
