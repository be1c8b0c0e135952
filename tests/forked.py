"""A pytest plugin (`-p tests.forked`): kernels of nbval are forked as a batch forks them, from a process that holds the
run they are to open."""

from __future__ import annotations

import os
import tempfile
from contextlib import ExitStack
from pathlib import Path

import pytest

from orienteer.batch.chapters import held
from orienteer.batch.kernels.server import kernels, serving

STACK = pytest.StashKey[ExitStack]()


def pytest_configure(config: pytest.Config) -> None:
    stack = config.stash[STACK] = ExitStack()
    folder = stack.enter_context(tempfile.TemporaryDirectory())
    stack.enter_context(serving()).keep(held, Path(os.environ["ORIENTEER_RUN"]), True)
    os.environ |= kernels(Path(folder, "jupyter"))


def pytest_unconfigure(config: pytest.Config) -> None:
    config.stash[STACK].close()
