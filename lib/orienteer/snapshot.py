"""The snapshot: Parquet per table, coverage, manifest; in and out of a run folder."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from orienteer.errors import OrienteerError
from orienteer.issues import issues

SCHEMA = 1
"""Version of the snapshot's form.  A newer one is refused."""

MANIFEST, STAMP, PARTS = "manifest.json", "collected.json", ".parts"
RUN_IN_PROGRESS = "ORIENTEER_RUN_IN_PROGRESS"
"""Environment variable with the run folder that a batch is still writing: its notebooks may open it."""

ARROW: Mapping[str, pa.DataType] = MappingProxyType(
    {
        "string": pa.string(),
        "int": pa.int64(),
        "float": pa.float64(),
        "bool": pa.bool_(),
        "timestamp": pa.timestamp("us", tz="UTC"),
        "json": pa.string(),
    }
)
PANDAS: Mapping[pa.DataType, Any] = {
    pa.string(): pd.StringDtype(),
    pa.int64(): pd.Int64Dtype(),
    pa.float64(): pd.Float64Dtype(),
    pa.bool_(): pd.BooleanDtype(),
}
COVERAGE: Mapping[str, str] = MappingProxyType(
    {
        "account_id": "string", "region": "string", "service": "string", "operation": "string", "resource": "string",
        "outcome": "string", "error_code": "string", "message": "string", "rows": "int", "pages": "int", "ms": "int",
        "at": "timestamp", "table": "string", "shared": "bool",
    }
)  # fmt: skip


Rows = Sequence[Sequence[Any]]
"""Rows of a table, in the order of its schema."""


# --- writing


def private_folder(path: Path) -> Path:
    """The folder, made with mode 0700 whatever the umask; a link in its place is refused."""
    if path.is_symlink():
        raise OrienteerError(f"{path} is a link; refusing to write through it", 3)
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.chmod(0o700)
    return path


def write_bytes(path: Path, data: bytes) -> None:
    """Writes a file with mode 0600 under its final name only when it is whole."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def write_json(path: Path, value: Any) -> None:
    write_bytes(path, (json.dumps(value, indent=1, sort_keys=True, default=str) + "\n").encode())


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
    return table.to_pandas(types_mapper=PANDAS.get)  # type: ignore[no-any-return]


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


def drop_parts(folder: Path) -> None:
    """Removes what only an unfinished run needs."""
    shutil.rmtree(folder / PARTS, ignore_errors=True)


# --- manifest


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def hashes(folder: Path) -> dict[str, str]:
    """SHA-256 of every file of a run folder by its path in it, without manifest, stamp and hidden files."""
    files = (p for p in folder.rglob("*") if p.is_file() and not p.is_symlink())
    names = ((p.relative_to(folder), p) for p in files)
    return {
        n.as_posix(): sha256(p)
        for n, p in sorted(names)
        if n.as_posix() not in (MANIFEST, STAMP) and not any(x[0] == "." for x in n.parts)
    }


def write_manifest(folder: Path, facts: Mapping[str, Any]) -> None:
    """Writes manifest.json: the facts and the hash of every file.  The last thing a run writes."""
    write_json(folder / MANIFEST, {**facts, "schema": SCHEMA, "files": hashes(folder)})


# --- reading


@dataclass(frozen=True)
class Run:
    """A run folder, checked.  `tables[name]` is a frame whose gap rows have an `outcome` other than OK or ABSENT."""

    path: Path
    manifest: Mapping[str, Any]

    @property
    def tables(self) -> Tables:
        return Tables(self.path / "snapshot")

    @cached_property
    def coverage(self) -> pd.DataFrame:
        """One row per call, with the columns of COVERAGE; `ms` is what the call took, `at` when it ended, UTC."""
        return frame_of(pq.read_table(self.path / "snapshot" / "coverage.parquet"))

    @cached_property
    def findings(self) -> pd.DataFrame:
        """One row per thing judged; `evidence` is JSON text.  Raises OrienteerError before `orienteer judge`."""
        path = self.path / "findings.parquet"
        if not path.exists():
            raise OrienteerError(f"{self.path} has not been judged yet; run `orienteer judge {self.path}`", 3)
        return frame_of(pq.read_table(path))

    @cached_property
    def issues(self) -> pd.DataFrame:
        """One row per cause of failed findings, gravest first, with the columns of orienteer.issues.ISSUES."""
        return issues(self.findings)

    @property
    def summary(self) -> pd.DataFrame:
        """One row per control: its status (NOT_APPLICABLE where there was nothing to judge) and its counts."""
        return pd.DataFrame(self.manifest.get("summary", []))

    def sql(self, query: str) -> pd.DataFrame:
        """The answer of a DuckDB query over the tables, `coverage`, `findings` and `issues`, views by name.

        Arrow reads the files, so DuckDB needs no file system: a query can read and write nothing else.
        """
        import duckdb
        from pyarrow import dataset

        files = [*sorted((self.path / "snapshot").glob("*.parquet")), self.path / "findings.parquet"]
        with duckdb.connect() as connection:
            for file in files:
                if file.exists():
                    connection.register(file.stem, dataset.dataset(file))
            if files[-1].exists() and "issues" in query.lower():
                connection.register("issues", self.issues)
            connection.execute("set temp_directory=''; set enable_external_access=false; set lock_configuration=true")
            if not duckdb.extract_statements(query):
                raise OrienteerError("sql: there is no query", 2)
            return connection.execute(query).df()


@dataclass(frozen=True)
class Tables(Mapping[str, pd.DataFrame]):
    """Table name to frame, read when asked for."""

    folder: Path

    def __getitem__(self, name: str) -> pd.DataFrame:
        path = self.folder / f"{name}.parquet"
        if name == "coverage" or not path.exists():
            raise KeyError(name)
        return frame_of(pq.read_table(path))

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(p.stem for p in self.folder.glob("*.parquet") if p.stem != "coverage"))

    def __len__(self) -> int:
        return sum(1 for _ in self)


def open_run(run: str | Path, *, unfinished: bool = False, unjudged: bool = False) -> Run:
    """A finished run folder, its snapshot and findings compared with the manifest's hashes.

    `unfinished` also takes a folder whose collection is complete but whose report is not (the batch's own notebooks);
    `unjudged` leaves the findings out, which are to be written anew.
    Raises OrienteerError, in one line, for a folder that is missing, foreign, unfinished, newer or altered.
    """
    path = Path(run).expanduser()
    if not path.is_dir():
        raise OrienteerError(f"no run folder at {path}", 3)
    path = path.resolve()
    unfinished = unfinished or os.environ.get(RUN_IN_PROGRESS) == str(path)
    manifest = _manifest(path, unfinished)
    if manifest["schema"] > SCHEMA:
        raise OrienteerError(
            f"{path} was written by a newer version (schema {manifest['schema']}); update orienteer", 3
        )
    for name, known in sorted(manifest["files"].items()):
        if name.startswith("snapshot/") or (name.startswith("findings.") and not unjudged):
            _unchanged(path, name, known)
    for file in sorted((path / "snapshot").glob("*.parquet")):
        if f"snapshot/{file.name}" not in manifest["files"]:
            raise OrienteerError(f"{path}: snapshot/{file.name} was put there later; it is no evidence", 3)
    return Run(path, MappingProxyType(manifest))


def _manifest(path: Path, unfinished: bool) -> dict[str, Any]:
    names = [MANIFEST, *([STAMP] if unfinished else [])]
    file = next((path / n for n in names if (path / n).is_file()), None)
    if file is None:
        started = (path / PARTS).exists() or (path / "snapshot").exists()
        problem = "is unfinished; run the same command again to go on" if started else "is not an orienteer run folder"
        raise OrienteerError(f"{path} {problem}", 3)
    try:
        manifest = json.loads(file.read_text(encoding="utf-8"))
        if not isinstance(manifest["files"], dict) or not isinstance(manifest["client"]["slug"], str):
            raise TypeError
        if "snapshot/coverage.parquet" not in manifest["files"]:
            raise KeyError
        return {**manifest, "schema": int(manifest.get("schema", SCHEMA))}
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise OrienteerError(f"{file} is not an orienteer manifest", 3) from error


def _unchanged(path: Path, name: str, known: str) -> None:
    file = path / name
    if not file.is_file() or file.is_symlink() or path not in file.resolve().parents:
        raise OrienteerError(f"{path}: {name} is missing; the snapshot is not what was collected", 3)
    if sha256(file) != known:
        raise OrienteerError(f"{path}: {name} was changed after it was written; it is no evidence any more", 3)
