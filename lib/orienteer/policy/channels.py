"""Where a request comes from (address, VPC, endpoint) and on whose behalf a service makes it (source, access point)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import product

from orienteer.policy.addresses import addresses
from orienteer.policy.clues import (
    Candidate,
    Clues,
    account_field,
    accounts,
    arns_in,
    by_account,
    organizations,
    paths_in,
)
from orienteer.policy.facts import ACCOUNT, EXTERNAL, ORGANIZATION, OTHER_ORG, PRIVATE, PROBE, PUBLIC, Facts
from orienteer.policy.patterns import is_fixed, sample

NETWORK_KEYS = frozenset(
    [
        "aws:sourceip", "aws:sourcevpc", "aws:sourcevpce", "aws:sourcevpcarn",
        "aws:vpceaccount", "aws:vpceorgid", "aws:vpceorgpaths",
    ]
)  # fmt: skip
SOURCE_KEYS = frozenset(
    ["aws:sourceaccount", "aws:sourceowner", "aws:sourcearn", "aws:sourceorgid", "aws:sourceorgpaths"]
)  # fmt: skip
POINT_KEYS = frozenset(["s3:dataaccesspointarn", "s3:dataaccesspointaccount"])
INSTANCE_KEYS = frozenset(["ec2:sourceinstancearn", "lambda:sourcefunctionarn", "ssm:sourceinstancearn"])

_S3_WITH_ACCOUNT = ("accesspoint", "job", "storage-lens", "access-grants")
_NOWHERE = Candidate({}, PUBLIC)


def networks(clue: Clues, facts: Facts) -> list[Candidate]:
    """Ways into AWS: the internet, a stranger's own VPC endpoint, and each network that the conditions name.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html (network properties)
    """
    found = [Candidate({}, PUBLIC, service=True)]
    found += [
        Candidate({"aws:sourceip": (ip,)}, cap) for ip, cap in addresses(clue.by_key.get("aws:sourceip", ()), facts)
    ]
    if not clue.mentions(*NETWORK_KEYS):
        return found
    vpcs, endpoints = (_named(clue.values(key), facts) for key in ("aws:sourcevpc", "aws:sourcevpce"))
    owners = _owners(clue, facts)
    arns = [("", PUBLIC), *_vpc_arns(clue, facts)]
    choices = product([(f"vpc-{PROBE}", PUBLIC), *vpcs], [(f"vpce-{PROBE}", PUBLIC), *endpoints], owners, arns)
    for (vpc, vpc_cap), (endpoint, endpoint_cap), (owner, owner_cap), (arn, arn_cap) in choices:
        context = {
            "aws:sourcevpc": (vpc,),
            "aws:sourcevpce": (endpoint,),
            "aws:sourcevpcarn": (arn or f"arn:aws:ec2:us-east-1:{owner[0]}:vpc/{vpc}",),
            "aws:vpceaccount": (owner[0],),
        }
        if owner[1]:
            context["aws:vpceorgid"], context["aws:vpceorgpaths"] = (owner[1],), (owner[2],)
        found.append(Candidate(context, min(vpc_cap, endpoint_cap, owner_cap, arn_cap)))
    return found


def _named(patterns: Iterable[str], facts: Facts) -> list[tuple[str, int]]:
    """Networks that the patterns name; own ids are private, a pattern that anybody's id could match is free."""
    found = {}
    for pattern in patterns:
        fixed = is_fixed(pattern)
        found[sample(pattern, PROBE)] = facts.network_level(pattern) if fixed else PUBLIC
    return list(found.items())


def _owners(clue: Clues, facts: Facts) -> list[tuple[tuple[str, str, str], int]]:
    """(account, organisation, path) of VPC endpoints, with the level of who can use such an endpoint."""
    if not clue.mentions("aws:vpceaccount", "aws:vpceorgid", "aws:vpceorgpaths"):
        return [((facts.stranger, OTHER_ORG, f"{OTHER_ORG}/"), PUBLIC)]
    known = {facts.stranger: PUBLIC, **accounts(clue.values("aws:vpceaccount"), facts)}
    return _placed(known, clue, ("aws:vpceorgid",), ("aws:vpceorgpaths",), facts)


def _placed(
    known: dict[str, int], clue: Clues, org_keys: tuple[str, ...], path_keys: tuple[str, ...], facts: Facts
) -> list[tuple[tuple[str, str, str], int]]:
    """Accounts in each organisation that the conditions name, in another, and in none."""
    orgs = {OTHER_ORG: PUBLIC, **organizations(clue, org_keys, path_keys, facts)}
    patterns = clue.values(*path_keys)
    found = []
    for account, cap in known.items():
        places = {facts.own_org: ORGANIZATION} if account == facts.account and facts.org else orgs
        for org, org_cap in places.items():
            paths = dict.fromkeys(paths_in(org, patterns))
            found += [((account, org, path), min(cap, org_cap)) for path in paths]
        if clue.mentions(*org_keys, *path_keys):
            found.append(((account, "", ""), cap))
    return found


def _vpc_arns(clue: Clues, facts: Facts) -> Iterator[tuple[str, int]]:
    for pattern in clue.values("aws:sourcevpcarn"):
        field = account_field(pattern) or ""
        named = {facts.stranger: PUBLIC, **accounts([field], facts)}
        for account, cap in named.items():
            for arn in arns_in(account, pattern, f"arn:aws:ec2:us-east-1:{account}:vpc/vpc-{PROBE}"):
                limit = facts.network_level(arn.rpartition("/")[2]) if is_fixed(pattern) else PUBLIC
                yield arn, min(cap, limit)


def sources(clue: Clues, facts: Facts) -> list[Candidate]:
    """No source, and a resource of each named account, or of a stranger, on whose behalf a service calls."""
    if not clue.mentions(*SOURCE_KEYS):
        return [_NOWHERE]
    patterns = clue.values("aws:sourcearn")
    fields = [field for pattern in patterns if (field := account_field(pattern))]
    mentioned = accounts([*fields, *clue.values("aws:sourceaccount", "aws:sourceowner")], facts)
    known = {facts.stranger: PUBLIC, facts.account: PRIVATE, **mentioned}
    found = [_NOWHERE]
    grouped = by_account(map(_bucket, patterns))
    for (account, org, path), cap in _placed(known, clue, ("aws:sourceorgid",), ("aws:sourceorgpaths",), facts):
        fitting = (*grouped.get(account, ()), *grouped.get("", ()))
        for arn, arn_cap in dict.fromkeys(_source_arns(account, fitting)):
            context = {"aws:sourceaccount": (account,), "aws:sourceowner": (account,), "aws:sourcearn": (arn,)}
            if org:
                context["aws:sourceorgid"], context["aws:sourceorgpaths"] = (org,), (path,)
            found.append(Candidate(context, min(cap, arn_cap)))
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
    """Whether a pattern without an account still names one resource (a bucket; what lies in it may vary)."""
    return is_fixed(pattern.split(":", 5)[5].split("/")[0]) and not pattern.endswith(":")


def access_points(clue: Clues, facts: Facts) -> list[Candidate]:
    """No S3 access point, and one of each account that the conditions name, or of a stranger."""
    patterns = clue.values("s3:dataaccesspointarn")
    fields = [field for pattern in patterns if (field := account_field(pattern))]
    mentioned = accounts([*fields, *clue.values("s3:dataaccesspointaccount")], facts)
    found = [_NOWHERE]
    for account, cap in {facts.stranger: PUBLIC, **mentioned}.items():
        plain = f"arn:aws:s3:us-east-1:{account}:accesspoint/{PROBE}"
        arns = dict.fromkeys([plain, *(arn for pattern in patterns for arn in arns_in(account, pattern, plain))])
        found += [
            Candidate({"s3:dataaccesspointarn": (a,), "s3:dataaccesspointaccount": (account,)}, cap) for a in arns
        ]
    return found


def owned_arns(key: str, clue: Clues, facts: Facts) -> list[Candidate]:
    """Values of a key whose ARN shows the account that the caller runs in."""
    found = [_NOWHERE]
    for pattern in clue.values(key):
        named = accounts([account_field(pattern) or ""], facts)
        for account, cap in {facts.stranger: PUBLIC, **named}.items():
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
