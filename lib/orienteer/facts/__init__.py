"""What tables tell together: one row per bucket, trail, key, principal, exposable resource, ..., joins stated once.

Controls, chapters, `book.facts["buckets"]` and SQL all read the same facts.  `seen` has the cells and what follows
from unseen ones, `source` looks things up, `fact` declares facts and works them out, `reads` and `rests` tell which
columns and tables they rest on; then one module per subject.
"""

from __future__ import annotations

import difflib
import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from functools import cache
from types import MappingProxyType

import pandas as pd

from orienteer.facts.fact import FACTS, Estate, Fact, Join
from orienteer.facts.seen import Cells, Row
from orienteer.facts.source import Gap, Source


@cache
def registry() -> Mapping[str, Fact]:
    """Every fact by name."""
    for module in pkgutil.walk_packages(__path__, f"{__name__}."):
        importlib.import_module(module.name)
    return MappingProxyType(dict(sorted(FACTS.items())))


class Frames(Mapping[str, pd.DataFrame]):
    """Facts as tidy frames by name, each worked out when it is first asked for: see `Estate.frame`.

    `frames["buckets"]` has a row per bucket; a null is a value that is not set or was not seen, and `not_seen` names
    the columns and gaps behind the latter.
    """

    def __init__(self, estate: Estate) -> None:
        self._estate, self._frames = estate, dict[str, pd.DataFrame]()

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self._frames:
            if name not in registry():
                near = difflib.get_close_matches(name, registry(), 1, 0.4)
                raise KeyError(f"there is no fact {name!r}" + (f"; did you mean {near[0]!r}?" if near else ""))
            self._frames[name] = self._estate.frame(name)
        return self._frames[name]

    def __iter__(self) -> Iterator[str]:
        return iter(registry())

    def __len__(self) -> int:
        return len(registry())

    def __repr__(self) -> str:
        return f"<facts: {', '.join(registry())}>"


__all__ = ["FACTS", "Cells", "Estate", "Fact", "Frames", "Gap", "Join", "Row", "Source", "registry"]
