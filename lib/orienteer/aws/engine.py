"""One scheduler for all work of a process: every (account, region, reading) is a task of one thread pool."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from orienteer.aws.call import Stop, ask, stop_on
from orienteer.aws.journal import Journal, Key, Reply, journal_of
from orienteer.aws.plan import Reading, api_name, readings
from orienteer.aws.rows import Row, custom_rows, gap_row, rows_of
from orienteer.aws.session import Account, Allowed, Entry, available, error_code
from orienteer.model import GLOBAL, Answer, Call, Outcome, Place, Scope, Table

REGIONS = "ec2_regions"
"""The table that says which regions an account has enabled."""

GLOBAL_SERVICES = frozenset({"iam", "organizations", "account", "sts", "route53", "cloudfront", "shield", "support",
                             "networkmanager", "globalaccelerator", "budgets", "ce", "waf", "health"})  # fmt: skip
"""Services that answer in the home region of the partition only."""


@dataclass(frozen=True)
class Job:
    """What a process collects: the accounts, the tables, and where.  Can be sent to another process.

    regions      empty: the regions each account has enabled.
    only_regions rows about other regions are out of scope and left out (the regions were named by hand).
    folder       where journals stand; None keeps nothing on disk.
    """

    entries: tuple[Entry, ...]
    tables: tuple[Table, ...]
    allowed: Allowed
    regions: tuple[str, ...] = ()
    workers: int = 32
    folder: Path | None = None


@dataclass(frozen=True)
class Collected:
    """What one account gave: rows by table in a fixed order, coverage rows, and the caller's identity."""

    account_id: str
    name: str
    rows: Mapping[str, list[Row]]
    coverage: list[Mapping[str, Any]]
    identity: Mapping[str, Any]


NOBODY: Mapping[str, Any] = {}
Sink = Callable[[Collected], None]
Progress = Callable[[str, int], None]
"""Called with the account id and the number of calls answered since the last time; ("", 1) when an account is done."""


Watch = Mapping[str, Callable[[str, list[Row]], None]]
"""By table: called with the account id and the rows of each reply as soon as it is in."""


def collect(
    job: Job, sink: Sink, progress: Progress | None = None, base: boto3.Session | None = None, watch: Watch = NOBODY
) -> None:
    """Hands every account's rows to `sink` as the account is done.  Raises Stop when no account can go on."""
    if not job.entries:
        return
    pool = ThreadPoolExecutor(job.workers, thread_name_prefix="ask")
    engine = _Engine(job, sink, progress or (lambda account, calls: None), pool, base, watch)
    try:
        engine.start()
        engine.finished.wait()
    except BaseException:
        engine.stop(Stop("interrupted", 130))
        raise
    finally:
        pool.shutdown(wait=engine.error is None, cancel_futures=True)
    if engine.error is not None:
        raise engine.error


@contextmanager
def tuned_gc() -> Iterator[None]:
    """Less garbage collection while many small answers come in; put back as it was afterwards."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(50_000, 50, 50)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


@dataclass
class _Open:
    """An account being read."""

    account: Account
    journal: Journal
    pending: int = 0
    replies: dict[Key, Reply] = field(default_factory=dict)
    gaps: dict[Key, Reply] = field(default_factory=dict)
    identity: dict[str, Any] = field(default_factory=dict)


class _Engine:
    def __init__(
        self,
        job: Job,
        sink: Sink,
        progress: Progress,
        pool: ThreadPoolExecutor,
        base: boto3.Session | None,
        watch: Watch,
    ) -> None:
        self.job, self.sink, self.progress, self.pool, self.base = job, sink, progress, pool, base
        self.watch = watch
        self.top = readings(job.tables)
        self.tables = {table.name: table for table in job.tables}
        self.lock = threading.Lock()
        self.waiting = list(job.entries)
        self.open = 0
        self.tasks = 0
        self.finished = threading.Event()
        self.error: BaseException | None = None
        self.shared: dict[str, Future[tuple[Answer, int]]] = {}

    # --- scheduling

    def start(self) -> None:
        """Opens further accounts while there are workers to spare: at the tail of one account the next begins."""
        while True:
            with self.lock:
                if self.error or not self.waiting or (self.open and self.tasks >= 2 * self.job.workers):
                    return
                entry = self.waiting.pop(0)
                self.open += 1
                self.tasks += 1
            self.pool.submit(self._guarded, self._open_account, entry)

    def stop(self, error: BaseException) -> None:
        with self.lock:
            self.error = self.error or error
        self.pool.shutdown(wait=False, cancel_futures=True)
        self.finished.set()

    def _guarded(self, work: Callable[..., None], *arguments: Any) -> None:
        """Runs a task; an error that is not an answer of AWS ends the collection instead of vanishing in a thread."""
        if self.error is not None:
            return
        try:
            work(*arguments)
        except BaseException as error:
            self.stop(error)

    def _submit(self, opened: _Open, reading: Reading, place: Place) -> None:
        with self.lock:
            opened.pending += 1
            self.tasks += 1
            if self.error is not None:
                return
        self.pool.submit(self._guarded, self._task, opened, reading, place)

    def _task(self, opened: _Open, reading: Reading, place: Place) -> None:
        self._read(opened, reading, place)
        self._done(opened)

    def _done(self, opened: _Open) -> None:
        with self.lock:
            opened.pending -= 1
            self.tasks -= 1
            last = opened.pending == 0
        if last:
            self._close_account(opened)
        self.start()

    # --- accounts

    def _open_account(self, entry: Entry) -> None:
        path = journal_of(self.job.folder, entry.account_id) if self.job.folder else None
        opened = _Open(self._account(entry), Journal(path), pending=1)
        refusal = self._enter(opened)
        if refusal is not None and entry.fallback is not None:
            opened.account.close()
            opened.account = self._account(entry.fallback)
            refusal = self._enter(opened)
        if refusal is not None:
            self._all_gaps(opened, refusal)
        else:
            self._plan(opened)
        self._done(opened)

    def _account(self, entry: Entry) -> Account:
        return Account(entry, self.job.allowed, base=self.base, workers=self.job.workers)

    def _enter(self, opened: _Open) -> Answer | None:
        """None once the caller is known to be in the expected account, else the refusal."""
        account, entry = opened.account, opened.account.entry
        region = account.session.region_name or "us-east-1"
        call = Call("sts", "assume_role" if entry.role_arn else "get_caller_identity")
        try:
            identity = account.identity()
        except (BotoCoreError, ClientError) as error:
            code, message = error_code(error), str(error)[:500]
            stop_on(code, message)
            if not entry.account_id:
                raise Stop(f"cannot use these AWS credentials: {message}", 3) from error
            refused = Answer(call, Outcome.DENIED, (), code, message, entry.account_id, region)
        else:
            opened.identity = identity
            if entry.account_id in ("", identity["account_id"]):
                account.account_id = identity["account_id"]
                return None
            message = f"the credentials belong to account {identity['account_id']}, not to {entry.account_id}"
            refused = Answer(call, Outcome.DENIED, (), "WrongAccount", message, entry.account_id, region)
        opened.gaps[("", "")] = Reply({}, [_coverage(refused, "", 0, 0)])
        return refused

    def _plan(self, opened: _Open) -> None:
        """Submits every reading that has no parent, in every place it is to be made."""
        account = opened.account
        regional = [r for r in self.top if r.scope is Scope.REGION]
        for reading in self.top:
            if reading.scope is not Scope.REGION and reading.name != REGIONS:
                self._submit(opened, reading, Place(account.account_id, self._anchor(account, reading)))
        listed = [r for r in self.top if r.name == REGIONS]
        if not regional and not listed:
            return
        regions = self._regions(opened, listed[0] if listed else None)
        for reading in regional:
            for region in regions:
                if available(account.session, reading.call.service, region):
                    self._submit(opened, reading, Place(account.account_id, region))

    def _regions(self, opened: _Open, listing: Reading | None) -> tuple[str, ...]:
        """The regions to ask in.  Where they are not known, or named but not enabled, the gap is recorded."""
        account, named = opened.account, self.job.regions
        if listing is None:
            return named
        anchor = named[0] if named else account.session.region_name or account.home_region
        reply = self._read(opened, listing, Place(account.account_id, anchor))
        schema = list(listing.tables[0].schema)
        rows = [dict(zip(schema, row, strict=True)) for row in reply.rows[REGIONS]]
        broken = next((r for r in rows if not Outcome(r["outcome"]).known), None)
        if broken is not None:
            if not named:
                self._region_gaps(opened, "", Outcome(broken["outcome"]), broken["gap"])
            return named
        enabled = {r["region_name"] for r in rows if r["enabled"]}
        for region in sorted(set(named) - enabled):
            text = f"ec2:DescribeRegions RegionNotEnabled (account {account.account_id}, region {region})"
            self._region_gaps(opened, region, Outcome.UNAVAILABLE, text)
        return tuple(r for r in named if r in enabled) if named else tuple(sorted(enabled))

    def _region_gaps(self, opened: _Open, region: str, outcome: Outcome, gap: str) -> None:
        place = Place(opened.account.account_id, region)
        rows = {t.name: [_nowhere(t, place, outcome, gap)] for t in self.job.tables if t.scope is Scope.REGION}
        opened.gaps[("", region)] = Reply(rows, [])

    def _all_gaps(self, opened: _Open, refusal: Answer) -> None:
        place = Place(refusal.account_id, "")
        rows = {t.name: [_nowhere(t, place, refusal.outcome, refusal.gap)] for t in self.job.tables}
        opened.gaps[("", "all")] = Reply(rows, [])

    def _anchor(self, account: Account, reading: Reading) -> str:
        """Where a reading without region of its own is asked."""
        if reading.call.service in GLOBAL_SERVICES or not self.job.regions:
            return account.home_region
        return self.job.regions[0]

    def _close_account(self, opened: _Open) -> None:
        account = opened.account
        account.close()
        identity = {k: v for k, v in opened.identity.items() if k != "at"}
        facts = {"account_id": account.account_id, "name": account.entry.name, "identity": identity}
        opened.journal.finish(facts, opened.gaps)
        rows: dict[str, list[Row]] = {t.name: [] for t in self.job.tables}
        coverage: list[Mapping[str, Any]] = []
        for _, reply in sorted({**opened.replies, **opened.gaps}.items()):
            for name, found in reply.rows.items():
                rows[name].extend(found)
            coverage.extend(reply.coverage)
        self.sink(Collected(account.account_id, account.entry.name, rows, coverage, opened.identity))
        opened.replies.clear()
        opened.journal.replies.clear()
        self.progress("", 1)
        with self.lock:
            self.open -= 1
            last = self.open == 0 and not self.waiting
        if last:
            self.finished.set()

    # --- reading

    def _read(self, opened: _Open, reading: Reading, place: Place) -> Reply:
        """One reading at one place: from the journal or from AWS, then its children."""
        parent = str(place.row.get("resource_id") or "")
        key = (reading.name, place.region, parent)
        reply = opened.journal.replies.get(key)
        if reply is None:
            reply = self._ask(opened, reading, place)
            opened.journal.add(key, reply)
        self.progress(opened.account.account_id, len(reply.coverage))
        with self.lock:
            opened.replies[key] = reply
        for name in self.watch.keys() & reply.rows.keys():
            self.watch[name](opened.account.account_id, list(reply.rows[name]))
        self._descend(opened, reading, reply)
        return reply

    def _descend(self, opened: _Open, reading: Reading, reply: Reply) -> None:
        for child in reading.children:
            table = child.parent
            assert table is not None
            schema = list(table.schema)
            for row in reply.rows[table.name]:
                parent = dict(zip(schema, row, strict=True))
                region = parent["region"] if parent["region"] not in (GLOBAL, None, "") else ""
                if not Outcome(parent["outcome"]).known:
                    self._inherit(opened, child, parent)
                elif not region or not self.job.regions or region in self.job.regions:
                    place = Place(opened.account.account_id, region or self._anchor(opened.account, child), parent)
                    self._submit(opened, child, place)

    def _inherit(self, opened: _Open, reading: Reading, parent: Mapping[str, Any]) -> None:
        """Gap rows of a child whose parent could not be read, and of the child's children."""
        rows: dict[str, list[Row]] = {}
        place = Place(opened.account.account_id, str(parent["region"] or ""), parent)
        outcome, gap = Outcome(parent["outcome"]), parent["gap"]
        for table in reading.tables:
            rows[table.name] = [gap_row(table, place, outcome, gap)]
        reply = Reply(rows, [])
        with self.lock:
            opened.gaps[reading.name, str(place.region), str(parent["resource_id"] or ""), "inherited"] = reply
        self._descend(opened, reading, reply)

    def _ask(self, opened: _Open, reading: Reading, place: Place) -> Reply:
        table = reading.tables[0]
        coverage: list[dict[str, Any]] = []
        if table.read is not None:
            return self._custom(opened, table, place)
        params = {api: place.row.get(column) or _of_place(place, column) for api, column in table.call.params.items()}
        if any(value is None for value in params.values()) or (table.when and not place.row.get(table.when)):
            answer, ms, asked = Answer(table.call, Outcome.ABSENT), 0, False
        else:
            resource = str(place.row.get("resource_id") or "")
            answer, ms, asked = self._answer(opened, table.call, place.region, resource, params)
        rows = {t.name: rows_of(t, answer, place) for t in reading.tables}
        if asked:
            read = sum(1 for row in rows[table.name] if row[-2] == Outcome.OK.value)
            coverage.append(_coverage(answer, table.name, ms, read))
        return Reply({name: self._in_scope(self.tables[name], found) for name, found in rows.items()}, coverage)

    def _in_scope(self, table: Table, rows: list[Row]) -> list[Row]:
        """Rows about regions that were not asked for are left out (a bucket elsewhere)."""
        if not self.job.regions or not table.region:
            return rows
        return [row for row in rows if row[1] in self.job.regions or row[1] == GLOBAL]

    def _custom(self, opened: _Open, table: Table, place: Place) -> Reply:
        coverage: list[dict[str, Any]] = []

        def call(call: Call, /, resource: str = "", **params: Any) -> Answer:
            answer, ms, asked = self._answer(opened, call, place.region, resource, params)
            if asked:
                coverage.append(_coverage(answer, table.name, ms, len(answer.pages)))
            return answer

        assert table.read is not None
        rows = custom_rows(table, table.read(call, place), place)
        return Reply({table.name: self._in_scope(table, rows)}, coverage)

    def _answer(
        self, opened: _Open, call: Call, region: str, resource: str, params: Mapping[str, Any]
    ) -> tuple[Answer, int, bool]:
        """The answer, its milliseconds, whether AWS was asked now.  Shared calls are asked once for all accounts."""
        if not call.shared:
            return *ask(opened.account, call, region, resource, params), True
        key = repr((call.service, call.operation, sorted(call.fixed.items()), sorted(params.items())))
        with self.lock:
            mine = key not in self.shared
            future = self.shared.setdefault(key, Future())
        if not mine:
            answer, _ = future.result()
            if answer.outcome.known:
                return answer, 0, False
            return *ask(opened.account, call, region, resource, params), True
        try:
            future.set_result(ask(opened.account, call, region, resource, params))
        except BaseException as error:
            future.set_exception(error)
            raise
        return *future.result(), True


def _of_place(place: Place, column: str) -> str | None:
    return {"account_id": place.account_id, "region": place.region}.get(column)


def _nowhere(table: Table, place: Place, outcome: Outcome, gap: str) -> Row:
    """A gap as wide as an account or a region: it names no resource; without region it holds for all of them."""
    row = gap_row(table, place, outcome, gap)
    row[1] = place.region or (GLOBAL if table.scope is not Scope.REGION else None)
    row[2] = None
    return row


def _coverage(answer: Answer, table: str, ms: int, rows: int) -> dict[str, Any]:
    return {
        "account_id": answer.account_id, "region": answer.region, "service": answer.call.service,
        "operation": api_name(answer.call), "resource": answer.resource, "outcome": answer.outcome.value,
        "error_code": answer.error_code, "message": answer.message, "rows": rows, "pages": len(answer.pages),
        "ms": ms, "at": datetime.now(UTC).isoformat(), "table": table,
    }  # fmt: skip


COVERAGE_COLUMNS: Sequence[str] = tuple(_coverage(Answer(Call("sts", "x"), Outcome.OK), "", 0, 0))
