"""Writes decisions into a triage file.  What is there stays as somebody wrote it, comments and order included.

An entry goes only where a new decision is about the same finding; new ones come at the end.  The text is edited by
lines, and read back before it gets the file's name: where it does not hold exactly the decisions that it should (a
list in brackets, anchors), all entries are written anew instead, and only comments are lost.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from orienteer.decisions import Decision
from orienteer.params import ParamsError
from orienteer.params.read import Document, read_document
from orienteer.params.triage import beside, faults, load, without_notes, written
from orienteer.snapshot import write_bytes

__all__ = ["beside", "decide"]


def decide(path: Path, decisions: Sequence[Decision]) -> tuple[Decision, ...]:
    """Adds the decisions to the file (mode 0600, made where it is missing); gives all that are then in it.

    Raises ParamsError, with a line per fault, where a decision or the file is not good; nothing is written then.
    """
    if told := faults(decisions):
        raise ParamsError(told)
    path = path.resolve()  # a link stays one
    path.parent.mkdir(parents=True, exist_ok=True)
    with _alone(path.parent):
        known = load(path) if path.exists() else ()
        last = {one.fingerprint or one: one for one in decisions}
        new = [one for one in last.values() if one not in known]
        renewed = {one.fingerprint for one in new if one.fingerprint}
        gone = {n for n, one in enumerate(known) if one.fingerprint in renewed}
        every = (*(one for n, one in enumerate(known) if n not in gone), *new)
        if new:
            _replace(path, gone, new, every)
    return every


def _replace(path: Path, gone: Collection[int], new: Sequence[Decision], every: Sequence[Decision]) -> None:
    """Writes the file without the entries at `gone` and with `new` at its end, once that reads as `every`."""
    document = read_document(path) if path.exists() else Document([])
    text = path.read_bytes().decode("utf-8-sig") if path.exists() else ""
    kept = [entry for n, entry in enumerate(document.data or ()) if n not in gone]
    trial, refusal = path.with_name(f".{path.name}.new"), "what is written does not read as it should"
    try:
        for told in (_edited(text, document, gone) + written(new), written(kept + list(new))):
            write_bytes(trial, told.encode("utf-8"))
            try:
                if load(trial) == every and _notes(trial) == _notes_of(kept):
                    trial.replace(path)
                    return
            except ParamsError as error:
                refusal = str(error)
        raise ParamsError([f"{path.name} cannot hold these decisions: {refusal.replace(str(trial), 'it')}"])
    finally:
        trial.unlink(missing_ok=True)


def _edited(text: str, document: Document, gone: Collection[int]) -> str:
    """The text without the lines of these entries; comments between entries stay."""
    lines = text.splitlines(keepends=True)
    if not document.data:
        lines = [line for line in lines if line.strip() != "[]"]
    count = len(document.data or ())
    starts = [*(document.line((n,)) - 1 for n in range(count)), len(lines)]
    for n in sorted(gone, reverse=True):
        end = starts[n + 1]
        while end > starts[n] + 1 and (not lines[end - 1].strip() or lines[end - 1].startswith("#")):
            end -= 1
        del lines[starts[n] : end]
    kept = "".join(lines)
    return kept if not kept or kept.endswith("\n") else f"{kept}\n"


def _notes(path: Path) -> list[object]:
    return _notes_of(read_document(path).data or ())


def _notes_of(entries: Sequence[object]) -> list[object]:
    """The x- keys of each entry that has some."""
    mappings = [entry for entry in entries if isinstance(entry, dict)]
    own = [{k: v for k, v in entry.items() if k not in without_notes(entry)} for entry in mappings]
    return [notes for notes in own if notes]


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Nobody else who writes decisions into this folder is at it meanwhile."""
    try:
        import fcntl
    except ImportError:  # Windows: whoever writes last has the file
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
