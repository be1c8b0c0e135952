"""Values that make a key fit what policy variables tie it to, as a tag that must equal the caller's account."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from orienteer.policy.exposure.clues import VARIABLE, Candidate, Clues, variable_keys
from orienteer.policy.exposure.ground import PROBE, PUBLIC
from orienteer.policy.language.conditions import resolved
from orienteer.policy.language.patterns import LITERAL_MARK, LITERAL_STAR, sample

_MOST = 50


@dataclass(frozen=True, slots=True)
class Tie:
    """What ties a key to others: its own values with variables, and the other keys' values that name it."""

    key: str
    own: tuple[str, ...]
    others: tuple[tuple[str, str, str], ...]
    pool: tuple[str, ...]

    def fitting(self, context: Mapping[str, tuple[str, ...]]) -> Iterator[Candidate]:
        """Values that fit the parts of the request chosen so far."""
        made: dict[str, None] = {}
        for value in self.own:
            found = resolved(value, context)
            if found is not None:
                made[sample(found, PROBE).replace(LITERAL_STAR, "*").replace(LITERAL_MARK, "?")] = None
        for other, before, after in self.others:
            for value in context.get(other, ()):
                start = value.find(before) + len(before) if before in value else -1
                end = value.find(after, start) if after else len(value)
                if 0 <= start <= end:
                    made[value[start:end]] = None
        for value in (*made, *self.pool):
            yield Candidate({self.key: (value,)}, PUBLIC)


def tie(key: str, clue: Clues) -> Tie:
    """What ties the key to others in these conditions; `pool` are values that the others are compared with."""
    own = tuple([value for condition in clue.by_key.get(key, ()) for value in condition.values if "${" in value])
    others, pool = [], dict.fromkeys(name for value in own for name in variable_keys(value))
    for other, conditions in clue.by_key.items():
        for value in (value for condition in conditions for value in condition.values):
            if key in variable_keys(value):
                pool[other] = None
                others += [(other, before, after) for before, after in _around(key, value)]
    values = [sample(value, PROBE) for name in pool if name != key for value in clue.values(name)]
    return Tie(key, own, tuple(others), tuple(dict.fromkeys(values))[:_MOST])


def _around(key: str, value: str) -> Iterator[tuple[str, str]]:
    """The fixed texts on both sides of the variable; a star next to it lets anything stand there."""
    for found in VARIABLE.finditer(value):
        if variable_keys(found.group()) == [key]:
            yield re.split(r"[*?]", value[: found.start()])[-1], re.split(r"[*?]", value[found.end() :])[0]
