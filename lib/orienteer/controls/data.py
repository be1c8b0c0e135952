"""Data at rest: buckets, keys, stores and their encryption, and whether anybody knows where what is sensitive lies."""

from __future__ import annotations

from orienteer.controls.control import control
from orienteer.controls.verdict import CRITICAL, HIGH, LOW, Verdict, asked, faults, passed, when
from orienteer.facts.bucket_data import PRIVATE_BUCKETS
from orienteer.facts.kms_keys import CUSTOMER_KEYS
from orienteer.facts.seen import Row
from orienteer.model import Category

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
    mappings={"cis": ["3.1.1", "3.1.4"], "fsbp": ["S3.2", "S3.3", "S3.5", "S3.8", "S3.12"],
              "prowler": ["s3_bucket_public_access", "s3_bucket_level_public_access_block",
              "s3_bucket_secure_transport_policy", "s3_bucket_acl_prohibited"],
              "scoutsuite": ["s3-bucket-world-acl.json", "s3-bucket-world-policy-star.json",
              "s3-bucket-allowing-cleartext.json"],
              "service_screener": ["PublicAccessBlock", "TlsEnforced", "BucketOwnerEnforced"]},
)  # fmt: skip
def private_bucket(bucket: Row) -> Verdict:
    """Buckets hold most of what can leak at once: one careless policy or ACL opens all of it to everybody.

    Who is let in is worked out from the policy and the ACL as block public access of the bucket and of its account
    leaves them. Accounts outside the organization are a matter of NET-06.

    Fix: turn on block public access for the account, set the bucket's object ownership to "bucket owner enforced", and
    deny requests where aws:SecureTransport is false, in the bucket's policy or for all accounts in a resource control
    policy.
    """
    return faults(
        [
            when(lambda: bucket.exposure_class == "public", CRITICAL,
                 lambda: f"Everybody can reach the bucket through its {bucket.public_by}"),
            when(lambda: not bucket.acls_off, LOW, "ACLs are in use, so policies alone do not say who may reach it"),
            when(lambda: not bucket.tls_only, LOW, "Requests over plain HTTP are not denied"),
        ],
        otherwise=lambda: _closed(bucket),
    )  # fmt: skip


def _closed(bucket: Row) -> Verdict:
    if bucket.policy_problems:
        return asked(f"Part of the bucket's policy cannot be read ({bucket.policy_problems[0]}); whom does it let in?")
    return passed("The bucket is not public, takes no ACLs, and refuses plain HTTP.")


@control(
    "DATA-04",
    title="Customer-managed keys rotate, are not open to outsiders and are not waiting for deletion while in use",
    category=Category.DATA,
    severity=HIGH,
    maturity=3,
    source="https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html",
    fact=CUSTOMER_KEYS,
    evidence=("aliases", "state", "deletion_at", "key_spec", "origin"),
    mappings={"cis": ["4.6"], "fsbp": ["KMS.3", "KMS.4", "KMS.5"],
              "prowler": ["kms_cmk_rotation_enabled", "kms_key_not_publicly_accessible",
              "kms_cmk_not_deleted_unintentionally"], "scoutsuite": ["kms-cmk-rotation-disabled.json"]},
)  # fmt: skip
def customer_key(key: Row) -> Verdict | None:
    """Whoever may use a key may read what it encrypts, and what a deleted key encrypted is lost for good.

    Keys that AWS manages are left out. Asymmetric and HMAC keys, imported material and keys in custom stores cannot
    rotate by themselves, so their rotation is not judged. A deletion that is meant can be accepted with its ticket.

    Fix: turn on automatic rotation, take principals outside the organization out of the key's policy and retire their
    grants, and cancel each scheduled deletion that nobody can explain.
    """
    if not key.is_customer:
        return None
    return faults(
        [
            when(lambda: key.exposure_class == "public", CRITICAL, "The key's policy lets everybody use it"),
            when(lambda: key.exposure_class == "external", HIGH,
                 lambda: f"Accounts outside the organization may use it: {', '.join(key.external_principals[:5])}"),
            when(lambda: key.state in ("PendingDeletion", "PendingReplicaDeletion"), HIGH,
                 lambda: f"The key is waiting for its deletion{_when(key)}"),
            when(lambda: key.state == "Enabled" and key.rotates is False, LOW, "Its material does not rotate"),
        ],
        otherwise=lambda: _kept(key),
    )  # fmt: skip


def _when(key: Row) -> str:
    return f" on {key.deletion_at:%Y-%m-%d}" if key.deletion_at else ""


def _kept(key: Row) -> Verdict:
    if key.policy_problems:
        return asked(f"Part of the key's policy cannot be read ({key.policy_problems[0]}); whom does it let in?")
    if key.rotatable and key.rotates is None and key.state == "Enabled":
        return asked("AWS does not say whether the key rotates; does it?")
    return passed("The key stays inside the organization, and rotates where it can.")
