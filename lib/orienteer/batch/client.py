"""One client in a process of its own: collect, judge, notebooks, report.  Nothing is shared with another client."""

from __future__ import annotations

import gc
import importlib
import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import connection, parent_process
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orienteer import runs
from orienteer.batch.chapters import CELL_SECONDS, execute_notebooks, held, hold
from orienteer.batch.kernels.server import Server, Spawning, serving
from orienteer.batch.quiet import errors_to
from orienteer.batch.silence import listening
from orienteer.errors import (
    DONE,
    FAILED_ON,
    INCOMPLETE,
    INTERRUPTED,
    UNFINISHED,
    OrienteerError,
    cannot_go_on,
    unexpected,
)
from orienteer.params import Params
from orienteer.params.triage import beside
from orienteer.processes import apart

if TYPE_CHECKING:
    from orienteer.snapshot import Run

Tell = Callable[[str, Any], None]
"""Called with an event and its value, as progress.Show is."""


@dataclass(frozen=True)
class Order:
    """What to do for one client.  `step` is run or collect (path: a params file, `params`: what it says) or report
    (path: a run folder)."""

    path: str
    name: str
    step: str = "run"
    notebooks: tuple[str, ...] = ()
    scheduler: str = ""
    fail_on: str = ""
    require_complete: bool = False
    cell_seconds: int = 0
    parallel: int = 1  # notebooks at a time
    params: Params | None = None
    pdf: bool = False  # print the report, too


@dataclass(frozen=True)
class Result:
    """What came of it: an exit code as in DESIGN.md, the folder, the first page, the counts, accounts that could not be
    read with the reason, the fault in one line, what else must be known of the result, where it was uploaded to."""

    name: str
    code: int
    folder: str = ""
    page: str = ""
    statuses: Mapping[str, int] = field(default_factory=dict)
    failures: Mapping[str, int] = field(default_factory=dict)
    lost: tuple[str, ...] = ()
    fault: str = ""
    notes: tuple[str, ...] = ()
    uploaded: str = ""


def work(order: Order, channel: connection.Connection) -> None:
    """The process of one client.  Sends (event, value) pairs, and as the last one ("end", Result)."""
    if hasattr(os, "setpgid"):
        os.setpgid(0, 0)  # so that an interrupt reaches the parent alone, and the parent can end all of this at once
    os.umask(0o077)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    tell = Teller(channel)
    try:
        if hasattr(signal, "pthread_sigmask"):
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})  # held back while this process began
        result = _STEPS[order.step](order, tell)
    except KeyboardInterrupt:
        result = Result(order.name, INTERRUPTED, fault="interrupted; the same command resumes")
    except OrienteerError as error:
        result = Result(order.name, error.exit_code, fault=str(error))
    except OSError as error:
        result = Result(order.name, UNFINISHED, fault=cannot_go_on(error))
    except Exception as error:
        if os.environ.get("ORIENTEER_DEBUG"):
            raise
        result = Result(order.name, UNFINISHED, fault=unexpected(error))
    tell("end", result)
    channel.close()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is None:
        return
    connection.wait([parent.sentinel])
    if hasattr(os, "killpg"):
        os.killpg(0, signal.SIGKILL)
    os._exit(UNFINISHED)


class Teller:
    """Sends events to whoever started this client, also from another process that it is handed to.  Calls are added up
    and sent five times a second at most."""

    def __init__(self, channel: connection.Connection) -> None:
        self._channel, self._lock, self._calls, self._at = channel, threading.Lock(), 0, 0.0

    def __reduce__(self) -> tuple[Any, ...]:
        return Teller, (self._channel,)

    def __call__(self, event: str, value: Any) -> None:
        with self._lock:
            now = time.monotonic()
            if event == "calls":
                self._calls += value
                if now - self._at < 0.2:
                    return
            if self._calls:
                self._channel.send(("calls", self._calls))
                self._calls, self._at = 0, now
            if event != "calls":
                self._channel.send((event, value))


# --- steps: what takes memory is done in processes that end with it; this one waits for them and for the chapters


def _run(order: Order, tell: Tell) -> Result:
    params = _params(order)
    with runs.locked(params):
        _warn_of_latest(runs.client_folder(params) / "run", tell)
        with _aws(params):
            folder = apart(_collected, params, order.scheduler, tell)
        with serving() as server:
            tell("step", "judging")
            triage = beside(Path(order.path).parent.resolve(), params.client.slug)
            server.here(_judged, folder, triage if triage.is_file() else None)
            return _reported(order, folder, order.notebooks or params.notebooks, server, tell)


def _collect(order: Order, tell: Tell) -> Result:
    params = _params(order)
    with runs.locked(params), _aws(params):
        return apart(_read, order, params, tell)


def _report(order: Order, tell: Tell) -> Result:
    with serving() as server:
        folder, names = server.here(_begun, Path(order.path).resolve())
        server.keep(held, folder, facts=True)
        _warn_of_latest(folder, tell)
        return _reported(order, folder, order.notebooks or names, server, tell)


_STEPS: Mapping[str, Callable[[Order, Tell], Result]] = {"run": _run, "collect": _collect, "report": _report}


def _params(order: Order) -> Params:
    """As they were checked: checking them anew would load every control there is."""
    assert order.params is not None, order.step
    return order.params


def _warn_of_latest(folder: Path, tell: Tell) -> None:
    if said := runs.latest_problem(folder):
        tell("note", said)


def _read(order: Order, params: Params, tell: Tell) -> Result:
    """What came of a client of which no more than the snapshot is wanted."""
    from orienteer import snapshot

    folder = _collected(params, order.scheduler, tell)
    runs.ended(folder)
    run = snapshot.open_run(folder)
    return Result(order.name, DONE, str(folder), lost=_lost(run), notes=_notes(run))


def _collected(params: Params, scheduler: str, tell: Tell) -> Path:
    """The client's run folder with a complete snapshot."""
    from orienteer import pipeline

    with _cluster(scheduler) as executor, listening(lambda said: tell("note", said)) as heard:

        def progress(account: str, calls: int) -> None:
            heard()
            tell("calls" if account else "account", calls)

        tell("step", "collecting")
        return pipeline.collect(params, progress, executor, found=lambda entries: tell("accounts", len(entries)))


# --- steps in the process that chapters and the report are forked from


def _judged(folder: Path, triage: Path | None) -> None:
    """Judges a run, which is then ready for its report and held with all facts."""
    from orienteer import pipeline, snapshot

    snapshot.store_strings_for(folder)
    judged = pipeline.judge(folder, triage=triage)
    run = pipeline.begin_report(folder)
    hold(run if judged.estate is None else run.judged_as(judged.estate))


def _begun(folder: Path) -> tuple[Path, tuple[str, ...]]:
    """A judged run's folder, ready for its report, and the chapters that its params ask for."""
    from orienteer import pipeline

    run = pipeline.begin_report(folder)
    return run.path, Params.from_public(run.manifest["params"]).notebooks


def _reported(order: Order, folder: Path, names: tuple[str, ...], server: Server | Spawning, tell: Tell) -> Result:
    """Notebooks, pages, manifest; the code is the first of 3, 1, 4, 0 that holds."""
    from orienteer import books

    told = execute_notebooks(
        folder,
        names or books.names(),
        order.cell_seconds or CELL_SECONDS,
        lambda name: tell("step", name),
        parallel=order.parallel,
    )
    tell("step", "writing the report")
    page, chapters = server.apart(_written, folder, told)
    if order.pdf:
        tell("step", "printing")
        server.apart(_printed, page.parent)
    return server.apart(_finished, order, folder, page, chapters)


def _written(folder: Path, told: Sequence[dict[str, str]]) -> tuple[Path, list[dict[str, str]]]:
    """The first page of a run whose chapters were executed, and what is known of all its chapters."""
    from orienteer import snapshot
    from orienteer.aws.garbage import tuned_gc
    from orienteer.report import pdf
    from orienteer.report.pages import write_report

    run = snapshot.open_run(folder)
    chapters = _with_earlier(run.manifest.get("notebooks", ()), told)
    with tuned_gc():
        page = write_report(run, chapters)
    (page.parent / pdf.NAME).unlink(missing_ok=True)
    return page, chapters


def _printed(report: Path) -> None:
    from orienteer.report import pdf

    pdf.write_pdf(report)


def _finished(order: Order, folder: Path, page: Path, chapters: Sequence[dict[str, str]]) -> Result:
    """What is told of a run whose report is written."""
    from orienteer import pipeline

    return _result(order, pipeline.finish(folder, chapters), page)


def _result(order: Order, run: Run, page: Path) -> Result:
    """What is told of a run with its report."""
    from orienteer import pipeline
    from orienteer.counts import tally

    findings = run.findings
    told = tally(findings)
    faults = [f"notebook {n['name']} failed: {n['error']}" for n in run.manifest["notebooks"] if n["status"] != "ok"]
    faults += [f"control {name} could not judge" for name in run.manifest.get("crashed", ())]
    return Result(
        order.name,
        UNFINISHED if faults else _code(order, findings),
        str(run.path),
        str(page),
        {**told.statuses, **told.apart},
        told.failed,
        _lost(run),
        "; ".join(faults),
        _notes(run),
        pipeline.upload_address(run),
    )


def _notes(run: Run) -> tuple[str, ...]:
    """What a reader of the counts must know: accounts that nobody could list, chapters that are not there."""
    said = []
    if reason := run.manifest.get("accounts_unknown"):
        said.append(f"the organization's other accounts are not known: {reason}")
    if missing := run.manifest.get("missing"):
        said.append(f"the report is not complete: without {', '.join(missing)}")
    return tuple(said)


def _lost(run: Run) -> tuple[str, ...]:
    """The accounts of which nothing could be read, each with what was refused first."""
    from orienteer.report.overview import account_rows

    accounts = account_rows(run.manifest.get("accounts", []), run.coverage)
    return tuple(f"{a['id']} {a['name']}: {a['reason']}" for a in accounts if not a["seen"])


def _with_earlier(earlier: Sequence[dict[str, str]], told: Sequence[dict[str, str]]) -> list[dict[str, str]]:
    """What is known of every notebook of the run, by name: a few that were run again do not make up for the others."""
    known = {one["name"]: one for one in (*earlier, *told)}
    return [known[name] for name in sorted(known)]


def _code(order: Order, findings: Any) -> int:
    """The exit code that was asked for.  A failure that was accepted, or called a false positive, fails nothing."""
    from orienteer.counts import tally
    from orienteer.model import Severity, Status

    levels = [severity.value for severity in Severity]
    grave = levels[: levels.index(order.fail_on) + 1] if order.fail_on else []
    failed = tally(findings).failed
    if any(failed[level] for level in grave):
        return FAILED_ON
    if order.require_complete and (findings["status"] == Status.NOT_ASSESSED.value).any():
        return INCOMPLETE
    return DONE


@contextmanager
def _aws(params: Params) -> Iterator[None]:
    """Where the params file asks for the demo, and no endpoint is set, a demo server of this process's own."""
    if params.demo is None or "AWS_ENDPOINT_URL" in os.environ:
        yield
        return
    from orienteer.demo import serve

    with serve(params.demo.seed) as demo, demo.in_environment():
        yield


@contextmanager
def _cluster(address: str) -> Iterator[Executor | None]:
    """An executor on the Dask cluster at that address.  Raises OrienteerError when it cannot be reached."""
    if not address:
        yield None
        return
    with _client(address) as client:
        yield client.get_executor()


def _client(address: str) -> Any:
    distributed: Any = importlib.import_module("distributed")
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    with Path(os.devnull).open("wb") as nothing, errors_to(nothing.fileno()):  # a client that fails complains twice
        try:
            return distributed.Client(address, timeout="10s", set_as_default=False)
        except (OSError, ValueError, TypeError) as error:
            said = " ".join(str(error).split())[:200]
        gc.collect()
    raise OrienteerError(f"no Dask scheduler answers at {address}: {said}", UNFINISHED)
