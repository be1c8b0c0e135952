"""Buckets as stores of data: who gets in, whether plain HTTP is refused, and what keeps objects from being lost."""

from __future__ import annotations

from orienteer.facts.exposed import exposure_class, policy_problems
from orienteer.facts.fact import Fact, Join
from orienteer.facts.guarded import denied_without_tls
from orienteer.facts.organization import NOWHERE
from orienteer.facts.seen import Row, either
from orienteer.policy.exposure.transport import refuses_plain_http

READ = "s3:GetObject"


def public_by(bucket: Row) -> str | None:
    """What lets everybody in: its policy or its ACL; None where nothing does."""
    return next((one.through for one in bucket.exposed if one.level == "public"), None)


def tls_by_policy(bucket: Row) -> bool:
    """Its own policy denies requests over plain HTTP."""
    return bool(bucket.policy) and refuses_plain_http(bucket.policy, bucket.resource_arn, bucket.account_id)


def tls_by_organization(bucket: Row) -> bool:
    """A resource control policy above the account denies them."""
    if bucket.rcps_on is False:
        return False
    tree = bucket.rcp_tree
    return any(denied_without_tls(tree, node, READ) for node in tree.accounts if node.id == bucket.account_id)


def tls_only(bucket: Row) -> bool:
    """Requests over plain HTTP are denied, by either."""
    return either(lambda: bucket.tls_by_policy, lambda: bucket.tls_by_organization)


PRIVATE_BUCKETS = Fact(
    "private_buckets",
    "One row per bucket: who gets in at most, whether ACLs are off, and whether plain HTTP is refused.",
    base="buckets",
    joins=(
        Join("bucket_exposures", many="exposed", on={"resource_arn": "resource_arn"}),
        Join("guardrails", ("rcp_tree", "rcps_on"), on={}, place=NOWHERE),
    ),
    columns=(exposure_class, public_by, policy_problems, tls_by_policy, tls_by_organization, tls_only),
    hidden=frozenset({"exposed", "rcp_tree", "rcps_on"}),
    resource_type="AWS::S3::Bucket",
)
