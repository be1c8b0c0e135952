"""Lifecycle rules: which objects they take, and what they do to them."""

from __future__ import annotations

from typing import Any

import pytest

from orienteer.facts import lifecycle

ALL: dict[str, Any] = {"Filter": {"Prefix": ""}}
TAGGED = {"Filter": {"And": {"Prefix": "", "Tags": [{"Key": "k", "Value": "v"}]}}}
LARGE = {"Filter": {"ObjectSizeGreaterThan": 1}}


@pytest.mark.parametrize("rule, prefixes, covers, touches", [
    (ALL, ["a/", "b/"], True, True), ({"Filter": {"Prefix": "a/"}}, ["a/x/", "a/y/"], True, True),
    ({"Filter": {"Prefix": "a/"}}, ["a/x/", "b/"], False, True), ({"Prefix": "a/"}, ["a/"], True, True),
    ({"Filter": {"Prefix": "c/"}}, ["a/", "b/"], False, False), ({"Prefix": "a/x/y/"}, ["a/x/"], False, True),
    ({"Prefix": "a/"}, ["b/"], False, False), (TAGGED, ["a/"], False, False), (LARGE, ["a/"], False, True),
])  # fmt: skip
def test_which_objects_a_rule_takes(rule: Any, prefixes: list[str], covers: bool, touches: bool) -> None:
    assert (lifecycle.covers(rule, prefixes), bool(lifecycle.touches(rule, prefixes))) == (covers, touches)
