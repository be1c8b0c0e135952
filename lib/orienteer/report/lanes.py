"""Ways from the internet as lanes of boxes: each station from left to right, one lane for each way, as inline SVG."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise
from textwrap import wrap

from orienteer.report.drawing import FILLS, PLAIN, boxed, fitted, table, text

WIDTH, HEIGHT, GAP, HEAD = 1000.0, 40.0, 18.0, 26.0
"""Pixels: the picture, a lane, the room of an arrow, the line of names above the lanes."""
_INTERNET = ' class="internet"'
MOST = 25
"""Lanes drawn; the table tells them all."""
SHORTEST, LONGEST = 10, 26
"""Characters that a station has room for at least, and at most."""
CHARACTER = 5.9
"""Mean width of a character of a box, in px of the picture."""

Place = tuple[float, float]
"""Left edge and width of a station."""


def lanes(stations: Sequence[str], rows: Sequence[Sequence[str]], title: str) -> str:
    """One lane per row and one box per station, the first filled; every text is escaped.  A station that a row has not
    is passed by.  Below it the same as a table."""
    places = _places(stations, rows[:MOST])
    heads = "".join(
        f'<text class="small" x="{x:.1f}" y="14">{text(name)}</text>'
        for (x, _), name in zip(places, stations, strict=True)
    )
    drawn = "".join(_lane(row, HEAD + n * HEIGHT, places) for n, row in enumerate(rows[:MOST]))
    more = len(rows) - MOST
    note = f'<text class="soft" x="0" y="{HEAD + MOST * HEIGHT + 14:.1f}">{more:,} more are in the table.</text>'
    height = HEAD + min(len(rows), MOST) * HEIGHT + (20 if more > 0 else 0)
    return boxed(title, heads + drawn + (note if more > 0 else ""), (WIDTH + 1, height), table(stations, rows))


def _places(stations: Sequence[str], rows: Sequence[Sequence[str]]) -> list[Place]:
    """Where each station stands and how wide it is: shares of the picture by its longest text, within bounds."""
    needs = [
        min(max(SHORTEST, len(name), *(len(row[n]) for row in rows)), LONGEST) + 1 for n, name in enumerate(stations)
    ]
    room = WIDTH - GAP * (len(stations) - 1) - 1
    widths = [room * need / sum(needs) for need in needs]
    starts = accumulate((width + GAP for width in widths[:-1]), initial=1.0)
    return list(zip(starts, widths, strict=True))


def _lane(row: Sequence[str], y: float, places: Sequence[Place]) -> str:
    there = [n for n, value in enumerate(row) if value]
    boxes = "".join(_box(row[n], *places[n], y, first=n == 0) for n in there)
    lines = "".join(_arrow(sum(places[a]), places[b][0], y) for a, b in pairwise(there))
    return boxes + lines


def _box(value: str, x: float, width: float, y: float, first: bool) -> str:
    room = int((width - 8) / CHARACTER)
    lines = wrap(value, room, break_on_hyphens=False)
    shown = [*lines[:1], *(fitted(line, width - 8, CHARACTER) for line in [" ".join(lines[1:])] if line)]
    first_at, size = (18, 11) if len(shown) == 1 else (12, 10)
    words = "".join(
        f'<text x="{x + 5:.1f}" y="{y + first_at + 11 * n:.1f}" font-size="{size}">{text(line)}</text>'
        for n, line in enumerate(shown)
    )
    fill = FILLS["internet"] if first else PLAIN
    return (
        f"<g{_INTERNET if first else ''}><title>{text(value)}</title>"
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="28" rx="3" fill="{fill}" stroke="#8794a0"/>'
        f"{words}</g>"
    )


def _arrow(start: float, end: float, y: float) -> str:
    middle = y + 14
    return (
        f'<path d="M{start:.1f} {middle:.1f}H{end - 4:.1f}" stroke="#8794a0" fill="none"/>'
        f'<path d="M{end:.1f} {middle:.1f}l-6 -3v6z" fill="#8794a0"/>'
    )
