"""axe-core over one page of each kind: no violation at all in the width of a tablet, none in the dark on the index."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest

from orienteer import snapshot
from orienteer.report import pages
from orienteer.report.portfolio import Client, write_portfolio
from orienteer.report.treemap import treemap
from orienteer.report.trust_graph import Trust, trust_graph
from tests.browser.axe import one_of_each, told, violations
from tests.browser.test_report import _chapter
from tests.report.estate import findings, run_folder
from tests.report.test_policies import run as organization

KINDS = {"20_identity", "account", "change", "index", "policies", "portfolio"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report with a page of every kind."""
    base = tmp_path_factory.mktemp("client")
    then = run_folder(base / "20260101T000000Z", findings(60))
    snapshot.write_manifest(then.path, {**then.manifest, "started_at": "2026-01-01T00:00:00+00:00"})
    now = organization(base / "20260201T000000Z")
    snapshot.write_manifest(now.path, {**now.manifest, "started_at": "2026-02-01T00:00:00+00:00"})
    (now.path / "notebooks").mkdir()
    notebook = _chapter()
    for drawn in (
        trust_graph([Trust("anybody", "internet", "lab", ("sandbox",))], "Trust"),
        treemap({"public": {"S3 bucket": 3}, "external": {"IAM role": 1}}, "Open", "resources"),
    ):
        shown = nbformat.v4.new_output("display_data", data={"text/html": drawn, "text/plain": "a picture"})
        notebook.cells.append(nbformat.v4.new_code_cell("x", outputs=[shown], execution_count=9))
    nbformat.write(notebook, now.path / "notebooks" / "20_identity.ipynb")
    run = snapshot.open_run(now.path)
    report = pages.write_report(run).parent
    write_portfolio([Client("acme", run.path), Client("third", None, "no role to take")], report)
    return report


@pytest.fixture(scope="module")
def page(browser: Any) -> Iterator[Any]:
    opened = browser.new_page()
    yield opened
    opened.close()


def test_no_page_has_a_violation(folder: Path, page: Any) -> None:
    looked_at = one_of_each(folder)
    assert {path.stem.partition("-")[0] for path in looked_at} == KINDS
    found = [line for path in looked_at for line in told(path, 768, "light", violations(page, path, 768))]
    found += told(folder / "index.html", 768, "dark", violations(page, folder / "index.html", 768, "dark"))
    assert found == []


def test_axe_sees_what_is_wrong(folder: Path, page: Any, tmp_path: Path) -> None:
    text = (folder / "change.html").read_text(encoding="utf-8").replace('lang="en"', "")
    (tmp_path / "bad.html").write_text(text, encoding="utf-8")
    assert "html-has-lang" in [one["id"] for one in violations(page, tmp_path / "bad.html", 768)]


@pytest.mark.parametrize("width", [390, 768])
def test_no_page_is_wider_than_the_screen(folder: Path, page: Any, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    wide = []
    for path in one_of_each(folder):
        page.goto(path.resolve().as_uri())
        page.evaluate("() => document.querySelectorAll('details:not(.facet)').forEach((fold) => { fold.open = true; })")
        reached = page.evaluate("document.documentElement.scrollWidth")
        wide += [f"{path.name} {reached}"] if reached > width else []
    assert wide == []
