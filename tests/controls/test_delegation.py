"""Controls about delegated administrators: who they are, and which services have them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from orienteer.facts.seen import Partial, Unseen
from orienteer.parameters import Client
from tests.facts.support import GAP, UNSEEN, fact, judged, source, status

HOME, AUDIT, PEOPLE, SHOP = (f"10000000000{n}" for n in range(1, 5))
ORG = {"account_id": HOME, "organization_id": "o-1", "management_account_id": HOME}
SSO, TRAILS = "sso.amazonaws.com", "cloudtrail.amazonaws.com"


@pytest.mark.parametrize(
    ("one", "found"),
    [
        ({"serves": ("security",)}, "PASS"),
        ({"serves": ("infrastructure",)}, "PASS"),
        ({"serves": ("workload",)}, "FAIL"),
        ({"serves": ()}, "FAIL"),
        ({}, "MANUAL"),
        ({"serves": UNSEEN}, "NOT_ASSESSED"),
        ({"serves": ("security",), "state": "SUSPENDED"}, "FAIL"),
        ({"serves": ("security",), "holds_all": UNSEEN}, "PASS"),
        ({"service_principal": None}, None),
    ],
)
def test_expected_delegates(one: dict[str, Any], found: str | None) -> None:
    assert status("DA-02", {"service_principal": "config.amazonaws.com", "state": "ACTIVE"} | one) == found


@pytest.mark.parametrize(("account", "found"), [(SHOP, "PASS"), (AUDIT, "FAIL")])
def test_the_params_file_decides_who_is_meant(account: str, found: str) -> None:
    one = {"service_principal": "config.amazonaws.com", "account_id": account, "serves": ("security",)}
    given = {"config.amazonaws.com": (SHOP,)}
    assert status("DA-02", one, expected_delegates=given) == found
    assert status("DA-02", one | {"state": "SUSPENDED"}, expected_delegates=given) == "FAIL"


def test_an_account_that_holds_every_delegation() -> None:
    def held(*pairs: tuple[str, str | None]) -> list[Any]:
        rows = [{"account_id": account, "service_principal": service} for account, service in pairs]
        return [row["holds_all"] for row in fact("delegations", organization_delegated_services=rows)]

    assert held((AUDIT, "a"), (AUDIT, "b"), (AUDIT, None)) == [True, True, True]
    assert held((AUDIT, "a"), (SHOP, "b")) == [False, False]
    assert held((AUDIT, "a")) == [False]
    told = judged("DA-02", {"service_principal": "a", "serves": ("security",), "holds_all": True})
    assert told and told.status == "PASS" and "administers every delegated service" in told.words


def test_where_a_delegate_stands_is_joined() -> None:
    account = {
        "account_id": SHOP,
        "id": SHOP,
        "ou_path": "Root/Workloads/Security",
        "ou_ids": '["r-1", "ou-1", "ou-2"]',
    }
    (found,) = fact(
        "delegations",
        organization_delegated_services=[{"account_id": SHOP, "service_principal": "a"}],
        organization_accounts=[account],
    )
    assert set(found["serves"]) == {"workload", "security"}


# --- DA-03

USUAL = {
    "management": HOME,
    "uses_identity_center": True,
    "iam": frozenset({PEOPLE}),
    "security_audit": frozenset({AUDIT}),
}


def delegated(*accounts: str) -> list[Any]:
    return [SimpleDelegate(one) for one in accounts]


class SimpleDelegate:
    """An account that a service is delegated to."""

    def __init__(self, account_id: str) -> None:
        self.account_id = account_id


@pytest.mark.parametrize(
    ("service", "found"),
    [
        ({"resource_id": SSO, "delegates": delegated(PEOPLE)}, "PASS"),
        ({"resource_id": SSO, "delegates": delegated(AUDIT)}, "FAIL"),
        ({"resource_id": SSO, "delegates": delegated(AUDIT), "iam": frozenset()}, "MANUAL"),
        ({"resource_id": SSO, "delegates": delegated()}, "FAIL"),
        ({"resource_id": SSO, "delegates": delegated(HOME)}, "FAIL"),
        ({"resource_id": SSO, "delegates": delegated(), "uses_identity_center": False}, "MANUAL"),
        ({"resource_id": SSO, "delegates": delegated(PEOPLE), "uses_identity_center": UNSEEN}, "NOT_ASSESSED"),
        ({"resource_id": SSO, "delegates": UNSEEN}, "NOT_ASSESSED"),
        ({"resource_id": TRAILS, "delegates": delegated(AUDIT), "uses_identity_center": UNSEEN}, "PASS"),
        ({"resource_id": TRAILS, "delegates": delegated(PEOPLE)}, "FAIL"),
        ({"resource_id": TRAILS, "delegates": delegated(AUDIT), "security_audit": UNSEEN}, "NOT_ASSESSED"),
        ({"resource_id": "config.amazonaws.com", "delegates": delegated()}, None),
    ],
)
def test_key_services_delegated(service: dict[str, Any], found: str | None) -> None:
    assert status("DA-03", USUAL | service) == found


def test_the_iam_account_may_be_waived_and_no_other() -> None:
    given = {"waive_iam_account": True}
    assert status("DA-03", USUAL | {"resource_id": SSO, "delegates": delegated(AUDIT)}, **given) == "PASS"
    assert status("DA-03", USUAL | {"resource_id": SSO, "delegates": delegated()}, **given) == "FAIL"
    assert status("DA-03", USUAL | {"resource_id": TRAILS, "delegates": delegated(SHOP)}, **given) == "FAIL"


def key_service(**more: Any) -> Any:
    instance = {"account_id": HOME, "region": "eu-west-1", "instance_arn": "arn:i", "owner_account": HOME}
    given: dict[str, Any] = {"organization": [ORG], "sso_instances": [instance]}
    return next(row for row in fact("key_services", **(given | more)) if row["resource_id"] == SSO)


def test_an_instance_may_stand_in_a_region_that_is_no_part_of_the_assessment() -> None:
    trusted = {"organization_trusted_services": [{"account_id": HOME, "service_principal": SSO}]}

    def used(regions: tuple[str, ...], **more: Any) -> Any:
        rows = source("key_services", Client(regions=regions), organization=[ORG], **more).rows
        return next(row["uses_identity_center"] for row in rows if row["resource_id"] == SSO)

    assert isinstance(used(("eu-west-1",), **trusted), Unseen)
    assert used((), **trusted) is False
    assert used(("eu-west-1",)) is False


def test_the_organizations_instance_counts() -> None:
    assert key_service()["uses_identity_center"] is True
    assert key_service(sso_instances=[])["uses_identity_center"] is False
    own = {"account_id": SHOP, "region": "eu-west-1", "instance_arn": "arn:s", "owner_account": SHOP}
    assert key_service(sso_instances=[own])["uses_identity_center"] is False
    refused = {"account_id": SHOP, "region": "eu-west-1", **GAP}
    assert isinstance(key_service(sso_instances=[refused])["uses_identity_center"], Unseen)


def test_sets_in_the_management_account_are_named() -> None:
    place = {"account_id": HOME, "region": "eu-west-1", "permission_set_arn": "arn:a"}
    found = key_service(
        sso_permission_set_details=[place | {"permission_set_name": "Admin"}],
        sso_permission_set_accounts=[
            place | {"assigned_account": HOME},
            place | {"permission_set_arn": "arn:b", "assigned_account": SHOP},
        ],
    )
    assert found["management_sets"] == ("Admin",)


# --- DA-05


@pytest.mark.parametrize(
    ("bill", "found"),
    [
        ({"is_apart": True}, "PASS"),
        ({"is_apart": False, "administrators": Partial(("admin",))}, "FAIL"),
        ({"is_apart": False, "administrators": Partial(())}, "MANUAL"),
        ({"is_apart": False, "administrators": Partial((), UNSEEN.gaps)}, "NOT_ASSESSED"),
        ({"is_apart": UNSEEN, "administrators": Partial(("admin",))}, "NOT_ASSESSED"),
    ],
)
def test_billing_apart(bill: dict[str, Any], found: str) -> None:
    assert status("DA-05", bill) == found


PEOPLE_TRUST = (
    '{"Statement": {"Effect": "Allow", "Principal": {"Federated": "arn:saml"}, "Action": "sts:AssumeRoleWithSAML"}}'
)
SERVICE_TRUST = (
    '{"Statement": {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}}'
)


def role(name: str, *actions: str, managed: str = "", trust: str = PEOPLE_TRUST, account: str = HOME) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
    inline = [{"PolicyName": "own", "PolicyDocument": {"Statement": [statement]}}] if actions else []
    attached = [{"PolicyName": "x", "PolicyArn": f"arn:aws:iam::aws:policy/{managed}"}] if managed else []
    return {
        "account_id": account,
        "region": "global",
        "resource_id": name,
        "role_name": name,
        "path": "/",
        "role_arn": f"arn:aws:iam::{account}:role/{name}",
        "trust_policy": trust,
        "inline_policies": json.dumps(inline),
        "attached_policies": json.dumps(attached),
    }


def bill(*roles: dict[str, Any], **more: Any) -> Any:
    (found,) = fact("billing_access", organization=[ORG], iam_roles=list(roles), **more)
    return found


@pytest.mark.parametrize(
    ("one", "counts"),
    [
        (role("finance", "ce:Get*", "budgets:ViewBudget"), True),
        (role("finance", "ce:Get*", "s3:GetObject"), False),
        (role("finance", "budgets:ViewBudget"), False),
        (role("finance", "*"), False),
        (role("finance", "ce:Get*", trust=SERVICE_TRUST), False),
        (role("finance", "ce:Get*", account=SHOP), False),
        (role("finance", managed="job-function/Billing"), True),
        (role("finance", "iam:*", managed="job-function/Billing"), False),
    ],
)
def test_roles_for_the_bill_alone(one: dict[str, Any], counts: bool) -> None:
    text = {
        "account_id": HOME,
        "policy_arn": "arn:aws:iam::aws:policy/job-function/Billing",
        "document": '{"Statement": {"Effect": "Allow", "Action": ["ce:*", "s3:Get*"], "Resource": "*"}}',
    }
    found = bill(role("admin", "*"), one, iam_aws_policy_versions=[text])
    assert found["billing_principals"].items == (("finance",) if counts else ())
    assert found["is_apart"] is counts and "admin" in found["administrators"].items


def test_principals_that_were_refused_or_not_asked_may_be_for_the_bill() -> None:
    assert isinstance(bill()["is_apart"], Unseen)
    refused = [{"account_id": HOME, "region": "global", **GAP}]
    assert isinstance(bill(role("admin", "*"), iam_user_details=refused)["is_apart"], Unseen)


def test_a_bucket_that_was_not_found_may_be_its_own_in_another_region() -> None:
    report = {"account_id": HOME, "bucket": "costs", "bucket_region": "us-east-1"}
    rows: dict[str, Any] = {"organization": [ORG], "cur_reports": [report]}
    (some,) = source("billing_access", Client(regions=("eu-west-1",)), **rows).rows
    assert some["exports_outside"].items == () and "s3:ListBuckets" in "".join(some["exports_outside"].gaps)
    (there,) = source("billing_access", Client(regions=("us-east-1",)), **rows).rows
    assert len(there["exports_outside"].items) == 1 and not there["exports_outside"].gaps
    (whole,) = source("billing_access", **rows).rows
    assert len(whole["exports_outside"].items) == 1


@pytest.mark.parametrize(
    ("tables", "apart"),
    [
        ({"cur_reports": [{"bucket": "costs"}], "s3_buckets": [{"account_id": SHOP, "bucket": "costs"}]}, True),
        ({"cur_reports": [{"bucket": "costs"}], "s3_buckets": [{"account_id": HOME, "bucket": "costs"}]}, False),
        ({"cur_reports": [{"bucket": "costs"}], "s3_buckets": [{"account_id": HOME, "bucket": "other"}]}, True),
        ({"cur_reports": [{"bucket": "costs"}], "s3_buckets": [{"account_id": HOME, **GAP}]}, None),
        ({"data_export_destinations": [{"bucket": "costs", "bucket_owner": SHOP}]}, True),
        ({"data_export_destinations": [{"bucket": "costs", "bucket_owner": HOME}]}, False),
        ({"cur_reports": [GAP]}, None),
        ({"cur_reports": [{"account_id": SHOP, "bucket": "costs"}]}, None),
    ],
)
def test_exports_to_other_accounts(tables: dict[str, Any], apart: bool | None) -> None:
    given = {name: [{"account_id": HOME, "resource_id": "e", **row} for row in rows] for name, rows in tables.items()}
    found = bill(role("admin", "*"), **given)["is_apart"]
    assert isinstance(found, Unseen) if apart is None else found is apart
