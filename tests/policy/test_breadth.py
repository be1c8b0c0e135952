from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from orienteer.policy.exposure.transport import refuses_plain_http
from orienteer.policy.rights.breadth import changes, data_services, whole_services
from orienteer.policy.rights.escalation import Principal

NOW = datetime(2026, 6, 30, tzinfo=UTC)
ACCOUNT = "111122223333"
BUCKET = "arn:aws:s3:::files"


def document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(*actions: str, resource: str = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": list(actions), "Resource": resource, **more}


def role(*statements: dict[str, Any], boundary: str | None = None) -> Principal:
    return Principal(
        arn=f"arn:aws:iam::{ACCOUNT}:role/r", kind="role", account_id=ACCOUNT,
        policies=(("own", document(*statements)),), boundary=boundary, scps=(), trust=None, instance_profile=False,
        tags=(), groups=(),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("statements", "found"),
    [
        ([allow("s3:Get*", "ec2:Describe*")], False),
        ([allow("logs:PutLogEvents", "cloudwatch:PutMetricData", "ssm:UpdateInstanceInformation")], False),
        ([allow("s3:PutObject", resource=f"{BUCKET}/*")], True),
        ([allow("*")], True),
        ([{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}], True),
        ([allow("s3:PutObject"), {"Effect": "Deny", "Action": "s3:Put*", "Resource": "*"}], False),
        ([], False),
    ],
)
def test_what_changes_things(statements: list[dict[str, Any]], found: bool) -> None:
    assert changes(role(*statements), NOW) is found


def test_a_boundary_takes_it_away() -> None:
    assert not changes(role(allow("s3:*"), boundary=document(allow("s3:Get*"))), NOW)


@pytest.mark.parametrize(
    ("statements", "whole", "data"),
    [
        ([allow("s3:*")], ("s3",), ("s3",)),
        ([allow("s3:GetObject")], (), ("s3",)),
        ([allow("s3:*", resource=f"{BUCKET}/*")], (), ()),
        ([allow("secretsmanager:*", "kms:*")], ("kms", "secretsmanager"), ("secretsmanager",)),
        ([allow("s3:*"), {"Effect": "Deny", "Action": "s3:PutBucketPolicy", "Resource": "*"}], (), ("s3",)),
    ],
)
def test_whole_services(statements: list[dict[str, Any]], whole: tuple[str, ...], data: tuple[str, ...]) -> None:
    assert whole_services(role(*statements), NOW) == whole
    assert data_services(role(*statements), NOW) == data


def deny(condition: dict[str, Any], resource: Any = (BUCKET, f"{BUCKET}/*"), principal: Any = "*") -> str:
    return document({"Effect": "Deny", "Principal": principal, "Action": "s3:*", "Resource": list(resource),
                     "Condition": condition})  # fmt: skip


PLAIN = {"Bool": {"aws:SecureTransport": "false"}}


@pytest.mark.parametrize(
    ("policy", "found"),
    [
        (deny(PLAIN), True),
        (deny({"BoolIfExists": {"aws:SecureTransport": "false"}}), True),
        (deny(PLAIN, [f"{BUCKET}/*"]), False),
        (deny(PLAIN, principal={"AWS": f"arn:aws:iam::{ACCOUNT}:root"}), False),
        (deny({"Bool": {"aws:SecureTransport": "true"}}), False),
        (deny({"NumericLessThan": {"s3:TlsVersion": "1.2"}}), False),
        (document(allow("s3:*")), False),
    ],
)
def test_plain_http(policy: str, found: bool) -> None:
    assert refuses_plain_http(policy, BUCKET, ACCOUNT) is found
