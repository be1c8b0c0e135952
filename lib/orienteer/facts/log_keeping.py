"""Log buckets as archives: what keeps their files, what removes them, and whether files arrive."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from orienteer.facts import lifecycle
from orienteer.facts.data_events import BOTH, OBJECTS, taken_of
from orienteer.facts.fact import Fact, Join
from orienteer.facts.organization import NOWHERE
from orienteer.facts.seen import Cells, Row, unless_unseen
from orienteer.facts.source import Gap, Source
from orienteer.facts.trail_storage import LOG_BUCKETS, no_bucket
from orienteer.facts.values import cells_of, documents
from orienteer.model import KEYS
from orienteer.parameters import Client
from orienteer.policy.rights.breadth import may

BUCKET = "AWS::S3::Bucket"
BYPASS = "s3:BypassGovernanceRetention"


def _of_bucket(table: str, *columns: str) -> Join:
    return Join(table, columns, on={"resource_id": "bucket"}, place=NOWHERE, missing=no_bucket)


def prefixes(log: Row) -> tuple[str, ...]:
    """Where in the bucket the files of trails lie."""
    found = set()
    for trail in log.delivering.seen:
        organization = unless_unseen(lambda: log.organization_id, None) if trail.is_organization else None
        below = f"{organization}/" if organization else ""
        found.add(f"{trail.bucket_prefix + '/' if trail.bucket_prefix else ''}AWSLogs/{below}")
    return tuple(sorted(found))


def lock_period_days(log: Row) -> int | None:
    """For how many days Object Lock keeps each new file."""
    return log.lock_days if log.lock_days is not None else 365 * log.lock_years if log.lock_years else None


def bypassers(log: Row, *, as_of: pd.Timestamp) -> tuple[str, ...]:
    """Users and roles of the bucket's account that governance mode gives way to; nobody where the lock is another."""
    if log.lock_mode != "GOVERNANCE":
        return ()
    now, files = as_of.to_pydatetime(), f"{log.resource_arn}/AWSLogs/probe"
    people = (one for one in log.people if one.kind in ("user", "role"))
    return tuple(sorted(one.resource_id for one in people if may(one.identity, BYPASS, files, now)))


def copies(log: Row, *, client: Client) -> tuple[str, ...]:
    """Buckets of other accounts that get a copy of each file."""
    rules = [rule for rule in lifecycle.rules(log.replication_rules) if lifecycle.covers(rule, log.prefixes)]
    return lifecycle.copies_elsewhere(log, rules, not client.regions)


def backups(log: Row) -> tuple[str, ...]:
    """Backup vaults of other accounts that hold the bucket."""
    vaults = (str(one.vault_arn) for one in log.protected if one.vault_arn)
    return tuple(sorted(v for v in vaults if v.count(":") > 4 and v.split(":")[4] != log.account_id))


def has_lifecycle(log: Row) -> bool:
    """It has lifecycle rules, whether on or off."""
    return bool(documents(log.lifecycle_rules))


def covering(log: Row) -> tuple[str, ...]:
    """Lifecycle rules that are on, take every file of the trails, and move or remove them."""
    found = lifecycle.rules(log.lifecycle_rules)
    return tuple(_name(r) for r in found if lifecycle.covers(r, log.prefixes) and lifecycle.acts(r))


def _name(rule: lifecycle.Rule) -> str:
    return str(rule.get("ID") or lifecycle.prefix(rule) or "all objects")


def kept_days(log: Row) -> int | None:
    """How long the shortest lived files of trails stay; None where no rule removes them by age.

    Object Lock keeps a file past its expiry.
    """
    found = [r for r in lifecycle.rules(log.lifecycle_rules) if lifecycle.touches(r, log.prefixes)]
    shortest = min((days for r in found if (days := lifecycle.expiry_days(r)) is not None), default=None)
    return shortest if shortest is None else max(shortest, log.lock_period_days or 0)


def ends_at_a_date(log: Row) -> bool:
    """A rule removes files of trails at one date."""
    found = lifecycle.rules(log.lifecycle_rules)
    return any(lifecycle.expires_by_date(r) and lifecycle.touches(r, log.prefixes) for r in found)


def drops_old_versions(log: Row) -> bool:
    """A rule removes old versions of every file of the trails."""
    found = lifecycle.rules(log.lifecycle_rules)
    return any(lifecycle.expires_old_versions(r) and lifecycle.covers(r, log.prefixes) for r in found)


def objects_recorded(log: Row) -> bool:
    """A trail of the organization, or of the bucket's account, records reads and writes of its objects."""
    arn = f"{log.resource_arn}/"
    found = set[str]()
    for trail in (*(t for t in log.trails.seen if t.is_organization), *log.own_trails):
        if trail.is_logging:
            found |= taken_of(trail.event_selectors, trail.advanced_selectors, OBJECTS, arn)
    return found == BOTH


LOG_KEEPING = Fact(
    "log_keeping",
    "One row per bucket that holds the files of trails: how long files stay, what protects them, who records access.",
    base=LOG_BUCKETS.name,
    joins=(
        _of_bucket("s3_bucket_versioning", "versioning", "mfa_delete"),
        _of_bucket("s3_bucket_object_lock", "lock_mode", "lock_days", "lock_years"),
        _of_bucket("s3_bucket_replication", "replication_rules"),
        _of_bucket("s3_bucket_lifecycle", "lifecycle_rules"),
        _of_bucket("s3_bucket_logging", "access_log_bucket"),
        Join("s3_buckets", many="own_buckets", on={"account_id": "account_id"}, place=("account_id", "")),
        Join("backup_protected_resources", many="protected", on={"arn": "resource_arn"}),
        Join("principals", many="people", on={"account_id": "account_id"}, place=("account_id", "")),
        Join("trails", many="delivering", on={"bucket": "bucket"}, place=NOWHERE),
        Join("trails", many="trails", on={}, place=NOWHERE),
        Join("trails", many="own_trails", on={"account_id": "account_id"}, place=("account_id", "")),
    ),
    columns=(
        prefixes,
        lock_period_days,
        bypassers,
        copies,
        backups,
        has_lifecycle,
        covering,
        kept_days,
        ends_at_a_date,
        drops_old_versions,
        objects_recorded,
    ),
    hidden=frozenset({"ground", "it", "own_buckets", "people", "protected", "delivering", "trails", "own_trails"}),
    resource_type=BUCKET,
)


# --- whether files arrive

OF_TRAIL = ("is_logging", "started_at", "delivered_at", "delivery_error", "log_group_arn", "log_group_error")
OF_BUCKET = ("access_log_bucket", "objects_recorded")


def _deliveries(trails: Source, log_keeping: Source) -> Iterator[Cells | Gap]:
    """For each trail its way to the bucket and to the log group; for each bucket the record of who reads it."""
    for trail in trails.rows:
        taken: dict[str, Any] = cells_of(trail, *OF_TRAIL)
        yield Cells(dict.fromkeys(OF_BUCKET) | taken, way="bucket", resource_type=None)
        if trail["log_group_arn"]:
            name = {"resource_id": f"{trail['resource_id']}/log group"}
            yield Cells(dict.fromkeys(OF_BUCKET) | taken | name, way="log group", resource_type=None)
    for bucket in log_keeping.rows:
        taken = cells_of(bucket, *OF_BUCKET)
        yield Cells(dict.fromkeys(OF_TRAIL) | taken, way="access", resource_type=BUCKET)
    yield from dict.fromkeys((*trails.gaps, *log_keeping.gaps))


LOG_DELIVERIES = Fact(
    "log_deliveries",
    "One row per trail and place that it delivers to, and one per log bucket about the record of access to it.",
    rows=_deliveries,
    made={
        **dict.fromkeys(("", "way", "resource_type"), ("cloudtrail_trails",)),
        **{c: (f"trails.{c}", f"log_keeping.{c}") for c in KEYS},
        **{c: (f"trails.{c}",) for c in OF_TRAIL},
        **{c: (f"log_keeping.{c}",) for c in OF_BUCKET},
    },
    resource_type="AWS::CloudTrail::Trail",
)
