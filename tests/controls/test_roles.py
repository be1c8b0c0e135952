"""Roles that nobody uses."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from orienteer.facts.seen import Cells
from tests.facts.support import NOW, UNSEEN, estate, judged, status, verdict

ROLE = {
    "is_ours": True,
    "path": "/",
    "role_name": "app",
    "role_age_days": 300,
    "outsiders": (),
    "open_to": "private",
    "is_admin": False,
}
TRUST = (
    '{"Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]}'
)


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        ({"role_idle_days": 3}, ("PASS", "medium")),
        ({"role_idle_days": 90}, ("PASS", "medium")),
        ({"role_idle_days": 91}, ("FAIL", "medium")),
        ({"role_idle_days": None}, ("FAIL", "medium")),
        ({"role_idle_days": None, "is_admin": True}, ("FAIL", "high")),
        ({"role_idle_days": None, "outsiders": ("444455556666",)}, ("FAIL", "high")),
        ({"role_idle_days": None, "open_to": "public"}, ("FAIL", "high")),
        ({"role_idle_days": None, "is_admin": UNSEEN}, ("FAIL", "medium")),
        ({"role_idle_days": UNSEEN}, ("NOT_ASSESSED", "")),
        ({"role_age_days": None}, ("MANUAL", "medium")),
        ({"role_age_days": 89}, None),
        ({"path": "/aws-reserved/sso.amazonaws.com/"}, None),
        ({"is_ours": False}, None),
        ({"role_name": "OrganizationAccountAccessRole"}, None),
    ],
)
def test_unused_roles(role: dict[str, Any], expected: tuple[str, str] | None) -> None:
    assert verdict("IAM-08", ROLE | role) == expected


def test_the_client_names_roles_to_keep_and_the_window() -> None:
    assert status("IAM-08", ROLE | {"role_name": "dr-restore"}, keep_roles=("dr-*",)) is None
    assert status("IAM-08", ROLE | {"role_idle_days": 91}, role_unused_days=120) == "PASS"


@pytest.mark.parametrize(("age", "words"), [(399, "since it was created"), (500, "in the 400 days AWS keeps track of")])
def test_no_use_says_no_more_than_aws_remembers(age: int, words: str) -> None:
    told = judged("IAM-08", ROLE | {"role_age_days": age, "role_idle_days": None})
    assert told and words in told.words


def role_of(used: int | None, **tables: Any) -> Cells:
    last = None if used is None else NOW - days(used)
    row = {
        "account_id": "1",
        "region": "global",
        "role_name": "app",
        "role_arn": "arn:app",
        "path": "/",
        "trust_policy": TRUST,
        "created_at": NOW - days(500),
        "last_used_at": last,
    }
    return estate({"iam_roles": [row], **tables}).source("roles").rows[0]


def days(days: int) -> Any:
    return pd.Timedelta(days=days)


def test_ages_and_what_the_analyzer_says() -> None:
    finding = {"finding_id": "f", "finding_type": "UnusedIAMRole", "status": "ACTIVE", "resource": "arn:app"}
    found = role_of(40, accessanalyzer_findings=[{"account_id": "2", "region": "eu-west-1", **finding}])
    assert (found["role_age_days"], found["role_idle_days"], found["found_unused"]) == (500, 40, True)
    assert role_of(None)["role_idle_days"] is None
    assert role_of(-900)["role_idle_days"] == 0
    assert role_of(None)["found_unused"] is False
