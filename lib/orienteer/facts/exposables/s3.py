"""S3: buckets, by policy, ACL and the ACLs of their objects, as block public access leaves them; access points."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from orienteer.facts.exposable import Exposable, Ground, Named, Policy, Reached, by_policy, opened
from orienteer.facts.fact import Fact, Join
from orienteer.facts.seen import Cells, Row, Unseen, World, either
from orienteer.facts.source import Gap, Source
from orienteer.facts.storage import BUCKETS
from orienteer.facts.values import ACCOUNT, RESOURCE, cells_of, documents, not_asked
from orienteer.model import KEYS
from orienteer.policy.exposure import Acl, Block, bucket_exposure, fenced


def restricts_point(point: Row) -> bool:
    """Strangers stay out of a public policy: a public access block says so, the point's, the account's or the
    bucket's, or it is kept to one VPC.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
    """
    return either(
        lambda: not point.from_internet,
        lambda: point.own_restrict,
        lambda: point.account_restrict_public_buckets,
        lambda: point.bucket_restricts,
    )


def restricts_region_point(point: Row) -> bool:
    """A public policy lets in the account and AWS services only."""
    return either(lambda: point.restrict_public, lambda: point.account_restrict_public_buckets)


OF_ACCOUNT = Join(
    "s3_account_public_access_block", {"account_restrict_public_buckets": "restrict_public_buckets"}, on=ACCOUNT
)
ACCESS_POINTS = Fact(
    "access_points",
    "One row per S3 access point: its policy, and what public access blocks leave of it.",
    base="s3_access_point_policies",
    joins=(
        Join("s3_access_point_details", {"own_restrict": "restrict_public"}, on=RESOURCE),
        Join("s3_access_point_policy_status", ("is_public",), on=RESOURCE),
        Join(BUCKETS.name, {"bucket_restricts": "restricts"}, on={"account_id": "account_id", "resource_id": "bucket"}),
        OF_ACCOUNT,
    ),
    columns=(restricts_point,),
    resource_type="AWS::S3::AccessPoint",
)
MULTI_REGION = Fact(
    "multi_region_access_points",
    "One row per multi-region access point: its policy, and what public access blocks leave of it.",
    base="s3_multi_region_access_point_policies",
    joins=(OF_ACCOUNT,),
    columns=(restricts_region_point,),
    resource_type="AWS::S3::MultiRegionAccessPoint",
)
OBJECT_LAMBDA = Fact(
    "object_lambda_access_points",
    "One row per Object Lambda access point: its policy, and the account's public access block.",
    base="s3_object_lambda_policies",
    joins=(OF_ACCOUNT,),
    resource_type="AWS::S3ObjectLambda::AccessPoint",
)


def _objects(buckets: Source) -> Iterator[Cells | Gap]:
    """One row per bucket, about its objects."""
    for bucket in buckets.rows:
        keys = cells_of(bucket) | {"resource_id": f"{bucket['resource_id']}/*"}
        yield Cells(keys, acls_off=bucket["acls_off"], ignores_acls=bucket["ignores_acls"])
    yield from buckets.gaps


OBJECTS = Fact(
    "bucket_objects",
    "One row per bucket, about the ACLs of its objects: whether they count.",
    rows=_objects,
    made={
        **dict.fromkeys(("", *KEYS), ("buckets",)),
        "acls_off": ("buckets.acls_off",),
        "ignores_acls": ("buckets.ignores_acls",),
    },
    resource_type="AWS::S3::Object",
)


def _object_acls(objects: Row, ground: Ground) -> Reached:
    """Closed where ACLs are off or public ones are ignored; else each object may be open, and nobody asks each."""
    if objects.acls_off or objects.ignores_acls:
        return Reached()
    why = "ACLs of single objects count in this bucket; turn them off, or ignore public ones"
    text = not_asked("s3:GetObjectAcl", objects.account_id, objects.region, why)
    World({}).value(Unseen(frozenset({text})))
    return Reached()


WEBSITES = Fact(
    "websites",
    "One row per bucket: whether it answers as a website, and who its policy and ACL let in.",
    base=BUCKETS.name,
    joins=(Join("s3_bucket_websites", ("is_website",)),),
    resource_type="AWS::S3::Bucket",
)


def _website(bucket: Row, ground: Ground) -> Reached:
    """A website opens nothing by itself: it answers over plain HTTP whoever the policy or the ACL lets in."""
    if not bucket.is_website:
        return Reached()
    found = Policy(closed="restricts", through="website").reached(bucket, ground, "AWS::S3::Bucket")
    return found if found.level == "public" else Reached()


def _by_policy(bucket: Row, ground: Ground) -> Reached:
    """Who gets in by the policy alone; S3's own word decides what RestrictPublicBuckets cuts."""
    if bucket.policy is None:
        return Reached()
    found = _reached(bucket, ground, Acl())
    if found.level != "public" and not found.guardrail and bucket.is_public and not bucket.restricts:
        return replace(found, problems=(*found.problems, "S3 itself calls the policy public"))
    return found


def _by_acl(bucket: Row, ground: Ground) -> Reached:
    """Who gets in by the ACL, as the policy's denies and block public access leave it."""
    if not bucket.acl_public and not bucket.acl_others:
        return Reached()
    acl = Acl(documents(bucket.grants), bucket.owner_id or "", not bucket.acls_off)
    return replace(_reached(bucket, ground, acl), through="ACL")


def _reached(bucket: Row, ground: Ground, acl: Acl) -> Reached:
    """The bucket as block public access leaves it, and as it would be without."""

    def measured(block: Block, rcps: tuple[str, ...] = ()) -> Reached:
        text = bucket.policy or ""
        policy = fenced(text or None, rcps) if rcps else bucket.policy
        return ground.measured(
            text,
            lambda known: bucket_exposure(
                policy, acl, block, bucket.is_public if text else None, account_id=bucket.account_id, **known
            ),
        )

    open_level = measured(Block()).level
    if open_level == "private":
        return measured(Block())
    block = Block(bucket.ignores_acls, bucket.restricts)
    found = ground.fenced(lambda rcps: measured(block, rcps), bucket.account_id, "AWS::S3::Bucket")
    if found.level == open_level or found.guardrail:
        return replace(found, raw=open_level)
    guardrail = "restricts" if acl == Acl() or not bucket.ignores_acls else "ignores_acls"
    why = f"It would be {open_level}, but block public access leaves it {found.level}."
    return replace(found, raw=open_level, guardrail=guardrail, why=why)


EXPOSABLES = (
    Exposable(
        ("s3-bucket-policy", "s3-bucket-acl", "s3-bucket-website"),
        "AWS::S3::Bucket",
        "websites",
        (Named(_by_policy), Named(_by_acl), Named(_website)),
        holds_data=True,
        operation="s3:GetBucketPolicy",
    ),
    opened(
        "s3-object-acl",
        "AWS::S3::Object",
        "bucket_objects",
        Named(_object_acls),
        only=lambda objects: objects["acls_off"] is not True and objects["ignores_acls"] is not True,
        holds_data=True,
        operation="s3:GetObjectAcl",
    ),
    opened(
        "s3-access-point",
        "AWS::S3::AccessPoint",
        "access_points",
        Policy(closed="restricts_point", called_public="is_public"),
        holds_data=True,
        operation="s3:GetAccessPointPolicy",
    ),
    opened(
        "s3-multi-region-access-point",
        "AWS::S3::MultiRegionAccessPoint",
        "multi_region_access_points",
        Policy(closed="restricts_region_point"),
        holds_data=True,
        operation="s3:GetMultiRegionAccessPointPolicy",
    ),
    opened(
        "s3-object-lambda-access-point",
        "AWS::S3ObjectLambda::AccessPoint",
        "object_lambda_access_points",
        Policy(closed="account_restrict_public_buckets"),
        holds_data=True,
        operation="s3:GetAccessPointPolicyForObjectLambda",
    ),
    by_policy(
        "s3-express-directory-bucket",
        "AWS::S3Express::DirectoryBucket",
        "s3_directory_bucket_policies",
        holds_data=True,
        operation="s3express:GetBucketPolicy",
    ),
    by_policy(
        "s3-express-access-point",
        "AWS::S3Express::AccessPoint",
        "s3_directory_access_point_policies",
        holds_data=True,
        operation="s3express:GetAccessPointPolicy",
    ),
    by_policy(
        "s3-outposts-bucket",
        "AWS::S3Outposts::Bucket",
        "s3_outposts_bucket_policies",
        holds_data=True,
        operation="s3-outposts:GetBucketPolicy",
    ),
    by_policy(
        "s3-outposts-access-point",
        "AWS::S3Outposts::AccessPoint",
        "s3_outposts_access_point_policies",
        holds_data=True,
        operation="s3-outposts:GetAccessPointPolicy",
    ),
    by_policy("s3tables-table-bucket", "AWS::S3Tables::TableBucket", "s3tables_bucket_policies", holds_data=True),
    by_policy("s3tables-table", "AWS::S3Tables::Table", "s3tables_table_policies", holds_data=True),
    by_policy("s3vectors-vector-bucket", "AWS::S3Vectors::VectorBucket", "s3vectors_bucket_policies", holds_data=True),
    by_policy("s3files-file-system", "AWS::S3Files::FileSystem", "s3files_file_system_policies", holds_data=True),
)
