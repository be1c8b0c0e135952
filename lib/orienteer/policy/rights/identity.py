"""Whether a user's or role's own policies, its permissions boundary and the guardrails above it allow a request."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from orienteer.policy.guardrails.chain import Levels, ask, prepare, problems_of, scp_decision, statement_words
from orienteer.policy.language.document import Document, Statement, parse
from orienteer.policy.language.match import Request, matches
from orienteer.policy.language.text import NO_POLICY, document_text

SOURCE = (
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html"
)
_NOTHING = (NO_POLICY, "", "null", "{}")


@dataclass(frozen=True)
class Identity:
    """What decides for one identity, read once: named policies, boundary (None = none set) and guardrail levels."""

    policies: tuple[tuple[str, Document], ...]
    boundary: Document | None = None
    levels: Levels = ()

    @cached_property
    def problems(self) -> tuple[str, ...]:
        """What could not be read, with the policy it stands in."""
        named = [*self.policies, *([("permissions boundary", self.boundary)] if self.boundary else [])]
        own = tuple(f"{name}: {problem}" for name, document in named for problem in document.problems)
        return own + problems_of(self.levels, ())


@dataclass(frozen=True)
class IdentityDecision:
    """What decided: `by` is identity, boundary or scp; `granted` is whether the identity's own policies allow it.

    `grant` is the policy and the statement of that, also where boundary or guardrails then take it away.
    """

    allowed: bool
    by: str
    policy: str
    sid: str
    statement: Statement | None
    granted: bool
    words: str
    problems: tuple[str, ...] = ()
    grant: tuple[str, Statement] | None = None


def identity_allows(
    policies: Sequence[Any],
    boundary: Any = None,
    scps: Sequence[Any] = (),
    action: str = "",
    resource: str = "*",
    context: Mapping[str, Any] | None = None,
) -> bool:
    """Whether the request is allowed: a policy allows it, boundary and guardrails allow it too, nothing denies it."""
    return identity_decision(policies, boundary, scps, action, resource, context).allowed


def identity_decision(
    policies: Sequence[Any],
    boundary: Any = None,
    scps: Sequence[Any] = (),
    action: str = "",
    resource: str = "*",
    context: Mapping[str, Any] | None = None,
) -> IdentityDecision:
    """The answer of `identity_allows` with what decided it.

    `policies` are documents or (name, document) pairs; `scps` is a chain as for `scp_allows` (documents without a level
    around them make one level). Policies on the resource are not part of the question.
    """
    return decide(identity(policies, boundary, scps), ask(action, resource, context))


def identity(policies: Sequence[Any], boundary: Any = None, scps: Sequence[Any] = ()) -> Identity:
    """The documents read once, for many questions. Never raises."""
    listed = policies if isinstance(policies, list | tuple) else () if policies is None else (policies,)
    named = tuple(_named(item, index) for index, item in enumerate(listed))
    limit = parse(boundary) if document_text(boundary)[0].strip() not in _NOTHING else None
    flat = bool(scps) and isinstance(scps, list | tuple) and not any(isinstance(level, list | tuple) for level in scps)
    return Identity(named, limit, prepare([list(scps)] if flat else scps))


def decide(who: Identity, request: Request) -> IdentityDecision:
    """What this identity's documents say of the request."""
    name, statement = _first(who.policies, request, "Deny")
    if statement is not None:
        words = f"{name} denies {request.action} in {statement_words(statement)}."
        return IdentityDecision(False, "identity", name, statement.sid or "", statement, False, words, who.problems)
    name, statement = _first(who.policies, request, "Allow")
    if statement is None:
        words = f"No policy of this identity allows {request.action} on {request.resource}."
        return IdentityDecision(False, "identity", "", "", None, False, words, who.problems)
    limited = _boundary(who, request) or _guardrail(who, request)
    if limited is not None:
        return replace(limited, grant=(name, statement))
    words = f"{name} allows {request.action} in {statement_words(statement)}."
    sid = statement.sid or ""
    return IdentityDecision(True, "identity", name, sid, statement, True, words, who.problems, (name, statement))


def _boundary(who: Identity, request: Request) -> IdentityDecision | None:
    """The boundary's refusal, or None. One that could not be read at all is not credited with limiting anything."""
    limit = who.boundary
    if limit is None or (limit.problems and not limit.statements):
        return None
    named = (("The permissions boundary", limit),)
    name, statement = _first(named, request, "Deny")
    if statement is not None:
        words = f"{name} denies {request.action} in {statement_words(statement)}."
        return IdentityDecision(False, "boundary", name, statement.sid or "", statement, True, words, who.problems)
    if _first(named, request, "Allow")[1] is None:
        words = f"{named[0][0]} does not allow {request.action} on {request.resource}."
        return IdentityDecision(False, "boundary", named[0][0], "", None, True, words, who.problems)
    return None


def _guardrail(who: Identity, request: Request) -> IdentityDecision | None:
    """The guardrails' refusal, or None."""
    found = scp_decision(who.levels, request.action, request.resource, request.context)
    if found.allowed:
        return None
    return IdentityDecision(
        False, "scp", "service control policy", found.sid, found.statement, True, found.words, who.problems
    )


def _first(
    policies: Iterable[tuple[str, Document]], request: Request, effect: str
) -> tuple[str, Statement] | tuple[str, None]:
    """The first statement of this effect that the request meets, with its policy's name."""
    for name, document in policies:
        for statement in document.statements:
            if statement.effect == effect and matches(statement, request, version=document.version):
                return name, statement
    return "", None


def _named(item: Any, index: int) -> tuple[str, Document]:
    """(name, parsed document) of a pair or of a bare document."""
    if isinstance(item, tuple | list) and len(item) == 2 and isinstance(item[0], str):
        name, document = item
        return name, document if isinstance(document, Document) else parse(document)
    return f"Policy {index + 1}", item if isinstance(item, Document) else parse(item)
