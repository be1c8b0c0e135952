"""Nordlicht Demo AG: the accounts where its work happens, and most of its faults."""

from __future__ import annotations

from .documents import GITHUB, github_trust, service_trust, tls_only
from .nordlicht_core import (
    DEV,
    EAST,
    JOINED,
    LEGACY,
    MANAGEMENT,
    ON,
    ORG,
    OURS,
    SANDBOX,
    SHOP,
    STRANGER,
    VENDOR,
    WEST,
    contacts,
    everywhere,
    mail,
)
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

NO_KEY = "AKIA" + "DEMOONLY" * 2  # of the form of an access key, and none
FRESH = {"image_age": 30, "patches": (0, 2)}
WEEKLY = {
    "ID": "old-versions-go",
    "Status": "Enabled",
    "Filter": {"Prefix": ""},
    "NoncurrentVersionExpiration": {"NoncurrentDays": 7},
}
SHOP_ACCOUNT = Account(
    "shop",
    SHOP,
    "shop-prod",
    mail("aws-shop-prod"),
    "Workloads/Prod",
    {"environment": "prod"},
    contacts=contacts(SECURITY=mail("aws-shop-prod")),
    users=(User("deploy-bot", 420, keys=(AccessKey(400, 1),), managed=("AmazonS3ReadOnlyAccess",)),),
    roles=(
        Role(
            "backup-vendor",
            trust(
                {"AWS": f"arn:aws:iam::{VENDOR}:role/backup-service"},
                {"StringEquals": {"sts:ExternalId": "k7Qz-93vT-Lw0p-XmRe"}},
            ),
            ("ViewOnlyAccess",),
            used=5,
        ),
        Role("monitoring-saas", trust({"AWS": root_arn(VENDOR)}), ("ViewOnlyAccess",), used=2),
        Role(  # administrator that used nothing but one service
            "legacy-deploy",
            service_trust("codebuild"),
            inline=policy(statement("*")),
            used=250,
            services={"s3": (250, HOME)},
        ),
        Role(
            "support-breakglass",
            trust({"AWS": root_arn(MANAGEMENT)}, {"Bool": {"aws:MultiFactorAuthPresent": "true"}}),
            ("ViewOnlyAccess", "AWSSupportAccess"),
        ),
        Role(
            "github-deploy",
            github_trust(
                SHOP,
                {
                    "StringEquals": {
                        f"{GITHUB}:aud": "sts.amazonaws.com",
                        f"{GITHUB}:sub": "repo:nordlicht-demo/shop:ref:refs/heads/main",
                    }
                },
            ),
            inline=policy(statement(["s3:PutObject", "s3:ListBucket"], resource="arn:aws:s3:::nordlicht-demo-shop-*")),
        ),
        Role(
            "order-worker",
            service_trust("lambda"),
            ("AWSLambdaBasicExecutionRole",),
            customer={"order-keys": policy(statement(["kms:*", "sqs:SendMessage"]))},
        ),
    ),
    oidc=(GITHUB,),
    certificates={"shop-frontend": 240},
    sessions={HOME: {"cloudWatchLogGroupName": "/ssm/sessions", "cloudWatchEncryptionEnabled": True}},
    guardrails=Guardrails(snapshots={WEST: "block-new-sharing"}),
    watch=Watch({**ON, EAST: "ENABLED"}, JOINED, plans_off=("LAMBDA_NETWORK_LOGS",)),
    resources=(
        Resource(
            "network",
            HOME,
            "shop",
            options={
                "cidr": "10.20",
                "acls": {"private": (0, "10.0.0.0/8")},
                "endpoint": policy(statement("s3:*", principal="*", condition=OURS)),
                "flow_log": True,
            },
        ),
        Resource(
            "group",
            HOME,
            "shop-web",
            options={"vpc": "shop", "open": [("tcp", 443, "0.0.0.0/0")], "attach": "public", "silent": 0, **FRESH},
        ),
        Resource(
            "bucket",
            HOME,
            "nordlicht-demo-shop-assets",
            policy(statement("s3:GetObject", principal="*", resource="arn:aws:s3:::nordlicht-demo-shop-assets/*")),
            {"class": "restricted"},
        ),
        Resource(
            "bucket",
            HOME,
            "nordlicht-demo-shop-orders",
            policy(tls_only("nordlicht-demo-shop-orders")),
            {"class": "confidential", "versions": True, "locked_days": 90},
        ),
        Resource(
            "bucket",
            WEST,
            "nordlicht-demo-shop-exports",
            policy(
                statement(
                    "s3:GetObject",
                    principal="*",
                    resource="arn:aws:s3:::nordlicht-demo-shop-exports/*",
                    condition=OURS,
                ),
                tls_only("nordlicht-demo-shop-exports"),
            ),
        ),
        Resource("queue", HOME, "orders", policy(statement("sqs:SendMessage", principal="*", condition=OURS))),
        Resource(
            "function",
            HOME,
            "order-intake",
            options={"role": "order-worker", "environment": {"STAGE": "prod", "LEGACY_KEY": NO_KEY}},
        ),
        Resource(
            "secret",
            HOME,
            "shop/backup-vendor",
            policy(statement("secretsmanager:GetSecretValue", principal={"AWS": root_arn(VENDOR)})),
        ),
        Resource("key", HOME, "shop-data"),
        Resource("snapshot", HOME, "orders-baseline", options={"shared": ["all"]}),  # the region's block closes it
        Resource("repository", HOME, "shop/checkout"),
    ),
)

DEV_ACCOUNT = Account(
    "dev",
    DEV,
    "shop-dev",
    mail("aws-shop-dev"),
    "Workloads/NonProd",
    {"environment": "dev"},
    contacts=contacts(OPERATIONS="ops@contractor-demo.example"),
    groups={"developers-admin": ("AdministratorAccess",)},
    users=(
        User("lena.becker", 350, True, 3, 60, group="developers-admin"),
        User("ci-runner", 200, keys=(AccessKey(60, 1), AccessKey(30, 2)), managed=("AmazonS3ReadOnlyAccess",)),
    ),
    roles=(
        Role("shared-tools", trust("*", OURS), ("ViewOnlyAccess",)),
        Role(
            "github-ci",
            github_trust(
                DEV,
                {
                    "StringEquals": {f"{GITHUB}:aud": "sts.amazonaws.com"},
                    "StringLike": {f"{GITHUB}:sub": "repo:nordlicht*"},
                },
            ),
            ("ViewOnlyAccess",),
        ),
        Role(
            "github-any",
            github_trust(DEV, {"StringEquals": {f"{GITHUB}:aud": "sts.amazonaws.com"}}),
            ("ViewOnlyAccess",),
        ),
        Role("backup-service", service_trust("backup")),
        Role("preview-worker", service_trust("lambda"), ("AWSLambdaBasicExecutionRole",)),
    ),
    oidc=(GITHUB,),
    guardrails=Guardrails(imds_open=(WEST,), vpc_block={WEST: "block-ingress"}),
    watch=Watch({**ON, EAST: "ENABLED"}, JOINED, published="SIX_HOURS"),
    resources=(
        Resource("network", WEST, "dev", options={"cidr": "10.30"}),
        Resource("group", WEST, "ssh-anywhere", options={"vpc": "dev", "open": [("tcp", 22, "::/0")]}),
        Resource("key_pair", WEST, "old-laptop"),
        Resource("key", HOME, "dev-data", options={"rotation": False}),
        Resource("image", HOME, "dev-golden", options={"shared": ["all"]}),
        Resource("queue", WEST, "preview-events", policy(statement("sqs:SendMessage", principal="*"))),
        Resource(
            "function",
            WEST,
            "preview-hook",
            options={"role": "preview-worker", "permissions": [{"Principal": "*"}]},
        ),
        Resource(
            "function",
            HOME,
            "thumbnailer",
            options={
                "role": "preview-worker",
                "permissions": [
                    {"Principal": "s3.amazonaws.com", "SourceArn": "arn:aws:s3:::nordlicht-demo-dev-uploads"}
                ],
            },
        ),
    ),
)

SANDBOX_ACCOUNT = Account(
    "sandbox",
    SANDBOX,
    "sandbox",
    mail("aws-sandbox"),
    "Sandbox",
    {"environment": "sandbox"},
    contacts=contacts(SECURITY=""),
    root=Root("not_supported"),
    passwords=(8, 3),
    advice={"Security Groups - Specific Ports Unrestricted": "error", "IAM Access Key Rotation": "warning"},
    users=(
        User("tom.ferber", 500, True, 200, 300, "virtual", managed=("ViewOnlyAccess",)),
        User("batch,reports", 300),
    ),
    roles=(
        Role(
            "ec2-playground",
            service_trust("ec2"),
            ("AdministratorAccess",),
            instance_profile=True,
            services={"s3": (3, HOME), "ec2": (5, EAST)},
        ),
        Role(  # a way from anybody's account to administrator: it starts a machine with ec2-playground
            "open-lab",
            trust({"AWS": "*"}),
            ("ViewOnlyAccess",),
            inline=policy(
                statement("ec2:RunInstances"),
                statement("iam:PassRole", resource=f"arn:aws:iam::{SANDBOX}:role/ec2-playground"),
            ),
            age=90,
        ),
    ),
    guardrails=Guardrails(
        None,
        REGIONS,
        REGIONS,
        everywhere("unblocked"),
        everywhere("unblocked"),
        REGIONS,
        emr_open=REGIONS,
        serial_console=REGIONS,
    ),
    watch=Watch({HOME: "ENABLED", WEST: "DISABLED"}, {HOME: "Enabled", WEST: "Disabled"}, (HOME, WEST)),
    resources=(
        Resource("network", HOME, "lab", options={"cidr": "10.40"}),
        Resource(
            "group",
            HOME,
            "rdp-open",
            options={
                "vpc": "lab",
                "open": [("tcp", 3389, "0.0.0.0/0")],
                "attach": "public",
                "profile": "ec2-playground",
                "key": "lab-key",
                "tokens": "optional",
                "image_owner": STRANGER,
            },
        ),
        Resource(
            "bucket",
            HOME,
            "nordlicht-demo-sandbox-share",
            policy(statement("s3:GetObject", principal="*", resource="arn:aws:s3:::nordlicht-demo-sandbox-share/*")),
            {"block": False},
        ),
        Resource("snapshot", HOME, "experiment-disk", options={"shared": ["all"]}),
        Resource(
            "secret",
            HOME,
            "lab/playground-token",
            policy(statement("secretsmanager:GetSecretValue", principal="*")),
            {"age": 30},
        ),
        Resource("topic", HOME, "lab-events", policy(statement("sns:Publish", principal="*"))),
    ),
)

LEGACY_ACCOUNT = Account(
    "legacy",
    LEGACY,
    "legacy-erp",
    mail("aws-erp"),
    "Exceptions",
    {"environment": "prod", "exception-reason": "ERP replacement project"},
    contacts=contacts(SECURITY="", BILLING=mail("anna.muster")),
    root=Root("true", False, 400),
    users=(
        User(
            "erp-interface",
            1250,
            keys=(AccessKey(1200), AccessKey(700, 500, active=False)),
            managed=("AmazonS3ReadOnlyAccess",),
        ),
        User("smtp-mailer", 500, service_credential="ses.amazonaws.com"),
    ),
    roles=(
        Role(
            "erp-integration",
            trust({"AWS": "*"}, {"StringEqualsIfExists": {"aws:PrincipalOrgID": ORG}}),
            ("ViewOnlyAccess",),
        ),
        Role(
            "consulting-access",
            trust({"AWS": root_arn(STRANGER)}, {"StringEquals": {"sts:ExternalId": "nordlicht"}}),
            ("ViewOnlyAccess",),
            used=220,
        ),
        Role("eventbridge-relay", service_trust("events")),
    ),
    saml=("legacy-idp",),
    certificates={"erp-frontend-2024": -200},
    sessions={HOME: {"s3BucketName": "", "cloudWatchLogGroupName": ""}},
    guardrails=Guardrails(
        (True, True, True, False),
        REGIONS,
        REGIONS,
        everywhere("unblocked"),
        everywhere("unblocked"),
        REGIONS,
        emr_open=(WEST,),
        serial_console=(HOME,),
        documents_public=(WEST, EAST),
    ),
    watch=Watch(hubs=()),
    resources=(
        Resource("network", HOME, "erp", options={"cidr": "10.50", "flow_log": "missing"}),
        Resource(
            "group",
            HOME,
            "erp-all-open",
            options={
                "vpc": "erp",
                "open": [("-1", 0, "0.0.0.0/0")],
                "attach": "private",
                "key": "erp-admin",
                "silent": 40,
                "patches": (4, 45),
                "tokens": "optional",
            },
        ),
        Resource("default_use", HOME, "erp-old-interface"),
        Resource("appliance", HOME, "erp-vpn", options={"vpc": "erp", "group": "erp-all-open"}),
        Resource(
            "bucket",
            HOME,
            "nordlicht-demo-erp-exchange",
            policy(
                statement(
                    ["s3:GetObject", "s3:PutObject"],
                    principal={"AWS": root_arn(STRANGER)},
                    resource="arn:aws:s3:::nordlicht-demo-erp-exchange/*",
                )
            ),
            {"block": False, "class": "Confidential", "versions": True, "lifecycle": [WEEKLY]},
        ),
        Resource("topic", HOME, "erp-alerts", policy(statement("sns:Subscribe", principal={"AWS": root_arn(VENDOR)}))),
        Resource("snapshot", HOME, "erp-database", options={"shared": [STRANGER]}),
        Resource("key", HOME, "erp-backup", options={"deleted": True}),
        Resource("share", HOME, "erp-partner", options={"principals": [STRANGER], "external": True}),
    ),
)
