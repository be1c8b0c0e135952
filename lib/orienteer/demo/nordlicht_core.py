"""Nordlicht Demo AG: its names, and the accounts of its centre. Audit and archive are the corner in a good state."""

from __future__ import annotations

from .documents import log_bucket, service_trust, trail_key
from .plan import (
    HOME,
    REGIONS,
    AccessKey,
    Account,
    Guardrails,
    Resource,
    Role,
    Root,
    User,
    Watch,
    policy,
    root_arn,
    statement,
    trust,
)

DOMAIN = "nordlicht-demo.example"
ORG = "o-demonordl1"
MANAGEMENT, AUDIT, ARCHIVE, HUB, SHOP, DEV, SANDBOX, LEGACY, LAB = (f"41020000{n:04d}" for n in range(11, 20))
ASSESSOR, VENDOR, STRANGER = "900100000014", "900200000028", "900300000031"
WEST, EAST = "eu-west-1", "us-east-1"
TRAIL = f"arn:aws:cloudtrail:{HOME}:{MANAGEMENT}:trail/nordlicht-org-trail"
LOGS = "nordlicht-demo-org-logs"
TRAIL_KEY = "11111111-2222-4333-8444-555555555555"
OURS = {"StringEquals": {"aws:PrincipalOrgID": ORG}}


def mail(name: str) -> str:
    return f"{name}@{DOMAIN}"


def contacts(**changed: str) -> dict[str, str]:
    """The three team mailboxes, with what is different in this account; an empty one is not set."""
    usual = {"SECURITY": mail("security"), "BILLING": mail("billing"), "OPERATIONS": mail("operations")}
    return {kind: mail for kind, mail in {**usual, **changed}.items() if mail}


OWNED = {"environment": "prod", "owner": "security", "data-classification": "internal"}
BLOCKED = Guardrails(vpc_block=dict.fromkeys(REGIONS, "block-bidirectional"))


def everywhere(state: str) -> dict[str, str]:
    return dict.fromkeys(REGIONS, state)


ON = {HOME: "ENABLED", WEST: "ENABLED"}
JOINED = {HOME: "Enabled", WEST: "Enabled"}

MANAGEMENT_ACCOUNT = Account(
    "management",
    MANAGEMENT,
    "nordlicht-management",
    mail("aws-root"),
    tags={"environment": "prod"},
    age=1500,
    contacts=contacts(),
    budget=True,
    root=Root("true", True, 200, (AccessKey(700, 12, service="organizations", region=EAST),)),
    passwords=(16, 24),
    users=(  # signed in and called nothing
        User("breakglass", 700, True, 30, 40, "fido", managed=("AdministratorAccess",), services={}),
    ),
    guardrails=Guardrails(ebs_plain=(EAST,), default_vpcs=REGIONS),
    watch=Watch(ON, JOINED),
    resources=(Resource("topic", HOME, "alerts", options={"subscribed": (mail("on-call"),)}),),
)

AUDIT_ACCOUNT = Account(
    "audit",
    AUDIT,
    "security-audit",
    mail("aws-audit"),
    "Security",
    OWNED,
    contacts=contacts(),
    budget=True,
    roles=(
        Role(
            "security-automation",
            service_trust("lambda"),
            ("AWSLambdaBasicExecutionRole", "SecurityAudit"),
            customer={"alerting": policy(statement("sns:Publish"))},
        ),
    ),
    guardrails=BLOCKED,
    watch=Watch({**ON, EAST: "ENABLED"}),
    resources=(
        Resource("secret", HOME, "audit/ticket-webhook", options={"age": 10}),
        Resource(
            "topic",
            HOME,
            "security-alerts",
            policy(statement("sns:Publish", principal="*", condition=OURS)),
            {"subscribed": (mail("on-call"),)},
        ),
    ),
)

ARCHIVE_ACCOUNT = Account(
    "archive",
    ARCHIVE,
    "log-archive",
    mail("aws-archive"),
    "Security",
    OWNED,
    contacts=contacts(),
    roles=(
        Role(
            "config-recorder",
            service_trust("config", {"StringEquals": {"aws:SourceAccount": ARCHIVE}}),
            ("ViewOnlyAccess",),
        ),
    ),
    guardrails=BLOCKED,
    watch=Watch({**ON, EAST: "ENABLED"}, JOINED),
    resources=(
        Resource(
            "bucket",
            HOME,
            LOGS,
            log_bucket(LOGS, TRAIL, None),
            {
                "versions": True,
                "lifecycle": [
                    {"ID": "quarter", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 90}}
                ],
            },
        ),
        Resource("key", HOME, "org-trail", trail_key(ARCHIVE, TRAIL, "*"), {"id": TRAIL_KEY}),
    ),
)

HUB_ACCOUNT = Account(
    "hub",
    HUB,
    "network-hub",
    mail("aws-network"),
    "Infrastructure",
    {"environment": "prod"},
    contacts=contacts(BILLING=""),
    roles=(
        Role(
            "pipeline-runner",
            service_trust("codebuild"),
            inline=policy(statement(["iam:AttachRolePolicy", "codebuild:*", "logs:*"])),
        ),
        Role("human-operator", trust({"AWS": root_arn(MANAGEMENT)}), ("ViewOnlyAccess",)),
        Role("account-review", trust({"AWS": f"arn:aws:iam::{AUDIT}:role/security-automation"}), ("ViewOnlyAccess",)),
    ),
    trust_anchors=("datacentre-ca",),
    guardrails=Guardrails(ebs_plain=(WEST,), snapshots={HOME: "block-new-sharing"}),
    watch=Watch(ON, JOINED),
    resources=(
        Resource(
            "network", HOME, "hub", options={"cidr": "10.10", "endpoint": True, "acls": {"private": (22, "0.0.0.0/0")}}
        ),
        Resource("prefix_list", HOME, "everywhere", options={"entries": ["0.0.0.0/0"]}),
        Resource(
            "group",
            HOME,
            "halves",
            options={"vpc": "hub", "open": [("tcp", 22, "0.0.0.0/1"), ("tcp", 22, "128.0.0.0/1")]},
        ),
        Resource("group", HOME, "database-list", options={"vpc": "hub", "open": [("tcp", 3306, "list:everywhere")]}),
        Resource("snapshot", HOME, "router-golden", options={"shared": ["all"]}),
        Resource(
            "repository",
            HOME,
            "base-images",
            policy(
                statement(
                    ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
                    principal="*",
                    resource=None,
                    condition=OURS,
                )
            ),
        ),
        Resource("share", HOME, "hub-subnets", options={"principals": [SHOP, DEV]}),
    ),
)
