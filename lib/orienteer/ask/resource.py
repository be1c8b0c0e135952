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
from orienteer.ask.estate import Estate
from orienteer.ask.known import KmsGrant, Policies, Thing
from orienteer.ask.layers import Hit, Rung, principal_hits
from orienteer.ask.question import Question, is_point
from orienteer.ask.say import FALSE, TRUE, Say, favoured
from orienteer.ask.services import (
    BY_OBJECT_ACL,
    IN_CONTEXT,
    OBJECT_OWNER,
    OF_ITS_ACCOUNT,
    ROOT_ACCESS,
    ROOT_ALWAYS,
)
from orienteer.policy.language.document import Principals, Statement
from orienteer.policy.language.match import names
from orienteer.policy.language.undecided import NO, YES, Truth, condition_truth

ACCOUNT, ROLE, DIRECT = 1, 2, 3
ANY = (ACCOUNT, ROLE, DIRECT)
_SESSION = Truth(None, frozenset({"sts:rolesessionname"}))
_PATH = Truth(None, frozenset({"aws:principalarn"}))
_CONSTRAINED = Truth(None, frozenset({"kms:encryptioncontext:"}))


@dataclass(frozen=True, slots=True)
class Side:
    """The resource's side.  Each of `policies` must allow (an access point's and its bucket's), or one of `lists`.

    restricted: block public access cuts the policies.  Each of `lists` (grants, ACLs) has what must be so beside.
    reached: an access point of a VPC answers there alone.  owned: the caller is let in by the object's owner, too.
    foreign: of an access point of another account than its bucket's, the policies of other accounts than the caller's.
    """

    policies: tuple[Rung, ...]
    lists: tuple[tuple[Rung, Say], ...] = ()
    restricted: Say = FALSE
    reached: Say = TRUE
    owned: Say = TRUE
    foreign: tuple[Rung, ...] | None = None

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
        found &= ~self.restricted & favoured(self.owned, may)
        for one, counts in self.lists:
            found |= one.allows(may, wanted) & counts
        return found

    def others_allow(self, may: bool) -> Say:
        """Whether every policy of an account that is not the caller's lets it in."""
        found = ~self.restricted & favoured(self.owned, may)
        for one in self.foreign or ():
            found &= one.allows(may, ANY)
        return found


def side(question: Question) -> Side:
    """What stands on the side of the resource."""
    thing, caller = question.thing, question.caller
    if question.role is not None:
        return Side((policy_rung(question, question.role.trust),))
    if question.action.lower() == ROOT_ACCESS:
        return Side((_root_access(question),))
    if thing is None:
        unread = question.can_hold and question.names_one
        gaps = (f"the policy of {question.resource} was not collected",) if unread else ()
        return Side((Rung("resource", (), gaps),), tuple(_shared(question)))
    if caller.kind == "root" and question.same_account and question.action.lower() in ROOT_ALWAYS:
        return Side((Rung("resource"),))
    bucket, _ = behind(question.estate, thing, question.resource)
    owners = (question.owner, bucket.account if bucket else question.owner)
    policies = (policy_rung(question, thing.policy), *_behind(question, thing))
    cut = FALSE
    for one, owner in zip((thing, bucket), owners, strict=True):
        inside = caller.kind == "service" or (caller.signs and caller.account == owner)
        if one is not None and not inside and "bpa" in question.layers:
            cut |= restricted(question.estate, one)
    others = tuple(one for one, owner in zip(policies, owners, strict=False) if owner != caller.account)
    return Side(
        policies,
        tuple(_lists(question, thing)),
        cut,
        _reached(question, thing),
        _owned(question, bucket or thing),
        others if len(set(owners)) > 1 else None,
    )


def _owned(question: Question, bucket: Thing) -> Say:
    """Whether the object is the bucket owner's own: nobody else's objects does its policy, or its account, give away.

    Where ACLs are off it always is; else whoever wrote the object may own it, and which account that is nobody lists.
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
    """
    told = question.request.context.get(OBJECT_OWNER)
    if bucket.object_acls is False or question.action.lower() not in BY_OBJECT_ACL or question.resource == bucket.arn:
        return TRUE
    if told is None and question.is_open(OBJECT_OWNER):
        return Say(None, frozenset({OBJECT_OWNER}))
    return TRUE if told and told[0] == bucket.account else FALSE


def _root_access(question: Question) -> Rung:
    """Whether the organization lets the caller become root user of a member."""
    estate, account = question.estate, question.caller.account
    if estate.root_sessions is False or (estate.root_delegates is not None and account not in _root_keepers(estate)):
        return Rung("resource")
    if estate.root_sessions is None or account not in _root_keepers(estate):
        return Rung("resource", (), (f"whether {account} has central root access was not collected",), denies=False)
    return Rung("resource", (Hit(By("resource", "central root access", effect="Allow"), "Allow", YES, ACCOUNT),))


def _root_keepers(estate: Estate) -> tuple[str, ...]:
    return (estate.management, *(estate.root_delegates or ()))


def _shared(question: Question) -> Iterator[tuple[Rung, Say]]:
    """What AWS RAM shares with another account: what it may do with it was not collected.

    https://docs.aws.amazon.com/ram/latest/userguide/security-ram-permissions.html
    """
    caller, thing, owner = question.caller, question.thing, question.owner_account
    if not caller.signs or question.same_account or not question.names_one:
        return
    gaps: tuple[str, ...] = ()
    if thing is not None and thing.shared_with is None:
        gaps = (f"whom AWS RAM shares {thing.arn} with was not collected",)
    elif thing is not None and any(_is_shared(one, question) for one in thing.shared_with or ()):
        gaps = (f"what the resource share of {thing.arn} allows was not collected",)
    elif owner is not None and owner.unshared and question.resource.split(":", 3)[2] not in OF_ITS_ACCOUNT:
        gaps = owner.unshared
    if gaps:
        yield Rung("resource", (), gaps, denies=False), TRUE


def _is_shared(principal: str, question: Question) -> bool:
    """True if a principal of a resource share is the caller, or has it in it (or may have)."""
    caller, estate = question.caller, question.estate
    if ":organization/" in principal or ":ou/" in principal:
        account = estate.accounts.get(caller.account)
        ours = account is not None and estate.organization in principal.split("/")
        if ":organization/" in principal or not ours:
            return ours
        unit = principal.rpartition("/")[2]
        return account is None or account.paths is None or any(unit in path.split("/") for path in account.paths)
    return principal in (caller.account, caller.arn)


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
    if bucket is not None:
        yield policy_rung(question.on(resource), bucket.policy)
    elif thing.bucket:
        yield Rung("resource", (), (f"the policy of {thing.bucket} was not collected",))
    elif is_point(thing.arn):
        yield Rung("resource", (), (f"which buckets {thing.arn} leads to was not collected",))


def _lists(question: Question, thing: Thing) -> Iterator[tuple[Rung, Say]]:
    """Grants of a key, ACLs of a bucket."""
    if thing.grants or thing.grants_gaps:
        yield Rung("resource", tuple(_granted(question, thing)), thing.grants_gaps, denies=False), TRUE
    if not thing.acl.empty:
        yield policy_rung(question, thing.acl).without_denies, TRUE
    if not thing.open_acl.empty:
        found = policy_rung(question, thing.open_acl).without_denies
        yield found, _counting(question, thing)
    if thing.object_acls is not False and question.action.lower() in BY_OBJECT_ACL and "/" in question.resource:
        yield from _of_objects(question, thing)
    yield from _shared(question)


def _counting(question: Question, thing: Thing) -> Say:
    """Whether ACLs for everybody count."""
    return ~ignores_acls(question.estate, thing) if "bpa" in question.layers else TRUE


def _of_objects(question: Question, thing: Thing) -> Iterator[tuple[Rung, Say]]:
    """The ACL of the object itself, which may name everybody, or the caller's account."""
    gaps = (f"the ACL of {question.resource} was not collected",)
    if thing.object_acls is None:
        gaps = (f"object ownership of {thing.arn} was not read",)
    if question.caller.kind == "service":
        return
    yield Rung("resource", (), gaps, denies=False), _counting(question, thing)
    if question.caller.signs:
        yield Rung("resource", (), gaps, denies=False, unread=(ACCOUNT,)), TRUE


def _granted(question: Question, thing: Thing) -> Iterator[Hit]:
    """The grants of a KMS key that name the caller and the operation.

    https://docs.aws.amazon.com/kms/latest/developerguide/grants.html
    """
    operation = question.action.partition(":")[2].lower()
    for grant in thing.grants:
        if question.service != "kms" or operation not in [one.lower() for one in grant.operations]:
            continue
        kind = "Service" if grant.grantee.endswith(".amazonaws.com") else "AWS"
        for grip, truth in _grips(((kind, grant.grantee),), question.caller):
            name = By("resource", f"grant {grant.name}".strip(), "", None, "Allow")
            truth &= _constraint(question, grant)
            if truth.holds is not False:
                yield Hit(name, "Allow", truth, grip)


def _constraint(question: Question, grant: KmsGrant) -> Truth:
    """Whether the request meets the constraints of the grant."""
    if question.action.lower() not in IN_CONTEXT:
        return YES
    if grant.conditions is None:
        return _CONSTRAINED
    found = YES
    for one in grant.conditions:
        found &= condition_truth(one, False, question.request.context, question.is_open)
    return found


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
        return _grips(statement.principals, caller)
    if statement.not_principals is not None:
        if limited and statement.effect == "Deny":
            return [(DIRECT, YES)]
        spared = _grips(statement.not_principals, caller)
        if statement.effect == "Deny" and caller.signs and caller.kind != "root":
            spared = [(grip, truth) for grip, truth in spared if grip != ACCOUNT]
        if any(truth.holds for _, truth in spared):
            return []
        return [(DIRECT, Truth(None, frozenset().union(*(t.keys for _, t in spared))) if spared else YES)]
    return [(DIRECT, YES)]


def _grips(listed: Principals, caller: Caller) -> list[tuple[int, Truth]]:
    """The same for a list of principals.  A star inside a name stands for itself: it matches no part of an ARN."""
    found: dict[int, Truth] = {}
    for element in listed:
        grip, truth = _grip(element, caller)
        if truth.holds is not False:
            found[grip] = found.get(grip, NO) | truth
    return list(found.items())


def _grip(element: tuple[str, str], caller: Caller) -> tuple[int, Truth]:
    kind, value = element
    if kind == "AWS" and value == "*":
        return DIRECT, YES
    for principal in caller.names:
        if names((element,), principal, loosely=False):
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
