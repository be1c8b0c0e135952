"""Amazon MQ brokers."""

from __future__ import annotations

from orienteer.model import Call, Column
from orienteer.tables.shapes import arn, described, listed, name

BROKERS = listed(
    "mq_brokers",
    "One row per broker.",
    Call("mq", "list_brokers"),
    "BrokerSummaries[]",
    name("BrokerId", "id of the broker"),
    arn("BrokerArn"),
    Column("title", "BrokerName", "string", "what it is called"),
)

BROKER_DETAILS = described(
    "mq_broker_details",
    BROKERS,
    "One row per broker: whether it has a public address; it asks for name and password.",
    Call("mq", "describe_broker", params={"BrokerId": "name"}, absent={"NotFoundException"}),
    Column("publicly_accessible", "PubliclyAccessible", "bool", "has a public address"),
    Column("group_ids", "SecurityGroups", "json", "security groups on it; null for a public RabbitMQ broker"),
    Column("engine", "EngineType", "string", "ACTIVEMQ or RABBITMQ"),
    Column("authentication", "AuthenticationStrategy", "string", "SIMPLE, LDAP or CONFIG_MANAGED"),
    keep=("title",),
)
