"""Levels of documents, one case each, with the answers that AWS's documentation and our conventions give."""

import pytest
from tests.policy import exposure_bounds, exposure_denies, exposure_mixed, exposure_networks, exposure_principals
from tests.policy.exposure_support import Case

from orienteer.policy import exposure

GROUPS = (exposure_bounds, exposure_networks, exposure_principals, exposure_denies, exposure_mixed)
CASES = [case for group in GROUPS for case in group.CASES]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_level(case: Case) -> None:
    found = exposure(case.policy, **case.facts)
    assert (found.level, found.problems) == (case.level, ())
