"""Macie: whether it runs, whose buckets it looks into by itself, and the jobs that it was given."""

from __future__ import annotations

from orienteer.model import Call, Column
from orienteer.tables.shapes import described, listed, name

OFF = "AccessDeniedException: macie is not enabled"
"""What Macie answers where it was never turned on.
https://docs.aws.amazon.com/macie/latest/APIReference/macie.html"""

SESSIONS = listed(
    "macie2_sessions",
    "One row per account and region: whether Macie runs; nulls where it is off.",
    Call("macie2", "get_macie_session", absent={OFF}),
    "",
    Column("macie_status", "status", "string", "ENABLED or PAUSED"),
    Column("is_on", "status == 'ENABLED'", "bool", "it runs"),
    resource="",
    arn="",
)

DISCOVERY = described(
    "macie2_discovery_accounts",
    SESSIONS,
    "One row per account whose buckets Macie may look into by itself, as its administrator lists them.",
    Call("macie2", "list_automated_discovery_accounts", absent={OFF}),
    Column("discovery_account", "accountId", "string", "account that owns the buckets"),
    Column("discovery_status", "status", "string", "ENABLED or DISABLED"),
    items="items[]",
    when="is_on",
)

JOBS = described(
    "macie2_jobs",
    SESSIONS,
    "One row per job that looks for sensitive data.",
    Call("macie2", "list_classification_jobs", absent={OFF}),
    name("jobId", "id of the job"),
    Column("job_status", "jobStatus", "string", "RUNNING, IDLE, COMPLETE, CANCELLED, ..."),
    Column("made_at", "createdAt", "timestamp", "when it was made"),
    Column("accounts", "bucketDefinitions[].accountId", "json", "accounts whose buckets it names"),
    Column("by_criteria", "bucketCriteria != `null`", "bool", "takes buckets by what they are like"),
    items="items[]",
    when="is_on",
    resource="name",
)
