"""How a batch shows what it does: one bar per client on a terminal, plain lines otherwise."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TextIO

Show = Callable[[str, str, Any], None]
"""Called with client, event (places, calls, place, step, end) and value; a place is an account or the organization."""


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
    """A line per step and per place (an account, the organization) that is done, read or refused."""
    totals: dict[str, dict[str, int]] = {}

    def show(name: str, event: str, value: Any) -> None:
        seen = totals.setdefault(name, {"places": 0, "place": 0, "calls": 0})
        if event in seen:
            seen[event] += value
        if event == "place":
            total = f" of {seen['places']}" if seen["places"] else ""
            out.write(f"{name}: {seen['place']}{total} done, {seen['calls']} calls\n")
        elif event == "step":
            out.write(f"{name}: {value}\n")
        out.flush()

    return show


@contextmanager
def bars(names: Sequence[str], out: TextIO) -> Iterator[Show]:
    """One bar per client: its step, places done, calls answered."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("done"),
        TextColumn("{task.fields[calls]} calls"), TextColumn("{task.fields[step]}"), TimeElapsedColumn(),
    )  # fmt: skip
    with Progress(*columns, console=Console(file=out)) as progress:
        tasks = {name: progress.add_task(name, total=None, calls=0, step="waiting") for name in names}
        calls = dict.fromkeys(names, 0)
        totals = dict.fromkeys(names, 0)

        def show(name: str, event: str, value: Any) -> None:
            task = tasks[name]
            if event == "places":
                totals[name] += value
                progress.update(task, total=totals[name])
            elif event == "place":
                progress.advance(task, value)
            elif event == "calls":
                calls[name] += value
                progress.update(task, calls=calls[name])
            else:
                progress.update(task, step="done" if event == "end" else str(value))

        yield show
