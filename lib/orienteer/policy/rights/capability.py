"""What an identity can do in effect: requests it could really make, put to its policies, boundary and guardrails."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from itertools import product
from typing import Any

from orienteer.partitions import home_region, partition_of
from orienteer.policy.guardrails.chain import statement_words
from orienteer.policy.keys import KEYS, key_of
from orienteer.policy.language.actions import sample_resources
from orienteer.policy.language.conditions import Condition
from orienteer.policy.language.document import Document, Statement
from orienteer.policy.language.match import Request, action_matches, condition_holds
from orienteer.policy.language.values import asked_of, fill, meeting, settled
from orienteer.policy.rights.combinations import ACTIONS, COMBINATIONS
from orienteer.policy.rights.identity import Identity, IdentityDecision, decide

Context = Mapping[str, tuple[str, ...]]
MFA: Context = {"aws:multifactorauthpresent": ("true",), "aws:multifactorauthage": ("60",)}
UNNAMED_ORGANIZATION = "o-probeprobe"
_MOST_REGIONS, _MOST_VALUES, _MOST_RESOURCES = 8, 3, 20


@dataclass(frozen=True)
class Held:
    """Whether an action is held on a resource: given by the identity's policies, and not taken away by `blocked_by`."""

    granted: bool
    allowed: bool
    blocked_by: str
    policy: str
    via: str
    conditions: tuple[str, ...]
    resource: str
    refused: bool = False


@dataclass(frozen=True)
class Actor:
    """An identity with the contexts it can call from. Actors of one `key` get the same answer to the same request."""

    key: tuple[Any, ...]
    identity: Identity
    account_id: str
    contexts: tuple[tuple[Context, tuple[str, ...]], ...]
    partition: str = "aws"


Memo = dict[tuple[Any, ...], Any]
NOT_HELD = Held(False, False, "", "", "", (), "")


def actor(identity: Identity, arn: str, account_id: str, tags: Mapping[str, str], now: datetime | None = None) -> Actor:
    """The identity with every context worth trying: plain, with MFA, and with the values its documents ask for."""
    base = _base(identity, arn, account_id, tags, now or datetime.now(UTC))
    documents, partition = _documents(identity), partition_of(arn)
    key = (
        tuple((name, document.text) for name, document in identity.policies),
        identity.boundary and identity.boundary.text,
        tuple(tuple(document.text for document in level) for level in identity.levels),
        account_id,
        partition,
        tuple(_signature(document, base, arn) for document in documents),
    )
    return Actor(key, identity, account_id, _contexts(documents, base, home_region(partition=partition)), partition)


def potential(identity: Identity) -> frozenset[str]:
    """Which actions of the known combinations some Allow statement names, whatever takes them away again."""
    return frozenset().union(*(_named_actions(document) for _, document in identity.policies))


def may_rise(identity: Identity) -> bool:
    """True if Allow statements name every action of a known way to all rights, whatever takes them away again."""
    named = potential(identity)
    return any(named.issuperset(combination.actions) for combination in COMBINATIONS)


def held(who: Actor, action: str, resource: str, extra: Context, memo: Memo) -> Held:
    """Whether the actor holds the action on this resource in any of its contexts; `extra` describes the target."""
    key = (who.key, action, resource, tuple(sorted(extra.items())))
    if key not in memo:
        memo[key] = _held(who, action, resource, extra)
    found: Held = memo[key]
    return found


def held_anywhere(who: Actor, action: str, memo: Memo, extra: Context | None = None) -> Held:
    """Whether the actor holds the action on any resource at all: an unnamed one, or one that its policies name.

    A call that touches several kinds of resources is held on none where one kind is denied.
    """
    key = (who.key, action, tuple(sorted((extra or {}).items())))
    if key not in memo:
        kinds = sample_resources(action, who.account_id, partition=who.partition)
        memo[key] = _on_kinds(kinds, {r: held(who, action, r, extra or {}, memo) for r in _resources(who, action)})
    found: Held = memo[key]
    return found


def _on_kinds(kinds: Sequence[str], tries: Mapping[str, Held]) -> Held:
    """What is held of a call on one resource of each kind, from what is held on each resource tried."""
    found = best(tries.values())
    if len(kinds) < 2 or not found.allowed:
        return found
    each = [best(one for other, one in tries.items() if _kind(other) == _kind(resource)) for resource in kinds]
    refusal = next((one for one in each if not one.allowed and (one.granted or one.refused)), found)
    return refusal if refusal.granted else NOT_HELD


def best(tries: Iterable[Held]) -> Held:
    """The first that is allowed, else the first granted but blocked, else one that is denied or just not held."""
    blocked = NOT_HELD
    for one in tries:
        if one.allowed:
            return one
        if (one.granted, one.refused) > (blocked.granted, blocked.refused):
            blocked = one
    return blocked


def _held(who: Actor, action: str, resource: str, extra: Context) -> Held:
    refused, blocked = False, NOT_HELD
    for context, added in who.contexts:
        found = decide(who.identity, Request(action, resource, {**context, **extra}))
        if found.allowed:
            return _as_held(found, added, resource)
        if found.granted and not blocked.granted:
            blocked = _as_held(found, added, resource)
        refused = refused or found.statement is not None
    return blocked if blocked.granted else Held(False, False, "", "", "", (), resource, refused)


def _as_held(found: IdentityDecision, added: tuple[str, ...], resource: str) -> Held:
    policy, statement = found.grant or ("", None)
    where = f"{policy}: {statement_words(statement)}" if statement else policy
    asked = {condition.key for condition in statement.conditions} if statement else set()
    conditions = tuple(sorted(key for key in asked | set(added) if not key_of(key).settled))
    return Held(found.granted, found.allowed, "" if found.allowed else found.by, policy, where, conditions, resource)


def _documents(identity: Identity) -> tuple[Document, ...]:
    limit = (identity.boundary,) if identity.boundary else ()
    return (*(document for _, document in identity.policies), *limit, *(d for level in identity.levels for d in level))


def _base(
    identity: Identity, arn: str, account_id: str, tags: Mapping[str, str], now: datetime
) -> dict[str, tuple[str, ...]]:
    """What every call of this principal carries."""
    user = ":user/" in arn
    base: dict[str, tuple[str, ...]] = {
        "aws:principalarn": (arn,),
        "aws:principalaccount": (account_id,),
        "aws:resourceaccount": (account_id,),
        "aws:principaltype": ("User" if user else "AssumedRole",),
        "aws:principalisawsservice": ("false",),
        "aws:viaawsservice": ("false",),
        "aws:securetransport": ("true",),
        "aws:requestedregion": (home_region(partition=partition_of(arn)),),
        "aws:currenttime": (now.strftime("%Y-%m-%dT%H:%M:%SZ"),),
        "aws:epochtime": (str(int(now.timestamp())),),
        **{f"aws:principaltag/{name.lower()}": (value,) for name, value in tags.items()},
    }
    if user:
        base["aws:username"] = (arn.rpartition("/")[2],)
    pool = [pair for document in _documents(identity) for pair in _asked(document)]
    named = (v for k, v, _ in pool if k in ("aws:principalorgid", "aws:resourceorgid") and v.startswith("o-"))
    org = next(named, UNNAMED_ORGANIZATION)  # the assessed accounts are in one, whether a policy names it or not
    base |= {"aws:principalorgid": (fill(org),), "aws:resourceorgid": (fill(org),)}
    return base


def _contexts(documents: Sequence[Document], base: Context, home: str) -> tuple[tuple[Context, tuple[str, ...]], ...]:
    """(context, keys added to the plain one) of each context worth trying, the plainest first."""
    pool = [pair for document in documents for pair in _asked(document)]
    regions = [home, *(fill(v, "west-1") for k, v, _ in pool if k == "aws:requestedregion" and "$" not in v)]
    wanted: dict[str, list[str]] = {}
    for key, value, positive in pool:
        found = settled(value, base) if positive and _pickable(key) else None
        if found is not None and found not in wanted.setdefault(key, []):
            wanted[key].append(found)
    rounds = min(_MOST_VALUES, max((len(values) for values in wanted.values()), default=0))
    chosen: list[Context] = [{}]
    if any(key.startswith("aws:multifactorauth") for key, _, _ in pool):
        chosen.append(MFA)
    for index in range(rounds):
        chosen.append(
            {
                **chosen[-1 if len(chosen) == 1 else 1],
                **{key: (values[min(index, len(values) - 1)],) for key, values in wanted.items()},
            }
        )
    places = list(dict.fromkeys(regions))[:_MOST_REGIONS]
    return tuple(
        ({**base, **extra, "aws:requestedregion": (region,)}, tuple(sorted(set(extra) - {"aws:multifactorauthage"})))
        for extra, region in product(chosen, places)
    )


def _pickable(key: str) -> bool:
    """True if a principal can bring the key's value about: neither who it is, nor what it calls decides it."""
    return key_of(key).set_by not in ("AWS", "owner", "target")


@lru_cache(maxsize=8192)
def _asked(document: Document) -> tuple[tuple[str, str, bool], ...]:
    """(key, a value, whether to bring it is of use) of every condition of the document: those that it names.

    One that an Allow demands is of use, and one that a Deny spares.
    """
    return tuple(dict.fromkeys(pair for s in document.statements for c in s.conditions for pair in _of_use(s, c)))


def _of_use(statement: Statement, condition: Condition) -> Iterable[tuple[str, str, bool]]:
    asked = list(asked_of(statement, condition))
    yield from ((condition.key, value, True) for value in asked)
    yield from ((condition.key, value, False) for value in meeting(condition) if value not in asked)


@lru_cache(maxsize=8192)
def _personal(document: Document) -> tuple[tuple[Condition, ...], bool]:
    """The conditions about who calls, and whether the document holds variables about the caller."""
    conditions = tuple(
        condition
        for statement in document.statements
        for condition in statement.conditions
        if key_of(condition.key).personal
    )
    lowered = document.text.lower()
    return conditions, any("${" + key.name in lowered for key in KEYS if key.personal)


def _signature(document: Document, base: Context, arn: str) -> Any:
    """What of the document depends on the caller: the truth of its conditions about the caller, or the ARN itself."""
    conditions, variables = _personal(document)
    if variables:
        return arn
    return tuple(condition_holds(condition, base, version=document.version) for condition in conditions)


def _kind(resource: str) -> tuple[str, ...]:
    """The service and the type of a resource's ARN; a type that is a wildcard's filling is of no kind."""
    fields = resource.split(":", 5)
    return (fields[2], re.split("[/:]", fields[5], maxsplit=1)[0]) if len(fields) == 6 else (resource,)


@lru_cache(maxsize=8192)
def _named_actions(document: Document) -> frozenset[str]:
    allows = [statement for statement in document.statements if statement.effect == "Allow"]
    return frozenset(a for a in ACTIONS if any(action_matches(statement, a.lower()) for statement in allows))


def _resources(who: Actor, action: str) -> tuple[str, ...]:
    """Resources to try: one unnamed of each kind the action takes, then those the allowing statements name."""
    named = [
        fill(resource)
        for _, document in who.identity.policies
        for statement in document.statements
        if statement.effect == "Allow" and action_matches(statement, action.lower())
        for resource in statement.resources or ()
        if resource != "*" and "${" not in resource
    ]
    unnamed = sample_resources(action, who.account_id, partition=who.partition)
    return tuple(dict.fromkeys([*unnamed, *named]))[:_MOST_RESOURCES]
