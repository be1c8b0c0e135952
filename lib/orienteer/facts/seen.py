"""Values that were seen, were not set, or were not seen; and what follows whatever the unseen ones are.

A cell of a row is a value, None (AWS answered: not set) or `Unseen` with the gaps that hide it.  A question about a row
is a plain function.  Reading an unseen cell stops it; `worlds` runs it once for each value that the cell can have, and
what all runs agree on is the answer.  Worked by hand: `row.on or row.also_on`, where `on` is unseen and can be True or
False, is asked twice; with also_on True both runs give True, so the answer is True; with False they differ, so it is
unseen, for the gap that hides `on`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

WORLDS = 64
"""More combinations of unseen values than this are not tried: what they would decide counts as not seen."""

FAULT = "Orienteer could not work this out"
"""How the text of a gap begins that is a fault of Orienteer's own; judge counts them, and the run ends with exit 3."""


@dataclass(frozen=True, slots=True)
class Unseen:
    """A value that was not read: the texts of the gaps that hide it, and what it can be (empty: anything)."""

    gaps: frozenset[str]
    can_be: tuple[Any, ...] = ()


class Cells(dict[str, Any]):
    """The cells of one row by column.  Equal only to itself."""

    __hash__ = object.__hash__  # type: ignore[assignment]

    def __eq__(self, other: object) -> bool:
        return self is other


@dataclass(frozen=True, slots=True)
class Partial:
    """A list, and the gaps that hide the rest of it; without gaps it is whole."""

    items: tuple[Any, ...]
    gaps: frozenset[str] = frozenset()


def gaps_of(*cells: Any) -> frozenset[str]:
    """The texts of the gaps that hide some of these cells."""
    return frozenset[str]().union(*(cell.gaps for cell in cells if isinstance(cell, Unseen)))


class NotSeen(Exception):
    """What was asked for was not read, and no value was assumed for it."""

    def __init__(self, unseen: Unseen, key: tuple[Any, str] | None = None) -> None:
        super().__init__("; ".join(sorted(unseen.gaps)))
        self.unseen, self.key = unseen, key


class World:
    """One way the unseen values may be: what is assumed, and the gaps behind what was asked so far."""

    def __init__(self, assumed: dict[tuple[Any, str], Any], known: frozenset[str] | None = None) -> None:
        self.assumed, self.rests, self.known = assumed, set[str](), known

    def value(self, cell: Any, key: tuple[Any, str] | None = None) -> Any:
        """The cell as a control reads it.  Raises NotSeen where it was not seen and nothing is assumed for it."""
        if isinstance(cell, Unseen):
            self.rests |= cell.gaps
            if key in self.assumed:
                return self.assumed[key]
            raise NotSeen(cell, key)
        return Row(cell, self) if isinstance(cell, Cells) else Listed(cell, self) if isinstance(cell, Partial) else cell


class Row:
    """A row of a fact: `row.column` is the value, None where it is not set.

    Raises NotSeen where it was not seen, AttributeError where there is no such column, and LookupError for a column
    whose name is not in the source of the function that reads it: nobody could tell then what a verdict rests on.
    """

    __slots__ = ("_cells", "_world")

    def __init__(self, cells: Cells, world: World) -> None:
        self._cells, self._world = cells, world

    def __getattr__(self, name: str) -> Any:
        if name not in self._cells:
            raise AttributeError(f"the row has no column {name!r}; it has {', '.join(self._cells)}")
        if self._world.known is not None and name not in self._world.known:
            raise LookupError(f"column {name!r} is read by a name made at run time")
        return self._world.value(self._cells[name], (self._cells, name))


class Listed:
    """A list in a row.  Its seen members come first; where gaps hide more, reading on raises NotSeen.

    So `any(...)` is true by one seen member and never false, `all(...)` false by one and never true.
    """

    __slots__ = ("_partial", "_world")

    def __init__(self, partial: Partial, world: World) -> None:
        self._partial, self._world = partial, world

    def __iter__(self) -> Iterator[Any]:
        yield from self.seen
        self._end()

    def __bool__(self) -> bool:
        return bool(self._partial.items) or self._end()

    def __contains__(self, value: object) -> bool:
        return value in self._partial.items or self._end()

    def __len__(self) -> int:
        self._end()
        return len(self._partial.items)

    @property
    def seen(self) -> Iterator[Any]:
        """The members that were seen."""
        return (self._world.value(item) for item in self._partial.items)

    def _end(self) -> bool:
        if self._partial.gaps:
            self._world.value(Unseen(self._partial.gaps))
        return False


@dataclass(frozen=True, slots=True)
class Told:
    """What a question got in one world: an answer, or none (`open`), and the gaps it rests on."""

    answer: Any
    gaps: frozenset[str]
    open: bool = False


def worlds(question: Callable[[Row], Any], cells: Cells, known: frozenset[str] | None = None) -> list[Told]:
    """The answers to a question about a row in every way its unseen values may be: one where all it asks was seen.

    Only what the question really asks for is varied.  `known` names the columns that its source says it may read.
    """
    waiting: deque[dict[tuple[Any, str], Any]] = deque([{}])
    told: list[Told] = []
    while waiting:
        world = World(waiting.popleft(), known)
        try:
            answer = question(Row(cells, world))
            told.append(Told(answer, frozenset(world.rests)))
        except NotSeen as lost:
            if lost.key is None or not lost.unseen.can_be or len(waiting) + len(told) > WORLDS:
                told.append(Told(None, lost.unseen.gaps | world.rests, open=True))
            else:
                waiting.extend({**world.assumed, lost.key: value} for value in lost.unseen.can_be)
    return told


def settled(
    question: Callable[[Row], Any], cells: Cells, can_be: tuple[Any, ...] = (), known: frozenset[str] | None = None
) -> Any:
    """The one answer that every world agrees on, or an `Unseen` with what it can be.

    A question that raises gives an Unseen whose gap names the error: one row that cannot be worked out costs itself.
    """
    try:
        told = worlds(question, cells, known)
    except Exception as error:  # listed in tests/facts/test_seen.py
        return Unseen(frozenset({fault(getattr(question, "__name__", "a column"), cells, error)}), can_be)
    first = told[0].answer
    if not any(t.open or t.answer != first for t in told):
        return first
    gaps = frozenset[str]().union(*(t.gaps for t in told))
    if any(t.open for t in told):
        return Unseen(gaps, can_be)
    try:
        return Unseen(gaps, tuple(dict.fromkeys(t.answer for t in told)))
    except TypeError:  # answers that hold lists or mappings
        return Unseen(gaps, can_be)


def fault(what: str, cells: Cells, error: Exception) -> str:
    """The text of a gap that is a fault of Orienteer's own."""
    where = f"account {cells.get('account_id')}, region {cells.get('region')}, resource {cells.get('resource_id')}"
    text = f"{FAULT}: {what} ({where}): {type(error).__name__}: {error}"
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def either(*questions: Callable[[], Any]) -> bool:
    """True if any of them holds, whatever could not be seen of the others."""
    lost = None
    for question in questions:
        try:
            if question():
                return True
        except NotSeen as error:
            lost = error
    if lost is not None:
        raise lost
    return False


def unless_unseen(question: Callable[[], Any], otherwise: Any) -> Any:
    """The answer, or `otherwise` where it was not seen; for what refines a verdict and does not decide it."""
    try:
        return question()
    except NotSeen:
        return otherwise


def seen_of(found: Iterable[Any]) -> Partial:
    """What an iterable gives until something was not seen, with the gaps behind that."""
    items: list[Any] = []
    try:
        for one in found:
            items.append(one)  # noqa: PERF402  # what came before the gap is kept
    except NotSeen as lost:
        return Partial(tuple(items), lost.unseen.gaps)
    return Partial(tuple(items))
