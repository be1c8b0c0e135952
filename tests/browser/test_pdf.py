"""The report on paper: cover, contents that know their pages, numbered pages, no link that names a folder here."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from orienteer import snapshot
from orienteer.errors import OrienteerError
from orienteer.report import pages, pdf
from tests.browser.conftest import chromium
from tests.report.estate import HOSTILE, findings, run_folder

TREE = (
    b"%PDF-1.4\n1 0 obj\n<</Type /Page\n/Parent 9 0 R>>\nendobj\n2 0 obj\n<</Type /Page>>\nendobj\n"
    b"3 0 obj\n<</Type /Page>>\nendobj\n8 0 obj\n<</Type /Pages\n/Kids [2 0 R 3 0 R]>>\nendobj\n"
    b"9 0 obj\n<</Type /Pages\n/Kids [1 0 R 8 0 R]>>\nendobj\n"
    b"10 0 obj\n<</a-b [1 0 R /XYZ 0 8 0]\n/page-00_scope [3 0 R /XYZ 0 8 0]>>\nendobj\n"
    b"11 0 obj\n<</Type /Catalog\n/Pages 9 0 R\n/Dests 10 0 R>>\nendobj\n"
)


def test_pages_of_destinations_are_counted_along_the_page_tree() -> None:
    assert pdf.destinations(TREE) == {"a-b": 1, "page-00_scope": 3}


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7 compressed", TREE.replace(b"/Kids", b"/Other")])
def test_what_cannot_be_read_gives_no_page_numbers(data: bytes) -> None:
    assert pdf.destinations(data) == {}


def test_links_lead_into_the_document_or_to_documentation_only() -> None:
    body = '<section id="issues"><a href="index.html#issues">a</a><a href="findings.xlsx">b</a><a href="#no">c</a>' \
           '<a href="https://docs.aws.amazon.com/x">d</a><a href="file:///etc/passwd">e</a></section>'  # fmt: skip
    text = pdf.document("<h1>A</h1>", [("issues", "Issues", body)], {"issues": 4})
    assert re.findall(r'href="([^"]*)"', text) == ["#issues", "#issues", "https://docs.aws.amazon.com/x"]
    assert '<a href="#issues">Issues</a><span>4</span>' in text


def test_paper_says_once_what_chapters_and_index_both_say() -> None:
    cell = '<div id="cell-id={}" class="cell">{}</div>\n'.format
    chapter = "".join([
        cell(1, 'seen <div class="rowsbox">facts</div>'), cell(2, f"read {pdf.VERDICTS}Every verdict</h2>"),
        cell(3, "chart of verdicts"), cell(4, '<div class="rowsbox">all controls</div>'),
        cell(5, f"{pdf.NEXT}Next</h2>"), cell(6, '<div class="rowsbox">steps</div>'), cell(7, "last words"),
    ])  # fmt: skip
    kept = re.sub(r"<[^>]*>", "", pdf._once(chapter)).split("\n")
    assert kept == ["seen facts", "read ", "Next", "last words", ""]
    assert pdf._once("<h2>Other</h2>") == "<h2>Other</h2>"


def test_paper_shows_a_picture_and_gives_an_advice_once() -> None:
    cell = '<div id="cell-id={}" class="cell">{}</div>\n'.format
    advice, read = "<p><strong>What to do.</strong> Ask.</p>", "<p><strong>How to read it.</strong> {}</p>"
    first, second = (
        cell(f"{n}-1", "<figure>costs</figure>") + cell(f"{n}-2", advice + read.format(n)) + cell(f"{n}-3", "words")
        for n in (1, 2)
    )
    printed: dict[str, str] = {}
    assert pdf.unrepeated(first + first, "One", printed) == first + first
    kept = re.sub(r"<[^>]*>", "", pdf.unrepeated(second, "Two", printed)).split("\n")
    assert kept == ["Printed under One.How to read it. 2", "words", ""]


def test_a_title_is_without_the_mark_of_its_anchor() -> None:
    head = '<h1 id="x">Scope: <em>what</em> we saw<a class="anchor-link" href="#x">&#182;</a></h1><p>more</p>'
    assert pdf._title(head, "h1") == "Scope: what we saw"


def test_without_a_browser_it_says_so_in_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv(pdf.CHOSEN, raising=False)
    with pytest.raises(OrienteerError, match="no Chromium or Chrome") as caught:
        pdf.browser()
    assert caught.value.exit_code == 2 and "\n" not in str(caught.value)
    monkeypatch.setenv(pdf.CHOSEN, "/nowhere/chromium")
    with pytest.raises(OrienteerError, match="/nowhere/chromium"):
        pdf.browser()


def test_a_browser_that_prints_nothing_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = pages.write_report(run_folder(tmp_path / "run")).parent
    monkeypatch.setenv(pdf.CHOSEN, "true")
    with pytest.raises(OrienteerError, match="gave no PDF") as caught:
        pdf.write_pdf(folder)
    assert caught.value.exit_code == 3 and not list(folder.glob(".print*")) and not (folder / pdf.NAME).exists()


@pytest.mark.skipif(chromium() is None, reason="no Chromium on this machine")
def test_hostile_findings_are_printed_with_their_pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(pdf.CHOSEN, chromium() or "")
    run = run_folder(tmp_path / "run", pd.DataFrame(findings(60, HOSTILE)), name=HOSTILE[0])
    folder = pages.write_report(snapshot.open_run(run.path)).parent
    made = pdf.write_pdf(folder)
    data = made.read_bytes()
    known = pdf.destinations(data)
    assert known["summary"] == 3 and known["issues"] > 3 and known["method"] >= known["coverage"] >= known["issues"]
    assert b"file:" not in data and b"outside.invalid" not in data
    assert made.stat().st_mode & 0o777 == 0o600 and not list(folder.glob(".print*"))
