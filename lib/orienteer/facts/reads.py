"""What a function reads of a row, from the names in its byte code.

`row.digest_at` leaves the name "digest_at" there.  Nested code and the functions of this package that it calls count
too.  A column whose name is made at run time leaves none, so `Row` refuses it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from types import CodeType, FunctionType
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
    for name in code.co_names:
        called = scope.get(name)
        if (
            isinstance(called, FunctionType)
            and called.__code__ not in done
            and called.__module__.startswith("orienteer")
        ):
            found |= _names(called.__code__, called.__globals__, done)
    return found
