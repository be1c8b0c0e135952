"""Findings as files: nothing lost, nothing live."""

from __future__ import annotations

import csv
import io
import json
import stat
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pandas as pd
import pytest

from orienteer.report import export
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
    assert len(list(csv.reader(io.StringIO((folder / "findings.csv").read_text(), newline="")))) == len(found) + 1
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
    text = (folder / "findings.csv").read_text()
    cells = [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]
    assert not [c for c in cells if c.lstrip(" ").startswith(export.FORMULA)]
    assert any(c.startswith("'=HYPERLINK") for c in cells)
    assert "\x1b" not in text and "\u202e" not in text and "\\u202e" in text


def test_xlsx_is_text_only_and_whole(hostile: tuple[pd.DataFrame, Path]) -> None:
    found, folder = hostile
    with zipfile.ZipFile(folder / "findings.xlsx") as book:
        sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
        strings = ["".join(t.itertext()) for t in ElementTree.fromstring(book.read("xl/sharedStrings.xml"))]
        assert not [n for n in book.namelist() if "hyperlink" in n.lower() or "externalLink" in n]
    cells = list(sheet.iter(f"{SHEET}c"))
    assert not list(sheet.iter(f"{SHEET}f"))
    assert {c.get("t") for c in cells} == {"s"}
    assert len(cells) == int(found.fillna("").ne("").to_numpy().sum()) + len(found.columns)
    assert any(s.startswith("=HYPERLINK") for s in strings)
    assert "-1" in strings


def test_long_text_is_cut_with_a_mark_in_xlsx_only(tmp_path: Path) -> None:
    found = findings(1).assign(reason="\U0001f600" * 40_000).astype("string")
    export.write_findings(found, tmp_path)
    assert json.loads((tmp_path / "findings.json").read_text())[0]["reason"] == found["reason"][0]
    cut = export.fitting(found["reason"][0])
    assert len(cut.encode("utf-16-le")) // 2 <= export.CELL_LIMIT
    assert "more characters, see findings.json" in cut


def test_lone_surrogates_end_no_writer(tmp_path: Path) -> None:
    found = findings(1).assign(reason=pd.Series(["half \ud83d pair"], dtype=object))
    export.write_findings(found, tmp_path)
    assert json.loads((tmp_path / "findings.json").read_text())[0]["reason"] == "half \ud83d pair"
    assert pd.read_parquet(tmp_path / "findings.parquet")["reason"][0] == "half \\ud83d pair"


def test_no_findings_still_have_columns(tmp_path: Path) -> None:
    export.write_findings(findings(0), tmp_path)
    assert json.loads((tmp_path / "findings.json").read_text()) == []
    assert list(pd.read_parquet(tmp_path / "findings.parquet").columns) == list(findings(0).columns)
    assert (tmp_path / "findings.csv").read_text().startswith("control_id,title,")


@pytest.mark.parametrize("text", ["not json", "[" * 100_000, "", "[1]", "NaN"])
def test_odd_evidence_is_an_object(text: str) -> None:
    assert isinstance(export.evidence(text), dict)
