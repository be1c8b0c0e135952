"""AA-03: analyzers of unused access, and their backlog."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
import pytest

from orienteer.facts.seen import Cells, Partial
from tests.facts.support import GAP, NOW, UNSEEN, fact, judged, verdict

MANAGEMENT, AUDIT, OTHER = "999900001111", "222200001111", "333300001111"
KIND = "ORGANIZATION_UNUSED_ACCESS"
TYPES = ("UnusedPermission", "UnusedIAMRole", "UnusedIAMUserAccessKey", "UnusedIAMUserPassword")
FAILED = Cells(status="FAILED")


@pytest.mark.parametrize(
    ("watch", "expected"),
    [
        ({"tracking_days": (90,), "overdue": 24}, ("PASS", "medium")),
        ({"tracking_days": (90,), "overdue": 25}, ("FAIL", "low")),
        ({"tracking_days": (90,), "overdue": UNSEEN}, ("NOT_ASSESSED", "")),
        ({"tracking_days": (180,), "overdue": 0}, ("FAIL", "low")),
        ({"tracking_days": (None,), "overdue": 0}, ("FAIL", "low")),
        ({"tracking_days": (180, 30), "overdue": 0}, ("PASS", "medium")),
        ({"tracking_days": (), "unused_analyzers": Partial(())}, ("MANUAL", "medium")),
        ({"tracking_days": (), "unused_analyzers": Partial((FAILED,))}, ("FAIL", "low")),
        ({"tracking_days": UNSEEN}, ("NOT_ASSESSED", "")),
    ],
)
def test_unused_access(watch: dict[str, Any], expected: tuple[str, str]) -> None:
    assert verdict("AA-03", watch) == expected


def test_what_the_reports_on_services_last_accessed_tell_stands_beside_the_question() -> None:
    none = {"tracking_days": (), "unused_analyzers": Partial(())}
    found = judged("AA-03", {**none, "reports": 13, "mostly_unused": 4})
    assert found is not None and "4 of the 13 users and roles" in found.words
    without = judged("AA-03", {**none, "reports": 0, "mostly_unused": 0})
    assert without is not None and "users and roles" not in without.words


def test_whoever_called_less_than_a_tenth_is_counted_among_those_that_were_seen() -> None:
    def role(name: str) -> dict[str, Any]:
        arn = f"arn:aws:iam::{AUDIT}:role/{name}"
        return {"account_id": AUDIT, "resource_id": name, "resource_arn": arn, "last_used_at": NOW}

    def report(name: str, allowed: int, used: int) -> dict[str, Any]:
        arn = f"arn:aws:iam::{AUDIT}:role/{name}"
        called = [{"service": f"s{n}", "last_used_at": NOW.isoformat(), "region": "eu-west-1"} for n in range(used)]
        return {"account_id": AUDIT, "resource_id": arn, "principal_arn": arn, "completed_at": NOW,
                "allowed": json.dumps([f"s{n}" for n in range(allowed)]), "used": json.dumps(called)}  # fmt: skip

    (row,) = fact(
        "unused_access",
        organization=[{"account_id": MANAGEMENT, "organization_id": "o-1", "management_account_id": MANAGEMENT}],
        iam_roles=[role(name) for name in ("few", "many", "none", "unknown")],
        iam_service_last_accessed=[report("few", 21, 2), report("many", 20, 2), report("none", 0, 0)],
    )
    assert (row["reports"], row["mostly_unused"]) == (2, 1)


def watch(analyzers: list[dict[str, Any]], findings: tuple[int, ...] = (), home: str | None = MANAGEMENT) -> Cells:
    at = {"account_id": AUDIT, "region": "eu-west-1", "analyzer_arn": "arn:unused"}
    opened = [NOW - pd.Timedelta(days=days) for days in findings]
    (row,) = fact(
        "unused_access",
        organization=[{"account_id": MANAGEMENT, "organization_id": "o-1", "management_account_id": home}],
        organization_delegated_services=[
            {"account_id": AUDIT, "service_principal": "access-analyzer.amazonaws.com"},
        ],
        accessanalyzer_analyzers=[{**at, "type": KIND, "status": "ACTIVE", **one} for one in analyzers],
        accessanalyzer_findings=[
            {**at, "finding_id": str(n), "finding_type": TYPES[n], "status": "ACTIVE", "created_at": made}
            for n, made in enumerate(opened)
        ],
    )
    return row


def test_findings_are_overdue_after_the_limit() -> None:
    row = watch([{"unused_age_days": 90}], (1, 60, 61, 300))
    assert (row["tracking_days"], row["overdue"]) == ((90,), 2)


def test_findings_of_each_type_are_overdue() -> None:
    assert watch([{"unused_age_days": 90}], (61, 62, 63, 64))["overdue"] == len(TYPES)


def test_an_analyzer_more_is_paid_twice_and_what_is_left_out_is_told() -> None:
    left_out = '[{"accountIds": ["444400001111"]}]'
    both = [{"unused_age_days": 90, "exclusions": left_out}, {"unused_age_days": 90, "region": "eu-central-1"}]
    row = watch(both)
    assert row["exclusions"] == (left_out,)
    told, alone = judged("AA-03", row), judged("AA-03", watch(both[:1]))
    assert told and "2 analyzers do the same work" in told.words
    assert alone and "the same work" not in alone.words


def test_other_analyzers_and_their_findings_do_not_count() -> None:
    row = watch([{"type": "ORGANIZATION"}], (300,))
    assert (row["tracking_days"], row["overdue"]) == ((), 0)
    row = watch([{"type": "ACCOUNT_UNUSED_ACCESS"}])
    assert (row["tracking_days"], row["own_analyzers"]) == ((), 1)


@pytest.mark.parametrize(("dark", "seen"), [(AUDIT, False), (MANAGEMENT, False), (OTHER, True)])
def test_only_the_management_account_and_a_delegate_can_own_one(dark: str, seen: bool) -> None:
    row = watch([{**GAP, "account_id": dark, "analyzer_arn": None}])
    assert (row["tracking_days"] == ()) is seen


def test_an_account_that_stands_alone_has_its_own() -> None:
    row = watch([{"account_id": MANAGEMENT, "type": "ACCOUNT_UNUSED_ACCESS", "unused_age_days": 30}], home=None)
    assert (row["account_id"], row["tracking_days"]) == (MANAGEMENT, (30,))
