"""The same documents in another partition get the same answers: only the ARNs' second field differs.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
"""

import json
from dataclasses import replace
from typing import Any

import pytest
import test_escalation
import test_rights_hard
from test_escalation import POLICY, STRONG, allow, deny, doc, role, trusts, user
from tests.each import each
from tests.policy.exposure_support import Case
from tests.policy.test_exposure import CASES

from orienteer.policy import exposure
from orienteer.policy.exposure import bucket_reachers
from orienteer.policy.rights.combinations import COMBINATIONS
from orienteer.policy.rights.escalation import Principal, admin_paths

BOTH = pytest.mark.parametrize("partition", ["aws-us-gov", "aws-cn"])


def moved(thing: Any, partition: str) -> Any:
    """The same, in the partition."""
    if isinstance(thing, str):
        return thing.replace("arn:aws:", f"arn:{partition}:")
    if isinstance(thing, Principal):
        policies = tuple((moved(n, partition), moved(d, partition)) for n, d in thing.policies)
        return replace(
            thing, arn=moved(thing.arn, partition), policies=policies, boundary=moved(thing.boundary, partition),
            scps=moved(thing.scps, partition), trust=moved(thing.trust, partition),
            groups=tuple(moved(g, partition) for g in thing.groups),
        )  # fmt: skip
    return json.loads(moved(json.dumps(thing), partition))


@BOTH
@each("case", [c for c in CASES if "arn:aws:" in json.dumps(c.policy)], ids=lambda case: case.name)
def test_levels_are_the_same(case: Case, partition: str) -> None:
    assert exposure(moved(case.policy, partition), **case.facts).level == case.level


WAYS = [*((p, who) for _, p, who, _, _ in (*test_escalation.WAYS, *test_rights_hard.WAYS)),
        *(([p], p.arn) for _, p, _, _ in test_escalation.ADMINS)]  # fmt: skip


@BOTH
@pytest.mark.parametrize(("principals", "who"), WAYS)
def test_paths_are_the_same(principals: list[Principal], who: str, partition: str) -> None:
    there = [moved(p, partition) for p in principals]

    def told(listed: list[Principal]) -> list[tuple[str, str, str, str]]:
        return [(p.principal, p.combination, p.target, p.blocked_by) for p in admin_paths(listed)]

    assert told(there) == [tuple(moved(part, partition) for part in one) for one in told(principals)]


@BOTH
def test_every_combination_is_found_there(partition: str) -> None:
    own = (f"{POLICY}mine", doc(allow("s3:ListAllMyBuckets")))
    for combination in COMBINATIONS:
        make = role if combination.how == "own_role" else user
        who = moved(make("weak", doc(allow(list(combination.actions))), own), partition)
        paths = admin_paths([*(moved(p, partition) for p in STRONG), who])
        assert combination.name in {p.combination for p in paths if p.principal == who.arn}


# https://docs.amazonaws.cn/en_us/IAM/latest/UserGuide/id_roles_create_for-service.html
def test_a_service_by_its_name_in_china() -> None:
    strong = role("s", ("all", doc(allow())), trust=trusts(Service="ec2.amazonaws.com.cn"))
    who = user("u", doc(allow(["iam:PassRole", "ec2:RunInstances"])))
    found = admin_paths([moved(strong, "aws-cn"), moved(who, "aws-cn")])
    assert "iam:PassRole + ec2:RunInstances" in {p.combination for p in found}
    limited = doc(allow("ec2:*"), allow("iam:PassRole", Condition={
        "StringEquals": {"iam:PassedToService": "ec2.amazonaws.com.cn"}}))  # fmt: skip
    found = admin_paths([moved(strong, "aws-cn"), moved(user("u", limited), "aws-cn")])
    assert "iam:PassRole + ec2:RunInstances" in {p.combination for p in found}


# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
@BOTH
@pytest.mark.parametrize("principal", ["arn:aws:iam::444455556666:root", "444455556666", "*"])
def test_grantees_of_a_bucket_there(partition: str, principal: str) -> None:
    bucket = f"arn:{partition}:s3:::logs"
    roles = {"ArnNotLike": {"aws:PrincipalArn": f"arn:{partition}:iam::*:role/*"}}
    policy = doc(allow("s3:PutObject", f"{bucket}/*", Principal={"AWS": moved(principal, partition)}),
                 deny("s3:*", f"{bucket}/*", Principal="*", Condition=roles))  # fmt: skip
    found = bucket_reachers(policy, ["s3:PutObject"], bucket, account_id="111122223333").reachers
    assert found and {one.actions for one in found} == {("s3:PutObject",)}
