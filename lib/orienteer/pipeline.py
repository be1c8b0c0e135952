"""The way of the data through a run folder: collect, judge, finish.  Every step can be run alone."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import os
import platform
import signal
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from multiprocessing import forkserver, get_all_start_methods, get_context
from multiprocessing.context import BaseContext
from pathlib import Path
from typing import Any

import pandas as pd

from orienteer import __version__, controls, snapshot, tables
from orienteer.aws import journal
from orienteer.aws.collect import ACCOUNTS, Estate, Wanted, collect_estate, tables_for
from orienteer.aws.garbage import tuned_gc
from orienteer.aws.job import Progress
from orienteer.aws.session import Entry
from orienteer.errors import OrienteerError
from orienteer.judge import Facts, Judged
from orienteer.judge import judge as judge_tables
from orienteer.model import Table
from orienteer.params import Params
from orienteer.report import export

try:
    import fcntl
except ImportError:  # not on Windows: two batches on one client are then not kept apart
    fcntl = None  # type: ignore[assignment]

STARTED = "started.json"


def client_folder(params: Params) -> Path:
    """outputs/<slug>, made when it is not there."""
    root = Path(params.output_dir).expanduser().absolute()
    root.mkdir(parents=True, exist_ok=True)
    return snapshot.private_folder(root / params.client.slug)


@contextmanager
def locked(params: Params) -> Iterator[None]:
    """Keeps a second batch off this client.  Raises OrienteerError (exit 2) when one is at work."""
    with os.fdopen(os.open(client_folder(params) / ".lock", os.O_RDWR | os.O_CREAT, 0o600), "r+") as file:
        if fcntl is not None:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                text = f"another run of client {params.client.slug!r} is at work in {client_folder(params)}"
                raise OrienteerError(text, 2) from error
        yield


# --- collect


def collect(
    params: Params,
    progress: Progress | None = None,
    executor: Executor | None = None,
    found: Callable[[Sequence[Entry]], None] = lambda entries: None,
) -> Path:
    """The run folder with a complete snapshot.  An unfinished folder of the same params is taken up again.

    `progress` is called as in aws.engine; `found(entries)` once the accounts are known.  With an executor the
    accounts are split over it; without, over processes of this machine from SPLIT_FROM accounts on.
    """
    folder = _unfinished(params) or _new_folder(params)
    if (folder / snapshot.STAMP).exists():
        return folder
    started = json.loads((folder / snapshot.PARTS / STARTED).read_text(encoding="utf-8"))
    wanted = _wanted()
    journals = folder / snapshot.PARTS
    for name in ("organization", "accounts"):
        snapshot.private_folder(journals / name)
    want = Wanted(wanted, params.region_list(), folder=journals)
    with _executor(executor) as (pool, count):
        collect_estate(
            estate_of(params), want, executor=pool, parts=count, share=executor is None, progress=progress, found=found
        )
    _stamp(folder, params, wanted, started)
    return folder


@contextmanager
def _executor(given: Executor | None) -> Iterator[tuple[Executor | None, int]]:
    """The executor for accounts and into how many jobs they are cut; without one, processes of this machine."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if given is not None:
        yield given, max(2 * cores, 8)
    elif cores < 2:
        yield None, 1
    else:
        parts = min(cores, 4)
        pool = ProcessPoolExecutor(parts - 1, mp_context=_processes())  # this process takes a part itself
        try:
            yield pool, parts
        except BaseException:
            for process in list((pool._processes or {}).values()):
                process.terminate()  # else leaving would wait until they have read their accounts
            raise
        finally:
            pool.shutdown(cancel_futures=True)


def _processes() -> BaseContext:
    """How processes begin: forked from a server that has imported the collector once, else spawned."""
    if "forkserver" not in get_all_start_methods():
        return get_context("spawn")
    context = get_context("forkserver")
    context.set_forkserver_preload(["orienteer.aws.collect"])
    if threading.current_thread() is threading.main_thread():
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # inherited: an interrupt is this process's business
        forkserver.ensure_running()
        signal.signal(signal.SIGINT, before)
    return context


def estate_of(params: Params) -> Estate:
    """Whom the params file names."""
    if params.organization is not None:
        given = params.organization
        hub = Entry(role_arn=given.role_arn or "", external_id=given.external_id or "", profile=params.profile or "")
        return Estate(
            hub=hub, member_role=given.role_name or "", member_external_id=given.external_id or "",
            include=tuple(given.include), exclude=tuple(given.exclude), profile=params.profile or "",
        )  # fmt: skip
    entries = tuple(
        Entry(a.id, a.name or "", a.role_arn or "", a.external_id or "", params.profile or "")
        for a in params.accounts or ()
    )
    return Estate(accounts=entries, profile=params.profile or "")


def _wanted() -> tuple[Table, ...]:
    """Every table: what controls judge, what the notebooks show, and what a consultant may ask of the snapshot."""
    return tables_for(tables.registry(), tables.registry())


def _digest(params: Params) -> str:
    """Equal for the same question: what decides which calls are made."""
    asked = json.dumps([__version__, params.public(), sorted(t.name for t in _wanted())], sort_keys=True, default=str)
    return hashlib.sha256(asked.encode()).hexdigest()


def _unfinished(params: Params) -> Path | None:
    """The newest folder of this client without manifest that was started by the same params and version."""
    for folder in sorted(client_folder(params).glob("2*"), reverse=True):
        started = folder / snapshot.PARTS / STARTED
        if folder.is_symlink() or (folder / snapshot.MANIFEST).exists() or not started.is_file():
            continue
        try:
            if json.loads(started.read_text(encoding="utf-8"))["digest"] == _digest(params):
                return folder
        except (ValueError, KeyError):
            continue
    return None


def _new_folder(params: Params) -> Path:
    """A new, empty folder named by the time, UTC; a second one in the same second gets a number."""
    now = datetime.now(UTC)
    base = client_folder(params)
    for suffix in ("", *(f"-{n}" for n in range(2, 100))):
        folder = base / f"{now:%Y%m%dT%H%M%SZ}{suffix}"
        try:
            folder.mkdir(mode=0o700)
            break
        except FileExistsError:
            continue
    snapshot.private_folder(folder / snapshot.PARTS)
    facts = {"digest": _digest(params), "started_at": now.isoformat(), "params": params.public()}
    snapshot.write_json(folder / snapshot.PARTS / STARTED, facts)
    return folder


def _stamp(folder: Path, params: Params, wanted: Sequence[Table], started: Mapping[str, Any]) -> None:
    """Joins the parts and writes the stamp that says the collection is complete."""
    write_snapshot(folder, wanted, folder / snapshot.PARTS)
    known = snapshot.Tables(folder / "snapshot")
    caller, accounts = _identities(folder)
    collected_at = datetime.now(UTC)
    shift = int(caller.get("shift") or 0)
    shift = shift if abs(shift) > 5 else 0  # a Date header has whole seconds, and was on its way
    as_of = params.as_of or collected_at + timedelta(seconds=shift)
    facts = {
        "tool": "orienteer", "tool_version": __version__, "python": platform.python_version(),
        "boto3": importlib.metadata.version("boto3"),
        "client": {"name": params.client.name, "slug": params.client.slug},
        "identity": caller.get("arn", ""), "clock_shift_seconds": shift,
        "started_at": started["started_at"], "collected_at": collected_at.isoformat(),
        "as_of": str(as_of.isoformat()), "params": params.public(),
        "accounts": _named(accounts, known[ACCOUNTS]), "regions": list(params.region_list()) or "enabled",
        "thresholds": dict(params.thresholds), "schema": snapshot.SCHEMA, "complete": False,
    }  # fmt: skip
    _write_stamp(folder, facts)


def write_snapshot(folder: Path, wanted: Sequence[Table], journals: Path) -> None:
    """Writes snapshot/*.parquet below the folder from the journals of a finished collection."""
    schemas = {table.name: table.schema for table in wanted} | {"coverage": snapshot.COVERAGE}
    snapshot.write_tables(folder, schemas, _parts(journals))


def _parts(journals: Path) -> Iterator[dict[str, list[Any]]]:
    """What the organization and then each account gave, by table."""
    for kind in ("organization", "accounts"):
        for part in journal.parts(journals / kind):
            rows: dict[str, list[Any]] = {"coverage": []}
            for reply in part.replies.values():
                rows["coverage"].extend(snapshot.coverage_rows(reply.coverage))
                for name, found in reply.rows.items():
                    rows.setdefault(name, []).extend(found)
            yield rows


def _identities(folder: Path) -> tuple[Mapping[str, Any], list[dict[str, Any]]]:
    """Who the caller is where the organization was asked, by how much AWS's clock is ahead of ours, and every account
    that was to be read."""
    places = folder / snapshot.PARTS
    hubs: list[Mapping[str, Any]] = [p.facts["identity"] for p in journal.parts(places / "organization")]
    accounts = [
        {"id": p.account_id, "name": p.facts["name"], "identity": p.facts["identity"].get("arn", "")}
        for p in journal.parts(places / "accounts")
    ]
    return next(iter(hubs), {}), accounts


def _named(accounts: list[dict[str, Any]], listed: pd.DataFrame) -> list[dict[str, Any]]:
    """The accounts with the organization's names where the params file gives none; `entered` false where refused."""
    names = dict(zip(listed["id"], listed["name"], strict=True))
    return [{**a, "name": a["name"] or names.get(a["id"]) or "", "entered": bool(a["identity"])} for a in accounts]


def _write_stamp(folder: Path, facts: Mapping[str, Any]) -> None:
    snapshot.write_json(folder / snapshot.STAMP, {**facts, "files": snapshot.hashes(folder)})


# --- judge and finish


def judge(folder: Path) -> Judged:
    """Judges the snapshot of a run folder, writes findings.* and renews the stamp or manifest."""
    run = snapshot.open_run(folder, unfinished=True, unjudged=True)
    facts = dict(run.manifest)
    if missing := {"params", "accounts", "as_of"} - facts.keys():
        raise OrienteerError(f"{run.path}: its manifest has no {', '.join(sorted(missing))}", 3)
    params = Params.from_public(facts["params"])
    coverage = run.coverage
    known = snapshot.Tables(run.path / "snapshot")
    names = {a["id"]: a["name"] for a in facts["accounts"]}
    listed = known[ACCOUNTS]
    names = {**dict(zip(listed["id"].fillna(""), listed["name"].fillna(""), strict=True)), **names}
    context = Facts(
        pd.Timestamp(facts["as_of"]), params.client_facts(), params.thresholds, params.answer_mapping(), names
    )
    with tuned_gc():
        judged = judge_tables(controls.chosen(None), known, tables.registry(), context, coverage)
        export.write_findings(judged.findings, run.path)
    facts |= {"summary": judged.summary.to_dict("records"), "crashed": list(judged.crashed)}
    if (run.path / snapshot.MANIFEST).exists():
        snapshot.write_manifest(run.path, facts)
    else:
        _write_stamp(run.path, facts)
    return judged


def finish(folder: Path, notebooks: Sequence[Mapping[str, Any]] = ()) -> snapshot.Run:
    """Writes the manifest, the last thing of a run, and points `latest` at the folder.  Gives the finished run."""
    run = snapshot.open_run(folder, unfinished=True)
    facts = dict(run.manifest)
    failed = [n["name"] for n in notebooks if n["status"] != "ok"]
    facts |= {
        "notebooks": [dict(n) for n in notebooks] or facts.get("notebooks", []),
        "complete": not failed and not facts.get("crashed"), "finished_at": datetime.now(UTC).isoformat(),
    }  # fmt: skip
    (run.path / snapshot.STAMP).unlink(missing_ok=True)
    snapshot.drop_parts(run.path)
    snapshot.write_manifest(run.path, facts)
    _point_latest(run.path)
    return snapshot.open_run(run.path)


def _point_latest(folder: Path) -> None:
    """`latest` beside the folder, replaced in one step."""
    link, temporary = folder.parent / "latest", folder.parent / f".latest-{os.getpid()}"
    temporary.unlink(missing_ok=True)
    temporary.symlink_to(folder.name, target_is_directory=True)
    temporary.replace(link)
