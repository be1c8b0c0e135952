"""Where the audit trail's files lie: the key that encrypts them and the bucket that holds them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from orienteer.controls.control import control
from orienteer.controls.foundation import FOUNDATION_ROLES, NONE_NAMED, foundation_accounts_of, management_account
from orienteer.controls.rows import Row, records, told, verdict
from orienteer.model import Category, Severity
from orienteer.policy.access import DELETES, WRITES, Grantee, grantees

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
    fail_stands_without=("kms_key_policies", "kms_key_rotation"),
    refined_by=("organization_accounts",),
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
    keys = {k["key_arn"]: k for k in records(kms_key_details) if k["state"]}
    policies = {k["key_arn"]: k["policy"] for k in records(kms_key_policies) if k["policy"]}
    rotation = {k["resource_arn"]: k["rotation_enabled"] for k in records(kms_key_rotation)}
    members = {a["id"] for a in records(organization_accounts) if a["id"]}
    return told(_encrypted(trail, keys, policies, rotation, members) for trail in _distinct(cloudtrail_trails))


def _encrypted(
    trail: Row, keys: Mapping[str, Row], policies: Mapping[str, str], rotation: Mapping[str, Any], members: set[str]
) -> Row:
    """The verdict about one trail's key."""
    arn = trail["kms_key"]
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
        return verdict("MANUAL", f"The key {arn} was not among the keys read; is it a narrow key in use?", **keyed)
    if key["state"] != "Enabled":
        text = f"The key is {key['state']}: the trail can no longer deliver."
        return verdict("FAIL", text, severity="critical", **keyed)
    if not key["is_customer"]:
        return verdict("FAIL", "The key is managed by AWS, so its policy cannot be narrowed.", **keyed)
    if policy is None:
        return verdict("MANUAL", "The key's policy was not given; is it narrow?", **keyed)
    faults = _key_faults(readers, grantees(policy, ["kms:GenerateDataKey"], [arn]), members | {arn.split(":")[4]})
    if faults:
        return verdict("FAIL", f"{' '.join(faults)}", **keyed)
    return verdict("PASS", "A customer-managed key encrypts the trail and its policy is narrow.", **keyed)


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
    foundation_accounts: Mapping[str, str] = NONE_NAMED,
    foundation_roles: Mapping[str, str] = FOUNDATION_ROLES,
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
    trails = [t for t in _distinct(cloudtrail_trails) if t["is_organization"] and t["bucket"]]
    rows = {}
    for trail in trails:
        bucket = owned.get(trail["bucket"])
        if bucket is None:
            rows[trail["bucket"]] = _lost(trail, home, archive)
            continue
        key = (bucket["account_id"], bucket["bucket"])
        mine = {name: found.get(key, {}) for name, found in facts.items()}
        mine["account_block"] = blocks.get(bucket["account_id"], {})
        rows[trail["bucket"]] = _log_bucket(bucket, mine, archive, frozenset(log_admins))
    return told(rows.values())


def _lost(trail: Row, home: str, archive: frozenset[str]) -> Row:
    text = f"Bucket {trail['bucket']} belongs to none of the accounts read; who owns it, and who may write to it?"
    return verdict(
        "MANUAL", text, account_id=home or trail["account_id"], region=trail["home_region"] or trail["region"],
        resource_id=trail["bucket"], evidence={"bucket": trail["bucket"], "expected_account": sorted(archive)},
    )  # fmt: skip


def _log_bucket(bucket: Row, facts: Mapping[str, Row], archive: frozenset[str], admins: frozenset[str]) -> Row:
    """The verdict about one log bucket: everything that is wrong with it, graded by the worst."""
    arn = bucket["resource_arn"] or f"arn:aws:s3:::{bucket['bucket']}"
    policy = facts["policy"].get("policy")
    writers = grantees(policy, WRITES, [arn, f"{arn}/AWSLogs/probe"]) if policy else ()
    deleters = grantees(policy, DELETES, [arn, f"{arn}/AWSLogs/probe"]) if policy else ()
    trail_writes = [w for w in writers if w.kind == "service" and w.value == CLOUDTRAIL]
    blocked = {f: bool(facts["block"].get(f) or facts["account_block"].get(f)) for f in FLAGS}
    public = bool(facts["status"].get("is_public")) and not blocked["restrict_public_buckets"]
    public = public or (_acl_public(facts) and not blocked["ignore_public_acls"])
    faults = [
        *_owner(bucket, archive),
        *([("critical", "the bucket is public")] if public else []),
        *([("medium", f"block public access is not complete ({', '.join(f for f in FLAGS if not blocked[f])})")]
          if not all(blocked.values()) else []),
        *([("medium", "CloudTrail may write for anybody's trail: no source ARN or organization")]
          if any(not w.bound_by for w in trail_writes) else []),
        *_others(bucket, writers, admins, "write"),
        *_others(bucket, deleters, admins, "delete"),
    ]  # fmt: skip
    evidence = {
        "bucket": bucket["bucket"], "owner_account": bucket["account_id"], "expected_account": sorted(archive),
        "policy_public": facts["status"].get("is_public"), "bpa": blocked,
        "source_condition": sorted({key for w in trail_writes for key in w.bound_by}),
        "writers": sorted({w.value for w in writers}), "deleters": sorted({d.value for d in deleters}),
        "exposure_class": "public" if public else "private",
    }  # fmt: skip
    keyed: dict[str, Any] = {
        "account_id": bucket["account_id"], "region": bucket["region"], "resource_id": bucket["bucket"],
        "resource_arn": arn, "evidence": evidence,
    }  # fmt: skip
    if faults:
        text = "; ".join(dict.fromkeys(words for _, words in faults))
        worst = max((grade for grade, _ in faults), key=RANKS.index)
        return verdict("FAIL", f"{text[0].upper()}{text[1:]}.", severity=worst, **keyed)
    if not archive:
        return verdict("MANUAL", f"Is {bucket['account_id']}, which owns the bucket, the log archive account?", **keyed)
    return verdict("PASS", "The bucket is in the log archive account and only the trail writes to it.", **keyed)


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
