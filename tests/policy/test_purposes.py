"""What policies are good for, as the engine grants it."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from orienteer.demo.managed import managed_policy
from orienteer.policy.rights.escalation import Principal
from orienteer.policy.rights.purposes import Purposes, changing, purposes

ARN = "arn:aws:iam::111122223333:role/x"


def of(*policies: Any, boundary: Any = None) -> Purposes:
    named = tuple((str(n), aws(one) if isinstance(one, str) else one) for n, one in enumerate(policies))
    return purposes(Principal(ARN, "role", "111122223333", named, aws(boundary) if boundary else None))


@cache
def aws(name: str) -> Any:
    return managed_policy(name)[0]


def inline(action: Any, effect: str = "Allow") -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": [{"Effect": effect, "Action": action, "Resource": "*"}]}


@pytest.mark.parametrize("name", ["SecurityAudit", "ViewOnlyAccess", "ReadOnlyAccess"])
def test_what_aws_calls_reading_reads_and_writes_nothing(name: str) -> None:
    found = of(name)
    assert (found.reads, found.writes, found.everything, found.administers_iam) == (True, (), False, False)
    assert found.reads_data is (name == "ReadOnlyAccess")


def test_a_deny_on_data_is_heard() -> None:
    assert not of("ReadOnlyAccess", inline(["s3:Get*", "dynamodb:*"], "Deny")).reads_data


def test_a_written_action_is_named() -> None:
    assert of("SecurityAudit", inline("s3:PutObject")).writes == ("s3:PutObject",)
    assert len(of("SecurityAudit", inline("s3:*")).writes) == 5
    assert of("SecurityAudit", inline("s3:*"), boundary="SecurityAudit").writes == ()


def test_administrators() -> None:
    assert of("AdministratorAccess").everything
    assert of("AdministratorAccess").administers_organization
    assert not of("PowerUserAccess").everything
    assert not of("AdministratorAccess", boundary="ViewOnlyAccess").everything
    iam = of("IAMFullAccess")
    assert (iam.administers_iam, iam.everything, iam.administers_organization) == (True, False, False)
    assert of(inline("organizations:*")).administers_organization


@pytest.mark.parametrize(
    ("action", "writes"),
    [
        ("s3:PutObject", True),
        ("s3:GetObject", False),
        ("iam:PassRole", True),
        ("ec2:CreateTags", True),
        ("billing:GetResourcePolicy", False),
        ("s3express:CreateSession", False),
        ("nobody:KnowsThis", False),
    ],
)
def test_what_changes_something(action: str, writes: bool) -> None:
    assert (action in changing()) is writes
