"""A control that raises, the whole way: it is said, the command ends 3, and everything else is judged and kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from orienteer import snapshot
from orienteer.controls.control import CONTROLS, control
from orienteer.controls.verdict import Verdict, passed
from orienteer.facts.seen import Row
from orienteer.facts.storage import BUCKETS
from orienteer.model import Category, Severity
from tests.execute import copied
from tests.test_cli import orienteer

pytestmark = pytest.mark.long


@pytest.fixture
def raising() -> Iterator[str]:
    """A control that raises on the first bucket it sees, declared for one test."""
    seen: list[str] = []

    @control(
        "T-01",
        title="Raises once",
        category=Category.DATA,
        severity=Severity.LOW,
        maturity=2,
        source="https://docs.aws.amazon.com/AmazonS3/latest/userguide/Welcome.html",
        fact=BUCKETS,
    )
    def raises(bucket: Row) -> Verdict:
        """Why it matters.

        Fix: what to do.
        """
        seen.append(bucket.resource_id)
        if bucket.resource_id == seen[0]:
            raise KeyError("nonsense")
        return passed("good")

    yield "T-01"
    del CONTROLS["T-01"]


def test_a_control_that_raises_costs_one_row_and_exit_3(raising: str, collected_demo: Path, tmp_path: Path) -> None:
    run = copied(collected_demo, tmp_path)
    done = orienteer("judge", run)
    assert done.returncode == 3
    assert f"control {raising} could not judge" in done.stderr

    kept = snapshot.open_run(run)
    assert kept.manifest["crashed"] == [raising]
    assert not kept.manifest["complete"]
    findings = kept.findings
    own = findings.loc[findings["control_id"] == raising]
    assert own["status"].value_counts().to_dict() == {"PASS": len(own) - 1, "NOT_ASSESSED": 1}
    assert len(own) > 1
    assert own.loc[own["status"] == "NOT_ASSESSED", "reason"].str.contains("KeyError").all()
    assert (findings.loc[findings["control_id"] != raising, "status"] == "FAIL").any()
