"""What commands print: lists, what came of each client, faults.  One line for each thing said."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperGroup

from orienteer.errors import INTERRUPTED
from orienteer.model import Severity

if TYPE_CHECKING:
    from orienteer.batch import Result

SEVERITIES = tuple(severity.value for severity in Severity)
LOST = 5
"""How many accounts that could not be read are named before the rest is counted."""
STATUSES = {"FAIL": "failed", "PASS": "passed", "MANUAL": "to be answered", "NOT_ASSESSED": "not assessed"}
APART = {"answered": "answered", "accepted": "accepted", "false_positive": "called false positive"}
"""Counted apart, and told where there are any."""


class Commands(TyperGroup):
    """Commands that raise Abort where they are interrupted: newer Typers would end with 130 and say nothing."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as met:
            raise typer.Abort from met


def complain(text: str) -> None:
    """A line on standard error."""
    typer.echo(text, err=True)


def faults(results: Sequence[Result]) -> None:
    """What kept each client from its end."""
    if any(result.code == INTERRUPTED for result in results):
        ignore_interrupts()
    for result in results:
        if result.fault:
            complain(f"{result.name}: {result.fault}")


def reports(results: Sequence[Result]) -> None:
    """Faults, then for each report its counts, what they leave out, and the page to open."""
    faults(results)
    for result in results:
        if result.page:
            grave = ", ".join(f"{result.failures[s]} {s}" for s in SEVERITIES if result.failures.get(s))
            typer.echo(f"{result.name}: {counts(result.statuses)}{f' (failed: {grave})' if grave else ''}")
            left_out(result)
            typer.echo(result.page)
            if result.uploaded:
                typer.echo(result.uploaded)


def left_out(result: Result) -> None:
    """The accounts that could not be read, and whatever else the counts do not show."""
    for account in result.lost[:LOST]:
        typer.echo(f"{result.name}: could not be read: {cell(account)}")
    if len(result.lost) > LOST:
        typer.echo(f"{result.name}: nor could {len(result.lost) - LOST} more accounts")
    for note in result.notes:
        typer.echo(f"{result.name}: {cell(note)}")


def counts(found: Mapping[str, int]) -> str:
    """Statuses and how often each: 3 failed, 12 passed, ..."""
    apart = {name: words for name, words in APART.items() if found.get(name)}
    return ", ".join(f"{found.get(status, 0)} {words}" for status, words in (STATUSES | apart).items())


def listed(rows: Sequence[Mapping[str, Any]], as_json: bool, columns: Sequence[str]) -> None:
    """Rows as JSON, as a table on a terminal, or tab-separated where something reads them."""
    if as_json:
        typer.echo(json.dumps(rows, indent=1, ensure_ascii=False))
        return
    cells = [[cell(row[column]) for column in columns] for row in rows]
    if not sys.stdout.isatty():
        typer.echo("\n".join("\t".join(row) for row in [list(columns), *cells]))
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(*columns, box=None)
    for row in cells:
        table.add_row(*(Text(text) for text in row))
    Console().print(table)


def cell(value: Any) -> str:
    """The value as text on one line, with nothing in it that moves a cursor."""
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return "".join(c if c.isprintable() else " " for c in text)


def interrupted() -> int:
    """Says so; the exit code."""
    ignore_interrupts()
    complain("interrupted")
    return INTERRUPTED


def ignore_interrupts() -> None:
    """An interrupted process is about to end; a further interrupt would cost what it says, and its exit code."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def streams() -> None:
    """Standard streams that were closed lead nowhere, so that nothing fails for want of a reader."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115, PTH123


def mute() -> None:
    """What standard output still holds goes nowhere: writing it would fail again."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
