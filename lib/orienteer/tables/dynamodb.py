"""DynamoDB tables and streams, and their policies."""

from __future__ import annotations

from orienteer.model import Call, Column
from orienteer.tables.shapes import arn, arns, described, listed, name, policies

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

TABLE_DETAILS = described(
    "dynamodb_table_details",
    TABLES,
    "One row per table: whether it can be deleted, and the key that encrypts it.",
    Call("dynamodb", "describe_table", params={"TableName": "name"}, absent={"ResourceNotFoundException"}),
    Column("deletion_protection", "Table.DeletionProtectionEnabled", "bool", "it cannot be deleted unasked"),
    Column("kms_key", "Table.SSEDescription.KMSMasterKeyArn", "string", "KMS key that encrypts it; null: a key of AWS"),
)

TABLE_BACKUPS = described(
    "dynamodb_table_backups",
    TABLES,
    "One row per table: whether it can be put back to any second of the last weeks.",
    Call(
        "dynamodb",
        "describe_continuous_backups",
        params={"TableName": "name"},
        absent={"TableNotFoundException", "ResourceNotFoundException"},
    ),
    Column(
        "point_in_time",
        "ContinuousBackupsDescription.PointInTimeRecoveryDescription.PointInTimeRecoveryStatus == 'ENABLED'",
        "bool",
        "point-in-time recovery is on",
    ),
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
