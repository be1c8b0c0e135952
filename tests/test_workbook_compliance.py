"""Chapter 80's map of standards: each requirement once, and those that no control stands for said so."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pandas as pd
import pytest

from orienteer import controls, workbook
from orienteer.workbook.standards import CIS, ELSEWHERE, FSBP, REQUIREMENTS
from tests.report.estate import findings, run_folder

OTHER = {
    *(f"CloudTrail.{number}" for number in (3, 6, 7)),
    *(f"EC2.{number}" for number in (13, 14, 28)),
    *(f"IAM.{number}" for number in (9, 19, 22, 26)),
    *(f"S3.{number}" for number in (7, 10, 14, 15, 20)),
    *("DynamoDB.4", "ELB.16", "KMS.4", "RDS.26", "WAF.11"),
}
"""Controls of Security Hub that we map to, of its CIS, PCI DSS and NIST standards: not in FSBP, and no misspelling."""


@pytest.fixture
def found(tmp_path: Path) -> pd.DataFrame:
    told = findings(3).assign(control_id=["IAM-03", "IAM-03", "IAM-05"], status=["PASS", "FAIL", "PASS"])
    return workbook.compliance(run_folder(tmp_path, told))


def mapped(key: str) -> set[str]:
    return {code for control in controls.registry().values() for code in control.mappings.get(key, ())}


@pytest.mark.parametrize(("standard", "count"), [(CIS, 70), (FSBP, 336)])
def test_a_standard_lists_each_requirement_once(standard: str, count: int) -> None:
    assert {code: times for code, times in Counter(REQUIREMENTS[standard]).items() if times > 1} == {}
    assert len(REQUIREMENTS[standard]) == count


def test_each_mapping_is_a_requirement_of_its_standard() -> None:
    assert {code.removeprefix(f"{CIS} ") for code in mapped("cis")} <= set(REQUIREMENTS[CIS])
    assert mapped("fsbp") - set(REQUIREMENTS[FSBP]) == OTHER


def test_a_requirement_without_a_control_is_not_covered(found: pd.DataFrame) -> None:
    rows = found.set_index(["standard", "requirement"])
    assert rows.index.is_unique
    for standard, codes in REQUIREMENTS.items():
        assert set(rows.loc[standard].index) == set(codes)
    assert rows.loc[(FSBP, "ES.1")].to_list() == ["not covered", "", 0, 0, 0, 0]
    assert pd.isna(rows.loc[(FSBP, "EC2.8"), "status"]), "a control stands for it, and had nothing to judge"
    assert set(rows.loc[ELSEWHERE].index) == OTHER, "no requirement of FSBP"


def test_what_is_not_covered_comes_last(found: pd.DataFrame) -> None:
    left = (found["status"] == "not covered").to_list()
    assert any(left) and left == sorted(left)
    assert list(found["standard"].unique()) == [CIS, FSBP, ELSEWHERE]


def test_folding_loses_no_requirement(tmp_path: Path, found: pd.DataFrame) -> None:
    folded = workbook.compliance(run_folder(tmp_path / "again", findings(1)), folded=True)
    lines = folded[folded["status"] == "not covered"]
    assert lines["standard"].is_unique
    listed = {(row.standard, code) for row in lines.itertuples() for code in str(row.requirement).split(", ")}
    left = found[found["status"] == "not covered"]
    assert listed == set(zip(left["standard"], left["requirement"], strict=True))


def test_the_bars_count_every_requirement(tmp_path: Path) -> None:
    told = findings(1).assign(control_id="IAM-03", status="FAIL")
    drawn = workbook.compliance_chart(run_folder(tmp_path, told))
    bars = {bar.name: dict(zip(bar.y, bar.x, strict=True)) for bar in drawn.data}
    assert {name: sum(bar[name] for bar in bars.values()) for name in (CIS, FSBP)} == {CIS: 70, FSBP: 336}
    covered = mapped("fsbp") & set(REQUIREMENTS[FSBP])
    assert bars["Not covered"] == {CIS: 0, FSBP: 336 - len(covered), ELSEWHERE: 0}
    assert bars["Failed"][CIS] == 1
