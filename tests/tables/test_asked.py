"""What tables ask AWS for, and where: of a loopback endpoint that answers whatever it is told to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import boto3
import pytest

from orienteer.aws.collect import tables_for
from orienteer.aws.engine import collect
from orienteer.aws.job import Collected, Job
from orienteer.aws.plan import allowed
from orienteer.aws.session import Entry
from orienteer.tables import registry
from tests.aws.scripted import endpoint

REGIONS = ("eu-west-1", "us-west-2")


def asked(
    name: str, monkeypatch: pytest.MonkeyPatch, answers: Mapping[str, Any], regions: tuple[str, ...] = REGIONS
) -> tuple[list[str], list[tuple[str, Mapping[str, Any]]]]:
    """The regions in which the table's service was called, and each operation with what it was asked.

    `answers` by operation; the other ones answer with nothing.
    """
    wanted, found = tables_for([name], registry()), list[Collected]()
    with endpoint(lambda operation, params: (200, answers.get(operation, {}))) as at:
        monkeypatch.setenv("AWS_ENDPOINT_URL", at.url)
        base = boto3.Session(region_name="eu-west-1")
        collect(Job((Entry(""),), wanted, allowed(wanted), regions, 4), found.append, base=base)
    service = registry()[name].call.service
    return sorted(call["region"] for call in found[0].coverage if call["service"] == service), at.asked


def test_the_bill_is_asked_for_in_the_one_region_that_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = {"DescribeReportDefinitions": {"ReportDefinitions": []}}
    assert asked("cur_reports", monkeypatch, answers)[0] == ["us-east-1"]


def test_the_sharing_of_documents_is_a_setting_with_a_path_in_each_region(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = {"GetServiceSetting": {"ServiceSetting": {"SettingValue": "Disable"}}}
    where, what = asked("ssm_document_public_sharing", monkeypatch, answers)
    assert where == list(REGIONS)
    path = {"SettingId": "/ssm/documents/console/public-sharing-permission"}
    assert what == [("GetServiceSetting", path)] * 2


def test_identity_center_is_looked_for_in_every_region(monkeypatch: pytest.MonkeyPatch) -> None:
    assert asked("sso_instances", monkeypatch, {"ListInstances": {"Instances": []}})[0] == list(REGIONS)


def test_of_task_definitions_only_the_revision_that_a_service_runs_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    arn = "arn:aws:ecs:eu-west-1:111111111111:{}".format
    service = {"serviceName": "web", "serviceArn": arn("service/c/web"), "taskDefinition": arn("task-definition/t:7")}
    answers = {
        "ListClusters": {"clusterArns": [arn("cluster/c")]},
        "ListServices": {"serviceArns": [service["serviceArn"]]},
        "DescribeServices": {"services": [service]},
        "DescribeTaskDefinition": {"taskDefinition": {"taskDefinitionArn": service["taskDefinition"]}},
    }
    _, what = asked("ecs_task_definitions", monkeypatch, answers, REGIONS[:1])
    assert {operation for operation, _ in what} == set(answers)
    read = [params["taskDefinition"] for operation, params in what if operation == "DescribeTaskDefinition"]
    assert read == [arn("task-definition/t:7")]
