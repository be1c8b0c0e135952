"""Peak memory of a command and everything it starts.  `python benchmarks/memory.py orienteer demo`

Every 0.2 s the proportional set size (PSS: a page that several processes share counts once, by shares) of the whole
process tree is read from /proc; printed are the peak, the processes that stood in it, the peak of each of them, and
after which lines of its output the tree was largest.
The resident size (RSS) would count what forked kernels share once for each of them.  Without a command: `orienteer run`
of three accounts of the demo and of all nine in three regions, and of all nine in four; then the last of these with one
account multiplied, so that there are 50 and 100: judged, and `orienteer report` measured.  The pretended AWS is no part
of that tree: this script starts it, and it weighs some 350 MB.  Linux only.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

EVERY = 0.2
LINES = 6
REGIONS = ("eu-central-1", "eu-west-1", "us-east-1", "eu-north-1")
GROWN = (50, 100)
"""Accounts of the runs that are multiplied."""
ORIENTEER = (sys.executable, "-m", "orienteer")
OF_LATER = ("states", "state", "files", "summary", "complete", "crashed")
"""What the manifest tells of judging and after."""


def tree(root: int) -> Iterator[int]:
    """The process and its descendants."""
    waiting = [root]
    while waiting:
        process = waiting.pop()
        yield process
        for task in Path(f"/proc/{process}/task").glob("*/children"):
            try:
                waiting += [int(child) for child in task.read_text().split()]
            except OSError:
                continue


def memory(process: int) -> int:
    """kB of the process, its share of what it shares; 0 where it is gone."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def name(process: int) -> str:
    """The process as a reader knows it: its module or script, with the first arguments."""
    try:
        words = Path(f"/proc/{process}/cmdline").read_bytes().decode(errors="replace").split("\0")
    except OSError:
        return "gone"
    told = [word.rpartition("/")[2] for word in words[1:] if not word.startswith("-")]
    return f"{process} {' '.join(told[:4])}"[:80]


def peak_of(command: list[str], environ: Mapping[str, str] = os.environ) -> tuple[int, int]:
    """The peak in kB, and the command's exit code."""
    child = subprocess.Popen(command, env=dict(environ), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    peak, parts, highest = 0, dict[str, int](), dict[str, int]()
    said, at = [""], dict[str, int]()
    threading.Thread(target=echo, args=(child.stdout, said), daemon=True).start()
    while child.poll() is None:
        now = {name(process): memory(process) for process in tree(child.pid)}
        for one, size in now.items():
            highest[one] = max(size, highest.get(one, 0))
        at[said[-1]] = max(sum(now.values()), at.get(said[-1], 0))
        if sum(now.values()) > peak:
            peak, parts = sum(now.values()), now
        time.sleep(EVERY)
    print(f"peak of the process tree: {peak / 1024:.0f} MB")
    for one, size in sorted(parts.items(), key=lambda item: -item[1]):
        print(f"  {size / 1024:6.0f} MB then, {highest[one] / 1024:6.0f} MB at most  {one}")
    for line, size in sorted(at.items(), key=lambda item: -item[1])[:LINES]:
        print(f"  {size / 1024:6.0f} MB after: {line}")
    return peak, child.returncode


def echo(lines: Iterable[str], said: list[str]) -> None:
    """Prints what a command says, and keeps it."""
    for line in lines:
        print(line, end="", flush=True)
        said.append(line.strip()[:80])


def main(command: list[str]) -> int:
    if command:
        return peak_of(command)[1]
    from orienteer import books, demo

    found = {}
    with demo.serve() as served, tempfile.TemporaryDirectory() as folder:
        ids = sorted(account.id for account in served.plans[0].accounts)
        given = Path(folder, "demo.yaml")
        given.write_text(f"{books.example('demo-nordlicht').read_text()}\noutput_dir: {folder}/outputs\n")
        for accounts, regions in ((3, REGIONS[:3]), (9, REGIONS[:3]), (9, REGIONS)):
            print(f"== {accounts} accounts, {len(regions)} regions", flush=True)
            narrowed = ["--accounts", ",".join(ids[:accounts]), "--regions", ",".join(regions)]
            run = [*ORIENTEER, "run", str(given), *narrowed]
            found[accounts, len(regions)], code = peak_of(run, {**os.environ, **served.environ})
            if code:
                return code
        nine = Path(folder, "outputs", "demo-nordlicht", "latest").resolve()
        for accounts in GROWN:
            found[accounts, len(REGIONS)], code = peak_of([*ORIENTEER, "report", str(grown(nine, accounts))])
            if code:
                return code
    print(f"{(found[9, 3] - found[3, 3]) / 6 / 1024:.1f} MB more for each further account of the demo, "
          f"{(found[100, 4] - found[50, 4]) / 50 / 1024:.1f} MB for each that was "
          f"multiplied; {found[100, 4] / found[9, 4]:.2f} x the memory of nine accounts")  # fmt: skip
    return 0


def grown(run: Path, accounts: int) -> Path:
    """A run beside this one, judged, in which one account stands so often that there are so many."""
    from judge import grow_estate
    from orienteer import snapshot

    print(f"== {accounts} accounts, {len(REGIONS)} regions", flush=True)
    target = run.with_name(f"{run.name}-{accounts}")
    (target / "snapshot").mkdir(parents=True)
    grow_estate(str(run), accounts, len(REGIONS), str(target / "snapshot"))
    told = {name: value for name, value in snapshot.open_run(run).manifest.items() if name not in OF_LATER}
    snapshot.write_state(target, told, snapshot.COLLECTED, "a run that was multiplied")
    subprocess.run([*ORIENTEER, "judge", str(target)], check=True, stdout=subprocess.DEVNULL)
    return target


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
