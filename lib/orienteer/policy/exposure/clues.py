"""The values that a policy itself names, from which the callers worth trying are built."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations_with_replacement, islice
from typing import NamedTuple

from orienteer.partitions import partition_of
from orienteer.policy.exposure.ground import ACCOUNT, PROBE, PUBLIC, Ground
from orienteer.policy.language.conditions import Condition, compiled, resolved
from orienteer.policy.language.document import Principals
from orienteer.policy.language.patterns import LITERAL_MARK, LITERAL_STAR, digits, is_fixed, sample, wildcard

VARIABLE = re.compile(r"\$\{[^{}]*\}")
_VARIABLE_KEY = re.compile(r"\$\{\s*([^{},\s]+)")
_FEW, _MOST_TESTS, _MOST_ARNS, _MOST_FILLED = 4, 300_000, 20_000, 50
_OWNER = re.compile(r"\**(\d{12})\**")
_MOST_STARS, _MOST_FORMS, _MOST_CROSSING = 4, 8, 100
_SMUGGLED = re.compile(r"::|:\d{12}:")
"""More of an ARN's own fields, which the name of a resource cannot hold."""


class Candidate(NamedTuple):
    """A value (or several keys' values) that a request could carry, and the widest level it leaves to the caller."""

    context: Mapping[str, tuple[str, ...]]
    cap: int
    service: bool = False


@dataclass(frozen=True, slots=True)
class Clues:
    """Conditions of a statement and of the Denies beside it by key, and the principals that those Denies except.

    `named` has the accounts that a list of principals tells apart, `linked` the keys that policy variables name.
    With `complete` each value is kept, for answers that name everybody.
    """

    by_key: Mapping[str, tuple[Condition, ...]]
    spared: Principals
    resource: Mapping[str, tuple[str, ...]]
    variables: bool
    named: frozenset[str] = frozenset()
    linked: frozenset[str] = frozenset()
    complete: bool = False

    def mentions(self, *keys: str) -> bool:
        """True if a condition is about one of these keys, or compares another with it."""
        return any(key in self.by_key or key in self.linked for key in keys)

    def arns(self, key: str) -> list[str]:
        """`values` of a key that holds an ARN, each in the forms in which it has an account field.

        No policy that AWS accepts has more that need other forms than are given them here.
        """
        values = self.values(key)
        crossing = frozenset(islice((value for value in values if not _could_be_arn(value)), _MOST_CROSSING))
        forms = (arn_forms(value) if value in crossing else (_whole(value),) for value in values)
        return list(dict.fromkeys(form for found in forms for form in found))

    def values(self, *keys: str) -> list[str]:
        """The values that the conditions compare these keys with, each once; the resource's own values put in."""
        found: dict[str, None] = {}
        for key in keys:
            for condition in self.by_key.get(key, ()):
                if condition.operator == "null":  # its "true" and "false" are no values of the key
                    continue
                lower = "ignorecase" in condition.operator
                for value in condition.values:
                    if self.variables or "${" not in value:
                        found[self._settled(value.lower() if lower else value)] = None
                    if self.variables and "${" in value:
                        found.update(dict.fromkeys(self._filled(value)))
        return list(found)

    def _filled(self, value: str) -> Iterator[str]:
        """The value with each variable as other conditions fix it."""
        for variable in VARIABLE.findall(value):
            for key in variable_keys(variable):
                given = (given for condition in self.by_key.get(key, ()) for given in condition.values[:_MOST_FILLED])
                yield from (self._settled(value.replace(variable, text)) for text in given if "${" not in text)

    def apart(self, keys: Sequence[str], found: Sequence[Candidate]) -> Sequence[Candidate]:
        """The candidates less those that no condition on these keys tells from a wider or equal one."""
        conditions = [condition for key in keys for condition in self.by_key.get(key, ())]
        if self.complete or len(found) <= _FEW or not self.linked.isdisjoint(keys):
            return found
        if self.variables and any("${" in value for condition in conditions for value in condition.values):
            return found
        tests = [compiled(condition, self.variables) for condition in conditions]
        cost, left, open_marks = sum(len(condition.values) for condition in conditions), _MOST_TESTS, 2 ** len(tests)
        kept: dict[tuple[bool, ...], Candidate] = {}
        for one in found:
            mark = tuple([test(one.context) for test in tests])
            if mark not in kept or kept[mark].cap < one.cap:
                kept[mark] = one
                open_marks -= one.cap == PUBLIC
            left -= cost
            if open_marks == 0 or left < 0:
                break
        return list(kept.values()) if left >= 0 or open_marks == 0 else found

    def apart_accounts(self, keys: Sequence[str], known: Mapping[str, int], firm: Iterable[str]) -> dict[str, int]:
        """`apart` for accounts in these keys; `firm` ones are told apart by something else and all stay."""
        if self.complete or len(known) <= _FEW:
            return dict(known)
        firm = self.named.union(firm)
        levels: dict[int, list[Candidate]] = {}
        for account, cap in known.items():
            if account not in firm:
                levels.setdefault(cap, []).append(Candidate(dict.fromkeys(keys, (account,)), cap))
        kept = {one.context[keys[0]][0] for found in levels.values() for one in self.apart(keys, found)}
        return {account: cap for account, cap in known.items() if account in firm or account in kept}

    def _settled(self, value: str) -> str:
        if "${" not in value:
            return value
        found = resolved(value, self.resource)
        if found is None:
            return VARIABLE.sub("*", value)
        return found.replace(LITERAL_STAR, "*").replace(LITERAL_MARK, "?")


def clues(
    conditions: Iterable[Condition],
    spared: Principals,
    resource: Mapping[str, tuple[str, ...]],
    variables: bool,
    told: Principals = (),
    complete: bool = False,
) -> Clues:
    """The clues in these conditions.  `told` are principals that some list of them tells from others."""
    by_key: dict[str, list[Condition]] = {}
    linked: set[str] = set()
    for condition in conditions:
        by_key.setdefault(condition.key, []).append(condition)
        if variables:
            linked.update(key for value in condition.values for key in variable_keys(value))
    named = frozenset(account_field(value) or value for kind, value in told if kind == "AWS")
    found = {key: tuple(conditions) for key, conditions in by_key.items()}
    return Clues(found, spared, resource, variables, named, frozenset(linked), complete)


def variable_keys(value: str) -> list[str]:
    """Condition keys that the policy variables in a value name."""
    return [key.lower() for key in _VARIABLE_KEY.findall(value)] if "${" in value else []


def account_field(arn: str) -> str | None:
    """The account field of an ARN or ARN pattern; None when it has no such field."""
    fields = arn.split(":", 5)
    return fields[4] if len(fields) == 6 else None


@lru_cache(maxsize=4096)
def arn_forms(pattern: str) -> tuple[str, ...]:
    """The pattern, or some patterns of six fields that it stands for where a star of it crosses colons.

    `*:222222222222:*` stands for `*:*:*:*:222222222222:*`.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_String
    """
    if is_fixed(pattern) or _could_be_arn(pattern):
        return (_whole(pattern),)
    for more in range(1, 6):
        made = map(_whole, filter(_could_be_arn, _crossed(pattern, more)))
        if found := tuple(islice(dict.fromkeys(made), _MOST_FORMS)):
            return found
    return (pattern,)


def _crossed(pattern: str, more: int) -> Iterator[str]:
    """The pattern with so many more colons among its first stars."""
    *parts, tail = pattern.split("*")
    for stars in combinations_with_replacement(range(min(len(parts), _MOST_STARS)), more):
        yield "".join(part + "*" + ":*" * stars.count(n) for n, part in enumerate(parts)) + tail


def _could_be_arn(pattern: str) -> bool:
    """True if each of the six fields of the pattern can be what it is of an ARN."""
    fields = pattern.split(":", 5)
    return (
        len(fields) == 6
        and wildcard(fields[0], "arn")
        and (not is_fixed(fields[1]) or fields[1].startswith("aws"))
        and not any(map(_OWNER.fullmatch, fields[1:4]))
        and (not fields[4] or not is_fixed(fields[4]) or bool(ACCOUNT.fullmatch(fields[4])))
    )


def _whole(pattern: str) -> str:
    """The pattern without stars beside a whole account id in its account field."""
    fields = pattern.split(":", 5)
    if len(fields) == 6 and (owner := _OWNER.fullmatch(fields[4])):
        fields[4] = owner[1]
    return ":".join(fields)


def by_account(patterns: Iterable[str]) -> dict[str, list[str]]:
    """ARN patterns by the account that they fix; under the empty text those that fix none."""
    found: dict[str, list[str]] = {}
    for pattern in patterns:
        field = account_field(pattern) or ""
        found.setdefault(field if ACCOUNT.fullmatch(field) else "", []).append(pattern)
    return found


def too_many_arns(clue: Clues, key: str) -> bool:
    """Whether too many accounts meet too many patterns of any account for each to be tried with each."""
    grouped = by_account(clue.arns(key))
    return len(grouped) * len(grouped.get("", ())) > _MOST_ARNS


def accounts(patterns: Iterable[str], ground: Ground) -> dict[str, int]:
    """Accounts that the patterns name, with their level; one that a pattern only describes in part is anybody's."""
    found: dict[str, int] = {}
    for pattern in patterns:
        if ACCOUNT.fullmatch(pattern):
            found.setdefault(pattern, ground.account_level(pattern))
        elif not is_fixed(pattern) and not wildcard(pattern, ground.stranger) and (made := digits(pattern, 12)):
            found[made] = 3
    return found


def organizations(clue: Clues, keys: tuple[str, ...], paths: tuple[str, ...], ground: Ground) -> dict[str, int]:
    """Organizations that conditions on these keys name, with their level."""
    found: dict[str, int] = {}
    for value in (*clue.values(*keys), *(path.split("/")[0] for path in clue.values(*paths))):
        if value and is_fixed(value):
            found.setdefault(value, ground.org_level(value))
        elif value.strip("*"):
            found.setdefault(sample(value, PROBE), 3)
    if not clue.linked.isdisjoint(keys):
        found.setdefault(ground.own_org, ground.org_level(ground.own_org))
    return found


def by_head(patterns: Iterable[str]) -> dict[str, list[str]]:
    """Organization path patterns by the organization that they fix; under the empty text those that fix none."""
    found: dict[str, list[str]] = {}
    for pattern in patterns:
        head = pattern.partition("/")[0]
        found.setdefault(head if is_fixed(head) else "", []).append(pattern)
    return found


def paths_in(org: str, patterns: Mapping[str, list[str]]) -> Iterator[str]:
    """Organization paths that the patterns (`by_head`) match in the organization, and one that none of them names."""
    yield f"{org}/r-{PROBE}/ou-{PROBE}/"
    for pattern in (*patterns.get(org, ()), *patterns.get("", ())):
        head, slash, tail = pattern.partition("/")
        if wildcard(head, org):
            yield org + slash + sample(tail, PROBE)
        before, star, after = pattern.partition("*")
        if star and f"{org}/".startswith(before):
            yield f"{org}/" + sample(after, PROBE)


def arns_in(account: str, pattern: str, default: str) -> Iterator[str]:
    """ARNs of the account that the pattern matches.  `default`, an ARN of it, lends what is left open."""
    if (partition := partition_of(pattern)) != "aws":
        default = default.replace("arn:aws:", f"arn:{partition}:", 1)
    model, fields = default.split(":", 5), pattern.split(":", 5)
    if len(fields) == 6 and wildcard(fields[0], "arn") and (wildcard(fields[4], account) or not fields[4]):
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
