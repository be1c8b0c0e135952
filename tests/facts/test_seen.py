"""Values that were not seen: what every way they may be agrees on, and nothing else, is the answer."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from orienteer.facts.seen import (
    FAULT,
    WORLDS,
    Cells,
    NotSeen,
    Partial,
    Row,
    Unseen,
    World,
    either,
    seen_of,
    settled,
    unless_unseen,
    worlds,
)
from tests.each import each

GAPS = frozenset({"x:Y AccessDenied"})
BOOL = Unseen(GAPS, (True, False))
ANYTHING = Unseen(GAPS)
LIB = Path(__file__).parents[2] / "lib" / "orienteer"


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (lambda r: r.on, Unseen(GAPS, (True, False))),
        (lambda r: r.on or r.yes, True),
        (lambda r: r.yes or r.on, True),
        (lambda r: r.on and r.no, False),
        (lambda r: not r.on, Unseen(GAPS, (False, True))),
        (lambda r: {True: "same", False: "same"}[r.on], "same"),
        (lambda r: r.text, Unseen(GAPS)),
        (lambda r: r.yes or r.text, True),
        (lambda r: r.text or r.yes, Unseen(GAPS)),
        (lambda r: r.text is None, Unseen(GAPS)),
        (lambda r: any(one == "a" for one in r.partly), True),
        (lambda r: any(one == "z" for one in r.partly), Unseen(GAPS)),
        (lambda r: all(one == "a" for one in r.partly), Unseen(GAPS)),
        (lambda r: all(one == "z" for one in r.partly), False),
        (lambda r: "a" in r.partly, True),
        (lambda r: bool(r.partly), True),
        (lambda r: len(r.partly), Unseen(GAPS)),
        (lambda r: len(r.whole), 2),
        (lambda r: either(lambda: r.text, lambda: r.yes), True),
        (lambda r: either(lambda: r.text, lambda: r.no), Unseen(GAPS)),
        (lambda r: unless_unseen(lambda: r.text, "not seen"), "not seen"),
    ],
)
def test_the_answer_is_what_all_worlds_agree_on(question, answer) -> None:
    cells = Cells(on=BOOL, yes=True, no=False, text=ANYTHING, partly=Partial(("a",), GAPS), whole=Partial(("a", "b")))
    assert settled(question, cells) == answer


def test_one_unseen_value_has_one_value_in_a_world() -> None:
    assert settled(lambda r: r.on == r.on, Cells(on=BOOL)) is True
    assert settled(lambda r: r.on and not r.on, Cells(on=BOOL)) is False


def test_only_what_is_asked_for_is_varied_and_named() -> None:
    other = Unseen(frozenset({"other"}), (True, False))
    told = worlds(lambda r: r.on, Cells(on=BOOL, other=other))
    assert len(told) == 2
    assert {gap for one in told for gap in one.gaps} == GAPS
    assert len(worlds(lambda r: r.yes, Cells(yes=True, other=other))) == 1


def test_too_many_worlds_are_not_seen() -> None:
    cells = Cells({f"c{n}": Unseen(GAPS, (True, False)) for n in range(12)})
    told = worlds(lambda r: sum(getattr(r, f"c{n}") for n in range(12)), cells)
    assert any(one.open for one in told)
    assert len(told) <= 2 * WORLDS


def test_a_row_refuses_what_nobody_could_tell() -> None:
    row = Row(Cells(known=1), World({}, frozenset({"other"})))
    with pytest.raises(LookupError):
        row.known  # noqa: B018
    with pytest.raises(AttributeError):
        Row(Cells(known=1), World({})).unknown  # noqa: B018


def test_a_question_that_raises_costs_its_row() -> None:
    found = settled(lambda r: 1 / 0, Cells(account_id="1", region="r", resource_id="x"), (True, False))
    assert isinstance(found, Unseen)
    assert found.can_be == (True, False)
    (text,) = found.gaps
    assert text.startswith(FAULT)
    assert "ZeroDivisionError" in text


def test_what_came_before_a_gap_is_kept() -> None:
    def some():
        yield 1
        raise NotSeen(ANYTHING)

    assert seen_of(some()) == Partial((1,), GAPS)
    assert seen_of([1, 2]) == Partial((1, 2))


# --- what may catch what

CATCH_NOT_SEEN = {"facts/seen.py", "controls/verdict.py"}
CATCH_ALL = {"facts/seen.py": 1, "facts/fact.py": 1, "judge.py": 1}
"""Where one row, one fact or one control must not take the others with it."""


def handlers(path: Path) -> list[str]:
    """What each except clause of a file names."""
    found = [node.type for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.ExceptHandler)]
    return [ast.unparse(one) if one is not None else "" for one in found]


@each("path", sorted([*LIB.glob("facts/**/*.py"), *LIB.glob("controls/*.py"), *LIB.glob("judge*.py")]))
def test_nothing_else_catches_what_was_not_seen(path: Path) -> None:
    name, caught = str(path.relative_to(LIB)), handlers(path)
    assert name in CATCH_NOT_SEEN or not any("NotSeen" in one for one in caught)
    assert sum(one in ("", "Exception", "BaseException") for one in caught) == CATCH_ALL.get(name, 0)
