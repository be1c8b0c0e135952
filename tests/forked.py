"""A pytest plugin (`-p tests.forked`): kernels of nbval are forked as a batch forks them."""

from __future__ import annotations

import os
import tempfile
from contextlib import ExitStack
from pathlib import Path

import pytest

from orienteer.batch.kernels.server import forked_kernels

STACK = pytest.StashKey[ExitStack]()


def pytest_configure(config: pytest.Config) -> None:
    stack = config.stash[STACK] = ExitStack()
    folder = stack.enter_context(tempfile.TemporaryDirectory())
    os.environ |= stack.enter_context(forked_kernels(Path(folder, "jupyter")))


def pytest_unconfigure(config: pytest.Config) -> None:
    config.stash[STACK].close()
