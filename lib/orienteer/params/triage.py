"""The triage file, params/<slug>.triage.yaml: a list of decisions, read as strictly as a params file.

- fingerprint: 0c3f...                 # one finding, or
  control: NET-06                      # the findings of a control, in accounts and resources by pattern
  account: "Shop*"
  resource: "arn:aws:s3:::public-*"
  decision: accepted                   # accepted, false_positive or fix
  by: M. Keller
  on: 2026-06-01
  reason: The price list is meant to be public.
  expires: 2026-12-31                  # the last day of an acceptance; `due` of a fix
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from pydantic_core import PydanticCustomError

from orienteer.decisions import ACCEPTED, DECISIONS, FIX, Decision
from orienteer.params import ParamsError
from orienteer.params.fields import day
from orienteer.params.read import Document, Place, Unreadable, read_document
from orienteer.params.words import credentials, dotted, nearest, safe, shown

KEYS = ("fingerprint", "control", "account", "resource", "decision", "by", "on", "reason", "expires", "due")
FINGERPRINT = re.compile(r"[0-9a-f]{20}")
MOST = 20_000

Fault = tuple[Place, str]


def beside(folder: Path, slug: str) -> Path:
    """The client's triage file in the folder of its params file; it need not be there."""
    return folder / f"{slug}.triage.yaml"


def load(path: Path) -> tuple[Decision, ...]:
    """The decisions of the file, in its order.  Raises ParamsError with a line per fault."""
    document, faults = _read(path)
    if document is None or faults:
        raise ParamsError(faults)
    return tuple(from_mapping(entry) for entry in document.data or ())


def errors(path: Path) -> list[str]:
    """What is wrong with the file, a line per fault; empty when it is good or not there."""
    return _read(path)[1] if path.exists() or path.is_symlink() else []


def from_mapping(entry: Mapping[str, Any]) -> Decision:
    """The decision of an entry that was found good."""
    last = entry.get("due") if entry["decision"] == FIX else entry.get("expires")
    named = ("fingerprint", "control", "account", "resource", "by", "reason")
    texts = {name: str(entry.get(name) or "") for name in named}
    return Decision(
        decision=entry["decision"],
        on=day(entry["on"]) if entry.get("on") else None,
        until=day(last) if last else None,
        **texts,
    )


def as_mapping(decision: Decision) -> dict[str, str]:
    """The decision as an entry of a triage file, keys in the order of KEYS."""
    last = {"due" if decision.decision == FIX else "expires": _day(decision.until)}
    known = {name: getattr(decision, name, "") for name in KEYS} | {"on": _day(decision.on), **last}
    return {name: str(known[name]) for name in KEYS if known.get(name)}


def written(entries: Iterable[Decision | Mapping[str, Any]]) -> str:
    """Decisions, or entries as they were read, as the text of a triage file."""
    told = [(as_mapping(one) if isinstance(one, Decision) else one).items() for one in entries]
    marked = [[f"{'- ' if n == 0 else '  '}{k}: {_value(v)}" for n, (k, v) in enumerate(entry)] for entry in told]
    return "".join(f"{line}\n" for entry in marked for line in entry) or "[]\n"


def _value(value: Any) -> str:
    """The value on one line; only notes (x- keys) hold more than texts."""
    if isinstance(value, dict):
        return f"{{{', '.join(f'{_quoted(str(k))}: {_value(v)}' for k, v in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    return "null" if value is None else _quoted(str(value))


def _quoted(text: str) -> str:
    """The text as a YAML scalar between double quotes; what cannot be seen is written out."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{"".join(c if c.isprintable() else _escape(ord(c)) for c in escaped)}"'


def _escape(code: int) -> str:
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _day(known: date | None) -> str:
    return known.isoformat() if known else ""


# --- faults


def faults(decisions: Sequence[Decision]) -> list[str]:
    """What a triage file would refuse of these decisions, each fault once: `expires: ...`."""
    entries = [as_mapping(one) for one in decisions]
    leaks = [(place[1:], "looks like a credential; none belongs here") for place in credentials(entries, set())]
    found = leaks or [(place[1:], said) for entry in entries for place, said in _entry_faults(entry, (0,))]
    return list(dict.fromkeys(f"{dotted(place)}: {said}" if place else said for place, said in found))


def _read(path: Path) -> tuple[Document | None, list[str]]:
    name = safe(str(path))
    try:
        document = read_document(path)
    except Unreadable as error:
        return None, [f"{name}:{error.line}: {shown(error.key)[1:-1]}: {error}"]
    if not isinstance(document.data, list):
        return None, [f"{name}:{document.line(())}: file: must be a list of decisions, each beginning with a dash"]
    data = [without_notes(entry) for entry in document.data]
    leaks = [(place, "looks like a credential; none belongs here") for place in credentials(document.data, set())]
    found = leaks or [fault for at, entry in enumerate(data) for fault in _entry_faults(entry, (at,))]
    if len(data) > MOST:
        found = [((), f"holds more than {MOST:,} decisions")]
    told = [f"{name}:{document.line(place)}: {dotted(place)}: {said}" for place, said in found[:100]]
    return Document(data, document.lines, document.plain), told


def without_notes(entry: Any) -> Any:
    """The entry without its notes, keys that begin with x-."""
    return {k: v for k, v in entry.items() if not str(k).startswith("x-")} if isinstance(entry, dict) else entry


def _entry_faults(entry: Any, place: Place) -> Iterator[Fault]:
    if not isinstance(entry, dict):
        yield place, "must be a mapping of keys"
        return
    for key, value in entry.items():
        if key not in KEYS:
            yield (*place, key), f"unknown key{nearest(key, KEYS)}"
        elif not isinstance(value, str) or not value.strip() or len(value) > 2_000:
            yield (*place, key), "must be text"
    known = {key: value for key, value in entry.items() if isinstance(value, str)}
    yield from _target_faults(known, place)
    decision = known.get("decision", "")
    if decision not in DECISIONS:
        yield (*place, "decision"), f"must be one of {', '.join(DECISIONS)}"
    for key in ("by", "on", "reason"):
        if not known.get(key):
            yield place, f"the key {key} is missing"
    if decision == ACCEPTED and not known.get("expires"):
        yield place, "the key expires is missing: an acceptance has a last day"
    yield from _date_faults(known, decision, place)


def _target_faults(known: Mapping[str, str], place: Place) -> Iterator[Fault]:
    """A decision names one finding, or a control."""
    if known.get("fingerprint"):
        if not FINGERPRINT.fullmatch(known["fingerprint"]):
            yield (*place, "fingerprint"), "must be the 20 hexadecimal digits of a finding"
        for key in ("control", "account", "resource"):
            if known.get(key):
                yield (*place, key), "stands beside fingerprint; a decision names one finding, or a control"
    elif not known.get("control"):
        yield place, "give fingerprint, or control with account and resource patterns"
    elif known["control"] not in (known_ids := _control_ids()):
        yield (*place, "control"), f"unknown control {shown(known['control'])}{nearest(known['control'], known_ids)}"


def _control_ids() -> Sequence[str]:
    from orienteer.controls import registry  # loads the catalogue, and pandas with it

    return tuple(registry())


def _date_faults(known: Mapping[str, str], decision: str, place: Place) -> Iterator[Fault]:
    days: dict[str, date] = {}
    for key in ("on", "expires", "due"):
        if not known.get(key):
            continue
        try:
            days[key] = day(known[key])
        except PydanticCustomError as error:
            yield (*place, key), str((error.context or {}).get("say", "is not a date"))
    wrong = "expires" if decision == FIX else "due"
    if wrong in known and decision in DECISIONS:
        yield (*place, wrong), "a fix has a day by which it is due, other decisions a day on which they expire"
    for key in ("expires", "due"):
        if key in days and "on" in days and days[key] < days["on"]:
            yield (*place, key), "lies before the day of the decision (on)"
