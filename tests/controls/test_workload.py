from __future__ import annotations

import json
from typing import Any

import pytest

from orienteer.facts.seen import Cells
from tests.facts.support import GAP, PLACE, UNSEEN, fact, verdict

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
