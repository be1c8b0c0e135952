"""Where the files of trails lie: the keys that encrypt them and the buckets that hold them, and who gets through."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from orienteer.facts.exposable import Ground, Level
from orienteer.facts.exposures import NETWORKS, own_networks
from orienteer.facts.fact import Fact, Join
from orienteer.facts.organization import ALONE, NOWHERE, OF_ORGANIZATION
from orienteer.facts.seen import Cells, NotSeen, Partial, Row, Unseen, unless_unseen
from orienteer.facts.source import Gap, Source
from orienteer.facts.trails import TRAIL
from orienteer.facts.values import documents, keys_at, not_asked
from orienteer.model import KEYS
from orienteer.parameters import Client
from orienteer.partitions import partition_of
from orienteer.policy.exposure import Access, Acl, Block, Reacher, bucket_exposure, bucket_reachers, reachers

# https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
WRITES = ("s3:PutObject", "s3:PutObjectAcl", "s3:ReplicateObject")
DELETES = ("s3:DeleteObject", "s3:DeleteObjectVersion", "s3:DeleteBucket", "s3:PutLifecycleConfiguration")
READS = ("s3:GetObject", "s3:GetObjectVersion")
IN_NETWORK = frozenset({"aws:sourcevpc", "aws:sourcevpce"})
"""Keys of a request that comes from a network, which may be one of the organization's own."""
NO_POLICY = '{"Statement": []}'


# --- what levels are measured against


def _ground(
    the_organization: Source, ec2_network_interfaces: Source, *, client: Client, sources: Callable[[str], Source]
) -> Iterator[Cells]:
    (org,) = the_organization.rows
    friends = frozenset(client.trusted_accounts)
    yield Cells(ALONE, ground=Ground(org["organization_id"], org["members"], friends, own_networks(sources)))


GROUND = Fact(
    "ground",
    "One row: the organization's id, accounts and networks, and the client's own friends.",
    rows=_ground,
    made={
        **dict.fromkeys(("", *ALONE), ()),
        "ground": ("organization", "organization_accounts", "ec2_network_interfaces", *NETWORKS),
    },
    hidden=frozenset({"ground"}),
    also=lambda: frozenset(NETWORKS),
)
OF_GROUND = Join("ground", ("ground",), on={}, place=NOWHERE)


def _outside(found: Iterable[tuple[str, Reacher]], ground: Ground) -> tuple[str, ...]:
    """Everybody where one of these is (a level and whose it is), else those that are outside the organization.

    Raises NotSeen where that hangs on the organization, its accounts or networks, and they were not read.
    """
    levels = list(found)
    everybody = [one for level, one in levels if level == "public"]
    if not everybody:
        _need(ground, {level for level, _ in levels})
        if any(level == "external" and one.witness.keys() & IN_NETWORK for level, one in levels):
            _need_networks(ground)
    return _names(everybody or (one for level, one in levels if level == "external"))


def _need(ground: Ground, levels: set[str]) -> None:
    """Raises NotSeen where these levels hang on the organization and its accounts, and they were not read."""
    for cell in (ground.organization, ground.members) if levels & {"organization", "external"} else ():
        if isinstance(cell, Unseen | Partial) and cell.gaps:
            raise NotSeen(Unseen(cell.gaps))


def _need_networks(ground: Ground) -> None:
    if ground.networks.gaps:
        raise NotSeen(Unseen(ground.networks.gaps))


def _around(ground: Ground, account: str) -> dict[str, Any]:
    return {
        "account_id": account,
        "org_id": ground.org or None,
        "trusted_accounts": ground.known,
        "own_networks": ground.own_networks,
    }


def _name(one: Reacher) -> str:
    """Who it is, in words."""
    if one.kind in ("anonymous", "anybody"):
        return "everybody"
    return one.principal if one.named else one.who


def _names(found: Iterable[Reacher]) -> tuple[str, ...]:
    return tuple(sorted({_name(one) for one in found}))


def _outsiders(found: Access, ground: Ground) -> tuple[str, ...]:
    """Those outside the organization who get through by themselves."""
    return _outside(((one.level, one) for one in found.reachers if one.kind != "service"), ground)


def _for_others(found: Access, ground: Ground) -> tuple[str, ...]:
    """Services that get through on behalf of somebody outside the organization."""
    named = (one for one in found.reachers if one.kind == "service" and one.named)
    return _outside(((one.for_level, one) for one in named), ground)


# --- keys


KEY = "AWS::KMS::Key"


def _no_key(trail: Row) -> str:
    return not_asked(
        "kms:DescribeKey", trail.key_account, trail.key_region, "the key is not among those that were read"
    )


def _may(trail: Row, action: str) -> Access:
    """Who may do this with the trail's key."""
    key = trail.key
    around = _around(trail.ground, key.account_id)
    return reachers(key.policy, [action], [trail.key_arn], resource_type=KEY, **around)


def decrypters(trail: Row) -> tuple[str, ...]:
    """Everybody who may decrypt its files by the key's policy."""
    return _names(_may(trail, "kms:Decrypt").reachers) if trail.key else ()


def outside_readers(trail: Row) -> tuple[str, ...]:
    """Those outside the organization who may decrypt its files."""
    return _outsiders(_may(trail, "kms:Decrypt"), trail.ground) if trail.key else ()


def unnamed_readers(trail: Row) -> tuple[str, ...]:
    """Whole organizations that may decrypt its files: any account of theirs whose own policies say so."""
    found = (one.who for one in _may(trail, "kms:Decrypt").reachers if one.kind == "organization") if trail.key else ()
    return tuple(sorted(set(found)))


def encrypts_for_others(trail: Row) -> tuple[str, ...]:
    """Services that may encrypt with the key on behalf of somebody outside the organization."""
    return _for_others(_may(trail, "kms:GenerateDataKey"), trail.ground) if trail.key else ()


def policy_problems(trail: Row) -> tuple[str, ...]:
    """What of the key's policy could not be read."""
    return _may(trail, "kms:Decrypt").problems if trail.key else ()


TRAIL_KEYS = Fact(
    "trail_keys",
    "One row per trail with its key: the key's state, who may decrypt, and for whom the trail's service may encrypt.",
    base="trails",
    joins=(
        Join("keys", row="key", on={"key_arn": "key_arn"}, place=("key_account", "key_region"), missing=_no_key),
        OF_GROUND,
    ),
    columns=(decrypters, outside_readers, unnamed_readers, encrypts_for_others, policy_problems),
    hidden=frozenset({"ground"}),
    resource_type=TRAIL,
)


# --- buckets


def _log_buckets(trails: Source, the_organization: Source) -> Iterator[Cells | Gap]:
    """Each bucket that a trail delivers to: of the organization's trails, or of all where there is none."""
    every = [trail for trail in trails.rows if trail["bucket"]]
    (org,) = the_organization.rows
    for trail in {t["bucket"]: t for t in [t for t in every if t["is_organization"]] or every}.values():
        yield Cells(
            keys_at(
                trail["account_id"] if org["management"] is None else org["told_by"],
                trail["bucket"],
                region=trail["region"],
            ),
            bucket=trail["bucket"],
            trail_arn=trail["trail_arn"],
            is_organization=trail["is_organization"],
        )
    yield from trails.gaps


def no_bucket(log: Row) -> str:
    """The gap of a bucket that no account has which was read."""
    why = f"bucket {log.bucket} belongs to none of the accounts, or lies in none of the regions, that were read"
    return not_asked("s3:ListBuckets", "unknown", log.region, why)


def account_id(log: Row) -> str:
    """The bucket's; the management account where it was not read."""
    account: str | None = unless_unseen(lambda: log.it.account_id, None)
    return account or str(log.account_id)


def region(log: Row) -> str:
    """The bucket's; the trail's where it was not read."""
    found: str | None = unless_unseen(lambda: log.it.region, None)
    return found or str(log.region)


def resource_arn(log: Row) -> str | None:
    """The bucket's ARN."""
    found: str | None = unless_unseen(lambda: log.it.resource_arn, None)
    return found


def _open(log: Row) -> dict[str, Any]:
    """What of a bucket tells who can reach it."""
    it = log.it
    return {
        "policy": it.policy or NO_POLICY,
        "acl": Acl(documents(it.grants), it.owner_id or "", not it.acls_off),
        "block": Block(it.ignores_acls, it.restricts),
        "is_public": it.is_public,
        **_around(log.ground, it.account_id),
    }


def _may_in(log: Row, actions: tuple[str, ...]) -> Access:
    """Who may do any of the actions in the bucket."""
    return bucket_reachers(actions=actions, bucket_arn=log.it.resource_arn, **_open(log))


def exposure_class(log: Row) -> Level:
    """Who can reach the bucket at most, by policy and ACL, as block public access leaves them."""
    level: Level = bucket_exposure(**_open(log)).level  # type: ignore[assignment]
    _need(log.ground, {level})
    return level


def _others(log: Row, actions: tuple[str, ...], admins: tuple[str, ...]) -> tuple[str, ...]:
    """Those who may do it beside the bucket's own account, named administrators, and services for the organization."""
    account = log.it.account_id
    whole = (account, f"arn:{partition_of(log.it.resource_arn)}:iam::{account}:root")
    return _names(
        one
        for one in _may_in(log, actions).reachers
        if one.kind != "service"
        and one.principal not in admins
        and not (one.kind == "account" and one.who == account and (not one.named or one.principal in whole))
    )


def writers(log: Row, *, log_admins: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Those who may write beside the trail."""
    return _others(log, WRITES, log_admins)


def deleters(log: Row, *, log_admins: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Those who may delete what was written."""
    services = (
        one for one in _may_in(log, DELETES).reachers if one.kind == "service" and one.principal not in log_admins
    )
    return tuple(sorted({*_others(log, DELETES, log_admins), *_names(services)}))


def writes_for_others(log: Row) -> tuple[str, ...]:
    """Services that may write on behalf of somebody outside the organization."""
    return _for_others(_may_in(log, WRITES), log.ground)


def readers_outside(log: Row) -> tuple[str, ...]:
    """Those outside the organization who may read what was written."""
    return _outsiders(_may_in(log, READS), log.ground)


def problems(log: Row) -> tuple[str, ...]:
    """What of the bucket's policy could not be read."""
    return _may_in(log, WRITES).problems


def called_public(log: Row) -> bool:
    """S3 itself calls the bucket's policy public, and nothing restricts it."""
    return bool(log.it.is_public and not log.it.restricts)


def open_blocks(log: Row) -> tuple[str, ...]:
    """The settings of block public access that are on neither for the bucket nor for its account."""
    on = {
        "block public ACLs": log.it.blocks_acls,
        "ignore public ACLs": log.it.ignores_acls,
        "block public policy": log.it.blocks_policies,
        "restrict public buckets": log.it.restricts,
    }
    return tuple(name for name, is_on in on.items() if not is_on)


LOG_BUCKETS = Fact(
    "log_buckets",
    "One row per bucket that holds the files of trails: whose it is, and who may read, write and delete in it.",
    rows=_log_buckets,
    made={
        **dict.fromkeys(("", *KEYS, "bucket", "trail_arn", "is_organization"), ("cloudtrail_trails",)),
        "account_id": ("cloudtrail_trails", "organization"),
    },
    joins=(
        Join("buckets", row="it", on={"bucket": "bucket"}, place=NOWHERE, missing=no_bucket),
        OF_ORGANIZATION,
        OF_GROUND,
    ),
    columns=(
        account_id,
        region,
        resource_arn,
        exposure_class,
        writers,
        deleters,
        writes_for_others,
        readers_outside,
        problems,
        called_public,
        open_blocks,
    ),
    hidden=frozenset({"ground"}),
    resource_type="AWS::S3::Bucket",
)
