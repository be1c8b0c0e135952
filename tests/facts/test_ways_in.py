"""The ways into an account, worked out from everything that shows one."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
import pytest

from orienteer.facts.source import Source
from tests.facts.support import GAP, NOW, source

ACCOUNT = "111122223333"
ROOT = "<root_account>"
HELD = {"account_access_keys_present": 0, "account_password_present": 0}


def ago(days: float) -> pd.Timestamp:
    return NOW - pd.Timedelta(days=days)


def ways(**tables: list[dict[str, Any]]) -> Source:
    rows = {n: [{"account_id": ACCOUNT, "region": "global", **row} for row in found] for n, found in tables.items()}
    return source("ways_in", **rows)


def counts(found: Source) -> dict[str, Any]:
    return {row["mechanism"]: (row["count"], row["in_use_90d"]) for row in found.rows}


def trust(kind: str, value: str) -> str:
    return json.dumps({"Statement": [{"Effect": "Allow", "Principal": {kind: value}, "Action": "sts:AssumeRole"}]})


def user(name: str, **more: Any) -> dict[str, Any]:
    return {"resource_id": name, "user": name, "password_enabled": False, **more}


def test_ways_of_users() -> None:
    users = [
        user("ada", password_enabled=True, password_last_used=ago(5)),
        user("old", password_enabled=True, password_last_used=ago(200)),
        user("bob", access_key_1_active=True, access_key_1_last_used_date=ago(91), access_key_2_active=True),
        user("eve", password_enabled=None, cert_1_active=True),
    ]
    assert counts(ways(iam_credential_report=users, iam_account_summary=[HELD])) == {
        "iam_password": (2, True), "access_keys": (2, False), "certificates": (1, None)}  # fmt: skip


def test_ways_of_roles_and_providers() -> None:
    roles = [
        {"role_name": "sso", "path": "/aws-reserved/sso.amazonaws.com/", "trust_policy": trust("Federated", "x")},
        {"role_name": "ci", "path": "/", "trust_policy": trust("Federated", "arn:aws:iam::1:oidc-provider/x.example")},
        {"role_name": "far", "path": "/", "trust_policy": trust("AWS", "arn:aws:iam::444455556666:root"),
         "last_used_at": ago(90)},
        {"role_name": "near", "path": "/", "trust_policy": trust("AWS", f"arn:aws:iam::{ACCOUNT}:root")},
        {"role_name": "own-id", "path": "/", "trust_policy": trust("AWS", f"arn:aws:iam::{ACCOUNT}:role/x")},
        {"role_name": "own", "path": "/aws-service-role/x/", "trust_policy": trust("AWS", "444455556666")},
        {"role_name": "anywhere", "path": "/", "trust_policy": trust("Service", "rolesanywhere.amazonaws.com")},
        {"role_name": "odd", "path": None, "trust_policy": "not json"},
    ]  # fmt: skip
    providers = [{"provider_arn": "arn:aws:iam::1:saml-provider/AWSSSO_1"}, {"provider_arn": "p"}]
    found = ways(iam_roles=roles, iam_saml_providers=providers, iam_oidc_providers=[{"provider_arn": "o"}],
                 sso_instances=[{"owned": True}, {"owned": False}])  # fmt: skip
    assert counts(found) == {
        "identity_center": (3, False), "oidc": (2, False), "cross_account_role": (1, True),
        "roles_anywhere": (1, False), "saml": (1, None),
    }  # fmt: skip


def test_an_account_id_in_a_strangers_role_name_is_no_own_account() -> None:
    stranger = {
        "role_name": "far",
        "path": "/",
        "trust_policy": trust("AWS", f"arn:aws:iam::444455556666:role/{ACCOUNT}"),
    }
    gone = {"role_name": "gone", "path": "/", "trust_policy": trust("AWS", "AROAEXAMPLEEXAMPLE123")}
    assert list(counts(ways(iam_roles=[stranger]))) == ["cross_account_role"]
    assert counts(ways(iam_roles=[gone])) == {}


def test_only_what_is_switched_on_is_a_way() -> None:
    found = ways(rolesanywhere_trust_anchors=[{"anchor_id": "t", "enabled": True}, {"anchor_id": "u"}],
                 rolesanywhere_profiles=[{"enabled": True}, {"enabled": False}, {}],
                 iam_ssh_public_keys=[{"resource_id": "a", "status": "Active"}, {"resource_id": "b"}],
                 iam_service_specific_credentials=[{"status": "Inactive"}])  # fmt: skip
    assert counts(found) == {"roles_anywhere": (1, None), "codecommit_ssh_keys": (1, None)}
    assert [row["profiles_enabled"] for row in found.rows] == [0, 1]
    assert not ways(rolesanywhere_profiles=[{"enabled": True}]).rows  # without a trust anchor nobody comes in by them


@pytest.mark.parametrize(("line", "summary", "found"), [
    ({"password_enabled": True}, HELD, (1, False, True)),
    ({"password_enabled": True, "password_last_used": ago(3)}, HELD, (1, True, True)),
    ({"password_enabled": None}, HELD, None),  # AWS's counts say that there is none
    ({"password_enabled": None}, {**HELD, "account_password_present": 1}, (1, False, True)),
    ({"password_enabled": None}, {"account_access_keys_present": 0}, (0, None, False)),
    ({"access_key_1_active": True}, {"account_access_keys_present": 1}, (1, False, True)),
])  # fmt: skip
def test_the_root_user_is_a_way_in_where_root_02_says_so(line: Any, summary: Any, found: Any) -> None:
    rows = ways(iam_credential_report=[user(ROOT, **line)], iam_account_summary=[summary]).rows
    assert [(r["count"], r["in_use_90d"], r["is_said"]) for r in rows] == ([found] if found else [])


def test_what_was_not_read_may_be_a_way() -> None:
    assert {g.text for g in ways(iam_roles=[GAP]).gaps} == {GAP["gap"]}
    lost = ways(iam_credential_report=[user(ROOT)], iam_account_summary=[GAP])
    assert [(g.resource_id, g.text) for g in lost.gaps] == [("root", GAP["gap"])] and not lost.rows
    whole = ways(iam_credential_report=[GAP])
    assert [g.resource_id for g in whole.gaps] == [""]  # said once
