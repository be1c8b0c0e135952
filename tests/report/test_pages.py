"""The pages as text: nothing from an account is markup, nothing failed goes unmarked.  browser/ looks at them."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import stat
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest

from orienteer import snapshot
from orienteer.decisions import column
from orienteer.params import from_mapping
from orienteer.report import export, notebook_html, packed, pages
from tests.report.estate import HOSTILE, findings, run_folder


class Tags(HTMLParser):
    """Every element of a page with its attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    @property
    def outside(self) -> list[str]:
        """What the page loads or links from elsewhere, AWS's documentation aside."""
        addresses = [a.get(k) or "" for _, a in self.found for k in ("src", "href", "action", "data", "srcset")]
        return [a for a in addresses if "//" in a and not a.startswith("https://docs.aws.amazon.com/")]


def written(notebook: Path, *cells: Any) -> Path:
    """An executed notebook with these cells."""
    notebook.parent.mkdir(exist_ok=True)
    node = nbformat.v4.new_notebook(cells=list(cells))
    nbformat.write(node, notebook)
    return notebook


def code(source: str, *outputs: Any, ran: int | None = 1, tags: tuple[str, ...] = ()) -> Any:
    cell = nbformat.v4.new_code_cell(source, outputs=list(outputs), execution_count=ran)
    cell.metadata["tags"] = list(tags)
    return cell


def shown(**data: Any) -> Any:
    return nbformat.v4.new_output("display_data", data={k.replace("_", "/", 1): v for k, v in data.items()})


@pytest.fixture
def hostile(tmp_path: Path) -> snapshot.Run:
    return run_folder(tmp_path, findings(200, HOSTILE), name=HOSTILE[1])


def test_index_holds_no_element_that_came_from_data(hostile: snapshot.Run, tmp_path: Path) -> None:
    text = pages.write_index(hostile, tmp_path).read_text()
    harmless = pages.write_index(
        run_folder(tmp_path / "calm", findings(200, [f"x{n}" for n in range(len(HOSTILE))])), tmp_path
    )
    assert [t for t, _ in Tags(text).found] == [t for t, _ in Tags(harmless.read_text()).found]
    assert not [a for _, attrs in Tags(text).found for a in attrs if a.startswith("on")]
    assert not Tags(text).outside and "url(" not in text.replace("url(#hatch)", "")
    assert "\u202e" not in text and "\x1b" not in text


def test_policy_lets_exactly_our_script_run(hostile: snapshot.Run, tmp_path: Path) -> None:
    text = pages.write_index(hostile, tmp_path).read_text()
    policy = next(a["content"] for t, a in Tags(text).found if a.get("http-equiv") == "Content-Security-Policy")
    script = text.rpartition("<script>")[2].partition("</script>")[0]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert policy is not None and policy.startswith("default-src 'none'")
    assert f"script-src 'sha256-{digest}';" in policy


def test_packed_findings_come_back_whole() -> None:
    found = findings(300, HOSTILE)
    raw = base64.b64decode(packed.packed(found))
    assert raw[4:8] == bytes(4), "no time in it: equal findings give equal bytes"
    data = json.loads(gzip.decompress(raw))
    values = {n: [c["values"][i] for i in c["codes"] or [0] * data["rows"]] for n, c in data["columns"].items()}
    back = pd.DataFrame(values).sort_values("fingerprint", ignore_index=True).astype("string")
    given = found.assign(**{name: column(found, name) for name in packed.COLUMNS}).astype("string")
    assert back.equals(given.sort_values("fingerprint", ignore_index=True)[list(packed.COLUMNS)])
    assert values["status"][0] == "FAIL" and values["severity"][0] == "critical"


def test_report_says_which_chapter_failed_and_which_account_was_lost(tmp_path: Path) -> None:
    run = run_folder(tmp_path)
    told = [{"name": "20_identity", "status": "failed", "error": "the kernel <died>"}]
    written(run.path / "notebooks" / "20_identity.ipynb", code("1"))
    written(run.path / "notebooks" / "10_organization.ipynb", nbformat.v4.new_markdown_cell("# Good"), code("1"))
    text = pages.write_report(run, told).read_text()
    assert "This report is incomplete" in text and "the kernel &lt;died&gt;" in text
    assert "1 account could not be read at all" in text and "444444444444" in text
    failed, good = ((run.path / "report" / f"{n}.html").read_text() for n in ("20_identity", "10_organization"))
    assert "This chapter failed" in failed and "the kernel &lt;died&gt;" in failed
    assert "This chapter failed" not in good


def test_a_chapter_that_was_never_written_is_listed_as_failed(tmp_path: Path) -> None:
    run = run_folder(tmp_path)
    text = pages.write_report(run, [{"name": "30_monitoring", "status": "failed", "error": ""}]).read_text()
    assert "30_monitoring" in text and 'class="failed"' in text


@pytest.mark.parametrize(
    "cells",
    [
        [code("x", nbformat.v4.new_output("error", ename="E", evalue="v", traceback=[]))],
        [code("x"), code("y", ran=None)],
    ],
    ids=["error", "stopped"],
)
def test_a_trace_of_failing_gives_the_banner_whatever_the_batch_says(tmp_path: Path, cells: list[Any]) -> None:
    page = tmp_path / "p.html"
    made = notebook_html.convert(notebook_html.read(written(tmp_path / "n" / "x.ipynb", *cells)), page)
    assert made.error and "This chapter failed" in page.read_text()


def test_what_a_killed_kernel_leaves_is_marked_by_the_batch(tmp_path: Path) -> None:
    path = written(tmp_path / "n" / "x.ipynb", code("1"))
    node = nbformat.read(path, as_version=4)
    node.metadata["orienteer"] = {"status": "failed", "error": "the kernel died"}
    nbformat.write(node, path)
    assert notebook_html.convert(notebook_html.read(path), tmp_path / "p.html").error == "the kernel died"


def test_page_shows_no_source_and_no_parameters(tmp_path: Path) -> None:
    cells = [
        nbformat.v4.new_markdown_cell("# Title here\n\ntext"),
        code("run = 'secret-path'", tags=("parameters",)),
        code("run = 'secret-path'", shown(text_plain="secret-path"), tags=("injected-parameters",)),
        code("hidden_source()", shown(text_html="<p>visible</p>")),
    ]
    page = tmp_path / "p.html"
    made = notebook_html.convert(
        notebook_html.read(written(tmp_path / "n" / "x.ipynb", *cells)), page, client="A & <b>"
    )
    text = page.read_text()
    assert made.title == "Title here" and "visible" in text and "A &amp; &lt;b&gt;" in text
    assert "secret-path" not in text and "hidden_source" not in text
    assert not Tags(text).outside and "plotly.min.js" not in text


def test_cells_for_the_consultant_stay_out_of_the_client_pages(tmp_path: Path) -> None:
    cells = [nbformat.v4.new_markdown_cell("# T"), nbformat.v4.new_markdown_cell("Ask Mary about answers.")]
    cells[1].metadata["tags"] = ["consultant"]
    page = tmp_path / "p.html"
    notebook_html.convert(notebook_html.read(written(tmp_path / "n" / "x.ipynb", *cells, code("1"))), page)
    assert "Ask Mary" not in page.read_text()


def test_the_report_folder_is_whole_by_itself(tmp_path: Path) -> None:
    run = run_folder(tmp_path)
    export.write_findings(run.findings, run.path)
    folder = pages.write_report(run).parent
    for name in ("findings.xlsx", "findings.csv", "findings.json"):
        assert (folder / name).read_bytes() == (run.path / name).read_bytes()
    listed = json.loads((folder / "manifest.json").read_text())["files"]
    assert "snapshot/coverage.parquet" in listed


def test_charts_come_from_stored_json_and_cannot_leave_it(tmp_path: Path) -> None:
    figure = {"data": [{"type": "bar", "x": ["</script><script>window.pwned=1</script>"], "y": [1]}], "layout": {}}
    cell = code("x", nbformat.v4.new_output("display_data", data={notebook_html.PLOTLY: figure}))
    page = tmp_path / "p.html"
    notebook_html.convert(notebook_html.read(written(tmp_path / "n" / "x.ipynb", cell)), page)
    text = page.read_text()
    assert [a.get("src") for t, a in Tags(text).found if t == "script"] == ["assets/plotly.min.js", None, None]
    block = text.partition('type="application/json">')[2].partition("</script>")[0]
    assert "<" not in block and json.loads(block)["data"] == figure["data"]
    assert (tmp_path / "assets" / "plotly.min.js").stat().st_size > 1_000_000


def test_only_the_owner_reads_a_report(tmp_path: Path) -> None:
    run = run_folder(tmp_path)
    cell = code("x", nbformat.v4.new_output("display_data", data={notebook_html.PLOTLY: {"data": [], "layout": {}}}))
    written(run.path / "notebooks" / "10_organization.ipynb", cell)
    folder = pages.write_report(run).parent
    modes = {p.is_dir(): stat.S_IMODE(p.stat().st_mode) for p in [folder, *folder.rglob("*")]}
    assert modes == {True: 0o700, False: 0o600}


def test_same_run_same_bytes(tmp_path: Path) -> None:
    run = run_folder(tmp_path)
    first = pages.write_report(run).read_bytes()
    assert pages.write_report(run).read_bytes() == first


def test_the_cover_says_who_wrote_it_for_whom(tmp_path: Path) -> None:
    given = {"client": {"slug": "acme"}, "profile": "x", "report": {"author": "<M>", "date": "2026-11-25"}}
    run = run_folder(tmp_path)
    told = {**run.manifest, "params": from_mapping(given).public()}
    text = pages.write_index(snapshot.Run(run.path, told), tmp_path).read_text()
    assert "<dt>Author</dt><dd>&lt;M&gt;</dd>" in text and "<dt>Date</dt><dd>2026-11-25</dd>" in text
    assert "<dt>Consultancy</dt>" not in text


def test_an_issue_says_how_it_is_mended_in_console_cli_and_terraform(tmp_path: Path) -> None:
    found = findings(2, HOSTILE[:1]).assign(control_id="NET-06", resource_type="AWS::S3::Bucket", status="FAIL")
    text = pages.write_report(run_folder(tmp_path, found)).read_text(encoding="utf-8")
    name = "'&lt;script&gt;window.pwned=1&lt;/script&gt;/0'"
    assert f"aws s3api put-public-access-block --bucket {name.replace(chr(39), '&#39;')} --public" in text
    assert "resource &#34;aws_s3_bucket_public_access_block&#34;" in text and "S3 &gt; " in text
