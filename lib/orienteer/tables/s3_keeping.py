"""What keeps the objects of a bucket, and what removes them: versions, locks, replicas, lifecycle, access logs."""

from __future__ import annotations

from orienteer.model import EMPTY, Call, Column, Scope, Table
from orienteer.tables.s3 import BUCKETS

OF_BUCKET = {"Bucket": "bucket"}

BUCKET_VERSIONING = Table(
    name="s3_bucket_versioning",
    doc="One row per bucket: whether it keeps old versions; null where versioning was never turned on.",
    scope=Scope.ACCOUNT,
    parent=BUCKETS,
    call=Call("s3", "get_bucket_versioning", params=OF_BUCKET, absent={EMPTY}),
    columns=(
        Column("versioning", "Status", "string", "Enabled or Suspended"),
        Column("mfa_delete", "MFADelete == 'Enabled'", "bool", "deleting a version takes an MFA device"),
    ),
)

BUCKET_LOCKS = Table(
    name="s3_bucket_object_lock",
    doc="One row per bucket: the retention that new objects get by Object Lock; nulls where it is off.",
    scope=Scope.ACCOUNT,
    parent=BUCKETS,
    call=Call(
        "s3",
        "get_object_lock_configuration",
        params=OF_BUCKET,
        absent={"ObjectLockConfigurationNotFoundError"},
        actions=("s3:GetBucketObjectLockConfiguration",),
    ),
    columns=(
        Column("lock_enabled", "ObjectLockConfiguration.ObjectLockEnabled == 'Enabled'", "bool", "Object Lock is on"),
        Column("lock_mode", "ObjectLockConfiguration.Rule.DefaultRetention.Mode", "string", "GOVERNANCE or COMPLIANCE"),
        Column("lock_days", "ObjectLockConfiguration.Rule.DefaultRetention.Days", "int", "days of retention"),
        Column("lock_years", "ObjectLockConfiguration.Rule.DefaultRetention.Years", "int", "or years of it"),
    ),
)

BUCKET_REPLICATION = Table(
    name="s3_bucket_replication",
    doc="One row per bucket: its replication rules; null where it has none.",
    scope=Scope.ACCOUNT,
    parent=BUCKETS,
    call=Call(
        "s3",
        "get_bucket_replication",
        params=OF_BUCKET,
        absent={"ReplicationConfigurationNotFoundError"},
        actions=("s3:GetReplicationConfiguration",),
    ),
    columns=(Column("replication_rules", "ReplicationConfiguration.Rules", "json", "rules as AWS gives them"),),
)

BUCKET_LIFECYCLE = Table(
    name="s3_bucket_lifecycle",
    doc="One row per bucket: its lifecycle rules; null where it has none.",
    scope=Scope.ACCOUNT,
    parent=BUCKETS,
    call=Call(
        "s3",
        "get_bucket_lifecycle_configuration",
        params=OF_BUCKET,
        absent={"NoSuchLifecycleConfiguration"},
        actions=("s3:GetLifecycleConfiguration",),
    ),
    columns=(Column("lifecycle_rules", "Rules", "json", "rules as AWS gives them"),),
)

BUCKET_LOGGING = Table(
    name="s3_bucket_logging",
    doc="One row per bucket: where its server access logs go; null where they are off.",
    scope=Scope.ACCOUNT,
    parent=BUCKETS,
    call=Call("s3", "get_bucket_logging", params=OF_BUCKET, absent={EMPTY}),
    columns=(Column("access_log_bucket", "LoggingEnabled.TargetBucket", "string", "bucket of the access logs"),),
)
