"""Files of a run folder: private, and under their final names only when they are whole.

Nothing here loads pandas: the processes that only wait for others import it.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from pathlib import Path
from typing import Any

from orienteer.errors import OrienteerError

PARTS = ".parts"
"""What only unfinished work needs, in its run folder."""
RUN_IN_PROGRESS = "ORIENTEER_RUN_IN_PROGRESS"
"""Environment variable with the run folder that a batch is working on: its notebooks show static tables."""


def private_folder(path: Path) -> Path:
    """The folder, made with mode 0700 whatever the umask; a link in its place is refused."""
    if path.is_symlink():
        raise OrienteerError(f"{path} is a link; refusing to write through it", 3)
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.chmod(0o700)
    return path


def write_bytes(path: Path, data: bytes) -> None:
    """Writes a file with mode 0600 under its final name only when it is whole."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def write_json(path: Path, value: Any) -> None:
    write_bytes(path, (json.dumps(value, indent=1, sort_keys=True, default=str) + "\n").encode())


SMALL = 2**18
"""Bytes up to which a file is hashed in one piece."""


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        if path.stat().st_size < SMALL:  # file_digest clears 256 kB for each
            return hashlib.sha256(file.read()).hexdigest()
        return hashlib.file_digest(file, "sha256").hexdigest()
