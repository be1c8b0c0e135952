"""What each call gave, written as it comes: a killed collection goes on where it was."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from orienteer.aws.plan import Reading
from orienteer.aws.rows import Row
from orienteer.model import Place

Key = tuple[str, ...]
"""Reading, region and parent of a reply; replies are put in the order of their keys, whenever they came."""

ENDING, STAMP, TALLY = ".jsonl", ".done", ".calls"


@dataclass(frozen=True, slots=True)
class Reply:
    """The rows one reading gave at one place, by table, and its coverage rows."""

    rows: Mapping[str, Sequence[Row]]
    coverage: Sequence[Mapping[str, Any]]


def key_of(reading: Reading, place: Place) -> Key:
    """Reading, region, parent, and what is asked of the parent's row: parents may share a name."""
    table = reading.tables[0]
    columns = () if table.read else sorted(set(table.call.params.values()))
    return reading.name, place.region, str(place.row.get("resource_id") or ""), *(
        str(place.row[c]) for c in columns if c in place.row
    )  # fmt: skip


class Journal:
    """Replies of one account.  With a path, every reply is appended to that file (mode 0600) at once."""

    def __init__(self, path: Path | None = None) -> None:
        self._lock = threading.Lock()
        self._path = path
        self.replies: dict[Key, Reply] = {}
        self._file: TextIO | None = None
        if path is not None:
            self.replies = {key: reply for key, reply, _ in _lines(path) if key}
            self._file = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "w")
            self._file.write("\n")  # ends a line that a kill cut short

    def add(self, key: Key, reply: Reply) -> None:
        line = _line(key, reply) if self._file else ""
        with self._lock:
            self.replies[key] = reply
            if self._file:
                self._file.write(line)
                self._file.flush()

    def close(self) -> None:
        if self._file is not None:
            self._file.close()

    def finish(self, facts: Mapping[str, Any], gaps: Mapping[Key, Reply]) -> None:
        """Ends the journal with what was not asked (gaps inherited or as wide as the account) and stamps it."""
        if self._file is None or self._path is None:
            return
        last = {"done": facts, "gaps": [[*key_and_reply(k, r)] for k, r in gaps.items()]}
        self._file.write(json.dumps(last) + "\n")
        self.close()
        os.close(os.open(self._path.with_suffix(STAMP), os.O_WRONLY | os.O_CREAT, 0o600))


def key_and_reply(key: Key, reply: Reply) -> tuple[Key, Mapping[str, Any], Sequence[Mapping[str, Any]]]:
    return key, dict(reply.rows), reply.coverage


def _line(key: Key, reply: Reply) -> str:
    return json.dumps(key_and_reply(key, reply)) + "\n"


def _lines(path: Path) -> Iterator[tuple[Key, Reply, Mapping[str, Any]]]:
    """Each reply with its key, and the last line with an empty key; a line that was cut short is left out."""
    if not path.exists():
        return
    with path.open(encoding="utf-8") as file:
        for line in file:
            try:
                entry = json.loads(line)
            except ValueError:
                continue
            if isinstance(entry, dict):
                yield (), Reply({}, []), entry
            elif isinstance(entry, list) and len(entry) == 3:
                yield tuple(entry[0]), Reply(entry[1], entry[2]), {}


@contextmanager
def tally(folder: Path, name: str) -> Iterator[Callable[[int], None]]:
    """A counter that other processes can read: its file grows by a byte for each call (see `tallied`)."""
    file = os.open(folder / f"{name}{TALLY}", os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND, 0o600)
    try:
        yield lambda calls: _grown(file, calls)
    finally:
        os.close(file)


def _grown(file: int, calls: int) -> None:
    os.write(file, b"." * calls)


def tallied(folder: Path, name: str) -> int:
    """The calls counted so far under this name."""
    try:
        return (folder / f"{name}{TALLY}").stat().st_size
    except FileNotFoundError:
        return 0


@dataclass(frozen=True)
class Finished:
    """One account's part of a collection."""

    account_id: str
    facts: Mapping[str, Any]
    replies: Mapping[Key, Reply]


def journal_of(folder: Path, account_id: str) -> Path:
    """The journal of an account; of the one account of a session before its id is known."""
    return folder / f"{account_id or 'account'}{ENDING}"


def finished(folder: Path, account_id: str) -> bool:
    """Whether the account was read whole by this or an earlier try."""
    return journal_of(folder, account_id).with_suffix(STAMP).exists()


def count_finished(folder: Path) -> int:
    """How many accounts were read whole so far."""
    return sum(1 for _ in folder.glob(f"*{STAMP}"))


def parts(folder: Path) -> Iterator[Finished]:
    """The finished accounts of a folder of journals, in the order of their ids, replies in the order of their keys."""
    for stamp in sorted(folder.glob(f"*{STAMP}")):
        replies: dict[Key, Reply] = {}
        done: Mapping[str, Any] = {}
        for key, reply, last in _lines(stamp.with_suffix(ENDING)):
            done = last or done
            if key:
                replies[key] = reply
        for key, rows, coverage in done["gaps"]:
            replies[tuple(key)] = Reply(rows, coverage)
        yield Finished(done["done"]["account_id"], done["done"], dict(sorted(replies.items())))
