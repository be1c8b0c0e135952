"""The demo's fixed clock: moto's times become the same on every run."""

from __future__ import annotations

import datetime as real
import importlib
import time as real_time
import types
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

AS_OF = datetime(2026, 6, 30, 12, 0, 0, tzinfo=UTC)

# The modules of moto that ask the time themselves instead of through moto.core.utils.utcnow.
_ASKING = ("core.utils", "s3.models", "s3control.models", "guardduty.models", "ram.models", "ecr.models")


class Clock:
    """The time moto sees; `at` moves it into the past while something old is built."""

    def __init__(self) -> None:
        self.now = AS_OF

    @contextmanager
    def at(self, days_ago: float) -> Iterator[datetime]:
        """The moment so many days before AS_OF, as moto's present for the time of the block."""
        before, self.now = self.now, ago(days_ago)
        try:
            yield self.now
        finally:
            self.now = before


def ago(days: float) -> datetime:
    """The moment so many days before AS_OF, UTC."""
    return AS_OF - timedelta(days=days)


def install(clock: Clock) -> None:
    """Nothing; afterwards moto in this process lives by `clock`."""
    frozen = _frozen_datetime(clock)
    stand_in = types.ModuleType("datetime")
    stand_in.__dict__.update({**real.__dict__, "datetime": frozen})
    for name in _ASKING:
        module = importlib.import_module(f"moto.{name}")
        asked = vars(module).get("datetime")
        if asked is not None:
            vars(module)["datetime"] = stand_in if isinstance(asked, types.ModuleType) else frozen
    secrets = importlib.import_module("moto.secretsmanager.models")
    watch = types.ModuleType("time")
    watch.__dict__.update({**real_time.__dict__, "time": lambda: clock.now.timestamp()})
    vars(secrets)["time"] = watch


def _frozen_datetime(clock: Clock) -> type[datetime]:
    """A datetime class whose present is the clock's."""

    class Frozen(datetime):
        @classmethod
        def now(cls, tz: real.tzinfo | None = None) -> datetime:  # type: ignore[override]
            return clock.now.astimezone(tz) if tz else clock.now.replace(tzinfo=None)

        @classmethod
        def utcnow(cls) -> datetime:  # type: ignore[override]
            return clock.now.replace(tzinfo=None)

        @classmethod
        def today(cls) -> datetime:  # type: ignore[override]
            return clock.now.replace(tzinfo=None)

    return Frozen
