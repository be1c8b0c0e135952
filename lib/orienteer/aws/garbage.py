"""Python's garbage collector while a collection runs: many small answers, and clients full of cycles."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

EVERY = 4
"""A sweep after so many accounts: it costs as much as a seventh of an account's calls, most of it for freeing."""


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
    """Frees what accounts left lying, every so many accounts; the tuned collector would let it grow."""
    if accounts_done % EVERY == 0:
        gc.collect()
