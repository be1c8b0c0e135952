"""Payment Cryptography keys and their policies (never key material)."""

from __future__ import annotations

from orienteer.model import Call
from orienteer.tables.shapes import arn, listed, policies

KEYS = listed(
    "payment_cryptography_keys", "One row per key.", Call("payment-cryptography", "list_keys"), "Keys[]", arn("KeyArn")
)

KEY_POLICIES = policies(
    "payment_cryptography_key_policies",
    KEYS,
    Call(
        "payment-cryptography",
        "get_resource_policy",
        params={"ResourceArn": "arn"},
        absent={"ResourceNotFoundException"},
    ),
    "Policy",
)
