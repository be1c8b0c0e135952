"""The client's own list of its accounts: a CSV file beside the params file, or one account id per line.

It may have a header; then a column called id (or account, account id, ...) holds the ids and one called name the names.
Without one, the ids come first on each line and names second.  Lines that begin with # are notes.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pydantic_core import PydanticCustomError

from orienteer.params.fields import account_id, text
from orienteer.params.read import Unreadable, content_of, decoded
from orienteer.params.words import credential_value, shown

IDS = frozenset({"id", "account", "accountid", "accountnumber", "awsaccount", "awsaccountid"})
NAMES = frozenset({"name", "accountname", "alias"})
SEPARATORS = ",;\t"
LEAKS = "looks like a credential, which no list of accounts needs"

Fault = tuple[int, str, str]
"""Line, column and what is wrong."""


def path_of(value: Any, folder: Path, otherwise: str = "a list of accounts") -> Path:
    """The file that the key names, seen from the folder of the params file.  Raises Unreadable."""
    try:
        given = text(value)
    except PydanticCustomError as error:
        raise Unreadable(error.message()) from error
    if "://" in given or any(ord(c) < 32 for c in given):
        raise Unreadable(f"must be a file beside the params file, or {otherwise}")
    return folder / Path(given).expanduser()


def accounts_in(path: Path) -> tuple[list[dict[str, str]], list[Fault]]:
    """The accounts that the file lists (id and, where given, name), and its faults.  Raises Unreadable."""
    rows = list(_rows(decoded(content_of(path))))
    if not rows:
        raise Unreadable("lists no account")
    columns, body = _columns(rows)
    found: list[dict[str, str]] = []
    faults: list[Fault] = []
    first: dict[str, int] = {}
    for line, cells in body:
        said = _said(cells, columns, first, line)
        if said:
            faults.append((line, *said))
        else:
            found.append(_account(cells, columns))
    return found, faults


def _rows(content: str) -> Iterator[tuple[int, list[str]]]:
    """Lines with their cells, without notes and empty lines.  Raises Unreadable."""
    head = next((line for line in content.splitlines() if line.strip() and not line.startswith("#")), "")
    separator = max(SEPARATORS, key=head.count)
    reader = csv.reader(io.StringIO(content, newline=""), delimiter=separator, strict=True)
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            if any(cells) and not cells[0].startswith("#"):
                yield reader.line_num, cells
    except csv.Error as error:
        raise Unreadable(f"is no list of accounts: {error}", reader.line_num) from error


def _columns(rows: Sequence[tuple[int, list[str]]]) -> tuple[tuple[int, int], Sequence[tuple[int, list[str]]]]:
    """Where id and name stand, and the lines below the header.  Raises Unreadable."""
    line, head = rows[0]
    called = [re.sub(r"[^a-z]", "", cell.lower()) for cell in head]
    ids = [at for at, name in enumerate(called) if name in IDS]
    if ids:
        names = [at for at, name in enumerate(called) if name in NAMES]
        if len(rows) == 1:
            raise Unreadable("lists no account", line)
        return (ids[0], names[0] if names else -1), rows[1:]
    if any(re.search(r"[0-9]", cell) for cell in head):
        return (0, 1), rows
    raise Unreadable(f"no column is called id, only {', '.join(shown(cell) for cell in head[:5])}", line)


def _said(cells: Sequence[str], columns: tuple[int, int], first: dict[str, int], line: int) -> tuple[str, str] | None:
    """What is wrong with a line, and in which column."""
    if any(credential_value(cell) for cell in cells):
        return "file", LEAKS
    if any(unicodedata.category(c) == "Cc" for cell in cells for c in cell):
        return "file", "holds a control character"
    try:
        found = account_id(_id(cells, columns))
    except PydanticCustomError as error:
        return "id", error.message()
    if found in first:
        return "id", f"account {found} is listed twice, first on line {first[found]}"
    first[found] = line
    return None


def _account(cells: Sequence[str], columns: tuple[int, int]) -> dict[str, str]:
    at = columns[1]
    name = cells[at] if 0 <= at < len(cells) else ""
    return {"id": _id(cells, columns)} | ({"name": name} if name else {})


def _id(cells: Sequence[str], columns: tuple[int, int]) -> str:
    """The id without the dashes that AWS's console writes into it."""
    cell = cells[columns[0]] if columns[0] < len(cells) else ""
    return cell.replace("-", "") if re.fullmatch(r"[0-9]{4}-[0-9]{4}-[0-9]{4}", cell) else cell
