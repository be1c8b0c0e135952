"""Thresholds and answers held against the control catalogue: names, types, ranges, control ids."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from orienteer import controls, facts
from orienteer.facts.fact import SOURCES
from orienteer.parameters import Threshold, thresholds_of
from orienteer.params.read import Place
from orienteer.params.words import nearest, shown

Fault = tuple[Place, str]

_TYPE_WORDS = {
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "string_type": "text",
    "list_type": "a list",
    "tuple_type": "a list",
    "set_type": "a list",
    "frozen_set_type": "a list",
    "is_sequence_of": "a list",
    "iterable_type": "a list",
    "dict_type": "a mapping",
    "mapping_type": "a mapping",
    "is_instance_of": "a list",
}


@cache
def thresholds() -> Mapping[str, tuple[tuple[str, Threshold], ...]]:
    """Every threshold by name, with the controls and facts that use it."""
    found: dict[str, tuple[tuple[str, Threshold], ...]] = {}
    used = [(control.id, control.thresholds) for control in controls.registry().values()]
    used += [(f"the fact {f.name}", thresholds_of(one)) for f in facts.registry().values() for one in f.functions]
    for user, asked in used:
        for name, threshold in ((n, t) for n, t in asked.items() if n != SOURCES):
            found[name] = (*found.get(name, ()), (user, threshold))
    return dict(sorted(found.items()))


def threshold_faults(given: Mapping[str, Any]) -> Iterator[Fault]:
    """What is wrong with the `thresholds` of a file, place by place."""
    for name, value in given.items():
        place: Place = ("thresholds", str(name))
        if name not in thresholds():
            yield place, f"unknown threshold{nearest(name, thresholds())}"
            continue
        said = next((text for _, known in thresholds()[name] if (text := _misfit(known, value))), "")
        if said:
            yield place, said


def _misfit(threshold: Threshold, value: Any) -> str:
    if value is None and threshold.default is not None:
        return "has no value; give one or leave the key out"
    try:
        TypeAdapter(threshold.type).validate_json(json.dumps(value, allow_nan=False), strict=True)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        told = first["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
        needed = told if first["type"] in ("value_error", "literal_error") else _TYPE_WORDS.get(first["type"])
        at = " ".join(f"at {shown(part)}" for part in first["loc"] if str(part).isidentifier() or isinstance(part, int))
        return " ".join(f"{at} must be {needed or f'{threshold.type}'}".split())
    except (TypeError, ValueError, RecursionError):
        return "must be plain data: text, numbers, true or false, lists, mappings"
    return _outside(threshold, value)


def _outside(threshold: Threshold, value: Any) -> str:
    low, high = threshold.range.low, threshold.range.high
    numbers = list(_numbers(value))
    if all((low is None or n >= low) and (high is None or n <= high) for n in numbers):
        return ""
    if low is not None and high is not None:
        return f"must be from {low:g} to {high:g}"
    return f"must be at least {low:g}" if low is not None else f"must be at most {high:g}"


def _numbers(value: Any) -> Iterator[float]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for item in value:
            yield from _numbers(item)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield value


def answer_faults(given: Mapping[str, Any]) -> Iterator[Fault]:
    """Answers to controls that do not exist.  `RISK-05/agreements` is about one of the rows of RISK-05."""
    known = controls.registry()
    for name in given:
        control, slash, row = str(name).partition("/")
        if control not in known or bool(slash) != bool(row):
            yield ("answers", str(name)), f"unknown control{nearest(name, known)}"


def threshold_schema() -> dict[str, Any]:
    """JSON Schema of each threshold by name, with default, bounds and the controls that use it."""
    return {name: _schema([t for _, t in uses], [c for c, _ in uses]) for name, uses in thresholds().items()}


def _schema(uses: list[Threshold], ids: list[str]) -> dict[str, Any]:
    shapes = [_shape(threshold) for threshold in uses]
    distinct = list({json.dumps(shape, sort_keys=True): shape for shape in shapes}.values())
    schema = dict(distinct[0]) if len(distinct) == 1 else {"allOf": distinct}
    defaults = list({json.dumps(t.default, sort_keys=True, default=list): t.default for t in uses}.values())
    if len(defaults) == 1:
        schema["default"] = json.loads(json.dumps(defaults[0], default=list))
    return schema | {"description": f"Used by {', '.join(ids)}."}


def _shape(threshold: Threshold) -> dict[str, Any]:
    schema = TypeAdapter(threshold.type).json_schema()
    low, high = threshold.range.low, threshold.range.high
    bounded = schema["items"] if schema.get("type") == "array" else schema
    if bounded.get("type") in ("integer", "number"):
        bounded |= {k: v for k, v in (("minimum", low), ("maximum", high)) if v is not None}
    return schema
