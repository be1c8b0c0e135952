"""Where the audit trail's files lie: the key that encrypts them and the bucket that holds them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from orienteer.controls.control import control
from orienteer.controls.rows import Row, records, told, verdict
from orienteer.facts.foundation import (
    FOUNDATION_ROLES,
    NONE_NAMED,
    foundation_accounts_of,
    management_account,
    organization_id,
)
from orienteer.facts.values import documents, not_asked
from orienteer.model import Category, Severity
from orienteer.parameters import AccountId, Client, Pattern
from orienteer.policy import exposure
from orienteer.policy.trust.access import DELETES, WRITES, Grantee, grantees

CLOUDTRAIL = "cloudtrail.amazonaws.com"
CONTEXT = "kms:encryptioncontext:aws:cloudtrail:arn"
OWNERS = frozenset({"aws:principalorgid", "aws:principalorgpaths", "aws:principalaccount", "kms:calleraccount"})
FLAGS = ("block_public_acls", "ignore_public_acls", "block_public_policy", "restrict_public_buckets")
RANKS = ("", "medium", "high", "critical")

Fault = tuple[str, str]
"""Severity and what is wrong, in words."""


def _distinct(trails: pd.DataFrame) -> list[Row]:
    """Each trail once, its home copy where that was read."""
    found: dict[str, Row] = {}
    for trail in sorted(records(trails), key=lambda t: (not t["at_home"], str(t["account_id"]), str(t["region"]))):
        if trail["trail_arn"]:
            found.setdefault(trail["trail_arn"], trail)
    return list(found.values())


@control(
    "TRAIL-04",
    title="Trail logs are encrypted with a customer-managed key whose policy is narrow",
    category=Category.MONITORING,
    severity=Severity.MEDIUM,
    maturity=3,
    source="https://docs.aws.amazon.com/awscloudtrail/latest/userguide/encrypting-cloudtrail-log-files-with-aws-kms.html",
    resource_type="AWS::CloudTrail::Trail",
    mappings={"cis": ["4.5"], "fsbp": ["CloudTrail.2"], "prowler": ["cloudtrail_kms_encryption_enabled"],
              "scoutsuite": ["cloudtrail-no-encryption-with-kms.json"], "service_screener": ["RequiresKmsKey",
              "KMSPolicySourceArn"]},
    fail_stands_without=("kms_key_policies",),
    refined_by=("organization_accounts", "kms_key_rotation"),
)  # fmt: skip
def trail_key(
    cloudtrail_trails: pd.DataFrame,
    kms_key_details: pd.DataFrame,
    kms_key_policies: pd.DataFrame,
    kms_key_rotation: pd.DataFrame,
    organization_accounts: pd.DataFrame,
) -> pd.DataFrame:
    """With a key of its own, who may read the log is a decision of its own, beside who may read the bucket.

    Fix: create a key in the log archive account and set it on the trail.
    """
    keys = {k["key_arn"]: k for k in records(kms_key_details) if k["state"] and k["key_arn"]}
    policies = {k["key_arn"]: k["policy"] for k in records(kms_key_policies) if k["policy"]}
    rotation = {k["resource_arn"]: k["rotation_enabled"] for k in records(kms_key_rotation)}
    members = {a["id"] for a in records(organization_accounts) if a["id"]}
    return told(_encrypted(trail, keys, policies, rotation, members) for trail in _distinct(cloudtrail_trails))


def _encrypted(
    trail: Row, keys: Mapping[str, Row], policies: Mapping[str, str], rotation: Mapping[str, Any], members: set[str]
) -> Row:
    """The verdict about one trail's key."""
    arn = _key_arn(trail, keys)
    key, policy = keys.get(arn), policies.get(arn)
    readers = grantees(policy, ["kms:Decrypt"], [arn]) if policy else ()
    evidence = {
        "trail_arn": trail["trail_arn"], "kms_key": arn, "key_state": key and key["state"],
        "rotation": rotation.get(arn), "decrypt_principals": sorted({reader.value for reader in readers}),
    }  # fmt: skip
    keyed: dict[str, Any] = {
        "account_id": trail["owner_account"] or trail["account_id"], "region": trail["home_region"] or trail["region"],
        "resource_id": trail["trail_name"] or trail["trail_arn"], "resource_arn": trail["trail_arn"],
        "evidence": evidence,
    }  # fmt: skip
    if not arn:
        return verdict("FAIL", "The trail has no key of its own (SSE-S3 only).", severity="medium", **keyed)
    if key is None:
        why = "the key is not among those that were read"
        return verdict("MANUAL", "", unread=not_asked("kms:DescribeKey", *_home_of(arn, trail), why), **keyed)
    if key["state"] != "Enabled":
        text = f"The key is {key['state']}: the trail can no longer deliver."
        return verdict("FAIL", text, severity="critical", **keyed)
    if not key["is_customer"]:
        return verdict("FAIL", "The key is managed by AWS, so its policy cannot be narrowed.", **keyed)
    if policy is None:
        why = "the key's policy is not among those that were read"
        return verdict("MANUAL", "", unread=not_asked("kms:GetKeyPolicy", *_home_of(arn, trail), why), **keyed)
    writers = grantees(policy, ["kms:GenerateDataKey"], [arn])
    faults = _key_faults(readers, writers, members | {arn.split(":")[4]})
    if faults:
        own = {reader.account_id for reader in readers}  # outside or not: only the list of accounts can tell
        stands = bool(_key_faults(readers, writers, members | own))
        return verdict("FAIL", f"{' '.join(faults)}", stands=stands, **keyed)
    return verdict("PASS", "A customer-managed key encrypts the trail and its policy is narrow.", **keyed)


def _key_arn(trail: Row, keys: Mapping[str, Row]) -> Any:
    """The ARN of the trail's key, also where the trail names it by its id alone."""
    named = trail["kms_key"]
    if not named or str(named).startswith("arn:"):
        return named
    own = f":{trail['home_region']}:{trail['owner_account']}:key/{named}"
    return next((arn for arn in keys if arn.endswith(own)), named)


def _home_of(arn: str, trail: Row) -> tuple[Any, Any]:
    """Account and region of a key, by its ARN where the trail gives one."""
    parts = str(arn).split(":")
    return (parts[4], parts[3]) if len(parts) > 5 else (trail["owner_account"], trail["home_region"])


def _key_faults(readers: Iterable[Grantee], writers: Iterable[Grantee], members: set[str]) -> list[str]:
    found = []
    for reader in readers:
        if reader.kind == "everyone" and not OWNERS & set(reader.conditions):
            found.append(f"Everybody with rights of their own account may decrypt (statement {reader.sid or '?'}).")
        elif reader.account_id and reader.account_id not in members:
            found.append(f"{reader.value}, outside the organization, may decrypt.")
    for writer in writers:
        bound = writer.bound_by or CONTEXT in writer.conditions
        if writer.kind == "service" and writer.value == CLOUDTRAIL and not bound:
            found.append("CloudTrail may encrypt for anybody's trail: no source ARN or encryption context.")
    return list(dict.fromkeys(found))


@control(
    "TRAIL-05",
    title="The log bucket lives in the log archive account, is closed to the public and accepts writes only from the"
    " organization's trail",
    category=Category.MONITORING,
    severity=Severity.CRITICAL,
    maturity=3,
    source="https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html",
    resource_type="AWS::S3::Bucket",
    mappings={"fsbp": ["CloudTrail.6"], "prowler": ["cloudtrail_logs_s3_bucket_is_not_publicly_accessible"],
              "scoutsuite": ["s3-bucket-world-policy-star.json"], "service_screener": ["EnableS3PublicAccessBlock"]},
    looked_up=("s3_bucket_policies", "s3_bucket_policy_status", "s3_bucket_public_access_block", "s3_bucket_acls",
               "s3_bucket_ownership"),
)  # fmt: skip
def log_bucket(
    organization: pd.DataFrame,
    organization_accounts: pd.DataFrame,
    cloudtrail_trails: pd.DataFrame,
    s3_buckets: pd.DataFrame,
    s3_bucket_policies: pd.DataFrame,
    s3_bucket_policy_status: pd.DataFrame,
    s3_bucket_public_access_block: pd.DataFrame,
    s3_account_public_access_block: pd.DataFrame,
    s3_bucket_acls: pd.DataFrame,
    s3_bucket_ownership: pd.DataFrame,
    *,
    log_admins: Sequence[str] = (),
    foundation_accounts: Mapping[str, AccountId] = NONE_NAMED,
    foundation_roles: Mapping[str, Pattern] = FOUNDATION_ROLES,
    client: Client,
) -> pd.DataFrame:
    """Whoever can write to or delete from the log can also rewrite what happened.

    Fix: move delivery to a dedicated bucket in the log archive account and tighten its policy.
    """
    archive = foundation_accounts_of(organization_accounts, "log_archive", foundation_accounts, foundation_roles)
    home = management_account(organization)
    tables = {
        "policy": s3_bucket_policies, "status": s3_bucket_policy_status, "block": s3_bucket_public_access_block,
        "acl": s3_bucket_acls, "ownership": s3_bucket_ownership,
    }  # fmt: skip
    facts = {name: {(r["account_id"], r["resource_id"]): r for r in records(t)} for name, t in tables.items()}
    blocks = {r["account_id"]: r for r in records(s3_account_public_access_block)}
    owned = {b["bucket"]: b for b in records(s3_buckets) if b["bucket"]}
    every = [t for t in _distinct(cloudtrail_trails) if t["bucket"]]
    trails = [t for t in every if t["is_organization"]] or every
    members = frozenset(a["id"] for a in records(organization_accounts) if a["id"])
    judging = {"org": organization_id(organization), "friends": members | frozenset(client.trusted_accounts)}
    rows = {}
    for trail in trails:
        bucket = owned.get(trail["bucket"])
        if bucket is None:
            rows[trail["bucket"]] = _lost(trail, home, archive)
            continue
        key = (bucket["account_id"], bucket["bucket"])
        mine = {name: found.get(key, {}) for name, found in facts.items()}
        mine["account_block"] = blocks.get(bucket["account_id"], {})
        rows[trail["bucket"]] = _log_bucket(bucket, mine, archive, frozenset(log_admins), judging)
    return told(rows.values())


def _lost(trail: Row, home: str, archive: frozenset[str]) -> Row:
    region = trail["home_region"] or trail["region"]
    why = f"bucket {trail['bucket']} belongs to none of the accounts that were read"
    unread = not_asked("s3:ListBuckets", ", ".join(sorted(archive)) or "unknown", region, why)
    return verdict(
        "MANUAL", "", account_id=home or trail["account_id"], region=region, resource_id=trail["bucket"], unread=unread,
        evidence={"bucket": trail["bucket"], "expected_account": sorted(archive), "exposure_class": None},
    )  # fmt: skip


def _log_bucket(
    bucket: Row, facts: Mapping[str, Row], archive: frozenset[str], admins: frozenset[str], judging: Mapping[str, Any]
) -> Row:
    """The verdict about one log bucket: everything that is wrong with it, graded by the worst."""
    arn = bucket["resource_arn"]
    policy = facts["policy"].get("policy")
    writers = grantees(policy, WRITES, [arn, f"{arn}/AWSLogs/probe"]) if policy else ()
    deleters = grantees(policy, DELETES, [arn, f"{arn}/AWSLogs/probe"]) if policy else ()
    trail_writes = [w for w in writers if w.kind == "service" and w.value == CLOUDTRAIL]
    blocked = {f: bool(facts["block"].get(f) or facts["account_block"].get(f)) for f in FLAGS}
    level, problems = _class_of(bucket, facts, blocked, judging)
    strangers = _acl_writers(facts)
    faults = [
        *_owner(bucket, archive),
        *([("critical", "the bucket is public")] if level == "public" else []),
        *([("medium", f"block public access is not complete ({', '.join(f for f in FLAGS if not blocked[f])})")]
          if not all(blocked.values()) else []),
        *([("medium", "CloudTrail may write for anybody's trail: no source ARN or organization")]
          if any(not w.bound_by for w in trail_writes) else []),
        *_others(bucket, writers, admins, "write"),
        *_others(bucket, deleters, admins, "delete"),
        *([("high", f"{', '.join(strangers)} may write and delete by the bucket's ACL")] if strangers else []),
    ]  # fmt: skip
    evidence = {
        "bucket": bucket["bucket"], "owner_account": bucket["account_id"], "expected_account": sorted(archive),
        "policy_public": facts["status"].get("is_public"), "bpa": blocked,
        "source_condition": sorted({key for w in trail_writes for key in w.bound_by}),
        "writers": sorted({w.value for w in writers}), "deleters": sorted({d.value for d in deleters}),
        "organization_prefix": f"AWSLogs/{judging['org']}/" in str(policy or "") if judging["org"] else None,
        "exposure_class": level,
    }  # fmt: skip
    keyed: dict[str, Any] = {
        "account_id": bucket["account_id"], "region": bucket["region"], "resource_id": bucket["bucket"],
        "resource_arn": arn, "evidence": evidence, "without": _settled(facts),
    }  # fmt: skip
    if faults:
        text = "; ".join(dict.fromkeys(words for _, words in faults))
        worst = max((grade for grade, _ in faults), key=RANKS.index)
        return verdict("FAIL", f"{text[0].upper()}{text[1:]}.", severity=worst, **keyed)
    if problems:
        text = f"Part of the bucket's policy cannot be read ({problems[0]}); whom does it let in?"
        return verdict("MANUAL", text, **keyed)
    if not archive:
        return verdict("MANUAL", f"Is {bucket['account_id']}, which owns the bucket, the log archive account?", **keyed)
    return verdict("PASS", "The bucket is in the log archive account and only the trail writes to it.", **keyed)


def _class_of(
    bucket: Row, facts: Mapping[str, Row], blocked: Mapping[str, bool], judging: Mapping[str, Any]
) -> tuple[str, tuple[str, ...]]:
    """How far the bucket is open, by its policy, S3's own word and its ACL, and what of the policy was not read."""
    seen = exposure(
        facts["policy"].get("policy") or "{}", account_id=bucket["account_id"], org_id=judging["org"] or None,
        trusted_accounts=judging["friends"], resource_type="AWS::S3::Bucket",
    )  # fmt: skip
    has_policy = bool(facts["policy"].get("policy"))
    by_policy = bool(facts["status"].get("is_public")) or (has_policy and seen.level == "public")
    by_acl = _acl_public(facts) and not blocked["ignore_public_acls"]
    problems = seen.problems if has_policy else ()
    if (by_policy and not blocked["restrict_public_buckets"]) or by_acl:
        return "public", problems
    if _acl_writers(facts):
        return "external", problems
    return ("private" if by_policy or not has_policy else seen.level), problems


def _owner(bucket: Row, archive: frozenset[str]) -> list[Fault]:
    if archive and bucket["account_id"] not in archive:
        return [("high", f"the bucket is in {bucket['account_id']}, not in the log archive account")]
    return []


def _others(bucket: Row, found: Iterable[Grantee], admins: frozenset[str], what: str) -> list[Fault]:
    """Those who may write or delete beside CloudTrail, the owner's own account and the named log administrators."""
    others = sorted(
        {
            g.value
            for g in found
            if not (g.kind == "service" and g.value == CLOUDTRAIL)
            and not (g.kind == "account" and g.account_id == bucket["account_id"])
            and g.value not in admins
        }
    )
    return [("high" if what == "delete" else "medium", f"{', '.join(others)} may {what}")] if others else []


def _acl_public(facts: Mapping[str, Row]) -> bool:
    if facts["ownership"].get("object_ownership") == "BucketOwnerEnforced":
        return False
    grants = str(facts["acl"].get("grants") or "")
    return "global/AllUsers" in grants or "global/AuthenticatedUsers" in grants


def _acl_writers(facts: Mapping[str, Row]) -> list[str]:
    """Who beside the owner may write, and so overwrite and delete, by the bucket's ACL."""
    if facts["ownership"].get("object_ownership") == "BucketOwnerEnforced":
        return []
    owner = facts["acl"].get("owner_id")
    grants = (g for g in documents(facts["acl"].get("grants")) if g.get("Permission") in ("WRITE", "FULL_CONTROL"))
    named = {str(g["Grantee"].get("ID") or g["Grantee"].get("URI")) for g in grants if g.get("Grantee")}
    return sorted(named - {str(owner), "None"})


def _settled(facts: Mapping[str, Row]) -> list[str]:
    """Tables that could change nothing any more: the one block where the other one is complete."""
    whole = {name: all(facts[name].get(flag) for flag in FLAGS) for name in ("block", "account_block")}
    return [*(["s3_account_public_access_block"] if whole["block"] else []),
            *(["s3_bucket_public_access_block"] if whole["account_block"] else [])]  # fmt: skip
