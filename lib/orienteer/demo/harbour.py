"""Example Harbour, the second demo client: smaller, guardrails at the root, no identity centre. Fictional."""

from __future__ import annotations

from .documents import (
    deny_leaving,
    deny_root,
    log_bucket,
    protect_security,
    region_list,
    service_trust,
    trail_key,
)
from .plan import (
    HOME,
    REGIONS,
    AccessKey,
    Account,
    Analyzer,
    Guardrails,
    Organization,
    Policy,
    Refused,
    Resource,
    Role,
    Root,
    Trail,
    User,
    Watch,
    policy,
    root_arn,
    statement,
    trust,
)

DOMAIN = "harbour-demo.example"
ORG = "o-demoharbo2"
MANAGEMENT, SECURITY, LOGS, PLATFORM, CRANE, CRANE_TEST, LEDGER, PIER, PLAY, LIGHTSHIP = (
    f"53070000{n:04d}" for n in range(21, 31)
)
PARTNER = "900200000028"
WEST, EAST = "eu-west-1", "us-east-1"
TRAIL = f"arn:aws:cloudtrail:{HOME}:{MANAGEMENT}:trail/harbour-org-trail"
BUCKET = "harbour-demo-org-logs"
TRAIL_KEY = "22222222-3333-4444-8555-666666666666"
ACCESS_LOGS = "harbour-demo-access-logs"
BOOKS = "harbour-demo-ledger-books"
LOGS_AGE = {
    "ID": "logs-age",
    "Status": "Enabled",
    "Filter": {"Prefix": "AWSLogs/"},
    "Transitions": [{"Days": 90, "StorageClass": "GLACIER"}],
    "Expiration": {"Days": 730},
    "NoncurrentVersionExpiration": {"NoncurrentDays": 30},
}
OURS = {"StringEquals": {"aws:PrincipalOrgID": ORG}}

_ON = Watch(dict.fromkeys(REGIONS, "ENABLED"), dict.fromkeys(REGIONS, "Enabled"), ())


def _mail(name: str) -> str:
    return f"{name}@{DOMAIN}"


_CONTACTS = {"SECURITY": _mail("security"), "BILLING": _mail("billing"), "OPERATIONS": _mail("operations")}

ACCOUNTS = (
    Account(
        "management",
        MANAGEMENT,
        "harbour-management",
        _mail("aws-root"),
        tags={"environment": "prod"},
        age=1200,
        contacts=_CONTACTS,
        root=Root("true", True, 300, hardware=True),
        watch=_ON,
        resources=(
            Resource(
                "bucket",
                HOME,
                ACCESS_LOGS,
                policy(
                    statement(
                        "s3:PutObject",
                        principal={"Service": "logging.s3.amazonaws.com"},
                        resource=f"arn:aws:s3:::{ACCESS_LOGS}/*",
                        condition={"StringEquals": {"aws:SourceAccount": MANAGEMENT}},
                    )
                ),
            ),
            Resource(
                "bucket",
                HOME,
                BUCKET,
                log_bucket(BUCKET, TRAIL, {"StringEquals": {"aws:SourceArn": TRAIL}}),
                {"versions": True, "locked_days": 400, "lifecycle": [LOGS_AGE], "access_logs": ACCESS_LOGS},
            ),
            Resource(
                "key",
                HOME,
                "org-trail",
                trail_key(MANAGEMENT, TRAIL, {"AWS": root_arn(MANAGEMENT)}),
                {"id": TRAIL_KEY},
            ),
        ),
    ),
    Account(
        "audit",
        SECURITY,
        "harbour-security",
        _mail("aws-security"),
        "Governance",
        {"environment": "prod"},
        contacts=_CONTACTS,
        watch=Watch(dict.fromkeys(REGIONS, "ENABLED"), hubs=()),
    ),
    Account(
        "archive",
        LOGS,
        "harbour-logs",
        _mail("aws-logs"),
        "Governance",
        {"environment": "prod"},
        contacts=_CONTACTS,
        watch=_ON,
    ),
    Account(
        "platform",
        PLATFORM,
        "harbour-platform",
        _mail("aws-platform"),
        "Platform",
        {"environment": "prod"},
        contacts=_CONTACTS,
        watch=_ON,
        resources=(
            Resource("network", HOME, "quay", options={"cidr": "10.60"}),
            Resource("key", HOME, "platform"),
            Resource("key", HOME, "incident-evidence"),
            Resource("bucket", HOME, "harbour-demo-incident-evidence", options={"object_lock": True}),
            Resource("group", HOME, "isolation", options={"vpc": "quay", "open": (), "isolates": True}),
            Resource("share", HOME, "quay-subnets", options={"principals": [CRANE]}),
        ),
    ),
    Account(
        "crane",
        CRANE,
        "crane-prod",
        _mail("aws-crane"),
        "Workloads",
        {"environment": "prod"},
        contacts=_CONTACTS,
        root=Root("true", True, 500),
        users=(User("pier-bot", 130, keys=(AccessKey(120, 2),), managed=("AmazonS3ReadOnlyAccess",)),),
        roles=(Role("crane-worker", service_trust("lambda"), ("AWSLambdaBasicExecutionRole",)),),
        saml=("harbour-directory",),
        watch=_ON,
        resources=(
            Resource("network", HOME, "crane", options={"cidr": "10.61"}),
            Resource(
                "group",
                HOME,
                "crane-database",
                options={
                    "vpc": "crane",
                    "open": [("tcp", 5432, "0.0.0.0/0")],
                    "attach": "private",
                    "silent": 0,
                    "patches": (0, 1),
                },
            ),
            Resource("queue", HOME, "moves", policy(statement("sqs:SendMessage", principal="*", condition=OURS))),
            Resource("function", HOME, "move-planner", options={"role": "crane-worker"}),
        ),
    ),
    Account(
        "crane-test",
        CRANE_TEST,
        "crane-test",
        _mail("aws-crane-test"),
        "Workloads",
        {"environment": "test"},
        contacts=_CONTACTS,
        resources=(Resource("queue", WEST, "test-moves"),),
        guardrails=Guardrails(ebs_plain=(WEST,)),
        watch=Watch({**_ON.guardduty, WEST: "DISABLED"}, {**_ON.membership, WEST: "Disabled"}, ()),
    ),
    Account(
        "ledger",
        LEDGER,
        "ledger",
        _mail("aws-ledger"),
        "Finance",
        contacts=_CONTACTS,
        guardrails=Guardrails(s3_block=None),
        watch=_ON,
        resources=(
            Resource(
                "secret",
                HOME,
                "ledger/partner",
                policy(statement("secretsmanager:GetSecretValue", principal={"AWS": root_arn(PARTNER)})),
            ),
            Resource("bucket", HOME, BOOKS),
        ),
        refused=(
            Refused(
                "s3", "GetBucketPolicy", resource=BOOKS, because="with an explicit deny in a resource-based policy"
            ),
            Refused("ec2", region=EAST, because="because no permissions boundary allows the {action} action"),
        ),
    ),
    Account(
        "pier",
        PIER,
        "pier-nine",
        _mail("aws-pier-nine"),
        "Onboarding",
        {"environment": "dev"},
        age=40,
        contacts={kind: mail for kind, mail in _CONTACTS.items() if kind != "OPERATIONS"},
        root=Root("true", False, 45),
        advice=None,
        roles=(
            Role(
                "partner-sync",
                trust(
                    {"AWS": f"arn:aws:iam::{PARTNER}:role/sync"},
                    {"StringEquals": {"sts:ExternalId": "Hb7-qwPz-19Lk-x0Rt"}},
                ),
                ("ViewOnlyAccess",),
            ),
        ),
        guardrails=Guardrails(default_vpcs=REGIONS),
        watch=_ON,
        resources=(
            Resource(
                "bucket",
                HOME,
                "harbour-demo-pier-files",
                policy(statement("s3:GetObject", principal="*", resource="arn:aws:s3:::harbour-demo-pier-files/*")),
            ),
        ),
    ),
    Account(
        "play",
        PLAY,
        "harbour-playground",
        _mail("aws-play"),
        "Sandbox",
        {"environment": "dev"},
        contacts=_CONTACTS,
        watch=_ON,
    ),
    Account(  # bought last month, and nobody has rolled out the audit role there yet
        "lightship",
        LIGHTSHIP,
        "lightship-radio",
        _mail("aws-lightship"),
        "Onboarding",
        {"environment": "dev"},
        age=30,
        contacts=_CONTACTS,
        watch=_ON,
        audited=False,
    ),
)

POLICIES = (
    Policy("deny-leaving", deny_leaving(), ("/",)),
    Policy("deny-root-user", deny_root(), ("/",)),
    Policy("region-list", region_list(["eu-central-1", "eu-west-1"], ["ec2", "lambda", "rds"]), ("/",)),
    Policy("protect-security-services", protect_security(), ("/",)),
)

_SERVICES = tuple(f"{name}.amazonaws.com" for name in ("access-analyzer", "cloudtrail", "config", "guardduty", "iam"))

HARBOUR = Organization(
    seed=2,
    name="Example Harbour",
    slug="demo-harbour",
    org_id=ORG,
    domain=DOMAIN,
    external_id="Wz4k-91b0-7dE3-h6Ts",
    accounts=ACCOUNTS,
    ous=(
        "Governance",
        "Platform",
        "Workloads",
        "Finance",
        "Onboarding",
        "Sandbox",
        "Forensics",
        "Suspended",
    ),
    policies=POLICIES,
    policy_types=("SERVICE_CONTROL_POLICY",),
    anomaly_monitor=True,
    cost_bucket="harbour-demo-finance-costs",
    emptied=(),
    trusted_services=_SERVICES,
    delegated={service: "audit" for service in _SERVICES if not service.startswith("cloudtrail")},
    delegation_policy=None,
    root_features=(),
    identity_center=False,
    permission_sets=(),
    directory={},
    local_users=(),
    analyzers=(
        *(Analyzer(region, "organization", "ORGANIZATION") for region in REGIONS),
        Analyzer(HOME, "unused", "ORGANIZATION_UNUSED_ACCESS", unused_age=90),
    ),
    trail=Trail(
        "harbour-org-trail", BUCKET, multi_region=False, kms_key=f"arn:aws:kms:{HOME}:{MANAGEMENT}:key/{TRAIL_KEY}"
    ),
    guardduty=dict.fromkeys(REGIONS, ("audit", "ALL")),
    security_hub={},
)
