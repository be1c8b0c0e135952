"""Incident response and recovery: places, roles, containment, support, and the questions beside them."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from orienteer import controls, facts
from orienteer.facts.response import stops_everything
from orienteer.facts.seen import Unseen
from orienteer.parameters import EXCUSING, client_of, thresholds_of
from tests.facts.support import GAP, UNSEEN, fact, source, status, verdict

HOME, AUDIT, SHOP = "111111111111", "222222222222", "333333333333"
ORG = {"account_id": HOME, "organization_id": "o-1", "management_account_id": HOME, "feature_set": "ALL"}
MEMBERS = [
    {"account_id": one, "id": one, "name": name, "state": "ACTIVE"}
    for one, name in ((HOME, "home"), (AUDIT, "security-audit"), (SHOP, "shop"))
]
READY = {"has_account": True, "has_isolation": True, "has_bucket": False, "has_key": False}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, "PASS"),
        ({"has_account": False, "has_bucket": True, "has_key": True}, "PASS"),
        ({"has_isolation": False}, "MANUAL"),
        ({"has_account": False, "has_bucket": True}, "MANUAL"),
        ({"has_account": False, "has_isolation": False}, "FAIL"),
        ({"has_account": False, "has_isolation": UNSEEN}, "NOT_ASSESSED"),
        ({"has_bucket": UNSEEN, "has_key": UNSEEN}, "PASS"),
    ],
)
def test_a_place_for_incidents(changed, said) -> None:
    assert status("IR-01", READY | changed) == said


def test_what_is_named_for_incidents() -> None:
    at = {"account_id": SHOP, "region": "eu-west-1"}
    (place,) = fact(
        "response_place",
        organization=[ORG],
        s3_bucket_object_lock=[
            {**at, "resource_id": "forensic-evidence", "lock_enabled": True},
            {**at, "resource_id": "forensic-open", "lock_enabled": False},
            {**at, "resource_id": "orders", "lock_enabled": True},
        ],
        kms_key_details=[{**at, "resource_id": "k", "is_customer": True, "description": "Incident evidence"}],
        ec2_security_groups=[
            {**at, "group_id": "sg-1", "group_name": "quarantine", "ingress": "[]", "egress": "[]"},
            {**at, "group_id": "sg-2", "group_name": "quarantine", "ingress": "[]", "egress": '[{"IpProtocol": "-1"}]'},
        ],
    )
    assert place["has_bucket"] and place["has_key"] and place["has_isolation"] and not place["has_account"]
    assert place["locked_buckets"] == ("forensic-evidence",)
    assert place["response_keys"] == (f"{SHOP}/eu-west-1/k",)
    assert place["isolation_groups"] == (f"{SHOP}/eu-west-1/sg-1",)
    named = {**at, "resource_id": "alias/forensics", "alias": "alias/forensics", "target_key": "k"}
    plain = {**at, "resource_id": "k", "key_id": "k", "is_customer": True, "description": ""}
    (place,) = fact("response_place", organization=[ORG], kms_key_details=[plain], kms_aliases=[named])
    assert place["has_key"] and place["response_keys"] == (f"{SHOP}/eu-west-1/k",)


WAY = {
    "is_active": True,
    "ways_in": ("responder",),
    "has_protected_way": True,
    "used_days": 20,
    "glass_roles": (),
}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, ("PASS", "high")),
        ({"ways_in": ()}, ("FAIL", "high")),
        ({"has_protected_way": False}, ("FAIL", "medium")),
        ({"used_days": None}, ("FAIL", "low")),
        ({"used_days": 181}, ("FAIL", "low")),
        ({"ways_in": (), "glass_roles": ("Admin",), "glass_days": 3}, ("PASS", "high")),
        ({"has_protected_way": False, "glass_roles": ("Admin",), "glass_days": 3}, ("PASS", "high")),
        ({"ways_in": (), "glass_roles": ("Admin",), "glass_days": None}, ("FAIL", "low")),
        ({"ways_in": (), "glass_roles": UNSEEN}, ("NOT_ASSESSED", "")),
        ({"glass_roles": UNSEEN}, ("PASS", "high")),
        ({"ways_in": UNSEEN}, ("NOT_ASSESSED", "")),
        ({"is_active": False}, None),
    ],
)
def test_roles_of_responders(changed, said) -> None:
    assert verdict("IR-02", WAY | changed) == said


def role(name: str, who: str, path: str = "/") -> dict[str, object]:
    trust = {"Statement": [{"Effect": "Allow", "Principal": {"AWS": who}, "Action": "sts:AssumeRole"}]}
    arn = f"arn:aws:iam::{SHOP}:role{path}{name}"
    return {
        "account_id": SHOP,
        "region": "global",
        "resource_id": name,
        "resource_arn": arn,
        "role_arn": arn,
        "role_name": name,
        "path": path,
        "trust_policy": json.dumps(trust),
        "last_used_at": pd.Timestamp("2026-06-20T12:00Z"),
    }


@pytest.mark.parametrize(
    ("who", "name", "ways"),
    [
        (f"arn:aws:iam::{AUDIT}:root", "incident-response", ("incident-response",)),
        (f"arn:aws:iam::{AUDIT}:role/soc", "incident-response", ("incident-response",)),
        (f"arn:aws:iam::{AUDIT}:user/ann", "incident-response", ()),
        ("arn:aws:iam::999999999999:root", "incident-response", ()),
        (f"arn:aws:iam::{AUDIT}:root", "deploy", ()),
    ],
)
def test_a_prepared_role_is_trusted_from_the_security_account(who, name, ways) -> None:
    found = fact("response_access", organization=[ORG], organization_accounts=MEMBERS, iam_roles=[role(name, who)])
    shop = next(row for row in found if row["account_id"] == SHOP)
    assert (shop["ways_in"], shop["has_protected_way"]) == (ways, False)
    assert shop["used_days"] is None, "nobody counts on a role that local administrators can change"


def policy(*statements: dict[str, object]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


DENY = {"Effect": "Deny", "Action": "*", "Resource": "*"}
SPARED = DENY | {"Condition": {"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/incident-response"}}}


def test_which_policies_stop_everything() -> None:
    assert stops_everything(policy(DENY))
    assert stops_everything(policy(SPARED))
    assert not stops_everything(policy({"Effect": "Allow", "Action": "*", "Resource": "*"}))
    assert not stops_everything(policy(DENY | {"Action": "ec2:*"}))
    region = {"Condition": {"StringNotEquals": {"aws:RequestedRegion": ["eu-central-1"]}}}
    assert not stops_everything(policy(DENY | region))


STOP = {
    "id": "p-1",
    "name": "quarantine",
    "exempt": ("role/incident",),
    "spares_responders": True,
    "ends_sessions": True,
    "suspended_units": (),
}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, "PASS"),
        ({"exempt": (), "ends_sessions": UNSEEN}, "FAIL"),
        ({"spares_responders": False}, "MANUAL"),
        ({"ends_sessions": False}, "MANUAL"),
        ({"ends_sessions": UNSEEN}, "NOT_ASSESSED"),
        ({"id": None, "ends_sessions": False}, "FAIL"),
        ({"id": None, "ends_sessions": UNSEEN, "suspended_units": ("Root/Suspended",)}, "MANUAL"),
    ],
)
def test_containment(changed, said) -> None:
    assert status("IR-03", STOP | changed) == said


def test_a_policy_that_stops_the_responders_too_fails() -> None:
    named = {"id": "p-1", "name": "quarantine", "type": "SERVICE_CONTROL_POLICY", "aws_managed": False}
    (row,) = fact("containment", organization=[ORG], organization_accounts=MEMBERS, organization_policies=[named],
                  organization_policy_documents=[{"id": "p-1", "content": policy(DENY)}])  # fmt: skip
    assert (row["exempt"], verdict("IR-03", row)) == ((), ("FAIL", "medium"))


def test_a_containment_policy_with_what_stands_beside_it() -> None:
    tables = {
        "organization": [ORG],
        "organization_accounts": MEMBERS,
        "organization_policies": [
            {"id": "p-1", "name": "quarantine", "type": "SERVICE_CONTROL_POLICY", "aws_managed": False},
            {"id": "p-2", "name": "FullAWSAccess", "type": "SERVICE_CONTROL_POLICY", "aws_managed": True},
        ],
        "organization_policy_documents": [{"id": "p-1", "content": policy(SPARED)}],
        "ssm_documents": [{"account_id": AUDIT, "name": "Revoke-Sessions", "type": "Automation"}],
    }
    (row,) = fact("containment", **tables)
    assert (row["id"], row["spares_responders"], row["runbooks"]) == ("p-1", True, (f"{AUDIT}/Revoke-Sessions",))
    (none,) = fact("containment", **tables | {"organization_policies": []})
    assert (none["id"], none["runbooks"]) == (None, (f"{AUDIT}/Revoke-Sessions",))
    lost = source("containment", **tables | {"organization_policies": [{"account_id": HOME, **GAP}]})
    assert not lost.rows and lost.gaps


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"asks": "question", "question": "Is it?"}, "MANUAL"),
        ({"asks": "plan", "severities": ("urgent",)}, "PASS"),
        ({"asks": "plan", "severities": ()}, "MANUAL"),
        ({"asks": "plan", "severities": UNSEEN}, "NOT_ASSESSED"),
        ({"asks": "role", "support_roles": ("support",)}, "PASS"),
        ({"asks": "role", "support_roles": ()}, "FAIL"),
        ({"asks": "role", "support_roles": UNSEEN}, "NOT_ASSESSED"),
        ({"asks": "role", "support_roles": (), "env_class": "non-prod"}, None),
    ],
)
def test_support(row, said) -> None:
    assert status("IR-06", row) == said


def test_support_roles_are_those_with_the_policy_for_it() -> None:
    attached = json.dumps([{"PolicyName": "AWSSupportAccess", "PolicyArn": "arn:aws:iam::aws:policy/AWSSupportAccess"}])
    roles = [role("support", AUDIT) | {"attached_policies": attached}, role("other", AUDIT)]
    found = fact("response_readiness", organization=[ORG], organization_accounts=MEMBERS, iam_roles=roles)
    told = {row["account_id"]: row["support_roles"] for row in found if row["asks"] == "role"}
    assert (told[SHOP], told[AUDIT]) == (("support",), ())
    (plan,) = [row for row in found if row["asks"] == "plan"]
    assert plan["severities"] == ()


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"question": "Is it?"}, "MANUAL"),
        ({"transfer_lock": True, "auto_renew": True}, "PASS"),
        ({"transfer_lock": False, "auto_renew": True}, "FAIL"),
        ({"transfer_lock": True, "auto_renew": False}, "FAIL"),
        ({"transfer_lock": None, "auto_renew": UNSEEN}, "FAIL"),
        ({"transfer_lock": True, "auto_renew": UNSEEN}, "NOT_ASSESSED"),
    ],
)
def test_recovery(row, said) -> None:
    assert status("RES-05", row) == said


def test_domains_registered_elsewhere_are_asked_for() -> None:
    rows = fact("recovery_questions", organization=[ORG])
    (row,) = (one for one in rows if one["resource_id"] == "other_domains")
    assert "registered elsewhere" in row["question"] and status("RES-05", row) == "MANUAL"


def test_who_can_sign_in_without_the_provider() -> None:
    users = [
        {"account_id": HOME, "user": "ann", "password_enabled": True},
        {"account_id": HOME, "user": "bot", "password_enabled": False},
    ]
    domain = {"account_id": HOME, "resource_id": "a.example", "name": "a.example", "auto_renew": True}
    found = fact("recovery_questions", organization=[ORG], iam_credential_report=users, route53_domains=[domain])
    assert (found[0]["resource_id"], found[0]["question"]) == ("a.example", None)
    assert found[1]["users_with_password"] == (f"{HOME}/ann",)


def test_reviews_are_asked_for_beside_what_was_found() -> None:
    rules = [{"account_id": AUDIT, "analyzer_name": "org", "rule_name": "all"}]
    found = fact("review_questions", organization=[ORG], accessanalyzer_archive_rules=rules)
    assert {row["resource_id"] for row in found} >= {"access_review", "exception_register"}
    assert found[0]["archive_rules"] == (f"{AUDIT}/org/all",)
    assert status("CMP-04", {"question": "When?"}) == "MANUAL"


def test_exceptions_of_the_params_file_are_told_with_their_age() -> None:
    given = client_of({"thresholds": {
        "key_exceptions": [{"user": "printer", "reason": "no roles there", "since": "2025-06-30", "end": "2026-07-02"},
                           {"user": "old", "end": "2026-06-20"}, {"user": "odd", "end": "some day"}],
        "bastions": ["jump"], "unused_days": 45}})  # fmt: skip
    found = fact("review_questions", given, organization=[ORG])
    assert found[0]["accepted_in_params"] == (
        "bastions: jump (without a date)",
        "key_exceptions: printer, no roles there (for 365 days, ends in 2 days)",
        "key_exceptions: old (ended 10 days ago)",
        "key_exceptions: odd (end is no date)",
    )


def test_each_list_that_makes_exceptions_is_told() -> None:
    """Lists of a params file that are empty by default; these hold what the client has, wants or calls its own."""
    registers = {
        "account_ids", "allowed_regions", "approved_services", "client_domains", "config_types", "crown_jewel_buckets",
        "crown_jewel_resources", "crown_jewels", "eks_supported", "exception_ous", "lambda_deprecated",
        "owned_accounts", "sensitive_functions", "standards", "trusted_image_owners",
    }  # fmt: skip
    functions = [one.judge for one in controls.registry().values()]
    functions += [function for one in facts.registry().values() for function in one.functions]
    lists = {name for one in functions for name, t in thresholds_of(one).items() if t.default == ()}
    assert lists - registers == set(EXCUSING)


def test_the_administrator_set_of_a_group_for_emergencies_counts() -> None:
    """Break glass of IDC-05: a group that is named for it holds an administrator's set in the account."""
    at = {"account_id": HOME, "region": "eu-west-1", "permission_set_arn": "arn:ps/1"}
    reserved = role("AWSReservedSSO_Admin_0a1b", f"arn:aws:iam::{HOME}:root", "/aws-reserved/sso.amazonaws.com/")

    def glass(group: str, attached: str = "AdministratorAccess") -> tuple[tuple[str, ...], int | None]:
        found = fact(
            "response_access",
            organization=[ORG],
            organization_accounts=MEMBERS,
            iam_roles=[reserved],
            sso_permission_sets=[{**at, "resource_id": "arn:ps/1"}],
            sso_permission_set_details=[{**at, "resource_id": "arn:ps/1", "permission_set_name": "Admin"}],
            sso_permission_set_managed_policies=[
                {**at, "resource_id": "arn:ps/1", "policy_arn": f"arn:aws:iam::aws:policy/{attached}"}
            ],
            sso_account_assignments=[
                {**at, "resource_id": "a", "assigned_account": SHOP, "principal_id": "g", "is_group": True}
            ],
            identitystore_groups=[
                {"account_id": HOME, "region": "eu-west-1", "resource_id": "g", "group_id": "g", "group_name": group}
            ],
        )
        shop = next(row for row in found if row["account_id"] == SHOP)
        return shop["glass_roles"], shop["glass_days"]

    assert glass("cloud-emergency") == (("AWSReservedSSO_Admin_0a1b",), 10)
    assert glass("developers") == ((), None)
    assert isinstance(glass("cloud-emergency", "job-function/Billing")[0], Unseen), "its rights were not read"


def test_a_protected_role_counts_by_its_own_use() -> None:
    reserved = role("AWSReservedSSO_Incident_0a1b", f"arn:aws:iam::{HOME}:root", "/aws-reserved/sso.amazonaws.com/")
    loose = role("incident-response", f"arn:aws:iam::{AUDIT}:root")

    def used(**when: object) -> object:
        held = [reserved | {"last_used_at": None} | when, loose]
        found = fact("response_access", organization=[ORG], organization_accounts=MEMBERS, iam_roles=held)
        shop = next(row for row in found if row["account_id"] == SHOP)
        assert shop["has_protected_way"]
        return shop["used_days"]

    assert used() is None, "only the role that anybody there can change was used"
    assert used(last_used_at=pd.Timestamp("2026-06-10T12:00Z")) == 20
