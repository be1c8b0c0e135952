"""Logs that investigations need: rows in, verdicts out; and the fact behind them, from tables."""

from __future__ import annotations

from typing import Any

import pytest

from tests.facts.support import PLACE, UNSEEN, judged, source, status

OWN, MEMBER = PLACE["account_id"], "222222222222"
GROUP = {"kind": "log group", "retention_days": 400}
VPC = {"kind": "vpc", "owner_account": OWN, "env_class": "prod", "has_interfaces": True, "queries_logged": True}
BALANCER = {"kind": "load balancer", "internet_facing": True, "access_logs": True, "log_bucket": "logs"}


@pytest.mark.parametrize(
    ("log", "found"),
    [
        (GROUP, "PASS"),
        (GROUP | {"retention_days": 30}, "FAIL"),
        (GROUP | {"retention_days": None}, "PASS"),
        (GROUP | {"retention_days": UNSEEN}, "NOT_ASSESSED"),
        (VPC, "PASS"),
        (VPC | {"queries_logged": False}, "FAIL"),
        (VPC | {"queries_logged": UNSEEN}, "NOT_ASSESSED"),
        (VPC | {"queries_logged": False, "env_class": "non-prod"}, None),
        (VPC | {"queries_logged": False, "env_class": None}, None),
        (VPC | {"queries_logged": False, "has_interfaces": False}, None),
        (VPC | {"queries_logged": False, "owner_account": MEMBER}, None),
        (BALANCER, "PASS"),
        (BALANCER | {"access_logs": False}, "FAIL"),
        (BALANCER | {"access_logs": None}, "FAIL"),
        (BALANCER | {"access_logs": UNSEEN}, "NOT_ASSESSED"),
        (BALANCER | {"access_logs": False, "internet_facing": False}, None),
    ],
)
def test_logs_kept(log: dict[str, Any], found: str | None) -> None:
    assert status("MON-03", log) == found


def test_what_is_kept_forever_costs_more_each_month() -> None:
    told = judged("MON-03", GROUP | {"retention_days": None})
    assert told and told.status == "PASS" and "at a cost that grows each month" in told.words


def test_what_guardduty_sees_of_dns_cannot_be_searched() -> None:
    at = {**PLACE, "resource_id": "vpc-1", "vpc_id": "vpc-1"}
    detector = [{**PLACE, "resource_id": "d", "detector_id": "d"}]
    (row,) = source("log_sources", ec2_vpcs=[at], guardduty_detectors=detector).rows
    assert (row["kind"], row["queries_logged"]) == ("vpc", False)


def test_how_long_is_the_clients_choice() -> None:
    assert status("MON-03", GROUP, log_days=401) == "FAIL"
    assert status("MON-03", GROUP | {"retention_days": 30}, log_days=30) == "PASS"


def test_what_counts_as_a_source() -> None:
    def at(key: str, **more: Any) -> dict[str, Any]:
        return {**PLACE, "resource_id": key, **more}

    tables = {
        "logs_groups": [at(n, name=n, retention_days=7) for n in ("/aws/eks/shop", "/aws/lambda/shop")],
        "ec2_vpcs": [at("vpc-1", vpc_id="vpc-1"), at("vpc-2", vpc_id="vpc-2")],
        "route53resolver_query_log_associations": [at("a", vpc_id="vpc-1", state="ACTIVE"),
                                                   at("b", vpc_id="vpc-2", state="FAILED")],
        "elbv2_load_balancers": [at("web", name="web", internet_facing=True)],
        "elbv2_attributes": [at("web", access_logs=True, log_bucket="logs")],
    }  # fmt: skip
    rows = {row["resource_id"]: row for row in source("log_sources", **tables).rows}
    assert set(rows) == {"/aws/eks/shop", "vpc-1", "vpc-2", "web"}
    assert (rows["vpc-1"]["queries_logged"], rows["vpc-2"]["queries_logged"]) == (True, False)
    assert rows["web"]["access_logs"] is True
    chosen = source("log_sources", thresholds={"security_log_groups": "lambda"}, **tables).rows
    assert [row["resource_id"] for row in chosen if row["kind"] == "log group"] == ["/aws/lambda/shop"]
