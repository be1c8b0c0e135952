"""What Trusted Advisor says."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
import pytest

from orienteer.frames import frame
from orienteer.parameters import Client
from orienteer.tables import registry
from tests.facts.support import NOW, UNSEEN, fact, found, judged, source, verdict

HERE, THERE, LOST = "111111111111", "222222222222", "333333333333"
CHECK = {"check": "IAM Use", "check_id": "zXCkfM1nI3", "status": "warning", "flagged": 1, "suppressed": 0}
EXPORT = {"account": HERE, **CHECK, "on": "2026-06-20"}
CLIENT = Client(advice={account: (EXPORT | {"account": account},) for account in (HERE, THERE, LOST)})
DAY = {"read_from": "export", "checked_at": NOW - pd.Timedelta(days=10), "age_days": 10}


def refused(account: str, code: str = "SubscriptionRequiredException") -> dict[str, Any]:
    said = f"support:DescribeTrustedAdvisorChecks {code} (account {account}, region us-east-1)"
    return {"account_id": account, "outcome": "DENIED", "gap": said}


ANSWERED = {"account_id": THERE, "region": "global", "resource_id": "IAM Use", "check_name": "IAM Use", "status": "ok"}


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
        ({**DAY, "status": "error", "flagged": 2}, ("FAIL", "high")),
        ({**DAY, "status": "warning", "flagged": 1}, ("FAIL", "medium")),
        ({**DAY, "status": "ok", "flagged": 0}, ("MANUAL", "medium")),
        ({**DAY, "status": "ok", "flagged": 0, "suppressed": 3}, ("MANUAL", "medium")),
        ({**DAY, "status": "not_available"}, ("MANUAL", "medium")),
    ],
)
def test_trusted_advisor(check: dict[str, Any], expected: tuple[str, str]) -> None:
    assert verdict("TA-01", check) == expected


def test_what_is_excluded_is_told_of() -> None:
    told = judged("TA-01", {"status": "ok", "flagged": 0, "suppressed": 3})
    assert told and "Excluded: 3 resources" in told.words


def test_an_export_is_said_with_its_day_and_age() -> None:
    told = judged("TA-01", {**DAY, "status": "warning", "flagged": 2})
    assert told and told.words.endswith("flags 2 resources. From an export of 2026-06-20, 10 days old.")
    told = judged("TA-01", {**DAY, "status": "ok", "flagged": 0})
    assert told and "From an export of 2026-06-20, 10 days old." in told.words
    told = judged("TA-01", {"read_from": "API", "status": "warning", "flagged": 2})
    assert told and "export" not in told.words


def test_an_export_counts_only_where_the_plan_has_no_api() -> None:
    rows = [refused(HERE), ANSWERED, refused(LOST, "AccessDenied")]
    told = [
        (row["account_id"], row["read_from"], row["status"], row["age_days"])
        for row in fact("security_checks", CLIENT, support_security_checks=rows)
    ]
    assert told == [(THERE, "API", "ok", None), (HERE, "export", "warning", 10)]
    assert fact("security_checks", support_security_checks=rows[1:]) and not fact(
        "security_checks", support_security_checks=rows[:1]
    )


def test_what_an_export_does_not_list_stays_not_assessed() -> None:
    kept = source("security_checks", CLIENT, support_security_checks=[refused(HERE)]).gaps
    assert [gap.account_id for gap in kept] == [HERE]
    table = frame(registry()["support_security_checks"], [refused(HERE)])
    told = found("TA-01", {"support_security_checks": table}, CLIENT)
    assert sorted(zip(told["status"], told["resource_id"], strict=True)) == [
        ("FAIL", "IAM Use"),
        ("NOT_ASSESSED", HERE),
    ]
    failed = json.loads(told.loc[told["status"] == "FAIL", "evidence"].item())
    assert (failed["read_from"], failed["age_days"], failed["flagged"]) == ("export", 10, 1)


def test_a_result_has_the_age_of_its_check() -> None:
    """Nothing is refreshed for the assessment, so a result may be old."""
    checked = ANSWERED | {"checked_at": NOW - pd.Timedelta(days=40)}
    told = found("TA-01", {"support_security_checks": frame(registry()["support_security_checks"], [checked])})
    evidence = json.loads(told["evidence"].item())
    assert (evidence["age_days"], evidence["checked_at"][:10]) == (40, "2026-05-21")
