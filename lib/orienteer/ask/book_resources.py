"""The resources of an opened run with their policies: buckets, access points, keys, and whatever else has a policy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from orienteer.ask.cells import cell, hidden, json_cell, tags_of
from orienteer.ask.known import UNREAD
from orienteer.facts import Estate as Facts
from orienteer.facts.exposable import Policy
from orienteer.facts.exposures import declared
from orienteer.facts.seen import Partial
from orienteer.facts.source import Source

Row = Mapping[str, Any]
_OF_THEIR_OWN = frozenset(
    f"AWS::{one}" for one in ("S3::Bucket", "S3::Object", "S3::AccessPoint", "KMS::Key", "IAM::Role")
)


def resources(facts: Facts) -> list[dict[str, Any]]:
    """Every resource that may have a policy, and those whose tags are known, once."""
    found: dict[str, dict[str, Any]] = {}
    for one in (
        *_tagged(facts),
        *_with_policies(facts),
        *_keys(facts.source("shared_keys")),
        *_points(facts.source("access_points"), facts.source("s3_access_points")),
        *_buckets(facts.source("buckets")),
    ):
        found[one["arn"]] = one
    return list(found.values())


def _with_policies(facts: Facts) -> Iterator[dict[str, Any]]:
    """What types of resources say of themselves that have a policy in a column."""
    for one in declared():
        ways = [way for way in one.opened_by if isinstance(way, Policy)]
        if one.type in _OF_THEIR_OWN or not ways:
            continue
        for row in filter(one.only, facts.source(one.source).rows):
            if isinstance(row["resource_arn"], str):
                yield _resource(row) | {"policy": cell(row, ways[0].column)}


def _tagged(facts: Facts) -> Iterator[dict[str, Any]]:
    """What has no policy, but tags that conditions ask for."""
    for table in ("ec2_instances", "ec2_vpcs"):
        for row in facts.source(table).rows:
            if isinstance(row["resource_arn"], str):
                yield _resource(row) | {"tags": tags_of(row)}


def _resource(row: Row) -> dict[str, Any]:
    region = row["region"] if isinstance(row["region"], str) and "-" in row["region"] else ""
    return {"arn": row["resource_arn"], "account": row["account_id"], "region": region}


def _buckets(buckets: Source) -> Iterator[dict[str, Any]]:
    for row in buckets.rows:
        if not isinstance(row["bucket_arn"] or row["resource_arn"], str):
            continue
        off = cell(row, "acls_off")
        yield {
            **_resource(row),
            "arn": row["bucket_arn"] or row["resource_arn"],
            "region": cell(row, "bucket_region"),
            "policy": cell(row, "policy"),
            "public": cell(row, "is_public"),
            "acl": json_cell(row, "grants"),
            "owner_id": cell(row, "owner_id"),
            "acls_disabled": off if isinstance(off, bool) else UNREAD,
            "block_public_access": {
                "ignore_public_acls": cell(row, "own_ignore_public_acls") or False,
                "restrict_public_buckets": cell(row, "own_restrict_public_buckets") or False,
            },
        }


def _points(points: Source, listed: Source) -> Iterator[dict[str, Any]]:
    """Access points; of one that may be kept to a VPC that is not known, the policy counts as not read."""
    vpcs = {row["resource_arn"]: row["vpc_id"] for row in listed.rows if isinstance(row["vpc_id"], str)}
    for row in points.rows:
        arn = row["resource_arn"]
        if not isinstance(arn, str):
            continue
        known = row["from_internet"] is True or arn in vpcs
        yield {
            **_resource(row),
            "policy": cell(row, "policy") if known else f"{UNREAD}: the VPC that the access point answers is not known",
            "public": cell(row, "is_public"),
            "bucket": f"arn:{arn.split(':')[1]}:s3:::{cell(row, 'bucket')}",
            "vpc": None if row["from_internet"] is True else vpcs.get(arn),
            "block_public_access": {"restrict_public_buckets": cell(row, "own_restrict") or False},
        }


def _keys(keys: Source) -> Iterator[dict[str, Any]]:
    """KMS keys with their grants; which encryption contexts a grant is for is no part of a run."""
    for row in keys.rows:
        if not isinstance(row["resource_arn"], str):
            continue
        if row["is_customer"] is False:
            yield _resource(row) | {"policy": f"{UNREAD}: AWS manages the key", "aws_managed": True}
            continue
        listed = row["grants"]
        gaps = hidden(listed.gaps) if isinstance(listed, Partial) else UNREAD
        yield _resource(row) | {"policy": cell(row, "policy"), "grants": gaps or [_grant(one) for one in listed.items]}


def _grant(row: Row) -> dict[str, Any]:
    operations = json_cell(row, "operations")
    return {
        "grantee": cell(row, "grantee"),
        "operations": operations if isinstance(operations, list) else [],
        "constrained": True,
        "name": cell(row, "grant_id"),
    }
