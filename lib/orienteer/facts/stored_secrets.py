"""Secrets in Secrets Manager: how old each is, whether it rotates and is used, and who else may read it."""

from __future__ import annotations

import pandas as pd

from orienteer.facts.exposed import exposure_class, policy_problems
from orienteer.facts.fact import Fact, Join
from orienteer.facts.seen import Row
from orienteer.facts.values import days, latest


def readers_outside(secret: Row) -> tuple[str, ...]:
    """Those outside the organization who may read it."""
    outside = (one for one in secret.exposed if one.level in ("external", "public"))
    return tuple(dict.fromkeys(who for one in outside for who in one.who))


def age_days(secret: Row, *, as_of: pd.Timestamp) -> int | None:
    """Days since its value last changed, or since it was made."""
    return days(as_of, latest(secret.rotated_at, secret.changed_at) or secret.created_at)


def unused_days(secret: Row, *, as_of: pd.Timestamp) -> int | None:
    """Days since somebody last read it; since it was made, where nobody ever did."""
    return days(as_of, secret.accessed_at or secret.created_at)


def overdue_days(secret: Row, *, as_of: pd.Timestamp) -> int:
    """Whole days since it should have rotated; 0 where it is on time, and of a copy, which rotates elsewhere.

    AWS names the day of the next rotation, which stays where rotations fail; without it the rule counts from the last.
    """
    due = secret.next_rotation_at
    if due is None and secret.rotated_at is not None and secret.rotation_days:
        due = secret.rotated_at + pd.Timedelta(days=secret.rotation_days)
    late = days(as_of, due) if secret.rotation_enabled and not secret.is_copy else None
    return max(late or 0, 0)


def has_rotated(secret: Row) -> bool:
    """It rotates, and did so at least once."""
    return bool(secret.rotation_enabled and secret.rotated_at is not None)


def unrotated_days(secret: Row) -> int | None:
    """Days since its value last changed, where nothing rotates it: None of one that has rotated, and of a copy."""
    return None if secret.is_copy or secret.has_rotated else secret.age_days


def is_copy(secret: Row) -> bool:
    """It is a copy of a secret in another region, which rotates there."""
    return secret.primary_region not in (None, secret.region)


STORED_SECRETS = Fact(
    "stored_secrets",
    "One row per secret: its age, rotation and last use, and who outside the organization may read it.",
    base="secretsmanager_secrets",
    joins=(Join("secret_exposures", many="exposed", on={"resource_arn": "resource_arn"}),),
    columns=(
        exposure_class,
        readers_outside,
        policy_problems,
        age_days,
        unused_days,
        has_rotated,
        is_copy,
        overdue_days,
        unrotated_days,
    ),
    hidden=frozenset({"exposed"}),
    resource_type="AWS::SecretsManager::Secret",
)
