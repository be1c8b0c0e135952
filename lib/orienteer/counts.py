"""How many checks came out which way.  Page, workbook, chapters and terminal count here, so that they say the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from orienteer.decisions import ANSWERED, SET_ASIDE, column
from orienteer.model import Category, Severity, Status


@dataclass(frozen=True, slots=True)
class Counts:
    """Checks by what came of them; `statuses` and `apart` together are all of them.

    `statuses`: those that stand as they were judged.  `failed`: the failed ones of these, by severity.
    `apart`: what was accepted, what was called a false positive, and the questions that were answered.
    """

    statuses: Mapping[str, int]
    failed: Mapping[str, int]
    apart: Mapping[str, int]
    total: int


def checks(findings: pd.DataFrame) -> pd.DataFrame:
    """The findings that count as checks: all but what Orienteer says of its own coverage."""
    return findings[findings["category"] != Category.COVERAGE]


def stands(findings: pd.DataFrame) -> pd.Series[bool]:
    """True for each finding that counts under its status: no decision sets it aside, and it is no answered question."""
    decision = column(findings, "decision")
    return ~decision.isin(SET_ASIDE) & ~((decision == ANSWERED) & (findings["status"] == Status.MANUAL.value))


def tally(findings: pd.DataFrame) -> Counts:
    """The counts of these findings.  What Orienteer says of its own coverage is left out."""
    found = checks(findings)
    standing = stands(found)
    statuses = found.loc[standing, "status"].value_counts()
    failed = found.loc[standing & (found["status"] == Status.FAIL.value), "severity"].value_counts()
    apart = column(found[~standing], "decision").value_counts()
    return Counts(
        statuses={s.value: int(statuses.get(s.value, 0)) for s in Status},
        failed={s.value: int(failed.get(s.value, 0)) for s in Severity},
        apart={name: int(apart.get(name, 0)) for name in (*SET_ASIDE, ANSWERED)},
        total=len(found),
    )
