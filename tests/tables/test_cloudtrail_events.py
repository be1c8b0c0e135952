"""What the event history says about the root user: pages, the place where it is asked, broken records."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import boto3
import pandas as pd
import pytest

from orienteer import snapshot, tables
from orienteer.aws.engine import collect
from orienteer.aws.job import Collected, Job
from orienteer.aws.plan import allowed
from orienteer.aws.session import Entry
from tests.aws.scripted import Script, endpoint, error

TABLE = tables.registry()["cloudtrail_root_events"]
RECORD = {
    "eventType": "AwsConsoleSignIn", "sourceIPAddress": "198.51.100.7", "errorMessage": "Failed authentication",
    "userIdentity": {"type": "Root", "sessionContext": {"assumedRoot": "true"}, "invokedBy": "AWS Internal"},
    "responseElements": {"ConsoleLogin": "Failure"},
}  # fmt: skip


def event(n: int, record: Any = None) -> dict[str, Any]:
    text = json.dumps(RECORD if record is None else record)
    return {"EventId": f"e{n}", "EventName": "ConsoleLogin", "EventSource": "signin.amazonaws.com",
            "EventTime": 1_790_000_000 - n, "Username": "root", "CloudTrailEvent": text}  # fmt: skip


def read(script: Script, monkeypatch: pytest.MonkeyPatch) -> tuple[pd.DataFrame, Collected, list[Any]]:
    found: list[Collected] = []
    with endpoint(script) as at:
        monkeypatch.setenv("AWS_ENDPOINT_URL", at.url)
        job = Job((Entry(),), (TABLE,), allowed((TABLE,)), ("eu-central-1",), 4)
        collect(job, found.append, base=boto3.Session(region_name="eu-central-1"))
    rows = snapshot.frame_of(snapshot.arrow_table(TABLE.schema, found[0].rows[TABLE.name]))
    return rows, found[0], at.asked


def test_a_short_history_is_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    rows, found, asked = read(lambda *_: (200, {"Events": [event(1)]}), monkeypatch)
    one = rows.iloc[0]
    assert (one["event_name"], one["sign_in"], one["error"]) == ("ConsoleLogin", "Failure", "Failed authentication")
    assert (one["identity_type"], one["invoked_by"], one["assumed_root"]) == ("Root", "AWS Internal", True)
    assert (one["source_ip"], one["region"], one["resource_id"], one["cut"]) == ("198.51.100.7", "global", "e1", False)
    assert {c["region"] for c in found.coverage} == {"us-east-1"}  # sign-ins are there, whatever regions are wanted
    wanted = [{"AttributeKey": "Username", "AttributeValue": "root"}]
    assert [(name, p["LookupAttributes"], p["MaxResults"]) for name, p in asked] == [("LookupEvents", wanted, 50)]


def test_a_long_history_is_cut_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def script(operation: str, params: Mapping[str, Any]) -> tuple[int, Any]:
        number = int(params.get("NextToken", 0)) + 1
        return 200, {"Events": [event(number)], "NextToken": str(number)}

    rows, _, asked = read(script, monkeypatch)
    assert len(asked) == 5
    assert (rows["outcome"].unique().tolist(), rows["cut"].tolist()) == (["OK"], [True] * 5)


def test_a_history_that_ends_at_the_last_page_is_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    def script(operation: str, params: Mapping[str, Any]) -> tuple[int, Any]:
        number = int(params.get("NextToken", 0)) + 1
        return 200, {"Events": [event(number)], **({"NextToken": str(number)} if number < 5 else {})}

    rows, _, asked = read(script, monkeypatch)
    assert (len(asked), rows["cut"].tolist()) == (5, [False] * 5)


@pytest.mark.parametrize(("answer", "outcomes"), [
    ((200, {"Events": []}), []),
    (error("AccessDeniedException"), ["DENIED"]),
    ((200, {"Events": [event(1), {**event(2), "CloudTrailEvent": "no"}]}), ["OK", "FAILED"]),
    ((200, {"Events": [{"EventId": "e1", "EventName": "ConsoleLogin"}]}), ["FAILED"]),
    ((200, {"Events": [event(1, ["no record"])]}), ["FAILED"]),
])  # fmt: skip
def test_what_cannot_be_read_is_a_gap(answer: Any, outcomes: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    rows, _, _ = read(lambda *_: answer, monkeypatch)
    assert rows["outcome"].tolist() == outcomes
