"""Does an EventBridge pattern match an event?

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
"""

from __future__ import annotations

import json
import operator
from collections.abc import Mapping
from fnmatch import fnmatchcase
from functools import lru_cache
from ipaddress import ip_address, ip_network
from typing import Any

NUMERIC = {"<": operator.lt, "<=": operator.le, "=": operator.eq, ">=": operator.ge, ">": operator.gt}
MISSING = object()


def matches(pattern: str | None, event: Mapping[str, Any]) -> bool:
    """True if a rule with this pattern takes the event; a pattern that cannot be read takes none."""
    wanted = _read(pattern or "null")
    return isinstance(wanted, Mapping) and _object(wanted, event)


@lru_cache(maxsize=4096)
def _read(pattern: str) -> Any:
    try:
        return json.loads(pattern)
    except (ValueError, RecursionError):
        return None


def _object(wanted: Mapping[str, Any], event: Any) -> bool:
    """Every field that is wanted has one of its values; of a list of objects, in one of them."""
    if isinstance(event, list) and event:
        return any(_object(wanted, each) for each in event)
    found = event if isinstance(event, Mapping) else {}
    for name, one in wanted.items():
        if name == "$or" and isinstance(one, list):
            if not any(isinstance(part, Mapping) and _object(part, found) for part in one):
                return False
        elif isinstance(one, Mapping):
            if not _object(one, found.get(name)):
                return False
        elif not _field(one if isinstance(one, list) else [one], found.get(name, MISSING)):
            return False
    return True


def _field(wanted: list[Any], value: Any) -> bool:
    values = value if isinstance(value, list) else [value]
    return any(_value(one, each) for one in wanted for each in values or [MISSING])


def _value(wanted: Any, value: Any) -> bool:
    if not isinstance(wanted, Mapping):
        return value is not MISSING and type(wanted) is type(value) and bool(wanted == value)
    if "exists" in wanted:
        return (value is not MISSING) is bool(wanted["exists"])
    if value is MISSING or len(wanted) != 1:
        return False
    ((kind, given),) = wanted.items()
    return _compared(kind, given, value)


def _compared(kind: str, given: Any, value: Any) -> bool:
    """By a comparison operator; one that is not known here takes nothing."""
    if kind == "anything-but":
        if isinstance(given, Mapping):
            ((inner, texts),) = given.items()
            return not any(_compared(inner, one, value) for one in (texts if isinstance(texts, list) else [texts]))
        return value not in (given if isinstance(given, list) else [given])
    if kind == "numeric":
        pairs = zip(given[::2], given[1::2], strict=True)
        return isinstance(value, int | float) and all(NUMERIC[sign](value, limit) for sign, limit in pairs)
    if not isinstance(value, str):
        return False
    if isinstance(given, Mapping) and "equals-ignore-case" in given:
        return _compared(kind, str(given["equals-ignore-case"]).lower(), value.lower())
    if kind == "cidr":
        return _within(value, str(given))
    text = {"prefix": value.startswith, "suffix": value.endswith}.get(kind)
    if text is not None:
        return text(str(given))
    if kind == "equals-ignore-case":
        return value.lower() == str(given).lower()
    return kind == "wildcard" and fnmatchcase(value, str(given).replace("[", "[[]").replace("?", "[?]"))


def _within(value: str, cidr: str) -> bool:
    try:
        return ip_address(value) in ip_network(cidr, strict=False)
    except ValueError:
        return False
