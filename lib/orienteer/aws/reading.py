"""From a reading at a place to its reply: the answers of AWS, or of the table's own `read`, as rows and coverage."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from orienteer.aws.call import Stop, ask
from orienteer.aws.journal import Reply
from orienteer.aws.masks import Masks, masked, masked_rows
from orienteer.aws.plan import Reading, api_name, asked_as
from orienteer.aws.rows import Row, custom_rows, gap_row, rows_of
from orienteer.aws.session import Account
from orienteer.aws.workers import Workers
from orienteer.model import GLOBAL, Answer, Call, Outcome, Place, Question, Scope, Table

Asked = tuple[Answer, int, bool]
"""An answer, its milliseconds, and whether AWS was asked for it now (else it was known already)."""


@dataclass(frozen=True)
class Shared:
    """Answers that are wanted more than once in a collection: each is asked for once, whoever comes later waits."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    futures: dict[tuple[str, str], Future[tuple[Answer, int]]] = field(default_factory=dict)

    def forget(self, account_id: str) -> None:
        """Lets go of what only this account's readings want; its users, roles and policies may be many megabytes."""
        with self.lock:
            for key in [key for key in self.futures if account_id and key[0] == account_id]:
                del self.futures[key]

    def answer(self, key: tuple[str, str], asking: Callable[[], tuple[Answer, int]]) -> Asked:
        with self.lock:
            mine = key not in self.futures
            future = self.futures.setdefault(key, Future())
        if not mine:
            return future.result()[0], 0, False
        try:
            future.set_result(asking())
        except BaseException as error:
            future.set_exception(error)
            raise
        return *future.result(), True

    def for_all(self, key: tuple[str, str], asking: Callable[[], tuple[Answer, int]]) -> Asked:
        """An answer that is the same for every account: the first good one is everybody's, a refusal is its own."""
        answer, ms, asked = self.answer(key, asking)
        if asked or answer.outcome.known:
            return answer, ms, asked
        own = asking()
        if own[0].outcome.known:
            good: Future[tuple[Answer, int]] = Future()
            good.set_result(own)
            with self.lock:
                self.futures[key] = good
        return *own, True


@dataclass(frozen=True)
class Reader:
    """How readings of one account are made.  `common`: what more than one reading asks (as plan.asked_as); `turn`: its
    place among the workers; `masks`: how secrets in the rows are masked."""

    account: Account
    tables: Mapping[str, Table]
    regions: tuple[str, ...]
    common: frozenset[str]
    shared: Shared
    workers: Workers
    turn: int
    masks: Masks

    def reply(self, reading: Reading, place: Place) -> Reply:
        """The rows of one reading at one place, secrets masked, and a coverage row for each call that it took."""
        given = self._reply(reading, place)
        return Reply({n: masked_rows(self.masks[n], rows) for n, rows in given.rows.items()}, given.coverage)

    def _reply(self, reading: Reading, place: Place) -> Reply:
        table = reading.tables[0]
        if table.read is not None:
            return self._custom(table, place)
        params = {api: place.row.get(column) or _of_place(place, column) for api, column in table.call.params.items()}
        lost = sorted(api for api, value in params.items() if value is None)
        if place.row.get("outcome") == Outcome.ABSENT or (table.when and not place.row.get(table.when)):
            answer, ms, asked = Answer(table.call, Outcome.ABSENT), 0, False
        elif lost:
            answer, ms, asked = self._not_to_be_asked(table, place, lost), 0, True
        else:
            resource = str(place.row.get("resource_id") or "")
            answer, ms, asked = self._answer(table.call, place.region, resource, params)
        rows = {t.name: rows_of(t, answer, place) for t in reading.tables}
        read = sum(1 for row in rows[table.name] if row[-2] == Outcome.OK.value)
        coverage = [coverage_row(answer, table.name, ms, read)] if asked else []
        return Reply({name: self._in_scope(self.tables[name], found) for name, found in rows.items()}, coverage)

    def _not_to_be_asked(self, table: Table, place: Place, lost: list[str]) -> Answer:
        """What stands for an answer where the parent's row lacks what would be asked for."""
        api = f"{table.call.service}:{api_name(table.call)}"
        text = f"the parent {table.parent.name if table.parent else ''} does not say {', '.join(lost)}"
        resource = str(place.row.get("resource_id") or "")
        account = place.account_id
        return Answer(table.call, Outcome.FAILED, (), "MissingParameter", text, account, place.region, resource, api)

    def _in_scope(self, table: Table, rows: list[Row]) -> list[Row]:
        """Rows about regions that were not asked for are left out (a bucket elsewhere)."""
        if not self.regions or not table.region:
            return rows
        return [row for row in rows if row[1] in self.regions or row[1] == GLOBAL]

    def _custom(self, table: Table, place: Place) -> Reply:
        asking = Asking(self, table, place)
        rows = custom_rows(table, _survived(table, asking, place), place)
        _counted(asking.coverage, api_name(table.call), sum(1 for row in rows if row[-2] == Outcome.OK.value))
        return Reply({table.name: self._in_scope(table, rows)}, asking.coverage)

    def _answer(self, call: Call, region: str, resource: str, params: Mapping[str, Any]) -> Asked:
        """The answer; shared calls are asked once for all accounts, common ones once for an account."""

        def asking() -> tuple[Answer, int]:
            return ask(self.account, call, region, resource, params)

        if not call.shared and asked_as(call) not in self.common:
            return *asking(), True
        whose = "" if call.shared else self.account.account_id
        what = (sorted(call.fixed.items()), sorted(params.items()), sorted(call.absent))
        key = (whose, repr((region, call.service, call.operation, *what)))
        return self.shared.for_all(key, asking) if call.shared else self.shared.answer(key, asking)


@dataclass
class Asking:
    """The `Ask` that a table's read function gets; keeps a coverage row of every call."""

    reader: Reader
    table: Table
    place: Place
    coverage: list[Mapping[str, Any]] = field(default_factory=list)

    def __call__(self, call: Call, /, resource: str = "", **params: Any) -> Answer:
        return self._noted(self.reader._answer(call, self.place.region, resource, params))

    def together(self, questions: Iterable[Question]) -> list[Answer]:
        """The answers in the order of the questions, asked at the same time."""
        region, answer = self.place.region, self.reader._answer

        def asking(question: Question) -> Callable[[], Asked]:
            return lambda: answer(question.call, region, question.resource, question.params)

        asks = [asking(question) for question in questions]
        return [self._noted(asked) for asked in self.reader.workers.together(self.reader.turn, asks)]

    def _noted(self, given: Asked) -> Answer:
        answer, ms, asked = given
        if asked:
            self.coverage.append(coverage_row(answer, self.table.name, ms, 0))
        return answer


def _counted(coverage: list[Mapping[str, Any]], operation: str, rows: int) -> None:
    """Notes the rows that several calls gave together at the first call of the table's own operation, else at the
    first of all."""
    own = (n for n, call in enumerate(coverage) if call["operation"] == operation)
    if coverage:
        first = next(own, 0)
        coverage[first] = {**coverage[first], "rows": rows}


def _survived(table: Table, asking: Asking, place: Place) -> Iterator[Mapping[str, Any] | Answer]:
    """What the table's `read` yields; where an answer was of a form it could not read, a gap comes last."""
    assert table.read is not None
    try:
        yield from table.read(asking, place)
    except Stop:
        raise
    except Exception as error:
        code, region = f"Malformed{type(error).__name__}", place.region
        api = f"{table.call.service}:{api_name(table.call)}"
        yield Answer(table.call, Outcome.FAILED, (), code, str(error)[:500], place.account_id, region, "", api)


def _of_place(place: Place, column: str) -> str | None:
    return {"account_id": place.account_id, "region": place.region}.get(column)


def wide_gap(table: Table, place: Place, outcome: Outcome, gap: str) -> Row:
    """A gap as wide as an account or a region: it names no resource; without region it holds for all of them."""
    row = gap_row(table, place, outcome, gap)
    row[1] = place.region or (GLOBAL if table.scope is not Scope.REGION else None)
    row[2] = None
    return row


def coverage_row(answer: Answer, table: str, ms: int, rows: int) -> dict[str, Any]:
    """A row of the coverage table: one call and what came of it."""
    return {
        "account_id": answer.account_id,
        "region": answer.region,
        "service": answer.call.service,
        "operation": api_name(answer.call),
        "resource": answer.resource,
        "outcome": answer.outcome.value,
        "error_code": answer.error_code,
        "message": masked(answer.message),
        "rows": rows,
        "pages": len(answer.pages),
        "ms": ms,
        "at": datetime.now(UTC).isoformat(),
        "table": table,
        "shared": answer.call.shared,
    }
