"""Stores executed copies of the notebooks in tests/executed, made on the first demo client: `python -m tests.execute`.

The demo is deterministic, so the copies change only when a notebook, a control or the demo does; nbval compares them.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import nbformat
import pytest
from jupyter_client.manager import KernelManager
from nbclient import NotebookClient

from orienteer import books, pipeline
from orienteer.aws.garbage import tuned_gc

HERE = Path(__file__).parent
STORED = HERE / "executed"
CLIENT = HERE.parent / "params" / "demo-nordlicht.yaml"


def collected_run(folder: Path, server: Mapping[str, str] | None = None) -> Path:
    """A run of the first demo client below the folder, collected and not judged.

    By a process of its own, which starts a demo server unless it is given the variables that lead to one.
    """
    given = folder / CLIENT.name
    given.write_text(f"{CLIENT.read_text()}\noutput_dir: {folder}/outputs\n")
    environ = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")} | dict(server or {})
    command = [sys.executable, "-m", "orienteer", "collect", str(given)]
    done = subprocess.run(command, env=environ, check=True, stdout=subprocess.PIPE, text=True)
    return Path(done.stdout.splitlines()[-1])


def finished_run(run: Path) -> Path:
    """The run, judged and finished; its report is not written."""
    pipeline.judge(run)
    return pipeline.finish(run).path


def copied(run: Path, folder: Path) -> Path:
    """A copy of the run folder below another folder."""
    return Path(shutil.copytree(run, folder / "outputs" / run.parent.name / run.name, symlinks=True))


def environment(run: Path, tables: str) -> Mapping[str, str]:
    """What a kernel needs to open that run and to show static or interactive tables."""
    return {**os.environ, "ORIENTEER_RUN": str(run), "ORIENTEER_TABLES": tables}


def faults(run: Path) -> list[str]:
    """What the chapters' cells raise on that run, in this process: kernels would cost more than the cells."""
    from IPython.core.interactiveshell import InteractiveShell

    with pytest.MonkeyPatch.context() as patched, tuned_gc():
        patched.setitem(sys.modules, "__main__", sys.modules["__main__"])  # the shell puts its own there
        shell, found = InteractiveShell.instance(), []
        for variable, value in environment(run, "static").items():
            patched.setenv(variable, value)
        for name in books.names():
            shell.reset()
            for cell in nbformat.read(books.path(name), as_version=4).cells:
                if cell.cell_type == "code":
                    done = shell.run_cell(cell.source)
                    if error := done.error_before_exec or done.error_in_exec:
                        found.append(f"{name} {cell.id}: {error!r}")
    InteractiveShell.clear_instance()
    return found


def main() -> None:
    STORED.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        run = finished_run(collected_run(Path(folder)))
        for name in sys.argv[1:] or books.names():
            notebook = nbformat.read(books.path(name), as_version=4)
            manager = KernelManager(kernel_name="python3", transport="ipc", ip=str(run.parent / name[:3]))
            client = NotebookClient(notebook, timeout=300, km=manager)
            client.execute(env=dict(environment(run, "static")), cleanup_kc=True)  # else its kernel goes on
            for cell in notebook.cells:
                cell.metadata.pop("execution", None)
            nbformat.write(notebook, STORED / f"{name}.ipynb")


if __name__ == "__main__":
    main()
