"""AWS Signer profiles and the accounts that may use them."""

from __future__ import annotations

from orienteer.model import Call, Column
from orienteer.tables.shapes import arn, described, listed, name

PROFILES = listed(
    "signer_profiles",
    "One row per signing profile.",
    Call("signer", "list_signing_profiles"),
    "profiles[]",
    name("profileName"),
    arn("arn"),
)

PERMISSIONS = described(
    "signer_profile_permissions",
    PROFILES,
    "One row per signing profile: the accounts and organizations that may use it.",
    Call("signer", "list_profile_permissions", params={"profileName": "name"}, absent={"ResourceNotFoundException"}),
    Column("account_ids", "permissions[].principal", "json", "account ids, ARNs or organizations"),
)
