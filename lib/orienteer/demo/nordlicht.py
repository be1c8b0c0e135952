"""Nordlicht Demo AG, the first demo client: its tree, guardrails, identity centre and watch. Fictional."""

from __future__ import annotations

from .documents import deny, deny_iam_users, deny_leaving, deny_root, identity_perimeter, protect_security, region_guard
from .nordlicht_core import (
    ARCHIVE,
    ARCHIVE_ACCOUNT,
    ASSESSOR,
    AUDIT_ACCOUNT,
    DEV,
    DOMAIN,
    EAST,
    HUB_ACCOUNT,
    LAB,
    LEGACY,
    LOGS,
    MANAGEMENT_ACCOUNT,
    ORG,
    SANDBOX,
    SHOP,
    STRANGER,
    TRAIL_KEY,
    VENDOR,
    WEST,
    mail,
)
from .nordlicht_lab import LAB_ACCOUNT
from .nordlicht_work import DEV_ACCOUNT, LEGACY_ACCOUNT, SANDBOX_ACCOUNT, SHOP_ACCOUNT
from .plan import (
    HOME,
    Analyzer,
    ArchiveRule,
    Finding,
    Organization,
    PermissionSet,
    Policy,
    Trail,
    policy,
    root_arn,
    statement,
)

KEPT = ["eu-central-1", "eu-west-1"]
GUARDED = ("Security", "Workloads")
SPARED = {"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/incident-response"}}
PARTNERS = [ASSESSOR, VENDOR]
RESOURCES = ["s3", "sts", "kms", "sqs", "secretsmanager"]

_LOCKED = {"@@operators_allowed_for_child_policies": ["@@none"]}
OPT_OUT = {"services": {**_LOCKED, "default": {**_LOCKED, "opt_out_policy": {**_LOCKED, "@@assign": "optOut"}}}}
TAGS = {"tags": {name: {"tag_key": {"@@assign": name}} for name in ("owner", "environment")}}
_SNAPSHOTS = {"snapshot_block_public_access": {"state": "block_all_sharing"}}
DECLARED = {
    "ec2_attributes": {
        **_SNAPSHOTS,
        "image_block_public_access": {"state": "block_new_sharing"},
        "serial_console_access": {"status": "disabled"},
        "instance_metadata_defaults": {"http_tokens": "required", "http_put_response_hop_limit": "2"},
    },
}

POLICIES = (
    Policy("deny-leaving", deny_leaving(), ("Security", "Infrastructure", "Workloads", "Sandbox")),
    Policy("deny-root-user", deny_root(), ("Security", "Infrastructure", "Workloads")),
    Policy("region-guard", region_guard(KEPT), ("Security",)),
    Policy(
        "region-guard-workloads",
        region_guard(KEPT, ("budgets",), "arn:aws:iam::*:role/platform-break-glass"),
        ("Workloads",),
    ),
    Policy("protect-security-services", protect_security(), ("Security",)),
    Policy("protect-security-services-workloads", protect_security("arn:aws:iam::*:role/*-admin"), ("Workloads",)),
    Policy("deny-iam-users", deny_iam_users("arn:aws:iam::*:role/identity-provisioning"), GUARDED),
    Policy("quarantine", deny("*", "DenyEverything"), ("Suspended",)),
    Policy("containment", deny("*", "StopAllButResponders", SPARED), ("Suspended",)),
    Policy("opt-out", OPT_OUT, ("/",), "AISERVICES_OPT_OUT_POLICY"),
    Policy("owners", TAGS, ("/",), "TAG_POLICY"),
    Policy(
        "identity-perimeter", identity_perimeter(ORG, RESOURCES, PARTNERS), ("Security",), "RESOURCE_CONTROL_POLICY"
    ),
    Policy(
        "identity-perimeter-workloads",
        identity_perimeter(ORG, RESOURCES[:4], PARTNERS),
        ("Workloads",),
        "RESOURCE_CONTROL_POLICY",
    ),
)

DELEGATION = policy(
    statement(
        ["organizations:Describe*", "organizations:List*", "organizations:AttachPolicy", "organizations:UpdatePolicy"],
        principal={"AWS": root_arn(AUDIT_ACCOUNT.id)},
        condition={"StringLikeIfExists": {"organizations:PolicyType": ["SERVICE_CONTROL_POLICY"]}},
        sid="AuditKeepsGuardrails",
    ),
    statement("organizations:*", principal={"AWS": root_arn(LAB)}, sid="LabFromTheMerger"),
)

_ESCALATING = policy(
    statement(["iam:PassRole", "iam:CreatePolicyVersion", "cloudformation:CreateStack", "cloudformation:Describe*"])
)
_VIEW = "arn:aws:iam::aws:policy/job-function/ViewOnlyAccess"

PERMISSION_SETS = (
    PermissionSet(
        "AdministratorAccess", ("AdministratorAccess",), assigned=("management", "audit"), holder="break-glass"
    ),
    PermissionSet("PowerUser", ("PowerUserAccess",), assigned=("shop", "dev"), holder="developers"),
    PermissionSet(
        "ReadOnly", ("ViewOnlyAccess",), assigned=("audit", "archive", "shop", "dev"), holder="security-readers"
    ),
    PermissionSet("IncidentResponse", ("ViewOnlyAccess",), assigned=("audit", "archive"), holder="security-readers"),
    PermissionSet("DeploymentOps", inline=_ESCALATING, assigned=("dev",), holder="deployers"),
    PermissionSet("BoundedOps", inline=_ESCALATING, boundary=_VIEW, assigned=("dev",), holder=mail("lena.becker")),
)
DIRECTORY = {
    "break-glass": (mail("anna.muster"), mail("ole.hansen"), "breakglass"),
    "developers": (mail("lena.becker"), mail("tom.ferber"), mail("mia.sommer")),
    "security-readers": (mail("anna.muster"), mail("jo.winter")),
    "deployers": (),
}


def _unused(role: str, account: str, age: int, kind: str) -> Finding:
    return Finding(HOME, account, f"arn:aws:iam::{account}:role/{role}", "AWS::IAM::Role", {}, (), age, type=kind)


FINDINGS = (
    Finding(
        HOME,
        SANDBOX,
        "arn:aws:s3:::nordlicht-demo-sandbox-share",
        "AWS::S3::Bucket",
        {"AWS": "*"},
        ("s3:GetObject",),
        3,
        public=True,
    ),
    Finding(
        HOME,
        SANDBOX,
        f"arn:aws:iam::{SANDBOX}:role/open-lab",
        "AWS::IAM::Role",
        {"AWS": "*"},
        ("sts:AssumeRole",),
        90,
        public=True,
    ),
    Finding(
        HOME,
        LEGACY,
        f"arn:aws:iam::{LEGACY}:role/consulting-access",
        "AWS::IAM::Role",
        {"AWS": STRANGER},
        ("sts:AssumeRole",),
        400,
    ),
    Finding(
        HOME,
        LEGACY,
        f"arn:aws:sns:{HOME}:{LEGACY}:erp-alerts",
        "AWS::SNS::Topic",
        {"AWS": VENDOR},
        ("sns:Subscribe",),
        5,
    ),
    Finding(
        HOME,
        SHOP,
        f"arn:aws:iam::{SHOP}:role/backup-vendor",
        "AWS::IAM::Role",
        {"AWS": VENDOR},
        ("sts:AssumeRole",),
        120,
        status="ARCHIVED",
    ),
    Finding(
        HOME,
        DEV,
        f"arn:aws:sqs:{HOME}:{DEV}:old-events",
        "AWS::SQS::Queue",
        {"AWS": "*"},
        ("sqs:SendMessage",),
        60,
        public=True,
        status="RESOLVED",
    ),
)

UNUSED = (
    _unused("legacy-deploy", SHOP, 160, "UnusedIAMRole"),
    _unused("consulting-access", LEGACY, 130, "UnusedIAMRole"),
    *(_unused(f"erp-batch-{n:02d}", LEGACY, 100 + n, "UnusedPermission") for n in range(24)),
    _unused("order-worker", SHOP, 20, "UnusedPermission"),
)

ANALYZERS = (
    Analyzer(
        HOME,
        "organization",
        "ORGANIZATION",
        (
            ArchiveRule("backup-vendor", {"principal.AWS": (VENDOR,), "resourceType": ("AWS::IAM::Role",)}),
            ArchiveRule("all-keys", {"resourceType": ("AWS::KMS::Key",)}),
        ),
        FINDINGS,
    ),
    Analyzer(WEST, "account-only", "ACCOUNT"),
    Analyzer(HOME, "unused", "ORGANIZATION_UNUSED_ACCESS", findings=UNUSED, unused_age=90),
)

NORDLICHT = Organization(
    seed=1,
    name="Nordlicht Demo AG",
    slug="demo-nordlicht",
    org_id=ORG,
    domain=DOMAIN,
    external_id="Qx7t-5f2c-81d0-4bRm",
    accounts=(
        MANAGEMENT_ACCOUNT,
        AUDIT_ACCOUNT,
        ARCHIVE_ACCOUNT,
        HUB_ACCOUNT,
        SHOP_ACCOUNT,
        DEV_ACCOUNT,
        SANDBOX_ACCOUNT,
        LEGACY_ACCOUNT,
        LAB_ACCOUNT,
    ),
    ous=(
        "Security",
        "Infrastructure",
        "Workloads",
        "Workloads/Prod",
        "Workloads/NonProd",
        "Sandbox",
        "Exceptions",
        "Suspended",
    ),
    policies=POLICIES,
    policy_types=(
        "SERVICE_CONTROL_POLICY",
        "RESOURCE_CONTROL_POLICY",
        "TAG_POLICY",
        "AISERVICES_OPT_OUT_POLICY",
        "DECLARATIVE_POLICY_EC2",
    ),
    baseline_units=("Security", "Workloads"),
    declared={"audit": DECLARED, "archive": DECLARED, "shop": {"ec2_attributes": _SNAPSHOTS}},
    emptied=("Suspended",),
    trusted_services=tuple(
        f"{name}.amazonaws.com"
        for name in (
            "access-analyzer",
            "account",
            "backup",
            "cloudtrail",
            "config",
            "guardduty",
            "iam",
            "securityhub",
            "sso",
        )
    ),
    delegated={
        f"{name}.amazonaws.com": "audit"
        for name in ("access-analyzer", "cloudtrail", "config", "guardduty", "iam", "securityhub")
    }
    | {"backup.amazonaws.com": "legacy"},
    delegation_policy=DELEGATION,
    root_features=("RootCredentialsManagement", "RootSessions"),
    identity_center=True,
    permission_sets=PERMISSION_SETS,
    directory=DIRECTORY,
    local_users=("breakglass",),
    analyzers=ANALYZERS,
    trail=Trail(
        "nordlicht-org-trail",
        LOGS,
        validation=False,
        data=("arn:aws:s3:::nordlicht-demo-shop-exports/",),
        log_group="nordlicht/org-trail",
        kms_key=f"arn:aws:kms:{HOME}:{ARCHIVE}:key/{TRAIL_KEY}",
    ),
    guardduty={HOME: ("audit", "ALL"), WEST: ("audit", "NEW")},
    security_hub={
        HOME: ("audit", "CENTRAL", False),
        WEST: ("audit", "LOCAL", False),
        EAST: ("audit", "CENTRAL", False),
    },
)
