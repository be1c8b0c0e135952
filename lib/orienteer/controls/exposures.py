"""Every resource that somebody outside could reach, by its policy, its sharing settings or its trust."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

import pandas as pd

from orienteer.controls.control import Client, control
from orienteer.controls.foundation import organization_id
from orienteer.controls.rows import Row, about, documents, records, told, verdict
from orienteer.model import Category, Severity
from orienteer.policy.exposure import exposure

LEVELS = ("private", "organization", "external", "public")
STORES = frozenset({"AWS::S3::Bucket", "AWS::SecretsManager::Secret", "AWS::EC2::Snapshot", "AWS::EC2::Image",
                    "AWS::RDS::DBSnapshot"})  # fmt: skip
"""Where reaching the resource is reaching the data."""
RESOURCES = (
    "s3_bucket_policies", "s3_bucket_acls", "s3_bucket_ownership", "s3_bucket_public_access_block",
    "s3_account_public_access_block", "sqs_queue_policies", "sns_topic_policies", "kms_key_policies",
    "lambda_function_policies", "ecr_repository_policies", "secretsmanager_secret_policies", "ec2_snapshot_shares",
    "ec2_image_shares", "ram_shares", "ram_share_principals", "iam_roles",
)  # fmt: skip
"""A resource found open in one of these stays open, whatever another could not tell."""
SERVICE_ROLES = "/aws-service-role/"


@dataclass(frozen=True, slots=True)
class Reached:
    """Who can reach one resource: the level, through what, whom it names, which call told it."""

    row: Row
    resource_type: str
    level: str
    vector: str
    principals: tuple[str, ...]
    evidence_call: str
    why: str = ""
    problems: tuple[str, ...] = ()


@dataclass(frozen=True)
class Ground:
    """What the levels are measured against: the organisation's id and accounts, those the client named with them."""

    org: str
    members: frozenset[str]
    known: frozenset[str] = field(default_factory=frozenset)

    def level_of(self, account: str, owner: str) -> str:
        """The level of sharing with an account, or with an organisation or OU by its ARN."""
        if account == owner:
            return "private"
        if account in self.members | self.known or (self.org and f"/{self.org}" in account):
            return "organization"
        return "external"


@control(
    "NET-06",
    title="Every public or externally shared resource is known and justified (resource policies, sharing APIs, network"
    " reachability)",
    category=Category.NETWORK,
    severity=Severity.CRITICAL,
    maturity=3,
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-resources.html",
    resource_type="AWS::IAM::Role",
    mappings={"cis": ["2.21"], "fsbp": ["S3.2", "S3.3", "EC2.1", "RDS.1", "Lambda.1"], "prowler":
              ["s3_bucket_public_access", "ec2_ebs_public_snapshot", "rds_snapshots_public_access",
              "awslambda_function_not_publicly_accessible", "sqs_queues_not_publicly_accessible",
              "sns_topics_not_publicly_accessible", "kms_key_not_publicly_accessible"], "scoutsuite":
              ["s3-bucket-world-policy-star.json", "ec2-ebs-snapshot-public.json", "rds-snapshot-public.json",
              "sqs-queue-world-policy.json", "sns-topic-world-policy.json"]},
    fail_stands_without=RESOURCES,
)  # fmt: skip
def exposed_resources(
    organization: pd.DataFrame,
    organization_accounts: pd.DataFrame,
    s3_bucket_policies: pd.DataFrame,
    s3_bucket_acls: pd.DataFrame,
    s3_bucket_ownership: pd.DataFrame,
    s3_bucket_public_access_block: pd.DataFrame,
    s3_account_public_access_block: pd.DataFrame,
    sqs_queue_policies: pd.DataFrame,
    sns_topic_policies: pd.DataFrame,
    kms_key_policies: pd.DataFrame,
    lambda_function_policies: pd.DataFrame,
    ecr_repository_policies: pd.DataFrame,
    secretsmanager_secret_policies: pd.DataFrame,
    ec2_snapshot_shares: pd.DataFrame,
    ec2_image_shares: pd.DataFrame,
    ram_shares: pd.DataFrame,
    ram_share_principals: pd.DataFrame,
    iam_roles: pd.DataFrame,
    *,
    accepted_exposures: Sequence[Any] = (),
    client: Client,
) -> pd.DataFrame:
    """What is open to strangers is found by strangers; each such thing needs somebody who knows why it is open.

    Fix: remove the public grant or record the exception with an end date.
    """
    members = frozenset(str(a["id"]) for a in records(organization_accounts) if a["id"])
    ground = Ground(organization_id(organization), members, frozenset(client.trusted_accounts))
    policies: tuple[tuple[pd.DataFrame, str, str], ...] = (
        (sqs_queue_policies, "AWS::SQS::Queue", "sqs:GetQueueAttributes"),
        (sns_topic_policies, "AWS::SNS::Topic", "sns:GetTopicAttributes"),
        (kms_key_policies, "AWS::KMS::Key", "kms:GetKeyPolicy"),
        (lambda_function_policies, "AWS::Lambda::Function", "lambda:GetPolicy"),
        (ecr_repository_policies, "AWS::ECR::Repository", "ecr:GetRepositoryPolicy"),
        (secretsmanager_secret_policies, "AWS::SecretsManager::Secret", "secretsmanager:GetResourcePolicy"),
    )
    blocks = (s3_bucket_public_access_block, s3_account_public_access_block)
    found = [
        *_buckets(s3_bucket_policies, s3_bucket_acls, s3_bucket_ownership, blocks, ground),
        *(by_policy(row, row["policy"], kind, call, ground) for table, kind, call in policies
          for row in records(table) if kind != "AWS::KMS::Key" or row["is_customer"]),
        *(by_policy(role, role["trust_policy"], "AWS::IAM::Role", "iam:GetAccountAuthorizationDetails", ground)
          for role in records(iam_roles) if not str(role["path"] or "").startswith(SERVICE_ROLES)),
        *_snapshots(records(ec2_snapshot_shares), ground),
        *_images(records(ec2_image_shares), ground),
        *_shares(records(ram_shares), records(ram_share_principals), ground),
    ]  # fmt: skip
    return told(_verdict(one, accepted_exposures) for one in found)


def by_policy(row: Row, policy: Any, kind: str, call: str, ground: Ground) -> Reached:
    """Who can reach a resource through its policy; nobody else where it has none."""
    if not policy:
        return Reached(row, kind, "private", "none", (), call)
    seen = exposure(
        policy, account_id=row["account_id"], org_id=ground.org or None, trusted_accounts=ground.members | ground.known,
        resource_type=kind,
    )  # fmt: skip
    widest = [grant for grant in seen.grants if grant.level == seen.level] if seen.level != "private" else []
    named = tuple(dict.fromkeys(grant.principal for grant in widest))
    vector = "trust policy" if kind == "AWS::IAM::Role" else "resource policy"
    return Reached(row, kind, seen.level, vector, named, call, widest[0].why if widest else "", seen.problems)


def _buckets(
    policies: pd.DataFrame, acls: pd.DataFrame, ownership: pd.DataFrame, blocks: Sequence[pd.DataFrame], ground: Ground
) -> Iterator[Reached]:
    """Buckets by policy and ACL, as the public access blocks of bucket and account leave them."""
    of_bucket = {(r["account_id"], r["resource_id"]): r for r in records(blocks[0])}
    of_account = {r["account_id"]: r for r in records(blocks[1])}
    owner = {(r["account_id"], r["resource_id"]): r["object_ownership"] for r in records(ownership)}
    granted = {(r["account_id"], r["resource_id"]): r for r in records(acls)}
    for row in records(policies):
        key = (row["account_id"], row["resource_id"])
        both = (of_bucket.get(key, {}), of_account.get(row["account_id"], {}))
        read = key in of_bucket and row["account_id"] in of_account
        seen = by_policy(row, row["policy"], "AWS::S3::Bucket", "s3:GetBucketPolicy", ground)
        if seen.level == "public" and any(block.get("restrict_public_buckets") for block in both):
            why = "The policy is public, but RestrictPublicBuckets leaves it to the account and AWS services."
            seen = Reached(row, seen.resource_type, "private", "none", (), seen.evidence_call, why)
        elif seen.level == "public" and not read:
            continue  # a block that was not read may close it; the gap stands for the bucket
        level, who = _acl(granted.get(key, {}))
        ignored = any(block.get("ignore_public_acls") for block in both) and level == "public"
        if owner.get(key) != "BucketOwnerEnforced" and not ignored and LEVELS.index(level) > LEVELS.index(seen.level):
            if key not in owner or (level == "public" and not read):
                continue
            seen = Reached(row, seen.resource_type, level, "ACL", who, "s3:GetBucketAcl", "", seen.problems)
        yield seen


def _acl(acl: Mapping[str, Any]) -> tuple[str, tuple[str, ...]]:
    """Whom a bucket's ACL lets in beside the owner."""
    grantees = [g.get("Grantee") or {} for g in documents(acl.get("grants"))]
    groups = tuple(
        sorted(
            {str(g["URI"]) for g in grantees if str(g.get("URI", "")).endswith(("/AllUsers", "/AuthenticatedUsers"))}
        )
    )
    others = tuple(sorted({str(g["ID"]) for g in grantees if g.get("ID") and g["ID"] != acl.get("owner_id")}))
    return ("public", groups) if groups else ("external", others) if others else ("private", ())


def _snapshots(shares: Iterable[Row], ground: Ground) -> Iterator[Reached]:
    for row in shares:
        accounts = [str(a) for a in documents(row["account_ids"]) if a]
        level, who = _shared(accounts, row["account_id"], ground, bool(row["is_public"]))
        yield Reached(row, "AWS::EC2::Snapshot", level, "share", who, "ec2:DescribeSnapshotAttribute")


def _images(shares: Iterable[Row], ground: Ground) -> Iterator[Reached]:
    for row in shares:
        named = [str(a) for a in [*documents(row["account_ids"]), *documents(row["organization_arns"])] if a]
        public = bool(row["is_public"]) or "all" in documents(row["groups"])
        level, who = _shared(named, row["account_id"], ground, public)
        yield Reached(row, "AWS::EC2::Image", level, "share", who, "ec2:DescribeImageAttribute")


def _shared(named: list[str], owner: str, ground: Ground, public: bool) -> tuple[str, tuple[str, ...]]:
    if public:
        return "public", ("everybody",)
    levels = {one: ground.level_of(one, owner) for one in named}
    level = max(levels.values(), key=LEVELS.index, default="private")
    return level, tuple(one for one, found in levels.items() if found == level and level != "private")


def _shares(shares: Iterable[Row], principals: Iterable[Row], ground: Ground) -> Iterator[Reached]:
    """Resource shares; one that may take accounts from outside is shown as external even while it has none."""
    found: dict[str, list[str]] = {}
    for one in principals:
        if one["principal"] and one["status"] in (None, "ASSOCIATED", "ASSOCIATING"):
            found.setdefault(one["share_arn"], []).append(_account_of(str(one["principal"])))
    for row in shares:
        if row["status"] in ("DELETED", "DELETING"):
            continue
        level, who = _shared(found.get(row["share_arn"], []), row["account_id"], ground, False)
        why = ""
        if row["allow_external"] and not who:
            level, why = "external", "The share takes accounts from outside the organization, though none is in it yet."
        yield Reached(row, "AWS::RAM::ResourceShare", level, "resource share", who, "ram:GetResourceShareAssociations",
                      why)  # fmt: skip


def _account_of(principal: str) -> str:
    """The account of a role or user ARN; organisations, OUs and bare ids stay as they are."""
    parts = principal.split(":")
    return parts[4] if len(parts) > 5 and parts[2] == "iam" else principal


def _verdict(one: Reached, accepted: Sequence[Any]) -> Row:
    """The verdict about one resource."""
    row = one.row
    excuse = next((e for e in accepted if _covers(e, row)), None)
    evidence = {
        "account_id": row["account_id"], "region": row["region"], "resource_type": one.resource_type,
        "resource_id": row["resource_id"], "vector": one.vector, "exposure_class": one.level,
        "principal": list(one.principals), "evidence_call": one.evidence_call, "accepted": excuse is not None,
    }  # fmt: skip
    keyed: dict[str, Any] = {**about(row), "evidence": evidence, "resource_type": one.resource_type}
    if one.level == "public":
        severity = "critical" if one.resource_type in STORES else "high"
        return verdict(
            "FAIL", one.why or f"Everybody can reach this resource ({one.vector}).", severity=severity, **keyed
        )
    if one.level == "external" and excuse is None:
        who = ", ".join(one.principals[:5])
        return verdict("FAIL", one.why or f"Shared outside the organization with {who}.", severity="high", **keyed)
    if one.problems:
        text = f"Part of the policy cannot be read ({one.problems[0]}); whom does it let in?"
        return verdict("MANUAL", text, **keyed)
    if one.level == "external":
        reason = excuse.get("reason") if isinstance(excuse, Mapping) else ""
        return verdict("PASS", f"Shared outside the organization, accepted: {reason or 'no reason given'}.", **keyed)
    words = {
        "private": "Nobody outside the account can reach it.",
        "organization": "Shared inside the organization only.",
    }
    return verdict("PASS", one.why or words[one.level], **keyed)


def _covers(excuse: Any, row: Row) -> bool:
    """Whether an accepted exposure (a resource pattern, or {resource, account, reason}) names the resource."""
    given = excuse if isinstance(excuse, Mapping) else {"resource": excuse}
    pattern = str(given.get("resource") or "")
    account = given.get("account")
    names = [str(row["resource_id"]), str(row["resource_arn"] or "")]
    return bool(pattern) and account in (None, row["account_id"]) and any(fnmatchcase(n, pattern) for n in names)
