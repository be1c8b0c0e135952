"""Issues: what one change would fix is one, whatever controls saw it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from orienteer import issues
from tests.report.estate import findings, run_folder

BLANK = {
    "title": "Expected", "category": "network", "notebook": "", "account_name": "Shop", "region": "eu-central-1",
    "resource_type": "AWS::S3::Bucket", "resource_arn": "", "evidence": "{}", "source": "", "account_id": "1" * 12,
    "severity": "medium", "status": "FAIL", "reason": "It is open.", "remediation": "close it.", "fingerprint": "f",
}  # fmt: skip


def found(*rows: dict[str, Any]) -> pd.DataFrame:
    """Findings with these cells over BLANK."""
    return pd.DataFrame([{**BLANK, **row} for row in rows]).astype("string")


def of(control: str, resource: str, **more: Any) -> dict[str, Any]:
    """A finding about a bucket."""
    return {"control_id": control, "resource_id": resource, "resource_arn": f"arn:aws:s3:::{resource}", **more}


PUBLIC = {"evidence": json.dumps({"exposure_class": "public"})}


def test_one_open_resource_seen_by_three_controls_is_one_issue() -> None:
    told = issues.issues(
        found(*(of(c, "logs", **PUBLIC) for c in ("NET-06", "DATA-06", "XA-01")), of("NET-06", "other"))
    )
    assert told["controls"].tolist() == ["DATA-06, NET-06, XA-01", "NET-06"]
    assert told[["accounts", "resources", "findings"]].to_numpy().tolist() == [[1, 1, 3], [1, 1, 1]]


def test_hygiene_is_one_issue_per_control_and_a_grave_resource_its_own() -> None:
    mild = [of(c, f"b{n}") for n in range(3) for c in ("DATA-01", "DATA-02")]
    assert issues.issues(found(*mild))["findings"].tolist() == [3, 3]
    grave = found(*mild, of("DATA-01", "b9", severity="critical"), of("DATA-02", "b9"))
    told = issues.issues(grave)
    assert told["controls"].tolist() == ["DATA-01, DATA-02", "DATA-01", "DATA-02"]
    assert told["severity"].tolist() == ["critical", "medium", "medium"]


def test_a_policy_missing_above_many_accounts_is_one_issue() -> None:
    holder = {"resource_type": "AWS::Organizations::Account", "severity": "high"}
    rows = [of("SCP-06", f"{n}/a:B", account_id=str(n) * 12, **holder) for n in (1, 2, 3)]
    told = issues.issues(found(*rows, of("SCP-03", "1/a:B", account_id="1" * 12, **holder)))
    assert told[["controls", "accounts", "findings", "effort"]].to_numpy().tolist() == [
        ["SCP-06", 3, 3, "medium"], ["SCP-03", 1, 1, "medium"],
    ]  # fmt: skip


def test_passes_coverage_and_decisions_belong_to_no_issue() -> None:
    frame = found(
        of("A-1", "a", status="PASS"), of("A-1", "b", category="coverage"), of("A-1", "c", decision="accepted"),
        of("A-1", "d", decision="false_positive"), of("A-1", "e", decision="fix"), of("A-1", "f"),
    )  # fmt: skip
    assert [bool(key) for key in issues.keys(frame)] == [False, False, False, False, True, True]
    assert issues.issues(frame)["findings"].tolist() == [2]


def test_the_key_is_the_same_in_the_next_run_and_in_any_order() -> None:
    frame = found(of("A-1", "a", **PUBLIC), of("A-2", "b"))
    turned = frame.iloc[::-1].reset_index(drop=True)
    assert list(issues.keys(frame)) == list(issues.keys(turned))[::-1]
    assert set(issues.issues(turned)["issue"]) == set(issues.keys(frame))
    assert issues.issues(frame.iloc[:0]).empty and list(issues.issues(frame.iloc[:0]).columns) == list(issues.ISSUES)


def test_titles_say_what_was_found_and_where() -> None:
    alone = issues.issues(found(of("A-1", "b", reason="Anybody can read it. Long story.")))
    assert alone["title"][0] == "S3 bucket b in Shop: Anybody can read it"
    assert alone["first_step"][0] == "S3 bucket b in Shop: Close it."
    many = issues.issues(
        found(of("A-1", "b", reason="One."), of("A-1", "c", reason="One."), of("A-1", "d", reason="Two."))
    )
    assert many["title"][0] == "One; 2 more like it"
    assert issues.short_name("arn:aws:iam::1:role/path/x") == "path/x"
    assert issues.type_words("AWS::EC2::SecurityGroup") == "EC2 security group"
    assert issues.type_words("AWS::EC2::VPCPeeringConnection") == "EC2 VPC peering connection"
    assert issues.type_words("AWS::IAM::OIDCProvider") == "IAM OIDC provider"
    assert issues.type_words("AWS::ApiGateway::RestApi") == "API Gateway REST API"
    assert issues.type_words("AWS::Backup::BackupVault") == "AWS Backup vault"
    assert issues.type_words("AWS::SecurityHub::Hub") == "Security Hub hub"
    assert issues.sentence("iam:Pass is open") == "iam:Pass is open." and issues.sentence("close it.") == "Close it."
    assert len(issues.shortened("word " * 90)) <= issues.TITLE and issues.shortened("word " * 90).endswith("word...")


@pytest.mark.parametrize(
    ("kind", "own", "label"),
    [
        ("AWS::GuardDuty::Detector", "eu-west-1", "Region eu-west-1 in Shop"),
        ("AWS::SecurityHub::FindingAggregator", "finding aggregator", "Finding aggregator in Shop"),
        ("AWS::SSO::PermissionSet", "iam permission set", "IAM permission set in Shop"),
        ("AWS::::Account", "111122223333/BILLING", "Billing contact in Shop"),
        ("AWS::::Account", "bucket_policy_change", "Bucket policy change in Shop"),
        ("AWS::::Account", "scp_change", "SCP change in Shop"),
        ("AWS::::Account", "root", "Root user in Shop"),
        ("AWS::EC2::KeyPair", "old-laptop", "EC2 key pair old-laptop in Shop"),
        ("AWS::OpenSearchService::Domain", "logs", "OpenSearch domain logs in Shop"),
    ],
)
def test_what_stands_for_a_place_or_for_what_is_missing_has_no_kind(kind: str, own: str, label: str) -> None:
    row = {"account_name": "Shop", "account_id": "111122223333", "region": "eu-west-1"}
    assert issues.resource_label({**row, "resource_type": kind, "resource_id": own}) == label


def test_evidence_that_is_no_object_reaches_nobody() -> None:
    texts = ['["exposure_class"]', '{"exposure_class"', '{"exposure_class": null}', "[" * 9000 + '"exposure_class"']
    assert issues.reach(found(*(of("A", "a", evidence=t) for t in texts))).tolist() == [""] * 4


def test_a_run_gives_its_issues_and_sql_sees_them(tmp_path: Path) -> None:
    run = run_folder(tmp_path, findings(60))
    assert run.issues.equals(issues.issues(run.findings)) and len(run.issues)
    told = run.sql("select sum(findings) as n from issues")
    assert int(told["n"][0]) == (run.findings["status"] == "FAIL").sum()


def test_of_several_controls_only_what_may_happen_is_told() -> None:
    texts = ("A door is open. It is judged by its lock.", "Nobody looks. So nobody knows.")
    several = found(
        *(of(name, "x", resource_arn="arn:x", severity="high", why=why) for name, why in zip("AB", texts, strict=True))
    )
    assert issues.issues(several)["why"].tolist() == ["A door is open. Nobody looks."]
    assert issues.issues(several.head(1))["why"].tolist() == [texts[0]]
