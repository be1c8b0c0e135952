"""Pictures: order by meaning, ids that stay text, labels that stay literal, colours that differ in grey."""

from __future__ import annotations

import itertools

import pandas as pd
import pytest

from orienteer.report import charts
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
