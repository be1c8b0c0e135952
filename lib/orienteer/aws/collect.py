"""From "whom do we assess" to rows: the organization is read first, then its accounts, on any executor."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import FIRST_EXCEPTION, BrokenExecutor, Executor, wait
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from orienteer.aws.engine import Engine, collect, collecting
from orienteer.aws.garbage import tuned_gc
from orienteer.aws.job import Collected, Job, Progress, Sink
from orienteer.aws.journal import finished, tallied, tally
from orienteer.aws.plan import allowed, repeated, wanted
from orienteer.aws.rows import Row
from orienteer.aws.session import Entry
from orienteer.errors import OrienteerError
from orienteer.model import Outcome, Scope, Table

ORGANIZATION, ACCOUNTS, ACCOUNT_LIST = "organization", "organization_accounts", "organization_account_list"
DISCOVERY = (ORGANIZATION, ACCOUNTS, ACCOUNT_LIST)
"""Tables that finding the accounts of an organization needs."""
SPLIT_FROM = 4
"""From this many accounts on the work is split over processes."""
POLL = 0.5
"""Seconds between two looks at what other processes have done."""


@dataclass(frozen=True, slots=True)
class Estate:
    """Whom to assess: named accounts, an organization, or (both empty) the account of the base session.

    `hub` is the way into the management or a delegated account; `member_role` the role assumed in each member.
    `include` and `exclude` hold account ids and OU ids.
    """

    accounts: tuple[Entry, ...] = ()
    hub: Entry | None = None
    member_role: str = ""
    member_external_id: str = ""
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    profile: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to read of an estate: tables, the regions named by hand (empty: the enabled ones), and how hard to ask."""

    tables: tuple[Table, ...]
    regions: tuple[str, ...] = ()
    workers: int = 32
    folder: Path | None = None

    def job(self, entries: Iterable[Entry], scopes: Iterable[Scope], name: str = "") -> Job:
        """The job of one process: these accounts, the tables of these scopes."""
        tables = tuple(t for t in self.tables if t.scope in set(scopes))
        folder = self.folder / name if self.folder and name else self.folder
        return Job(
            tuple(entries), tables, allowed(self.tables), self.regions, self.workers, folder, repeated(self.tables)
        )


def tables_for(names: Iterable[str], registry: Mapping[str, Table], extra: Iterable[str] = ()) -> tuple[Table, ...]:
    """The named tables, the extra ones that finding accounts and regions needs, and the parents of all."""
    return wanted({*names, *extra}, registry)


def drop(collected: Collected) -> None:
    """A sink for whom the journals are enough."""


def collect_estate(
    estate: Estate,
    want: Wanted,
    *,
    sink: Sink = drop,
    executor: Executor | None = None,
    parts: int = 1,
    share: bool = False,
    progress: Progress | None = None,
    found: Callable[[Sequence[Entry]], None] = lambda entries: None,
) -> None:
    """Reads everything into journals below `want.folder`, and hands each account to `sink`.

    Accounts that an earlier try finished are not read again.  `found` is told the accounts before they are read.  With
    an executor and at least SPLIT_FROM accounts, the accounts are split into `parts` jobs, of which this process takes
    one where it has a `share`; the sink must then be picklable, and `want.folder` one that all processes see.  Raises
    Stop where no account can go on, OrienteerError where one of the processes was ended.
    """
    heard: list[tuple[str, list[Row]]] = []
    hub = _hub(estate, want)
    organization = want.job([hub], [Scope.ORG], "organization")
    with tuned_gc(), collecting(want.workers, sink, progress) as engine:
        if organization.tables:
            engine.admit(organization, {_listing(estate): lambda account, rows: heard.append((account, rows))})
            engine.wait(lambda: bool(heard))
        hub_account, listed = heard[0] if heard else ("", [])
        entries = _entries(estate, hub, hub_account, listed, want.tables)
        found(entries)
        missing = [e for e in entries if not (want.folder and finished(want.folder / "accounts", e.account_id))]
        missing.sort(key=lambda entry: entry.account_id != hub_account)  # what it shares with the organization is here
        jobs = [want.job(part, (Scope.ACCOUNT, Scope.REGION), "accounts") for part in _cut(missing, executor, parts)]
        if executor is None or len(jobs) == 1 or share:
            engine.admit(jobs.pop(0))
        if executor is not None and jobs:
            _elsewhere(engine, executor, jobs, sink, progress or (lambda account, calls: None))


def _listing(estate: Estate) -> str:
    """The table that names the accounts: the plain list, or with OU ids to choose by the one that knows their OUs."""
    return ACCOUNTS if any(not mark.isdigit() for mark in (*estate.include, *estate.exclude)) else ACCOUNT_LIST


def _cut(entries: Sequence[Entry], executor: Executor | None, parts: int) -> list[Sequence[Entry]]:
    """The accounts in so many parts, one where splitting would not pay."""
    if executor is None or len(entries) < SPLIT_FROM or parts < 2:
        return [entries]
    return [part for n in range(parts) if (part := entries[n::parts])]


def _elsewhere(engine: Engine, executor: Executor, jobs: Sequence[Job], sink: Sink, progress: Progress) -> None:
    """Runs the jobs on the executor and tells their progress, while the engine does its own.  Raises their errors."""
    futures = [executor.submit(collect_part, job, sink) for job in jobs]
    told = dict.fromkeys(range(len(jobs)), (0, 0))
    try:
        while True:
            idle = engine.wait(seconds=POLL)
            left = wait(futures, POLL if idle else 0, FIRST_EXCEPTION).not_done
            for number, (job, future) in enumerate(zip(jobs, futures, strict=True)):
                calls, accounts = future.result() if future.done() else _so_far(job)
                if calls > told[number][0]:
                    progress("elsewhere", calls - told[number][0])
                for _ in range(accounts - told[number][1]):
                    progress("", 1)
                told[number] = (calls, accounts)
            if idle and not left:
                return
    except BrokenExecutor as error:
        raise OrienteerError("a process of the collection was ended; the same command goes on from there", 3) from error
    finally:
        for future in futures:
            future.cancel()


def _so_far(job: Job) -> tuple[int, int]:
    """Calls and accounts that the process at this job has done."""
    if job.folder is None:
        return 0, 0
    done = sum(finished(job.folder, entry.account_id) for entry in job.entries)
    return tallied(job.folder, job.entries[0].account_id), done


def collect_part(job: Job, sink: Sink) -> tuple[int, int]:
    """Collects one job in this process; gives the number of calls and of accounts."""
    made: list[int] = []
    with ExitStack() as stack:
        stack.enter_context(tuned_gc())
        counters: list[Callable[[int], None]] = [made.append]
        if job.folder:
            counters.append(stack.enter_context(tally(job.folder, job.entries[0].account_id)))

        def count(account_id: str, calls: int) -> None:
            for counter in counters if account_id else ():
                counter(calls)

        collect(job, sink, count)
    return sum(made), len(job.entries)


def _hub(estate: Estate, want: Wanted) -> Entry:
    """The account that is asked about the organization: among named accounts the management account, else the first."""
    if estate.hub is not None:
        return estate.hub
    if len(estate.accounts) < 2:
        return estate.accounts[0] if estate.accounts else Entry(profile=estate.profile)
    first: list[Collected] = []
    about = replace(want, tables=tuple(t for t in want.tables if t.name == ORGANIZATION), folder=None)
    collect(about.job(estate.accounts[:1], [Scope.ORG]), first.append)
    rows = [
        dict(zip(t.schema, row, strict=True)) for c in first for t in about.tables for row in c.rows.get(t.name, ())
    ]
    management = {row["management_account_id"] for row in rows}
    return next((e for e in estate.accounts if e.account_id in management), estate.accounts[0])


def _entries(
    estate: Estate, hub: Entry, hub_account: str, found: Sequence[Row], tables: Sequence[Table]
) -> tuple[Entry, ...]:
    """The accounts to read.  Of an organization: the active members that include and exclude leave; where the list
    could not be read, those that include names, else the hub's own account."""
    if estate.accounts:
        return estate.accounts
    if estate.hub is None:
        return (hub,)
    schema = next((t.schema for t in tables if t.name == _listing(estate)), {})
    rows = [dict(zip(schema, row, strict=True)) for row in found]
    known = [r for r in rows if r["outcome"] == Outcome.OK.value]
    members = [r for r in known if (r["state"] or "ACTIVE") == "ACTIVE" and _chosen(r, estate)]
    if not known:
        members = [{"id": mark, "name": ""} for mark in estate.include if mark.isdigit()]
    entries = tuple(_member(estate, hub, hub_account, m) for m in sorted(members, key=lambda m: str(m["id"])))
    return entries or (replace(hub, account_id=hub_account or hub.account_id),)


def _chosen(row: Mapping[str, Any], estate: Estate) -> bool:
    """Whether include and exclude (account ids or OU ids) leave the account in."""
    marks = {row["id"], row.get("parent_id"), *json.loads(row.get("ou_ids") or "[]")}
    return (not estate.include or bool(marks & set(estate.include))) and not marks & set(estate.exclude)


def _member(estate: Estate, hub: Entry, hub_account: str, row: Mapping[str, Any]) -> Entry:
    """The way into a member.  The hub account itself is entered as the hub is."""
    account_id, name = str(row["id"]), str(row["name"] or "")
    if account_id == hub_account or not estate.member_role:
        return replace(hub, account_id=account_id, name=name)
    partition = hub.role_arn.split(":")[1] if hub.role_arn else "aws"
    role = f"arn:{partition}:iam::{account_id}:role/{estate.member_role}"
    direct = Entry(account_id, name, role, estate.member_external_id, estate.profile)
    return replace(direct, fallback=replace(direct, via=hub)) if hub.role_arn else direct
