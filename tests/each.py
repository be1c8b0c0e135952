"""One test that holds a property against many things, instead of a test for each.

What pytest and xdist do for a test takes some three milliseconds, and to look at one table takes a hundredth of that.

    @each("table", TABLES.values(), ids=lambda table: table.name)
    def test_it_says_what_its_rows_are(table: Table) -> None:
        assert table.doc.endswith(".")

fails with a line for every table that does not hold, named as its id, and goes on to the next one.
"""

from __future__ import annotations

import functools
import inspect
import traceback
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

SHOWN = 20
"""So many faults are told in full, the rest by their names."""


def each(
    name: str, things: Iterable[Any] | Callable[[], Iterable[Any]], ids: Callable[[Any], str] = str
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """A decorator of a test that takes one thing as its argument `name`: the test of them all.

    Things that take time to list are given as a function, which is called when the test runs."""

    def of_all(test: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(test)
        def tested(*arguments: Any, **fixtures: Any) -> None:
            all_things = list(things() if callable(things) else things)
            assert all_things, "there is nothing to look at"
            faults: dict[str, str] = {}
            for thing in all_things:
                try:
                    test(*arguments, **fixtures, **{name: thing})
                except (Exception, pytest.fail.Exception, pytest.skip.Exception) as error:
                    faults[ids(thing)] = told(error)
            if faults:
                pytest.fail(f"{len(faults)} of {len(all_things)} {name}s\n{listed(faults)}", pytrace=False)

        own = inspect.signature(test)
        kept = [parameter for parameter in own.parameters.values() if parameter.name != name]
        assert len(kept) < len(own.parameters), f"the test takes no {name}"
        tested.__signature__ = own.replace(parameters=kept)  # type: ignore[attr-defined]
        return tested

    return of_all


def told(error: BaseException) -> str:
    """File, line and words of what was raised."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{Path(frame.filename).name}:{frame.lineno}: {type(error).__name__}: {error}"


def listed(faults: dict[str, str]) -> str:
    """A paragraph for each fault; beyond SHOWN, a name."""
    names = list(faults)
    lines = [f"--- {name}\n{faults[name]}" for name in names[:SHOWN]]
    return "\n".join(lines + ([f"--- and {', '.join(names[SHOWN:])}"] if names[SHOWN:] else []))
