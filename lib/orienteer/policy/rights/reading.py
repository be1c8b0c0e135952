"""Who of the organization's own users and roles may read or write what a resource holds.

By hand: a bucket of account 1 is encrypted with a key of account 1 whose policy lets the account in.  A role of
account 1 may read it by its own policy where that allows `s3:GetObject` on the bucket and `kms:Decrypt` on the key: a
step with two statements of the role and one of the key's policy, and any of the three closes it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from orienteer.policy.guardrails.chain import statement_words
from orienteer.policy.keys import key_of
from orienteer.policy.language.document import Document, Statement, parse
from orienteer.policy.language.match import Principal as Caller
from orienteer.policy.language.match import Request, action_matches, allowed
from orienteer.policy.language.values import asked_of, fill, with_variables
from orienteer.policy.rights.capability import Context, Memo, held
from orienteer.policy.rights.data_actions import DATA_KEY, DECRYPT, DataActions, data_actions
from orienteer.policy.rights.identity import decide
from orienteer.policy.rights.named import EVERYBODY, SELF, SESSION, SESSION_NAME, UNBOUND, callers_of, named_as
from orienteer.policy.rights.steps import Step, Surroundings, admin_of, administrator, open_conditions, rcp_blocks
from orienteer.policy.rights.ways import Principal, Subject, with_leave

READ = "s3:GetObject"
BY_KEY = "key"
"""What blocks a step whose starter may not use the key."""


@dataclass(frozen=True, slots=True)
class Key:
    """A KMS key: its policy, with its grants as statements.

    aws_managed: one that AWS manages for the service, which the principals of its account use without leave of their
    own, and nobody else can: https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html
    """

    arn: str
    account_id: str
    policy: Any = None
    aws_managed: bool = False


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource with its owner and policy.

    restricted: block public access leaves a bucket's own account alone.  key: what encrypts it, as far as is known.
    must_let_in: its policy must let in even its own account, as a key's.
    """

    arn: str
    account_id: str
    policy: Any = None
    restricted: bool = False
    key: Key | None = None
    must_let_in: bool = False

    @property
    def uses(self) -> DataActions:
        return data_actions(self.arn) or DataActions()

    @property
    def noun(self) -> str:
        """What its policy is called."""
        return "bucket policy" if ":s3:::" in self.arn else "key policy" if ":kms:" in self.arn else "resource policy"


def reading(
    subjects: Sequence[Subject],
    administrators: Collection[str],
    strong: Collection[str],
    resource: Resource,
    around: Surroundings,
    memo: Memo,
) -> Iterator[Step]:
    """Who of the organization reads or writes it: principals, and of accounts whoever administers them.

    `administrators` are ARNs; `strong` the accounts of which somebody is or can become administrator.
    """
    partitions = {one.principal.account_id: one.partition for one in subjects}
    yield from _of_owner(resource, partitions.get(resource.account_id, "aws"), around, memo)
    others = [one for one in subjects if one.principal.arn not in administrators]
    yield from readers(others, resource, around, memo)
    for account, partition in sorted(partitions.items()):
        if account != resource.account_id and account in strong:
            anybody = administrator(account, partition, around, memo)
            for step in readers([anybody], resource, around, memo):
                yield replace(step, start=admin_of(account), given=())


def _of_owner(resource: Resource, partition: str, around: Surroundings, memo: Memo) -> Iterator[Step]:
    """Whoever administers the owner's account; a key of another account must let that account in."""
    step = Step(admin_of(resource.account_id), resource.arn, "administrator", resource.account_id)
    key = resource.key
    if key is None or key.account_id == resource.account_id:
        yield step
        return
    found = _leave_of_key(administrator(resource.account_id, partition, around, memo), resource, DECRYPT, around, memo)
    yield replace(step, key=key.arn, key_opened=found.opened, blocked_by=found.blocked_by)


def readers(subjects: Iterable[Subject], resource: Resource, around: Surroundings, memo: Memo) -> Iterator[Step]:
    """The steps of each principal that may read or write some of it; actions by the same statements are one step.

    In the owner's account one of the two policies is enough; from another both must allow it:
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
    """
    document = parse(resource.policy)
    for subject in subjects:
        if subject.principal.account_id != resource.account_id and resource.restricted:
            continue
        found: dict[Step, list[str]] = {}
        for action in resource.uses.all:
            step = _step(subject, resource, document, action, around, memo)
            if step is not None:
                found.setdefault(step, []).append(action)
        yield from (replace(step, actions=tuple(actions)) for step, actions in found.items())


def _step(
    subject: Subject, resource: Resource, document: Document, action: str, around: Surroundings, memo: Memo
) -> Step | None:
    """The step by one action, without naming it; None where nothing allows it."""
    me = subject.principal
    tried = (
        leave(subject, document, action, item, resource, around, memo)
        for item in _items(subject, resource, document, action)
    )
    mine = next((one for one in tried if one is not None), None)
    if mine is None:
        return None
    kind = "resource policy" if mine.opened else "identity policy"
    blocked, given = mine.blocked_by, mine.given
    step = Step(me.arn, resource.arn, kind, resource.account_id, given, mine.opened)  # type: ignore[arg-type]
    keys = mine.conditions
    if resource.key is not None and resource.uses.keyed:
        use = _leave_of_key(subject, resource, DECRYPT if action in resource.uses.reads else DATA_KEY, around, memo)
        given = tuple(dict.fromkeys((*given, *use.given)))
        step = replace(step, key=resource.key.arn, key_opened=use.opened)
        keys, blocked = (*keys, *use.conditions), blocked or use.blocked_by
    return replace(step, given=given, conditions=tuple(sorted(set(keys))), blocked_by=blocked)


# --- one action on one resource


@dataclass(frozen=True, slots=True)
class Leave:
    """What lets a principal do an action: its own statements, that of the resource's policy, open keys, what blocks."""

    given: tuple[str, ...] = ()
    opened: str = ""
    conditions: tuple[str, ...] = ()
    blocked_by: str = ""


def leave(
    subject: Subject,
    document: Document,
    action: str,
    item: str,
    resource: Resource,
    around: Surroundings,
    memo: Memo,
    extra: Context | None = None,
) -> Leave | None:
    """What lets the principal do the action on an item of the resource; None where nothing does, or a Deny stands."""
    near = subject.principal.account_id == resource.account_id
    more = {**(extra or {}), "aws:resourceaccount": (resource.account_id,)}
    right, told = held(subject.actor, action, item, more, memo), _by_policy(subject, document, action, item, more)
    if right.refused or told.answer == "deny":
        return None
    rcp, brought = _by_rcp(subject, resource, action, item, around)
    if near and (resource.must_let_in or not right.allowed):
        itself, how = _naming_it(subject, document, action, item, more)
        bounds = _bounds(subject, action, item, how) if how else ""
        if how and (not bounds or not right.granted):  # its own policies need not allow what names it
            return Leave((), _words(resource, itself), (*itself.conditions, *brought), bounds or rcp)
    both = not near or resource.must_let_in
    if not right.granted or (both and told.answer != "allow"):
        return None
    keys = (*right.conditions, *(told.conditions if both else told.spared), *brought)
    return Leave((right.via,), _words(resource, told) if both else "", keys, right.blocked_by or rcp)


def _leave_of_key(subject: Subject, resource: Resource, action: str, around: Surroundings, memo: Memo) -> Leave:
    """The same of the key that encrypts the resource, used through its service; where it lets them not, it blocks."""
    key = resource.key
    if key is None:
        return Leave()
    if key.aws_managed:
        return Leave() if key.account_id == subject.principal.account_id else Leave(blocked_by=BY_KEY)
    fields, service = key.arn.split(":", 5), resource.arn.split(":", 3)[2]
    through = f"{service}.{fields[3]}.amazonaws.com{'.cn' if fields[1] == 'aws-cn' else ''}"
    extra = {"kms:calleraccount": (subject.principal.account_id,), "kms:viaservice": (through,)}
    itself = Resource(key.arn, key.account_id, key.policy, must_let_in=True)
    found = leave(subject, parse(key.policy), action, key.arn, itself, around, memo, extra)
    return found or Leave(blocked_by=BY_KEY)


@dataclass(frozen=True, slots=True)
class _Told:
    """What a resource's policy answers: the statement that allows, and the keys that this hangs on.

    `spared` are those that a caller must bring to get by a Deny.
    """

    answer: str = "implicit"
    statement: Statement | None = None
    conditions: tuple[str, ...] = ()
    spared: tuple[str, ...] = ()


def _words(resource: Resource, told: _Told) -> str:
    return f"{resource.noun}: {statement_words(told.statement)}" if told.statement else ""


def _by_policy(subject: Subject, document: Document, action: str, item: str, extra: Context) -> _Told:
    """What the policy answers in the contexts that the subject can call from, the plainest first."""
    silent, denied = None, False
    for caller, context, brought in _calls(subject, document, extra):
        told = allowed([document], Request(action, item, context, caller))
        spared = brought if denied else ()
        if told.allowed and told.statement is not None:
            keys = tuple(sorted({*open_conditions(told.statement), *brought}))
            return _Told("allow", told.statement, keys, spared)
        if told.answer == "deny":
            denied = True
        elif silent is None:
            silent = _Told("implicit", None, spared, spared)
    return silent or _Told("deny" if denied else "implicit")


def _calls(subject: Subject, document: Document, extra: Context) -> Iterator[tuple[Caller, Context, tuple[str, ...]]]:
    """The principal and its sessions in each context to try, with the keys that they bring for this policy's sake."""
    me = subject.principal
    for caller in callers_of(me.arn, me.account_id, document):
        by_name = () if caller.value == me.arn else (SESSION_NAME,)
        for asked in ({}, *brought_for(document)):
            for base, _ in subject.actor.contexts:
                yield caller, {**base, **with_variables(asked, base), **extra}, tuple(sorted((*asked, *by_name)))


def _naming_it(subject: Subject, document: Document, action: str, item: str, extra: Context) -> tuple[_Told, str]:
    """What the policy answers by statements that name everybody, else the principal itself, else a session of it."""
    me = subject.principal
    for how in (EVERYBODY, SELF, SESSION):
        kept = (s for s in document.statements if s.effect == "Deny" or named_as(me.arn, me.account_id, s) == how)
        narrowed = replace(document, statements=tuple(kept))
        if any(s.effect == "Allow" for s in narrowed.statements):
            told = _by_policy(subject, narrowed, action, item, extra)
            if told.answer == "allow":
                return told, how
    return _Told(), ""


@lru_cache(maxsize=4096)
def brought_for(document: Document) -> tuple[Mapping[str, tuple[str, ...]], ...]:
    """What a caller can bring that this document asks for (a network, a header, a tag of the object), or spares."""
    spared = {k: v for s in document.statements if s.effect == "Deny" for k, v in _brought(s)}
    asks = [dict(_brought(s)) for s in document.statements if s.effect == "Allow"]
    tries = [spared, *({**spared, **one} for one in asks), *asks]
    return tuple({tuple(sorted(one.items())): one for one in tries if one}.values())


def _brought(statement: Statement) -> Iterator[tuple[str, tuple[str, ...]]]:
    for condition in statement.conditions:
        if key_of(condition.key).set_by in ("caller", "place", "tagger"):
            yield from ((condition.key, (value,)) for value in list(asked_of(statement, condition))[:1])


def _by_rcp(
    subject: Subject, resource: Resource, action: str, item: str, around: Surroundings
) -> tuple[str, tuple[str, ...]]:
    """`rcp` where resource control policies surely deny it, else the keys that it must bring to get by them."""
    levels = around.rcps.get(resource.account_id, ())
    if not levels:
        return "", ()
    owner, plain = Principal(item, "resource", resource.account_id), subject.actor.contexts[0][0]
    tries = [asked for level in levels for document in level for asked in brought_for(document)]
    for asked in ({}, *tries):
        if not rcp_blocks(owner, action, {**with_variables(asked, plain), **plain}, around):
            return "", tuple(sorted(asked))
    return "rcp", ()


def _bounds(subject: Subject, action: str, item: str, named: str) -> str:
    """What closes a grant by the resource's policy alone: the principal's boundary or guardrails."""
    free = subject.principal.kind == "user" or named in UNBOUND
    who = with_leave(subject.actor.identity, free, _allow(action))
    tries = [decide(who, Request(action, item, context)) for context, _ in subject.actor.contexts]
    return "" if any(one.allowed for one in tries) else tries[0].by


@lru_cache(maxsize=128)
def _allow(action: str) -> Document:
    return parse({"Statement": {"Effect": "Allow", "Action": action, "Resource": "*"}})


def _items(subject: Subject, resource: Resource, document: Document, action: str) -> list[str]:
    """What to try: an item that no statement names, then those that allowing statements name in this resource."""
    below = resource.uses.below
    if not below:
        return [resource.arn]
    documents = [*(one for _, one in subject.actor.identity.policies), document]
    named = [
        fill(pattern)
        for one in documents
        for statement in one.statements
        if statement.effect == "Allow" and action_matches(statement, action.lower())
        for pattern in statement.resources or ()
        if pattern.startswith(f"{resource.arn}/") and "${" not in pattern
    ]
    return list(dict.fromkeys([f"{resource.arn}/orienteer", *named]))[:20]
