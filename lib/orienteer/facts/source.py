"""Tables (and facts) as facts look things up in them: the rows that are known, and the gaps that may hide others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pandas as pd

from orienteer.facts.seen import Cells, Partial, Unseen
from orienteer.model import GAP_COLUMNS, GLOBAL, KNOWN, Scope, Table

BOOLS = (True, False, None)
"""What an unseen value of a table's bool column can be."""
LONG = 1000
"""From so many rows on it pays to look which texts are equal."""
OF_THE_WIRE = ("pages", "ms", "at")


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that could not be read.  Empty account, region or resource: all of them.

    `everywhere`: of what one account is told about all; `account_id` is then the one that was asked.
    """

    account_id: str
    region: str
    resource_id: str
    text: str
    everywhere: bool = False

    def hides(self, account: Any, region: Any, resource: Any = "") -> bool:
        """True if something of this account, region and resource may be what was not read; empty: of any."""
        return (
            (self.everywhere or not self.account_id or not account or self.account_id == account)
            and (not self.region or region in ("", None, GLOBAL, self.region))
            and (not self.resource_id or not resource or self.resource_id == resource)
        )


class Rows(Sequence[Cells]):
    """The rows of a frame, made while somebody goes through them and kept by nobody: there may be millions."""

    def __init__(self, frame: pd.DataFrame) -> None:
        self.frame = frame

    def __len__(self) -> int:
        return len(self.frame)

    def __getitem__(self, place: Any) -> Any:
        return Cells(_records(self.frame.iloc[[place]])[0])

    def __iter__(self) -> Iterator[Cells]:
        for start in range(0, len(self.frame), LONG):
            yield from map(Cells, _records(self.frame.iloc[start : start + LONG]))


@dataclass(frozen=True)
class Source:
    """Known rows and gaps of one table or fact; `domains` says what an unseen value of a column can be.

    `lost`: columns that an older version did not collect, unseen in every row; `instead`: the gaps that stand for those
    rows where somebody takes rows by what their cells say.
    """

    name: str
    rows: Sequence[Cells]
    gaps: list[Gap]
    columns: tuple[str, ...]
    domains: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    lost: frozenset[str] = frozenset()
    instead: tuple[Gap, ...] = ()
    _indexes: dict[Any, dict[Any, list[Cells]]] = field(default_factory=lambda: {})

    def whole(self) -> Source:
        """For whoever takes rows by what their cells say: itself, or gaps in place of rows where columns are lost."""
        return Source(self.name, [], [*self.gaps, *self.instead], self.columns, self.domains) if self.instead else self

    def find(self, key: Mapping[str, Any], has: Callable[[Cells], Iterable[Any]] | None = None) -> list[Cells]:
        """The rows whose columns have these values; with `has`, those it also gives the value under `has` for."""
        names = tuple(sorted(key))
        if (names, has) not in self._indexes:
            index: dict[Any, list[Cells]] = defaultdict(list)
            for row in self.rows:
                base = tuple(row[n] for n in names if n != "has")
                for more in has(row) if has else ((),):
                    index[(*base, more)].append(row)
            self._indexes[names, has] = index
        value = (*(key[n] for n in names if n != "has"), key["has"] if has else ())
        return self._indexes[names, has].get(value, [])

    @cached_property
    def _by_account(self) -> dict[str, list[Gap]]:
        found: dict[str, list[Gap]] = defaultdict(list)
        for gap in self.gaps:
            found["" if gap.everywhere else gap.account_id].append(gap)
        return found

    def hidden(self, account: Any = "", region: Any = "", resource: Any = "") -> frozenset[str]:
        """The texts of the gaps that may hide a row there."""
        near = self.gaps if not account else [*self._by_account.get("", ()), *self._by_account.get(account, ())]
        return frozenset(g.text for g in near if g.hides(account, region, resource))

    def unseen(self, column: str, gaps: frozenset[str]) -> Unseen:
        """An unseen value of one of its columns."""
        return Unseen(gaps, self.domains.get(column, ()))

    def first(self, column: str) -> Any:
        """The first value there is of a column: of a table with one row for the whole organization."""
        known = [row[column] for row in self.rows if row[column] is not None]
        return known[0] if known else self.unseen(column, self.hidden()) if self.gaps else None

    def every(self, column: str) -> Partial:
        """All values of a column, each once."""
        values = dict.fromkeys(row[column] for row in self.rows if row[column] is not None)
        return Partial(tuple(values), self.hidden())

    def frame(self) -> pd.DataFrame:
        """The known rows as a frame of objects, for questions that are asked of whole tables; calls as they lie in the
        snapshot."""
        if isinstance(self.rows, Rows):
            return self.rows.frame
        return pd.DataFrame(self.rows, columns=list(self.columns), dtype=object)


def source(spec: Table, frame: pd.DataFrame | None) -> Source:
    """The source of a table as it lies in the snapshot.

    None: it is not in this one, and all of it is a gap; so is a column that an older version did not collect.
    """
    columns = tuple(name for name in spec.schema if name not in GAP_COLUMNS)
    domains = {c: BOOLS for c, kind in spec.schema.items() if kind == "bool"}
    if frame is None:
        return Source(spec.name, [], [Gap("", "", "", f"table {spec.name} is not in this snapshot")], columns, domains)
    said = {c: f"column {c} of {spec.name} is not in this snapshot" for c in columns if c not in frame}
    lost = {column: Unseen(frozenset({text}), domains.get(column, ())) for column, text in said.items()}
    rows: list[Cells] = []
    gaps: list[Gap] = []
    for row in _records(frame):
        gap, known = row.pop("gap", None), row.pop("outcome") in KNOWN
        if known:
            rows.append(Cells({c: row[c] for c in columns if c not in lost}, **lost))
        else:
            gaps.append(_gap(spec, row, gap))
    if spec.call.shared and spec.parent is not None and gaps:
        gaps = _told_elsewhere(rows, gaps)
    places = dict.fromkeys((row["account_id"], row["region"], "") for row in rows) if lost else ()
    keys = [dict(zip(("account_id", "region", "resource_id"), place, strict=True)) for place in places]
    instead = tuple(_gap(spec, key, text) for key in keys for text in said.values())
    return Source(spec.name, rows, gaps, columns, domains, frozenset(lost), instead)


def _told_elsewhere(rows: list[Cells], gaps: list[Gap]) -> list[Gap]:
    """The gaps that remain where the answer is the same for every account: what one was refused and another was told
    to the end stands under both, and `rows` grows by it."""
    broken = {(gap.region, gap.resource_id, gap.account_id) for gap in gaps}
    told: dict[tuple[Any, Any], dict[str, list[Cells]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        asked = "" if row["region"] == GLOBAL else row["region"], row["resource_id"]
        if (*asked, row["account_id"]) not in broken:
            told[asked][row["account_id"]].append(row)
    left = []
    for gap in gaps:
        known = next(iter(told.get((gap.region, gap.resource_id), {}).values()), []) if gap.resource_id else []
        rows += [Cells(row | {"account_id": gap.account_id}) for row in known]
        left += [] if known else [gap]
    return left


def calls(coverage: pd.DataFrame | None) -> Source:
    """The source of the coverage table, of which every row is known; None: there is none.  When and how long each call
    took is left out."""
    found = coverage if coverage is not None else pd.DataFrame()
    found = found.drop(columns=list(OF_THE_WIRE), errors="ignore")
    return Source("coverage", Rows(found), [], tuple(map(str, found.columns)))


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    if frame.empty:
        return []
    names = list(frame.columns)
    columns = [_values(frame[name]) for name in names]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def _values(column: pd.Series[Any]) -> list[Any]:
    """The column's values, None where there is none; equal texts of a long column are one object."""
    if len(column) < LONG or not isinstance(column.dtype, pd.StringDtype):
        return [None if is_null(v) else v for v in column.tolist()]
    codes, texts = pd.factorize(column.array)
    known = [*texts.tolist(), None]  # the code of what is not there is -1
    return [known[code] for code in codes.tolist()]


def is_null(value: Any) -> bool:
    """True for None, and for what pandas and floats have in its place."""
    return value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and value != value)


def _gap(spec: Table, row: Mapping[str, Any], text: str | None) -> Gap:
    account, region, resource = (row[k] or "" for k in ("account_id", "region", "resource_id"))
    member = _about_members(spec) and resource == account != ""
    everywhere = spec.scope is Scope.ORG and not member
    return Gap(account, "" if region == GLOBAL else region, resource, text or "", everywhere)


def _about_members(table: Table) -> bool:
    """True if the rows of an organization table are each about one member account."""
    return bool(table.account) or (table.parent is not None and _about_members(table.parent))
