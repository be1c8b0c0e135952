"""The manifest: which state a run is in, what each state was made from, and the hash of every file.

    collected   snapshot/*.parquet are there and whole
    judged      findings.* are those of this snapshot
    reported    notebooks/ and report/ show these findings

`states` holds for each state reached when (`at`) and the digest of what it was made from (`made_from`).  A report made
from other findings than those of now is `stale`, and the run is then no more than judged.  The manifest is written
last, and while the files of a state are being replaced it does not count that state (`retract`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from orienteer.errors import OrienteerError
from orienteer.files import PARTS, sha256, write_json

SCHEMA = 1
"""Version of the snapshot's form.  A newer one is refused."""

MANIFEST, LAB = "manifest.json", "lab"
POLICIES = "policies.json"
"""The ready-made policies, tried when the run was judged."""
OF_JUDGEMENT = ("findings.", POLICIES)
"""How the paths begin of what judging writes."""
COLLECTED, JUDGED, REPORTED = STATES = ("collected", "judged", "reported")
MADE_FROM: Mapping[str, str] = {JUDGED: "snapshot/", REPORTED: "findings."}
"""The files that a state is made from, by how their paths begin."""


def hashes(folder: Path) -> dict[str, str]:
    """SHA-256 of every file of a run folder by its path in it, without manifest, hidden files and what is worked in."""
    files = (p for p in folder.rglob("*") if p.is_file() and not p.is_symlink())
    names = sorted((p.relative_to(folder), p) for p in files)
    return {
        n.as_posix(): sha256(p)
        for n, p in names
        if n.as_posix() != MANIFEST and n.parts[0] != LAB and not any(part[0] == "." for part in n.parts)
    }


def digest(files: Mapping[str, str], beginning: str) -> str:
    """SHA-256 over the names and hashes of the files whose path begins so: equal when what they hold is equal."""
    lines = [f"{known}  {name}\n" for name, known in sorted(files.items()) if name.startswith(beginning)]
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def write_manifest(folder: Path, facts: Mapping[str, Any]) -> None:
    """Writes manifest.json: the facts, and the hash of every file.  Always the last thing that a step writes."""
    write_json(folder / MANIFEST, {**facts, "schema": SCHEMA, "files": hashes(folder)})


def write_state(folder: Path, facts: Mapping[str, Any], state: str, made_from: str = "") -> None:
    """Writes the manifest of a run that has reached this state.  `made_from`: by default the digest of the files that
    the state is made from."""
    files = hashes(folder)
    source = made_from or digest(files, MADE_FROM[state])
    states = {**facts.get("states", {}), state: {"at": datetime.now(UTC).isoformat(), "made_from": source}}
    states = {name: _fresh(name, states[name], files) for name in STATES if name in states}
    reached = [name for name in states if not states[name].get("stale")][-1]
    whole = bool(facts.get("complete")) and reached == REPORTED
    told = {"states": states, "state": reached, "complete": whole, "schema": SCHEMA, "files": files}
    write_json(folder / MANIFEST, {**facts, **told})


def _fresh(name: str, known: Mapping[str, Any], files: Mapping[str, str]) -> dict[str, Any]:
    """What is known of a state, marked `stale` where it was made from other files than those that are there now."""
    plain = {key: value for key, value in known.items() if key != "stale"}
    stale = name in MADE_FROM and plain["made_from"] != digest(files, MADE_FROM[name])
    return plain | ({"stale": True} if stale else {})


def retract(folder: Path, facts: Mapping[str, Any], state: str) -> None:
    """Takes back this state before its files are replaced: whoever is cut short there leaves a run that is whole as far
    as the state before.  A report that is there is from then on marked stale."""
    states = {name: dict(known) for name, known in facts.get("states", {}).items()}
    if state == JUDGED:
        states.pop(JUDGED, None)
    if REPORTED in states:
        states[REPORTED]["stale"] = True
    before = STATES[max(0, STATES.index(state) - 1)]
    gone = {JUDGED: (*OF_JUDGEMENT, "notebooks/", "report/"), REPORTED: ("notebooks/", "report/")}[state]
    files = {name: known for name, known in facts["files"].items() if not name.startswith(gone)}
    kept = {**facts, "states": states, "state": before, "complete": False, "files": files, "schema": SCHEMA}
    write_json(folder / MANIFEST, kept)


def is_stale(manifest: Mapping[str, Any]) -> bool:
    """True if there is a report that shows other findings than those of now."""
    return bool(manifest.get("states", {}).get(REPORTED, {}).get("stale"))


def chapters_missing(manifest: Mapping[str, Any], asked: Sequence[str]) -> list[str]:
    """The chapters asked for that did not run to their end."""
    ran = {str(one["name"]) for one in manifest.get("notebooks", ()) if one["status"] == "ok"}
    return [name for name in asked if name not in ran]


def read_manifest(path: Path) -> dict[str, Any]:
    """The manifest of the run folder.  Raises OrienteerError, in one line, where there is none that can be read."""
    file = path / MANIFEST
    if not file.is_file():
        started = (path / PARTS).exists() or (path / "snapshot").exists()
        problem = "is unfinished; run the same command again to go on" if started else "is not an orienteer run folder"
        raise OrienteerError(f"{path} {problem}", 3 if started else 2)
    try:
        manifest = json.loads(file.read_text(encoding="utf-8"))
        if not isinstance(manifest["files"], dict) or not isinstance(manifest["client"]["slug"], str):
            raise TypeError
        if "snapshot/coverage.parquet" not in manifest["files"]:
            raise KeyError
        manifest = {**manifest, "schema": int(manifest.get("schema", SCHEMA))}
        return {**manifest, "state": manifest.get("state") or _state_of(manifest["files"])}
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise OrienteerError(f"{file} is not an orienteer manifest", 3) from error


def _state_of(files: Mapping[str, str]) -> str:
    """The state of a run whose manifest does not say it."""
    if "findings.parquet" not in files:
        return COLLECTED
    return REPORTED if "report/index.html" in files else JUDGED
