"""Glacier vaults and their policies."""

from __future__ import annotations

from orienteer.model import Call
from orienteer.tables.shapes import arn, listed, name, policies

VAULTS = listed(
    "glacier_vaults",
    "One row per vault.",
    Call("glacier", "list_vaults", params={"accountId": "account_id"}, absent={"NoLongerSupportedException"}),
    "VaultList[]",
    name("VaultName"),
    arn("VaultARN"),
)

VAULT_POLICIES = policies(
    "glacier_vault_policies",
    VAULTS,
    Call(
        "glacier",
        "get_vault_access_policy",
        params={"accountId": "account_id", "vaultName": "name"},
        absent={"ResourceNotFoundException"},
    ),
    "policy.Policy",
)
