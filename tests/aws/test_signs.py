"""Values that may be secrets are looked at and never kept."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Mapping
from typing import Any

import pytest

from orienteer import tables
from orienteer.aws.rows import custom_rows, rows_of
from orienteer.aws.signs import entropy, signs
from orienteer.model import Answer, Outcome, Place

KEY = "AKIA" + "Q7" * 8
TOKEN = "ghp_" + "a1B2" * 9
RANDOM = "x7Kq9ZpL2mW4"
PLACE = Place("111122223333", "eu-west-1")


def names(value: Any) -> dict[str, str]:
    return {one["name"]: one["kind"] for one in json.loads(signs(value))}


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (KEY, "AWS access key"),
        (f"Bearer {TOKEN}", "GitHub token"),
        ("-----BEGIN RSA PRIVATE KEY-----\nMII", "private key"),
        ("postgres://app:hunter22@db/orders", "password in an address"),
        (RANDOM, ""),
        ("prod", ""),
    ],
)
def test_kinds(value: str, kind: str) -> None:
    assert names({"X": value}) == {"X": kind}
    assert names([{"name": "X", "value": value}]) == {"X": kind}


@pytest.mark.parametrize(
    "value",
    ["", "arn:aws:secretsmanager:eu-west-1:1:secret:x", "{{resolve:ssm:x}}", "${DB_PASSWORD}", "****", "/app/db/pass",
     "<set me>", "true", "https://${USER}:${PASSWORD}@host"],
)  # fmt: skip
def test_references_are_no_secrets(value: str) -> None:
    assert names({"DB_PASSWORD": value}) == {}


def packed(text: str) -> str:
    return base64.b64encode(gzip.compress(text.encode())).decode()


@pytest.mark.parametrize("wrap", [str, lambda text: base64.b64encode(text.encode()).decode(), packed])
def test_scripts(wrap: Any) -> None:
    script = f"#!/bin/sh\nexport DB_PASSWORD='{RANDOM}'\necho hello\ncurl -u x:{TOKEN} https://example.com\nNAME=web-server\n"
    found = names(wrap(script))
    assert found == {"DB_PASSWORD": "", "line 4": "GitHub token"}


def test_entropy() -> None:
    assert (entropy(""), entropy("aaaa"), entropy("abcd")) == (0.0, 0.0, 2.0)
    assert entropy(RANDOM) > 3.5


def task(value: str) -> dict[str, Any]:
    return {"taskDefinition": {"taskDefinitionArn": "arn:t", "containerDefinitions": [
        {"name": "c", "environment": [{"name": "X", "value": value}]}]}}  # fmt: skip


def template(value: str) -> dict[str, Any]:
    return {"LaunchTemplateVersions": [{"LaunchTemplateId": "lt", "VersionNumber": 1,
                                        "LaunchTemplateData": {"UserData": packed(f"X={value}")}}]}  # fmt: skip


ANSWERS: Mapping[str, Any] = {
    "lambda_functions": lambda v: {"Functions": [{"FunctionName": "f", "Environment": {"Variables": {"X": v}}}]},
    "ecs_task_definitions": task,
    "ec2_user_data": lambda v: {"UserData": {"Value": packed(f"X={v}")}},
    "ec2_launch_template_versions": template,
    "autoscaling_launch_configurations": lambda v: {"LaunchConfigurations": [
        {"LaunchConfigurationName": "l", "UserData": packed(f"X={v}")}]},
    "cloudformation_stacks": lambda v: {"Stacks": [{"StackName": "s", "Parameters": [
        {"ParameterKey": "X", "ParameterValue": v}], "Outputs": [{"OutputKey": "Y", "OutputValue": v}]}]},
}  # fmt: skip


@pytest.mark.parametrize("name", ANSWERS)
def test_no_value_reaches_a_row(name: str) -> None:
    table = tables.registry()[name]
    answer = Answer(table.call, Outcome.OK, (ANSWERS[name](KEY),))
    text = json.dumps(rows_of(table, answer, PLACE))
    assert KEY not in text
    assert "AWS access key" in text


def test_no_value_of_a_build_reaches_a_row() -> None:
    table = tables.registry()["codebuild_projects"]
    text = json.dumps(custom_rows(table, [{"name": "p", "signs": [{"name": "X", "value": KEY}]}], PLACE))
    assert KEY not in text
    assert "AWS access key" in text


def test_what_cannot_be_read_says_nothing_of_the_value() -> None:
    table = tables.registry()["codebuild_projects"]
    text = json.dumps(custom_rows(table, [{"name": "p", "signs": [KEY]}], PLACE))
    assert KEY not in text
    assert "MalformedValue" in text


def test_every_column_of_environments_is_made_of_signs() -> None:
    """No table has a column that keeps variables, user data, or values of parameters as they come."""
    kept = {
        (table.name, column.name)
        for table in tables.registry().values()
        for column in table.columns
        if column.type != "signs" and column.name != "variables"
        and any(word in column.path for word in ("Environment.Variables", "environmentVariables", "UserData.Value",
                                                 ".UserData", "ParameterValue", "OutputValue", "].environment"))
    }  # fmt: skip
    assert kept == set()
