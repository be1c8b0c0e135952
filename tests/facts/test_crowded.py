"""20,000 security group rules and 5,000 interfaces in one account are judged right; benchmarks/network.py times it."""

from __future__ import annotations

from tests.facts.crowded import crowded, judged, reached

GROUPS, RULES, INTERFACES = 400, 50, 5_000


def test_an_account_with_very_many_rules_and_interfaces() -> None:
    found = judged(crowded(GROUPS, RULES, INTERFACES))
    assert found.crashed == ()
    failed = found.findings[found.findings["status"] == "FAIL"]
    by_control = {id: set(rows["resource_id"]) for id, rows in failed.groupby("control_id")}
    assert by_control["NET-06"] == reached(GROUPS, INTERFACES)
    assert by_control["NET-01"] == {f"sg-{g}" for g in range(0, GROUPS, 10)}
    answering = found.findings[found.findings["control_id"] == "NET-07"]
    assert set(answering["resource_id"]) == reached(GROUPS, INTERFACES)
