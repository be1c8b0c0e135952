import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.examples import examples

from orienteer.policy.rights.identity import identity_allows, identity_decision

ACCOUNT = "111122223333"
ME = f"arn:aws:iam::{ACCOUNT}:user/dev"
BUCKET = "arn:aws:s3:::records"


def doc(*statements: dict[str, Any], version: str = "2012-10-17") -> dict[str, Any]:
    return {"Version": version, "Statement": list(statements)}


def allow(action: Any = "*", resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: Any = "*", resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Deny", "Action": action, "Resource": resource, **more}


ADMIN = doc(allow())
MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
CASES: list[tuple[str, Any, Any, Any, str, str, dict[str, Any] | None, bool]] = [
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
    ("nothing allows by itself", [], None, (), "s3:GetObject", "*", None, False),
    ("an allow", [doc(allow("s3:*"))], None, (), "s3:GetObject", "*", None, True),
    ("another service", [doc(allow("s3:*"))], None, (), "ec2:RunInstances", "*", None, False),
    (
        "allows of two policies add up",
        [doc(allow("s3:*")), doc(allow("ec2:*"))],
        None,
        (),
        "ec2:RunInstances",
        "*",
        None,
        True,
    ),
    ("a deny in another policy is final", [ADMIN, doc(deny("s3:*"))], None, (), "s3:GetObject", "*", None, False),
    ("a deny in the same policy", [doc(allow(), deny("s3:*"))], None, (), "s3:GetObject", "*", None, False),
    (
        "a deny on another resource",
        [ADMIN, doc(deny("s3:*", f"{BUCKET}/*"))],
        None,
        (),
        "s3:GetObject",
        "arn:aws:s3:::x/y",
        None,
        True,
    ),
    ("allow on the resource", [doc(allow("s3:*", f"{BUCKET}/*"))], None, (), "s3:GetObject", f"{BUCKET}/a", None, True),
    (
        "allow on the bucket is not on its objects",
        [doc(allow("s3:*", BUCKET))],
        None,
        (),
        "s3:GetObject",
        f"{BUCKET}/a",
        None,
        False,
    ),
    (
        "NotAction allow: the rest",
        [doc({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"})],
        None,
        (),
        "s3:GetObject",
        "*",
        None,
        True,
    ),
    (
        "NotAction allow: listed",
        [doc({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"})],
        None,
        (),
        "iam:CreateUser",
        "*",
        None,
        False,
    ),
    (
        "NotResource allow",
        [doc({"Effect": "Allow", "Action": "s3:*", "NotResource": f"{BUCKET}/*"})],
        None,
        (),
        "s3:GetObject",
        f"{BUCKET}/a",
        None,
        False,
    ),
    (
        "condition met",
        [doc(allow(Condition=MFA))],
        None,
        (),
        "s3:GetObject",
        "*",
        {"aws:MultiFactorAuthPresent": True},
        True,
    ),
    (
        "condition not met",
        [doc(allow(Condition=MFA))],
        None,
        (),
        "s3:GetObject",
        "*",
        {"aws:MultiFactorAuthPresent": False},
        False,
    ),
    ("condition key missing", [doc(allow(Condition=MFA))], None, (), "s3:GetObject", "*", None, False),
    (
        "deny without MFA, key missing, Bool",
        [ADMIN, doc(deny(Condition={"Bool": {"aws:MultiFactorAuthPresent": "false"}}))],
        None,
        (),
        "s3:GetObject",
        "*",
        None,
        True,
    ),
    (
        "deny without MFA, key missing, BoolIfExists",
        [ADMIN, doc(deny(Condition={"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}))],
        None,
        (),
        "s3:GetObject",
        "*",
        None,
        False,
    ),
    (
        "own name through a variable",
        [doc(allow("iam:*", f"arn:aws:iam::{ACCOUNT}:user/${{aws:username}}"))],
        None,
        (),
        "iam:CreateAccessKey",
        ME,
        {"aws:username": "dev"},
        True,
    ),
    (
        "another name through a variable",
        [doc(allow("iam:*", f"arn:aws:iam::{ACCOUNT}:user/${{aws:username}}"))],
        None,
        (),
        "iam:CreateAccessKey",
        ME,
        {"aws:username": "ops"},
        False,
    ),
    (
        "a variable needs the new version",
        [doc(allow("iam:*", f"arn:aws:iam::{ACCOUNT}:user/${{aws:username}}"), version="2008-10-17")],
        None,
        (),
        "iam:CreateAccessKey",
        ME,
        {"aws:username": "dev"},
        False,
    ),
    (
        "PassRole to the named service",
        [doc(allow("iam:PassRole", Condition={"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}}))],
        None,
        (),
        "iam:PassRole",
        "*",
        {"iam:PassedToService": "ec2.amazonaws.com"},
        True,
    ),
    (
        "PassRole to another service",
        [doc(allow("iam:PassRole", Condition={"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}}))],
        None,
        (),
        "iam:PassRole",
        "*",
        {"iam:PassedToService": "lambda.amazonaws.com"},
        False,
    ),
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
    ("boundary allows too", [ADMIN], doc(allow("s3:*")), (), "s3:GetObject", "*", None, True),
    ("boundary does not allow", [ADMIN], doc(allow("s3:*")), (), "iam:CreateUser", "*", None, False),
    ("boundary grants nothing itself", [], ADMIN, (), "s3:GetObject", "*", None, False),
    ("boundary denies", [ADMIN], doc(allow(), deny("iam:*")), (), "iam:CreateUser", "*", None, False),
    ("boundary without statements allows nothing", [ADMIN], doc(), (), "s3:GetObject", "*", None, False),
    (
        "boundary narrower in resource",
        [ADMIN],
        doc(allow("s3:*", f"{BUCKET}/*")),
        (),
        "s3:GetObject",
        "arn:aws:s3:::x/y",
        None,
        False,
    ),
    ("boundary with a condition", [ADMIN], doc(allow(Condition=MFA)), (), "s3:GetObject", "*", None, False),
    (
        "boundary with a condition, met",
        [ADMIN],
        doc(allow(Condition=MFA)),
        (),
        "s3:GetObject",
        "*",
        {"aws:multifactorauthpresent": "true"},
        True,
    ),
    ("a boundary that cannot be read is not credited", [ADMIN], "{torn", (), "s3:GetObject", "*", None, True),
    ("no boundary", [ADMIN], None, (), "iam:CreateUser", "*", None, True),
    # https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html
    ("guardrails allow", [ADMIN], None, [[ADMIN], [ADMIN]], "s3:GetObject", "*", None, True),
    ("a guardrail denies", [ADMIN], None, [[ADMIN, doc(deny("s3:*"))], [ADMIN]], "s3:GetObject", "*", None, False),
    ("a level without allow", [ADMIN], None, [[ADMIN], []], "s3:GetObject", "*", None, False),
    ("guardrails grant nothing", [], None, [[ADMIN]], "s3:GetObject", "*", None, False),
    (
        "documents without levels are one level",
        [ADMIN],
        None,
        [ADMIN, doc(deny("s3:*"))],
        "ec2:RunInstances",
        "*",
        None,
        True,
    ),
    (
        "boundary and guardrail and policy, all allow",
        [doc(allow("s3:*"))],
        doc(allow(["s3:*", "ec2:*"])),
        [[doc(allow("s3:*"))]],
        "s3:GetObject",
        "*",
        None,
        True,
    ),
    (
        "boundary and guardrail and policy, one does not",
        [doc(allow("s3:*"))],
        doc(allow(["s3:*", "ec2:*"])),
        [[doc(allow("ec2:*"))]],
        "s3:GetObject",
        "*",
        None,
        False,
    ),
    ("named policies", [("Admins", ADMIN)], None, (), "s3:GetObject", "*", None, True),
    ("a policy that cannot be read grants nothing", ["{torn"], None, (), "s3:GetObject", "*", None, False),
]


@pytest.mark.parametrize(
    ("policies", "boundary", "scps", "action", "resource", "context", "allowed"),
    [case[1:] for case in CASES],
    ids=[case[0] for case in CASES],
)
def test_identity_allows(
    policies: Any, boundary: Any, scps: Any, action: str, resource: str, context: dict[str, Any] | None, allowed: bool
) -> None:
    before = copy.deepcopy((policies, boundary, scps))
    assert identity_allows(policies, boundary, scps, action, resource, context) is allowed
    texts = [json.dumps(p) if isinstance(p, dict) else p for p in policies]
    assert identity_allows(texts[::-1], boundary, scps, action=action, resource=resource, context=context) is allowed
    assert (policies, boundary, scps) == before
    assert identity_allows([*policies, doc(deny())], boundary, scps, action, resource, context) is False


@pytest.mark.parametrize(
    ("boundary", "scps", "by", "granted", "words"),
    [
        (None, (), "identity", True, "Admins allows iam:CreateUser in statement 1."),
        (doc(allow("s3:*")), (), "boundary", True, "The permissions boundary does not allow iam:CreateUser on *."),
        (
            doc(allow(), deny("iam:*", Sid="NoIam")),
            (),
            "boundary",
            True,
            "The permissions boundary denies iam:CreateUser in statement 2 ('NoIam').",
        ),
        (
            None,
            [[ADMIN, doc(deny("iam:*"))]],
            "scp",
            True,
            "Policy 2 attached at the root denies iam:CreateUser in statement 1.",
        ),
    ],
)
def test_the_answer_says_what_decided(boundary: Any, scps: Any, by: str, granted: bool, words: str) -> None:
    found = identity_decision([("Admins", ADMIN)], boundary, scps, "iam:CreateUser")
    assert (found.by, found.granted, found.words) == (by, granted, words)


def test_what_could_not_be_read_is_said() -> None:
    found = identity_decision([("Admins", ADMIN), ("torn", "{")], "[1", (), "s3:GetObject")
    assert found.allowed
    assert any(problem.startswith("torn: ") for problem in found.problems)
    assert any(problem.startswith("permissions boundary: ") for problem in found.problems)


@examples()
@given(
    st.one_of(st.none(), st.text(max_size=5), st.integers(), st.lists(st.text(max_size=3), max_size=2), st.just([[[]]]))
)
def test_nothing_raises(junk: Any) -> None:
    assert identity_allows(junk, junk, junk, "s3:GetObject") in (True, False)
    assert identity_allows([ADMIN], junk, junk, "s3:GetObject") in (True, False)
