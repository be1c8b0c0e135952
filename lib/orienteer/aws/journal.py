"""What each call gave, written as it comes, so that a killed collection goes on where it was."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from orienteer.aws.rows import Row


@dataclass(frozen=True, slots=True)
class Reply:
    """The rows one reading gave at one place, by table, and its coverage rows."""

    rows: Mapping[str, list[Row]]
    coverage: list[dict[str, Any]]


class Journal:
    """Replies of one account by key.  With a path, every reply is appended to that file (mode 0600) at once."""

    def __init__(self, path: Path | None = None) -> None:
        self._lock = threading.Lock()
        self.replies: dict[str, Reply] = {}
        self._file: TextIO | None = None
        if path is not None:
            self.replies = dict(_read(path))
            self._file = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "w")
            self._file.write("\n")  # ends a line that a kill cut short

    def add(self, key: str, reply: Reply) -> None:
        line = json.dumps({"key": key, "rows": dict(reply.rows), "coverage": reply.coverage}) if self._file else ""
        with self._lock:
            self.replies[key] = reply
            if self._file:
                self._file.write(line + "\n")
                self._file.flush()

    def close(self) -> None:
        if self._file:
            self._file.close()


def _read(path: Path) -> list[tuple[str, Reply]]:
    """The replies of an earlier try; a last line that was cut short is left out (its call is made again)."""
    if not path.exists():
        return []
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            entry = json.loads(line)
            found.append((entry["key"], Reply(entry["rows"], entry["coverage"])))
        except (ValueError, KeyError, TypeError):
            continue
    return found
