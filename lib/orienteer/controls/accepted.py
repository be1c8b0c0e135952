"""Exceptions that a client names in the params file: when one ends, and whether it has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd


def end_of(given: Any) -> str:
    """The end that a client's exception states; empty where it states none."""
    if not isinstance(given, Mapping):
        return ""
    return next((str(given[name]) for name in ("end", "end_date", "expires") if given.get(name)), "")


def last_moment(end: str) -> pd.Timestamp:
    """The last moment of an end that is a date, else the moment itself; NaT for what is neither."""
    moment: pd.Timestamp = pd.to_datetime(pd.Series([end]), utc=True, errors="coerce", format="ISO8601").iloc[0]
    return moment + pd.Timedelta(days=1, seconds=-1) if len(end.strip()) == len("2026-01-01") else moment


def ended(given: Any, as_of: pd.Timestamp) -> bool:
    """True if the exception has an end that has passed, or one that cannot be read."""
    end = end_of(given)
    return bool(end) and not last_moment(end) >= as_of
