"""Where the audit trail's files lie: the key that encrypts them and the bucket that holds them."""

from __future__ import annotations

from orienteer.controls.control import control
from orienteer.controls.verdict import CRITICAL, HIGH, MEDIUM, Verdict, asked, failed, faults, naming, passed, when
from orienteer.facts.seen import Row
from orienteer.facts.trail_storage import LOG_BUCKETS, TRAIL_KEYS
from orienteer.model import Category


@control(
    "TRAIL-04",
    title="Trail logs are encrypted with a customer-managed key whose policy is narrow",
    category=Category.MONITORING,
    severity=MEDIUM,
    maturity=3,
    source="https://docs.aws.amazon.com/awscloudtrail/latest/userguide/encrypting-cloudtrail-log-files-with-aws-kms.html",
    fact=TRAIL_KEYS,
    evidence=("decrypters",),
    mappings={
        "cis": ["CIS AWS Foundations v7.0.0 4.5"],
        "fsbp": ["CloudTrail.2"],
        "prowler": ["cloudtrail_kms_encryption_enabled"],
        "scoutsuite": ["cloudtrail-no-encryption-with-kms.json"],
        "service_screener": ["RequiresKmsKey", "KMSPolicySourceArn"],
    },
)
def trail_key(trail: Row) -> Verdict:
    """With its own key, reading the log takes two permissions: one for the bucket and one for the key.

    Fix: create a key in the log archive account, in the bucket's region; let its policy allow CloudTrail to encrypt for
    the organization's trails and named readers to decrypt; only then set it on the trail, which stops delivering if the
    key refuses.
    """
    if not trail.key_arn:
        return failed("The trail has no KMS key: S3 encrypts its files with a key of its own (SSE-S3).")
    if trail.key.state != "Enabled":
        return failed(f"The key is {trail.key.state}: the trail cannot deliver.", CRITICAL)
    if not trail.key.is_customer:
        return failed("The key is an AWS managed key, whose policy cannot be narrowed.")
    return faults(
        [
            naming(lambda: trail.outside_readers, None, "principals outside the organization may decrypt: {}"),
            naming(lambda: trail.encrypts_for_others, None, "{} may use the key for trails outside the organization"),
        ],
        otherwise=lambda: _narrow(trail),
    )


def _narrow(trail: Row) -> Verdict:
    if trail.policy_problems:
        return asked(f"Part of the key's policy cannot be read ({trail.policy_problems[0]}); who does it let in?")
    if trail.unnamed_readers:
        return asked("Every account of the organization may decrypt the trail's files: which of them should?")
    return passed("A customer managed key encrypts the trail, and its policy is narrow.")


@control(
    "TRAIL-05",
    title="The log bucket lives in the log archive account, is closed to the public and accepts writes only from the"
    " organization's trail",
    category=Category.MONITORING,
    severity=CRITICAL,
    maturity=3,
    source="https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html",
    fact=LOG_BUCKETS,
    evidence=("exposure_class",),
    mappings={
        "fsbp": ["CloudTrail.6"],
        "prowler": ["cloudtrail_logs_s3_bucket_is_not_publicly_accessible"],
        "scoutsuite": ["s3-bucket-world-policy-star.json"],
        "service_screener": ["EnableS3PublicAccessBlock"],
    },
)
def log_bucket(log: Row) -> Verdict:
    """Whoever can write to the log or delete from it can rewrite history.

    Fix: deliver to a dedicated bucket in the log archive account, let only the services that deliver there write, each
    tied to the organization by aws:SourceArn or aws:SourceOrgID, and let nobody delete. Check that every one of them
    still delivers.
    """
    owner = log.it.account_id
    return faults(
        [
            when(lambda: log.exposure_class == "public" or log.called_public, CRITICAL, "the bucket is public"),
            when(
                lambda: log.log_archive and owner not in log.log_archive,
                HIGH,
                f"the bucket is in {owner}, not in the log archive account",
            ),
            naming(lambda: log.open_blocks, MEDIUM, "block public access is incomplete ({})"),
            naming(
                lambda: log.writes_for_others, MEDIUM, "{} may write on behalf of accounts outside the organization"
            ),
            naming(lambda: log.writers, MEDIUM, "besides the logging services, {} may write"),
            naming(lambda: log.deleters, HIGH, "{} may delete log files"),
            naming(lambda: log.readers_outside, HIGH, "principals outside the organization may read: {}"),
        ],
        otherwise=lambda: _closed(log),
    )


def _closed(log: Row) -> Verdict:
    if log.problems:
        return asked(f"Part of the bucket's policy cannot be read ({log.problems[0]}); who does it let in?")
    if not log.log_archive:
        return asked(f"Is {log.it.account_id}, which owns the bucket, the log archive account?")
    return passed(
        "The bucket is in the log archive account, and only services acting for the organization may write to it."
    )
