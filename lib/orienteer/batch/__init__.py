"""Many clients: params checked before anything starts, then one process for each, a few at a time."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib.util import find_spec
from multiprocessing import connection, get_context
from pathlib import Path
from typing import Any, TextIO

from orienteer import books
from orienteer.batch.client import Order, Result, work
from orienteer.batch.progress import Show, shown
from orienteer.errors import BAD_INPUT, DONE, FAILED_ON, INCOMPLETE, INTERRUPTED, UNFINISHED, OrienteerError
from orienteer.params import Params, ParamsError, load, narrowed, triage
from orienteer.params.words import nearest
from orienteer.processes import apart, interrupts_blocked, one_heap

__all__ = ["Order", "Result", "checked", "exit_code", "known_notebooks", "looked_at", "portfolio", "run", "run_orders"]

GRACE_SECONDS = 2.0
GRAVEST_FIRST = (INTERRUPTED, UNFINISHED, BAD_INPUT, FAILED_ON, INCOMPLETE, DONE)


def run(
    paths: Sequence[Path | str],
    jobs: int = 0,
    scheduler: str = "",
    notebooks: Sequence[str] = (),
    *,
    step: str = "run",
    fail_on: str = "",
    require_complete: bool = False,
    cell_seconds: int = 0,
    accounts: Sequence[str] = (),
    regions: Sequence[str] = (),
    stream: TextIO | None = None,
) -> list[Result]:
    """What came of each client, in the order of the paths.  `jobs` 0: as many at a time as there are cores.

    Raises ParamsError or OrienteerError (exit 2) before anything starts when any of the input is bad.
    """
    clients = apart(checked, paths)  # checking loads every control there is, and this process outlives all others
    _options(scheduler, notebooks, fail_on)
    clients = [narrowed(params, accounts, regions) for params in clients]
    if any(params.demo for params in clients) and "AWS_ENDPOINT_URL" not in os.environ:
        _demo_can_start(scheduler)
    common = Order(
        "",
        "",
        step,
        tuple(notebooks),
        scheduler,
        fail_on,
        require_complete,
        cell_seconds=cell_seconds,
    )
    orders = [
        replace(common, path=str(path), name=params.client.slug, params=params)
        for path, params in zip(paths, clients, strict=True)
    ]
    return run_orders(orders, jobs or os.cpu_count() or 1, stream)


def _demo_can_start(scheduler: str) -> None:
    if scheduler:
        raise OrienteerError("the demo organization lives on this machine only; leave --scheduler out", BAD_INPUT)
    if find_spec("moto") is None:
        raise OrienteerError("the demo organization needs the extra demo: pip install 'orienteer[demo]'", BAD_INPUT)


def checked(paths: Sequence[Path | str]) -> list[Params]:
    """The params of every file.  Raises ParamsError with the faults of all of them."""
    found = looked_at(paths)
    if faults := [line for one in found if isinstance(one, ParamsError) for line in one.errors]:
        raise ParamsError(faults)
    return [one for one in found if isinstance(one, Params)]


def looked_at(paths: Sequence[Path | str]) -> list[Params | ParamsError]:
    """The params of every file, or what is wrong with it; also where two files would write to one folder."""
    found: list[Params | ParamsError] = []
    owners: dict[str, str] = {}
    for path in paths:
        try:
            params = load(path)
            _own_folder(path, params, owners)
            if faults := triage.errors(triage.beside(Path(path).parent, params.client.slug)):
                raise ParamsError(faults)
            found.append(params)
        except ParamsError as error:
            found.append(error)
    return found


def _own_folder(path: Path | str, params: Params, owners: dict[str, str]) -> None:
    """Notes whose folder it is.  Raises ParamsError where another file writes to it."""
    root = params.bucket.rstrip("/") or str(Path(params.output_dir).expanduser().resolve())
    folder = f"{root}/{params.client.slug}"
    if folder in owners:
        said = f"client.slug: writes to the folder of {owners[folder]}; give it a slug of its own"
        raise ParamsError([f"{path}:1: {said}"])
    owners[folder] = str(path)


def _options(scheduler: str, notebooks: Iterable[str], fail_on: str) -> None:
    if fail_on:
        from orienteer.model import Severity  # pandas loads with it

        known = [severity.value for severity in Severity]
        if fail_on not in known:
            raise OrienteerError(f"--fail-on: unknown severity {fail_on!r}{nearest(fail_on, known)}", BAD_INPUT)
    known_notebooks(notebooks)
    if scheduler and find_spec("distributed") is None:
        raise OrienteerError("--scheduler needs the dask extra: pip install 'orienteer[dask]'", BAD_INPUT)


def known_notebooks(names: Iterable[str]) -> tuple[str, ...]:
    """The names.  Raises OrienteerError (exit 2) for one that is no notebook's."""
    given = tuple(names)
    for name in given:
        if name not in books.names():
            raise OrienteerError(f"--notebooks: unknown notebook {name!r}{nearest(name, books.names())}", BAD_INPUT)
    return given


def exit_code(results: Iterable[Result]) -> int:
    """The gravest of the clients' exit codes: 130, 3, 2, 1, 4, 0."""
    codes = {result.code for result in results}
    return next((code for code in GRAVEST_FIRST if code in codes), UNFINISHED if codes else DONE)


def portfolio(results: Sequence[Result]) -> Path | None:
    """The page with a line per client, beside the clients' folders; None for one client, and where none was finished.

    It holds data of every client, so it lies in no client's folder.
    """
    folders = [Path(result.folder) for result in results if result.page]
    if len(results) < 2 or not folders or exit_code(results) == INTERRUPTED:
        return None
    from orienteer.report.portfolio import Client, write_portfolio  # pandas loads with it

    clients = [Client(r.name, Path(r.folder) if r.page else None, r.fault) for r in results]
    return write_portfolio(clients, folders[0].parent.parent)


# --- processes


@dataclass(frozen=True)
class _Child:
    order: Order
    process: Any
    channel: connection.Connection


def run_orders(orders: Sequence[Order], jobs: int, stream: TextIO | None = None) -> list[Result]:
    """Each order in a process of its own, `jobs` at a time.  An interrupt ends them all within a few seconds."""
    results: dict[str, Result] = {}
    each = max(1, (os.cpu_count() or 1) // max(1, min(jobs, len(orders))))
    waiting = [replace(order, parallel=min(each, 4)) for order in orders]
    alive: list[_Child] = []
    with _terminable(), shown([order.name for order in orders], stream) as show:
        try:
            while waiting or alive:
                while waiting and len(alive) < jobs:
                    with _no_interrupts():  # so that every order is either waiting or alive
                        alive.append(_started(waiting.pop(0)))
                connection.wait([child.channel for child in alive])
                for child in list(alive):
                    result = _heard(child, show)
                    if result is not None:
                        results[child.order.path] = result
                        alive.remove(child)
        except KeyboardInterrupt:
            _end(alive)
            left = [child.order for child in alive] + waiting
            said = "interrupted; the same command resumes"
            results |= {order.path: Result(order.name, INTERRUPTED, fault=said) for order in left}
    return [results[order.path] for order in orders]


def _started(order: Order) -> _Child:
    context = get_context("spawn")
    mine, theirs = context.Pipe(duplex=False)
    process = context.Process(target=work, args=(order, theirs), name=f"orienteer-{order.name}")
    with one_heap():
        process.start()
    theirs.close()
    return _Child(order, process, mine)


@contextmanager
def _no_interrupts() -> Iterator[None]:
    """Interrupts, and SIGTERM, wait until the block ends, whichever thread of this process takes them.

    A process begun meanwhile inherits that SIGINT is blocked: it would complain at length about one that meets it among
    its imports.  The resource tracker begins before, as its start lets interrupts through.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    met: list[int] = []
    before = {number: signal.signal(number, lambda n, _: met.append(n)) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        with interrupts_blocked():
            yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    for number, handler in before.items():
        if number in met and callable(handler):
            handler(number, None)


def _heard(child: _Child, show: Show) -> Result | None:
    """Shows what the child has sent; its result when it has come to its end, of its own accord or not."""
    try:
        while child.channel.poll():
            event, value = child.channel.recv()
            show(child.order.name, event, value)
            if event == "end":
                child.process.join()
                return value if isinstance(value, Result) else None
    except (EOFError, OSError):
        child.process.join()
        said = f"its process ended without a word (code {child.process.exitcode}); the same command resumes"
        return Result(child.order.name, UNFINISHED, fault=said)
    return None


@contextmanager
def _terminable() -> Iterator[None]:
    """While this holds, SIGTERM ends a batch the way an interrupt does."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _end(children: Sequence[_Child]) -> None:
    """Asks the children to stop, then ends them with everything they started; further interrupts change nothing."""
    with _deaf():
        _ended(children)


@contextmanager
def _deaf() -> Iterator[None]:
    """A second interrupt does nothing: the end is under way, and what it says must be said."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, signal.SIG_IGN) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _ended(children: Sequence[_Child]) -> None:
    for child in children:
        _signalled(child, signal.SIGINT, whole=False)
    until = time.monotonic() + GRACE_SECONDS
    for child in children:
        child.process.join(max(0.0, until - time.monotonic()))
    for child in children:
        _signalled(child, getattr(signal, "SIGKILL", signal.SIGTERM), whole=True)
        child.process.join(1)


def _signalled(child: _Child, number: int, *, whole: bool) -> None:
    """Sends the signal to the child or, `whole`, to its process group."""
    try:
        if whole and hasattr(os, "killpg"):
            os.killpg(child.process.pid, number)
        elif child.process.is_alive():
            os.kill(child.process.pid, number)
    except (ProcessLookupError, PermissionError):
        return
