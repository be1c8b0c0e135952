"""Writes docs/CATALOGUE.md, what is judged and by which facts and tables: `python docs/catalogue.py`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import yaml

from orienteer import books, controls, listing
from orienteer.demo.clients import CLIENTS
from orienteer.demo.faults import must_pass, planted

HERE = Path(__file__).parent
PAGE, SUBJECTS = HERE / "CATALOGUE.md", HERE / "subjects.yaml"


def seen() -> Mapping[str, Mapping[str, str]]:
    """Per control and status, the demo clients whose plan says that it shows there."""
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for plan in CLIENTS.values():
        name = plan.slug.removeprefix("demo-")
        for row in (*planted(plan), *must_pass(plan)):
            if row.sure and name not in found[row.control_id][row.status]:
                found[row.control_id][row.status].append(name)
    return {key: {status: ", ".join(names) for status, names in told.items()} for key, told in found.items()}


def covering(patterns: Collection[str], known: Collection[str]) -> list[str]:
    """The controls that these patterns name."""
    return [name for name in known if any(fnmatchcase(name, pattern) for pattern in patterns)]


def subjects() -> Mapping[str, list[dict[str, Any]]]:
    """What an assessment has to cover, by domain, with the controls that do."""
    told: Mapping[str, list[dict[str, Any]]] = yaml.safe_load(SUBJECTS.read_text(encoding="utf-8"))
    known = sorted(controls.registry())
    return {d: [one | {"controls": covering(one["controls"], known)} for one in rows] for d, rows in told.items()}


def lines() -> Iterator[str]:
    shown, rows = seen(), listing.control_rows()
    yield "# Catalogue"
    yield ""
    yield f"{len(rows)} controls, computed by `make catalogue`: nothing here is written by hand."
    for chapter in books.names():
        own = [row for row in rows if row["notebook"] == chapter]
        if not own:
            continue
        yield from ("", f"## {chapter}", "", "| Control | Title | Severity | Level | Facts | Fails in | Passes in |")
        yield "| --- | --- | --- | --- | --- | --- | --- |"
        for row in own:
            told = shown.get(row["id"], {})
            fails, passes = told.get("FAIL") or told.get("MANUAL", "its test"), told.get("PASS", "its test")
            cells = (row["id"], row["title"], row["severity"], row["maturity"], ", ".join(row["facts"]), fails, passes)
            yield f"| {' | '.join(map(str, cells))} |"
    yield from ("", "## What an assessment has to cover", "")
    yield from ("| Domain | Subject | Controls | Also shown in |", "| --- | --- | --- | --- |")
    for domain, found in subjects().items():
        for one in found:
            yield f"| {domain} | {one['subject']} | {', '.join(one['controls'])} | {', '.join(one.get('shown', ()))} |"


def page() -> str:
    return "\n".join(lines()) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
