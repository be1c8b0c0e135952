"""Security Lake subscribers."""

from __future__ import annotations

from orienteer.model import Call, Column
from orienteer.tables.shapes import arn, listed, name

SUBSCRIBERS = listed(
    "securitylake_subscribers",
    "One row per subscriber: the account that reads.",
    Call("securitylake", "list_subscribers", absent={"ResourceNotFoundException"}),
    "subscribers[]",
    name("subscriberId", "id of the subscriber"),
    arn("subscriberArn"),
    Column("title", "subscriberName", "string", "what it is called"),
    Column("account_ids", "[subscriberIdentity.principal]", "json", "account that reads"),
)
