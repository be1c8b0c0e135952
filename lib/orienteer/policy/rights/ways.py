"""The ways to more power: over one's own permissions, a stronger principal, a role passed or assumed."""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice
from typing import Any

from orienteer.partitions import service_of
from orienteer.policy.issuers import COGNITO
from orienteer.policy.language.document import Document, Statement, parse
from orienteer.policy.language.match import Principal as Caller
from orienteer.policy.language.match import Request, action_matches, principal_matches
from orienteer.policy.rights.capability import (
    NOT_HELD,
    Actor,
    Held,
    Memo,
    held,
    held_anywhere,
)
from orienteer.policy.rights.combinations import Combination
from orienteer.policy.rights.identity import Identity, decide
from orienteer.policy.rights.named import ACCOUNT, EVERYBODY, SELF, SESSION, SESSION_NAME, UNBOUND, lets_in

UNNAMED = "probe-unnamed"
_ASSUME = "sts:AssumeRole"
_LEAVE = parse('{"Statement": {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}}')
# Policies of AWS any one of which gives everything.
ATTACHED = ("AdministratorAccess", "IAMFullAccess")


@dataclass(frozen=True)
class Principal:
    """A user, role or group as the account's authorization details show it.

    `policies` are (name or ARN, document) pairs, for a user those of its groups included; `groups` the ARNs of its
    groups; `scps` a chain as for `scp_allows`; `tags` (name, value) pairs. Groups are principals too: joining one may
    be a way up.
    `instance_profile`: whether the role is in one (None: not read); without, it is on no instance.
    `organization_account`: whether its account is the management account, or Identity Center or root access is
    delegated to it (None: not known).
    """

    arn: str
    kind: str
    account_id: str
    policies: tuple[tuple[str, Any], ...] = ()
    boundary: Any = None
    scps: Any = ()
    trust: Any = None
    instance_profile: bool | None = None
    tags: tuple[tuple[str, str], ...] = ()
    groups: tuple[str, ...] = ()
    organization_account: bool | None = None


@dataclass(frozen=True)
class Subject:
    """A principal with what it can do."""

    principal: Principal
    actor: Actor
    actions: frozenset[str]

    @property
    def partition(self) -> str:
        return self.actor.partition


Way = tuple[str, tuple[Held, ...]]  # the target, and what is held for each action


def unnamed(subject: Subject, kind: str) -> str:
    """The ARN of a user, role or policy of the account that no statement names."""
    return f"arn:{subject.partition}:iam::{subject.principal.account_id}:{kind}/{UNNAMED}"


@dataclass(frozen=True)
class Targets:
    """Stronger principals, looked up by what makes them reachable."""

    users: Mapping[str, tuple[Principal, ...]]
    roles: Mapping[str, tuple[Principal, ...]]
    groups: Mapping[str, tuple[Principal, ...]]
    trusting: tuple[tuple[Document, tuple[Principal, ...]], ...]

    @classmethod
    def of(cls, principals: Iterable[Principal]) -> "Targets":
        """The principals by kind and account, the roles by trust policy too."""
        kinds: dict[str, dict[str, list[Principal]]] = {"user": {}, "role": {}, "group": {}}
        trusts: dict[str, tuple[Document, list[Principal]]] = {}
        for one in principals:
            kinds.setdefault(one.kind, {}).setdefault(one.account_id, []).append(one)
            if one.kind == "role" and one.trust is not None:
                document = parse(one.trust)
                trusts.setdefault(document.text, (document, []))[1].append(one)
        by = {k: {a: tuple(sorted(f, key=_arn)) for a, f in accounts.items()} for k, accounts in kinds.items()}
        return cls(by["user"], by["role"], by["group"], tuple((d, tuple(found)) for d, found in trusts.values()))


def target_context(
    subject: Subject, action: str, target: Principal | None = None, service: str = "", attached: str = ATTACHED[0]
) -> dict[str, tuple[str, ...]]:
    """What the call says of its target: its tags (none made up), the policy it attaches, the service it passes to."""
    tags = {name.lower(): value for name, value in (target.tags if target else ())}
    extra: dict[str, tuple[str, ...]] = {}
    if target is not None and not target.arn.endswith(UNNAMED):
        asked = {key for context, _ in subject.actor.contexts for key in context if "resourcetag/" in key}
        extra = {key: (tags[name],) if (name := key.partition("/")[2]) in tags else () for key in asked}
    if action.startswith("iam:Attach"):
        extra["iam:policyarn"] = (f"arn:{subject.partition}:iam::aws:policy/{attached}",)
    if service:
        names = (service, f"{service}.cn") if subject.partition == "aws-cn" else (service,)
        extra["iam:passedtoservice"] = names
    return extra


def own_way(subject: Subject, combination: Combination, memo: Memo) -> Way | None:
    """The way of one who rewrites what it holds itself, or what anybody holds."""
    action, me = combination.actions[0], subject.principal
    kind = combination.how.removeprefix("own_")
    own: list[str] = []
    if kind == me.kind:
        own = [me.arn]
    elif kind == "group":
        own = list(me.groups)
    elif kind == "policy":
        written = f"arn:{subject.partition}:iam::{me.account_id}:policy/"
        own = [name for name, _ in me.policies if name.startswith(written)]
    targets = [(f"any {kind} of the account", unnamed(subject, kind), None), *((arn, arn, me) for arn in own)]
    return chosen(
        (words, (held(subject.actor, action, arn, target_context(subject, action, target, attached=policy), memo),))
        for policy in (ATTACHED if action.startswith("iam:Attach") else ATTACHED[:1])
        for words, arn, target in targets
    )


def chosen(ways: Iterable[Way]) -> Way | None:
    """The first way that is open, else the first that is held but blocked."""
    blocked: Way | None = None
    for way in ways:
        if all(right.allowed for right in way[1]):
            return way
        if blocked is None and all(right.granted for right in way[1]):
            blocked = way
    return blocked


def _on_users(subject: Subject, combination: Combination, targets: Targets, memo: Memo) -> Way | None:
    return _taking(subject, combination, targets.users, memo)


def _on_groups(subject: Subject, combination: Combination, targets: Targets, memo: Memo) -> Way | None:
    return _taking(subject, combination, targets.groups, memo) if subject.principal.kind == "user" else None


def _on_trust(subject: Subject, combination: Combination, targets: Targets, memo: Memo) -> Way | None:
    return _taking(subject, combination, targets.roles, memo)


def _taking(
    subject: Subject, combination: Combination, among: Mapping[str, tuple[Principal, ...]], memo: Memo
) -> Way | None:
    """The way over a stronger principal of the same account on which the action is held."""
    action = combination.actions[0]
    return chosen(
        (target.arn, (held(subject.actor, action, target.arn, target_context(subject, action, target), memo),))
        for target in nameable(subject, action, among)
        if target.arn != subject.principal.arn
    )


def _passing(subject: Subject, combination: Combination, targets: Targets, memo: Memo) -> Way | None:
    """The way of passing a stronger role, which the service may assume, to a service that runs the holder's code."""
    roles = [
        role
        for role in nameable(subject, "iam:PassRole", targets.roles)
        if role.arn.endswith(UNNAMED) or _runs_with(role, combination)
    ]
    if not roles:
        return None
    starting = tuple(held_anywhere(subject.actor, action, memo) for action in combination.actions[1:])
    if not all(right.granted for right in starting):
        return None
    return chosen((role.arn, (_passed(subject, role, combination.service, memo), *starting)) for role in roles)


def nameable(subject: Subject, action: str, among: Mapping[str, tuple[Principal, ...]]) -> tuple[Principal, ...]:
    """The targets of the account that allowing statements may mean, found by the fixed heads of their patterns."""
    listed = among.get(subject.principal.account_id, ())
    found: dict[str, Principal] = {}
    for _, document in subject.actor.identity.policies:
        for statement in document.statements:
            if statement.effect == "Allow" and action_matches(statement, action.lower()):
                for pattern in statement.resources if statement.resources is not None else ("",):
                    head = re.split(r"[*?$]", pattern, maxsplit=1)[0]
                    if not head:
                        return listed
                    start = bisect_left(listed, head, key=_arn)
                    for one in islice(listed, start, None):
                        if not one.arn.startswith(head):
                            break
                        found[one.arn] = one
    return tuple(found.values())


def _arn(principal: Principal) -> str:
    return principal.arn


def _passed(subject: Subject, role: Principal, service: str, memo: Memo) -> Held:
    return held(subject.actor, "iam:PassRole", role.arn, target_context(subject, "iam:PassRole", role, service), memo)


def _running(subject: Subject, combination: Combination, targets: Targets, memo: Memo) -> Way | None:
    """The way of changing what runs with a stronger role already."""
    rights = tuple(held_anywhere(subject.actor, action, memo) for action in combination.actions)
    if not all(right.granted for right in rights):
        return None
    return next(
        (
            (role.arn, rights)
            for role in targets.roles.get(subject.principal.account_id, ())
            if role.trust is not None and _runs_with(role, combination)
        ),
        None,
    )


def _runs_with(role: Principal, combination: Combination) -> bool:
    """True if the service may act with the role: the role trusts it and, for an instance, is in a profile."""
    missing = combination.needs_profile and role.instance_profile is False
    return not missing and _service_may(parse(role.trust), combination.service)


def assuming(subject: Subject, targets: Targets, memo: Memo) -> Way | None:
    """The way of assuming a stronger role that trusts the principal or its account."""
    me, holds = subject.principal, "sts:AssumeRole" in subject.actions

    def ways() -> Iterable[Way]:
        for trust, roles in targets.trusting:
            named = trusts(trust, subject)
            if not named or (named == ACCOUNT and not holds):
                continue
            key = ("assume", subject.actor.key, trust.text, len(roles), roles[0].arn, named, me.kind)
            if key not in memo:
                memo[key] = chosen((role.arn, (assumed(subject, role, named, memo),)) for role in roles)
            if memo[key] is not None:
                yield memo[key]

    return chosen(ways())


def assumed(subject: Subject, role: Principal, named: str, memo: Memo) -> Held:
    """What is held on a role that trusts the principal; named itself by a role of its account, it needs no policy.

    Nor does it then need its boundary's leave, unless it is a role that is named by its ARN.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
    """
    extra = target_context(subject, _ASSUME, role)
    right = held(subject.actor, _ASSUME, role.arn, extra, memo)
    if named not in (SELF, SESSION, EVERYBODY) or role.account_id != subject.principal.account_id or right.allowed:
        return right
    via = f"the trust policy of {role.arn}"
    who = with_leave(subject.actor.identity, subject.principal.kind == "user" or named in UNBOUND)
    tries = [decide(who, Request(_ASSUME, role.arn, {**base, **extra})) for base, _ in subject.actor.contexts]
    found = next((one for one in tries if one.allowed), next((one for one in tries if one.granted), None))
    if found is None:
        return right
    blocked = "" if found.allowed else found.by
    keys = (SESSION_NAME,) if named == SESSION else ()
    made = replace(NOT_HELD, granted=True, allowed=found.allowed, blocked_by=blocked, via=via, resource=role.arn)
    return replace(made, conditions=keys)


def with_leave(who: Identity, beyond_boundary: bool, leave: Document = _LEAVE) -> Identity:
    """The identity with leave by the policy of what it calls, its Denies left.

    `beyond_boundary`: the leave needs none of the boundary, which only denies then.
    """
    limit = who.boundary
    if beyond_boundary and limit is not None:
        denies = tuple(statement for statement in limit.statements if statement.effect == "Deny")
        limit = replace(limit, statements=(*leave.statements, *denies))
    return replace(who, policies=(("", leave), *who.policies), boundary=limit)


def trusts(trust: Document, subject: Subject) -> str:
    """How the trust policy names the principal (see `named`); empty: not at all."""
    return let_in(trust, subject)[0]


def let_in(trust: Document, subject: Subject) -> tuple[str, Statement | None]:
    """How the trust policy names the principal (see `named`), and the statement that lets it in."""
    me = subject.principal
    return lets_in(trust, me.arn, me.account_id, subject.actor.contexts[0][0])


@lru_cache(maxsize=65536)
def _service_may(trust: Document, service: str) -> bool:
    """Whether the trust policy lets the service assume the role, by its name in China or in one region too."""
    cognito = service == COGNITO  # whose identities come as those of a provider
    listed = (value for s in trust.statements for kind, value in s.principals or () if kind == "Service")
    names = (service, *(name for name in listed if service_of(name) == service))
    callers = [Caller("Federated" if cognito else "Service", name) for name in names]
    action = f"{_ASSUME}WithWebIdentity" if cognito else _ASSUME
    named = [
        (s.effect == "Allow", not s.conditions)
        for s in trust.statements
        if action_matches(s, action.lower()) and any(principal_matches(s, caller) for caller in callers)
    ]
    return any(lets_in for lets_in, _ in named) and not any(surely and not lets_in for lets_in, surely in named)


def supposed(subjects: Iterable[Subject]) -> list[Principal]:
    """A stronger user, group and role for each account, as if they were there."""
    accounts = dict.fromkeys((subject.partition, subject.principal.account_id) for subject in subjects)
    return [Principal(f"arn:{p}:iam::{a}:{k}/{UNNAMED}", k, a) for p, a in accounts for k in ("user", "group", "role")]


WAYS: Mapping[str, Callable[[Subject, Combination, Targets, Memo], Way | None]] = {
    "user": _on_users,
    "group": _on_groups,
    "trust": _on_trust,
    "pass": _passing,
    "run": _running,
}
