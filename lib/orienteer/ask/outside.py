"""Whom a resource's policy names that the estate does not hold, and whether they get in.

Of an account outside nobody knows the policies: its administrator can allow its principals anything, so that it gets in
hangs on the resource's side alone.  It is in another organization than the estate's; which one decides is tried out of
those that the policies name (or of the paths in them), and one that nobody names.

By hand: a queue lets everybody send for whom `aws:SourceAccount` is X.  No principal has that key, a service that acts
for X has it; with a service as the caller and X as its source the queue lets in, so X is outside and gets in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from orienteer.ask.buckets import behind
from orienteer.ask.caller import Caller, caller_of
from orienteer.ask.estate import Estate
from orienteer.ask.known import Account, Policies
from orienteer.ask.question import Target
from orienteer.policy.language.document import Statement
from orienteer.policy.language.values import fill

STRANGER_ORGANIZATION = "o-strangerxx"
_ACCOUNT = re.compile(r"\d{12}")
_UNIQUE_ID = re.compile(r"A[A-Z0-9]{3}[A-Z0-9]{12,}")
_ORGANIZATIONS = ("aws:principalorgid", "aws:principalorgpaths")
_SOURCES = ("aws:sourceaccount", "aws:sourcearn", "aws:sourceorgid", "aws:sourceorgpaths")
"""Keys of a service's request: for whose resource it calls."""


@dataclass(frozen=True, slots=True)
class Outsider:
    """Somebody whom a policy names: how an answer calls it, who calls for it, and what the policy says of its calls."""

    name: str
    caller: Caller
    told: Mapping[str, Any] = field(default_factory=dict)


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
    """Organizations, or paths in them, that decide about a stranger: what the policies around name, and another."""
    account: Account | None = estate.accounts.get(target.owner)
    chain = account.rcps if account is not None and account.rcps else ()
    named = {
        value
        for _, document in Policies.joined([policies_of(estate, target), *chain]).named
        for statement in document.statements
        for value in _values(statement, _ORGANIZATIONS)
    }
    others = (one for one in named if one.partition("/")[0] != estate.organization and "*" not in one.partition("/")[0])
    return (STRANGER_ORGANIZATION, *sorted(others))


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
    """The caller as a member of this organization, or of the units that a path in it (which may have stars) means."""
    return replace(caller, organization=organization.partition("/")[0], path=fill(organization))


def named_outside(estate: Estate, target: Target) -> Iterator[Outsider]:
    """All whom the policies name, by Principal or by condition, and the estate does not hold, sorted by name."""
    statements = [s for _, d in policies_of(estate, target).named for s in d.statements if s.effect == "Allow"]
    found = [
        one
        for statement in statements
        for one in (*_principals(estate, statement), *_by_condition(estate, statement), *_sources(estate, statement))
    ]
    for grant in target.thing.grants if target.thing else ():
        found += _named(estate, "Service" if grant.grantee.endswith(".amazonaws.com") else "AWS", grant.grantee)
    yield from sorted(found, key=lambda one: one.name)


def _principals(estate: Estate, statement: Statement) -> Iterator[Outsider]:
    for kind, value in statement.principals or ():
        if "*" not in value:
            yield from _named(estate, kind, value)


def _named(estate: Estate, kind: str, value: str) -> Iterator[Outsider]:
    if kind == "Service":
        yield Outsider(value, Caller(value, "service"))
    elif kind == "Federated":
        account = value.split(":")[4] if value.count(":") >= 5 else ""
        yield Outsider(value, Caller(value, "federated", account=account))
    elif kind == "CanonicalUser":
        if value not in {account.canonical for account in estate.accounts.values()}:
            yield Outsider(value, replace(stranger(estate), text=value, canonical=value))
    elif not _UNIQUE_ID.fullmatch(value):
        yield from _of_account(estate, value)


def _of_account(estate: Estate, value: str) -> Iterator[Outsider]:
    """An account by its id; a principal by its ARN; by an ARN with stars the account whose principals it means."""
    number = value.split(":")[4] if value.count(":") >= 5 else value
    if not _ACCOUNT.fullmatch(number):  # an origin access identity of CloudFront, which is of no account
        if value.count(":") >= 5 and "*" not in value:
            yield Outsider(value, Caller(value, "user", value, number, held=False))
        return
    starred = "*" in value or "?" in value
    name = number if starred or value.endswith(":root") else value
    if name == number and number not in estate.accounts:
        whole = stranger(estate, number)
        yield Outsider(number, replace(whole, text=number, arn=fill(value) if starred else whole.arn))
        return
    caller = caller_of(estate, name)
    if name != number and isinstance(caller, Caller) and not caller.held:
        yield Outsider(name, caller)


def _by_condition(estate: Estate, statement: Statement) -> Iterator[Outsider]:
    """Accounts, principals and organizations that only a condition names."""
    for value in _values(statement, ("aws:principalaccount", "aws:principalarn")):
        if "${" not in value:
            yield from _of_account(estate, value)
    for value in _values(statement, _ORGANIZATIONS):
        if _is_other(estate, value):
            yield Outsider(value.partition("/")[0], of_organization(stranger(estate), value))


def _sources(estate: Estate, statement: Statement) -> Iterator[Outsider]:
    """Accounts and organizations for whose resources a service calls."""
    service = next((value for kind, value in statement.principals or () if kind == "Service"), "")
    for key in _SOURCES:
        for value in _values(statement, (key,)):
            fields = value.split(":")
            number = fields[4] if key == "aws:sourcearn" and len(fields) > 5 else value
            caller = Caller(service or f"{fields[2] if len(fields) > 5 else 'a-service'}.amazonaws.com", "service")
            if "org" in key:
                if _is_other(estate, value):
                    yield Outsider(value.partition("/")[0], caller, {key: fill(value)})
            elif _ACCOUNT.fullmatch(number) and number not in estate.accounts:
                yield Outsider(number, caller, {key: fill(value)})


def _is_other(estate: Estate, value: str) -> bool:
    """True of another organization, or of a path in one."""
    organization = value.partition("/")[0]
    return "*" not in organization and "${" not in organization and organization != estate.organization


def _values(statement: Statement, keys: Iterable[str]) -> Iterator[str]:
    wanted = tuple(keys)
    for condition in statement.conditions:
        if condition.key in wanted and (statement.effect == "Deny" or not condition.negated):
            yield from condition.values
