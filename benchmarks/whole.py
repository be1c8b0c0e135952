"""Where the time of a whole assessment goes.  `python benchmarks/whole.py [--accounts 1] [--delay 0.05] [--parallel 1]`

Collects, judges, runs every chapter and writes the report of the demo organization, or of its first accounts, from an
endpoint on loopback that replays recorded answers after a fixed delay.  Printed are wall and CPU seconds of every
stage, as shares and as multiples of the collection in the same run: machines are noisy.  CPU is that of the process
that assesses and of everything it starts, read from /proc; the endpoint is none of them.  Linux only.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from memory import tree
from replay import replaying

TICK = os.sysconf("SC_CLK_TCK")


def spent(process: int, ended: bool = True) -> float:
    """CPU seconds of a process; with `ended`, also of its children that have ended."""
    try:
        told = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, told[11 : 15 if ended else 13])) / TICK


class Clock:
    """Wall and CPU seconds of stages, one after the other."""

    def __init__(self) -> None:
        self.stages: dict[str, tuple[float, float]] = {}
        self._at = self._now()

    def _now(self) -> tuple[float, float]:
        return time.perf_counter(), sum(spent(process) for process in tree(os.getpid()))

    def ended(self, stage: str) -> None:
        """What was spent since the last call, or the start, went into this stage."""
        now = self._now()
        self.stages[stage] = (now[0] - self._at[0], now[1] - self._at[1])
        self._at = now


def assess(accounts: int, parallel: int, folder: Path, ids: list[str]) -> Clock:
    """Does it all, as `orienteer run` does."""
    from orienteer import books, params, pipeline
    from orienteer.batch import client
    from orienteer.batch.chapters import execute_notebooks
    from orienteer.batch.kernels.server import serving
    from orienteer.params import narrowed

    given = folder / "demo.yaml"
    given.write_text(f"{books.example('demo-nordlicht').read_text()}\noutput_dir: {folder}/outputs\n")
    clock = Clock()
    run = pipeline.collect(narrowed(params.load(given), ids[:accounts]))
    clock.ended("collect")
    with serving() as server:
        server.here(abs, 0)  # it answers once it has imported all that chapters need
        clock.ended("imports")
        server.here(client._judged, run, None)
        clock.ended("judge, export")
        names = books.names()
        begun: list[str] = []

        def next_one(name: str) -> None:
            clock.ended(begun[-1] if begun else "chapters: start")
            begun.append(name)

        if parallel > 1:
            told = execute_notebooks(run, names, parallel=parallel)
        else:
            told = execute_notebooks(run, names, begun=next_one)
        clock.ended(begun[-1] if begun else f"chapters, {parallel} at a time")
        if failed := [one for one in told if one["status"] != "ok"]:
            sys.exit(str(failed))
        page, told = server.apart(client._written, run, told)
        clock.ended("report")
        server.apart(client._finished, client.Order("", ""), run, page, told)
        clock.ended("manifest")
    return clock


def tell(clock: Clock) -> None:
    """Prints a line for each stage, then what was promised."""
    wall, cpu = (sum(stage[i] for stage in clock.stages.values()) for i in (0, 1))
    collected = clock.stages["collect"]
    print(f"{'':24}{'wall s':>8}{'CPU s':>8}{'share of CPU':>14}{'x collection: wall':>20}{'CPU':>8}")
    for name, stage in [*clock.stages.items(), ("all", (wall, cpu))]:
        shares = f"{100 * stage[1] / cpu:13.0f}%{stage[0] / collected[0]:20.2f}{stage[1] / collected[1]:8.2f}"
        print(f"{name:24}{stage[0]:8.2f}{stage[1]:8.2f}{shares}")
    chapters = {name: stage[1] for name, stage in clock.stages.items() if name[:2].isdigit()}
    if chapters:
        fixed = clock.stages["imports"][1] + clock.stages["chapters: start"][1]
        each = sum(chapters.values()) / len(chapters)
        print(f"chapters: {fixed:.1f} CPU s once, then {each:.2f} CPU s each, of {len(chapters)}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accounts", type=int, default=1)
    parser.add_argument("--delay", type=float, default=0.05)
    parser.add_argument("--parallel", type=int, default=1, help="chapters at a time; above 1 they are one stage")
    parser.add_argument("--timed", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.timed:
        with tempfile.TemporaryDirectory() as folder:
            tell(assess(options.accounts, options.parallel, Path(folder), options.timed.split(",")))
        return
    from orienteer import demo

    with demo.serve() as served, replaying(served, options.delay) as (endpoint, told, _):
        ids = sorted(account.id for account in served.plans[0].accounts)
        environ = {**os.environ, **told}
        record(options.accounts, ids, environ)
        urllib.request.urlopen(f"{endpoint}/-/replay").read()
        arguments = ["--accounts", str(options.accounts), "--parallel", str(options.parallel)]
        command = [sys.executable, __file__, "--timed", ",".join(ids), *arguments]
        subprocess.run(command, env=environ, check=True)


def record(accounts: int, ids: list[str], environ: Mapping[str, str]) -> None:
    """A collection that nobody times, so that the endpoint knows every answer."""
    from orienteer import books

    with tempfile.TemporaryDirectory() as folder:
        given = Path(folder, "demo.yaml")
        given.write_text(f"{books.example('demo-nordlicht').read_text()}\noutput_dir: {folder}/outputs\n")
        command = [sys.executable, "-m", "orienteer", "collect", str(given), "--accounts", ",".join(ids[:accounts])]
        subprocess.run(command, env=dict(environ), check=True, capture_output=True)


if __name__ == "__main__":
    main()
