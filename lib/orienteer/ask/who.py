"""Who can do an action: every principal of the estate asked, and those that the resource's policy names beyond it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from orienteer.ask.access import answer, can
from orienteer.ask.answer import Holder, Who
from orienteer.ask.caller import Caller, caller_of
from orienteer.ask.estate import Estate
from orienteer.ask.question import target_of


def who_can(
    estate: Estate,
    action: str,
    resource: str = "*",
    *,
    among: Iterable[str] | None = None,
    context: Mapping[str, Any] | None = None,
    resource_account: str | None = None,
) -> Who:
    """Every principal that can do the action on the resource, for all that is known (`can` with `may`).

    among: only these principals; without it all users, roles and root users of the estate, and those outside that the
    resource's policy lets in.  The other arguments are those of `can`.  Nothing raises.
    """
    wrong = can(estate, "*", action, resource, context, resource_account=resource_account)
    if wrong.answer == "unknown" and not isinstance(action, str):
        return Who(problems=wrong.problems, words=wrong.words)
    target = target_of(estate, action, resource, resource_account)
    holders, unknown, problems = list[Holder](), list[str](), list[str]()
    for text, caller in _callers(estate, among):
        if isinstance(caller, str):
            problems.append(caller)
            unknown.append(text)
            continue
        found = answer(estate, caller, target, context or {}, None, True)
        if found.allowed:
            holders.append(Holder(text, found.by, found.depends_on))
        elif found.answer == "unknown":
            unknown.append(text)
            problems += found.problems
    return Who(tuple(holders), (), False, tuple(unknown), tuple(dict.fromkeys(problems)))


def _callers(estate: Estate, among: Iterable[str] | None) -> Iterator[tuple[str, Caller | str]]:
    roots = (f"arn:aws:iam::{account}:root" for account in estate.accounts)
    for text in sorted({*(among if among is not None else (*estate.people, *roots))}):
        yield text, caller_of(estate, text)
