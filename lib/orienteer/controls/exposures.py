"""Every resource that somebody outside could reach, by its policy, its sharing settings or its trust."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import Any

import pandas as pd

from orienteer.controls.accepted import ended
from orienteer.controls.control import control
from orienteer.controls.rows import Row, about, records, told, verdict
from orienteer.facts.foundation import organization_id
from orienteer.facts.values import documents
from orienteer.model import Category, Severity
from orienteer.parameters import Client
from orienteer.policy.exposure import exposure

RESTRICT, IGNORE = "restrict_public_buckets", "ignore_public_acls"
LEVELS = ("private", "organization", "external", "public")
STORES = frozenset({"AWS::S3::Bucket", "AWS::SecretsManager::Secret", "AWS::EC2::Snapshot", "AWS::EC2::Image",
                    "AWS::RDS::DBSnapshot"})  # fmt: skip
"""Where reaching the resource is reaching the data."""
ORGANIZATION = ("organization", "organization_accounts")
RESOURCES = (
    "s3_bucket_policies", "s3_bucket_policy_status", "s3_bucket_acls", "s3_bucket_ownership",
    "s3_bucket_public_access_block", "s3_account_public_access_block", "sqs_queue_policies", "sns_topic_policies",
    "kms_key_policies", "lambda_function_policies", "ecr_repository_policies", "secretsmanager_secret_policies",
    "ec2_snapshot_shares", "ec2_image_shares", "ram_shares", "ram_share_principals", "iam_roles",
)  # fmt: skip
"""A resource found open in one of these stays open, whatever another could not tell."""
BUCKET = ("s3_bucket_policies", "s3_bucket_acls", "s3_bucket_ownership")
BLOCKS = ("s3_bucket_public_access_block", "s3_account_public_access_block")
EXPOSED: Mapping[str, tuple[str, ...]] = {
    "s3-bucket-policy": ("s3_bucket_policies", "s3_bucket_policy_status", *BLOCKS),
    "s3-bucket-acl": ("s3_bucket_acls", "s3_bucket_ownership", *BLOCKS),
    "sqs-queue": ("sqs_queue_policies",), "sns-topic": ("sns_topic_policies",), "kms-key-policy": ("kms_key_policies",),
    "lambda-function-policy": ("lambda_function_policies",), "ecr-repository": ("ecr_repository_policies",),
    "secretsmanager-secret": ("secretsmanager_secret_policies",), "ec2-ebs-snapshot": ("ec2_snapshot_shares",),
    "ec2-ami": ("ec2_image_shares",), "ram-resource-share": ("ram_shares", "ram_share_principals"),
    "iam-role-trust": ("iam_roles",),
}  # fmt: skip
"""Exposable resource types by id, and the tables that tell who can reach one."""
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
    tables: tuple[str, ...]
    why: str = ""
    problems: tuple[str, ...] = ()
    stands: bool = True  # False: it would be nothing if a table of `tables` that was not read said so


@dataclass(frozen=True)
class Ground:
    """What the levels are measured against: the organization's id and accounts, those the client named with them."""

    org: str
    members: frozenset[str]
    known: frozenset[str] = field(default_factory=frozenset)

    def level_of(self, account: str, owner: str) -> str:
        """The level of sharing with an account, or with an organization or OU by its ARN."""
        if account == owner:
            return "private"
        if account in self.members | self.known or (self.org and self.org in account.split("/")):
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
    resource_type="AWS::::Account",
    mappings={"cis": ["2.21"], "fsbp": ["S3.2", "S3.3", "EC2.1", "RDS.1", "Lambda.1"], "prowler":
              ["s3_bucket_public_access", "ec2_ebs_public_snapshot", "rds_snapshots_public_access",
              "awslambda_function_not_publicly_accessible", "sqs_queues_not_publicly_accessible",
              "sns_topics_not_publicly_accessible", "kms_key_not_publicly_accessible"], "scoutsuite":
              ["s3-bucket-world-policy-star.json", "ec2-ebs-snapshot-public.json", "rds-snapshot-public.json",
              "sqs-queue-world-policy.json", "sns-topic-world-policy.json"]},
    fail_stands_without=RESOURCES,
    refined_by=("s3_bucket_policy_status",),
    exposes=EXPOSED,
)  # fmt: skip
def exposed_resources(
    organization: pd.DataFrame,
    organization_accounts: pd.DataFrame,
    s3_bucket_policies: pd.DataFrame,
    s3_bucket_policy_status: pd.DataFrame,
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
    as_of: pd.Timestamp,
) -> pd.DataFrame:
    """What is open to strangers is found by strangers; each such thing needs somebody who knows why it is open.

    Fix: remove the public grant or record the exception with an end date.
    """
    members = frozenset(str(a["id"]) for a in records(organization_accounts) if a["id"])
    ground = Ground(organization_id(organization), members, frozenset(client.trusted_accounts))
    policies: tuple[tuple[pd.DataFrame, str, str, str], ...] = (
        (sqs_queue_policies, "sqs_queue_policies", "AWS::SQS::Queue", "sqs:GetQueueAttributes"),
        (sns_topic_policies, "sns_topic_policies", "AWS::SNS::Topic", "sns:GetTopicAttributes"),
        (kms_key_policies, "kms_key_policies", "AWS::KMS::Key", "kms:GetKeyPolicy"),
        (lambda_function_policies, "lambda_function_policies", "AWS::Lambda::Function", "lambda:GetPolicy"),
        (ecr_repository_policies, "ecr_repository_policies", "AWS::ECR::Repository", "ecr:GetRepositoryPolicy"),
        (secretsmanager_secret_policies, "secretsmanager_secret_policies", "AWS::SecretsManager::Secret",
         "secretsmanager:GetResourcePolicy"),
    )  # fmt: skip
    blocks = (s3_bucket_public_access_block, s3_account_public_access_block)
    found = [
        *_buckets(s3_bucket_policies, s3_bucket_policy_status, s3_bucket_acls, s3_bucket_ownership, blocks, ground),
        *(by_policy(row, row["policy"], kind, call, ground, (name,)) for table, name, kind, call in policies
          for row in records(table) if kind != "AWS::KMS::Key" or row["is_customer"]),
        *(by_policy(role, role["trust_policy"], "AWS::IAM::Role", "iam:GetAccountAuthorizationDetails", ground,
                    ("iam_roles",))
          for role in records(iam_roles) if not str(role["path"] or "").startswith(SERVICE_ROLES)),
        *_snapshots(records(ec2_snapshot_shares), ground),
        *_images(records(ec2_image_shares), ground),
        *_shares(records(ram_shares), records(ram_share_principals), ground),
    ]  # fmt: skip
    return told(_verdict(one, accepted_exposures, as_of) for one in found)


def by_policy(row: Row, policy: Any, kind: str, call: str, ground: Ground, tables: tuple[str, ...]) -> Reached:
    """Who can reach a resource through its policy; nobody else where it has none."""
    if not policy:
        return Reached(row, kind, "private", "none", (), call, tables)
    seen = exposure(
        policy, account_id=row["account_id"], org_id=ground.org or None, trusted_accounts=ground.members | ground.known,
        resource_type=kind,
    )  # fmt: skip
    widest = [grant for grant in seen.grants if grant.level == seen.level] if seen.level != "private" else []
    named = tuple(dict.fromkeys(grant.principal for grant in widest))
    vector = "trust policy" if kind == "AWS::IAM::Role" else "resource policy"
    why = widest[0].why if widest else ""
    return Reached(row, kind, seen.level, vector, named, call, tables, why, seen.problems)


def _buckets(
    policies: pd.DataFrame, status: pd.DataFrame, acls: pd.DataFrame, ownership: pd.DataFrame,
    blocks: Sequence[pd.DataFrame], ground: Ground,
) -> Iterator[Reached]:  # fmt: skip
    """Buckets by policy and ACL, as the public access blocks of bucket and account leave them."""
    of_bucket, owner, granted, called = (
        {(r["account_id"], r["resource_id"]): r for r in records(table)}
        for table in (blocks[0], ownership, acls, status)
    )
    of_account = {r["account_id"]: r for r in records(blocks[1])}
    for row in records(policies):
        key = (row["account_id"], row["resource_id"])
        both = (of_bucket.get(key, {}), of_account.get(row["account_id"], {}))
        closed = {flag: any(block.get(flag) for block in both) for flag in (RESTRICT, IGNORE)}
        read = key in of_bucket and row["account_id"] in of_account
        seen = by_policy(row, row["policy"], "AWS::S3::Bucket", "s3:GetBucketPolicy", ground, BUCKET)
        if seen.level == "public" and closed[RESTRICT]:
            why = "The policy is public, but RestrictPublicBuckets leaves it to the account and AWS services."
            seen = replace(seen, level="private", vector="none", principals=(), why=why)
        elif seen.level == "public" and not read:  # a block that was not read may close it
            seen = replace(seen, tables=(*BUCKET, *BLOCKS), stands=False)
        elif seen.level != "public" and called.get(key, {}).get("is_public") and not closed[RESTRICT]:
            seen = replace(seen, problems=(*seen.problems, "S3 itself calls the policy public"))
        level, who = _acl(granted.get(key, {}))
        ignored = closed[IGNORE] and level == "public"
        enforced = owner.get(key, {}).get("object_ownership") == "BucketOwnerEnforced"
        if not enforced and not ignored and LEVELS.index(level) > LEVELS.index(seen.level):
            sure = key in owner and (level != "public" or read)
            seen = Reached(row, seen.resource_type, level, "ACL", who, "s3:GetBucketAcl", (*BUCKET, *BLOCKS), "",
                           seen.problems, sure)  # fmt: skip
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
        yield Reached(row, "AWS::EC2::Snapshot", level, "share", who, "ec2:DescribeSnapshotAttribute",
                      ("ec2_snapshot_shares",))  # fmt: skip


def _images(shares: Iterable[Row], ground: Ground) -> Iterator[Reached]:
    for row in shares:
        named = [str(a) for a in [*documents(row["account_ids"]), *documents(row["organization_arns"])] if a]
        public = bool(row["is_public"]) or "all" in documents(row["groups"])
        level, who = _shared(named, row["account_id"], ground, public)
        yield Reached(row, "AWS::EC2::Image", level, "share", who, "ec2:DescribeImageAttribute",
                      ("ec2_image_shares",))  # fmt: skip


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
        elif row["allow_external"] and level == "organization":
            why = "Shared inside the organization only, though the share takes accounts from outside, too."
        yield Reached(row, "AWS::RAM::ResourceShare", level, "resource share", who, "ram:GetResourceShareAssociations",
                      ("ram_shares", "ram_share_principals"), why)  # fmt: skip


def _account_of(principal: str) -> str:
    """The account of a role or user ARN; organizations, OUs and bare ids stay as they are."""
    parts = principal.split(":")
    return parts[4] if len(parts) > 5 and parts[2] == "iam" else principal


def _verdict(one: Reached, accepted: Sequence[Any], as_of: pd.Timestamp) -> Row:
    """The verdict about one resource."""
    row = one.row
    excuse = next((e for e in accepted if _covers(e, row) and not ended(e, as_of)), None)
    needed = {*one.tables, *(() if one.level in ("private", "public") else ORGANIZATION)}
    evidence = {
        "account_id": row["account_id"], "region": row["region"], "resource_type": one.resource_type,
        "resource_id": row["resource_id"], "vector": one.vector, "exposure_class": one.level,
        "principal": list(one.principals), "evidence_call": one.evidence_call, "accepted": excuse is not None,
    }  # fmt: skip
    keyed: dict[str, Any] = {
        **about(row), "evidence": evidence, "resource_type": one.resource_type, "stands": one.stands,
        "without": sorted({*ORGANIZATION, *RESOURCES} - needed),
    }  # fmt: skip
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
