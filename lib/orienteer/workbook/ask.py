"""Questions to the snapshot in a notebook: ways from here to there, drawn and as tables."""

from __future__ import annotations

import html

import pandas as pd

from orienteer.ask.nodes import cut_words, label
from orienteer.ask.routes import ADMINISTRATOR, JEWELS, MOST, OUTSIDE, Ways
from orienteer.ask.routes import ways as ways_of
from orienteer.errors import OrienteerError
from orienteer.report.chains import figure
from orienteer.report.text import visible
from orienteer.snapshot import Run
from orienteer.workbook.show import Shown, said

DRAWN = 4
"""Targets that are drawn; the table has all."""


def ways_from(book: Run, to: str = ADMINISTRATOR, start: str = OUTSIDE) -> pd.DataFrame:
    """One row per way from `start` to `to` (see `orienteer.ask.ways`), with what would close it."""
    return _ways(book, to, start).frame


def ways_drawn(book: Run, to: str = ADMINISTRATOR, start: str = OUTSIDE) -> Shown:
    """The shortest ways drawn as chains, each target with the fewest changes that close all ways to it."""
    found = _ways(book, to, start)
    if not found.reached:
        return said(found.words, found.unknown, gaps=bool(found.unknown))
    parts = [
        f"<h4>To {_escaped(label(one.target, found.names))}</h4>{figure(one, found.names)}"
        for one in found.reached[:DRAWN]
    ]
    more = len(found.reached) - DRAWN
    parts += [f"<p>{more:,} more targets stand in the table.</p>"] if more > 0 else []
    parts += [said("Not read, and it may hide further ways:", found.unknown, gaps=True).page] if found.unknown else []
    return Shown("".join(parts), "\n".join(found.lines()))


def closing(book: Run, to: str = ADMINISTRATOR, start: str = OUTSIDE) -> pd.DataFrame:
    """One row per target and change: the fewest changes after which no way leads there."""
    found = _ways(book, to, start)
    rows = [
        (label(one.target, found.names), len(one.ways), cut_words(cut, found.names))
        for one in found.reached
        for cut in one.cuts or ()
    ]
    rows += [
        (label(one.target, found.names), len(one.ways), "no single statement or assignment closes them all")
        for one in found.reached
        if one.cuts is None
    ]
    return pd.DataFrame(rows, columns=["target", "ways", "change"])


def _ways(book: Run, to: str, start: str) -> Ways:
    """The answer; where the params name no crown jewels, no way to one is known."""
    try:
        return ways_of(book, to, start, most=MOST)
    except OrienteerError:
        if to != JEWELS:
            raise
        return Ways(start, "a crown jewel: the params name none", ())


def _escaped(text: str) -> str:
    return html.escape(visible(text))
