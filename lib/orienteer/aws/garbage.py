"""Python's garbage collector while a collection runs: many small answers, and clients full of cycles."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

EVERY = 4
"""After so many accounts a sweep takes objects of all ages; between them, all but the oldest."""


@contextmanager
def tuned_gc() -> Iterator[None]:
    """Less garbage collection while many small answers come in; put back as it was afterwards."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(50_000, 50, 50)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


def sweep(accounts_done: int) -> None:
    """Frees what an account's clients left lying, which the tuned collector would let grow."""
    gc.collect(1 if accounts_done % EVERY else 2)
