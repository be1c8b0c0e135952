"""A grant in words that can stand in a client's report: which statement, which principal, which condition bound it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from orienteer.policy.exposure.callers import EVERYBODY
from orienteer.policy.exposure.ground import EXTERNAL, ORGANIZATION, PRIVATE, PUBLIC
from orienteer.policy.language.conditions import Condition
from orienteer.policy.language.document import Statement

_REACH = {
    PUBLIC: "anybody, from any AWS account or none, can use it",
    EXTERNAL: "callers outside the organization can use it",
    ORGANIZATION: "callers in other accounts of the organization can use it",
    PRIVATE: "only callers of the resource's own account can use it",
}
_BOUND = {
    EXTERNAL: "narrows it, but lets callers outside the organization in",
    ORGANIZATION: "narrows it to the organization",
    PRIVATE: "narrows it to the own account and networks",
}
_NOBODY = ("nobody can make such a request, so it gives nothing", "nobody is left who can use it")
_MOST = 4


def principal_text(statement: Statement, element: tuple[str, str]) -> str:
    """The principal as a report names it."""
    if statement.not_principals is not None:
        return "* except " + (_listed([value for _, value in statement.not_principals]) or "nobody")
    return element[1]


def actions_of(statement: Statement) -> tuple[str, ...]:
    """The actions as written; `NotAction` ones each after "not"."""
    if statement.not_actions is not None:
        return tuple(f"not {action}" for action in statement.wording)
    return statement.wording


def condition_text(condition: Condition) -> str:
    """The condition on one line, long lists cut."""
    return f"{condition.written or f'{condition.operator} {condition.key}'}: {_listed(condition.values)}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found: level, kind of the widest caller (None: nobody), Denies that cut.

    `caps` has, for each condition, the widest level of who meets it, None for nobody.
    """

    level: int
    caller: str | None
    caps: tuple[int | None, ...]
    blockers: tuple[str, ...]


def reason(statement: Statement, element: tuple[str, str], verdict: Verdict, written: Sequence[str]) -> str:
    """Why the grant has its level, to follow the statement's name.  `written` has its conditions as text."""
    level, caller = verdict.level, verdict.caller
    subject = _subject(statement, element)
    actions = _listed(actions_of(statement)) or "every action"
    reach = _REACH[level] if caller is not None else _NOBODY[bool(verdict.blockers)]
    if caller == "Service" and level == EXTERNAL:
        reach = "the service acts on it for whoever asks, resources in other organizations included"
    sentences = [f"allows {actions} to {subject}: {reach}."]
    sentences += [
        _about(condition, text, cap, element == EVERYBODY)
        for condition, text, cap in zip(statement.conditions, written, verdict.caps, strict=False)
    ]
    if verdict.blockers:
        plural = "s" if len(verdict.blockers) > 1 else ""
        part = "a part of it" if caller is not None else "the rest" if statement.conditions else "it"
        sentences.append(f"Deny statement{plural} {_listed(verdict.blockers)} take{'' if plural else 's'} away {part}.")
    return " ".join(sentences)


def _subject(statement: Statement, element: tuple[str, str]) -> str:
    if statement.not_principals is not None:
        return "everybody except " + (_listed([value for _, value in statement.not_principals]) or "nobody")
    if element == EVERYBODY:
        return "every principal"
    kinds = {"AWS": "", "Service": "the service ", "Federated": "users of ", "CanonicalUser": "the canonical user "}
    return kinds[element[0]] + element[1]


def _about(condition: Condition, written: str, cap: int | None, everybody: bool) -> str:
    text = f"The condition {written}"
    if cap is None:
        return f"{text} cannot be met."
    if cap < PUBLIC:
        return f"{text} {_BOUND[cap]}."
    if condition.if_exists or condition.qualifier == "forallvalues":
        return f"{text} does not narrow it: it also holds for a request without that key."
    if not everybody:
        return f"{text} does not narrow it further: any of these callers can meet it."
    return f"{text} does not narrow it: a stranger can meet it."


def _listed(values: Sequence[str]) -> str:
    shown = ", ".join(value[:120] for value in values[:_MOST])
    return f"{shown} and {len(values) - _MOST} more" if len(values) > _MOST else shown
