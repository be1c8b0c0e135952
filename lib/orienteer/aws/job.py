"""What a collection is asked for, and what it hands back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orienteer.aws.rows import Row
from orienteer.aws.session import Allowed, Entry
from orienteer.model import Table


@dataclass(frozen=True)
class Job:
    """What to collect: the accounts, the tables, and where.  Can be sent to another process.

    regions  empty: the regions each account has enabled; else rows about other regions are left out.
    folder   where journals stand; None keeps nothing on disk.
    common   what more than one reading asks (as plan.asked_as): asked once for an account and region.
    patient  credentials that end are gaps of what was not read, instead of a Stop.
    """

    entries: tuple[Entry, ...]
    tables: tuple[Table, ...]
    allowed: Allowed
    regions: tuple[str, ...] = ()
    workers: int = 32
    folder: Path | None = None
    common: frozenset[str] = frozenset()
    patient: bool = False


@dataclass(frozen=True)
class Collected:
    """What one account gave: rows by table in a fixed order, coverage rows, and the caller's identity."""

    account_id: str
    name: str
    rows: Mapping[str, list[Row]]
    coverage: list[Mapping[str, Any]]
    identity: Mapping[str, Any]


NOBODY: Mapping[str, Any] = {}
Sink = Callable[[Collected], None]
Progress = Callable[[str, int], None]
"""Called with the account id and the number of calls answered since the last time; ("", 1) when an account is done."""
Watch = Mapping[str, Callable[[str, list[Row]], None]]
"""By table: called with the account id and the rows of each reply as soon as it is in."""
