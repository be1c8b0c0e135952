"""What a guardrail would take away, over a small tree: who loses what, where, and what nobody can say."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
import pytest

from orienteer.ask.would import would_deny
from orienteer.errors import OrienteerError
from tests.controls.test_guardrails import HOME, OLD, SHOP, policy
from tests.facts.support import GAP, NOW
from tests.readymade.test_readymade import OPEN, estate, role

NO_RUNS = policy(Action="lambda:*")
ONLY_CENTRAL = policy(NotAction=["iam:*"], Condition={"StringNotEquals": {"aws:RequestedRegion": "eu-central-1"}})


def losing(document: Any, *roles: dict[str, Any], at: str = "root", **more: Any) -> dict[str, str]:
    """What each principal loses, by its name."""
    attached = more.pop("attached", ())
    found = would_deny(estate(*attached, iam_roles=list(roles)), document, at, **more)
    return {arn.rpartition("/")[2]: loses for arn, loses in zip(found["principal"], found["loses"], strict=True)}


def limited(account: str, name: str, *actions: str) -> dict[str, Any]:
    own = {"Statement": {"Effect": "Allow", "Action": list(actions), "Resource": "*"}}
    return role(account, name) | {"inline_policies": json.dumps([{"PolicyName": "own", "PolicyDocument": own}])}


def test_who_holds_the_actions_and_was_used_loses_them() -> None:
    roles = [
        limited(SHOP, "runs", "lambda:InvokeFunction", "s3:GetObject"),
        limited(SHOP, "reads", "s3:GetObject"),
        limited(SHOP, "never", "lambda:InvokeFunction") | {"last_used_at": None},
        limited(SHOP, "idle", "lambda:InvokeFunction") | {"last_used_at": NOW - pd.Timedelta(days=91)},
        limited(HOME, "boss", "lambda:InvokeFunction"),
    ]
    assert losing(NO_RUNS, *roles) == {"runs": "lambda:InvokeFunction"}


@pytest.mark.parametrize(
    "at, names", [("Work", {"a"}), ("ou-x", {"b"}), (SHOP, {"a"}), ("root", {"a", "b"}), (HOME, set())]
)
def test_only_accounts_below_are_bound(at: str, names: set[str]) -> None:
    roles = [limited(SHOP, "a", "lambda:InvokeFunction"), limited(OLD, "b", "lambda:InvokeFunction")]
    assert set(losing(NO_RUNS, *roles, at=at)) == names


def test_what_is_denied_today_is_not_lost() -> None:
    runs = limited(SHOP, "runs", "lambda:InvokeFunction")
    assert losing(NO_RUNS, runs, attached=[(NO_RUNS, "ou-w")]) == {}


def test_an_exempted_principal_loses_nothing() -> None:
    spared = {**NO_RUNS["Statement"], "Condition": {"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/runs"}}}
    roles = [limited(SHOP, name, "lambda:InvokeFunction") for name in ("runs", "other")]
    assert set(losing({"Statement": spared}, *roles)) == {"other"}


def test_a_user_with_a_key_in_use_counts_too() -> None:
    arn = f"arn:aws:iam::{SHOP}:user/bot"
    keys = {"account_id": SHOP, "region": "global", "resource_id": "bot"}
    own = limited(SHOP, "x", "lambda:InvokeFunction")["inline_policies"]
    user = {**keys, "resource_arn": arn, "user_arn": arn, "user_name": "bot", "path": "/", "inline_policies": own}
    used = {**keys, "user": "bot", "arn": arn, "access_key_1_last_used_date": NOW - pd.Timedelta(days=2)}
    here = estate(iam_user_details=[user], iam_credential_report=[used])
    assert would_deny(here, NO_RUNS)["seen"].tolist() == ["used 2 days ago"]


def test_a_region_counts_where_something_was_seen() -> None:
    west = limited(SHOP, "west", "ec2:*") | {"last_used_region": "eu-west-1"}
    found = would_deny(estate(iam_roles=[west]), ONLY_CENTRAL)
    assert found[["principal", "regions"]].to_numpy().tolist()[0][1].split(", ")[0] == "eu-west-1"
    central = limited(SHOP, "central", "ec2:RunInstances") | {"last_used_region": "eu-central-1"}
    here = would_deny(estate(iam_roles=[central]), ONLY_CENTRAL)
    assert "eu-central-1" not in ", ".join(here["regions"])


def test_a_list_of_allowed_services_in_the_place_of_another_policy() -> None:
    listed = {"Statement": {"Effect": "Allow", "Action": ["s3:*", "iam:*"], "Resource": "*"}}
    runs = limited(SHOP, "runs", "lambda:CreateFunction", "s3:GetObject")
    assert losing(listed, runs) == {}
    assert losing(listed, runs, instead_of=("policy-0",)) == {"runs": "lambda:CreateFunction"}


def test_a_resource_control_policy_keeps_strangers_out_of_roles() -> None:
    document = policy(
        Action="sts:AssumeRole",
        Principal="*",
        Condition={"StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-1"}},
    )
    found = would_deny(estate(iam_roles=[role(SHOP, "open", OPEN)]), document)
    assert found["principal"].tolist() == ["anybody on the internet"]
    assert found["loses"].tolist() == ["sts:AssumeRole on role open in shop"]


def test_what_was_not_read_is_said() -> None:
    lost = {**role(SHOP, "lost"), **GAP}
    assert GAP["gap"] in would_deny(estate(iam_roles=[lost]), NO_RUNS).attrs["unknown"]


def test_mistakes_are_told() -> None:
    with pytest.raises(OrienteerError, match="cannot be read"):
        would_deny(estate(), "{")
    with pytest.raises(OrienteerError, match="did you mean 'Work'"):
        would_deny(estate(), NO_RUNS, "Wrok")
