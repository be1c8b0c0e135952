"""Who can do an action: every principal of the estate asked, and those that the resource's policy names beyond it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import reduce
from operator import or_
from typing import Any

from orienteer.ask.access import answer, lets_in, wrong_with
from orienteer.ask.answer import Answer, Holder, Who
from orienteer.ask.caller import Caller, caller_of
from orienteer.ask.estate import Estate
from orienteer.ask.outside import Outsider, named_outside, of_organization, other_organizations, root_of, stranger
from orienteer.ask.question import Target, target_of
from orienteer.ask.say import Say

NOBODY = Caller("*", "anonymous")


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

    among: only these principals; without it all users, roles and root users of the estate.  The other arguments are
    those of `can`.  Nothing raises: a question that makes no sense gives nobody, with `problems`.
    """
    estate = Estate.of(estate)
    wrong = wrong_with(NOBODY, action, resource, context)
    if wrong:
        return Who(problems=(wrong,), words=f"Who can do {action} is not known: {wrong}.")
    owner = resource_account and str(resource_account).zfill(12)
    target, told = target_of(estate, action, resource, owner), context or {}
    holders, unknown, problems = list[Holder](), list[str](), list[str]()
    for name, found in _answers(estate, target, told, among):
        if found.allowed:
            holders.append(Holder(name, found.by, found.depends_on))
        elif found.answer == "unknown":
            unknown.append(name)
            problems += found.problems
    if among is None:
        for account in sorted(estate.accounts.values(), key=lambda one: one.id):
            unknown += [account.id] if account.unlisted else []
            problems += account.unlisted
    outside, everyone, gaps = _beyond(estate, target, told)
    lost = tuple(dict.fromkeys([*estate.unread, *(estate.problems if among is None else ()), *problems, *gaps]))
    found_all = Who(tuple(holders), outside, everyone, tuple(unknown), lost)
    return replace(found_all, words=_words(found_all, action, resource))


def _answers(
    estate: Estate, target: Target, context: Mapping[str, Any], among: Iterable[str] | None
) -> Iterator[tuple[str, Answer]]:
    """The answer for each principal, sorted by name."""
    roots = map(estate.root, estate.accounts)
    for text in sorted({str(one) for one in (among if among is not None else (*estate.people, *roots))}):
        caller = caller_of(estate, text)
        if isinstance(caller, str):
            yield text, Answer("unknown", problems=(caller,))
        else:
            yield text, answer(estate, caller, target, context, None, True)


def _beyond(estate: Estate, target: Target, context: Mapping[str, Any]) -> tuple[tuple[str, ...], bool, frozenset[str]]:
    """Whom the resource lets in of those that the estate does not hold, whether everybody, and what hides it."""
    organizations = other_organizations(estate, target) if estate.organization else ("",)

    def says(one: Outsider) -> Say:
        caller, told = one.caller, {**one.told, **context}
        tried = [caller, *([root_of(caller)] if caller.text == caller.account else [])]
        if caller.signs and not caller.organization:
            tried = [of_organization(each, name) for each in tried for name in organizations]
        return reduce(or_, (lets_in(estate, each, target, told) for each in tried))

    named = named_outside(estate, target)
    outside = tuple(dict.fromkeys(one.name for one in named if says(one).holds))
    anybody = of_organization(stranger(estate), organizations[0])
    everyone = lets_in(estate, NOBODY, target, context) | lets_in(estate, anybody, target, context)
    return outside, bool(everyone.holds), everyone.gaps


def _words(who: Who, action: str, resource: str) -> str:
    """The answer in a sentence."""
    what = f"{action} on {resource}" if resource != "*" else action
    parts = [f"{len(who.principals)} principal{'' if len(who.principals) == 1 else 's'}"]
    parts += [f"{len(who.outside)} outside ({', '.join(who.outside)})"] if who.outside else []
    parts = ["everybody", *parts] if who.everyone else parts
    rest = f"; of {len(who.unknown)} it is not known" if who.unknown else ""
    return f"{what}: {', '.join(parts)}{rest}."
