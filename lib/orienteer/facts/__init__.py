"""What tables tell together: one row per bucket, trail, key, principal, exposable resource, ..., joins stated once.

Controls, chapters, `book.facts["buckets"]` and SQL all read the same facts.  `seen` has the cells and what follows
from unseen ones, `source` looks things up, `fact` declares facts and works them out, `reads` and `rests` tell which
columns and tables they rest on; then one module per subject.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from types import MappingProxyType

from orienteer.facts.fact import FACTS, Estate, Fact, Join
from orienteer.facts.seen import Cells, Row
from orienteer.facts.source import Gap, Source


def registry() -> Mapping[str, Fact]:
    """Every fact by name."""
    for module in pkgutil.walk_packages(__path__, f"{__name__}."):
        importlib.import_module(module.name)
    return MappingProxyType(dict(sorted(FACTS.items())))


__all__ = ["FACTS", "Cells", "Estate", "Fact", "Gap", "Join", "Row", "Source", "registry"]
