"""Condition keys whose value the caller chooses, or that say nothing of the caller: the values worth trying."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from orienteer.policy.exposure.channels import INSTANCE_KEYS, fixed_account, names_key, owned
from orienteer.policy.exposure.clues import VARIABLE, Candidate, Clues, by_head, paths_in
from orienteer.policy.exposure.ground import EXTERNAL, PROBE, PUBLIC, Ground
from orienteer.policy.keys import FILLED, key_of
from orienteer.policy.language.conditions import Condition, interval, moment, number
from orienteer.policy.language.patterns import is_fixed, sample

_TYPED = ("bool", "numeric", "date", "ipaddress", "notipaddress", "null")
"""Operators whose key never holds just any text."""
_OWN_PATHS = "aws:resourceorgpaths"
_KMS_HEADER = "s3:x-amz-server-side-encryption-aws-kms-key-id"


def resource_context(ground: Ground) -> dict[str, tuple[str, ...]]:
    """Keys that describe the resource itself."""
    return {
        "aws:resourceaccount": (ground.account,),
        "s3:resourceaccount": (ground.account,),
        "s3express:resourceaccount": (ground.account,),
        "aws:resourceorgid": (ground.own_org,),
    }


def candidates(key: str, clue: Clues, ground: Ground) -> list[Candidate]:
    """Values of one key with the level each leaves.  An empty context is a request without the key."""
    if key in INSTANCE_KEYS:
        return owned(key, clue, ground)
    if key == _OWN_PATHS:
        return _own_paths(clue, ground)
    multiple = any(condition.qualifier for condition in clue.by_key[key])
    found: dict[tuple[str, ...], int] = {} if key_of(key).always else {(): PUBLIC}
    if any(not condition.operator.startswith(_TYPED) for condition in clue.by_key[key]) or _only_presence(clue, key):
        found[(PROBE,)] = PUBLIC
    values = dict.fromkeys(value for condition in clue.by_key[key] for value in _tried(key, condition))
    for value in values:
        found.setdefault((value,), _cap(key, value, clue, ground))
    if multiple and len(values) > 1:
        found[tuple(values)] = PUBLIC
    made = [Candidate({key: value} if value else {}, cap) for value, cap in found.items()]
    return sorted(made, key=lambda candidate: -candidate.cap)


def _own_paths(clue: Clues, ground: Ground) -> list[Candidate]:
    """Where in its organization the resource's account may be; where that is not known, in any that is named."""
    patterns = by_head(clue.values(_OWN_PATHS))
    orgs = [ground.own_org] if ground.org else [ground.own_org, *filter(None, patterns)]
    paths = dict.fromkeys(path for org in orgs for path in paths_in(org, patterns))
    return [Candidate({_OWN_PATHS: (path,)}, PUBLIC) for path in paths]


def _only_presence(clue: Clues, key: str) -> bool:
    return all(condition.operator == "null" for condition in clue.by_key[key])


def _tried(key: str, condition: Condition) -> Iterator[str]:
    base = condition.operator
    for value in condition.values:
        if base.startswith(("numeric", "date")):
            yield from _around(value, base)
        elif base == "null":
            continue
        elif base in ("ipaddress", "notipaddress"):
            yield from _edges(value)
        elif base == "bool":
            yield from ("true", "false")
        else:
            made = sample(value, PROBE)
            yield made
            if made != value and base.endswith(("equals", "ignorecase")) and not key_of(key).plain:
                yield value
            if "${" in value:
                yield sample(VARIABLE.sub(PROBE, value), PROBE)


def _around(value: str, base: str) -> Iterator[str]:
    """The number or moment itself, and one below and above it."""
    yield value
    at = number(value)
    if at is None or not base.startswith("numeric"):
        at = moment(value)
    if at is not None and abs(at) < 1e15:
        yield from (f"{at - 1:.3f}", f"{at + 1:.3f}", f"{at + 0.001:.3f}")


def _edges(value: str) -> Iterable[str]:
    found = interval(value)
    return [value.split("/")[0], "192.88.99.77", "10.254.254.254"] if found else []


def _cap(key: str, value: str, clue: Clues, ground: Ground) -> int:
    """The level that this value leaves: the keys that bound without naming who calls."""
    if key == "elasticfilesystem:accessedviamounttarget" and value.lower() == "true":
        return EXTERNAL
    if key == "aws:ec2instancesourcevpc" and value in clue.values(key):
        return ground.network_level(value)
    if key == _KMS_HEADER and any(names_key(given) for given in clue.values(key) if sample(given, PROBE) == value):
        return EXTERNAL
    return PUBLIC


def filled(key: str, clue: Clues, ground: Ground) -> list[Candidate]:
    """Values of a key that the calling service fills with a resource's ARN, which shows on whose behalf it calls."""
    service = FILLED[key][0].partition(".")[0]
    found = [Candidate({key: (f"arn:aws:{service}:us-east-1:{ground.stranger}:{PROBE}/{PROBE}",)}, PUBLIC)]
    for pattern in clue.values(key):
        account = fixed_account(pattern)
        cap = ground.account_level(account) if account else PUBLIC
        found.append(Candidate({key: (sample(pattern, PROBE if is_fixed(pattern) else ground.stranger),)}, cap))
        if key_of(key).starred:
            found.append(Candidate({key: (pattern,)}, cap))
    return found
