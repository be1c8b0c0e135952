"""Where a request comes from (address, VPC, endpoint) and on whose behalf a service makes it (source, access point)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import product

from orienteer.policy.exposure.addresses import addresses
from orienteer.policy.exposure.clues import (
    Candidate,
    Clues,
    account_field,
    accounts,
    arns_in,
    by_account,
    by_head,
    organizations,
    paths_in,
)
from orienteer.policy.exposure.ground import ACCOUNT, EXTERNAL, ORGANIZATION, OTHER_ORG, PRIVATE, PROBE, PUBLIC, Ground
from orienteer.policy.keys import keys_about
from orienteer.policy.language.patterns import is_fixed, sample

NETWORK_KEYS = keys_about("network")
SOURCE_KEYS = keys_about("source")
POINT_KEYS = keys_about("access point")
INSTANCE_KEYS = keys_about("instance")

_S3_WITH_ACCOUNT = ("accesspoint", "job", "storage-lens", "access-grants")
_NOWHERE = Candidate({}, PUBLIC)


def networks(clue: Clues, ground: Ground) -> Iterator[Candidate]:
    """Ways into AWS: the internet, a stranger's own VPC endpoint, and each network that the conditions name.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html (network properties)
    """
    yield Candidate({}, PUBLIC, service=True)
    for ip, cap in addresses(clue.by_key.get("aws:sourceip", ()), ground):
        yield Candidate({"aws:sourceip": (ip,)}, cap)
    if not clue.mentions(*NETWORK_KEYS):
        return
    vpcs, endpoints = (_named(key, clue, ground) for key in ("aws:sourcevpc", "aws:sourcevpce"))
    for vpc, endpoint, owner, arn in product(vpcs, endpoints, _owners(clue, ground), _vpc_arns(clue, ground)):
        plain = f"arn:aws:ec2:us-east-1:{owner.context['aws:vpceaccount'][0]}:vpc/{vpc.context['aws:sourcevpc'][0]}"
        context = {"aws:sourcevpcarn": (plain,), **vpc.context, **endpoint.context, **owner.context, **arn.context}
        yield Candidate(context, min(vpc.cap, endpoint.cap, owner.cap, arn.cap))


def _named(key: str, clue: Clues, ground: Ground) -> Sequence[Candidate]:
    """A stranger's network and those that the key names; own ids are private, one that any id could match is free."""
    found = {f"{key.rpartition('source')[2]}-{PROBE}": PUBLIC}
    for pattern in clue.values(key):
        found[sample(pattern, PROBE)] = ground.network_level(pattern) if is_fixed(pattern) else PUBLIC
    return clue.apart((key,), [Candidate({key: (name,)}, cap) for name, cap in found.items()])


_OWNER_KEYS = ("aws:vpceaccount", "aws:vpceorgid", "aws:vpceorgpaths")


def _owners(clue: Clues, ground: Ground) -> Sequence[Candidate]:
    """Accounts and organizations of VPC endpoints, with the level of who can use such an endpoint."""
    if not clue.mentions(*_OWNER_KEYS):
        return [_place(_OWNER_KEYS, ground.stranger, OTHER_ORG, f"{OTHER_ORG}/", PUBLIC)]
    named = clue.apart_accounts(_OWNER_KEYS[:1], accounts(clue.values("aws:vpceaccount"), ground), ())
    return clue.apart(_OWNER_KEYS, _placed({ground.stranger: PUBLIC, **named}, clue, _OWNER_KEYS, ground))


def _placed(known: dict[str, int], clue: Clues, keys: tuple[str, ...], ground: Ground) -> list[Candidate]:
    """Accounts in each organization that the conditions name, in another, and in none."""
    org_key, path_key = keys[-2:]
    orgs = {OTHER_ORG: PUBLIC, **organizations(clue, (org_key,), (path_key,), ground)}
    patterns = by_head(clue.values(path_key))
    found: list[Candidate] = []
    for account, cap in known.items():
        places = {ground.own_org: ORGANIZATION} if account == ground.account and ground.org else orgs
        made = [
            _place(keys, account, org, path, min(cap, org_cap))
            for org, org_cap in places.items()
            for path in dict.fromkeys(paths_in(org, patterns))
        ]
        if clue.mentions(org_key, path_key):
            made.append(_place(keys, account, "", "", cap))
        found += clue.apart((org_key, path_key), made)
    return found


def _place(keys: tuple[str, ...], account: str, org: str, path: str, cap: int) -> Candidate:
    context = dict.fromkeys(keys[:-2], (account,))
    return Candidate({**context, keys[-2]: (org,), keys[-1]: (path,)} if org else context, cap)


def _vpc_arns(clue: Clues, ground: Ground) -> Sequence[Candidate]:
    """No ARN in particular, and those of the VPCs that the conditions name."""
    found = [_NOWHERE]
    for pattern in clue.arns("aws:sourcevpcarn"):
        field = account_field(pattern) or ""
        named = {ground.stranger: PUBLIC, **accounts([field], ground)}
        for account, cap in named.items():
            for arn in arns_in(account, pattern, f"arn:aws:ec2:us-east-1:{account}:vpc/vpc-{PROBE}"):
                limit = ground.network_level(arn.rpartition("/")[2]) if is_fixed(pattern) else PUBLIC
                found.append(Candidate({"aws:sourcevpcarn": (arn,)}, min(cap, limit)))
    return [found[0], *clue.apart(("aws:sourcevpcarn",), found[1:])]


_PLACE_KEYS = ("aws:sourceaccount", "aws:sourceowner", "aws:sourceorgid", "aws:sourceorgpaths")


def sources(clue: Clues, ground: Ground) -> list[Candidate]:
    """No source, and a resource of each named account, or of a stranger, on whose behalf a service calls."""
    if not clue.mentions(*SOURCE_KEYS):
        return [_NOWHERE]
    patterns = clue.arns("aws:sourcearn")
    fields = [field for pattern in patterns if (field := account_field(pattern))]
    named = accounts([*fields, *clue.values("aws:sourceaccount", "aws:sourceowner")], ground)
    known = {ground.stranger: PUBLIC, ground.account: PRIVATE, **clue.apart_accounts(_PLACE_KEYS[:2], named, fields)}
    grouped = by_account(map(_bucket, patterns))
    arns: dict[str, Sequence[Candidate]] = {}
    found = [_NOWHERE]
    for place in _placed(known, clue, _PLACE_KEYS, ground):
        account = place.context["aws:sourceaccount"][0]
        if account not in arns:
            fitting = (*grouped.get(account, ()), *grouped.get("", ()))
            made = dict.fromkeys(_source_arns(account, fitting))
            arns[account] = clue.apart(("aws:sourcearn",), [Candidate({"aws:sourcearn": (a,)}, cap) for a, cap in made])
        found += [Candidate({**place.context, **arn.context}, min(place.cap, arn.cap)) for arn in arns[account]]
    return found


def _source_arns(account: str, patterns: Iterable[str]) -> Iterator[tuple[str, int]]:
    """ARNs of the account's resources that the patterns match.  A named one without an account is somebody's."""
    plain = f"arn:aws:sns:us-east-1:{account}:{PROBE}"
    yield plain, PUBLIC
    for pattern in patterns:
        bare = account_field(pattern) == ""
        for arn in arns_in(account, pattern, plain):
            yield arn, EXTERNAL if bare and _names_one(pattern) else PUBLIC


def _bucket(pattern: str) -> str:
    """The pattern as it meets buckets, whose ARNs have neither region nor account; any other pattern as it is."""
    fields = pattern.split(":", 5)
    if len(fields) < 6 or fields[2] != "s3" or fields[5].startswith(_S3_WITH_ACCOUNT):
        return pattern
    open_to_none = not fields[3].strip("*") and not fields[4].strip("*")
    return ":".join([*fields[:3], "", "", fields[5]]) if open_to_none else pattern


def _names_one(pattern: str) -> bool:
    """Whether a pattern without an account still names one resource (what lies in it may vary): a bucket by its name,
    any other by its kind and its name, as in `healthcheck/1234`."""
    service, name = pattern.split(":", 5)[2::3]
    parts = [part for part in re.split(r"[/:]", name) if part]
    return bool(parts) and all(map(is_fixed, parts[: 1 if service == "s3" else 2]))


def access_points(clue: Clues, ground: Ground) -> list[Candidate]:
    """No S3 access point, and one of each account that the conditions name, or of a stranger."""
    patterns = clue.arns("s3:dataaccesspointarn")
    fields = [field for pattern in patterns if (field := account_field(pattern))]
    key = "s3:dataaccesspointaccount"
    named = clue.apart_accounts((key,), accounts([*fields, *clue.values(key)], ground), fields)
    found = [_NOWHERE]
    for account, cap in {ground.stranger: PUBLIC, **named}.items():
        plain = f"arn:aws:s3:us-east-1:{account}:accesspoint/{PROBE}"
        arns = dict.fromkeys([plain, *(arn for pattern in patterns for arn in arns_in(account, pattern, plain))])
        made = [Candidate({"s3:dataaccesspointarn": (arn,), key: (account,)}, cap) for arn in arns]
        found += clue.apart(("s3:dataaccesspointarn",), made)
    return found


def owned(key: str, clue: Clues, ground: Ground) -> list[Candidate]:
    """Values of a key that shows the account or the VPC in which the caller runs, or of what it comes through."""
    if key.endswith("account"):
        named = {ground.stranger: PUBLIC, **accounts(clue.values(key), ground)}
        return [_NOWHERE, *(Candidate({key: (account,)}, cap) for account, cap in named.items())]
    if key.endswith("vpc"):
        return [_NOWHERE, *_named(key, clue, ground)]
    found = [_NOWHERE]
    for pattern in clue.arns(key):
        named = accounts([account_field(pattern) or ""], ground)
        for account, cap in {ground.stranger: PUBLIC, **named}.items():
            arns = arns_in(account, pattern, f"arn:aws:ec2:us-east-1:{account}:instance/i-{PROBE}")
            found += [Candidate({key: (arn,)}, cap) for arn in arns]
    return found


def fixed_account(arn: str) -> str:
    """The account that an ARN or ARN pattern fixes, else nothing."""
    field = account_field(arn) or ""
    return field if ACCOUNT.fullmatch(field) else ""


def names_key(arn: str) -> bool:
    """Whether a pattern of KMS key ARNs names one key or one account's keys."""
    return is_fixed(arn) or bool(re.fullmatch(r"\d{12}", account_field(arn) or ""))
