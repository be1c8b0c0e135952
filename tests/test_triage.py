"""The triage file: read as strictly as a params file, and what is written is read back."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import xlsxwriter

from orienteer import batch, issues, workbook
from orienteer.decisions import Decision, applied
from orienteer.errors import OrienteerError
from orienteer.params import ParamsError, plan, triage
from orienteer.params.deciding import decide
from orienteer.report.plan import PLAN
from orienteer.report.plan import workbook as made_workbook
from orienteer.workbook.triage import Form, form
from orienteer.workbook.triage import _file as triage_file
from tests.report.estate import HOSTILE, findings, run_folder

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
        (("expires: 2026-12-31", "expires: 2026-13-31"), "is not a date such as 2026-01-31"),
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


def test_a_plan_can_be_read_again_after_it_was_applied(tmp_path: Path) -> None:
    found = findings(60)
    path = filled(tmp_path, found, **DECIDED)
    taken = plan.decisions(path, found)
    assert plan.decisions(path, applied(found, taken, pd.Timestamp("2026-06-30", tz="UTC"))) == taken


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"Decision": "maybe"}, "must be one of"), ({"By": ""}, "By is empty"), ({"Reason": ""}, "Reason is empty"),
        ({"Until": ""}, "an acceptance has a last day"), ({"On": "soon"}, "On is not a date"),
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
    (tmp_path / "findings.xlsx").write_bytes(made_workbook(found))
    rows = list(plan.plan_rows(tmp_path / "findings.xlsx"))
    assert [row["Issue"] for _, row in rows] == issues.issues(found)["issue"].tolist()
    assert plan.decisions(tmp_path / "findings.xlsx", found) == ()


def test_later_decisions_replace_earlier_ones_about_the_same_finding(tmp_path: Path) -> None:
    path = written(tmp_path, GOOD)
    new = replace(FIXED, fingerprint="0" * 19 + "1")
    assert decide(path, [new]) == triage.load(path)
    assert [(one.fingerprint, one.control) for one in triage.load(path)] == [("", "NET-06"), (new.fingerprint, "")]


# --- writing into a file that is there

FIXED = Decision(decision="fix", by="A", on=date(2026, 6, 1), reason="r", fingerprint="a" * 20, until=date(2026, 7, 1))
HAND = """\
# Agreed with M. Keller.

- control: NET-06   # all of the shop
  account: Shop*
  decision: accepted
  by: M. Keller
  on: 2026-06-01
  reason: >
    The price list
    is meant to be public.
  expires: 2026-12-31
  x-ticket: SEC-12

# Below: to be looked at again.
- {fingerprint: bbbbbbbbbbbbbbbbbbbb, decision: fix, by: B, on: '2026-06-01', reason: r}  # soon
# The end.
"""


def test_what_somebody_wrote_stays_as_it_is(tmp_path: Path) -> None:
    path = written(tmp_path, HAND)
    path.chmod(0o644)
    before = triage.load(path)
    assert decide(path, [FIXED]) == (*before, FIXED)
    assert path.read_text() == HAND + triage.written([FIXED]) and path.stat().st_mode & 0o777 == 0o600
    assert decide(path, [FIXED]) == (*before, FIXED) and path.read_text() == HAND + triage.written([FIXED])
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


def test_a_new_decision_takes_the_place_of_the_old_one_and_of_nothing_else(tmp_path: Path) -> None:
    path = written(tmp_path, HAND)
    new = replace(FIXED, fingerprint="b" * 20, reason="Now we know.")
    decide(path, [new])
    old = next(line for line in HAND.splitlines(keepends=True) if "bbbb" in line)
    assert path.read_text() == HAND.replace(old, "") + triage.written([new])


@pytest.mark.parametrize(
    "text",
    [
        "[{fingerprint: bbbbbbbbbbbbbbbbbbbb, decision: fix, by: B, on: 2026-06-01, reason: r, x-a: {b: [c]}}]\n",
        "-\n  fingerprint: bbbbbbbbbbbbbbbbbbbb\n  decision: fix\n  by: B\n  on: 2026-06-01\n  reason: r\n  x-a: 1",
        "- &a {control: NET-06, decision: fix, by: B, on: 2026-06-01, reason: r}\n"
        "- {<<: *a, control: NET-01}\n",
        HAND.replace("\n", "\r\n"), "\ufeff" + HAND, "# nothing yet\n[]\n", "---\n" + HAND + "...\n",
    ],
)  # fmt: skip
def test_no_entry_is_lost_however_it_is_written(text: str, tmp_path: Path) -> None:
    path = tmp_path / "acme.triage.yaml"
    path.write_bytes(text.encode())
    before = triage.load(path)
    assert decide(path, [FIXED]) == (*before, FIXED) == triage.load(path)
    assert ("x-" in text) == ("x-" in path.read_text())
    renewed = [replace(one, reason="anew") for one in before if one.fingerprint]
    decide(path, renewed)
    assert set(triage.load(path)) == {*(one for one in before if not one.fingerprint), FIXED, *renewed}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"by": " "}, "by"), ({"decision": "accepted", "until": None}, "an acceptance has a last day"),
        ({"until": date(2026, 1, 1)}, "lies before"), ({"reason": "AKIA" + "Q" * 16}, "looks like a credential"),
        ({"on": None}, "the key on is missing"), ({"fingerprint": "x"}, "20 hexadecimal digits"),
    ],
)  # fmt: skip
def test_a_decision_that_the_file_would_refuse_is_not_written(
    change: dict[str, Any], said: str, tmp_path: Path
) -> None:
    path = written(tmp_path, HAND)
    with pytest.raises(ParamsError, match=said):
        decide(path, [FIXED, replace(FIXED, **change)])
    assert path.read_text() == HAND


def test_nothing_is_written_into_a_file_that_is_wrong_or_would_be_too_long(tmp_path: Path) -> None:
    path = written(tmp_path, HAND.replace("accepted", "ignored"))
    with pytest.raises(ParamsError, match="must be one of"):
        decide(path, [FIXED])
    assert "ignored" in path.read_text() and FIXED.fingerprint not in path.read_text()
    path = written(tmp_path, HAND)
    many = [replace(FIXED, fingerprint=f"{n:020x}", reason="r" * 1_999) for n in range(600)]
    with pytest.raises(ParamsError, match="cannot hold these decisions"):
        decide(path, many)
    assert path.read_text() == HAND and [p.name for p in tmp_path.iterdir()] == [path.name]


# --- the form

LAST_DAY = pd.Timestamp("2026-12-31", tz="UTC")


def filled_in(found: pd.DataFrame, file: Path, **values: Any) -> Form:
    """The form with these values, its button clicked."""
    made = form(found, file)
    for name, value in values.items():
        getattr(made, name).value = value
    made.save.click()
    return made


def test_yaml_form_and_workbook_give_the_same_file_and_the_same_findings(tmp_path: Path) -> None:
    found = findings(60)
    first = issues.issues(found)["issue"][0]
    by_hand, by_form, by_plan = (tmp_path / f"{name}.triage.yaml" for name in ("hand", "form", "plan"))
    prints = found.loc[issues.keys(found) == first, "fingerprint"]
    keys = {"decision": "accepted", "by": "M. Keller", "on": "2026-06-01", "reason": "ok", "expires": "2026-12-31"}
    entries = [{"fingerprint": str(one), **keys} for one in prints]
    by_hand.write_text(triage.written(entries))
    values = {"decision": "accepted", "by": "M. Keller", "on": FIRST.date(), "last": LAST.date(), "reason": "ok"}
    told = filled_in(found, by_form, what=first, **values)
    decide(by_plan, plan.decisions(filled(tmp_path, found, **DECIDED), found))
    assert by_hand.read_text() == by_form.read_text() == by_plan.read_text() and len(entries) > 1
    assert f"{len(entries)} findings" in told.told.value and by_form.stat().st_mode & 0o777 == 0o600
    for day, holds in ((LAST_DAY, True), (LAST_DAY + pd.Timedelta(days=1), False)):
        judged = [applied(found, triage.load(path), day) for path in (by_hand, by_form, by_plan)]
        assert judged[0].equals(judged[1]) and judged[1].equals(judged[2])
        mine = judged[0][judged[0]["fingerprint"].isin(prints)]
        assert (mine["decision"] == ("accepted" if holds else "")).all() and (mine["status"] == "FAIL").all()
        assert mine["reason"].str.contains("expired on 2026-12-31, so it counts as open").all() != holds
        assert (first in set(issues.issues(judged[0])["issue"])) != holds


def test_the_form_writes_one_finding_and_says_what_a_fix_needs(tmp_path: Path) -> None:
    found, file = findings(60), tmp_path / "params" / "acme.triage.yaml"
    one = str(found.loc[found["status"] == "MANUAL", "fingerprint"].iloc[0])
    made = filled_in(found, file, kind="Finding", what=one, decision="fix", by="A", on=FIRST.date(), reason="r")
    assert made.last.description == "Due" and len(triage.load(file)) == 1
    made.last.value = LAST.date()
    made.save.click()
    (told,) = triage.load(file)
    assert (told.fingerprint, told.decision, told.until) == (one, "fix", LAST.date())


def test_the_form_tells_what_is_wrong_and_writes_nothing(tmp_path: Path) -> None:
    found, file = findings(60), tmp_path / "<b>acme\u202e.triage.yaml"
    made = filled_in(found, file, decision="accepted", by="<b>A</b>", reason="r")
    assert "Choose what it is about" in made.told.value
    made.what.value = made.what.options[0][1]
    made.save.click()
    assert "an acceptance has a last day" in made.told.value and not file.exists()
    file.write_text("- {fingerprint: <script>}\n")
    made.last.value = date(2099, 1, 1)
    made.save.click()
    assert "20 hexadecimal digits" in made.told.value and "&lt;b&gt;acme\\u202e" in made.told.value
    assert not re.search("<script|<b>|\u202e", made.told.value)
    assert file.read_text() == "- {fingerprint: <script>}\n"


def test_words_narrow_the_list_and_hostile_names_are_shown_as_they_are(tmp_path: Path) -> None:
    found = findings(240, HOSTILE)
    made = filled_in(found, tmp_path / "x.yaml", kind="Finding", words="shop PRODUCTION tst-06")
    labels = [label for label, _ in made.what.options]
    assert labels and all("TST-06" in label and "Shop production" in label for label in labels)
    made.words.value = ""
    assert not [label for label, _ in made.what.options if "\u202e" in label or "\x1b" in label]
    assert len(made.what.options) <= 200


def test_the_form_of_a_chapter_offers_whole_issues_with_a_finding_of_it(tmp_path: Path) -> None:
    found = findings(60)
    chapters = ["20_identity" if n % 4 == 0 else "30_monitoring" for n in range(len(found))]
    made = form(found.assign(notebook=pd.array(chapters, dtype="string")), tmp_path / "x.yaml", "20_identity")
    keys = issues.keys(found)
    mine = set(keys[[chapter == "20_identity" for chapter in chapters]]) - {""}
    assert {key for _, key in made.what.options} == mine < set(keys)
    made.kind.value = "Finding"
    assert {int(key, 16) % 4 for _, key in made.what.options} == {0}


def test_outside_jupyterlab_words_stand_for_the_form(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    book = run_folder(tmp_path)
    monkeypatch.setenv("ORIENTEER_TABLES", "static")
    assert "orienteer triage" in workbook.triage(book)._repr_mimebundle_()["text/plain"]
    monkeypatch.setenv("ORIENTEER_TABLES", "interactive")
    shown = workbook.triage(book, "20_identity", tmp_path / "acme.triage.yaml")._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in shown


def test_the_form_finds_the_file_beside_the_params(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    lab = tmp_path / "outputs" / "acme" / "lab"
    for folder in (lab, tmp_path / "params"):
        folder.mkdir(parents=True)
    (tmp_path / "params" / "acme.yaml").touch()
    monkeypatch.chdir(lab)
    assert triage_file("acme") == tmp_path / "params" / "acme.triage.yaml"
