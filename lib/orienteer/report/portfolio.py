"""The page of a batch: a line per client, for the consultancy alone.  It lies outside every client's folder."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markupsafe import Markup

from orienteer import snapshot
from orienteer.counts import tally
from orienteer.issues import issues, keys, open_failures, reach, resource_names
from orienteer.model import Status
from orienteer.report.change import earlier, in_a_line, since
from orienteer.report.frontpage import verdict
from orienteer.report.overview import SEVERITIES
from orienteer.report.parts import asset, content_policy, environment
from orienteer.report.text import visible, visible_frame
from orienteer.scope import complete_words, headline
from orienteer.words import sentence

PAGE = "portfolio.html"


@dataclass(frozen=True, slots=True)
class Client:
    """A client of a batch: its slug, the folder of its run (None where none was finished), and what went wrong."""

    slug: str
    folder: Path | None = None
    fault: str = ""


def write_portfolio(clients: Sequence[Client], folder: Path) -> Path:
    """Writes portfolio.html into the folder, which is no client's, mode 0600; gives its path."""
    css = asset("report.css")
    text = (
        environment()
        .get_template("portfolio.html.j2")
        .render(
            rows=[line(client, folder) for client in clients],
            severities=SEVERITIES,
            css=Markup(css),  # noqa: S704
            csp=content_policy(scripts=(), styles=(css,)),  # a file of ours
        )
    )
    path = folder / PAGE
    snapshot.write_bytes(path, text.encode("utf-8", "backslashreplace"))
    return path


def line(client: Client, beside: Path) -> dict[str, Any]:
    """What the page says of one client."""
    told = {"name": visible(client.slug), "href": "", "fault": sentence(visible(client.fault))}
    if client.folder is None:
        return told
    run = snapshot.open_run(client.folder)
    named = run.manifest["client"]
    page = run.path / "report" / "index.html"
    return {
        **told,
        **_judged(run),
        "name": visible(str(named.get("name") or named["slug"])),
        "href": Path(os.path.relpath(page, beside.resolve())).as_posix() if page.is_file() else "",
        "day": str(run.manifest.get("started_at") or run.manifest.get("as_of") or "")[:10],
    }


def _judged(run: snapshot.Run) -> Mapping[str, Any]:
    findings = visible_frame(run.findings)
    failed, found = open_failures(findings), issues(findings)
    failed = failed.assign(
        reach=reach(failed), resource=resource_names(failed), issue=keys(findings).reindex(failed.index)
    )
    told = tally(findings)
    return {
        "verdict": " ".join(verdict(failed, found)),
        "coverage": [visible(text) for text in (*headline(run).sentences, *complete_words(run))],
        "lost": told.statuses[Status.NOT_ASSESSED],
        "issues": len(found),
        "failed": told.failed,
        "change": in_a_line(since(run, earlier(run))),
    }
