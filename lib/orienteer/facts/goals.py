"""Resources that ways may end at, by ARN: owner, policy and key, and what of them was not read."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from orienteer import tables
from orienteer.facts.exposable import Policy
from orienteer.facts.exposures import declared
from orienteer.facts.seen import Cells, Partial, Unseen, gaps_of
from orienteer.facts.source import Gap, Source
from orienteer.facts.values import documents
from orienteer.policy.language.text import raw_statements
from orienteer.policy.rights.data_actions import data_actions
from orienteer.policy.rights.reading import Key, Resource

Sources = Callable[[str], Source]
BUCKET_CELLS = ("policy", "grants", "ignores_acls", "restricts", "acls_off")
"""Columns of a bucket without which nobody knows who gets in."""
_CALLED: Mapping[str, str] = {"es": "opensearch", "elasticfilesystem": "efs", "states": "stepfunctions"}
"""What boto3 calls a service whose ARNs name it otherwise."""
_BY_POINT = "s3:dataaccesspoint"


@dataclass(frozen=True, slots=True)
class Goal:
    """A resource that was found, and a bucket's row, which has its ACL as well."""

    resource: Resource
    bucket: Cells | None = None


def goals(arns: Iterable[str], sources: Sources) -> Iterator[Goal | Gap]:
    """Those of the ARNs that were found, each followed by what was not read of it."""
    for arn in dict.fromkeys(arns):
        told = _bucket if ":s3:::" in arn else _other if arn.count(":") >= 5 else _nothing
        found = list(told(arn, sources))
        yield from found or [Gap("", "", arn, f"{arn} is not among the resources that were read")]


def arns_of(sources: Sources) -> set[str]:
    """The ARNs of everything that a table lists, principals and their policies left out."""
    names = {"buckets", "shared_keys", *(one.source for one in _types()), *(spec.name for spec in _listing())}
    rows = (row for name in sorted(names) for row in sources(name).rows)
    return {arn for row in rows if isinstance(arn := row.get("resource_arn"), str) and ":iam:" not in arn}


def _nothing(arn: str, sources: Sources) -> Iterator[Goal | Gap]:
    return iter(())


# --- buckets


def _bucket(arn: str, sources: Sources) -> Iterator[Goal | Gap]:
    name, buckets = arn.rpartition(":::")[2], sources("buckets")
    row = next((one for one in buckets.rows if one["bucket"] == name), None)
    if row is None:
        yield from buckets.gaps
        return
    own = row["resource_arn"] or arn
    yield from (_lost(row, own, text) for column in BUCKET_CELLS for text in gaps_of(row[column]))
    if isinstance(row["policy"], Unseen):
        return
    key, lost = _key_of_bucket(row, sources)
    yield from (_lost(row, own, text) for text in lost)
    if _BY_POINT in str(row["policy"] or "").lower():
        yield _lost(row, own, f"who reads {own} through its access points is not told here: ask who can")
    cut = row["restricts"] is True and row["is_public"] is True
    yield Goal(Resource(own, row["account_id"], row["policy"], cut, key), row)


def _key_of_bucket(row: Cells, sources: Sources) -> tuple[Key | None, Iterable[str]]:
    table = sources("s3_bucket_encryption")
    found = table.find({"account_id": row["account_id"], "resource_id": row["resource_id"]})
    if not found:
        return None, table.hidden(row["account_id"], row["region"], row["resource_id"])
    if not str(found[0]["algorithm"] or "").startswith("aws:kms"):
        return None, ()
    return _key(found[0]["kms_key"], "s3", row, sources)


# --- whatever else there is


def _types() -> list[Any]:
    kept = ("AWS::S3::Bucket", "AWS::IAM::Role", "AWS::KMS::Key")
    return [one for one in declared() if one.type not in kept and any(isinstance(w, Policy) for w in one.opened_by)]


def _listing() -> Iterator[Any]:
    return (spec for spec in tables.registry().values() if spec.arn and spec.call is not None)


def _other(arn: str, sources: Sources) -> Iterator[Goal | Gap]:
    service = arn.split(":", 3)[2]
    called = _CALLED.get(service, service)
    known = [sources(one.source) for one in _types() if one.call.partition(":")[0] == called]
    known += [sources("shared_keys")] if service == "kms" else []
    listed = [sources(spec.name) for spec in _listing() if spec.call.service == called]
    rows = [row for table in (*known, *listed) for row in table.rows if row.get("resource_arn") == arn]
    if not rows:
        yield from dict.fromkeys(gap for table in (*known, *listed) for gap in table.gaps)
        return
    first = rows[0]
    policy, lost = _policy(rows)
    if not any("policy" in row for row in rows):
        where = (first["account_id"], first["region"], first["resource_id"])
        lost = lost.union(*(table.hidden(*where) for table in known))
    yield from (_lost(first, arn, text) for text in lost)
    uses = data_actions(arn)
    if uses is None:
        yield _lost(first, arn, f"which actions read or write {arn} is not known: only its administrators are told")
    elif uses.beside:
        yield _lost(first, arn, f"who reads {arn} {uses.beside} is not told by any policy")
    if lost:
        return
    key: Key | None = None
    if uses is not None and uses.keyed:
        named = next((row["kms_key"] for row in rows if "kms_key" in row), None)
        if named or service == "secretsmanager":
            key, unknown = _key(named, service, first, sources)
            yield from (_lost(first, arn, text) for text in unknown)
    yield Goal(Resource(arn, first["account_id"], policy, key=key, must_let_in=service == "kms"))


def _policy(rows: Sequence[Cells]) -> tuple[Any, frozenset[str]]:
    """The policy among what was read of it, with a key's grants, and what was not read of them."""
    cells = [row["policy"] for row in rows if "policy" in row]
    grants = next((row["grants"] for row in rows if isinstance(row.get("grants"), Partial)), Partial(()))
    policy = next((cell for cell in cells if cell is not None and not isinstance(cell, Unseen)), None)
    return (with_grants(policy, grants.items) if grants.items else policy), gaps_of(*cells) | grants.gaps


def with_grants(policy: Any, grants: Iterable[Mapping[str, Any]]) -> Any:
    """A key's policy with its grants as statements: https://docs.aws.amazon.com/kms/latest/developerguide/grants.html"""
    version, statements = raw_statements(policy)
    more = [
        {
            "Sid": f"grant {one['grant_id']}",
            "Effect": "Allow",
            "Principal": {"AWS": str(one["grantee"])},
            "Action": [f"kms:{name}" for name in documents(one["operations"])] or ["kms:None"],
            "Resource": "*",
        }
        for one in grants
        if str(one["grantee"] or "").startswith("arn:")
    ]
    return json.dumps({"Version": version, "Statement": [*statements, *more]})


def _key(named: Any, service: str, row: Cells, sources: Sources) -> tuple[Key | None, Iterable[str]]:
    """The key that a resource names by ARN, id or alias (none: the service's own), and what was not read of it."""
    if isinstance(named, Unseen):
        return None, named.gaps
    account, region = row["account_id"], row["region"]
    text = str(named or f"alias/aws/{service}")
    name = text.rpartition(":")[2]
    owner, place = (text.split(":")[4], text.split(":")[3]) if text.count(":") >= 5 else (account, region)
    partition = str(row["resource_arn"] or "arn:aws").split(":")[1]
    at = f"arn:{partition}:kms:{place}:{owner}"
    if name.startswith("alias/aws/"):
        return Key(f"{at}:{name}", owner, aws_managed=True), ()
    if name.startswith("alias/"):
        aliases = sources("kms_aliases")
        target = next((a["target_key"] for a in aliases.find({"alias": name}) if _at(a) == (owner, place)), None)
        if target is None:
            return None, aliases.hidden(owner, place) or {f"which key {text} stands for was not read"}
        name = f"key/{target}"
    arn = f"{at}:key/{name.removeprefix('key/')}"
    keys = sources("shared_keys")
    found = next((one for one in keys.rows if one["resource_arn"] == arn), None)
    if found is None:
        return None, keys.hidden(owner, place) or {f"the policy of {arn} was not read: it may keep out who is shown"}
    policy, lost = _policy([found])
    if lost:
        return None, lost
    return Key(arn, owner, policy, aws_managed=found["is_customer"] is False), ()


def _at(row: Cells) -> tuple[Any, Any]:
    return row["account_id"], row["region"]


def _lost(row: Cells, arn: str, text: str) -> Gap:
    return Gap(row["account_id"], "", arn, text)
