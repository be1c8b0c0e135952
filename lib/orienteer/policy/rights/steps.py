"""Single steps by which one principal comes to act as another, takes its power, or reads what a resource holds."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from orienteer.policy.guardrails.chain import Levels, rcp_decision, statement_words
from orienteer.policy.keys import key_of
from orienteer.policy.language.document import Document, Statement
from orienteer.policy.rights.capability import Memo
from orienteer.policy.rights.combinations import COMBINATIONS, Combination
from orienteer.policy.rights.escalation import AdminPath, subject_of
from orienteer.policy.rights.named import ACCOUNT, SESSION, SESSION_NAME, named_in
from orienteer.policy.rights.ways import WAYS, Principal, Subject, Targets, assumed, let_in
from orienteer.policy.rights.wide import WIDE

Kind = Literal[
    "administrator",
    "trust",
    "assignment",
    "membership",
    "passrole",
    "combination",
    "organization",
    "identity policy",
    "resource policy",
]
ASSUME = "sts:AssumeRole"
EVERYTHING = '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}'
_BY_NAME = {combination.name: combination for combination in COMBINATIONS}
_ON_PRINCIPALS = ("user", "trust", "pass", "run", "federated")
"""The ways of combinations that end at a stronger user or role; the others make the holder itself stronger."""
_HOW = {**WAYS, **WIDE}


@dataclass(frozen=True, slots=True)
class Step:
    """One step.  `start` and `to` are nodes: ARNs, `internet`, `admin:<account>`, `oidc:<issuer>`, ...

    given: the statements among the starter's own rights that it takes, each of them.  opened: the statement of the
    target's trust or resource policy that lets it in.  key_opened: the statement of the policy of `key`, the KMS key
    that it takes as well.  Whoever takes away one of these closes the step; one with none cannot be closed.  accepts:
    of a token, the patterns that its claim `claim` must match; without any, every token will do.
    blocked_by: what closes it today (boundary, scp, rcp, key), else empty.
    """

    start: str
    to: str
    kind: Kind
    account_id: str
    given: tuple[str, ...] = ()
    opened: str = ""
    actions: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    blocked_by: str = ""
    claim: str = ""
    accepts: tuple[str, ...] = ()
    key: str = ""
    key_opened: str = ""


@dataclass(frozen=True)
class Surroundings:
    """What bounds steps from outside the principals: the organization, its guardrails by account, the moment."""

    org_id: str = ""
    scps: Mapping[str, Levels] = field(default_factory=dict)
    rcps: Mapping[str, Levels] = field(default_factory=dict)
    now: datetime | None = None


def admin_of(account_id: str) -> str:
    """The node of being administrator of an account."""
    return f"admin:{account_id}"


def subjects_of(principals: Iterable[Principal], around: Surroundings, memo: Memo) -> list[Subject]:
    """The users and roles, ready for questions, service-linked roles left out; all are in the organization."""
    people = (one for one in principals if one.kind != "group" and "/aws-service-role/" not in one.arn)
    return [_within(subject_of(one, around.now, memo), around.org_id) for one in people]


def _within(subject: Subject, org_id: str) -> Subject:
    """The subject calling from the organization, whatever its policies say of one."""
    if not org_id:
        return subject
    contexts = tuple(({**c, "aws:principalorgid": (org_id,)}, added) for c, added in subject.actor.contexts)
    who = replace(subject.actor, key=(*subject.actor.key, org_id), contexts=contexts)
    return replace(subject, actor=who)


# --- assuming roles


def assumptions(
    subjects: Sequence[Subject],
    around: Surroundings,
    memo: Memo,
    *,
    administrators: Collection[str] = frozenset(),
    roles: Targets | None = None,
) -> Iterator[Step]:
    """Each role that each principal may assume, out of `roles` or of their own number.

    `administrators` (ARNs) are left out: what they may assume starts at `admin:<account>`, since whoever administers
    an account may become any of its principals.
    """
    by_account: dict[str, list[Subject]] = defaultdict(list)
    for subject in subjects:
        by_account[subject.principal.account_id].append(subject)
    for trust, trusting in (roles or Targets.of(s.principal for s in subjects)).trusting:
        listed, everybody = named_in(trust)
        for account in by_account if everybody else sorted(_accounts(listed) & by_account.keys()):
            for subject in by_account[account]:
                if subject.principal.arn not in administrators:
                    yield from _into(subject, trust, trusting, around, memo)
            yield from _by_administrator(by_account[account][0].partition, account, trust, trusting, around, memo)


def _into(
    subject: Subject, trust: Document, roles: Iterable[Principal], around: Surroundings, memo: Memo
) -> Iterator[Step]:
    named, statement = let_in(trust, subject)
    if statement is None or (named == ACCOUNT and ASSUME not in subject.actions):
        return
    for role in roles:
        near = role.account_id == subject.principal.account_id
        if role.arn == subject.principal.arn or not (near or ASSUME in subject.actions):
            continue
        right = assumed(subject, role, named, memo)
        if right.granted:
            by, more = right.via, right.conditions
            given = (by,) if by and not by.startswith("the trust policy of") else ()
            step = _assumption(subject.principal.arn, role, statement, subject, around)
            by_name = (SESSION_NAME,) if named == SESSION else ()
            step = replace(step, given=given, conditions=tuple(sorted({*step.conditions, *more, *by_name})))
            yield replace(step, blocked_by=right.blocked_by) if right.blocked_by else step


def _by_administrator(
    partition: str, account: str, trust: Document, roles: Iterable[Principal], around: Surroundings, memo: Memo
) -> Iterator[Step]:
    """The roles of other accounts that an administrator of this one may assume, as itself or as whoever is named."""
    beyond = [role for role in roles if role.account_id != account]
    if not beyond:
        return
    listed, _ = named_in(trust)
    for arn in ("", *_people(listed, account)):
        subject = administrator(account, partition, around, memo, arn)
        named, statement = let_in(trust, subject)
        if statement is not None:
            for role in beyond:
                right = assumed(subject, role, named, memo)
                step = _assumption(admin_of(account), role, statement, subject, around)
                yield replace(step, blocked_by=right.blocked_by) if right.blocked_by else step
            return


def _people(listed: Iterable[str], account: str) -> list[str]:
    """The users and roles of the account that are named, by themselves or as a session."""
    roles = (re.sub(r":sts:(.*):assumed-role/([^/]+)/.*", r":iam:\1:role/\2", one) for one in listed)
    heads = tuple(f":iam::{account}:{kind}/" for kind in ("role", "user"))
    return sorted({arn for arn in roles if any(head in arn for head in heads)})


def administrator(account: str, partition: str, around: Surroundings, memo: Memo, arn: str = "") -> Subject:
    """Whoever administers the account, as a role of its own that no statement names, or as the principal `arn`."""
    who = arn or f"arn:{partition}:iam::{account}:role/orienteer-administrator"
    kind = "user" if ":user/" in who else "role"
    one = Principal(who, kind, account, (("", EVERYTHING),), scps=around.scps.get(account, ()))
    return _within(subject_of(one, around.now, memo), around.org_id)


def _assumption(start: str, role: Principal, statement: Statement, subject: Subject, around: Surroundings) -> Step:
    blocked = rcp_blocks(role, ASSUME, _context(subject, role), around)
    return Step(
        start,
        role.arn,
        "trust",
        role.account_id,
        opened=trust_words(role.arn, statement),
        actions=(ASSUME,),
        conditions=open_conditions(statement),
        blocked_by="rcp" if blocked else "",
    )


def trust_words(arn: str, statement: Statement) -> str:
    """Where a role's trust policy lets somebody in."""
    return f"trust policy of {arn.rpartition('/')[2]}: {statement_words(statement)}"


def open_conditions(statement: Statement) -> tuple[str, ...]:
    """The keys of a statement's conditions that who calls what does not decide."""
    return tuple(sorted({c.key for c in statement.conditions if not key_of(c.key).settled}))


def rcp_blocks(role: Principal, action: str, context: Mapping[str, Any], around: Surroundings) -> bool:
    """True if a resource control policy above the role's account surely denies the call.

    A deny that asks for the caller's path in the organization is not sure: the path is not known here.
    """
    levels = around.rcps.get(role.account_id, ())
    if not levels:
        return False
    decision = rcp_decision(levels, action, role.arn, context)
    asked = {c.key for c in decision.statement.conditions} if decision.statement else set()
    known = not any(key.startswith("aws:principalorgpaths") for key in asked) or "aws:principalorgpaths" in context
    return decision.explicit and known


def _context(subject: Subject, role: Principal) -> dict[str, Any]:
    base = subject.actor.contexts[0][0]
    own = {"aws:resourceaccount": role.account_id, "aws:resourceorgid": base.get("aws:principalorgid", ())}
    return {**base, "aws:multifactorauthpresent": ("true",), **own}


def _accounts(listed: Iterable[str]) -> set[str]:
    """The accounts of the principals that a trust policy names."""
    return {
        value if value.isdigit() else value.split(":")[4]
        for value in listed
        if value.count(":") >= 5 or value.isdigit()
    }


# --- taking the power of others


def climbs(
    subject: Subject, paths: Iterable[AdminPath], strong: Sequence[Principal], members: Iterable[str], memo: Memo
) -> Iterator[Step]:
    """Each combination of rights by which the principal becomes administrator, to each stronger one it can use.

    `paths` are its own of `admin_paths`; `strong` the users and roles of its account that are or can become
    administrator.  Steps with the same start, end and statements are one.
    """
    found: dict[tuple[Any, ...], Step] = {}
    for path in paths:
        for step in _climb(subject, path, strong, members, memo):
            key = (step.to, step.kind, step.given, step.blocked_by)
            known = found.get(key)
            found[key] = step if known is None else replace(known, actions=(*known.actions, *step.actions))
    yield from found.values()


def _climb(
    subject: Subject, path: AdminPath, strong: Sequence[Principal], members: Iterable[str], memo: Memo
) -> Iterator[Step]:
    me, combination = subject.principal, _BY_NAME.get(path.combination)
    if path.kind == "admin":
        yield _by_path(me, path, admin_of(me.account_id), me.account_id, "administrator")
    elif combination is not None and combination.how == "assume":
        return  # `assumptions` has every one of them
    elif combination is not None and combination.how == "organization":
        for account in members:
            yield _by_path(me, path, admin_of(account), account, "organization")
    elif combination is not None and combination.how in _ON_PRINCIPALS:
        yield from _onto(subject, path, combination, strong, memo)
    else:
        yield _by_path(me, path, admin_of(me.account_id), me.account_id, "combination")


def _onto(
    subject: Subject, path: AdminPath, combination: Combination, strong: Sequence[Principal], memo: Memo
) -> Iterator[Step]:
    kind: Kind = "passrole" if combination.how == "pass" else "combination"
    reached = False
    for target in strong:
        if target.arn == subject.principal.arn or target.account_id != subject.principal.account_id:
            continue
        way = _HOW[combination.how](subject, combination, Targets.of([target]), memo)
        if way is not None:
            reached = True
            blocked = next((right.blocked_by for right in way[1] if right.blocked_by), "")
            yield Step(
                subject.principal.arn,
                target.arn,
                kind,
                target.account_id,
                tuple(dict.fromkeys(right.via for right in way[1] if right.via)),
                actions=(combination.name,),
                conditions=tuple(sorted({key for right in way[1] for key in right.conditions})),
                blocked_by=blocked,
            )
    if not reached:  # a stronger group, or one supposed to be there
        yield _by_path(
            subject.principal, path, admin_of(subject.principal.account_id), subject.principal.account_id, kind
        )


def _by_path(me: Principal, path: AdminPath, to: str, account: str, kind: Kind) -> Step:
    return Step(
        me.arn,
        to,
        kind,
        account,
        path.via,
        actions=(path.combination,),
        conditions=path.conditions,
        blocked_by=path.blocked_by,
    )
