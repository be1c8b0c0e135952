"""One demo server for all processes of a test session: filling one takes some ten seconds of a core."""

from __future__ import annotations

import json
import shutil
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from orienteer.demo import Demo

SEEDS = (1, 2)
START_SECONDS = 180


class SharedDemo:
    """The server of the process that hands tests out.  It starts when the first test process asks for it."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="orienteer-demo-"))
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        while not (self.folder / "wanted").exists():
            if self._ended.wait(0.2):
                return
        from orienteer.demo import serve

        with serve(SEEDS) as demo:
            told = self.folder / "told.tmp"
            told.write_text(json.dumps({"endpoint_url": demo.endpoint_url, "pid": demo.pid}))
            told.rename(self.folder / "told")
            self._ended.wait()

    def end(self) -> None:
        """Ends the server; nobody may read from it any more."""
        self._ended.set()
        self._thread.join()
        shutil.rmtree(self.folder)


def joined(folder: Path) -> Demo:
    """The running server that is asked for in this folder.  Raises TimeoutError where none comes."""
    from orienteer.demo import Demo
    from orienteer.demo.clients import CLIENTS

    (folder / "wanted").touch()
    until = time.monotonic() + START_SECONDS
    while not (folder / "told").exists():
        if time.monotonic() > until:
            raise TimeoutError("the shared demo server did not start")
        time.sleep(0.1)
    told = json.loads((folder / "told").read_text())
    return Demo(told["endpoint_url"], tuple(CLIENTS[seed] for seed in SEEDS), told["pid"])
