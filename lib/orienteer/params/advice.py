"""Trusted Advisor as its console exports it: the resources file (CSV) of a report of the organizational view.

AWS tells what some of its columns hold: the affected account, the check's id, full name and category, the timestamp.
How they are called, and that status and suppression stand beside them, is taken from the table that AWS's own dashboard
reads these reports with; capitals and spaces do not matter.  A row is a resource, never a check: checks without
resources (MFA on Root Account) are in no such file, green ones may be missing, and a report may leave out regions and
statuses.  So a file shows what is open, and never that nothing is.  The download of one account's page is another file,
without accounts and ids, and is not read.
https://docs.aws.amazon.com/awssupport/latest/user/organizational-view.html
https://github.com/aws-samples/aws-cudos-framework-deployment (queries/tao/glue_table.json)
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, NamedTuple

from pydantic_core import PydanticCustomError

from orienteer.params.fields import account_id, day
from orienteer.params.inventory import SEPARATORS, Fault
from orienteer.params.read import Unreadable, content_of, decoded
from orienteer.params.words import credential_value, shown

NEEDED = ("accountId", "checkName", "category", "status", "timestamp")
OPTIONAL = ("checkId", "isSuppressed")
WORST_FIRST = ("error", "warning", "not_available", "ok")
STATUSES: Mapping[str, str] = {
    **{status: status for status in WORST_FIRST},
    "red": "error",
    "yellow": "warning",
    "warn": "warning",
    "blue": "not_available",
    "green": "ok",
}
"""The words for a status in the API, in summaries and on the page."""
MAX_BYTES = 10_000_000
"""AWS splits reports into files of about 5 MB."""
MAX_CHECKS = 20_000
"""Accounts times checks that the params keep; a security check of each of 400 accounts is one of some fifty."""
MAX_FAULTS = 20


class Flag(NamedTuple):
    """What the export says of one resource."""

    account: str
    check: str
    check_id: str
    status: str
    suppressed: bool
    on: date


def flags_in(path: Path) -> tuple[list[Flag], list[Fault]]:
    """What the file says of each resource under the security checks, and its faults.  Raises Unreadable."""
    content = decoded(content_of(path, MAX_BYTES, "while AWS splits its reports at 5 MB"))
    separator = max(SEPARATORS, key=content.partition("\n")[0].count)
    reader = csv.reader(io.StringIO(content, newline=""), delimiter=separator, strict=True)
    found: list[Flag] = []
    faults: list[Fault] = []
    try:
        at = _columns(next(reader, []))
        for row in reader:
            cells = {name: row[place].strip() if place < len(row) else "" for name, place in at.items()}
            if not any(row) or cells["category"].lower() not in ("security", ""):
                continue
            try:
                found.append(_flag(cells))
            except _Wrong as error:
                faults.append((reader.line_num, error.column, str(error)))
            if len(faults) == MAX_FAULTS:
                break
    except csv.Error as error:
        raise Unreadable(f"is no CSV: {error}", reader.line_num) from error
    if not found and not faults:
        raise Unreadable("holds no resource of a security check")
    return found, faults


class _Wrong(Exception):
    def __init__(self, column: str, message: str) -> None:
        super().__init__(message)
        self.column = column


def _columns(head: Sequence[str]) -> Mapping[str, int]:
    """Where the columns stand that are read; checks may have one of the same name, in capitals.  Raises Unreadable."""
    exact = {cell.strip(): at for at, cell in reversed(list(enumerate(head)))}
    loose = {re.sub(r"[^a-z]", "", cell.lower()): at for at, cell in reversed(list(enumerate(head)))}
    at = {name: exact.get(name, loose.get(name.lower())) for name in (*NEEDED, *OPTIONAL)}
    if missing := [name for name in NEEDED if at[name] is None]:
        said = f"no column {', '.join(missing)}, which the CSV of an organizational view report has"
        raise Unreadable(said)
    return {name: place for name, place in at.items() if place is not None}


def _flag(cells: Mapping[str, str]) -> Flag:
    for column in ("checkName", "checkId"):
        if credential_value(cells.get(column)):
            raise _Wrong(column, "looks like a credential, which is no name of a check")
        if any(unicodedata.category(c) == "Cc" for c in cells.get(column, "")):
            raise _Wrong(column, "holds a control character")
    for column in NEEDED:
        if not cells[column]:
            raise _Wrong(column, "is empty")
    status = STATUSES.get(cells["status"].lower().replace(" ", "_"))
    if status is None:
        raise _Wrong("status", f"{shown(cells['status'])} is none of {', '.join(reversed(WORST_FIRST))}")
    try:
        account = account_id(cells["accountId"])
    except PydanticCustomError as error:
        raise _Wrong("accountId", error.message()) from error
    hidden = cells.get("isSuppressed", "").lower() in ("true", "yes", "1")
    return Flag(account, cells["checkName"], cells.get("checkId", ""), status, hidden, _day(cells["timestamp"]))


def _day(told: str) -> date:
    """The day of a timestamp: seconds or milliseconds since 1970, or as ISO writes it."""
    try:
        if re.fullmatch(r"[0-9]{10}|[0-9]{13}", told):
            return datetime.fromtimestamp(int(told[:10]), UTC).date()
        return day(told)
    except PydanticCustomError as error:
        said = f"{shown(told)} is no time: neither seconds or milliseconds since 1970 nor 2026-01-31T12:00:00Z"
        raise _Wrong("timestamp", said) from error


def checks_of(flags: Iterable[Flag]) -> list[dict[str, Any]]:
    """The checks that resources were flagged under, one per account: status, counts, the oldest day.  Raises
    Unreadable."""
    found: dict[tuple[str, str], list[Flag]] = defaultdict(list)
    for flag in flags:
        found[flag.account, flag.check].append(flag)
    if len(found) > MAX_CHECKS:
        said = f"{len(found):,} checks in accounts are more than {MAX_CHECKS:,}; export fewer accounts at once"
        raise Unreadable(said)
    return [_check(*key, several) for key, several in sorted(found.items())]


def _check(account: str, check: str, flags: Sequence[Flag]) -> dict[str, Any]:
    counted = [flag.status for flag in flags if not flag.suppressed]
    id = next((flag.check_id for flag in flags if flag.check_id), "")
    return {
        "account": account,
        "check": check,
        **({"check_id": id} if id else {}),
        "status": min(counted, key=WORST_FIRST.index, default="ok"),
        "flagged": sum(status in ("error", "warning") for status in counted),
        "suppressed": len(flags) - len(counted),
        "on": min(flag.on for flag in flags).isoformat(),
    }
