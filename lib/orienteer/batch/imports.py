"""Imports that cost more than they bring."""

from __future__ import annotations

import importlib
import sys

UNUSED = "rfc3987_syntax"
"""An optional check of IRIs: it compiles 38 grammars, near a second of CPU, and no schema of a notebook has an IRI."""


def load_notebook_schemas() -> None:
    """Imports jsonschema, which nbformat, papermill, nbconvert and plotly's first figure all load, without UNUSED."""
    if "jsonschema" in sys.modules or UNUSED in sys.modules:
        return
    sys.modules[UNUSED] = None  # type: ignore[assignment]  # jsonschema then finds that it is not installed
    try:
        importlib.import_module("jsonschema")
    finally:
        del sys.modules[UNUSED]
