"""Counts: one for page, workbook, chapters and terminal; what is decided or answered stands apart, none is lost."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from orienteer import terminal, workbook
from orienteer.batch.client import Order, _result
from orienteer.counts import checks, stands, tally
from orienteer.report import overview, plan
from tests.report.estate import findings, run_folder
from tests.report.test_export import read_sheet

TIMES = 40


@pytest.fixture(scope="module")
def found() -> pd.DataFrame:
    """240 findings: the first of each status decided or answered, and six of Orienteer's own."""
    rows = findings(6 * TIMES).assign(decision="").astype("string")
    own = rows["fingerprint"].isin(rows["fingerprint"].head(6))
    failed, asked = (rows.index[(rows["status"] == s) & ~own] for s in ("FAIL", "MANUAL"))
    for at, decision in zip(failed, ("accepted", "false_positive", "fix", "answered"), strict=False):
        rows.loc[at, "decision"] = decision
    for at, decision in zip(asked, ("accepted", "answered", "answered"), strict=False):
        rows.loc[at, "decision"] = decision
    return rows.assign(category=rows["category"].mask(own, "coverage"))


def test_what_is_decided_or_answered_stands_apart_and_nothing_is_lost(found: pd.DataFrame) -> None:
    told = tally(found)
    assert (told.statuses["FAIL"], told.statuses["PASS"]) == (2 * (TIMES - 1) - 2, 2 * (TIMES - 1))
    assert (told.statuses["MANUAL"], told.statuses["NOT_ASSESSED"]) == (TIMES - 1 - 3, TIMES - 1)
    assert told.apart == {"accepted": 2, "false_positive": 1, "answered": 2}, "an answer that makes it fail stands"
    assert sum(told.statuses.values()) + sum(told.apart.values()) == told.total == len(checks(found))
    assert sum(told.failed.values()) == told.statuses["FAIL"] and int(stands(checks(found)).sum()) == told.total - 5


def test_page_workbook_chapter_and_terminal_say_the_same(found: pd.DataFrame, tmp_path: Path) -> None:
    run, told = run_folder(tmp_path / "run", found), tally(found)
    page = overview.overview(run, found)
    assert (page.statuses, page.failed, page.apart) == (told.statuses, told.failed, told.apart)
    assert sum(row["total"] for row in page.matrix) == sum(told.statuses.values())
    data = plan.workbook(found)
    sheet = {row["What"]: int(row["Count"]) for row in read_sheet(data, "Summary")}
    assert {s: sheet[f"Checks, {overview.STATUS_WORDS[s].lower()}"] for s in told.statuses} == told.statuses
    accounts = read_sheet(data, "Accounts")
    assert {s: sum(int(row[overview.STATUS_WORDS[s]]) for row in accounts) for s in told.statuses} == told.statuses
    result = _result(Order("acme", "acme", "report"), run, tmp_path / "index.html")
    line = terminal.counts(result.statuses)
    assert (
        line
        == "76 failed, 78 passed, 36 to be answered, 39 not assessed, 2 answered, 2 accepted, 1 called false positive"
    )
    assert dict(result.failures) == told.failed
    said = workbook.assessed(run).plain  # type: ignore[arg-type]
    assert said.startswith("Not assessed: 39 of 234 checks (16.7%). Of the others 76 failed, 36 wait for a person's")
    assert len(workbook.questions(run)) == told.statuses["MANUAL"]  # type: ignore[arg-type]


def test_one_question_waits(found: pd.DataFrame, tmp_path: Path) -> None:
    run = run_folder(tmp_path / "run", found[found["status"] == "MANUAL"].tail(1))
    assert "1 waits for a person's answer" in workbook.assessed(run).plain  # type: ignore[arg-type]
