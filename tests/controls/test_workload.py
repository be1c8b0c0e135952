from __future__ import annotations

import json
from typing import Any

import pytest

from orienteer.facts.seen import Cells, Partial, Unseen
from tests.facts.support import GAP, PLACE, UNSEEN, fact, judged, verdict

MACHINE = {"resource_type": "AWS::EC2::Instance", "internet_facing": False}
TEMPLATE = {"resource_type": "AWS::EC2::LaunchTemplate", "internet_facing": False}
STRONG, WEAK = Cells(may_change=True), Cells(may_change=False)


# --- WRK-01


@pytest.mark.parametrize(
    ("one", "found"),
    [
        ({**MACHINE, "http_tokens": "required"}, "PASS"),
        ({**MACHINE, "http_tokens": "required", "internet_facing": UNSEEN, "role": UNSEEN}, "PASS"),
        ({**MACHINE, "http_tokens": "optional", "metadata_endpoint": "disabled"}, "PASS"),
        ({**MACHINE, "http_tokens": "optional"}, "FAIL high"),
        ({**MACHINE}, "FAIL high"),
        ({**MACHINE, "http_tokens": "optional", "internet_facing": True, "role": STRONG}, "FAIL critical"),
        ({**MACHINE, "http_tokens": "optional", "internet_facing": True, "role": WEAK}, "FAIL high"),
        ({**MACHINE, "http_tokens": "optional", "internet_facing": True}, "FAIL high"),
        ({**MACHINE, "http_tokens": "optional", "internet_facing": UNSEEN, "role": STRONG}, "FAIL high"),
        ({**MACHINE, "http_tokens": UNSEEN, "metadata_endpoint": "enabled"}, "NOT_ASSESSED"),
        ({**TEMPLATE, "http_tokens": "optional", "account_default": None}, "FAIL medium"),
        ({**TEMPLATE, "account_default": False}, "FAIL medium"),
        ({**TEMPLATE, "account_default": True}, "PASS"),
        ({**TEMPLATE, "account_default": UNSEEN}, "NOT_ASSESSED"),
        ({**TEMPLATE, "http_tokens": "required", "account_default": UNSEEN}, "PASS"),
    ],
)
def test_imdsv2(one: dict[str, Any], found: str) -> None:
    told = verdict("WRK-01", one)
    assert told is not None
    assert " ".join(told) == found if found.startswith("FAIL") else told[0] == found


def test_a_hop_limit_above_two_is_told() -> None:
    for hops, is_told in ((3, True), (2, False), (None, False)):
        told = judged("WRK-01", {**MACHINE, "http_tokens": "required", "hop_limit": hops})
        assert told and told.status == "PASS" and (f"hop limit is {hops}" in told.words) is is_told


def test_a_template_is_judged_by_its_default_version_and_the_accounts_default() -> None:
    version = {**PLACE, "name": "lt:1", "resource_id": "lt:1", "is_default": True}
    rows = fact(
        "metadata_users",
        ec2_launch_template_versions=[version, {**version, "name": "lt:2", "resource_id": "lt:2", "is_default": False}],
        ec2_instance_metadata_defaults=[{**PLACE, "http_tokens": "required"}],
        ec2_instances=[{**PLACE, "resource_id": "i-1", "instance_id": "i-1", "state": "terminated"}],
        autoscaling_launch_configurations=[{**PLACE, "resource_id": "lc", "name": "lc", "http_tokens": "optional"}],
    )
    assert [(row["resource_id"], row["account_default"]) for row in rows] == [("lt:1", True), ("lc", None)]


def test_a_machine_has_the_role_of_its_profile() -> None:
    admin = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
    arn = f"arn:aws:iam::{PLACE['account_id']}"
    role = {
        "account_id": PLACE["account_id"], "region": "global", "resource_id": "web", "role_name": "web",
        "resource_arn": f"{arn}:role/web", "role_arn": f"{arn}:role/web", "path": "/",
        "trust_policy": json.dumps({"Statement": []}), "instance_profiles": json.dumps(["web-profile"]),
        "inline_policies": json.dumps([{"PolicyName": "all", "PolicyDocument": admin}]),
    }  # fmt: skip
    machine = {
        **PLACE, "resource_id": "i-1", "instance_id": "i-1", "state": "running", "http_tokens": "optional",
        "profile_arn": f"{arn}:instance-profile/path/web-profile",
    }  # fmt: skip
    (row,) = fact("machines", ec2_instances=[machine], iam_roles=[role])
    assert (row["role_name"], row["role"]["may_change"], row["internet_facing"]) == ("web", True, False)
    (row,) = fact("machines", ec2_instances=[machine], iam_roles=[{**role, **GAP}])
    assert row["role_name"] != "web"
    assert row["role_name"] is not None


# --- WRK-05

ROLE = {"resource_type": "AWS::IAM::Role", "faces_internet": False, "whole_services": (), "data_services": (),
        "workloads": ("function a",), "shared_by": 1}  # fmt: skip
NARROW = Cells(is_admin=False, ways=Partial(()))
ADMIN = Cells(is_admin=True, ways=Partial(()))
OPEN = Partial((Cells(blocked_by="", words="It may pass a role."),))
SHUT = Partial((Cells(blocked_by="scp", words="It may pass a role."),))


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({"principal": NARROW}, "PASS"),
        ({"principal": ADMIN}, "FAIL high"),
        ({"principal": ADMIN, "faces_internet": True}, "FAIL critical"),
        ({"principal": ADMIN, "faces_internet": UNSEEN}, "FAIL high"),
        ({"principal": Cells(is_admin=False, ways=OPEN)}, "FAIL high"),
        ({"principal": Cells(is_admin=False, ways=SHUT)}, "PASS"),
        ({"principal": NARROW, "whole_services": ("s3",)}, "FAIL medium"),
        ({"principal": NARROW, "data_services": ("s3",)}, "PASS"),
        ({"principal": NARROW, "data_services": ("s3",), "faces_internet": True}, "FAIL medium"),
        ({"principal": UNSEEN}, "NOT_ASSESSED"),
        ({"principal": Cells(is_admin=False, ways=Partial((), UNSEEN.gaps))}, "NOT_ASSESSED"),
        ({"principal": None}, "FAIL low"),
        ({"principal": None, "resource_type": "AWS::EC2::Instance"}, "MANUAL"),
    ],
)
def test_workload_roles(changed: dict[str, Any], found: str) -> None:
    told = verdict("WRK-05", ROLE | changed)
    assert told is not None
    assert " ".join(told) == found if found.startswith("FAIL") else told[0] == found


def test_an_instance_without_a_role_is_asked_about_for_information() -> None:
    machine = {**PLACE, "resource_id": "i-1", "instance_id": "i-1", "state": "running", "profile_arn": None}
    (row,) = fact("workload_roles", ec2_instances=[machine])
    assert verdict("WRK-05", row) == ("MANUAL", "info")


def test_a_role_that_several_things_run_as_has_one_row() -> None:
    arn = f"arn:aws:iam::{PLACE['account_id']}:role/worker"
    role = {
        "account_id": PLACE["account_id"], "region": "global", "resource_id": "worker", "role_name": "worker",
        "resource_arn": arn, "role_arn": arn, "path": "/", "trust_policy": json.dumps({"Statement": []}),
    }  # fmt: skip
    function = {**PLACE, "resource_id": "f", "function_name": "f", "role_arn": arn}
    task = {**PLACE, "resource_id": "s", "task_arn": "arn:aws:ecs:eu-west-1:1:task-definition/t:1", "task_role": arn}
    (row,) = fact("workload_roles", iam_roles=[role], lambda_functions=[function], ecs_task_definitions=[task, task])
    assert (row["shared_by"], row["workloads"]) == (2, ("function f", "task t:1"))
    (row,) = fact("workload_roles", iam_roles=[{**role, **GAP}], lambda_functions=[function])
    assert isinstance(row["principal"], Unseen)


# --- WRK-06

CLUSTER = {"resource_type": "AWS::EKS::Cluster", "open_to": (), "audit_logs": True, "encrypts_secrets": True,
           "version": "1.33"}  # fmt: skip
TASK = {"resource_type": "AWS::ECS::TaskDefinition", "privileged_containers": ()}
REPOSITORY = {"resource_type": "AWS::ECR::Repository", "scanned": True, "tag_mutability": "IMMUTABLE"}
FUNCTION = {"resource_type": "AWS::Lambda::Function", "runtime": "python3.8"}


@pytest.mark.parametrize(
    ("one", "found"),
    [
        (CLUSTER, "PASS"),
        ({**CLUSTER, "open_to": ("0.0.0.0/0",)}, "FAIL high"),
        ({**CLUSTER, "audit_logs": False}, "FAIL medium"),
        ({**CLUSTER, "audit_logs": None}, "FAIL medium"),
        ({**CLUSTER, "encrypts_secrets": False}, "FAIL medium"),
        ({**CLUSTER, "open_to": UNSEEN}, "NOT_ASSESSED"),
        ({**CLUSTER, "version": "1.20"}, "FAIL medium"),
        (TASK, "PASS"),
        ({**TASK, "privileged_containers": ("a",)}, "FAIL high"),
        ({**TASK, "network_mode": "host"}, "FAIL medium"),
        ({**TASK, "pid_mode": "host"}, "FAIL high"),
        ({**TASK, "privileged_containers": UNSEEN}, "NOT_ASSESSED"),
        (REPOSITORY, "PASS"),
        ({**REPOSITORY, "scanned": False}, "FAIL medium"),
        ({**REPOSITORY, "tag_mutability": "MUTABLE"}, "FAIL low"),
        ({**REPOSITORY, "tag_mutability": "MUTABLE_WITH_EXCLUSION"}, "FAIL low"),
        ({**REPOSITORY, "tag_mutability": "IMMUTABLE_WITH_EXCLUSION"}, "PASS"),
        ({**REPOSITORY, "scanned": UNSEEN}, "NOT_ASSESSED"),
        (FUNCTION, "FAIL medium"),
        ({**FUNCTION, "runtime": None}, "PASS"),
        ({**FUNCTION, "runtime": "python3.14"}, "PASS"),
    ],
)
def test_platforms(one: dict[str, Any], found: str) -> None:
    told = verdict("WRK-06", one, eks_supported=("1.33",), lambda_deprecated=("python3.8",))
    assert told is not None
    assert " ".join(told) == found if found.startswith("FAIL") else told[0] == found


def rule(pattern: str, frequency: str = "SCAN_ON_PUSH") -> dict[str, Any]:
    return {"scanFrequency": frequency, "repositoryFilters": [{"filter": pattern, "filterType": "WILDCARD"}]}


@pytest.mark.parametrize(
    ("on_push", "kind", "rules", "found"),
    [
        (True, "BASIC", [], True),
        (False, "BASIC", [], False),
        (False, "BASIC", [rule("*")], True),
        (False, "ENHANCED", [rule("apps*", "CONTINUOUS_SCAN")], True),
        (False, "ENHANCED", [rule("*", "MANUAL")], False),
        (True, "ENHANCED", [rule("other*")], False),
        (True, "BASIC", [rule("other*")], False),
        (True, None, [], True),
    ],
)
def test_the_registry_overrides_the_repository(on_push: bool, kind: str, rules: list[Any], found: bool) -> None:
    named = {**PLACE, "resource_id": "apps/web", "resource_arn": "arn:aws:ecr:eu-west-1:1:repository/apps/web"}
    repository = {**named, "repository_name": "apps/web", "scan_on_push": on_push}
    registry = {**PLACE, "scan_type": kind, "scan_rules": json.dumps(rules)}
    (row,) = fact("platforms", ecr_repositories=[repository], ecr_registry_scanning=[registry])
    assert row["scanned"] is found


@pytest.mark.parametrize(
    ("version", "own_key", "found"), [("1.27", False, False), ("1.28", False, True), ("1.20", True, True)]
)
def test_clusters(version: str, own_key: bool, found: bool) -> None:
    cluster = {**PLACE, "resource_id": "c", "resource_arn": "arn:c", "version": version, "own_key": own_key,
               "public_endpoint": True, "public_cidrs": json.dumps(["0.0.0.0/0", "198.51.100.1/32"])}  # fmt: skip
    (row,) = fact("platforms", eks_cluster_details=[cluster])
    assert (row["encrypts_secrets"], row["open_to"]) == (found, ("0.0.0.0/0",))
