"""S3 settings of a whole account."""

from __future__ import annotations

from orienteer.model import Call, Column, Scope, Table

S3_ACCOUNT_PUBLIC_ACCESS_BLOCK = Table(
    name="s3_account_public_access_block",
    doc="One row per account: the four public access block settings; ABSENT when none was ever set.",
    scope=Scope.ACCOUNT,
    call=Call(
        "s3control",
        "get_public_access_block",
        params={"AccountId": "account_id"},
        absent={"NoSuchPublicAccessBlockConfiguration"},
        actions=("s3:GetAccountPublicAccessBlock",),
    ),
    columns=(
        Column(
            "block_public_acls", "PublicAccessBlockConfiguration.BlockPublicAcls", "bool", "new public ACLs refused"
        ),
        Column("ignore_public_acls", "PublicAccessBlockConfiguration.IgnorePublicAcls", "bool", "public ACLs ignored"),
        Column(
            "block_public_policy",
            "PublicAccessBlockConfiguration.BlockPublicPolicy",
            "bool",
            "new public bucket policies refused",
        ),
        Column(
            "restrict_public_buckets",
            "PublicAccessBlockConfiguration.RestrictPublicBuckets",
            "bool",
            "public buckets closed to other accounts",
        ),
    ),
)
