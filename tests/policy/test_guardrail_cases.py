import copy
import json

import pytest
from guardrail_cases import RESOURCES, SCPS
from scp_cases import Case

from orienteer.policy.guardrails.chain import rcp_allows, scp_allows


@pytest.mark.parametrize("case", SCPS, ids=[case.name for case in SCPS])
def test_scp_allows(case: Case) -> None:
    before = copy.deepcopy(case.chain)
    assert scp_allows(case.chain, case.action, case.resource, case.context) is case.allowed
    as_text = [[json.dumps(d) for d in level] for level in case.chain]
    assert scp_allows(as_text, case.action, case.resource, case.context) is case.allowed
    assert case.chain == before


@pytest.mark.parametrize("case", RESOURCES, ids=[case.name for case in RESOURCES])
def test_rcp_allows(case: Case) -> None:
    before = copy.deepcopy(case.chain)
    assert rcp_allows(case.chain, case.action, case.resource, case.context) is case.allowed
    as_text = [[json.dumps(d) for d in level] for level in case.chain]
    assert rcp_allows(as_text, case.action, case.resource, case.context) is case.allowed
    assert case.chain == before
