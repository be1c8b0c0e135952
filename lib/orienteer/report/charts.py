"""Pictures: plotly figures in one look, colours that hold without colour vision, labels that cannot be markup."""

from __future__ import annotations

import html
import textwrap
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from orienteer.report.overview import LABELS, SEVERITIES, STATUS_WORDS
from orienteer.report.text import visible

INK, SOFT, LINE, ACCENT = "#17222d", "#51606d", "#d8dfe5", "#0b4f5c"
SEVERITY: Mapping[str, str] = {
    "critical": "#6d071a",
    "high": "#b3302b",
    "medium": "#e08a2e",
    "low": "#a3b9cd",
    "info": "#d5dce2",
}
"""From dark to light as they matter less: the order can be read in grey too."""
STATUS: Mapping[str, str] = {
    "FAIL": "#b3302b",
    "MANUAL": "#6a5aa8",
    "NOT_ASSESSED": "#dfe4e8",
    "PASS": "#2b7a78",
    "NOT_APPLICABLE": "#f4f6f8",
}
GOOD, BAD, PART, UNSEEN, NONE = "#2b7a78", "#b3302b", "#e08a2e", "#dfe4e8", "#f4f6f8"
EXPOSURE: Mapping[str, str] = {
    "public": "#6d071a",
    "external": "#e08a2e",
    "organization": "#a3b9cd",
    "private": "#2b7a78",
    "not known": UNSEEN,
}
ROWS = 40
"""Rows of a map that are drawn one by one."""
HATCHES = (-0.3, -0.1, 0.1, 0.3)
"""Where the lines of a hatched cell cross its middle, from its centre."""
WIDE = 120
"""Characters that fit side by side in the cells of a map."""


def label(value: Any) -> str:
    """Text as plotly shows it literally: hidden characters written out, no markup, not overlong."""
    text = "" if value is None or value is pd.NA else visible(str(value))
    return html.escape(text if len(text) <= 60 else f"{text[:57]}...", quote=False)


CATEGORIES: Mapping[str, Any] = {"type": "category", "showgrid": False, "dtick": 1}
DOWNWARD: Mapping[str, Any] = {**CATEGORIES, "autorange": "reversed"}


def figure(
    title: str,
    height: int,
    *traces: Any,
    x: Mapping[str, Any] | None = None,
    y: Mapping[str, Any] | None = None,
    **more: Any,
) -> go.Figure:
    """A figure in our look with these traces; `title` says what is seen, in our own words.

    `x`, `y` and `more` add to the axes and the layout.  All is given at once: a figure that is changed later costs ten
    times as much.
    """
    layout = {
        "template": "none",
        "height": height,
        "title": {"text": html.escape(title, quote=False), "x": 0, "xref": "container", "font": {"size": 16}},
        "font": {"family": "Inter, Segoe UI, system-ui, Arial, sans-serif", "size": 13, "color": INK},
        "paper_bgcolor": "#ffffff",
        "plot_bgcolor": "#ffffff",
        "margin": {"l": 10, "r": 20, "t": 78, "b": 40},
        "legend": {"orientation": "h", "x": 0, "y": 1.0, "yanchor": "bottom", "traceorder": "normal"},
        "bargap": 0.32,
        "hoverlabel": {"align": "left"},
        "modebar": {"color": SOFT, "activecolor": ACCENT, "bgcolor": "rgba(0,0,0,0)"},
    }
    return go.Figure(list(traces), {**layout, "xaxis": _axis(x or {}), "yaxis": _axis(y or {}), **more})


def _axis(more: Mapping[str, Any]) -> dict[str, Any]:
    """An axis in our look; `title` in `more` is text."""
    title = {"font": {"size": 13, "color": SOFT}, **({"text": more["title"]} if "title" in more else {})}
    return {"automargin": True, "gridcolor": LINE, "zerolinecolor": LINE, **more, "title": title}


def _counting(unit: str, most: int) -> dict[str, Any]:
    """An axis that counts in whole numbers."""
    return {"title": unit, "rangemode": "tozero", **({"dtick": 1} if most < 8 else {})}


def stacked(title: str, counts: pd.DataFrame, colours: Mapping[str, str], unit: str) -> go.Figure:
    """Horizontal stacked bars: one bar per row of `counts`, one part per column, in the order of `colours`."""
    traces = [
        go.Bar(
            name=label(STATUS_WORDS.get(part, part)),
            y=[label(v) for v in counts.index],
            x=counts[part].tolist(),
            orientation="h",
            marker=_fill(part, colour),
            hovertemplate=f"%{{y}}: %{{x}} {label(part)}<extra></extra>",
        )
        for part, colour in colours.items()
        if part in counts
    ]
    across = _counting(unit, int(counts.sum(axis=1).max()) if len(counts) else 0)
    return figure(title, 130 + 30 * max(len(counts), 1), *traces, x=across, y=DOWNWARD, barmode="stack")


def _fill(part: str, colour: str) -> dict[str, Any]:
    """A solid fill; what was not seen is hatched."""
    if part not in ("NOT_ASSESSED", "not known", "refused"):
        return {"color": colour, "line": {"color": "#ffffff", "width": 0.5}}
    pattern = {"shape": "/", "fgcolor": "#6b7680", "bgcolor": "#f4f6f8", "size": 6}
    return {"color": colour, "pattern": pattern, "line": {"color": "#6b7680", "width": 0.5}}


def failures(findings: pd.DataFrame) -> go.Figure:
    """Failures by category and severity, critical first."""
    failed = findings[findings["status"] == "FAIL"]
    counts = pd.crosstab(failed["category"], failed["severity"]).reindex(columns=list(SEVERITIES), fill_value=0)
    counts = counts.loc[[c for c in LABELS if c in counts.index]].rename(index=dict(LABELS))
    return stacked("Failed checks by category and severity", counts, SEVERITY, "failed checks")


def verdicts(summary: pd.DataFrame, title: str = "Verdicts by control") -> go.Figure:
    """One bar per control: failed, to be answered, not assessed, passed."""
    counts = summary.set_index("control_id")[["fail", "manual", "not_assessed", "pass"]]
    counts = counts.rename(columns=str.upper)
    return stacked(title, counts[counts.sum(axis=1) > 0], STATUS, "checks")


def state_map(title: str, states: pd.DataFrame, colours: Mapping[str, str], hatched: Collection[str] = ()) -> go.Figure:
    """A map of words: `states` has a word in each cell, `colours` a colour for each word; other words are an error.

    Of more than ROWS rows those that are alike are drawn as one, the rarest first; the title says so.  Cells with a
    word of `hatched` are hatched.
    """
    words = list(colours)
    title, states = folded(title, states)
    codes = states.map(words.index)
    held = set(states.to_numpy().ravel().tolist())
    steps = [(n / len(words), (n + 1) / len(words), c) for n, c in enumerate(colours.values())]
    scale = [pair for low, high, colour in steps for pair in ((low, colour), (high, colour))]
    cells = zip(states.index, states.to_numpy().tolist(), strict=True)
    hints = [[label(f"{row}, {c}: {w}") for c, w in zip(states, row_words, strict=True)] for row, row_words in cells]
    heat = go.Heatmap(
        z=codes.to_numpy().tolist(),
        x=[label(c) for c in states],
        y=[label(r) for r in states.index],
        zmin=-0.5,
        zmax=len(words) - 0.5,
        colorscale=scale,
        showscale=False,
        xgap=3,
        ygap=3,
        text=hints,
        hovertemplate="%{text}<extra></extra>",
        meta=[label(w) for w in words],
    )
    keys = (_key(w, c, hatched=w in hatched) for w, c in colours.items() if w in held)
    more: dict[str, Any] = {"showlegend": True}  # also where one word fills the map
    if lines := _hatching(states, hatched):
        more["shapes"] = [{"type": "path", "path": lines, "line": {"color": "#b3bdc6", "width": 1}}]
    longest = max((len(w) for w in held), default=0)
    if len(states.columns) * (longest + 2) <= WIDE:
        more["annotations"] = _words(states, colours)
    return figure(title, 150 + 30 * max(len(states), 1), heat, *keys, x=CATEGORIES, y=DOWNWARD, **more)


def folded(title: str, states: pd.DataFrame) -> tuple[str, pd.DataFrame]:
    """Title and rows of a map that holds on a page: more than ROWS rows are joined where they are alike."""
    if len(states) <= ROWS:
        return title, states
    alike = states.assign(_name=[str(n) for n in states.index]).groupby(list(states.columns), sort=False, dropna=False)
    groups = sorted((list(g["_name"]), g[list(states.columns)].iloc[0]) for _, g in alike)
    groups.sort(key=lambda group: len(group[0]))
    shown = pd.DataFrame([row for _, row in groups[:ROWS]], index=[_together(names) for names, _ in groups[:ROWS]])
    left = sum(len(names) for names, _ in groups[ROWS:])
    told = f"{title} ({len(states):,} rows, alike ones as one{f'; {left:,} are not drawn' if left else ''})"
    return told, shown


def _together(names: Sequence[str]) -> str:
    """One row's name, or how many rows are alike."""
    return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1:,} more"


def _hatching(states: pd.DataFrame, hatched: Collection[str]) -> str:
    """Slanted lines through the cells with these words, as one path; axes of categories count them from 0."""
    cells = [(x, y) for y, row in enumerate(states.to_numpy().tolist()) for x, w in enumerate(row) if w in hatched]
    return " ".join(
        f"M{x + at - 0.12:.2f},{y + 0.4:.2f}L{x + at + 0.12:.2f},{y - 0.4:.2f}" for x, y in cells for at in HATCHES
    )


def _key(word: str, colour: str, *, hatched: bool = False) -> go.Scatter:
    """An entry of the legend."""
    symbol = "square-x-open" if hatched else "square"
    square = {"symbol": symbol, "size": 12, "color": SOFT if hatched else colour, "line": {"color": SOFT, "width": 0.5}}
    return go.Scatter(x=[None], y=[None], mode="markers", name=label(word), marker=square, hoverinfo="skip")


def _words(states: pd.DataFrame, colours: Mapping[str, str]) -> list[dict[str, Any]]:
    """The word of each cell, white on dark colours."""
    dark = {SEVERITY["critical"], BAD, GOOD, STATUS["MANUAL"], ACCENT}
    return [
        {
            "x": x,
            "y": y,
            "text": label(word),
            "showarrow": False,
            "font": {"size": 11, "color": "#ffffff" if colours[word] in dark else INK},
        }
        for y, row in enumerate(states.to_numpy().tolist())
        for x, word in enumerate(row)
    ]


def ages(title: str, keys: pd.DataFrame, limit: int) -> go.Figure:
    """Access keys: age against days since last use; `keys` has age_days, idle_days, active, hint."""
    traces = []
    for active, name, symbol, colour in ((True, "active", "circle", BAD), (False, "switched off", "circle-open", SOFT)):
        chosen = keys[keys["active"].fillna(False).astype(bool) == active]
        traces.append(
            go.Scatter(
                x=chosen["age_days"].tolist(),
                y=chosen["idle_days"].tolist(),
                mode="markers",
                name=name,
                marker={"symbol": symbol, "size": 11, "color": colour, "opacity": 0.8},
                text=[label(h) for h in chosen["hint"]],
                hovertemplate="%{text}<extra></extra>",
                cliponaxis=False,
            )
        )
    old, idle = ({"title": f"days since it was {what}", "rangemode": "tozero"} for what in ("made or rotated", "used"))
    drawn = figure(title, 420, *traces, x=old, y=idle)
    return drawn.add_vline(x=limit, line={"dash": "dot", "color": SOFT}, annotation_text=f"{limit} days")


def ranked(title: str, counts: Sequence[tuple[str, int]], unit: str, colour: str = ACCENT) -> go.Figure:
    """Horizontal bars, in the order given."""
    names, values = [label(n) for n, _ in counts], [v for _, v in counts]
    bar = go.Bar(
        y=names,
        x=values,
        orientation="h",
        marker={"color": colour},
        text=values,
        textposition="outside",
        cliponaxis=False,
        hovertemplate="%{y}: %{x}<extra></extra>",
    )
    across, margin = _counting(unit, max(values, default=0)), {"l": 10, "r": 20, "t": 48, "b": 40}
    return figure(title, 90 + 30 * max(len(names), 1), bar, x=across, y=DOWNWARD, margin=margin)


def nothing(title: str, words: str) -> go.Figure:
    """A figure that says in words that there is nothing to draw, and why."""
    text = {
        "text": "<br>".join(html.escape(line, quote=False) for line in textwrap.wrap(visible(words), 46)),
        "showarrow": False,
        "x": 0,
        "xref": "paper",
        "xanchor": "left",
        "y": 0.5,
        "yref": "paper",
    }
    return figure(title, 150, x={"visible": False}, y={"visible": False}, annotations=[text])
