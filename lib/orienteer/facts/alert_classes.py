"""What should wake somebody: classes of events, each with samples as CloudTrail writes them.

A class is covered where a rule or a filter takes every sample of it.  The events are those that the CIS benchmark
names, and changes of the organization and of who administers its services.
https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, Any, Literal

from pydantic import AfterValidator

Where = Literal["home", "management", "everywhere"]
ACCOUNT = "111122223333"
WHO: Mapping[str, Any] = {
    "type": "AssumedRole",
    "principalId": "AROAEXAMPLE:person",
    "accountId": ACCOUNT,
    "accessKeyId": "ASIAEXAMPLE",
    "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/Administrator/person",
}
ROOT: Mapping[str, Any] = {
    "type": "Root",
    "principalId": ACCOUNT,
    "accountId": ACCOUNT,
    "arn": f"arn:aws:iam::{ACCOUNT}:root",
}
USER: Mapping[str, Any] = {
    "type": "IAMUser",
    "principalId": "AIDAEXAMPLE",
    "accountId": ACCOUNT,
    "userName": "person",
    "arn": f"arn:aws:iam::{ACCOUNT}:user/person",
}


@dataclass(frozen=True, slots=True)
class AlertClass:
    """Events that belong together; `where` they are recorded: in the home region of the partition, there in the
    management account alone, or in the region in which they happen."""

    where: Where
    samples: Mapping[str, Mapping[str, Any]]


def record(service: str, name: str, **more: Any) -> Mapping[str, Any]:
    """A record of CloudTrail."""
    return {
        "eventVersion": "1.11",
        "userIdentity": WHO,
        "eventTime": "2026-06-30T12:00:00Z",
        "managementEvent": True,
        "eventSource": f"{service}.amazonaws.com",
        "eventName": name,
        "awsRegion": "us-east-1",
        "readOnly": False,
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2",
        "eventType": "AwsApiCall",
        "eventCategory": "Management",
        "recipientAccountId": ACCOUNT,
        **more,
    }


def _sign_in(result: str, who: Mapping[str, Any], mfa: str = "No", **more: Any) -> Mapping[str, Any]:
    return record(
        "signin",
        "ConsoleLogin",
        eventType="AwsConsoleSignIn",
        userIdentity=who,
        responseElements={"ConsoleLogin": result},
        additionalEventData={"MFAUsed": mfa},
        **more,
    )


def _calls(where: Where, service: str, *names: str) -> AlertClass:
    return AlertClass(where, {name: record(service, name) for name in names})


CLASSES: Mapping[str, AlertClass] = MappingProxyType(
    {
        "root_use": AlertClass(
            "home",
            {
                "ConsoleLogin by root": _sign_in("Success", ROOT, "Yes"),
                "CreateAccessKey by root": record("iam", "CreateAccessKey", userIdentity=ROOT),
            },
        ),
        "console_login_without_mfa": AlertClass("home", {"ConsoleLogin without MFA": _sign_in("Success", USER)}),
        "console_login_failures": AlertClass(
            "home",
            {
                "failed ConsoleLogin": _sign_in("Failure", USER, errorMessage="Failed authentication"),
            },
        ),
        "organizations_change": _calls(
            "management",
            "organizations",
            "CreateAccount",
            "MoveAccount",
            "InviteAccountToOrganization",
            "RemoveAccountFromOrganization",
        ),
        "scp_change": _calls(
            "management", "organizations", "AttachPolicy", "DetachPolicy", "UpdatePolicy", "DeletePolicy"
        ),
        "delegated_admin_change": _calls(
            "management", "organizations", "RegisterDelegatedAdministrator", "DeregisterDelegatedAdministrator"
        ),
        "cloudtrail_change": _calls("everywhere", "cloudtrail", "UpdateTrail", "DeleteTrail", "StopLogging"),
        "config_change": _calls(
            "everywhere",
            "config",
            "StopConfigurationRecorder",
            "DeleteDeliveryChannel",
            "PutDeliveryChannel",
            "PutConfigurationRecorder",
        ),
        "iam_policy_change": _calls(
            "home",
            "iam",
            "CreatePolicyVersion",
            "AttachRolePolicy",
            "AttachUserPolicy",
            "PutRolePolicy",
            "PutUserPolicy",
        ),
        "bucket_policy_change": _calls("everywhere", "s3", "PutBucketPolicy", "DeleteBucketPolicy", "PutBucketAcl"),
        "kms_deletion": _calls("everywhere", "kms", "DisableKey", "ScheduleKeyDeletion"),
        "security_group_change": _calls(
            "everywhere", "ec2", "AuthorizeSecurityGroupIngress", "RevokeSecurityGroupIngress", "CreateSecurityGroup"
        ),
        "network_change": _calls(
            "everywhere",
            "ec2",
            "CreateNetworkAclEntry",
            "AttachInternetGateway",
            "CreateRoute",
            "CreateVpcPeeringConnection",
        ),
        "unauthorized_calls": AlertClass(
            "everywhere",
            {
                "AccessDenied": record("s3", "PutBucketPolicy", errorCode="AccessDenied", errorMessage="Access Denied"),
                "UnauthorizedOperation": record(
                    "ec2",
                    "RunInstances",
                    errorCode="Client.UnauthorizedOperation",
                    errorMessage="You are not authorized to perform this operation.",
                ),
            },
        ),
    }
)


def _class_name(text: str) -> str:
    if text not in CLASSES:
        raise ValueError(f"one of {', '.join(CLASSES)}")
    return text


ClassName = Annotated[str, AfterValidator(_class_name)]
"""A threshold that is the name of a class of alerts."""


def on_bus(sample: Mapping[str, Any]) -> Mapping[str, Any]:
    """The record as EventBridge delivers it."""
    kind = (
        "AWS Console Sign In via CloudTrail"
        if sample["eventType"] == "AwsConsoleSignIn"
        else ("AWS API Call via CloudTrail")
    )
    return _event(f"aws.{sample['eventSource'].partition('.')[0]}", kind, sample)


def _event(source: str, kind: str, detail: Mapping[str, Any]) -> Mapping[str, Any]:
    return {
        "version": "0",
        "id": "00000000-0000-0000-0000-000000000000",
        "detail-type": kind,
        "source": source,
        "account": ACCOUNT,
        "time": "2026-06-30T12:00:00Z",
        "region": "us-east-1",
        "resources": [],
        "detail": detail,
    }


def hub_finding(product: str) -> Mapping[str, Any]:
    """A critical finding of a product, as Security Hub sends it to EventBridge."""
    finding = {
        "ProductArn": f"arn:aws:securityhub:us-east-1::product/aws/{product.lower()}",
        "ProductName": product,
        "CompanyName": "AWS",
        "AwsAccountId": ACCOUNT,
        "Severity": {"Label": "CRITICAL", "Normalized": 90},
        "Workflow": {"Status": "NEW"},
        "RecordState": "ACTIVE",
        "Title": "a finding",
        "WorkflowState": "NEW",
    }
    return _event("aws.securityhub", "Security Hub Findings - Imported", {"findings": [finding]})


GUARDDUTY_FINDING = _event(
    "aws.guardduty",
    "GuardDuty Finding",
    {
        "schemaVersion": "2.0",
        "accountId": ACCOUNT,
        "severity": 8.5,
        "type": "UnauthorizedAccess:IAMUser/TorIPCaller",
        "title": "a finding",
        "service": {"serviceName": "guardduty", "archived": False},
    },
)
HUB_FINDINGS = (hub_finding("GuardDuty"), hub_finding("Inspector"))
