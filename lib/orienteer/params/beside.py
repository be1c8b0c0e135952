"""Files that a params file names: what they hold takes the place of their names, so that nobody reads them again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from orienteer.params.advice import checks_of, flags_in
from orienteer.params.inventory import Fault, accounts_in, path_of
from orienteer.params.read import Unreadable
from orienteer.params.words import safe


class Told(NamedTuple):
    """A fault of such a file: a whole line that names the file, or only what is wrong with the key."""

    key: str
    line: str
    words: str = ""


class Kind(NamedTuple):
    """How files under a key are read: rows of one file with its faults, the value of all rows, what else may stand
    there, and whether there may be several."""

    rows: Callable[[Path], tuple[list[Any], list[Fault]]]
    value: Callable[[list[Any]], list[Any]]
    otherwise: str
    several: bool = False


KINDS: Mapping[str, Kind] = {
    "inventory": Kind(accounts_in, list, "a list of accounts"),
    "trusted_advisor": Kind(flags_in, checks_of, "a list of such files", several=True),
}


def with_files(data: Any, folder: Path) -> tuple[Any, list[Told]]:
    """The data with what its files hold, seen from the folder of the params file, and the faults of those files.

    A key whose files have faults is left out.
    """
    told: list[Told] = []
    for key, kind in KINDS.items():
        names = _names(data.get(key), kind) if isinstance(data, dict) else []
        if not names:
            continue
        value, faults = _value(key, names, folder)
        told += faults
        data = {name: item for name, item in data.items() if name != key} | ({} if faults else {key: value})
    return data, told


def _names(value: Any, kind: Kind) -> Sequence[str]:
    if isinstance(value, str):
        return [value]
    return value if kind.several and isinstance(value, list) and all(isinstance(one, str) for one in value) else []


def _value(key: str, names: Sequence[str], folder: Path) -> tuple[list[Any], list[Told]]:
    kind, rows = KINDS[key], list[Any]()
    told: list[Told] = []
    for given in dict.fromkeys(names):
        try:
            path = path_of(given, folder, kind.otherwise)
        except Unreadable as error:
            told.append(Told(key, "", str(error)))
            continue
        name = safe(str(path))
        try:
            found, faults = kind.rows(path)
        except Unreadable as error:
            told.append(Told(key, f"{name}:{error.line}: {error.key}: {error}"))
            continue
        rows += found
        told += [Told(key, f"{name}:{line}: {column}: {said}") for line, column, said in faults]
    try:
        return kind.value(rows) if not told else [], told
    except Unreadable as error:
        return [], [Told(key, "", str(error))]
