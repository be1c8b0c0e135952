import copy
import json
import string
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scp_cases import ADMIN, ALLOW_ALL, CASES, Case, allow, deny, doc
from tests.each import each
from tests.examples import examples

from orienteer.policy.guardrails.chain import rcp_allows, rcp_decision, scp_allows, scp_decision


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_scp_allows(case: Case) -> None:
    assert scp_allows(case.chain, case.action, case.resource, case.context) is case.allowed


@each("case", CASES, ids=lambda case: case.name)
def test_text_and_mapping_agree_and_the_input_stays(case: Case) -> None:
    before = copy.deepcopy(case.chain)
    as_text = [[json.dumps(d) if isinstance(d, dict) else d for d in level] for level in case.chain]
    assert scp_allows(as_text, case.action, case.resource, case.context) is case.allowed
    assert case.chain == before


@each("case", CASES, ids=lambda case: case.name)
def test_order_of_policies_and_levels_does_not_matter(case: Case) -> None:
    turned = [list(reversed(level)) for level in reversed(case.chain)]
    assert scp_allows(turned, case.action, case.resource, case.context) is case.allowed


@each("case", [c for c in CASES if c.chain], ids=lambda case: case.name)
def test_a_deny_never_opens(case: Case) -> None:
    for level in range(len(case.chain)):
        closer = copy.deepcopy(case.chain)
        closer[level].append(doc(deny("s3:GetObject")))
        assert scp_allows(closer, case.action, case.resource, case.context) <= case.allowed


_patterns = st.sampled_from(["*", "s3:*", "s3:Get*", "S3:GETOBJECT", "iam:*", "*:GetObject", "s3:?etObject"])
_conditions = st.sampled_from(
    [
        {},
        {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}},
        {"StringNotEquals": {"aws:requestedregion": "eu-west-1"}},
        {"Null": {"aws:RequestedRegion": "true"}},
        {"ForAllValues:StringLike": {"aws:RequestedRegion": "us-*"}},
    ]
)
_statements = st.builds(
    lambda effect, element, pattern, resource, condition: {
        "Effect": effect,
        element: pattern,
        "Resource": resource,
        "Condition": condition,
    },
    st.sampled_from(["Allow", "Deny"]),
    st.sampled_from(["Action", "NotAction"]),
    st.lists(_patterns, min_size=1, max_size=2),
    st.sampled_from(["*", "arn:aws:s3:::records/*"]),
    _conditions,
)
_documents = st.lists(_statements, max_size=3).map(lambda s: doc(*s))
_chains = st.lists(st.lists(_documents, max_size=3), max_size=3)
_asked = st.tuples(
    st.sampled_from(["s3:GetObject", "iam:CreateUser"]),
    st.sampled_from(["*", "arn:aws:s3:::records/a"]),
    st.sampled_from([None, {"aws:RequestedRegion": "eu-west-1"}, {"aws:RequestedRegion": ["us-east-1"]}]),
)


@examples()
@given(_chains, _asked, _statements, st.integers(0, 2))
def test_adding_a_deny_closes_and_adding_an_allow_opens(chain: Any, asked: Any, extra: Any, level: int) -> None:
    if not chain:
        return
    wider = copy.deepcopy(chain)
    wider[level % len(chain)].append(doc(extra))
    before, after = scp_allows(chain, *asked), scp_allows(wider, *asked)
    assert after >= before if extra["Effect"] == "Allow" else after <= before


@examples()
@given(_chains, _asked)
def test_every_answer_names_what_decided(chain: Any, asked: Any) -> None:
    found = scp_decision(chain, *asked)
    assert found.words.endswith(".")
    if found.explicit:
        named = chain[found.level_index][found.policy_index]["Statement"][found.statement.index]
        assert named["Effect"] == "Deny"
        assert scp_allows([[ALLOW_ALL, doc(named)]], *asked) is False


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(string.printable, max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["Statement", "Effect", "Action", "Resource", "Condition", "StringLike", "x"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@examples()
@given(_json, _json)
def test_nothing_raises(chain: Any, context: Any) -> None:
    context = context if isinstance(context, dict) else None
    assert scp_allows(chain, "s3:GetObject", "*", context) in (True, False)
    assert scp_allows([[chain]], "s3:GetObject", "*", context) in (True, False)


def test_a_deny_is_explained_with_policy_and_statement() -> None:
    chain = [[ALLOW_ALL], [ALLOW_ALL, doc(allow("s3:*"), deny("organizations:Leave*", Sid="NoLeaving"))], [ALLOW_ALL]]
    found = scp_decision(chain, "organizations:LeaveOrganization", labels=[["Full"], ["Full", "protect"], ["Full"]])
    assert (found.allowed, found.level_index, found.policy_index, found.sid) == (False, 1, 1, "NoLeaving")
    assert found.words == (
        "Policy 'protect' attached at level 2 below the root denies organizations:LeaveOrganization "
        "in statement 2 ('NoLeaving')."
    )


def test_a_missing_allow_is_explained_with_its_level() -> None:
    found = scp_decision([[ALLOW_ALL], [doc(allow("ec2:*"))]], "s3:GetObject")
    assert (found.allowed, found.explicit, found.level_index) == (False, False, 1)
    assert found.words == "No attached policy allows s3:GetObject at the account, so s3:GetObject is blocked there."


def test_what_could_not_be_read_is_said() -> None:
    found = scp_decision([[ALLOW_ALL, "{broken"]], "s3:GetObject", labels=[["Full", "torn"]])
    assert found.allowed
    assert any("'torn'" in problem for problem in found.problems)


PERIMETER = doc(
    {
        "Sid": "OwnIdentities",
        "Effect": "Deny",
        "Principal": "*",
        "Action": ["s3:*", "sts:AssumeRole"],
        "Resource": "*",
        "Condition": {
            "StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-abcdefghij", "aws:PrincipalAccount": ["999988887777"]},
            "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
        },
    }
)
FULL_RCP = doc({"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"})
A = "111122223333"
OUTSIDER = {
    "aws:PrincipalArn": "arn:aws:iam::444455556666:role/x",
    "aws:PrincipalOrgID": "o-other12345",
    "aws:PrincipalAccount": "444455556666",
}


# https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_examples.html
@pytest.mark.parametrize(("chain", "action", "context", "allowed"), [
    ([[FULL_RCP], [FULL_RCP]], "s3:GetObject", OUTSIDER, True),
    ([[FULL_RCP, PERIMETER], [FULL_RCP]], "s3:GetObject", OUTSIDER, False),
    ([[FULL_RCP], [FULL_RCP, PERIMETER]], "s3:GetObject", OUTSIDER, False),
    ([[FULL_RCP, PERIMETER]], "kms:Decrypt", OUTSIDER, True),
    ([[FULL_RCP, PERIMETER]], "s3:GetObject", {"aws:PrincipalOrgID": "o-abcdefghij"}, True),
    ([[FULL_RCP, PERIMETER]], "s3:GetObject", {}, False),
    ([[FULL_RCP, PERIMETER]], "s3:GetObject", {"aws:PrincipalOrgID": "o-abcdefghij", "aws:PrincipalAccount": A}, True),
    ([[FULL_RCP, PERIMETER]], "s3:GetObject", {**OUTSIDER, "aws:PrincipalAccount": "999988887777"}, True),
    ([[FULL_RCP, PERIMETER]], "s3:PutObject", {"aws:PrincipalIsAWSService": True}, True),
    ([[PERIMETER]], "kms:Decrypt", OUTSIDER, True),
    ([], "s3:GetObject", OUTSIDER, True),
    ([[]], "s3:GetObject", {"aws:PrincipalArn": ADMIN}, True),
])  # fmt: skip
def test_rcp_allows(chain: Any, action: str, context: dict[str, Any], allowed: bool) -> None:
    assert rcp_allows(chain, action, "*", context) is allowed


def test_an_rcp_deny_is_explained() -> None:
    found = rcp_decision([[FULL_RCP, PERIMETER]], "s3:GetObject", "arn:aws:s3:::records/a", OUTSIDER)
    assert (found.allowed, found.sid) == (False, "OwnIdentities")
