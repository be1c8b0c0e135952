"""Whether a chain of service (or resource) control policies lets a request pass, and which statement decided."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from orienteer.policy.guardrails.bound import binds_action
from orienteer.policy.language.actions import takes_resource
from orienteer.policy.language.document import Document, Statement, parse
from orienteer.policy.language.match import Request, matches

SOURCE = "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html"

Levels = tuple[tuple[Document, ...], ...]


@dataclass(frozen=True)
class Decision:
    """What decided a request. Indexes count from 0 and are None where no single policy decided (an implicit deny).

    `choice` names what the caller brought of his own choice, where that got by a deny.
    """

    allowed: bool
    level_index: int | None
    policy_index: int | None
    sid: str
    statement: Statement | None
    words: str
    problems: tuple[str, ...] = ()
    choice: str = ""

    @property
    def explicit(self) -> bool:
        """Whether a statement denied it, rather than the lack of an allowing one."""
        return not self.allowed and self.statement is not None


def scp_allows(
    chain: list[list[dict[str, Any]]], action: str, resource: str = "*", context: dict[str, Any] | None = None
) -> bool:
    """Whether this chain (per level from the root to the account, the documents attached) lets the request pass."""
    return scp_decision(chain, action, resource, context).allowed


def scp_decision(
    chain: Any,
    action: str,
    resource: str = "*",
    context: Mapping[str, Any] | None = None,
    *,
    labels: Sequence[Sequence[str]] = (),
) -> Decision:
    """The answer of `scp_allows` with what decided it; `labels` names the policies of each level for the words.

    An empty chain (the management account) and service-linked roles are not bound. Nothing is added to the context.
    """
    levels = prepare(chain)
    request = ask(action, resource, context)
    problems = problems_of(levels, labels)
    if not levels:
        return Decision(
            True, None, None, "", None, f"No guardrail binds this account, so {request.action} is not limited."
        )
    if _service_linked(request):
        return Decision(True, None, None, "", None, "Guardrails do not bind service-linked roles.", problems)
    denied = _first_deny(levels, request, labels, problems)
    return denied or _allowed_everywhere(levels, request, labels, problems)


def rcp_allows(
    chain: list[list[dict[str, Any]]], action: str, resource: str = "*", context: dict[str, Any] | None = None
) -> bool:
    """Whether these resource control policies let the request on the resource pass."""
    return rcp_decision(chain, action, resource, context).allowed


def rcp_decision(
    chain: Any,
    action: str,
    resource: str = "*",
    context: Mapping[str, Any] | None = None,
    *,
    labels: Sequence[Sequence[str]] = (),
) -> Decision:
    """The answer of `rcp_allows` with what decided it. Who calls stands in the context (aws:PrincipalArn, ...).

    The policy that allows everything cannot be detached, so only a Deny decides; calls about no resource are not bound:
    https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_evaluation.html
    https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html#rcp-effects-on-permissions
    """
    levels = prepare(chain)
    request = ask(action, resource, context)
    problems = problems_of(levels, labels)
    passed = f"No resource control policy denies {request.action} on {request.resource}."
    if _service_linked(request):
        return Decision(True, None, None, "", None, "Guardrails do not bind service-linked roles.", problems)
    if not binds_action(request.action):
        beyond = f"Resource control policies do not bind {request.action}."
        return Decision(True, None, None, "", None, beyond, problems)
    denied = _first_deny(levels, request, labels, problems)
    if denied is not None and takes_resource(request.action):
        return denied
    return Decision(True, None, None, "", None, passed, problems)


def prepare(chain: Any) -> Levels:
    """The chain read once, for many questions; a prepared chain comes back as it is. Never raises."""
    return tuple(tuple(_read(item) for item in _listed(level)) for level in _listed(chain))


def ask(action: str, resource: str = "*", context: Mapping[str, Any] | None = None) -> Request:
    """The request in the matcher's form: context keys in lower case, tuples of text; a key without value is missing."""
    normal = {str(key).lower(): _texts(value) for key, value in (context or {}).items()}
    return Request(str(action), str(resource), {key: values for key, values in normal.items() if values})


def _listed(value: Any) -> Sequence[Any]:
    """The value as a list: one document alone stands for a list of one, nothing for an empty list."""
    if value is None:
        return ()
    return value if isinstance(value, list | tuple) else (value,)


def _read(item: Any) -> Document:
    return item if isinstance(item, Document) else parse(item)


def _texts(value: Any) -> tuple[str, ...]:
    """A context value as texts, booleans in AWS's spelling."""
    if isinstance(value, str):
        return (value,)
    if value is None:
        return ()
    if isinstance(value, bool):
        return (str(value).lower(),)
    if isinstance(value, list | tuple | set | frozenset):
        return tuple(text for part in value for text in _texts(part))
    return (str(value),)


def _service_linked(request: Request) -> bool:
    """Whether a service-linked role asks; its path is reserved, nobody else can take it."""
    arns = request.context.get("aws:principalarn", ())
    return any(arn.startswith("arn:") and arn.split(":", 5)[-1].startswith("role/aws-service-role/") for arn in arns)


def _first_deny(
    levels: Levels, request: Request, labels: Sequence[Sequence[str]], problems: tuple[str, ...]
) -> Decision | None:
    """The decision of the Deny nearest to the root, or None."""
    for level, documents in enumerate(levels):
        for index, statement in _matching(documents, request, "Deny"):
            words = (
                f"{policy_words(levels, level, index, labels)} denies {request.action} in {statement_words(statement)}."
            )
            return Decision(False, level, index, statement.sid or "", statement, words, problems)
    return None


def _allowed_everywhere(
    levels: Levels, request: Request, labels: Sequence[Sequence[str]], problems: tuple[str, ...]
) -> Decision:
    """Allowed by the last level's statement if every level has an allowing one, else denied at the first without."""
    last: tuple[int, Statement] | None = None
    for level, documents in enumerate(levels):
        last = next(_matching(documents, request, "Allow"), None)
        if last is None:
            what = "No policy is attached" if not documents else f"No attached policy allows {request.action}"
            words = f"{what} {place_words(levels, level)}, so {request.action} is blocked there."
            return Decision(False, level, None, "", None, words, problems)
    index, statement = last if last is not None else (0, None)
    level = len(levels) - 1
    by = policy_words(levels, level, index, labels)
    words = f"Every level allows {request.action} and none denies it; lowest down, {by[0].lower()}{by[1:]} allows it."
    return Decision(True, level, index, (statement.sid if statement else "") or "", statement, words, problems)


def _matching(documents: Sequence[Document], request: Request, effect: str) -> Iterator[tuple[int, Statement]]:
    """(policy index, statement) of each statement of this effect that the request meets."""
    return (
        (index, statement)
        for index, document in enumerate(documents)
        for statement in document.statements
        if statement.effect == effect and matches(statement, request, version=document.version)
    )


def place_words(levels: Levels, level: int) -> str:
    """Where in the tree a level is, as words."""
    if level == 0:
        return "at the root"
    return "at the account" if level == len(levels) - 1 else f"at level {level + 1} below the root"


def policy_words(levels: Levels, level: int, index: int, labels: Sequence[Sequence[str]]) -> str:
    """Which policy it is, as words that can begin a sentence."""
    named = labels[level][index] if level < len(labels) and index < len(labels[level]) else ""
    return (f"Policy '{named}'" if named else f"Policy {index + 1}") + f" attached {place_words(levels, level)}"


def statement_words(statement: Statement) -> str:
    """Which statement of its policy it is, as words."""
    number = f"statement {statement.index + 1}"
    return f"{number} ('{statement.sid}')" if statement.sid else number


def problems_of(levels: Levels, labels: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """What could not be read, with the policy it stands in."""
    return tuple(
        f"{policy_words(levels, level, index, labels)}: {problem}"
        for level, documents in enumerate(levels)
        for index, document in enumerate(documents)
        for problem in document.problems
    )
