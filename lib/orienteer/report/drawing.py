"""What our own pictures share: inline SVG in a box that scrolls, with its figures as a table below it."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

from orienteer.report.text import visible

CHARACTER = 7.0
"""Mean width of a character at 12 px; widths are in px of the picture."""
LIMIT = 400
"""Rows of the table below a picture."""

PLAIN = "#f4f6f8"
FILLS = {"public": "#f2c4cc", "internet": "#f2c4cc", "external": "#fbe3c5", "third party": "#fbe3c5"}
"""Fills where our style sheet is not at hand, in JupyterLab: light, so that dark text stands on them."""


def text(value: Any) -> str:
    """A text escaped, hidden characters written out."""
    return escape(visible(str(value)))


def fitted(words: str, width: float, character: float = CHARACTER) -> str:
    """The words as far as they fit into a width; empty where hardly any would."""
    room = int(width / character)
    return words if len(words) <= room else f"{words[: room - 2]}\u2026" if room > 5 else ""


def boxed(title: str, drawn: str, size: tuple[float, float], figures: str) -> str:
    """A figure: caption, SVG, figures.  `drawn` is SVG whose texts are escaped."""
    width, height = size
    return (
        f'<figure class="pic"><figcaption>{text(title)}</figcaption>'
        f'<div class="picbox" tabindex="0" role="group" aria-label="{text(title)}">'
        f'<svg viewBox="0 0 {width:.0f} {height:.0f}" role="img" font-family="system-ui, sans-serif" font-size="12"'
        f' fill="#17222d" aria-label="{text(title)}; the figures stand in the table below">{drawn}</svg></div>'
        f"{figures}</figure>"
    )


def table(heads: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """The figures as an HTML table that folds; numbers are set to the right."""
    more = f"<p>{len(rows) - LIMIT:,} more rows are left out.</p>" if len(rows) > LIMIT else ""
    head = "".join(f'<th scope="col">{text(h)}</th>' for h in heads)
    body = "".join(f"<tr>{''.join(_cell(n, v) for n, v in enumerate(row))}</tr>" for row in rows[:LIMIT])
    inner = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    return (
        '<details class="figures-of"><summary>The figures of this picture</summary>'
        f'<div class="scroll" tabindex="0" role="group" aria-label="Figures">{inner}</div>{more}</details>'
    )


def _cell(place: int, value: Any) -> str:
    if place == 0:
        return f'<th scope="row">{text(value)}</th>'
    return f'<td class="number">{value:,}</td>' if isinstance(value, int) else f"<td>{text(value)}</td>"
