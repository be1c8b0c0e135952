"""S3 buckets, by policy and ACL, as block public access leaves them."""

from __future__ import annotations

from orienteer.facts.exposable import Exposable, Ground, Named, Policy, Reached
from orienteer.facts.seen import Row
from orienteer.facts.storage import BUCKETS


def _acl(bucket: Row, ground: Ground) -> Reached:
    if bucket.acl_public and not bucket.ignores_acls:
        return Reached("public", bucket.acl_public, "ACL", raw="public")
    if bucket.acl_public:
        why = "The ACL lets in everybody, but ignore public ACLs is on."
        return Reached("private", (), "ACL", why, raw="public", guardrail="ignores_acls")
    others = bucket.acl_others
    return Reached("external", others, "ACL", raw="external") if others else Reached()


EXPOSABLES = (
    Exposable(
        ("s3-bucket-policy", "s3-bucket-acl"),
        "AWS::S3::Bucket",
        BUCKETS.name,
        "s3:GetBucketPolicy",
        (Policy(closed="restricts", called_public="is_public"), Named(_acl)),
        holds_data=True,
    ),
)
