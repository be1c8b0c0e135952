"""Levels of documents, one case each, with the answers that AWS's documentation and our conventions give."""

import pytest

from orienteer.policy import exposure
from tests.policy import exposure_bounds
from tests.policy.exposure_support import Case


@pytest.mark.parametrize("case", exposure_bounds.CASES, ids=lambda case: case.name)
def test_level(case: Case) -> None:
    found = exposure(case.policy, **case.facts)
    assert (found.level, found.problems) == (case.level, ())
