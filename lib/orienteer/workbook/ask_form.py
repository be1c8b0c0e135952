"""A form in JupyterLab for one question: who, what, on what, under which conditions; the answer with its layers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from orienteer.ask import Estate
from orienteer.ask.names import context_of
from orienteer.errors import OrienteerError
from orienteer.snapshot import Run
from orienteer.workbook.ask import estate, jewel, told
from orienteer.workbook.book import interactive
from orienteer.workbook.show import Shown, said

MOST = 2_000
"""Principals that the form offers while one types; any other can be typed in full."""


@dataclass(frozen=True)
class Form:
    """The form's parts: each has a `value`, `put` a click; `box` is what JupyterLab shows."""

    principal: Any
    action: Any
    resource: Any
    context: Any
    may: Any
    put: Any
    answer: Any
    box: Any

    def _repr_mimebundle_(self, **more: Any) -> Any:
        return self.box._repr_mimebundle_(**more)


def ask_form(book: Run) -> Any:
    """The form for this run; outside JupyterLab, what stands for it."""
    if not interactive():
        return said(
            "One question at a time is asked in one of three ways, and all give the same answer.",
            (
                "In JupyterLab (orienteer lab), where a form stands in this place.",
                f"On the command line: orienteer ask can RUN PRINCIPAL s3:GetObject {jewel(book) or 'ARN'}/*",
                'In Python: orienteer.ask.can(orienteer.ask.Estate.of(book), principal, "s3:GetObject", resource)',
            ),
        )
    return form(estate(book), f"{jewel(book)}/*" if jewel(book) else "*")


def form(known: Estate, resource: str = "*") -> Form:
    """The form over this estate."""
    import ipywidgets as widgets  # a second of imports, for JupyterLab alone

    wide, style = widgets.Layout(width="98%"), {"description_width": "7em"}
    options = sorted(known.people)[:MOST]
    looks: dict[str, Any] = {"layout": wide, "style": style, "continuous_update": False}
    principal = widgets.Combobox(
        options=options, value=options[0] if options else "", description="Principal", ensure_option=False, **looks
    )
    action = widgets.Text(value="s3:GetObject", description="Action", **looks)
    where = widgets.Text(value=resource, description="Resource", **looks)
    context = widgets.Textarea(placeholder="aws:SourceIp=198.51.100.7", description="Context", rows=2, **looks)
    may = widgets.Checkbox(
        value=False, description="keys that are not known count in the caller's favour", indent=False, layout=wide
    )
    put, answer = widgets.Button(description="Ask", button_style="primary"), widgets.HTML()
    box = widgets.VBox([principal, action, where, context, may, put, answer], layout=wide)
    made = Form(principal, action, where, context, may, put, answer, box)
    put.on_click(lambda _: _answered(made, known))
    return made


def _answered(made: Form, known: Estate) -> None:
    shown = asked(
        known, made.principal.value, made.action.value, made.resource.value, made.context.value, made.may.value
    )
    made.answer.value = f'<div style="line-height:1.4">{shown.page}</div>'  # the widget's own lines stand far apart


def asked(known: Estate, principal: str, action: str, resource: str, context: str, may: bool) -> Shown:
    """The answer to what stands in the form; a mistake in it is said in its place."""
    try:
        keys = context_of((one for one in context.splitlines() if one.strip()), "Context")
    except OrienteerError as wrong:
        return said(str(wrong), gaps=True)
    return told(known, principal.strip(), action.strip(), resource.strip() or "*", keys, may=may)
