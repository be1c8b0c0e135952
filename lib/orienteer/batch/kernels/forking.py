"""The process that kernels are forked from: `python -m orienteer.batch.kernels.forking`.

It imports what chapters need, then takes orders from the socket that is its standard input, a byte that says what is
wanted and three open files: a channel, stdout and stderr.  On the channel follows a pickle.

KERNEL  argv, env, cwd of a kernel; the answer is the kernel's pid, and its exit code once it has ended
HERE    a function without parameters, called in this process: whatever is forked later finds what it left
APART   the same with env and cwd, called in a process of its own that is forked for it; the answer of both is a pickled
        pair: what the function returned and None, or None and its error

When the other side closes the socket, all that was forked is killed.  Forking is safe as long as there is one thread:
with more it ends, and kernels are spawned.
"""

from __future__ import annotations

import gc
import importlib
import os
import pickle
import select
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from orienteer.batch.imports import load_kernel_without_debugger, load_notebook_schemas
from orienteer.batch.kernels.server import APART, HERE, KERNEL

LOADED = (
    "ipykernel.kernelapp",
    "ipykernel.ipkernel",
    "ipykernel.zmqshell",
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.logger",
    "IPython.core.oinspect",
    "IPython.extensions.storemagic",
    "nbformat",
    "orienteer.workbook",
    "pandas.core.reshape.reshape",
    "pandas.io.formats.string",
    "plotly.graph_objs.bar.marker._line",
    "plotly.graph_objs.bar.marker._pattern",
    "plotly.graph_objs.heatmap",
    "plotly.graph_objs.layout.annotation._font",
    "plotly.graph_objs.layout.shape._line",
    "plotly.graph_objs.scatter.marker._line",
    "plotly.io._base_renderers",
    "psutil",
    "tornado.platform.asyncio",
)
"""But `plotly.io._renderers`: it looks, when it is imported, whether it is in a kernel."""
FILES = 3
"""Open files that come with an order: the channel, stdout, stderr."""
THREADS = 4
"""Exit code: there is more than one thread."""


def main() -> None:
    """Forks until the socket closes; in a process that was forked, what was ordered of it."""
    _load()
    _fork_alone()
    control = socket.socket(fileno=os.dup(0))
    ordered = _orders(control)
    if ordered is not None:
        ordered()


def _load() -> None:
    """Imports and computes once what every chapter would; what is there now is shared by all kernels."""
    gc.disable()
    load_notebook_schemas()
    load_kernel_without_debugger()
    for name in LOADED:
        importlib.import_module(name)
    pyarrow = importlib.import_module("pyarrow")
    pyarrow.set_cpu_count(1)  # it starts no thread then
    pyarrow.set_memory_pool(pyarrow.system_memory_pool())  # the others keep for themselves what was freed
    from orienteer import controls, tables
    from orienteer.policy.language import actions
    from orienteer.report import charts

    tables.registry()
    controls.registry()
    actions.all_actions()
    charts.nothing("", "").to_plotly_json()
    _settled()


def _settled() -> None:
    """What there is now is left alone by the garbage collector, which would write to every page that forks share.  What
    is garbage by now stays, for a collection costs more than it gives back."""
    gc.freeze()
    gc.set_threshold(50_000, 50, 50)
    gc.enable()


def _fork_alone() -> None:
    """Ends this process where it has more than one thread."""
    if _threads() > 1:
        sys.exit(THREADS)


def _threads() -> int:
    """Threads of this process, those of libraries counted where the system tells."""
    try:
        return len(list(Path("/proc/self/task").iterdir()))
    except OSError:
        return threading.active_count()


def _let_go(sockets: Iterable[socket.socket], ended: int, wakes: int) -> None:
    """Closes, in a process that was forked, what only the one that takes orders needs."""
    for one in sockets:
        one.close()
    os.close(ended)
    signal.set_wakeup_fd(-1)
    os.close(wakes)


def _orders(control: socket.socket) -> Callable[[], None] | None:
    """Does what is ordered.  None once the socket is closed; in a process that was forked, what it has to do."""
    ended, wakes = os.pipe()
    watched: list[Any] = [control, ended]
    os.set_blocking(wakes, False)
    signal.signal(signal.SIGCHLD, lambda number, frame: None)
    signal.set_wakeup_fd(wakes, warn_on_full_buffer=False)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupt is the business of whoever gives orders
    alive: dict[int, socket.socket | None] = {}
    while True:
        ready, _, _ = select.select(watched, [], [])
        if ended in ready:
            os.read(ended, 512)
            _reap(alive)
        if control in ready:
            wanted, files, _, _ = socket.recv_fds(control, 1, FILES)
            if not wanted:
                _kill(alive)
                return None
            channel = socket.socket(fileno=files[0])
            order = pickle.load(channel.makefile("rb"))  # noqa: S301  # from the process that started this one
            if wanted == HERE:
                _answer(channel, order)
                _settled()
                _fork_alone()
            elif (pid := os.fork()) == 0:
                _let_go((control, *filter(None, alive.values())), ended, wakes)
                return partial(_AS[wanted], channel, order, files[1:])
            elif wanted == KERNEL:
                alive[pid] = channel
                _say(channel, b"%d\n" % pid)
            else:
                alive[pid] = None
                channel.close()
            for file in files[1:]:
                os.close(file)


def _say(channel: socket.socket, told: bytes) -> None:
    """Whoever waited for it may be gone."""
    try:
        channel.sendall(told)
    except OSError:
        return


def _answer(channel: socket.socket, order: Mapping[str, Any]) -> None:
    """Calls what was ordered; tells what it returned, or its error."""
    try:
        told = pickle.dumps((order["work"](), None))
    except Exception as error:
        told = pickle.dumps((None, error))
    with channel:
        _say(channel, told)


def _reap(alive: dict[int, socket.socket | None]) -> None:
    """Tells the exit code of each kernel that has ended, as subprocess counts: below zero for a signal."""
    while alive:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if not pid:
            return
        channel = alive.pop(pid)
        if channel is not None:
            _say(channel, b"%d\n" % os.waitstatus_to_exitcode(status))
            channel.close()


def _kill(alive: Mapping[int, object]) -> None:
    """Ends all that was forked, kernels with all they started; they are gone when this returns."""
    for pid in alive:
        for kill in (os.killpg, os.kill):  # a kernel that was forked just now has no group of its own yet
            try:
                kill(pid, signal.SIGKILL)
            except (ProcessLookupError, PermissionError):
                continue
    for pid in alive:
        os.waitpid(pid, 0)


def _begin(order: Mapping[str, Any], files: Sequence[int]) -> None:
    """A process that was forked: nothing to read, output, environment and folder as ordered."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for source, target in zip((nothing, *files), (0, 1, 2), strict=True):
        os.dup2(source, target)
        os.close(source)
    os.environ.clear()
    os.environ.update(order["env"])
    os.chdir(order["cwd"])


def _run_apart(channel: socket.socket, order: Mapping[str, Any], files: Sequence[int]) -> None:
    _begin(order, files)
    _answer(channel, order)
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(0)  # tidying up would touch, and so copy, every page that it shares


def _run_kernel(channel: socket.socket, order: Mapping[str, Any], files: Sequence[int]) -> None:
    """Becomes the kernel, in a session of its own: ipykernel as ever."""
    channel.close()
    os.setsid()
    _begin(order, files)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.argv = ["ipykernel_launcher", *order["argv"]]
    from ipykernel.kernelapp import IPKernelApp

    kernel = IPKernelApp.instance()
    kernel.initialize([*order["argv"], "--HistoryManager.enabled=False"])  # type: ignore[no-untyped-call]
    kernel.start()  # type: ignore[no-untyped-call]
    os._exit(0)  # closing its sockets in order can wait for a thread that is gone, and its outputs were all received


_AS = {KERNEL: _run_kernel, APART: _run_apart}


if __name__ == "__main__":
    main()
