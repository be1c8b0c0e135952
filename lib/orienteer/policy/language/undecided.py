"""Does a statement match a request of which some context keys are not known: yes, no, or that hangs on these keys.

By hand: `StringEquals aws:RequestedRegion eu-west-1` on a request whose region nobody told. Where the key is `open` the
answer is None with `aws:requestedregion`; where it is known to be missing the condition is false. A statement is false
by one condition that is, whatever the others hang on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from orienteer.policy.keys import key_of
from orienteer.policy.language.conditions import Condition, Context, compiled, variable_keys
from orienteer.policy.language.document import Statement
from orienteer.policy.language.match import Request, action_matches, resource_matches
from orienteer.policy.language.patterns import wildcard

IsOpen = Callable[[str], bool]
"""True of a context key (lower case) whose value, or absence, is not known."""


@dataclass(frozen=True, slots=True)
class Truth:
    """`holds` is None where it hangs on the values of `keys`; those are empty otherwise."""

    holds: bool | None
    keys: frozenset[str] = frozenset()

    def __and__(self, other: Truth) -> Truth:
        if self.holds is False or other.holds is False:
            return NO
        return Truth(None, self.keys | other.keys) if None in (self.holds, other.holds) else YES

    def __or__(self, other: Truth) -> Truth:
        if self.holds or other.holds:
            return YES
        return Truth(None, self.keys | other.keys) if None in (self.holds, other.holds) else NO

    def __invert__(self) -> Truth:
        return self if self.holds is None else NO if self.holds else YES


YES, NO = Truth(True), Truth(False)


def statement_truth(statement: Statement, request: Request, is_open: IsOpen, *, version: str) -> Truth:
    """Whether action, resource and every condition of the statement match the request; who calls is not looked at."""
    if not action_matches(statement, request.action.lower()):
        return NO
    place = resource_truth(statement, request.resource, request.context, is_open, version=version)
    return place if place.holds is False else place & conditions_truth(statement, request.context, is_open)


def resource_truth(statement: Statement, resource: str, context: Context, is_open: IsOpen, *, version: str) -> Truth:
    """Whether Resource or NotResource lets the resource in; None where an open key stands in it as a variable."""
    if not statement.moving:
        return YES if resource_matches(statement, resource, context, version=version) else NO
    keys = frozenset(
        key
        for pattern in statement.moving
        if wildcard(pattern.partition("${")[0] + "*", resource)
        for key in variable_keys(pattern)
        if key not in context and is_open(key)
    )
    held = resource_matches(statement, resource, context, version=version)
    settled = held if statement.resources is not None else not held
    return Truth(None, keys) if keys and not settled else YES if held else NO


def conditions_truth(statement: Statement, context: Context, is_open: IsOpen) -> Truth:
    """Whether every condition of the statement holds."""
    found, waiting = YES, defaultdict(list)
    for condition, test in zip(statement.conditions, statement.tests, strict=True):
        hangs_on = _open_keys(condition, statement.variables, context, is_open)
        if not hangs_on:
            if not test(context):
                return NO
        elif hangs_on == {condition.key}:
            waiting[condition.key].append(condition)
        else:
            found &= Truth(None, hangs_on)
    for key, conditions in waiting.items():
        found &= _of_key(key, tuple(conditions), statement.variables)
    return found


def condition_truth(condition: Condition, variables: bool, context: Context, is_open: IsOpen) -> Truth:
    """Whether one condition holds; `variables` is whether the document's version knows policy variables."""
    hangs_on = _open_keys(condition, variables, context, is_open)
    if not hangs_on:
        return YES if compiled(condition, variables)(context) else NO
    if hangs_on == {condition.key}:
        return _of_key(condition.key, (condition,), variables)
    return Truth(None, hangs_on)


def _open_keys(condition: Condition, variables: bool, context: Context, is_open: IsOpen) -> frozenset[str]:
    """The keys of which the condition's truth may depend and that are not known."""
    key = condition.key
    own = () if key in context or not is_open(key) else (key,)
    if not own and not context.get(key):
        return frozenset()
    inner = _inner(condition) if variables else ()
    return frozenset((*own, *(name for name in inner if name not in context and is_open(name))))


@lru_cache(maxsize=8192)
def _inner(condition: Condition) -> tuple[str, ...]:
    return tuple(key for value in condition.values for key in variable_keys(value))


@lru_cache(maxsize=8192)
def _of_key(key: str, conditions: tuple[Condition, ...], variables: bool) -> Truth:
    """What all conditions on one open key come to: settled where no value of it, or every one, meets them."""
    if all(map(_always, conditions)):
        return YES
    if any(not condition.values and not condition.negated and not condition.if_exists for condition in conditions):
        return NO
    several = any(condition.qualifier for condition in conditions) or key_of(key).many
    finite = next((c.values for c in conditions if _finite(c, variables)), None) if not several else None
    if finite is not None and not _met_by_one(key, finite, conditions, variables):
        return NO
    return Truth(None, frozenset((key,)))


def _always(condition: Condition) -> bool:
    """True if it holds whatever the value is, and without one."""
    return (condition.if_exists or condition.qualifier == "forallvalues") and (
        condition.operator in ("stringlike", "arnlike", "arnequals") and "*" in condition.values
    )


def _finite(condition: Condition, variables: bool) -> bool:
    """True if only the listed values, each alone, meet it."""
    exact = condition.operator == "stringequals" and not condition.if_exists and not condition.qualifier
    return exact and not (variables and any("${" in value for value in condition.values))


def _met_by_one(key: str, values: Sequence[str], conditions: Iterable[Condition], variables: bool) -> bool:
    tests = [compiled(condition, variables) for condition in conditions]
    return any(all(test({key: (value,)}) for test in tests) for value in values)
