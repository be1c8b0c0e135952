"""KMS keys."""

from __future__ import annotations

from orienteer.facts.exposable import Exposable, Policy

EXPOSABLES = (
    Exposable(
        ("kms-key-policy",),
        "AWS::KMS::Key",
        "kms_key_policies",
        "kms:GetKeyPolicy",
        (Policy(),),
        only=lambda key: bool(key["is_customer"]),
    ),
)
