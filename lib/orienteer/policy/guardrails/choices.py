"""What a caller may choose in a request, and the request that gets by the denies that hang on such a choice.

A deny outside an address range denies nothing to who comes from inside it; one that asks for a tag in the request
denies nothing to who sends the tag. https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_data-perimeters.html
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import islice
from typing import Any

from orienteer.policy.guardrails.chain import Decision, ask
from orienteer.policy.keys import key_of
from orienteer.policy.language.conditions import Condition, interval
from orienteer.policy.language.match import condition_holds, wildcard
from orienteer.policy.language.values import meeting, settled

Choices = Callable[[Condition], tuple[str, ...]]
"""The values of its key that a caller may bring to make a condition untrue; none where the key is not his to choose."""
_TRIES, _VALUES = 96, 8
_WIDEST = {4: 2**24, 6: 2**96}
"""Address ranges of more addresses than these bound nobody."""


def through(decide: Callable[[Mapping[str, Any]], Decision], context: Mapping[str, Any], choices: Choices) -> Decision:
    """The decision about the request as the caller would make it: allowed if any choice of his gets by every deny.

    The values tried are made from one deny at a time; one that only several patterns of a key give together (`a*` with
    `*b`) is not thought of.
    """
    first: Decision | None = None
    waiting: list[tuple[Mapping[str, Any], frozenset[str]]] = [(context, frozenset())]
    tried: set[frozenset[tuple[str, str]]] = set()
    for _ in range(_TRIES):
        if not waiting:
            break
        now, chosen = waiting.pop()
        found = decide(now)
        if found.allowed:
            brought = " and ".join(f"{key} {now[key]}" for key in sorted(chosen))
            words = f"{found.words} The call carries {brought}." if chosen else found.words
            return replace(found, words=words, choice=brought)
        first = first or found
        for other, keys in reversed(list(_onward(now, chosen, found, choices))):
            mark = frozenset((key, other[key]) for key in keys)
            if mark not in tried:
                tried.add(mark)
                waiting.append((other, keys))
    return first if first is not None else decide(context)


def of_member(condition: Condition) -> tuple[str, ...]:
    """What an administrator of a member account may choose: where he is, what he sends, what he asks for."""
    return _untrue(condition) if key_of(condition.key).set_by in ("caller", "target", "place") else ()


def of_stranger(account_id: str) -> Choices:
    """What a principal of a foreign account may choose: what it is called and tagged as well, but not where it is."""

    def choices(condition: Condition) -> tuple[str, ...]:
        key = condition.key
        if key == "aws:principalarn":
            return tuple(arn for value in condition.values if (arn := _named(value, account_id)))
        if key in ("aws:sourceip", "aws:vpcsourceip"):
            return _anywhere(condition)
        chosen_by = key_of(key).set_by
        return _untrue(condition) if chosen_by in ("owner", "assumer", "caller", "target") else ()

    return choices


def _onward(
    now: Mapping[str, Any], chosen: frozenset[str], found: Decision, choices: Choices
) -> Iterator[tuple[Mapping[str, Any], frozenset[str]]]:
    """The requests in which one condition of the statement that denied is no longer true."""
    for condition in found.statement.conditions if found.explicit and found.statement else ():
        rest = {key: value for key, value in now.items() if key.lower() != condition.key}
        known = ask("", "", rest).context
        for value in filter(None, (settled(value, known) for value in islice(choices(condition), _VALUES))):
            other = {**rest, condition.key: value}
            if not condition_holds(condition, ask("", "", other).context):
                yield other, chosen | {condition.key}


def _untrue(condition: Condition) -> tuple[str, ...]:
    """Values worth bringing: those the condition names, and one it does not."""
    if condition.operator == "bool":
        return ("true", "false")
    if condition.operator.startswith(("numeric", "date")):
        return tuple(dict.fromkeys([*condition.values, *meeting(condition), "0", "4000000000"]))
    return tuple(dict.fromkeys([*meeting(condition), "probe"]))


def _named(pattern: str, account_id: str) -> str:
    """An ARN of a role or user of this account that the pattern matches, else empty."""
    fields = pattern.split(":", 5)
    tail = fields[5] if len(fields) == 6 else "role/" + pattern.rpartition(":")[2].rpartition("/")[2]
    filled = tail.replace("*", "probe").replace("?", "x")
    filled = filled if filled.startswith(("role/", "user/")) else f"role/{filled}"
    partition = fields[1] if len(fields) == 6 and "*" not in fields[1] and fields[1] else "aws"
    arn = f"arn:{partition}:iam::{account_id}:{filled}"
    return arn if wildcard(pattern, arn) else ""


def _anywhere(condition: Condition) -> tuple[str, ...]:
    """An address of each range of the condition that is so wide that it bounds nobody."""
    spans = ((text, interval(text)) for text in condition.values)
    return tuple(text.partition("/")[0] for text, span in spans if span and span[2] - span[1] >= _WIDEST[span[0]])
