"""`orienteer.assess`: one account, the caller's session, nothing kept, nothing raised for what AWS refuses."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Mapping
from typing import Any

import boto3
import pytest

import orienteer
from orienteer.errors import OrienteerError
from orienteer.judge import FINDINGS
from tests.aws.scripted import endpoint, error


def test_one_account_on_moto(aws: boto3.Session) -> None:
    aws.client("iam").create_user(UserName="ann")
    aws.client("iam").create_login_profile(UserName="ann", Password="correct-horse-battery")
    found = orienteer.assess(aws, regions=["us-east-1"], controls=["IAM-02", "INV-02"])
    assert tuple(found.columns) == FINDINGS
    ann = found[(found["control_id"] == "IAM-02") & (found["resource_id"] == "ann")]
    assert list(ann["status"]) == ["FAIL"]
    assert set(found.loc[found["control_id"] == "INV-02", "region"]) == {"us-east-1"}
    assert all(isinstance(json.loads(text), dict) for text in found["evidence"])


def test_the_clients_own_facts_are_used(aws: boto3.Session) -> None:
    aws.client("iam").create_user(UserName="glass")
    aws.client("iam").create_login_profile(UserName="glass", Password="correct-horse-battery")
    told = {"thresholds": {"break_glass_users": ["glass"]}}
    found = orienteer.assess(aws, controls=["IAM-02"], regions=["us-east-1"], params=told)
    assert dict(zip(found["resource_id"], found["status"], strict=True))["glass"] == "PASS"


def test_nothing_to_judge_is_an_empty_frame_with_all_columns(aws: boto3.Session) -> None:
    found = orienteer.assess(aws, regions=["us-east-1"], controls=["XA-05"])
    assert found.empty
    assert tuple(found.columns) == FINDINGS
    assert orienteer.assess(aws, regions=["us-east-1"], controls=[]).empty


def test_only_the_operations_and_regions_that_are_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, str]] = []

    def note(event_name: str, request: Any, **_: Any) -> None:
        asked.append((event_name.split(".", 1)[1], request.context["client_region"]))

    def script(operation: str, params: Mapping[str, Any]) -> tuple[int, Any]:
        return error("AccessDeniedException")

    with endpoint(script) as at:
        monkeypatch.setenv("AWS_ENDPOINT_URL", at.url)
        session = boto3.Session(region_name="ap-south-1")
        session.events.register("request-created", note)
        orienteer.assess(session, regions=["eu-west-1"], controls=["INV-02"])
        orienteer.assess(session, regions=["eu-west-1"], controls=["SCP-01"])
    assert {name for name, region in asked if name.startswith("ec2")} <= {
        "ec2.GetEbsEncryptionByDefault", "ec2.GetEbsDefaultKmsKeyId"
    }  # fmt: skip
    assert {region for _, region in asked} <= {"eu-west-1", "us-east-1"}  # organisations live in us-east-1


@pytest.mark.parametrize("answer", [error("AccessDeniedException"), (500, {}), (200, b"<html>"), (200, b"{")])
def test_refusals_and_nonsense_are_gaps(answer: tuple[int, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", lambda *_: 0)
    with endpoint(lambda operation, params: answer) as at:
        monkeypatch.setenv("AWS_ENDPOINT_URL", at.url)
        found = orienteer.assess(boto3.Session(region_name="us-east-1"), regions=["us-east-1"], controls=["ORG-01"])
    assert set(found["status"]) == {"NOT_ASSESSED"}
    assert found["reason"].str.contains("organizations:Describe").any()


def test_credentials_that_do_not_work_are_a_gap_too(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name)
    found = orienteer.assess(boto3.Session(region_name="us-east-1"), regions=["us-east-1"], controls=["IAM-02"])
    assert list(found["status"]) == ["NOT_ASSESSED"]
    assert "credentials" in found["reason"].iloc[0].lower()


def test_bad_requests_say_what_was_meant(aws: boto3.Session) -> None:
    with pytest.raises(OrienteerError, match=r"unknown control 'IAM-2'; did you mean 'IAM-\d+'"):
        orienteer.assess(aws, controls=["IAM-2"])
    with pytest.raises(OrienteerError, match="regoins"):
        orienteer.assess(aws, params={"regoins": []})


def test_nothing_stays_behind(aws: boto3.Session) -> None:
    before, handlers = threading.active_count(), repr(aws.events)
    first = orienteer.assess(aws, regions=["us-east-1"], controls=["IAM-02"])
    second = orienteer.assess(aws, regions=["us-east-1"], controls=["IAM-02"])
    assert first.equals(second)
    assert threading.active_count() <= before + 1  # the moto server's own
    assert repr(aws.events) == handlers


def test_the_package_loads_only_what_is_asked_for() -> None:
    code = "import orienteer, sys; print([m for m in ('pandas', 'boto3', 'plotly', 'papermill') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    assert callable(orienteer.open_run)
    assert orienteer.policy.exposure


def test_regions_that_were_not_looked_at_are_not_judged(aws: boto3.Session) -> None:
    wanted = ["NET-03", "GD-02", "SH-01"]
    for found in (
        orienteer.assess(aws, regions=["eu-west-1"], controls=wanted),
        orienteer.assess(aws, controls=wanted, params={"regions": "eu-west-1"}),
    ):
        assert set(found["control_id"]) == set(wanted)
        assert set(found["region"]) == {"eu-west-1"}
