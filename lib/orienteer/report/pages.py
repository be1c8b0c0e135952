"""The pages of a report: index.html, and one page for each notebook, into report/ of the run folder."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
from markupsafe import Markup

from orienteer import snapshot
from orienteer.issues import grouped, issues, keys
from orienteer.model import Category, Severity
from orienteer.report import notebook_html
from orienteer.report.change import earlier, in_a_line, since, write_change
from orienteer.report.details import (
    Groups,
    account_page,
    by_account,
    decided,
    heat,
    issue_sections,
    judged_categories,
)
from orienteer.report.frontpage import cover, front
from orienteer.report.method import METHOD
from orienteer.report.overview import LABELS, STATUS_WORDS, Overview, overview
from orienteer.report.packed import packed
from orienteer.report.parts import asset, content_policy, environment
from orienteer.report.policies import write_policies
from orienteer.report.text import visible, visible_frame
from orienteer.report.who_can import write_who_can
from orienteer.report.words import counted
from orienteer.scope import complete_words, headline

EVERY = "every enabled region"
ACCOUNT_PAGES = 1_000
BAR_LEFT, BAR_RIGHT, BAR_STEP = 150, 930, 34


@dataclass(frozen=True)
class Page:
    """A chapter as the index lists it.  `href` is empty where there is no page."""

    name: str
    title: str
    href: str = ""
    failed: bool = False
    error: str = ""


def write_report(run: snapshot.Run, notebooks: Sequence[Mapping[str, Any]] | None = None) -> Path:
    """Writes everything below report/ from the run's findings and notebooks/*.ipynb; gives the path of index.html.

    `notebooks` is what the batch knows of each: {name, status: ok|failed, error}; without it, what the manifest says.
    A notebook that failed, or holds a trace of failing, gets a red banner and is marked on the index.
    """
    folder = snapshot.private_folder(run.path / "report")
    told = {str(n["name"]): n for n in (run.manifest.get("notebooks", []) if notebooks is None else notebooks)}
    found = {p.stem: notebook_html.read(p) for p in sorted((run.path / "notebooks").glob("*.ipynb"))}
    names = sorted({*told, *found})
    chapters = [(_short(name, found[name]), f"{name}.html") for name in names if name in found]
    pages = [_page(run, name, found.get(name), told.get(name), folder, chapters) for name in names]
    _lay_beside(run, folder)
    return write_index(run, folder, pages)


BESIDE = ("findings.xlsx", "findings.csv", "findings.json")


def _lay_beside(run: snapshot.Run, folder: Path) -> None:
    """What the pages promise beside them: the findings as files, and the manifest with the hashes of the evidence."""
    for name in BESIDE:
        if (run.path / name).is_file():
            snapshot.write_bytes(folder / name, (run.path / name).read_bytes())
    snapshot.write_json(folder / "manifest.json", dict(run.manifest))


def _short(name: str, notebook: nbformat.NotebookNode) -> str:
    """What the navigation calls a chapter: its title up to the colon."""
    return visible(notebook_html.title_of(notebook).partition(":")[0].strip() or name)


def _page(
    run: snapshot.Run,
    name: str,
    notebook: nbformat.NotebookNode | None,
    told: Mapping[str, Any] | None,
    folder: Path,
    chapters: Sequence[tuple[str, str]],
) -> Page:
    """The chapter, converted where there is a notebook."""
    error = visible(str((told or {}).get("error") or "")) if told and told.get("status") != "ok" else ""
    if told and told.get("status") != "ok":
        error = error or "the batch reports it as failed"
    if notebook is None:
        return Page(name, name, "", True, error or "no notebook was written")
    made = notebook_html.convert(
        notebook, folder / f"{name}.html", client=client_name(run), chapters=chapters, error=error
    )
    return Page(name, made.title, f"{name}.html", bool(made.error), made.error)


def write_index(run: snapshot.Run, folder: Path, pages: Sequence[Page] = ()) -> Path:
    """Writes index.html, what changed, and a page for each account into the folder; gives the path of index.html."""
    findings = visible_frame(run.findings)
    findings = findings.assign(issue=keys(findings))
    groups = grouped(findings)
    written = account_pages(run, findings, groups, folder)
    view = overview(run, findings)
    before = earlier(run)
    changes = since(run, before)
    moved = {"change": in_a_line(changes), "change_page": write_change(run, before, changes, folder)}
    moved["policy_page"] = write_policies(run, folder)
    shown = _context(run, view, findings, pages, written) | _found(findings, groups)
    judged = findings[findings["category"] != Category.COVERAGE]
    shown["packed"] = packed(judged, write_who_can(run, findings, folder), groups)
    text = environment().get_template("index.html.j2").render(**shown, **moved)
    path = folder / "index.html"
    snapshot.write_bytes(path, text.encode("utf-8", "backslashreplace"))
    return path


def _found(findings: pd.DataFrame, groups: Groups) -> dict[str, Any]:
    """What the index says of issues."""
    found = issues(groups)
    return {"front": front(findings, found), "sections": issue_sections(groups), "issue_count": len(found)}


def account_pages(run: snapshot.Run, findings: pd.DataFrame, groups: Groups, folder: Path) -> dict[str, str]:
    """Writes a page for each account, which holds findings of that account alone; gives their names by account id."""
    css, template = asset("report.css"), environment().get_template("account.html.j2")
    shared = {
        "client": client_name(run),
        "as_of": _day(run.manifest.get("as_of")),
        "css": Markup(css),  # noqa: S704
        "csp": content_policy(scripts=(), styles=(css,)),  # a file of ours
    }
    written: dict[str, str] = {}
    own = by_account(groups)
    for account, found in findings[findings["category"] != Category.COVERAGE].groupby("account_id"):
        if not re.fullmatch(r"[0-9]{12}", str(account)) or len(written) >= ACCOUNT_PAGES:
            continue
        name = str(found["account_name"].fillna("").iloc[0]) or str(account)
        page = account_page(found, own.get(str(account), {}))
        text = template.render(**shared, page=page, account=account, name=name)
        written[str(account)] = f"account-{account}.html"
        snapshot.write_bytes(folder / written[str(account)], text.encode("utf-8", "backslashreplace"))
    return written


def _context(
    run: snapshot.Run, view: Overview, findings: pd.DataFrame, pages: Sequence[Page], written: Mapping[str, str]
) -> dict[str, Any]:
    css, script = asset("report.css"), asset("findings.js")
    manifest, params = run.manifest, run.manifest.get("params", {})
    seen = headline(run)
    heated = [{**row, "page": written.get(row["id"], "")} for row in heat(findings)]
    return {
        "view": view,
        "client": client_name(run),
        "identity": visible(str(manifest.get("identity", ""))),
        "heat": heated,
        "decided": decided(findings),
        "decided_link": "",
        "categories": judged_categories(findings),
        "cover": [(name, visible(value)) for name, value in cover(params)],
        "regions": _regions(manifest),
        "reached": [visible(text) for text in (*seen.sentences, *complete_words(run))],
        "unread_regions": ", ".join(seen.unread),
        "scope": _scope(manifest, view),
        "controls": _controls(run.summary),
        "method": METHOD,
        "times": {
            "as_of": _day(manifest.get("as_of")),
            "read": _span(manifest.get("started_at"), manifest.get("collected_at") or manifest.get("finished_at")),
        },
        "tool_version": str(manifest.get("tool_version", "")),
        "pages": pages,
        "words": STATUS_WORDS,
        "labels": LABELS,
        "failed": [p for p in pages if p.failed],
        "crashed": [visible(str(c)) for c in manifest.get("crashed", [])],
        "severities": [s.value for s in Severity],
        "bars": bars(view.matrix),
        "css": Markup(css),  # noqa: S704
        "script": Markup(script),  # noqa: S704  # files of ours
        "csp": content_policy(scripts=(script,), styles=(css,)),
    }


def _controls(summary: pd.DataFrame) -> str:
    """How many controls there are, and what becomes of them."""
    if summary.empty:
        return counted(0, "control")
    own = summary["category"] == Category.COVERAGE
    idle = ~own & (summary["total"] == 0)
    told = [
        f"{n:,} {words}"
        for n, words in ((int(idle.sum()), "found nothing to judge"), (int(own.sum()), "tell how far we could see"))
        if n
    ]
    return counted(len(summary), "control") + (f" ({'; '.join(told)})" if told else "")


def _regions(manifest: Mapping[str, Any]) -> str:
    regions = manifest.get("regions", [])
    return EVERY if isinstance(regions, str) else ", ".join(map(str, regions)) or EVERY


def _scope(manifest: Mapping[str, Any], view: Overview) -> str:
    """What the params asked for: the organization or accounts, and regions."""
    params = manifest.get("params", {})
    whole = isinstance(params, Mapping) and params.get("organization")
    what = "the organization, " if whole else ""
    return f"{what}{counted(view.accounts_seen.whole, 'account')}; {_regions(manifest)}"


def client_name(run: snapshot.Run) -> str:
    client = run.manifest["client"]
    return visible(str(client.get("name") or client["slug"]))


def _day(moment: Any) -> str:
    return f"{pd.Timestamp(moment):%-d %B %Y}" if moment else "not recorded"


def _span(first: Any, last: Any) -> str:
    """From when to when, the day once."""
    if not first or not last:
        return "not recorded"
    start, end = pd.Timestamp(first), pd.Timestamp(last)
    if f"{start:%Y%m%d%H%M}" == f"{end:%Y%m%d%H%M}":
        return f"{_day(first)}, {start:%H:%M} UTC"
    day = "" if start.date() == end.date() else f"{_day(last)}, "
    return f"{_day(first)}, {start:%H:%M} to {day}{end:%H:%M} UTC"


def bars(matrix: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """One stacked bar per category: failures by severity, then to be answered, not assessed, passed."""
    rows = []
    for n, row in enumerate(matrix):
        counts = {**row["failed"], **{s: row["statuses"][s] for s in ("MANUAL", "NOT_ASSESSED", "PASS")}}
        x, parts = float(BAR_LEFT), []
        for kind, count in counts.items():
            width = (BAR_RIGHT - BAR_LEFT) * count / row["total"]
            words = f"{count} {STATUS_WORDS.get(kind, f'failed, {kind}').lower()}"
            if count:
                parts.append({"kind": kind, "x": round(x, 2), "width": round(width, 2), "words": words})
            x += width
        label = LABELS.get(row["category"], row["category"])
        rows.append({"label": label, "y": n * BAR_STEP + 6, "parts": parts, "total": f"{row['total']:,}"})
    return rows
