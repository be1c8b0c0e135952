"""Fixes as they are shown: commands that botocore knows, Terraform resources that the provider has, values quoted."""

from __future__ import annotations

import dataclasses
import json
import re
import shlex
from pathlib import Path
from typing import Any

import botocore.session
import pytest
import yaml
from botocore import xform_name
from botocore.validate import ParamValidator

from orienteer import controls
from orienteer.demo.faults import HARBOUR, NORDLICHT, planted
from orienteer.model import Category
from orienteer.report.steps import FOLDER, Fix, fix_for, fixes, steps_of
from orienteer.report.steps.fix import PLACE, harmless, in_terraform
from tests.report.estate import HOSTILE

NAMES = frozenset((Path(__file__).parent / "terraform_resources.txt").read_text(encoding="utf-8").split("\n"))
"""The resources of Terraform's AWS provider 6.25, read from cdktf-cdktf-provider-aws 21.22.1, made from its schema."""
OWN_NAMES = {"s3api": "s3", "configservice": "config"}
"""What the AWS CLI calls some of botocore's services."""
OFF = {"ingress": "egress"}
"""Options of the AWS CLI that turn another one off."""
GLOBAL = {"region"}
SESSION = botocore.session.get_session()
COMMANDS = [(fix.controls[0], line) for fix in fixes() for line in fix.cli]


# --- commands


def problems(line: str) -> list[str]:
    """What the AWS CLI would not take of a command: service, operation, parameters, values of enumerations."""
    words = shlex.split(PLACE.sub("x-place", line))
    if words[0] != "aws" or len(words) < 3:
        return ["no command of the AWS CLI"]
    service = OWN_NAMES.get(words[1], words[1])
    if service not in SESSION.get_available_services():
        return [f"no service {words[1]}"]
    model = SESSION.get_service_model(service)
    known = {xform_name(name, "-"): name for name in model.operation_names}
    if words[2] not in known:
        return [f"no operation {words[1]} {words[2]}"]
    shape = model.operation_model(known[words[2]]).input_shape
    return _parameters(words[3:], shape)


def _parameters(words: list[str], shape: Any) -> list[str]:
    members = {xform_name(name, "-"): name for name in (shape.members if shape else {})}
    given, found, at = {}, [], 0
    while at < len(words):
        name, values = words[at].removeprefix("--"), []
        assert words[at].startswith("--"), f"{words[at]} is not an option"
        at += 1
        while at < len(words) and not words[at].startswith("--"):
            values.append(words[at])
            at += 1
        plain = name if name in members else OFF.get(name, name.removeprefix("no-"))
        if plain in members:
            member = members[plain]
            given[member] = _value(values, shape.members[member], off=plain != name)
        elif name not in GLOBAL:
            found.append(f"no parameter --{name}")
    required = [name for name in (shape.required_members if shape else ()) if not _made_up(shape.members[name])]
    found += [f"lacks {name}" for name in required if name not in given]
    for name, value in given.items():
        if value is not FILE:  # the content of a file that the reader writes is not looked at
            report = ParamValidator().validate(value, shape.members[name])
            told = [report.generate_report()] if report.has_errors() else _enumerations(value, shape.members[name])
            found += told
    return found


def _made_up(shape: Any) -> bool:
    """The AWS CLI itself makes up a token where one is missing."""
    return bool(shape.metadata.get("idempotencyToken"))


FILE = object()


def _value(values: list[str], shape: Any, off: bool) -> Any:
    if not values:
        return {"Value": not off} if shape.type_name == "structure" else not off
    if len(values) == 1 and values[0].startswith(("file://", "fileb://")):
        return FILE
    if values[0][:1] in "[{" and shape.type_name != "string":
        return json.loads(values[0])
    if shape.type_name == "list":
        return [_scalar(v, shape.member) for v in values]
    return _scalar(values[0], shape)


def _scalar(text: str, shape: Any) -> Any:
    """A value of the CLI's short form: Name=a,Values=b."""
    if shape.type_name in ("structure", "map"):
        pairs = dict(part.split("=", 1) for part in text.split(","))
        of = (lambda k: shape.value) if shape.type_name == "map" else shape.members.get
        return {k: _scalar(v, of(k)) if of(k) is not None else v for k, v in pairs.items()}
    if shape.type_name == "list":
        return [_scalar(text, shape.member)]
    if shape.type_name in ("integer", "long"):
        return int(text) if text.isdigit() else 1
    if shape.type_name in ("double", "float"):
        return float(text)
    if shape.type_name == "boolean":
        return {"true": True, "false": False}[text]
    return text if "x-place" not in text else "x" * max(30, int(shape.metadata.get("min") or 0))


def _enumerations(value: Any, shape: Any) -> Any:
    if shape.type_name == "structure" and isinstance(value, dict):
        for name, one in value.items():
            yield from _enumerations(one, shape.members[name])
    elif shape.type_name == "list" and isinstance(value, list):
        for one in value:
            yield from _enumerations(one, shape.member)
    elif shape.type_name == "string" and shape.enum and value not in shape.enum and not str(value).startswith("xxx"):
        yield f"{value} is none of {shape.name}"


def test_every_command_names_an_operation_with_its_parameters() -> None:
    wrong = [f"{control}: {line}: {problem}" for control, line in COMMANDS for problem in problems(line)]
    assert wrong == []


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("aws s4 list-buckets", "no service"),
        ("aws iam remove-user --user-name x", "no operation"),
        ("aws iam delete-user --name x", "no parameter"),
        ("aws iam delete-user", "lacks UserName"),
        ("aws ec2 enable-snapshot-block-public-access --state block-everything", "is none of"),
        ("aws s3api put-bucket-versioning --bucket x --versioning-configuration State=Enabled", "Unknown parameter"),
    ],
)
def test_a_wrong_command_is_told(line: str, words: str) -> None:
    assert words in " ".join(problems(line))


def test_values_stand_where_the_shell_quotes_them() -> None:
    """A placeholder inside quotes of the template would be quoted twice, and the inner ones would end the outer."""
    for control, line in COMMANDS:
        for match in PLACE.finditer(line):
            assert line[: match.start()].count("'") % 2 == 0, f"{control}: {line}"
            assert '"' not in re.sub(r"'[^']*'", "", line), f"{control}: {line}"


SHOWN_FIRST = {
    "apigateway update-method": "get-resources",
    "cloudfront update-distribution": "get-distribution-config",
    "cloudtrail put-event-selectors": "get-event-selectors",
    "codebuild update-webhook": "batch-get-projects",
    "cognito-identity update-identity-pool": "describe-identity-pool",
    "ecr put-registry-scanning-configuration": "get-registry-scanning-configuration",
    "ecr set-repository-policy": "get-repository-policy",
    "iam update-assume-role-policy": "get-role",
    "kms put-key-policy": "get-key-policy",
    "opensearch update-domain-config": "describe-domain-config",
    "organizations put-resource-policy": "describe-resource-policy",
    "organizations update-policy": "describe-policy",
    "s3api put-bucket-lifecycle-configuration": "get-bucket-lifecycle-configuration",
    "s3api put-bucket-policy": "get-bucket-policy",
    "secretsmanager put-resource-policy": "get-resource-policy",
    "sns set-topic-attributes": "get-topic-attributes",
    "sqs set-queue-attributes": "get-queue-attributes",
}
"""Calls that replace a setting whole, and the call that shows what would be lost."""


def test_what_a_command_replaces_is_shown_first() -> None:
    for fix in fixes():
        called = [" ".join(line.split()[1:3]) for line in fix.cli]
        for at, call in enumerate(called):
            shows = SHOWN_FIRST.get(call)
            assert shows is None or f"{call.split()[0]} {shows}" in called[:at], f"{fix.controls}: {call}"


def test_no_command_switches_off_what_it_does_not_name() -> None:
    """Each of these sets back, or drops, what is left out: see the pages that the fixes name."""
    policy = next(line for _, line in COMMANDS if "update-account-password-policy" in line)
    pool = next(line for _, line in COMMANDS if "update-identity-pool" in line)
    assert "--allow-users-to-change-password" in policy and "--cognito-identity-providers" in pool
    for fix in fixes():
        if "advanced_event_selector" in fix.terraform:
            assert '["Management"]' in fix.terraform, fix.controls
        assert "block-bidirectional" not in " ".join((*fix.cli, fix.terraform)), fix.controls


# --- Terraform, sources, coverage


def test_terraform_resources_are_those_of_the_provider() -> None:
    for fix in fixes():
        named = re.findall(r'^resource "([a-z0-9_]+)"|\b(aws_[a-z0-9_]+)\b', fix.terraform, flags=re.MULTILINE)
        own = {a or b for a, b in named} - {"aws_iam_policy_document", "aws_service_access_principals"}
        assert own <= NAMES, f"{fix.controls}: {own - NAMES}"
        assert fix.terraform.count("{") == fix.terraform.count("}"), fix.controls
        assert fix.terraform.count('"') % 2 == 0, fix.controls


def test_fixes_have_a_source_of_aws_and_name_controls_that_exist() -> None:
    known = controls.registry()
    for fix in fixes():
        assert fix.source.startswith("https://docs.aws.amazon.com/"), fix.controls
        assert set(fix.controls) <= set(known), fix.controls
        assert fix.console.endswith((".", "<id>")), fix.controls


def test_entries_hold_what_a_fix_has_and_nothing_else() -> None:
    known = {field.name for field in dataclasses.fields(Fix)}
    for file in FOLDER.glob("*.yaml"):
        for entry in yaml.safe_load(file.read_text(encoding="utf-8")):
            assert set(entry) <= known, f"{file.name}: {entry['controls']}"


def test_every_control_that_fails_in_a_demo_says_how_it_is_mended() -> None:
    failing = {p.control_id for plan in (NORDLICHT, HARBOUR) for p in planted(plan) if p.status == "FAIL"}
    known = controls.registry()
    told = {control for fix in fixes() for control in fix.controls}
    assert {c for c in failing if known[c].category is not Category.COVERAGE} - told == set()


@pytest.mark.parametrize(
    "kind",
    [
        "S3::Bucket", "EC2::Snapshot", "EC2::Image", "EC2::Instance", "EC2::NetworkInterface",
        "EC2::SecurityGroup", "EC2::EIP", "ECS::Service", "EKS::Cluster",
        "ElasticLoadBalancingV2::LoadBalancer", "ElasticLoadBalancing::LoadBalancer",
        "CloudFront::Distribution", "RDS::DBInstance", "RDS::DBSnapshot", "RDS::DBClusterSnapshot",
        "Redshift::Cluster", "SQS::Queue", "SNS::Topic", "KMS::Key", "Lambda::Function", "ECR::Repository",
        "IAM::Role", "SecretsManager::Secret", "OpenSearchService::Domain", "RAM::ResourceShare",
        "SSM::Document", "ApiGateway::RestApi", "ApiGatewayV2::Api",
    ],
)  # fmt: skip
def test_what_is_opened_most_often_has_steps_of_its_own(kind: str) -> None:
    fix = fix_for("NET-06", f"AWS::{kind}")
    assert fix is not None and fix.types == (f"AWS::{kind}",) and fix.cli and fix.terraform


# --- filling in


def finding(**more: Any) -> dict[str, Any]:
    return {
        "control_id": "NET-06", "resource_type": "AWS::S3::Bucket", "resource_id": "logs",
        "resource_arn": "arn:aws:s3:::logs",
        "account_id": "111111111111", "account_name": "Hub", "region": "eu-west-1", "evidence": "{}", **more,
    }  # fmt: skip


def test_a_findings_own_values_stand_in_its_steps() -> None:
    (steps,) = steps_of([finding()])
    assert (
        "--bucket logs --public-access-block" in steps.shell and 'bucket                  = "logs"' in steps.terraform
    )
    assert steps.where == "Hub (111111111111)" and steps.blanks == ()
    key = finding(control_id="IAM-05", resource_type="AWS::IAM::AccessKey", resource_id="bot/key1", resource_arn="")
    (steps,) = steps_of([key])
    assert "--user-name bot --access-key-id ACCESS_KEY_ID" in steps.shell and steps.blanks == ("ACCESS_KEY_ID",)


def test_findings_of_one_fix_share_its_steps_and_others_have_their_own() -> None:
    rows = [finding(), finding(resource_id="b"), finding(control_id="INV-04", resource_type="AWS::::Account")]
    assert [s.others for s in steps_of(rows)] == [1, 0] and steps_of([finding(control_id="NONE-1")]) == []
    assert fix_for("IAM-09", "AWS::IAM::User") != fix_for("IAM-09", "AWS::IAM::Role")


@pytest.mark.parametrize(
    "name", [*HOSTILE, "a b; rm -rf ~", "$(id)", "`id`", "-rf", "file:///etc/passwd", "a'b", "a\nb"]
)
def test_a_hostile_name_is_one_word_of_the_command_or_is_left_out(name: str) -> None:
    (steps,) = steps_of([finding(resource_id=name, resource_arn="")])
    for line in steps.shell.splitlines():
        words = shlex.split(line)
        assert words[words.index("--bucket") + 1] == (name if harmless(name) else "ID")
    assert len(steps.shell.splitlines()) == 4


@pytest.mark.parametrize("name", ["-x", "file://a", "http://a/b", "a\nb", "a\u202eb", "a!b", "", "x" * 400])
def test_what_a_command_could_take_for_something_else_is_left_out(name: str) -> None:
    assert not harmless(name)


def test_a_queue_is_named_by_its_address() -> None:
    assert harmless("https://sqs.eu-west-1.amazonaws.com/111111111111/q")
    assert not harmless("https://sqs.eu-west-1.amazonaws.com.evil.invalid/111111111111/q")


def test_terraform_takes_no_template_from_a_name() -> None:
    assert in_terraform('a"${file("x")}%{if}') == 'a\\"$${file(\\"x\\")}%%{if}'
