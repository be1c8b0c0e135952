"""The text of a policy as Python: JSON in whatever wrapping, a key that stands there twice kept with both values."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import unquote

NO_POLICY = "\0"
"""Stands for the text of a policy that is not there."""
Policy = str | bytes | Mapping[str, Any] | None


def document_text(policy: Any) -> tuple[str, str]:
    """The JSON text that stands for the policy (answers are remembered by it), and what is wrong with it."""
    if _is_null(policy):
        return NO_POLICY, ""
    if isinstance(policy, str):
        return policy, ""
    if isinstance(policy, bytes | bytearray):
        return policy.decode("utf-8", "replace"), ""
    if not isinstance(policy, Mapping | list | tuple):
        return "", f"the policy is a {type(policy).__name__}, not a document"
    try:
        return json.dumps(policy, default=_plain), ""
    except (TypeError, ValueError, RecursionError) as error:
        return "", f"the policy is not a JSON document: {type(error).__name__}"


def _is_null(policy: Any) -> bool:
    """True for None and for a frame's null (NaN, pandas.NA)."""
    missing = (isinstance(policy, float) and policy != policy) or type(policy).__name__ in ("NAType", "NaTType")
    return policy is None or missing


def _plain(thing: Any) -> Any:
    if isinstance(thing, Mapping):
        return dict(thing)
    if isinstance(thing, set | frozenset):
        return sorted(thing, key=str)
    return list(thing) if isinstance(thing, tuple) else str(thing)


class Twice(tuple[Any, ...]):
    """The values of a key that a JSON object holds more than once."""

    __slots__ = ()


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        for key in found:
            values = [value for name, value in pairs if name == key]
            if len(values) > 1:
                found[key] = Twice(values)
    return found


def loaded(text: str) -> Any:
    """The JSON in the text, once more where a document was encoded for a URL or as a JSON string."""
    text = text.strip().lstrip("\ufeff")
    if text[:1] == "%":
        text = unquote(text).strip()
    found = json.loads(text, object_pairs_hook=_object, parse_constant=str)
    if isinstance(found, str):
        found = json.loads(found, object_pairs_hook=_object, parse_constant=str)
    return found


def raw_statements(policy: Policy) -> tuple[str, list[Any]]:
    """Version and statements as the JSON has them; no statements where it cannot be read."""
    text, problem = document_text(policy)
    try:
        found = None if problem else loaded(text)
    except (ValueError, RecursionError):
        found = None
    top = {"Statement": found} if isinstance(found, list) else found if isinstance(found, dict) else {}
    whole = folded(top, [], "")
    return str(whole.get("version", "2008-10-17")), list(listed_statements(whole, []))


def is_deny(item: Any) -> bool:
    """True if the object says, in whatever letter case, that it denies."""
    effects = [value for key, value in item.items() if key.lower() == "effect"] if isinstance(item, dict) else []
    return bool(effects) and all(isinstance(value, str) and value.lower() == "deny" for value in effects)


def folded(found: dict[str, Any], problems: list[str], where: str) -> dict[str, Any]:
    """The object with lower-case keys; keys that differ only in case count as written twice."""
    made: dict[str, Any] = {}
    for key, value in found.items():
        name = key.lower()
        if name in made:
            value = Twice((*several(made[name]), *several(value)))
        if isinstance(value, Twice):
            problems.append(f"{where} holds {key} more than once")
        made[name] = value
    return made


def several(value: Any) -> tuple[Any, ...]:
    """The values of a key: one, or those of a key that stands there twice."""
    return tuple(value) if isinstance(value, Twice) else (value,)


def listed_statements(top: dict[str, Any], problems: list[str]) -> Iterator[Any]:
    """The statements of a document with folded keys."""
    if "statement" not in top:
        problems.append("the document has no Statement")
        return
    for value in several(top["statement"]):
        yield from value if isinstance(value, list) else [value]


def scalars(value: Any) -> Sequence[Any]:
    """The values of a list, a scalar, or a key written twice."""
    if isinstance(value, str):
        return (value,)
    if isinstance(value, list):
        return value
    return [item for part in several(value) for item in (part if isinstance(part, list) else [part])]
