"""How a trust or resource policy names a principal, and which statement lets it in.

| named as | by | in its own account it needs |
|---|---|---|
| `EVERYBODY` | a star, or everybody but some | nothing |
| `SELF` | its ARN | of a role: its boundary's leave |
| `SESSION` | the ARN of a session of the role, whose name whoever assumes the role chooses | nothing |
| `ACCOUNT` | its account | leave by its own policies |

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-role-session
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from orienteer.policy.keys import key_of
from orienteer.policy.language.document import Document, Statement
from orienteer.policy.language.match import Principal as Caller
from orienteer.policy.language.match import Request, allowed, matches
from orienteer.policy.language.patterns import wildcard
from orienteer.policy.language.values import asked_of, with_variables
from orienteer.policy.rights.capability import MFA, UNNAMED_ORGANIZATION

EVERYBODY, SELF, SESSION, ACCOUNT = "everybody", "self", "session", "account"
UNBOUND = (EVERYBODY, SESSION)
"""So named, a role of the account needs not even its boundary's leave."""
SESSION_NAME = "sts:rolesessionname"
"""The key on which a step hangs that takes a session by name."""


def lets_in(
    trust: Document, arn: str, account: str, base: Mapping[str, tuple[str, ...]]
) -> tuple[str, Statement | None]:
    """How the trust policy names the principal, the first of the table that lets it in, and by which statement."""
    named, everybody = named_in(trust)
    callers = callers_of(arn, account, trust)
    direct = arn in named or everybody or len(callers) > 1
    if not direct and account not in named and not any(v.endswith(f"::{account}:root") for v in named):
        return "", None
    known = base["aws:principalorgid"]
    org = {} if known == (UNNAMED_ORGANIZATION,) else {"aws:principalorgid": known}
    found: dict[str, Statement] = {}
    for asked in _asked_by(trust):
        for caller in callers:
            brought = with_variables(asked, base)
            request = Request("sts:AssumeRole", "*", {**base, **brought, **org, **MFA}, caller)
            if allowed([trust], request).allowed:
                for statement in allowing(trust, request):
                    found.setdefault(named_as(arn, account, statement), statement)
    return next(((how, found[how]) for how in (EVERYBODY, SELF, SESSION, ACCOUNT) if how in found), ("", None))


def callers_of(arn: str, account: str, document: Document) -> tuple[Caller, ...]:
    """The principal as the caller, and each session of it that an Allow of the document names."""
    sessions = sorted(one for one in named_in(document)[0] if is_session(one, arn))
    return (Caller("AWS", arn, account), *(Caller("AWS", one, account) for one in sessions))


def is_session(value: str, arn: str) -> bool:
    """True if the value is the ARN of a session of the role."""
    head, is_role, name = arn.partition(":role/")
    prefix = f"{head.replace(':iam:', ':sts:')}:assumed-role/{name.rpartition('/')[2]}/"
    return bool(is_role) and value.startswith(prefix) and "*" not in value


def allowing(document: Document, request: Request) -> list[Statement]:
    """The statements that allow the request, denies left aside."""
    allows = (statement for statement in document.statements if statement.effect == "Allow")
    return [statement for statement in allows if matches(statement, request, version=document.version)]


def named_as(arn: str, account: str, statement: Statement) -> str:
    """How a statement that lets a principal in names it."""
    listed = [value for kind, value in statement.principals or () if kind == "AWS"]
    if statement.principals is None or "*" in listed:
        return EVERYBODY
    others = [value for value in listed if value != account and not value.endswith(f"::{account}:root")]
    if any(wildcard(value, arn) for value in others):
        return SELF
    return SESSION if any(is_session(value, arn) for value in others) else ACCOUNT


@lru_cache(maxsize=4096)
def named_in(trust: Document) -> tuple[frozenset[str], bool]:
    """The AWS principals that allowing statements name, and whether they let in everybody (or everybody but some)."""
    granting = [statement for statement in trust.statements if statement.effect == "Allow"]
    listed = frozenset(v for s in granting for kind, v in s.principals or () if kind == "AWS")
    return listed, "*" in listed or any(s.not_principals is not None for s in granting)


@lru_cache(maxsize=4096)
def _asked_by(trust: Document) -> tuple[Mapping[str, tuple[str, ...]], ...]:
    """For each allowing statement, values that meet what it asks apart from who calls (external id, session name, ...).

    The organization that it asks for is taken to be the caller's where nothing else tells.
    """
    spared = {k: v for s in trust.statements if s.effect == "Deny" for k, v in _values(s)}
    found = [{**spared, **dict(_values(s))} for s in trust.statements if s.effect == "Allow"]
    return tuple({tuple(sorted(one.items())): one for one in found}.values())


def _values(statement: Statement) -> Iterable[tuple[str, tuple[str, ...]]]:
    """A value for each key that the Allow demands, or the Deny spares, and that the caller does not decide."""
    for condition in statement.conditions:
        if not _told(condition.key):
            yield from ((condition.key, (value,)) for value in list(asked_of(statement, condition))[:1])


def _told(key: str) -> bool:
    """True if the caller itself decides the key's value, or it is the moment or the caller's account."""
    known = key_of(key)
    return known.personal or known.about == "moment" or key.startswith(("aws:principalaccount", "aws:multifactor"))
