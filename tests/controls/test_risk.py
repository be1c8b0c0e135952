"""Risk: services, regions, crown jewels, third parties; facts that they are judged by."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
import pytest

from orienteer.facts.seen import Unseen
from orienteer.parameters import Client
from tests.facts.support import GAP, UNSEEN, fact, source, status, verdict

HOME, AUDIT, SHOP, VENDOR = "111111111111", "222222222222", "333333333333", "900000000009"
ORG = {"account_id": HOME, "organization_id": "o-1", "management_account_id": HOME, "feature_set": "ALL"}
MEMBERS = [
    {"account_id": one, "id": one, "name": name, "state": "ACTIVE"}
    for one, name in ((HOME, "home"), (AUDIT, "audit"), (SHOP, "shop"))
]
SERVICE = {
    "asks": "cost",
    "service": "Amazon Lex",
    "cost_usd": 20.0,
    "accounts": (SHOP,),
    "kind": "service",
    "listed_by_policy": False,
}


@pytest.mark.parametrize(
    ("changed", "given", "said"),
    [
        ({}, {}, "MANUAL"),
        ({}, {"approved_services": ["amazon lex"]}, "PASS"),
        ({}, {"approved_services": ["AWS Lambda"]}, "FAIL"),
        ({"cost_usd": 0.5}, {"approved_services": ["AWS Lambda"]}, None),
        ({"listed_by_policy": True}, {"approved_services": ["AWS Lambda"]}, "PASS"),
        ({"listed_by_policy": UNSEEN}, {"approved_services": ["AWS Lambda"]}, "NOT_ASSESSED"),
        ({"kind": "support"}, {"approved_services": ["AWS Lambda"]}, "MANUAL"),
        ({"kind": "marketplace"}, {"approved_services": ["AWS Lambda"]}, "FAIL"),
    ],
)
def test_services(changed, given, said) -> None:
    assert status("RISK-01", SERVICE | changed, **given) == said


def test_services_are_told_by_their_cost() -> None:
    costs = [
        {"account_id": SHOP, "name": "Amazon Lex", "member": SHOP, "cost_usd": 1.5, "first_seen": "2026-05-01"},
        {"account_id": AUDIT, "name": "Amazon Lex", "member": AUDIT, "cost_usd": 2.0, "first_seen": "2026-04-01"},
        {"account_id": AUDIT, "name": "AWS Support (Business)", "member": AUDIT, "cost_usd": 9.0},
        {"account_id": AUDIT, "name": "AWS Glue", "member": AUDIT, "cost_usd": 0.0},
    ]
    lex, support = sorted(
        fact("services_in_use", organization=[ORG], organization_accounts=MEMBERS, cost_by_service=costs),
        key=lambda row: row["cost_usd"],
    )
    assert (lex["cost_usd"], lex["accounts"], lex["first_seen"]) == (3.5, (AUDIT, SHOP), "2026-04-01")
    assert (lex["kind"], support["kind"]) == ("service", "support")
    bought = {"account_id": AUDIT, "name": "Contract (AWS Marketplace)", "member": AUDIT, "cost_usd": 9.0}
    (contract,) = fact("services_in_use", organization=[ORG], cost_by_service=[bought])
    assert contract["kind"] == "marketplace"
    refused = source("services_in_use", organization=[ORG], cost_by_service=[{"account_id": HOME, **GAP}])
    assert refused.gaps and not refused.rows
    unnamed = fact("services_in_use", organization=[{"account_id": HOME, **GAP}], cost_by_service=costs)
    assert {row["account_id"] for row in unnamed} == {HOME}


def test_services_that_were_called_are_asked_about_beside_the_bill() -> None:
    def used(*calls: tuple[str, str]) -> str:
        told = [{"service": one, "last_used_at": f"{day}T00:00:00+00:00", "region": "eu-west-1"} for one, day in calls]
        return json.dumps(told)

    at = pd.Timestamp("2026-06-30T00:00Z")
    reports = [{"account_id": SHOP, "resource_id": SHOP, "account": SHOP, "completed_at": at,
                "used": used(("lex", "2026-06-01"), ("glue", "2026-03-01"))}]  # fmt: skip
    (called,) = fact("services_in_use", organization=[ORG], iam_organizations_access_reports=reports)
    assert (called["resource_id"], called["accounts"], called["called"]) == ("services called", (SHOP,), ("lex",))
    assert status("RISK-01", called) == "MANUAL"
    assert status("RISK-01", called, approved_services=["Lex"]) == "PASS"
    lost = {"iam_organizations_access_reports": [{"account_id": SHOP, **GAP}]}
    (hidden,) = fact("services_in_use", organization=[ORG], **lost)
    assert status("RISK-01", hidden) == "NOT_ASSESSED"


JEWEL = {"is_jewel": True, "name": "shop", "reviewed_days": 100, "security_risks": 0}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, "PASS"),
        ({"reviewed_days": 366}, "FAIL"),
        ({"security_risks": 2}, "FAIL"),
        ({"reviewed_days": None}, "MANUAL"),
        ({"is_jewel": False}, "MANUAL"),
        ({"reviewed_days": UNSEEN}, "NOT_ASSESSED"),
        ({"security_risks": UNSEEN}, "NOT_ASSESSED"),
    ],
)
def test_crown_jewels(changed, said) -> None:
    assert status("RISK-02", JEWEL | changed) == said


def test_reviews_of_a_crown_jewel() -> None:
    tables = {
        "organization": [ORG],
        "organization_accounts": MEMBERS,
        "organization_account_tags": [{"account_id": SHOP, "key": "Crown-Jewel", "value": "yes"}],
        "wellarchitected_workloads": [
            {
                "account_id": SHOP,
                "region": "eu-west-1",
                "resource_id": "w1",
                "name": "w1",
                "title": "till",
                "owner": SHOP,
                "updated_at": pd.Timestamp("2026-06-20T12:00Z"),
            },
            {
                "account_id": SHOP,
                "region": "eu-west-1",
                "resource_id": "w2",
                "name": "w2",
                "title": "shared",
                "owner": VENDOR,
                "updated_at": pd.Timestamp("2026-06-29T12:00Z"),
            },
        ],
        "wellarchitected_pillars": [
            {"account_id": SHOP, "region": "eu-west-1", "resource_id": "w1", "pillar": "security", "high_risks": 3},
            {"account_id": SHOP, "region": "eu-west-1", "resource_id": "w1", "pillar": "cost", "high_risks": 8},
        ],
    }
    (shop,) = fact("crown_jewels", **tables)
    assert (shop["account_id"], shop["reviewed"], shop["reviewed_days"], shop["security_risks"]) == (
        SHOP,
        ("till",),
        10,
        3,
    )
    (none,) = fact("crown_jewels", organization=[ORG], organization_accounts=MEMBERS)
    assert (none["is_jewel"], none["account_id"]) == (False, HOME)


PLACE = {
    "asks": "use",
    "is_allowed": True,
    "has_list": True,
    "resources": {"buckets": 2},
    "used": True,
    "is_closed": False,
    "region": "eu-west-1",
}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, ("PASS", "medium")),
        ({"is_allowed": False}, ("FAIL", "medium")),
        ({"is_allowed": False, "has_list": False}, None),
        ({"is_allowed": False, "has_list": False, "is_closed": True}, ("FAIL", "high")),
        ({"is_allowed": False, "has_list": False, "is_closed": Unseen(UNSEEN.gaps, (True, False))}, None),
        ({"is_allowed": False, "resources": {}, "cost_usd": 2.0}, ("FAIL", "medium")),
        ({"is_allowed": False, "is_closed": True}, ("FAIL", "high")),
        ({"is_allowed": False, "is_closed": Unseen(UNSEEN.gaps, (True, False))}, ("FAIL", "medium")),
        ({"asks": "idle", "used": False}, ("MANUAL", "medium")),
        ({"asks": "idle", "used": UNSEEN}, ("NOT_ASSESSED", "")),
        ({"asks": "opted in", "used": False}, ("FAIL", "low")),
        ({"asks": "list", "resources": {"regions": "eu-west-1"}}, ("MANUAL", "medium")),
    ],
)
def test_regions(changed, said) -> None:
    assert verdict("RISK-03", PLACE | changed) == said


def test_regions_in_use_are_those_with_a_cost_or_a_thing() -> None:
    tables = {
        "organization": [ORG],
        "organization_accounts": MEMBERS,
        "ec2_regions": [
            {"account_id": SHOP, "region_name": name, "opt_in_status": state, "enabled": True}
            for name, state in (
                ("me-south-1", "opted-in"),
                ("me-central-1", "not-opted-in"),
                ("eu-west-1", "opted-in"),
                ("eu-west-3", "opt-in-not-required"),
            )
        ],
        "cost_by_region": [
            {"account_id": SHOP, "name": "eu-west-1", "member": SHOP, "cost_usd": 4.0},
            {"account_id": SHOP, "name": "global", "member": SHOP, "cost_usd": 9.0},
            {"account_id": SHOP, "name": "NoRegion", "member": SHOP, "cost_usd": 9.0},
        ],
        "s3_buckets": [{"account_id": SHOP, "region": "us-east-1", "resource_id": "b", "bucket": "b"}],
    }
    client = Client(approved_regions=("eu-west-1", "eu-central-1"))
    found = {(row["asks"], row["region"]): row for row in fact("regions_in_use", client, **tables)}
    assert set(found) == {
        ("use", "eu-west-1"),
        ("use", "us-east-1"),
        ("idle", "eu-central-1"),
        ("opted in", "me-south-1"),
    }
    assert found["use", "us-east-1"]["resources"] == {"buckets": 1}
    told = {place: (row["used"], row["cost_usd"], row["is_allowed"], row["is_closed"]) for place, row in found.items()}
    assert told == {
        ("use", "eu-west-1"): (True, 4.0, True, False),
        ("use", "us-east-1"): (True, None, False, False),
        ("idle", "eu-central-1"): (False, None, True, False),
        ("opted in", "me-south-1"): (False, None, False, False),
    }
    own = source("regions_in_use", client, {"allowed_regions": ("us-east-1",)}, **tables).rows
    assert {row["region"]: row["is_allowed"] for row in own if row["asks"] != "opted in"} == {
        "eu-west-1": False,
        "us-east-1": True,
    }
    *_, listed = fact("regions_in_use", **tables)
    assert (listed["asks"], listed["account_id"], listed["used"], listed["has_list"]) == ("list", HOME, None, False)
    assert listed["resources"] == {"regions": "eu-west-1, us-east-1"}
    hidden = fact("regions_in_use", client, **tables | {"sqs_queues": [{"account_id": AUDIT, **GAP}]})
    idle = next(row for row in hidden if row["asks"] == "idle")
    assert idle["used"].gaps
    assert {row["asks"]: row["used"] for row in hidden}["opted in"] is False  # another account's queues are not there


ENTRY = {"owner": "Ada", "purpose": "backup", "data_class": "internal", "review_by": "2026-12-31", "accounts": [VENDOR]}
PARTY = {
    "third_party": "Vendor",
    "who": (VENDOR,),
    "ways": ("role backup",),
    "is_outside": True,
    "entry": ENTRY,
    "has_register": True,
    "lacks": (),
    "review_by": pd.Timestamp("2026-12-31T00:00Z"),
    "is_idle": False,
    "owner": "Ada",
}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, ("PASS", "high")),
        ({"entry": None, "lacks": ("owner",), "review_by": None}, ("FAIL", "high")),
        ({"entry": None, "has_register": False, "review_by": None}, ("MANUAL", "high")),
        ({"lacks": ("owner",)}, ("FAIL", "high")),
        ({"review_by": pd.Timestamp("2026-06-01T00:00Z")}, ("FAIL", "high")),
        ({"review_by": pd.Timestamp("2026-06-30T00:00Z")}, ("PASS", "high")),
        ({"review_by": pd.Timestamp("2026-06-29T00:00Z")}, ("FAIL", "high")),
        ({"is_idle": True}, ("FAIL", "low")),
        ({"is_idle": UNSEEN}, ("NOT_ASSESSED", "")),
        ({"is_outside": UNSEEN}, ("NOT_ASSESSED", "")),
        ({"is_outside": False}, None),
    ],
)
def test_third_parties(changed, said) -> None:
    assert verdict("RISK-04", PARTY | changed) == said


def trusts(principal: str) -> str:
    return json.dumps({"Statement": [{"Effect": "Allow", "Principal": {"AWS": principal}, "Action": "sts:AssumeRole"}]})


ROLES = [
    {
        "account_id": SHOP,
        "region": "global",
        "resource_id": name,
        "resource_arn": f"arn:aws:iam::{SHOP}:role/{name}",
        "role_name": name,
        "role_arn": f"arn:aws:iam::{SHOP}:role/{name}",
        "path": "/",
        "trust_policy": trusts(who),
        "last_used_at": pd.Timestamp("2026-06-01T00:00Z"),
    }
    for name, who in (("backup", f"arn:aws:iam::{VENDOR}:root"), ("ours", f"arn:aws:iam::{AUDIT}:root"))
]


def test_a_third_party_is_named_by_the_register() -> None:
    tables = {"organization": [ORG], "organization_accounts": MEMBERS, "iam_roles": ROLES}
    (party,) = fact("third_parties", **tables)
    files = {"account_id": HOME, "region": "eu-west-1", "resource_id": "files"}
    unread = {"s3_buckets": [{**files, "bucket": "files"}], "s3_bucket_policies": [{**files, **GAP}]}
    assert "files" in {gap.resource_id for gap in source("third_parties", **tables | unread).gaps}, "who gets in there"
    assert (party["third_party"], party["ways"], party["accounts_reached"]) == (VENDOR, ("role backup",), (SHOP,))
    assert (party["is_outside"], party["has_register"], party["lacks"][0]) == (True, False, "owner")
    register = {"Vendor": ENTRY}
    (party,) = source("third_parties", thresholds={"third_party_register": register}, **tables).rows
    assert (party["third_party"], party["owner"], party["lacks"], party["is_idle"]) == ("Vendor", "Ada", (), False)
    (party,) = fact("third_parties", Client(trusted_accounts={VENDOR: "Vendor"}, owners={VENDOR: "Grace"}), **tables)
    assert (party["owner"], party["lacks"][0]) == ("Grace", "owner"), "known is not registered"
    lost = source("third_parties", **tables | {"organization_accounts": [*MEMBERS, {"account_id": HOME, **GAP}]})
    assert lost.rows[0]["is_outside"].gaps


def test_a_vendor_of_several_accounts_is_one_party_and_idle_where_none_of_its_roles_is_used() -> None:
    second = "900000000010"
    other = ROLES[1] | {"trust_policy": trusts(f"arn:aws:iam::{second}:root")}
    register = {"Vendor": ENTRY | {"accounts": [VENDOR, second]}}

    def party(used: str) -> Any:
        roles = [one | {"last_used_at": pd.Timestamp(used)} for one in (ROLES[0], other)]
        tables = {"organization": [ORG], "organization_accounts": MEMBERS, "iam_roles": roles}
        (row,) = source("third_parties", thresholds={"third_party_register": register}, **tables).rows
        return row

    assert (party("2026-06-01T00:00Z")["who"], party("2026-06-01T00:00Z")["is_idle"]) == ((VENDOR, second), False)
    assert party("2026-03-01T00:00Z")["is_idle"] is True


def test_an_organization_whose_own_id_was_not_read_may_be_the_one_that_gets_in() -> None:
    statement = {"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole",
                 "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}}  # fmt: skip
    tables = {
        "organization_accounts": MEMBERS,
        "iam_roles": [ROLES[0] | {"trust_policy": json.dumps({"Statement": [statement]})}],
    }
    assert fact("third_parties", organization=[ORG], **tables) == []
    for party in fact("third_parties", organization=[{"account_id": HOME, **GAP}], **tables):
        assert party["third_party"] == "o-1" and isinstance(party["is_outside"], Unseen)
        break
    else:
        raise AssertionError("the organization is no party")


def test_an_identity_provider_of_the_client_is_one() -> None:
    saml = [
        {"account_id": SHOP, "provider_arn": f"arn:aws:iam::{SHOP}:saml-provider/{name}"}
        for name in ("Okta", "AWSSSO_1_DO_NOT_DELETE")
    ]
    (party,) = fact("third_parties", organization=[ORG], organization_accounts=MEMBERS, iam_saml_providers=saml)
    assert (party["third_party"], party["is_idle"]) == ("Okta", False)


def test_questions_about_the_provider() -> None:
    found = fact(
        "provider_questions",
        organization=[ORG],
        artifact_agreements=[
            {"account_id": HOME, "resource_id": "a", "name": "AWS GDPR DPA", "state": "ACTIVE"},
            {"account_id": HOME, "resource_id": "b", "name": "old", "state": "CUSTOMER_TERMINATED"},
        ],
    )
    assert {row["resource_id"] for row in found} >= {"agreements", "crown_jewels"}
    assert found[0]["agreements_accepted"] == ("AWS GDPR DPA",)
    assert status("RISK-05", {"question": "Is it?"}) == "MANUAL"
    assert status("RISK-05", {"question": "Is it?", "agreements_accepted": UNSEEN}) == "MANUAL"
