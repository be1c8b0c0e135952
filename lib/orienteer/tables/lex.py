"""Lex bots and their policies."""

from __future__ import annotations

from orienteer.model import Call
from orienteer.tables.shapes import arn, arns, listed, name, policies

LIST = Call("lexv2-models", "list_bots")

BOTS = listed(
    "lex_bots",
    "One row per bot.",
    LIST,
    "botSummaries[]",
    name("botId", "id of the bot"),
    arn("botId"),
    read=arns("lex:{region}:{account}:bot/{name}", "botSummaries[]", LIST, "botId"),
)

BOT_POLICIES = policies(
    "lex_bot_policies",
    BOTS,
    Call(
        "lexv2-models", "describe_resource_policy", params={"resourceArn": "arn"}, absent={"ResourceNotFoundException"}
    ),
    "policy",
)
