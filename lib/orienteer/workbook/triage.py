"""A form in JupyterLab that takes decisions about findings down, in the client's triage file.

    what        an issue (all its findings) or one finding, narrowed by words
    decision    accepted, false positive or to fix, with author, day, reason and last day

It says what the file would refuse before anything is written; `orienteer judge` applies what was decided.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from orienteer.decisions import DECISIONS, FIX, WORDS, Decision, column
from orienteer.errors import OrienteerError
from orienteer.issues import issues
from orienteer.model import Category, Status
from orienteer.params.deciding import beside, decide
from orienteer.params.plan import members
from orienteer.report.text import visible
from orienteer.report.words import counted
from orienteer.snapshot import Run
from orienteer.workbook.book import interactive, upwards
from orienteer.workbook.show import said

ISSUE, FINDING = "Issue", "Finding"
MOST = 200
"""What a list offers at a time; words narrow it."""
LABEL = 140


@dataclass(frozen=True)
class Form:
    """The form's parts: each has a `value`, `save` a click; `box` is what JupyterLab shows."""

    kind: Any
    words: Any
    what: Any
    decision: Any
    by: Any
    on: Any
    last: Any
    reason: Any
    save: Any
    told: Any
    box: Any

    def _repr_mimebundle_(self, **more: Any) -> Any:
        return self.box._repr_mimebundle_(**more)


def triage(book: Run, chapter: str = "", to: str | Path = "") -> Any:
    """The form for this run's findings, of one chapter where it is named; outside JupyterLab, what stands for it.

    `to`: the triage file; default params/<slug>.triage.yaml, looked for from here upwards.
    """
    slug = str(book.manifest["client"]["slug"])
    if not interactive():
        return said(
            "Decisions are taken down in one of three ways, and all lead to the same file.",
            (
                "In JupyterLab (orienteer lab), where a form stands in this place.",
                "In the sheet Plan of findings.xlsx, which orienteer triage reads back.",
                f"In params/{slug}.triage.yaml, by hand; orienteer check says what is wrong with it.",
            ),
        )
    return form(book.findings, Path(to) if to else _file(slug), chapter)


def form(findings: pd.DataFrame, file: Path, chapter: str = "") -> Form:
    """The form for these findings, which writes this file.  Of a chapter: its findings, and whole issues with any of
    them."""
    import ipywidgets as widgets  # a second of imports, for JupyterLab alone

    wide, style = {"width": "97%"}, {"description_width": "7em"}
    more: Mapping[str, Any] = {"layout": wide, "style": style}
    parts = Form(
        kind=widgets.ToggleButtons(options=[ISSUE, FINDING], description="About", style=style),
        words=widgets.Text(description="Words", placeholder="narrows the list: a control, an account, a name", **more),
        what=widgets.Select(description="What", rows=8, **more),
        decision=widgets.Dropdown(
            options=[("choose", ""), *((WORDS[name], name) for name in DECISIONS)], description="Decision", style=style
        ),
        by=widgets.Text(description="By", placeholder="who decides", **more),
        on=widgets.DatePicker(description="On", value=date.today(), style=style),
        last=widgets.DatePicker(description="Expires", style=style),
        reason=widgets.Textarea(description="Reason", placeholder="why; it stands in the report", **more),
        save=widgets.Button(description="Write the decision", button_style="primary"),
        told=widgets.HTML(_said([f"Decisions go to {file}."])),
        box=widgets.VBox(),
    )
    parts.box.children = [getattr(parts, name) for name in Form.__dataclass_fields__ if name != "box"]
    mine, whole = findings[findings["notebook"] == chapter] if chapter else findings, members(findings)
    offered = {ISSUE: _issues(findings, whole, set(mine["fingerprint"])), FINDING: _findings(mine)}
    _connect(parts, offered, whole, file)
    return parts


def _connect(
    form: Form, offered: Mapping[str, Sequence[tuple[str, str]]], issue: Mapping[str, Sequence[str]], file: Path
) -> None:
    """Lets the parts act: kind and words narrow the list, the decision names its last day, the button writes."""

    def narrow(_: Any = None) -> None:
        form.what.options = _narrowed(offered[form.kind.value], form.words.value)

    def named(_: Any = None) -> None:
        form.last.description = "Due" if form.decision.value == FIX else "Expires"

    def save(_: Any = None) -> None:
        chosen = str(form.what.value or "")
        prints = issue.get(chosen, ()) if form.kind.value == ISSUE else [chosen] if chosen else []
        form.told.value = _said(_written(form, prints, file))

    for part, act in ((form.kind, narrow), (form.words, narrow), (form.decision, named)):
        part.observe(act, "value")
    form.save.on_click(save)
    narrow()


def _written(form: Form, prints: Sequence[str], file: Path) -> list[str]:
    """Writes the decision about these findings; what to tell."""
    if not prints:
        return ["Choose what it is about first; nothing was written."]
    told: Callable[[Any], str] = lambda part: str(part.value or "").strip()  # noqa: E731
    decisions = [
        Decision(
            decision=told(form.decision),
            by=told(form.by),
            on=form.on.value,
            reason=told(form.reason),
            fingerprint=one,
            until=form.last.value,
        )
        for one in prints
    ]
    try:
        every = decide(file, decisions)
    except OrienteerError as error:
        return ["Nothing was written:", *str(error).splitlines()]
    except OSError as error:
        return [f"Nothing was written: {file}: {error.strerror or error}"]
    return [
        f"Written: {counted(len(prints), 'finding')}; {file} holds {len(every)} in all. orienteer judge applies them."
    ]


# --- what it offers


def _issues(
    findings: pd.DataFrame, members: Mapping[str, Sequence[str]], mine: Collection[str]
) -> list[tuple[str, str]]:
    told = []
    for r in issues(findings).to_dict("records"):
        if any(one in mine for one in members[r["issue"]]):
            held = f"{r['controls']}, {counted(int(r['findings']), 'finding')}"
            told.append((_label(f"{r['severity']}: {r['title']} ({held})"), str(r["issue"])))
    return told


def _findings(findings: pd.DataFrame) -> list[tuple[str, str]]:
    """Failures and open questions, those decided about already included: a decision may be taken anew."""
    asked = findings["status"].isin([Status.FAIL.value, Status.MANUAL.value])
    rows = findings[asked & (findings["category"] != Category.COVERAGE)].assign(decision=column(findings, "decision"))
    told = []
    for r in rows.astype(object).fillna("").to_dict("records"):
        place = ", ".join(str(r[name]) for name in ("account_name", "region") if r[name])
        known = f" [{WORDS.get(r['decision'], r['decision'])}]" if r["decision"] else ""
        told.append((_label(f"{r['control_id']} {r['resource_id']} ({place}){known}: {r['reason']}"), r["fingerprint"]))
    return told


def _narrowed(offered: Sequence[tuple[str, str]], words: str) -> list[tuple[str, str]]:
    """The first of those that have every word in them; labels differ."""
    asked = words.lower().split()
    found = [(label, key) for label, key in offered if all(word in label.lower() for word in asked)][:MOST]
    return [(f"{n + 1}. {label}", key) for n, (label, key) in enumerate(found)]


def _label(text: str) -> str:
    shown = " ".join(visible(text).split())
    return shown if len(shown) <= LABEL else f"{shown[:LABEL]}..."


def _said(lines: Sequence[str]) -> str:
    return "".join(f"<p>{html.escape(visible(line))}</p>" for line in lines)


def _file(slug: str) -> Path:
    """The client's triage file: one that is there, else beside the params file, else in the nearest params folder."""
    folders = [place / "params" for place in upwards() if (place / "params").is_dir()]
    for name in (f"{slug}.triage.yaml", f"{slug}.yaml"):
        if near := next((folder for folder in folders if (folder / name).is_file()), None):
            return beside(near, slug)
    return beside(folders[0] if folders else Path("params"), slug)


__all__ = ["Form", "form", "triage"]
