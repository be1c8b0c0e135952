"""What failed in an earlier run of the same client, and what became of it."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from orienteer.facts.fact import EARLIER, Fact
from orienteer.facts.seen import Cells, Row
from orienteer.facts.source import Source
from orienteer.facts.values import days
from orienteer.model import KEYS

OF_FINDING = (*KEYS, "resource_type", "control", "severity_before", "status_now", "decision", "first_seen")


def _earlier(earlier: Source) -> Iterator[Cells]:
    yield from (Cells({name: row[name] for name in OF_FINDING}) for row in earlier.rows)


def open_days(finding: Row, *, as_of: pd.Timestamp) -> int | None:
    """Days since the earlier run, in which it failed already."""
    return days(as_of, finding.first_seen)


EARLIER_FINDINGS = Fact(
    EARLIER,
    "One row per finding that failed in the earlier run which the client's file names, with its status now.",
    rows=_earlier,
    made={"": ("coverage",), **dict.fromkeys(OF_FINDING, ())},
    columns=(open_days,),
)
