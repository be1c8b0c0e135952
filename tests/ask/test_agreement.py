"""`can`, `who_can` and the steps of `ways` follow one rule on who gets by a resource policy alone.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
"""

from __future__ import annotations

from itertools import product

import pytest

from orienteer.ask import can, who_can
from orienteer.ask.ground import ground_of
from tests.ask.support import (
    BOB,
    ETL,
    FULL,
    LAKE,
    PEER,
    PEER_SESSION,
    ROOT,
    SESSION,
    TARGET,
    A,
    allow,
    aws,
    deny,
    estate,
)

ASSUME, GET, OBJECT = "sts:AssumeRole", "s3:GetObject", f"{LAKE}/orienteer"
NAMED = {
    "everybody": "*",
    "every AWS principal": aws("*"),
    "both by ARN": aws(BOB, ETL),
    "the account": aws(A),
    "the root user": aws(ROOT),
    "a session of the role": aws(SESSION),
    "a session and the account": aws(SESSION, A),
    "somebody else": aws(f"arn:aws:iam::{A}:role/other"),
}
BOUNDARIES = {
    "none": None,
    "wide": FULL,
    "of another service": [allow("ec2:*")],
    "wide with a deny": [*FULL, deny([ASSUME, GET])],
}
RIGHTS = {"none": [], "both": [allow([ASSUME, GET])], "a deny": [*FULL, deny([ASSUME, GET])]}
ALL = list(product(NAMED, BOUNDARIES, RIGHTS))


@pytest.mark.parametrize(("named", "boundary", "rights"), ALL, ids=["-".join(one).replace(" ", "_") for one in ALL])
@pytest.mark.parametrize("who", [BOB, ETL], ids=["user", "role"])
def test_can_and_ways_agree(who: str, named: str, boundary: str, rights: str) -> None:
    own = RIGHTS[rights]
    known = estate(
        user=own,
        role=own,
        boundary=BOUNDARIES[boundary],
        target=[allow(ASSUME, None, to=NAMED[named])],
        policy=[allow(GET, to=NAMED[named])],
    )
    ground = ground_of(known)
    reads = [step for step in ground.target(LAKE).steps if GET in step.actions]
    steps = {(step.start, step.to) for step in (*ground.steps, *reads) if not step.blocked_by}
    for action, on, end in ((ASSUME, TARGET, TARGET), (GET, OBJECT, LAKE)):
        found = can(known, who, action, on, may=True)  # a role's session may have any name
        assert found.answer != "unknown"
        assert found.depends_on in ((), ("sts:rolesessionname",))
        assert found.allowed == ((who, end) in steps), (action, found)
        assert found.allowed == (who in who_can(known, action, on).arns)


def test_a_boundary_that_says_nothing_limits_a_role_named_by_its_arn_alone() -> None:
    ec2 = BOUNDARIES["of another service"]
    by_arn, open_to_all = aws(ETL), "*"
    for to, wanted in ((by_arn, "implicit"), (open_to_all, "allowed")):
        known = estate(boundary=ec2, target=[allow(ASSUME, None, to=to)], policy=[allow(GET, to=to)])
        assert can(known, ETL, ASSUME, TARGET).answer == can(known, ETL, GET, OBJECT).answer == wanted


def test_the_statement_that_lets_in_decides_how_the_caller_is_named() -> None:
    """One for everybody that does not match says nothing of one that names the account."""
    elsewhere = {"StringEquals": {"aws:PrincipalOrgID": "o-2"}}
    known = estate(target=[allow(ASSUME, None, to="*", when=elsewhere), allow(ASSUME, None, to=aws(A))])
    assert can(known, ETL, ASSUME, TARGET).answer == "implicit"
    assert (ETL, TARGET) not in {(step.start, step.to) for step in ground_of(known).steps}


def test_a_step_that_takes_a_session_by_name_hangs_on_its_name() -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html"""
    known = estate(
        peer=[allow(ASSUME), allow(GET)],
        target=[allow(ASSUME, None, to=aws(SESSION, PEER_SESSION))],
        policy=[allow(GET, to=aws(SESSION, PEER_SESSION))],
    )
    ground = ground_of(known)
    into = {(step.start, step.to): step for step in (*ground.steps, *ground.target(LAKE).steps)}
    for who, end in product((ETL, PEER), (TARGET, LAKE)):
        assert into[who, end].conditions == ("sts:rolesessionname",), (who, end)
        assert into[who, end].opened.endswith(": statement 1")
