"""The ready-made policies of a run as a frame."""

from __future__ import annotations

import pandas as pd

from orienteer.report.policies import COLUMNS, kept, policy_rows
from orienteer.snapshot import Run


def ready_policies(book: Run) -> pd.DataFrame:
    """One row per policy: its size, where it is attached, what it newly denies, what in use it stops, what is unknown.

    Empty where no organization was read.  The files lie in report/policies/ of the run.
    """
    return pd.DataFrame(policy_rows(kept(book)), columns=list(COLUMNS))
