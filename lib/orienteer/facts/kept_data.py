"""Which buckets are important, and what keeps their objects when somebody with rights wants them gone."""

from __future__ import annotations

from collections.abc import Iterator

from orienteer.facts import lifecycle
from orienteer.facts.fact import Fact, Join
from orienteer.facts.guarded import ORGANIZATION_TYPE
from orienteer.facts.seen import Cells, Row, Unseen, gaps_of
from orienteer.facts.source import Gap, Source
from orienteer.facts.values import ACCOUNT, cells_of, documents, keys_at, names_in
from orienteer.model import KEYS
from orienteer.parameters import Client

BUCKET = "AWS::S3::Bucket"
IMPORTANT = ("confidential", "restricted")
TAG = "data-classification"


# --- which are important


def data_class(bucket: Row, *, important_tag: str = TAG) -> str | None:
    """The value of its classification tag."""
    found = (tag for tag in documents(bucket.tags) if str(tag.get("Key", "")).lower() == important_tag.lower())
    return next((str(tag.get("Value")) for tag in found), None)


def important(
    bucket: Row, *, important_values: tuple[str, ...] = IMPORTANT, crown_jewel_buckets: tuple[str, ...] = ()
) -> bool:
    """The client names it, or its classification tag says so."""
    if bucket.bucket in crown_jewel_buckets:
        return True
    return (bucket.data_class or "").lower() in [value.lower() for value in important_values]


CLASSIFIED = Fact(
    "classified_buckets",
    "One row per bucket: its class by tag, and whether it is important.",
    base="s3_buckets",
    joins=(Join("s3_bucket_tags", ("tags",)),),
    columns=(data_class, important),
    hidden=frozenset({"tags"}),
    resource_type=BUCKET,
)


# --- what keeps their objects


def _important(
    classified_buckets: Source, the_organization: Source, *, crown_jewel_buckets: tuple[str, ...] = ()
) -> Iterator[Cells | Gap]:
    """The buckets that are or may be important; the organization alone where nothing tells which are."""
    rows = classified_buckets.rows
    for row in rows:
        if row["important"] is not False:
            yield Cells(cells_of(row, "bucket", "data_class", "important"), buckets=1, resource_type=BUCKET)
    told = crown_jewel_buckets or any(row["data_class"] is not None for row in rows)
    if rows and not told:
        yield Cells(
            keys_at(the_organization.rows[0]["told_by"], "classification of buckets"),
            bucket=None,
            data_class=None,
            important=False,
            buckets=len(rows),
            resource_type=ORGANIZATION_TYPE,
        )
    yield from classified_buckets.gaps


def noncurrent_days(bucket: Row) -> int | None:
    """After how many days the shortest lived old versions go; None where they stay."""
    found = (rule.get("NoncurrentVersionExpiration") or {} for rule in lifecycle.rules(bucket.lifecycle_rules))
    return min((int(one["NoncurrentDays"]) for one in found if one.get("NoncurrentDays")), default=None)


def replica_accounts(bucket: Row, *, client: Client) -> tuple[str, ...]:
    """Buckets of other accounts to which its objects are copied."""
    return lifecycle.copies_elsewhere(bucket, lifecycle.rules(bucket.replication_rules), not client.regions)


def backed_up(bucket: Row) -> bool:
    """AWS Backup holds a recovery point of it."""
    return any(one.arn for one in bucket.protected)


IMPORTANT_BUCKETS = Fact(
    "important_buckets",
    "One row per bucket that is important, by the client's list or its tag: versions, their lifecycle, and what keeps "
    "them from being deleted; one for the organization where nothing tells which are.",
    rows=_important,
    made={
        **dict.fromkeys(
            ("", *KEYS, "bucket", "buckets", "resource_type"), ("s3_buckets", "s3_bucket_tags", "organization")
        ),
        "data_class": ("classified_buckets.data_class",),
        "important": ("classified_buckets.important",),
    },
    joins=(
        Join("s3_bucket_versioning", ("versioning", "mfa_delete")),
        Join("s3_bucket_object_lock", ("lock_mode",)),
        Join("s3_bucket_replication", ("replication_rules",)),
        Join("s3_bucket_lifecycle", ("lifecycle_rules",)),
        Join("s3_buckets", many="own_buckets", on=ACCOUNT, place=("account_id", "")),
        Join("backup_protected_resources", many="protected", on={"arn": "resource_arn"}),
    ),
    columns=(noncurrent_days, replica_accounts, backed_up),
    hidden=frozenset({"own_buckets", "protected", "lifecycle_rules", "replication_rules"}),
    resource_type=BUCKET,
)


# --- where it is looked for


def _bucket_places(classified_buckets: Source) -> Iterator[Cells | Gap]:
    """One row per account and region that holds buckets."""
    found: dict[tuple[str, str], list[Cells]] = {}
    for row in classified_buckets.rows:
        found.setdefault((row["account_id"], row["region"]), []).append(row)
    for (account, region), rows in sorted(found.items()):
        classes = [row["data_class"] for row in rows]
        gaps = gaps_of(*classes)
        yield Cells(
            keys_at(account, region, region=region),
            buckets_total=len(rows),
            buckets_classified=Unseen(gaps) if gaps else sum(one is not None for one in classes),
        )
    yield from classified_buckets.gaps


def discovered(place: Row) -> bool:
    """Macie looks into the account's buckets there by itself."""
    return any(one.discovery_status == "ENABLED" for one in place.discovery)


def jobs(place: Row) -> int:
    """How many jobs look, or have looked, for sensitive data in its buckets there."""
    live = (one for one in place.jobs_there if one.name and one.job_status not in ("CANCELLED", "USER_PAUSED"))
    return sum(1 for one in live if place.account_id in (*names_in(one.accounts), one.account_id))


SEARCHED_PLACES = Fact(
    "searched_places",
    "One row per account and region that holds buckets: how many are classified, and whether Macie looks into them.",
    rows=_bucket_places,
    made={
        **dict.fromkeys(("", *KEYS, "buckets_total"), ("s3_buckets",)),
        "buckets_classified": ("classified_buckets.data_class",),
    },
    joins=(
        Join("macie2_sessions", ("macie_status",), on={"account_id": "account_id", "region": "region"}),
        Join("macie2_discovery_accounts", many="discovery", on={"discovery_account": "account_id", "region": "region"}),
        Join("macie2_jobs", many="jobs_there", on={"region": "region"}),
    ),
    columns=(discovered, jobs),
    hidden=frozenset({"discovery", "jobs_there"}),
)
