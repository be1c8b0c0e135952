"""The verdict, the risks to know first, how mature each category is, and an order of work."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from orienteer.issues import in_order
from orienteer.report import charts, frontpage
from orienteer.report.words import counted
from orienteer.snapshot import Run
from orienteer.workbook.show import Shown, said

HELD, PARTLY, OPEN, NONE = "all hold", "some hold", "none holds", "no control"
STEPS = {HELD: charts.GOOD, PARTLY: charts.PART, OPEN: charts.BAD, NONE: charts.UNSEEN}


def verdict(book: Run) -> Shown:
    """What was found, in up to three sentences."""
    told = frontpage.verdict(frontpage.failures(book.findings), book.issues)
    counts = [counted(n, f"{grade} issue") for grade, n in frontpage.grades(book.issues).items() if n]
    return said(" ".join(told), [f"{', '.join(counts)}."] if counts else ())


def risks(book: Run) -> pd.DataFrame:
    """One row per risk to know first, gravest first: where, what may come of it, what to do first."""
    found = frontpage.risks(frontpage.failures(book.findings), book.issues)
    columns = ["severity", "title", "accounts", "effect", "first_step"]
    return pd.DataFrame([{c: getattr(risk, c) for c in columns} for risk in found], columns=columns)


def maturity(book: Run) -> pd.DataFrame:
    """One row per category: the level reached, what the next level lacks, and how much rests on answers.

    `reached` is null where nothing was looked at; `lacks` names the controls of the next level that do not hold.
    """
    rows = [
        {
            "category": row["category"],
            "reached": row["reached"],
            "hold": row["holds"],
            "controls": row["total"],
            "next_level": row["next"],
            "lacks": ", ".join(row["lacks"]),
            "answered": row["answered"],
        }
        for row in frontpage.maturity(book.findings)
    ]
    return pd.DataFrame(rows).astype({"reached": "Int64", "next_level": "Int64"})


def maturity_map(book: Run) -> go.Figure:
    """Category by level: do all controls of the level hold?"""
    rows = frontpage.maturity(book.findings)
    lines = {row["label"]: [_step(*pair) for pair in row["levels"].values()] for row in rows}
    states = pd.DataFrame.from_dict(lines, orient="index", columns=[f"level {n}" for n in frontpage.LEVELS])
    return charts.state_map("Maturity by category and level", states, STEPS)


def _step(part: int, whole: int) -> str:
    if not whole:
        return NONE
    return HELD if part == whole else PARTLY if part else OPEN


def plan(book: Run) -> pd.DataFrame:
    """One row per issue in the order of work: when, how much work, what to do first."""
    found = in_order(book.issues)
    return found[["when", "severity", "title", "controls", "accounts", "resources", "effort", "first_step"]]
