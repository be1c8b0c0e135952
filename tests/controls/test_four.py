"""The whole catalogue: each control of the reference is there, and is seen passing, failing, not set and not seen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from orienteer import controls
from orienteer.facts.seen import Partial
from orienteer.parameters import Client
from tests.controls.four_rows import FOUR
from tests.facts.support import UNSEEN, status

ASKS = {"CMP-04", "GOV-05", "IDC-02", "RISK-05"}
"""They only ask a person, so nothing that AWS says makes them pass."""
NEVER_FAILS = {"CMP-04", "GOV-05", "IAM-01", "RISK-05"}
"""Those that only ask, and IAM-01: a report that did not come is a gap."""
ONE_QUESTION = {"CMP-04", "GOV-05", "RISK-05"}
"""Their question is all that there is: nothing of it could be not set or refused."""
REFERENCE = next(
    (
        found
        for folder in Path(__file__).resolve().parents
        if (found := folder / "shared" / "reference" / "controls.yaml").exists()
    ),
    None,
)


def said(id: str, changed: dict[str, Any]) -> str:
    """The status of the row that passes with these changes; "" for no finding."""
    control, four = controls.registry()[id], FOUR[id]
    client = {"client": Client()} if "client" in control.context else {}
    return status(id, dict(four.passes) | changed, **client, **four.given) or ""


def is_empty(value: Any) -> bool:
    """What stands for nothing set: null, False, and a list without members."""
    return not value.items if isinstance(value, Partial) else not value


def test_each_control_has_its_rows() -> None:
    assert set(FOUR) == set(controls.registry())
    assert len(FOUR) == 151


@pytest.mark.parametrize("id", FOUR)
def test_a_control_over_its_four_rows(id: str) -> None:
    four, reads = FOUR[id], set(controls.registry()[id].columns)
    assert said(id, {}) == ("MANUAL" if id in ASKS else "PASS")
    assert (four.fails is None) is (id in NEVER_FAILS)
    if four.fails is not None:
        assert said(id, dict(four.fails)) == "FAIL"
    assert (not four.unset, four.unseen == "") == (id in ONE_QUESTION, id in ONE_QUESTION)
    assert set(four.unset) <= reads and any(map(is_empty, four.unset.values())) is bool(four.unset)
    assert said(id, dict(four.unset)) == four.told or id in ONE_QUESTION
    if four.unseen:
        assert four.unseen in reads and said(id, {four.unseen: UNSEEN}) == "NOT_ASSESSED"


def edge_cases() -> dict[str, list[tuple[str, list[str]]]]:
    """By control, the edge cases of its entry in their order, each with the tests that show it."""
    told: dict[str, list[tuple[str, list[str]]]] = {}
    for path in sorted((Path(__file__).parent / "edge_cases").glob("*.yaml")):
        entries = yaml.safe_load(path.read_text(encoding="utf-8"))
        assert {id.partition("-")[0].lower() for id in entries} == {path.stem}
        for id, cases in entries.items():
            told[id] = [
                (one["case"], [one["shown"]] if isinstance(one["shown"], str) else one["shown"]) for one in cases
            ]
    return told


def test_each_edge_case_is_shown_by_a_test_that_is_there() -> None:
    told = edge_cases()
    assert set(told) == set(FOUR)
    assert [(id, case) for id, cases in told.items() for case, names in cases if not (case and names)] == []
    assert [id for id, cases in told.items() if len(dict(cases)) < len(cases)] == []
    names = {name for cases in told.values() for _, shown in cases for name in shown}
    assert [name for name in sorted(names) if not _is_there(*name.split(":"))] == []


def _is_there(module: str, name: str) -> bool:
    """True for a test of tests/controls, of the folder before the slash, or of tests itself (/issues:one_cause)."""
    folder, slash, file = module.rpartition("/")
    path = Path(__file__).parents[1] / (folder if slash else "controls") / f"test_{file}.py"
    return path.exists() and f"\ndef test_{name}(" in path.read_text(encoding="utf-8")


@pytest.mark.skipif(REFERENCE is None, reason="the reference is not here")
def test_the_catalogue_is_that_of_the_reference() -> None:
    assert REFERENCE is not None
    entries = {one["id"]: one for one in yaml.safe_load(REFERENCE.read_text(encoding="utf-8"))}
    assert set(FOUR) == set(entries)
    counts = {id: len(entry["logic"].get("edge_cases", ())) for id, entry in entries.items()}
    assert counts == {id: len(cases) for id, cases in edge_cases().items()}
