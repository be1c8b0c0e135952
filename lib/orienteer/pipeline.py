"""The steps of a run, each a function of what the one before left in the run folder: collect, judge, report.

Every step can be run alone.  A step writes its files first and the manifest last; what it will replace it takes back
before that.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import os
import platform
import shutil
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd

from orienteer import __version__, books, controls, runs, snapshot, tables
from orienteer.aws import journal
from orienteer.aws.collect import ACCOUNT_LIST, ACCOUNTS, Estate, Wanted, collect_estate, tables_for
from orienteer.aws.garbage import tuned_gc
from orienteer.aws.job import Progress
from orienteer.aws.session import Entry
from orienteer.errors import OrienteerError
from orienteer.facts import exposures, last_accessed
from orienteer.judge import Facts, Judged, tables_of
from orienteer.judge import judge as judge_tables
from orienteer.model import Outcome, Table
from orienteer.params import Params
from orienteer.params.triage import as_mapping, beside, from_mapping, load
from orienteer.processes import processes
from orienteer.report import export, policies

# --- collect


def collect(
    params: Params,
    progress: Progress | None = None,
    executor: Executor | None = None,
    found: Callable[[Sequence[Entry]], None] = lambda entries: None,
) -> Path:
    """The run folder with a complete snapshot.  A folder that is still at work for the same params is taken up again;
    it stays at work until `runs.ended`.

    `progress` is called as in aws.engine; `found(entries)` once the accounts are known.  With an executor the
    accounts are split over it; without, over processes of this machine from SPLIT_FROM accounts on.
    """
    folder = runs.begun(params, _digest(params))
    if (folder / snapshot.MANIFEST).exists():
        return folder
    wanted = _wanted(params)
    want = Wanted(wanted, params.region_list(), folder=runs.journals(folder))
    told = by_account(folder, progress) if progress else None
    with _executor(executor) as (pool, count):
        collect_estate(
            estate_of(params), want, executor=pool, parts=count, share=executor is None, progress=told, found=found
        )
    keep_collected(folder, params, wanted)
    return folder


def by_account(folder: Path, progress: Progress) -> Progress:
    """The same progress, told of accounts that are done and not of the organization's own part; those that an earlier
    try has read count, too."""
    place, lock, known = runs.journals(folder) / "accounts", threading.Lock(), [0]

    def told(account: str, calls: int) -> None:
        if account:
            progress(account, calls)
            return
        with lock:
            done = journal.count_finished(place)
            new, known[0] = done - known[0], done
        for _ in range(new):
            progress("", 1)

    return told


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
        with processes(parts - 1) as pool:  # one part is this process's
            yield pool, parts


def estate_of(params: Params) -> Estate:
    """Whom the params file names."""
    if params.organization is not None:
        given = params.organization
        hub = Entry(role_arn=given.role_arn or "", external_id=given.external_id or "", profile=params.profile or "")
        return Estate(
            hub=hub,
            member_role=given.role_name or "",
            member_external_id=given.external_id or "",
            include=tuple(given.include),
            exclude=tuple(given.exclude),
            profile=params.profile or "",
        )
    entries = tuple(
        Entry(a.id, a.name or "", a.role_arn or "", a.external_id or "", params.profile or "")
        for a in params.accounts or ()
    )
    return Estate(accounts=entries, profile=params.profile or "")


def _wanted(params: Params) -> tuple[Table, ...]:
    """What controls judge, and all that is there for no exposable type alone; without what the params leave out."""
    known = tables.registry()
    judged = tables_of(controls.chosen(None), params.exposures)
    others = set(known) - {t.name for t in tables_for(exposures.tables(), known)}
    return tables_for((judged | others) - last_accessed.LEFT_OUT[params.last_accessed], known)


def _digest(params: Params) -> str:
    """Equal for the same question: what decides which calls are made."""
    asked = json.dumps(
        [__version__, params.public(), sorted(t.name for t in _wanted(params))], sort_keys=True, default=str
    )
    return hashlib.sha256(asked.encode()).hexdigest()


def keep_collected(folder: Path, params: Params, wanted: Sequence[Table]) -> None:
    """Writes the snapshot of a finished collection, then the manifest.  Raises OrienteerError (exit 3) where no account
    let us in: everything is then asked anew by the same command."""
    places = folder / snapshot.PARTS
    caller, accounts = _identities(places)
    if not any(account["identity"] for account in accounts):
        refusal = _first_refusal(places)
        runs.drop_journals(folder)
        raise OrienteerError(f"no account could be read: {refusal}; the same command tries again", 3)
    write_snapshot(folder, wanted, places)
    facts = _collected_facts(folder, params, caller, accounts)
    snapshot.write_state(folder, facts, snapshot.COLLECTED, made_from=_digest(params))


def _collected_facts(
    folder: Path, params: Params, caller: Mapping[str, Any], accounts: list[dict[str, Any]]
) -> dict[str, Any]:
    """What the manifest says of a run that was just collected."""
    known = snapshot.Tables(folder / "snapshot")
    shift = int(caller.get("shift") or 0)
    shift = shift if abs(shift) > 5 else 0  # a Date header has whole seconds, and was on its way
    collected_at = datetime.now(UTC)
    as_of = params.as_of or collected_at + timedelta(seconds=shift)
    return {
        "tool": "orienteer",
        "tool_version": __version__,
        "python": platform.python_version(),
        "boto3": importlib.metadata.version("boto3"),
        "client": {"name": params.client.name, "slug": params.client.slug},
        "identity": caller.get("arn", ""),
        "clock_shift_seconds": shift,
        "started_at": runs.started(folder)["started_at"],
        "collected_at": collected_at.isoformat(),
        "as_of": as_of.isoformat(),
        "params": params.public(),
        "accounts": _named(accounts, known[ACCOUNTS]),
        "accounts_unknown": _unlisted(params, known),
        "regions": list(params.region_list()) or "enabled",
        "thresholds": dict(params.thresholds),
        "complete": False,
    }


def _unlisted(params: Params, known: Mapping[str, pd.DataFrame]) -> str:
    """Why the organization's accounts are not all known: the refused call; empty where they are."""
    if params.organization is None or ACCOUNT_LIST not in known:
        return ""
    listed = known[ACCOUNT_LIST]
    gaps = listed.loc[~listed["outcome"].isin([o.value for o in Outcome if o.known]), "gap"].dropna()
    return str(gaps.iloc[0]) if len(gaps) else ""


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


def _identities(places: Path) -> tuple[Mapping[str, Any], list[dict[str, Any]]]:
    """Who the caller is where the organization was asked, by how much AWS's clock is ahead of ours, and every account
    that was to be read."""
    hubs: list[Mapping[str, Any]] = [p.facts["identity"] for p in journal.parts(places / "organization")]
    accounts = [
        {"id": p.account_id, "name": p.facts["name"], "identity": p.facts["identity"].get("arn", "")}
        for p in journal.parts(places / "accounts")
    ]
    return next(iter(hubs), {}), accounts


def _first_refusal(places: Path) -> str:
    """The call that kept us out of the first account, with its error."""
    for part in journal.parts(places / "accounts"):
        for reply in part.replies.values():
            for row in reply.coverage:
                said = " ".join(str(row["message"] or "").split())[:300]
                return f"{row['service']}:{row['operation']} {row['error_code']} (account {row['account_id']}): {said}"
    return "there is no account to read"


def _named(accounts: list[dict[str, Any]], listed: pd.DataFrame) -> list[dict[str, Any]]:
    """The accounts with the organization's names where the params file gives none; `entered` false where refused."""
    names = dict(zip(listed["id"], listed["name"], strict=True))
    return [{**a, "name": a["name"] or names.get(a["id"]) or "", "entered": bool(a["identity"])} for a in accounts]


# --- judge


def judge(folder: Path, ids: Sequence[str] | None = None, triage: Path | None = None) -> Judged:
    """Judges the snapshot of a run folder and writes findings.*.  A report of other findings is from then on stale.

    `ids`: only these controls are judged, and nothing is written.  Decisions come from the file `triage`, by default
    params/<slug>.triage.yaml; without such a file those of the last judgement stand.
    """
    run = snapshot.open_run(folder, unjudged=True)
    run = snapshot.Run(run.path, {**run.manifest, "decisions": _decisions(run, triage)})
    if missing := {"params", "accounts", "as_of"} - run.manifest.keys():
        raise OrienteerError(f"{run.path}: its manifest has no {', '.join(sorted(missing))}", 3)
    chosen = controls.chosen(ids)
    known = snapshot.Tables(run.path / "snapshot")
    with tuned_gc():
        judged = judge_tables(chosen, known, tables.registry(), _judging_facts(run, known), run.coverage)
        if ids is None:
            keep_judged(run.path, run.manifest, judged)
    return judged


def _judging_facts(run: snapshot.Run, known: Mapping[str, pd.DataFrame]) -> Facts:
    """What judging needs beside the tables, from the manifest and the organization's list of accounts."""
    params = Params.from_public(run.manifest["params"])
    listed = known[ACCOUNTS]
    names = dict(zip(listed["id"].fillna(""), listed["name"].fillna(""), strict=True))
    names |= {a["id"]: a["name"] for a in run.manifest["accounts"]}
    as_of = pd.Timestamp(run.manifest["as_of"])
    decided = tuple(from_mapping(one) for one in run.manifest.get("decisions", []))
    before = _earlier(run, str(params.thresholds.get("previous_run") or ""))
    return Facts(
        as_of,
        params.client_facts(),
        params.thresholds,
        params.answer_mapping(),
        names,
        decided,
        before.findings if before else None,
        pd.Timestamp(before.manifest["as_of"]) if before else None,
        {one["control_id"]: one.get("version", 1) for one in before.manifest.get("summary", ())} if before else {},
    )


def _earlier(run: snapshot.Run, path: str) -> snapshot.Run | None:
    """The earlier run that the params name.  Raises OrienteerError for one of another client, or one not judged."""
    if not path:
        return None
    before = snapshot.open_run(Path(path))
    if before.manifest["client"]["slug"] != run.manifest["client"]["slug"]:
        raise OrienteerError(f"{path} is a run of {before.manifest['client']['slug']!r}, not of this client", 2)
    return before


def _decisions(run: snapshot.Run, triage: Path | None) -> list[dict[str, str]]:
    """The client's decisions as the manifest keeps them."""
    file = triage or beside(Path("params"), str(run.manifest["client"]["slug"]))
    return [as_mapping(one) for one in load(file)] if file.is_file() else list(run.manifest.get("decisions", []))


def keep_judged(folder: Path, manifest: Mapping[str, Any], judged: Judged) -> None:
    """Writes the findings of a run folder, then its manifest."""
    if manifest["state"] != snapshot.COLLECTED:
        snapshot.retract(folder, manifest, snapshot.JUDGED)
    export.write_findings(judged.findings, folder)
    if judged.estate is not None:
        policies.keep(folder, judged.estate)
    facts = {**manifest, "summary": judged.summary.to_dict("records"), "crashed": list(judged.crashed)}
    facts["complete"] = bool(manifest.get("complete")) and not judged.crashed
    snapshot.write_state(folder, facts, snapshot.JUDGED)


# --- report


def begin_report(folder: Path) -> snapshot.Run:
    """A judged run whose notebooks and pages may now be written.  Those of other findings are removed.  Raises
    OrienteerError (exit 3) for a run that is not judged."""
    run = snapshot.open_run(folder)
    if run.state == snapshot.COLLECTED:
        raise OrienteerError(f"{run.path} has not been judged yet; run `orienteer judge {run.path}`", 3)
    if snapshot.REPORTED not in run.manifest.get("states", {}):
        return run
    facts = dict(run.manifest)
    if snapshot.is_stale(facts):
        facts["notebooks"] = []
    snapshot.retract(run.path, facts, snapshot.REPORTED)
    if snapshot.is_stale(run.manifest):
        for name in ("notebooks", "report"):
            shutil.rmtree(run.path / name, ignore_errors=True)
    return snapshot.open_run(run.path)


def finish(folder: Path, notebooks: Sequence[Mapping[str, Any]] = ()) -> snapshot.Run:
    """Writes the manifest of a run with its report and lets `latest` point at it.  Gives the finished run.

    It is complete when every chapter that its params ask for ran to its end and every control could judge.
    """
    run = snapshot.open_run(folder)
    facts = dict(run.manifest)
    facts |= {
        "notebooks": [dict(n) for n in notebooks] or facts.get("notebooks", []),
        "finished_at": datetime.now(UTC).isoformat(),
    }
    facts["missing"] = snapshot.chapters_missing(facts, chapters_asked(facts))
    facts["complete"] = not facts["missing"] and not facts.get("crashed")
    snapshot.write_state(run.path, facts, snapshot.REPORTED)
    run = snapshot.open_run(run.path)
    _uploaded(run)
    runs.point_latest(run.path)
    runs.ended(run.path)
    return run


def _uploaded(run: snapshot.Run) -> None:
    """Copies a finished run to the bucket its params name: the manifest last, then `latest`, which holds its name."""
    address = upload_address(run)
    if not address:
        return
    from orienteer.aws.upload import upload  # needs the extra s3

    notes = {f"{address.rpartition('/')[0]}/{runs.LATEST}": f"{run.path.name}\n"}
    upload(run.path, [*sorted(run.manifest["files"]), snapshot.MANIFEST], address, notes)


def upload_address(run: snapshot.Run) -> str:
    """Where a finished run is copied to: s3://bucket/prefix/slug/time; empty where it stays on this machine."""
    bucket = str(run.manifest.get("params", {}).get("output_dir") or "")
    if not bucket.startswith("s3://"):
        return ""
    return f"{bucket.rstrip('/')}/{run.manifest['client']['slug']}/{run.path.name}"


def chapters_asked(manifest: Mapping[str, Any]) -> tuple[str, ...]:
    """The chapters that the run's params ask for; all where they name none."""
    return tuple(manifest.get("params", {}).get("notebooks") or books.names())
