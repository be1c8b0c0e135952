"""Customer managed keys: what names them, who else gets to use them, whether they rotate."""

from __future__ import annotations

from orienteer.facts.exposable import LEVELS
from orienteer.facts.exposed import exposure_class, policy_problems
from orienteer.facts.fact import Fact, Join
from orienteer.facts.seen import Row
from orienteer.facts.values import PLACE, RESOURCE


def aliases(key: Row) -> tuple[str, ...]:
    """The names that stand for it."""
    return tuple(sorted(one.alias for one in key.named))


def external_principals(key: Row) -> tuple[str, ...]:
    """Those outside the organization who get to use it, by policy or grant."""
    outside = [one for one in key.exposed if LEVELS.index(one.level) > LEVELS.index("organization")]
    return tuple(dict.fromkeys(f"{who} ({one.through})" for one in outside for who in one.who))


def rotates(key: Row) -> bool | None:
    """Its material changes by itself; None for a kind of key that cannot."""
    return key.rotation_enabled if key.rotatable else None


CUSTOMER_KEYS = Fact(
    "customer_keys",
    "One row per KMS key: its aliases, whether it rotates, and who outside gets to use it by policy or grant.",
    base="kms_key_details",
    joins=(
        Join("kms_key_rotation", ("rotation_enabled",), on=RESOURCE),
        Join("kms_aliases", many="named", on={**PLACE, "target_key": "key_id"}),
        Join("key_exposures", many="exposed", on={"resource_arn": "resource_arn"}),
    ),
    columns=(aliases, exposure_class, external_principals, policy_problems, rotates),
    hidden=frozenset({"named", "exposed"}),
    resource_type="AWS::KMS::Key",
)
