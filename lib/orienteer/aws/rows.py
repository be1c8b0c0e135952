"""Answers become rows: plain lists in the order of the table's schema, ready for JSON and for Arrow."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache, partial
from typing import Any

import jmespath

from orienteer.aws.signs import signs
from orienteer.model import GLOBAL, KEYS, Answer, Outcome, Place, Scope, Table
from orienteer.partitions import partition_with

Row = list[Any]
SIMPLE = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*")
IN_BRACES = re.compile(r"{(\w+)}")
MAX_TEXT = 2_000_000
UNFIT = (TypeError, ValueError, KeyError, AttributeError, OverflowError, RecursionError)
MISFIT = "*misfit"
NOTHING = frozenset({"null", "{}", "[]", '""'})
"""Texts in place of a policy document.  AWS keeps none of these, so whoever got one has not seen the policy."""
LARGEST, LATEST = 2**63, 253_402_300_800_000_000  # of 64 bits, and the first microsecond of the year 10000


def rows_of(table: Table, answer: Answer, place: Place) -> list[Row]:
    """The rows one answer gives: what was read, then a gap row when it ended in an error.

    A child has a row at least; "not set" and "nothing listed" are ABSENT rows.
    """
    columns = _columns(table)
    items = list(_items(table, answer))
    found = [_row(table, place, answer, _values(columns, item)) for item in items]
    if not answer.outcome.known:
        return [*found, gap_row(table, place, answer.outcome, answer.gap)]
    single = not table.items
    if not found and (single or table.parent is not None):
        return [_filled(table, place, {}, Outcome.ABSENT.value, None)]
    return found


def custom_rows(table: Table, yielded: Iterable[Mapping[str, Any] | Answer], place: Place) -> list[Row]:
    """The rows of a `read` function: mappings become rows, Answers that are not known become gap rows."""
    kinds = table.schema
    rows: list[Row] = []
    for one in yielded:
        if isinstance(one, Answer):
            if not one.outcome.known:
                rows.append(gap_row(table, place, one.outcome, one.gap, one.resource or None))
        else:
            values = _values([(name, partial(_converted, value, kinds[name])) for name, value in one.items()], one)
            gap = values.get("gap") or _misfit(table, place, values)
            outcome = Outcome.FAILED.value if MISFIT in values else values.get("outcome") or Outcome.OK.value
            rows.append(_filled(table, place, values, outcome, gap))
    if not rows and table.parent is not None:
        rows.append(_filled(table, place, {}, Outcome.ABSENT.value, None))
    return rows


def gap_row(table: Table, place: Place, outcome: Outcome, gap: str, resource: str | None = None) -> Row:
    """A row that says what could not be read; its resource is the parent's, the one named, or none (the whole list)."""
    row = _filled(table, place, {}, outcome.value, gap)
    row[2] = resource or (place.row.get("resource_id") if table.parent is not None else None)
    return row


def _items(table: Table, answer: Answer) -> Iterable[Any]:
    if not table.items:
        return (_joined(answer.pages),) if answer.outcome is Outcome.OK and answer.pages else ()
    search = getter(table.items)
    return (item for page in answer.pages for item in (search(page) or ()))


def _joined(pages: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """The pages of an answer as one: lists put together, everything else as the first page that has it says."""
    whole = dict(pages[0])
    for page in pages[1:]:
        for key, value in page.items():
            held = whole.setdefault(key, value)
            if held is not value and isinstance(held, list) and isinstance(value, list):
                whole[key] = [*held, *value]
    return whole


def _row(table: Table, place: Place, answer: Answer, values: dict[str, Any]) -> Row:
    broken = values.get(table.gap) if table.gap else None
    if MISFIT in values:
        return _filled(table, place, values, Outcome.FAILED.value, _misfit(table, place, values))
    if broken is None:
        return _filled(table, place, values, Outcome.OK.value, None)
    text = f"{answer.call.api} {broken} (account {place.account_id}, region {place.region})"
    return _filled(table, place, values, Outcome.FAILED.value, text)


def _filled(table: Table, place: Place, values: Mapping[str, Any], outcome: str, gap: str | None) -> Row:
    """A row of the table's schema: keys from the place and the naming columns, kept columns from the parent."""
    kept = {name: place.row.get(name) for name in table.keep}
    given = {**kept, **values}
    region = GLOBAL if table.scope is not Scope.REGION else place.region
    account = str(place.row.get("account_id") or place.account_id)
    keys = {
        "account_id": _text(given.get(table.account) if table.account else given.get("account_id"), account),
        "region": _text(given.get(table.region) if table.region else given.get("region"), _inherited(place, region)),
        "resource_id": _text(given.get(table.resource) if table.resource else None, _named(table, place, values)),
    }
    fallback = values.get("resource_arn") or place.row.get("resource_arn")
    arn = _arn(table, {**given, **keys}) if table.arn else fallback
    row = {**given, **keys, "resource_arn": arn, "outcome": outcome, "gap": gap}
    return [row.get(name) for name in table.schema]


def _arn(table: Table, row: Mapping[str, Any]) -> str | None:
    """The ARN that the row's column holds, or that the table's form gives; None where a part of it is not known."""
    if "{" not in table.arn:
        return row.get(table.arn)
    parts = {"partition": partition_with(str(row["region"])), **row}
    known = all(parts.get(name) for name in IN_BRACES.findall(table.arn))
    return table.arn.format_map(parts) if known else None


def _inherited(place: Place, region: str) -> str:
    return str(place.row.get("region") or region)


def _named(table: Table, place: Place, values: Mapping[str, Any]) -> str:
    """The resource where no column names it: what a read function said, the parent's, the account or the region."""
    fallback = place.account_id if table.scope is not Scope.REGION else place.region
    return str(values.get("resource_id") or place.row.get("resource_id") or fallback)


def _text(value: Any, default: str) -> str:
    return default if value is None or value == "" else str(value)


@cache
def _columns_by_name(
    name: str, specs: tuple[tuple[str, str, str, bool], ...]
) -> tuple[tuple[str, Callable[[Any], Any]], ...]:
    def reader(path: str, kind: str, required: bool) -> Callable[[Any], Any]:
        find = getter(path)
        if not required:
            return lambda item: convert(find(item), kind)
        return lambda item: _required(convert(find(item), kind))

    return tuple((column, reader(path, kind, required)) for column, path, kind, required in specs)


def _required(value: Any) -> Any:
    """The value.  Raises ValueError for one that is not there."""
    if value is None:
        raise ValueError("nothing where AWS always gives something")
    return value


def _columns(table: Table) -> tuple[tuple[str, Callable[[Any], Any]], ...]:
    return _columns_by_name(table.name, tuple((c.name, c.path or c.name, c.type, c.required) for c in table.columns))


@cache
def getter(path: str) -> Callable[[Any], Any]:
    """A function that finds a JMESPath in a document; plain dotted paths skip the interpreter."""
    if path == "@":
        return lambda item: item
    bare = path.removesuffix("[]")
    if not SIMPLE.fullmatch(bare) or (bare != path and "." in bare):
        return jmespath.compile(path).search  # type: ignore[no-any-return]
    names = bare.split(".")
    return lambda item: _walk(item, names)


def _walk(item: Any, names: list[str]) -> Any:
    for name in names:
        if not isinstance(item, Mapping):
            return None
        item = item.get(name)
    return item


def _values(columns: Iterable[tuple[str, Callable[[Any], Any]]], item: Any) -> dict[str, Any]:
    """The item's values by column; MISFIT names the columns whose value does not fit its type."""
    try:
        return {name: read(item) for name, read in columns}
    except UNFIT:
        values: dict[str, Any] = {}
        for name, read in columns:
            try:
                values[name] = read(item)
            except UNFIT:
                values[MISFIT] = f"{values[MISFIT]}, {name}" if MISFIT in values else name
        return values


def _misfit(table: Table, place: Place, values: Mapping[str, Any]) -> str | None:
    """The gap of a row with values that do not fit; None when all do."""
    if MISFIT not in values:
        return None
    where = f"account {place.account_id}, region {place.region}"
    return f"{table.call.api} MalformedValue ({where}): {values[MISFIT]}"


def convert(value: Any, kind: str) -> Any:
    """The value as the column type wants it, plain enough for JSON.  Raises one of UNFIT where it does not fit.

    Timestamps become microseconds since 1970, UTC.
    """
    return None if value is None else CONVERT[kind](value)


def _converted(value: Any, kind: str, _: Any) -> Any:
    return convert(value, kind)


def _string(value: Any) -> str | None:
    text = value if isinstance(value, str) else _json(value) if isinstance(value, dict | list) else str(value)
    return text.encode("utf-8", "replace").decode("utf-8")[:MAX_TEXT]


def _json(value: Any) -> str:
    if isinstance(value, str):
        return value[:MAX_TEXT]
    return json.dumps(value, sort_keys=True, default=_jsonable, ensure_ascii=True)


def _policy(value: Any) -> str:
    """The text of a policy document.  Raises ValueError for a text that says nothing: empty, or `null`."""
    text = _json(value)
    if not text.strip() or text.strip() in NOTHING:
        raise ValueError("no policy document")
    return text


def _policies(value: Any) -> str:
    """The list as JSON text.  Raises ValueError, or TypeError, where one of its documents says nothing."""
    for one in value:
        _policy(one["PolicyDocument"] if one["PolicyDocument"] is not None else "null")
    return _json(value)


def _jsonable(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _bool(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    words = {"true": True, "false": False}
    if str(value).lower() not in words:
        raise ValueError(value)
    return words[str(value).lower()]


def _timestamp(value: Any) -> int:
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    if isinstance(value, int | float):
        if abs(value) * 1_000_000 >= LATEST:
            raise OverflowError(value)
        return round(value * 1_000_000)
    moment: datetime = value if value.tzinfo else value.replace(tzinfo=UTC)
    return round(moment.timestamp() * 1_000_000)


def _int(value: Any) -> int:
    number = int(value)
    if not -LARGEST <= number < LARGEST:
        raise OverflowError(value)
    return number


CONVERT: Mapping[str, Callable[[Any], Any]] = {
    "string": _string,
    "int": _int,
    "float": float,
    "bool": _bool,
    "timestamp": _timestamp,
    "json": _json,
    "policy": _policy,
    "policies": _policies,
    "signs": signs,
}

assert KEYS[2] == "resource_id"  # gap_row writes it by position
