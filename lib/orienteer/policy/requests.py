"""Actions and resources worth trying for an Allow, reduced to what tells them apart: the Denies that meet them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial

from orienteer.policy.clues import VARIABLE
from orienteer.policy.document import Statement
from orienteer.policy.facts import PROBE, Facts
from orienteer.policy.issuers import SAML, WEB
from orienteer.policy.match import action_matches, resource_matches
from orienteer.policy.patterns import is_fixed, pattern_set, sample

ASSUME = ("sts:assumerole", SAML, WEB)
"""The actions that hand out a role; tagging a session and the like grant nothing alone."""

_BUCKET = re.compile(r"arn:[\w-]+:s3:::[^/]+")
_API = "execute-api:"
_LONG_API = re.compile(r"^arn:[\w-]+:execute-api:[^:]*:[^:]*:[^/]*")
_OBJECT = re.compile(r"arn:[\w-]+:s3:::[^/]+/.*", re.DOTALL)


Denied = tuple[int, ...]


def ways(
    statement: Statement, denies: Sequence[Statement], facts: Facts, version: str
) -> list[tuple[str, tuple[Statement, ...]]]:
    """(action on a role or nothing, Denies that meet the request), for each way that is no worse than another."""
    actions = list(dict.fromkeys(_actions(statement, denies, facts)))
    if not denies:
        return [(action if facts.is_role else "", ()) for action in (actions if facts.is_role else actions[:1])]
    resources = list(dict.fromkeys(_resources(statement, denies, facts, version)))
    acting = _classes(actions, [partial(action_matches, deny) for deny in denies], facts)
    meeting = _classes(resources, [partial(_meets, deny, version) for deny in denies], facts)
    pairs = [
        (action, resource, tuple(n for n in met if n in there)) for action, met in acting for resource, there in meeting
    ]
    real = [pair for pair in pairs if _goes_with(pair[0], pair[1])] or pairs
    unique = dict.fromkeys((action if facts.is_role else "", met) for action, _, met in real)
    least = [way for way in unique if not any(other[0] == way[0] and set(other[1]) < set(way[1]) for other in unique)]
    return [(action, tuple(denies[n] for n in met)) for action, met in least]


def _classes(things: Iterable[str], tests: Sequence[Callable[[str], bool]], facts: Facts) -> list[tuple[str, Denied]]:
    """One of the things for each set of Denies that meets it (and each kind that S3 tells apart)."""
    found: dict[tuple[object, ...], tuple[str, Denied]] = {}
    for thing in things:
        denied = tuple(n for n, test in enumerate(tests) if test(thing))
        kind = (
            thing
            if facts.is_role
            else (_is_object(thing), bool(_BUCKET.fullmatch(thing)), bool(_OBJECT.fullmatch(thing)))
        )
        found.setdefault((denied, kind), (thing, denied))
    return list(found.values())


def _meets(deny: Statement, version: str, resource: str) -> bool:
    if not resource.startswith(_API):
        return resource_matches(deny, resource, {}, version=version)
    listed = deny.resources if deny.resources is not None else deny.not_resources
    hit = listed is None or pattern_set(map(_api, listed)).hit(resource)
    return hit if deny.not_resources is None else not hit


def _api(pattern: str) -> str:
    """An API Gateway resource in its short form, which may stand for the long one."""
    return _LONG_API.sub(_API, pattern)


def _actions(statement: Statement, denies: Sequence[Statement], facts: Facts) -> Iterator[str]:
    """Actions of the Allow: those it names, and for a wildcard one that nobody names and those a Deny spares."""
    if facts.is_role:
        yield from (action for action in ASSUME if action_matches(statement, action))
        return
    fillers = (f"{PROBE}object", f"{PROBE}bucket") if facts.service == "s3" else (PROBE,)
    general = [f"{facts.service}:{filler}" for filler in fillers]
    if statement.actions is None:
        yield from (action for action in general if action_matches(statement, action))
        spared = [pattern for deny in denies for pattern in deny.not_actions or ()]
        made = (sample(pattern, filler) for pattern in (*(statement.not_actions or ()), *spared) for filler in fillers)
        yield from (action for action in made if action_matches(statement, action))
        return
    loose = False
    for pattern in statement.actions:
        if is_fixed(pattern):
            yield pattern
        else:
            loose = True
            yield from general if not pattern.strip("*") else (sample(pattern, filler) for filler in fillers)
    if loose:
        for pattern in (pattern for deny in denies for pattern in deny.not_actions or ()):
            for action in (sample(pattern, filler) for filler in fillers):
                if action_matches(statement, action):
                    yield action


def _resources(statement: Statement, denies: Sequence[Statement], facts: Facts, version: str) -> Iterator[str]:
    """Resources of the Allow: one of each pattern, and those that a Deny names or spares."""
    named = [pattern for deny in denies for pattern in (*(deny.resources or ()), *(deny.not_resources or ()))]
    for pattern in statement.resources or ("*",):
        own = list(_itself(named, facts)) if not pattern.strip("*") else []
        yield from own or [_made(pattern)]
    if statement.not_resources is not None:
        yield f"arn:aws:{PROBE}:::{PROBE}"
    for pattern in named:
        if resource_matches(statement, _made(pattern), {}, version=version):
            yield _made(pattern)


def _itself(named: Iterable[str], facts: Facts) -> Iterator[str]:
    """What `*` means in the policy of one resource, where the Denies beside it give the resource's ARN."""
    for pattern in named:
        fields = pattern.split(":", 5)
        if len(fields) < 6 or fields[2] != facts.service:
            continue
        if facts.service in ("s3", "es"):
            base = "/".join(fields[5].split("/")[: 1 if facts.service == "s3" else 2])
            arn = _made(":".join([*fields[:5], base]))
            yield from (arn, f"{arn}/{PROBE}") if facts.service == "s3" else (f"{arn}/{PROBE}",)
        else:
            yield _made(pattern)


def _made(pattern: str) -> str:
    short = _api(pattern)
    filler = f"{PROBE}/GET/{PROBE}" if short.startswith(_API) else PROBE
    return sample(VARIABLE.sub(PROBE, short), filler)


def _is_object(action: str) -> bool | None:
    """Whether an S3 action is about an object; None for another service's."""
    service, _, name = action.partition(":")
    if service != "s3":
        return None
    named = "object" in name or name in ("abortmultipartupload", "listmultipartuploadparts")
    return named and "bucket" not in name


def _goes_with(action: str, resource: str) -> bool:
    """Whether S3 can make this request at all: object actions on objects, bucket actions on buckets."""
    about_object = _is_object(action)
    if about_object is None:
        return True
    return not _BUCKET.fullmatch(resource) if about_object else not _OBJECT.fullmatch(resource)
