"""A treemap as inline SVG: rectangles as large as their counts, as square as can be, with a table of the figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from textwrap import wrap

from orienteer.report.drawing import CHARACTER, FILLS, PLAIN, boxed, fitted, table, text

Box = tuple[float, float, float, float]
"""x, y, width, height."""
WIDTH, HEIGHT, HEAD, GAP = 1000.0, 460.0, 22.0, 2.0
SIZES = ((12.0, 15.0, CHARACTER), (9.0, 11.0, 5.6))
"""Letters of a cell, from the largest down: their size, the height of a line, the mean width of a character."""
CELLS = 24
"""Cells of one group; what is smaller stands in one cell together."""


def treemap(counts: Mapping[str, Mapping[str, int]], title: str, unit: str) -> str:
    """Groups (their names are CSS classes, too) with their parts and counts, as HTML; every text is escaped.

    Areas follow the counts over all groups.  A cell too small for its words shows its count alone and tells them when
    it is pointed at; the table below the picture tells every figure.
    """
    groups = {name: parts for name, parts in counts.items() if sum(parts.values())}
    sizes = [sum(parts.values()) for parts in groups.values()]
    drawn = [
        _group(name, parts, box)
        for (name, parts), box in zip(groups.items(), squarified(sizes, (0, 0, WIDTH, HEIGHT)), strict=True)
    ]
    rows = [(name, part, n) for name, parts in groups.items() for part, n in _sorted(parts)]
    return boxed(title, "".join(drawn), (WIDTH, HEIGHT), table(("Reach", "Kind", unit.capitalize()), rows))


def _group(name: str, parts: Mapping[str, int], box: Box) -> str:
    """A group: its name and total above its parts."""
    x, y, width, height = box
    total = f"{name}: {sum(parts.values()):,}"
    head = HEAD if height > 3 * HEAD else 0.0
    inner = (x, y + head, width, height - head)
    shown = _few(parts)
    boxes = squarified([n for _, n in shown], inner)
    lead = "" if head else f"{name}, "
    cells = "".join(_cell(part, n, name, at, lead) for (part, n), at in zip(shown, boxes, strict=True))
    label = f'<text class="head" x="{x + 4:.1f}" y="{y + 16:.1f}">{text(fitted(total, width - 8, 7.4))}</text>'
    return f'<g class="{name.replace(" ", "-")}">{label if head else ""}{cells}</g>'


def _cell(part: str, count: int, group: str, box: Box, lead: str) -> str:
    """A cell; `lead` goes before its words where the group has no room for its name."""
    x, y, width, height = box
    shown = _words(f"{lead}{part}", count, box)
    place = f'x="{x:.1f}" y="{y:.1f}" width="{max(width - GAP, 1):.1f}" height="{max(height - GAP, 1):.1f}"'
    title, fill = text(f"{part}, {group}: {count:,}"), FILLS.get(group, PLAIN)
    return f'<g><title>{title}</title><rect {place} fill="{fill}" stroke="#8794a0"/>{shown}</g>'


def _words(part: str, count: int, box: Box) -> str:
    """The words of a cell, its count last, in the largest letters in which they fit whole, on one line where the cell
    is flat; else cut, or the count alone."""
    x, y, width, height = box
    for size, line, character in SIZES:
        room = int((width - 8) / character)
        lines = [*wrap(part, room, break_long_words=False), f"{count:,}"] if room > 2 else []
        flat = [f"{part}: {count:,}"]
        for words in (lines, flat):
            if words and len(words) * line + len(words) <= height and all(len(word) <= room for word in words):
                return _at(words, x, y, size, line)
    size, line, character = SIZES[-1]
    cut = [*(fitted(word, width - 8, character) for word in part.split()), f"{count:,}"]
    for words in (cut, cut[-1:]):
        if all(words) and len(words) * line <= height and len(words[-1]) * character <= width - 4:
            return _at(words, x, y, size, line)
    return ""


def _at(words: Sequence[str], x: float, y: float, size: float, line: float) -> str:
    """Lines of text in the upper left corner of a cell."""
    first = y + 1 - 0.2 * size
    return "".join(
        f'<text x="{x + 5:.1f}" y="{first + (n + 1) * line:.1f}" font-size="{size:.0f}">{text(word)}</text>'
        for n, word in enumerate(words)
    )


def _sorted(parts: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(((part, n) for part, n in parts.items() if n), key=lambda pair: (-pair[1], pair[0]))


def _few(parts: Mapping[str, int]) -> list[tuple[str, int]]:
    """The largest parts; the others as one."""
    ordered = _sorted(parts)
    rest = ordered[CELLS:]
    more = [(f"{len(rest):,} other kinds", sum(n for _, n in rest))] if rest else []
    return [*ordered[:CELLS], *more]


def squarified(sizes: Sequence[float], box: Box) -> Iterator[Box]:
    """A rectangle for each size, in order, that fill the box; rows grow while that makes their rectangles squarer.

    Bruls, Huizing and van Wijk, "Squarified treemaps" (2000).
    """
    x, y, width, height = box
    left, scale = list(sizes), width * height / (sum(sizes) or 1)
    while left:
        side, count = min(width, height), 1
        while count < len(left) and _worst(left[: count + 1], side, scale) <= _worst(left[:count], side, scale):
            count += 1
        thick = sum(left[:count]) * scale / side if side else 0.0
        at = 0.0
        for size in left[:count]:
            long = size * scale / thick if thick else 0.0
            yield (x, y + at, thick, long) if height <= width else (x + at, y, long, thick)
            at += long
        x, y, width, height = (
            (x + thick, y, width - thick, height) if height <= width else (x, y + thick, width, height - thick)
        )
        left = left[count:]


def _worst(row: Sequence[float], side: float, scale: float) -> float:
    """The longest shape of a row of rectangles along a side: 1 is a square."""
    thick = sum(row) * scale / side if side else 0.0
    return max(max(thick / long, long / thick) for long in (size * scale / thick for size in row)) if thick else 0.0
