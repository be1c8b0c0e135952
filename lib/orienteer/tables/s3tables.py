"""S3 table buckets and tables, and their policies."""

from __future__ import annotations

from orienteer.model import Call, Column
from orienteer.tables.shapes import arn, described, listed, name, policies

BUCKETS = listed(
    "s3tables_buckets",
    "One row per table bucket.",
    Call("s3tables", "list_table_buckets"),
    "tableBuckets[]",
    name("name"),
    arn("arn"),
    Column("bucket_arn", "arn", "string", "its ARN, for its tables"),
)

BUCKET_POLICIES = policies(
    "s3tables_bucket_policies",
    BUCKETS,
    Call("s3tables", "get_table_bucket_policy", params={"tableBucketARN": "arn"}, absent={"NotFoundException"}),
    "resourcePolicy",
)

TABLES = described(
    "s3tables_tables",
    BUCKETS,
    "One row per table of a table bucket.",
    Call("s3tables", "list_tables", params={"tableBucketARN": "arn"}, absent={"NotFoundException"}),
    name("name"),
    arn("tableARN"),
    Column("namespace", "namespace[0]", "string", "its namespace"),
    items="tables[]",
    keep=("bucket_arn",),
    resource="arn",
    arn="arn",
)

TABLE_POLICIES = policies(
    "s3tables_table_policies",
    TABLES,
    Call(
        "s3tables",
        "get_table_policy",
        params={"tableBucketARN": "bucket_arn", "namespace": "namespace", "name": "name"},
        absent={"NotFoundException"},
    ),
    "resourcePolicy",
)
