"""What the lifecycle and replication rules of a bucket do to the objects under a prefix.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from orienteer.facts.seen import NotSeen, Row, Unseen
from orienteer.facts.values import not_asked, objects

Rule = Mapping[str, Any]
NARROWING = ("Tag", "Tags", "ObjectSizeGreaterThan", "ObjectSizeLessThan")
"""Parts of a filter by which a rule takes some of the objects under its prefix only."""


def rules(text: str | None) -> list[Rule]:
    """The rules in a column that are enabled."""
    return [rule for rule in objects(text) if rule.get("Status") == "Enabled"]


def _filter(rule: Rule) -> Rule:
    """Its filter, in the newer form or the older one (a prefix beside the rest)."""
    given = rule.get("Filter")
    if given is None:
        return {"Prefix": rule.get("Prefix") or ""}
    return given.get("And") or given  # type: ignore[no-any-return]


def prefix(rule: Rule) -> str:
    """The prefix of the objects that it takes; empty for all."""
    return str(_filter(rule).get("Prefix") or "")


def is_narrow(rule: Rule) -> bool:
    """It takes objects of some tags or sizes only."""
    return any(_filter(rule).get(part) is not None for part in NARROWING)


def covers(rule: Rule, prefixes: Iterable[str]) -> bool:
    """It takes every object under each of the prefixes."""
    return not is_narrow(rule) and all(one.startswith(prefix(rule)) for one in prefixes)


def touches(rule: Rule, prefixes: Iterable[str]) -> bool:
    """It may take some object under one of the prefixes; log files have no tags."""
    tagged = _filter(rule).get("Tag") is not None or _filter(rule).get("Tags")
    own = prefix(rule)
    return not tagged and any(one.startswith(own) or own.startswith(one) for one in prefixes)


def acts(rule: Rule) -> bool:
    """It moves or removes objects as they age."""
    expires = rule.get("Expiration") or {}
    return bool(expires.get("Days") or expires.get("Date") or rule.get("Transitions"))


def expires_old_versions(rule: Rule) -> bool:
    """It removes versions that were overwritten or deleted."""
    return bool((rule.get("NoncurrentVersionExpiration") or {}).get("NoncurrentDays"))


def elsewhere(rule: Rule, account: str, own: Iterable[str], all_regions: bool) -> bool | None:
    """The rule copies to a bucket of another account; None where that is not told.

    `own` are the account's buckets, in all regions or in those that were looked at.
    """
    target = rule.get("Destination") or {}
    if target.get("Account"):
        return bool(target["Account"] != account)
    if target_name(rule) in set(own):
        return False
    return True if all_regions else None


def copies_elsewhere(bucket: Row, rules: Sequence[Rule], all_regions: bool) -> tuple[str, ...]:
    """The buckets of other accounts that these replication rules of a bucket copy to.

    Raises NotSeen where that hangs on a bucket which may be the account's own, in a region that was not looked at.
    """
    if all((rule.get("Destination") or {}).get("Account") for rule in rules):
        own = []
    else:
        own = [one.bucket for one in bucket.own_buckets]
    told = {target_name(rule): elsewhere(rule, bucket.account_id, own, all_regions) for rule in rules}
    if not any(told.values()) and None in told.values():
        why = "the bucket that gets copies may be the account's own, in a region that is not part of this assessment"
        raise NotSeen(Unseen(frozenset({not_asked("s3:ListBuckets", bucket.account_id, "any other", why)})))
    return tuple(sorted(name for name, is_elsewhere in told.items() if is_elsewhere))


def target_name(rule: Rule) -> str:
    """The bucket that a replication rule copies to."""
    return str((rule.get("Destination") or {}).get("Bucket") or "").rpartition(":")[2]


def expiry_days(rule: Rule) -> int | None:
    """After how many days it removes objects; None where it does not count days."""
    found = (rule.get("Expiration") or {}).get("Days")
    return None if found is None else int(found)


def expires_by_date(rule: Rule) -> bool:
    """It removes everything at one date, and nothing that comes later."""
    return (rule.get("Expiration") or {}).get("Date") is not None
