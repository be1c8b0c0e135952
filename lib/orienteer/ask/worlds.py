"""One answer where several statements hang on the same open key: the caller's choices hold for all of them.

By hand: a role's policy allows what comes from 203.0.113.0/24, and the bucket denies what does not come from
198.51.100.0/24.  Each by itself may be in the caller's favour, both never are.  `shared` finds that they hang on
`aws:sourceip` together; `choices_of` has an address for each way to meet them; asked with each, none is allowed.

Keys that stand in one statement alone are not tried: what they may be is then no question of one choice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice, product

from orienteer.ask.answer import Answer
from orienteer.ask.estate import Estate
from orienteer.ask.layers import Hit, Rung
from orienteer.ask.question import Question
from orienteer.policy.language.choices import Choices, Values, choices
from orienteer.policy.language.conditions import Condition, Context, compiled, resolved, variable_keys
from orienteer.policy.language.patterns import LITERAL_MARK, LITERAL_STAR

World = Mapping[str, Values]
"""A value for each key; an empty one: the request lacks it."""
Ask = Callable[[World], Answer]

NETWORK = ("aws:sourceip", "aws:sourcevpc", "aws:sourcevpce", "aws:vpcsourceip")
SIGN_IN = ("aws:multifactorauthpresent", "aws:multifactorauthage")
_MOST_WORLDS = 256


def settled(found: Answer, question: Question, rungs: Sequence[Rung], ask: Ask, may: bool) -> Answer:
    """The answer with one value of each key for the whole request, from the one that takes each statement by itself.

    `ask` answers the question with these values.  Where not every value could be tried, `found` stands unless one of
    those that were tried tells more.
    """
    if not found.depends_on:
        return found
    keys = shared(question, rungs, may)
    if not keys:
        return found
    told = {key: choices_of(key, question, rungs) for key in sorted(keys)}
    worlds = [world for world in _worlds(told) if _is_consistent(world, question.estate)]
    whole = all(one.whole for one in told.values()) and len(worlds) < _MOST_WORLDS
    return _favourable(found, worlds, ask, whole) if may else _certain(found, worlds, ask, whole)


# --- which keys


def shared(question: Question, rungs: Iterable[Rung], may: bool) -> frozenset[str]:
    """The open keys on which statements hang together.

    Under `may` several Allows of one layer do not: one of them is enough.  Nor does a lone Deny.
    """
    uses: dict[str, list[tuple[int, Hit, str]]] = defaultdict(list)
    for at, rung in enumerate(rungs):
        for hit in {hit.by: hit for hit in rung.hits if hit.truth.holds is None}.values():
            for key in filter(question.is_open, hit.truth.keys):
                uses[_group(key)].append((at, hit, key))
    return frozenset(key for found in uses.values() if _hang_together(found, may, question) for _, _, key in found)


def _group(key: str) -> str:
    return next((group[0] for group in (NETWORK, SIGN_IN) if key in group), key)


def _hang_together(uses: Sequence[tuple[int, Hit, str]], may: bool, question: Question) -> bool:
    hits = {id(hit): (at, hit) for at, hit, _ in uses}
    several = any(_conditions_of(hit, {key for _, one, key in uses if one is hit}) > 1 for _, hit in hits.values())
    if any(key == "aws:sourcevpce" and _names_an_endpoint(hit, question.estate) for _, hit, key in uses):
        return True
    if question.thing is not None and question.thing.vpc and uses[0][2] in NETWORK:
        return True
    if len(hits) == 1:
        return several and (not may or uses[0][1].effect == "Allow")
    one_layer = len({at for at, _ in hits.values()}) == 1 and all(hit.effect == "Allow" for _, hit in hits.values())
    return several or not (may and one_layer)


def _conditions_of(hit: Hit, keys: set[str]) -> int:
    return sum(condition.key in keys for condition in hit.statement.conditions) if hit.statement else 0


def _names_an_endpoint(hit: Hit, estate: Estate) -> bool:
    conditions = hit.statement.conditions if hit.statement else ()
    return any(value in estate.endpoints for c in conditions if c.key == "aws:sourcevpce" for value in c.values)


# --- which values


def choices_of(key: str, question: Question, rungs: Iterable[Rung]) -> Choices:
    """The values of the key that the statements tell apart, those in the caller's favour first."""
    hits = [hit for rung in rungs for hit in rung.hits if key in hit.truth.keys and hit.statement is not None]
    context = question.request.context
    asked, whole = [], True
    for hit in hits:
        conditions, told = _asked(key, hit, context)
        asked += [(condition, hit.effect) for condition in conditions]
        whole = whole and told
    named = [*_names(key, hits), *([question.thing.vpc] if key == "aws:sourcevpc" and question.thing else [])]
    if any(named):
        asked.append((Condition("stringequals", "", False, key, tuple(filter(None, named))), ""))
    found = choices(key, tuple(dict.fromkeys(condition for condition, _ in asked)))
    tests = [(compiled(condition, False), effect) for condition, effect in asked if effect]

    def in_favour(values: Values) -> int:
        at: Context = {key: values} if values else {}
        return sum((1 if effect == "Allow" else -1) * test(at) for test, effect in tests)

    values = (one for one in found.values if one or key != "sts:rolesessionname")  # every session has a name
    return Choices(tuple(sorted(values, key=in_favour, reverse=True)), found.whole and whole)


def _asked(key: str, hit: Hit, context: Context) -> tuple[list[Condition], bool]:
    """The statement's conditions on the key with their variables put in, and whether they say all about it."""
    statement = hit.statement
    if statement is None:
        return [], False
    found, whole = [], not any(key in variable_keys(pattern) for pattern in statement.moving)
    for condition in statement.conditions:
        if statement.variables and any(key in variable_keys(value) for value in condition.values):
            whole = False
            found += [Condition("stringequals", "", False, key, tuple(context.get(condition.key, ())))]
        if condition.key != key:
            continue
        values = [resolved(v, context) if statement.variables and "${" in v else v for v in condition.values]
        kept = tuple(v for v in values if v is not None and LITERAL_STAR not in v and LITERAL_MARK not in v)
        whole = whole and len(kept) == len(values)
        found += [replace(condition, values=kept)]
    return found, whole


def _names(key: str, hits: Iterable[Hit]) -> Iterator[str]:
    """The session names that principals of the statements have."""
    if key == "sts:rolesessionname":
        for hit in hits:
            for _, value in (hit.statement.principals if hit.statement else None) or ():
                yield value.partition(":assumed-role/")[2].partition("/")[2]


def _worlds(told: Mapping[str, Choices]) -> Iterator[World]:
    every = product(*(one.values for one in told.values()))
    return (dict(zip(told, values, strict=True)) for values in islice(every, _MOST_WORLDS))


def _is_consistent(world: World, estate: Estate) -> bool:
    """True if a request can carry these values together: those of its network and of its sign-in go together.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
    """
    address, vpc, endpoint, inner = (world.get(key) for key in NETWORK)
    if address and (vpc or endpoint or inner):
        return False
    if (endpoint and vpc == ()) or (endpoint == () and (vpc or inner)) or (vpc == () and inner):
        return False
    known = estate.endpoints.get(endpoint[0]) if endpoint else None
    if known is not None and known.vpc and vpc and vpc[0] != known.vpc:
        return False
    present, age = (world.get(key) for key in SIGN_IN)
    return not (age and present is not None and present != ("true",))


# --- what they come to


def _favourable(found: Answer, worlds: Sequence[World], ask: Ask, whole: bool) -> Answer:
    """The answer of the first world that is allowed, with the keys whose values it needs; else what all come to."""
    tried = list[Answer]()
    for world in worlds:
        answer = ask(world)
        if answer.allowed:
            keys = {key for key in world if _is_needed(key, world, worlds, ask)}
            return replace(answer, depends_on=tuple(sorted({*answer.depends_on, *keys})))
        tried.append(answer)
    return _together(tried, ()) if whole and tried else found


def _is_needed(key: str, world: World, worlds: Iterable[World], ask: Ask) -> bool:
    """True if another value of the key, the others as they are, would not do, or none is possible beside them."""
    rest = {name: values for name, values in world.items() if name != key}
    others = [one for one in worlds if one[key] != world[key] and {**one, key: ()} == {**rest, key: ()}]
    return not others or not all(ask(one).allowed for one in others)


def _certain(found: Answer, worlds: Sequence[World], ask: Ask, whole: bool) -> Answer:
    """What all worlds agree on, else not known, with the keys that make a difference."""
    if not whole or not worlds:
        return found
    tried = [ask(world) for world in worlds]
    return _together(tried, _deciding(worlds, tried) or tuple(worlds[0]))


def _together(tried: Sequence[Answer], deciding: Iterable[str]) -> Answer:
    answers = {one.answer for one in tried}
    if len(answers) == 1 and "unknown" not in answers:
        return replace(tried[0], depends_on=())
    if answers <= {"implicit", "explicit"}:
        return next(one for one in tried if one.answer == "implicit")
    unknown = [one for one in tried if one.answer == "unknown"]
    keys = {key for one in unknown for key in one.depends_on}.union(deciding if len(answers) > 1 else ())
    return Answer("unknown", (), tuple(sorted(keys)), tuple(sorted({gap for one in unknown for gap in one.problems})))


def _deciding(worlds: Sequence[World], tried: Sequence[Answer]) -> tuple[str, ...]:
    """The keys of which alone another value gives another answer."""
    found = set[str]()
    for key in worlds[0]:
        by_rest: dict[tuple[Values, ...], set[bool]] = defaultdict(set)
        for world, answer in zip(worlds, tried, strict=True):
            by_rest[tuple(values for name, values in world.items() if name != key)].add(answer.allowed)
        found |= {key} if any(len(answers) > 1 for answers in by_rest.values()) else set()
    return tuple(sorted(found))
