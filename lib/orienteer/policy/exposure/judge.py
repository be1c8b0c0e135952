"""Who can reach a resource, judged from its policy: its level and the grants that give it.

Callers and requests that could really be made are tried against the whole document, so that Deny, NotPrincipal,
IfExists, ForAllValues and the like need no rule of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from typing import Any

from orienteer.policy.exposure.callers import EVERYBODY, KEYS, Caller, callers, ceiling, excepted, level_of, stand_in
from orienteer.policy.exposure.clues import Clues, clues, too_many_arns
from orienteer.policy.exposure.free import resource_context
from orienteer.policy.exposure.ground import LEVELS, ORGANIZATION, PRIVATE, Budget, Ground, ground
from orienteer.policy.exposure.renaming import renamed
from orienteer.policy.exposure.requests import NO_DENIES, Ask, Denies, denies, ways
from orienteer.policy.exposure.search import Fence, Ordering, Trial, bound, fence, ordering, trial, widest
from orienteer.policy.exposure.words import Verdict, actions_of, condition_text, principal_text, reason
from orienteer.policy.language.conditions import Condition
from orienteer.policy.language.document import Document, Principals, Statement, bare, read
from orienteer.policy.language.match import names
from orienteer.policy.language.text import document_text

_MOST_CALLERS = 20_000
_FREE_TESTS = 64
"""What a statement without Denies may cost before its document pays for it."""


@dataclass(frozen=True, slots=True)
class Grant:
    """What one Allow gives to one principal.  `level` is who that lets in, `why` says it in words for a report."""

    sid: str
    principal: str
    actions: tuple[str, ...]
    level: str
    conditions: tuple[str, ...]
    why: str = ""


@dataclass(frozen=True, slots=True)
class Exposure:
    """Who can reach the resource at most, the grants that let them (widest first), and what could not be read."""

    level: str
    grants: tuple[Grant, ...]
    problems: tuple[str, ...]


def exposure(
    policy: str | bytes | Mapping[str, Any] | None,
    *,
    account_id: str,
    org_id: str | None = None,
    trusted_accounts: Iterable[str] = frozenset(),
    own_networks: Iterable[str] = frozenset(),
    resource_type: str | None = None,
) -> Exposure:
    """Who can reach the resource of the account through this policy.  Never raises; remembered by the policy's text.

    What could not be read stands in `problems`; the caller must not report PASS then.
    """
    text, problem = document_text(policy)
    if problem:
        return Exposure(LEVELS[PRIVATE], (), (problem,))
    friends, own = frozenset(trusted_accounts or ()), frozenset(own_networks or ())
    return _exposure(text, str(account_id), org_id or None, friends, own, resource_type)


@lru_cache(maxsize=4096)
def _exposure(
    text: str,
    account_id: str,
    org_id: str | None,
    trusted: frozenset[str],
    own: frozenset[str],
    resource_type: str | None,
) -> Exposure:
    document = read(text)
    known = ground(text, account_id, org_id, trusted, own, resource_type)
    budget = Budget()
    found = _grants(document, known, budget)
    ranked = sorted(found, key=lambda grant: -LEVELS.index(grant.level))
    level = ranked[0].level if ranked else LEVELS[PRIVATE]
    return Exposure(level, tuple(ranked), problems_of(document, known, LEVELS.index(level), budget))


def problems_of(document: Document, known: Ground, level: int, budget: Budget) -> tuple[str, ...]:
    """What could not be read and matters: an unread Deny does where somebody outside the organization gets in."""
    found = [p for p in document.problems if level > ORGANIZATION or p not in document.deny_problems]
    found += [
        f"statement {statement.index + 1}: it has no Principal"
        for statement in document.statements
        if statement.principals is None and statement.not_principals is None
        if statement.effect == "Allow" or level > ORGANIZATION
    ]
    idle = [f"statement {s.index + 1}: it has no Action" for s in document.statements if not _takes_effect(s, known)]
    if budget.spent:
        found.append("the policy is too complex to be decided exactly; it is reported at least as wide as it is")
    return tuple(problem for problem in found if problem not in idle)


def _takes_effect(statement: Statement, known: Ground) -> bool:
    """False for a statement of a key policy that lacks Action or Resource: KMS takes it, and it does nothing.

    https://docs.aws.amazon.com/kms/latest/APIReference/API_PutKeyPolicy.html
    """
    return known.resource_type != "AWS::KMS::Key" or statement.lacks.isdisjoint(("action", "resource"))


@dataclass(frozen=True, slots=True)
class Case:
    """One document under judgement; `allows` are its Allows that may open anything."""

    document: Document
    ground: Ground
    order: Ordering
    denies: Denies
    fences: Mapping[int, Fence]
    budget: Budget
    resource: Mapping[str, tuple[str, ...]]
    allows: tuple[Statement, ...]
    strangers: dict[tuple[str, str], list[Caller]] = field(default_factory=dict)


def case_of(document: Document, known: Ground, budget: Budget) -> Case:
    """The document made ready: what of it takes effect, and its Denies."""
    live = [statement for statement in document.statements if _takes_effect(statement, known)]
    named = [s for s in live if s.principals is not None or s.not_principals is not None]
    against = denies(named, known)
    fixed = {} if known.resource_type == "AWS::EC2::VPCEndpoint" else resource_context(known)
    conditions = [condition for statement in document.statements for condition in statement.conditions]
    order = ordering(conditions, fixed, document.variables)
    fences = {statement.index: fence(statement, order) for statement in against.every}
    refused = known.resource_type == "AWS::KMS::Key"  # KMS refuses a statement without Principal
    allows = tuple(s for s in (named if refused else live) if s.effect == "Allow")
    return Case(document, known, order, against, fences, budget, resource_context(known), allows)


def _grants(document: Document, known: Ground, budget: Budget) -> list[Grant]:
    """Grants in the order of the document."""
    case = case_of(document, known, budget)
    remembered: dict[Any, Verdict] = {}
    return [grant for statement in case.allows for grant in _of_statement(statement, case, remembered)]


def _of_statement(statement: Statement, case: Case, remembered: dict[Any, Verdict]) -> Iterator[Grant]:
    open_ways = ways(Ask(statement, case.denies, case.ground, case.document.version, case.budget))
    met = tuple([(action, tuple([deny.index for deny in stand])) for action, stand in open_ways])
    unmet = not any(stand for _, stand in open_ways)
    plain = bool(open_ways) and unmet and not statement.conditions
    actions, conditions = actions_of(statement), tuple(map(condition_text, statement.conditions))
    sight: Sight | None = None
    for element in dict.fromkeys(elements(statement)):
        glance = level_of(element, case.ground) if plain else None
        if glance is not None:
            verdict = Verdict(glance, element[0], (), ())
        elif case.budget.spent:
            verdict = _at_most(element, case.ground)
        elif unmet:
            asked = tuple([action for action, _ in open_ways])
            version = case.document.version
            same = element
            if not case.order.variables:
                same = stand_in(element, [condition.key for condition in statement.conditions], case.ground)
            asking = statement.conditions
            if statement.not_principals is None:
                same, asking = renamed(same, asking, case.ground)
            verdict, cost = _alone(same, statement.not_principals, asking, version, asked, case.ground)
            case.budget.left -= cost if cost >= Budget().left else max(0, cost - _FREE_TESTS)
        else:
            key = (element, statement.not_principals, statement.conditions, met)
            if key not in remembered:
                sight = sight or look(statement, open_ways, case)
                remembered[key] = _judged(statement, element, sight, case)
            verdict = remembered[key]
        yield Grant(
            statement.sid,
            principal_text(statement, element),
            actions,
            LEVELS[verdict.level],
            conditions,
            f"Statement {statement.name} {reason(statement, element, verdict, conditions)}",
        )


@lru_cache(maxsize=8192)
def _alone(
    element: tuple[str, str],
    excepted_from: Principals | None,
    conditions: tuple[Condition, ...],
    version: str,
    actions: tuple[str, ...],
    known: Ground,
) -> tuple[Verdict, int]:
    """The verdict on an Allow that no Deny meets, and what it cost.

    Remembered apart from its document: policies of an organization share principals and conditions.
    """
    document = Document(version, (), (), "")
    statement = bare(excepted_from, conditions, document.variables)
    budget, resource = Budget(), resource_context(known)
    whole = budget.left
    fixed = {} if known.resource_type == "AWS::EC2::VPCEndpoint" else resource
    order = ordering(conditions, fixed, document.variables)
    case = Case(document, known, order, NO_DENIES, {}, budget, resource, ())
    sight = look(statement, [(action, ()) for action in actions], case)
    return _judged(statement, element, sight, case), whole - budget.left


def elements(statement: Statement) -> Sequence[tuple[str, str]]:
    """The principals of the statement one by one; everybody where it names those it leaves out, or nobody."""
    if statement.not_principals is not None:
        return [] if EVERYBODY in statement.not_principals else [EVERYBODY]
    return [EVERYBODY] if statement.principals is None else statement.principals


@dataclass(frozen=True, slots=True)
class Sight:
    """What an Allow's callers are tried with: its clues, its candidates, and the Denies in each way."""

    clue: Clues
    trial: Trial
    ways: Mapping[str, tuple[tuple[Fence, ...], ...]]


def look(
    statement: Statement,
    open_ways: Sequence[tuple[str, tuple[Statement, ...]]],
    case: Case,
    complete: bool = False,
) -> Sight:
    """What the statement's callers are tried with; `complete` keeps those, too, that nothing tells from each other."""
    met_by = list({deny.index: deny for _, met in open_ways for deny in met}.values())
    conditions = [*statement.conditions, *(condition for deny in met_by for condition in deny.conditions)]
    spared = excepted(deny.not_principals or () for deny in met_by)
    told = excepted([statement.not_principals or (), *((deny.principals or ()) for deny in met_by)])
    clue = clues(conditions, spared, case.resource, case.document.variables, (*told, *spared), complete)
    fences: dict[str, tuple[tuple[Fence, ...], ...]] = {}
    for action, met in open_ways:
        fences[action] = (*fences.get(action, ()), tuple(case.fences[deny.index] for deny in met))
    return Sight(clue, trial(statement, clue, case.order, case.ground, case.budget), fences)


def _judged(statement: Statement, element: tuple[str, str], sight: Sight, case: Case) -> Verdict:
    """The level of what the statement gives to the principal, and what it rests on."""
    candidates = callers_of(element, sight.clue, case)
    if candidates is None:
        case.budget.left = 0
        return _at_most(element, case.ground)
    found = [
        caller
        for caller in candidates
        if not kept_out(statement, caller) and (not case.ground.is_role or caller.action in sight.ways)
    ]
    best, level = None, PRIVATE
    for action, fences in sight.ways.items():
        able = [caller for caller in found if not case.ground.is_role or caller.action == action]
        reached, caller = widest(able, fences, sight.trial)
        if caller and (best is None or reached > level):
            best, level = caller, reached
    pairs = zip(statement.conditions, statement.tests, strict=True)
    caps = tuple([bound(condition, test, found, sight.trial) for condition, test in pairs])
    blockers = tuple(dict.fromkeys(case.fences[index].statement.name for index in sorted(sight.trial.blockers)))
    return Verdict(level, best.principal.kind if best else None, caps, blockers)


def callers_of(element: tuple[str, str], clue: Clues, case: Case) -> list[Caller] | None:
    """The callers behind the element, None when they are too many to try.

    Built once for all the statements whose conditions do not ask who calls.
    """
    if clue.spared or case.ground.is_role or element[0] == "Federated" or clue.mentions(*KEYS):
        if too_many_arns(clue, "aws:principalarn"):
            return None
        found = list(islice(callers(element, clue, case.ground), _MOST_CALLERS + 1))
        case.budget.left -= len(found)
        return found if len(found) <= _MOST_CALLERS else None
    if element not in case.strangers:
        case.strangers[element] = list(callers(element, clue, case.ground))
    return case.strangers[element]


def _at_most(element: tuple[str, str], known: Ground) -> Verdict:
    return Verdict(ceiling(element, known), element[0], (), ())


def kept_out(statement: Statement, caller: Caller) -> bool:
    """Whether the statement's own NotPrincipal leaves the caller out."""
    listed = statement.not_principals
    return listed is not None and names(listed, caller.principal, loosely=False)
