"""Does this statement match this request, and what do the documents together answer?

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from orienteer.policy.language.conditions import Condition, Context, Test, compiled, resolved
from orienteer.policy.language.document import MODERN, Document, Principals, Statement
from orienteer.policy.language.patterns import LITERAL_MARK, LITERAL_STAR, is_fixed, literal, pattern_set, wildcard

__all__ = ["Decision", "Principal", "Request", "allowed", "condition_holds", "matches", "wildcard"]

_UNIQUE_ID = re.compile(r"A[A-Z0-9]{3}[A-Z0-9]{12,}")
_ACCOUNT_ROOT = re.compile(r"arn:[\w-]+:(?:iam|sts)::(\d{12}):root")
_SESSION = re.compile(r"(arn:[\w-]+):sts::(\d{12}):assumed-role/([^/]+)/.*")


@dataclass(frozen=True, slots=True)
class Principal:
    """Who calls: `kind` as in a Principal element ('' is anonymous), its ARN or name, and the account it is of."""

    kind: str
    value: str = ""
    account: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    """One call.  Context keys are lower case; a key that is absent or empty is missing from the request."""

    action: str
    resource: str = "*"
    context: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    principal: Principal | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer and what gave it: an explicit Deny, an Allow, or (`implicit`) nothing at all."""

    answer: Literal["allow", "deny", "implicit"]
    document: Document | None = None
    statement: Statement | None = None

    @property
    def allowed(self) -> bool:
        return self.answer == "allow"


def allowed(documents: Iterable[Document], request: Request) -> Decision:
    """What the documents together answer: a Deny anywhere is final, else one Allow is enough."""
    found = Decision("implicit")
    for document in documents:
        for statement in document.statements:
            if statement.effect == "Allow" and found.allowed:
                continue
            if matches(statement, request, version=document.version):
                if statement.effect == "Deny":
                    return Decision("deny", document, statement)
                found = Decision("allow", document, statement)
    return found


def matches(statement: Statement, request: Request, *, version: str = MODERN) -> bool:
    """Whether principal, action, resource and every condition of the statement match the request."""
    return (
        action_matches(statement, request.action.lower())
        and principal_matches(statement, request.principal)
        and resource_matches(statement, request.resource, request.context, version=version)
        and all(test(request.context) for test in statement.tests)
    )


def action_matches(statement: Statement, action: str) -> bool:
    """Whether Action or NotAction lets the (lower-case) action in.  With neither (unreadable) it does."""
    if statement.actions is None:
        return statement.not_actions is None or not statement.action_set.hit(action)
    return statement.action_set.hit(action)


def resource_matches(statement: Statement, resource: str, context: Context, *, version: str) -> bool:
    """Whether Resource or NotResource lets the resource in; without either the policy's own resource is meant."""
    listed = statement.resources if statement.resources is not None else statement.not_resources
    if listed is None:
        return True
    hit = statement.resource_set.hit(resource)
    if not hit and statement.moving:
        hit = any(_variable_hit(pattern, resource, context) for pattern in statement.moving)
    return hit if statement.resources is not None else not hit


def _variable_hit(pattern: str, resource: str, context: Context) -> bool:
    if not wildcard(pattern.partition("${")[0] + "*", resource):
        return False
    found = resolved(pattern, context)
    return found is not None and wildcard(found, literal(resource) if _moved(found) else resource)


def _moved(pattern: str) -> bool:
    return LITERAL_STAR in pattern or LITERAL_MARK in pattern


def principal_matches(statement: Statement, principal: Principal | None) -> bool:
    """Whether Principal or NotPrincipal lets the caller in.  No caller given: who calls is settled elsewhere."""
    if principal is None:
        return True
    if statement.principals is not None:
        return names(statement.principals, principal, loosely=statement.effect == "Allow")
    if statement.not_principals is not None:
        return not names(statement.not_principals, principal, loosely=statement.effect == "Deny")
    return True


def names(listed: Principals, principal: Principal, *, loosely: bool) -> bool:
    """Whether the list names the caller.  `loosely` expands wildcards inside ARNs, which AWS does not accept."""
    for kind, value in listed:
        if kind == "AWS":
            if value == "*" or (principal.kind in ("AWS", "") and _aws_named(value, principal, loosely)):
                return True
        elif kind == principal.kind and (value == principal.value or (loosely and wildcard(value, principal.value))):
            return True
    return False


def _aws_named(value: str, principal: Principal, loosely: bool) -> bool:
    if value == principal.value or (principal.account and value == principal.account):
        return not _UNIQUE_ID.fullmatch(value)
    root = _ACCOUNT_ROOT.fullmatch(value)
    if root:
        return root.group(1) == principal.account
    session = _SESSION.fullmatch(principal.value)
    if session:
        return value == f"{session[1]}:iam::{session[2]}:role/{session[3]}"
    if loosely and not is_fixed(value) and principal.kind == "AWS":
        return pattern_set([value]).hit(principal.value) or wildcard(value, principal.account)
    return False


def condition_holds(condition: Condition, context: Context, *, version: str = MODERN) -> bool:
    """Whether the condition is true of a request with this context."""
    return _test(condition, version == MODERN)(context)


@lru_cache(maxsize=4096)
def _test(condition: Condition, variables: bool) -> Test:
    return compiled(condition, variables)
