"""The report in a browser, from disk: it asks for nothing, draws its charts, and nothing of an account's runs in it."""

from __future__ import annotations

import csv
import io
import itertools
import re
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest
from playwright.sync_api import expect

from orienteer.report import charts, notebook_html, pages
from orienteer.workbook import show
from tests.report.estate import HOSTILE, findings, run_folder

pytestmark = pytest.mark.long

PIXELS = 20_000
"""A screenshot of a page that shows something is larger than this, in bytes."""


CONTRAST = (Path(__file__).parent / "contrast.js").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of a run whose every text is hostile: index.html, and a chapter with charts and tables."""
    folder = tmp_path_factory.mktemp("run")
    turns = list(itertools.islice(itertools.cycle(HOSTILE), 600))
    found = findings(600, HOSTILE).assign(why=turns, resource_type=turns, source=turns[5:] + turns[:5], mappings=turns)
    run = run_folder(folder, found.astype("string"), name=HOSTILE[0])
    (folder / "notebooks").mkdir()
    nbformat.write(_chapter(), folder / "notebooks" / "20_identity.ipynb")
    return pages.write_report(run).parent


def _chapter() -> Any:
    """A notebook as it lies in a run folder, every hostile text in a table, in three charts and in plain text."""
    counts = pd.DataFrame({s: range(1, len(HOSTILE) + 1) for s in charts.SEVERITY}, index=list(HOSTILE))
    states = pd.DataFrame([["on", "off"]] * len(HOSTILE), index=list(HOSTILE), columns=list(HOSTILE[:2]))
    drawn = [
        charts.stacked("Stacked", counts, charts.SEVERITY, "things"),
        charts.state_map("Map", states, {"on": charts.GOOD, "off": charts.BAD}),
        charts.ranked("Ranked", [(text, n) for n, text in enumerate(HOSTILE, start=1)], "things"),
    ]
    table = show(pd.DataFrame({"name": HOSTILE, "n": range(len(HOSTILE))}))
    data = [{notebook_html.PLOTLY: d.to_plotly_json()} for d in drawn]
    data = [nbformat.from_dict({k: nbformat.from_dict(_plain(v)) for k, v in d.items()}) for d in data]
    outputs = [*data, {"text/html": table.page, "text/plain": table.plain}, {"text/plain": "\n".join(HOSTILE)}]
    cells = [nbformat.v4.new_markdown_cell("# Identity: who gets in?")]
    for number, one in enumerate(outputs, start=1):
        output = nbformat.v4.new_output("display_data", data=one)
        cells.append(nbformat.v4.new_code_cell("x", outputs=[output], execution_count=number))
    return nbformat.v4.new_notebook(cells=cells)


def _plain(value: Any) -> Any:
    import json

    from plotly.utils import PlotlyJSONEncoder

    return json.loads(json.dumps(value, cls=PlotlyJSONEncoder))


def test_pages_ask_for_nothing_and_nothing_hostile_runs(report: Path, visit: Any) -> None:
    for page in sorted(report.glob("*.html")):
        seen = visit(page)
        seen.page.wait_for_timeout(300)
        assert seen.page.evaluate("window.pwned") is None, page.name
        assert seen.outside == [], page.name
        assert seen.said == [], page.name
        assert len(seen.page.screenshot()) > PIXELS


def test_charts_are_drawn(report: Path, visit: Any) -> None:
    page = visit(report / "20_identity.html").page
    assert page.locator(".chart .main-svg").count() >= 3
    assert page.locator(".chart .bars .point path").count() >= 2 * len(HOSTILE)
    index = visit(report / "index.html").page
    assert index.locator("svg.bars rect").count() > 8


def test_labels_of_charts_are_text(report: Path, visit: Any) -> None:
    page = visit(report / "20_identity.html").page
    labels = page.locator(".chart").nth(2).locator(".ytick text").all_text_contents()
    assert "<b style=position:fixed;inset:0>PASS</b>" in labels
    assert page.locator(".chart svg a, .chart svg [style*=fixed]").count() == 0


def test_long_labels_leave_the_bars_room_on_a_phone(report: Path, browser: Any) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 800})
    page.goto((report / "20_identity.html").resolve().as_uri())
    page.wait_for_selector("html[data-ready=yes]", state="attached")
    labels = page.locator(".chart").nth(2).locator(".ytick text").all_text_contents()
    assert "javascript:window.pwn\u2026" in labels and "' onmouseover='window\u2026" in labels
    assert "<b style=position:fixed;inset:0>PASS</b>" in labels, "never cut within an escape"
    assert page.evaluate("window.pwned") is None
    page.close()


def test_a_phone_shows_marks_in_maps_and_the_whole_width_of_findings(report: Path, browser: Any) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 800})
    page.goto((report / "20_identity.html").resolve().as_uri())
    page.wait_for_selector("html[data-ready=yes]", state="attached")
    cells = page.locator(".chart").nth(1).locator(".annotation-text").all_text_contents()
    assert cells == ["on", "off"] * len(HOSTILE)
    page.goto((report / "index.html").resolve().as_uri())
    page.wait_for_selector("html[data-ready=yes]", state="attached")
    assert page.locator("#findings-box tbody tr:not([aria-hidden]) td:nth-child(2)").first.bounding_box()["width"] > 220
    page.close()


@pytest.mark.parametrize("name", ["index.html", "20_identity.html"])
def test_what_slipped_in_could_neither_run_nor_call_out(report: Path, visit: Any, name: str) -> None:
    seen = visit(report / name)
    seen.page.evaluate(
        """() => {
            const script = document.createElement("script");
            script.textContent = "window.pwned = 1";
            const image = document.createElement("img");
            image.src = "http://outside.invalid/x.png";
            image.setAttribute("onerror", "window.pwned = 2");
            document.body.append(script, image);
        }"""
    )
    seen.page.wait_for_timeout(300)
    assert seen.page.evaluate("window.pwned") is None
    assert seen.outside == []
    assert len([text for text in seen.said if "Content Security Policy" in text]) >= 2


def test_hover_shows_text_not_markup(report: Path, visit: Any) -> None:
    page = visit(report / "20_identity.html").page
    bar = page.locator(".chart").nth(2).locator(".bars .point path").nth(1)
    bar.hover(force=True)
    page.wait_for_selector(".hoverlayer .hovertext")
    assert page.evaluate("window.pwned") is None
    assert page.locator(".hoverlayer a, .hoverlayer script, .hoverlayer img").count() == 0


def test_findings_table_filters_sorts_and_opens(report: Path, visit: Any) -> None:
    page = visit(report / "index.html").page
    count = page.locator("#findings-count")
    expect(count).to_have_text("200 of 600 findings shown")
    page.locator("#filter-clear").click()
    expect(count).to_have_text("600 of 600 findings shown")
    page.locator("#filter-text").fill("HYPERLINK")
    expect(count).to_have_text("30 of 600 findings shown")
    page.locator("#findings-box th[data-name=resource_id] button").click()
    first = page.locator("#findings-box tbody tr").first.locator("td").nth(4).inner_text()
    page.locator("#findings-box th[data-name=resource_id] button").click()
    assert page.locator("#findings-box tbody tr").first.locator("td").nth(4).inner_text() > first
    page.locator("#findings-box button.open").first.click()
    assert page.locator("dialog dl.evidence dt").all_inner_texts()[:2] == ["name", "n"]
    assert page.evaluate("window.pwned") is None


def test_filters_take_several_choices_count_each_and_say_when_none_is_left(report: Path, visit: Any) -> None:
    page = visit(report / "index.html").page
    page.locator("#facet-status summary").click()
    expect(page.locator("#facet-status .many")).to_have_text(["200", "100", "100", "200"])
    page.locator("#facet-status label").nth(1).click()
    expect(page.locator("#findings-count")).to_have_text("300 of 600 findings shown")
    page.keyboard.press("Escape")
    assert page.locator("#facet-status[open]").count() == 0
    page.locator("#facet-category summary").click()
    expect(page.locator("#facet-category label").first).to_contain_text("Identity and access")
    page.locator("#filter-text").fill("no such thing")
    expect(page.locator("#findings-box td.none")).to_have_text("No finding matches.")


def test_the_address_holds_the_filters_and_survives_a_reload(report: Path, visit: Any) -> None:
    fragment = "#findings?status=FAIL&status=PASS&severity=high&q=thing&group=control_id&sort=-region"
    page = visit(report / "index.html", fragment).page
    page.locator("#filter-text").fill("")
    expect(page.locator("#findings-box tr.group").first).to_be_visible()
    expect(page).not_to_have_url(re.compile("q="))  # the address follows the typing after a moment
    told = page.locator("#findings-count").inner_text()
    assert "severity=high" in page.url and "group=control_id" in page.url
    page.reload()
    page.wait_for_selector("html[data-ready=yes]", state="attached")
    assert page.locator("#findings-count").inner_text() == told != "600 of 600 findings shown"
    assert page.locator("#facet-status summary").inner_text().startswith("Status: Failed, Passed")
    assert page.locator("th[data-name=region]").get_attribute("aria-sort") == "descending"


def test_an_address_with_odd_names_breaks_nothing(report: Path, visit: Any) -> None:
    seen = visit(report / "index.html", "#findings?status=%3Cscript%3E&group=__proto__&sort=constructor&x=%E0%A4%A")
    expect(seen.page.locator("#findings-box td.none")).to_have_text("No finding matches.")
    assert seen.page.evaluate("window.pwned") is None


def test_groups_fold_and_count(report: Path, visit: Any) -> None:
    page = visit(report / "index.html").page
    page.locator("#filter-group").select_option("account_id")
    folds = page.locator("#findings-box button.fold")
    assert folds.count() == 4 and page.locator("#findings-box button.open").count() == 0
    assert "failed" in folds.first.inner_text()
    folds.first.press("Enter")
    assert folds.first.get_attribute("aria-expanded") == "true"
    assert page.locator("#findings-box button.open").count() > 3


def test_the_dialog_turns_to_the_next_finding_and_gives_its_link(report: Path, visit: Any) -> None:
    page = visit(report / "index.html").page
    page.locator("#findings-box button.open").first.click()
    first = page.url
    assert "1 of 200" in page.locator("#finding-place").inner_text()
    assert page.locator("#finding-before").is_disabled()
    page.locator("#finding-after").click()
    assert "2 of 200" in page.locator("#finding-place").inner_text() and page.url != first
    page.keyboard.press("ArrowLeft")
    assert page.url == first
    page.locator("#finding-copy").click()
    expect(page.locator("#finding-place")).to_have_text(re.compile("link"))


def test_what_is_shown_is_exported_as_csv_without_live_formulas(report: Path, visit: Any) -> None:
    page = visit(report / "index.html", "#findings?q=HYPERLINK").page
    with page.expect_download() as download:
        page.locator("#filter-export").click()
    text = Path(download.value.path()).read_text(encoding="utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert len(rows) == 31 and rows[0][:3] == ["status", "severity", "control_id"]
    assert not [c for row in rows for c in row if c.lstrip().startswith(("=", "+", "@"))]
    assert any(c.startswith("'=HYPERLINK") for row in rows for c in row)


def test_issues_open_by_their_address_and_lead_to_their_findings(report: Path, visit: Any) -> None:
    page = visit(report / "index.html").page
    key = str(page.locator("details.issue").first.get_attribute("id"))
    page = visit(report / "index.html", f"#{key}").page
    assert page.locator(f"#{key}[open]").count() == 1
    page.goto(page.url.partition("#")[0] + f"#findings?issue={key[6:]}")
    expect(page.locator("#findings-count")).to_have_text(re.compile("Only issue: "))


def test_the_heat_map_leads_to_the_findings_of_a_cell(report: Path, visit: Any) -> None:
    page = visit(report / "index.html").page
    cell = page.locator("table.heat td.cell a").first
    wanted = cell.inner_text()
    cell.click()
    expect(page.locator("#findings-count")).to_have_text(f"{wanted} of 600 findings shown")


def test_an_accounts_page_names_no_other_account(report: Path, visit: Any) -> None:
    page = visit(report / "index.html").page
    page.locator("table.heat th[scope=row] a").first.click()
    text = page.locator("body").inner_text()
    assert sum(name in text for name in ("Hub", "Logs", "Shop production", "Lost")) == 1
    assert page.evaluate("window.pwned") is None


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_can_be_told_from_their_ground(report: Path, visit: Any, scheme: str) -> None:
    page = visit(report / "index.html").page
    page.emulate_media(color_scheme=scheme)
    assert page.evaluate(CONTRAST) == []


def test_focus_stays_on_its_finding_while_the_table_scrolls(report: Path, visit: Any) -> None:
    page = visit(report / "index.html").page
    page.locator("#findings-box button.open").nth(4).focus()
    held = page.evaluate("document.activeElement.dataset.key")
    page.evaluate("document.querySelector('#findings-box').scrollTop += 150")
    page.wait_for_timeout(200)
    assert page.evaluate("document.activeElement.dataset.key") == held
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.dataset.key") not in (None, held)
    page.keyboard.press("Enter")
    assert page.locator("dialog[open]").count() == 1
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.className") == "open"


def test_pictures_have_captions_and_fit_paper(report: Path, visit: Any) -> None:
    page = visit(report / "20_identity.html").page
    assert page.locator("figure > figcaption").all_inner_texts() == ["Stacked", "Map", "Ranked"]
    assert page.locator(".chart .gtitle").count() == 0
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.wait_for_timeout(300)
    widths = page.evaluate(
        "[...document.querySelectorAll('.chart .main-svg')].map((s) => s.getBoundingClientRect().width)"
    )
    assert widths and max(widths) <= 1017, "A4 landscape between its margins, in CSS pixels"


def test_every_page_is_one_document_with_a_language_and_headings_in_order(report: Path, visit: Any) -> None:
    for path in sorted(report.glob("*.html")):
        page = visit(path).page
        assert page.evaluate("document.documentElement.lang") == "en" and page.title()
        levels = page.evaluate(
            "[...document.querySelectorAll('main h1, main h2, main h3, header h1')].map((h) => +h.tagName[1])"
        )
        assert levels.count(1) == 1, path.name
        assert all(later - earlier <= 1 for earlier, later in itertools.pairwise(levels)), path.name
        bare = page.evaluate(
            "[...document.querySelectorAll('main table')].filter((t) => !t.querySelector('th')).length"
        )
        assert bare == 0, path.name


def test_findings_stand_as_text_in_row_and_dialog(report: Path, visit: Any) -> None:
    page = visit(report / "index.html").page
    page.locator("#filter-clear").click()
    page.locator("#filter-text").fill("onerror")
    expect(page.locator("#findings-count")).to_have_text("30 of 600 findings shown")
    assert page.locator("#findings-box tbody td").nth(4).inner_text().startswith("<img src=x onerror=window.pwned=3>")
    page.locator("#findings-box button.open").first.click()
    assert "<img src=x onerror=window.pwned=3>" in page.locator("#finding-title").inner_text()
    assert page.locator("#findings-box img, dialog img").count() == 0


def test_a_finding_has_a_permalink(report: Path, visit: Any) -> None:
    page = visit(report / "index.html", "#finding-" + f"{5:020x}").page
    assert "TST-05" in page.locator("#finding-facts").inner_text()


def test_counts_lead_to_their_findings(report: Path, visit: Any) -> None:
    page = visit(report / "index.html").page
    link = page.locator("a[href*='category=iam'][href*='status=NOT_ASSESSED']")
    wanted = link.inner_text()
    link.click()
    expect(page.locator("#findings-count")).to_have_text(f"{wanted} of 600 findings shown")


def test_chips_of_the_findings_table_are_whole(report: Path, visit: Any) -> None:
    page = visit(report / "index.html").page
    over = """chips => chips.filter(c => c.getBoundingClientRect().right > c.parentElement.getBoundingClientRect().right
        - parseFloat(getComputedStyle(c.parentElement).paddingRight)).map(c => c.textContent)"""
    for status in ("FAIL", "MANUAL", "NOT_ASSESSED", "PASS"):
        page.locator(f".counts a[href='#findings?status={status}']").first.click()
        chips = page.locator("#findings-box td > .chip")
        expect(chips.first).to_be_visible()
        assert chips.evaluate_all(over) == [], status


def test_what_was_refused_leads_to_what_is_not_assessed(report: Path, visit: Any) -> None:
    page = visit(report / "index.html").page
    page.locator("#coverage a[href='#findings?status=NOT_ASSESSED']").click()
    expect(page.locator("#facet-status summary")).to_have_text("Status: Not assessed")


def test_paper_holds_the_rows_chosen_by_hand_and_unfolds_what_is_grave(report: Path, visit: Any) -> None:
    page = visit(report / "index.html").page
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("#print-findings tbody tr").count() == 0, "all findings stand in the workbook"
    assert page.locator("details.issue[open] > summary .critical").count() > 0
    assert page.locator("details:not([open]):not(.facet):not(.issue)").count() == 0
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    page.locator("a[href*='category=iam'][href*='status=NOT_ASSESSED']").click()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    wanted = page.locator("#findings-count").inner_text().split(" ")[0]
    assert page.locator("#print-findings tbody tr").count() == int(wanted) > 0
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.pdf(format="A4", landscape=True)[:4] == b"%PDF"


def test_chapter_tables_sort_and_filter(report: Path, visit: Any) -> None:
    page = visit(report / "20_identity.html").page
    page.locator(".rowsfilter").fill("onerror")
    assert page.locator(".rowsbox tbody tr:visible").count() == 1
    page.locator(".rowsfilter").fill("")
    head = page.locator(".rowsbox thead th").nth(1)
    head.click()
    head.click()
    assert page.locator(".rowsbox tbody tr").first.locator("td").nth(1).inner_text() == str(len(HOSTILE) - 1)


def test_wide_tables_scroll_in_their_own_box(report: Path, visit: Any) -> None:
    for page in sorted(report.glob("*.html")):
        seen = visit(page).page
        seen.set_viewport_size({"width": 700, "height": 900})
        seen.wait_for_timeout(200)
        assert seen.evaluate("document.documentElement.scrollWidth") <= 700, page.name


def test_hundred_thousand_findings(tmp_path: Path, visit: Any) -> None:
    run = run_folder(tmp_path, findings(100_000))
    path = pages.write_index(run, tmp_path)
    assert path.stat().st_size < 15_000_000
    page = visit(path).page
    page.locator("#filter-clear").click()
    assert page.locator("#findings-count").inner_text() == "100,000 of 100,000 findings shown"
    page.evaluate("document.querySelector('#findings-box').scrollTop = 1e9")
    expect(page.locator("#findings-box button.open").last).to_be_visible()
    assert page.evaluate("document.querySelectorAll('*').length") < 6000
