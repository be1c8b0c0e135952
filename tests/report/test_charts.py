"""Pictures: order by meaning, ids that stay text, labels that stay literal, colours that differ in grey."""

from __future__ import annotations

import itertools

import pandas as pd
import pytest

from orienteer.report import charts, figures, outline
from tests.report.estate import HOSTILE, findings


def luminance(colour: str) -> float:
    """Relative luminance of a #rrggbb colour.  https://www.w3.org/TR/WCAG22/#dfn-relative-luminance"""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_severities_stand_in_order_of_meaning() -> None:
    drawn = charts.failures(findings(120))
    assert [trace.name for trace in drawn.data] == ["critical", "high", "medium", "low", "info"]
    assert sum(sum(trace.x) for trace in drawn.data) == (findings(120)["status"] == "FAIL").sum()


def test_severities_get_lighter_as_they_matter_less() -> None:
    found = [luminance(colour) for colour in charts.SEVERITY.values()]
    assert found == sorted(found)
    assert all(after - before > 0.04 for before, after in itertools.pairwise(found))


def test_account_ids_are_names_not_numbers() -> None:
    states = pd.DataFrame({"eu-west-1": ["on"]}, index=["012345678901"])
    drawn = charts.state_map("Map", states, {"on": charts.GOOD})
    assert drawn.layout.yaxis.type == drawn.layout.xaxis.type == "category"
    assert list(drawn.data[0].y) == ["012345678901"]
    assert charts.ranked("R", [("012345678901", 1)], "n").layout.yaxis.type == "category"


def test_a_word_without_a_colour_is_an_error() -> None:
    with pytest.raises(ValueError, match="unheard of"):
        charts.state_map("Map", pd.DataFrame({"a": ["unheard of"]}), {"on": charts.GOOD})


@pytest.mark.parametrize("text", HOSTILE)
def test_labels_hold_no_markup_and_nothing_hidden(text: str) -> None:
    shown = charts.label(text)
    assert "<" not in shown and ">" not in shown and "\u202e" not in shown and "\x1b" not in shown


def test_what_was_not_seen_is_hatched() -> None:
    summary = pd.DataFrame([{"control_id": "A", "fail": 1, "manual": 0, "not_assessed": 2, "pass": 3}])
    patterns = {t.name: t.marker.pattern.shape for t in charts.verdicts(summary).data}
    assert patterns == {"Failed": None, "To be answered": None, "Not assessed": "/", "Passed": None}


def test_a_map_of_four_hundred_rows_holds_on_a_page_and_hides_no_odd_one() -> None:
    states = pd.DataFrame("on", index=[f"account {n}" for n in range(400)], columns=["eu", "us"])
    states.loc["account 7", "us"] = "off"
    drawn = charts.state_map("Map", states, {"on": charts.GOOD, "off": charts.BAD})
    assert list(drawn.data[0].y) == ["account 7", "account 0 and 398 more"]
    assert "400 rows" in drawn.layout.title.text


def test_every_picture_has_its_figures_as_a_table() -> None:
    states = pd.DataFrame([["on", "off"]], index=["a <b>"], columns=["x", "y"])
    counts = pd.DataFrame({"high": [3], "low": [1]}, index=["things"])
    map_, bars = (
        figures.chart_table(f.to_plotly_json())
        for f in (
            charts.state_map("M", states, {"on": charts.GOOD, "off": charts.BAD}),
            charts.stacked("S", counts, charts.SEVERITY, "things"),
        )
    )
    assert '<th scope="row">a &lt;b&gt;</th><td>on</td><td>off</td>' in map_
    assert '<th scope="row">things</th><td class=number>3</td><td class=number>1</td>' in bars
    assert figures.chart_table({"data": [], "layout": {}}) == ""


def test_the_tree_shows_policies_and_escapes_every_name() -> None:
    nodes = [
        {"id": "r", "parent": "", "name": "<b>Root", "told": "1 account", "grade": "", "policies": ["deny <i>"]},
        {"id": "a", "parent": "r", "name": "A", "told": "3 critical or high", "grade": "FAIL", "policies": []},
    ]
    page = outline.outline(nodes)
    assert "&lt;b&gt;Root" in page and "deny &lt;i&gt;" in page and "<b>" not in page and "<i>" not in page
    assert page.index("<summary>") < page.index("3 critical or high") and "<details open>" in page
    assert outline.plain(nodes).splitlines()[1].startswith("  A: 3")
    many = [*nodes, *({**nodes[1], "id": str(n)} for n in range(50))]
    assert outline.outline([{**n, "parent": "r"} if n["id"] != "r" else n for n in many]).count("<li>") == 52
