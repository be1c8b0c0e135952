"""Values that conditions on one key tell apart: each way in which they can hold together has one."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.examples import examples

from orienteer.policy.language.choices import choices
from orienteer.policy.language.conditions import Condition, compiled

KEY = "x:key"


def condition(operator: str, *values: str, qualifier: str = "", if_exists: bool = False, key: str = KEY) -> Condition:
    return Condition(operator, qualifier, if_exists, key, values)


def met(conditions: tuple[Condition, ...], values: tuple[str, ...], key: str = KEY) -> tuple[bool, ...]:
    return tuple(compiled(one, False)({key: values} if values else {}) for one in conditions)


def ways(*conditions: Condition, key: str = KEY) -> set[tuple[bool, ...]]:
    found = choices(key, conditions)
    assert found.whole
    return {met(conditions, values, key) for values in found.values}


@pytest.mark.parametrize(("conditions", "wanted"), [
    ([condition("stringlike", "a*"), condition("stringlike", "*b")],
     {(True, True), (True, False), (False, True), (False, False)}),
    ([condition("stringlike", "a*"), condition("stringlike", "ab*")], {(True, True), (True, False), (False, False)}),
    ([condition("stringequals", "a"), condition("stringequals", "b")], {(True, False), (False, True), (False, False)}),
    ([condition("stringequals", "a"), condition("stringnotequals", "a", if_exists=True)],
     {(True, False), (False, True)}),
    ([condition("stringequalsignorecase", "AB"), condition("stringequals", "aB")],
     {(True, True), (True, False), (False, False)}),
    ([condition("arnlike", "arn:aws:s3:*:1:a"), condition("arnlike", "arn:aws:s3:eu:*:a")],
     {(True, True), (True, False), (False, True), (False, False)}),
    ([condition("arnlike", "arn:aws:*"), condition("arnlike", "arn:aws:s3:::a")],
     {(True, True), (True, False), (False, False)}),
    ([condition("ipaddress", "10.0.0.0/8"), condition("ipaddress", "10.1.0.0/16", "192.0.2.1")],
     {(True, True), (True, False), (False, True), (False, False)}),
    ([condition("ipaddress", "2001:db8::/32"), condition("notipaddress", "2001:db8::/32")],
     {(True, False), (False, True)}),
    ([condition("numericlessthan", "5"), condition("numericgreaterthan", "3")],
     {(True, True), (True, False), (False, True), (False, False)}),
    ([condition("numericlessthan", "3"), condition("numericgreaterthan", "5")],
     {(True, False), (False, True), (False, False)}),
    ([condition("datelessthan", "2026-01-01T00:00:00Z"), condition("dategreaterthan", "2025-01-01T00:00:00Z")],
     {(True, True), (True, False), (False, True), (False, False)}),
    ([condition("bool", "true"), condition("bool", "false", if_exists=True)],
     {(True, False), (False, True), (False, True)}),
    ([condition("null", "true"), condition("stringlike", "*")], {(True, False), (False, True)}),
    ([condition("stringequals", "a", qualifier="foranyvalue"), condition("stringequals", "b", qualifier="foranyvalue")],
     {(True, True), (True, False), (False, True), (False, False)}),
    ([condition("stringequals", "a", qualifier="forallvalues"), condition("null", "true")],
     {(True, True), (True, False), (False, False)}),
])  # fmt: skip
def test_each_way_to_meet_them_has_a_value(conditions: list[Condition], wanted: set[tuple[bool, ...]]) -> None:
    assert ways(*conditions) == wanted


def test_a_key_that_every_request_has_is_never_missing() -> None:
    tls = condition("bool", "true", key="aws:securetransport")
    assert choices("aws:securetransport", (tls,)).values == (("true",), ("false",))


def test_what_is_too_much_or_of_two_kinds_is_said() -> None:
    assert not choices(KEY, (condition("stringlike", *("*".join("abcdefgh") * 3 + str(n) for n in range(40))),)).whole
    mixed = choices(KEY, (condition("stringequals", "a"), condition("ipaddress", "192.0.2.0/24")))
    assert not mixed.whole
    assert {("a",), ("192.0.2.0",)} <= set(mixed.values)


texts = st.text(alphabet="ab:*?^", min_size=1, max_size=5)
operators = st.sampled_from(["stringequals", "stringlike", "stringequalsignorecase", "arnlike", "stringnotlike"])
some = st.lists(st.builds(lambda operator, value: condition(operator, value), operators, texts), min_size=1, max_size=3)
SHORT = ["".join(one) for n in range(1, 5) for one in product("abA:^-", repeat=n)]


@examples(40)
@given(some)
def test_no_text_meets_them_in_a_way_that_no_value_has(conditions: list[Condition]) -> None:
    told = tuple(conditions)
    reached = ways(*told)
    assert {met(told, (text,)) for text in SHORT} <= reached
