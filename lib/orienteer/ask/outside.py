"""Whom a resource's policy names that the estate does not hold, and whether they get in.

Of an account outside nobody knows the policies: its administrator can allow its principals anything, so that it gets in
hangs on the resource's side alone.  It is in another organization than the estate's; which one decides is tried out of
those that the policies name, and one that nobody names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from orienteer.ask.buckets import behind
from orienteer.ask.caller import Caller, caller_of
from orienteer.ask.estate import Estate
from orienteer.ask.known import Account, Policies
from orienteer.ask.question import Target
from orienteer.policy.language.document import Statement

STRANGER_ORGANIZATION = "o-strangerxx"
_ACCOUNT = re.compile(r"\d{12}")
_UNIQUE_ID = re.compile(r"A[A-Z0-9]{3}[A-Z0-9]{12,}")
_ORGANIZATIONS = ("aws:principalorgid", "aws:principalorgpaths")


def policies_of(estate: Estate, target: Target) -> Policies:
    """All policies on the side of the resource."""
    thing, found = target.thing, []
    if target.role is not None:
        found.append(target.role.trust)
    if thing is not None:
        bucket, _ = behind(estate, thing, target.resource)
        found += [thing.policy, thing.acl, thing.open_acl, *([bucket.policy] if bucket else [])]
    return Policies.joined(found)


def other_organizations(estate: Estate, target: Target) -> tuple[str, ...]:
    """Organizations that decide about a stranger: those that the policies around the resource name, and another."""
    account: Account | None = estate.accounts.get(target.owner)
    chain = account.rcps if account is not None and account.rcps else ()
    named = {
        value.partition("/")[0]
        for _, document in Policies.joined([policies_of(estate, target), *chain]).named
        for statement in document.statements
        for value in _values(statement, _ORGANIZATIONS)
    }
    return (STRANGER_ORGANIZATION, *sorted(one for one in named - {estate.organization} if "*" not in one))


def stranger(estate: Estate, account: str = "") -> Caller:
    """A role of an account that the estate does not hold."""
    number = account or next(n for n in (str(n).zfill(12) for n in range(10**6)) if n not in estate.accounts)
    partition = estate.partition(number)
    arn = f"arn:{partition}:iam::{number}:role/stranger"
    return Caller(arn, "role", arn, number, held=False, partition=partition)


def root_of(caller: Caller) -> Caller:
    """The root user of the caller's account."""
    return replace(caller, kind="root", arn=f"arn:{caller.partition}:iam::{caller.account}:root")


def of_organization(caller: Caller, organization: str) -> Caller:
    """The caller as a member of this organization."""
    return replace(caller, organization=organization)


def named_outside(estate: Estate, target: Target) -> Iterator[tuple[str, Caller]]:
    """(name, caller) of all whom the policies name, by Principal or by condition, and the estate does not hold."""
    seen: dict[str, Caller] = {}
    statements = [s for _, d in policies_of(estate, target).named for s in d.statements if s.effect == "Allow"]
    for statement in statements:
        for name, caller in (*_principals(estate, statement), *_by_condition(estate, statement)):
            seen.setdefault(name, caller)
    for grant in target.thing.grants if target.thing else ():
        kind = "Service" if grant.grantee.endswith(".amazonaws.com") else "AWS"
        seen |= {name: caller for name, caller in _named(estate, kind, grant.grantee) if name not in seen}
    yield from sorted(seen.items())


def _principals(estate: Estate, statement: Statement) -> Iterator[tuple[str, Caller]]:
    for kind, value in statement.principals or ():
        if value != "*":
            yield from _named(estate, kind, value)


def _named(estate: Estate, kind: str, value: str) -> Iterator[tuple[str, Caller]]:
    if kind == "Service":
        yield value, Caller(value, "service")
    elif kind == "Federated":
        account = value.split(":")[4] if value.count(":") >= 5 else ""
        yield value, Caller(value, "federated", account=account)
    elif kind == "CanonicalUser":
        if value not in {account.canonical for account in estate.accounts.values()}:
            yield value, replace(stranger(estate), text=value, canonical=value)
    elif not _UNIQUE_ID.fullmatch(value):
        yield from _of_account(estate, value)


def _of_account(estate: Estate, value: str) -> Iterator[tuple[str, Caller]]:
    """An account by its id; a principal by its ARN."""
    number = value.split(":")[4] if value.count(":") >= 5 else value
    if not _ACCOUNT.fullmatch(number):  # an origin access identity of CloudFront, which is of no account
        if value.count(":") >= 5:
            yield value, Caller(value, "user", value, number, held=False)
        return
    if value == number or value.endswith(":root"):
        if number not in estate.accounts:
            yield number, replace(stranger(estate, number), text=number)
        return
    caller = caller_of(estate, value)
    if isinstance(caller, Caller) and not caller.held:
        yield value, caller


def _by_condition(estate: Estate, statement: Statement) -> Iterator[tuple[str, Caller]]:
    """Accounts, principals and organizations that only a condition names."""
    for value in _values(statement, ("aws:principalaccount", "aws:principalarn")):
        if "*" not in value and "?" not in value and "${" not in value:
            yield from _of_account(estate, value)
    for value in _values(statement, _ORGANIZATIONS):
        organization = value.partition("/")[0]
        if "*" not in organization and "${" not in organization and organization != estate.organization:
            yield organization, of_organization(stranger(estate), organization)


def _values(statement: Statement, keys: Iterable[str]) -> Iterator[str]:
    wanted = tuple(keys)
    for condition in statement.conditions:
        if condition.key in wanted and (statement.effect == "Deny" or not condition.negated):
            yield from condition.values
