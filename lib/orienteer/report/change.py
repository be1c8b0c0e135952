"""The page of what changed since the run before, and how the client stood over all runs that lie beside this one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from markupsafe import Markup

from orienteer import asked, snapshot
from orienteer.compare import CHECK, KINDS, PARAMS, between, counts, kind
from orienteer.counts import checks, tally
from orienteer.decisions import SET_ASIDE
from orienteer.errors import OrienteerError
from orienteer.issues import short_name
from orienteer.model import Category, Status
from orienteer.report.overview import SEVERITIES
from orienteer.report.parts import asset, content_policy, environment
from orienteer.report.text import visible, visible_frame
from orienteer.report.words import counted
from orienteer.words import sentence

PAGE = "change.html"
RUNS, ROWS = 24, 400
"""Runs that the trend shows, the newest; rows of each kind of change that are written out."""
TITLES: Mapping[str, tuple[str, str]] = {
    "new": ("New", "Failed now, and did not when it was last looked at."),
    "worse": ("Worse", "More severe than before, or passed before and now a question."),
    "fixed": ("Fixed", "Failed before, was looked at again, and passes or is gone."),
    "better": ("Better", "Less severe than before, or a question before and now passed."),
    "check": (
        "The check changed",
        "The verdict changed, and so did the rules of its control, which may be the whole reason.",
    ),
    "params": (
        "Other settings",
        "The verdict changed, and so did settings that its control goes by, which may be the whole reason.",
    ),
    "open": ("Still open", "Failed before and still does."),
    "accepted": ("Set aside", "Fails, and somebody decided to live with it or called it a false positive."),
    "not_looked_at": (
        "No longer looked at",
        "Known before; this run did not see it, so nothing can be said. It does not count as fixed.",
    ),
}
LEFT, RIGHT, TOP, BASE = 46, 990, 14, 214
STATUSES: Mapping[str, str] = {
    "FAIL": "failed",
    "PASS": "passed",
    "MANUAL": "to be answered",
    "NOT_ASSESSED": "not assessed",
    "": "not there",
}

FURTHER: Mapping[str, str] = {
    "worse": "worse",
    "better": "better",
    "check": "judged by a changed check",
    "params": "judged by other settings",
    "accepted": "set aside",
    "not_looked_at": "no longer looked at",
}

Change = Mapping[str, Any]


def earlier(run: snapshot.Run) -> snapshot.Run | None:
    """The newest judged run of this client before this one that lies beside it; None where there is none to be read."""
    return next(iter(_before(run)), None)


def _before(run: snapshot.Run, most: int = 1) -> list[snapshot.Run]:
    """The runs of this client before this one, newest first, at most so many."""
    started, found = str(run.manifest.get("started_at") or ""), list[snapshot.Run]()
    for folder in sorted(run.path.parent.glob("2*"), reverse=True):
        if len(found) == most:
            break
        if folder.name >= run.path.name or folder.is_symlink() or not (folder / snapshot.MANIFEST).is_file():
            continue
        try:
            before = snapshot.open_run(folder)
            same = before.manifest["client"]["slug"] == run.manifest["client"]["slug"]
            if same and str(before.manifest.get("started_at") or "") < started and len(before.findings.columns):
                found.append(before)
        except OrienteerError:
            continue
    return found


def since(run: snapshot.Run, before: snapshot.Run | None) -> list[dict[str, Any]] | None:
    """The changes from that run to this one, without what Orienteer says of its own coverage; None without a run."""
    if before is None:
        return None
    own = {
        str(control)
        for one in (before, run)
        for control in one.findings.loc[one.findings["category"] == Category.COVERAGE, "control_id"].unique()
    }
    return [row for row in between(before, run) if row["control_id"] not in own]


def in_a_line(changes: Sequence[Change] | None) -> str:
    """What changed since the run before, in a sentence."""
    if changes is None:
        return "There is no earlier run to compare with."
    found = counts(changes)
    text = f"{counted(found['new'], 'new finding')}, {found['fixed']:,} fixed, {found['open']:,} still open"
    parts = [f"{found[name]:,} {words}" for name, words in FURTHER.items() if found[name]]
    return f"{text}{'; ' if parts else ''}{', '.join(parts)}."


def write_change(run: snapshot.Run, before: snapshot.Run | None, changes: Sequence[Change] | None, folder: Path) -> str:
    """Writes the page into the folder and gives its name; without a run before there is none, and the name is empty."""
    if before is None or changes is None:
        (folder / PAGE).unlink(missing_ok=True)
        return ""
    css = asset("report.css")
    runs = trend([*reversed(_before(run, RUNS - 1)), run])
    client = run.manifest["client"]
    text = (
        environment()
        .get_template("change.html.j2")
        .render(
            client=visible(str(client.get("name") or client["slug"])),
            then=_moment(before),
            now=_moment(run),
            line=in_a_line(changes),
            counts=counts(changes),
            titles=TITLES,
            parts=_parts(run, before, changes),
            asked=_asked(before, run),
            runs=runs,
            drawn=columns(runs),
            severities=SEVERITIES,
            css=Markup(css),  # noqa: S704
            csp=content_policy(scripts=(), styles=(css,)),  # a file of ours
        )
    )
    snapshot.write_bytes(folder / PAGE, text.encode("utf-8", "backslashreplace"))
    return PAGE


def _moment(run: snapshot.Run) -> str:
    given = run.manifest.get("started_at") or run.manifest.get("as_of")
    return f"{pd.Timestamp(given):%-d %B %Y, %H:%M} UTC" if given else run.path.name


# --- what changed


def _parts(run: snapshot.Run, before: snapshot.Run, changes: Sequence[Change]) -> list[dict[str, Any]]:
    """One part per kind of change that there is."""
    known = {**_told(before), **_told(run)}
    parts = []
    for name in KINDS:
        rows = [row for row in changes if kind(row) == name]
        if rows:
            shown = [_line(row, known.get(row["fingerprint"], {})) for row in rows[:ROWS]]
            parts.append(
                {"kind": name, "title": TITLES[name][0], "why": TITLES[name][1], "total": len(rows), "rows": shown}
            )
    return parts


def _told(run: snapshot.Run) -> dict[str, dict[str, str]]:
    """What each finding says, by fingerprint."""
    names = ["fingerprint", "reason", "account_name"]
    found = visible_frame(run.findings[names].fillna(""))
    return {str(row["fingerprint"]): {str(k): str(v) for k, v in row.items()} for row in found.to_dict("records")}


def _line(row: Change, told: Mapping[str, str]) -> dict[str, Any]:
    there = row["after"] != ""
    return {
        "fingerprint": row["fingerprint"] if there else "",
        "control": visible(row["control_id"]),
        "title": visible(row["title"]),
        "account": told.get("account_name") or visible(row["account_id"]),
        "region": visible(row["region"]),
        "resource": visible(short_name(row["resource_id"])),
        "reason": sentence(told.get("reason", "")),
        "then": _state(row, "before"),
        "now": _state(row, "after"),
        "because": [visible(row[name]) for name in (CHECK, PARAMS) if row[name]],
        "unseen": row["change"] == "new" and not row["looked_at_before"],
    }


def _state(row: Change, side: str) -> dict[str, str]:
    """A severity where it failed, else the status in words."""
    severity, status = str(row[f"severity_{side}"]), str(row[side])
    return {"word": severity or STATUSES.get(status, status), "name": severity or status or "NOT_APPLICABLE"}


def _asked(before: snapshot.Run, run: snapshot.Run) -> list[dict[str, str]]:
    """What the two runs were asked differently: params, and the version that judged."""
    told = asked.differences(before.manifest, run.manifest)
    versions = tuple(str(one.manifest.get("tool_version") or "") for one in (before, run))
    rows = {"Orienteer": (versions[0], versions[1])} if versions[0] != versions[1] else {}
    return [{"name": visible(n), "then": visible(t), "now": visible(a)} for n, (t, a) in {**rows, **told}.items()]


# --- over all runs


def trend(runs: Sequence[snapshot.Run]) -> list[dict[str, Any]]:
    """One row per run, oldest first: open failures by severity, what was accepted, not assessed, passed, and scope."""
    rows = []
    for run, (day, time) in zip(runs, _told_apart(runs), strict=True):
        judged, told = checks(run.findings), tally(run.findings)
        rows.append(
            {
                "day": day,
                "time": time,
                "failed": told.failed,
                "open": told.statuses[Status.FAIL],
                "apart": sum(told.apart[name] for name in SET_ASIDE),
                "controls": int(judged["control_id"].nunique()),
                "accounts": int(judged["account_id"].nunique()),
                **{s: told.statuses[s] for s in ("MANUAL", "NOT_ASSESSED", "PASS")},
            }
        )
    return rows


def _told_apart(runs: Sequence[snapshot.Run]) -> list[tuple[str, str]]:
    """The day of each run, and its time (UTC) where another run is of the same day."""
    moments = [str(run.manifest.get("started_at") or run.manifest.get("as_of") or run.path.name) for run in runs]
    days = [moment[:10] for moment in moments]
    minutes = [moment[:16] for moment in moments]
    return [
        (day, "" if days.count(day) == 1 else moment[11:16] if minutes.count(moment[:16]) == 1 else moment[11:19])
        for day, moment in zip(days, moments, strict=True)
    ]


def columns(runs: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The trend as stacked columns, gravest at the foot: rectangles with their words, labels, and lines of a scale."""
    most = max((int(run["open"]) for run in runs), default=0)
    step = _step(most)
    top = max(step, -(-most // step) * step)
    room = (RIGHT - LEFT) / max(len(runs), 1)
    width, bars, labels = min(56.0, room * 0.62), [], []
    for n, run in enumerate(runs):
        x, y = LEFT + room * n + (room - width) / 2, float(BASE)
        for severity, count in run["failed"].items():
            height = (BASE - TOP) * count / top
            y -= height
            if count:
                words = f"{run['day']} {run['time']}".rstrip() + f": {count:,} {severity}"
                bars.append(
                    {
                        "kind": severity,
                        "x": round(x, 1),
                        "y": round(y, 1),
                        "width": round(width, 1),
                        "height": round(height, 1),
                        "words": words,
                    }
                )
        middle = round(x + width / 2, 1)
        told = {"day": run["day"], "time": run["time"], "open": f"{run['open']:,}"}
        labels.append({"x": middle, "y": round(y - 5, 1), **told})
    lines = [{"y": round(BASE - (BASE - TOP) * at / top, 1), "at": f"{at:,}"} for at in range(0, top + 1, step)]
    return {"bars": bars, "labels": labels, "lines": lines}


def _step(most: int) -> int:
    """A round distance between lines that gives at most five of them."""
    sizes = (size * 10**power for power in range(9) for size in (1, 2, 5))
    return next((size for size in sizes if most <= 5 * size), max(1, most))
