"""The notebooks by nbval: each runs as it is (lax), and gives on the demo what the stored copies show (strict)."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pandas as pd
import pytest

from orienteer import books, snapshot
from orienteer.report import pages, pdf
from tests.browser.conftest import chromium
from tests.execute import STORED, copied, environment, finished_run

pytestmark = pytest.mark.long

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def run(collected_demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return finished_run(copied(collected_demo, tmp_path_factory.mktemp("nbval")))


def nbval(run: Path, tables: str, *arguments: str) -> str:
    """What an nbval session of its own says; raises when it fails."""
    options = ["-q", "-p", "no:cacheprovider", "-p", "tests.forked", "-c", "/dev/null", "--rootdir", str(ROOT)]
    command = [sys.executable, "-m", "pytest", *options, *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment(run, tables), capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
    return done.stdout


def test_findings_are_the_same_however_pandas_stores_texts(run: Path, tmp_path: Path) -> None:
    """A batch judges with Python's own strings where the run is small; this one was judged with Arrow's."""
    with pd.option_context("mode.string_storage", "python"):
        other = finished_run(copied(run, tmp_path))
    found = [(one / "findings.csv").read_bytes() for one in (run, other)]
    assert len(found[0]) > 100_000 and found[0] == found[1]


def test_a_notebook_as_it_is_runs_top_to_bottom_with_interactive_tables(run: Path) -> None:
    """One for all: their cells are those of the stored copies, which the next test runs."""
    said = nbval(run, "interactive", "--nbval-lax", str(books.path("20_identity")))
    assert "skipped" not in said


def test_the_demo_gives_what_the_stored_copies_show(run: Path) -> None:
    nbval(run, "static", "--nbval", "--nbval-sanitize-with", str(STORED.with_name("nbval.cfg")), str(STORED))


@pytest.mark.parametrize("name", books.names())
def test_the_stored_copies_are_of_the_notebooks_as_they_are(name: str) -> None:
    source, stored = (nbformat.read(path, 4) for path in (books.path(name), STORED / f"{name}.ipynb"))
    assert [c.source for c in stored.cells] == [c.source for c in source.cells], "make executed"
    assert all(c.outputs or "display" not in c.source for c in stored.cells if c.cell_type == "code")
    assert sum(bool(c.outputs) for c in stored.cells if c.cell_type == "code") > 5


@pytest.mark.skipif(chromium() is None, reason="no Chromium on this machine")
def test_the_demos_report_is_printed_on_fewer_than_sixty_pages(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its chapters are the stored copies; they are printed once, so the contents know no page numbers yet."""
    monkeypatch.setenv(pdf.CHOSEN, chromium() or "")
    shutil.copytree(STORED, run / "notebooks", dirs_exist_ok=True)
    folder = pages.write_report(snapshot.open_run(run)).parent
    parts = list(pdf._parts(folder))
    assert [id_ for id_, _, _ in parts if id_.startswith("page-")] == [
        f"page-{name}" for name in books.names() if name not in pdf.REPEATED
    ]
    data = pdf._printed(pdf.browser(), folder, pdf.document("<h1>Nordlicht</h1>", parts, {}))
    assert 40 < len(re.findall(rb"/Type /Page\b", data)) < 60
