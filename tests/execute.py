"""Stores executed copies of the notebooks in tests/executed, made on the first demo client: `python -m tests.execute`.

The demo is deterministic, so the copies change only when a notebook, a control or the demo does; nbval compares them.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import nbformat
from jupyter_client.manager import KernelManager
from nbclient import NotebookClient

from orienteer import books, params, pipeline

HERE = Path(__file__).parent
STORED = HERE / "executed"
CLIENT = HERE.parent / "params" / "demo-nordlicht.yaml"


@contextmanager
def demo_run() -> Iterator[Path]:
    """A finished run of the first demo client in a temporary folder; its report is not written."""
    from orienteer.demo import serve

    with tempfile.TemporaryDirectory() as folder:
        given = Path(folder, CLIENT.name)
        given.write_text(f"{CLIENT.read_text()}\noutput_dir: {folder}/outputs\n")
        with serve(1) as demo, demo.in_environment():
            run = pipeline.collect(params.load(given))
        pipeline.judge(run)
        yield pipeline.finish(run).path


def environment(run: Path, tables: str) -> Mapping[str, str]:
    """What a kernel needs to open that run and to show static or interactive tables."""
    return {**os.environ, "ORIENTEER_RUN": str(run), "ORIENTEER_TABLES": tables}


def main() -> None:
    STORED.mkdir(exist_ok=True)
    with demo_run() as run:
        for name in sys.argv[1:] or books.names():
            notebook = nbformat.read(books.path(name), as_version=4)
            manager = KernelManager(kernel_name="python3", transport="ipc", ip=str(run.parent / name[:3]))
            client = NotebookClient(notebook, timeout=300, km=manager)
            client.execute(env=dict(environment(run, "static")))
            for cell in notebook.cells:
                cell.metadata.pop("execution", None)
            nbformat.write(notebook, STORED / f"{name}.ipynb")


if __name__ == "__main__":
    main()
