"""This process's side of the process that forks kernels: start it, order kernels, hold them like a subprocess."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

KERNEL = "python3"
PROVISIONER = "orienteer-forked"
"""The entry point in jupyter_client.kernel_provisioners."""
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
    """The process that forks.  It imports while this process goes on."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self._control, theirs = socket.socketpair()
        with theirs:
            environment = {**env, **ONE_THREAD}
            self._process = subprocess.Popen([sys.executable, *FORKING], stdin=theirs.fileno(), env=environment)  # noqa: S603

    def kernel(
        self, argv: Sequence[str], env: Mapping[str, str], cwd: str, stdout: IO[Any] | int, stderr: IO[Any] | int
    ) -> Forked | None:
        """A new kernel process; None where this server cannot fork any more."""
        mine, theirs = socket.socketpair()
        files = [f if isinstance(f, int) else f.fileno() for f in (stdout, stderr)]
        argv = [*argv, f"--IPKernelApp.parent_handle={self._process.pid}"]
        order = {"argv": argv, "env": dict(env), "cwd": cwd}
        try:
            with theirs:
                socket.send_fds(self._control, [b"k"], [theirs.fileno(), *files])
                mine.sendall(json.dumps(order).encode() + b"\n")
            told = _line(mine)
        except OSError:
            told = b""
        if not told:
            mine.close()
            return None
        return Forked(int(told), mine)

    def close(self) -> None:
        """Ends it, and every kernel that still runs."""
        self._control.close()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def _line(channel: socket.socket) -> bytes:
    """One line, read byte by byte, since the next one may be there already; empty when the other side is gone."""
    told = b""
    while not told.endswith(b"\n"):
        byte = channel.recv(1)
        if not byte:
            return b""
        told += byte
    return told


_servers: list[Server] = []


def server() -> Server | None:
    """The server that runs now in this process."""
    return _servers[-1] if _servers else None


@contextmanager
def forked_kernels(folder: Path, env: Mapping[str, str] | None = None) -> Iterator[dict[str, str]]:
    """While this holds, kernels named python3 are forked for whoever has these variables in the environment.

    `folder` takes the kernel's description.  Where kernels cannot be forked there are no variables, and they are
    spawned as ever.
    """
    if not CAN_FORK or not _registered():
        yield {}
        return
    described = folder / "kernels" / KERNEL
    described.mkdir(parents=True)
    (described / "kernel.json").write_text(json.dumps(_description()), encoding="utf-8")
    started = Server(os.environ if env is None else env)
    _servers.append(started)
    try:
        yield {"JUPYTER_PATH": str(folder)}
    finally:
        _servers.remove(started)
        started.close()


def _registered() -> bool:
    """True where the package was installed with its entry point."""
    from importlib.metadata import entry_points

    return bool(entry_points(group="jupyter_client.kernel_provisioners", name=PROVISIONER))


def _description() -> dict[str, Any]:
    return {
        "argv": [sys.executable, *LAUNCHER, "-f", "{connection_file}"],
        "display_name": "Python 3 (ipykernel)",
        "language": "python",
        "metadata": {"debugger": True, "kernel_provisioner": {"provisioner_name": PROVISIONER}},
    }
