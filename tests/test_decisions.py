"""Decisions: about the right findings, for as long as they hold, and never a pass."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from orienteer.decisions import Decision, applied, expired, unused
from tests.report.estate import findings

NOW = pd.Timestamp("2026-06-30T12:00:00Z")


def first_failed() -> tuple[pd.DataFrame, str]:
    found = findings()
    return found, str(found.loc[found["status"] == "FAIL", "fingerprint"].iloc[0])


def accepted(**more: object) -> Decision:
    return Decision(**{"decision": "accepted", "by": "M. Keller", "on": date(2026, 6, 1), "reason": "r", **more})  # type: ignore[arg-type]


def test_a_decision_by_fingerprint_is_about_one_finding_and_changes_no_status() -> None:
    found, one = first_failed()
    told = applied(found, [accepted(fingerprint=one, until=date(2026, 12, 31))], NOW)
    assert told["status"].equals(found["status"]) and (told["decision"] == "accepted").sum() == 1
    row = told[told["fingerprint"] == one].iloc[0]
    assert (row["decided_by"], row["decided_on"], row["expires"]) == ("M. Keller", "2026-06-01", "2026-12-31")


@pytest.mark.parametrize(("last", "holds"), [(date(2026, 6, 30), True), (date(2026, 6, 29), False)])
def test_an_acceptance_holds_on_its_last_day_and_not_after(last: date, holds: bool) -> None:
    found, one = first_failed()
    told = applied(found, [accepted(fingerprint=one, until=last)], NOW)
    row = told["fingerprint"] == one
    assert (told.loc[row, "decision"].item() == "accepted") is holds
    assert expired(told)[row].item() is not holds and expired(told).sum() == (not holds)


def test_a_fix_that_is_overdue_stays_a_decision() -> None:
    found, one = first_failed()
    told = applied(found, [accepted(decision="fix", fingerprint=one, until=date(2020, 1, 1))], NOW)
    assert (told["decision"] == "fix").sum() == 1 and not expired(told).any()


def test_patterns_match_account_id_or_name_and_resource_id_or_arn() -> None:
    found, _ = first_failed()
    failed = found["status"] == "FAIL"
    for pattern in (
        {"account": "222222222222"},
        {"account": "Log*"},
        {"account": "Log*", "resource": "arn:aws:test:::*"},
    ):
        told = applied(found, [accepted(control=c, **pattern) for c in found["control_id"].unique()], NOW)
        assert (told["decision"] == "accepted").equals(failed & (found["account_id"] == "222222222222")), pattern
    assert not (applied(found, [accepted(control="TST-00", resource="nowhere*")], NOW)["decision"] != "").any()


def test_passes_and_what_was_not_seen_are_never_decided_about() -> None:
    found, _ = first_failed()
    told = applied(found, [accepted(account="*")], NOW)
    assert set(told.loc[told["decision"] != "", "status"]) == {"FAIL", "MANUAL"}


def test_the_fingerprint_goes_before_the_pattern_and_the_later_before_the_earlier() -> None:
    found, one = first_failed()
    rules = [
        accepted(decision="fix", fingerprint=one),
        accepted(account="*"),
        accepted(account="*", decision="false_positive"),
    ]
    told = applied(found, rules, NOW)
    assert told.loc[told["fingerprint"] == one, "decision"].item() == "fix"
    assert set(told.loc[told["decision"] != "", "decision"]) == {"fix", "false_positive"}


def test_an_answer_that_stands_already_is_kept_and_unused_decisions_are_told() -> None:
    found, one = first_failed()
    answered = found.assign(decision=["answered" if f == one else "" for f in found["fingerprint"]])
    assert applied(answered, [accepted(account="*")], NOW).set_index("fingerprint").at[one, "decision"] == "answered"
    lost = accepted(fingerprint="0" * 20 + "x")
    assert unused(found, [lost, accepted(fingerprint=one), accepted(account="Nobody")]) == [
        lost,
        accepted(account="Nobody"),
    ]
