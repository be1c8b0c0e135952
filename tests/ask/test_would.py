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
from tests.readymade.test_readymade import OPEN, called, estate, role

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


def test_the_services_that_a_principal_called_are_told() -> None:
    roles = [limited(SHOP, name, "lambda:*", "s3:*") for name in ("runs", "never", "lost", "unasked")]
    reports = [called(roles[0], ("lambda", 4, "eu-west-1")), called(roles[1], ("s3", 1, "eu-west-1"))]
    lost = {**reports[0], "resource_id": roles[2]["role_arn"], "principal_arn": None, "completed_at": None, **GAP}
    found = would_deny(estate(iam_roles=roles, iam_service_last_accessed=[*reports, lost]), NO_RUNS)
    told = dict(zip(found["principal"].str.rpartition("/")[2], found["called"], strict=True))
    assert told == {
        "runs": "lambda 4 days ago in eu-west-1",
        "never": "none of these services",
        "lost": "not known",
        "unasked": "not known",
    }
    assert GAP["gap"] in found.attrs["unknown"]
    assert any("for powerful users" in text for text in found.attrs["unknown"])


def test_what_nobody_in_the_account_called_no_principal_of_it_called() -> None:
    roles = [limited(SHOP, "a", "lambda:*"), limited(OLD, "b", "lambda:*")]
    quiet, busy = (
        {**called(roles[n], *used), "account_id": account, "resource_id": account, "account": account}
        for n, account, used in ((0, SHOP, [("s3", 1, "eu-west-1")]), (1, OLD, [("lambda", 9, "eu-west-1")]))
    )
    reports = [{k: v for k, v in one.items() if k != "principal_arn"} for one in (quiet, busy)]
    found = would_deny(estate(iam_roles=roles, iam_organizations_access_reports=reports), NO_RUNS)
    assert dict(zip(found["account_id"], found["called"], strict=True)) == {
        SHOP: "none of these services",
        OLD: "not known; somebody in its account: lambda 9 days ago in eu-west-1",
    }


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


# --- resources


QUEUE = f"arn:aws:sqs:eu-central-1:{SHOP}:jobs"
PERIMETER = policy(
    Action="*",
    Principal="*",
    Condition={
        "StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-1"},
        "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
    },
)
VENDOR = "999900001111"


def queue(*statements: dict[str, Any], arn: str = QUEUE) -> dict[str, Any]:
    account = arn.split(":")[4]
    place = {"account_id": account, "region": "eu-central-1", "resource_id": arn.rpartition(":")[2]}
    return {**place, "resource_arn": arn, "queue_arn": arn, "policy": json.dumps({"Statement": list(statements)})}


def let_in(principal: Any, *actions: str, **condition: Any) -> dict[str, Any]:
    found = {"Effect": "Allow", "Action": list(actions), "Principal": principal, "Resource": "*"}
    return found | ({"Condition": condition} if condition else {})


def kept(document: Any, *roles: dict[str, Any], at: str = "root", **tables: Any) -> set[tuple[str, str]]:
    found = would_deny(estate(iam_roles=list(roles), **tables), document, at)
    return set(zip(found["principal"], found["loses"], strict=True))


def test_a_perimeter_keeps_an_account_outside_out_of_a_queue() -> None:
    policy_ = let_in({"AWS": VENDOR}, "sqs:SendMessage"), let_in({"AWS": OLD}, "sqs:ReceiveMessage")
    sends = {(f"account {VENDOR}", "sqs:SendMessage on queue jobs in shop")}
    assert kept(PERIMETER, sqs_queue_policies=[queue(*policy_)]) == sends
    assert kept(PERIMETER, at="ou-x", sqs_queue_policies=[queue(*policy_)]) == set()
    home = f"arn:aws:sqs:eu-central-1:{HOME}:jobs"
    assert kept(PERIMETER, sqs_queue_policies=[queue(*policy_, arn=home)]) == set()


def test_what_a_policy_leaves_alone_is_not_lost() -> None:
    only_keys = {"Statement": PERIMETER["Statement"] | {"Action": "kms:*"}}
    assert kept(only_keys, sqs_queue_policies=[queue(let_in("*", "sqs:SendMessage"))]) == set()


def test_a_service_that_resource_control_policies_do_not_bind_is_left_alone() -> None:
    topic = f"arn:aws:sns:eu-central-1:{SHOP}:news"
    row = {"account_id": SHOP, "region": "eu-central-1", "resource_id": topic, "resource_arn": topic}
    news = {**row, "policy": json.dumps({"Statement": let_in({"AWS": VENDOR}, "sns:Publish")})}
    assert kept(PERIMETER, sns_topic_policies=[news]) == set()


def test_a_service_that_is_not_spared_loses_and_one_that_hangs_on_its_source_is_said() -> None:
    unspared = policy(Action="*", Principal="*", Condition={"StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-1"}})
    rows = [queue(let_in({"Service": "sns.amazonaws.com"}, "sqs:SendMessage"))]
    lost = {("sns.amazonaws.com", "sqs:SendMessage on queue jobs in shop")}
    assert kept(unspared, sqs_queue_policies=rows) == lost
    by_source = policy(
        Action="*",
        Principal="*",
        Condition={
            "StringNotEqualsIfExists": {"aws:SourceOrgID": "o-1"},
            "Null": {"aws:SourceAccount": "false"},
            "Bool": {"aws:PrincipalIsAWSService": "true"},
        },
    )
    found = would_deny(estate(sqs_queue_policies=rows), by_source)
    assert found.empty
    assert any("aws:sourceorgid" in text for text in found.attrs["unknown"])


def test_principals_inside_lose_what_the_policy_denies_everybody() -> None:
    """No resource policy names the role; its own does."""
    no_deletes = policy(Action="sqs:SendMessage", Principal="*")
    sends = limited(SHOP, "sends", "sqs:SendMessage")
    idle = limited(SHOP, "idle", "sqs:SendMessage") | {"last_used_at": None}
    reads = limited(SHOP, "reads", "sqs:ReceiveMessage")
    found = kept(no_deletes, sends, idle, reads, sqs_queue_policies=[queue()])
    assert found == {(sends["role_arn"], "sqs:SendMessage on queue jobs in shop")}
    spared = policy(
        Action="sqs:SendMessage",
        Principal="*",
        Condition={"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/sends"}},
    )
    assert kept(spared, sends, sqs_queue_policies=[queue()]) == set()


def test_a_bucket_a_secret_and_a_key_are_tried_too() -> None:
    place = {"account_id": SHOP, "region": "eu-central-1"}
    secret, key = (f"arn:aws:{kind}" for kind in (f"secretsmanager:eu-central-1:{SHOP}:secret:db-AbCdEf",
                                                 f"kms:eu-central-1:{SHOP}:key/k-1"))  # fmt: skip
    vendor = {"AWS": VENDOR}
    lake = {**place, "resource_id": "lake", "resource_arn": "arn:aws:s3:::lake"}
    tables = {
        "s3_buckets": [{**lake, "bucket": "lake", "bucket_arn": "arn:aws:s3:::lake", "bucket_region": "eu-central-1"}],
        "s3_bucket_policies": [{**lake, "policy": json.dumps({"Statement": let_in(vendor, "s3:GetObject")})}],
        "s3_bucket_ownership": [{**lake, "object_ownership": "BucketOwnerEnforced"}],
        "secretsmanager_secret_policies": [
            {
                **place,
                "resource_id": "db",
                "resource_arn": secret,
                "policy": json.dumps({"Statement": let_in(vendor, "secretsmanager:GetSecretValue")}),
            }
        ],
        "kms_key_policies": [
            {
                **place,
                "resource_id": "k-1",
                "resource_arn": key,
                "is_customer": True,
                "policy": json.dumps({"Statement": let_in(vendor, "kms:Decrypt")}),
            }
        ],
    }
    assert {loses.partition(" on ")[0] for _, loses in kept(PERIMETER, **tables)} == {
        "s3:GetObject",
        "secretsmanager:GetSecretValue",
        "kms:Decrypt",
    }


def test_a_policy_of_a_resource_that_was_not_read_is_said() -> None:
    lost = {**queue(), **GAP} | {"policy": None}
    found = would_deny(estate(sqs_queue_policies=[lost]), PERIMETER)
    assert GAP["gap"] in found.attrs["unknown"]
    assert any("The run lists no resource of" in text for text in found.attrs["unknown"])


# --- service control policies and what resources grant


def test_a_principal_that_a_queue_lets_in_loses_it_without_a_policy_of_its_own() -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html"""
    named = limited(SHOP, "named", "s3:GetObject")
    rows = [queue(let_in({"AWS": named["role_arn"]}, "sqs:SendMessage"))]
    no_queues = policy(Action="sqs:*")
    found = would_deny(estate(iam_roles=[named], sqs_queue_policies=rows), no_queues)
    assert found[["principal", "loses", "regions"]].to_numpy().tolist() == [
        [named["role_arn"], "sqs:SendMessage on queue jobs in shop", "eu-central-1"]
    ]
    assert would_deny(estate(iam_roles=[named], sqs_queue_policies=rows), policy(Action="s3:Put*")).empty


@pytest.mark.parametrize("region, lost", [("eu-central-1", False), ("eu-west-1", True)])
def test_a_region_that_is_denied_takes_what_stands_there(region: str, lost: bool) -> None:
    named = limited(SHOP, "named", "iam:GetUser") | {"last_used_region": "eu-central-1"}
    arn = f"arn:aws:sqs:{region}:{SHOP}:jobs"
    row = queue(let_in({"AWS": named["role_arn"]}, "sqs:SendMessage"), arn=arn) | {"region": region}
    found = would_deny(estate(iam_roles=[named], sqs_queue_policies=[row]), ONLY_CENTRAL)
    assert bool(len(found)) is lost


@pytest.mark.parametrize("spared, lost", [("sqs:*", False), ("s3:*", True)])
def test_what_a_deny_leaves_out_is_not_lost(spared: str, lost: bool) -> None:
    named = limited(SHOP, "named", "iam:GetUser")
    rows = [queue(let_in({"AWS": named["role_arn"]}, "sqs:SendMessage"))]
    document = policy(NotAction=["iam:*", spared])
    found = would_deny(estate(iam_roles=[named], sqs_queue_policies=rows), document)
    assert any("sqs" in loses for loses in found["loses"]) is lost


def test_a_condition_on_who_calls_counts_for_grants_too() -> None:
    named = limited(SHOP, "named", "iam:GetUser")
    rows = [queue(let_in({"AWS": named["role_arn"]}, "sqs:SendMessage"))]
    spared = policy(Action="sqs:*", Condition={"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/named"}})
    assert would_deny(estate(iam_roles=[named], sqs_queue_policies=rows), spared).empty


def test_a_global_service_is_lost_in_its_home_region_alone() -> None:
    admin = limited(SHOP, "admin", "iam:*", "ec2:*") | {"last_used_region": "eu-west-1"}
    closed = policy(Action="*", Condition={"StringNotEquals": {"aws:RequestedRegion": "us-east-1"}})
    found = would_deny(estate(iam_roles=[admin]), closed)
    assert not any("iam:" in loses for loses in found["loses"])


def test_what_was_not_read_is_said() -> None:
    lost = {**role(SHOP, "lost"), **GAP}
    assert GAP["gap"] in would_deny(estate(iam_roles=[lost]), NO_RUNS).attrs["unknown"]


def test_mistakes_are_told() -> None:
    with pytest.raises(OrienteerError, match="cannot be read"):
        would_deny(estate(), "{")
    with pytest.raises(OrienteerError, match="did you mean 'Work'"):
        would_deny(estate(), NO_RUNS, "Wrok")
