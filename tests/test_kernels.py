"""Kernels of chapters: forked from one process that has imported everything, or spawned where that cannot be."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from jupyter_client.manager import KernelManager

from orienteer.batch.chapters import execute_notebooks
from orienteer.batch.kernels import forking, server
from orienteer.errors import OrienteerError

pytestmark = pytest.mark.skipif(not server.CAN_FORK, reason="kernels are spawned here")

LOOK = """import os, sys
from pathlib import Path
command = Path("/proc/self/cmdline").read_text()
print([("forking" in command), os.getpid(), os.getppid(), "hunter-2" in Path("/proc/self/environ").read_text(),
       "orienteer.workbook" in sys.modules, sorted(os.listdir("/proc/self/fd"))[:3]])"""
FIGURE = "from orienteer.report import charts\ncharts.nothing('A title', 'Nothing.')"


@pytest.fixture
def books(tmp_path: Path) -> Iterator[Path]:
    parameters = nbformat.v4.new_code_cell('run = ""', metadata={"tags": ["parameters"]})
    cells = [parameters, *(nbformat.v4.new_code_cell(source) for source in (LOOK, FIGURE))]
    for name in ("00_one", "01_two"):
        nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / f"{name}.ipynb")
    return tmp_path


def executed(books: Path, run: Path, *names: str) -> list[tuple[list[object], list[object]]]:
    """Of each notebook what LOOK printed, and the outputs of FIGURE."""
    run.mkdir()
    told = execute_notebooks(run, names, source=books)
    assert [one["error"] for one in told] == [""] * len(names)
    found = []
    for name in names:
        *_, look, figure = nbformat.read(run / "notebooks" / f"{name}.ipynb", as_version=4).cells
        found.append((eval(look.outputs[0]["text"]), [dict(o) for o in figure.outputs]))
    return found


def test_each_chapter_has_a_forked_process_of_its_own_that_knows_no_secret(books, monkeypatch):
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hunter-2")
    (one, shown), (two, _) = executed(books, books / "run", "00_one", "01_two")
    assert [one[0], two[0]] == [True, True]
    assert one[1] != two[1]
    assert one[2] == two[2] != os.getpid()
    assert [one[3], one[4]] == [False, True]
    assert not Path(f"/proc/{one[2]}").exists(), "what forks kernels is still there"
    monkeypatch.setattr(server, "CAN_FORK", False)
    [(spawned, same)] = executed(books, books / "spawned", "00_one")
    assert [spawned[0], spawned[4]] == [False, False]
    assert json.dumps(shown) == json.dumps(same)
    assert "application/vnd.plotly.v1+json" in shown[0]["data"]


def test_kernels_are_spawned_where_the_process_that_forks_has_ended(books, monkeypatch):
    """As it does with more than one thread, or where an import of it fails."""
    monkeypatch.setattr(server, "FORKING", ("-c", "import sys; sys.exit(4)"))
    [(look, _)] = executed(books, books / "run", "00_one")
    assert look[0] is False


def test_nothing_is_forked_from_a_process_with_threads():
    program = (
        "import threading; from orienteer.batch.kernels import forking; forking._load = lambda: None;"
        "threading.Thread(target=threading.Event().wait, daemon=True).start(); forking.main()"
    )
    assert subprocess.run([sys.executable, "-c", program], stdin=subprocess.DEVNULL).returncode == forking.THREADS


def test_a_kernel_is_held_like_a_process(tmp_path):
    """Its exit code is that of a subprocess, and it ends with what forked it."""
    with server.serving():
        assert list(server.kernels(tmp_path / "jupyter")) == ["JUPYTER_PATH"]
        kernels = [started(tmp_path, n) for n in range(3)]
        assert [k.poll() for k in kernels] == [None, None, None]
        kernels[0].kill()
        assert (kernels[0].wait(), kernels[0].poll()) == (-signal.SIGKILL, -signal.SIGKILL)
        kernels[1].terminate()
        assert kernels[1].wait() == -signal.SIGTERM
        kernels[1].terminate()
    assert kernels[2].wait() == -signal.SIGKILL
    assert not Path(f"/proc/{kernels[2].pid}").exists()


def started(folder: Path, number: int) -> server.Forked:
    """A kernel that nobody talks to."""
    connection = folder / f"{number}.json"
    KernelManager(
        connection_file=str(connection), transport="ipc", ip=str(folder / str(number))
    ).write_connection_file()
    forks = server.server()
    assert forks is not None
    found = forks.kernel(["-f", str(connection)], dict(os.environ), str(folder), 1, 2)
    assert found is not None
    for _ in range(200):  # until it is one: signals that come before end it in other ways
        if Path(f"/proc/{found.pid}/task").is_dir() and len(list(Path(f"/proc/{found.pid}/task").iterdir())) > 5:
            break
        time.sleep(0.05)
    return found


def test_kernels_end_with_a_batch_that_is_killed(tmp_path):
    program = f"""
import os, sys
from pathlib import Path
sys.path.insert(0, {str(Path(__file__).parents[1])!r})
from orienteer.batch.kernels import server
from tests.test_kernels import started
with server.serving():
    print(started(Path({str(tmp_path)!r}), 1).pid, flush=True)
    sys.stdin.read()
"""
    batch = subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    kernel = int(batch.stdout.readline())
    batch.kill()
    batch.communicate()
    for _ in range(100):
        if not Path(f"/proc/{kernel}").exists() or ") Z " in Path(f"/proc/{kernel}/stat").read_text():
            return
        time.sleep(0.1)
    pytest.fail("the kernel is still there")


def test_the_grammars_of_iris_are_not_compiled_and_can_be_had_later():
    program = (
        "import sys; from orienteer.batch.imports import UNUSED, load_notebook_schemas; load_notebook_schemas();"
        "import nbformat; assert UNUSED not in sys.modules; assert 'jsonschema' in sys.modules;"
        "nbformat.validate(nbformat.v4.new_notebook())"
    )
    assert subprocess.run([sys.executable, "-c", program]).returncode == 0


def test_what_was_done_here_is_found_by_what_is_forked_later(tmp_path, monkeypatch):
    """With the environment and the folder of whoever orders it, output on the caller's own streams, errors raised."""
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hunter-2")
    with server.serving() as forks:
        assert isinstance(forks, server.Server)
        forks.here(keep, "a")
        monkeypatch.chdir(tmp_path)
        forks.keep(keep, word="b")
        assert forks.here(look)[:2] == (["a", "b"], None)
        kept, secret, folder, process = forks.apart(look)
        assert (kept, secret, folder) == (["a", "b"], "hunter-2", str(tmp_path))
        assert process not in (os.getpid(), forks.here(look)[3])
        with pytest.raises(ZeroDivisionError):
            forks.apart(divmod, 1, 0)
        with pytest.raises(ZeroDivisionError):
            forks.here(divmod, 1, 0)
        with pytest.raises(OrienteerError, match="ended at its work"):
            forks.apart(os._exit, 3)
        assert forks.apart(look)[0] == ["a", "b"]
        forks.here(begin_thread)
        assert forks.apart(look)[0] == [], "a process with threads forked"


KEPT: list[str] = []


def keep(word: str) -> None:
    KEPT.append(word)


def look() -> tuple[list[str], str | None, str, int]:
    return KEPT, os.environ.get("AWS_SECRET_ACCESS_KEY"), str(Path.cwd()), os.getpid()


def begin_thread() -> None:
    threading.Thread(target=threading.Event().wait, daemon=True).start()


def test_an_interrupt_ends_what_is_done_here():
    with server.serving() as forks:
        forks.here(abs, 1)
        threading.Timer(0.3, signal.pthread_kill, [threading.get_ident(), signal.SIGINT]).start()
        begun = time.monotonic()
        with pytest.raises(KeyboardInterrupt):
            forks.here(time.sleep, 60)
    assert time.monotonic() - begun < 30


def test_work_is_spawned_where_nothing_can_be_forked(tmp_path, monkeypatch):
    monkeypatch.setattr(server, "CAN_FORK", False)
    with server.serving() as spawns:
        assert isinstance(spawns, server.Spawning)
        assert spawns.here(abs, -1) == spawns.apart(abs, -1) == 1
        spawns.keep(os.mkdir, str(tmp_path / "kept"))
        assert not (tmp_path / "kept").exists(), "work was done for nobody"
        assert (server.server(), server.kernels(tmp_path)) == (None, {})
