"""HealthOmics shares."""

from __future__ import annotations

from orienteer.model import Call, Column
from orienteer.tables.shapes import listed, name

SHARES = listed(
    "omics_shares",
    "One row per share that the account gives, those that ended aside.",
    Call("omics", "list_shares", fixed={"resourceOwner": "SELF"}),
    "shares[?!contains(['DELETED', 'FAILED'], status)]",
    name("shareId", "id of the share"),
    Column("about_arn", "resourceArn", "string", "what is shared"),
    Column("account_ids", "[principalSubscriber]", "json", "account it is shared with"),
    Column("state", "status", "string", "ACTIVE, PENDING, ..."),
)
