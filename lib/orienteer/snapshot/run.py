"""A run folder, opened: compared with its manifest, then tables, findings, coverage and SQL over them."""

from __future__ import annotations

import re
import stat
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any, Self

import pandas as pd

from orienteer import ask, facts, tables
from orienteer.errors import OrienteerError
from orienteer.facts import Estate, Frames
from orienteer.files import sha256
from orienteer.issues import issues
from orienteer.model import KNOWN
from orienteer.parameters import client_of
from orienteer.snapshot.manifest import OF_JUDGEMENT, SCHEMA, read_manifest
from orienteer.snapshot.parquet import Tables, read_frame


@dataclass(frozen=True)
class Run:
    """A run folder, checked.  `tables[name]` is a frame whose gap rows have an `outcome` other than OK or ABSENT."""

    path: Path
    manifest: Mapping[str, Any]

    @property
    def state(self) -> str:
        """How far the run has come: collected, judged or reported."""
        return str(self.manifest["state"])

    @cached_property
    def tables(self) -> Tables:
        return Tables(self.path / "snapshot")

    @cached_property
    def facts(self) -> Frames:
        """What the tables tell together, as tidy frames by name: `facts["buckets"]` has a row per bucket.

        A null is a value that is not set or was not seen; `not_seen` names the columns and gaps behind the latter.
        """
        return Frames(self.estate)

    def judged_as(self, estate: Estate) -> Self:
        """This run with the tables and facts that it was judged by."""
        self.__dict__.update(tables=estate.tables, estate=estate)
        return self

    @cached_property
    def estate(self) -> Estate:
        """The facts as controls read them, with the params that the run was made with."""
        params, as_of = self.manifest.get("params", {}), pd.Timestamp(self.manifest["as_of"])
        facts.registry()
        known = tables.registry()
        thresholds = dict(params.get("thresholds") or {})
        return Estate(self.tables, known, client_of(params), thresholds, as_of, self.coverage)

    @cached_property
    def _asked(self) -> ask.Estate:
        return ask.Estate.of(self.estate)

    def can(self, principal: str, action: str, resource: str = "*", **more: Any) -> ask.Answer:
        """Whether the principal can do the action: `orienteer.ask.can` over this run."""
        return ask.can(self._asked, principal, action, resource, **more)

    def who_can(self, action: str, resource: str = "*", **more: Any) -> ask.Who:
        """Who can do the action: `orienteer.ask.who_can` over this run."""
        return ask.who_can(self._asked, action, resource, **more)

    @cached_property
    def coverage(self) -> pd.DataFrame:
        """One row per call, with the columns of COVERAGE; `ms` is what the call took, `at` when it ended, UTC."""
        return read_frame(self.path / "snapshot" / "coverage.parquet")

    @cached_property
    def findings(self) -> pd.DataFrame:
        """One row per thing judged; `evidence` is JSON text.  Raises OrienteerError before `orienteer judge`."""
        if not self._judged:
            raise OrienteerError(f"{self.path} has not been judged yet; run `orienteer judge {self.path}`", 3)
        return read_frame(self.path / "findings.parquet")

    @property
    def _judged(self) -> bool:
        return "findings.parquet" in self.manifest["files"]

    @cached_property
    def issues(self) -> pd.DataFrame:
        """One row per cause of failed findings, gravest first, with the columns of orienteer.issues.ISSUES."""
        return issues(self.findings)

    @cached_property
    def account_names(self) -> Mapping[str, str]:
        """Account id to a label that is unique: the name, with the end of the id where two share a name."""
        named = {str(a["id"]): str(a.get("name") or a["id"]) for a in self.manifest.get("accounts", [])}
        if "organization_accounts" in self.tables:
            members = self.tables["organization_accounts"]
            known = members[members["outcome"].isin(KNOWN)]
            named = {**dict(zip(known["id"].fillna(""), known["name"].fillna(known["id"]), strict=True)), **named}
        counts = Counter(named.values())
        return {i: n if counts[n] == 1 or n == i else f"{n} ({i[-4:]})" for i, n in named.items() if i}

    @property
    def summary(self) -> pd.DataFrame:
        """One row per control: its status (NOT_APPLICABLE where there was nothing to judge) and its counts."""
        return pd.DataFrame(self.manifest.get("summary", []))

    def sql(self, query: str) -> pd.DataFrame:
        """The answer of a DuckDB query over the tables, facts, `coverage`, `findings` and `issues`, views by name.

        Arrow reads the files, so DuckDB needs no file system: a query can read and write nothing else.
        """
        import duckdb
        from pyarrow import dataset

        files = sorted((self.path / "snapshot").glob("*.parquet"))
        with duckdb.connect() as connection:
            for file in [*files, *([self.path / "findings.parquet"] if self._judged else [])]:
                connection.register(file.stem, dataset.dataset(file))
            if self._judged and "issues" in query.lower():
                connection.register("issues", self.issues)
            for name in facts.registry():
                if re.search(rf"\b{name}\b", query):
                    connection.register(name, self.facts[name])
            connection.execute("set temp_directory=''; set enable_external_access=false; set lock_configuration=true")
            if not duckdb.extract_statements(query):
                raise OrienteerError("sql: there is no query", 2)
            return connection.execute(query).df()


_HELD: dict[Path, Run] = {}


def hold(run: Run) -> None:
    """`open_run` gives this very run from now on, in this process and those forked from it, while its manifest stays
    the same: it is checked once, and what was worked out of it is there."""
    _HELD[run.path] = run


def open_run(run: str | Path, *, unjudged: bool = False) -> Run:
    """A run folder, from the moment its collection is complete; snapshot and findings are compared with the manifest.

    `unjudged` leaves the findings out, which are to be written anew.
    Raises OrienteerError, in one line, for a folder that is missing, foreign, unfinished, newer or altered.
    """
    path = Path(run).expanduser()
    if not path.is_dir():
        raise OrienteerError(f"no run folder at {path}", 2)
    path = path.resolve()
    manifest = read_manifest(path)
    if path in _HELD and _HELD[path].manifest == manifest:
        return _HELD[path]
    if manifest["schema"] > SCHEMA:
        raise OrienteerError(
            f"{path} was written by a newer version (schema {manifest['schema']}); update orienteer", 3
        )
    if (path / "snapshot").is_symlink():
        raise OrienteerError(f"{path}: its snapshot lies elsewhere; it is no evidence", 3)
    for name, known in sorted(manifest["files"].items()):
        if name.startswith("snapshot/") or (name.startswith(OF_JUDGEMENT) and not unjudged):
            _unchanged(path, name, known)
    for file in sorted((path / "snapshot").glob("*.parquet")):
        if f"snapshot/{file.name}" not in manifest["files"]:
            raise OrienteerError(f"{path}: snapshot/{file.name} was put there later; it is no evidence", 3)
    return Run(path, MappingProxyType(manifest))


def _is_plain(file: Path) -> bool:
    """True for a file that is there and is no link."""
    try:
        return stat.S_ISREG(file.lstat().st_mode)
    except OSError:
        return False


def _unchanged(path: Path, name: str, known: str) -> None:
    file = path / name
    if "/" in name.removeprefix("snapshot/") or not _is_plain(file):
        raise OrienteerError(f"{path}: {name} is missing; the snapshot is not what was collected", 3)
    if sha256(file) != known:
        raise OrienteerError(f"{path}: {name} was changed after it was written; it is no longer evidence", 3)
