"""Can a principal do an action: the layers of one question put together as AWS evaluates them.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from orienteer.ask.answer import LAYERS, Answer, By, sentence
from orienteer.ask.caller import Caller, caller_of
from orienteer.ask.estate import Estate
from orienteer.ask.guardrails import endpoint, rcps, scps
from orienteer.ask.known import Person, Policies
from orienteer.ask.layers import Rung, rung
from orienteer.ask.outside import of_organization, other_organizations
from orienteer.ask.question import Question, Target, target_of, with_caller
from orienteer.ask.reading import Reader
from orienteer.ask.resource import ANY, DIRECT, ROLE, Side, side
from orienteer.ask.say import FALSE, TRUE, Say, favoured, unseen
from orienteer.ask.services import BY_TOKEN, LONG_TERM, NEEDS_NOTHING, ROOT_ACCESS
from orienteer.ask.worlds import World, settled

_LAYERS: tuple[str, ...] = LAYERS
"""The layers that are looked at; tests leave some out."""


@dataclass(frozen=True, slots=True)
class Ladder:
    """The layers of one question.  `boundary`, `session`, `endpoint` None: there is none; one of `scps` per level."""

    question: Question
    identity: Rung
    boundary: Rung | None
    session: Rung | None
    scps: tuple[Rung, ...]
    rcps: tuple[Rung, ...]
    resource: Side
    endpoint: Rung | None

    @property
    def every(self) -> tuple[Rung, ...]:
        """All rungs there are, from the caller up to the resource."""
        own = (self.identity, self.boundary, self.session)
        last = (self.endpoint,) if self.endpoint is not None else ()
        return (*(one for one in own if one is not None), *self.scps, *self.rcps, *self.resource.rungs, *last)


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

    estate: an `Estate`, or what `Estate.of` makes one of.  principal: ARN of a user, role, session, root user or token
    provider; an account id (its root user); a service (`sns.amazonaws.com`); `*` for nobody in particular.  action:
    `service:Action`.  resource: an ARN; `*` asks about a call that names none, and `bucket/*` about an object that no
    statement names more narrowly.  context: condition keys of the request, over those that the estate tells; None as a
    value says that the request lacks the key.  session_policy: one document or a list.  resource_account: the owner,
    where the ARN does not tell it.

    The call is a direct one over TLS, at the moment of the run, unless the context says otherwise.  A key that neither
    tells is open: the answer that hangs on it is `unknown` with `depends_on`.  With `may` it is taken to be in the
    caller's favour: it does not stop an Allow, and a Deny that hangs on it denies nothing.  `s3:object-owner` stands
    among the keys for the account that owns an object, where its bucket takes ACLs.  Nothing raises: a principal or
    policy that cannot be understood gives `unknown` with `problems`.
    """
    estate = Estate.of(estate)
    caller = caller_of(estate, principal)
    wrong = wrong_with(caller, action, resource, context)
    if wrong or isinstance(caller, str):
        found = Answer("unknown", problems=(wrong,))
        return replace(found, words=sentence(str(principal), str(action), str(resource), found))
    target = target_of(estate, action, resource, resource_account and str(resource_account).zfill(12))
    limits = None if session_policy is None else Reader().policies(session_policy, "the session policy", "resource")
    return answer(estate, caller, target, context or {}, limits, may)


def wrong_with(caller: Caller | str, action: Any, resource: Any, context: Any) -> str:
    """What is wrong with the question; empty where nothing is."""
    if isinstance(caller, str):
        return caller
    if not isinstance(action, str) or ":" not in action.strip(":"):
        return f"{action!r:.80} is not an action: write it as service:Action"
    if not isinstance(resource, str) or not (resource == "*" or resource.startswith("arn:")):
        return f"{resource!r:.80} is not a resource: give its ARN, or * for a call that names none"
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
    if session is not None and caller.kind == "user":
        caller = replace(caller, federating=True)
    tried = [_answered(estate, one, target, context, session, may) for one in _members(caller, target, estate)]
    found = tried[0]
    if any(one.answer != found.answer for one in tried):
        gaps = {gap for one in tried for gap in one.problems}
        found = Answer("unknown", (), ("aws:principalorgid",), tuple(sorted(gaps)))
    if estate.unread and found.answer != "explicit":
        found = Answer("unknown", (), found.depends_on, tuple(dict.fromkeys([*estate.unread, *found.problems])))
    return replace(found, words=sentence(caller.text, target.action, target.resource, found))


def _answered(
    estate: Estate, caller: Caller, target: Target, context: Mapping[str, Any], session: Policies | None, may: bool
) -> Answer:
    def judged_with(chosen: World) -> Answer:
        return judged(ladder(with_caller(estate, caller, target, context, _LAYERS, chosen), session), may)

    question = with_caller(estate, caller, target, context, _LAYERS)
    found = _settled(question)
    if found is None:
        steps = ladder(question, session)
        found = settled(judged(steps, may), question, steps.every, judged_with, may)
    return found


def _members(caller: Caller, target: Target, estate: Estate) -> list[Caller]:
    """The caller; one outside as a member of each organization that matters, never of the estate's."""
    if not caller.signs or caller.organization or caller.account in estate.accounts or not estate.organization:
        return [caller]
    return [of_organization(caller, one) for one in other_organizations(estate, target)]


def lets_in(estate: Estate, caller: Caller, target: Target, context: Mapping[str, Any]) -> Say:
    """Whether the side of the resource lets the caller in, for all that is known of it."""

    def far_with(chosen: World) -> Answer:
        return _far(ladder(with_caller(estate, caller, target, context, _LAYERS, chosen), None))

    question = with_caller(estate, caller, target, context, _LAYERS)
    steps = ladder(question, None)
    found = settled(_far(steps), question, _of_far_side(steps), far_with, True)
    if found.answer == "unknown":
        return Say(None, frozenset(found.depends_on), frozenset(found.problems))
    return Say(True, frozenset(found.depends_on)) if found.allowed else FALSE


def _of_far_side(steps: Ladder) -> tuple[Rung, ...]:
    return (*steps.rcps, *steps.resource.rungs, *([steps.endpoint] if steps.endpoint else []))


def _far(steps: Ladder) -> Answer:
    """What the resource's side comes to."""
    found = steps.resource.allows(True) & favoured(steps.resource.reached, True)
    if steps.endpoint is not None:
        found &= steps.endpoint.allows(True, ANY)
    for step in _of_far_side(steps):
        found &= step.spares(True)
    if found.holds is False:
        return Answer("implicit")
    return Answer("allowed" if found.holds else "unknown", (), tuple(sorted(found.keys)), tuple(sorted(found.gaps)))


def _settled(question: Question) -> Answer | None:
    """What no policy decides: one's own identity can always be asked for; a root user can assume nobody.

    https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
    """
    action, caller = question.action.lower(), question.caller
    if action in LONG_TERM and caller.kind in ("role", "federated user"):
        return Answer("implicit", (By("identity", "it takes the long-term credentials of a user"),))
    if action in NEEDS_NOTHING and caller.signs:
        return Answer("allowed")
    if action in ("sts:assumerole", ROOT_ACCESS) and caller.kind == "root":
        return Answer("implicit", (By("identity", "root users cannot assume roles"),))
    return None


def ladder(question: Question, session: Policies | None) -> Ladder:
    """The statements of every layer that meet the question."""
    person = question.caller.person
    boundary = person.boundary if person and "boundary" in question.layers else None
    return Ladder(
        question,
        _identity(question),
        None if boundary is None else rung("boundary", boundary, question),
        None if session is None or "session" not in question.layers else rung("session", session, question),
        scps(question) if "scp" in question.layers else (),
        rcps(question) if "rcp" in question.layers else (),
        side(question) if "resource" in question.layers else Side((Rung("resource"),)),
        endpoint(question) if "endpoint" in question.layers else None,
    )


def _identity(question: Question) -> Rung:
    """The caller's own policies.  A session of `GetFederationToken` has those of the user that made it: any of them."""
    caller, account = question.caller, question.estate.accounts.get(question.caller.account)
    if "identity" not in question.layers or caller.kind == "root" or not caller.signs:
        return Rung("identity")
    if caller.person is not None:
        return rung("identity", caller.person.policies, question)
    gaps = (f"the policies of {caller.text} were not collected",)
    known = caller.kind == "federated user" and account is not None and not account.unlisted
    return Rung("identity", (), gaps, denies=not known or any(_denies(one) for one in _users(question)))


def _users(question: Question) -> Iterator[Person]:
    people = question.estate.people.values()
    return (one for one in people if one.kind == "user" and one.account == question.caller.account)


def _denies(user: Person) -> bool:
    """True if something of the user's policies may deny."""
    held = user.policies if user.boundary is None else user.policies + user.boundary
    return bool(held.gaps) or any(s.effect == "Deny" for _, document in held.named for s in document.statements)


def judged(steps: Ladder, may: bool) -> Answer:
    """What the layers come to."""
    denials = tuple(one for step in steps.every for one in step.denials)
    if denials:
        return Answer("explicit", tuple(dict.fromkeys(denials)))
    granted = _granted(steps, may)
    if granted.holds is False:
        return Answer("implicit", _lacking(steps, may))
    spared = TRUE
    for step in steps.every:
        spared &= step.spares(may)
    total = granted & spared
    keys, gaps = tuple(sorted(total.keys)), tuple(sorted(total.gaps))
    if total.holds:
        return Answer("allowed", _allowing(steps), keys)
    return Answer("unknown", (), keys, gaps)


def _granted(steps: Ladder, may: bool) -> Say:
    """Whether everything that must allow the request does."""
    total = _let_in(steps, may) & favoured(steps.resource.reached, may)
    for level in steps.scps:
        total &= level.allows(may)
    return total if steps.endpoint is None else total & steps.endpoint.allows(may, ANY)


def _let_in(steps: Ladder, may: bool) -> Say:
    """Whether the caller's side and the resource's together allow it.

    Within one account either is enough, save for roles and keys, whose policies must let in the account at least.
    Across accounts both must; of an access point and its bucket, every one of another account.  Those who have no
    policies of their own need the resource's alone.
    """
    question, limits = steps.question, _limits(steps, may)
    if not question.caller.signs or question.action.lower() in BY_TOKEN:
        return steps.resource.allows(may)
    own = (TRUE if question.caller.kind == "root" else steps.identity.allows(may)) & limits
    across = own & steps.resource.allows(may)
    if steps.resource.foreign is not None:
        return own & steps.resource.others_allow(may)
    if question.owner and not question.same_account:
        return across
    direct = steps.resource.allows(may, (DIRECT,)) | (steps.resource.allows(may, (ROLE,)) & limits)
    inside = direct | across
    if not question.needs_resource:
        inside |= own & favoured(steps.resource.owned, may)
    return inside if question.owner else inside & (across | unseen([f"the owner of {question.resource} is not known"]))


def _limits(steps: Ladder, may: bool) -> Say:
    """What boundary and session policy leave."""
    found = TRUE
    for step in (steps.boundary, steps.session):
        if step is not None:
            found &= step.allows(may)
    return found


def _lacking(steps: Ladder, may: bool) -> tuple[By, ...]:
    """The layers that do not allow."""
    found = _keeping_out(steps, may) if _let_in(steps, may).holds is False else []
    found += [By("scp", one.label) for one in steps.scps if one.allows(may).holds is False]
    if steps.resource.reached.holds is False:
        found.append(By("resource", "the access point answers only its VPC"))
    if steps.endpoint is not None and steps.endpoint.allows(may, ANY).holds is False:
        found.append(By("endpoint"))
    return tuple(found)


def _keeping_out(steps: Ladder, may: bool) -> list[By]:
    """Those of the two sides: the resource's where it must allow, or where nothing else does either."""
    question = steps.question
    alone = not question.caller.signs or question.action.lower() in BY_TOKEN
    own = () if alone or question.caller.kind == "root" else (steps.identity, steps.boundary, steps.session)
    found = [By(one.name) for one in own if one is not None and one.allows(may).holds is False]
    apart = steps.resource.foreign is not None and not alone
    must = apart or alone or question.needs_resource or not question.same_account
    may_not = must or (steps.identity.allows(may).holds is False and question.can_hold)
    if may_not and not _lets_in(steps.resource, may, apart):
        found.append(By("bpa" if _lets_in(_unblocked(steps.resource), may, apart) else "resource"))
    return found


def _lets_in(resource: Side, may: bool, apart: bool) -> bool:
    return (resource.others_allow(may) if apart else resource.allows(may)).holds is not False


def _unblocked(resource: Side) -> Side:
    """The resource as it would be without block public access."""
    return replace(resource, restricted=FALSE, lists=tuple((one, TRUE) for one, _ in resource.lists))


def _allowing(steps: Ladder) -> tuple[By, ...]:
    """The statements that allow, layer by layer."""
    plain = [one for one in (steps.identity, steps.boundary, steps.session, *steps.scps) if one is not None]
    found = [by for one in plain for by in one.allowances()]
    found += [by for one in steps.resource.rungs for by in one.allowances(ANY)]
    if steps.endpoint is not None:
        found += steps.endpoint.allowances(ANY)
    return tuple(dict.fromkeys(found))
