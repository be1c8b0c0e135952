"""Actions and resources worth trying for an Allow, reduced to what tells them apart: the Denies that meet them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from orienteer.policy.exposure.clues import VARIABLE
from orienteer.policy.exposure.ground import PROBE, Budget, Ground
from orienteer.policy.exposure.tokens import SAML, WEB
from orienteer.policy.language.document import Statement
from orienteer.policy.language.match import action_matches, resource_matches
from orienteer.policy.language.patterns import PatternSet, is_fixed, pattern_set, sample

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
    """The Denies of a document, those with equal actions together, and all their resources as one matcher."""

    every: tuple[Statement, ...]
    groups: tuple[tuple[Statement, Met], ...]
    by_action: Mapping[str, Met]
    resources: PatternSet | None
    itself: tuple[str, ...]
    known: dict[str, Met] = field(default_factory=dict)

    def meeting(self, action: str) -> Met:
        """The Denies whose actions include this one."""
        if action not in self.known:
            loose = [n for sample, met in self.groups if action_matches(sample, action) for n in met]
            self.known[action] = tuple(sorted((*loose, *self.by_action.get(action, ()))))
        return self.known[action]


NO_DENIES = Denies((), (), {}, None, ())


def denies(statements: Iterable[Statement], ground: Ground) -> Denies:
    """The Denies among the statements."""
    every = tuple(statement for statement in statements if statement.effect == "Deny")
    groups: dict[tuple[object, ...], list[int]] = {}
    by_action: dict[str, list[int]] = {}
    plain = True
    for n, deny in enumerate(every):
        if deny.actions is not None and all(map(is_fixed, deny.actions)):
            for action in dict.fromkeys(deny.actions):
                by_action.setdefault(action, []).append(n)
        else:
            groups.setdefault((deny.actions, deny.not_actions), []).append(n)
        plain = plain and deny.resources is not None and not deny.moving
    named = [pattern for deny in every for pattern in (*(deny.resources or ()), *(deny.not_resources or ()))]
    union = pattern_set([pattern for deny in every for pattern in deny.resources or ()]) if plain else None
    grouped = tuple((every[met[0]], tuple(met)) for met in groups.values())
    named_actions = {action: tuple(met) for action, met in by_action.items()}
    return Denies(every, grouped, named_actions, union, tuple(dict.fromkeys(_itself(named, ground))))


@dataclass(frozen=True, slots=True)
class Ask:
    """One Allow among the Denies of its document."""

    statement: Statement
    against: Denies
    ground: Ground
    version: str
    budget: Budget


def ways(ask: Ask) -> list[tuple[str, tuple[Statement, ...]]]:
    """(action on a role or nothing, Denies that meet the request), for each way that is no worse than another."""
    actions = list(dict.fromkeys(_actions(ask.statement, ask.ground)))
    every = ask.against.every
    if ask.statement.not_resources is not None and ask.statement.resource_set.everything:
        return []
    if not every:
        return [
            (action if ask.ground.is_role else "", ()) for action in (actions if ask.ground.is_role else actions[:1])
        ]
    found = _ways(ask, actions, spared=False)
    if not ask.ground.is_role and ("", ()) not in found:
        spared = [pattern for deny in every for pattern in deny.not_actions or ()]
        actions += [made for made in _instances(spared, ask.ground) if action_matches(ask.statement, made)]
        found = _ways(ask, list(dict.fromkeys(actions)), spared=True)
    return [(action, tuple([every[n] for n in met])) for action, met in found]


def _ways(ask: Ask, actions: list[str], spared: bool) -> list[tuple[str, Met]]:
    """The ways of these actions.  With too many Denies to look at them all, one that none of them meets."""
    against, is_role = ask.against, ask.ground.is_role
    resources = list(dict.fromkeys(_resources(ask, spared)))
    if not is_role and _untouched(ask, actions, resources):
        return [("", ())]
    acting = _classes([(action, against.meeting(action)) for action in actions], ask.ground)
    concerned = sorted({n for _, met in acting for n in met})
    ask.budget.left -= (len(against.groups) * len(actions) + len(concerned) * len(resources)) // 2
    if ask.budget.spent:
        return [(action, ()) for action in actions] if is_role else [("", ())]
    meeting = [(r, tuple([n for n in concerned if _meets(against.every[n], ask.version, r)])) for r in resources]
    whole = [(r, frozenset(there)) for r, there in _classes(meeting, ask.ground)]
    pairs = [(a, r, tuple([n for n in met if n in there])) for a, met in acting for r, there in whole]
    real = [pair for pair in pairs if _goes_with(pair[0], pair[1])] or pairs
    unique = dict.fromkeys((action if is_role else "", met) for action, _, met in real)
    if ("", ()) in unique or len(unique) > _MOST_WAYS:
        return [("", ())] if ("", ()) in unique else list(unique)
    return [way for way in unique if not any(other[0] == way[0] and set(other[1]) < set(way[1]) for other in unique)]


def _untouched(ask: Ask, actions: Sequence[str], resources: Sequence[str]) -> bool:
    """Whether, at a glance, no Deny meets one of the requests."""
    union = ask.against.resources
    ask.budget.left -= 1
    if union is None:
        return False
    ask.budget.left -= (len(union.prefixes) // 16 + len(union.globs)) * min(len(resources), 2)
    return any(
        not resource.startswith(_API)
        and not union.hit(resource)
        and any(_goes_with(action, resource) for action in actions)
        for resource in resources[:2]
    )


def _classes(things: Iterable[tuple[str, Met]], ground: Ground) -> list[tuple[str, Met]]:
    """One of the things for each set of Denies that meets it (and each kind that S3 tells apart)."""
    found: dict[tuple[object, ...], tuple[str, Met]] = {}
    for thing, met in things:
        kind = "s3:" in thing and (_is_object(thing), bool(_BUCKET.fullmatch(thing)), bool(_OBJECT.fullmatch(thing)))
        found.setdefault((met, thing if ground.is_role else kind), (thing, met))
    return list(found.values())


def _meets(deny: Statement, version: str, resource: str) -> bool:
    if not resource.startswith(_API):
        return resource_matches(deny, resource, {}, version=version)
    listed = deny.resources if deny.resources is not None else deny.not_resources
    hit = listed is None or pattern_set(tuple(map(_api, listed))).hit(resource)
    return hit if deny.not_resources is None else not hit


def _api(pattern: str) -> str:
    """An API Gateway resource in its short form, which may stand for the long one."""
    return _LONG_API.sub(_API, pattern) if _API in pattern else pattern


def _actions(statement: Statement, ground: Ground) -> Iterator[str]:
    """Actions of the Allow: those it names, and for a wildcard one that nobody names."""
    if ground.is_role:
        yield from (action for action in ASSUME if action_matches(statement, action))
    elif statement.actions is None:
        named = _instances(statement.not_actions or (), ground)
        yield from (action for action in (*_general(ground), *named) if action_matches(statement, action))
    else:
        for pattern in statement.actions:
            yield from _general(ground) if not pattern.strip("*") else _instances([pattern], ground)


def _fillers(service: str) -> tuple[str, ...]:
    return (f"{PROBE}object", f"{PROBE}bucket") if service == "s3" else (PROBE,)


def _general(ground: Ground) -> list[str]:
    return [f"{ground.service}:{filler}" for filler in _fillers(ground.service)]


def _instances(patterns: Iterable[str], ground: Ground) -> Iterator[str]:
    """Actions that the patterns match."""
    for pattern in patterns:
        if is_fixed(pattern):
            yield pattern
        else:
            service, colon, _ = pattern.partition(":")
            yield from (sample(pattern, filler) for filler in _fillers(service if colon else ground.service))


def _resources(ask: Ask, spared: bool) -> Iterator[str]:
    """Resources of the Allow: one of each pattern, and (`spared`) those that a Deny leaves out."""
    statement = ask.statement
    for pattern in statement.resources or ("*",):
        yield from (not pattern.strip("*") and ask.against.itself) or _samples(pattern)
    if statement.not_resources is not None:
        yield f"arn:aws:{PROBE}:::{PROBE}"
    if spared:
        for pattern in (pattern for deny in ask.against.every for pattern in deny.not_resources or ()):
            if pattern.strip("*") and resource_matches(statement, _made(pattern), {}, version=ask.version):
                yield _made(pattern)


def _itself(named: Iterable[str], ground: Ground) -> Iterator[str]:
    """What `*` means in the policy of one resource, where the Denies beside it give the resource's ARN."""
    for pattern in named:
        fields = pattern.split(":", 5)
        if _api(pattern).startswith(_API) and ground.service == "execute-api":
            yield from _samples(f"{_API}/*")
        if len(fields) < 6 or fields[2] != ground.service or ground.service == "execute-api":
            continue
        if ground.service in ("s3", "es"):
            base = "/".join(fields[5].split("/")[: 1 if ground.service == "s3" else 2])
            arn = _made(":".join([*fields[:5], base]))
            yield from (arn, f"{arn}/{PROBE}") if ground.service == "s3" else (f"{arn}/{PROBE}",)
        else:
            yield _made(pattern)


def _samples(pattern: str) -> list[str]:
    """Resources of the pattern: one, or for an API one by each of two methods."""
    open_api = _api(pattern).startswith(_API) and not is_fixed(pattern)
    return [_made(pattern), _made(pattern, PROBE)] if open_api else [_made(pattern)]


def _made(pattern: str, method: str = "GET") -> str:
    short = _api(pattern)
    filler = f"{PROBE}/{method}/{PROBE}" if short.startswith(_API) else PROBE
    return sample(VARIABLE.sub(PROBE, short) if "${" in short else short, filler)


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
