"""What we judge.  One module per category; `@control` puts each function into the registry."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from types import MappingProxyType

from orienteer.controls.control import CONTROLS, Control


def registry() -> Mapping[str, Control]:
    """Every control by id, in the order of the ids."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
    return MappingProxyType(dict(sorted(CONTROLS.items())))
