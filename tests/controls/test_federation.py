from __future__ import annotations

import json
from typing import Any

import pandas as pd

from orienteer.controls import federation
from tests.support import frame

NOW = pd.Timestamp("2026-11-24T08:00:00Z")
ACCOUNT, MANAGEMENT = "111122223333", "999900001111"
ORGANIZATION = {
    "account_id": MANAGEMENT,
    "resource_id": "o-1",
    "organization_id": "o-1",
    "management_account_id": MANAGEMENT,
}
INSTANCE = "arn:aws:sso:::instance/ssoins-1"


def ago(days: float) -> pd.Timestamp:
    return NOW - pd.Timedelta(days=days)


def trust(kind: str, value: str) -> str:
    return json.dumps({"Statement": [{"Effect": "Allow", "Principal": {kind: value}, "Action": "sts:AssumeRole"}]})


def mechanisms(**tables: list[dict[str, Any]]) -> pd.DataFrame:
    names = (
        "iam_credential_report", "iam_roles", "iam_saml_providers", "iam_oidc_providers",
        "iam_service_specific_credentials", "iam_ssh_public_keys", "rolesanywhere_trust_anchors",
        "rolesanywhere_profiles", "sso_instances",
    )  # fmt: skip
    rows = {name: [{"account_id": ACCOUNT, **row} for row in tables.get(name, [])] for name in names}
    return {name: frame(name, listed) for name, listed in rows.items()}  # type: ignore[return-value]


def judged(accepted: tuple[str, ...] | None = None, **tables: list[dict[str, Any]]) -> dict[str, tuple[str, str]]:
    more = {} if accepted is None else {"accepted_mechanisms": accepted}
    found = federation.access_mechanisms(**mechanisms(**tables), **more, as_of=NOW)
    return {r["resource_id"]: (r["status"], r["severity"]) for r in found.to_dict("records")}


def test_profiles_of_roles_anywhere_are_evidence() -> None:
    anchors = [{"anchor_id": "a", "enabled": True}]
    profiles = [{"profile_id": "p", "enabled": True}, {"profile_id": "q", "enabled": False}, {"profile_id": "r"}]
    for given, counts in ((profiles, {"profiles": 3, "profiles_enabled": 1}), ([], {})):
        tables = mechanisms(rolesanywhere_trust_anchors=anchors, rolesanywhere_profiles=given)
        found = federation.access_mechanisms(**tables, as_of=NOW)
        shown = json.loads(found["evidence"].iloc[0])
        assert {name: shown[name] for name in shown if name.startswith("profiles")} == counts
        assert (len(found), shown["mechanism"], shown["count"]) == (1, "roles_anywhere", 1)
    assert judged(rolesanywhere_profiles=profiles) == {}  # without a trust anchor nobody comes in by them


def test_mechanisms_by_use() -> None:
    users = [
        {"user": "ada", "password_enabled": True, "password_last_used": ago(5)},
        {"user": "bob", "access_key_1_active": True, "access_key_1_last_used_date": ago(200)},
        {"user": "<root_account>", "password_enabled": True},
        {"user": "eve", "password_enabled": None, "cert_1_active": True},
    ]
    roles = [
        {"role_name": "sso", "path": "/aws-reserved/sso.amazonaws.com/", "trust_policy": trust("Federated", "x")},
        {"role_name": "ci", "path": "/", "trust_policy": trust("Federated", "arn:aws:iam::1:oidc-provider/x.example")},
        {"role_name": "far", "path": "/", "trust_policy": trust("AWS", "arn:aws:iam::444455556666:root")},
        {"role_name": "near", "path": "/", "trust_policy": trust("AWS", f"arn:aws:iam::{ACCOUNT}:root")},
        {"role_name": "own-id", "path": "/", "trust_policy": trust("AWS", f"arn:aws:iam::{ACCOUNT}:role/x")},
        {"role_name": "odd", "path": None, "trust_policy": "not json"},
    ]
    found = judged(iam_credential_report=users, iam_roles=roles, iam_saml_providers=[{"provider_arn": "p"}])
    assert found == {
        "iam_password": ("FAIL", "high"), "access_keys": ("FAIL", "medium"), "root": ("FAIL", "medium"),
        "certificates": ("FAIL", "medium"), "identity_center": ("PASS", ""), "oidc": ("PASS", ""),
        "cross_account_role": ("PASS", ""), "saml": ("FAIL", "medium"),
    }  # fmt: skip


def test_without_an_accepted_set_a_person_decides() -> None:
    found = judged((), rolesanywhere_trust_anchors=[{"anchor_id": "t", "enabled": True}, {"anchor_id": "u"}],
                   iam_ssh_public_keys=[{"resource_id": "a", "status": "Active"}, {"resource_id": "b"}])  # fmt: skip
    assert found == {"roles_anywhere": ("MANUAL", ""), "codecommit_ssh_keys": ("MANUAL", "")}


def center(instances: list[dict[str, Any]], sets: int = 1, console: int = 0, saml: int = 0) -> pd.DataFrame:
    users = [{"user": f"u{n}", "password_enabled": True} for n in range(console)]
    held = [
        {"account_id": MANAGEMENT, "instance_arn": INSTANCE, "owned": True, "permission_set_arn": f"p{n}"}
        for n in range(sets)
    ]
    return federation.identity_center(
        frame("organization", [ORGANIZATION]),
        frame("sso_instances", instances),
        frame("sso_instance_details"),
        frame("sso_permission_sets", held or [{"account_id": MANAGEMENT, "instance_arn": INSTANCE, "owned": True}]),
        frame("iam_credential_report", [{"user": "<root_account>", "password_enabled": True}, *users]),
        frame("iam_saml_providers", [{"provider_arn": str(n)} for n in range(saml)]),
    )


def instance(**more: Any) -> dict[str, Any]:
    base = {"account_id": MANAGEMENT, "region": "eu-central-1", "instance_arn": INSTANCE, "owned": True,
            "owner_account": MANAGEMENT, "status": "ACTIVE"}  # fmt: skip
    return base | more


def test_identity_center() -> None:
    assert center([instance()])["status"].tolist() == ["PASS"]
    left = center([instance()], console=2)
    assert (left["status"][0], left["severity"][0]) == ("FAIL", "medium")
    assert center([instance()], sets=0)["status"].tolist() == ["FAIL"]
    assert center([instance(status="CREATE_FAILED")])["status"].tolist() == ["FAIL"]
    assert center([instance(status=None)])["status"].tolist() == ["MANUAL"]
    assert center([])["status"].tolist() == ["FAIL"]
    assert center([], saml=1)["status"].tolist() == ["MANUAL"]


def test_account_instances_are_told_apart() -> None:
    other = instance(account_id=ACCOUNT, owner_account=ACCOUNT, instance_arn="arn:aws:sso:::instance/ssoins-2")
    found = center([instance(), other])
    assert dict(zip(found["account_id"], found["status"], strict=True)) == {MANAGEMENT: "PASS", ACCOUNT: "MANUAL"}


def test_an_account_id_in_a_strangers_role_name_is_no_own_account() -> None:
    stranger = {
        "role_name": "far",
        "path": "/",
        "trust_policy": trust("AWS", f"arn:aws:iam::444455556666:role/{ACCOUNT}"),
    }
    gone = {"role_name": "gone", "path": "/", "trust_policy": trust("AWS", "AROAEXAMPLEEXAMPLE123")}
    assert list(judged(iam_roles=[stranger])) == ["cross_account_role"]
    assert judged(iam_roles=[gone]) == {}


def test_a_root_user_of_which_aws_does_not_tell_is_a_way_in() -> None:
    assert judged(iam_credential_report=[{"user": "<root_account>"}]) == {"root": ("FAIL", "medium")}
    assert judged(iam_credential_report=[{"user": "<root_account>", "password_enabled": False}]) == {}


def alone(**tables: list[dict[str, Any]]) -> dict[str, str]:
    names = ("sso_instances", "sso_instance_details", "sso_permission_sets", "iam_credential_report",
             "iam_saml_providers")  # fmt: skip
    found = federation.identity_center(
        frame("organization", [{"account_id": ACCOUNT}]), *(frame(name, tables.get(name, [])) for name in names)
    )
    return dict(zip(found["resource_id"], found["status"], strict=True))


def test_an_account_that_stands_alone_has_no_organization_instance() -> None:
    own = {
        "account_id": ACCOUNT,
        "region": "eu-west-1",
        "instance_arn": INSTANCE,
        "owner_account": ACCOUNT,
        "owned": True,
    }
    assert alone() == {"organization instance": "FAIL"}
    center = {"account_id": ACCOUNT, "provider_arn": f"arn:aws:iam::{ACCOUNT}:saml-provider/AWSSSO_1_DO_NOT_DELETE"}
    assert alone(iam_saml_providers=[center]) == {"organization instance": "FAIL"}
    assert alone(iam_saml_providers=[{"account_id": ACCOUNT}]) == {"organization instance": "MANUAL"}
    assert alone(sso_instances=[own]) == {"organization instance": "FAIL", INSTANCE: "MANUAL"}
