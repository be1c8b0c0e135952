"""What holds of the guardrails' answers, of an identity's and of the ways up, whatever the documents say."""

import copy
import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.examples import examples

from orienteer.policy.guardrails import probes
from orienteer.policy.guardrails.chain import rcp_allows, rcp_decision, scp_allows, scp_decision
from orienteer.policy.guardrails.perimeter import perimeter
from orienteer.policy.rights.escalation import Principal, admin_paths
from orienteer.policy.rights.identity import identity_allows, identity_decision

A, ORG = "111122223333", "o-abcdefghij"
IAM = f"arn:aws:iam::{A}:"
ALL = {"Effect": "Allow", "Action": "*", "Resource": "*"}

_actions = st.sampled_from(
    ["*", "iam:*", "iam:Put*", "iam:PassRole", "s3:*", "sts:AssumeRole", "lambda:*", "organizations:*"]
)
_resources = st.sampled_from(
    ["*", f"{IAM}role/*", f"{IAM}user/${{aws:username}}", "arn:aws:s3:::logs/*", f"{IAM}policy/mine"]
)
_keys = {
    "aws:PrincipalArn": [f"{IAM}role/*", f"{IAM}user/u", "*"],
    "aws:RequestedRegion": ["eu-west-1", "us-*"],
    "aws:SourceIp": ["203.0.113.0/24", "0.0.0.0/1"],
    "aws:PrincipalOrgID": [ORG, "o-*"],
    "aws:UserAgent": ["x*"],
    "aws:PrincipalTag/team": ["net", "${aws:username}"],
    "iam:PassedToService": ["lambda.amazonaws.com"],
    "aws:MultiFactorAuthPresent": ["true", "false"],
}
_operators = [
    "StringLike",
    "StringNotLike",
    "StringEquals",
    "StringNotEqualsIfExists",
    "ArnNotLike",
    "Null",
    "ForAllValues:StringLike",
    "ForAnyValue:StringNotLike",
    "BoolIfExists",
    "NotIpAddress",
]


def _condition(operator: str, key: str, value: str) -> dict[str, Any]:
    if "Ip" in operator and key != "aws:SourceIp":
        return {}
    if operator in ("Null", "BoolIfExists"):
        value = "true" if len(value) % 2 else "false"
    return {operator: {key: value}}


_conditions = st.one_of(
    st.just({}),
    st.sampled_from([(key, value) for key, values in _keys.items() for value in values]).flatmap(
        lambda pair: st.sampled_from(_operators).map(lambda operator: _condition(operator, *pair))
    ),
)


def _statements(effect: Any) -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(
        lambda e, element, action, resource, condition: {
            "Effect": e,
            element: action,
            "Resource": resource,
            **({"Condition": condition} if condition else {}),
        },
        effect,
        st.sampled_from(["Action", "Action", "NotAction"]),
        st.lists(_actions, min_size=1, max_size=2),
        _resources,
        _conditions,
    )


_any = _statements(st.sampled_from(["Allow", "Deny"]))
_denies = _statements(st.just("Deny"))
_documents = st.lists(_any, min_size=1, max_size=3).map(lambda s: {"Version": "2012-10-17", "Statement": s})
_requests = st.tuples(
    st.sampled_from(["iam:PutUserPolicy", "s3:GetObject", "organizations:LeaveOrganization"]),
    st.sampled_from(["*", f"{IAM}user/u", "arn:aws:s3:::logs/a"]),
    st.sampled_from(
        [None, {"aws:PrincipalArn": f"{IAM}user/u", "aws:username": "u"}, {"aws:RequestedRegion": "us-east-1"}]
    ),
)


def doc(*statements: Any) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


@examples()
@given(st.lists(_documents, max_size=3), _documents, st.lists(_documents, min_size=1, max_size=2), _requests, _any)
def test_identity(policies: Any, boundary: Any, level: Any, asked: Any, more: Any) -> None:
    before = copy.deepcopy((policies, boundary, level))
    answer = identity_allows(policies, boundary, [level], *asked)
    assert (policies, boundary, level) == before
    assert identity_allows([json.dumps(p) for p in policies], json.dumps(boundary), [level], *asked) is answer
    assert identity_allows(list(reversed(policies)), boundary, [list(reversed(level))], *asked) is answer
    wider = [
        identity_allows([*policies, doc(more)], boundary, [level], *asked),
        identity_allows(policies, doc(*boundary["Statement"], more), [level], *asked),
        identity_allows(policies, boundary, [[*level, doc(more)]], *asked),
    ]
    assert all(found >= answer for found in wider) if more["Effect"] == "Allow" else all(w <= answer for w in wider)
    assert identity_allows(policies, None, [level], *asked) >= answer
    assert identity_allows(policies, boundary, (), *asked) >= answer
    if answer:
        assert identity_allows(policies, None, (), *asked) and scp_allows([level], *asked)


@examples()
@given(st.lists(st.lists(_documents, max_size=2), max_size=3), _requests, _denies)
def test_resource_control_policies(chain: Any, asked: Any, more: Any) -> None:
    before = copy.deepcopy(chain)
    answer = rcp_allows(chain, *asked)
    assert chain == before
    assert rcp_allows([[json.dumps(d) for d in level] for level in chain], *asked) is answer
    assert rcp_allows([list(reversed(level)) for level in reversed(chain)], *asked) is answer
    assert rcp_allows([*chain, [doc(more)]], *asked) <= answer
    assert rcp_allows([*chain, [doc({**more, "Effect": "Allow"})]], *asked) is answer


@given(st.lists(_documents, min_size=1, max_size=3), _denies)
@examples(60)
def test_a_further_deny_closes_the_questions_and_opens_none(level: Any, more: Any) -> None:
    chain, closer = [[doc(ALL), *level]], [[doc(ALL), *level, doc(more)]]
    assert probes.leaving(closer, A, org_id=ORG).denied >= probes.leaving(chain, A, org_id=ORG).denied
    few = ["s3:GetObject", "iam:CreateUser"]
    was, now = (set(probes.root_actions(c, A, org_id=ORG, actions=few).open_actions) for c in (chain, closer))
    assert now <= was
    before, after = (perimeter(c, ["s3"], A, ORG)[0] for c in (chain, closer))
    assert after.denied >= before.denied and after.services_usable <= before.services_usable


_TEXT = ["StringNotEquals", "StringEquals", "StringNotLike", "StringLikeIfExists", "Null"]
_ADDRESSES = ["NotIpAddress", "IpAddress", "NotIpAddressIfExists", "Null"]
_chosen = st.one_of(
    st.tuples(
        st.sampled_from(["aws:UserAgent", "aws:RequestTag/team"]),
        st.sampled_from(_TEXT),
        st.lists(st.sampled_from(["a", "a*", "c"]), min_size=1, max_size=2),
    ),
    st.tuples(
        st.just("aws:SourceIp"),
        st.sampled_from(_ADDRESSES),
        st.lists(st.sampled_from(["203.0.113.0/24", "203.0.113.8/29", "198.51.100.0/24"]), min_size=1, max_size=2),
    ),
).map(lambda c: {"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": {c[1]: {c[0]: _fit(c[1], c[2])}}})


def _fit(operator: str, values: list[str]) -> list[str]:
    return ["true" if len(values) > 1 else "false"] if operator == "Null" else values


@given(st.lists(st.one_of(_denies, _chosen, _chosen), min_size=2, max_size=5))
@examples(60)
def test_the_order_of_denies_credits_nothing(found: Any) -> None:
    def answers(statements: Any) -> Any:
        chain = [[doc(ALL), doc(*statements)]]
        actions = ["s3:GetObject", "iam:CreateUser"]
        root = probes.root_actions(chain, A, org_id=ORG, actions=actions)
        around = perimeter(chain, ["s3"], A, ORG)[0]
        return (probes.leaving(chain, A, org_id=ORG).denied, set(root.open_actions), around.denied,
                around.services_usable)  # fmt: skip

    assert answers(found) == answers(found[::-1])


def people(one: Any, other: Any) -> list[Principal]:
    def trust(**principal: str) -> dict[str, Any]:
        return doc({"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"})

    return [
        Principal(f"{IAM}user/u", "user", A, ((f"{IAM}policy/mine", one),)),
        Principal(f"{IAM}role/weak", "role", A, (("p", other),), trust=trust(AWS=f"{IAM}root")),
        Principal(f"{IAM}role/strong", "role", A, (("p", doc(ALL)),), trust=trust(Service="lambda.amazonaws.com")),
        Principal(f"{IAM}user/chief", "user", A, (("p", doc(ALL)),)),
    ]


def open_ways(principals: list[Principal]) -> dict[str, bool]:
    found = {p.arn: False for p in principals}
    for path in admin_paths(principals):
        found[path.principal] |= not path.blocked_by
    return found


@given(_documents, _documents, _denies)
@examples(80)
def test_ways_up(one: Any, other: Any, more: Any) -> None:
    principals = people(one, other)
    before = copy.deepcopy(principals)
    found = open_ways(principals)
    assert principals == before
    assert open_ways(list(reversed(principals))) == found
    assert open_ways(people(json.dumps(one), json.dumps(other))) == found
    closer = open_ways(people(doc(*one["Statement"], more), doc(*other["Statement"], more)))
    assert all(closer[arn] <= found[arn] for arn in found)
    wider = open_ways(people(doc(*one["Statement"], {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}), other))
    assert all(wider[arn] >= found[arn] for arn in found)
    assert all(
        open_ways(people(doc(*one["Statement"], ALL), other))[arn] >= found[arn] or arn == principals[0].arn
        for arn in found
    )


TORN: list[Any] = [
    "{torn",
    '{"Statement": [{"Effect": "Perhaps", "Action": "*", "Resource": "*"}]}',
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": {"StringLikes": {"a": "b"}}}],
    },
    {"Statement": [{"Effect": "Allow", "Action": 5, "Resource": "*"}]},
    {"Statement": "x"},
    {"Statement": [None]},
    [],
]


@pytest.mark.parametrize("torn", TORN, ids=range(len(TORN)))
def test_what_cannot_be_read_is_a_problem(torn: Any) -> None:
    assert scp_decision([[doc(ALL), torn]], "s3:GetObject").problems
    assert rcp_decision([[torn]], "s3:GetObject").problems
    assert identity_decision([doc(ALL), torn], None, (), "s3:GetObject").problems
    assert identity_decision([doc(ALL)], torn, (), "s3:GetObject").problems
    assert identity_decision([doc(ALL)], None, [[doc(ALL), torn]], "s3:GetObject").problems
    assert not scp_decision([[doc(ALL)]], "s3:GetObject").problems


STARS = "*a" * 20000
HOSTILE: list[tuple[str, Any]] = [
    ("action", {"Effect": "Deny", "Action": f"iam:{STARS}b", "Resource": "*"}),
    ("resource", {"Effect": "Deny", "Action": "*", "Resource": f"arn:aws:iam::{STARS}b"}),
    ("text", {**ALL, "Effect": "Deny", "Condition": {"StringNotLike": {"aws:PrincipalArn": STARS}}}),
    ("ARN", {**ALL, "Effect": "Deny", "Condition": {"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::*:role/{STARS}b"}}}),
    (
        "addresses",
        {
            **ALL,
            "Effect": "Deny",
            "Condition": {"NotIpAddress": {"aws:SourceIp": [f"10.{i % 256}.{i // 256}.0/24" for i in range(4000)]}},
        },
    ),
    (
        "agents",
        {**ALL, "Effect": "Deny", "Condition": {"StringNotLike": {"aws:UserAgent": [f"u{i}*" for i in range(4000)]}}},
    ),
]


@pytest.mark.parametrize("statement", [h[1] for h in HOSTILE], ids=[h[0] for h in HOSTILE])
def test_hostile_documents_end(statement: Any) -> None:
    chain, role = [[doc(ALL), doc(statement)]], f"{IAM}role/{'a' * 3000}"
    started = time.perf_counter()
    scp_allows(chain, f"iam:{'a' * 3000}", role, {"aws:PrincipalArn": role})
    rcp_allows(chain, "iam:CreateRole", role, {"aws:PrincipalArn": role})
    identity_allows([doc(ALL), doc(statement)], doc(ALL), chain, "iam:CreateRole", role, {"aws:PrincipalArn": role})
    probes.leaving(chain, A, org_id=ORG)
    perimeter(chain, ["s3"], A, ORG)
    admin_paths(people(doc(ALL, statement), doc(statement)))
    assert time.perf_counter() - started < 60


def test_ten_thousand_statements() -> None:
    many = doc(*({"Effect": "Deny", "Action": f"svc{i}:*", "Resource": "*"} for i in range(10_000)))
    scp_allows([[doc(ALL), many]], "s3:GetObject")
    started = time.perf_counter()
    for _ in range(5):
        assert scp_allows([[doc(ALL), many]], "s3:GetObject")
        assert identity_allows([doc(ALL), many], None, (), "s3:GetObject")
    assert time.perf_counter() - started < 60


def test_more_exemptions_than_a_guardrail_can_hold_are_not_taken_for_none() -> None:
    names = [f"arn:aws:iam::*:role/aws-service-role/r{i}" for i in range(300)]
    level = [doc(ALL), doc({**ALL, "Effect": "Deny", "Condition": {"ArnNotLike": {"aws:PrincipalArn": names}}})]
    answer = probes.leaving([level], A, org_id=ORG)
    assert answer.denied and answer.exemptions[-1].guessable and answer.exemptions[-1].pattern == "200 more"
