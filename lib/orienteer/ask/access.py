"""Can a principal do an action: the layers of one question put together as AWS evaluates them.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from orienteer.ask.answer import LAYERS, Answer, By, sentence
from orienteer.ask.caller import Caller, caller_of
from orienteer.ask.estate import Estate
from orienteer.ask.known import Policies
from orienteer.ask.layers import Rung, rung
from orienteer.ask.question import Question, Target, target_of, with_caller
from orienteer.ask.reading import Reader
from orienteer.ask.resource import ANY, DIRECT, ROLE, resource_rung
from orienteer.ask.say import TRUE, Say

_LAYERS: tuple[str, ...] = LAYERS
"""The layers that are looked at; tests leave some out."""


@dataclass(frozen=True, slots=True)
class Ladder:
    """The layers of one question.  `boundary`, `session` None: there is none; `scps` has a rung for each level."""

    question: Question
    identity: Rung
    boundary: Rung | None
    session: Rung | None
    scps: tuple[Rung, ...]
    resource: Rung

    @property
    def every(self) -> tuple[Rung, ...]:
        """All rungs there are, from the caller up to the resource."""
        own = (self.identity, self.boundary, self.session)
        return (*(one for one in own if one is not None), *self.scps, self.resource)


def can(
    estate: Estate,
    principal: str,
    action: str,
    resource: str = "*",
    context: Mapping[str, Any] | None = None,
    *,
    session_policy: Any = None,
    resource_account: str | None = None,
    may: bool = False,
) -> Answer:
    """Whether the principal can do the action on the resource, by which statements, and what that hangs on.

    principal: ARN of a user, role, session, root user or token provider; an account id (its root user); a service
    (`sns.amazonaws.com`); `*` for nobody in particular.  action: `service:Action`.  resource: an ARN; `*` asks about a
    call that names none.  context: condition keys of the request, over those that the estate tells; None as a value
    says that the request lacks the key.  session_policy: one document or a list.  resource_account: the owner, where
    the ARN does not tell it.

    A key that neither tells is open: the answer that hangs on it is `unknown` with `depends_on`.  With `may` it is
    taken to be in the caller's favour: it does not stop an Allow, and a Deny that hangs on it denies nothing.  Nothing
    raises: a principal or policy that cannot be understood gives `unknown` with `problems`.
    """
    caller = caller_of(estate, principal)
    wrong = _wrong(caller, action, resource, context)
    if wrong or isinstance(caller, str):
        found = Answer("unknown", problems=(wrong,))
        return replace(found, words=sentence(str(principal), str(action), str(resource), found))
    target = target_of(estate, action, resource, resource_account)
    limits = None if session_policy is None else Reader().policies(session_policy, "the session policy")
    return answer(estate, caller, target, context or {}, limits, may)


def _wrong(caller: Caller | str, action: Any, resource: Any, context: Any) -> str:
    """What is wrong with the question; empty where nothing is."""
    if isinstance(caller, str):
        return caller
    if not isinstance(action, str) or ":" not in action.strip(":"):
        return f"{action!r:.80} is no action: it is written service:Action"
    if not isinstance(resource, str) or not resource:
        return f"{resource!r:.80} is no resource"
    return "" if context is None or isinstance(context, Mapping) else "the context is not a mapping of keys to values"


def answer(
    estate: Estate,
    caller: Caller,
    target: Target,
    context: Mapping[str, Any],
    session: Policies | None,
    may: bool,
) -> Answer:
    """The answer to a question that makes sense."""
    asked = with_caller(estate, caller, target, context)
    found = judged(ladder(asked, session), may)
    return replace(found, words=sentence(caller.text, target.action, target.resource, found))


def ladder(question: Question, session: Policies | None) -> Ladder:
    """The statements of every layer that meet the question."""
    caller, person = question.caller, question.caller.person
    boundary = person.boundary if person and "boundary" in _LAYERS else None
    return Ladder(
        question,
        rung("identity", _identity(caller), question),
        None if boundary is None else rung("boundary", boundary, question),
        None if session is None or "session" not in _LAYERS else rung("session", session, question),
        _scps(question) if "scp" in _LAYERS else (),
        resource_rung(question) if "resource" in _LAYERS else Rung("resource"),
    )


def _identity(caller: Caller) -> Policies:
    if caller.person is not None:
        return caller.person.policies
    if caller.kind == "root" or not caller.signs:
        return Policies()
    return Policies((), (f"the policies of {caller.text} were not collected",))


def _scps(question: Question) -> tuple[Rung, ...]:
    """One rung for each level above the caller's account; none where service control policies do not bind it."""
    caller, estate = question.caller, question.estate
    if not caller.signs or caller.service_linked or caller.account == estate.management:
        return ()
    account = estate.accounts.get(caller.account)
    if account is None:
        return (Rung("scp", (), (f"the service control policies of {caller.account} were not collected",)),)
    if account.scps is None:
        return (Rung("scp", (), (f"the service control policies of {caller.account} were not read",)),)
    return tuple(rung("scp", level, question) for level in account.scps)


def judged(steps: Ladder, may: bool) -> Answer:
    """What the layers come to."""
    denials = tuple(one for step in steps.every for one in step.denials)
    if denials:
        return Answer("explicit", denials)
    granted = _granted(steps, may)
    spared = TRUE
    for step in steps.every:
        spared &= step.spares(may)
    if granted.holds is False:
        return Answer("implicit", _lacking(steps, may))
    total = granted & spared
    keys, gaps = tuple(sorted(total.keys)), tuple(sorted(total.gaps))
    if total.holds:
        return Answer("allowed", _allowing(steps, may), keys)
    return Answer("unknown", (), keys, gaps)


def _granted(steps: Ladder, may: bool) -> Say:
    """Whether everything that must allow the request does."""
    caller = steps.question.caller
    own = TRUE if caller.kind == "root" else steps.identity.allows(may)
    limits = _limits(steps, may)
    by_resource = steps.resource.allows(may, (DIRECT,)) | (steps.resource.allows(may, (ROLE,)) & limits)
    total = by_resource | (own & limits)
    for level in steps.scps:
        total &= level.allows(may)
    return total


def _limits(steps: Ladder, may: bool) -> Say:
    """What boundary and session policy leave."""
    found = TRUE
    for step in (steps.boundary, steps.session):
        if step is not None:
            found &= step.allows(may)
    return found


def _lacking(steps: Ladder, may: bool) -> tuple[By, ...]:
    """The layers that do not allow."""
    found = [step.name for step in steps.every if step.name != "resource" and step.allows(may).holds is False]
    if steps.resource.allows(may, ANY).holds is False:
        found.append("resource")
    return tuple(By(name) for name in dict.fromkeys(found))


def _allowing(steps: Ladder, may: bool) -> tuple[By, ...]:
    """The statements that allow."""
    own = [one for step in steps.every if step.name != "resource" for one in step.allowances()]
    return (*own, *steps.resource.allowances(ANY))
