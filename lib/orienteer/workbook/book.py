"""A run folder as the notebooks hold it: opened, its known rows, and what of a table was not seen."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from orienteer import controls, snapshot, tables
from orienteer.errors import OrienteerError
from orienteer.files import RUN_IN_PROGRESS
from orienteer.frames import frame
from orienteer.model import GAP_COLUMNS, GLOBAL, KNOWN, Outcome
from orienteer.snapshot import Run

CHOSEN = "ORIENTEER_RUN"
"""Environment variable: the run that `orienteer lab` was started on."""

INTERACTIVE = "ORIENTEER_TABLES"
"""Environment variable: `static` or `interactive` tables.  Unset: interactive, but static inside a batch."""


def open(run: str | Path = "") -> Run:
    """The run folder `run`, looked for from here upwards; empty: that of `orienteer lab`, else the newest demo run.

    Raises OrienteerError when there is none, or when it is not what was collected.
    """
    if interactive():
        from itables import init_notebook_mode

        init_notebook_mode(all_interactive=False, connected=False)
    chosen = str(run) or os.environ.get(CHOSEN, "")
    return snapshot.open_run(_found(Path(chosen).expanduser()) if chosen else newest_demo())


def interactive() -> bool:
    """Whether tables may sort and filter themselves (JupyterLab), or must stand as they are (batch, tests)."""
    asked = os.environ.get(INTERACTIVE, "static" if os.environ.get(RUN_IN_PROGRESS) else "")
    if asked:
        return asked == "interactive"
    try:
        from IPython.core.getipython import get_ipython
    except ImportError:
        return False
    return type(get_ipython()).__name__ == "ZMQInteractiveShell"


def newest_demo() -> Path:
    """The newest finished demo run below outputs/, here or in a folder above."""
    for folder in upwards():
        found = [p for p in folder.glob("outputs/demo*/latest") if (p / snapshot.MANIFEST).is_file()]
        if found:
            return max(found, key=lambda p: (p.resolve().name, p.parent.name == "demo", p.parent.name))
    raise OrienteerError("there is no demo run yet; `orienteer demo` (or `make demo`) makes one", 3)


def _found(path: Path) -> Path:
    if path.is_absolute():
        return path
    return next((folder / path for folder in upwards() if (folder / path).is_dir()), path)


def upwards() -> Iterable[Path]:
    """The working directory and those above it, then the checkout the package stands in."""
    here = Path.cwd()
    return (here, *here.parents, Path(__file__).resolve().parents[3])


# --- rows


def rows(book: Run, name: str) -> pd.DataFrame:
    """The known rows of a table with account names, gap rows left out (see `seen`); empty when not collected."""
    try:
        table = book.tables[name]
    except KeyError:
        table = frame(tables.registry()[name])
    known = table[table["outcome"].isin(KNOWN)].drop(columns=list(GAP_COLUMNS)).reset_index(drop=True)
    known.insert(1, "account", named(book, known["account_id"]))
    return known


def listed(book: Run, name: str) -> pd.DataFrame:
    """The known rows without those that only say "there is none"."""
    try:
        table = book.tables[name]
    except KeyError:
        return rows(book, name)
    present = table.loc[table["outcome"].isin(KNOWN), "outcome"].eq(Outcome.OK.value).reset_index(drop=True)
    return rows(book, name)[present].reset_index(drop=True)


def fact(book: Run, name: str) -> pd.DataFrame:
    """The rows of a fact with account names; what may exist and was not listed is left out (see `seen`).

    Null: not set or not seen; the column `not_seen` names those of the second kind.
    """
    found = book.facts[name].head(len(book.estate.source(name).rows)).copy()
    found.insert(1, "account", named(book, found["account_id"]))
    return found


def hidden(found: pd.DataFrame, column: str) -> pd.Series[Any]:
    """True in the rows of a fact where this column was not seen."""
    told: pd.Series[Any] = found["not_seen"].fillna("").astype(str).str.contains(rf"(?:^|; ){re.escape(column)}: ")
    return told


def threshold(book: Run, control: str, name: str) -> Any:
    """What the run's params say of a control's threshold, else its default."""
    return book.estate.thresholds.get(name, controls.registry()[control].thresholds[name].default)


@dataclass(frozen=True)
class Unread:
    """Where tables have gaps.  Nothing may be said to be missing, off, unused or closed there."""

    everywhere: bool
    places: frozenset[tuple[str, str]]
    resources: frozenset[str]

    def at(self, account: str, region: str = "") -> bool:
        """Whether something is unread in the account; of one region: there, or in the account as a whole."""
        wide = {"", GLOBAL, region}
        return self.everywhere or any(a == account and (not region or r in wide) for a, r in self.places)


def unread(book: Run, *names: str) -> Unread:
    """Where these tables could not be read; a table that was not collected is unread everywhere."""
    found = [book.tables[n] for n in names if n in book.tables]
    lost = [t.loc[~t["outcome"].isin(KNOWN), ["account_id", "region", "resource_id"]].fillna("") for t in found]
    rows = [row for gaps in lost for row in gaps.itertuples(index=False, name=None)]
    places = frozenset((str(a), str(r)) for a, r, _ in rows)
    return Unread(len(found) < len(names), places, frozenset(str(i) for *_, i in rows))


def account_names(book: Run) -> dict[str, str]:
    """Account id to a label that is unique: the name, with the end of the id where two share a name."""
    return dict(book.account_names)


def named(book: Run, accounts: pd.Series[Any]) -> pd.Series[Any]:
    """These accounts by name, ids of those that have none.  A column of nulls alone may be one of numbers."""
    told = accounts.astype("string")
    return told.map(account_names(book)).astype("string").fillna(told)


def accounts_read(book: Run) -> dict[str, str]:
    """The accounts this run set out to read: id to label."""
    names = account_names(book)
    return {str(a["id"]): names.get(str(a["id"]), str(a["id"])) for a in book.manifest.get("accounts", [])}


def as_of(book: Run) -> pd.Timestamp:
    """The moment ages count from, UTC."""
    moment = pd.Timestamp(book.manifest["as_of"])
    return moment.tz_convert("UTC") if moment.tzinfo else moment.tz_localize("UTC")


def days(book: Run, moments: pd.Series[Any]) -> pd.Series[Any]:
    """Whole days from each moment to the run's as_of; null stays null, the future is 0."""
    age: pd.Series[Any] = (as_of(book) - moments).dt.days
    return pd.Series(age.clip(lower=0), dtype="Int64")


def looked_up(keys: pd.Series[Any], values: pd.Series[Any]) -> pd.Series[Any]:
    """The value of each key, typed as `values`, null where there is none; the index of `values` has no doubles."""
    return pd.Series(values.reindex(keys.array).array, index=keys.index)


def loaded(text: Any) -> Any:
    """JSON text as a value; None when there is none or it cannot be read."""
    if not isinstance(text, str):
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def items(text: Any) -> list[Any]:
    """JSON text of a list as that list; anything else as an empty one."""
    value = loaded(text)
    return value if isinstance(value, list) else []


def joined(values: Iterable[Any]) -> str:
    """Different values as one text, in order."""
    return ", ".join(dict.fromkeys(str(v) for v in values if v is not None and v is not pd.NA))


def tidy(found: pd.DataFrame, columns: Mapping[str, str] | Iterable[str], by: Iterable[str] = ()) -> pd.DataFrame:
    """These columns, renamed where a mapping says so, sorted by `by` (or all), index from 0."""
    names = columns if isinstance(columns, Mapping) else {c: c for c in columns}
    chosen = found[list(names)].rename(columns=dict(names))
    return chosen.sort_values(list(by) or list(chosen.columns)[:3], kind="stable", ignore_index=True)
