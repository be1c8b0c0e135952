"""The Word document: what the report says, by styles alone, and no text of an account does anything in it."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn

from orienteer import cli, snapshot
from orienteer.issues import issues
from orienteer.report.document import summary_docx
from orienteer.report.frontpage import front
from orienteer.report.method import METHOD
from tests.report.estate import HOSTILE, findings, run_folder

FIELD = 'DOCPROPERTY "x" \\* MERGEFORMAT { HYPERLINK "http://outside.invalid/" }'
COVER = {"consultancy": "Keller & Co", "author": "M. Keller", "confidentiality": "Confidential"}


def made(folder: Path, count: int = 240, **more: Any) -> tuple[snapshot.Run, Any, bytes]:
    found = findings(count, (*HOSTILE, FIELD, "a\x00\x0b\ufffe\ud800b"[:4]))
    failed = found["status"] == "FAIL"
    told = found.assign(
        decision=["accepted" if n == 0 else "" for n in range(count)],
        decided_by=["M. Keller" if n in (0, 3) else "" for n in range(count)],
        decided_on="2026-01-02", expires="2026-12-31", why=HOSTILE[0], maturity="1",
    ).astype("string")  # fmt: skip
    assert not count or (failed[0] and failed[3])
    run = run_folder(folder, told, **more)
    run = snapshot.Run(run.path, {**run.manifest, "params": {"report": COVER}})
    given = summary_docx(run)
    return run, docx.Document(io.BytesIO(given)), given


def words(document: Any) -> str:
    """Every text of the document, in tables too."""
    return "\n".join("".join(t.text or "" for t in p.iter(qn("w:t"))) for p in document.element.iter(qn("w:p")))


def test_it_says_what_the_report_says(tmp_path: Path) -> None:
    run, document, _ = made(tmp_path)
    text, first = words(document), front(run.findings)
    heads = [p.text for p in document.paragraphs if p.style.name == "Heading 1"]
    assert heads == ["Summary", "Plan of work", "Issues", "Decisions", "Open questions", "Scope and limits"]
    for sentence in (*COVER.values(), "24 November 2026", "M. Keller", "2026-12-31", "Expired", METHOD[3][1]):
        assert sentence in text, sentence
    verdict = next(p.text for p in document.paragraphs if p.style.name == "Verdict")
    assert verdict.split()[:4] == first.verdict[0].split()[:4]
    risks = [p for p in document.paragraphs if p.style.name == "List Number"]
    assert len(risks) == len(first.risks) and all(r.runs[0].style.name.startswith("Severity ") for r in risks)
    plan = next(t for t in document.tables if t.rows[0].cells[0].text == "When")
    assert len(plan.rows) - 1 == len(issues(run.findings)) and "Owner" in [c.text for c in plan.rows[0].cells]
    maturity = next(t for t in document.tables if t.rows[0].cells[0].text == "Category")
    assert len(maturity.rows) == 13
    assert "Lost" in text and "s3: GetBucketPolicy" in text


def test_no_text_of_an_account_becomes_anything_but_text(tmp_path: Path) -> None:
    _, document, given = made(tmp_path, name="Acme \u202egnp.exe\x1b")
    text = words(document)
    assert "Acme \\u202egnp.exe\\x1b" in text
    assert "<script>window.pwned=1</script>" in text and "=HYPERLINK(" in text and "MERGEFORMAT" in text
    assert "\\u202e" in text and "\\x1b" in text and not re.search("[\u202a-\u202e\u2066-\u2069\x00-\x08]", text)
    with zipfile.ZipFile(io.BytesIO(given)) as book:
        parts = {
            name: book.read(name).decode("utf-8", "replace")
            for name in book.namelist()
            if name.endswith((".xml", ".rels"))
        }
    fields = re.findall(r'w:instr="([^"]*)"', "".join(parts.values()))
    assert set(fields) == {"PAGE"} and "instrText" not in "".join(parts.values())
    assert not [name for name, part in parts.items() if "<w:hyperlink" in part or 'TargetMode="External"' in part]
    assert not [name for name in parts if "vba" in name.lower() or "embeddings" in name]


def test_nothing_is_formatted_by_hand(tmp_path: Path) -> None:
    _, document, _ = made(tmp_path)
    runs = [{c.tag for c in r} for r in document.element.body.iter(qn("w:rPr"))]
    assert all(tags <= {qn("w:rStyle")} for tags in runs) and runs
    lines = [{c.tag for c in p} for p in document.element.body.iter(qn("w:pPr"))]
    assert all(tags <= {qn("w:pStyle")} for tags in lines)


def test_an_issue_says_how_it_is_mended(tmp_path: Path) -> None:
    found = findings(6).assign(control_id="INV-04", resource_type="AWS::::Account").astype("string")
    document = docx.Document(io.BytesIO(summary_docx(run_folder(tmp_path, found))))
    codes = [p.text for p in document.paragraphs if p.style.name == "Code"]
    assert codes and all(code.startswith("aws ") for code in codes)


def test_a_run_without_failures_or_with_nothing_at_all_is_told(tmp_path: Path) -> None:
    assert "Nothing failed" in words(made(tmp_path, 0)[1])


def test_the_command_writes_a_private_file_and_nothing_to_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run, _, _ = made(tmp_path / "run")
    command, file = ["export", str(run.path), "--format", "docx"], tmp_path / "summary.docx"
    for arguments, code in ((command, 2), ([*command, "--to", str(file)], 0)):
        with pytest.raises(SystemExit) as ended:
            cli.main(arguments)
        assert ended.value.code == code
    told = capsys.readouterr()
    assert "--to FILE" in told.err and not told.out
    assert file.stat().st_mode & 0o777 == 0o600 and docx.Document(str(file)).tables
