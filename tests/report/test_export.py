"""Findings as files: nothing lost, nothing live."""

from __future__ import annotations

import csv
import io
import json
import re
import stat
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pandas as pd
import pytest

from orienteer import issues
from orienteer.report import export, plan, text
from tests.report.estate import HOSTILE, findings

SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.fixture
def hostile(tmp_path: Path) -> tuple[pd.DataFrame, Path]:
    found = findings(80, HOSTILE)
    export.write_findings(found, tmp_path)
    return found, tmp_path


def test_every_format_holds_every_row_and_only_the_owner_reads_it(hostile: tuple[pd.DataFrame, Path]) -> None:
    found, folder = hostile
    listed = json.loads((folder / "findings.json").read_text())
    assert [row["resource_id"] for row in listed] == found["resource_id"].tolist()
    assert listed[3]["evidence"] == json.loads(found["evidence"][3])
    assert pd.read_parquet(folder / "findings.parquet").astype("string").equals(found)
    assert (
        len(list(csv.reader(io.StringIO((folder / "findings.csv").read_text(encoding="utf-8-sig"), newline=""))))
        == len(found) + 1
    )
    assert {stat.S_IMODE(p.stat().st_mode) for p in folder.iterdir()} == {0o600}


def test_same_findings_same_bytes(hostile: tuple[pd.DataFrame, Path], tmp_path: Path) -> None:
    found, folder = hostile
    again = tmp_path / "again"
    again.mkdir()
    export.write_findings(found.copy(), again)
    assert {p.name: p.read_bytes() for p in again.iterdir()} == {
        p.name: (folder / p.name).read_bytes() for p in again.iterdir()
    }


def test_csv_has_no_cell_a_spreadsheet_would_run(hostile: tuple[pd.DataFrame, Path]) -> None:
    _, folder = hostile
    csv_text = (folder / "findings.csv").read_text(encoding="utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(csv_text, newline="")) for cell in row]
    assert not [c for c in cells if c.lstrip(" ").startswith(export.FORMULA)]
    assert any(c.startswith("'=HYPERLINK") for c in cells)
    assert "\x1b" not in csv_text and "\u202e" not in csv_text and "\\u202e" in csv_text


@pytest.mark.parametrize(
    "text",
    ["=1+1", " =1+1", "   @SUM(A1)", "\u00a0=1+1", "\u3000+1", "-2", "\uff1d1", " \uff0b1", "\tplain", "\nplain"],
)
def test_a_formula_is_none_whatever_blanks_lead_it(text: str) -> None:
    assert export.harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", " ", "a=1", " a", "1-2", "'=1"])
def test_plain_text_stays_as_it_is(text: str) -> None:
    assert export.harmless(text) == text


def read_sheet(data: bytes, name: str) -> list[dict[str, str]]:
    """A sheet's rows by head: texts, and numbers as they stand in the file."""
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        names = [s.get("name") for s in ElementTree.fromstring(book.read("xl/workbook.xml")).iter(f"{SHEET}sheet")]
        strings = ["".join(t.itertext()) for t in ElementTree.fromstring(book.read("xl/sharedStrings.xml"))]
        page = ElementTree.fromstring(book.read(f"xl/worksheets/sheet{names.index(name) + 1}.xml"))
    lines = []
    for row in page.iter(f"{SHEET}row"):
        cells = {}
        for cell in row:
            text = cell.findtext(f"{SHEET}v") or ""
            cells[(cell.get("r") or "").rstrip("0123456789")] = strings[int(text)] if cell.get("t") == "s" else text
        lines.append(cells)
    return [{lines[0][at]: text for at, text in line.items()} for line in lines[1:]]


def test_the_workbook_holds_every_finding_cell_by_cell_and_no_formula(hostile: tuple[pd.DataFrame, Path]) -> None:
    found, folder = hostile
    data = (folder / "findings.xlsx").read_bytes()
    rows = {row["Fingerprint"]: row for row in read_sheet(data, "Findings")}
    assert len(rows) == len(found)
    for one in found.to_dict("records"):
        row = rows[one["fingerprint"]]
        assert row["Resource"] == export.visible(one["resource_id"]) and row["Account"] == one["account_id"]
        assert row["Evidence"] == export.visible(one["evidence"]) and row["Found"] == export.visible(one["reason"])
    with zipfile.ZipFile(folder / "findings.xlsx") as book:
        sheets = [book.read(n) for n in book.namelist() if n.startswith("xl/worksheets/sheet")]
        links = "".join(book.read(n).decode() for n in book.namelist() if n.endswith(".rels") and "sheets" in n)
        assert not [n for n in book.namelist() if "externalLink" in n]
    assert len(sheets) == 8 and not any(list(ElementTree.fromstring(s).iter(f"{SHEET}f")) for s in sheets)
    targets = {part.partition('"')[0] for part in links.split('Target="')[1:]}
    assert targets == {"index.html"}, "the page in the same folder, and nothing else"


def test_the_plan_has_an_issue_per_row_that_sorts_by_grade_and_takes_a_decision(tmp_path: Path) -> None:
    found = findings(120)
    data = plan.workbook(found)
    rows = read_sheet(data, "Plan")
    listed = issues.issues(found)
    assert [row["Issue"] for row in rows] == listed["issue"].tolist()
    assert [row["Severity"] for row in rows] == sorted(row["Severity"] for row in rows)
    assert sum(int(row["Findings"]) for row in rows) == (found["status"] == "FAIL").sum()
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        page = book.read("xl/worksheets/sheet2.xml").decode()
    assert "accepted,false_positive,fix" in page and "<autoFilter" in page and 'state="frozen"' in page
    assert "pageSetup" in page and 'orientation="landscape"' in page


def test_what_is_planned_by_goes_onto_paper_and_rows_have_room(tmp_path: Path) -> None:
    found = findings(60, ("thing " * 40,))
    with zipfile.ZipFile(io.BytesIO(plan.workbook(found))) as book:
        defined = ElementTree.fromstring(book.read("xl/workbook.xml")).iter(f"{SHEET}definedName")
        areas = {str(d.text).partition("!")[0]: str(d.text) for d in defined if d.get("name") == "_xlnm.Print_Area"}
        page = ElementTree.fromstring(book.read("xl/worksheets/sheet2.xml"))
    last = chr(ord("A") + plan.PLAN.index("Decision"))
    assert re.fullmatch(rf"Plan!\$A\$1:\${last}\$\d+", areas["Plan"]) and areas["Findings"].startswith(
        "Findings!$A$1:$I$"
    )
    assert set(areas) == {"Summary", "Plan", "Findings", "Accounts", "Exposures", "Identities", "Coverage", "Decisions"}
    heights = {float(row.get("ht") or 0) for row in page.iter(f"{SHEET}row")} - {0.0}
    assert max(heights) > 2 * plan.LINE and max(heights) <= plan.LINE * plan.MOST_LINES


def test_dates_are_dates_and_severities_failed_first(tmp_path: Path) -> None:
    found = findings(12).assign(decision="", decided_by="", decided_on="", expires="").astype("string")
    found.loc[0, ["decision", "decided_by", "decided_on", "expires"]] = ["accepted", "A", "2026-06-01", "2026-12-31"]
    data = plan.workbook(found)
    (row,) = read_sheet(data, "Decisions")
    assert (row["Decision"], row["On"], row["Until"]) == ("Accepted", "46174", "46387"), "days since 1900"
    statuses = [row["Status"] for row in read_sheet(data, "Findings")]
    assert statuses == sorted(statuses, key=["Failed", "To be answered", "Not assessed", "Passed"].index)


def test_a_formula_behind_any_blank_is_disarmed() -> None:
    for odd in ("=1", " =1", "\t=1", "\u00a0=1", "\n@x", "\uff1d1"):
        assert export.harmless(odd).startswith("'"), repr(odd)
    assert export.harmless(" plain") == " plain"


def test_long_text_is_cut_with_a_mark_in_xlsx_only(tmp_path: Path) -> None:
    found = findings(1).assign(reason="\U0001f600" * 40_000).astype("string")
    export.write_findings(found, tmp_path)
    assert json.loads((tmp_path / "findings.json").read_text())[0]["reason"] == found["reason"][0]
    cut = text.fitting(found["reason"][0])
    assert len(cut.encode("utf-16-le")) // 2 <= text.CELL_LIMIT
    assert "more characters, see findings.json" in cut


def test_lone_surrogates_end_no_writer(tmp_path: Path) -> None:
    found = findings(1).assign(reason=pd.Series(["half \ud83d pair"], dtype=object))
    export.write_findings(found, tmp_path)
    assert json.loads((tmp_path / "findings.json").read_text())[0]["reason"] == "half \ud83d pair"
    assert pd.read_parquet(tmp_path / "findings.parquet")["reason"][0] == "half \\ud83d pair"


def test_objects_of_the_json_have_their_keys_sorted(tmp_path: Path) -> None:
    """Two runs' files can then be compared line by line."""
    export.write_findings(findings(1).assign(evidence='{"b": 1, "a": 2}'), tmp_path)
    (found,) = json.loads(
        (tmp_path / "findings.json").read_text(), object_pairs_hook=lambda pairs: [k for k, _ in pairs]
    )
    assert found == sorted(found) and len(found) > 20


def test_no_findings_still_have_columns(tmp_path: Path) -> None:
    export.write_findings(findings(0), tmp_path)
    assert json.loads((tmp_path / "findings.json").read_text()) == []
    assert list(pd.read_parquet(tmp_path / "findings.parquet").columns) == list(findings(0).columns)
    assert (tmp_path / "findings.csv").read_text(encoding="utf-8-sig").startswith("control_id,title,")


@pytest.mark.parametrize("odd", ["not json", "[" * 100_000, "", "[1]", "NaN"])
def test_odd_evidence_is_an_object(odd: str) -> None:
    assert isinstance(export.evidence(odd), dict)
