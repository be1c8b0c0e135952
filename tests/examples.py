"""How many examples hypothesis draws: the same ones at every run, so that a gate tells about the change and not the
dice; `ORIENTEER_TEST_EXAMPLES=n` draws n times as many, and others every time."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

TIMES = int(os.environ.get("ORIENTEER_TEST_EXAMPLES", "0"))


def examples(count: int = 100) -> settings:
    """The settings for a property that looks at `count` examples."""
    slow = [HealthCheck.too_slow]
    if TIMES:
        return settings(max_examples=count * TIMES, deadline=None, suppress_health_check=slow)
    return settings(max_examples=count, deadline=None, derandomize=True, suppress_health_check=slow)
