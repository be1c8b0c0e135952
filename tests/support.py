"""What tests share: typed frames of a table by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from orienteer import tables
from orienteer.model import frame as frame_of


def frame(name: str, rows: Iterable[Mapping[str, Any]] = ()) -> pd.DataFrame:
    """Rows of the table `name`, typed from its spec, nulls where not given, as a control would get them."""
    return frame_of(tables.registry()[name], rows).drop(columns=["outcome", "gap"])
