"""The table of planted faults: well formed, and the comparison sees what is missed, invented and not passed."""

import pytest

from orienteer import controls
from orienteer.demo.faults import Planted, differences, must_pass, planted
from orienteer.demo.harbour import HARBOUR
from orienteer.demo.nordlicht import NORDLICHT

PLANS = pytest.mark.parametrize("plan", [NORDLICHT, HARBOUR], ids=lambda plan: plan.slug)


def _findings(plan, rows):
    """Findings that say exactly what the rows ask."""
    return [
        {
            "control_id": row.control_id,
            "status": row.status,
            "account_id": plan.account(row.account).id if row.account else plan.management.id,
            "region": row.region,
            "severity": row.severity,
            "resource_id": row.resource,
        }
        for row in rows
    ]


@PLANS
def test_every_row_names_things_of_the_plan(plan):
    keys = {account.key for account in plan.accounts} | {""}
    for row in (*planted(plan), *must_pass(plan)):
        assert row.account in keys, row
        assert row.severity in ("", "critical", "high", "medium", "low", "info"), row
        assert row.status in ("FAIL", "MANUAL", "PASS"), row


NEVER_WRONG = {"CMP-01", "IAM-01", "ORG-01", "ORG-02", "TRAIL-01"}
"""All is seen in the demo; both clients are one organisation with an OU tree and a trail."""
NEVER_RIGHT = {"TRAIL-04", "TRAIL-05"}
"""A client has one trail, and each of the two trails has these flaws in another way."""


def test_every_control_is_seen_failing_and_passing():
    wrong = {row.control_id for plan in (NORDLICHT, HARBOUR) for row in planted(plan) if row.sure}
    right = {row.control_id for plan in (NORDLICHT, HARBOUR) for row in must_pass(plan)}
    assert set(controls.registry()) - wrong == NEVER_WRONG
    assert set(controls.registry()) - right == NEVER_RIGHT


@PLANS
def test_findings_as_planted_show_no_difference(plan):
    assert differences(plan, _findings(plan, (*planted(plan), *must_pass(plan)))) == []


@PLANS
def test_no_row_is_planted_and_must_pass_alike(plan):
    sure = {(row.control_id, row.account, row.region, row.resource) for row in planted(plan) if row.sure}
    good = {(row.control_id, row.account, row.region, row.resource) for row in must_pass(plan)}
    assert not sure & good


@PLANS
def test_each_missing_finding_is_missed(plan):
    rows = (*planted(plan), *must_pass(plan))
    judged = {row.control_id for row in rows}
    for row in [row for row in rows if row.sure]:
        rest = _findings(plan, [other for other in rows if not _covers(row, other)])
        kind = "not passed" if row.status == "PASS" else "missed"
        assert any(line.startswith(f"{kind}: {row.control_id}") for line in differences(plan, rest, judged)), row


def _covers(wide: Planted, other: Planted) -> bool:
    """Whether a finding of `other` would also be one of `wide`."""
    same = other.control_id == wide.control_id and other.status == wide.status
    near = wide.account in ("", other.account) and wide.region in ("", other.region)
    return same and near and wide.severity in ("", other.severity) and wide.resource in other.resource


def test_an_unplanned_finding_is_invented():
    extra = Planted("IAM-05", "audit", resource="nobody")
    lines = differences(NORDLICHT, _findings(NORDLICHT, [extra]), ["IAM-05"])
    assert [line for line in lines if line.startswith("invented")] == ["invented: IAM-05 nobody FAIL"]


def test_controls_that_were_not_judged_are_left_out():
    assert differences(NORDLICHT, [], []) == []
