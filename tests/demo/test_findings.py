"""The real findings of both demo clients held against the written table: nothing missed, nothing invented."""

from pathlib import Path

import pytest
import yaml

from orienteer import controls, params, pipeline
from orienteer.demo.clients import CLIENTS
from orienteer.demo.faults import differences

PARAMS = Path(__file__).parents[2] / "params"


@pytest.mark.parametrize("plan", CLIENTS.values(), ids=lambda plan: plan.slug)
def test_findings_are_the_planted_ones(demo, plan, tmp_path):
    given = yaml.safe_load((PARAMS / f"{plan.slug}.yaml").read_text())
    folder = pipeline.collect(params.from_mapping({**given, "output_dir": str(tmp_path)}))
    findings = pipeline.judge(folder).findings
    assert "NOT_ASSESSED" not in set(findings["status"])
    assert differences(plan, findings.to_dict("records"), controls.registry()) == []
