"""`Fact` and `Join`: how a fact is declared; and `Estate`, which works facts out from tables when asked for."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, get_args, get_origin, get_type_hints

import pandas as pd

from orienteer import tables
from orienteer.facts.reads import names_of
from orienteer.facts.seen import Cells, Partial, Row, Unseen, fault, settled
from orienteer.facts.source import BOOLS, Gap, Source, calls, source
from orienteer.model import KEYS, Table
from orienteer.parameters import Client, given

FACTS: dict[str, Fact] = {}

EARLIER = "earlier_findings"
"""The fact about an earlier run; its rows come from judging, under the name `earlier`."""

SOURCES = "sources"
"""The keyword-only parameter of a `rows` function that gets a lookup of sources by name, for those named in `also`."""


@dataclass(frozen=True)
class Join:
    """What another table or fact knows about a row.

    `on` maps its columns to ours.  `columns` are taken over (a mapping renames, ours: theirs); `many` gives all rows
    found as one list column instead, `row` the one row found as a column.  `place` names our columns of account and
    region where a gap would hide it (empty: anywhere).  `has` gives the values under which one of its rows is found;
    `on` then has the key "has".  `each` gives our values of the last of `on`, where it holds several.  `only` says
    which of our rows have it at all.  `missing` is the text of the gap where everything there was read and none was
    found, for what must exist; without it the columns are None then.
    """

    source: str
    columns: tuple[str, ...] | Mapping[str, str] = ()
    on: Mapping[str, str] = field(default_factory=lambda: {"account_id": "account_id", "resource_id": "resource_id"})
    many: str = ""
    row: str = ""
    place: tuple[str, str] = ("account_id", "region")
    has: Callable[[Cells], Iterable[Any]] | None = None
    each: Callable[[Cells], Iterable[Any]] | None = None
    only: Callable[[Row], bool] | None = None
    missing: Callable[[Row], str] | None = None

    @property
    def taken(self) -> Mapping[str, str]:
        """Our columns that it fills, by theirs."""
        return self.columns if isinstance(self.columns, Mapping) else {name: name for name in self.columns}

    @property
    def adds(self) -> tuple[str, ...]:
        """The names of our columns that it fills."""
        return tuple(self.taken) or (self.many or self.row,)


@dataclass(frozen=True)
class Fact:
    """One row per thing, with everything known about it.

    `base` names the table or fact whose rows these are; or `rows` makes them from the sources that its positional
    parameters name, and `made` lists the columns it makes (a mapping says from which sources each one comes, "" which
    rows there are; a source may be "fact.column").  `joins` adds what others know, `columns` what follows from a row:
    functions of it, named as the column.  A return type of bool or a Literal says what such a column can be where it
    was not seen.  Keyword-only parameters of `rows` and `columns` are thresholds, `as_of` or `client`, as in controls.
    `hidden` columns are for other facts and controls only: they stand in no frame and in no evidence.
    """

    name: str
    doc: str
    base: str = ""
    rows: Callable[..., Iterable[Cells | Gap]] | None = None
    made: tuple[str, ...] | Mapping[str, tuple[str, ...]] = ()
    joins: tuple[Join, ...] = ()
    columns: tuple[Callable[..., Any], ...] = ()
    hidden: frozenset[str] = frozenset()
    also: Callable[[], frozenset[str]] = frozenset
    resource_type: str = "AWS::::Account"

    def __post_init__(self) -> None:
        known = FACTS.get(self.name)
        if known is not None and known.doc != self.doc:
            raise ValueError(f"fact {self.name!r} is declared twice")
        FACTS[self.name] = self

    @property
    def functions(self) -> tuple[Callable[..., Any], ...]:
        """Everything of it that may have thresholds."""
        return (*((self.rows,) if self.rows else ()), *self.columns)


@dataclass
class Estate:
    """Facts over the tables of one snapshot, each worked out when it is first asked for."""

    tables: Mapping[str, pd.DataFrame]
    specs: Mapping[str, Table]
    client: Client = field(default_factory=Client)
    thresholds: Mapping[str, Any] = field(default_factory=dict)
    as_of: pd.Timestamp = field(default_factory=lambda: pd.Timestamp.now(tz="UTC"))
    coverage: pd.DataFrame | None = None
    earlier: tuple[Cells, ...] = ()
    _known: dict[str, Source] = field(default_factory=dict)

    @property
    def context(self) -> Mapping[str, Any]:
        return {"as_of": self.as_of, "client": self.client}

    def source(self, name: str) -> Source:
        """The rows and gaps of a table, a fact or `coverage`.  Raises KeyError for a name that is none of these."""
        if name == "coverage" and name not in self._known:
            self._known[name] = calls(self.coverage)
        if name == "earlier":
            return Source(name, list(self.earlier), [], ())
        if name not in self._known:
            table = self.tables.get(name) if name not in FACTS else None
            self._known[name] = self._made(FACTS[name]) if name in FACTS else source(self.specs[name], table)
        return self._known[name]

    def frame(self, name: str) -> pd.DataFrame:
        """A fact as a frame: null where a value is not set or was not seen.

        `not_seen` names the columns and gaps behind the latter.  Lists are JSON text.  What may exist and was not
        listed stands at the end as rows that hold only where, and `not_seen`.
        """
        fact, found = FACTS[name], self.source(name)
        shown = [c for c in found.columns if c not in fact.hidden]
        rows = [{c: _in_frame(r[c]) for c in shown} | {"not_seen": _not_seen(r, shown)} for r in found.rows]
        gaps = [{k: getattr(g, k, "") or None for k in KEYS} | {"not_seen": g.text} for g in found.gaps]
        frame = pd.DataFrame([*rows, *gaps], columns=[*shown, "not_seen"], dtype=object)
        return frame.convert_dtypes()

    def _made(self, fact: Fact) -> Source:
        rows, gaps = self._base(fact)
        base = self.source(fact.base) if fact.base else Source("", [], [], ())
        joined = [(join, self._joined(join)) for join in fact.joins]
        domains = dict(base.domains)
        domains |= {c: d for join, other in joined for c in join.taken if (d := other.domains.get(join.taken[c]))}
        derived = [self._column(function) for function in fact.columns]
        domains |= {name: can_be for name, _, can_be, _ in derived if can_be}
        for cells in rows:
            for join, other in joined:
                cells.update(joined_cells(cells, join, other, base.instead))
            for name, question, can_be, known in derived:
                cells[name] = settled(question, cells, can_be, known)
        return Source(fact.name, rows, gaps, columns_of(fact), domains, base.lost, base.instead)

    def _joined(self, join: Join) -> Source:
        """What a join looks rows up in; where it takes single columns, one that is lost is that cell's loss alone."""
        other = self.source(join.source)
        return other if join.taken and not (join.has or other.lost & join.on.keys()) else other.whole()

    def _whole(self, name: str) -> Source:
        return self.source(name).whole()

    def _column(
        self, function: Callable[..., Any]
    ) -> tuple[str, Callable[[Row], Any], tuple[Any, ...], frozenset[str]]:
        chosen = given(function, self.thresholds, self.context)

        def question(row: Row) -> Any:
            return function(row, **chosen)

        question.__name__ = function.__name__
        return function.__name__, question if chosen else function, domain(function), names_of(function)

    def _base(self, fact: Fact) -> tuple[list[Cells], list[Gap]]:
        if fact.rows is None:
            base = self.source(fact.base)
            return [Cells(row) for row in base.rows], base.gaps
        chosen = given(fact.rows, {k: v for k, v in self.thresholds.items() if k != SOURCES}, self.context)
        chosen |= {SOURCES: self._whole} if SOURCES in inspect.signature(fact.rows).parameters else {}
        sources = [self._whole(name) for name in parents(fact)]
        made: list[Cells | Gap] = []
        try:
            made.extend(fact.rows(*sources, **chosen))
            made.extend(() if made else _unread(sources))
        except Exception as error:  # listed in tests/facts/test_seen.py
            made.append(Gap("", "", "", fault(f"the rows of fact {fact.name}", Cells(), error)))
        return [m for m in made if isinstance(m, Cells)], [m for m in made if isinstance(m, Gap)]


def _unread(sources: Iterable[Source]) -> list[Gap]:
    """The gaps of sources of which nothing at all is known, in no account."""
    return [gap for one in sources if not one.rows for gap in one.gaps if not gap.account_id]


def joined_cells(cells: Cells, join: Join, other: Source, instead: Sequence[Gap] = ()) -> Mapping[str, Any]:
    """The columns that a join adds to a row; `instead` as the row's source has it."""
    key = {theirs: cells[ours] for theirs, ours in join.on.items()}
    lost = [v for v in key.values() if isinstance(v, Unseen)]
    if join.each and instead:  # it looks at the row itself
        lost.append(Unseen(frozenset(gap.text for gap in instead)))
    account, region = (c and cells[c] for c in join.place)
    account, region = ("" if isinstance(v, Unseen) else v or "" for v in (account, region))
    gaps = lost[0].gaps if lost else other.hidden(account, region, key.get("resource_id", ""))
    found: list[Cells] = []
    if not lost and None not in key.values():
        last = list(key)[-1] if key else ""
        keys = [{**key, last: value} for value in join.each(cells)] if join.each else [key]
        found = [row for one in keys for row in other.find(one, join.has)]
    if join.only is not None and not settled(join.only, cells):
        found, gaps = [], frozenset()
    elif None in key.values():
        gaps = frozenset()
    elif not found and not gaps and join.missing is not None:
        gaps = frozenset({settled(join.missing, cells)})
    if join.many:
        return {join.many: Partial(tuple(found), gaps)}
    if join.row:
        return {join.row: found[0] if found else Unseen(gaps) if gaps else None}
    none = {c: other.unseen(theirs, gaps) if gaps else None for c, theirs in join.taken.items()}
    return {c: found[0][theirs] for c, theirs in join.taken.items()} if found else none


def parents(fact: Fact) -> tuple[str, ...]:
    """The tables and facts that a fact's rows come from: its base, or the positional parameters of `rows`."""
    if fact.rows is None:
        return (fact.base,)
    named = inspect.signature(fact.rows).parameters.values()
    return tuple(p.name for p in named if p.kind is p.POSITIONAL_OR_KEYWORD)


def columns_of(fact: Fact) -> tuple[str, ...]:
    """The names of a fact's columns."""
    if fact.made:
        base = tuple(c for c in fact.made if c)
    else:
        base = columns_of(FACTS[fact.base]) if fact.base in FACTS else _table_columns(fact.base)
    added = [c for join in fact.joins for c in join.adds]
    return tuple(dict.fromkeys([*base, *added, *(f.__name__ for f in fact.columns)]))


def _table_columns(name: str) -> tuple[str, ...]:
    return tuple(c for c in tables.registry()[name].schema if c not in ("outcome", "gap"))


def domain(function: Callable[..., Any]) -> tuple[Any, ...]:
    """What a derived column can be, by its return type: of bool or a Literal; empty for anything else."""
    hint = get_type_hints(function).get("return")
    if hint is bool:
        return BOOLS[:2]
    if hint == bool | None:
        return BOOLS
    return get_args(hint) if get_origin(hint) is Literal else ()


# --- as a frame


def shown_as(cell: Any) -> Any:
    """A cell as plain data: null where it was not seen, a row of another fact by its resource."""
    if isinstance(cell, Unseen):
        return None
    if isinstance(cell, Partial):
        return [shown_as(i) for i in cell.items]
    if isinstance(cell, Cells):
        return cell.get("resource_arn") or cell.get("resource_id")
    return plain(cell)


def plain(value: Any) -> Any:
    """The value as plain JSON data: NA as None, numpy scalars and timestamps as Python's own."""
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(v) for v in (sorted(value, key=str) if isinstance(value, set | frozenset) else value)]
    if value is None or value is pd.NaT or value is pd.NA or (isinstance(value, float) and value != value):
        return None
    if isinstance(value, pd.Timestamp):
        return value.isoformat()
    return value.item() if hasattr(value, "item") else value


def _in_frame(cell: Any) -> Any:
    if isinstance(cell, pd.Timestamp):
        return cell
    value = shown_as(cell)
    if isinstance(value, list | dict):
        return json.dumps(value, default=str)
    return encodable(value) if isinstance(value, str) else value


def encodable(text: str) -> str:
    """The text with what UTF-8 cannot hold (half of a surrogate pair, as JSON may spell it) written as an escape."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _not_seen(cells: Cells, shown: Iterable[str]) -> str | None:
    lost = {c: cells[c].gaps for c in shown if isinstance(cells[c], Unseen | Partial) and cells[c].gaps}
    return "; ".join(f"{c}: {', '.join(sorted(gaps))}" for c, gaps in lost.items()) or None
