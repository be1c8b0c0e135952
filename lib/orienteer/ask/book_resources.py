"""The resources of an opened run with their policies: buckets, access points, keys, and whatever else has a policy."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from orienteer.ask.cells import cell, hidden, json_cell, object_cell, tags_of
from orienteer.ask.known import UNREAD
from orienteer.facts import Estate as Facts
from orienteer.facts.exposable import Policy
from orienteer.facts.exposures import declared
from orienteer.facts.seen import Partial
from orienteer.facts.source import Source
from orienteer.model import KNOWN
from orienteer.partitions import partition_with

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
        *_keys(facts.source("shared_keys"), facts.source("kms_aliases")),
        *_catalogs(facts.source("glue_catalog_policies"), facts.source("coverage")),
        *_points(facts.source("access_points"), facts.source("s3_access_points")),
        *_buckets(facts.source("buckets")),
    ):
        found[one["arn"]] = one
    for arn, shared in _shared(facts).items():
        found[arn] = found.get(arn, {"arn": arn}) | {"shared_with": shared}
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


def _shared(facts: Facts) -> dict[str, list[str]]:
    """By the ARN of each resource that AWS RAM shares, those whom it is shared with."""
    active = (None, "ASSOCIATED", "ASSOCIATING")
    into: dict[Any, list[str]] = defaultdict(list)
    for row in facts.source("ram_share_principals").rows:
        if row["status"] in active and isinstance(row["principal"], str):
            into[row["share_arn"]].append(row["principal"])
    found: dict[str, list[str]] = defaultdict(list)
    for row in facts.source("ram_share_resources").rows:
        if row["status"] in active and isinstance(row["shared_arn"], str):
            found[row["shared_arn"]] += into[row["share_arn"]]
    return found


def _catalogs(policies: Source, coverage: Source) -> Iterator[dict[str, Any]]:
    """Data Catalogs of Glue with their policies, their own and those that AWS RAM sets; some answered without any."""
    by_place: dict[tuple[str, str], list[Any]] = defaultdict(list)
    calls = coverage.frame()
    answered = calls[calls["table"].eq(policies.name) & calls["outcome"].isin(KNOWN)] if len(calls) else calls
    for call in answered.to_dict("records"):
        by_place[str(call["account_id"]), str(call["region"])] = []
    for row in policies.rows:
        by_place[str(row["account_id"]), str(row["region"])].append(cell(row, "policy"))
    for (account, region), found in by_place.items():
        arn = f"arn:{partition_with(region)}:glue:{region}:{account}:catalog"
        yield {"arn": arn, "account": account, "region": region, "policies": found}


def _keys(keys: Source, aliases: Source) -> Iterator[dict[str, Any]]:
    """KMS keys with their grants and aliases."""
    named: dict[tuple[Any, ...], list[str]] = defaultdict(list)
    for row in aliases.rows:
        if isinstance(row["resource_arn"], str):
            named[row["account_id"], row["region"], row["target_key"]].append(row["resource_arn"])
    for row in keys.rows:
        if not isinstance(row["resource_arn"], str):
            continue
        names = named[row["account_id"], row["region"], row["resource_id"]]
        if row["is_customer"] is False:
            yield _resource(row) | {"policy": f"{UNREAD}: AWS manages the key", "aws_managed": True, "aliases": names}
            continue
        listed = row["grants"]
        gaps = hidden(listed.gaps) if isinstance(listed, Partial) else UNREAD
        grants = gaps or [_grant(one) for one in listed.items]
        yield _resource(row) | {"policy": cell(row, "policy"), "grants": grants, "aliases": names}


def _grant(row: Row) -> dict[str, Any]:
    operations = json_cell(row, "operations")
    return {
        "grantee": cell(row, "grantee"),
        "operations": operations if isinstance(operations, list) else [],
        "constraints": object_cell(row, "constraints"),
        "name": cell(row, "grant_id"),
    }
