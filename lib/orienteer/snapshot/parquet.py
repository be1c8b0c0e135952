"""The tables of a snapshot as Parquet: written part by part, read as typed frames."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from orienteer.files import private_folder, write_bytes

ARROW: Mapping[str, pa.DataType] = MappingProxyType(
    {
        "string": pa.string(),
        "int": pa.int64(),
        "float": pa.float64(),
        "bool": pa.bool_(),
        "timestamp": pa.timestamp("us", tz="UTC"),
        "json": pa.string(),
        "policy": pa.string(),
        "policies": pa.string(),
        "signs": pa.string(),
    }
)
PANDAS: Mapping[pa.DataType, Any] = {
    pa.int64(): pd.Int64Dtype(),
    pa.float64(): pd.Float64Dtype(),
    pa.bool_(): pd.BooleanDtype(),
}
COVERAGE: Mapping[str, str] = MappingProxyType(
    {
        "account_id": "string",
        "region": "string",
        "service": "string",
        "operation": "string",
        "resource": "string",
        "outcome": "string",
        "error_code": "string",
        "message": "string",
        "rows": "int",
        "pages": "int",
        "ms": "int",
        "at": "timestamp",
        "table": "string",
        "shared": "bool",
    }
)


Rows = Sequence[Sequence[Any]]
"""Rows of a table, in the order of its schema."""


# --- writing


def arrow_table(schema: Mapping[str, str], rows: Iterable[Iterable[Any]]) -> pa.Table:
    """Rows (in the order of the schema) as an Arrow table; timestamps come as microseconds or ISO text."""
    columns = list(zip(*rows, strict=True)) or [()] * len(schema)
    arrays = [_array(column, kind) for column, kind in zip(columns, schema.values(), strict=True)]
    return pa.table(arrays, schema=arrow_schema(schema))


def arrow_schema(schema: Mapping[str, str]) -> pa.Schema:
    return pa.schema([(name, ARROW[kind]) for name, kind in schema.items()])


def coverage_table(rows: Iterable[Mapping[str, Any]]) -> pa.Table:
    """Coverage rows of the engine, one per call."""
    return arrow_table(COVERAGE, coverage_rows(rows))


def coverage_rows(rows: Iterable[Mapping[str, Any]]) -> list[list[Any]]:
    return [[row[name] for name in COVERAGE] for row in rows]


def _array(values: Iterable[Any], kind: str) -> pa.Array:
    listed = list(values)
    if kind == "timestamp":
        if any(isinstance(value, str) for value in listed):
            listed = [None if v is None else round(pd.Timestamp(v).timestamp() * 1e6) for v in listed]
        return pa.array(listed, pa.int64()).cast(ARROW[kind])
    return pa.array(listed, ARROW[kind])


def frame_of(table: pa.Table) -> pd.DataFrame:
    """The Arrow table as a frame with the dtypes of model.DTYPES."""
    if not table.num_rows:  # as most tables are in most accounts
        return pd.DataFrame(
            {column.name: _empty(column.type, _dtype(column.type)) for column in table.schema}, copy=False
        )
    if table.nbytes > SMALL and pd.options.mode.string_storage == "python":
        return pd.DataFrame({n: _plain(c) for n, c in zip(table.column_names, table.columns, strict=True)}, copy=False)
    return table.to_pandas(types_mapper=_dtype, use_threads=_threads_pay(table.nbytes))  # type: ignore[no-any-return]


def _plain(column: pa.ChunkedArray) -> Any:
    """The column as pandas keeps it, of which equal texts are one object: names, codes and documents repeat."""
    if column.type != pa.string():
        return column.to_pandas(types_mapper=_dtype)
    encoded = column.combine_chunks().dictionary_encode()
    texts = np.array([*encoded.dictionary.to_pylist(), pd.NA], dtype=object)  # a null's code is -1
    return pd.array(texts[encoded.indices.fill_null(-1).to_numpy()], dtype=pd.StringDtype())


def _dtype(kind: pa.DataType) -> Any:
    """The dtype of a column of this type, texts stored as pandas' option `mode.string_storage` has it."""
    return pd.StringDtype() if kind == pa.string() else PANDAS.get(kind)


@cache
def _empty(kind: pa.DataType, dtype: Any) -> Any:
    """A column of this type without rows; it is never written to."""
    column = pa.table({"": pa.array([], kind)}).to_pandas(types_mapper={kind: dtype}.get, use_threads=False)
    return column[""].array


def write_table(path: Path, table: pa.Table) -> None:
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd")
    write_bytes(path, sink.getvalue().to_pybytes())


BATCH = 200_000
"""Rows held in memory before they are written."""


def write_tables(folder: Path, tables: Mapping[str, Mapping[str, str]], parts: Iterable[Mapping[str, Rows]]) -> None:
    """Writes snapshot/<name>.parquet for each schema in `tables`, from parts that are read one after the other.

    A part maps table names to rows.  Memory holds BATCH rows at most, however many parts there are.
    """
    place = private_folder(folder / "snapshot")
    waiting: dict[str, list[Any]] = {name: [] for name in tables}
    with ExitStack() as stack:
        writers = {n: stack.enter_context(_writer(place / f"{n}.parquet", schema)) for n, schema in tables.items()}
        for part in parts:
            for name, rows in part.items():
                waiting[name].extend(rows)
            if sum(map(len, waiting.values())) > BATCH:
                _flush(writers, tables, waiting)
        _flush(writers, tables, waiting)


def _flush(writers: Mapping[str, Any], tables: Mapping[str, Mapping[str, str]], waiting: dict[str, list[Any]]) -> None:
    for name, rows in waiting.items():
        if rows:
            writers[name].write_table(arrow_table(tables[name], rows))
            waiting[name] = []


@contextmanager
def _writer(path: Path, schema: Mapping[str, str]) -> Iterator[Any]:
    """A Parquet writer whose file (mode 0600) gets its name when all rows are in."""
    temporary = path.with_name(f".{path.name}.tmp")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file, pq.ParquetWriter(file, arrow_schema(schema), compression="zstd") as writer:
        yield writer
    temporary.replace(path)


# --- reading

PLAIN = 8 * 2**20
"""Bytes of a snapshot up to which texts are quicker, and take less memory, as Python's own strings than as Arrow's."""
KEPT = 32 * 2**20
"""Bytes of tables that stay in memory once they were read: most are small, and are asked for again and again."""
SMALL = 2**20
"""Bytes below which threads cost more than they gain when a file is read, and looking for equal texts as well."""


def store_strings_for(folder: Path) -> None:
    """Has this process keep the texts of all its frames as suits a run of this folder's size: pandas' option
    `mode.string_storage`.  For a process that is ours and reads this run alone, before it reads it; values and the name
    of the dtype are the same either way."""
    size = sum(file.stat().st_size for file in (folder / "snapshot").glob("*.parquet"))
    pd.options.mode.string_storage = "python" if size <= PLAIN else "pyarrow"


def read_frame(path: Path) -> pd.DataFrame:
    """The table in a Parquet file as a frame with the dtypes of model.DTYPES."""
    return frame_of(_read(path))


def _read(path: Path) -> pa.Table:
    with pq.ParquetFile(path, pre_buffer=False) as file:  # it would start threads, and the file is at hand
        return file.read(use_threads=_threads_pay(path.stat().st_size))


def _threads_pay(size: int) -> bool:
    """Whether to read so many bytes with threads; not in a process that must have one only, or has one core."""
    return size > SMALL and pa.cpu_count() > 1


@dataclass(frozen=True)
class Tables(Mapping[str, pd.DataFrame]):
    """Table name to frame, read when asked for.  What a caller changes in a frame is changed for that caller alone."""

    folder: Path
    _kept: dict[tuple[str, int], pd.DataFrame] = field(default_factory=dict, compare=False, repr=False)
    _room: list[int] = field(default_factory=lambda: [KEPT], compare=False, repr=False)

    def __getitem__(self, name: str) -> pd.DataFrame:
        path = self._path(name)
        try:
            key = (name, path.stat().st_mtime_ns)
        except FileNotFoundError:
            raise KeyError(name) from None
        if key not in self._kept:
            table = _read(path)
            if table.nbytes > self._room[0]:
                return frame_of(table)
            self._room[0] -= table.nbytes
            self._kept[key] = frame_of(table)
        return self._kept[key].copy(deep=False)

    def __contains__(self, name: object) -> bool:
        return self._path(str(name)).exists()

    def _path(self, name: str) -> Path:
        """The table's file; of `coverage`, which is none of them, one that does not exist."""
        return self.folder / ("coverage" if name == "coverage" else f"{name}.parquet")

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(p.stem for p in self.folder.glob("*.parquet") if p.stem != "coverage"))

    def __len__(self) -> int:
        return sum(1 for _ in self)
