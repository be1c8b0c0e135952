"""The directory behind Identity Center."""

from __future__ import annotations

from typing import Any

import pytest

from orienteer.facts.seen import Unseen
from tests.facts.support import GAP, UNSEEN, fact, judged, source, status

HOME = "999900001111"
AT = {"account_id": HOME, "region": "eu-central-1"}
ORGANIZATION = [{**AT, "organization_id": "o-1", "management_account_id": HOME}]
STORE = {**AT, "instance_arn": "arn:i", "identity_store_id": "d-1", "owned": True}


@pytest.mark.parametrize(("local", "expected"), [(0, "MANUAL"), (2, "MANUAL"), (3, "FAIL"), (UNSEEN, "NOT_ASSESSED")])
def test_identity_source(local: Any, expected: str) -> None:
    row = {"users_total": 10, "users_provisioned": 8, "local_users": local}
    assert status("IDC-02", row) == expected


def test_a_directory_of_both_kinds_of_users_is_asked_about_with_their_numbers() -> None:
    told = judged("IDC-02", {"users_total": 10, "users_provisioned": 8, "local_users": 2})
    assert told and told.status == "MANUAL" and "Users from an identity provider: 8 of 10." in told.words


def test_users_from_the_provider_and_from_here() -> None:
    users = [
        {**AT, "instance_arn": "arn:i", "user_id": n, "user_name": n, "is_provisioned": n == "ada"}
        for n in ("ada", "bob", "glass")
    ]
    given = {"organization": ORGANIZATION, "sso_instances": [STORE]}
    found = source("directories", thresholds={"break_glass_users": ["glass"]}, **given, identitystore_users=users)
    (row,) = found.rows
    assert (row["users_total"], row["users_provisioned"], row["local_users"]) == (3, 1, 1)
    (row,) = fact("directories", **given, identitystore_users=[{**GAP, **AT}])
    assert isinstance(row["local_users"], Unseen)
    assert fact("directories", organization=ORGANIZATION) == []
    unnamed = source("directories", **given | {"organization": [{**GAP, **AT}]})
    assert unnamed.rows == [] and [(gap.account_id, gap.resource_id) for gap in unnamed.gaps] == [(HOME, "d-1")]


GROUP = {"is_group": True, "is_known": True, "principal_name": "soc", "people": 2}
USER = {"is_group": False, "is_known": True, "principal_name": "ada"}


@pytest.mark.parametrize(
    ("holder", "expected"),
    [
        (GROUP, "PASS"),
        (GROUP | {"people": 0}, "FAIL"),
        (GROUP | {"people": UNSEEN}, "NOT_ASSESSED"),
        (GROUP | {"is_known": False}, "FAIL"),
        (GROUP | {"is_known": UNSEEN}, "NOT_ASSESSED"),
        (GROUP | {"is_known": UNSEEN, "people": 0}, "FAIL"),
        (USER, "FAIL"),
        (USER | {"user_status": "DISABLED"}, "FAIL"),
        (USER | {"principal_name": "bob"}, "PASS"),
        (USER | {"principal_name": "bob", "is_known": False}, "FAIL"),
    ],
)
def test_assignments_to_groups(holder: dict[str, Any], expected: str) -> None:
    assert status("IDC-06", holder, user_assignments_ok=("bob",)) == expected


def test_a_disabled_user_is_told_as_such() -> None:
    told = judged("IDC-06", USER | {"user_status": "DISABLED"})
    assert told and "and is disabled" in told.words


def test_who_holds_assignments() -> None:
    held = [("g1", "1", "A"), ("g1", "2", "A"), ("gone", "1", "B"), ("u1", "1", "B")]
    assignments = [
        {
            **AT,
            "resource_id": s,
            "permission_set_arn": s,
            "principal_id": who,
            "assigned_account": account,
            "is_group": who != "u1",
            "principal_type": "USER" if who == "u1" else "GROUP",
        }
        for who, account, s in held
    ]
    members = [{**AT, "principal_id": "g1", "user_id": user} for user in ("u1", "u2", "u1", None)]
    rows = fact(
        "assignment_holders",
        organization=ORGANIZATION,
        sso_account_assignments=assignments,
        identitystore_groups=[{**AT, "group_id": "g1", "group_name": "soc"}],
        identitystore_users=[{**AT, "user_id": "u1", "user_name": "ada"}],
        identitystore_memberships=members,
        sso_permission_set_details=[
            {**AT, "resource_id": s, "permission_set_arn": s, "permission_set_name": s} for s in "AB"
        ],
    )
    told = {r["resource_id"]: (r["is_known"], r["principal_name"], r["people"], r["accounts"]) for r in rows}
    assert told == {
        "g1": (True, "soc", 2, ("1", "2")),
        "gone": (False, None, 0, ("1",)),
        "u1": (True, "ada", 0, ("1",)),
    }
    assert rows[0]["permission_sets"] == ("A",)


def test_a_member_account_hides_no_assignment() -> None:
    dark = {**GAP, "account_id": "333300001111", "region": "eu-central-1"}
    assert source("assignment_holders", organization=ORGANIZATION, sso_account_assignments=[dark]).gaps == []
    own = source("assignment_holders", organization=ORGANIZATION, sso_account_assignments=[{**GAP, **AT}])
    assert len(own.gaps) == 1


def test_members_that_were_not_all_read() -> None:
    held = [{**AT, "principal_id": "g1", "is_group": True, "principal_type": "GROUP"}]
    members = [{**AT, "principal_id": "g1", "user_id": "u1"}, {**GAP, **AT, "resource_id": "A"}]
    (row,) = fact(
        "assignment_holders", organization=ORGANIZATION, sso_account_assignments=held, identitystore_memberships=members
    )
    assert isinstance(row["people"], Unseen)


def test_the_organizations_instance_and_its_sets() -> None:
    def center(instances: list[Any], *sets: tuple[str, str | None]) -> dict[str, Any]:
        rows = [{**AT, "instance_arn": i, "permission_set_arn": s, "resource_id": s or i, "owned": True}
                for i, s in sets]  # fmt: skip
        return fact("identity_centers", organization=ORGANIZATION, sso_instances=instances, sso_permission_sets=rows)[0]

    lost, none = center([{**GAP, **AT}]), center([])
    assert isinstance(lost["instance_arn"], Unseen) and isinstance(lost["owner"], Unseen)
    assert (none["instance_arn"], none["owner"], none["resource_id"]) == (None, None, "organization instance")
    whole = center([STORE], ("arn:i", "a"), ("arn:i", "b"), ("arn:i", None), ("arn:other", "c"))
    assert (whole["sets"], whole["owner"], whole["resource_id"]) == (2, HOME, "arn:i")
    assert center([STORE], ("arn:i", None))["sets"] == 0
    unread = center([STORE])["sets"]
    assert isinstance(unread, Unseen) and "seen from members only" in str(unread.gaps)
