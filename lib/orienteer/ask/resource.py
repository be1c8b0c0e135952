"""How a resource policy names the caller, and what it and the resource's other lists (ACL, grants) come to.

The grip of a statement on its caller:

| grip | named as | same account: what limits it |
|---|---|---|
| `ACCOUNT` | its account | the caller's own policies must allow, too |
| `ROLE` | the ARN of its role, or of the user that federated | an implicit deny of boundary and session policy |
| `DIRECT` | itself: user, session, everybody, service, token | nothing but a Deny |

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from orienteer.ask.answer import By
from orienteer.ask.buckets import behind, ignores_acls, restricted
from orienteer.ask.caller import Caller
from orienteer.ask.known import Policies, Thing
from orienteer.ask.layers import Hit, Rung, principal_hits
from orienteer.ask.question import Question
from orienteer.ask.say import FALSE, TRUE, Say
from orienteer.ask.services import ROOT_ALWAYS
from orienteer.policy.language.document import Principals, Statement
from orienteer.policy.language.match import names
from orienteer.policy.language.undecided import NO, YES, Truth

ACCOUNT, ROLE, DIRECT = 1, 2, 3
ANY = (ACCOUNT, ROLE, DIRECT)
_SESSION = Truth(None, frozenset({"sts:rolesessionname"}))
_PATH = Truth(None, frozenset({"aws:principalarn"}))
_CONSTRAINED = Truth(None, frozenset({"kms:encryptioncontext:"}))


@dataclass(frozen=True, slots=True)
class Side:
    """The resource's side.  Each of `policies` must allow (an access point's and its bucket's), or one of `lists`.

    restricted: block public access cuts the policies.  Each of `lists` (grants, ACLs) has what must be so beside.
    reached: an access point of a VPC answers there alone.
    """

    policies: tuple[Rung, ...]
    lists: tuple[tuple[Rung, Say], ...] = ()
    restricted: Say = FALSE
    reached: Say = TRUE

    @property
    def rungs(self) -> tuple[Rung, ...]:
        """All of them, for denies and words."""
        return (*self.policies, *(one for one, _ in self.lists))

    def allows(self, may: bool, grips: Iterable[int] = ANY) -> Say:
        """Whether the resource lets the caller in, naming it in one of these ways."""
        wanted = tuple(grips)
        found = self.policies[0].allows(may, wanted)
        for one in self.policies[1:]:
            found &= one.allows(may, ANY)
        found &= ~self.restricted
        for one, counts in self.lists:
            found |= one.allows(may, wanted) & counts
        return found


def side(question: Question) -> Side:
    """What stands on the side of the resource."""
    thing, caller = question.thing, question.caller
    if question.role is not None:
        return Side((policy_rung(question, question.role.trust),))
    if thing is None:
        unread = question.can_hold and question.names_one
        gaps = (f"the policy of {question.resource} was not collected",) if unread else ()
        return Side((Rung("resource", (), gaps),))
    if caller.kind == "root" and question.same_account and question.action.lower() in ROOT_ALWAYS:
        return Side((Rung("resource"),))
    inside = caller.kind == "service" or (caller.signs and question.same_account)
    bucket, _ = behind(question.estate, thing, question.resource)
    cut = FALSE
    for one in () if inside or "bpa" not in question.layers else (thing, bucket):
        cut |= restricted(question.estate, one) if one is not None else FALSE
    return Side(
        (policy_rung(question, thing.policy), *_behind(question, thing)),
        tuple(_lists(question, thing)),
        cut,
        _reached(question, thing),
    )


def _reached(question: Question, thing: Thing) -> Say:
    """Whether the request comes from the one VPC that an access point answers.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-vpc.html
    """
    if not thing.vpc:
        return TRUE
    told = question.request.context.get("aws:sourcevpc")
    if told is None and question.is_open("aws:sourcevpc"):
        return Say(None, frozenset({"aws:sourcevpc"}))
    return TRUE if told and told[0] == thing.vpc else FALSE


def _behind(question: Question, thing: Thing) -> Iterator[Rung]:
    """The policy of the bucket behind an access point.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-policies.html#access-points-delegating-control
    """
    bucket, resource = behind(question.estate, thing, question.resource)
    if not thing.bucket:
        return
    point = {"s3:dataaccesspointarn": (thing.arn,), "s3:dataaccesspointaccount": (thing.account,)}
    if bucket is None:
        yield Rung("resource", (), (f"the policy of {thing.bucket} was not collected",))
    else:
        yield policy_rung(question.on(resource, point), bucket.policy)


def _lists(question: Question, thing: Thing) -> Iterator[tuple[Rung, Say]]:
    """Grants of a key, ACLs of a bucket."""
    if thing.grants or thing.grants_gaps:
        yield Rung("resource", tuple(_granted(question, thing)), thing.grants_gaps, denies=False), TRUE
    if not thing.acl.empty:
        yield policy_rung(question, thing.acl).without_denies, TRUE
    if not thing.open_acl.empty:
        found = policy_rung(question, thing.open_acl).without_denies
        yield found, ~ignores_acls(question.estate, thing) if "bpa" in question.layers else TRUE


def _granted(question: Question, thing: Thing) -> Iterator[Hit]:
    """The grants of a KMS key that name the caller and the operation.

    https://docs.aws.amazon.com/kms/latest/developerguide/grants.html
    """
    operation = question.action.partition(":")[2].lower()
    for grant in thing.grants:
        if question.service != "kms" or operation not in [one.lower() for one in grant.operations]:
            continue
        kind = "Service" if grant.grantee.endswith(".amazonaws.com") else "AWS"
        for grip, truth in _grips(((kind, grant.grantee),), question.caller, False):
            name = By("resource", f"grant {grant.name}".strip(), "", None, "Allow")
            yield Hit(name, "Allow", truth & (_CONSTRAINED if grant.constrained else YES), grip)


def policy_rung(question: Question, policies: Policies, name: str = "resource") -> Rung:
    """The layer of a policy with principals."""
    caller = question.caller
    limited = bool(caller.person and caller.person.boundary is not None)
    found = principal_hits(name, policies, question, lambda statement: grips(statement, caller, limited=limited))
    return Rung(name, tuple(found), policies.gaps)


def grips(statement: Statement, caller: Caller, *, limited: bool = False) -> list[tuple[int, Truth]]:
    """How the statement's Principal or NotPrincipal names the caller, and whether that is certain; empty: not at all.

    An account that a Deny's NotPrincipal lists spares its root user alone; others must be listed themselves
    (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html).  `limited`: the
    caller has a permissions boundary: such a Deny then meets it in any case
    (https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html).
    """
    if statement.principals is not None:
        return _grips(statement.principals, caller, statement.effect == "Allow")
    if statement.not_principals is not None:
        if limited and statement.effect == "Deny":
            return [(DIRECT, YES)]
        spared = _grips(statement.not_principals, caller, statement.effect == "Deny")
        if statement.effect == "Deny" and caller.signs and caller.kind != "root":
            spared = [(grip, truth) for grip, truth in spared if grip != ACCOUNT]
        if any(truth.holds for _, truth in spared):
            return []
        return [(DIRECT, Truth(None, frozenset().union(*(t.keys for _, t in spared))) if spared else YES)]
    return [(DIRECT, YES)]


def _grips(listed: Principals, caller: Caller, loosely: bool) -> list[tuple[int, Truth]]:
    found: dict[int, Truth] = {}
    for element in listed:
        grip, truth = _grip(element, caller, loosely)
        if truth.holds is not False:
            found[grip] = found.get(grip, NO) | truth
    return list(found.items())


def _grip(element: tuple[str, str], caller: Caller, loosely: bool) -> tuple[int, Truth]:
    kind, value = element
    if kind == "AWS" and value == "*":
        return DIRECT, YES
    for principal in caller.names:
        if names((element,), principal, loosely=loosely):
            return _strength(value, caller), YES
    return _of_session(value, caller) if caller.kind == "role" and kind == "AWS" else (ACCOUNT, NO)


def _of_session(value: str, caller: Caller) -> tuple[int, Truth]:
    """A session that is named itself; of a role any session may be; a session's role may have a path."""
    name = caller.arn.rpartition("/")[2]
    if caller.session and value == caller.session:
        return DIRECT, YES
    if not caller.session and value.startswith(f"arn:{caller.partition}:sts::{caller.account}:assumed-role/{name}/"):
        return DIRECT, _SESSION
    roles = f"arn:{caller.partition}:iam::{caller.account}:role/"
    if caller.person is None and caller.session and value.startswith(roles) and value.endswith(f"/{name}"):
        return ROLE, _PATH
    return ACCOUNT, NO


def _strength(value: str, caller: Caller) -> int:
    if not caller.signs or caller.kind == "root" or value == caller.session:
        return DIRECT
    if value in (caller.account, caller.canonical) or value.endswith(":root"):
        return ACCOUNT
    return ROLE if caller.kind == "role" or caller.federating else DIRECT
