"""Our own pictures: areas that follow the counts, roles that are drawn and those that are only told, texts escaped."""

from __future__ import annotations

import re

import pytest

from orienteer.report.treemap import CELLS, squarified, treemap
from orienteer.report.trust_graph import MOST, Trust, trust_graph
from tests.report.estate import HOSTILE


@pytest.mark.parametrize("sizes", [[6, 6, 4, 3, 2, 2, 1], [1], [5, 1000], [3] * 50])
def test_areas_follow_the_sizes_and_fill_the_box(sizes: list[int]) -> None:
    boxes = list(squarified(sizes, (10, 20, 600, 400)))
    assert [round(w * h) for _, _, w, h in boxes] == [round(240_000 * s / sum(sizes)) for s in sizes]
    for x, y, width, height in boxes:
        assert x >= 9.999 and y >= 19.999 and x + width <= 610.001 and y + height <= 420.001
    for n, (x, y, width, height) in enumerate(boxes):
        for x2, y2, width2, height2 in boxes[n + 1 :]:
            apart = (
                x + width <= x2 + 1e-6 or x2 + width2 <= x + 1e-6 or y + height <= y2 + 1e-6 or y2 + height2 <= y + 1e-6
            )
            assert apart, "rectangles lie on one another"


def test_rectangles_are_nearly_square() -> None:
    """The example of Bruls, Huizing and van Wijk: 6, 6, 4, 3, 2, 2, 1 in 6 by 4."""
    boxes = list(squarified([6, 6, 4, 3, 2, 2, 1], (0, 0, 6, 4)))
    assert max(max(w / h, h / w) for *_, w, h in boxes) < 3
    assert [(round(w, 2), round(h, 2)) for *_, w, h in boxes[:2]] == [(3, 2), (3, 2)]


def test_a_treemap_tells_every_figure_and_draws_the_smallest_together() -> None:
    kinds = {f"kind {n}": n + 1 for n in range(CELLS + 5)}
    page = treemap({"public": kinds, "external": {"role": 0}}, "What is open", "resources")
    assert page.count("<rect") == CELLS + 1 and "5 other kinds" in page and "external" not in page
    assert page.count('<th scope="row">') == CELLS + 5 and "<td>kind 0</td>" in page
    assert 'role="img"' in page and 'aria-label="What is open;' in page


def test_cells_without_room_for_their_words_tell_their_count() -> None:
    kinds = {f"EventBridge event bus {n} of a long name": 1 for n in range(CELLS)}
    page = treemap({"public": kinds, "organization": {"role": 100}}, "Open", "resources")
    cells = re.findall(r"<g><title>[^<]*</title><rect[^>]*/>(.*?)</g>", page)
    assert len(cells) == CELLS + 1 and all("<text" in cell for cell in cells)
    assert any(re.search(r"<text[^>]*>1</text>$", cell) and cell.count("<text") == 1 for cell in cells)


def test_texts_of_pictures_are_escaped() -> None:
    pages = [treemap({"public": dict.fromkeys(HOSTILE, 3)}, HOSTILE[0], "things")]
    pages += [trust_graph([Trust(t, "third party", t, (t,), (t,)) for t in HOSTILE], HOSTILE[1])]
    for page in pages:
        tags = set(re.findall(r"<([a-zA-Z!][a-z]*)", page))
        assert tags <= {
            "figure", "figcaption", "div", "svg", "g", "title", "rect", "text", "path", "details", "summary", "table",
            "thead", "tbody", "tr", "th", "td",
        }, tags  # fmt: skip
        assert "\u202e" not in page and "&lt;script&gt;" in page


def trusts(count: int) -> list[Trust]:
    return [Trust(f"{n:012}", "third party", f"role-{n}", ("a",)) for n in range(count)]


def test_what_asks_nothing_of_outsiders_stands_out() -> None:
    page = trust_graph(
        [
            Trust("anybody", "internet", "lab", ("sandbox",)),
            Trust("vendor", "third party", "backup", ("shop",), ("external id",)),
            Trust("hub", "own account", "access", ("a", "b", "c"), (), True),
        ],
        "Trust",
    )
    assert page.count('class="open"') == 1 and ">nothing asked<" in page and ">external id<" in page
    assert ">3 accounts<" in page and ">access, admin<" in page
    assert page.index("anybody") < page.index("vendor") < page.index("hub"), "the widest first"


def test_a_large_organization_draws_the_first_and_counts_the_others() -> None:
    page = trust_graph(trusts(MOST + 1_200), "Trust")
    assert page.count("may assume role-") == MOST and "and 1,200 more, in the table below" in page
    assert "840 more rows are left out" in page and len(page) < 200_000
    assert "more, in the table" not in trust_graph(trusts(MOST), "Trust")
