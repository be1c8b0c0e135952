"""The command line.  Commands import what they need when they run, so that `orienteer --help` answers at once."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from orienteer import __version__, terminal
from orienteer.cli_ask import ask
from orienteer.errors import OrienteerError, cannot_go_on, unexpected
from orienteer.words import counted

app = typer.Typer(
    name="orienteer",
    cls=terminal.Commands,
    help="Assess an AWS organization: collect once, judge, explore, hand over.  What could not be seen is said.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(ask)

ParamsFiles = Annotated[list[Path], typer.Argument(metavar="PARAMS...", help="One YAML file per client.")]
RunFolder = Annotated[Path, typer.Argument(metavar="RUN", help="A run folder, such as outputs/acme/latest.")]
AsJson = Annotated[bool, typer.Option("--json", help="As JSON.")]
Notebooks = Annotated[list[str] | None, typer.Option("--notebooks", help="Only these; comma or repeated option.")]
CellSeconds = Annotated[int, typer.Option("--cell-seconds", min=1, help="Time limit of a notebook cell.")]
Accounts = Annotated[list[str] | None, typer.Option("--accounts", help="For a first try: only these account ids.")]
Regions = Annotated[list[str] | None, typer.Option("--regions", help="For a first try: only these regions.")]
Controls = Annotated[list[str] | None, typer.Option("--controls", help="Only these ids: prints, writes nothing.")]
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
    terminal.reports(results)
    raise typer.Exit(batch.exit_code(results))


@app.command()
def check(params: ParamsFiles) -> None:
    """Validate params files; nothing is written, nothing is called."""
    from orienteer import batch

    bad = False
    for path, read in zip(params, batch.looked_at(params), strict=True):
        if isinstance(read, OrienteerError):
            terminal.complain(str(read))
            bad = True
        else:
            typer.echo(f"{path}: good ({read.client.slug})")
    raise typer.Exit(2 if bad else 0)


@app.command()
def run(
    params: ParamsFiles,
    jobs: Annotated[int, typer.Option(min=0, help="Clients at a time; 0: one per core.")] = 0,
    scheduler: Scheduler = "",
    notebooks: Notebooks = None,
    fail_on: Annotated[
        str, typer.Option(help="Exit 1 where a finding this severe or worse failed and was not accepted.")
    ] = "",
    require_complete: Annotated[bool, typer.Option(help="Exit 4 where anything could not be assessed.")] = False,
    cell_seconds: CellSeconds = 300,
    accounts: Accounts = None,
    regions: Regions = None,
) -> None:
    """Assess clients: collect, judge, notebooks, report.  An interrupted run goes on where it stopped."""
    from orienteer import batch

    results = batch.run(
        params,
        jobs,
        scheduler,
        _names(notebooks),
        fail_on=fail_on,
        require_complete=require_complete,
        cell_seconds=cell_seconds,
        accounts=_names(accounts),
        regions=_names(regions),
    )
    terminal.reports(results)
    if page := batch.portfolio(results):
        typer.echo(page)
    raise typer.Exit(batch.exit_code(results))


# --- single steps


@app.command()
def collect(
    params: Annotated[Path, typer.Argument(metavar="PARAMS", help="The client's YAML file.")],
    scheduler: Scheduler = "",
    accounts: Accounts = None,
    regions: Regions = None,
) -> None:
    """Read AWS into a run folder; prints the folder as the last line."""
    from orienteer import batch

    results = batch.run(
        [params], scheduler=scheduler, step="collect", accounts=_names(accounts), regions=_names(regions)
    )
    terminal.faults(results)
    for result in results:
        if result.code == 0:
            terminal.left_out(result)
            typer.echo(result.folder)
    raise typer.Exit(batch.exit_code(results))


@app.command()
def judge(run: RunFolder, controls: Controls = None) -> None:
    """Judge a snapshot again; writes its findings."""
    from orienteer import pipeline, snapshot
    from orienteer.counts import tally

    ids = _names(controls)
    judged = pipeline.judge(run, ids or None)
    if ids:
        columns = ("control_id", "status", "severity", "account_id", "region", "resource_id", "reason")
        rows = judged.findings[list(columns)].fillna("").itertuples(index=False)
        terminal.listed([dict(zip(columns, row, strict=True)) for row in rows], False, columns)
    else:
        found = tally(judged.findings)
        typer.echo(f"{run}: {terminal.counts({**found.statuses, **found.apart})}")
        if snapshot.is_stale(snapshot.open_run(run).manifest):
            typer.echo(f"{run}: its report shows earlier findings; run `orienteer report {run}`")
    for name in judged.crashed:
        terminal.complain(f"control {name} could not judge")
    raise typer.Exit(3 if judged.crashed else 0)


@app.command()
def report(
    run: RunFolder,
    notebooks: Notebooks = None,
    cell_seconds: CellSeconds = 300,
    pdf: Annotated[bool, typer.Option("--pdf", help="Also report/report.pdf, by this machine's Chromium.")] = False,
) -> None:
    """Run the notebooks on a judged run folder and write its report; prints the page to open."""
    from orienteer import batch

    if pdf:
        from orienteer.report.pdf import browser

        browser()  # an error here comes before any work
    names = batch.known_notebooks(_names(notebooks))
    order = batch.Order(str(run), run.resolve().parent.name, "report", names, cell_seconds=cell_seconds, pdf=pdf)
    results = batch.run_orders([order], 1)
    terminal.reports(results)
    raise typer.Exit(batch.exit_code(results))


@app.command()
def triage(
    run: RunFolder,
    plan: Annotated[
        Path, typer.Option("--from", metavar="PLAN", help="findings.xlsx with decisions in its sheet Plan.")
    ],
    to: Annotated[Path | None, typer.Option(help="The triage file; default params/<slug>.triage.yaml.")] = None,
) -> None:
    """Take decisions from a filled-in plan of work into the client's triage file, which `orienteer judge` applies."""
    from orienteer import snapshot
    from orienteer.params import plan as plans
    from orienteer.params.deciding import beside, decide

    opened = snapshot.open_run(run)
    file = to or beside(Path("params"), str(opened.manifest["client"]["slug"]))
    found = plans.decisions(plan, opened.findings)
    told = f"{len(decide(file, found))} in all"
    typer.echo(f"{file}: {counted(len(found), 'decision')} taken over, {told}; run `orienteer judge {run}`")


@app.command()
def diff(
    before: Annotated[Path, typer.Argument(metavar="RUN")],
    after: Annotated[Path, typer.Argument(metavar="RUN")],
    as_json: AsJson = False,
) -> None:
    """What changed between two runs of a client: new, fixed, open, accepted, and what was not looked at again."""
    from orienteer.compare import SHOWN, changes

    rows = changes(before, after)
    terminal.listed(rows, as_json, SHOWN)


@app.command()
def export(
    run: RunFolder,
    form: Annotated[
        str, typer.Option("--format", help="sarif, asff (Security Hub), ocsf, or docx (a summary to edit).")
    ],
    to: Annotated[Path | None, typer.Option(metavar="FILE", help="Where to write; default: standard output.")] = None,
) -> None:
    """The findings of a run in another tool's format, as JSON; or a summary to edit, as a Word document.

    asff gives a list of BatchImportFindings requests, each of one account and region, at most 100 findings in each.
    """
    from orienteer import snapshot
    from orienteer.report.exchange import DOCX, exported

    if form == DOCX and to is None:
        raise OrienteerError("--format docx: say where to write it, with --to FILE", 2)
    text = exported(snapshot.open_run(run), form)
    if to is None:
        typer.echo(text.decode(), nl=False)
    else:
        snapshot.write_bytes(to, text)


@app.command()
def policies(
    run: RunFolder,
    out: Annotated[Path | None, typer.Option(metavar="FOLDER", help="Write each policy there as a JSON file.")] = None,
    as_json: AsJson = False,
) -> None:
    """Organization policies filled for the client: where to attach each, and what it would newly deny and stop."""
    from orienteer import snapshot
    from orienteer.report.policies import kept, policy_rows, write_files

    parts = kept(snapshot.open_run(run))
    if out is not None:
        out.parent.mkdir(parents=True, exist_ok=True)
        write_files(parts, out)
    shown = ("policy", "size", "limit", "attach_to", "newly_denies", "would_stop")
    terminal.listed(policy_rows(parts), as_json, shown)


@app.command()
def lab(
    run: Annotated[Path | None, typer.Argument(metavar="[RUN]", help="Default: the newest below outputs/.")] = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Where to listen; 0: a free one from 8888 on.")] = 0,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Only print the address.")] = False,
) -> None:
    """JupyterLab on a run: its own copies of the chapters, in lab/ of the run folder."""
    from orienteer.books import copied
    from orienteer.snapshot import open_run
    from orienteer.workbook.book import CHOSEN

    environment = dict(os.environ)
    newest = run or max(Path("outputs").glob("*/latest"), key=lambda link: link.resolve().name, default=None)
    if newest is None:
        folder = copied(Path("outputs", "lab"))
    else:
        path = open_run(newest).path
        environment[CHOSEN] = str(path)
        folder = copied(path / "lab", "..")
    command = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={folder.resolve()}"]
    command += [f"--port={port}"] if port else []
    command += ["--no-browser"] if no_browser else []
    if getattr(os, "geteuid", lambda: 1)() == 0:
        command.append("--allow-root")  # in a container there is nobody else
    _become(command, environment)


# --- lists


@app.command()
def controls(as_json: AsJson = False) -> None:
    """The control catalogue."""
    from orienteer.listing import control_rows

    terminal.listed(control_rows(), as_json, ("id", "severity", "category", "notebook", "title"))


@app.command()
def tables(as_json: AsJson = False) -> None:
    """What is read: every table with its calls and columns."""
    from orienteer.listing import table_rows

    terminal.listed(table_rows(), as_json, ("name", "scope", "service", "operations"))


@app.command()
def facts(as_json: AsJson = False) -> None:
    """What tables tell together: one row per bucket, key, principal, ..., which controls judge."""
    from orienteer.listing import fact_rows

    terminal.listed(fact_rows(), as_json, ("name", "doc", "tables"))


@app.command()
def exposures(as_json: AsJson = False) -> None:
    """Resource types that can be opened to others, and how far each is assessed."""
    from orienteer.listing import exposure_rows

    terminal.listed(exposure_rows(), as_json, ("id", "built", "control", "tables"))


@app.command()
def permissions(
    form: Annotated[str, typer.Option("--format", help="policy, policies, cloudformation or terraform.")] = "policy",
    compare: Annotated[
        str, typer.Option(help="Say what SecurityAudit, or the policy document in this file, lacks and has too much.")
    ] = "",
) -> None:
    """The least-privilege permissions of the assessment role, computed from the tables.

    `policy` is one document, `policies` a list of documents that each fit into a managed policy (6,144 characters).
    """
    from orienteer import tables as read
    from orienteer.aws import permissions as needed
    from orienteer.listing import policy_to_compare

    wanted = tuple(read.registry().values())
    if compare:
        document, name = policy_to_compare(compare)
        typer.echo("\n".join(needed.compare(wanted, document).lines(name)))
        return
    forms = {
        "policy": lambda: json.dumps(needed.policy(wanted), indent=2),
        "policies": lambda: json.dumps(needed.policies(wanted), indent=2),
        "cloudformation": lambda: needed.cloudformation(wanted),
        "terraform": lambda: needed.terraform(wanted),
    }
    if form not in forms:
        raise OrienteerError(f"--format: {form!r} is none of {', '.join(forms)}", 2)
    typer.echo(forms[form]().rstrip())
    if form == "policy" and (parts := len(needed.policies(wanted))) > 1:
        text = f"too long for one managed policy of {needed.LIMIT} characters: --format policies prints {parts}"
        typer.echo(text, err=True)


def _become(command: list[str], environment: Mapping[str, str]) -> None:
    """Goes on as that command, which then has the terminal and its interrupts to itself."""
    if os.name == "posix":
        sys.stdout.flush()
        os.execve(command[0], list(command), dict(environment))  # noqa: S606
    import subprocess

    raise typer.Exit(subprocess.call(command, env=environment))  # noqa: S603


def _names(given: Iterable[str] | None) -> list[str]:
    return [name.strip() for text in given or () for name in text.split(",") if name.strip()]


_USAGE: Any = next(kind for kind in typer.BadParameter.__mro__ if kind.__name__ == "ClickException")
"""What a wrong command line raises; newer Typers carry a click of their own, so click's class will not do."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs the command and exits with its code; an expected fault is one line on standard error."""
    terminal.streams()
    try:
        code = app(args=arguments, prog_name="orienteer", standalone_mode=False)
    except OrienteerError as error:
        terminal.complain(str(error))
        code = error.exit_code
    except _USAGE as error:
        context = getattr(error, "ctx", None)
        said = error.format_message().strip()  # empty where the help was printed in its place
        if said:
            end = "" if said.endswith((".", "?", ")")) else "."
            terminal.complain(f"orienteer: {said}{end} See {context.command_path if context else 'orienteer'} --help")
        code = 2
    except (KeyboardInterrupt, typer.Abort):
        code = terminal.interrupted()
    except BrokenPipeError:
        terminal.mute()
        code = 0
    except OSError as error:
        terminal.complain(cannot_go_on(error))
        terminal.mute()
        code = 3
    except Exception as error:
        if os.environ.get("ORIENTEER_DEBUG"):
            raise
        terminal.complain(unexpected(error))
        code = 3
    sys.exit(code if isinstance(code, int) else 0)
