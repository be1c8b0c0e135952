"""Imports that cost more than they bring."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager

UNUSED = "rfc3987_syntax"
"""An optional check of IRIs: it compiles 38 grammars, near a second of CPU, and no schema of a notebook has an IRI."""
DEBUGGER = "debugpy"
"""What a kernel offers where a person may set breakpoints: nobody does in a batch, and it is 130 modules."""


def load_notebook_schemas() -> None:
    """Imports jsonschema, which nbformat, papermill, nbconvert and plotly's first figure all load, without UNUSED."""
    with _hidden(UNUSED):
        importlib.import_module("jsonschema")


def load_kernel_without_debugger() -> None:
    """Imports what ipykernel asks for its debugger; it finds that there is none."""
    with _hidden(DEBUGGER):
        importlib.import_module("ipykernel.debugger")


@contextmanager
def _hidden(name: str) -> Iterator[None]:
    """Whoever imports it in this block is told that it is not installed; where it is imported already, it stays."""
    if name in sys.modules:
        yield
        return
    sys.modules[name] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules[name]
