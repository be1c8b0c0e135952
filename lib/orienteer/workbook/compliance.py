"""Requirements of other catalogues, by what the controls that stand for them say."""

from __future__ import annotations

import re
from collections import defaultdict

import pandas as pd
import plotly.graph_objects as go

from orienteer import controls
from orienteer.report import charts
from orienteer.snapshot import Run

STANDARDS = {"cis": "CIS AWS Foundations v7.0.0", "fsbp": "AWS Foundational Security Best Practices"}
WORST = ("FAIL", "NOT_ASSESSED", "MANUAL", "PASS")


def compliance(book: Run) -> pd.DataFrame:
    """One row per requirement that a control stands for: the worst verdict, and how many things have which.

    A requirement is about the same subject as its controls, which need not ask the same.
    """
    found = book.findings.groupby("control_id")["status"].value_counts().unstack(fill_value=0)
    counts = found.reindex(columns=list(WORST), fill_value=0)
    lines = []
    for (standard, code), ids in _requirements().items():
        told = counts.reindex(ids, fill_value=0).sum()
        worst = next((status for status in WORST if told[status]), None)
        numbers = {status.lower(): int(told[status]) for status in WORST}
        lines.append(
            {"standard": standard, "requirement": code, "status": worst, "controls": ", ".join(ids), **numbers}
        )
    columns = ["standard", "requirement", "status", "controls", *(status.lower() for status in WORST)]
    return pd.DataFrame(lines, columns=columns)


def _requirements() -> dict[tuple[str, str], list[str]]:
    """The controls of each requirement, in the order of the standard."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for control in controls.registry().values():
        for key, standard in STANDARDS.items():
            for code in control.mappings.get(key, ()):
                found[standard, code.removeprefix(f"{standard} ")].append(control.id)
    return {key: sorted(found[key]) for key in sorted(found, key=_order)}


def _order(key: tuple[str, str]) -> tuple[str, list[tuple[int, str]]]:
    """Numbers sort as numbers: 2.9 before 2.10."""
    parts = re.findall(r"\d+|\D+", key[1])
    return key[0], [(int(part), "") if part.isdigit() else (0, part) for part in parts]


def compliance_chart(book: Run) -> go.Figure:
    """Requirements of each standard by their worst verdict."""
    title, found = "Requirements by their worst verdict", compliance(book).dropna(subset=["status"])
    if found.empty:
        return charts.nothing(title, "Nothing was judged that a standard asks for.")
    counts = pd.crosstab(found["standard"], found["status"]).reindex(columns=list(charts.STATUS), fill_value=0)
    return charts.stacked(title, counts, charts.STATUS, "requirements")
