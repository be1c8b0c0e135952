"""The triage file: read as strictly as a params file, and what is written is read back."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pandas as pd
import pytest
import xlsxwriter

from orienteer import batch, issues
from orienteer.decisions import Decision, applied
from orienteer.errors import OrienteerError
from orienteer.params import ParamsError, plan, triage
from orienteer.report.plan import PLAN, workbook
from tests.report.estate import findings

GOOD = """\
- fingerprint: "00000000000000000001"
  decision: accepted
  by: M. Keller
  on: 2026-06-01
  reason: It is a price list.
  expires: 2026-12-31
  x-ticket: SEC-12
- {control: NET-06, account: "Shop*", decision: fix, by: A, on: 2026-06-01, reason: r, due: 2026-07-01}
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "acme.triage.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_good_file_gives_its_decisions_and_is_written_back_alike(tmp_path: Path) -> None:
    first, second = triage.load(written(tmp_path, GOOD))
    assert (first.fingerprint, first.decision, first.until) == ("0" * 19 + "1", "accepted", date(2026, 12, 31))
    assert (second.control, second.account, second.until) == ("NET-06", "Shop*", date(2026, 7, 1))
    again = triage.load(written(tmp_path, triage.written([first, second])))
    assert again == (first, second)


def test_odd_texts_survive_the_way_through_the_file(tmp_path: Path) -> None:
    odd = Decision(
        decision="false_positive", control="NET-06", by='"q" \\ : # x', on=date(2026, 1, 1),
        reason="a\u202eb\n- c: d\t", resource="=cmd|'x'!A1",
    )  # fmt: skip
    assert triage.load(written(tmp_path, triage.written([odd]))) == (odd,)
    assert triage.load(written(tmp_path, triage.written([]))) == ()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("decision: accepted", "decision: ignored"), "2: [0].decision: must be one of accepted, false_positive, fix"),
        (("by: M. Keller", "bye: M. Keller"), "unknown key; did you mean 'by'?"),
        (("  expires: 2026-12-31\n", ""), "an acceptance has a last day"),
        (("expires: 2026-12-31", "expires: 2026-13-31"), "is no date such as 2026-01-31"),
        (("expires: 2026-12-31", "expires: 2026-01-31"), "lies before the day of the decision"),
        (("  reason: It is a price list.\n", ""), "the key reason is missing"),
        (('"00000000000000000001"', "xyz"), "20 hexadecimal digits"),
        (("control: NET-06", "control: NET-66"), "unknown control 'NET-66'"),
        (("due: 2026-07-01", "expires: 2026-07-01"), "a fix has a day by which it is due"),
        (("control: NET-06, ", ""), "give fingerprint, or control"),
        (("by: M. Keller", "by: [M]"), "must be text"),
        (("by: M. Keller", "by: M. Keller\n  account: x"), "stands beside fingerprint"),
        (("by: M. Keller", "by: M. Keller\n  by: N"), "key given twice"),
        (("- fingerprint", "- !!python/object x\n- fingerprint"), "tags are not allowed"),
    ],
)
def test_a_bad_file_is_told_with_line_and_key(tmp_path: Path, change: tuple[str, str], said: str) -> None:
    path = written(tmp_path, GOOD.replace(*change))
    assert path.read_text() != GOOD and any(said in line for line in triage.errors(path)), triage.errors(path)
    with pytest.raises(ParamsError):
        triage.load(path)


def test_a_file_that_is_no_list_or_holds_a_credential_is_refused(tmp_path: Path) -> None:
    assert "must be a list" in triage.errors(written(tmp_path, "decision: fix\n"))[0]
    secret = "AKIA" + "Q" * 16
    told = triage.errors(written(tmp_path, GOOD.replace("It is a price list.", secret)))
    assert "credential" in told[0] and secret not in "".join(told)
    assert triage.errors(tmp_path / "none.yaml") == []


def test_check_reads_the_triage_file_beside_the_params(tmp_path: Path) -> None:
    params = tmp_path / "acme.yaml"
    params.write_text("client: {slug: acme}\nprofile: acme\n")
    assert len(batch.checked([params])) == 1
    written(tmp_path, GOOD.replace("accepted", "ignored"))
    with pytest.raises(ParamsError, match="must be one of accepted"):
        batch.checked([params])


# --- the round trip through the workbook


def filled(folder: Path, found: pd.DataFrame, **cells: object) -> Path:
    """findings.xlsx of these findings with these cells written into the first row of the plan."""
    path = folder / "plan.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("Summary")
        page = book.add_worksheet("Plan")
        for at, name in enumerate(PLAN):
            page.write(0, at, name)
            if name in cells:
                page.write(1, at, cells[name], book.add_format({"num_format": "yyyy-mm-dd"}))
        page.write(1, 0, issues.issues(found)["issue"][0])
    return path


FIRST, LAST = datetime(2026, 6, 1), datetime(2026, 12, 31)  # a spreadsheet's dates have no zone
DECIDED = {"Decision": "accepted", "By": "M. Keller", "On": FIRST, "Until": LAST, "Reason": "ok"}


def test_a_decision_in_the_plan_reaches_every_finding_of_the_issue_and_expires(tmp_path: Path) -> None:
    found = findings(60)
    taken = plan.decisions(filled(tmp_path, found, **DECIDED), found)
    first = issues.issues(found)["issue"][0]
    wanted = set(found.loc[issues.keys(found) == first, "fingerprint"])
    assert {one.fingerprint for one in taken} == wanted and len(taken) == len(wanted)
    again = triage.load(written(tmp_path, triage.written(taken)))
    assert again == taken
    told = applied(found, again, pd.Timestamp("2026-12-31", tz="UTC"))
    assert set(told.loc[told["decision"] == "accepted", "fingerprint"]) == wanted
    assert not set(issues.issues(told)["issue"]) & {first}
    later = applied(found, again, pd.Timestamp("2027-01-01", tz="UTC"))
    assert not (later["decision"] != "").any() and issues.issues(later)["issue"][0] == first
    assert "expired on 2026-12-31" in later.loc[later["fingerprint"].isin(wanted), "reason"].iloc[0]


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"Decision": "maybe"}, "must be one of"), ({"By": ""}, "By is empty"), ({"Reason": ""}, "Reason is empty"),
        ({"Until": ""}, "an acceptance has a last day"), ({"On": "soon"}, "On is no date"),
    ],
)  # fmt: skip
def test_a_plan_that_cannot_be_read_right_is_told_by_row(tmp_path: Path, cells: dict[str, str], said: str) -> None:
    found = findings(60)
    with pytest.raises(OrienteerError, match=said):
        plan.decisions(filled(tmp_path, found, **{**DECIDED, **cells}), found)


def test_a_plan_of_another_run_or_no_workbook_is_refused_in_one_line(tmp_path: Path) -> None:
    found = findings(60)
    path = filled(tmp_path, found, **DECIDED)
    with pytest.raises(OrienteerError, match="none of this run"):
        plan.decisions(path, found[found["status"] == "PASS"])
    path.write_bytes(b"no workbook")
    with pytest.raises(OrienteerError, match="no workbook with a sheet Plan"):
        plan.decisions(path, found)


def test_the_workbook_we_write_is_the_workbook_we_read(tmp_path: Path) -> None:
    found = findings(60)
    (tmp_path / "findings.xlsx").write_bytes(workbook(found))
    rows = list(plan.plan_rows(tmp_path / "findings.xlsx"))
    assert [row["Issue"] for _, row in rows] == issues.issues(found)["issue"].tolist()
    assert plan.decisions(tmp_path / "findings.xlsx", found) == ()


def test_later_decisions_replace_earlier_ones_about_the_same_finding() -> None:
    old, pattern = Decision(decision="fix", fingerprint="a"), Decision(decision="fix", control="NET-06")
    new = Decision(decision="accepted", fingerprint="a")
    assert plan.merged([old, pattern], [new]) == (pattern, new)
