"""Lists as people say them; counts come from orienteer.words."""

from __future__ import annotations

from collections.abc import Sequence

from orienteer.words import counted, plural

__all__ = ["accounts", "counted", "listed", "plural"]


def listed(items: Sequence[str], most: int = 4) -> str:
    """The items as a list in a sentence; beyond `most` the rest is counted: "a, b and 3 more"."""
    if len(items) > most:
        return f"{', '.join(items[:most])} and {len(items) - most:,} more"
    return " and ".join([", ".join(items[:-1]), items[-1]] if len(items) > 1 else list(items))


def accounts(names: Sequence[str], most: int = 4) -> str:
    """Accounts by name, each once, in order."""
    return listed(sorted(dict.fromkeys(names)), most)
