"""Who is administrator in effect, and who can become one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from orienteer.policy.rights.capability import Held, Memo, actor, best, held, potential
from orienteer.policy.rights.combinations import COMBINATIONS, UNBINDING, Combination
from orienteer.policy.rights.identity import identity
from orienteer.policy.rights.relays import Weaker, relays
from orienteer.policy.rights.ways import (
    WAYS,
    Principal,
    Subject,
    Targets,
    Way,
    assuming,
    own_way,
    supposed,
    target_context,
    unnamed,
)
from orienteer.policy.rights.wide import WIDE

__all__ = ["AdminPath", "Principal", "admin_paths"]

# Holding all of these on unnamed resources is holding everything: iam:* on * gives itself the rest.
CONTROL = {
    "iam:AttachRolePolicy": "role",
    "iam:PutRolePolicy": "role",
    "iam:UpdateAssumeRolePolicy": "role",
    "iam:PassRole": "role",
    "iam:AttachUserPolicy": "user",
    "iam:PutUserPolicy": "user",
    "iam:CreatePolicyVersion": "policy",
}
_GIVES = ("iam:AttachRolePolicy", "iam:PutRolePolicy", "iam:AttachUserPolicy", "iam:PutUserPolicy")
_ROUNDS = 25
_WAYS = {**WAYS, **WIDE}


@dataclass(frozen=True)
class AdminPath:
    """How a principal is, or can become, administrator.

    `kind` is admin or escalation; `target` whose power it uses; `via` policy and statement of each action;
    `conditions` the keys the way depends on; `blocked_by` (empty, boundary or scp) what closes it today.
    """

    principal: str
    kind: str
    combination: str
    actions: tuple[str, ...]
    target: str
    via: tuple[str, ...]
    conditions: tuple[str, ...]
    blocked_by: str
    words: str


def admin_paths(
    principals: Iterable[Principal], *, assume_targets: bool = False, now: datetime | None = None
) -> tuple[AdminPath, ...]:
    """Every administrator in effect, and for every other user and role each combination by which it can become one.

    One path for each principal and combination, an open one before a blocked one. `assume_targets` supposes that
    stronger users, roles and groups exist (for permission sets, which are judged apart from an account).
    Service-linked roles are left out. https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
    """
    memo: Memo = {}
    subjects = [subject_of(p, now, memo) for p in principals if "/aws-service-role/" not in p.arn]
    found = {s.principal.arn: [path] for s in subjects if (path := _as_admin(s, memo)) is not None}
    strong = {arn for arn, paths in found.items() if not paths[0].blocked_by}
    fresh = [s.principal for s in subjects if s.principal.arn in strong]
    weak = [s for s in subjects if s.principal.arn not in strong and s.principal.kind != "group"]
    imagined = supposed(weak) if assume_targets else []
    weaker = Weaker.of(s.principal for s in subjects if s.principal.arn not in strong)
    for turn in range(_ROUNDS):
        targets = Targets.of([*fresh, *(imagined if turn == 0 else [])])
        fresh = []
        for subject in weak:
            arn = subject.principal.arn
            if turn and any(not path.blocked_by for path in found.get(arn, [])):
                continue
            paths = [path for c in COMBINATIONS if (path := _by(subject, c, targets, turn, memo)) is not None]
            paths += [] if turn else _over_weaker(subject, paths, weaker, memo)
            paths += [] if turn else _unbound(subject, [*found.get(arn, ()), *paths], targets, now, memo)
            known = {path.combination for path in found.get(arn, []) if not path.blocked_by}
            found.setdefault(arn, []).extend(path for path in paths if path.combination not in known)
            if any(not path.blocked_by for path in paths):
                fresh.append(subject.principal)
        if not fresh:
            break
    order = [s.principal.arn for s in subjects if s.principal.kind != "group"]
    return tuple(path for arn in dict.fromkeys(order) for path in _distinct(found.get(arn, [])))


def paths_of(
    subject: Subject, strong: Targets, weaker: Weaker, now: datetime | None, memo: Memo
) -> tuple[AdminPath, ...]:
    """The same of one user or role where it is known who else is or can become administrator, and who not."""
    admin = _as_admin(subject, memo)
    if admin is not None and not admin.blocked_by:
        return (admin,)
    found = [path for c in COMBINATIONS if (path := _by(subject, c, strong, 0, memo)) is not None]
    found += _over_weaker(subject, found, weaker, memo)
    known = [*((admin,) if admin else ()), *found]
    return tuple(_distinct([*known, *_unbound(subject, known, strong, now, memo)]))


def _over_weaker(subject: Subject, paths: Sequence[AdminPath], weaker: Weaker, memo: Memo) -> list[AdminPath]:
    """The paths over a principal that is no administrator, but may be given the power and then be taken."""
    already = frozenset(path.combination for path in paths if not path.blocked_by)
    return [_path(subject, combination, way) for combination, way in relays(subject, weaker, already, memo)]


def _unbound(
    subject: Subject, paths: Iterable[AdminPath], targets: Targets, now: datetime | None, memo: Memo
) -> list[AdminPath]:
    """The path of one whom only its boundary keeps from being or becoming administrator, and who may change that."""
    me = subject.principal
    if not any(path.blocked_by == "boundary" for path in paths):
        return []
    free = subject_of(replace(me, boundary=None), now, memo)
    risen = (_as_admin(free, memo), *(_by(free, combination, targets, 0, memo) for combination in COMBINATIONS))
    if not any(path is not None and not path.blocked_by for path in risen):
        return []
    for combination in UNBINDING:
        action = combination.actions[0]
        if combination.how == f"own_{me.kind}":
            right = held(subject.actor, action, me.arn, target_context(subject, action, me), memo)
            if right.allowed:
                return [_path(subject, combination, (me.arn, (right,)))]
    return []


def _distinct(paths: Sequence[AdminPath]) -> list[AdminPath]:
    """One path for each combination: an open one if there is one."""
    kept: dict[str, AdminPath] = {}
    for path in sorted(paths, key=lambda path: bool(path.blocked_by)):
        kept.setdefault(path.combination, path)
    return list(kept.values())


def subject_of(principal: Principal, now: datetime | None, memo: Memo) -> Subject:
    """The principal with what it can do, ready for questions."""
    who = identity(principal.policies, principal.boundary, principal.scps)
    one = actor(who, principal.arn, principal.account_id, dict(principal.tags), now)
    texts = ("potential", one.key[0])
    if texts not in memo:
        memo[texts] = potential(who)
    return Subject(principal, one, memo[texts])


def _as_admin(subject: Subject, memo: Memo) -> AdminPath | None:
    """The path of one who holds everything already, or None."""
    if not subject.actions.issuperset(CONTROL):
        return None
    key = ("admin", subject.actor.key)
    if key not in memo:
        rights = {
            a: held(subject.actor, a, unnamed(subject, k), target_context(subject, a), memo) for a, k in CONTROL.items()
        }
        memo[key] = rights if all(right.granted for right in rights.values()) else None
    rights = memo[key]
    if rights is None:
        return None
    gives = best(rights[action] for action in _GIVES)
    all_of_it = held(subject.actor, "newservice:Create", "*", {}, memo).granted
    name = "*" if all_of_it else "iam:*"
    held_by = (
        f"{gives.policy} allows {'every action on every resource' if all_of_it else 'all of IAM on every resource'}"
    )
    limits = f", but {_blocker(gives)} takes it away" if gives.blocked_by else ""
    words = f"{held_by}, so the {subject.principal.kind} is an administrator{limits}{_depends(gives.conditions)}."
    return AdminPath(
        subject.principal.arn,
        "admin",
        name,
        (name,),
        subject.principal.arn,
        (gives.via,) if gives.via else (),
        gives.conditions,
        gives.blocked_by,
        words,
    )


def _by(subject: Subject, combination: Combination, targets: Targets, turn: int, memo: Memo) -> AdminPath | None:
    """The path by this combination, open or blocked, or None."""
    if combination.how != "assume" and not subject.actions.issuperset(combination.actions):
        return None
    if combination.how.startswith("own_"):
        way = own_way(subject, combination, memo) if turn == 0 else None
    elif combination.how == "assume":
        way = assuming(subject, targets, memo)
    else:
        me = subject.principal
        key = ("way", turn, combination, subject.actor.key, me.kind, me.organization_account)
        if key not in memo:
            memo[key] = _WAYS[combination.how](subject, combination, targets, memo)
        way = memo[key]
    return None if way is None else _path(subject, combination, way)


def _path(subject: Subject, combination: Combination, way: Way) -> AdminPath:
    target, rights = way
    blocked = next((right for right in rights if right.blocked_by), None)
    via = tuple(dict.fromkeys(right.via for right in rights if right.via))
    conditions = tuple(sorted({key for right in rights for key in right.conditions}))
    by = " and ".join(via)
    words = f"The {subject.principal.kind} {combination.words} ({target}), allowed by {by}"
    words += f"; {_blocker(blocked)} blocks it today" if blocked else ""
    return AdminPath(
        subject.principal.arn,
        "escalation",
        combination.name,
        combination.actions,
        target,
        via,
        conditions,
        blocked.blocked_by if blocked else "",
        f"{words}{_depends(conditions)}.",
    )


def _blocker(right: Held) -> str:
    return {"boundary": "the permissions boundary", "scp": "a service control policy"}.get(right.blocked_by, "a policy")


def _depends(conditions: Sequence[str]) -> str:
    return f", subject to {', '.join(conditions)}" if conditions else ""
