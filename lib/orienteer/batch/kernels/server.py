"""This process's side of the process that forks kernels: start it, order kernels and other work from it."""

from __future__ import annotations

import json
import os
import pickle
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import IO, Any, ParamSpec, TypeVar

from orienteer import processes
from orienteer.errors import OrienteerError

KERNEL_NAME = "python3"
PROVISIONER = "orienteer-forked"
"""The entry point in jupyter_client.kernel_provisioners."""
KERNEL, HERE, APART = b"k", b"h", b"a"
"""What may be ordered of the process that forks."""
LAUNCHER = ("-m", "ipykernel_launcher")
FORKING = ("-m", "orienteer.batch.kernels.forking")
ONE_THREAD = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
}
"""For libraries that would start threads when they are imported."""
CAN_FORK = sys.platform.startswith("linux") and hasattr(os, "fork")
"""macOS has fork, but its own libraries do not outlive one."""
GONE = -int(getattr(signal, "SIGKILL", 9))

P = ParamSpec("P")
T = TypeVar("T")


class Forked:
    """A kernel that another process forked, held like a subprocess.Popen."""

    stdin: None = None
    stdout: None = None
    stderr: None = None

    def __init__(self, pid: int, channel: socket.socket) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._channel = channel

    def poll(self) -> int | None:
        """The exit code, below zero for a signal; None while the kernel runs."""
        return self.returncode if self.returncode is not None else self._heard(socket.MSG_DONTWAIT)

    def wait(self) -> int:
        """The exit code, once the kernel has ended."""
        code = self.returncode if self.returncode is not None else self._heard(0)
        return GONE if code is None else code

    def _heard(self, flags: int) -> int | None:
        try:
            told = self._channel.recv(64, flags)
        except BlockingIOError:
            return None
        except OSError:
            told = b""
        self.returncode = int(told) if told else GONE  # nothing: the process that forks is gone, and kernels with it
        self._channel.close()
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Sends the signal, if the kernel still runs."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(GONE * -1)


class Server:
    """The process that forks.  It imports while this process goes on.

    What is called `here` in it is found by all that it forks later: a run that was opened and judged once serves every
    chapter and the report.  Where it cannot fork, work is done in processes that are spawned for it.
    """

    def __init__(self, env: Mapping[str, str]) -> None:
        self._control, theirs = socket.socketpair()
        with theirs:
            environment = {**env, **ONE_THREAD}
            self._process = subprocess.Popen([sys.executable, *FORKING], stdin=theirs.fileno(), env=environment)  # noqa: S603

    def kernel(
        self, argv: Sequence[str], env: Mapping[str, str], cwd: str, stdout: IO[Any] | int, stderr: IO[Any] | int
    ) -> Forked | None:
        """A new kernel process; None where this server cannot fork any more."""
        argv = [*argv, f"--IPKernelApp.parent_handle={self._process.pid}"]
        channel = self._ordered(KERNEL, {"argv": argv, "env": dict(env), "cwd": cwd}, stdout, stderr)
        told = _line(channel)
        if not told:
            channel.close()
            return None
        return Forked(int(told), channel)

    def keep(self, work: Callable[P, object], *arguments: P.args, **named: P.kwargs) -> None:
        """The same as `here` for work that is done for nothing but what it leaves in memory."""
        self.here(work, *arguments, **named)

    def here(self, work: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
        """What the work returns, done in the process that forks.  Its errors are raised here; an interrupt ends it."""
        try:
            return self._answered(HERE, partial(work, *arguments, **named))
        except KeyboardInterrupt:
            self._process.kill()
            raise

    def apart(self, work: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
        """What the work returns, done in a process that is forked for it, with this process's environment and folder.
        Its errors are raised here."""
        return self._answered(APART, partial(work, *arguments, **named))

    def _answered(self, wanted: bytes, work: Callable[[], T]) -> T:
        order: dict[str, object] = {"work": work}
        if wanted == APART:
            order |= {"env": dict(os.environ), "cwd": str(Path.cwd())}
        with self._ordered(wanted, order, 1, 2) as channel:
            told = b"".join(_received(channel, 65536))
        if not told and self._cannot_fork():
            return processes.apart(work)
        if not told:
            raise OrienteerError(processes.ENDED)
        value, error = pickle.loads(told)  # noqa: S301  # from the process that this one started
        if error is not None:
            raise error
        return value  # type: ignore[no-any-return]

    def _ordered(self, wanted: bytes, order: object, stdout: IO[Any] | int, stderr: IO[Any] | int) -> socket.socket:
        """The channel on which the answer will come; nothing comes where the server is gone."""
        mine, theirs = socket.socketpair()
        files = [f if isinstance(f, int) else f.fileno() for f in (stdout, stderr)]
        with theirs, suppress(OSError):
            socket.send_fds(self._control, [wanted], [theirs.fileno(), *files])
            mine.sendall(pickle.dumps(order))
        return mine

    def _cannot_fork(self) -> bool:
        """Whether it ended of itself: it has threads, or an import failed."""
        try:
            return self._process.wait(1) > 0
        except subprocess.TimeoutExpired:
            return False

    def close(self) -> None:
        """Ends it, and all that it forked and that still runs."""
        self._control.close()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


class Spawning:
    """In place of a Server where nothing can be forked: a process is spawned for each work."""

    def keep(self, work: Callable[P, object], *arguments: P.args, **named: P.kwargs) -> None:
        """Nothing: nobody would find what it leaves in memory."""

    def here(self, work: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
        """What the work returns."""
        return processes.apart(work, *arguments, **named)

    apart = here


def _line(channel: socket.socket) -> bytes:
    """One line, read byte by byte, since the next one may be there already; empty when the other side is gone."""
    told = b""
    for byte in _received(channel, 1):
        told += byte
        if byte == b"\n":
            return told
    return b""


def _received(channel: socket.socket, size: int) -> Iterator[bytes]:
    """What comes, so many bytes at a time, until the other side closes it or is gone."""
    with suppress(ConnectionResetError):
        while told := channel.recv(size):
            yield told


_servers: list[Server] = []


def server() -> Server | None:
    """The server that runs now in this process."""
    return _servers[-1] if _servers else None


@contextmanager
def serving(env: Mapping[str, str] | None = None) -> Iterator[Server | Spawning]:
    """A process that forks, started with these variables (default: this process's, AWS's left out).  While this holds
    it is what `server` gives."""
    if not CAN_FORK or not _registered():
        yield Spawning()
        return
    given = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    started = Server(given if env is None else env)
    _servers.append(started)
    try:
        yield started
    finally:
        _servers.remove(started)
        started.close()


def kernels(folder: Path) -> dict[str, str]:
    """Variables with which kernels named python3 are forked from the server that runs now; none where none does, and
    kernels are spawned as ever.  `folder` takes the kernel's description."""
    if server() is None:
        return {}
    described = folder / "kernels" / KERNEL_NAME
    described.mkdir(parents=True)
    (described / "kernel.json").write_text(json.dumps(_description()), encoding="utf-8")
    return {"JUPYTER_PATH": str(folder)}


def _registered() -> bool:
    """True where the package was installed with its entry point."""
    from importlib.metadata import entry_points

    return bool(entry_points(group="jupyter_client.kernel_provisioners", name=PROVISIONER))


def _description() -> dict[str, Any]:
    return {
        "argv": [sys.executable, *LAUNCHER, "-f", "{connection_file}"],
        "display_name": "Python 3 (ipykernel)",
        "language": "python",
        "metadata": {"kernel_provisioner": {"provisioner_name": PROVISIONER}},
    }
