"""Buckets and the keys that encrypt what lies in them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orienteer.facts.fact import Fact, Join
from orienteer.facts.seen import Row, either
from orienteer.facts.values import ACCOUNT, documents

FLAGS = ("block_public_acls", "ignore_public_acls", "block_public_policy", "restrict_public_buckets")
"""The four settings of S3's public access block."""

OPEN_GROUPS = ("/AllUsers", "/AuthenticatedUsers")
"""How the URIs of the groups end that stand for everybody, and for everybody with an AWS account.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html
"""
WRITING = ("WRITE", "FULL_CONTROL")
"""Permissions of a bucket's ACL that let somebody add, overwrite and delete its objects."""


def blocks_acls(bucket: Row) -> bool:
    """The bucket or its whole account refuses public ACLs; either is enough."""
    return either(lambda: bucket.own_block_public_acls, lambda: bucket.account_block_public_acls)


def ignores_acls(bucket: Row) -> bool:
    """Public ACLs have no effect."""
    return either(lambda: bucket.own_ignore_public_acls, lambda: bucket.account_ignore_public_acls)


def blocks_policies(bucket: Row) -> bool:
    """Public policies are refused."""
    return either(lambda: bucket.own_block_public_policy, lambda: bucket.account_block_public_policy)


def restricts(bucket: Row) -> bool:
    """A policy that S3 calls public lets in the bucket's own account and AWS services only."""
    return either(lambda: bucket.own_restrict_public_buckets, lambda: bucket.account_restrict_public_buckets)


def acls_off(bucket: Row) -> bool:
    """Object ownership turns ACLs off."""
    return bool(bucket.object_ownership == "BucketOwnerEnforced")


def acl_public(bucket: Row) -> tuple[str, ...]:
    """The groups of everybody that the ACL names; none where ACLs are off."""
    uris = {str(g.get("URI") or "") for g in _grantees(bucket.grants)}
    found = tuple(sorted(uri for uri in uris if uri.endswith(OPEN_GROUPS)))
    return () if not found or bucket.acls_off else found


def acl_others(bucket: Row) -> tuple[str, ...]:
    """Other accounts that the ACL names, by their canonical ids; none where ACLs are off."""
    found = {str(g["ID"]) for g in _grantees(bucket.grants) if g.get("ID") and g["ID"] != bucket.owner_id}
    return () if not found or bucket.acls_off else tuple(sorted(found))


def acl_writers(bucket: Row) -> tuple[str, ...]:
    """Who beside the owner may write, overwrite and delete by the ACL; nobody where ACLs are off."""
    named = {g.get("ID") or g.get("URI") for g in _grantees(bucket.grants, WRITING)} - {None, bucket.owner_id}
    return () if not named or bucket.acls_off else tuple(sorted(map(str, named)))


def _grantees(grants: str | None, permissions: tuple[str, ...] = ()) -> list[Mapping[str, Any]]:
    """The grantees of an ACL's grants, of these permissions or of all."""
    wanted = (g for g in documents(grants) if not permissions or g.get("Permission") in permissions)
    return [g.get("Grantee") or {} for g in wanted]


BUCKETS = Fact(
    "buckets",
    "One row per bucket: its policy, ACL and ownership, and what public access blocks leave of them.",
    base="s3_buckets",
    joins=(
        Join("s3_bucket_policies", ("policy",)),
        Join("s3_bucket_policy_status", ("is_public",)),
        Join("s3_bucket_acls", ("grants", "owner_id")),
        Join("s3_bucket_ownership", ("object_ownership",)),
        Join("s3_bucket_public_access_block", {f"own_{flag}": flag for flag in FLAGS}),
        Join("s3_account_public_access_block", {f"account_{flag}": flag for flag in FLAGS}, on=ACCOUNT),
    ),
    columns=(
        blocks_acls,
        ignores_acls,
        blocks_policies,
        restricts,
        acls_off,
        acl_public,
        acl_others,
        acl_writers,
    ),
    resource_type="AWS::S3::Bucket",
)
KEYS = Fact(
    "keys",
    "One row per KMS key: who manages it, its state, policy and rotation.",
    base="kms_key_details",
    joins=(Join("kms_key_policies", ("policy",)), Join("kms_key_rotation", ("rotation_enabled",))),
    resource_type="AWS::KMS::Key",
)
