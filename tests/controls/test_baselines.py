"""Whether new accounts receive a baseline: rows in, verdicts out, and what covers a unit."""

from __future__ import annotations

import json
from typing import Any

import pytest

from orienteer.facts.seen import Cells, Partial, Unseen
from tests.facts.support import GAP, UNSEEN, fact, status

HOME = "100000000001"
REGION = {"account_id": HOME, "region": "eu-west-1", "resource_id": "eu-west-1", "region_name": "eu-west-1"}


@pytest.mark.parametrize(
    ("unit", "found", "with_tool"),
    [
        ({"is_covered": True}, "PASS", "PASS"),
        ({"is_covered": False}, "FAIL", "MANUAL"),
        ({"is_covered": UNSEEN}, "NOT_ASSESSED", "NOT_ASSESSED"),
    ],
)
def test_baseline_for_new_accounts(unit: dict[str, Any], found: str, with_tool: str) -> None:
    assert status("GOV-03", unit) == found
    assert status("GOV-03", unit, baseline_tool="Terraform") == with_tool


def unit(name: str, parent: str | None = "r-1") -> dict[str, Any]:
    kind = "ORGANIZATIONAL_UNIT" if parent else "ROOT"
    return {
        "account_id": HOME,
        "id": f"ou-{name}" if parent else "r-1",
        "name": name,
        "kind": kind,
        "parent_id": parent,
        "ou_path": f"Root/{name}",
    }


def baselines(*targets: str, **more: Any) -> dict[str, Cells]:
    given: dict[str, Any] = {
        "organization": [{"account_id": HOME, "organization_id": "o-1", "management_account_id": HOME}],
        "organizational_units": [unit("Root", None), unit("Work"), unit("Prod", "ou-Work"), unit("Suspended")],
        "organization_regions": [REGION],
        "cloudformation_stack_set_targets": [
            {"account_id": HOME, "region": "eu-west-1", "name": "base", "units": json.dumps(targets)}
        ],
    }
    return {row["resource_id"]: row for row in fact("baselines", **(given | more))}


@pytest.mark.parametrize(
    ("targets", "covered"), [(("ou-Work",), True), (("r-1",), True), (("ou-Prod",), False), ((), False)]
)
def test_stack_sets_cover_the_units_they_deploy_to(targets: tuple[str, ...], covered: bool) -> None:
    found = baselines(*targets)
    assert list(found) == ["ou-Work"] and found["ou-Work"]["is_covered"] is covered


@pytest.mark.parametrize(("state", "covered"), [("SUCCEEDED", True), ("UNDER_CHANGE", True), ("FAILED", False)])
def test_baselines_of_control_tower_cover_their_unit(state: str, covered: bool) -> None:
    target = f"arn:aws:organizations::{HOME}:ou/o-1/ou-Work"
    found = baselines(controltower_enabled_baselines=[{"account_id": HOME, "target": target, "status": state}])
    assert found["ou-Work"]["is_covered"] is covered


def test_stacks_that_failed_are_shown() -> None:
    failed = [{"account_id": HOME, "name": "base", "target_account": "1", "target_region": "eu-west-1"}]
    found = baselines("r-1", cloudformation_stack_set_failures=failed)
    assert found["ou-Work"]["failed_instances"] == Partial(("1 eu-west-1",))


def test_sets_that_drifted_are_shown() -> None:
    sets = [
        {"account_id": HOME, "name": name, "drift": drift}
        for name, drift in (("base", "DRIFTED"), ("other", "DRIFTED"))
    ]
    assert baselines("r-1", cloudformation_stack_sets=sets)["ou-Work"]["drifted"] == Partial(("base",))
    in_sync = [{"account_id": HOME, "name": "base", "drift": "IN_SYNC"}]
    assert baselines("r-1", cloudformation_stack_sets=in_sync)["ou-Work"]["drifted"] == Partial(())
    refused = {"account_id": HOME, "region": "eu-west-1", **GAP}
    found = baselines("r-1", cloudformation_stack_sets=[refused], cloudformation_stack_set_failures=[refused])
    assert all(found["ou-Work"][name].gaps for name in ("failed_instances", "drifted")), "what was not read is not none"


def test_what_was_refused_or_asked_elsewhere_may_cover_a_unit() -> None:
    refused = {"account_id": HOME, "region": "eu-west-1", **GAP}
    for more in (
        {"cloudformation_stack_sets": [refused]},
        {"controltower_landing_zones": [refused]},
        {"organization_regions": [REGION | {"account_id": "100000000009"}]},
    ):
        assert isinstance(baselines(**more)["ou-Work"]["is_covered"], Unseen)
        assert baselines("r-1", **more)["ou-Work"]["is_covered"] is True
