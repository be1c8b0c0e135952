"""Grants on KMS keys."""

from __future__ import annotations

from orienteer.model import Call, Column
from orienteer.tables.kms import KEY_DETAILS
from orienteer.tables.shapes import described

GRANTS = described(
    "kms_grants",
    KEY_DETAILS,
    "One row per grant on a customer managed key: who may use the key by it.",
    Call("kms", "list_grants", params={"KeyId": "key_id"}, absent={"NotFoundException", "KMSInvalidStateException"}),
    Column("grant_id", "GrantId", "string", "id of the grant"),
    Column("grantee", "GranteePrincipal", "string", "ARN, account or service that has it"),
    Column("operations", "Operations", "json", "what it allows"),
    Column("constraints", "Constraints", "json", "encryption contexts and source that it holds for; null: any"),
    items="Grants[]",
    when="is_customer",
    keep=("is_customer",),
)
