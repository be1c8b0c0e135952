"""What tables ask AWS for, and where: of a loopback endpoint that answers whatever it is told to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import boto3
import pytest

from orienteer.aws.engine import collect
from orienteer.aws.job import Collected, Job
from orienteer.aws.plan import allowed
from orienteer.aws.session import Entry
from orienteer.tables import registry
from tests.aws.scripted import endpoint

REGIONS = ("eu-west-1", "us-west-2")


def asked(
    name: str, monkeypatch: pytest.MonkeyPatch, answer: Mapping[str, Any], status: int = 200
) -> tuple[list[str], list[Mapping[str, Any]]]:
    """The regions in which the table's call was made, and what it asked each time."""
    table, found = registry()[name], list[Collected]()
    with endpoint(lambda operation, params: (status, answer)) as at:
        monkeypatch.setenv("AWS_ENDPOINT_URL", at.url)
        base = boto3.Session(region_name="eu-west-1")
        collect(Job((Entry(""),), (table,), allowed([table]), REGIONS, 4), found.append, base=base)
    where = [call["region"] for call in found[0].coverage if call["service"] == table.call.service]
    return where, [params for operation, params in at.asked if operation != "GetCallerIdentity"]


def test_the_bill_is_asked_for_in_the_one_region_that_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    assert asked("cur_reports", monkeypatch, {"ReportDefinitions": []})[0] == ["us-east-1"]


def test_the_sharing_of_documents_is_a_setting_with_a_path_in_each_region(monkeypatch: pytest.MonkeyPatch) -> None:
    where, what = asked("ssm_document_public_sharing", monkeypatch, {"ServiceSetting": {"SettingValue": "Disable"}})
    assert sorted(where) == list(REGIONS)
    assert what == [{"SettingId": "/ssm/documents/console/public-sharing-permission"}] * 2
