"""Steps from one principal to the next, from a few rows of tables."""

from __future__ import annotations

import json
from typing import Any

import pytest

from orienteer.facts.source import Source
from tests.facts.support import GAP, source

A, B, ORG, VENDOR = "111122223333", "444455556666", "o-mine", "999900001111"
ADMINISTRATOR = [
    {"PolicyName": "all", "PolicyDocument": {"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}}
]
ORGANIZATION = {
    "organization": [{"account_id": A, "region": "global", "organization_id": ORG, "management_account_id": A}],
    "organization_accounts": [
        {"account_id": A, "region": "global", "id": one, "name": one, "state": "ACTIVE"} for one in (A, B)
    ],
}


def trust(principal: Any, action: str = "sts:AssumeRole", **condition: Any) -> str:
    statement = {"Effect": "Allow", "Principal": principal, "Action": action}
    return json.dumps({"Statement": [statement | ({"Condition": condition} if condition else {})]})


def allow(*actions: str, resource: str = "*") -> list[dict[str, Any]]:
    return [
        {
            "PolicyName": "own",
            "PolicyDocument": {"Statement": [{"Effect": "Allow", "Action": list(actions), "Resource": resource}]},
        }
    ]


def arn(name: str, account: str = A) -> str:
    return f"arn:aws:iam::{account}:role/{name}"


def role(name: str, trusted: str | None, policies: Any = (), account: str = A, **more: Any) -> dict[str, Any]:
    return {
        "account_id": account,
        "region": "global",
        "resource_id": name,
        "role_name": name,
        "role_arn": arn(name, account),
        "path": "/",
        "trust_policy": trusted,
        "inline_policies": json.dumps(list(policies)),
        **more,
    }


def edges(*roles: dict[str, Any], **more: Any) -> Source:
    thresholds = more.pop("thresholds", None)
    return source("edges", thresholds=thresholds, iam_roles=list(roles), **ORGANIZATION | more)


def told(found: Source) -> set[tuple[str, str, str]]:
    return {(row["start"], row["to"], row["kind"]) for row in found.rows}


EC2 = trust({"Service": "ec2.amazonaws.com"})
STRONG = role("strong", EC2, ADMINISTRATOR, instance_profiles=json.dumps(["strong"]))


def test_an_administrator_is_a_step_to_its_account() -> None:
    found = edges(STRONG)
    assert told(found) == {(arn("strong"), f"admin:{A}", "administrator")}
    (row,) = found.rows
    assert row["by"] == ("all: statement 1",)


def test_passing_a_stronger_role_is_a_step_to_each_that_may_be_passed() -> None:
    runner = role("runner", EC2, allow("iam:PassRole", "ec2:RunInstances"))
    other = role("other", EC2, ADMINISTRATOR, instance_profiles=json.dumps(["other"]))
    weak = role("weak", EC2)
    steps = told(edges(STRONG, other, runner, weak))
    assert {one for one in steps if one[0] == arn("runner")} == {
        (arn("runner"), arn("strong"), "passrole"),
        (arn("runner"), arn("other"), "passrole"),
    }


def test_everybody_and_named_accounts_get_in_by_a_trust_policy() -> None:
    found = edges(
        role("open", trust({"AWS": "*"})),
        role("vendor", trust({"AWS": VENDOR}, StringEquals={"sts:ExternalId": "x7"})),
        role("ours", trust({"AWS": "*"}, StringEquals={"aws:PrincipalOrgID": ORG})),
        role("service", EC2),
    )
    outside = {
        (row["start"], row["to"]): row["conditions"] for row in found.rows if not row["start"].startswith("arn:")
    }
    assert outside == {("internet", arn("open")): (), (f"account:{VENDOR}", arn("vendor")): ("sts:externalid",)}


@pytest.mark.parametrize("policies, there", [((), False), (allow("sts:AssumeRole"), True)])
def test_across_accounts_both_sides_must_allow(policies: Any, there: bool) -> None:
    found = edges(role("from", EC2, policies), role("far", trust({"AWS": A}), account=B))
    assert ((arn("from"), arn("far", B), "trust") in told(found)) is there


def test_a_role_that_names_another_of_its_account_lets_it_in_without_a_policy() -> None:
    found = edges(role("from", EC2), role("near", trust({"AWS": arn("from")})))
    assert (arn("from"), arn("near"), "trust") in told(found)


def test_whoever_administers_an_account_may_become_whom_another_account_trusts() -> None:
    found = edges(STRONG, role("named", EC2), role("far", trust({"AWS": arn("named")}), account=B))
    assert (f"admin:{A}", arn("far", B), "trust") in told(found)


def test_a_boundary_that_takes_a_way_away_is_said() -> None:
    boundary = {"account_id": A, "region": "global", "resource_id": "b", "policy_arn": "b", "document": json.dumps(
        {"Statement": {"Effect": "Allow", "Action": "ec2:*", "Resource": "*"}})}  # fmt: skip
    runner = role("runner", EC2, allow("iam:PassRole", "ec2:RunInstances"), boundary_arn="b")
    found = edges(STRONG, runner, iam_local_policies=[boundary])
    assert [row["blocked_by"] for row in found.rows if row["start"] == arn("runner")] == ["boundary"]


def test_people_reach_the_role_of_their_permission_set() -> None:
    sso = role(
        "AWSReservedSSO_Admin_0123456789abcdef", trust({"Service": "x"}), path="/aws-reserved/sso.amazonaws.com/"
    )
    sso["role_arn"] = f"arn:aws:iam::{A}:role/aws-reserved/sso.amazonaws.com/{sso['role_name']}"
    here = {"account_id": A, "region": "eu-west-1"}
    at = {**here, "resource_id": "ps-1", "permission_set_arn": "ps-1"}
    given = {"assigned_account": A, "principal_type": "GROUP", "is_group": True, "principal_id": "g-1"}
    found = edges(
        sso,
        sso_permission_set_details=[{**at, "permission_set_name": "Admin"}],
        sso_account_assignments=[{**at, **given}],
        identitystore_groups=[{**here, "resource_id": "g-1", "group_id": "g-1", "group_name": "ops"}],
        identitystore_memberships=[{**here, "resource_id": "ps-1", "principal_id": "g-1", "user_id": "u-1"}],
        identitystore_users=[{**here, "resource_id": "u-1", "user_id": "u-1", "user_name": "ada"}],
    )
    assert told(found) == {("group:ops", sso["role_arn"], "assignment"), ("person:ada", "group:ops", "membership")}


KEYS = {"account_id": A, "region": "eu-west-1", "resource_id": "jewels"}
BUCKET = {**KEYS, "bucket": "jewels"}
JEWELS = "arn:aws:s3:::jewels"


def readers(policy: Any, *roles: dict[str, Any]) -> set[tuple[str, str]]:
    found = edges(
        *roles,
        s3_buckets=[BUCKET],
        s3_bucket_policies=[
            {
                **{k: BUCKET[k] for k in ("account_id", "region", "resource_id")},
                "policy": policy and json.dumps({"Statement": policy}),
            }
        ],
        thresholds={"crown_jewel_buckets": ("jewels",)},
    )
    return {(row["start"], row["kind"]) for row in found.rows if row["to"] == JEWELS}


READ = allow("s3:GetObject", resource=f"{JEWELS}/year/*")
LET_IN = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": f"{JEWELS}/*"}
OWNER = (f"admin:{A}", "administrator")


def test_who_reads_a_crown_jewel() -> None:
    assert readers(None, role("reader", EC2, READ), role("idle", EC2)) == {OWNER, (arn("reader"), "identity policy")}
    far = role("far", EC2, READ, account=B)
    assert readers(None, far) == {OWNER}
    assert readers({**LET_IN, "Principal": {"AWS": B}}, far) == {OWNER, (arn("far", B), "resource policy")}
    assert readers({**LET_IN, "Principal": {"AWS": arn("idle")}}, role("idle", EC2)) == {
        OWNER,
        (arn("idle"), "resource policy"),
    }
    assert readers({**LET_IN, "Effect": "Deny", "Principal": "*"}, role("reader", EC2, READ)) == {OWNER}


def test_an_administrator_of_another_account_reads_what_lets_its_account_in() -> None:
    far = role("far", EC2, ADMINISTRATOR, account=B)
    assert readers({**LET_IN, "Principal": {"AWS": B}}, far) == {OWNER, (f"admin:{B}", "resource policy")}


def test_a_stranger_reads_an_open_bucket() -> None:
    assert readers({**LET_IN, "Principal": "*"}) == {OWNER, ("internet", "resource policy")}


def test_what_was_not_read_is_a_gap() -> None:
    found = edges(role("open", None, **GAP))
    assert GAP["gap"] in {gap.text for gap in found.gaps}
    assert not found.rows


NAMED = {"crown_jewel_buckets": ("jewels",)}


def hidden(**tables: Any) -> set[str]:
    return {gap.text for gap in edges(thresholds=NAMED, **tables).gaps}


@pytest.mark.parametrize("table", ["s3_bucket_policies", "s3_bucket_acls", "s3_bucket_public_access_block"])
def test_what_may_open_a_crown_jewel_and_was_not_read_is_a_gap(table: str) -> None:
    open_to_all = {**KEYS, "policy": json.dumps({"Statement": [{**LET_IN, "Principal": "*"}]})}
    read = {"s3_buckets": [BUCKET], "s3_bucket_policies": [open_to_all]}
    assert GAP["gap"] not in hidden(**read)
    assert GAP["gap"] in hidden(**read | {table: [{**KEYS, **GAP}]})


LISTED = json.dumps([{"Grantee": {"URI": "http://acs.amazonaws.com/groups/global/AllUsers"}, "Permission": "WRITE"}])
OPEN_BY: dict[str, dict[str, Any]] = {
    "policy": {"s3_bucket_policies": [{**KEYS, "policy": json.dumps({"Statement": [{**LET_IN, "Principal": "*"}]})}]},
    "ACL": {"s3_bucket_acls": [{**KEYS, "owner_id": "me", "grants": LISTED}],
            "s3_bucket_ownership": [{**KEYS, "object_ownership": "ObjectWriter"}]},
}  # fmt: skip


@pytest.mark.parametrize("by, table, there", [
    ("policy", "", True), ("policy", "s3_bucket_acls", True), ("policy", "s3_bucket_ownership", True),
    ("policy", "s3_bucket_public_access_block", False), ("policy", "s3_bucket_policies", False), ("ACL", "", True),
    ("ACL", "s3_bucket_public_access_block", False), ("ACL", "s3_bucket_acls", False),
    ("ACL", "s3_bucket_ownership", False)])  # fmt: skip
def test_a_stranger_gets_in_only_where_what_opens_and_what_closes_was_read(by: str, table: str, there: bool) -> None:
    read = {"s3_buckets": [BUCKET], **OPEN_BY[by]} | ({table: [{**KEYS, **GAP}]} if table else {})
    assert (("internet", JEWELS, "resource policy") in told(edges(thresholds=NAMED, **read))) is there


def test_buckets_that_were_not_listed_hide_a_crown_jewel_that_was_not_found() -> None:
    lost = {"account_id": B, "region": "global", "resource_id": "", **GAP}
    assert GAP["gap"] in hidden(s3_buckets=[lost])
    assert GAP["gap"] not in hidden(s3_buckets=[BUCKET, lost], s3_bucket_policies=[{**KEYS, "policy": None}])


def in_group(*members: dict[str, Any], **tables: Any) -> Source:
    """The steps where a group holds a permission set in A, with these rows about who is in it."""
    at = {"account_id": A, "region": "eu-west-1", "resource_id": "ps-1"}
    given = {"permission_set_arn": "ps-1", "assigned_account": A, "principal_type": "GROUP", "is_group": True}
    sso = role("AWSReservedSSO_Admin_0123456789abcdef", trust({"Service": "x"}), path=SSO_PATH)
    sso["role_arn"] = f"arn:aws:iam::{A}:role{SSO_PATH}{sso['role_name']}"
    return edges(
        sso,
        sso_permission_set_details=[{**at, "permission_set_arn": "ps-1", "permission_set_name": "Admin"}],
        sso_account_assignments=[{**at, **given, "principal_id": "g-1"}],
        identitystore_memberships=[{**at, "principal_id": "g-1", **one} for one in members],
        **tables,
    )


SSO_PATH = "/aws-reserved/sso.amazonaws.com/"


def test_members_of_a_group_that_were_not_read_are_a_gap() -> None:
    found = in_group(GAP)
    assert GAP["gap"] in {gap.text for gap in found.gaps}
    assert not any(kind == "membership" for _, _, kind in told(found))


def test_the_members_that_were_read_stay_where_others_were_not() -> None:
    whole, part = in_group({"user_id": "u-1"}), in_group({"user_id": "u-1"}, GAP)
    member = ("person:u-1", "group:g-1", "membership")
    assert member in told(whole) & told(part)
    assert [GAP["gap"] in {gap.text for gap in found.gaps} for found in (whole, part)] == [False, True]


HOME = {"account_id": A, "region": "eu-west-1"}
CENTER = {**HOME, "resource_id": "i-1", "instance_arn": "i-1", "owned": True, "owner_account": A}


def test_an_identity_center_of_which_nobody_told_is_a_gap() -> None:
    """Whoever administers its home administers every account, so nobody knows who does."""
    found = edges(role("strong", EC2, ADMINISTRATOR), sso_instances=[CENTER])
    assert (f"admin:{A}", f"admin:{B}", "organization") in told(found)
    lost = edges(role("strong", EC2, ADMINISTRATOR), sso_instances=[{**HOME, "resource_id": "", **GAP}])
    assert not any(kind == "organization" for _, _, kind in told(lost))
    assert [GAP["gap"] in {gap.text for gap in one.gaps} for one in (found, lost)] == [False, True]


# --- guardrails around


CHAIN = {"account_id": A, "region": "global"}
FULL = {"Effect": "Allow", "Action": "*", "Resource": "*"}
DENIES = {"Effect": "Deny", "Action": "sts:AssumeRole", "Resource": "*"}


def chained(kind: str, *documents: dict[str, Any]) -> dict[str, Any]:
    """Tables of an organization at whose root these policies of a kind hang, the first also at its accounts."""
    names = [one["resource_id"] for one in documents]
    hung = [*((name, "r-1") for name in names), *((names[0], one) for one in (A, B))]
    return {
        "organization_roots": [{**CHAIN, "resource_id": "r-1", "id": "r-1",
                                "policy_types": json.dumps([{"Type": kind, "Status": "ENABLED"}])}],
        "organizational_units": [{**CHAIN, "resource_id": "r-1", "id": "r-1", "kind": "ROOT", "ou_path": "Root",
                                  "ou_ids": '["r-1"]'}],
        "organization_accounts": [{**CHAIN, "resource_id": one, "id": one, "name": one, "state": "ACTIVE",
                                   "ou_path": "Root", "ou_ids": '["r-1"]'} for one in (A, B)],
        "organization_policy_documents": list(documents),
        "organization_policy_targets": [{**CHAIN, "resource_id": name, "id": name, "name": name, "type": kind,
                                         "target_id": at, "aws_managed": False} for name, at in hung],
    }  # fmt: skip


def text(name: str, *statements: Any) -> dict[str, Any]:
    return {**CHAIN, "resource_id": name, "id": name, "content": json.dumps({"Statement": list(statements)})}


def blocked(found: Source) -> dict[str, str | None]:
    """By what each step into the role `far` is closed."""
    return {row["start"]: row["blocked_by"] for row in found.rows if row["to"].endswith("/far")}


BROKEN, LOST = {**CHAIN, "resource_id": "b", "id": "b", "content": "{broken"}, {**CHAIN, "resource_id": "l", **GAP}


@pytest.mark.parametrize("more, unhung, by", [
    ([], [], "scp"), ([BROKEN], [], None), ([LOST], [], None), ([], [LOST], None)])  # fmt: skip
def test_what_service_control_policies_forbid_is_closed_where_all_of_them_were_read(
    more: Any, unhung: Any, by: str | None
) -> None:
    strong, far = role("strong", EC2, ADMINISTRATOR, account=B), role("far", trust({"AWS": B}))
    tables = chained("SERVICE_CONTROL_POLICY", text("full", FULL), text("no", DENIES), *more)
    tables["organization_policy_targets"] += unhung
    assert blocked(edges(strong, far, **tables))[f"admin:{B}"] == by


@pytest.mark.parametrize("more, by", [([], "rcp"), ([BROKEN], None), ([LOST], None)])
def test_what_resource_control_policies_forbid_is_closed_where_all_of_them_were_read(more: Any, by: str | None) -> None:
    tables = chained("RESOURCE_CONTROL_POLICY", text("no", {**DENIES, "Principal": "*"}), *more)
    found = edges(role("far", trust({"AWS": VENDOR}), account=B), **tables)
    assert blocked(found) == {f"account:{VENDOR}": by}


@pytest.mark.parametrize("lost", [[], [LOST]])
@pytest.mark.parametrize("until, there", [("2026-06-30T11:00:00Z", False), ("2026-06-30T13:00:00Z", True)])
def test_a_right_that_has_ended_is_no_step(until: str, there: bool, lost: list[Any]) -> None:
    policy = allow("sts:AssumeRole")
    policy[0]["PolicyDocument"]["Statement"][0]["Condition"] = {"DateLessThan": {"aws:CurrentTime": until}}
    tables = chained("SERVICE_CONTROL_POLICY", text("full", FULL), *lost)
    found = edges(role("from", EC2, policy), role("far", trust({"AWS": A}), account=B), **tables)
    assert (arn("from") in blocked(found)) is there


@pytest.mark.parametrize("denied, actions, by", [
    ("s3:PutObject", ("s3:GetObject",), None), ("s3:*", ("s3:GetObject", "s3:PutObject"), "rcp")])  # fmt: skip
def test_a_stranger_may_still_do_what_resource_control_policies_leave(
    denied: str, actions: Any, by: str | None
) -> None:
    policy = {"Statement": {**LET_IN, "Principal": "*", "Action": ["s3:GetObject", "s3:PutObject"]}}
    tables = chained("RESOURCE_CONTROL_POLICY", text("no", {**DENIES, "Principal": "*", "Action": denied}))
    tables |= {"s3_buckets": [BUCKET | {"account_id": B}],
               "s3_bucket_policies": [KEYS | {"account_id": B, "policy": json.dumps(policy)}]}  # fmt: skip
    found = edges(**tables, thresholds=NAMED)
    (row,) = [row for row in found.rows if row["start"] == "internet"]
    assert (row["actions"], row["blocked_by"]) == (actions, by)


@pytest.mark.parametrize("more, admin", [([], False), ([BROKEN], True), ([LOST], True)])
def test_service_control_policies_take_power_away_where_all_of_them_were_read(more: Any, admin: bool) -> None:
    tables = chained("SERVICE_CONTROL_POLICY", text("full", FULL), text("no", {**DENIES, "Action": "*"}), *more)
    strong = role("strong", EC2, ADMINISTRATOR, account=B)
    rows = source("principals", iam_roles=[strong], **ORGANIZATION | tables).rows
    assert [row["is_admin"] for row in rows if row["kind"] == "role"] == [admin]
