"""The IAM credential report as a typed table: made by AWS on request, so it is asked for, waited for and read."""

from __future__ import annotations

import csv
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from orienteer.model import Answer, Ask, Call, Column, Outcome, Place, Scope, Table

ROOT = "<root_account>"
"""The name of the root user's row."""

GENERATE = Call("iam", "generate_credential_report")
GET = Call("iam", "get_credential_report", absent={"ReportNotPresent", "ReportExpired", "ReportInProgress"})
WAITS = (0.2, 0.3, 0.5, 1.0, 2.0, 3.0, 5.0, 8.0, *[10.0] * 10)
"""Seconds between two looks at a report that is being made; 120 in all."""

NULLS = frozenset({"N/A", "no_information", "not_supported"})
"""What the report writes where there is no value: not applicable, never or not tracked, not known for this user.
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html"""

AHEAD = timedelta(hours=1)
"""How far a date may lie after the report that tells it: two clocks of AWS."""

LINE_ENDS = re.compile(r"\r\n|\r|\n")
MOST = 1000
"""Characters kept of a line that cannot be read."""

_BOOLS = (
    "password_enabled",
    "mfa_active",
    "access_key_1_active",
    "access_key_2_active",
    "cert_1_active",
    "cert_2_active",
)
_TIMES = (
    "user_creation_time",
    "password_last_used",
    "password_last_changed",
    "password_next_rotation",
    "access_key_1_last_rotated",
    "access_key_1_last_used_date",
    "access_key_2_last_rotated",
    "access_key_2_last_used_date",
    "cert_1_last_rotated",
    "cert_2_last_rotated",
)
_TEXTS = (
    "access_key_1_last_used_region",
    "access_key_1_last_used_service",
    "access_key_2_last_used_region",
    "access_key_2_last_used_service",
)
_EXTRA = "additional_credentials_info"
_NEEDED = ("user", "arn", *_BOOLS, *_TIMES, *_TEXTS)
_STATED = ("password_enabled", *(name for name in _TIMES if name != "user_creation_time"))


def read_report(ask: Ask, place: Place, sleep: Callable[[float], None] = time.sleep) -> Iterator[Any]:
    """One row per user of the report; whatever is unreadable in it is a gap, never a value."""
    answer = fetched(ask, sleep)
    if answer.outcome is not Outcome.OK:
        yield answer
        return
    yield from rows_of_report(answer, place)


def fetched(ask: Ask, sleep: Callable[[float], None]) -> Answer:
    """The answer that holds the report, or the one that says why there is none; waits up to two minutes for it."""
    answer = Answer(GET, Outcome.FAILED)
    for wait in (*WAITS, None):
        made = ask(GENERATE)
        if made.outcome is not Outcome.OK:
            return made
        answer = ask(GET) if made.page.get("State") == "COMPLETE" else made
        if answer.call == GET and answer.outcome is not Outcome.ABSENT:
            return answer
        if wait is not None:
            sleep(wait)
    code = answer.error_code or "ReportInProgress"
    message = f"the report was not ready after {sum(WAITS):.0f} s"
    return replace(answer, call=GET, outcome=Outcome.UNAVAILABLE, error_code=code, message=message, pages=())


def rows_of_report(answer: Answer, place: Place) -> Iterator[Any]:
    """Rows of a report that came, gap rows for users whose line is odd, a gap for a list that is not whole."""
    made_at = answer.page.get("GeneratedTime")
    header, lines = _lines(_text(answer.page.get("Content")))
    if "user" not in header:
        yield _broken(answer, "MalformedReport", "the answer is not a credential report")
        return
    now = datetime.now(UTC)
    report = _Report(header, place.account_id, max(made_at or now, now))
    by_user: dict[str, list[list[str]]] = {}
    for line in lines:
        by_user.setdefault(report.cells(line).get("user", ""), []).append(line)
    for user, told in by_user.items():
        line, cells = told[0], report.cells(told[0])
        if fault := report.fault(line) or ("" if told.count(line) == len(told) else "its lines contradict each other"):
            yield _unreadable(answer, place, user, fault)
        else:
            yield {**_row(cells), "lines": len(told), "generated_at": made_at}
    if lines and (len(lines[-1]) < len(header) or header[-1] in report.fault(lines[-1])):
        yield _broken(answer, "TruncatedReport", "the last line of the report is not whole")
    if ROOT not in by_user:
        yield replace(_broken(answer, "NoRootRow", "the report has no row for the root user"), resource=ROOT)


def _lines(text: str) -> tuple[list[str], list[list[str]]]:
    """The names of the columns and the values of each line.  A line is read by itself: a quote that is not closed, or
    a value that is too long, costs no other line."""
    found = [_values(line) for line in LINE_ENDS.split(text)]
    found = [line for line in found if any(cell.strip() for cell in line)]
    return ([name.strip().lower() for name in found[0]], found[1:]) if found else ([], [])


def _values(line: str) -> list[str]:
    """The values of one line; what no reader of CSV takes is one value."""
    try:
        return next(csv.reader([line]), [])
    except csv.Error:
        return [line.partition(",")[0][:MOST], ""]


def _text(content: Any) -> str:
    """The report as text; a byte order mark goes, what is not UTF-8 is replaced."""
    text = content.decode("utf-8", "replace") if isinstance(content, bytes | bytearray) else str(content or "")
    return text.removeprefix("\ufeff")


def _broken(answer: Answer, code: str, message: str) -> Answer:
    return replace(answer, outcome=Outcome.FAILED, error_code=code, message=message)


def _unreadable(answer: Answer, place: Place, user: str, fault: str) -> Mapping[str, Any]:
    """A gap row for one user: something in the line has a form that nobody can take for a fact."""
    where = f"account {answer.account_id or place.account_id}, region {answer.region or place.region}, resource {user}"
    gap = f"{GET.api} MalformedReport ({where}): {fault}"
    return {"user": user or "unknown", "outcome": Outcome.FAILED.value, "gap": gap}


@dataclass(frozen=True)
class _Report:
    """What a line is held against: the names of the columns, whose report it is, and when it was read."""

    header: Sequence[str]
    account_id: str
    read_at: datetime

    def cells(self, line: Sequence[str]) -> Mapping[str, str]:
        return dict(zip(self.header, line, strict=False))

    def fault(self, line: Sequence[str]) -> str:
        """What is wrong with a line of the report; empty when every column the controls know can be read."""
        cells = self.cells(line)
        if len(line) != len(self.header):
            return f"{len(line)} values for {len(self.header)} columns"
        missing = [name for name in _NEEDED if name not in cells]
        if missing:
            return f"the report has no column {', '.join(missing)}"
        if not cells["user"].strip():
            return "no user name"
        if owner := self._stranger(cells["arn"]):
            return f"its ARN is of account {owner}"
        odd = [name for name in _BOOLS if cells[name].strip().lower() not in ("true", "false")]
        if cells["user"] == ROOT and cells["password_enabled"].strip() in NULLS:
            odd = [name for name in odd if name != "password_enabled"]
        odd += [name for name in _TIMES if cells[name].strip() not in NULLS and _time(cells[name]) is None]
        odd += [name for name, value in cells.items() if "\0" in value]
        if odd:
            return f"unknown value in {', '.join(odd)}"
        return self._early(cells)

    def _stranger(self, arn: str) -> str:
        """The account in the ARN where it is not the one that was asked."""
        parts = arn.split(":")
        owner = parts[4] if len(parts) > 5 else ""
        return (owner or "nobody") if owner != self.account_id else ""

    def _early(self, cells: Mapping[str, str]) -> str:
        """Which dates lie after the report was read: they make nothing young."""
        latest = self.read_at + AHEAD
        past = ((name, _time(cells[name])) for name in _TIMES if name != "password_next_rotation")
        ahead = [name for name, moment in past if moment is not None and moment > latest]
        return f"a date in the future in {', '.join(ahead)}" if ahead else ""


def _row(cells: Mapping[str, str]) -> dict[str, Any]:
    row: dict[str, Any] = {"user": cells["user"], "arn": cells["arn"]}
    row |= {name: {"true": True, "false": False}.get(cells[name].strip().lower()) for name in _BOOLS}
    row |= {name: _time(cells[name]) for name in _TIMES}
    row |= {name: _given(cells[name]) for name in _TEXTS}
    row |= {f"{name}_state": cells[name].strip() if row[name] is None else None for name in _STATED}
    return {**row, _EXTRA: _given(cells.get(_EXTRA, ""))}


def _given(text: str) -> str | None:
    return None if text.strip() in NULLS or not text.strip() else text.strip()


def _time(text: str) -> datetime | None:
    """The moment, UTC where no offset is given; None for anything that is not a date with a time."""
    text = text.strip()
    if len(text) < len("2014-09-01T22:28:48"):
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _columns() -> tuple[Column, ...]:
    """The report's columns in its own order, each with its `_state` where the report knows kinds of "no value"."""
    ordered = (
        "user",
        "arn",
        "user_creation_time",
        "password_enabled",
        "password_last_used",
        "password_last_changed",
        "password_next_rotation",
        "mfa_active",
        *(
            f"access_key_{n}_{part}"
            for n in (1, 2)
            for part in ("active", "last_rotated", "last_used_date", "last_used_region", "last_used_service")
        ),
        *(f"cert_{n}_{part}" for n in (1, 2) for part in ("active", "last_rotated")),
        _EXTRA,
    )
    columns: list[Column] = []
    for name in ordered:
        kind = "bool" if name in _BOOLS else "timestamp" if name in _TIMES else "string"
        columns.append(Column(name, name, kind, f"{name.replace('_', ' ')}, as the report has it"))
        if name in _STATED:
            columns.append(Column(f"{name}_state", "", "string", f"why {name} is null: N/A, no_information, ..."))
    return (
        *columns,
        Column("lines", "", "int", "lines that the report has about the user; one is usual"),
        Column("generated_at", "GeneratedTime", "timestamp", "when AWS made the report (up to 4 h old)"),
    )


IAM_CREDENTIAL_REPORT = Table(
    name="iam_credential_report",
    doc="One row per IAM user and one for the root user (resource_id <root_account>): passwords, keys, MFA, last use.",
    scope=Scope.ACCOUNT,
    call=GET,
    also=(GENERATE,),
    columns=_columns(),
    resource="user",
    arn="arn",
    read=read_report,
)
