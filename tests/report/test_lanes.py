"""Lanes: one for each way, safe with any text, capped, and told as a table."""

from __future__ import annotations

from xml.etree import ElementTree

from orienteer.report import lanes as module
from orienteer.report.lanes import lanes

STATIONS = ("From", "Gateway", "Port")


def drawn(rows: list[tuple[str, ...]]) -> ElementTree.Element:
    page = lanes(STATIONS, rows, "Ways")
    return ElementTree.fromstring(page[page.index("<svg") : page.index("</svg>") + 6])


def test_each_way_is_a_lane_and_a_missing_station_is_passed_by() -> None:
    picture = drawn([("internet", "igw-1", "443"), ("internet", "", "22")])
    assert [title.text for title in picture.iter("title")] == ["internet", "igw-1", "443", "internet", "22"]
    assert len(list(picture.iter("path"))) == 2 * (2 + 1)  # a line and a head for each arrow


def test_a_long_name_takes_two_lines() -> None:
    for station, ends in (("igw-" + "0" * 120, "0"), ("igw-" + "0" * 300, "\u2026")):
        first, second = [t.text or "" for t in drawn([("", station, "")]).iter("text")][len(STATIONS) :]
        assert first.startswith("igw-") and second.endswith(ends)


def test_texts_are_escaped() -> None:
    page = lanes(STATIONS, [("<script>alert(1)</script>", '"><img onerror=x>', "\u202e22")], "<b>")
    assert "<script" not in page and "<img" not in page and "\u202e" not in page and "<b>" not in page


def test_beyond_the_cap_the_table_tells_all() -> None:
    rows = [("internet", f"igw-{n}", "443") for n in range(module.MOST + 3)]
    page = lanes(STATIONS, rows, "Ways")
    assert "3 more are in the table." in page
    assert page.count("<title>igw-") == module.MOST
    assert page.count("<td>igw-") == module.MOST + 3


def test_a_station_is_as_wide_as_its_text_and_the_last_ends_within_the_picture() -> None:
    rows = [("internet", "igw-773828cda5f0e1b2", "every port in legacy-erp")]
    picture = drawn(rows)
    boxes = [(float(one.attrib["x"]), float(one.attrib["width"])) for one in picture.iter("rect")]
    assert [text.text for text in picture.iter("text")][-3:] == list(rows[0]), "nothing is cut"
    assert boxes[2][1] > boxes[1][1] > boxes[0][1] and sum(boxes[2]) < float(picture.attrib["viewBox"].split()[2])
