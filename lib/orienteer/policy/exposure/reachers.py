"""Who can do certain actions through a policy, one by one: each caller that gets in, with a request that shows it.

`exposure` tells how wide a policy is open; this tells to whom, for whom a service acts, and by which statement.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from orienteer.policy.exposure.callers import ANY_SERVICE, Caller
from orienteer.policy.exposure.clues import VARIABLE, account_field
from orienteer.policy.exposure.ground import LEVELS, OTHER_ORG, PRIVATE, PROBE, PUBLIC, Budget, Ground, ground
from orienteer.policy.exposure.judge import Case, callers_of, case_of, elements, kept_out, look, problems_of
from orienteer.policy.exposure.search import CALLER, Fence, Trial, passing
from orienteer.policy.keys import FILLED, fills
from orienteer.policy.language.conditions import Context
from orienteer.policy.language.document import Statement, read
from orienteer.policy.language.match import action_matches, resource_matches
from orienteer.policy.language.patterns import sample, wildcard
from orienteer.policy.language.text import Policy, document_text

Kind = Literal["anonymous", "anybody", "account", "organization", "service", "federated", "unknown"]
ANYBODY = "anybody"
ROLE = "AWS::IAM::Role"
_ASSUMING = ("sts:AssumeRole", "sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity")


@dataclass(frozen=True, slots=True)
class Reacher:
    """A caller that one statement lets do at least one of the actions, and a request of its that nothing denies.

    who: the account's or organization's id, the service principal, the provider, else what the policy names.
    for_whom: of a service, the account, organization or ARN for which it acts; `anybody` where nothing fixes that.
    for_level: how far that one is from the owner.  level: how far the caller is.
    named: False where only a condition tells who it is.
    """

    level: str
    kind: Kind
    who: str
    for_whom: str
    for_level: str
    named: bool
    principal: str
    actions: tuple[str, ...]
    sid: str
    statement: int
    witness: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Access:
    """All who can do some of the actions, the widest first, how wide that is, and what could not be read."""

    level: str
    reachers: tuple[Reacher, ...]
    problems: tuple[str, ...]


def reachers(
    policy: Policy,
    actions: Iterable[str],
    resources: Iterable[str] = ("*",),
    *,
    account_id: str,
    org_id: str | None = None,
    trusted_accounts: Iterable[str] = frozenset(),
    own_networks: Iterable[str] = frozenset(),
    resource_type: str | None = None,
) -> Access:
    """Everybody whom the policy lets do any of the actions on any of the resources (ARNs, patterns allowed).

    The other arguments are those of `exposure`.  Never raises; with `problems` the caller must not report PASS.
    """
    text, problem = document_text(policy)
    if problem:
        return Access(LEVELS[PRIVATE], (), (problem,))
    friends, own = frozenset(trusted_accounts or ()), frozenset(own_networks or ())
    asked = tuple(dict.fromkeys(actions)), tuple(dict.fromkeys(resources))
    return _reachers(text, *asked, str(account_id), org_id or None, friends, own, resource_type)


def assumers(
    policy: Policy,
    *,
    account_id: str,
    org_id: str | None = None,
    trusted_accounts: Iterable[str] = frozenset(),
    own_networks: Iterable[str] = frozenset(),
) -> Access:
    """Everybody whom a role's trust policy lets assume it, by name or by a condition."""
    return reachers(
        policy,
        _ASSUMING,
        account_id=account_id,
        org_id=org_id,
        trusted_accounts=trusted_accounts,
        own_networks=own_networks,
        resource_type=ROLE,
    )


@lru_cache(maxsize=4096)
def _reachers(
    text: str,
    actions: tuple[str, ...],
    resources: tuple[str, ...],
    account_id: str,
    org_id: str | None,
    trusted: frozenset[str],
    own: frozenset[str],
    resource_type: str | None,
) -> Access:
    document, budget = read(text), Budget()
    known = ground(text, account_id, org_id, trusted, own, resource_type)
    case = case_of(document, known, budget)
    found = [one for statement in case.allows for one in _of_statement(statement, case, actions, resources)]
    ranked = tuple(sorted(found, key=lambda one: -LEVELS.index(one.level)))
    level = ranked[0].level if ranked else LEVELS[PRIVATE]
    return Access(level, ranked, problems_of(document, known, LEVELS.index(level), budget))


def _of_statement(
    statement: Statement, case: Case, actions: Sequence[str], resources: Sequence[str]
) -> Iterator[Reacher]:
    """Each caller that the statement lets in, once, with all it may do."""
    spared = [pattern for deny in case.denies.every for pattern in deny.not_resources or ()]
    tried = _tried(statement, spared, resources)
    ways = [(action, met) for action in actions for met in _met(statement, action.lower(), tried, case)]
    if not ways:
        return
    sight = look(statement, [(action.lower(), met) for action, met in ways], case, complete=True)
    for element in dict.fromkeys(elements(statement)):
        found: dict[tuple[str, str], Reacher] = {}
        for caller in callers_of(element, sight.clue, case) or _crowd(case):
            if kept_out(statement, caller):
                continue
            for action in dict.fromkeys(action for action, _ in ways):
                if case.ground.is_role and caller.action != action.lower():
                    continue
                seen = _seen(caller, sight.ways[action.lower()], sight.trial, case.ground)
                if seen is not None:
                    one = _reacher(seen, caller, action, element, statement, case.ground)
                    found[one.kind, one.who] = _joined(found.get((one.kind, one.who)), one)
        yield from found.values()


def _crowd(case: Case) -> Iterable[Caller]:
    """Where callers are too many to try: the budget is spent, so the answer says that it is not exact."""
    case.budget.left = 0
    return ()


def _tried(statement: Statement, spared: Sequence[str], resources: Sequence[str]) -> list[str]:
    """One resource for each pattern asked about, and those among them that the statement names or that Denies spare."""
    named = (*(statement.resources or ()), *(statement.not_resources or ()), *spared)
    own = [VARIABLE.sub(PROBE, pattern) for pattern in named]
    made = [sample(pattern, PROBE) for pattern in (*resources, *own)]
    return [one for one in dict.fromkeys(made) if any(wildcard(pattern, one) for pattern in resources)]


def _met(statement: Statement, action: str, tried: Sequence[str], case: Case) -> Iterator[tuple[Statement, ...]]:
    """For each resource on which the statement allows the action, the Denies that stand in the way."""
    version = case.document.version
    if not action_matches(statement, action):
        return
    for resource in tried:
        if resource_matches(statement, resource, {}, version=version):
            yield tuple(
                deny
                for deny in case.denies.every
                if action_matches(deny, action) and resource_matches(deny, resource, {}, version=version)
            )


def _seen(
    caller: Caller, ways: Sequence[Sequence[Fence]], trial: Trial, known: Ground
) -> tuple[int, int, Context] | None:
    """(level of the caller, of the one for whom a service acts, request) of the widest request that passes."""
    if not all(test({**trial.ordering.fixed, **caller.context}) for test in trial.tests.get(CALLER, ())):
        return None
    free = caller._replace(cap=_called_for(caller, known)) if caller.service else caller
    for level in range(free.cap, PRIVATE - 1, -1):
        for fences in ways:
            context = passing(free, fences, level, trial)
            if context is not None:
                return min(caller.cap, level), level, context
    return None


def _called_for(caller: Caller, known: Ground) -> int:
    """How far from the owner the account is for which the service calls KMS; anybody's where none is told."""
    account = next(iter(caller.context.get("kms:calleraccount", ())), known.stranger)
    return PUBLIC if account == known.stranger else known.account_level(account)


def _reacher(
    seen: tuple[int, int, Context],
    caller: Caller,
    action: str,
    element: tuple[str, str],
    statement: Statement,
    known: Ground,
) -> Reacher:
    level, for_level, context = seen
    kind, who = _who(caller, context, known)
    for_whom = _for_whom(caller, context, known) if caller.service else ""
    return Reacher(
        LEVELS[level],
        kind,
        who,
        for_whom,
        LEVELS[for_level] if caller.service else "",
        element[1] != "*",
        element[1],
        (action,),
        statement.sid,
        statement.index,
        {key: ", ".join(values) for key, values in sorted(context.items()) if values},
    )


def _joined(known: Reacher | None, other: Reacher) -> Reacher:
    """The wider of the two, with the actions of both."""
    if known is None:
        return other
    wider = max((known, other), key=lambda one: (LEVELS.index(one.level), LEVELS.index(one.for_level or "private")))
    return replace(wider, actions=tuple(dict.fromkeys((*known.actions, *other.actions))))


def _who(caller: Caller, context: Context, known: Ground) -> tuple[Kind, str]:
    principal = caller.principal
    if principal.kind == "":
        return "anonymous", "anonymous"
    if principal.kind == "Service":
        return "service", "any AWS service" if principal.value == ANY_SERVICE else principal.value
    if principal.kind == "Federated":
        return "federated", principal.value
    if not principal.account:
        return "unknown", principal.value
    if principal.account != known.stranger:
        return "account", principal.account
    organization = next(iter(context.get("aws:principalorgid", ())), OTHER_ORG)
    return ("anybody", ANYBODY) if organization == OTHER_ORG else ("organization", organization)


def _for_whom(caller: Caller, context: Context, known: Ground) -> str:
    """On whose behalf the service makes this request, as far as anything in it fixes that."""
    filled = [
        account_field(value) or ""
        for key in FILLED
        if fills(caller.principal.value, key)
        for value in context.get(key, ())
    ]
    named = (key for key in ("aws:sourceaccount", "kms:calleraccount") if context.get(key))
    account = next((context[key][0] for key in named), "") or next(iter(filled), "")
    if account and account != known.stranger:
        return account
    organization = next(iter(context.get("aws:sourceorgid", ())), OTHER_ORG)
    if organization != OTHER_ORG:
        return organization
    arn = next(iter(context.get("aws:sourcearn", ())), "")
    return arn if arn and account_field(arn) == "" else ANYBODY
