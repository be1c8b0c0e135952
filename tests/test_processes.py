"""Processes that do a part of the work: their environment, their errors, their end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from orienteer.errors import OrienteerError
from orienteer.processes import ONE_HEAP, apart, one_heap, processes


def written(path: Path, code: int = 0) -> None:
    path.write_text(f"{os.getpid()} {os.environ.get('AWS_PROFILE', '')}")
    if code:
        raise OrienteerError("it cannot be", code)


def ended_from_outside() -> None:
    os.kill(os.getpid(), signal.SIGTERM)


def test_work_apart_is_done_elsewhere_and_with_the_environment_of_now(tmp_path, monkeypatch):
    for profile in ("first", "second"):  # the server that forks knows the first one's
        monkeypatch.setenv("AWS_PROFILE", profile)
        apart(written, tmp_path / "told", code=0)
        process, told = (tmp_path / "told").read_text().split()
        assert told == profile and int(process) != os.getpid()


def test_errors_of_work_apart_are_raised_here(tmp_path):
    with pytest.raises(OrienteerError, match="it cannot be") as caught:
        apart(written, tmp_path / "told", 2)
    assert caught.value.exit_code == 2
    with pytest.raises(OrienteerError, match="was ended") as caught:
        apart(ended_from_outside)
    assert caught.value.exit_code == 3


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
