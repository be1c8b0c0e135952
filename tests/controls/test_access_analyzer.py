from __future__ import annotations

import json
from typing import Any

import pandas as pd
import pytest

from orienteer import controls, tables
from orienteer.facts.analyzers import SERVICE
from orienteer.frames import frame as frame_of
from orienteer.judge import Facts, judge
from tests.facts.support import found as judged_over
from tests.support import frame

NOW = pd.Timestamp("2026-11-24T08:00:00Z")
MANAGEMENT, AUDIT, OTHER = "999900001111", "222200001111", "333300001111"
REGIONS = ("eu-central-1", "eu-west-1")


def ago(days: float) -> pd.Timestamp:
    return NOW - pd.Timedelta(days=days)


def organization_wide(
    *analyzers: dict[str, Any], audit: str = "audit", read: tuple[str, ...] = (AUDIT,), alone: bool = False
) -> pd.DataFrame:
    accounts = [{"account_id": AUDIT, "resource_id": AUDIT, "id": AUDIT, "name": audit, "state": "ACTIVE"}]
    whole = {"organization_id": "o-1", "management_account_id": MANAGEMENT}
    return judged_over("AA-01", {
        "organization": frame("organization", [{"account_id": AUDIT} if alone else whole]),
        "organization_accounts": frame("organization_accounts", accounts),
        "organization_delegated_services": frame("organization_delegated_services",
                                                 [{"account_id": AUDIT, "service_principal": SERVICE}]),
        "organization_regions": frame("organization_regions",
                                      [{"region_name": r, "region": r, "resource_id": r} for r in REGIONS]),
        "ec2_regions": frame("ec2_regions",
                             [{"account_id": a, "region_name": r, "enabled": True} for a in read for r in REGIONS]),
        "accessanalyzer_analyzers": frame("accessanalyzer_analyzers", analyzers),
    })  # fmt: skip


def analyzer(region: str = REGIONS[0], **more: Any) -> dict[str, Any]:
    return {
        "account_id": AUDIT, "region": region, "resource_id": "org", "analyzer_name": "org", "type": "ORGANIZATION",
        "analyzer_arn": f"arn:aws:access-analyzer:{region}:{AUDIT}:analyzer/org", "status": "ACTIVE",
        "is_external": True, **more,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("first", "status", "severity"),
    [
        ([analyzer()], "PASS", "high"),
        ([analyzer(account_id=MANAGEMENT)], "FAIL", "low"),
        ([analyzer(account_id=OTHER)], "FAIL", "low"),
        ([analyzer(status="DISABLED")], "FAIL", "high"),
        ([analyzer(status=None)], "FAIL", "high"),
        ([analyzer(type="ACCOUNT")], "FAIL", "medium"),
        ([analyzer(type="ORGANIZATION_UNUSED_ACCESS")], "FAIL", "high"),
        ([], "FAIL", "high"),
    ],
)
def test_an_analyzer_in_each_region(first: list[dict[str, Any]], status: str, severity: str) -> None:
    found = organization_wide(*first, analyzer(REGIONS[1])).set_index("region")
    assert found["status"].to_dict() == {REGIONS[0]: status, REGIONS[1]: "PASS"}
    assert found.loc[REGIONS[0], "severity"] == severity


def test_who_cannot_be_placed_is_asked() -> None:
    assert set(organization_wide(analyzer(), analyzer(REGIONS[1]), audit="tools")["status"]) == {"MANUAL"}
    unread = organization_wide(read=(OTHER,))
    assert (
        set(unread["status"]) == {"NOT_ASSESSED"}
        and unread["reason"].str.contains("ListAnalyzers was not called").all()
    )


def test_an_account_that_stands_alone() -> None:
    found = organization_wide(analyzer(type="ACCOUNT"), alone=True).set_index("region")
    assert found["status"].to_dict() == {REGIONS[0]: "FAIL", REGIONS[1]: "FAIL"}
    assert found["severity"].to_dict() == {REGIONS[0]: "medium", REGIONS[1]: "high"}
    assert set(found["account_id"]) == {AUDIT}


def finding(name: str, **more: Any) -> dict[str, Any]:
    return {
        "account_id": AUDIT, "region": REGIONS[0], "resource_id": name, "finding_id": name, "analyzer_name": "org",
        "finding_type": "ExternalAccess", "resource": f"arn:aws:s3:::{name}", "resource_type": "AWS::S3::Bucket",
        "owner_account": OTHER, "status": "ACTIVE", "created_at": ago(5), **more,
    }  # fmt: skip


def open_findings(
    *findings: dict[str, Any], public: tuple[str, ...] = (), rules: tuple[dict[str, Any], ...] = (), seen: bool = True
) -> pd.DataFrame:
    details = [
        {"account_id": AUDIT, "region": f["region"], "resource_id": f["finding_id"], "finding_id": f["finding_id"],
         "is_public": f["finding_id"] in public if seen else None}
        for f in findings
        if f["finding_id"] != "unread"
    ]  # fmt: skip
    return judged_over("AA-02", {
        "accessanalyzer_analyzers": frame("accessanalyzer_analyzers", [analyzer(), analyzer(REGIONS[1])]),
        "accessanalyzer_findings": frame("accessanalyzer_findings", findings),
        "accessanalyzer_finding_details": frame("accessanalyzer_finding_details", details),
        "accessanalyzer_archive_rules": frame("accessanalyzer_archive_rules", rules),
    }, as_of=NOW)  # fmt: skip


def test_open_findings_by_age_and_reach() -> None:
    found = open_findings(
        finding("young"), finding("old", created_at=ago(40)), finding("public"), finding("undated", created_at=None),
        finding("archived", status="ARCHIVED"), finding("gone", status="RESOLVED"),
        finding("unused", finding_type="UnusedIAMRole"), public=("public",),
    ).set_index("resource_id")  # fmt: skip
    grades = {k.removeprefix("arn:aws:s3:::"): (r["status"], r["severity"]) for k, r in found.iterrows()}
    assert grades == {
        "young": ("PASS", "high"), "old": ("FAIL", "high"), "public": ("FAIL", "critical"), "undated": ("FAIL", "high"),
        "archived": ("PASS", "high"), "org": ("PASS", "high"),
    }  # fmt: skip
    public = found.loc["arn:aws:s3:::public"]
    assert (public["account_id"], public["resource_type"]) == (OTHER, "AWS::S3::Bucket")
    assert public["resource_arn"] == "arn:aws:s3:::public"  # by which it is one issue with what else is found there
    assert json.loads(public["evidence"])["exposure_class"] == "public"


def test_a_role_found_in_two_regions_is_told_once() -> None:
    role = {"resource": "arn:aws:iam::333300001111:role/r", "resource_type": "AWS::IAM::Role", "created_at": ago(90)}
    found = open_findings(finding("f1", **role), finding("f2", region=REGIONS[1], **role))
    assert found[["resource_id", "region", "status"]].to_numpy().tolist() == [[role["resource"], "global", "FAIL"]]


def test_a_finding_without_details_is_no_pass() -> None:
    found = open_findings(finding("young"), finding("old", created_at=ago(40)), finding("unread"), seen=False)
    assert found.set_index("resource_id")["status"].to_dict() == {
        "arn:aws:s3:::young": "MANUAL", "arn:aws:s3:::old": "FAIL", "arn:aws:s3:::unread": "MANUAL", "org": "PASS",
    }  # fmt: skip


def test_one_finding_whose_details_were_refused_of_three() -> None:
    keys = {"account_id": AUDIT, "region": REGIONS[0]}
    rows = {
        "accessanalyzer_analyzers": [analyzer()],
        "accessanalyzer_findings": [finding(n, owner_account=AUDIT) for n in ("a", "b", "c")],
        "accessanalyzer_finding_details": [
            *({**keys, "resource_id": n, "finding_id": n, "is_public": n == "a"} for n in ("a", "b")),
            {**keys, "resource_id": "c", "outcome": "DENIED", "gap": "accessanalyzer:GetFindingV2 AccessDenied"}],
        "accessanalyzer_archive_rules": [],
    }  # fmt: skip
    specs = tables.registry()
    frames = {name: frame_of(specs[name], found) for name, found in rows.items()}
    judged = judge([controls.registry()["AA-02"]], frames, specs, Facts(NOW), pd.DataFrame()).findings
    assert dict(zip(judged["resource_id"].str.rpartition(":")[2], judged["status"], strict=True)) == {
        "a": "FAIL", "b": "PASS", "c": "NOT_ASSESSED",
    }  # fmt: skip


def test_archive_rules_that_hide_whole_classes() -> None:
    base = {"account_id": AUDIT, "region": REGIONS[0], "analyzer_name": "org", "is_external": True}
    wide = {**base, "rule_name": "all-roles", "filter": '{"resourceType": {"eq": ["AWS::IAM::Role"]}}'}
    narrow = {**base, "rule_name": "one", "filter": '{"resource": {"eq": ["arn:aws:s3:::a"]}}'}
    unset = {**base, "rule_name": None}
    role = finding("r", resource="arn:role", resource_type="AWS::IAM::Role", status="ARCHIVED")
    found = open_findings(role, rules=(wide, narrow, unset)).set_index("resource_id")
    assert found.loc["org/all-roles", "status"] == "MANUAL"
    assert json.loads(found.loc["org/all-roles", "evidence"])["archived"] == ["arn:role"]
    assert "org/one" not in found.index


@pytest.mark.parametrize(("criteria", "wide"), [
    ({"resource": {"exists": True}}, True), ({"resource": {"neq": ["arn:aws:s3:::a"]}}, True),
    ({"resource": {"contains": [""]}}, True), ({"principal.AWS": {"exists": True}}, True), ({}, True),
    ({"principal.AWS": {"eq": ["444455556666"]}}, False), ({"resource": {"contains": ["arn:aws:s3:::shop"]}}, False),
])  # fmt: skip
def test_a_rule_that_hides_what_nobody_named_is_wide_whatever_it_mentions(criteria: dict[str, Any], wide: bool) -> None:
    rule = {"account_id": AUDIT, "region": REGIONS[0], "analyzer_name": "org", "is_external": True,
            "rule_name": "rule", "filter": json.dumps(criteria)}  # fmt: skip
    assert ("org/rule" in set(open_findings(rules=(rule,))["resource_id"])) is wide
