"""Orienteer: read an AWS organization once, judge it, hand over what was seen and what was not.

import orienteer
findings = orienteer.assess(boto3.Session(profile_name="client"))
run = orienteer.open_run("outputs/acme/latest")        # run.tables, run.findings, run.coverage, run.sql(...)
orienteer.policy.exposure(document, account_id="111122223333").level
orienteer.ask.can(orienteer.ask.Estate.of(run), "arn:aws:iam::111122223333:role/x", "s3:GetObject", "arn:aws:s3:::b/k")
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from orienteer import ask, policy
    from orienteer.assessment import assess
    from orienteer.snapshot import open_run

__all__ = ["__version__", "ask", "assess", "open_run", "policy"]

_HOMES = {"assess": "orienteer.assessment", "open_run": "orienteer.snapshot"}


def __getattr__(name: str) -> Any:
    """Loads what is asked for, so that importing the package costs nothing that a command does not need."""
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    if name in ("ask", "policy"):
        return import_module(f"orienteer.{name}")
    raise AttributeError(f"module 'orienteer' has no attribute {name!r}")
