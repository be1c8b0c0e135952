"""DynamoDB tables and streams, and their policies."""

from __future__ import annotations

from orienteer.model import Call
from orienteer.tables.shapes import arn, arns, listed, name, policies

NO_POLICY = frozenset({"PolicyNotFoundException", "ResourceNotFoundException"})
LIST = Call("dynamodb", "list_tables")

TABLES = listed(
    "dynamodb_tables",
    "One row per table.",
    LIST,
    "TableNames[]",
    name("@"),
    arn("@"),
    read=arns("dynamodb:{region}:{account}:table/{name}", "TableNames[]", LIST),
)

TABLE_POLICIES = policies(
    "dynamodb_table_policies",
    TABLES,
    Call("dynamodb", "get_resource_policy", params={"ResourceArn": "arn"}, absent=NO_POLICY),
)

STREAMS = listed(
    "dynamodb_streams",
    "One row per stream of a table.",
    Call("dynamodbstreams", "list_streams"),
    "Streams[]",
    name("StreamArn", "ARN of the stream"),
    arn("StreamArn"),
)

STREAM_POLICIES = policies(
    "dynamodb_stream_policies",
    STREAMS,
    Call("dynamodb", "get_resource_policy", params={"ResourceArn": "arn"}, absent=NO_POLICY),
)
