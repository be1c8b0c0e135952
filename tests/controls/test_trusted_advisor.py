"""What Trusted Advisor says."""

from __future__ import annotations

from typing import Any

import pytest

from tests.facts.support import UNSEEN, judged, verdict


@pytest.mark.parametrize(
    ("check", "expected"),
    [
        ({"status": "ok", "flagged": 0}, ("PASS", "medium")),
        ({"status": "error", "flagged": 2}, ("FAIL", "high")),
        ({"status": "warning", "flagged": 1}, ("FAIL", "medium")),
        ({"status": "warning", "flagged": None}, ("FAIL", "medium")),
        ({"status": "warning", "flagged": 0, "suppressed": 3}, ("PASS", "medium")),
        ({"status": "not_available"}, ("MANUAL", "medium")),
        ({"status": None}, ("MANUAL", "medium")),
        ({"status": UNSEEN}, ("NOT_ASSESSED", "")),
    ],
)
def test_trusted_advisor(check: dict[str, Any], expected: tuple[str, str]) -> None:
    assert verdict("TA-01", check) == expected


def test_what_is_excluded_is_told_of() -> None:
    told = judged("TA-01", {"status": "ok", "flagged": 0, "suppressed": 3})
    assert told and "Excluded: 3 resources" in told.words
