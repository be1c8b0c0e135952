"""S3 buckets and what opens or closes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from orienteer.model import Answer, Ask, Call, Column, Place, Scope, Table
from orienteer.partitions import partition_with

LIST = Call("s3", "list_buckets", actions=("s3:ListAllMyBuckets",))
LOCATION = Call("s3", "get_bucket_location", params={"Bucket": "bucket"})
OLD_NAMES = {"": "us-east-1", "EU": "eu-west-1"}
"""What GetBucketLocation says for the two oldest regions."""


def _buckets(ask: Ask, place: Place) -> Iterable[Mapping[str, Any] | Answer]:
    """Buckets with their region; endpoints that do not give it with the list are asked bucket by bucket."""
    answer = ask(LIST)
    for page in answer.pages:
        for item in page.get("Buckets") or ():
            name, region = str(item.get("Name") or ""), item.get("BucketRegion")
            if not region:
                located = ask(LOCATION, resource=name, Bucket=name)
                if not located.outcome.known:
                    yield located
                    continue
                said = str(located.page.get("LocationConstraint") or "")
                region = OLD_NAMES.get(said, said)
            arn = item.get("BucketArn") or f"arn:{partition_with(region)}:s3:::{name}"
            yield {
                "resource_id": name,
                "resource_arn": arn,
                "region": region,
                "bucket": name,
                "bucket_arn": arn,
                "bucket_region": region,
                "created_at": item.get("CreationDate"),
            }
    yield answer


BUCKETS = Table(
    name="s3_buckets",
    doc="One row per bucket; `region` is the bucket's own.",
    scope=Scope.ACCOUNT,
    call=LIST,
    also=(LOCATION,),
    read=_buckets,
    resource="bucket",
    arn="bucket_arn",
    region="bucket_region",
    columns=(
        Column("bucket", "Name", "string", "name of the bucket"),
        Column("bucket_arn", "BucketArn", "string", "ARN of the bucket"),
        Column("bucket_region", "BucketRegion", "string", "region of the bucket"),
        Column("created_at", "CreationDate", "timestamp", "when it was made"),
    ),
)

BUCKET_POLICIES = Table(
    name="s3_bucket_policies",
    doc="One row per bucket: its resource policy, null when it has none.",
    scope=Scope.ACCOUNT,
    parent=BUCKETS,
    call=Call("s3", "get_bucket_policy", params={"Bucket": "bucket"}, absent={"NoSuchBucketPolicy"}),
    columns=(Column("policy", "Policy", "policy", "policy document, JSON text"),),
)

BUCKET_POLICY_STATUS = Table(
    name="s3_bucket_policy_status",
    doc="One row per bucket: whether S3 itself calls the policy public; null without a policy.",
    scope=Scope.ACCOUNT,
    parent=BUCKETS,
    call=Call("s3", "get_bucket_policy_status", params={"Bucket": "bucket"}, absent={"NoSuchBucketPolicy"}),
    columns=(Column("is_public", "PolicyStatus.IsPublic", "bool", "public in S3's own judgement"),),
)

BUCKET_PUBLIC_ACCESS = Table(
    name="s3_bucket_public_access_block",
    doc="One row per bucket: its own public access block; nulls when it has none.",
    scope=Scope.ACCOUNT,
    parent=BUCKETS,
    call=Call(
        "s3",
        "get_public_access_block",
        params={"Bucket": "bucket"},
        absent={"NoSuchPublicAccessBlockConfiguration"},
        actions=("s3:GetBucketPublicAccessBlock",),
    ),
    columns=(
        Column("block_public_acls", "PublicAccessBlockConfiguration.BlockPublicAcls", "bool", "refuses public ACLs"),
        Column("ignore_public_acls", "PublicAccessBlockConfiguration.IgnorePublicAcls", "bool", "ignores public ACLs"),
        Column(
            "block_public_policy", "PublicAccessBlockConfiguration.BlockPublicPolicy", "bool", "refuses public policies"
        ),
        Column(
            "restrict_public_buckets",
            "PublicAccessBlockConfiguration.RestrictPublicBuckets",
            "bool",
            "limits buckets with a public policy to the account and AWS services",
        ),
    ),
)

BUCKET_ACLS = Table(
    name="s3_bucket_acls",
    doc="One row per bucket: owner and grants of its access control list.",
    scope=Scope.ACCOUNT,
    parent=BUCKETS,
    call=Call("s3", "get_bucket_acl", params={"Bucket": "bucket"}),
    columns=(
        Column("owner_id", "Owner.ID", "string", "canonical id of the owner"),
        Column("grants", "Grants", "json", "list of {Grantee, Permission}"),
    ),
)

BUCKET_ENCRYPTION = Table(
    name="s3_bucket_encryption",
    doc="One row per bucket: what encrypts an object that is stored without a word about it.",
    scope=Scope.ACCOUNT,
    parent=BUCKETS,
    call=Call(
        "s3",
        "get_bucket_encryption",
        params={"Bucket": "bucket"},
        absent={"ServerSideEncryptionConfigurationNotFoundError"},
        actions=("s3:GetEncryptionConfiguration",),
    ),
    columns=(
        Column(
            "algorithm",
            "ServerSideEncryptionConfiguration.Rules[0].ApplyServerSideEncryptionByDefault.SSEAlgorithm",
            "string",
            "AES256 (S3's own key), aws:kms or aws:kms:dsse",
        ),
        Column(
            "kms_key",
            "ServerSideEncryptionConfiguration.Rules[0].ApplyServerSideEncryptionByDefault.KMSMasterKeyID",
            "string",
            "key of KMS; null with aws:kms: the account's aws/s3 key",
        ),
    ),
)

BUCKET_OWNERSHIP = Table(
    name="s3_bucket_ownership",
    doc="One row per bucket: object ownership; BucketOwnerEnforced turns ACLs off. Null: not set (ACLs work).",
    scope=Scope.ACCOUNT,
    parent=BUCKETS,
    call=Call(
        "s3",
        "get_bucket_ownership_controls",
        params={"Bucket": "bucket"},
        absent={"OwnershipControlsNotFoundError"},
    ),
    columns=(
        Column(
            "object_ownership",
            "OwnershipControls.Rules[0].ObjectOwnership",
            "string",
            "BucketOwnerEnforced, BucketOwnerPreferred or ObjectWriter",
        ),
    ),
)
