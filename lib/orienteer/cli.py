"""The command line.  Commands import what they need when they run, so that `orienteer --help` answers at once."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from orienteer import __version__
from orienteer.errors import OrienteerError, cannot_go_on, unexpected

if TYPE_CHECKING:
    from orienteer.batch import Result

app = typer.Typer(
    name="orienteer",
    help="Assess an AWS organization: collect once, judge, explore, hand over.  What could not be seen is said.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

ParamsFiles = Annotated[list[Path], typer.Argument(metavar="PARAMS...", help="One YAML file per client.")]
RunFolder = Annotated[Path, typer.Argument(metavar="RUN", help="A run folder, such as outputs/acme/latest.")]
AsJson = Annotated[bool, typer.Option("--json", help="As JSON.")]
Notebooks = Annotated[list[str] | None, typer.Option("--notebooks", help="Only these; comma or repeated option.")]
CellSeconds = Annotated[int, typer.Option("--cell-seconds", min=1, help="Time limit of a notebook cell.")]
Scheduler = Annotated[str, typer.Option("--scheduler", help="A Dask scheduler that lends its workers.")]


@app.callback(invoke_without_command=True)
def orienteer(version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False) -> None:
    """Assess an AWS organization: collect once, judge, explore, hand over.  What could not be seen is said."""
    if version:
        typer.echo(__version__)
        raise typer.Exit


# --- the whole way


@app.command()
def demo(client: Annotated[str, typer.Option(help="nordlicht or harbour.")] = "nordlicht") -> None:
    """A made-up organization on this machine, assessed the whole way; prints the page to open."""
    from orienteer import batch, books

    path = books.example(f"demo-{client}")
    if not path.is_file():
        raise OrienteerError(f"no demo client is called {client!r}", 2)
    results = batch.run([path])
    _report_results(results)
    raise typer.Exit(batch.exit_code(results))


@app.command()
def check(params: ParamsFiles) -> None:
    """Validate params files; nothing is written, nothing is called."""
    from orienteer import batch

    for path, read in zip(params, batch.checked(params), strict=True):
        typer.echo(f"{path}: good ({read.client.slug})")


@app.command()
def run(
    params: ParamsFiles,
    jobs: Annotated[int, typer.Option(min=0, help="Clients at a time; 0: one per core.")] = 0,
    scheduler: Scheduler = "",
    notebooks: Notebooks = None,
    fail_on: Annotated[str, typer.Option(help="Exit 1 where a finding of this severity or a graver one failed.")] = "",
    require_complete: Annotated[bool, typer.Option(help="Exit 4 where anything could not be assessed.")] = False,
    cell_seconds: CellSeconds = 300,
) -> None:
    """Assess clients: collect, judge, notebooks, report.  An interrupted run goes on where it stopped."""
    from orienteer import batch

    results = batch.run(
        params, jobs, scheduler, _names(notebooks), fail_on=fail_on, require_complete=require_complete,
        cell_seconds=cell_seconds,
    )  # fmt: skip
    _report_results(results)
    raise typer.Exit(batch.exit_code(results))


# --- single steps


@app.command()
def collect(
    params: Annotated[Path, typer.Argument(metavar="PARAMS", help="The client's YAML file.")], scheduler: Scheduler = ""
) -> None:
    """Read AWS into a run folder; prints the folder."""
    from orienteer import batch

    results = batch.run([params], scheduler=scheduler, step="collect")
    _told(results)
    for result in results:
        if result.code == 0:
            typer.echo(result.folder)
    raise typer.Exit(batch.exit_code(results))


@app.command()
def judge(run: RunFolder) -> None:
    """Judge a snapshot again; writes its findings."""
    from orienteer import pipeline

    judged = pipeline.judge(run)
    counts = judged.findings["status"].value_counts()
    typer.echo(f"{run}: {_counts({str(status): int(n) for status, n in counts.items()})}")
    for name in judged.crashed:
        _complain(f"control {name} could not judge")
    raise typer.Exit(3 if judged.crashed else 0)


@app.command()
def report(
    run: RunFolder,
    notebooks: Notebooks = None,
    allow_partial: Annotated[
        bool, typer.Option(help="Also of a run that was collected and judged, but not finished.")
    ] = False,
    cell_seconds: CellSeconds = 300,
) -> None:
    """Run the notebooks on a judged run folder and write its report; prints the page to open."""
    from orienteer import batch

    names = batch.known_notebooks(_names(notebooks))
    order = batch.Order(
        str(run), run.resolve().parent.name, "report", names, allow_partial=allow_partial, cell_seconds=cell_seconds
    )
    results = batch.run_orders([order], 1)
    _report_results(results)
    raise typer.Exit(batch.exit_code(results))


@app.command()
def diff(
    before: Annotated[Path, typer.Argument(metavar="RUN")],
    after: Annotated[Path, typer.Argument(metavar="RUN")],
    as_json: AsJson = False,
) -> None:
    """What changed between two runs of a client: new, gone and changed findings."""
    from orienteer.compare import changes

    rows = changes(before, after)
    _listed(rows, as_json, ("change", "control_id", "account_id", "region", "resource_id", "before", "after"))


@app.command()
def lab(
    run: Annotated[Path | None, typer.Argument(metavar="[RUN]", help="Default: the newest below outputs/.")] = None,
) -> None:
    """JupyterLab on the notebooks."""
    from orienteer import books

    environment = dict(os.environ)
    newest = run or max(Path("outputs").glob("*/latest"), key=lambda link: link.resolve().name, default=None)
    if newest is not None:
        from orienteer.snapshot import open_run
        from orienteer.workbook.book import CHOSEN

        environment[CHOSEN] = str(open_run(newest).path)
    command = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={books.folder()}"]
    if getattr(os, "geteuid", lambda: 1)() == 0:
        command.append("--allow-root")  # in a container there is nobody else
    _become(command, environment)


# --- lists


@app.command()
def controls(as_json: AsJson = False) -> None:
    """The control catalogue."""
    from orienteer.listing import control_rows

    _listed(control_rows(), as_json, ("id", "severity", "category", "notebook", "title"))


@app.command()
def tables(as_json: AsJson = False) -> None:
    """What is read: every table with its calls and columns."""
    from orienteer.listing import table_rows

    _listed(table_rows(), as_json, ("name", "scope", "service", "operations"))


@app.command()
def exposures(as_json: AsJson = False) -> None:
    """Resource types that can be opened to others, and how far each is assessed."""
    from orienteer.listing import exposure_rows

    _listed(exposure_rows(), as_json, ("id", "built", "control", "tables"))


@app.command()
def permissions(
    form: Annotated[str, typer.Option("--format", help="policy, cloudformation or terraform.")] = "policy",
) -> None:
    """The least-privilege permissions of the assessment role, computed from the tables."""
    from orienteer import tables as read
    from orienteer.aws import permissions as needed

    wanted = tuple(read.registry().values())
    forms = {
        "policy": lambda: json.dumps(needed.policy(wanted), indent=2),
        "cloudformation": lambda: needed.cloudformation(wanted),
        "terraform": lambda: needed.terraform(wanted),
    }
    if form not in forms:
        raise OrienteerError(f"--format: {form!r} is none of {', '.join(forms)}", 2)
    typer.echo(forms[form]().rstrip())


def _become(command: list[str], environment: Mapping[str, str]) -> None:
    """Goes on as that command, which then has the terminal and its interrupts to itself."""
    if os.name == "posix":
        sys.stdout.flush()
        os.execve(command[0], list(command), dict(environment))  # noqa: S606
    import subprocess

    raise typer.Exit(subprocess.call(command, env=environment))  # noqa: S603


# --- saying it


def _names(given: Iterable[str] | None) -> list[str]:
    return [name.strip() for text in given or () for name in text.split(",") if name.strip()]


def _complain(text: str) -> None:
    typer.echo(text, err=True)


def _told(results: Sequence[Result]) -> None:
    for result in results:
        if result.fault:
            _complain(f"{result.name}: {result.fault}")


def _report_results(results: Sequence[Result]) -> None:
    _told(results)
    for result in results:
        if result.page:
            said = _counts(result.statuses)
            grave = ", ".join(f"{result.failures[s]} {s}" for s in _SEVERITIES if result.failures.get(s))
            typer.echo(f"{result.name}: {said}{f' (failed: {grave})' if grave else ''}")
            for account in result.lost[:_LOST]:
                typer.echo(f"{result.name}: could not be read: {_cell(account)}")
            if len(result.lost) > _LOST:
                typer.echo(f"{result.name}: nor could {len(result.lost) - _LOST} more accounts")
            typer.echo(result.page)


_SEVERITIES = ("critical", "high", "medium", "low", "info")
_LOST = 5
"""How many accounts that could not be read are named before the rest is counted."""
_STATUSES = {"FAIL": "failed", "PASS": "passed", "MANUAL": "to be answered", "NOT_ASSESSED": "not assessed"}


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{counts.get(status, 0)} {words}" for status, words in _STATUSES.items())


def _listed(rows: Sequence[Mapping[str, Any]], as_json: bool, columns: Sequence[str]) -> None:
    """Rows as JSON, as a table on a terminal, or tab-separated where something reads them."""
    if as_json:
        typer.echo(json.dumps(rows, indent=1, ensure_ascii=False))
        return
    cells = [[_cell(row[column]) for column in columns] for row in rows]
    if not sys.stdout.isatty():
        typer.echo("\n".join("\t".join(row) for row in [list(columns), *cells]))
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(*columns, box=None)
    for row in cells:
        table.add_row(*(Text(cell) for cell in row))
    Console().print(table)


def _cell(value: Any) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return "".join(c if c.isprintable() else " " for c in text)


_USAGE: Any = next(kind for kind in typer.BadParameter.__mro__ if kind.__name__ == "ClickException")
"""What a wrong command line raises; newer Typers carry a click of their own, so click's class will not do."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs the command and exits with its code; an expected fault is one line on standard error."""
    try:
        code = app(args=arguments, prog_name="orienteer", standalone_mode=False)
    except OrienteerError as error:
        _complain(str(error))
        code = error.exit_code
    except _USAGE as error:
        context = getattr(error, "ctx", None)
        said = error.format_message().strip()  # empty where the help was printed in its place
        if said:
            end = "" if said.endswith((".", "?", ")")) else "."
            _complain(f"orienteer: {said}{end} See {context.command_path if context else 'orienteer'} --help")
        code = 2
    except (KeyboardInterrupt, typer.Abort):
        _complain("interrupted")
        code = 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except OSError as error:
        _complain(cannot_go_on(error))
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what it still holds would fail again
        code = 3
    except Exception as error:
        if os.environ.get("ORIENTEER_DEBUG"):
            raise
        _complain(unexpected(error))
        code = 3
    sys.exit(code if isinstance(code, int) else 0)
