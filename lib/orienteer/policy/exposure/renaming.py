"""Foreign accounts and networks under uniform names, so that statements that differ only in them are judged once.

What is equal stays equal, what differs differs, and the owner, its friends and its networks keep their names.
"""

from __future__ import annotations

import re
from itertools import count

from orienteer.policy.exposure.callers import KEYS
from orienteer.policy.exposure.channels import NETWORK_KEYS, POINT_KEYS, SOURCE_KEYS
from orienteer.policy.exposure.ground import Ground
from orienteer.policy.language.conditions import Condition

_NAME = re.compile(r"(?<![\w*?-])(?:\d{12}|vpce?-[0-9a-z]+)(?![\w*?-])", re.ASCII)
_INSIDE = re.compile(r"\d[*?]|[*?]\d|vpc.*[*?]|\$\{")
"""What sees the inside of a name, or brings in another one."""
_COMPARED = KEYS | NETWORK_KEYS | SOURCE_KEYS | POINT_KEYS


def renamed(
    element: tuple[str, str], conditions: tuple[Condition, ...], known: Ground
) -> tuple[tuple[str, str], tuple[Condition, ...]]:
    """The principal and the conditions under uniform names; as they are where the inside of a name may matter."""
    if _INSIDE.search(element[1]) or any(map(_looks_inside, conditions)):
        return element, conditions
    names: dict[str, str] = {}

    def uniform(found: re.Match[str]) -> str:
        name = found.group()
        if name == known.account or name in known.trusted or name in known.networks:
            return name
        if name not in names:
            names[name] = _free(name, known, names)
        return names[name]

    made = [
        Condition(c.operator, c.qualifier, c.if_exists, c.key, tuple([_NAME.sub(uniform, value) for value in c.values]))
        for c in conditions
    ]
    return (element[0], _NAME.sub(uniform, element[1])), tuple(made)


def _looks_inside(condition: Condition) -> bool:
    """Whether the condition may see more of a name than whether it is the same."""
    operator = condition.operator
    if operator.startswith(("numeric", "date")):
        return condition.key in _COMPARED or any(map(_NAME.search, condition.values))
    wild = condition.key == "aws:sourcevpcarn" or "ignorecase" in operator
    return wild or any(map(_INSIDE.search, condition.values))


def _free(name: str, known: Ground, names: dict[str, str]) -> str:
    """A uniform name that nothing else bears."""
    prefix = name.partition("-")[0]
    for n in count(len(names) + 2):
        fresh = f"{n:012d}" if prefix == name else f"{prefix}-{n}"
        if fresh not in known.trusted and fresh not in known.networks and fresh not in (known.account, known.stranger):
            return fresh
    raise AssertionError
