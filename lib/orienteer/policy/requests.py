"""Actions and resources worth trying for an Allow, reduced to what tells them apart: the Denies that meet them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from orienteer.policy.clues import VARIABLE
from orienteer.policy.document import Statement
from orienteer.policy.facts import PROBE, Budget, Facts
from orienteer.policy.issuers import SAML, WEB
from orienteer.policy.match import action_matches, resource_matches
from orienteer.policy.patterns import is_fixed, pattern_set, sample

ASSUME = ("sts:assumerole", SAML, WEB)
"""The actions that hand out a role; tagging a session and the like grant nothing alone."""

_BUCKET = re.compile(r"arn:[\w-]+:s3:::[^/]+")
_API = "execute-api:"
_LONG_API = re.compile(r"^arn:[\w-]+:execute-api:[^:]*:[^:]*:[^/]*")
_OBJECT = re.compile(r"arn:[\w-]+:s3:::[^/]+/.*", re.DOTALL)


Met = tuple[int, ...]
"""The Denies that meet a request, by their place among the document's Denies."""

_MOST_WAYS = 200


@dataclass(frozen=True, slots=True)
class Denies:
    """The Denies of a document, those that name their actions one by one ready to be looked up."""

    every: tuple[Statement, ...]
    by_action: Mapping[str, Met]
    loose: Met

    def meeting(self, action: str) -> Met:
        """The Denies whose actions include this one."""
        found = [n for n in self.loose if action_matches(self.every[n], action)]
        return tuple(sorted((*found, *self.by_action.get(action, ()))))


def denies(statements: Iterable[Statement]) -> Denies:
    """The Denies among the statements."""
    every = tuple(statement for statement in statements if statement.effect == "Deny")
    by_action: dict[str, list[int]] = {}
    loose = []
    for n, statement in enumerate(every):
        if statement.actions is None or not all(map(is_fixed, statement.actions)):
            loose.append(n)
        else:
            for action in dict.fromkeys(statement.actions):
                by_action.setdefault(action, []).append(n)
    return Denies(every, {action: tuple(found) for action, found in by_action.items()}, tuple(loose))


def ways(
    statement: Statement, against: Denies, facts: Facts, version: str, budget: Budget
) -> list[tuple[str, tuple[Statement, ...]]]:
    """(action on a role or nothing, Denies that meet the request), for each way that is no worse than another."""
    actions = list(dict.fromkeys(_actions(statement, facts)))
    if not against.every:
        return [(action if facts.is_role else "", ()) for action in (actions if facts.is_role else actions[:1])]
    found = _open(statement, actions, against, facts, version, budget)
    if found is None or facts.is_role or ("", ()) in found:
        return [("", ())] if found is None and not facts.is_role else [(a, _listed(m, against)) for a, m in found or ()]
    spared = [pattern for deny in against.every for pattern in deny.not_actions or ()]
    actions += [made for made in _instances(spared, facts) if action_matches(statement, made)]
    wider = _open(statement, list(dict.fromkeys(actions)), against, facts, version, budget, spared=True)
    return [("", ())] if wider is None else [(a, _listed(m, against)) for a, m in wider]


def _listed(met: Met, against: Denies) -> tuple[Statement, ...]:
    return tuple(against.every[n] for n in met)


def _open(
    statement: Statement,
    actions: list[str],
    against: Denies,
    facts: Facts,
    version: str,
    budget: Budget,
    spared: bool = False,
) -> list[tuple[str, Met]] | None:
    """The ways that these actions have; None when there are too many Denies to look at them all."""
    acting = _classes([(action, against.meeting(action)) for action in actions], facts)
    concerned = sorted({n for _, met in acting for n in met})
    budget.left -= len(against.loose) * len(actions)
    there = [against.every[n] for n in concerned]
    resources = list(dict.fromkeys(_resources(statement, there, facts, version, spared)))
    budget.left -= len(concerned) * len(resources)
    if budget.spent:
        return None
    if not facts.is_role and any(
        _goes_with(action, resource) and not any(_meets(against.every[n], version, resource) for n in met)
        for action, met in acting
        for resource in resources
    ):
        return [("", ())]
    meeting = [(r, tuple(n for n in concerned if _meets(against.every[n], version, r))) for r in resources]
    whole = [(r, frozenset(there)) for r, there in _classes(meeting, facts)]
    pairs = [(a, r, tuple(n for n in met if n in there)) for a, met in acting for r, there in whole]
    real = [pair for pair in pairs if _goes_with(pair[0], pair[1])] or pairs
    unique = dict.fromkeys((action if facts.is_role else "", met) for action, _, met in real)
    if ("", ()) in unique:
        return [("", ())]
    if len(unique) > _MOST_WAYS:
        return list(unique)
    return [way for way in unique if not any(other[0] == way[0] and set(other[1]) < set(way[1]) for other in unique)]


def _classes(things: Iterable[tuple[str, Met]], facts: Facts) -> list[tuple[str, Met]]:
    """One of the things for each set of Denies that meets it (and each kind that S3 tells apart)."""
    found: dict[tuple[object, ...], tuple[str, Met]] = {}
    for thing, met in things:
        kind = "s3:" in thing and (_is_object(thing), bool(_BUCKET.fullmatch(thing)), bool(_OBJECT.fullmatch(thing)))
        found.setdefault((met, thing if facts.is_role else kind), (thing, met))
    return list(found.values())


def _meets(deny: Statement, version: str, resource: str) -> bool:
    if not resource.startswith(_API):
        return resource_matches(deny, resource, {}, version=version)
    listed = deny.resources if deny.resources is not None else deny.not_resources
    hit = listed is None or pattern_set(tuple(map(_api, listed))).hit(resource)
    return hit if deny.not_resources is None else not hit


def _api(pattern: str) -> str:
    """An API Gateway resource in its short form, which may stand for the long one."""
    return _LONG_API.sub(_API, pattern)


def _actions(statement: Statement, facts: Facts) -> Iterator[str]:
    """Actions of the Allow: those it names, and for a wildcard one that nobody names."""
    if facts.is_role:
        yield from (action for action in ASSUME if action_matches(statement, action))
    elif statement.actions is None:
        named = _instances(statement.not_actions or (), facts)
        yield from (action for action in (*_general(facts), *named) if action_matches(statement, action))
    else:
        for pattern in statement.actions:
            yield from _general(facts) if not pattern.strip("*") else _instances([pattern], facts)


def _fillers(facts: Facts) -> tuple[str, ...]:
    return (f"{PROBE}object", f"{PROBE}bucket") if facts.service == "s3" else (PROBE,)


def _general(facts: Facts) -> list[str]:
    return [f"{facts.service}:{filler}" for filler in _fillers(facts)]


def _instances(patterns: Iterable[str], facts: Facts) -> Iterator[str]:
    """Actions that the patterns match."""
    for pattern in patterns:
        if is_fixed(pattern):
            yield pattern
        else:
            yield from (sample(pattern, filler) for filler in _fillers(facts))


def _resources(
    statement: Statement, concerned: Sequence[Statement], facts: Facts, version: str, spared: bool
) -> Iterator[str]:
    """Resources of the Allow: one of each pattern, and (`spared`) those that a Deny leaves out."""
    for pattern in statement.resources or ("*",):
        own: list[str] = []
        if not pattern.strip("*"):
            named = (p for deny in concerned for p in (*(deny.resources or ()), *(deny.not_resources or ())))
            own = list(_itself(named, facts))
        yield from own or [_made(pattern)]
    if statement.not_resources is not None:
        yield f"arn:aws:{PROBE}:::{PROBE}"
    for pattern in (pattern for deny in concerned if spared for pattern in deny.not_resources or ()):
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
