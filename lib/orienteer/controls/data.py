"""Data at rest: buckets, keys, stores and their encryption, and whether anybody knows where what is sensitive lies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated

from orienteer.controls.control import control
from orienteer.controls.verdict import (
    CRITICAL,
    HIGH,
    LOW,
    MEDIUM,
    Verdict,
    asked,
    failed,
    faults,
    passed,
    unless_worse,
    when,
)
from orienteer.facts.bucket_data import PRIVATE_BUCKETS
from orienteer.facts.foundation import NONE_NAMED
from orienteer.facts.kept_data import IMPORTANT_BUCKETS, SEARCHED_PLACES
from orienteer.facts.kms_keys import CUSTOMER_KEYS
from orienteer.facts.seen import Row, either
from orienteer.facts.stores import COPY, DATABASE, FILES, STORES, TABLE
from orienteer.model import Category
from orienteer.parameters import AccountId, Range
from orienteer.words import counted

GUIDE = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/"


@control(
    "DATA-01",
    title="Buckets are private, owner-enforced and accept TLS only",
    category=Category.DATA,
    severity=HIGH,
    maturity=3,
    source=f"{GUIDE}security-best-practices.html",
    fact=PRIVATE_BUCKETS,
    evidence=("exposure_class", "object_ownership", "blocks_acls", "ignores_acls", "blocks_policies", "restricts"),
    mappings={
        "cis": ["CIS AWS Foundations v7.0.0 3.1.1", "CIS AWS Foundations v7.0.0 3.1.4"],
        "fsbp": ["S3.2", "S3.3", "S3.5", "S3.8", "S3.12"],
        "prowler": [
            "s3_bucket_public_access",
            "s3_bucket_level_public_access_block",
            "s3_bucket_secure_transport_policy",
            "s3_bucket_acl_prohibited",
        ],
        "scoutsuite": [
            "s3-bucket-world-acl.json",
            "s3-bucket-world-policy-star.json",
            "s3-bucket-allowing-cleartext.json",
        ],
        "service_screener": ["PublicAccessBlock", "TlsEnforced", "BucketOwnerEnforced"],
    },
)
def private_bucket(bucket: Row) -> Verdict:
    """Buckets hold most of what can leak at once: one careless policy or ACL opens it to everybody.

    Access is worked out from policy and ACL together, after block public access of the bucket and of its account.
    Sharing with accounts outside the organization is judged by NET-06.

    Fix: turn on block public access for the account, and deny requests where aws:SecureTransport is false, in the
    bucket policy or for all accounts in a resource control policy. Set object ownership to "bucket owner enforced" once
    nothing depends on ACLs; CloudFront's legacy standard logs do.
    """
    return faults(
        [
            when(
                lambda: bucket.exposure_class == "public",
                CRITICAL,
                lambda: f"Anyone can reach the bucket through its {bucket.public_by}",
            ),
            when(
                lambda: not bucket.acls_off,
                LOW,
                "ACLs are enabled, so its policy alone does not show who may access it",
            ),
            when(lambda: not bucket.tls_only, LOW, "Requests over plain HTTP are not denied"),
        ],
        otherwise=lambda: _closed(bucket),
    )


def _closed(bucket: Row) -> Verdict:
    if bucket.policy_problems:
        return asked(f"Part of the bucket's policy cannot be read ({bucket.policy_problems[0]}); who does it let in?")
    return passed("The bucket is not public, has ACLs disabled, and refuses plain HTTP.")


@control(
    "DATA-04",
    title="Customer-managed keys rotate, are not open to outsiders and are not waiting for deletion while in use",
    category=Category.DATA,
    severity=HIGH,
    maturity=3,
    source="https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html",
    fact=CUSTOMER_KEYS,
    evidence=("aliases", "state", "deletion_at", "key_spec", "origin"),
    mappings={
        "cis": ["CIS AWS Foundations v7.0.0 4.6"],
        "fsbp": ["KMS.3", "KMS.4", "KMS.5"],
        "prowler": [
            "kms_cmk_rotation_enabled",
            "kms_key_not_publicly_accessible",
            "kms_cmk_not_deleted_unintentionally",
        ],
        "scoutsuite": ["kms-cmk-rotation-disabled.json"],
    },
)
def customer_key(key: Row, *, known_third_parties: Mapping[AccountId, str] = NONE_NAMED) -> Verdict | None:
    """Whoever may use a key can decrypt what it protects, and what a deleted key encrypted is lost for good.

    AWS managed keys are left out. Asymmetric and HMAC keys, imported key material and keys in custom key stores cannot
    rotate automatically, so their rotation is not judged. A deletion that is intended can be accepted with its ticket.

    Fix: turn on automatic rotation, remove principals outside the organization from the key policy and revoke their
    grants, and cancel every scheduled deletion nobody can explain. A key comes back disabled: enable it again.
    """
    if not key.is_customer:
        return None
    return faults(
        [
            when(lambda: key.exposure_class == "public", CRITICAL, "The key policy lets anyone use it"),
            when(
                lambda: key.exposure_class == "external" and _strangers(key, known_third_parties),
                HIGH,
                lambda: (
                    "Principals outside the organization may use it: "
                    f"{', '.join(_strangers(key, known_third_parties)[:5])}"
                ),
            ),
            when(
                lambda: key.state in ("PendingDeletion", "PendingReplicaDeletion"),
                HIGH,
                lambda: f"The key is scheduled for deletion{_when(key)}",
            ),
            when(lambda: key.state == "Enabled" and key.rotates is False, LOW, "It does not rotate automatically"),
        ],
        otherwise=lambda: _kept(key),
    )


def _strangers(key: Row, known: Iterable[str]) -> list[str]:
    """Those outside the organization whom the client has not named."""
    return [who for who in key.external_principals or ("somebody",) if not any(account in who for account in known)]


def _when(key: Row) -> str:
    return f" on {key.deletion_at:%Y-%m-%d}" if key.deletion_at else ""


def _kept(key: Row) -> Verdict:
    if key.policy_problems:
        return asked(f"Part of the key's policy cannot be read ({key.policy_problems[0]}); who does it let in?")
    if key.rotatable and key.rotates is None and key.state == "Enabled":
        return asked("AWS does not say whether the key rotates; does it?")
    named = " and with agreed third parties" if key.external_principals else ""
    return passed(f"The key stays inside the organization{named}, and rotates where it can.")


@control(
    "DATA-02",
    title="Important buckets survive ransomware - versions, lifecycle, and deletion protection",
    category=Category.DATA,
    severity=HIGH,
    maturity=4,
    source=f"{GUIDE}DataDurability.html",
    fact=IMPORTANT_BUCKETS,
    evidence=("data_class", "lock_mode", "mfa_delete", "replica_accounts", "backed_up"),
    mappings={
        "cis": ["CIS AWS Foundations v7.0.0 3.1.2"],
        "fsbp": ["S3.7", "S3.10", "S3.14", "S3.15"],
        "prowler": [
            "s3_bucket_object_versioning",
            "s3_bucket_object_lock",
            "s3_bucket_no_mfa_delete",
            "s3_bucket_lifecycle_enabled",
            "s3_bucket_cross_region_replication",
        ],
        "scoutsuite": ["s3-bucket-no-versioning.json", "s3-bucket-no-mfa-delete.json"],
        "service_screener": ["BucketVersioning", "ObjectLock", "MFADelete", "BucketLifecycle"],
    },
)
def bucket_survives(bucket: Row, *, noncurrent_days: Annotated[int, Range(1, 3650)] = 30) -> Verdict:
    """An intruder with enough permissions overwrites or deletes what matters most; old versions bring it back, unless
    they can be deleted too.

    Which buckets are important is taken from their classification tag or from a list the client gave. A copy in the
    same account does not count, since the same intruder reaches it.

    Fix: turn on versioning, keep old versions for at least a month, and add Object Lock, MFA delete, a copy in another
    account, or a backup. Object Lock cannot be removed from a bucket again.
    """
    if bucket.bucket is None:
        told = f"Neither a tag nor a list says so for any of {counted(bucket.buckets, 'bucket')}"
        return asked(f"Which buckets hold what the business cannot lose? {told}.")
    if not bucket.important:
        return passed("The bucket is not classified as important.")
    if bucket.versioning != "Enabled":
        return failed("The bucket is important but keeps no old versions.")
    return faults(
        [
            when(
                lambda: bucket.noncurrent_days is not None and bucket.noncurrent_days < noncurrent_days,
                MEDIUM,
                lambda: f"Old versions are deleted after {counted(bucket.noncurrent_days, 'day')}, which is too soon",
            ),
            when(
                lambda: not _second_line(bucket),
                MEDIUM,
                "Nothing protects old versions: no Object Lock, MFA delete, copy in another account or backup",
            ),
        ],
        otherwise=lambda: passed("Old versions are kept, and something protects them from deletion."),
    )


def _second_line(bucket: Row) -> bool:
    return either(
        lambda: bucket.lock_mode,
        lambda: bucket.mfa_delete,
        lambda: bucket.replica_accounts,
        lambda: bucket.backed_up,
    )


@control(
    "DATA-03",
    title="Databases, volumes, file systems and snapshots are encrypted at rest",
    category=Category.DATA,
    severity=MEDIUM,
    maturity=2,
    source="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.html",
    fact=STORES,
    evidence=("kms_key", "table_key", "customer_key", "customer_table_key"),
    mappings={
        "cis": [
            "CIS AWS Foundations v7.0.0 3.2.1",
            "CIS AWS Foundations v7.0.0 3.3.1",
            "CIS AWS Foundations v7.0.0 6.1.1",
        ],
        "fsbp": ["RDS.3", "RDS.4", "RDS.27", "EC2.3", "EFS.1", "Redshift.10", "Opensearch.1"],
        "prowler": [
            "rds_instance_storage_encrypted",
            "rds_snapshots_encrypted",
            "ec2_ebs_volume_encryption",
            "ec2_ebs_snapshots_encrypted",
            "efs_encryption_at_rest_enabled",
            "redshift_cluster_encrypted_at_rest",
        ],
        "scoutsuite": [
            "rds-instance-storage-not-encrypted.json",
            "ec2-ebs-volume-not-encrypted.json",
            "ec2-ebs-snapshot-not-encrypted.json",
        ],
        "service_screener": ["EBSEncrypted"],
    },
)
def encrypted_at_rest(store: Row, *, require_cmk: bool = False) -> Verdict:
    """With encryption, whoever gets hold of a disk or a copy still needs the key, and a key can be taken away.

    DynamoDB and S3 always encrypt: for a table only the key is shown, and buckets are not listed here.

    Fix: restore the data into an encrypted store (through an encrypted copy of a snapshot, for example), switch over,
    and then delete the old one; keep EBS encryption by default on in every region.
    """
    name = store.kind
    if store.encrypted is None:
        return asked(f"AWS does not say whether the {name} is encrypted; is it?")
    if store.encrypted:
        if require_cmk and not (store.customer_table_key if name == TABLE else store.customer_key):
            return failed(f"The {name} is encrypted, but not with a customer managed key.", LOW)
        return passed(f"The {name} is encrypted at rest.")
    if name == COPY:
        return failed("The snapshot is not encrypted.", LOW)
    worse = f"The {name} is not encrypted, in a production account."
    grave = when(lambda: name in (DATABASE, FILES) and store.env_class == "prod", HIGH, worse)
    return unless_worse(grave, failed(f"The {name} is not encrypted.", MEDIUM))


@control(
    "DATA-05",
    title="Sensitive data is located and classified",
    category=Category.DATA,
    severity=MEDIUM,
    maturity=4,
    source="https://docs.aws.amazon.com/macie/latest/user/discovery-asdd.html",
    fact=SEARCHED_PLACES,
    scope="region",
    mappings={
        "cis": ["CIS AWS Foundations v7.0.0 3.1.3"],
        "fsbp": ["Macie.1"],
        "prowler": ["macie_is_enabled", "macie_automated_sensitive_data_discovery_enabled"],
        "service_screener": ["MacieToEnable"],
    },
)
def sensitive_data_is_located(
    place: Row, *, classification_coverage: Annotated[int, Range(1, 100)] = 80, discovery_tool: str = ""
) -> Verdict:
    """You cannot protect what matters most without knowing where it is.

    Fix: turn on Macie's automated sensitive data discovery from its delegated administrator wherever there is data, and
    tag each store with the class of its data.
    """
    share = f"Buckets tagged with a data class: {place.buckets_classified} of {place.buckets_total}."
    if 100 * place.buckets_classified >= classification_coverage * place.buckets_total:
        return passed(share)
    if place.macie_status == "ENABLED" and either(lambda: place.discovered, lambda: place.jobs):
        return passed("Macie looks for sensitive data here.")
    if discovery_tool:
        return asked(f"{discovery_tool} is in use: which buckets does it scan, and what did it find here?")
    if place.macie_status != "ENABLED":
        return failed(f"Macie is not on here. {share}")
    return failed(f"Macie is on, but neither automated discovery nor a job scans these buckets. {share}")
