"""SNS topics and their policies."""

from __future__ import annotations

from orienteer.model import Call, Column, Scope, Table

TOPICS = Table(
    name="sns_topics",
    doc="One row per topic.",
    scope=Scope.REGION,
    call=Call("sns", "list_topics"),
    items="Topics[]",
    resource="topic_arn",
    arn="topic_arn",
    columns=(Column("topic_arn", "TopicArn", "string", "ARN of the topic"),),
)

TOPIC_POLICIES = Table(
    name="sns_topic_policies",
    doc="One row per topic: its policy and key.",
    scope=Scope.REGION,
    parent=TOPICS,
    call=Call(
        "sns", "get_topic_attributes", params={"TopicArn": "topic_arn"}, absent={"NotFound", "NotFoundException"}
    ),
    columns=(
        Column("policy", "Attributes.Policy", "policy", "policy document, JSON text"),
        Column("kms_key", "Attributes.KmsMasterKeyId", "string", "key that encrypts it"),
        Column("confirmed", "to_number(Attributes.SubscriptionsConfirmed)", "int", "subscriptions that are confirmed"),
    ),
)
