"""KMS keys, by policy and grants."""

from __future__ import annotations

from orienteer.facts.exposable import Exposable, Policy
from orienteer.facts.fact import Fact, Join
from orienteer.facts.openings import Accounts, Each
from orienteer.facts.values import RESOURCE

SHARED_KEYS = Fact(
    "shared_keys",
    "One row per customer managed key: its policy, and its grants.",
    base="kms_key_policies",
    joins=(Join("kms_grants", many="grants", on=RESOURCE),),
    hidden=frozenset({"grants"}),
    resource_type="AWS::KMS::Key",
)
EXPOSABLES = (
    Exposable(
        ("kms-key-policy", "kms-grant"),
        "AWS::KMS::Key",
        "shared_keys",
        (Policy(), Each("grants", Accounts(("grantee",), "grant"))),
        only=lambda key: bool(key["is_customer"]),
    ),
)
