"""Counts with their nouns, and texts as sentences."""

from __future__ import annotations

import re

SENTENCE = re.compile(r"(?<=[.?!])\s+(?=[A-Z])")
"""Between two sentences.  The first of a control's text says what may happen, the next ones how it is judged."""


def plural(word: str) -> str:
    """The plural of an English noun, good for AWS's terms: keys, policies, addresses, buckets."""
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return f"{word[:-1]}ies"
    return f"{word}es" if word.endswith(("s", "x", "ch", "sh")) else f"{word}s"


def counted(count: int, word: str) -> str:
    """The count with its noun: "1 account", "1,200 accounts"."""
    return f"{count:,} {word if count == 1 else plural(word)}"


def sentence(text: str) -> str:
    """The text as a sentence: a large first letter, a full stop; a first word that is code stays as it is."""
    stripped = text.strip()
    first = stripped.split(" ", 1)[0].rstrip(",;:")
    headed = stripped[:1].upper() + stripped[1:] if first.isalpha() else stripped
    return headed if not headed or headed.endswith((".", "?", "!", ":")) else f"{headed}."


def first_sentence(text: str) -> str:
    """The text up to the end of its first sentence."""
    return SENTENCE.split(text.strip(), maxsplit=1)[0]
