"""GuardDuty and Security Hub: rows in, verdicts out.  The facts behind them: tests/facts/test_detection.py."""

from __future__ import annotations

from typing import Any

import pytest

from tests.facts.support import UNSEEN, judged, status, verdict

AUDIT, MANAGEMENT, MEMBER = "222200001111", "999900001111", "333300001111"
DELEGATED = {"admin": AUDIT, "admin_status": "ENABLED", "expected": AUDIT, "usual": AUDIT, "management": MANAGEMENT}


@pytest.mark.parametrize(
    ("region", "found"),
    [
        ({}, "PASS"),
        ({"admin": None}, "FAIL"),
        ({"admin": UNSEEN}, "NOT_ASSESSED"),
        ({"admin": MEMBER}, "FAIL"),
        ({"admin": MANAGEMENT, "expected": MANAGEMENT}, "FAIL"),
        ({"admin_status": "DISABLE_IN_PROGRESS"}, "FAIL"),
        ({"admin_status": None}, "MANUAL"),
        ({"expected": None}, "MANUAL"),
        ({"expected": None, "admin": MEMBER}, "FAIL"),
        ({"expected": UNSEEN}, "NOT_ASSESSED"),
    ],
)
def test_delegation(region: dict[str, Any], found: str) -> None:
    assert status("GD-01", DELEGATED | region) == found
    settled = {"is_delegation": True, "admin_hub": "arn:hub", "enrols": "auto-enable"}
    assert status("SH-01", DELEGATED | settled | region) == found


@pytest.mark.parametrize(
    ("place", "found"),
    [
        ({"watched": True, "closed": False}, "PASS"),
        ({"watched": True, "closed": UNSEEN}, "PASS"),
        ({"watched": False, "closed": False}, "FAIL"),
        ({"watched": False, "closed": True}, "PASS"),
        ({"watched": False, "closed": UNSEEN}, "NOT_ASSESSED"),
        ({"watched": UNSEEN, "closed": False}, "NOT_ASSESSED"),
        ({"watched": UNSEEN, "closed": True}, "PASS"),
    ],
)
def test_guardduty_everywhere(place: dict[str, Any], found: str) -> None:
    assert status("GD-02", place) == found


def test_the_client_may_want_closed_regions_watched_too() -> None:
    assert status("GD-02", {"watched": False, "closed": True}, skip_denied_regions=False) == "FAIL"


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ({"detector_id": "d", "detector_status": "DISABLED", "membership": UNSEEN}, "detector is disabled"),
        ({"membership": "Resigned"}, "no detector here; for its administrator the membership is Resigned"),
        ({"detector_id": "d", "detector_status": "ENABLED", "membership": "Removed"}, "is Removed"),
        ({"detector_id": "d"}, "not reported as enabled"),
    ],
)
def test_what_is_wrong_is_named(place: dict[str, Any], words: str) -> None:
    told = judged("GD-02", {"watched": False, "closed": False} | place)
    assert told and words in told.words


ENROLLED = {"admin": AUDIT, "admin_read": AUDIT, "configured": AUDIT, "mode": "ALL", "limit_reached": False}


@pytest.mark.parametrize(
    ("region", "found"),
    [
        ({}, ("PASS", "medium")),
        ({"limit_reached": True}, ("FAIL", "high")),
        ({"limit_reached": None}, ("MANUAL", "medium")),
        ({"limit_reached": UNSEEN}, ("NOT_ASSESSED", "")),
        ({"mode": "NEW", "unwatched": 0}, ("FAIL", "low")),
        ({"mode": "NEW", "unwatched": 2}, ("FAIL", "medium")),
        ({"mode": "NEW", "unwatched": UNSEEN}, ("FAIL", "medium")),
        ({"mode": "NONE"}, ("FAIL", "medium")),
        ({"mode": None}, ("FAIL", "medium")),
        ({"mode": UNSEEN}, ("NOT_ASSESSED", "")),
        ({"configured": None}, ("FAIL", "medium")),
        ({"admin": None, "admin_read": None}, ("FAIL", "medium")),
        ({"admin_read": UNSEEN, "configured": None}, ("NOT_ASSESSED", "")),
    ],
)
def test_guardduty_enrols(region: dict[str, Any], found: tuple[str, str]) -> None:
    assert verdict("GD-03", ENROLLED | region) == found


@pytest.mark.parametrize(
    ("region", "found"),
    [
        ({"enrols": "central configuration"}, "PASS"),
        ({"enrols": "nothing"}, "FAIL"),
        ({"enrols": UNSEEN}, "NOT_ASSESSED"),
        ({"admin_hub": None, "enrols": UNSEEN}, "FAIL"),
        ({"admin_hub": UNSEEN, "enrols": "auto-enable"}, "NOT_ASSESSED"),
    ],
)
def test_security_hub_enrols(region: dict[str, Any], found: str) -> None:
    central = {"is_delegation": True, "admin_hub": "arn:hub", **DELEGATED, **region}
    assert status("SH-01", central) == found
    assert status("SH-01", central, security_hub_version="v2") == "PASS"


ON = {"is_delegation": False, "hub": "arn:hub", "counted": True, "delegate_hub": "arn:hub", "member_status": "Enabled",
      "closed": False}  # fmt: skip


@pytest.mark.parametrize(
    ("place", "found"),
    [
        ({}, "PASS"),
        ({"hub": None, "member_status": UNSEEN}, "FAIL"),
        ({"hub": None, "closed": True}, "PASS"),
        ({"hub": None, "closed": UNSEEN}, "NOT_ASSESSED"),
        ({"closed": UNSEEN}, "PASS"),
        ({"hub": UNSEEN}, "NOT_ASSESSED"),
        ({"member_status": "Removed"}, "FAIL"),
        ({"member_status": None}, "FAIL"),
        ({"member_status": UNSEEN}, "NOT_ASSESSED"),
        ({"delegate_hub": UNSEEN}, "NOT_ASSESSED"),
        ({"counted": False, "member_status": None, "delegate_hub": UNSEEN}, "PASS"),
    ],
)
def test_security_hub_is_on(place: dict[str, Any], found: str) -> None:
    assert status("SH-01", ON | place) == found


@pytest.mark.parametrize(
    ("place", "found"),
    [
        ({"hub_v2": "arn:v2", "hub_v2_told": "eu-west-1"}, "PASS"),
        ({"hub_v2": None, "hub_v2_told": "eu-west-1"}, "FAIL"),
        ({"hub_v2": None, "hub_v2_told": None}, "MANUAL"),
        ({"hub_v2": UNSEEN, "hub_v2_told": UNSEEN}, "NOT_ASSESSED"),
    ],
)
def test_the_newer_hub_is_judged_where_the_client_uses_it(place: dict[str, Any], found: str) -> None:
    assert status("SH-01", ON | {"hub": None} | place, security_hub_version="v2") == found
