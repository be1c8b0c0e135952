"""The real findings of both demo clients held against the written table: nothing missed, nothing invented."""

from pathlib import Path

import pytest

from orienteer import controls, params, pipeline
from orienteer.demo.clients import CLIENTS
from orienteer.demo.faults import differences

PARAMS = Path(__file__).parents[2] / "params"


@pytest.mark.parametrize("plan", CLIENTS.values(), ids=lambda plan: plan.slug)
def test_findings_are_the_planted_ones(demo, plan, tmp_path):
    given = tmp_path / f"{plan.slug}.yaml"
    given.write_text((PARAMS / given.name).read_text() + f"\noutput_dir: {tmp_path / 'outputs'}\n")
    folder = pipeline.collect(params.load(given))
    findings = pipeline.judge(folder).findings
    assert differences(plan, findings.to_dict("records"), controls.registry()) == []
