"""Peak memory of a command and everything it starts.  `python benchmarks/memory.py orienteer demo`

Every 0.2 s the proportional set size (shared pages counted once) of the whole process tree is read from /proc; printed
are the peak, the processes that stood in it, and the peak of each of them.  Linux only.
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
    return f"{process} {' '.join(told[:3])}"[:80]


def main(command: list[str]) -> int:
    child = subprocess.Popen(command)
    peak, parts, highest = 0, dict[str, int](), dict[str, int]()
    while child.poll() is None:
        now = {name(process): memory(process) for process in tree(child.pid)}
        for one, size in now.items():
            highest[one] = max(size, highest.get(one, 0))
        if sum(now.values()) > peak:
            peak, parts = sum(now.values()), now
        time.sleep(EVERY)
    print(f"peak of the process tree: {peak / 1024:.0f} MB")
    for one, size in sorted(parts.items(), key=lambda item: -item[1]):
        print(f"  {size / 1024:6.0f} MB then, {highest[one] / 1024:6.0f} MB at most  {one}")
    return child.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
