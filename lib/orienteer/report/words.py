"""Counts and lists as people say them."""

from __future__ import annotations

from collections.abc import Sequence


def plural(word: str) -> str:
    """The plural of an English noun, good for AWS's terms: keys, policies, addresses, buckets."""
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return f"{word[:-1]}ies"
    return f"{word}es" if word.endswith(("s", "x", "ch", "sh")) else f"{word}s"


def counted(count: int, word: str) -> str:
    """The count with its noun: "1 account", "1,200 accounts"."""
    return f"{count:,} {word if count == 1 else plural(word)}"


def listed(items: Sequence[str], most: int = 4) -> str:
    """The items as a list in a sentence; beyond `most` the rest is counted: "a, b and 3 more"."""
    if len(items) > most:
        return f"{', '.join(items[:most])} and {len(items) - most:,} more"
    return " and ".join([", ".join(items[:-1]), items[-1]] if len(items) > 1 else list(items))


def accounts(names: Sequence[str], most: int = 4) -> str:
    """Accounts by name, each once, in order."""
    return listed(sorted(dict.fromkeys(names)), most)
