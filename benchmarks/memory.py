"""Peak memory of a command and everything it starts.  `python benchmarks/memory.py orienteer demo`

Every 0.2 s the proportional set size (PSS: a page that several processes share counts once, by shares) of the whole
process tree is read from /proc; printed are the peak, the processes that stood in it, and the peak of each of them.
The resident size (RSS) would count what forked kernels share once for each of them.  Without a command: a whole
assessment by whole.py of three accounts and of all, two chapters at a time, the pretended AWS left out.  Linux only.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

EVERY = 0.2


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


PRETENDED = ("orienteer.demo", "replay.py")
"""What of whole.py is AWS, and no part of an assessment."""


def peak_of(command: list[str], without: tuple[str, ...] = ()) -> tuple[int, int]:
    """The peak in kB, and the command's exit code.

    With `without`, the command itself and processes with one of these texts in their name do not count.
    """
    child = subprocess.Popen(command)
    peak, parts, highest = 0, dict[str, int](), dict[str, int]()
    while child.poll() is None:
        named = {name(p): p for p in tree(child.pid) if p != child.pid or not without}
        now = {one: memory(p) for one, p in named.items() if not any(text in one for text in without)}
        for one, size in now.items():
            highest[one] = max(size, highest.get(one, 0))
        if sum(now.values()) > peak:
            peak, parts = sum(now.values()), now
        time.sleep(EVERY)
    print(f"peak of the process tree: {peak / 1024:.0f} MB")
    for one, size in sorted(parts.items(), key=lambda item: -item[1]):
        print(f"  {size / 1024:6.0f} MB then, {highest[one] / 1024:6.0f} MB at most  {one}")
    return peak, child.returncode


def main(command: list[str]) -> int:
    if command:
        return peak_of(command)[1]
    found = {}
    for accounts in (3, 9):
        print(f"== {accounts} accounts", flush=True)
        whole = [sys.executable, str(Path(__file__).with_name("whole.py")), "--accounts", str(accounts)]
        found[accounts], code = peak_of([*whole, "--parallel", "2", "--delay", "0"], PRETENDED)
        if code:
            return code
    print(f"{(found[9] - found[3]) / 6 / 1024:.1f} MB more for each further account")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
