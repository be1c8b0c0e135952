"""`orienteer.assess`: one account, the caller's session, nothing kept, nothing raised for what AWS refuses."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import boto3
import pytest

import orienteer
from orienteer.errors import OrienteerError
from orienteer.judge import FINDINGS
from tests.aws.scripted import endpoint, error

pytestmark = pytest.mark.long


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
        "ec2.DescribeRegions", "ec2.GetEbsEncryptionByDefault", "ec2.GetEbsDefaultKmsKeyId"
    }  # fmt: skip
    assert {region for _, region in asked} <= {"eu-west-1", "us-east-1"}  # organizations live in us-east-1


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
    assert "sts:GetCallerIdentity NoCredentialsError (account unknown, region us-east-1)" in found["reason"].iloc[0]


def test_keys_that_expire_on_the_way_keep_what_was_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def script(operation: str, params: Mapping[str, Any]) -> tuple[int, Any]:
        asked.append(operation)
        if operation == "DescribeOrganization" and len(asked) == 1:
            return error("AWSOrganizationsNotInUseException")
        return error("ExpiredTokenException", 403)

    with endpoint(script) as at:
        monkeypatch.setenv("AWS_ENDPOINT_URL", at.url)
        session = boto3.Session(region_name="us-east-1")
        found = orienteer.assess(session, regions=["us-east-1"], controls=["ORG-01", "ORG-02", "CON-02"])
    assert set(found["status"]) <= {"FAIL", "NOT_ASSESSED"}
    assert found["reason"].str.contains(r"ExpiredTokenException \(account 111111111111, region us-east-1").any()


def test_one_name_is_as_good_as_a_list_of_one(aws: boto3.Session) -> None:
    found = orienteer.assess(aws, regions="eu-west-1", controls="INV-02")
    assert set(found["control_id"]) == {"INV-02"}
    assert set(found["region"]) == {"eu-west-1"}


def test_the_regions_of_the_params_count_where_none_are_given(aws: boto3.Session) -> None:
    found = orienteer.assess(aws, controls=["INV-02"], params={"regions": ["eu-west-1"]})
    assert set(found["region"]) == {"eu-west-1"}


@pytest.mark.parametrize(
    "asked", [{"regions": []}, {"regions": [None]}, {"regions": 7}, {"controls": [None]}, {"params": ["a"]}]
)
def test_what_is_asked_wrongly_is_refused(asked: Any) -> None:
    with pytest.raises(OrienteerError) as refused:
        orienteer.assess(boto3.Session(region_name="us-east-1"), **asked)
    assert refused.value.exit_code == 2


def test_a_handler_that_raises_is_a_gap(aws: boto3.Session) -> None:
    def broken(**_: Any) -> None:
        raise NotImplementedError("this stub knows no IAM")

    aws.events.register("before-send.iam", broken)
    found = orienteer.assess(aws, regions=["us-east-1"], controls=["IAM-02", "INV-02"])
    status = {control: set(rows["status"]) for control, rows in found.groupby("control_id")}
    assert status == {"IAM-02": {"NOT_ASSESSED"}, "INV-02": {"FAIL"}}
    assert "iam:GenerateCredentialReport NotImplementedError" in found["reason"].str.cat()


def test_parsed_answers_of_a_stub_are_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    def stub(model: Any, **_: Any) -> Any:
        known = {"Account": "111111111111", "Arn": "arn:aws:iam::111111111111:user/ann"}
        answers = {"GetCallerIdentity": known, "GetEbsEncryptionByDefault": {"EbsEncryptionByDefault": True}}
        return SimpleNamespace(status_code=200), dict(answers.get(model.name, {}))

    session = boto3.Session(region_name="us-east-1")
    session.events.register("before-call", stub)
    found = orienteer.assess(session, regions=["us-east-1"], controls=["INV-02", "ORG-01"])
    status = {control: set(rows["status"]) for control, rows in found.groupby("control_id")}
    assert status["ORG-01"] == {"NOT_ASSESSED"}
    assert status["INV-02"] == {"PASS"}


def test_every_control_on_moto_in_process() -> None:
    from moto import mock_aws

    with mock_aws():
        session = boto3.Session(region_name="us-east-1")
        session.client("iam").create_user(UserName="ann")
        found = orienteer.assess(session, regions=["us-east-1"], params={"exposures": "main"})
    assert found["reason"].str.contains("NotImplementedError").any()  # what moto lacks
    assert not found["reason"].str.contains("could not be judged").any()


def test_bad_requests_say_what_was_meant(aws: boto3.Session) -> None:
    with pytest.raises(OrienteerError, match=r"unknown control 'IAM-2'; did you mean 'IAM-\d+'"):
        orienteer.assess(aws, controls=["IAM-2"])
    with pytest.raises(OrienteerError, match="regoins"):
        orienteer.assess(aws, params={"regoins": []})


def test_a_region_that_does_not_exist_is_refused_as_in_a_params_file(aws: boto3.Session) -> None:
    with pytest.raises(OrienteerError, match=r"unknown region 'eu-west-11'; did you mean 'eu-west-1'") as refused:
        orienteer.assess(aws, regions=["eu-west-1", "eu-west-11"])
    assert refused.value.exit_code == 2


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
