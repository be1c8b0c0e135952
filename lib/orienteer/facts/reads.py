"""What a function reads of a row, from the names in its byte code.

`row.digest_at` leaves the name "digest_at" there.  Nested code and the functions of this package that it calls count
too.  A column whose name is made at run time leaves none, so `Row` refuses it.
"""

from __future__ import annotations

import dis
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from itertools import pairwise
from types import CodeType, FunctionType, ModuleType
from typing import Any


@cache
def names_of(function: Callable[..., Any]) -> frozenset[str]:
    """The names of attributes in the code of a function and of those of this package that it calls."""
    return frozenset(_names(function.__code__, function.__globals__, set()))


@cache
def texts_of(function: Callable[..., Any]) -> frozenset[str]:
    """The texts in the code of a function, and in the values of its module that it uses.

    Names of columns among them are those that it hands on, as in `Each("shares", ...)`.
    """
    found: set[str] = set()
    waiting: list[Any] = [function.__code__]
    waiting += [function.__globals__.get(name) for name in function.__code__.co_names]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            found.add(one)
        elif isinstance(one, tuple):
            waiting += one
        elif isinstance(one, CodeType):
            waiting += one.co_consts
        elif is_dataclass(one) and not isinstance(one, type):
            waiting += [getattr(one, part.name) for part in fields(one)]
    return frozenset(found)


def _names(code: CodeType, scope: Mapping[str, Any], done: set[CodeType]) -> set[str]:
    done.add(code)
    found = set(code.co_names)
    for inner in code.co_consts:
        if isinstance(inner, CodeType) and inner not in done:
            found |= _names(inner, scope, done)
    for called in _functions_in(code, scope):
        if called.__code__ not in done and called.__module__.startswith("orienteer"):
            found |= _names(called.__code__, called.__globals__, done)
    return found


def _functions_in(code: CodeType, scope: Mapping[str, Any]) -> Iterator[FunctionType]:
    """The functions that the code names: globals, and attributes of modules.  A column may be named like one."""
    if not any(isinstance(scope.get(name), FunctionType | ModuleType) for name in code.co_names):
        return  # reading byte code takes long
    for name, attribute in _loaded(code):
        value = scope.get(name)
        value = getattr(value, attribute, None) if isinstance(value, ModuleType) else value
        if isinstance(value, FunctionType):
            yield value


@cache
def _loaded(code: CodeType) -> frozenset[tuple[str, str]]:
    """The globals that the code loads, each with the attribute that it takes of it at once, if any."""
    steps = [*dis.get_instructions(code)]
    return frozenset(
        (one.argval, then.argval if then.opname in ("LOAD_ATTR", "LOAD_METHOD") else "")
        for one, then in pairwise(steps)
        if one.opname in ("LOAD_GLOBAL", "LOAD_NAME")
    )
