"""How a resource policy names the caller, and what it and the resource's other lists (ACL, grants) come to.

The grip of a statement on its caller:

| grip | named as | same account: what limits it |
|---|---|---|
| `ACCOUNT` | its account | the caller's own policies must allow, too |
| `ROLE` | the ARN of its role, a federated user's user | an implicit deny of boundary and session policy |
| `DIRECT` | itself: user, session, everybody, service, token | nothing but a Deny |

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

from __future__ import annotations

from collections.abc import Iterator

from orienteer.ask.answer import By
from orienteer.ask.caller import Caller
from orienteer.ask.known import Policies
from orienteer.ask.layers import Hit, Rung, principal_hits
from orienteer.ask.question import Question
from orienteer.policy.language.document import Principals, Statement
from orienteer.policy.language.match import Principal, names
from orienteer.policy.language.undecided import NO, YES, Truth

ACCOUNT, ROLE, DIRECT = 1, 2, 3
ANY = (ACCOUNT, ROLE, DIRECT)
_SESSION = Truth(None, frozenset({"sts:rolesessionname"}))


def grips(statement: Statement, caller: Caller, *, limited: bool = False) -> list[tuple[int, Truth]]:
    """How the statement's Principal or NotPrincipal names the caller, and whether that is certain; empty: not at all.

    `limited`: the caller has a permissions boundary: a Deny with NotPrincipal then meets it in any case
    (https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html).
    """
    if statement.principals is not None:
        return _grips(statement.principals, caller, statement.effect == "Allow")
    if statement.not_principals is not None:
        if limited and statement.effect == "Deny":
            return [(DIRECT, YES)]
        spared = _grips(statement.not_principals, caller, statement.effect == "Deny")
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
            return _strength(value, principal, caller), YES
    if caller.kind == "role" and not caller.session and kind == "AWS" and value.startswith(_sessions(caller)):
        return DIRECT, _SESSION
    return ACCOUNT, NO


def _sessions(caller: Caller) -> str:
    """How the ARNs of all sessions of the role begin."""
    return f"arn:{caller.partition}:sts::{caller.account}:assumed-role/{caller.arn.rpartition('/')[2]}/"


def _strength(value: str, principal: Principal, caller: Caller) -> int:
    if not caller.signs:
        return DIRECT
    if caller.kind == "root" or value == caller.session:
        return DIRECT
    if value == caller.account or value.endswith(":root"):
        return ACCOUNT
    return ROLE if caller.kind == "role" else DIRECT


def policy_rung(question: Question, policies: Policies, name: str = "resource") -> Rung:
    """The layer of a policy with principals."""
    caller = question.caller
    limited = bool(caller.person and caller.person.boundary is not None)
    found = principal_hits(name, policies, question, lambda statement: grips(statement, caller, limited=limited))
    return Rung(name, tuple(found), policies.gaps)


def resource_rung(question: Question) -> Rung:
    """The layer of the resource: its own policy, or that nobody read one."""
    if question.role is not None:
        return policy_rung(question, question.role.trust)
    if question.thing is not None:
        return policy_rung(question, question.thing.policy)
    if question.can_hold and question.resource != "*":
        return Rung("resource", (), (f"the policy of {question.resource} was not collected",))
    return Rung("resource")


def kept_out(name: str, why: str) -> By:
    """A layer that does not let through without a statement saying so."""
    return By(name, why)


def more(first: Rung, added: Iterator[Hit], gaps: tuple[str, ...] = ()) -> Rung:
    """The layer with further hits."""
    return Rung(first.name, (*first.hits, *added), (*first.gaps, *gaps))
