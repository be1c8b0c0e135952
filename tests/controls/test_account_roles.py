"""Controls about closed accounts, foundational accounts and keepers of logs; and the facts behind them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from orienteer.facts.seen import Cells, Unseen
from tests.facts.support import GAP, UNSEEN, fact, status
from tests.facts.support import found as judged_over
from tests.facts.support import source as source_of
from tests.support import frame

HOME, AUDIT, LOGS, SHOP, OLD = (f"10000000000{n}" for n in range(1, 6))
ORG = {"account_id": HOME, "organization_id": "o-1", "management_account_id": HOME}
ALLOW = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
DENY = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]}
BUT_SUPPORT = {
    "Statement": {
        "Effect": "Deny",
        "NotAction": ["support:*", "billing:View*"],
        "Resource": "*",
        "Condition": {"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/closing"}},
    }
}
ENABLED = '[{"Type": "SERVICE_CONTROL_POLICY", "Status": "ENABLED"}]'


def account(account_id: str, *units: str, **more: Any) -> dict[str, Any]:
    return {
        "account_id": account_id,
        "resource_id": account_id,
        "id": account_id,
        "name": f"account {account_id}",
        "state": "ACTIVE",
        "ou_path": "/".join(["Root", *units]),
        "ou_ids": json.dumps(["r-1", *(f"ou-{unit}" for unit in units)]),
        **more,
    }


def unit(name: str) -> dict[str, Any]:
    return {
        "account_id": HOME,
        "id": f"ou-{name}",
        "name": name,
        "kind": "ORGANIZATIONAL_UNIT",
        "parent_id": "r-1",
        "ou_path": f"Root/{name}",
        "ou_ids": json.dumps(["r-1", f"ou-{name}"]),
    }


ROOT = {"account_id": HOME, "id": "r-1", "name": "Root", "kind": "ROOT", "ou_path": "Root", "ou_ids": '["r-1"]'}


def organization(*accounts: Mapping[str, Any], policies: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Tables of an organization with two units, and policies (with their text) that hang on Suspended."""
    texts = {"full": ALLOW, **(policies or {})}
    kind = {"account_id": HOME, "type": "SERVICE_CONTROL_POLICY"}
    return {
        "organization": [ORG],
        "organization_roots": [{"account_id": HOME, "id": "r-1", "policy_types": ENABLED}],
        "organizational_units": [ROOT, unit("Suspended"), unit("Security")],
        "organization_accounts": [account(HOME), *accounts],
        "organization_policy_documents": [
            {**kind, "resource_id": k, "id": k, "name": k, "content": json.dumps(v)} for k, v in texts.items()
        ],
        "organization_policy_targets": [
            {**kind, "resource_id": k, "id": k, "name": k, "target_id": t}
            for k in texts
            for t in (["r-1", "ou-Suspended", "ou-Security", AUDIT] if k == "full" else ["ou-Suspended"])
        ],
    }


# --- ORG-06


@pytest.mark.parametrize(
    ("one", "found"),
    [
        ({"kind": "unit", "open_probes": ()}, "PASS"),
        ({"kind": "unit", "open_probes": ("s3:PutObject",), "whole": True}, "FAIL"),
        ({"kind": "unit", "open_probes": ("s3:PutObject",), "whole": False}, "MANUAL"),
        ({"kind": "unit", "open_probes": UNSEEN}, "NOT_ASSESSED"),
        ({"kind": "closed", "is_parked": True}, "PASS"),
        ({"kind": "closed", "is_parked": False}, "FAIL"),
        ({"kind": "closed"}, "MANUAL"),
        ({"kind": "active", "last_month_cost": 5.0}, "PASS"),
        ({"kind": "active", "last_month_cost": 5.01}, "MANUAL"),
        ({"kind": "active", "last_month_cost": UNSEEN}, "NOT_ASSESSED"),
    ],
)
def test_parked_accounts(one: dict[str, Any], found: str) -> None:
    assert status("ORG-06", one) == found


def test_what_an_active_account_may_cost_is_the_clients_choice() -> None:
    assert status("ORG-06", {"kind": "active", "last_month_cost": 40.0}, suspended_cost_usd=50) == "PASS"


def parked(rows: Mapping[str, Any], **more: Any) -> dict[str, Cells]:
    return {row["resource_id"]: row for row in fact("parking", **rows, **more)}


@pytest.mark.parametrize(
    ("policies", "open_probes", "spared"),
    [
        ({}, ("ec2:RunInstances", "s3:PutObject", "iam:CreateUser"), ()),
        ({"stop": DENY}, (), ()),
        ({"stop": BUT_SUPPORT}, (), ("arn:aws:iam::*:role/closing",)),
    ],
)
def test_the_unit_is_asked_what_its_policies_stop(
    policies: dict[str, Any], open_probes: tuple[str, ...], spared: tuple[str, ...]
) -> None:
    found = parked(organization(policies=policies))["ou-Suspended"]
    assert (found["open_probes"], found["exempt_principals"], found["whole"]) == (open_probes, spared, True)


def test_whom_the_deny_of_the_unit_spares_is_evidence() -> None:
    given = {name: frame(name, rows) for name, rows in organization(policies={"stop": BUT_SUPPORT}).items()}
    (one,) = judged_over("ORG-06", given).to_dict("records")
    assert (one["status"], one["resource_id"]) == ("PASS", "ou-Suspended")
    assert json.loads(one["evidence"])["exempt_principals"] == ["arn:aws:iam::*:role/closing"]


def test_a_policy_without_text_may_be_the_one_that_stops() -> None:
    rows = organization(policies={"stop": DENY})
    texts = [row | {"content": None if row["id"] == "stop" else row["content"]}
             for row in rows["organization_policy_documents"]]  # fmt: skip
    assert parked(rows | {"organization_policy_documents": texts})["ou-Suspended"]["whole"] is False


def test_closed_accounts_and_those_that_are_not() -> None:
    states = {OLD: "SUSPENDED", LOGS: "CLOSED", SHOP: "PENDING_CLOSURE"}
    rows = [
        account(OLD, "Suspended", state=states[OLD]),
        account(LOGS, state=states[LOGS]),
        account(SHOP, "Security", state=states[SHOP]),
        account(AUDIT, "Security"),
    ]
    found = parked(organization(*rows))
    assert {k: row["is_parked"] for k, row in found.items() if k in states} == {OLD: True, LOGS: False, SHOP: False}
    assert AUDIT not in found
    assert parked(organization(account(OLD, state="SUSPENDED", ou_ids=None)))[OLD]["is_parked"] is None


def test_an_active_account_among_them_is_asked_what_it_costs() -> None:
    rows = organization(account(OLD, "Suspended"))
    cost = {"account_id": OLD, "id": OLD, "amount": 7.5}
    assert parked(rows, ce_monthly_costs=[cost])[OLD]["last_month_cost"] == 7.5
    home = {"account_id": HOME, "id": HOME, "amount": 1.0}
    assert parked(rows, ce_monthly_costs=[home])[OLD]["last_month_cost"] == 0
    for told in ([], [{"account_id": HOME, **GAP}]):
        assert isinstance(parked(rows, ce_monthly_costs=told)[OLD]["last_month_cost"], Unseen)


def test_policies_that_were_refused_hide_what_the_unit_stops() -> None:
    rows = organization(policies={"stop": DENY}) | {"organization_policy_documents": [{"account_id": HOME, **GAP}]}
    assert isinstance(parked(rows)["ou-Suspended"]["open_probes"], Unseen)


# --- ORG-07


@pytest.mark.parametrize(
    ("one", "found"),
    [
        ({"accounts": (AUDIT,)}, "PASS"),
        ({"accounts": (AUDIT,), "outside": ("audit in Root/Work",)}, "FAIL"),
        ({"accounts": (AUDIT,), "unplaced": ("audit",)}, "MANUAL"),
        ({}, "FAIL"),
        ({"administrators": (AUDIT,)}, "FAIL"),
        ({"resource_id": "iam", "administrators": (AUDIT,)}, "MANUAL"),
        ({"resource_id": "secops"}, "FAIL"),
        ({"resource_id": "log_archive", "accounts": (AUDIT,), "is_audit_too": True}, "FAIL"),
        ({"resource_id": "iam", "accounts": (AUDIT,), "is_audit_too": True}, "PASS"),
        ({"accounts": UNSEEN}, "NOT_ASSESSED"),
        ({"resource_id": "secops", "administrators": UNSEEN}, "NOT_ASSESSED"),
    ],
)
def test_foundational_accounts(one: dict[str, Any], found: str) -> None:
    empty = {"accounts": (), "outside": (), "unplaced": (), "administrators": (), "resource_id": "security_audit"}
    assert status("ORG-07", empty | one) == found


def roles(*accounts: dict[str, Any], delegated: Mapping[str, str] | None = None, **named: str) -> dict[str, Cells]:
    given = [{"account_id": who, "service_principal": s} for s, who in (delegated or {}).items()]
    rows = organization(*accounts) | {"organization_delegated_services": given}
    found = source_of("foundation_roles", thresholds={"foundation_accounts": named} if named else None, **rows)
    return {row["resource_id"]: row for row in found.rows}


def test_a_role_is_found_by_params_then_name_then_delegation() -> None:
    rows = [account(AUDIT, "Security", name="Audit"), account(SHOP, "Work", name="shop"), account(LOGS, "Security")]
    found = roles(*rows, delegated={"sso.amazonaws.com": SHOP, "guardduty.amazonaws.com": AUDIT}, log_archive=LOGS)
    assert {role: row["matched_by"] for role, row in found.items()} == {
        "security_audit": "name",
        "log_archive": "params",
        "iam": "delegation",
        "secops": "none",
    }
    assert [found[r]["accounts"] for r in ("security_audit", "log_archive", "iam")] == [(AUDIT,), (LOGS,), (SHOP,)]
    assert found["iam"]["outside"] == ("shop in Root/Work",) and found["security_audit"]["outside"] == ()
    assert found["secops"]["administrators"] == (AUDIT,)


def test_of_several_names_that_fit_the_one_in_the_security_unit_counts() -> None:
    rows = [account(AUDIT, "Security", name="audit"), account(SHOP, "Work", name="audit-app")]
    assert roles(*rows)["security_audit"]["accounts"] == (AUDIT,)
    assert roles(rows[1])["security_audit"]["outside"] == ("audit-app in Root/Work",)


def test_the_log_archive_must_not_be_the_audit_account() -> None:
    one, other = (account(who, "Security", name=name) for who, name in ((AUDIT, "audit-logging"), (LOGS, "audit")))
    assert roles(one)["log_archive"]["is_audit_too"] is True
    assert roles(one, other)["log_archive"]["is_audit_too"] is False  # the other one is the audit account
    assert roles(one, security_audit=AUDIT, log_archive=AUDIT)["log_archive"]["is_audit_too"] is True


def test_the_names_that_control_tower_gives() -> None:
    found = roles(account(AUDIT, "Security", name="Audit"), account(LOGS, "Security", name="Log Archive"))
    told = {role: found[role]["accounts"] for role in ("security_audit", "log_archive")}
    assert told == {"security_audit": (AUDIT,), "log_archive": (LOGS,)}


def test_an_account_that_is_named_and_gone_is_none() -> None:
    found = roles(account(AUDIT, "Security", state="SUSPENDED"), security_audit=AUDIT)["security_audit"]
    assert found["accounts"] == ()


def test_accounts_that_were_refused_hide_who_has_a_role() -> None:
    rows = organization() | {"organization_accounts": [{"account_id": HOME, **GAP}]}
    assert all(isinstance(row["accounts"], Unseen) for row in fact("foundation_roles", **rows))


# --- ORG-08


@pytest.mark.parametrize(
    ("log", "found"),
    [
        ({}, "PASS"),
        ({"owner": HOME}, "FAIL"),
        ({"owner": HOME, "log_administrators": (), "security_audit": frozenset()}, "FAIL"),
        ({"owner": SHOP, "log_administrators": ()}, "PASS"),
        ({"owner": SHOP}, "FAIL"),
        ({"owner": AUDIT}, "FAIL"),
        ({"owner": UNSEEN}, "NOT_ASSESSED"),
        ({"log_administrators": UNSEEN}, "NOT_ASSESSED"),
        ({"log_administrators": UNSEEN, "owner": HOME}, "FAIL"),
        ({"security_audit": UNSEEN, "owner": SHOP}, "FAIL"),
        ({"is_organization": False, "owner": HOME}, None),
    ],
)
def test_log_keeper(log: dict[str, Any], found: str | None) -> None:
    usual = {
        "is_organization": True,
        "owner": LOGS,
        "management": HOME,
        "log_administrators": (SHOP,),
        "security_audit": frozenset({AUDIT}),
    }
    assert status("ORG-08", usual | log) == found


def keeper(buckets: list[dict[str, Any]], **more: Any) -> Cells:
    trail = {
        "account_id": HOME,
        "region": "eu-west-1",
        "trail_arn": f"arn:aws:cloudtrail:eu-west-1:{HOME}:trail/t",
        "bucket": "logs",
        "is_organization": True,
        "owner_account": HOME,
        "home_region": "eu-west-1",
        "at_home": True,
    }
    rows = organization(account(LOGS, "Security", name="log-archive"))
    (found,) = fact("log_keepers", cloudtrail_trails=[trail], s3_buckets=buckets, **(rows | more))
    return found


def test_the_bucket_is_looked_up_in_every_account() -> None:
    bucket = {"account_id": LOGS, "region": "eu-west-1", "resource_id": "logs", "bucket": "logs"}
    found = keeper(
        [bucket],
        organization_delegated_services=[
            {"account_id": SHOP, "service_principal": "cloudtrail.amazonaws.com"},
            {"account_id": AUDIT, "service_principal": "config.amazonaws.com"},
        ],
    )
    assert (found["owner"], found["log_administrators"], found["is_organization"]) == (LOGS, (SHOP,), True)
    assert isinstance(keeper([])["owner"], Unseen)
