"""S3 on Outposts: buckets and access points, and their policies."""

from __future__ import annotations

from orienteer.model import Call
from orienteer.tables.shapes import arn, described, listed, name, policies

OUTPOSTS = listed(
    "outposts",
    "One row per Outpost.",
    Call("outposts", "list_outposts"),
    "Outposts[]",
    name("OutpostId", "id of the Outpost"),
    arn("OutpostArn"),
)

BUCKETS = described(
    "s3_outposts_buckets",
    OUTPOSTS,
    "One row per bucket on an Outpost.",
    Call(
        "s3control",
        "list_regional_buckets",
        params={"AccountId": "account_id", "OutpostId": "name"},
        actions=("s3-outposts:ListRegionalBuckets",),
    ),
    name("Bucket"),
    arn("BucketArn"),
    items="RegionalBucketList[]",
    resource="arn",
    arn="arn",
)

BUCKET_POLICIES = policies(
    "s3_outposts_bucket_policies",
    BUCKETS,
    Call(
        "s3control",
        "get_bucket_policy",
        params={"AccountId": "account_id", "Bucket": "arn"},
        absent={"NoSuchBucketPolicy"},
        actions=("s3-outposts:GetBucketPolicy",),
    ),
    "Policy",
)

ACCESS_POINTS = described(
    "s3_outposts_access_points",
    BUCKETS,
    "One row per access point of a bucket on an Outpost.",
    Call(
        "s3control",
        "list_access_points",
        params={"AccountId": "account_id", "Bucket": "arn"},
        actions=("s3-outposts:ListAccessPoints",),
    ),
    name("Name"),
    arn("AccessPointArn"),
    items="AccessPointList[]",
    resource="arn",
    arn="arn",
)

ACCESS_POINT_POLICIES = policies(
    "s3_outposts_access_point_policies",
    ACCESS_POINTS,
    Call(
        "s3control",
        "get_access_point_policy",
        params={"AccountId": "account_id", "Name": "arn"},
        absent={"NoSuchAccessPointPolicy"},
        actions=("s3-outposts:GetAccessPointPolicy",),
    ),
    "Policy",
)
