"""Names as people type them: an ARN, or the end of one."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

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
