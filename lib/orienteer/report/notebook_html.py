"""An executed notebook as a page that opens from a folder, draws its charts and asks the network for nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape, unescape
from importlib import resources
from pathlib import Path
from typing import Any

import nbformat
from nbconvert import HTMLExporter, TemplateExporter
from nbconvert.filters import Highlight2HTML
from nbconvert.filters.widgetsdatatypefilter import WidgetsDataTypeFilter
from traitlets.config import Config

from orienteer import snapshot
from orienteer.report.figures import chart_table
from orienteer.report.parts import FOLDER, asset, hashes
from orienteer.report.text import visible

PLOTLY = "application/vnd.plotly.v1+json"
HIDDEN_TAGS = ("parameters", "injected-parameters", "hide-cell", "consultant", "papermill-error-cell-tag")
SHOWN = (PLOTLY, "text/html", "text/markdown", "image/svg+xml", "image/png", "text/plain")


@dataclass(frozen=True)
class Made:
    """A converted notebook: the title of its first heading, and why it failed (empty when it did not)."""

    title: str
    error: str


def convert(
    node: nbformat.NotebookNode,
    page: Path,
    *,
    client: str = "",
    chapters: Sequence[tuple[str, str]] = (),
    error: str = "",
) -> Made:
    """Writes the executed notebook as `page`, mode 0600, with plotly's script once in assets/ beside it.

    `chapters` are (name, href) for the navigation.  A notebook with an `error`, or with a trace of failing in it,
    gets a red banner.
    """
    error = error or failure(node)
    title = title_of(node) or page.stem
    charts = any(PLOTLY in output.get("data", {}) for cell in node.cells for output in cell.get("outputs", ()))
    css, script = asset("report.css"), asset("chapter.js")
    facts = {
        "title": visible(title),
        "name": page.stem,
        "client": client,
        "chapters": list(chapters),
        "error": visible(error),
        "charts": charts,
        "css": css,
        "script": script,
        "csp": policy(script),
    }
    body, _ = _exporter().from_notebook_node(node, resources={"orienteer": facts})
    if charts:
        _plotly(snapshot.private_folder(page.parent / "assets"))
    snapshot.write_bytes(page, body.encode("utf-8", "backslashreplace"))
    return Made(visible(title), visible(error))


def failure(node: nbformat.NotebookNode) -> str:
    """Why the notebook counts as failed: an error among its outputs, or cells that never ran; empty when whole."""
    code = [c for c in node.cells if c.cell_type == "code" and c.source.strip()]
    for cell in code:
        for output in cell.outputs:
            if output.output_type == "error":
                return f"{output.ename}: {output.evalue}"
    if node.metadata.get("orienteer", {}).get("status") == "failed":
        return str(node.metadata["orienteer"].get("error") or "the batch marked it as failed")
    if node.metadata.get("papermill", {}).get("exception"):
        return "papermill reports an exception"
    unrun = [c for c in code if c.get("execution_count") is None]
    return f"{len(unrun)} of {len(code)} cells did not run" if unrun else ""


def title_of(node: nbformat.NotebookNode) -> str:
    """The text of the first heading of level one."""
    lines = (line for c in node.cells if c.cell_type == "markdown" for line in c.source.splitlines())
    return next((line[2:].strip() for line in lines if line.startswith("# ")), "")


def read(notebook: Path) -> nbformat.NotebookNode:
    """The notebook in a file."""
    node: nbformat.NotebookNode = nbformat.read(notebook, as_version=4)  # type: ignore[no-untyped-call]
    return node


class _Exporter(HTMLExporter):
    """What our template makes, as it is: HTMLExporter parses and writes each page anew, a third of the time, to add
    what a template of Jupyter's own lacks."""

    def from_notebook_node(  # type: ignore[override]
        self, nb: nbformat.NotebookNode, resources: dict[str, Any] | None = None, **more: Any
    ) -> tuple[str, dict[str, Any]]:
        widgets = WidgetsDataTypeFilter(notebook_metadata=self._nb_metadata, parent=self, resources=resources)  # type: ignore[no-untyped-call]
        self.register_filter("filter_data_type", widgets)  # type: ignore[no-untyped-call]
        self.register_filter("highlight_code", Highlight2HTML(parent=self))  # type: ignore[no-untyped-call]
        made: tuple[str, dict[str, Any]] = TemplateExporter.from_notebook_node(self, nb, resources, **more)
        return made


@cache
def _exporter() -> HTMLExporter:
    """One for all pages: its templates are compiled once."""
    config = Config()
    config.NbConvertBase.display_data_priority = list(SHOWN)
    config.TagRemovePreprocessor.enabled = True
    config.TagRemovePreprocessor.remove_cell_tags = set(HIDDEN_TAGS)
    exporter = _Exporter(  # type: ignore[no-untyped-call]
        config=config,
        template_name="notebook",
        extra_template_basedirs=[str(FOLDER / "templates")],
        exclude_input=True,
        exclude_input_prompt=True,
        exclude_output_prompt=True,
        optimistic_validation=True,
    )
    exporter.register_filter("chart_json", chart_json)  # type: ignore[no-untyped-call]
    exporter.register_filter("chart_table", chart_table)  # type: ignore[no-untyped-call]
    exporter.register_filter("chart_title", chart_title)  # type: ignore[no-untyped-call]
    return exporter


def chart_json(figure: Mapping[str, Any]) -> str:
    """The figure's data and layout as JSON that cannot end the script element it stands in; its title is a caption."""
    layout = {key: value for key, value in figure.get("layout", {}).items() if key != "title"}
    text = json.dumps({"data": figure.get("data", []), "layout": layout})
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def chart_title(figure: Mapping[str, Any]) -> str:
    """The title of the picture as plain text: in a caption it wraps on a narrow screen, in the picture it is cut."""
    title = figure.get("layout", {}).get("title", {})
    return unescape(str(title.get("text", "") if isinstance(title, Mapping) else title))


def policy(script: str) -> str:
    """Only plotly's script beside the page and our own run; plotly sets styles on elements, so styles are free.

    Browsers differ on what 'self' is for a page opened from disk, hence the scheme.
    """
    return escape(
        f"default-src 'none'; script-src 'self' file: {hashes((script,))}; style-src 'unsafe-inline'; "
        "img-src data: blob:; base-uri 'none'; form-action 'none'",
        quote=False,
    )


def _plotly(folder: Path) -> None:
    """plotly.js as the installed plotly carries it, so that stored figures and the script that draws them match."""
    source = resources.files("plotly") / "package_data" / "plotly.min.js"
    snapshot.write_bytes(folder / "plotly.min.js", source.read_bytes())
