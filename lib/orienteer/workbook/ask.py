"""Questions to the snapshot in a notebook: ways drawn and as tables, who can do what, what a policy would stop."""

from __future__ import annotations

import html
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd

from orienteer import ask, snapshot
from orienteer.ask import Estate
from orienteer.ask.answer import LAYERS, NAMES, Answer
from orienteer.ask.nodes import cut_words, label
from orienteer.ask.routes import ADMINISTRATOR, MOST, NO_JEWELS, OUTSIDE, Ways
from orienteer.ask.routes import ways as ways_of
from orienteer.ask.rungs import rungs_of
from orienteer.errors import OrienteerError
from orienteer.report.chains import figure
from orienteer.report.charts import BAD, GOOD, PART
from orienteer.report.text import visible
from orienteer.snapshot import Run
from orienteer.workbook.show import Shown, said, show

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
        f"<h3>To {_escaped(label(one.target, found.names))}</h3>{figure(one, found.names)}"
        for one in found.reached[:DRAWN]
    ]
    more = len(found.reached) - DRAWN
    parts += [f"<p>{more:,} more target{'s' * (more > 1)} in the table.</p>"] if more > 0 else []
    parts += [said("Not read, and it may hide further ways:", found.unknown, gaps=True).page] if found.unknown else []
    parts += [said("Beyond what AWS shows:", found.limits).page] if found.limits else []
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
    """The answer; where no crown jewels are named, no way to one is known."""
    try:
        return ways_of(book, to, start, most=MOST)
    except OrienteerError as error:
        if not str(error).startswith(NO_JEWELS):
            raise
        return Ways(start, "a crown jewel: none has been named", ())


def _escaped(text: str) -> str:
    return html.escape(visible(text))


# --- can, who can, what would it stop

_EDGES = {
    "allows": GOOD,
    "denies": BAD,
    **dict.fromkeys(("allows nothing of it", "not known", "may deny", "may allow"), PART),
}


def can(
    book: Run,
    principal: str,
    action: str,
    resource: str = "*",
    context: Mapping[str, Any] | None = None,
    may: bool = False,
) -> Shown:
    """The answer in a sentence, and below it the ladder of layers with what each says (see `orienteer.ask.can`)."""
    return told(estate(book), principal, action, resource, context, may=may)


def told(
    known: Estate,
    principal: str,
    action: str,
    resource: str = "*",
    context: Mapping[str, Any] | None = None,
    may: bool = False,
) -> Shown:
    """The answer with its ladder, and with what it hangs on or could not be read."""
    found = ask.can(known, principal, action, resource, context, may=may)
    hangs = [*(f"depends on {key}" for key in found.depends_on), *(f"not read: {text}" for text in found.problems)]
    open_ = rungs_of(known, principal, action, resource, context) if found.answer == "unknown" else {}
    return _under(said(found.words, hangs, gaps=found.answer == "unknown"), _rungs(ladder(found, open_)))


def ladder(found: Answer, open_: Mapping[str, tuple[str, str]] = MappingProxyType({})) -> pd.DataFrame:
    """One row per layer of a request, in the order in which they stand: what the deciding statements of it say.

    open_: of an answer that is not known, what each layer says (`orienteer.ask.rungs`).  A dash stands for a layer that
    did not decide: nothing of it was needed, or nothing in it mattered.
    """
    rows = [
        (
            number,
            NAMES[layer],
            _says(found, layer) or open_.get(layer, ("", ""))[0] or None,
            "; ".join(by.words for by in found.by if by.layer == layer) or open_.get(layer, ("", ""))[1] or None,
        )
        for number, layer in enumerate(LAYERS, 1)
    ]
    return pd.DataFrame(rows, columns=["step", "layer", "says", "statement"])


def _rungs(layers: pd.DataFrame) -> Shown:
    """The ladder as a table that needs no script, for a form too; each rung says in words what its colour says."""
    rows = []
    for cells in layers.astype(object).where(layers.notna(), "-").astype(str).itertuples(index=False, name=None):
        edge = _EDGES.get(cells[2], "#a9b5bf")
        inner = "".join(f'<td style="padding:0.3em 0.8em;text-align:left">{_escaped(cell)}</td>' for cell in cells)
        rows.append(f'<tr style="border-left:6px solid {edge}">{inner}</tr>')
    page = f'<table class="rows" style="border-collapse:collapse"><tbody>{"".join(rows)}</tbody></table>'
    return Shown(page, layers.to_string(index=False, na_rep="-"))


def _says(found: Answer, layer: str) -> str | None:
    words = {"Allow": "allows", "Deny": "denies", "": "allows nothing of it"}
    return ", ".join(dict.fromkeys(words.get(by.effect, by.effect) for by in found.by if by.layer == layer)) or None


def _under(first: Shown, second: Shown) -> Shown:
    return Shown(first.page + second.page, f"{first.plain}\n{second.plain}")


def who_can(book: Run, action: str, resource: str = "*", context: Mapping[str, Any] | None = None) -> pd.DataFrame:
    """One row for each who can (see `orienteer.ask.who_can`), inside and outside, and for each who is not known."""
    found = ask.who_can(estate(book), action, resource, context=context)
    rows: list[tuple[str, str, str | None, str | None]] = []
    rows += [("everybody", "anybody at all", None, None)] if found.everyone else []
    rows += [("outside", one, None, None) for one in found.outside]
    rows += [
        ("inside", one.principal, "; ".join(by.words for by in one.by) or None, ", ".join(one.depends_on) or None)
        for one in found.principals
    ]
    rows += [("not known", one, None, None) for one in found.unknown]
    rows += [("not read", text, None, None) for text in found.problems]
    return pd.DataFrame(rows, columns=["who", "principal", "by", "depends_on"])


def would_deny(book: Run, policy: Any, at: str = "root") -> Shown:
    """What a guardrail would take from whom that was seen in use, and what nobody could see."""
    found = ask.would_deny(book, policy, at)
    unknown = found.attrs["unknown"]
    table = show(found, empty="Nothing that was seen in use would stop.")
    return _under(table, said("What nobody could see:", unknown, gaps=True)) if unknown else table


def jewel(book: Run) -> str:
    """The ARN of a bucket worth asking about: the first crown jewel, else the one that is open widest, else none."""
    named = book.estate.thresholds.get("crown_jewel_buckets") or ()
    if named:
        return f"arn:aws:s3:::{named[0]}"
    found = book.facts["exposures"]
    ranks = {"public": 0, "external": 1, "organization": 2}
    buckets = found[found["resource_type"].eq("AWS::S3::Bucket")].dropna(subset=["resource_id"])
    levels = zip(buckets["level"], buckets["resource_id"], strict=True)
    ordered = sorted((ranks.get(str(level), 3), str(name)) for level, name in levels)
    return f"arn:aws:s3:::{ordered[0][1]}" if ordered else ""


def estate(book: Run) -> Estate:
    """The run as `orienteer.ask` takes it, read once."""
    return _estate(book.path.resolve())


@lru_cache(maxsize=2)
def _estate(path: Path) -> Estate:
    return Estate.of(snapshot.open_run(path, unjudged=True))
