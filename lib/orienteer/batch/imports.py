"""Imports that cost more than they bring."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

UNUSED = "rfc3987_syntax"
"""An optional check of IRIs: it compiles 38 grammars, near a second of CPU, and no schema of a notebook has an IRI."""
DEBUGGER = "debugpy"
"""What a kernel offers where a person may set breakpoints: nobody does in a batch, and it is 130 modules."""

STORES = ("boto3", "pyarrow")
"""What papermill would read notebooks with that lie on S3 or HDFS; ours lie in the run folder."""


def load_notebook_schemas() -> None:
    """Imports jsonschema, which nbformat, papermill, nbconvert and plotly's first figure all load, without UNUSED."""
    with _hidden(UNUSED):
        importlib.import_module("jsonschema")


def load_kernel_without_debugger() -> None:
    """Imports what ipykernel asks for its debugger; it finds that there is none."""
    with _hidden(DEBUGGER):
        importlib.import_module("ipykernel.debugger")


def load_papermill() -> Any:
    """Papermill, without STORES."""
    with _hidden(*STORES):
        return importlib.import_module("papermill")


@contextmanager
def _hidden(*names: str) -> Iterator[None]:
    """Whoever imports them in this block is told that they are not installed; those imported already stay."""
    hidden = [name for name in names if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]
