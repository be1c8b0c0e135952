"""Judging the network of a crowded account.  `python benchmarks/network.py`

One account with many security group rules and network interfaces, then four times as many of both; printed are CPU
seconds, peak memory, and how the seconds grow: a ratio near 4 is linear, one near 16 quadratic.  The last two lines
have the same number of rules in few groups of 1,000 (the most that AWS allows), each used by many interfaces.
"""

from __future__ import annotations

import resource
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.facts.crowded import crowded, judged

SIZES = {"small groups": ((100, 50, 1_250), (400, 50, 5_000)), "large groups": ((5, 1_000, 1_250), (20, 1_000, 5_000))}


def seconds(groups: int, rules: int, interfaces: int) -> float:
    """CPU seconds of judging, printed with the size."""
    frames = crowded(groups, rules, interfaces)
    started = time.process_time()
    found = judged(frames)
    took = time.process_time() - started
    mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{groups * rules:6} rules in {groups:3} groups, {interfaces:5} interfaces: {took:5.1f} s CPU, {mb:4.0f} MB, "
          f"{len(found.findings)} findings")  # fmt: skip
    return took


def main() -> None:
    judged(crowded(1, 1, 1))  # imports and caches
    for name, (small, large) in SIZES.items():
        few = seconds(*small)
        print(f"{name}: four times as much takes {seconds(*large) / few:.1f} x the time")


if __name__ == "__main__":
    main()
