from __future__ import annotations

import json
from typing import Any

import pandas as pd
import pytest

from tests.facts.support import NOW, UNSEEN, fact, found, judged, verdict
from tests.support import frame
from tests.tables.test_exposable_answers import row

ACCOUNT, MANAGEMENT = "111122223333", "999900001111"
ORGANIZATION = {
    "account_id": MANAGEMENT,
    "resource_id": "o-1",
    "organization_id": "o-1",
    "management_account_id": MANAGEMENT,
}
INSTANCE = "arn:aws:sso:::instance/ssoins-1"


# --- IAM-12


@pytest.mark.parametrize(("way", "expected"), [
    ({"mechanism": "oidc", "in_use_90d": True}, "PASS medium"),
    ({"mechanism": "identity_center", "in_use_90d": True}, "PASS medium"),
    ({"mechanism": "iam_password", "in_use_90d": True}, "FAIL high"),
    ({"mechanism": "saml", "in_use_90d": None}, "FAIL medium"),
    ({"mechanism": "access_keys", "in_use_90d": False}, "FAIL medium"),
    ({"mechanism": "access_keys", "in_use_90d": True}, "FAIL high"),
    ({"mechanism": "root", "is_said": False}, "MANUAL medium"),
    ({"mechanism": "root", "is_said": True, "in_use_90d": UNSEEN}, "NOT_ASSESSED"),
])  # fmt: skip
def test_ways_in(way: dict[str, Any], expected: str) -> None:
    assert " ".join(verdict("IAM-12", {"is_said": True, **way}) or ()).strip() == expected


@pytest.mark.parametrize(("used", "words"), [
    ({"in_use_90d": False}, "present but never used"),
    ({"in_use_90d": False, "last_used": NOW - pd.Timedelta(days=200)}, "not used in the last 90 days"),
    ({"in_use_90d": True, "last_used": NOW}, "(used in the last 90 days)"),
    ({"in_use_90d": None}, "AWS does not track its use"),
])  # fmt: skip
def test_a_way_that_is_there_is_told_from_one_in_use(used: dict[str, Any], words: str) -> None:
    told = judged("IAM-12", {"is_said": True, "mechanism": "access_keys", **used})
    assert told and words in told.words


def test_without_an_accepted_set_a_person_decides() -> None:
    told = verdict("IAM-12", {"is_said": True, "mechanism": "oidc"}, accepted_mechanisms=())
    assert told == ("MANUAL", "medium")


# --- IDC-01


def center(instances: list[dict[str, Any]], sets: int = 1, console: int = 0, saml: int = 0) -> pd.DataFrame:
    users = [{"user": f"u{n}", "password_enabled": True} for n in range(console)]
    held = [
        {"account_id": MANAGEMENT, "instance_arn": INSTANCE, "owned": True, "permission_set_arn": f"p{n}"}
        for n in range(sets)
    ]
    return found("IDC-01", {
        "organization": frame("organization", [ORGANIZATION]),
        "sso_instances": frame("sso_instances", instances),
        "sso_permission_sets": frame("sso_permission_sets",
                                     held or [{"account_id": MANAGEMENT, "instance_arn": INSTANCE, "owned": True}]),
        "iam_credential_report": frame("iam_credential_report",
                                       [{"user": "<root_account>", "password_enabled": True}, *users]),
        "iam_saml_providers": frame("iam_saml_providers", [{"provider_arn": str(n)} for n in range(saml)]),
    })  # fmt: skip


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


def test_the_instance_may_be_in_any_region_and_its_owner_tells_its_status() -> None:
    assert center([instance(region="ap-southeast-2")])["status"].tolist() == ["PASS"]
    answer = {
        "InstanceArn": INSTANCE,
        "Status": "DELETE_IN_PROGRESS",
        "EncryptionConfigurationDetails": {"KeyType": "CUSTOMER_MANAGED_KEY", "KmsKeyArn": "arn:k"},
    }
    told = row("sso_instance_details", answer)
    assert (told["kms_key_type"], told["kms_key_arn"]) == ("CUSTOMER_MANAGED_KEY", "arn:k")
    given = {"organization": [ORGANIZATION], "sso_instances": [instance()]}
    details = {**told, "account_id": MANAGEMENT, "region": "eu-central-1", "instance_arn": INSTANCE}
    (one,) = fact("identity_centers", **given, sso_instance_details=[details])
    assert (one["listed_status"], one["status"]) == ("ACTIVE", "DELETE_IN_PROGRESS")
    assert verdict("IDC-01", {**one, "sets": 1}) == ("FAIL", "high")


def test_account_instances_are_told_apart() -> None:
    other = instance(account_id=ACCOUNT, owner_account=ACCOUNT, instance_arn="arn:aws:sso:::instance/ssoins-2")
    told = center([instance(), other, other | {"region": "eu-west-1"}])
    assert len(told) == 2
    assert dict(zip(told["account_id"], told["status"], strict=True)) == {MANAGEMENT: "PASS", ACCOUNT: "MANUAL"}


def alone(**tables: list[dict[str, Any]]) -> dict[str, str]:
    read = {name: frame(name, rows) for name, rows in tables.items()}
    told = found("IDC-01", {"organization": frame("organization", [{"account_id": ACCOUNT}]), **read})
    return dict(zip(told["resource_id"], told["status"], strict=True))


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


# --- IAM-13

SAML = {"kind": "saml", "valid_days": 300, "is_trusted": True, "role_idle_days": 2}


@pytest.mark.parametrize(
    ("provider", "expected"),
    [
        ({}, "PASS"),
        ({"valid_days": -1}, "FAIL"),
        ({"valid_days": 29}, "FAIL"),
        ({"valid_days": 30}, "PASS"),
        ({"valid_days": None}, "MANUAL"),
        ({"is_trusted": False}, "FAIL"),
        ({"role_idle_days": None}, "FAIL"),
        ({"role_idle_days": 91}, "FAIL"),
        ({"is_trusted": UNSEEN}, "NOT_ASSESSED"),
        ({"is_trusted": UNSEEN, "valid_days": -1}, "FAIL"),
        ({"kind": "oidc", "valid_days": None, "role_idle_days": None}, "PASS"),
        ({"kind": "oidc", "valid_days": None, "is_trusted": False}, "FAIL"),
        ({"kind": "certificate", "valid_days": -1, "is_trusted": False}, "FAIL"),
        ({"kind": "certificate", "valid_days": 0, "is_trusted": False}, "PASS"),
        ({"kind": "certificate", "valid_days": None}, "MANUAL"),
    ],
)
def test_providers(provider: dict[str, Any], expected: str) -> None:
    assert (verdict("IAM-13", SAML | provider) or ("",))[0] == expected


def test_providers_with_their_roles() -> None:
    arn = "arn:aws:iam::111122223333:saml-provider/corp"
    trust = json.dumps(
        {"Statement": [{"Effect": "Allow", "Principal": {"Federated": arn}, "Action": "sts:AssumeRoleWithSAML"}]}
    )
    here = {"account_id": ACCOUNT, "region": "global"}
    rows = fact(
        "federation_providers",
        iam_saml_providers=[
            {**here, "resource_id": arn, "provider_arn": arn, "valid_until": NOW + pd.Timedelta(days=10)},
            {**here, "resource_id": "x", "provider_arn": "arn:aws:iam::111122223333:saml-provider/AWSSSO_1"},
        ],
        iam_server_certificates=[{**here, "resource_id": "old", "certificate_name": "old", "expires_at": NOW}],
        iam_roles=[
            {**here, "role_name": "r", "trust_policy": trust, "last_used_at": NOW - pd.Timedelta(days=100)},
            {**here, "account_id": "999999999999", "role_name": "far", "trust_policy": trust},
        ],
    )
    told = [(r["kind"], r["valid_days"], r["roles"], r["is_trusted"], r["role_idle_days"]) for r in rows]
    assert told == [("saml", 10, ("r",), True, 100), ("certificate", 0, (), False, None)]
