"""What we judge.  One module per category; `@control` puts each function into the registry."""

from __future__ import annotations

import difflib
import importlib
import pkgutil
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from orienteer.controls.control import CONTROLS, Control
from orienteer.errors import OrienteerError


def registry() -> Mapping[str, Control]:
    """Every control by id, in the order of the ids."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
    return MappingProxyType(dict(sorted(CONTROLS.items())))


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
