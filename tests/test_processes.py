"""Processes that do a part of the work: their environment, their errors, their end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from orienteer.errors import OrienteerError
from orienteer.processes import ONE_HEAP, apart, one_heap, processes


def done(code: int = 0) -> tuple[int, str]:
    if code:
        raise OrienteerError("it cannot be", code)
    return os.getpid(), os.environ.get("AWS_PROFILE", "")


def ended_from_outside() -> None:
    os.kill(os.getpid(), signal.SIGTERM)


def waiting(path: Path) -> None:
    path.write_text(str(os.getpid()))
    os.kill(os.getppid(), signal.SIGINT)
    time.sleep(60)


def test_work_apart_is_done_elsewhere_and_with_the_environment_of_now(monkeypatch):
    for profile in ("first", "second"):
        monkeypatch.setenv("AWS_PROFILE", profile)
        process, told = apart(done, code=0)
        assert told == profile and process != os.getpid()


def test_errors_of_work_apart_are_raised_here():
    with pytest.raises(OrienteerError, match="it cannot be") as caught:
        apart(done, 2)
    assert caught.value.exit_code == 2
    with pytest.raises(OrienteerError, match="was ended") as caught:
        apart(ended_from_outside)
    assert caught.value.exit_code == 3


def test_an_interrupt_ends_work_apart(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        apart(waiting, tmp_path / "pid")
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)


def test_whoever_waits_for_others_does_not_load_pandas():
    """A batch, and a client while its chapters run: a process that has loaded it takes 45 MB more."""
    asked = "import orienteer.batch.client, orienteer.batch.chapters, sys; print('pandas' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True).stdout == "False\n"


def test_an_error_of_the_caller_ends_the_processes_at_once():
    with pytest.raises(KeyboardInterrupt), processes(1) as pool:
        pool.submit(signal.pause)
        pool.submit(os.getpid)
        raise KeyboardInterrupt


def test_processes_begun_together_take_one_heap_and_the_caller_keeps_his_own(monkeypatch):
    (name,) = ONE_HEAP
    asked = [sys.executable, "-c", f"import os; print(os.environ.get({name!r}))"]
    monkeypatch.delenv(name, raising=False)
    with one_heap():
        assert subprocess.run(asked, capture_output=True, text=True).stdout.strip() == "1"
    assert name not in os.environ
    monkeypatch.setenv(name, "4")
    with one_heap():
        assert subprocess.run(asked, capture_output=True, text=True).stdout.strip() == "4"
    assert os.environ[name] == "4"
