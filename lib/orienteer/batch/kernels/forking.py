"""The process that kernels are forked from: `python -m orienteer.batch.kernels.forking`.

It imports what chapters need, then takes orders from the socket that is its standard input.  Each order brings three
open files, the kernel's channel, stdout and stderr, and one line of JSON on the channel: argv, env, cwd.  The answer
there is the kernel's pid, and its exit code once it has ended.  When the other side closes the socket, every kernel is
killed.  Forking is safe as long as there is one thread: with more it says so and ends, and kernels are spawned.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import select
import signal
import socket
import sys
import threading
from pathlib import Path
from typing import Any

from orienteer.batch.imports import load_notebook_schemas

LOADED = (
    "ipykernel.kernelapp",
    "ipykernel.ipkernel",
    "ipykernel.zmqshell",
    "nbformat",
    "orienteer.workbook",
    "plotly.io._base_renderers",
)
"""But `plotly.io._renderers`: it looks, when it is imported, whether it is in a kernel."""
FILES = 3
"""Open files that come with an order: the channel, stdout, stderr."""
THREADS = 4
"""Exit code: there is more than one thread."""


def main() -> None:
    """Forks until the socket closes; in a kernel's process, the kernel."""
    _load()
    if _threads() > 1:
        sys.exit(THREADS)
    control = socket.socket(fileno=os.dup(0))
    order = _orders(control)
    if order is not None:
        _run_kernel(order)


def _load() -> None:
    """Imports and computes once what every chapter would; what is there now is shared by all kernels."""
    gc.disable()
    load_notebook_schemas()
    for name in LOADED:
        importlib.import_module(name)
    from orienteer import controls, tables
    from orienteer.policy.language import actions
    from orienteer.report import charts

    tables.registry()
    controls.registry()
    actions.all_actions()
    charts.nothing("", "").to_plotly_json()
    gc.collect()
    gc.freeze()  # else the collector would write to every shared page
    gc.set_threshold(50_000, 50, 50)
    gc.enable()


def _threads() -> int:
    """Threads of this process, those of libraries counted where the system tells."""
    try:
        return len(list(Path("/proc/self/task").iterdir()))
    except OSError:
        return threading.active_count()


def _orders(control: socket.socket) -> dict[str, Any] | None:
    """Forks a kernel for each order.  None once the socket is closed; in the kernel's process, its order."""
    ended, wakes = os.pipe()
    watched: list[Any] = [control, ended]
    os.set_blocking(wakes, False)
    signal.signal(signal.SIGCHLD, lambda number, frame: None)
    signal.set_wakeup_fd(wakes, warn_on_full_buffer=False)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupt is the business of whoever runs the chapters
    alive: dict[int, socket.socket] = {}
    while True:
        ready, _, _ = select.select(watched, [], [])
        if ended in ready:
            os.read(ended, 512)
            _reap(alive)
        if control in ready:
            sent, files, _, _ = socket.recv_fds(control, 1, FILES)
            if not sent:
                _kill(alive)
                return None
            channel = socket.socket(fileno=files[0])
            order = json.loads(_line(channel))
            pid = os.fork()
            if pid == 0:
                for one in (control, channel, *alive.values()):
                    one.close()
                os.close(ended)
                signal.set_wakeup_fd(-1)
                os.close(wakes)
                return {**order, "files": files[1:]}
            for file in files[1:]:
                os.close(file)
            alive[pid] = channel
            _say(channel, pid)


def _line(channel: socket.socket) -> bytes:
    """One line from the channel; nothing comes after it."""
    told = b""
    while not told.endswith(b"\n"):
        more = channel.recv(65536)
        if not more:
            break
        told += more
    return told


def _say(channel: socket.socket, number: int) -> None:
    """A number as a line; whoever waited for it may be gone."""
    try:
        channel.sendall(b"%d\n" % number)
    except OSError:
        return


def _reap(alive: dict[int, socket.socket]) -> None:
    """Tells the exit code of each kernel that has ended, as subprocess counts: below zero for a signal."""
    while alive:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if not pid:
            return
        channel = alive.pop(pid)
        _say(channel, os.waitstatus_to_exitcode(status))
        channel.close()


def _kill(alive: dict[int, socket.socket]) -> None:
    """Ends every kernel with all it started; they are gone when this returns."""
    for pid in alive:
        for kill in (os.killpg, os.kill):  # one that was forked just now has no group of its own yet
            try:
                kill(pid, signal.SIGKILL)
            except (ProcessLookupError, PermissionError):
                continue
    for pid in alive:
        os.waitpid(pid, 0)


def _run_kernel(order: dict[str, Any]) -> None:
    """Becomes the kernel: a session, an environment and files of its own, then ipykernel as ever."""
    os.setsid()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for source, target in zip((nothing, *order["files"]), (0, 1, 2), strict=True):
        os.dup2(source, target)
        os.close(source)
    os.environ.clear()
    os.environ.update(order["env"])
    os.chdir(order["cwd"])
    sys.argv = ["ipykernel_launcher", *order["argv"]]
    from ipykernel.kernelapp import IPKernelApp

    IPKernelApp.launch_instance(argv=order["argv"])


if __name__ == "__main__":
    main()
