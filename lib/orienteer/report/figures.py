"""The figures of a stored chart as a table: what a picture shows, for those who cannot see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape, unescape
from typing import Any

LIMIT = 400
"""Rows of such a table."""


def chart_table(figure: Mapping[str, Any]) -> str:
    """The chart's figures as an HTML table that folds, every text escaped; empty where there are none."""
    traces = [trace for trace in figure.get("data", ()) if isinstance(trace, Mapping)]
    heads, rows = _heatmap(traces) or _bars(traces) or _points(traces) or ((), ())
    if not rows:
        return ""
    more = f"<p>{len(rows) - LIMIT:,} more rows are left out.</p>" if len(rows) > LIMIT else ""
    head = "".join(f'<th scope="col">{_text(h)}</th>' if h else "<td></td>" for h in heads)
    body = "".join(f"<tr>{_cells(row)}</tr>" for row in rows[:LIMIT])
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    return (
        '<details class="figures-of"><summary>The figures of this picture</summary>'
        f'<div class="scroll" tabindex="0" role="group" aria-label="Figures">{table}</div>{more}</details>'
    )


Told = tuple[Sequence[Any], Sequence[Sequence[Any]]]


def _heatmap(traces: Sequence[Mapping[str, Any]]) -> Told | None:
    """A map of words: a row per line, a column per column."""
    for trace in traces:
        if trace.get("type") == "heatmap" and trace.get("text"):
            words = [[str(cell).rpartition(": ")[2] for cell in line] for line in trace["text"]]
            columns = list(trace.get("x", ()))
            return ("", *columns), [[name, *line] for name, line in zip(trace.get("y", ()), words, strict=False)]
    return None


def _bars(traces: Sequence[Mapping[str, Any]]) -> Told | None:
    """Bars: a row per bar, a column per part."""
    bars = [trace for trace in traces if trace.get("type") == "bar"]
    names = list(dict.fromkeys(name for trace in bars for name in trace.get("y", ())))
    if not names:
        return None
    parts = [dict(zip(trace.get("y", ()), trace.get("x", ()), strict=False)) for trace in bars]
    heads = ["", *(trace.get("name") or "count" for trace in bars)]
    return heads, [[name, *(part.get(name, 0) for part in parts)] for name in names]


def _points(traces: Sequence[Mapping[str, Any]]) -> Told | None:
    """Points: a row per point, with what stands beside it when it is pointed at."""
    rows = [
        [trace.get("name", ""), text, x, y]
        for trace in traces
        if trace.get("type", "scatter") == "scatter" and trace.get("text")
        for text, x, y in zip(trace["text"], trace.get("x", ()), trace.get("y", ()), strict=False)
    ]
    return (("kind", "what", "across", "up"), rows) if rows else None


def _cells(row: Sequence[Any]) -> str:
    first, *rest = row
    cells = (f"<td{' class=number' if isinstance(v, int | float) else ''}>{_text(v)}</td>" for v in rest)
    return f'<th scope="row">{_text(first)}</th>{"".join(cells)}'


def _text(value: Any) -> str:
    """Labels of charts are escaped already, so they are read first."""
    return escape(unescape("" if value is None else f"{value:,}" if isinstance(value, int) else str(value)))
