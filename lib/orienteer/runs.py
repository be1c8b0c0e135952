"""The run folders of a client: made, locked, taken up again, and the newest finished one under the name `latest`.

A folder is at work, and is taken up again by the same command, as long as `.parts/started.json` lies in it.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from orienteer.errors import OrienteerError
from orienteer.files import PARTS, private_folder, write_json
from orienteer.params import Params

try:
    import fcntl
except ImportError:  # not on Windows: two batches on one client are then not kept apart
    fcntl = None  # type: ignore[assignment]

STARTED, LATEST = "started.json", "latest"
LOCAL = "outputs"
"""Where the runs are made whose finished folders go to a bucket."""
JOURNALS = ("organization", "accounts")


def client_folder(params: Params) -> Path:
    """outputs/<slug>, made when it is not there; on this machine, also where the finished runs go to a bucket."""
    root = Path(LOCAL if params.bucket else params.output_dir).expanduser().absolute()
    root.mkdir(parents=True, exist_ok=True)
    return private_folder(root / params.client.slug)


@contextmanager
def locked(params: Params) -> Iterator[None]:
    """Keeps a second batch off this client.  Raises OrienteerError (exit 2) when one is at work."""
    with os.fdopen(os.open(client_folder(params) / ".lock", os.O_RDWR | os.O_CREAT, 0o600), "r+") as file:
        if fcntl is not None:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                text = f"another run of client {params.client.slug!r} is at work in {client_folder(params)}"
                raise OrienteerError(text, 2) from error
        yield


# --- at work


def begun(params: Params, digest: str) -> Path:
    """The folder to work in: the newest one that the same request (`digest`) began and did not end, else a new one."""
    return _unfinished(params, digest) or _new(params, digest)


def started(folder: Path) -> Mapping[str, Any]:
    """What was noted when the work began: digest, started_at, params."""
    known: Mapping[str, Any] = json.loads((folder / PARTS / STARTED).read_text(encoding="utf-8"))
    return known


def _unfinished(params: Params, digest: str) -> Path | None:
    for folder in sorted(client_folder(params).glob("2*"), reverse=True):
        if folder.is_symlink() or not (folder / PARTS / STARTED).is_file():
            continue
        try:
            if started(folder)["digest"] == digest:
                return folder
        except (ValueError, KeyError):
            continue
    return None


def _new(params: Params, digest: str) -> Path:
    """A new, empty folder named by the time, UTC; a second one in the same second gets a number."""
    now = datetime.now(UTC)
    base = client_folder(params)
    for suffix in ("", *(f"-{n}" for n in range(2, 100))):
        folder = base / f"{now:%Y%m%dT%H%M%SZ}{suffix}"
        try:
            folder.mkdir(mode=0o700)
            break
        except FileExistsError:
            continue
    private_folder(folder / PARTS)
    facts = {"digest": digest, "started_at": now.isoformat(), "params": params.public()}
    write_json(folder / PARTS / STARTED, facts)
    return folder


def journals(folder: Path) -> Path:
    """The folder of the journals, with one folder below it for each kind."""
    place = folder / PARTS
    for name in JOURNALS:
        private_folder(place / name)
    return place


def drop_journals(folder: Path) -> None:
    """Removes what was answered, so that everything is asked anew."""
    for name in JOURNALS:
        shutil.rmtree(folder / PARTS / name, ignore_errors=True)


def ended(folder: Path) -> None:
    """Marks the work in the folder as done, and removes what only unfinished work needs."""
    (folder / PARTS / STARTED).unlink(missing_ok=True)
    shutil.rmtree(folder / PARTS, ignore_errors=True)


# --- latest


def latest_problem(folder: Path) -> str:
    """Why `latest` cannot point at this run when it is finished; empty where it can."""
    link = folder.parent / LATEST
    if link.exists() and not link.is_symlink():
        return f"{link} is a {'folder' if link.is_dir() else 'file'}, not a link, so it will not point at this run"
    probe = _temporary(folder)
    try:
        probe.symlink_to(folder.name, target_is_directory=True)
    except OSError as error:
        return f"no link can be made in {folder.parent} ({error.strerror}), so {LATEST} will not point at this run"
    finally:
        probe.unlink(missing_ok=True)
    return ""


def point_latest(folder: Path) -> None:
    """Lets `latest` beside the folder point at it, replaced in one step; leaves it where it points at a newer run, and
    where there can be no such link."""
    link, temporary = folder.parent / LATEST, _temporary(folder)
    if latest_problem(folder) or (link.exists() and link.resolve().name > folder.name):
        return
    with suppress(OSError):
        temporary.symlink_to(folder.name, target_is_directory=True)
        temporary.replace(link)
    temporary.unlink(missing_ok=True)


def _temporary(folder: Path) -> Path:
    path = folder.parent / f".{LATEST}-{os.getpid()}"
    path.unlink(missing_ok=True)
    return path
