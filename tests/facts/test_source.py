"""Sources: rows of calls, of which there may be millions."""

from __future__ import annotations

import pandas as pd
import pytest

from orienteer.facts.source import LONG, calls


@pytest.mark.parametrize("count", [0, 1, LONG - 1, LONG, 2 * LONG + 1])
def test_calls_are_rows_while_somebody_goes_through_them(count: int) -> None:
    frame = pd.DataFrame({"account_id": [None if n == 3 else f"{n}" for n in range(count)], "ms": range(count)})
    found = calls(frame.astype({"account_id": "string"}))
    assert (len(found.rows), found.columns) == (count, ("account_id",))
    assert [row["account_id"] for row in found.rows] == [None if n == 3 else f"{n}" for n in range(count)]
    assert found.frame()["account_id"].size == count
    if count:
        assert (found.rows[0]["account_id"], found.rows[-1]["account_id"]) == ("0", f"{count - 1}")
