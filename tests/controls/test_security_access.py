"""How the security team gets in: rows in, verdicts out; what sets may do is worked out from their policies."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

import pytest

from orienteer.demo.managed import managed_policy
from orienteer.facts.seen import Cells, Unseen
from orienteer.facts.source import Source
from tests.facts.support import GAP, UNSEEN, estate, status

HOME, AUDIT, SHOP = "999900001111", "222200001111", "333300001111"
AT = {"account_id": HOME, "region": "eu-central-1"}
INSTANCE = "arn:aws:sso:::instance/ssoins-1"


# --- IDC-03


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"is_there": True, "pattern": "read", "fitting": ("Audit",), "shows_data": ()}, "PASS"),
        ({"is_there": True, "pattern": "admin", "fitting": (), "shows_data": ()}, "PASS"),
        ({"is_there": False, "pattern": "iam", "stained": ()}, "FAIL"),
        ({"is_there": False, "pattern": "read", "stained": ("Ops (s3:PutObject)",)}, "FAIL"),
        ({"is_there": UNSEEN, "pattern": "read", "fitting": ("A",), "shows_data": (), "stained": ()}, "NOT_ASSESSED"),
    ],
)
def test_security_sets(row: dict[str, Any], expected: str) -> None:
    assert status("IDC-03", row) == expected


def inline(*actions: str, effect: str = "Allow") -> str:
    statement = {"Effect": effect, "Action": actions, "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def center(
    sets: dict[str, str],
    assigned: Iterable[tuple[str, str, str]] = (),
    groups: Mapping[str, list[str]] = MappingProxyType({}),
    **more: Any,
) -> dict[str, Any]:
    """Tables of an organization with sets (name: inline policy, or an AWS policy), and who holds them where."""
    details, policies, managed, texts, assignments, members = [], [], [], [], [], []
    for name, text in sets.items():
        arn = f"arn:aws:sso:::permissionSet/ssoins-1/{name}"
        one = {**AT, "resource_id": arn, "permission_set_arn": arn}
        details.append({**one, "permission_set_name": name, "session_duration": "PT4H"})
        policies.append({**one, "policy": text if text.startswith("{") else None})
        if not text.startswith("{"):
            aws = f"arn:aws:iam::aws:policy/{text}"
            managed.append({**one, "policy_arn": aws, "policy_name": text})
            texts.append({**one, "policy_arn": aws, "document": json.dumps(managed_policy(text)[0])})
    for account, name, holder in assigned:
        arn = f"arn:aws:sso:::permissionSet/ssoins-1/{name}"
        held = {**AT, "resource_id": arn, "permission_set_arn": arn, "principal_id": holder}
        kind = {"principal_type": "GROUP", "is_group": True} if holder in groups else {"principal_type": "USER"}
        assignments.append({**held, "assigned_account": account, "is_group": False, **kind})
        members += [{**AT, "principal_id": holder, "user_id": user} for user in groups.get(holder, [])]
    accounts = [
        {"account_id": a, "resource_id": a, "id": a, "name": n, "state": "ACTIVE"}
        for a, n in ((HOME, "management"), (AUDIT, "audit"), (SHOP, "shop"))
    ]
    return {
        "organization": [{**AT, "organization_id": "o-1", "management_account_id": HOME}],
        "organization_accounts": accounts,
        "sso_instances": [{**AT, "instance_arn": INSTANCE, "owned": True, "owner_account": HOME}],
        "sso_permission_set_details": details,
        "sso_permission_set_inline_policies": policies,
        "sso_permission_set_managed_policies": managed,
        "sso_managed_policy_documents": texts,
        "sso_account_assignments": assignments,
        "identitystore_groups": [{**AT, "group_id": g, "group_name": g} for g in groups],
        "identitystore_memberships": members,
        **more,
    }


def sets_of(sets: dict[str, str], thresholds: dict[str, Any] | None = None, **more: Any) -> dict[str, Cells]:
    rows = estate(center(sets, **more), thresholds=thresholds).source("security_sets").rows
    return {row["pattern"]: row for row in rows}


def test_sets_are_judged_by_what_they_allow() -> None:
    found = sets_of({"A": "SecurityAudit", "B": "AdministratorAccess", "C": "IAMFullAccess", "D": "PowerUserAccess"})
    assert {pattern: row["fitting"] for pattern, row in found.items()} == {
        "read": ("A",),
        "admin": ("B",),
        "iam": ("C",),
    }
    assert all(row["is_there"] is True for row in found.values())


def test_a_set_is_limited_only_where_something_keeps_it_from_what_it_names() -> None:
    (whole,) = estate(center({"All": "AdministratorAccess"})).source("permission_sets").rows
    assert (whole["is_admin"], whole["is_limited"]) == (True, False)
    (none,) = estate(center({"Look": inline("s3:GetObject")})).source("permission_sets").rows
    assert (none["is_admin"], none["is_limited"]) == (False, False)
    lost = center({"Look": "SecurityAudit"}) | {"sso_managed_policy_documents": [{**GAP, **AT}]}
    (unread,) = estate(lost).source("permission_sets").rows
    assert isinstance(unread["is_admin"], Unseen) and isinstance(unread["purposes"], Unseen)


def test_only_the_instance_of_the_organization_counts() -> None:
    """Any account may have an instance of its own."""
    member = {**AT, "account_id": SHOP, "instance_arn": INSTANCE, "owned": True, "owner_account": SHOP}
    shared = {**AT, "instance_arn": INSTANCE, "owned": False, "owner_account": SHOP}
    for one in (member, shared):
        assert estate(center({"All": "AdministratorAccess"}, sso_instances=[one])).source("security_sets").rows == []


def test_a_reader_that_writes_is_no_reader() -> None:
    both = json.loads(inline("s3:PutObject"))["Statement"] + managed_policy("SecurityAudit")[0]["Statement"]
    found = sets_of({"Audit": json.dumps({"Version": "2012-10-17", "Statement": both})})
    assert found["read"]["is_there"] is False
    assert found["read"]["stained"] == ("Audit (s3:PutObject)",)


def test_a_reader_of_data_is_told_of() -> None:
    assert sets_of({"RO": "ReadOnlyAccess"})["read"]["shows_data"] == ("RO",)


def test_a_deny_of_data_keeps_read_only_access_acceptable() -> None:
    """The catalogue's edge case: the set's own inline policy takes the content back."""
    deny = inline("s3:GetObject*", "dynamodb:*Get*", "dynamodb:Scan", "dynamodb:Query", "dynamodb:PartiQL*",
                  "kms:Decrypt", "*:GetObject*", effect="Deny")  # fmt: skip
    given = center({"RO": "ReadOnlyAccess"})
    arn = given["sso_permission_set_details"][0]["permission_set_arn"]
    given["sso_permission_set_inline_policies"] = [
        {**AT, "resource_id": arn, "permission_set_arn": arn, "policy": deny}
    ]
    (read,) = (row for row in estate(given).source("security_sets").rows if row["pattern"] == "read")
    assert (read["is_there"], read["fitting"], read["shows_data"]) == (True, ("RO",), ())


def test_the_client_may_name_the_sets() -> None:
    found = sets_of(
        {"Look": inline("iam:Get*"), "Do": inline("iam:*")},
        {"permission_set_map": {"read": "Look", "admin": "Do", "iam": "Gone"}},
    )
    assert [found[pattern]["is_there"] for pattern in ("read", "admin", "iam")] == [True, True, False]
    changed = sets_of({"Look": inline("s3:*")}, {"permission_set_map": {"read": "Look"}})
    assert changed["read"]["is_there"] is False


def test_sets_that_were_not_read_may_fit() -> None:
    lost = {"sso_managed_policy_documents": [{**GAP, **AT}]}
    found = sets_of({"A": "SecurityAudit"}, **lost)
    assert isinstance(found["read"]["is_there"], Unseen) and isinstance(found["iam"]["is_there"], Unseen)
    more = {
        "sso_permission_set_details": [
            {**AT, "permission_set_arn": "a", "resource_id": "a", "permission_set_name": "A"},
            {**GAP, **AT},
        ]
    }
    policies = {"sso_permission_set_inline_policies": [{**AT, "permission_set_arn": "a", "policy": inline("*")}]}
    found = sets_of({}, **more, **policies)
    assert found["admin"]["is_there"] is True and isinstance(found["read"]["is_there"], Unseen)


def test_without_an_instance_there_is_nothing_to_judge() -> None:
    assert sets_of({}, sso_instances=[]) == {}
    gaps = estate(center({}, sso_instances=[{**GAP, **AT}])).source("security_sets").gaps
    assert {(gap.account_id, gap.resource_id) for gap in gaps} == {
        (HOME, f"{pattern} permission set") for pattern in ("read", "admin", "iam")
    }


def test_rows_keep_their_names_where_nobody_tells_which_account_manages_the_organization() -> None:
    given = center({"All": "AdministratorAccess"}, [(HOME, "All", "u1")]) | {"organization": [{**GAP, **AT}]}
    sets = estate(given).source("security_sets")
    assert sets.rows == [] and "read permission set" in {gap.resource_id for gap in sets.gaps}
    (gap,) = (gap for gap in estate(given).source("admin_sets").gaps if gap.resource_id == "management account")
    assert (gap.account_id, gap.region) == (HOME, "global")
    assert estate(given | {"sso_instances": []}).source("security_sets").gaps == []


# --- IDC-04


@pytest.mark.parametrize(
    ("account", "expected"),
    [
        ({"is_readable": True, "read_by": ("Audit", "soc")}, "PASS"),
        ({"is_readable": True, "audit_role": "audit"}, "PASS"),
        ({"is_readable": True, "read_by": UNSEEN}, "PASS"),
        ({"is_readable": False}, "FAIL"),
        ({"is_readable": UNSEEN}, "NOT_ASSESSED"),
        ({"is_readable": False, "account_id": SHOP}, "MANUAL"),
    ],
)
def test_security_reads(account: dict[str, Any], expected: str) -> None:
    assert status("IDC-04", account, no_security_read=(SHOP,)) == expected


def accounts_of(tables: dict[str, Any], **thresholds: Any) -> dict[str, Cells]:
    source: Source = estate(tables, thresholds=thresholds).source("security_accounts")
    return {row["account_id"]: row for row in source.rows}


def test_a_group_of_the_security_team_reads() -> None:
    sets = {"Look": "SecurityAudit", "Do": "PowerUserAccess"}
    held = [(SHOP, "Look", "soc"), (HOME, "Do", "soc"), (HOME, "Look", "developers")]
    found = accounts_of(center(sets, held, {"soc": ["u1"], "developers": ["u2"]}))
    assert found[SHOP]["read_by"] == ("Look", "soc")
    assert {account: row["is_readable"] for account, row in found.items()} == {HOME: False, AUDIT: True, SHOP: True}
    assert accounts_of(center(sets, held, {"soc": [], "developers": []}), security_groups="dev")[HOME]["read_by"]


def test_a_set_that_is_provisioned_and_assigned_to_nobody_is_no_access() -> None:
    arn = "arn:aws:sso:::permissionSet/ssoins-1/Look"
    there = [{**AT, "resource_id": arn, "permission_set_arn": arn, "assigned_account": SHOP}]
    tables = center({"Look": "SecurityAudit"}, [], {"soc": ["u1"]}, sso_permission_set_accounts=there)
    assert accounts_of(tables)[SHOP]["is_readable"] is False


@pytest.mark.parametrize(
    ("group", "ours"),
    [
        ("aws-soc", True),
        ("SOC", True),
        ("InfoSecurity", True),
        ("audit-team", True),
        ("associates", False),
        ("GlobalSOC", True),
        ("SOCAnalysts", True),
        ("ASSOCIATES", False),
        ("SOCIAL", False),
    ],
)
def test_names_of_the_security_team(group: str, ours: bool) -> None:
    found = accounts_of(center({"Look": "SecurityAudit"}, [(SHOP, "Look", group)], {group: []}))
    assert (found[SHOP]["read_by"] is not None) is ours


def role(name: str, policy: str, who: str = AUDIT, **more: Any) -> dict[str, Any]:
    trust = {"Statement": [{"Effect": "Allow", "Principal": {"AWS": who}, "Action": "sts:AssumeRole"}]}
    document = json.loads(policy) if policy.startswith("{") else managed_policy(policy)[0]
    arn = f"arn:aws:iam::{SHOP}:role/{name}"
    return {
        "account_id": SHOP,
        "region": "global",
        "resource_id": name,
        "role_name": name,
        "role_arn": arn,
        "path": "/",
        "trust_policy": json.dumps(trust),
        "attached_policies": "[]",
        "inline_policies": json.dumps([{"PolicyName": "p", "PolicyDocument": document}]),
        **more,
    }


@pytest.mark.parametrize(
    ("made", "readable"),
    [
        (role("audit", "SecurityAudit"), True),
        (role("audit", "SecurityAudit", HOME), False),
        (role("audit", "AdministratorAccess"), False),
        (role("audit", inline("sts:GetCallerIdentity")), False),
    ],
)
def test_a_role_for_the_security_account_reads(made: dict[str, Any], readable: bool) -> None:
    assert accounts_of(center({}, iam_roles=[made]))[SHOP]["is_readable"] is readable


def test_an_account_that_could_not_be_entered_may_hold_such_a_role() -> None:
    lost = [{**GAP, "account_id": SHOP, "resource_id": None}]
    found = accounts_of(center({}, iam_roles=lost))
    assert isinstance(found[SHOP]["is_readable"], Unseen) and found[HOME]["is_readable"] is False
    held = center({"Look": "SecurityAudit"}, [(SHOP, "Look", "soc")], {"soc": []}, iam_roles=lost)
    assert accounts_of(held)[SHOP]["is_readable"] is True


# --- IDC-05

GLASS = {"has_center": True, "glass_groups": ("break-glass",), "glass_people": ("a", "b"), "through_management": ()}


@pytest.mark.parametrize(
    ("account", "expected"),
    [
        ({}, "PASS"),
        ({"glass_people": ()}, "FAIL"),
        ({"glass_people": ("a",)}, "FAIL"),
        ({"glass_people": tuple("abcdef")}, "PASS"),
        ({"glass_people": tuple("abcdefg")}, "FAIL"),
        ({"through_management": tuple("cdefg")}, "FAIL"),
        ({"glass_people": UNSEEN}, "NOT_ASSESSED"),
        ({"glass_groups": ()}, "FAIL"),
        ({"has_center": False, "account_id": HOME, "home": HOME}, "MANUAL"),
        ({"has_center": False, "account_id": SHOP, "home": HOME}, None),
        ({"glass_groups": (), "glass_role": "break-glass"}, "MANUAL"),
        ({"glass_groups": (), "has_center": UNSEEN}, "NOT_ASSESSED"),
        ({"glass_groups": UNSEEN}, "NOT_ASSESSED"),
    ],
)
def test_break_glass(account: dict[str, Any], expected: str | None) -> None:
    assert status("IDC-05", GLASS | account) == expected


def test_who_breaks_the_glass() -> None:
    sets = {"Admin": "AdministratorAccess", "Look": "SecurityAudit"}
    groups = {"break-glass": ["a", "b"], "admins": ["b", "c"]}
    held = [(SHOP, "Admin", "break-glass"), (HOME, "Admin", "admins"), (HOME, "Look", "break-glass")]
    access = role("OrganizationAccountAccessRole", "AdministratorAccess", HOME)
    found = accounts_of(center(sets, held, groups, iam_roles=[access]))
    shop, home = found[SHOP], found[HOME]
    assert (shop["glass_groups"], shop["glass_people"]) == (("break-glass",), ("a", "b"))
    assert (shop["access_role"], shop["through_management"]) == (True, ("c",))
    assert (home["glass_groups"], home["has_center"]) == ((), True)
    assert accounts_of(center(sets, held, groups))[SHOP]["through_management"] == ()
    foreign = role("OrganizationAccountAccessRole", "AdministratorAccess", AUDIT)
    assert accounts_of(center(sets, held, groups, iam_roles=[foreign]))[SHOP]["access_role"] is False


def test_a_role_for_emergencies_beside_identity_center() -> None:
    weak, strong = role("emergency", "SecurityAudit"), role("emergency", "AdministratorAccess")
    assert accounts_of(center({}, iam_roles=[weak]))[SHOP]["glass_role"] is None
    assert accounts_of(center({}, iam_roles=[strong]))[SHOP]["glass_role"] == "emergency"


# --- IDC-07

SET = {"kind": "set", "name": "Admin", "admin_equivalent": True, "session_hours": 4.0}


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (SET, "PASS"),
        (SET | {"session_hours": 4.5}, "FAIL"),
        (SET | {"session_hours": None}, "MANUAL"),
        (SET | {"admin_equivalent": False, "session_hours": 12.0}, None),
        (SET | {"admin_equivalent": UNSEEN, "session_hours": 12.0}, "NOT_ASSESSED"),
        (SET | {"session_hours": UNSEEN}, "NOT_ASSESSED"),
        ({"kind": "management", "people": tuple("abcde")}, "PASS"),
        ({"kind": "management", "people": tuple("abcdef")}, "FAIL"),
        ({"kind": "management", "people": UNSEEN}, "NOT_ASSESSED"),
    ],
)
def test_short_administration(row: dict[str, Any], expected: str | None) -> None:
    assert status("IDC-07", row) == expected


def test_administrators_in_effect_and_the_people_behind_them() -> None:
    sets = {
        "All": "AdministratorAccess",
        "Iam": inline("iam:*"),
        "Org": inline("organizations:*"),
        "Few": inline("s3:*"),
    }
    held = [
        (HOME, "All", "admins"),
        (HOME, "Org", "u9"),
        (HOME, "Few", "u8"),
        (HOME, "Iam", "u1"),
        (SHOP, "All", "others"),
    ]
    rows = estate(center(sets, held, {"admins": ["u1", "u2"], "others": ["u3"]})).source("admin_sets").rows
    told = {row["name"]: row["admin_equivalent"] for row in rows if row["kind"] == "set"}
    assert told == {"All": True, "Iam": True, "Org": True, "Few": False}
    assert rows[-1]["people"] == ("u1", "u2", "u9")
    assert {row["session_hours"] for row in rows if row["kind"] == "set"} == {4.0}


def test_sets_that_were_not_read_may_be_an_administrators() -> None:
    tables = center({"All": "AdministratorAccess"}, [(HOME, "All", "u1")])
    tables["sso_permission_set_details"] += [{**AT, **GAP}]
    assert GAP["gap"] in {gap.text for gap in estate(tables).source("admin_sets").gaps}
    assert not estate(center({"All": "AdministratorAccess"})).source("admin_sets").gaps
