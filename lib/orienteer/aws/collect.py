"""From "whom do we assess" to rows: the organisation is read first, then its accounts, on any executor."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from orienteer.aws.engine import Collected, Job, Progress, Sink, collect, tuned_gc
from orienteer.aws.journal import finished
from orienteer.aws.plan import allowed, wanted
from orienteer.aws.rows import Row
from orienteer.aws.session import Entry
from orienteer.model import Outcome, Scope, Table

ORGANIZATION, ACCOUNTS, ACCOUNT_LIST = "organization", "organization_accounts", "organization_account_list"
DISCOVERY = (ORGANIZATION, ACCOUNTS, ACCOUNT_LIST)
"""Tables that finding the accounts of an organisation needs."""
SPLIT_FROM = 4
"""From this many accounts on the work is split over the executor's processes."""


@dataclass(frozen=True, slots=True)
class Estate:
    """Whom to assess: named accounts, an organisation, or (both empty) the account of the base session.

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
        return Job(tuple(entries), tables, allowed(self.tables), self.regions, self.workers, folder)


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
    progress: Progress | None = None,
    found: Callable[[Sequence[Entry]], None] = lambda entries: None,
) -> None:
    """Reads everything into journals below `want.folder`, and hands each account to `sink`.

    Accounts that an earlier try finished are not read again.  `found` is told the accounts before they are read.  With
    an executor and at least SPLIT_FROM accounts, the accounts are split into `parts` jobs; the sink must then be
    picklable.  Raises Stop where no account can go on.
    """
    with tuned_gc(), ThreadPoolExecutor(1) as aside:
        hub = _hub(estate, want)
        listed: Future[tuple[str, list[Row]]] = Future()
        reading = aside.submit(_read_organization, estate, want, hub, sink, progress, listed)
        entries = _entries(estate, hub, listed, want.tables)
        found(entries)
        missing = [e for e in entries if not (want.folder and finished(want.folder / "accounts", e.account_id))]
        _spread(want, missing, sink, executor, parts, progress)
        reading.result()


def _read_organization(
    estate: Estate, want: Wanted, hub: Entry, sink: Sink, progress: Progress | None, listed: Future[Any]
) -> None:
    """Reads the organisation; `listed` is done as soon as its accounts are known, so that they need not wait."""

    def tell(account_id: str, rows: list[Row]) -> None:
        if not listed.done():
            listed.set_result((account_id, rows))

    try:
        job = want.job([hub], [Scope.ORG], "organization")
        if job.tables:
            collect(job, sink, progress, watch={_listing(estate): tell})
        tell("", [])
    except BaseException as error:
        if not listed.done():
            listed.set_exception(error)
        raise


def _listing(estate: Estate) -> str:
    """The table that names the accounts: the plain list, or with OU ids to choose by the one that knows their OUs."""
    return ACCOUNTS if any(not mark.isdigit() for mark in (*estate.include, *estate.exclude)) else ACCOUNT_LIST


def _spread(
    want: Wanted, entries: Sequence[Entry], sink: Sink, executor: Executor | None, parts: int, progress: Progress | None
) -> None:
    """Runs the accounts here, or in `parts` jobs on the executor."""
    scopes = (Scope.ACCOUNT, Scope.REGION)
    if executor is None or len(entries) < SPLIT_FROM or parts < 2:
        collect(want.job(entries, scopes, "accounts"), sink, progress)
        return
    jobs = [want.job(entries[n::parts], scopes, "accounts") for n in range(parts)]
    futures = [executor.submit(collect_part, job, sink) for job in jobs if job.entries]
    try:
        for future in as_completed(futures):
            for account_id, calls in future.result():
                if progress:
                    progress(account_id, calls)
                    progress("", 1)
    finally:
        for future in futures:
            future.cancel()


def collect_part(job: Job, sink: Sink) -> list[tuple[str, int]]:
    """Collects one job in this process; gives the number of calls of each account."""
    calls: dict[str, int] = {}

    def count(account_id: str, made: int) -> None:
        if account_id:
            calls[account_id] = calls.get(account_id, 0) + made

    with tuned_gc():
        collect(job, sink, count)
    return sorted(calls.items())


def _hub(estate: Estate, want: Wanted) -> Entry:
    """The account that is asked about the organisation: among named accounts the management account, else the first."""
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
    estate: Estate, hub: Entry, listed: Future[tuple[str, list[Row]]], tables: Sequence[Table]
) -> tuple[Entry, ...]:
    """The accounts to read.  Of an organisation: the active members that include and exclude leave; where the list
    could not be read, those that include names, else the hub's own account."""
    if estate.accounts:
        return estate.accounts
    if estate.hub is None:
        return (hub,)
    hub_account, found = listed.result()
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
