"""What chapter 10 shows of foundational accounts, of what is decided for all accounts, and of new ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from orienteer import workbook
from tests.report.estate import ACCOUNTS
from tests.test_workbook import HUB, LOGS, REFUSED, SHOP, book

NAMES = dict(ACCOUNTS)
ORG = {"account_id": HUB, "organization_id": "o-1", "management_account_id": HUB}


def unit(name: str, parent: str | None = "r-1") -> dict[str, Any]:
    kind = "ORGANIZATIONAL_UNIT" if parent else "ROOT"
    return {
        "account_id": HUB,
        "id": f"ou-{name}" if parent else "r-1",
        "name": name,
        "kind": kind,
        "parent_id": parent,
        "ou_path": f"Root/{name}",
        "ou_ids": '["r-1"]',
    }


def member(account: str, name: str, place: str) -> dict[str, Any]:
    return {
        "account_id": account,
        "resource_id": account,
        "id": account,
        "name": name,
        "state": "ACTIVE",
        "ou_path": f"Root/{place}",
        "ou_ids": json.dumps(["r-1", f"ou-{place}"]),
    }


ROWS: dict[str, Any] = {
    "organization": [ORG],
    "account_organization": [ORG | {"account_id": one} for one in (HUB, LOGS, SHOP)],
    "organization_accounts": [member(LOGS, "log-archive", "Work"), member(SHOP, "shop", "Work")],
    "organization_roots": [
        {"account_id": HUB, "id": "r-1", "policy_types": '[{"Type": "DECLARATIVE_POLICY_EC2", "Status": "ENABLED"}]'}
    ],
    "organizational_units": [unit("Root", None), unit("Work")],
    "organization_account_tags": [{"account_id": SHOP, "key": "owner", "value": "x"}],
    "organization_effective_ec2_policy": [{"account_id": SHOP}, {"account_id": LOGS, **REFUSED}],
    "organization_delegated_services": [],
    "ce_anomaly_monitors": [],
    "ce_anomaly_subscriptions": [],
    "budgets": [{"account_id": SHOP, "budget_name": "monthly"}],
    "budget_notifications": [{"account_id": SHOP, "budget_name": "monthly", "notifications": 1}],
    "organization_regions": [{"account_id": HUB, "region_name": "eu-west-1"}],
    "cloudformation_stack_sets": [],
    "cloudformation_stack_set_targets": [{"account_id": HUB, "name": "base", "units": '["ou-Work"]'}],
    "cloudformation_stack_set_failures": [],
    "controltower_landing_zones": [],
    "controltower_enabled_baselines": [],
}


def test_roles_and_who_holds_them(tmp_path: Path) -> None:
    found = workbook.foundation(book(tmp_path, **ROWS)).set_index("role")
    assert found.loc["log archive"].tolist() == ["Logs", "its name", "log-archive in Root/Work"]
    assert found.loc["IAM", "held_by"] == "nobody"
    lost = workbook.foundation(
        book(tmp_path / "lost", **(ROWS | {"organization_accounts": [{"account_id": HUB, **REFUSED}]}))
    )
    assert set(lost["held_by"]) == {"not seen"}


def test_what_is_decided_for_each_account(tmp_path: Path) -> None:
    found = workbook.decided(book(tmp_path, **ROWS)).set_index("account")
    shop, logs = found.loc[NAMES[SHOP]], found.loc[NAMES[LOGS]]
    assert shop["lacks_tags"] == "environment, data-classification" and shop["budgets"] == "monthly"
    assert "serial console access" in shop["not_pinned"]
    assert logs["budgets"] == "-" and not isinstance(logs["not_pinned"], str)
    off = ROWS | {"organization_roots": [{"account_id": HUB, "id": "r-1", "policy_types": "[]"}]}
    assert set(workbook.decided(book(tmp_path / "off", **off))["not_pinned"]) == {"everything"}


def test_what_sets_up_new_accounts(tmp_path: Path) -> None:
    assert workbook.baselines(book(tmp_path, **ROWS)).iloc[0].tolist() == ["Root/Work", "base", "-"]
    bare = ROWS | {"cloudformation_stack_set_targets": []}
    assert workbook.baselines(book(tmp_path / "bare", **bare)).iloc[0]["set_up_by"] == "nothing that was seen"


@pytest.mark.parametrize("show", [workbook.foundation, workbook.decided, workbook.baselines])
def test_a_run_without_an_organization_shows_nothing(tmp_path: Path, show: Any) -> None:
    assert show(book(tmp_path)).empty or set(show(book(tmp_path))["held_by"]) == {"not seen"}
