"""S3 vector buckets and their policies."""

from __future__ import annotations

from orienteer.model import Call
from orienteer.tables.shapes import arn, listed, name, policies

BUCKETS = listed(
    "s3vectors_buckets",
    "One row per vector bucket.",
    Call("s3vectors", "list_vector_buckets"),
    "vectorBuckets[]",
    name("vectorBucketName"),
    arn("vectorBucketArn"),
)

BUCKET_POLICIES = policies(
    "s3vectors_bucket_policies",
    BUCKETS,
    Call("s3vectors", "get_vector_bucket_policy", params={"vectorBucketArn": "arn"}, absent={"NotFoundException"}),
    "policy",
)
