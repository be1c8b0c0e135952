"""Names and context keys as people type them."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Any

from orienteer.errors import OrienteerError


def named(name: str, known: Iterable[str], option: str) -> str:
    """The one of the known that is called so, or whose name ends so after a `/` or `:`.  Raises OrienteerError."""
    listed = sorted(known)
    if name in listed:
        return name
    ending = [one for one in listed if one.endswith((f"/{name}", f":{name}"))]
    if len(ending) == 1:
        return ending[0]
    if ending:
        raise OrienteerError(f"{option}: {name!r} may be any of {', '.join(ending[:5])}; give more of the name", 2)
    ends = [one.rpartition("/")[2].rpartition(":")[2] for one in listed]
    near = difflib.get_close_matches(name, [*ends, *listed], 1, 0.6)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    raise OrienteerError(f"{option}: nothing in this run is called {name!r}{hint}", 2)


def context_of(given: Iterable[str], option: str = "--context") -> dict[str, Any]:
    """The context of a request from texts KEY=VALUE: a key that comes twice has several values, one without is missing.

    Raises OrienteerError for what is no such text.
    """
    found: dict[str, list[str]] = {}
    for one in given:
        key, equals, value = one.partition("=")
        if not equals or not key.strip():
            raise OrienteerError(f"{option}: {one!r} is not KEY=VALUE, such as aws:SourceIp=198.51.100.7", 2)
        found.setdefault(key.strip(), []).append(value.strip())
    return {k: None if v == [""] else v[0] if len(v) == 1 else v for k, v in found.items()}
