"""Who of the organization's own users and roles may read the objects of a bucket."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from orienteer.policy.guardrails.chain import statement_words
from orienteer.policy.language.document import Document, Statement, parse
from orienteer.policy.language.match import Principal as Caller
from orienteer.policy.language.match import Request, action_matches, allowed
from orienteer.policy.language.text import Policy
from orienteer.policy.language.values import fill
from orienteer.policy.rights.capability import NOT_HELD, Held, Memo, held
from orienteer.policy.rights.identity import decide
from orienteer.policy.rights.steps import Step, Surroundings, admin_of, administrator, open_conditions, rcp_blocks
from orienteer.policy.rights.ways import Principal, Subject, allowing, named_as, with_leave

READ = "s3:GetObject"
_LEAVE = parse('{"Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}}')


@dataclass(frozen=True, slots=True)
class Bucket:
    """A bucket: its ARN, owner and policy; `restricted` where block public access leaves the owner's account alone."""

    arn: str
    account_id: str
    policy: Policy = None
    restricted: bool = False


def reading(
    subjects: Sequence[Subject],
    administrators: Collection[str],
    strong: Collection[str],
    bucket: Bucket,
    around: Surroundings,
    memo: Memo,
) -> Iterator[Step]:
    """Who of the organization reads the bucket: principals, and of accounts whoever administers them.

    `administrators` are ARNs; `strong` the accounts of which somebody is or can become administrator.
    """
    yield Step(admin_of(bucket.account_id), bucket.arn, "administrator", bucket.account_id)
    others = [one for one in subjects if one.principal.arn not in administrators]
    yield from readers(others, bucket, around, memo)
    for account, partition in sorted({(one.principal.account_id, one.partition) for one in subjects}):
        if account != bucket.account_id and account in strong:
            anybody = administrator(account, partition, around, memo)
            for step in readers([anybody], bucket, around, memo):
                yield replace(step, start=admin_of(account), given=())


def readers(subjects: Iterable[Subject], bucket: Bucket, around: Surroundings, memo: Memo) -> Iterator[Step]:
    """A step for each principal that may read some object of the bucket; what decrypts the objects is not asked.

    In the owner's account one of the two policies is enough; from another both must allow it:
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
    """
    document = parse(bucket.policy)
    for subject in subjects:
        step = _read(subject, bucket, document, around, memo)
        if step is not None:
            yield step


def _read(subject: Subject, bucket: Bucket, document: Document, around: Surroundings, memo: Memo) -> Step | None:
    near = subject.principal.account_id == bucket.account_id
    if not near and bucket.restricted:
        return None
    for item in _objects(subject, bucket, document):
        right = held(subject.actor, READ, item, {"aws:resourceaccount": (bucket.account_id,)}, memo)
        opened = _by_policy(subject, document, item)
        if opened.denied or right.refused:
            continue
        alone = near and opened.named in ("everybody", "self") and not right.allowed
        bounds = _bounds(subject, item, opened.named) if alone else right.blocked_by
        if alone and (not bounds or not right.granted):
            step = _step(subject, bucket, NOT_HELD, opened)
        elif right.granted and (near or opened.named):
            step, bounds = _step(subject, bucket, right, opened), right.blocked_by
        else:
            continue
        blocked = rcp_blocks(_owner(bucket), READ, subject.actor.contexts[0][0], around)
        return replace(step, blocked_by=bounds or ("rcp" if blocked else ""))
    return None


@dataclass(frozen=True, slots=True)
class _Opened:
    """What a bucket's policy answers: how it names who is let in (empty: not at all), by which statement and keys."""

    named: str = ""
    statement: str = ""
    keys: tuple[str, ...] = ()
    denied: bool = False


def _step(subject: Subject, bucket: Bucket, right: Held, opened: _Opened) -> Step:
    near = subject.principal.account_id == bucket.account_id
    by_identity = right.granted
    return Step(
        subject.principal.arn,
        bucket.arn,
        "identity policy" if by_identity and near else "resource policy",
        bucket.account_id,
        (right.via,) if by_identity else (),
        "" if by_identity and near else opened.statement,
        (READ,),
        tuple(sorted({*(right.conditions if by_identity else ()), *(() if by_identity and near else opened.keys)})),
    )


def _bounds(subject: Subject, item: str, named: str) -> str:
    """What closes a grant by the bucket's policy alone: the principal's boundary or guardrails."""
    who = with_leave(subject.actor.identity, subject.principal.kind == "user" or named == "everybody", _LEAVE)
    tries = [decide(who, Request(READ, item, context)) for context, _ in subject.actor.contexts]
    return "" if any(one.allowed for one in tries) else tries[0].by


def _by_policy(subject: Subject, document: Document, item: str) -> _Opened:
    """What the bucket's policy answers in the contexts that the subject can call from, the freest grant of it."""
    me = subject.principal
    caller = Caller("AWS", me.arn, me.account_id)
    found: dict[str, Statement] = {}
    denied = False
    for context, _ in subject.actor.contexts:
        request = Request(READ, item, context, caller)
        answer = allowed([document], request)
        denied = denied or answer.answer == "deny"
        for statement in allowing(document, request) if answer.allowed else ():
            found.setdefault(named_as(me.arn, me.account_id, statement), statement)
    for how in ("everybody", "self", "account"):
        if how in found:
            return _Opened(how, f"bucket policy: {statement_words(found[how])}", open_conditions(found[how]))
    return _Opened(denied=denied)


def _objects(subject: Subject, bucket: Bucket, document: Document) -> list[str]:
    """Objects to try: one that no statement names, then those that allowing statements name in this bucket."""
    documents = [*(one for _, one in subject.actor.identity.policies), document]
    named = [
        fill(pattern)
        for one in documents
        for statement in one.statements
        if statement.effect == "Allow" and action_matches(statement, READ.lower())
        for pattern in statement.resources or ()
        if pattern.startswith(f"{bucket.arn}/") and "${" not in pattern
    ]
    return list(dict.fromkeys([f"{bucket.arn}/orienteer", *named]))[:20]


def _owner(bucket: Bucket) -> Principal:
    """The bucket as `rcp_blocks` takes a resource: an ARN and the account that owns it."""
    return Principal(bucket.arn, "resource", bucket.account_id)
