from __future__ import annotations

import json
from typing import Any

import pandas as pd
import pytest

from orienteer.facts.seen import Unseen
from tests.facts.support import GAP, PLACE, UNSEEN, fact, verdict

# --- APP-01

PLAIN = {"location": "environment", "forms": (), "suspects": ()}


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({}, "PASS"),
        ({"forms": ("KEY (private key)",)}, "FAIL critical"),
        ({"suspects": ("API_TOKEN",)}, "FAIL high"),
        ({"forms": UNSEEN, "suspects": UNSEEN}, "NOT_ASSESSED"),
        ({"forms": UNSEEN, "suspects": ("API_TOKEN",)}, "FAIL critical"),
    ],
)
def test_plain_secrets(changed: dict[str, Any], found: str) -> None:
    told = verdict("APP-01", PLAIN | changed)
    assert told is not None
    assert " ".join(told) == found if found.startswith("FAIL") else told[0] == found


def values(*signs: tuple[str, str, float], **more: Any) -> Any:
    told = json.dumps([{"name": name, "kind": kind, "entropy": entropy} for name, kind, entropy in signs])
    (row,) = fact("plain_values", lambda_functions=[{**PLACE, "resource_id": "f", "signs": told, **more}])
    return row


def test_what_counts() -> None:
    row = values(("KEY", "private key", 5.9), ("API_TOKEN", "", 4.0), ("PASSWORD", "", 2.0), ("STAGE", "", 5.0))
    assert (row["forms"], row["suspects"]) == (("KEY (private key)",), ("API_TOKEN",))
    none = values(signs=None)
    assert (none["forms"], none["suspects"]) == ((), ())


def test_variables_that_lambda_could_not_decrypt_were_not_seen() -> None:
    assert isinstance(values(environment_error="AccessDeniedException")["forms"], Unseen)


def test_a_plain_parameter_counts_by_its_name() -> None:
    named = [{**PLACE, "name": name, "resource_id": name} for name in ("/app/db-password", "/app/stage")]
    rows = fact("plain_values", ssm_plain_parameters=named)
    assert [row["suspects"] for row in rows] == [("/app/db-password",), ()]


def named(id: str, columns: dict[str, Any], **given: Any) -> str:
    """Status, and the severity of a failure."""
    told = verdict(id, columns, **given)
    return "nothing" if told is None else " ".join(told) if told[0] == "FAIL" else told[0]


# --- APP-02

SECRET = {"exposure_class": "private", "rotation_enabled": False, "unrotated_days": 10, "unused_days": 1,
          "overdue_days": 0, "policy_problems": (), "readers_outside": ()}  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({}, "PASS"),
        ({"owning_service": "rds", "unrotated_days": 999}, "nothing"),
        ({"unrotated_days": 180}, "PASS"),
        ({"unrotated_days": 181}, "FAIL medium"),
        ({"unrotated_days": 200, "rotation_enabled": True}, "FAIL medium"),
        ({"overdue_days": 9}, "FAIL medium"),
        ({"overdue_days": 1}, "FAIL medium"),
        ({"unused_days": 91}, "FAIL medium"),
        ({"unused_days": None, "unrotated_days": None}, "PASS"),
        ({"exposure_class": "external", "readers_outside": ("a",)}, "FAIL high"),
        ({"exposure_class": "public"}, "FAIL critical"),
        ({"exposure_class": "organization"}, "PASS"),
        ({"exposure_class": UNSEEN}, "NOT_ASSESSED"),
        ({"policy_problems": ("no JSON",)}, "MANUAL"),
    ],
)
def test_stored_secrets(changed: dict[str, Any], found: str) -> None:
    assert named("APP-02", SECRET | changed) == found


def test_how_old_a_secret_is() -> None:
    arn = f"arn:aws:secretsmanager:eu-west-1:{PLACE['account_id']}:secret:s"
    keys = {**PLACE, "resource_id": "s", "resource_arn": arn}
    secret = {
        **keys, "secret_name": "s", "secret_arn": arn, "created_at": pd.Timestamp("2025-06-30", tz="UTC"),
        "changed_at": pd.Timestamp("2026-06-20T12:00:00Z"), "rotation_enabled": True,
        "next_rotation_at": pd.Timestamp("2026-06-25T12:00:00Z"),
    }  # fmt: skip
    (row,) = fact("stored_secrets", secretsmanager_secrets=[secret], secretsmanager_secret_policies=[keys])
    assert (row["age_days"], row["unused_days"], row["overdue_days"]) == (10, 365, 5)
    assert row["exposure_class"] == "private"


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({"next_rotation_at": "2026-06-30T06:00Z"}, 0),
        ({"next_rotation_at": "2026-06-29T06:00Z"}, 1),
        ({"next_rotation_at": "2026-07-29T06:00Z", "rotated_at": "2026-01-01T00:00Z"}, 0),
        ({"rotated_at": "2026-05-21T12:00Z"}, 10),
        ({"rotated_at": "2026-06-21T12:00Z"}, 0),
        ({"rotated_at": "2026-01-01T00:00Z", "rotation_days": None}, 0),
        ({"rotated_at": "2026-01-01T00:00Z", "rotation_enabled": False}, 0),
    ],
)
def test_when_a_secret_should_have_rotated(changed: dict[str, Any], found: int) -> None:
    times = {name: pd.Timestamp(value) if name.endswith("_at") else value for name, value in changed.items()}
    secret = {**PLACE, "resource_id": "s", "secret_name": "s", "rotation_enabled": True, "rotation_days": 30, **times}
    (row,) = fact("stored_secrets", secretsmanager_secrets=[secret])
    assert row["overdue_days"] == found


@pytest.mark.parametrize(("changed", "found"), [
    ({"rotation_enabled": False}, 10), ({"rotated_at": None}, 10), ({}, None), ({"primary_region": "us-east-1"}, None),
])  # fmt: skip
def test_a_secret_that_nothing_rotates_has_the_age_of_its_value(changed: dict[str, Any], found: int | None) -> None:
    at = pd.Timestamp("2026-06-20T12:00Z")
    usual = {"rotation_enabled": True, "rotated_at": at, "changed_at": at, "next_rotation_at": at}
    secret = {**PLACE, "resource_id": "s", "secret_name": "s", **usual, **changed}
    (row,) = fact("stored_secrets", secretsmanager_secrets=[secret])
    assert row["unrotated_days"] == found
    assert row["overdue_days"] == (0 if "primary_region" in changed or changed.get("rotation_enabled") is False else 10)


def test_a_change_by_hand_after_the_last_rotation_makes_a_secret_young() -> None:
    told = {"rotated_at": pd.Timestamp("2024-06-30T12:00Z"), "changed_at": pd.Timestamp("2026-06-20T12:00Z")}
    (row,) = fact("stored_secrets", secretsmanager_secrets=[{**PLACE, "resource_id": "s", "secret_name": "s", **told}])
    assert row["age_days"] == 10


# --- APP-03

API = {
    "exposable": "apigateway-rest-api",
    "level": "private",
    "through": "public endpoint",
    "why": "",
    "resource_id": "api",
}
POOL = {"exposable": "cognito-user-pool-signup", "level": "private", "mfa": "ON", "resource_id": "pool"}


@pytest.mark.parametrize(
    ("one", "found"),
    [
        (API, "PASS"),
        ({**API, "through": "none"}, "nothing"),
        ({**API, "level": "public"}, "FAIL high"),
        ({**API, "level": "public", "resource_id": "open-api"}, "MANUAL"),
        ({**API, "level": UNSEEN, "through": "x"}, "NOT_ASSESSED"),
        ({**POOL}, "PASS"),
        ({**POOL, "mfa": "OPTIONAL"}, "FAIL medium"),
        ({**POOL, "mfa": None}, "FAIL medium"),
        ({**POOL, "mfa": "OPTIONAL", "adaptive": True}, "PASS"),
        ({**POOL, "level": "public"}, "FAIL medium"),
        ({**POOL, "level": "public", "resource_id": "open-pool"}, "PASS"),
        ({**POOL, "mfa": UNSEEN}, "NOT_ASSESSED"),
    ],
)
def test_callers(one: dict[str, Any], found: str) -> None:
    assert named("APP-03", one, public_apis=("open-*",)) == found


def test_a_preflight_asks_for_nothing() -> None:
    keys = {**PLACE, "resource_id": "api"}
    method = {**keys, "path": "/", "authorization": '["NONE", "AWS_IAM"]', "open_methods": "[]"}
    tables = {"apigateway_rest_apis": [{**keys, "name": "api"}], "apigateway_stages": [{**keys, "stage_name": "prod"}]}
    (row,) = fact("callers", **tables, apigateway_methods=[method])
    assert row["level"] == "private"
    (row,) = fact("callers", **tables, apigateway_methods=[{**method, "open_methods": '["GET"]'}])
    assert row["level"] == "public"


OPEN_FROM_THERE = json.dumps({"Statement": {
    "Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "*",
    "Condition": {"IpAddress": {"aws:SourceIp": "198.51.100.0/24"}}}})  # fmt: skip


@pytest.mark.parametrize(("asks", "methods", "found"), [("NONE", ["GET"], "MANUAL"), ("AWS_IAM", [], "PASS")])
def test_a_policy_that_looks_where_calls_come_from_tells_nobody_apart(
    asks: str, methods: list[str], found: str
) -> None:
    keys = {**PLACE, "resource_id": "api"}
    (row,) = fact(
        "callers",
        apigateway_rest_apis=[{**keys, "name": "api", "policy": OPEN_FROM_THERE}],
        apigateway_stages=[{**keys, "stage_name": "prod"}],
        apigateway_methods=[
            {**keys, "path": "/", "authorization": json.dumps([asks]), "open_methods": json.dumps(methods)}
        ],
    )
    assert (row["level"], named("APP-03", row)) == ("external", found)


@pytest.mark.parametrize(("asks", "found"), [("NONE", "MANUAL"), ("AWS_IAM", "PASS")])
def test_a_function_url_that_looks_where_calls_come_from_tells_nobody_apart(asks: str, found: str) -> None:
    keys = {**PLACE, "resource_id": "f"}
    text = OPEN_FROM_THERE.replace("execute-api:Invoke", "lambda:InvokeFunctionUrl")
    url = {**keys, "url": "https://u", "authorization": asks, "policy": text}
    (row,) = fact("callers", lambda_function_policies=[keys], lambda_function_url_policies=[url])
    assert (row["level"], named("APP-03", row)) == ("external", found)


def test_a_private_api_is_not_judged() -> None:
    keys = {**PLACE, "resource_id": "api"}
    (row,) = fact(
        "callers",
        apigateway_rest_apis=[{**keys, "name": "api", "is_private": True}],
        apigateway_stages=[{**keys, "stage_name": "prod"}],
        apigateway_methods=[{**keys, "path": "/", "authorization": '["NONE"]', "open_methods": '["GET"]'}],
    )
    assert named("APP-03", row) == "nothing"


# --- APP-04

DOOR = {"web_acl": "arn:acl", "blocking_rules": 1, "blocks_by_default": False, "log_of": "arn:acl", "fronts": ()}


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({}, "PASS"),
        ({"web_acl": None}, "FAIL medium"),
        ({"web_acl": None, "is_jewel": True}, "FAIL high"),
        ({"web_acl": None, "is_jewel": UNSEEN}, "FAIL medium"),
        ({"web_acl": None, "fronts": ("E1",)}, "MANUAL"),
        ({"web_acl": UNSEEN}, "NOT_ASSESSED"),
        ({"blocking_rules": 0}, "FAIL low"),
        ({"blocking_rules": 0, "blocks_by_default": True}, "PASS"),
        ({"blocking_rules": None}, "MANUAL"),
        ({"blocking_rules": UNSEEN}, "NOT_ASSESSED"),
        ({"log_of": None}, "FAIL low"),
        ({"log_of": UNSEEN}, "NOT_ASSESSED"),
    ],
)
def test_firewalls(changed: dict[str, Any], found: str) -> None:
    assert named("APP-04", DOOR | changed) == found


def test_which_doors_there_are() -> None:
    def balancer(name: str, public: bool) -> dict[str, Any]:
        return {**PLACE, "resource_id": name, "name": name, "takes_firewall": public, "dns_name": f"{name}.elb"}

    keys = {**PLACE, "resource_id": "web"}
    rows = fact(
        "web_doors",
        elbv2_load_balancers=[balancer("web", True), balancer("inside", False)],
        wafv2_balancer_acls=[{**keys, "acl_arn": "arn:acl"}],
        wafv2_web_acl_rules=[{**PLACE, "resource_id": "acl", "acl_arn": "arn:acl", "blocking_rules": 2}],
        wafv2_logging=[{**PLACE, "resource_id": "arn:acl", "arn": "arn:acl"}],
        cloudfront_distributions=[
            {**PLACE, "resource_id": "E1", "name": "E1", "enabled": True, "web_acl": "x", "origins": '["web.elb"]'},
            {**PLACE, "resource_id": "E2", "name": "E2", "enabled": False},
        ],
        apigateway_rest_apis=[{**PLACE, "resource_id": "private", "name": "private", "is_private": True}],
        apigateway_stages=[{**PLACE, "resource_id": one, "stage_name": "s"} for one in ("private", "open")],
    )
    assert [row["resource_id"] for row in rows] == ["web", "E1", "open/s"]
    assert (rows[0]["blocking_rules"], rows[0]["log_of"], rows[0]["fronts"]) == (2, "arn:acl", ("E1",))
    assert not rows[0]["is_jewel"]
    tagged = {"account_id": PLACE["account_id"], "key": "crown-jewel", "value": "yes"}
    (row,) = fact(
        "web_doors",
        elbv2_load_balancers=[balancer("web", True)],
        organization_accounts=[{"account_id": PLACE["account_id"], "id": PLACE["account_id"], "state": "ACTIVE"}],
        organization_account_tags=[tagged],
        organization=[{"account_id": "9" * 12, "organization_id": "o-abcde12345", "management_account_id": "9" * 12}],
    )
    assert row["is_jewel"] is True
    (row,) = fact("web_doors", elbv2_load_balancers=[balancer("web", True)], wafv2_balancer_acls=[{**keys, **GAP}])
    assert isinstance(row["web_acl"], Unseen)


# --- APP-05

LISTENER = {"resource_type": "AWS::ElasticLoadBalancingV2::Listener", "port": 443}
CERTIFICATE = {
    "resource_type": "AWS::CertificateManager::Certificate",
    "in_use": True,
    "kind": "IMPORTED",
    "state": "ISSUED",
}
DISTRIBUTION = {"resource_type": "AWS::CloudFront::Distribution", "plain": (), "minimum_tls": "TLSv1.2_2021"}
CLASSIC = {"resource_type": "AWS::ElasticLoadBalancing::LoadBalancer", "plain": (), "old_tls": ()}


@pytest.mark.parametrize(
    ("door", "found"),
    [
        ({**LISTENER, "protocol": "HTTPS", "current_tls": True}, "PASS"),
        ({**LISTENER, "protocol": "HTTPS", "current_tls": False}, "FAIL medium"),
        ({**LISTENER, "protocol": "HTTPS", "current_tls": UNSEEN}, "NOT_ASSESSED"),
        ({**LISTENER, "protocol": "HTTP", "redirects": True}, "PASS"),
        ({**LISTENER, "protocol": "HTTP", "redirects": None}, "FAIL high"),
        ({**LISTENER, "protocol": "TCP"}, "MANUAL"),
        (DISTRIBUTION, "PASS"),
        ({**DISTRIBUTION, "plain": ("allow-all",)}, "FAIL high"),
        ({**DISTRIBUTION, "minimum_tls": "TLSv1"}, "FAIL medium"),
        ({**DISTRIBUTION, "minimum_tls": "TLSv1", "own_name_only": True}, "FAIL medium"),
        ({**DISTRIBUTION, "minimum_tls": "TLSv1.2_2021", "own_name_only": True}, "FAIL medium"),
        ({**DISTRIBUTION, "minimum_tls": None}, "FAIL medium"),
        ({**CLASSIC, "plain": ("80",)}, "FAIL high"),
        (CLASSIC, "PASS"),
        ({**CLASSIC, "old_tls": ("443",)}, "FAIL medium"),
        ({**CLASSIC, "old_tls": UNSEEN}, "NOT_ASSESSED"),
        ({**CLASSIC, "passed_ports": "[443]"}, "MANUAL"),
        ({**CERTIFICATE, "days_left": 90}, "PASS"),
        ({**CERTIFICATE, "days_left": 5}, "FAIL medium"),
        ({**CERTIFICATE, "days_left": 30}, "FAIL medium"),
        ({**CERTIFICATE, "days_left": 5, "renews_itself": True}, "PASS"),
        ({**CERTIFICATE, "days_left": 5, "renews_itself": UNSEEN}, "NOT_ASSESSED"),
        ({**CERTIFICATE, "days_left": 90, "renews_itself": UNSEEN}, "PASS"),
        ({**CERTIFICATE, "days_left": -1, "renews_itself": UNSEEN}, "FAIL medium"),
        ({**CERTIFICATE, "days_left": -5, "in_use": False}, "FAIL info"),
        ({**CERTIFICATE, "days_left": 5, "in_use": False}, "nothing"),
        ({**CERTIFICATE, "days_left": UNSEEN}, "NOT_ASSESSED"),
    ],
)
def test_encrypted_traffic(door: dict[str, Any], found: str) -> None:
    assert named("APP-05", door) == found


@pytest.mark.parametrize(
    ("changed", "details", "found"),
    [
        ({}, {"validated_by": '["DNS", "HTTP"]', "renewal_status": "PENDING_AUTO_RENEWAL"}, True),
        ({"kind": "PRIVATE"}, {}, True),
        ({}, {"validated_by": '["DNS", "EMAIL"]'}, False),
        ({}, {"validated_by": '["DNS"]', "renewal_status": "PENDING_VALIDATION"}, False),
        ({}, {"validated_by": '["DNS"]', "renewal_status": "FAILED"}, False),
        ({"kind": "IMPORTED", "may_renew": False}, {}, False),
        ({"renewal": "INELIGIBLE", "may_renew": False}, {}, False),
        ({"state": "EXPIRED"}, {}, False),
    ],
)
def test_what_acm_renews_without_help(changed: dict[str, Any], details: dict[str, Any], found: bool) -> None:
    keys = {**PLACE, "resource_id": "arn:c", "resource_arn": "arn:c", "arn": "arn:c"}
    usual = {"kind": "AMAZON_ISSUED", "renewal": "ELIGIBLE", "state": "ISSUED", "in_use": True, "may_renew": True}
    given = {"acm_certificates": [{**keys, **usual, **changed}], "acm_renewals": [{**keys, **details}]}
    (row,) = fact("encrypted_doors", **given)
    assert row["renews_itself"] is found


def test_a_renewal_that_was_not_read_is_not_seen() -> None:
    keys = {**PLACE, "resource_id": "arn:c", "resource_arn": "arn:c", "arn": "arn:c"}
    usual = {"kind": "AMAZON_ISSUED", "renewal": "ELIGIBLE", "state": "ISSUED", "in_use": True, "may_renew": True}
    rows = fact("encrypted_doors", acm_certificates=[{**keys, **usual}], acm_renewals=[{**keys, **GAP}])
    assert isinstance(rows[0]["renews_itself"], Unseen)


@pytest.mark.parametrize(
    ("listeners", "policies", "old"),
    [
        ([[443, ["now"]]], {"now": []}, ()),
        ([[443, ["then"]]], {"then": ["Protocol-TLSv1"]}, ("443",)),
        ([[443, ["sticky", "now"]], [8443, ["then"]]], {"now": [], "then": ["Protocol-TLSv1.1"]}, ("8443",)),
        ([[443, None]], {}, ("443",)),
        ([], {}, ()),
        ([[443, ["now"]]], GAP, None),
        ([], GAP, ()),
    ],
)
def test_versions_of_tls_that_a_classic_balancer_takes(listeners: Any, policies: Any, old: Any) -> None:
    at = {**PLACE, "resource_id": "old", "name": "old"}
    front = at | {"internet_facing": True, "tls_listeners": json.dumps(listeners), "ends_tls": bool(listeners)}
    told = [at | {"tls_policy": n, "old_versions": json.dumps(v)} for n, v in policies.items()]
    told = [at | GAP] if policies is GAP else told
    (row,) = fact("encrypted_doors", elb_load_balancers=[front], elb_tls_policies=told)
    assert isinstance(row["old_tls"], Unseen) if old is None else row["old_tls"] == old


@pytest.mark.parametrize(
    ("policy", "found"),
    [
        ("ELBSecurityPolicy-TLS13-1-2-2021-06", True),
        ("ELBSecurityPolicy-TLS13-1-0-2021-06", False),
        ("ELBSecurityPolicy-FS-1-2-Res-2020-10", True),
        ("ELBSecurityPolicy-2016-08", False),
        (None, False),
    ],
)
def test_tls_policies(policy: str | None, found: bool) -> None:
    listener = {**PLACE, "resource_id": "l", "listener_arn": "arn:l", "port": 443, "tls_policy": policy}
    (row,) = fact("encrypted_doors", elbv2_listeners=[listener])
    assert row["current_tls"] is found
