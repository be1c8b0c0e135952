"""Requirements of other catalogues, by what the controls that stand for them say."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

import pandas as pd
import plotly.graph_objects as go

from orienteer import controls
from orienteer.report import charts
from orienteer.snapshot import Run
from orienteer.workbook.standards import CIS, ELSEWHERE, FSBP, REQUIREMENTS

STANDARDS = {"cis": CIS, "fsbp": FSBP}
WORST = ("FAIL", "NOT_ASSESSED", "MANUAL", "PASS")
NOT_COVERED = "not covered"
COLOURS: Mapping[str, str] = {**charts.STATUS, "Not covered": charts.UNSEEN}
Requirement = tuple[str, str]


def compliance(book: Run, *, folded: bool = False) -> pd.DataFrame:
    """One row per requirement: the worst verdict of the controls that stand for it, and how many things have which.

    `status` is null where there was nothing to judge, and "not covered" where no control stands for the requirement;
    those come last, and `folded` puts them in one row per standard.  A control is about the same subject as its
    requirement, and need not ask the same.
    """
    counts = Counter(zip(book.findings["control_id"], book.findings["status"], strict=True))
    covered = _covered()
    lines = []
    for (standard, code), ids in (covered | _not_covered(covered, folded=folded)).items():
        told = {status: sum(counts[control, status] for control in ids) for status in WORST}
        worst = next((status for status in WORST if told[status]), None) if ids else NOT_COVERED
        numbers = {status.lower(): told[status] for status in WORST}
        lines.append(
            {"standard": standard, "requirement": code, "status": worst, "controls": ", ".join(ids), **numbers}
        )
    columns = ["standard", "requirement", "status", "controls", *(status.lower() for status in WORST)]
    return pd.DataFrame(lines, columns=columns)


def _covered() -> dict[Requirement, Sequence[str]]:
    """The controls of each requirement that has some: CIS, FSBP, then other controls of Security Hub."""
    found: dict[Requirement, list[str]] = defaultdict(list)
    for control in controls.registry().values():
        for key, standard in STANDARDS.items():
            for named in control.mappings.get(key, ()):
                code = named.removeprefix(f"{standard} ")
                found[standard if code in REQUIREMENTS[standard] else ELSEWHERE, code].append(control.id)
    return {key: sorted(found[key]) for key in sorted(found, key=_order)}


def _not_covered(covered: Mapping[Requirement, Sequence[str]], *, folded: bool) -> dict[Requirement, Sequence[str]]:
    """The requirements that no control stands for; `folded`: one key per standard, which lists its codes."""
    found: dict[Requirement, Sequence[str]] = {}
    for standard, codes in REQUIREMENTS.items():
        left = sorted((code for code in codes if (standard, code) not in covered), key=_numbers)
        if left and folded:
            left = [", ".join(left)]
        found |= {(standard, code): () for code in left}
    return found


def _order(key: Requirement) -> tuple[int, list[tuple[int, str]]]:
    standard, code = key
    return [CIS, FSBP, ELSEWHERE].index(standard), _numbers(code)


def _numbers(code: str) -> list[tuple[int, str]]:
    """Numbers sort as numbers: 2.9 before 2.10."""
    return [(int(part), "") if part.isdigit() else (0, part) for part in re.findall(r"\d+|\D+", code)]


def compliance_chart(book: Run) -> go.Figure:
    """Requirements of each standard by their worst verdict; those without a verdict are counted too."""
    title, found = "Requirements by their worst verdict", compliance(book)
    if not found["status"].isin(WORST).any():
        return charts.nothing(title, "Nothing was judged that a standard asks for.")
    status = found["status"].fillna("NOT_APPLICABLE").replace({NOT_COVERED: "Not covered"})
    counts = pd.crosstab(found["standard"], status)
    counts = counts.reindex(index=found["standard"].unique(), columns=list(COLOURS), fill_value=0)
    return charts.stacked(title, counts, COLOURS, "requirements")
