"""What a demo organization is made of, as values: accounts, people, roles, resources, guardrails."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

REGIONS = ("eu-central-1", "eu-west-1", "us-east-1")
HOME = "eu-central-1"
NOT_OPTED_IN = ("af-south-1", "ap-east-1", "me-south-1")
PLANS = ("S3_DATA_EVENTS", "EKS_AUDIT_LOGS", "RDS_LOGIN_EVENTS", "LAMBDA_NETWORK_LOGS", "EBS_MALWARE_PROTECTION")
"""Protection plans of GuardDuty."""
ALL_TYPES = ("SECURITY", "BILLING", "OPERATIONS")
EXTERNAL = "ExternalAccess"

Document = Mapping[str, Any]
Used = tuple[int, str]
"""When a service was last called, in days before the demo's clock, and in which region."""


@dataclass(frozen=True)
class AccessKey:
    """An access key; ages in days before the demo's clock, `used` None when it never was."""

    age: int
    used: int | None = None
    active: bool = True
    service: str = "s3"
    region: str = HOME


@dataclass(frozen=True)
class User:
    """An IAM user; `mfa` is none, virtual or fido; `password_used` None when it never was; `services` as of a role."""

    name: str
    age: int
    password: bool = False
    password_used: int | None = None
    password_changed: int = 30
    mfa: str = "none"
    keys: tuple[AccessKey, ...] = ()
    managed: tuple[str, ...] = ()
    group: str = ""
    inline: Document | None = None
    service_credential: str = ""
    services: Mapping[str, Used] | None = None


@dataclass(frozen=True)
class Root:
    """The root user; `password` is true, false or not_supported as the credential report prints it."""

    password: str = "false"  # noqa: S105
    mfa: bool = False
    password_used: int | None = None
    keys: tuple[AccessKey, ...] = ()
    hardware: bool = False  # its MFA device is a security key, which no list shows


@dataclass(frozen=True)
class Role:
    """An IAM role; `used` in days before the clock, None when never; `customer` are policies of the account's own.

    `services` are those it called; None: some usual ones of those it may call.
    """

    name: str
    trust: Document
    managed: tuple[str, ...] = ()
    inline: Document | None = None
    customer: Mapping[str, Document] = field(default_factory=dict)
    age: int = 300
    used: int | None = 3
    instance_profile: bool = False
    services: Mapping[str, Used] | None = None


@dataclass(frozen=True)
class Resource:
    """Anything else that lives in a region; `kind` names the function of the builder that makes it."""

    kind: str
    region: str
    name: str
    policy: Document | None = None
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Guardrails:
    """Settings of an account by region; a region that a mapping leaves out has the safe value."""

    s3_block: tuple[bool, bool, bool, bool] | None = (True, True, True, True)
    ebs_plain: tuple[str, ...] = ()
    imds_open: tuple[str, ...] = ()
    snapshots: Mapping[str, str] = field(default_factory=dict)
    images: Mapping[str, str] = field(default_factory=dict)
    default_vpcs: tuple[str, ...] = ()
    emr_open: tuple[str, ...] = ()
    serial_console: tuple[str, ...] = ()
    documents_public: tuple[str, ...] = ()
    vpc_block: Mapping[str, str] = field(default_factory=dict)  # off where it leaves a region out


@dataclass(frozen=True)
class Watch:
    """Detection of an account: GuardDuty by region (ENABLED, DISABLED; absent: none), regions with Security Hub.

    `plans_off` are protection plans of GuardDuty that its detectors do not run, `published` how often they publish.
    """

    guardduty: Mapping[str, str] = field(default_factory=dict)
    membership: Mapping[str, str] = field(default_factory=dict)
    hubs: tuple[str, ...] = REGIONS
    plans_off: tuple[str, ...] = ()
    published: str = "FIFTEEN_MINUTES"


@dataclass(frozen=True)
class Refused:
    """Calls that AWS refuses the audit role; without operation, region or resource: whichever.

    `because` is the end of AWS's message, `{action}` in it the action.
    """

    service: str
    operation: str = ""
    region: str = ""
    resource: str = ""
    because: str = "because no identity-based policy allows the {action} action"


@dataclass(frozen=True)
class Account:
    """One account of the organization; `ou` is the OU's path from the root, empty directly below it.

    `audited` is false where the audit role was never made; `refused` says what the role must not ask.
    """

    key: str
    id: str
    name: str
    email: str
    ou: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    age: int = 900
    contacts: Mapping[str, str] = field(default_factory=dict)
    root: Root = Root()
    users: tuple[User, ...] = ()
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    roles: tuple[Role, ...] = ()
    oidc: tuple[str, ...] = ()
    saml: tuple[str, ...] = ()
    passwords: tuple[int, int] = (0, 0)  # length and how many may not come back; zeros: AWS's default
    advice: Mapping[str, str] | None = field(default_factory=dict)  # Trusted Advisor: check -> status; None: no plan
    sessions: Mapping[str, Document] = field(default_factory=dict)  # region -> preferences of Session Manager
    certificates: Mapping[str, int] = field(default_factory=dict)  # name -> days until it expires
    trust_anchors: tuple[str, ...] = ()
    guardrails: Guardrails = Guardrails()
    watch: Watch = Watch()
    resources: tuple[Resource, ...] = ()
    audited: bool = True
    budget: bool = False
    refused: tuple[Refused, ...] = ()


@dataclass(frozen=True)
class Policy:
    """An organization policy and the OU paths, account keys or `/` (the root) it is attached to."""

    name: str
    document: Document
    targets: tuple[str, ...]
    type: str = "SERVICE_CONTROL_POLICY"


@dataclass(frozen=True)
class PermissionSet:
    """An Identity Center permission set; `assigned` holds account keys, `boundary` an AWS managed policy ARN.

    `holder` is the group that holds it; one with an @ is a user.
    """

    name: str
    managed: tuple[str, ...] = ()
    inline: Document | None = None
    boundary: str = ""
    assigned: tuple[str, ...] = ()
    holder: str = ""
    session: str = "PT8H"


@dataclass(frozen=True)
class Finding:
    """An IAM Access Analyzer finding, of external access unless `type` says another."""

    region: str
    account: str
    resource: str
    resource_type: str
    principal: Mapping[str, str]
    actions: tuple[str, ...]
    age: int
    public: bool = False
    status: str = "ACTIVE"
    type: str = EXTERNAL


@dataclass(frozen=True)
class ArchiveRule:
    """An archive rule; `criteria` maps a finding property to the values it must equal."""

    name: str
    criteria: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Analyzer:
    """An analyzer of the audit account; `unused_age` in days, of one for unused access."""

    region: str
    name: str
    type: str
    archive_rules: tuple[ArchiveRule, ...] = ()
    findings: tuple[Finding, ...] = ()
    unused_age: int = 0


@dataclass(frozen=True)
class Trail:
    """The organization's CloudTrail trail, owned by the management account.

    `data` are ARNs of which it takes data events, `log_group` the name of the group that gets its events.
    """

    name: str
    bucket: str
    multi_region: bool = True
    validation: bool = True
    kms_key: str = ""
    home: str = HOME
    data: tuple[str, ...] = ()
    log_group: str = ""


@dataclass(frozen=True)
class Organization:
    """One demo client."""

    seed: int
    name: str
    slug: str
    org_id: str
    domain: str
    external_id: str
    accounts: tuple[Account, ...]
    ous: tuple[str, ...]
    policies: tuple[Policy, ...]
    policy_types: tuple[str, ...]
    emptied: tuple[str, ...]  # OU paths that have lost the full access policy
    trusted_services: tuple[str, ...]
    delegated: Mapping[str, str]  # service principal -> account key
    delegation_policy: Document | None
    root_features: tuple[str, ...]
    identity_center: bool
    permission_sets: tuple[PermissionSet, ...]
    directory: Mapping[str, tuple[str, ...]]  # groups of Identity Center -> names of their members
    local_users: tuple[str, ...]  # of the directory's users those that no identity provider made
    analyzers: tuple[Analyzer, ...]
    trail: Trail
    guardduty: Mapping[str, tuple[str, str]]  # region -> (delegate's account key, auto-enable of members)
    anomaly_monitor: bool = field(default=False, kw_only=True)
    baseline_units: tuple[str, ...] = field(default=(), kw_only=True)  # names of units that a StackSet deploys to
    cost_bucket: str = field(default="", kw_only=True)  # bucket of another account that cost data goes to
    declared: Mapping[str, Document] = field(default_factory=dict, kw_only=True)  # EC2 policy in force, by account key
    security_hub: Mapping[str, tuple[str, str, bool]]  # region -> (delegate's key, configuration type, auto-enable)

    @property
    def management(self) -> Account:
        """The management account: always the first."""
        return self.accounts[0]

    def account(self, key: str) -> Account:
        """The account of that key."""
        return next(account for account in self.accounts if account.key == key)


def policy(*statements: Document, version: str = "2012-10-17") -> Document:
    """A policy document of these statements."""
    return {"Version": version, "Statement": list(statements)}


def statement(
    action: str | list[str],
    *,
    effect: str = "Allow",
    principal: Any = None,
    resource: str | list[str] | None = "*",
    condition: Document | None = None,
    sid: str = "",
    other: Document | None = None,
) -> Document:
    """One statement; parts that are not given are left out. `other` adds or replaces members such as NotAction."""
    parts: dict[str, Any] = {"Sid": sid, "Effect": effect, "Principal": principal, "Action": action}
    parts |= {"Resource": resource, "Condition": condition, **(other or {})}
    return {name: value for name, value in parts.items() if value not in (None, "", [])}


def trust(principal: Any, condition: Document | None = None, action: str = "sts:AssumeRole") -> Document:
    """A role trust policy with one statement."""
    return policy(statement(action, principal=principal, resource=None, condition=condition))


def text(document: Document) -> str:
    """The document as JSON text."""
    return json.dumps(document)


def root_arn(account_id: str) -> str:
    """The ARN that stands for the whole account in a policy."""
    return f"arn:aws:iam::{account_id}:root"
