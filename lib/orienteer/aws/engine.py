"""One scheduler for all work of a process: every (account, region, reading) is a task of the same threads."""

from __future__ import annotations

import itertools
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from orienteer.aws.call import Stop, identity, stop_on
from orienteer.aws.garbage import sweep
from orienteer.aws.job import NOBODY, Collected, Job, Progress, Sink, Watch
from orienteer.aws.journal import Journal, Key, Reply, journal_of, key_of
from orienteer.aws.masks import masks_of
from orienteer.aws.plan import Reading, readings
from orienteer.aws.reading import Reader, Shared, coverage_row, wide_gap
from orienteer.aws.rows import Row, gap_row
from orienteer.aws.session import Account, Doors, Entry, error_code
from orienteer.aws.workers import Workers
from orienteer.errors import INTERRUPTED
from orienteer.model import GLOBAL, NOT_ENABLED, NOT_OFFERED, Answer, Call, Outcome, Place, Scope
from orienteer.partitions import always_enabled, home_region, partition_with

REGIONS = "ec2_regions"
"""The table that says which regions an account has enabled."""

GLOBAL_SERVICES = frozenset({"iam", "organizations", "account", "sts", "route53", "cloudfront", "shield", "support",
                             "networkmanager", "globalaccelerator", "budgets", "ce", "cur", "bcm-data-exports", "waf",
                             "health"})  # fmt: skip
"""Services that answer in the home region of the partition only."""

MOST_OPEN, MOST_OPENING = 6, 2
"""Accounts that may be open at a time, because each holds its clients in memory; and of these how many may still be on
the way in, because nobody knows yet how much work they bring."""


def collect(
    job: Job, sink: Sink, progress: Progress | None = None, base: boto3.Session | None = None, watch: Watch = NOBODY
) -> None:
    """Hands every account's rows to `sink` as the account is done.  Raises Stop when no account can go on."""
    with collecting(job.workers, sink, progress, base) as engine:
        engine.admit(job, watch)


@contextmanager
def collecting(
    workers: int, sink: Sink, progress: Progress | None = None, base: boto3.Session | None = None
) -> Iterator[Engine]:
    """An engine to admit jobs to; the block ends when all of them are done.  Raises what stopped it, at once: calls
    under way are left to themselves."""
    engine = Engine(workers, sink, progress or (lambda account, calls: None), base)
    try:
        yield engine
        engine.wait()
    except BaseException:
        engine.stop(Stop("interrupted", INTERRUPTED))
        raise
    finally:
        engine.workers.end(wait=engine.error is None)


@dataclass
class _Open:
    """An account being read."""

    job: Job
    watch: Watch
    turn: int
    reader: Reader
    journal: Journal
    pending: int = 1
    replies: dict[Key, Reply] = field(default_factory=dict)
    gaps: dict[Key, Reply] = field(default_factory=dict)
    identity: dict[str, Any] = field(default_factory=dict)
    uses: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def account(self) -> Account:
        return self.reader.account


class Engine:
    """Reads accounts.  Made by `collecting`; `admit` takes more work at any time before the block ends."""

    def __init__(self, workers: int, sink: Sink, progress: Progress, base: boto3.Session | None) -> None:
        self.sink, self.progress = sink, progress
        self.workers = Workers(workers)
        self.doors = Doors(base)
        self.shared = Shared()
        self.error: BaseException | None = None
        self._lock = threading.Lock()
        self._changed = threading.Condition(self._lock)
        self._waiting: deque[tuple[Job, Entry, Watch]] = deque()
        self._turns = itertools.count()
        self._open = 0
        self._opening = 0
        self._dropped = 0
        self._tasks = 0

    # --- scheduling

    def admit(self, job: Job, watch: Watch = NOBODY) -> None:
        """Takes the accounts of a job in; returns at once."""
        with self._lock:
            self._waiting.extend((job, entry, watch) for entry in job.entries)
        self._start()

    def wait(self, until: Callable[[], bool] = bool, seconds: float | None = None) -> bool:
        """Whether everything admitted is done; returns then, when `until` holds after a reply that is watched, or after
        so many seconds.  Raises what stopped the engine."""

        def idle() -> bool:
            return not self._open and not self._waiting

        with self._changed:
            self._changed.wait_for(lambda: self.error is not None or idle() or until(), seconds)
            done = idle()
        if self.error is not None:
            raise self.error
        return done

    def stop(self, error: BaseException) -> None:
        """Nothing further is begun; `wait` raises the error, the first one given."""
        with self._changed:
            self.error = self.error or error
            self._changed.notify_all()
        self.workers.end(wait=False)

    def _start(self) -> None:
        """Opens further accounts while there are workers to spare: at the tail of one account the next begins."""
        while True:
            with self._lock:
                full = self._open >= MOST_OPEN or self._opening >= MOST_OPENING
                busy = full or self._tasks >= 2 * self.workers.count
                if self.error or not self._waiting or (self._open and busy):
                    return
                job, entry, watch = self._waiting.popleft()
                turn = next(self._turns)
                self._open += 1
                self._opening += 1
                self._tasks += 1
            self._guarded(turn, self._open_account, job, entry, watch, turn)

    def _guarded(self, turn: int, work: Callable[..., None], *arguments: Any) -> None:
        """Has a task done; an error that is not an answer of AWS ends the collection instead of vanishing."""

        def guarded() -> None:
            if self.error is not None:
                return
            try:
                work(*arguments)
            except BaseException as error:
                self.stop(error)

        self.workers.submit(turn, guarded)

    def _submit(self, opened: _Open, reading: Reading, place: Place) -> None:
        with self._lock:
            opened.pending += 1
            opened.uses[reading.call.service, place.region] += 1
            self._tasks += 1
        self._guarded(opened.turn, self._task, opened, reading, place)

    def _task(self, opened: _Open, reading: Reading, place: Place) -> None:
        self._read(opened, reading, place)
        self._release(opened, reading.call.service, place.region)
        self._done(opened)

    def _release(self, opened: _Open, service: str, region: str) -> None:
        """Lets the client go that nothing waits for any more; a hundred services make a hundred clients a region."""
        with self._lock:
            opened.uses[service, region] -= 1
            last = opened.uses[service, region] == 0
        if last and opened.account.drop(service, region):
            with self._lock:
                self._dropped += 1

    def _done(self, opened: _Open) -> None:
        with self._lock:
            opened.pending -= 1
            self._tasks -= 1
            last = opened.pending == 0
        if last:
            self._close_account(opened)
        self._start()

    # --- accounts

    def _open_account(self, job: Job, entry: Entry, watch: Watch, turn: int) -> None:
        path = journal_of(job.folder, entry.account_id) if job.folder else None
        opened = _Open(job, watch, turn, self._reader(job, entry, turn), Journal(path))
        refusal = self._enter(opened)
        if refusal is not None and entry.fallback is not None:
            opened.account.close()
            opened.reader = self._reader(job, entry.fallback, turn)
            refusal = self._enter(opened)
        if refusal is not None:
            self._all_gaps(opened, refusal)
        else:
            self._plan(opened)
        with self._lock:
            self._opening -= 1
        self._done(opened)

    def _reader(self, job: Job, entry: Entry, turn: int) -> Reader:
        account = Account(entry, job.allowed, workers=self.workers.count, doors=self.doors, patient=job.patient)
        tables = {table.name: table for table in job.tables}
        common, masks = job.common, masks_of(job.tables)
        return Reader(account, tables, job.regions, common, self.shared, self.workers, turn, masks)

    def _enter(self, opened: _Open) -> Answer | None:
        """None once the caller is known to be in the expected account, else the refusal."""
        account, entry = opened.account, opened.account.entry
        named = opened.job.regions
        home = home_region(partition=partition_with(named[0])) if named else account.session.region_name or "us-east-1"
        region = always_enabled(named) or home
        call = Call("sts", "assume_role" if entry.role_arn else "get_caller_identity")
        try:
            caller = identity(account, region)
        except (BotoCoreError, ClientError) as error:
            patient = opened.job.patient
            if not patient:
                stop_on(error)
            code, message = error_code(error), " ".join(str(error).split())[:500]
            if not entry.account_id and not patient:
                raise Stop(f"cannot use these AWS credentials: {message}", 3) from error
            refused = Answer(call, Outcome.DENIED, (), code, message, entry.account_id, region)
        else:
            opened.identity = caller
            if entry.account_id in ("", caller["account_id"]):
                account.account_id = caller["account_id"]
                return None
            message = f"the credentials belong to account {caller['account_id']}, not to {entry.account_id}"
            refused = Answer(call, Outcome.DENIED, (), "WrongAccount", message, entry.account_id, region)
        opened.gaps[("", "")] = Reply({}, [coverage_row(refused, "", 0, 0)])
        return refused

    def _plan(self, opened: _Open) -> None:
        """Submits every reading that has no parent, in every place it is to be made; regions are asked for first."""
        account, top = opened.account, readings(opened.job.tables)
        regional = [r for r in top if r.scope is Scope.REGION]
        listed = next((r for r in top if r.name == REGIONS), None)
        for reading in top:
            elsewhere = reading.tables[0].at and account.partition != "aws"
            if reading.scope is not Scope.REGION and reading is not listed and not elsewhere:
                self._submit(opened, reading, Place(account.account_id, _anchor(account, reading, opened.job)))
        if not regional and listed is None:
            return
        regions = self._regions(opened, listed)
        for reading in regional:
            for region in regions:
                if account.offers(reading.call.service, region):
                    self._submit(opened, reading, Place(account.account_id, region))
                else:
                    _not_offered(opened, reading.call, region)

    def _regions(self, opened: _Open, listing: Reading | None) -> tuple[str, ...]:
        """The regions to ask in.  Where they are not known the gap is recorded; one that is named and not enabled holds
        nothing in this account, which coverage says."""
        account, named = opened.account, opened.job.regions
        if listing is None:
            return named
        anchor = (always_enabled(named) or named[0]) if named else account.session.region_name or account.home_region
        reply = self._read(opened, listing, Place(account.account_id, anchor))
        schema = list(listing.tables[0].schema)
        rows = [dict(zip(schema, row, strict=True)) for row in reply.rows[REGIONS]]
        broken = next((r for r in rows if not Outcome(r["outcome"]).known), None)
        if broken is not None:
            if not named:
                self._region_gaps(opened, "", Outcome(broken["outcome"]), broken["gap"])
            return named
        known = {r["region_name"]: bool(r["enabled"]) for r in rows}
        if named and not known:  # AWS never says so; the calls themselves will tell
            return named
        enabled = {region for region, on in known.items() if on}
        for region in named or ("",) if not enabled else sorted(set(named) - known.keys()):
            where = f"(account {account.account_id}, region {region or anchor})"
            text = f"ec2:DescribeRegions RegionNotListed {where}"
            self._region_gaps(opened, region, Outcome.FAILED, text)
        for region in sorted(set(named) & known.keys() - enabled) if enabled else ():
            told = "region not enabled in this account"
            off = Answer(listing.call, Outcome.ABSENT, (), NOT_ENABLED, told, account.account_id, region)
            opened.gaps["", region, "off"] = Reply({}, [coverage_row(off, "", 0, 0)])
        return tuple(r for r in named if r in enabled) if named else tuple(sorted(enabled))

    def _region_gaps(self, opened: _Open, region: str, outcome: Outcome, gap: str) -> None:
        place = Place(opened.account.account_id, region)
        rows = {t.name: [wide_gap(t, place, outcome, gap)] for t in opened.job.tables if t.scope is Scope.REGION}
        opened.gaps[("", region)] = Reply(rows, [])

    def _all_gaps(self, opened: _Open, refusal: Answer) -> None:
        place = Place(refusal.account_id, "")
        rows = {t.name: [wide_gap(t, place, refusal.outcome, refusal.gap)] for t in opened.job.tables}
        opened.gaps[("", "all")] = Reply(rows, [])

    def _close_account(self, opened: _Open) -> None:
        account = opened.account
        dropped = account.close()
        opened.journal.finish(_facts(opened), opened.gaps)
        rows: dict[str, list[Row]] = {t.name: [] for t in opened.job.tables}
        coverage: list[Mapping[str, Any]] = []
        for _, reply in sorted({**opened.replies, **opened.gaps}.items()):
            for name, found in reply.rows.items():
                rows[name].extend(found)
            coverage.extend(reply.coverage)
        self.sink(Collected(account.account_id, account.entry.name, rows, coverage, opened.identity))
        opened.replies.clear()
        opened.journal.replies.clear()
        if any(table.scope is not Scope.ORG for table in opened.job.tables):
            self.shared.forget(account.account_id)
        self.progress("", 1)
        with self._changed:
            self._dropped = sweep(self._dropped + dropped)
            self._open -= 1
            self._changed.notify_all()

    # --- reading

    def _read(self, opened: _Open, reading: Reading, place: Place) -> Reply:
        """One reading at one place: from the journal or from AWS, then its children."""
        key = key_of(reading, place)
        reply = opened.journal.replies.get(key)
        if reply is None:
            reply = opened.reader.reply(reading, place)
            opened.journal.add(key, reply)
        self.progress(opened.account.account_id, len(reply.coverage))
        with self._lock:
            opened.replies[key] = reply
        for name in opened.watch.keys() & reply.rows.keys():
            opened.watch[name](opened.account.account_id, list(reply.rows[name]))
            with self._changed:
                self._changed.notify_all()
        self._descend(opened, reading, reply)
        return reply

    def _descend(self, opened: _Open, reading: Reading, reply: Reply) -> None:
        regions = opened.job.regions
        for child in reading.children:
            table = child.parent
            assert table is not None
            schema = list(table.schema)
            for row in reply.rows[table.name]:
                parent = dict(zip(schema, row, strict=True))
                region = parent["region"] if parent["region"] not in (GLOBAL, None, "") else ""
                if not Outcome(parent["outcome"]).known:
                    self._inherit(opened, child, parent)
                elif not region or (
                    region in (regions or (region,)) and opened.account.offers(child.call.service, region)
                ):
                    anchor = region or _anchor(opened.account, child, opened.job)
                    self._submit(opened, child, Place(opened.account.account_id, anchor, parent))

    def _inherit(self, opened: _Open, reading: Reading, parent: Mapping[str, Any]) -> None:
        """Gap rows of a child whose parent could not be read, and of the child's children."""
        rows: dict[str, list[Row]] = {}
        place = Place(opened.account.account_id, str(parent["region"] or ""), parent)
        outcome, gap = Outcome(parent["outcome"]), parent["gap"]
        for table in reading.tables:
            rows[table.name] = [gap_row(table, place, outcome, gap)]
        reply = Reply(rows, [])
        with self._lock:
            opened.gaps[reading.name, str(place.region), str(parent["resource_id"] or ""), "inherited"] = reply
        self._descend(opened, reading, reply)


def _anchor(account: Account, reading: Reading, job: Job) -> str:
    """Where a reading without region of its own is asked."""
    if reading.tables[0].at:
        return reading.tables[0].at
    if reading.tables[0].home or reading.call.service in GLOBAL_SERVICES or not job.regions:
        return account.home_region
    return always_enabled(job.regions) or job.regions[0]


def _not_offered(opened: _Open, call: Call, region: str) -> None:
    """Notes that a service has no endpoint in a region, once for each."""
    told = "the service is not offered in this region"
    answer = Answer(call, Outcome.ABSENT, (), NOT_OFFERED, told, opened.account.account_id, region)
    opened.gaps["", region, "not offered", call.service] = Reply({}, [coverage_row(answer, "", 0, 0)])


def _facts(opened: _Open) -> dict[str, Any]:
    """Whom we were in the account, and the server's time when we came in with its distance from ours, in seconds."""
    at: datetime | None = opened.identity.get("at")
    facts = {**opened.identity, "at": at.isoformat()} if at else opened.identity
    return {"account_id": opened.account.account_id, "name": opened.account.entry.name, "identity": facts}
