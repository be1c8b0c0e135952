"""Which accounts of an organization are entered."""

from __future__ import annotations

import pytest

from orienteer.aws.collect import ACCOUNT_LIST, Estate, _entries
from orienteer.aws.session import Entry
from orienteer.tables import registry

LIST = registry()[ACCOUNT_LIST]
HUB = Entry("100000000001")


def entered(*states: str | None) -> list[str]:
    """Which of these accounts are entered, given by the state that AWS lists."""
    rows = [
        tuple({"outcome": "OK", "id": f"10000000000{n}", "name": f"n{n}", "state": state}.get(c) for c in LIST.schema)
        for n, state in enumerate(states, 1)
    ]
    found = _entries(Estate(hub=HUB, member_role="audit"), HUB, HUB.account_id, rows, (LIST,))
    return [entry.account_id[-1] for entry in found]


@pytest.mark.parametrize("state", ["SUSPENDED", "PENDING_CLOSURE", "CLOSED"])
def test_accounts_that_are_not_active_are_not_entered(state: str) -> None:
    assert entered("ACTIVE", state, None) == ["1", "3"]
