"""The audit trail as an archive: files arrive, are kept long enough, and cover the data that matters."""

from __future__ import annotations

from typing import Annotated

import pandas as pd

from orienteer.controls.control import control
from orienteer.controls.verdict import HIGH, LOW, MEDIUM, Verdict, asked, failed, faults, naming, passed, when
from orienteer.facts.data_events import DATA_EVENTS
from orienteer.facts.log_keeping import LOG_DELIVERIES, LOG_KEEPING
from orienteer.facts.seen import Row, either, unless_unseen
from orienteer.model import Category
from orienteer.parameters import Range
from orienteer.words import counted

S3 = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/"
TRAIL = "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/"


@control(
    "TRAIL-06",
    title="The log bucket keeps versions and resists deletion",
    category=Category.MONITORING,
    severity=HIGH,
    maturity=4,
    source=f"{S3}object-lock.html",
    fact=LOG_KEEPING,
    mappings={
        "cis": ["CIS AWS Foundations v7.0.0 3.1.2"],
        "fsbp": ["S3.14", "S3.15", "S3.20"],
        "prowler": ["cloudtrail_bucket_requires_mfa_delete", "s3_bucket_object_versioning", "s3_bucket_object_lock"],
        "scoutsuite": ["s3-bucket-no-versioning.json", "s3-bucket-no-mfa-delete.json"],
        "service_screener": ["EnableTrailS3BucketVersioning", "EnableTrailS3BucketMFADelete"],
    },
)
def log_bucket_resists(log: Row) -> Verdict:
    """Intruders with administrator rights delete the log first; versions, locks and copies elsewhere survive that.

    Object Lock in governance mode can be bypassed by whoever holds s3:BypassGovernanceRetention.

    Fix: turn on versioning and Object Lock with a default retention, or replicate the bucket to one in another account.
    Object Lock cannot be turned off again, and neither AWS Config nor S3 server access logging delivers to a bucket
    that has it, so move those first.
    """
    if log.versioning != "Enabled":
        state = "is suspended" if log.versioning else "was never turned on"
        return failed(f"Versioning {state}: a log file that is deleted is gone for good.", HIGH)
    if either(lambda: log.lock_period_days, lambda: log.mfa_delete, lambda: log.copies, lambda: log.backups):
        return passed(f"Versions are kept, and {' and '.join(_protections(log))}.")
    return failed("Versions are kept, but no lock, MFA delete, copy or backup in another account protects them.", LOW)


def _protections(log: Row) -> list[str]:
    """What protects the versions, in words."""
    lock, mode = unless_unseen(lambda: log.lock_period_days, None), unless_unseen(lambda: log.lock_mode, None)
    found = [f"Object Lock keeps them for {lock} days in {str(mode).lower()} mode{_bypass(log)}"] if lock else []
    found += ["deleting one requires MFA"] if unless_unseen(lambda: log.mfa_delete, False) else []
    found += [f"copies go to {name}" for name in unless_unseen(lambda: log.copies, ())]
    return found + [f"a backup is in {vault}" for vault in unless_unseen(lambda: log.backups, ())]


def _bypass(log: Row) -> str:
    """Whom governance mode gives way to, in words."""
    names = unless_unseen(lambda: log.bypassers, None)
    if names is None:
        return " (who may bypass it was not seen)"
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return f" (which {', '.join(names[:5])}{more} may bypass)" if names else ""


@control(
    "TRAIL-07",
    title="The log bucket has a lifecycle that covers all objects, keeps logs for the required time and archives or "
    "deletes them afterwards",
    category=Category.MONITORING,
    severity=MEDIUM,
    maturity=3,
    source=f"{S3}intro-lifecycle-rules.html",
    fact=LOG_KEEPING,
    evidence=("prefixes", "lifecycle_rules"),
    mappings={
        "fsbp": ["S3.13", "S3.10"],
        "prowler": ["s3_bucket_lifecycle_enabled"],
        "service_screener": ["EnableTrailS3BucketLifecycle"],
    },
)
def log_lifecycle(log: Row, *, retention_days: Annotated[int, Range(1, 36500)] = 365) -> Verdict:
    """How long logs are kept should be a decision: too short, and an intrusion cannot be traced; forever, and personal
    data in them is kept without need.

    In a versioned bucket, expiry only hides a file; a second rule has to delete the version behind it.

    Fix: add one lifecycle rule for all objects that moves logs to an archive class, deletes them after the retention
    time, and deletes old versions as well. By CLI, a new configuration replaces the existing rules.
    """
    if not log.has_lifecycle:
        return failed("The bucket has no lifecycle: logs are kept forever in the storage class they arrive in.", LOW)
    short = unless_unseen(lambda: log.kept_days, None)
    return faults(
        [
            when(
                lambda: log.kept_days is not None and log.kept_days < retention_days,
                HIGH,
                f"logs are deleted after {short} days, but should be kept for {retention_days}",
            ),
            when(lambda: log.ends_at_a_date, MEDIUM, "a rule deletes logs on one fixed date only"),
            when(lambda: not log.covering, MEDIUM, "no enabled rule covers every log file and archives or deletes it"),
            when(
                lambda: log.versioning and not log.drops_old_versions,
                LOW,
                "no rule deletes old versions, so expired logs remain",
            ),
        ],
        otherwise=lambda: passed(f"A lifecycle rule covers all logs ({', '.join(log.covering)})."),
    )


@control(
    "TRAIL-08",
    title="Logs arrive: no delivery error, and recent files",
    category=Category.MONITORING,
    severity=HIGH,
    maturity=3,
    source=f"{TRAIL}cloudtrail-find-log-files.html",
    fact=LOG_DELIVERIES,
    scope="organization",
    mappings={
        "cis": ["CIS AWS Foundations v7.0.0 4.4"],
        "fsbp": ["CloudTrail.7"],
        "prowler": ["cloudtrail_logs_s3_bucket_access_logging_enabled"],
        "service_screener": ["TrailDeliverError", "EnableTrailS3BucketLogging"],
    },
)
def logs_arrive(log: Row, *, as_of: pd.Timestamp, max_delivery_hours: Annotated[int, Range(1, 720)] = 24) -> Verdict:
    """A trail that is on but cannot deliver looks healthy until the day somebody needs its files.

    Who reads the log bucket should be recorded too, by server access logging or by the bucket's data events.

    Fix: repair the policy of the bucket or key, confirm the next delivery, and turn on server access logging for the
    log bucket, into another bucket without Object Lock.
    """
    if log.way == "access":
        if either(lambda: log.access_log_bucket, lambda: log.objects_recorded):
            return passed("Access to the bucket is recorded.")
        return failed("Nothing records who reads the log bucket.", LOW)
    if log.way == "log group":
        if log.log_group_error:
            return failed(f"Events cannot be delivered to the log group: {log.log_group_error}.")
        return passed("AWS reports no delivery error for the log group.")
    if log.delivery_error:
        return failed(f"Files cannot be delivered to the bucket: {log.delivery_error}.")
    if log.delivered_at is None:
        if log.is_logging and log.started_at is not None and as_of - log.started_at < pd.Timedelta(hours=1):
            return asked("The trail was started within the last hour; does its first file arrive?")
        return failed("No file has ever been delivered.")
    if as_of - log.delivered_at > pd.Timedelta(hours=max_delivery_hours):
        return failed(f"The last file was delivered {_ago(as_of - log.delivered_at)} ago.")
    return passed("Files are delivered.")


def _ago(since: pd.Timedelta) -> str:
    """A time in words: whole days, or hours where it is less than a day."""
    hours = int(since // pd.Timedelta(hours=1))
    return counted(hours // 24, "day") if hours >= 24 else counted(hours, "hour")


@control(
    "TRAIL-09",
    title="Data events are recorded for the stores that matter",
    category=Category.MONITORING,
    severity=MEDIUM,
    maturity=4,
    source=f"{TRAIL}logging-data-events-with-cloudtrail.html",
    fact=DATA_EVENTS,
    scope="organization",
    mappings={
        "cis": ["CIS AWS Foundations v7.0.0 4.8", "CIS AWS Foundations v7.0.0 4.9"],
        "prowler": [
            "cloudtrail_s3_dataevents_read_enabled",
            "cloudtrail_s3_dataevents_write_enabled",
            "awslambda_function_invoke_api_operations_cloudtrail_logging_enabled",
        ],
        "scoutsuite": ["cloudtrail-no-data-logging.json", "cloudtrail-partial-data-logging.json"],
        "service_screener": ["HasDataEventsCaptured"],
    },
)
def data_events_recorded(
    organization: Row, *, crown_jewel_buckets: tuple[str, ...] = (), sensitive_functions: tuple[str, ...] = ()
) -> Verdict:
    """After a theft the first question is which objects were read; only data events answer it.

    Recording all of them is expensive, so the buckets and functions worth it are agreed on. The data events GuardDuty
    analyzes for itself cannot be searched by anybody.

    Fix: add advanced event selectors for these buckets and functions to the organization trail, beside one for
    management events: the new selectors replace the old, and without it management events are no longer recorded.
    """
    if not crown_jewel_buckets and not sensitive_functions:
        kinds = unless_unseen(lambda: ", ".join(organization.data_events), "") or "none"
        return asked(
            "Which buckets and functions hold what must not leak, and should access to them be recorded? Ask"
            f" the owners of the data. Resource types with data events today: {kinds}."
        )
    return faults(
        [
            naming(lambda: organization.unrecorded_buckets, MEDIUM, "reads or writes of {} are not recorded"),
            naming(lambda: organization.unrecorded_functions, MEDIUM, "calls of {} are not recorded"),
        ],
        otherwise=lambda: passed("Data events of all agreed buckets and functions are recorded."),
    )
