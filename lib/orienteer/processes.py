"""Processes of this machine that do a part of the work and give their memory back when they end."""

from __future__ import annotations

import os
import signal
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import forkserver, get_all_start_methods, get_context, resource_tracker
from multiprocessing.connection import Connection
from multiprocessing.context import BaseContext
from typing import ParamSpec, TypeVar

from orienteer.errors import OrienteerError

SOCKET_PATH = 75  # characters of a temporary folder's path in which sockets still find room
ONE_HEAP = {"MALLOC_ARENA_MAX": "1"}
"""For glibc: by default each thread takes memory from a heap of its own, and what it frees there serves nobody else."""
ENDED = "a process was ended at its work; the same command goes on from there"

P = ParamSpec("P")
T = TypeVar("T")


@contextmanager
def processes(count: int) -> Iterator[ProcessPoolExecutor]:
    """So many processes, with the caller's environment.  They are ended at once where an error leaves the block."""
    pool = ProcessPoolExecutor(count, _context(), _settle, (dict(os.environ),))
    try:
        yield pool
    except BaseException:
        for process in list((pool._processes or {}).values()):
            process.terminate()  # else leaving would wait until they have done their work
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def apart(work: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
    """What the work returns, done in a process of its own, so that what it took of memory is gone afterwards.

    Its errors are raised here, OrienteerError (exit 3) where the process was ended.  An interrupt here ends it.
    """
    context = get_context("spawn")
    mine, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_answer, args=(theirs, work, arguments, named))
    with interrupts_blocked():  # in the process, too: a terminal sends one to all that run in it
        process.start()
    theirs.close()
    try:
        value, error = mine.recv()
    except EOFError as ended:
        raise OrienteerError(ENDED) from ended
    except BaseException:
        process.kill()
        raise
    finally:
        process.join()
        mine.close()
        process.close()
    if error is not None:
        raise error
    return value  # type: ignore[no-any-return]


@contextmanager
def interrupts_blocked() -> Iterator[None]:
    """SIGINT is blocked in this thread and in what it begins, where the system knows such a thing."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    resource_tracker.ensure_running()  # its start lets interrupts through
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)


def _answer(
    channel: Connection, work: Callable[..., object], arguments: tuple[object, ...], named: Mapping[str, object]
) -> None:
    """Sends what the work returns and None, or None and its error."""
    try:
        answer: tuple[object, BaseException | None] = work(*arguments, **named), None
    except Exception as error:
        answer = None, error
    channel.send(answer)


def _settle(environment: Mapping[str, str]) -> None:
    """Gives a process the caller's environment; the fork server has the first run's: its profile, its endpoint."""
    os.environ.clear()
    os.environ.update(environment)


def _context() -> BaseContext:
    """How processes begin: forked from a server that has imported the collector once, else spawned."""
    if "forkserver" not in get_all_start_methods() or len(tempfile.gettempdir()) > SOCKET_PATH:  # it needs a socket
        return get_context("spawn")
    context = get_context("forkserver")
    context.set_forkserver_preload(["orienteer.aws.collect"])
    if threading.current_thread() is threading.main_thread():
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # inherited: an interrupt is this process's business
        forkserver.ensure_running()
        signal.signal(signal.SIGINT, before)
    return context


@contextmanager
def one_heap() -> Iterator[None]:
    """Processes begun in this block, and what they begin, share one heap among their threads unless the caller's
    environment says otherwise."""
    missing = {name: value for name, value in ONE_HEAP.items() if name not in os.environ}
    os.environ.update(missing)
    try:
        yield
    finally:
        for name in missing:
            os.environ.pop(name, None)
