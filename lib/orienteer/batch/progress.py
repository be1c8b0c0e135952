"""How a batch shows what it does: one bar per client on a terminal, plain lines otherwise."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TextIO

Show = Callable[[str, str, Any], None]
"""Called with client, event (accounts, calls, account, step, end) and value."""


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
    """A line per step and per account that is done."""
    totals: dict[str, dict[str, int]] = {}

    def show(name: str, event: str, value: Any) -> None:
        seen = totals.setdefault(name, {"accounts": 0, "account": 0, "calls": 0})
        if event in seen:
            seen[event] += value
        if event == "account":
            done = f"{seen['account']} of {seen['accounts']}" if seen["accounts"] else str(seen["account"])
            out.write(f"{name}: {done} accounts, {seen['calls']} calls\n")
        elif event == "step":
            out.write(f"{name}: {value}\n")
        out.flush()

    return show


@contextmanager
def bars(names: Sequence[str], out: TextIO) -> Iterator[Show]:
    """One bar per client: its step, accounts done, calls answered."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("accounts"),
        TextColumn("{task.fields[calls]} calls"), TextColumn("{task.fields[step]}"), TimeElapsedColumn(),
    )  # fmt: skip
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
            else:
                progress.update(task, step="done" if event == "end" else str(value))

        yield show
