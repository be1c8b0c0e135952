"""The witness search: is there a caller of a level, with a request it could really make, that the policy lets in?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from orienteer.policy.exposure.callers import Caller
from orienteer.policy.exposure.channels import access_points, networks, sources
from orienteer.policy.exposure.clues import Candidate, Clues, too_many_arns, variable_keys
from orienteer.policy.exposure.free import candidates, filled
from orienteer.policy.exposure.ground import EXTERNAL, ORGANIZATION, PRIVATE, PROBE, PUBLIC, Budget, Ground
from orienteer.policy.exposure.tokens import POOL_KEYS, claim_of, claims, pools
from orienteer.policy.exposure.variables import Tie, tie
from orienteer.policy.keys import FILLED, brought_by_services, fills, fills_some, key_of, keys_about
from orienteer.policy.language.conditions import Condition, Context, Test
from orienteer.policy.language.document import Statement
from orienteer.policy.language.match import principal_matches

CALLER, SOURCE, NETWORK, POINT, POOL, FREE = range(6)

_GROUPS: Mapping[str, int] = {
    **dict.fromkeys(keys_about("caller"), CALLER),
    **dict.fromkeys(keys_about("source"), SOURCE),
    **dict.fromkeys(keys_about("network"), NETWORK),
    **dict.fromkeys(keys_about("access point"), POINT),
    **dict.fromkeys(POOL_KEYS, POOL),
}
_GROUPED: Mapping[int, Callable[[Clues, Ground], Iterable[Candidate]]] = {
    SOURCE: sources,
    NETWORK: networks,
    POINT: access_points,
}
_DEEPEST = 100
"""Parts that may be chosen together before the search gives up on an exact answer."""
_MOST_CANDIDATES = 20_000
_ABSENT = (Candidate({}, PUBLIC),)


@dataclass(frozen=True, slots=True)
class Ordering:
    """The order in which the parts of a request are chosen: who, for whom, from where, then each free key."""

    places: Mapping[str, int]
    fixed: Mapping[str, tuple[str, ...]]
    variables: bool

    def place(self, condition: Condition) -> int:
        """The part after whose choice the condition can be judged."""
        places = [self._of(condition.key)]
        if self.variables:
            places += [self._of(key) for value in condition.values for key in variable_keys(value)]
        return max(places)

    def _of(self, key: str) -> int:
        return CALLER if key in self.fixed else self.places.get(key, CALLER)


@dataclass(frozen=True, slots=True)
class Fence:
    """A Deny: its tests by the part of the request that settles them, and the last such part."""

    statement: Statement
    tests: Mapping[int, tuple[Test, ...]]
    last: int
    cost: int


@dataclass(frozen=True, slots=True)
class Trial:
    """What is tried for one Allow: candidates of each part, and the Allow's own tests by part.

    `issuers` has the shared issuer of each part that only its tokens carry; `of_role`: a role is what is tried.
    """

    ordering: Ordering
    places: tuple[int, ...]
    parts: Mapping[int, tuple[Candidate, ...]]
    tests: Mapping[int, tuple[Test, ...]]
    filled: Mapping[str, tuple[Candidate, ...]]
    issuers: Mapping[int, str]
    cost: int
    ties: Mapping[int, Tie]
    budget: Budget
    of_role: bool = False
    blockers: set[int] = field(default_factory=set)
    answers: dict[tuple[object, ...], Context | None] = field(default_factory=dict)


def ordering(conditions: Iterable[Condition], fixed: Mapping[str, tuple[str, ...]], variables: bool) -> Ordering:
    """The order of choice for a document with these conditions."""
    keys: dict[str, None] = {}
    conditions = list(conditions)
    variables = variables and any("${" in value for condition in conditions for value in condition.values)
    for condition in conditions:
        keys[condition.key] = None
        if variables:
            keys.update((key, None) for value in condition.values for key in variable_keys(value))
    free = [key for key in keys if key not in _GROUPS and key not in fixed]
    return Ordering({**_GROUPS, **{key: FREE + n for n, key in enumerate(free)}}, fixed, variables)


def by_place(statement: Statement, order: Ordering) -> dict[int, tuple[Test, ...]]:
    """The statement's tests by the part of the request that settles them."""
    found: dict[int, tuple[Test, ...]] = {}
    for condition, test in zip(statement.conditions, statement.tests, strict=True):
        place = order.place(condition)
        found[place] = (*found.get(place, ()), test)
    return found


def cost(statement: Statement) -> int:
    """What one look at the statement's conditions costs; patterns cost most."""
    return 1 + sum(len(condition.values) // 16 for condition in statement.conditions if "like" in condition.operator)


def fence(statement: Statement, order: Ordering) -> Fence:
    """The Deny made ready for the search."""
    tests = by_place(statement, order)
    return Fence(statement, tests, max(tests, default=CALLER), cost(statement))


def trial(statement: Statement, clue: Clues, order: Ordering, ground: Ground, budget: Budget) -> Trial:
    """Everything the search tries for one Allow: candidates of those parts only that some condition asks about."""
    keys = dict.fromkeys(clue.by_key)
    if order.variables:
        values = (value for found in clue.by_key.values() for condition in found for value in condition.values)
        keys.update((key, None) for value in values for key in variable_keys(value))
    parts: dict[int, tuple[Candidate, ...]] = {}
    issuers: dict[int, str] = {}
    for key in keys:
        place = CALLER if key in order.fixed else order.places.get(key, CALLER)
        claim = claim_of(key)
        if claim is not None:
            issuers[place] = claim[0]
            parts[place] = tuple(pools(clue.by_key) if place == POOL else claims(key, clue.by_key))
        elif place >= FREE:
            asked = key in clue.by_key
            parts[place] = tuple(candidates(key, clue, ground)) if asked else (Candidate({key: (PROBE,)}, PUBLIC),)
        elif place != CALLER and place not in parts:
            made = () if _crowded(clue, place) else tuple(islice(_GROUPED[place](clue, ground), _MOST_CANDIDATES + 1))
            if not made or len(made) > _MOST_CANDIDATES:
                budget.left = 0
            parts[place] = () if budget.spent else made
    made_by_services = {key: tuple(filled(key, clue, ground)) for key in FILLED if key in clue.by_key}
    tests = by_place(statement, order)
    ties = {order.places[key]: tie(key, clue) for key in keys if order.variables and order.places.get(key, 0) >= FREE}
    return Trial(
        order,
        tuple(sorted(parts)),
        parts,
        tests,
        made_by_services,
        issuers,
        cost(statement),
        ties,
        budget,
        ground.is_role,
    )


def _crowded(clue: Clues, place: int) -> bool:
    """Whether so many values meet each other in a part that its candidates are not worth making."""
    if place == NETWORK:
        ranges = clue.by_key.get("aws:sourceip", ())
        return sum(len(condition.values) for condition in ranges) * len(ranges) > _MOST_CANDIDATES * 2
    return too_many_arns(clue, "aws:sourcearn" if place == SOURCE else "s3:dataaccesspointarn")


def widest(found: Sequence[Caller], ways: Sequence[Sequence[Fence]], trial: Trial) -> tuple[int, Caller | None]:
    """The widest level at which a caller gets through, and that caller; PRIVATE and None when nobody from outside does.

    `ways` holds, for each action and resource that differ in it, the Denies that stand in the way.
    """
    open_to = [caller for caller in found if all(test(_seen(caller, trial)) for test in trial.tests.get(CALLER, ()))]
    trial.budget.left -= len(found) * trial.cost
    if trial.budget.spent and open_to:
        caller = max(open_to, key=lambda caller: caller.cap)
        return caller.cap, caller
    if not any(ways) and not trial.ordering.variables:
        return _unfenced(open_to, trial) if ways else (PRIVATE, None)
    for level in (PUBLIC, EXTERNAL, ORGANIZATION, PRIVATE):
        for caller in open_to:
            if caller.cap >= level and any(passing(caller, fences, level, trial) is not None for fences in ways):
                return level, caller
    return PRIVATE, None


def _unfenced(found: Sequence[Caller], trial: Trial) -> tuple[int, Caller | None]:
    """`widest` where no Deny stands in the way: each part gives what its best candidate gives."""
    best: dict[tuple[str, str, str], int] = {}
    level, widest_caller = PRIVATE, None
    for caller in found:
        kind = _kind(caller)
        if kind not in best:
            best[kind] = min((_best(place, caller, trial) for place in trial.places), default=PUBLIC)
        reached = min(caller.cap, best[kind])
        if reached >= PRIVATE and (widest_caller is None or reached > level):
            level, widest_caller = reached, caller
        if level == PUBLIC:
            break
    return level, widest_caller


def _kind(caller: Caller) -> tuple[str, str, str]:
    """What of the caller tells which candidates go with it."""
    return caller.principal.kind, fills_some(caller.principal.value) if caller.service else "", caller.issuer


def _best(place: int, caller: Caller, trial: Trial) -> int:
    """The widest level of a candidate that meets the Allow's tests of this part; below PRIVATE when none does."""
    tests, best = trial.tests.get(place, ()), PRIVATE - 1
    for candidate in _possible(place, caller, trial):
        if candidate.cap > best:
            trial.budget.left -= trial.cost
            if all(test(candidate.context) for test in tests):
                best = candidate.cap
    return best


def _seen(caller: Caller, trial: Trial) -> dict[str, tuple[str, ...]]:
    return {**trial.ordering.fixed, **caller.context}


def passing(caller: Caller, fences: Sequence[Fence], level: int, trial: Trial) -> Context | None:
    """What a request of the caller carries that the Allow takes and every Deny lets pass; None if there is none.

    No part of the request leaves it to callers of less than the level.
    """
    context = _seen(caller, trial)
    left = [fence for fence in fences if principal_matches(fence.statement, caller.principal)]
    trial.budget.left -= len(fences)
    standing = _standing(left, CALLER, context, trial)
    if standing is None:
        return None
    if trial.ordering.variables:
        return _chosen(0, trial.places[:_DEEPEST], caller, context, standing, level, trial)
    local: dict[int, list[Fence]] = {}
    linked: dict[int, None] = {}
    for fence in standing:
        places = [place for place in fence.tests if place != CALLER]
        if len(places) == 1:
            local.setdefault(places[0], []).append(fence)
        else:
            linked.update(dict.fromkeys(places))
    alone = [place for place in trial.places if place not in linked]
    carried: dict[str, tuple[str, ...]] = {}
    for place in alone:
        chosen = _any_choice(place, caller, local.get(place, ()), level, trial)
        if chosen is None:
            return None
        carried |= chosen
    carried |= context
    together = tuple(sorted(linked))
    if len(together) > _DEEPEST:
        trial.budget.left = 0
        return carried
    bundled = [fence for fence in standing if any(place in linked for place in fence.tests)]
    return _chosen(0, together, caller, carried, bundled, level, trial)


def _any_choice(place: int, caller: Caller, fences: Sequence[Fence], level: int, trial: Trial) -> Context | None:
    """A candidate of a part that no Deny ties to another, which the Allow and its own Denies let pass."""
    key = (place, level, _kind(caller), tuple([fence.statement.index for fence in fences]))
    if key not in trial.answers:
        trial.answers[key] = _chosen(0, (place,), caller, trial.ordering.fixed, fences, level, trial)
    return trial.answers[key]


def _standing(
    fences: Sequence[Fence], place: int, context: Mapping[str, tuple[str, ...]], trial: Trial
) -> list[Fence] | None:
    """The Denies that still may apply once this part is chosen; None when one surely does."""
    standing = []
    for fence in fences:
        tests = fence.tests.get(place, ())
        trial.budget.left -= fence.cost if tests else 0
        if all(test(context) for test in tests):
            if fence.last <= place:
                trial.blockers.add(fence.statement.index)
                return None
            standing.append(fence)
    return standing


def _chosen(
    step: int,
    places: Sequence[int],
    caller: Caller,
    context: Mapping[str, tuple[str, ...]],
    fences: Sequence[Fence],
    level: int,
    trial: Trial,
) -> Context | None:
    """The request with the parts from this step on chosen so that the Allow holds and no Deny does."""
    if step >= len(places) or trial.budget.spent:
        return context
    place = places[step]
    tests, tried = trial.tests.get(place, ()), set()
    tied = trial.ties.get(place)
    fitting = tied.fitting(context) if tied and _carries(caller, tied.key, trial) else ()
    for candidate in (*_possible(place, caller, trial), *fitting):
        if candidate.cap < level:
            continue
        chosen = {**context, **candidate.context}
        trial.budget.left -= 1 + (trial.cost if tests else 0)
        if not all(test(chosen) for test in tests):
            continue
        standing = _standing(fences, place, chosen, trial)
        if standing is None:
            continue
        mark = tuple(fence.statement.index for fence in standing)
        if mark in tried and not trial.ordering.variables:
            continue
        tried.add(mark)
        whole = _chosen(step + 1, places, caller, chosen, standing, level, trial)
        if whole is not None:
            return whole
    return None


def _possible(place: int, caller: Caller, trial: Trial) -> Iterable[Candidate]:
    """The candidates of one part that go with the caller."""
    found = trial.parts.get(place, ())
    if place in trial.issuers:
        return found if caller.issuer == trial.issuers[place] else _ABSENT
    if place == NETWORK:
        return [candidate for candidate in found if candidate.service == caller.service]
    if place >= FREE and caller.principal.kind in ("", "Service") and found:
        keys = {key for candidate in found for key in candidate.context}
        for key in keys & trial.filled.keys():
            if fills(caller.principal.value, key):
                return trial.filled[key]
        if not all(_carries(caller, key, trial) for key in keys):
            return [candidate for candidate in found if not candidate.context] or _ABSENT
    return found


def _carries(caller: Caller, key: str, trial: Trial) -> bool:
    """Whether the caller's requests may carry the key: without a signature, and from a service, some never come."""
    if caller.principal.kind not in ("", "Service") or not key_of(key).signed:
        return True
    return caller.service and trial.of_role and brought_by_services(key)


def bound(condition: Condition, test: Test, found: Sequence[Caller], trial: Trial) -> int | None:
    """The widest level of a request that meets this one condition; None when none of those tried does."""
    place = trial.ordering.place(condition)
    if trial.ordering.variables and any(variable_keys(value) for value in condition.values):
        return PUBLIC
    tried: Iterable[tuple[int, Mapping[str, tuple[str, ...]]]]
    if place == CALLER:
        tried = ((caller.cap, _seen(caller, trial)) for caller in found)
    else:
        tried = ((one.cap, one.context) for one in (*trial.parts.get(place, ()), *trial.filled.get(condition.key, ())))
    best: int | None = None
    for cap, context in tried:
        if (best is None or cap > best) and test(context):
            best = cap
        if best == PUBLIC:
            break
    return best
