"""Further ways into S3: websites, access points of every kind, access grants, directory and Outposts buckets."""

from __future__ import annotations

from orienteer.model import Call, Column, Scope
from orienteer.tables.s3 import BUCKETS
from orienteer.tables.shapes import arn, described, listed, name, policies, policy

ACCOUNT = {"AccountId": "account_id"}
NO_POLICY = frozenset({"NoSuchAccessPointPolicy", "NoSuchAccessPoint"})
BLOCK = "PublicAccessBlockConfiguration.RestrictPublicBuckets"

BUCKET_WEBSITES = described(
    "s3_bucket_websites",
    BUCKETS,
    "One row per bucket: whether it serves a website over plain HTTP; null when it does not.",
    Call("s3", "get_bucket_website", params={"Bucket": "bucket"}, absent={"NoSuchWebsiteConfiguration"}),
    Column(
        "is_website",
        "IndexDocument.Suffix != `null` || RedirectAllRequestsTo.HostName != `null`",
        "bool",
        "it answers as a website",
    ),
)

ACCESS_POINTS = listed(
    "s3_access_points",
    "One row per access point.",
    Call("s3control", "list_access_points", params=ACCOUNT),
    "AccessPointList[]",
    name("Name"),
    arn("AccessPointArn"),
    Column("bucket", "Bucket", "string", "its bucket"),
    Column("from_internet", "NetworkOrigin == 'Internet'", "bool", "not kept to one VPC"),
    Column("vpc_id", "VpcConfiguration.VpcId", "string", "the VPC that it is kept to"),
)

ACCESS_POINT_DETAILS = described(
    "s3_access_point_details",
    ACCESS_POINTS,
    "One row per access point: its own public access block.",
    Call("s3control", "get_access_point", params=ACCOUNT | {"Name": "name"}, absent={"NoSuchAccessPoint"}),
    Column("restrict_public", BLOCK, "bool", "a public policy reaches the account and AWS services only"),
    keep=("bucket", "from_internet"),
)

ACCESS_POINT_POLICIES = policies(
    "s3_access_point_policies",
    ACCESS_POINTS,
    Call("s3control", "get_access_point_policy", params=ACCOUNT | {"Name": "name"}, absent=NO_POLICY),
    keep=("bucket", "from_internet"),
)

ACCESS_POINT_STATUS = described(
    "s3_access_point_policy_status",
    ACCESS_POINTS,
    "One row per access point: whether S3 itself calls its policy public.",
    Call("s3control", "get_access_point_policy_status", params=ACCOUNT | {"Name": "name"}, absent=NO_POLICY),
    Column("is_public", "PolicyStatus.IsPublic", "bool", "public in S3's own judgement"),
)

MULTI_REGION_ACCESS_POINTS = listed(
    "s3_multi_region_access_points",
    "One row per multi-region access point with its own public access block.",
    Call("s3control", "list_multi_region_access_points", params=ACCOUNT),
    "AccessPoints[]",
    name("Name"),
    Column(
        "restrict_public",
        "PublicAccessBlock.RestrictPublicBuckets",
        "bool",
        "a public policy reaches the account and AWS services only",
    ),
    scope=Scope.ACCOUNT,
    at="us-west-2",
)

MULTI_REGION_ACCESS_POINT_POLICIES = described(
    "s3_multi_region_access_point_policies",
    MULTI_REGION_ACCESS_POINTS,
    "One row per multi-region access point: the policy in force.",
    Call(
        "s3control",
        "get_multi_region_access_point_policy",
        params=ACCOUNT | {"Name": "name"},
        absent={"NoSuchMultiRegionAccessPoint"},
    ),
    policy("Policy.Established.Policy"),
    keep=("restrict_public",),
)

OBJECT_LAMBDA_ACCESS_POINTS = listed(
    "s3_object_lambda_access_points",
    "One row per Object Lambda access point.",
    Call("s3control", "list_access_points_for_object_lambda", params=ACCOUNT),
    "ObjectLambdaAccessPointList[]",
    name("Name"),
    arn("ObjectLambdaAccessPointArn"),
)

OBJECT_LAMBDA_POLICIES = policies(
    "s3_object_lambda_policies",
    OBJECT_LAMBDA_ACCESS_POINTS,
    Call("s3control", "get_access_point_policy_for_object_lambda", params=ACCOUNT | {"Name": "name"}, absent=NO_POLICY),
)

DIRECTORY_ACCESS_POINTS = listed(
    "s3_directory_access_points",
    "One row per access point of a directory bucket.",
    Call(
        "s3control",
        "list_access_points_for_directory_buckets",
        params=ACCOUNT,
        actions=("s3express:ListAccessPointsForDirectoryBuckets",),
    ),
    "AccessPointList[]",
    name("Name"),
    arn("AccessPointArn"),
)

DIRECTORY_ACCESS_POINT_POLICIES = policies(
    "s3_directory_access_point_policies",
    DIRECTORY_ACCESS_POINTS,
    Call(
        "s3control",
        "get_access_point_policy",
        params=ACCOUNT | {"Name": "name"},
        absent=NO_POLICY,
        actions=("s3express:GetAccessPointPolicy",),
    ),
)

DIRECTORY_BUCKETS = listed(
    "s3_directory_buckets",
    "One row per directory bucket.",
    Call("s3", "list_directory_buckets", actions=("s3express:ListAllMyDirectoryBuckets",)),
    "Buckets[]",
    name("Name"),
    arn("BucketArn"),
)

DIRECTORY_BUCKET_POLICIES = policies(
    "s3_directory_bucket_policies",
    DIRECTORY_BUCKETS,
    Call(
        "s3",
        "get_bucket_policy",
        params={"Bucket": "name"},
        absent={"NoSuchBucketPolicy"},
        actions=("s3express:GetBucketPolicy",),
    ),
)

ACCESS_GRANTS_INSTANCES = listed(
    "s3_access_grants_instances",
    "One row per region in which S3 Access Grants are used.",
    Call("s3control", "list_access_grants_instances", params=ACCOUNT),
    "AccessGrantsInstancesList[]",
    name("AccessGrantsInstanceId", "id of the instance"),
    arn("AccessGrantsInstanceArn"),
    Column(
        "directory",
        "IdentityCenterInstanceArn || IdentityCenterArn",
        "string",
        "the Identity Center instance whose people it may name",
    ),
)

ACCESS_GRANTS_POLICIES = policies(
    "s3_access_grants_policies",
    ACCESS_GRANTS_INSTANCES,
    Call(
        "s3control",
        "get_access_grants_instance_resource_policy",
        params=ACCOUNT,
        absent={"AccessGrantsInstanceResourcePolicyNotExists", "AccessGrantsInstanceNotExistsError"},
    ),
)

ACCESS_GRANTS = described(
    "s3_access_grants",
    ACCESS_GRANTS_INSTANCES,
    "One row per access grant: whom it names, and what of S3 it gives them; at least one per instance.",
    Call("s3control", "list_access_grants", params=ACCOUNT, absent={"AccessGrantsInstanceNotExistsError"}),
    name("AccessGrantId", "id of the grant"),
    arn("AccessGrantArn"),
    Column("grantee_type", "Grantee.GranteeType", "string", "IAM, DIRECTORY_USER or DIRECTORY_GROUP"),
    Column("grantee", "Grantee.GranteeIdentifier", "string", "ARN, or id of a user or group of the directory"),
    Column("permission", "Permission", "string", "READ, WRITE or READWRITE"),
    Column("scope", "GrantScope", "string", "the S3 path that it is about"),
    items="AccessGrantsList[]",
    resource="name",
    arn="arn",
    keep=("directory",),
)
