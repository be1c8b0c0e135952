"""AWS Security Finding Format: what Security Hub's BatchImportFindings takes.

https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-findings-format-syntax.html
https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_BatchImportFindings.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from orienteer.decisions import ACCEPTED, FALSE_POSITIVE, FIX
from orienteer.model import Status
from orienteer.partitions import home_region, partition_of, partition_with
from orienteer.report.exchange.rows import NOWHERE, Row, Source, address, cut, decided, remedy, requirements, resource
from orienteer.words import sentence

AT_A_TIME = 100
"""Findings that one request may hold; all of one account."""
TITLE, DESCRIPTION, REMEDY, NOTE, FIELD, REQUIREMENTS = 256, 1024, 512, 512, 2048, 32
COMPLIANCE: Mapping[str, str] = {
    Status.PASS.value: "PASSED",
    Status.FAIL.value: "FAILED",
    Status.MANUAL.value: "WARNING",
    Status.NOT_ASSESSED.value: "NOT_AVAILABLE",
}
LABELS: Mapping[str, str] = {
    "critical": "CRITICAL",
    "high": "HIGH",
    "medium": "MEDIUM",
    "low": "LOW",
    "info": "INFORMATIONAL",
}
WORKFLOW: Mapping[str, str] = {ACCEPTED: "SUPPRESSED", FALSE_POSITIVE: "SUPPRESSED", FIX: "NOTIFIED"}
VERIFIED: Mapping[str, str] = {ACCEPTED: "TRUE_POSITIVE", FALSE_POSITIVE: "FALSE_POSITIVE", FIX: "TRUE_POSITIVE"}
ACCOUNT_TYPES = ("AWS::::Account", "AWS::Organizations::Account")
NAMES: Mapping[str, str] = {
    "AWS::CloudTrail::Trail": "AwsCloudTrailTrail",
    "AWS::EC2::Instance": "AwsEc2Instance",
    "AWS::EC2::SecurityGroup": "AwsEc2SecurityGroup",
    "AWS::EC2::Subnet": "AwsEc2Subnet",
    "AWS::EC2::TransitGateway": "AwsEc2TransitGateway",
    "AWS::EC2::VPC": "AwsEc2Vpc",
    "AWS::EC2::Volume": "AwsEc2Volume",
    "AWS::EC2::NetworkAcl": "AwsEc2NetworkAcl",
    "AWS::EC2::NetworkInterface": "AwsEc2NetworkInterface",
    "AWS::EC2::RouteTable": "AwsEc2RouteTable",
    "AWS::EC2::VPCPeeringConnection": "AwsEc2VpcPeeringConnection",
    "AWS::ECR::Repository": "AwsEcrRepository",
    "AWS::EKS::Cluster": "AwsEksCluster",
    "AWS::ElasticLoadBalancingV2::LoadBalancer": "AwsElbv2LoadBalancer",
    "AWS::GuardDuty::Detector": "AwsGuardDutyDetector",
    "AWS::IAM::AccessKey": "AwsIamAccessKey",
    "AWS::IAM::Group": "AwsIamGroup",
    "AWS::IAM::ManagedPolicy": "AwsIamPolicy",
    "AWS::IAM::Role": "AwsIamRole",
    "AWS::IAM::User": "AwsIamUser",
    "AWS::KMS::Key": "AwsKmsKey",
    "AWS::Lambda::Function": "AwsLambdaFunction",
    "AWS::RDS::DBInstance": "AwsRdsDbInstance",
    "AWS::RDS::DBCluster": "AwsRdsDbCluster",
    "AWS::RDS::DBSnapshot": "AwsRdsDbSnapshot",
    "AWS::RDS::DBClusterSnapshot": "AwsRdsDbClusterSnapshot",
    "AWS::Redshift::Cluster": "AwsRedshiftCluster",
    "AWS::S3::Bucket": "AwsS3Bucket",
    "AWS::S3::AccessPoint": "AwsS3AccessPoint",
    "AWS::SNS::Topic": "AwsSnsTopic",
    "AWS::SQS::Queue": "AwsSqsQueue",
    "AWS::SecretsManager::Secret": "AwsSecretsManagerSecret",
    "AWS::WAFv2::WebACL": "AwsWafv2WebAcl",
}
"""What Security Hub calls a type of CloudFormation's; what it has no name for is `Other`."""


def document(source: Source) -> list[dict[str, Any]]:
    """Requests of BatchImportFindings, each of one account and region, to be sent by that account in that region."""
    places: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in source.findings:
        one = _finding(row, source)
        places.setdefault((one["AwsAccountId"], one["Region"]), []).append(one)
    return [
        {"Findings": held[start : start + AT_A_TIME]}
        for _, held in sorted(places.items())
        for start in range(0, len(held), AT_A_TIME)
    ]


def _finding(row: Row, source: Source) -> dict[str, Any]:
    account = row["account_id"] or source.account or "unknown"
    partition = partition_of(row["resource_arn"]) if row["resource_arn"] else partition_with(row["region"])
    region = home_region(partition=partition) if row["region"] in NOWHERE else row["region"]
    moment = f"{source.as_of:%Y-%m-%dT%H:%M:%S.000Z}"
    failed = row["status"] == Status.FAIL
    return {
        "SchemaVersion": "2018-10-08",
        "Id": f"orienteer/{row['fingerprint']}",
        "ProductArn": f"arn:{partition}:securityhub:{region}:{account}:product/{account}/default",
        "ProductName": "Orienteer",
        "CompanyName": "Orienteer",
        "GeneratorId": f"orienteer/{row['control_id']}",
        "AwsAccountId": account,
        "Region": region,
        "Types": ["Software and Configuration Checks/AWS Security Best Practices"],
        "CreatedAt": moment,
        "UpdatedAt": moment,
        "Severity": {
            "Label": LABELS[row["severity"]] if failed else "INFORMATIONAL",
            "Original": row["severity"] or "none",
        },
        "Title": cut(f"{row['control_id']} {row['title']}", TITLE),
        "Description": cut(sentence(row["reason"]) or row["title"] or row["control_id"], DESCRIPTION),
        "Remediation": {"Recommendation": _recommendation(row)},
        "ProductFields": _fields(row),
        "Resources": [_resource(row, partition, region, account)],
        "Compliance": _compliance(row),
        "RecordState": "ACTIVE",
        **_decision(row, moment),
    }


def _recommendation(row: Row) -> dict[str, str]:
    return {"Text": cut(remedy(row), REMEDY)} | ({"Url": address(row)} if address(row) else {})


def _fields(row: Row) -> dict[str, str]:
    told = {name: row[name] for name in ("category", "maturity", "issue", "account_name", "why", "evidence")}
    return {f"orienteer/{name}": cut(text, FIELD) for name, text in told.items() if text.strip()}


def _resource(row: Row, partition: str, region: str, account: str) -> dict[str, str]:
    kind = row["resource_type"]
    if kind in ACCOUNT_TYPES:
        return {"Type": "AwsAccount", "Id": f"AWS::::Account:{account}", "Partition": partition, "Region": region}
    name = resource(row)
    return {
        "Type": NAMES.get(kind, "Other"),
        "Id": name if name.strip() else account,
        "Partition": partition,
        "Region": region,
    }


def _compliance(row: Row) -> dict[str, Any]:
    """The status, and for what is no plain verdict why not."""
    told: dict[str, Any] = {"Status": COMPLIANCE[row["status"]]}
    related = [text for text in _short(requirements(row)) if text.strip()]
    if related:
        told["RelatedRequirements"] = related[:REQUIREMENTS]
    if row["status"] in (Status.MANUAL, Status.NOT_ASSESSED):
        words = cut(sentence(row["reason"]) or "It could not be told.", DESCRIPTION)
        told["StatusReasons"] = [{"ReasonCode": f"ORIENTEER_{row['status']}", "Description": words}]
    return told


def _short(texts: Iterable[str]) -> list[str]:
    return [cut(text, 64) for text in texts]


def _decision(row: Row, moment: str) -> dict[str, Any]:
    """Workflow, verification and note: AWS takes them when a finding is new and leaves them alone afterwards."""
    told: dict[str, Any] = {"Workflow": {"Status": WORKFLOW.get(row["decision"], "NEW")}}
    if row["decision"] in VERIFIED:
        told["VerificationState"] = VERIFIED[row["decision"]]
    if row["decision"]:
        by = cut(row["decided_by"].strip() or "nobody named", NOTE)
        told["Note"] = {"Text": cut(decided(row), NOTE), "UpdatedBy": by, "UpdatedAt": moment}
    return told
