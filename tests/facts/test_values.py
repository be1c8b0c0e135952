"""Small readings of a table's values: lists in JSON, nulls, days, accounts in use."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from orienteer.facts.fact import domain, plain
from orienteer.facts.seen import Unseen
from orienteer.facts.source import is_null
from orienteer.facts.values import (
    active,
    days,
    documents,
    fits,
    holds,
    latest,
    names_in,
    object_in,
    records,
    tags_of,
)


@pytest.mark.parametrize("nothing", [None, pd.NA, pd.NaT, float("nan"), np.float64("nan")])
def test_whatever_stands_for_nothing_is_null(nothing: object) -> None:
    assert is_null(nothing)
    assert plain(nothing) is None


@pytest.mark.parametrize("value", [0, 0.0, False, "", pd.Timestamp("2026-01-01", tz="UTC")])
def test_a_value_is_not_null(value: object) -> None:
    assert not is_null(value)
    assert plain(value) is not None


def test_plain_data_can_be_written_as_json() -> None:
    given = {"n": np.int64(3), "f": 1.5, "t": pd.Timestamp("2026-01-01", tz="UTC"), "s": {"b", "a"}, "none": [pd.NA]}
    assert json.loads(json.dumps(plain(given))) == {
        "n": 3, "f": 1.5, "t": "2026-01-01T00:00:00+00:00", "s": ["a", "b"], "none": [None]}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (None, []),
        ("", []),
        ("null", []),
        ("{", []),
        ("[" * 100_000, []),
        ('{"a": 1}', [{"a": 1}]),
        ("[1, null]", [1, None]),
        (3, []),
    ],
)
def test_documents_of_a_json_column(text: object, found: list[object]) -> None:
    assert documents(text) == found


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ('{"a": 1}', {"a": 1}),
        ('[{"a": 1}, {"a": 2}]', {"a": 1}),
        ({"a": 1}, {"a": 1}),
        ("[1]", {}),
        ("{", {}),
        (None, {}),
        ([{"a": 1}], {}),
    ],
)
def test_the_object_in_a_column_or_in_a_part_of_one(value: object, found: dict[str, int]) -> None:
    assert object_in(value) == found


def test_tags_by_key_and_whatever_is_none_left_out() -> None:
    assert tags_of('[{"Key": "a", "Value": "1"}, null, {"Key": "b"}]') == {"a": "1", "b": "None"}


def test_what_was_not_found_is_false_only_where_nothing_hides_it() -> None:
    gaps = frozenset({"x:Y AccessDenied"})
    assert holds(True, gaps) is True
    assert holds(False, frozenset()) is False
    assert holds(False, gaps) == Unseen(gaps, (True, False))


def test_a_pattern_fits_in_upper_and_lower_case() -> None:
    assert fits("sec.?ops", "My SecOps account")
    assert not fits("audit", None)


def test_only_texts_of_a_list_are_names() -> None:
    assert names_in('["a", 1, null, "b"]') == ("a", "b")
    assert names_in('{"a": 1}') == names_in("{") == names_in(None) == ()


def test_days_and_the_latest_of_what_is_known() -> None:
    early, late = pd.Timestamp("2026-01-01", tz="UTC"), pd.Timestamp("2026-01-03 23:59", tz="UTC")
    assert days(late, early) == 2
    assert days(None, early) is None
    assert days(late, None) is None
    assert latest(early, None, late) == late
    assert latest(None) is None


def test_accounts_in_use() -> None:
    rows = [
        {"id": "1", "state": "ACTIVE"},
        {"id": "2", "state": None},
        {"id": "3", "state": ""},
        {"id": "4", "state": "SUSPENDED"},
        {"id": "5", "state": "PENDING_CLOSURE"},
        {"id": None, "state": "ACTIVE"},
    ]
    assert [row["id"] for row in active(rows)] == ["1", "2", "3"]


def test_rows_of_a_frame_have_none_for_every_null() -> None:
    frame = pd.DataFrame({"a": pd.array([1, None], dtype="Int64"), "b": ["x", None], "c": [pd.NaT, pd.NaT]})
    assert records(frame) == [{"a": 1, "b": "x", "c": None}, {"a": None, "b": None, "c": None}]


def test_what_a_column_can_be() -> None:
    def flag(row: object) -> bool:
        return bool(row)

    def maybe(row: object) -> bool | None:
        return bool(row)

    assert set(domain(flag)) == {True, False}
    assert set(domain(maybe)) == {True, False, None}
