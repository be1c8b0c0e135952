"""Maturity, the order of work, and the first day's tables: counted on what was seen, said where nothing was."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from orienteer import tables, workbook
from orienteer.frames import frame
from orienteer.report.frontpage import front, maturity
from tests.report.estate import findings, run_folder


def judged(*told: tuple[str, int, str, str]) -> pd.DataFrame:
    """Findings of IAM: (control, level, status, decision)."""
    found = findings(len(told)).assign(category="iam")
    for name, values in zip(("control_id", "maturity", "status", "decision"), zip(*told, strict=True), strict=True):
        found[name] = pd.array([str(value) for value in values], dtype="string")
    return found


def iam(*told: tuple[str, int, str, str]) -> dict[str, Any]:
    return next(row for row in maturity(judged(*told)) if row["category"] == "iam")


def test_a_level_is_reached_when_all_below_it_hold() -> None:
    reached = iam(("A", 1, "PASS", ""), ("B", 2, "PASS", ""), ("C", 3, "PASS", ""), ("C", 3, "FAIL", ""))
    assert (reached["reached"], reached["next"], reached["lacks"], reached["holds"]) == (2, 3, ("C",), 3 - 1)
    assert iam(("A", 2, "FAIL", ""), ("B", 3, "PASS", ""))["reached"] == 0
    assert iam(("A", 2, "PASS", ""), ("B", 3, "PASS", ""))["next"] is None


def test_neither_gap_nor_answer_nor_acceptance_holds() -> None:
    for status, decision in (("NOT_ASSESSED", ""), ("MANUAL", "answered"), ("FAIL", "accepted")):
        row = iam(("A", 1, "PASS", ""), ("B", 2, status, decision))
        assert (row["reached"], row["lacks"], row["answered"]) == (1, ("B",), int(decision == "answered"))


def test_what_was_not_looked_at_has_no_level(tmp_path: Path) -> None:
    run = run_folder(tmp_path, judged(("A", 1, "PASS", "")))
    shown = workbook.maturity(run).set_index("category")
    assert shown.loc["iam", "reached"] == 1
    assert shown.loc["data", "reached"] is pd.NA
    assert workbook.maturity_map(run).layout.title.text.startswith("Maturity by category")


def test_the_verdict_names_first_what_is_gravest() -> None:
    kinds = ["AWS::CodeBuild::Project", "AWS::CodeBuild::Project", "AWS::S3::Bucket"]
    found = findings(3).assign(
        status="FAIL", severity=["high", "high", "critical"], resource_type=kinds,
        evidence='{"exposure_class": "public"}', resource_id=list("abc"), resource_arn="",
    )  # fmt: skip
    assert front(found).verdict == ["Anybody on the internet can reach 1 S3 bucket and 2 CodeBuild projects."]


def test_work_is_ordered_by_weight_and_by_what_is_quick(tmp_path: Path) -> None:
    found = findings(4).assign(status="FAIL", severity=["high", "critical", "low", "medium"])
    found["control_id"] = pd.array(list("ABCD"), dtype="string")
    plan = workbook.plan(run_folder(tmp_path, found)).set_index("controls")["when"]
    assert plan.to_dict() == {"A": "this week", "B": "this week", "C": "this year", "D": "this quarter"}
    many = findings(4).assign(status="FAIL", severity="high", control_id="A")
    assert workbook.plan(run_folder(tmp_path / "many", many))["when"].to_list() == ["this quarter"]


def test_services_stand_by_cost_with_their_accounts(tmp_path: Path) -> None:
    rows = [
        {"account_id": account, "region": "global", "resource_id": f"{name}/{account}", "name": name, "cost_usd": cost}
        for account, name, cost in (("1" * 12, "EC2", 10.0), ("2" * 12, "EC2", 5.5), ("1" * 12, "S3", 40.0))
    ]
    costs = frame(tables.registry()["cost_by_service"], rows)
    organization = frame(tables.registry()["organization"], [])
    run = run_folder(tmp_path, tables={"cost_by_service": costs, "organization": organization})
    assert workbook.services(run)[["service", "cost_usd", "accounts"]].to_numpy().tolist() == [
        ["S3", 40.0, 1],
        ["EC2", 15.5, 2],
    ]


def test_effect_and_first_step_of_a_risk_come_from_one_kind_of_finding(tmp_path: Path) -> None:
    found = findings(3).assign(status="FAIL", severity="critical", evidence='{"exposure_class": "public"}')
    told = {
        "control_id": ["AA-02", "XA-01", "XA-01"],
        "resource_id": ["a", "a", "b"],
        "resource_arn": ["arn:aws:iam::111111111111:role/a"] * 2 + ["arn:aws:iam::111111111111:role/b"],
        "why": ["Left open. It is told by AWS.", *["A door. Version 2.0 of its policy counts."] * 2],
        "remediation": ["archive it", "name the principals", "name the principals"],
    }
    for name, values in {**told, "resource_type": ["AWS::IAM::Role"] * 3}.items():
        found[name] = pd.array(values, dtype="string")
    (risk,) = workbook.risks(run_folder(tmp_path, found)).to_dict("records")
    assert risk["effect"] == "A door."
    assert risk["first_step"].endswith("Name the principals.")
