"""The notebooks of a run, executed by papermill: real kernels, one fixed parameter, a time limit for each cell."""

from __future__ import annotations

import json
import logging
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, chdir, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orienteer import books
from orienteer.batch.imports import load_notebook_schemas, load_papermill
from orienteer.batch.kernels.server import kernels, server, serving
from orienteer.batch.quiet import errors_to
from orienteer.errors import OrienteerError
from orienteer.files import RUN_IN_PROGRESS

if TYPE_CHECKING:
    from orienteer.snapshot import Run

CELL_SECONDS = 300
START_SECONDS = 90
SAVED_ONCE = "orienteer-saved-once"
SOCKET_ROOM = 65
"""Characters of a folder's path in which a kernel's sockets still find room: 107 is what the system takes."""


def execute_notebooks(
    run: Path,
    names: Sequence[str],
    cell_seconds: int = CELL_SECONDS,
    begun: Callable[[str], None] = lambda name: None,
    source: Path | None = None,
    parallel: int = 1,
) -> list[dict[str, str]]:
    """Executes the named notebooks on a run folder into its notebooks/.  One {name, status, error} for each.

    `status` is ok or failed; a notebook that fails is kept with a mark in its first cell, and the next goes on.
    `source` is the folder of the notebooks; default those that belong to this code.  `parallel` at a time.  Kernels are
    forked from the server that runs now; without one, from one of this call's own, which opens the run once for all.
    """
    run = run.resolve()
    target = run / "notebooks"
    target.mkdir(mode=0o700, exist_ok=True)

    def executed(name: str) -> dict[str, str]:
        begun(name)
        error = _execute(name, run, target, folder, cell_seconds, source)
        return {"name": name, "status": "failed" if error else "ok", "error": error}

    with ExitStack() as stack:
        if server() is None:
            stack.enter_context(serving()).keep(held, run, len(names) > 1)
        folder, pool = stack.enter_context(_workplace(run)), stack.enter_context(ThreadPoolExecutor(parallel))
        _papermill()  # before the threads, which would import it at once

        return list(pool.map(executed, names))


def held(folder: Path, facts: bool) -> None:
    """Opens a run for this process and those forked from it, with all its `facts` where several will ask for them.  A
    folder that is no run, or not judged, is left to the notebooks."""
    from orienteer import snapshot
    from orienteer.facts import registry

    snapshot.store_strings_for(folder)
    with suppress(OrienteerError):
        run = snapshot.open_run(folder)
        for name in registry() if facts else ():
            run.estate.source(name)
        hold(run)


def hold(run: Run) -> None:
    """The same with a run that is open, and with what every chapter asks of it."""
    from orienteer import snapshot

    snapshot.hold(run)
    for every in ("account_names", "coverage", "findings", "issues"):
        getattr(run, every)


def _papermill() -> Any:
    """Papermill, with an engine that leaves writing to it: by default one writes before and after every cell.  A
    notebook that was broken off is written by the engine, since papermill does not come to it."""
    load_notebook_schemas()
    papermill = load_papermill()  # two seconds of imports, which only this step needs
    from papermill.engines import NBClientEngine, papermill_engines

    class SavedOnce(NBClientEngine):  # type: ignore[misc]
        @classmethod
        def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **options: Any) -> None:
            path, nb_man.output_path = nb_man.output_path, None
            with ExitStack() as broken_off:
                broken_off.callback(setattr, nb_man, "output_path", path)
                super().execute_managed_notebook(nb_man, kernel_name, **options)
                broken_off.pop_all()

    papermill_engines.register(SAVED_ONCE, SavedOnce)
    return papermill


@contextmanager
def _workplace(run: Path) -> Iterator[Path]:
    """An empty private folder for kernels: their sockets, their settings, their working directory.

    What a user's Jupyter and IPython profiles would add stays out, and so do AWS credentials: notebooks read the
    run folder only.
    """
    before = dict(os.environ)
    with tempfile.TemporaryDirectory(prefix="orienteer-", dir=_short_folder(), ignore_cleanup_errors=True) as name:
        for variable in [v for v in os.environ if v.startswith("AWS_")]:
            del os.environ[variable]
        os.environ |= {
            "JUPYTER_RUNTIME_DIR": name,
            "JUPYTER_CONFIG_DIR": f"{name}/config",
            "JUPYTER_PREFER_ENV_PATH": "1",
            "IPYTHONDIR": f"{name}/ipython",
            "PYDEVD_DISABLE_FILE_VALIDATION": "1",
            RUN_IN_PROGRESS: str(run),
        }
        work = Path(name, "work")
        work.mkdir()
        try:
            with (
                Path(name, "stderr").open("wb") as file,
                errors_to(file.fileno()),
                chdir(work),
            ):
                os.environ |= kernels(Path(name, "jupyter"))
                yield work
        finally:
            os.environ.clear()
            os.environ.update(before)


def _short_folder() -> str | None:
    """Where the temporary folder may lie so that the path of a socket in it is not too long; None: where it always
    lies."""
    if len(tempfile.gettempdir()) <= SOCKET_ROOM:
        return None
    return next((name for name in ("/tmp", "/var/tmp", "/dev/shm") if os.access(name, os.W_OK | os.X_OK)), None)  # noqa: S108


def _execute(name: str, run: Path, target: Path, work: Path, cell_seconds: int, source: Path | None) -> str:
    """Empty when the notebook ran to its end, else why not.  The output appears under its name when it is whole."""
    import papermill
    from traitlets.config import Config

    logging.getLogger("papermill").setLevel(logging.ERROR)
    made = target / f".{name}.tmp.ipynb"
    sockets = {"transport": "ipc", "ip": str(work.parent / name[:3])} if sys.platform != "win32" else {}
    error = ""
    try:
        papermill.execute_notebook(
            str(books.path(name, source)),
            str(made),
            parameters={"run": str(run)},
            engine_name=SAVED_ONCE,
            kernel_name="python3",
            language="python",
            progress_bar=False,
            start_timeout=START_SECONDS,
            execution_timeout=cell_seconds,
            config=Config({"KernelManager": sockets}),
        )
    except Exception as raised:
        error = _told(raised, cell_seconds)
    if made.exists():
        if error:
            _mark(made, error)
        made.chmod(0o600)
        made.replace(target / f"{name}.ipynb")
    return error


def _told(error: Exception, cell_seconds: int) -> str:
    """The failure in one line."""
    kind = type(error).__name__
    if kind == "PapermillExecutionError":
        return _one_line(f"cell {error.exec_count}: {error.ename}: {error.evalue}")  # type: ignore[attr-defined]
    if kind == "CellTimeoutError":
        return f"a cell ran for more than {cell_seconds} s and was stopped"
    if kind == "DeadKernelError":
        return "the kernel died"
    return _one_line(f"{kind}: {error}")


def _one_line(text: str) -> str:
    return " ".join(text.split())[:400]


def _mark(path: Path, error: str) -> None:
    """Puts the failure into the notebook's first cell and metadata: papermill leaves none when a kernel dies."""
    try:
        book = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:  # cut in the middle of writing
        book = {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    text = f"    This notebook did not finish, so what follows is not whole: {error}"
    note = {"cell_type": "markdown", "id": "did-not-finish", "metadata": {}, "source": [text]}
    book["cells"].insert(0, note)
    book["metadata"]["orienteer"] = {"status": "failed", "error": error}
    path.write_text(json.dumps(book, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def failed(told: Sequence[Mapping[str, str]]) -> tuple[str, ...]:
    """Names of the notebooks that failed."""
    return tuple(one["name"] for one in told if one["status"] != "ok")
