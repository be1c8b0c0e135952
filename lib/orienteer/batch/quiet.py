"""Libraries and kernels that complain on standard error are not for the user to read."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def errors_to(file: int) -> Iterator[None]:
    """Standard error of this process, and of those it starts meanwhile, goes to the open file."""
    kept = os.dup(2)
    os.dup2(file, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
