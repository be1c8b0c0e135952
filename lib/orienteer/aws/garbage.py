"""Python's garbage collector while a collection runs: many small answers, and clients full of cycles."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

SWEEP_AFTER = 400
"""Clients dropped between two sweeps.  What a client leaves lying is small (its class, and what that knows), a sweep is
half an account's worth of CPU."""


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


def sweep(dropped: int) -> int:
    """Frees what that many dropped clients left lying where it is worth it; how many are still to be swept up."""
    if dropped < SWEEP_AFTER:
        return dropped
    gc.collect()
    return 0
