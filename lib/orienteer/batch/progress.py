"""How a batch shows what it does: one bar per client on a terminal, plain lines otherwise."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TextIO

Show = Callable[[str, str, Any], None]
"""Called with client, event and value: accounts (how many there are), account (so many more are done, read or refused),
calls (so many more were answered), step (what is done now), note (a line to read), end."""


@contextmanager
def shown(names: Sequence[str], stream: TextIO | None = None) -> Iterator[Show]:
    """Bars where the stream is a terminal, else lines."""
    out = stream or sys.stderr
    if not out.isatty():
        yield lines(out)
        return
    with bars(names, out) as show:
        yield show


def lines(out: TextIO) -> Show:
    """A line per step, per note, and per account that is done."""
    totals: dict[str, dict[str, int]] = {}

    def show(name: str, event: str, value: Any) -> None:
        seen = totals.setdefault(name, {"accounts": 0, "account": 0, "calls": 0})
        if event in seen:
            seen[event] += value
        if event == "account":
            total = f" of {seen['accounts']}" if seen["accounts"] else ""
            noun = "account" if (seen["accounts"] or seen["account"]) == 1 else "accounts"
            out.write(f"{name}: {seen['account']}{total} {noun}, {seen['calls']} calls\n")
        elif event in ("step", "note"):
            out.write(f"{name}: {value}\n")
        out.flush()

    return show


@contextmanager
def bars(names: Sequence[str], out: TextIO) -> Iterator[Show]:
    """One bar per client: its step, accounts done, calls answered; notes stand above the bars."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
    from rich.text import Text

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("accounts"),
        TextColumn("{task.fields[calls]} calls"),
        TextColumn("{task.fields[step]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(file=out)) as progress:
        tasks = {name: progress.add_task(name, total=None, calls=0, step="waiting") for name in names}
        calls = dict.fromkeys(names, 0)
        totals = dict.fromkeys(names, 0)

        def show(name: str, event: str, value: Any) -> None:
            task = tasks[name]
            if event == "accounts":
                totals[name] += value
                progress.update(task, total=totals[name])
            elif event == "account":
                progress.advance(task, value)
            elif event == "calls":
                calls[name] += value
                progress.update(task, calls=calls[name])
            elif event == "note":
                progress.console.print(Text(f"{name}: {value}"))
            else:
                progress.update(task, step="done" if event == "end" else str(value))

        yield show
