"""Levels of documents, one case each, with the answers that AWS's documentation and our conventions give."""

import pytest
from tests.policy import (
    exposure_bounds,
    exposure_denies,
    exposure_edges,
    exposure_guides,
    exposure_mixed,
    exposure_networks,
    exposure_principals,
    exposure_trusts,
    exposure_types,
)
from tests.policy.exposure_support import FACTS, Case, allow, doc

from orienteer.facts.exposures import declared
from orienteer.policy import exposure
from orienteer.policy.exposure.ground import ground
from orienteer.policy.language.actions import all_actions

GROUPS = (
    exposure_bounds, exposure_networks, exposure_principals, exposure_denies, exposure_mixed, exposure_types,
    exposure_edges, exposure_guides, exposure_trusts,
)  # fmt: skip
CASES = [case for group in GROUPS for case in group.CASES]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_level(case: Case) -> None:
    found = exposure(case.policy, **case.facts)
    assert (found.level, found.problems) == (case.level, ())


def test_too_many_patterns_are_said_to_be() -> None:
    accounts = [f"arn:aws:*:7777888{n:05d}:*" for n in range(2000)]
    policy = doc(allow(when={"StringLike": {"aws:PrincipalArn": accounts}}))
    found = exposure(policy, **FACTS)
    assert found.level == "public" and "too complex" in found.problems[0]
    few = exposure(doc(allow(when={"StringLike": {"aws:PrincipalArn": accounts[:50]}})), **FACTS)
    assert (few.level, few.problems) == ("external", ())


def test_each_type_has_an_iam_prefix_that_there_is() -> None:
    known = {action.partition(":")[0] for action in all_actions()} | {"s3files"}
    told = {one.type: ground("", "1", None, frozenset(), frozenset(), one.type).service for one in declared()}
    assert {kind: prefix for kind, prefix in told.items() if prefix not in known and prefix != "any"} == {}
