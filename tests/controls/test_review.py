"""Compliance as a practice: what failed in an earlier run and still does."""

from __future__ import annotations

import pytest

from tests.facts.support import UNSEEN, status

OPEN = {"control": "IAM-02", "severity_before": "high", "status_now": "FAIL", "decision": "", "open_days": 31}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, "FAIL"),
        ({"open_days": 30}, "PASS"),
        ({"severity_before": "critical", "open_days": 8}, "FAIL"),
        ({"status_now": "PASS"}, "PASS"),
        ({"status_now": "gone"}, "PASS"),
        ({"status_now": UNSEEN}, "NOT_ASSESSED"),
        ({"decision": "accepted"}, "PASS"),
        ({"severity_before": "low"}, None),
        ({"open_days": None}, "PASS"),
    ],
)
def test_earlier_findings(changed, said) -> None:
    assert status("CMP-05", OPEN | changed) == said
