"""The suite's own tools: a property of many things names each that lacks it, and nothing is reached but loopback."""

from __future__ import annotations

import os
import socket

import pytest

from tests.each import each


def is_even(number: int, wrong: str = "odd") -> None:
    assert number % 2 == 0, wrong


def test_each_thing_that_fails_is_named_and_the_rest_is_looked_at() -> None:
    seen: list[int] = []

    def looked_at(number: int) -> None:
        seen.append(number)
        is_even(number)

    each("number", [2, 4])(looked_at)()
    with pytest.raises(pytest.fail.Exception, match=r"(?s)2 of 4 numbers.*--- n1\n.*: odd.*--- n3\n.*: odd"):
        each("number", lambda: range(4), ids=lambda n: f"n{n}")(looked_at)()
    assert seen == [2, 4, 0, 1, 2, 3]


def test_many_faults_are_all_named() -> None:
    with pytest.raises(pytest.fail.Exception, match=r"(?s)50 of 100 numbers.*--- and 41, 43, .*, 99$"):
        each("number", range(100))(is_even)()


def test_nothing_to_look_at_and_what_is_skipped_fail() -> None:
    with pytest.raises(AssertionError, match="nothing to look at"):
        each("number", [])(is_even)()
    with pytest.raises(pytest.fail.Exception, match="not today"):
        each("number", [1])(lambda number: pytest.skip("not today"))()
    with pytest.raises(AssertionError, match="takes no thing"):
        each("thing", [1])(is_even)


def test_nobody_but_this_machine_is_reached_or_looked_up() -> None:
    with pytest.raises(RuntimeError, match=r"tried to reach example\.invalid"):
        socket.create_connection(("example.invalid", 80))
    with socket.socket() as one, pytest.raises(RuntimeError, match=r"tried to reach 192\.0\.2\.1"):
        one.connect(("192.0.2.1", 80))


@pytest.mark.parametrize("time", ["first", "second"])
def test_every_test_begins_with_the_same_settings(time: str) -> None:
    assert (os.environ["AWS_ACCESS_KEY_ID"], os.environ.get("AWS_PROFILE")) == ("testing", None)
    os.environ["AWS_ACCESS_KEY_ID"] = os.environ["AWS_PROFILE"] = "somebody's"
