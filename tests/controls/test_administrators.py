from __future__ import annotations

import json
from typing import Any

import pandas as pd
import pytest

from orienteer import controls, tables
from orienteer.frames import frame as frame_of
from orienteer.judge import Facts, judge
from tests.facts.support import UNSEEN, fact, status
from tests.facts.support import found as judged_over
from tests.support import frame

NOW = pd.Timestamp("2026-11-24T08:00:00Z")
ACCOUNT, MANAGEMENT = "111122223333", "999900001111"
ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess"


def statement(action: Any, resource: str = "*", effect: str = "Allow", **more: Any) -> dict[str, Any]:
    return {"Effect": effect, "Action": action, "Resource": resource, **more}


def inline(*statements: dict[str, Any]) -> str:
    document = {"Version": "2012-10-17", "Statement": list(statements)}
    return json.dumps([{"PolicyName": "inline", "PolicyDocument": document}])


def attached(*arns: str) -> str:
    return json.dumps([{"PolicyName": arn.rpartition("/")[2], "PolicyArn": arn} for arn in arns])


def role(name: str, path: str = "/", **more: Any) -> dict[str, Any]:
    trust = {
        "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]
    }
    return {
        "account_id": ACCOUNT, "region": "global", "resource_id": name, "role_name": name, "path": path,
        "role_arn": f"arn:aws:iam::{ACCOUNT}:role{path}{name}", "trust_policy": json.dumps(trust), **more,
    }  # fmt: skip


def user(name: str, **more: Any) -> dict[str, Any]:
    return {"account_id": ACCOUNT, "region": "global", "resource_id": name, "user_name": name, "path": "/",
            "user_arn": f"arn:aws:iam::{ACCOUNT}:user/{name}", **more}  # fmt: skip


LIMIT = {"account_id": ACCOUNT, "resource_id": "limit", "policy_arn": f"arn:aws:iam::{ACCOUNT}:policy/limit",
         "document": json.dumps({"Statement": [statement("s3:Get*")]})}  # fmt: skip


def details(users: list[Any], roles: list[Any], groups: list[Any] | None = None) -> dict[str, pd.DataFrame]:
    return {
        "iam_user_details": frame("iam_user_details", users), "iam_groups": frame("iam_groups", groups or []),
        "iam_roles": frame("iam_roles", roles), "iam_local_policies": frame("iam_local_policies", [LIMIT]),
        "iam_aws_policy_versions": frame("iam_aws_policy_versions"),
        "iam_aws_boundary_versions": frame("iam_aws_boundary_versions"),
    }  # fmt: skip


def graded(found: pd.DataFrame) -> dict[str, tuple[str, str]]:
    return {r["resource_id"]: (r["status"], r["severity"]) for r in found.to_dict("records")}


def test_administrators_by_every_way() -> None:
    everything = inline(statement("*"))
    users = [user("root-like", groups='["ops"]'), user("plain"), user("unset", inline_policies=None)]
    roles = [
        role("OrganizationAccountAccessRole", attached_policies=attached(ADMIN)),
        role("AWSReservedSSO_Admin_1", "/aws-reserved/sso.amazonaws.com/", attached_policies=attached(ADMIN)),
        role("deploy", inline_policies=everything),
        role("machine", attached_policies=attached(ADMIN), instance_profiles='["machine"]'),
        role("bounded", attached_policies=attached(ADMIN), boundary_arn=LIMIT["policy_arn"]),
        role("narrow", inline_policies=inline(statement("*", "arn:aws:s3:::one/*"))),
        role("not-action", inline_policies=inline({"Effect": "Allow", "NotAction": "billing:*", "Resource": "*"})),
        role("AWSServiceRoleForX", "/aws-service-role/x.amazonaws.com/", inline_policies=everything),
    ]
    groups = [{"account_id": ACCOUNT, "resource_id": "ops", "group_name": "ops", "group_arn": "arn:g",
               "attached_policies": attached(ADMIN)}]  # fmt: skip
    assert graded(judged_over("IAM-09", details(users, roles, groups))) == {
        "root-like": ("FAIL", "high"), "OrganizationAccountAccessRole": ("PASS", "high"),
        "AWSReservedSSO_Admin_1": ("PASS", "high"), "deploy": ("FAIL", "high"), "machine": ("FAIL", "critical"),
        "bounded": ("FAIL", "medium"), "not-action": ("FAIL", "high"),
    }  # fmt: skip


def test_an_account_without_unexpected_administrators_passes() -> None:
    tables = details([user("plain")], [role("OrganizationAccountAccessRole", attached_policies=attached(ADMIN))])
    found = graded(judged_over("IAM-09", tables))
    assert found == {"OrganizationAccountAccessRole": ("PASS", "high"), ACCOUNT: ("PASS", "high")}
    assert graded(judged_over("IAM-09", tables, expected_admin_roles=["breakglass"])) == {
        "OrganizationAccountAccessRole": ("FAIL", "high"),
    }  # fmt: skip


def escalating(users: list[Any], roles: list[Any], **more: Any) -> dict[str, tuple[str, str]]:
    found = graded(judged_over("IAM-10", details(users, roles), as_of=NOW, **more))
    return {name: told for name, told in found.items() if name != ACCOUNT}


def test_ways_to_more_power() -> None:
    roles = [
        role("admin", attached_policies=attached(ADMIN), instance_profiles='["admin"]'),
        role("passer", inline_policies=inline(statement(["iam:PassRole", "ec2:RunInstances"]))),
        role("reader", inline_policies=inline(statement("s3:Get*"))),
        role("held", inline_policies=inline(statement("iam:AttachRolePolicy")), boundary_arn=LIMIT["policy_arn"]),
        role("AWSReservedSSO_X", "/aws-reserved/", inline_policies=inline(statement("iam:AttachRolePolicy"))),
        role("unset"),
    ]
    found = escalating([user("writer", inline_policies=inline(statement("iam:PutUserPolicy")))], roles)
    assert {name: status for name, (status, _) in found.items()} == {
        "passer": "FAIL", "reader": "PASS", "held": "FAIL", "unset": "PASS", "writer": "FAIL",
    }  # fmt: skip
    assert found["held"] == ("FAIL", "medium")


OTHER = "444455556666"


@pytest.mark.parametrize(("resource", "status"), [
    (f"arn:aws:iam::{OTHER}:role/deploy", "NOT_ASSESSED"), ("*", "NOT_ASSESSED"), (f"arn:aws:iam::{OTHER[:3]}*:role/x",
    "NOT_ASSESSED"), (f"arn:aws:iam::{MANAGEMENT}:role/x", "PASS"),
])  # fmt: skip
def test_who_may_assume_roles_where_nobody_could_look_is_not_said_to_have_no_way(resource: str, status: str) -> None:
    roles = [role("hopper", inline_policies=inline(statement("sts:AssumeRole", resource))),
             role("reader", inline_policies=inline(statement("s3:Get*")))]  # fmt: skip
    gap = {"account_id": OTHER, "region": "global", "outcome": "DENIED", "gap": "sts:AssumeRole AccessDenied"}
    read = details([], roles)
    read["iam_roles"] = pd.concat([read["iam_roles"].assign(outcome="OK", gap=None),
                                   frame_of(tables.registry()["iam_roles"], [gap])])  # fmt: skip
    found = judged_over("IAM-10", read, as_of=NOW).set_index("resource_id")["status"]
    assert (found["hopper"], found["reader"], found[OTHER]) == (status, "PASS", "NOT_ASSESSED")


def test_a_member_that_is_no_part_of_the_assessment_may_hold_a_stronger_role() -> None:
    roles = [role("hopper", inline_policies=inline(statement("sts:AssumeRole")))]
    member = frame("organization_accounts", [{"account_id": OTHER, "resource_id": OTHER, "id": OTHER}])
    found = judged_over("IAM-10", details([], roles) | {"organization_accounts": member}, as_of=NOW)
    assert graded(found)["hopper"][0] == "NOT_ASSESSED" and OTHER in found["reason"].iloc[0]


def test_a_declared_break_glass_user_is_an_expected_administrator() -> None:
    tables = details([user("rescue", attached_policies=attached(ADMIN))], [])
    assert graded(judged_over("IAM-09", tables))["rescue"][0] == "FAIL"
    declared = graded(judged_over("IAM-09", tables, break_glass_users=["rescue"]))
    assert declared == {"rescue": ("PASS", "high"), ACCOUNT: ("PASS", "high")}


def test_only_the_named_combinations_count() -> None:
    roles = [
        role("admin", attached_policies=attached(ADMIN)),
        role("w", inline_policies=inline(statement("iam:PutRolePolicy"))),
    ]
    assert escalating([], roles)["w"][0] == "FAIL"
    assert escalating([], roles, escalation_sets=[["iam:CreateAccessKey"]])["w"][0] == "PASS"


def test_combinations_of_the_clients_own_count_too() -> None:
    roles = [
        role("tagger", inline_policies=inline(statement("iam:TagRole", f"arn:aws:iam::{ACCOUNT}:role/app-*"))),
        role("denied", inline_policies=inline(statement("iam:TagRole"), statement("iam:TagRole", effect="Deny"))),
        role("other", inline_policies=inline(statement("iam:TagUser"))),
        role("bound", inline_policies=inline(statement("iam:TagRole")), boundary_arn=LIMIT["policy_arn"]),
        role("shout", inline_policies=inline(statement("IAM:passrole"), statement("LAMBDA:CreateFunction"))),
        role("admin", attached_policies=attached(ADMIN)) | {"trust_policy": json.dumps({"Statement": [
            {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]})},
    ]  # fmt: skip
    found = escalating([], roles, escalation_sets=[["iam:TagRole"], ["iam:passrole", "lambda:createfunction"]])
    assert found == {
        "tagger": ("FAIL", "high"), "denied": ("PASS", "high"), "other": ("PASS", "high"), "bound": ("FAIL", "medium"),
        "shout": ("FAIL", "high"),
    }  # fmt: skip


def test_a_policy_that_was_not_read_may_deny_what_another_allows() -> None:
    deny = attached("arn:aws:iam::aws:policy/AWSDenyAll")
    everything = inline(statement("*"))
    roles = [
        role("sure", inline_policies=everything),
        role("unsure", inline_policies=everything, attached_policies=deny),
    ]
    gap = {
        "account_id": ACCOUNT,
        "resource_id": "AWSDenyAll",
        "outcome": "DENIED",
        "gap": "iam:GetPolicyVersion denied",
    }
    specs = tables.registry()
    rows = {"iam_roles": roles, "iam_aws_policy_versions": [gap]}
    chosen = [controls.registry()[name] for name in ("IAM-09", "IAM-10")]
    frames = {n: frame_of(specs[n], rows.get(n, [])) for one in chosen for n in one.tables}
    found = judge(chosen[:1], frames, specs, Facts(NOW), pd.DataFrame()).findings.set_index("resource_id")
    assert found["status"].to_dict() == {"sure": "FAIL", "unsure": "NOT_ASSESSED"}


def permission_sets(**sets: dict[str, Any]) -> dict[str, tuple[str, str]]:
    def listed(table: str, key: str) -> pd.DataFrame:
        keys = {"account_id": MANAGEMENT, "region": "eu-central-1"}
        return frame(
            table,
            [
                {**keys, "resource_id": name, "permission_set_arn": name, **one.get(key, {})}
                for name, one in sets.items()
            ],
        )

    found = judged_over("IDC-08", {
        "organization": frame("organization", [{"organization_id": "o-1", "management_account_id": MANAGEMENT}]),
        "sso_permission_set_details": frame("sso_permission_set_details", [
            {"account_id": MANAGEMENT, "region": "eu-central-1", "resource_id": n, "permission_set_arn": n,
             "permission_set_name": n} for n in sets]),
        "sso_permission_set_inline_policies": listed("sso_permission_set_inline_policies", "inline"),
        "sso_permission_set_managed_policies": listed("sso_permission_set_managed_policies", "managed"),
        "sso_permission_set_customer_policies": listed("sso_permission_set_customer_policies", "customer"),
        "sso_permission_set_boundaries": listed("sso_permission_set_boundaries", "boundary"),
        "sso_permission_set_accounts": listed("sso_permission_set_accounts", "accounts"),
        "iam_local_policies": frame("iam_local_policies", [LIMIT | {"policy_name": "limit"}]),
        "sso_managed_policy_documents": frame("sso_managed_policy_documents",
                                              [d for one in sets.values() for d in one.get("documents", [])]),
        "sso_boundary_policy_documents": frame("sso_boundary_policy_documents",
                                               [d for one in sets.values() for d in one.get("limits", [])]),
    }, as_of=NOW)  # fmt: skip
    return graded(found)


def test_permission_sets() -> None:
    escalating_policy = json.dumps({"Statement": [statement(["iam:PassRole", "ec2:RunInstances"])]})
    found = permission_sets(
        admin={"managed": {"policy_arn": ADMIN}},
        ops={"inline": {"policy": escalating_policy}},
        bounded={"inline": {"policy": escalating_policy}, "boundary": {"boundary_name": "limit"},
                 "accounts": {"assigned_account": ACCOUNT}},
        own={"customer": {"policy_name": "limit"}, "accounts": {"assigned_account": ACCOUNT}},
        lost={"customer": {"policy_name": "gone"}, "accounts": {"assigned_account": ACCOUNT}},
        unread={"managed": {"policy_arn": "arn:aws:iam::aws:policy/Unread"}},
        empty={},
    )  # fmt: skip
    assert {name: status for name, (status, _) in found.items()} == {
        "admin": "PASS", "ops": "FAIL", "bounded": "PASS", "own": "PASS", "lost": "NOT_ASSESSED",
        "unread": "NOT_ASSESSED", "empty": "PASS",
    }  # fmt: skip


def test_a_policy_of_the_same_name_may_be_another_one_in_each_account() -> None:
    far, powers = "444455556666", {ACCOUNT: "s3:Get*", "444455556666": "iam:AttachRolePolicy"}
    local = [
        {"account_id": owner, "policy_arn": f"arn:aws:iam::{owner}:policy/team", "policy_name": "team",
         "document": json.dumps({"Statement": [statement(action)]})}
        for owner, action in powers.items()
    ]  # fmt: skip
    keys = {"account_id": MANAGEMENT, "region": "eu-central-1", "resource_id": "ps", "permission_set_arn": "ps"}

    def said(*assigned: str) -> str | None:
        (row,) = fact(
            "permission_sets",
            organization=[{"organization_id": "o-1", "management_account_id": MANAGEMENT}],
            sso_permission_set_details=[keys | {"permission_set_name": "Team"}],
            sso_permission_set_customer_policies=[keys | {"policy_name": "team"}],
            sso_permission_set_accounts=[keys | {"assigned_account": account} for account in assigned],
            iam_local_policies=local,
        )
        return status("IDC-08", row)

    assert (said(ACCOUNT), said(far), said(ACCOUNT, far)) == ("PASS", "FAIL", "FAIL")


def text_of(name: str, *statements: dict[str, Any]) -> dict[str, Any]:
    arn = f"arn:aws:iam::aws:policy/{name}"
    return {"account_id": MANAGEMENT, "policy_arn": arn, "document": json.dumps({"Statement": list(statements)})}


def named(text: dict[str, Any]) -> dict[str, Any]:
    return {"policy_arn": text["policy_arn"]}


def test_an_aws_policy_of_a_set_is_judged_though_it_is_attached_nowhere() -> None:
    no_iam = {"Effect": "Allow", "NotAction": ["iam:*", "organizations:*", "account:*"], "Resource": "*"}
    power, full = text_of("PowerUserAccess", no_iam), text_of("Everything", statement("*"))
    passing = text_of("Passing", statement(["iam:PassRole", "ec2:RunInstances"]))
    nothing = text_of("Nothing", statement("s3:GetObject"))
    found = permission_sets(
        power={"managed": named(power), "documents": [power]},
        full={"managed": named(full), "documents": [full]},
        ops={"managed": named(passing), "documents": [passing]},
        bounded={"managed": named(passing), "boundary": {"boundary_arn": nothing["policy_arn"]}, "limits": [nothing]},
        loose={"managed": named(passing), "boundary": {"boundary_arn": "arn:aws:iam::aws:policy/Unread"}},
    )
    assert {name: status for name, (status, _) in found.items()} == {
        "power": "PASS", "full": "PASS", "ops": "FAIL", "bounded": "PASS", "loose": "NOT_ASSESSED",
    }  # fmt: skip


SET_ARN = "arn:aws:sso:::permissionSet/ssoins-1/ps-power"
POWER = text_of("PowerUserAccess", {"Effect": "Allow", "NotAction": ["iam:*"], "Resource": "*"})


@pytest.mark.parametrize(("read", "refused", "status"), [
    ("sso_managed_policy_documents", "iam_aws_policy_versions", "PASS"),
    ("iam_aws_policy_versions", "sso_managed_policy_documents", "PASS"),
    ("", "sso_managed_policy_documents", "NOT_ASSESSED"),
    ("", "", "NOT_ASSESSED"),
])  # fmt: skip
def test_a_policy_text_counts_wherever_it_was_read(read: str, refused: str, status: str) -> None:
    keys = {"account_id": MANAGEMENT, "region": "eu-central-1", "resource_id": SET_ARN, "permission_set_arn": SET_ARN}
    gap = {"account_id": MANAGEMENT, "resource_id": SET_ARN, "outcome": "DENIED", "gap": "iam:GetPolicyVersion no"}
    specs, rows = tables.registry(), {
        "organization": [{"organization_id": "o-1", "management_account_id": MANAGEMENT}],
        "sso_permission_set_details": [{**keys, "permission_set_name": "Power"}],
        "sso_permission_set_managed_policies": [{**keys, "policy_arn": POWER["policy_arn"]}],
    }  # fmt: skip
    of_set = {**keys, **POWER} if read.startswith("sso") else {**POWER, "account_id": ACCOUNT}
    rows |= {read: [of_set]} if read else {}
    rows |= {refused: [gap]} if refused else {}
    one = controls.registry()["IDC-08"]
    frames = {n: frame_of(specs[n], rows.get(n, [])) for n in one.tables}
    found = judge([one], frames, specs, Facts(NOW), pd.DataFrame()).findings
    assert set(found["status"]) == {status}


# --- IAM-11


@pytest.mark.parametrize(
    ("holder", "expected"),
    [
        ({"kind": "user", "own_policies": ()}, "PASS"),
        ({"kind": "user", "own_policies": ("ReadOnlyAccess",)}, "FAIL"),
        ({"kind": "user", "own_policies": UNSEEN}, "NOT_ASSESSED"),
        ({"kind": "policy", "whole": ()}, "PASS"),
        ({"kind": "policy", "whole": ("s3",)}, "FAIL"),
        ({"kind": "policy", "whole": UNSEEN}, "NOT_ASSESSED"),
    ],
)
def test_structured_permissions(holder: dict[str, Any], expected: str) -> None:
    assert status("IAM-11", holder) == expected


def _policy(**statement: Any) -> dict[str, Any]:
    text = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Resource": "*", **statement}]})
    name = str(statement)
    return {"account_id": "111122223333", "policy_name": name, "policy_arn": name, "attachments": 1, "document": text}


@pytest.mark.parametrize(
    ("statement", "whole"),
    [
        ({"Action": "s3:*"}, ("s3",)),
        ({"Action": ["S3:*", "kms:De*", "sqs:*"]}, ("s3",)),
        ({"Action": "s3:Get*"}, ()),
        ({"Action": "s3:*", "Resource": "arn:aws:s3:::one/*"}, ()),
        (
            {"NotAction": ["iam:*", "organizations:*", "ec2:*", "lambda:*", "cloudtrail:*", "s3:*"]},
            ("kms", "secretsmanager"),
        ),
        ({"Action": "kms:*", "Condition": {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}}, ("kms",)),
    ],
)
def test_policies_that_open_a_whole_service(statement: dict[str, Any], whole: tuple[str, ...]) -> None:
    (row,) = fact("permission_holders", iam_local_policies=[_policy(**statement)])
    assert row["whole"] == whole


def test_policies_that_aws_manages_are_not_judged() -> None:
    arn = "arn:aws:iam::aws:policy/AmazonS3FullAccess"
    managed = {"account_id": ACCOUNT, "policy_arn": arn, "document": _policy(Action="s3:*")["document"]}
    assert fact("permission_holders", iam_aws_policy_versions=[managed]) == []


def test_policies_of_users_and_policies_that_hang_on_nothing() -> None:
    user = {
        "account_id": "111122223333",
        "user_name": "ada",
        "inline_policies": json.dumps([{"PolicyName": "own"}]),
        "attached_policies": json.dumps([{"PolicyName": "Read", "PolicyArn": "arn:read"}]),
    }
    idle = _policy(Action="s3:*") | {"attachments": 0}
    (row,) = fact("permission_holders", iam_user_details=[user], iam_local_policies=[idle])
    assert row["own_policies"] == ("own (inline)", "Read")


def test_a_policy_whose_name_is_not_given_is_named_by_its_arn() -> None:
    arn = "arn:aws:iam::111122223333:policy/team/wide"
    user = {"account_id": "111122223333", "user_name": "ada", "attached_policies": json.dumps([{"PolicyArn": arn}])}
    policy = _policy(Action="s3:*") | {"policy_name": None, "policy_arn": arn}
    found = fact("permission_holders", iam_user_details=[user], iam_local_policies=[policy])
    assert [(row["resource_id"], row["own_policies"]) for row in found] == [("ada", ("wide",)), ("wide", ())]


def test_rights_under_a_condition_make_an_administrator_milder() -> None:
    signed_in = {"Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}}
    roles = [role("plain", inline_policies=inline(statement("*"))),
             role("with-mfa", inline_policies=inline(statement("*", **signed_in)))]  # fmt: skip
    found = graded(judged_over("IAM-09", details([], roles)))
    assert found == {"plain": ("FAIL", "high"), "with-mfa": ("FAIL", "medium")}


def test_a_boundary_that_leaves_everything_makes_an_administrator_milder() -> None:
    wide = LIMIT | {"resource_id": "wide", "policy_arn": f"arn:aws:iam::{ACCOUNT}:policy/wide",
                    "document": json.dumps({"Statement": [statement("*")]})}  # fmt: skip
    role_ = role("bounded", attached_policies=attached(ADMIN), boundary_arn=wide["policy_arn"])
    read = details([], [role_]) | {"iam_local_policies": frame("iam_local_policies", [wide])}
    assert graded(judged_over("IAM-09", read)) == {"bounded": ("FAIL", "medium")}


def test_an_account_whose_users_were_not_listed_is_not_said_to_have_no_administrator() -> None:
    gap = {"account_id": ACCOUNT, "region": "global", "outcome": "DENIED", "gap": "iam:ListUsers AccessDenied"}
    read = details([], [role("plain")]) | {"iam_user_details": frame_of(tables.registry()["iam_user_details"], [gap])}
    assert judged_over("IAM-09", read)["status"].to_list() == ["NOT_ASSESSED"]
