"""The values that a policy itself names, from which the callers worth trying are built."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from orienteer.policy.conditions import Condition, resolved
from orienteer.policy.document import Principals
from orienteer.policy.facts import ACCOUNT, PROBE, Facts
from orienteer.policy.patterns import LITERAL_MARK, LITERAL_STAR, digits, is_fixed, sample, wildcard

VARIABLE = re.compile(r"\$\{[^{}]*\}")
_SMUGGLED = re.compile(r"::|:\d{12}:")
"""More of an ARN's own fields, which the name of a resource cannot hold."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A value (or several keys' values) that a request could carry, and the widest level it leaves to the caller."""

    context: Mapping[str, tuple[str, ...]]
    cap: int
    service: bool = False


@dataclass(frozen=True, slots=True)
class Clues:
    """Conditions of a statement and of the Denies beside it by key, and the principals that those Denies except."""

    by_key: Mapping[str, tuple[Condition, ...]]
    spared: Principals
    resource: Mapping[str, tuple[str, ...]]
    variables: bool

    def mentions(self, *keys: str) -> bool:
        return any(key in self.by_key for key in keys)

    def values(self, *keys: str) -> list[str]:
        """The values that the conditions compare these keys with, each once; the resource's own facts put in."""
        found: dict[str, None] = {}
        for key in keys:
            for condition in self.by_key.get(key, ()):
                lower = "ignorecase" in condition.operator
                for value in condition.values:
                    if self.variables or "${" not in value:
                        found[self._settled(value.lower() if lower else value)] = None
        return list(found)

    def _settled(self, value: str) -> str:
        if "${" not in value:
            return value
        found = resolved(value, self.resource)
        if found is None:
            return VARIABLE.sub("*", value)
        return found.replace(LITERAL_STAR, "*").replace(LITERAL_MARK, "?")


def clues(
    conditions: Iterable[Condition], spared: Principals, resource: Mapping[str, tuple[str, ...]], variables: bool
) -> Clues:
    """The clues in these conditions."""
    by_key: dict[str, list[Condition]] = {}
    for condition in conditions:
        by_key.setdefault(condition.key, []).append(condition)
    return Clues({key: tuple(found) for key, found in by_key.items()}, spared, resource, variables)


def account_field(arn: str) -> str | None:
    """The account field of an ARN or ARN pattern; None when it has no such field."""
    fields = arn.split(":", 5)
    return fields[4] if len(fields) == 6 else None


def by_account(patterns: Iterable[str]) -> dict[str, list[str]]:
    """ARN patterns by the account that they fix; under the empty text those that fix none."""
    found: dict[str, list[str]] = {}
    for pattern in patterns:
        field = account_field(pattern) or ""
        found.setdefault(field if ACCOUNT.fullmatch(field) else "", []).append(pattern)
    return found


def accounts(patterns: Iterable[str], facts: Facts) -> dict[str, int]:
    """Accounts that the patterns name, with their level; one that a pattern only describes in part is anybody's."""
    found: dict[str, int] = {}
    for pattern in patterns:
        if ACCOUNT.fullmatch(pattern):
            found.setdefault(pattern, facts.account_level(pattern))
        elif not is_fixed(pattern) and not wildcard(pattern, facts.stranger) and (made := digits(pattern, 12)):
            found[made] = 3
    return found


def organizations(clue: Clues, keys: tuple[str, ...], paths: tuple[str, ...], facts: Facts) -> dict[str, int]:
    """Organisations that conditions on these keys name, with their level."""
    found: dict[str, int] = {}
    for value in (*clue.values(*keys), *(path.split("/")[0] for path in clue.values(*paths))):
        if value and is_fixed(value):
            found.setdefault(value, facts.org_level(value))
        elif value.strip("*"):
            found.setdefault(sample(value, PROBE), 3)
    return found


def paths_in(org: str, patterns: Iterable[str]) -> Iterator[str]:
    """Organisation paths that the patterns match within the organisation, and one that none of them names."""
    yield f"{org}/r-{PROBE}/ou-{PROBE}/"
    for pattern in patterns:
        head, slash, tail = pattern.partition("/")
        if wildcard(head, org):
            yield org + slash + sample(tail, PROBE)
        if "*" in pattern:
            yield f"{org}/" + sample(pattern.partition("*")[2], PROBE)


def arns_in(account: str, pattern: str, default: str) -> Iterator[str]:
    """ARNs of the account that the pattern matches.  `default`, an ARN of it, lends what is left open."""
    model, fields = default.split(":", 5), pattern.split(":", 5)
    if len(fields) == 6 and (wildcard(fields[4], account) or not fields[4]):
        middle = [
            model[n] if field.strip("*?") == "" and field else sample(field, "") for n, field in enumerate(fields[:4])
        ]
        yield ":".join([*middle, account if fields[4] else "", sample(fields[5], PROBE)])
    head, star, tail = pattern.partition("*")
    if star and default.startswith(head) and not _SMUGGLED.search(tail):
        yield default + sample(tail, PROBE)
    stem = default.rpartition("/")[0] + "/"
    if star and stem.startswith(head) and tail and not _SMUGGLED.search(tail):
        yield stem + sample(tail.lstrip("*"), PROBE)
