"""What we judge.  One module per category; `@control` puts each function into the registry."""

from __future__ import annotations

import difflib
import importlib
import pkgutil
import traceback
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

from orienteer import facts
from orienteer.controls.control import CONTROLS, Control
from orienteer.errors import OrienteerError

BROKEN = (ImportError, SyntaxError, NameError, AttributeError, TypeError, ValueError, LookupError)
"""What a module that somebody is still writing raises when it is imported; a control declared twice is a ValueError."""


def registry() -> Mapping[str, Control]:
    """Every control by id, in the order of the ids.  Raises OrienteerError for a module that cannot be used."""
    for module in pkgutil.iter_modules(__path__):
        try:
            importlib.import_module(f"{__name__}.{module.name}")
        except BROKEN as error:
            said = f"{type(error).__name__}: {' '.join(str(error).split())}{_line(module.name, error)}"
            raise OrienteerError(f"controls/{module.name}.py cannot be used: {said}", 2) from error
    facts.registry()  # what controls rest on is told by facts that no control may name
    return MappingProxyType(dict(sorted(CONTROLS.items())))


def _line(module: str, error: Exception) -> str:
    """Where in the module it went wrong; empty where the error says it or it was elsewhere."""
    trace = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in trace if Path(frame.filename).stem == module]
    return "" if isinstance(error, SyntaxError) or not lines else f" (line {lines[-1]})"


def chosen(ids: Iterable[str] | None) -> tuple[Control, ...]:
    """The controls with these ids, in order, or all of them.  Raises OrienteerError that suggests the nearest id."""
    known = registry()
    if ids is None:
        return tuple(known.values())
    wanted = sorted(set(ids))
    for name in wanted:
        if name not in known:
            near = difflib.get_close_matches(name.upper(), known, 1, 0.4)
            raise OrienteerError(f"unknown control {name!r}" + (f"; did you mean {near[0]!r}?" if near else ""), 2)
    return tuple(known[name] for name in wanted)
