"""The policy documents of the demo organizations that more than one place needs."""

from __future__ import annotations

from .plan import Document, policy, statement

GITHUB = "token.actions.githubusercontent.com"

# Services whose API has one global endpoint: a region deny must leave them alone.
GLOBAL = [
    "iam",
    "sts",
    "organizations",
    "account",
    "route53",
    "route53domains",
    "cloudfront",
    "support",
    "health",
    "budgets",
    "ce",
    "cur",
    "waf",
    "wafv2",
    "shield",
    "globalaccelerator",
    "networkmanager",
    "trustedadvisor",
    "aws-portal",
    "billing",
    "sso",
    "supportplans",
    "artifact",
    "pricing",
    "payments",
    "tax",
    "invoicing",
    "freetier",
    "consolidatedbilling",
    "savingsplans",
    "cost-optimization-hub",
    "notifications-contacts",
    "aws-marketplace",
    "sustainability",
    "bcm-data-exports",
]

PROTECTED = [
    "cloudtrail:StopLogging",
    "cloudtrail:DeleteTrail",
    "cloudtrail:UpdateTrail",
    "guardduty:DeleteDetector",
    "guardduty:DisassociateFromAdministratorAccount",
    "securityhub:DisableSecurityHub",
    "config:StopConfigurationRecorder",
    "config:DeleteConfigurationRecorder",
    "access-analyzer:DeleteAnalyzer",
    "ec2:DisableEbsEncryptionByDefault",
    "s3:PutAccountPublicAccessBlock",
    "account:EnableRegion",
    "iam:UpdateAssumeRolePolicy",
]


def deny(
    action: str | list[str], sid: str, condition: Document | None = None, other: Document | None = None
) -> Document:
    """A service control policy with one denying statement."""
    return policy(statement(action, effect="Deny", sid=sid, condition=condition, other=other))


def deny_leaving() -> Document:
    """Accounts cannot leave the organization."""
    return deny("organizations:LeaveOrganization", "DenyLeaving")


def deny_root() -> Document:
    """Root users of members can do nothing but what a privileged root session does."""
    condition = {"StringLike": {"aws:PrincipalArn": "arn:aws:iam::*:root"}, "Null": {"aws:AssumedRoot": "true"}}
    return deny("*", "DenyRootUser", condition)


def region_guard(regions: list[str], left_out: tuple[str, ...] = (), exempt: str = "") -> Document:
    """Nothing but global services outside the regions; `left_out` are global services that were forgotten."""
    spared = [f"{service}:*" for service in GLOBAL if service not in left_out]
    spared += ["s3:ListAllMyBuckets", "s3:GetAccountPublicAccessBlock", "s3:PutAccountPublicAccessBlock"]
    condition: dict[str, object] = {"StringNotEquals": {"aws:RequestedRegion": regions}}
    if exempt:
        condition["ArnNotLike"] = {"aws:PrincipalArn": exempt}
    return policy(
        {
            "Sid": "DenyOtherRegions",
            "Effect": "Deny",
            "NotAction": spared,
            "Resource": "*",
            "Condition": condition,
        }
    )


def region_list(regions: list[str], services: list[str]) -> Document:
    """Only the listed services are denied outside the regions: a service that is new gets through."""
    condition = {"StringNotEquals": {"aws:RequestedRegion": regions}}
    return deny([f"{service}:*" for service in services], "DenyListedServicesElsewhere", condition)


def protect_security(exempt: str = "") -> Document:
    """Security services cannot be switched off, save by the exempted role."""
    condition = {"ArnNotLike": {"aws:PrincipalArn": exempt}} if exempt else None
    return deny(PROTECTED, "ProtectSecurityServices", condition)


def deny_iam_users(exempt: str) -> Document:
    """No IAM users and no access keys, save by the exempted provisioning role, which nobody else can make or take."""
    actions = ["iam:CreateUser", "iam:CreateAccessKey", "iam:CreateLoginProfile"]
    others = {"ArnNotLike": {"aws:PrincipalArn": exempt}}
    return policy(
        statement(actions, effect="Deny", sid="DenyIamUsers", condition=others),
        statement(
            ["iam:CreateRole", "iam:UpdateAssumeRolePolicy"],
            effect="Deny",
            sid="KeepTheProvisioningRole",
            resource=exempt,
            condition=others,
        ),
    )


def identity_perimeter(org_id: str, services: list[str], partners: list[str]) -> Document:
    """A resource control policy: only the organization, agreed partners and AWS services reach the resources."""
    condition = {
        "StringNotEqualsIfExists": {"aws:PrincipalOrgID": org_id, "aws:PrincipalAccount": partners},
        "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
    }
    actions = ["sts:AssumeRole" if service == "sts" else f"{service}:*" for service in services]  # OIDC stays usable
    return policy(statement(actions, effect="Deny", principal="*", condition=condition, sid="OnlyOurIdentities"))


def github_trust(account_id: str, condition: Document) -> Document:
    """A role trust for GitHub's tokens under this condition."""
    provider = {"Federated": f"arn:aws:iam::{account_id}:oidc-provider/{GITHUB}"}
    return policy(statement("sts:AssumeRoleWithWebIdentity", principal=provider, resource=None, condition=condition))


def service_trust(service: str, condition: Document | None = None) -> Document:
    """A role trust for one AWS service."""
    return policy(
        statement(
            "sts:AssumeRole", principal={"Service": f"{service}.amazonaws.com"}, resource=None, condition=condition
        )
    )


def log_bucket(bucket: str, trail_arn: str, condition: Document | None) -> Document:
    """The policy CloudTrail needs on its bucket; `condition` binds the write to a trail, or does not."""
    cloudtrail = {"Service": "cloudtrail.amazonaws.com"}
    arn = f"arn:aws:s3:::{bucket}"
    return policy(
        statement("s3:GetBucketAcl", principal=cloudtrail, resource=arn, condition=condition, sid="AclCheck"),
        statement("s3:PutObject", principal=cloudtrail, resource=f"{arn}/AWSLogs/*", condition=condition, sid="Write"),
    )


def tls_only(bucket: str) -> Document:
    """The statement that denies requests to a bucket over plain HTTP."""
    arn = f"arn:aws:s3:::{bucket}"
    plain = {"Bool": {"aws:SecureTransport": "false"}}
    return statement("s3:*", effect="Deny", principal="*", resource=[arn, f"{arn}/*"], condition=plain, sid="TlsOnly")


def trail_key(owner: str, trail_arn: str, readers: object) -> Document:
    """A key policy for trail logs: the owner administers, CloudTrail encrypts for the trail, `readers` decrypt."""
    return policy(
        statement("kms:*", principal={"AWS": f"arn:aws:iam::{owner}:root"}, sid="Owner"),
        statement(
            ["kms:GenerateDataKey*", "kms:DescribeKey"],
            principal={"Service": "cloudtrail.amazonaws.com"},
            condition={"StringEquals": {"aws:SourceArn": trail_arn}},
            sid="TrailEncrypts",
        ),
        statement("kms:Decrypt", principal=readers, sid="Readers"),
    )
