"""A way drawn as a chain: one box per node from top to bottom, one arrow per step with the statement that allows it."""

from __future__ import annotations

import html
import textwrap
from collections.abc import Iterator, Mapping, Sequence

from orienteer.ask.nodes import action_words, by_words, cut_words, label, step_words, verb
from orienteer.ask.routes import Reach, Way
from orienteer.facts.entries import INTERNET
from orienteer.policy.rights.steps import Step
from orienteer.report.charts import BAD
from orienteer.report.text import visible

WIDTH, BOX, ARROW, LINE = 680, 34, 26, 17
"""Pixels: the picture's width, a box's height, an arrow's height without text, a line of text."""
CHARACTERS, LINES = 88, 3
"""What fits into a line beside an arrow, and lines of one text."""
_FONT = "Inter, Segoe UI, system-ui, Arial, sans-serif"


def chain(way: Way, names: Mapping[str, str] | None = None) -> str:
    """The way as an inline SVG that needs no script, with the same in words for those who do not see it.

    Boxes outside the organization are dashed, the target is filled: the order can be read without colour.
    """
    words = (
        f"From {_shown(way.start, names)}: " + "; ".join(visible(step_words(step, names)) for step in way.steps) + "."
    )
    title = f"Way from {_shown(way.start, names)} to {_shown(way.target, names)}"
    parts, y = [_box(way.start, 0, names, way)], BOX
    for step in way.steps:
        lines = list(_lines(step))
        height = max(ARROW, LINE * len(lines) + 12)
        parts.append(_arrow(y, height, lines))
        y += height
        parts.append(_box(step.to, y, names, way))
        y += BOX
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chain" role="img" viewBox="0 0 {WIDTH} {y + 2}" '
        f'width="{WIDTH}" style="max-width:100%;height:auto" font-family="{_FONT}" font-size="13" '
        f'aria-label="{html.escape(f"{title}. {words}")}">'
        f"<title>{html.escape(title)}</title>{''.join(parts)}</svg>"
    )


def figure(reach: Reach, names: Mapping[str, str] | None = None, most: int = 3) -> str:
    """The shortest ways to one target, each drawn and in words, and what closes them all."""
    drawn = "".join(
        f'<figure class="way" tabindex="0">{chain(way, names)}<figcaption><details><summary>In words</summary>'
        f"<ol>{_listed(way, names)}</ol></details></figcaption></figure>"
        for way in _telling(reach.ways, most)
    )
    more = len(reach.ways) - most
    stand = "more way to the same target is" if more == 1 else "more ways to the same target are"
    note = f"<p>{more:,} {stand} in the table.</p>" if more > 0 else ""
    items = "".join(f"<li>{html.escape(visible(cut_words(cut, names)))}</li>" for cut in reach.cuts or ())
    return f"{drawn}{note}<p><b>{html.escape(reach.closing)}</b></p>" + (f"<ul>{items}</ul>" if items else "")


def _telling(ways: Sequence[Way], most: int) -> list[Way]:
    """One way of each start before a second of any, that from the internet first."""
    first = {way.start: way for way in reversed(ways)}
    ordered = sorted(first.values(), key=lambda way: (way.start != INTERNET, len(way.steps), way.nodes))
    return [*ordered, *(way for way in ways if way not in ordered)][:most]


def _listed(way: Way, names: Mapping[str, str] | None) -> str:
    first = f"<li>{html.escape(_shown(way.start, names))}</li>"
    return first + "".join(f"<li>{html.escape(visible(step_words(step, names)))}</li>" for step in way.steps)


def _shown(node: str, names: Mapping[str, str] | None) -> str:
    return visible(label(node, names))


def _box(node: str, y: int, names: Mapping[str, str] | None, way: Way) -> str:
    inside = node.startswith(("arn:", "admin:", "person:", "group:", "member:"))
    target = node == way.target
    fill = BAD if target else "none"
    dashes = "" if inside else ' stroke-dasharray="5 3"'
    line = f'stroke="{BAD if target or not inside else "currentColor"}" stroke-width="1.5"{dashes}'
    text = _cut(_shown(node, names), 92)
    ink = "#ffffff" if target else "currentColor"
    return (
        f'<rect x="1" y="{y + 1}" width="{WIDTH - 2}" height="{BOX - 2}" rx="6" fill="{fill}" {line}/>'
        f'<text x="14" y="{y + BOX // 2 + 5}" fill="{ink}" font-weight="600">{html.escape(text)}</text>'
    )


def _arrow(y: int, height: int, lines: list[str]) -> str:
    end = y + height
    text = "".join(_beside(line, y + 18 + n * LINE, bold=n == 0) for n, line in enumerate(lines))
    return (
        f'<line x1="26" y1="{y + 1}" x2="26" y2="{end - 6}" stroke="currentColor" stroke-width="2"/>'
        f'<path d="M20 {end - 8} L32 {end - 8} L26 {end} Z" fill="currentColor"/>{text}'
    )


def _beside(line: str, y: int, bold: bool) -> str:
    weight = ' font-weight="600"' if bold else ""
    return f'<text x="46" y="{y}" fill="currentColor"{weight}>{html.escape(line)}</text>'


def _lines(step: Step) -> Iterator[str]:
    """What stands beside an arrow: what is done, by which statement, on what it hangs."""
    does = verb(step) + (f", with {action_words(step)}" if step.kind in ("passrole", "combination") else "")
    yield _cut(visible(does), CHARACTERS)
    if by_words(step):
        yield from _wrapped(f"by {by_words(step)}")
    hangs = [*step.conditions, *(f"{step.claim} like {one}" for one in step.accepts)]
    if hangs:
        yield from _wrapped(f"if the request meets {', '.join(hangs)}")


def _wrapped(text: str) -> list[str]:
    """The text in up to LINES lines; dots stand for what does not fit."""
    return textwrap.wrap(visible(text), CHARACTERS, break_on_hyphens=False, max_lines=LINES, placeholder=" ...")


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 3]}..."
