"""What we read from AWS.  One module per service; every module-level Table is in the registry."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from orienteer.model import Table


@cache
def registry() -> Mapping[str, Table]:
    """Every table by name, parents before children, otherwise in alphabetical order."""
    modules = [importlib.import_module(f"{__name__}.{m.name}") for m in pkgutil.iter_modules(__path__)]
    found = {t.name: t for module in modules for t in vars(module).values() if isinstance(t, Table)}
    ordered: dict[str, Table] = {}

    def place(table: Table) -> None:
        if table.parent is not None:
            place(table.parent)
        ordered.setdefault(table.name, table)

    for name in sorted(found):
        place(found[name])
    return MappingProxyType(ordered)
