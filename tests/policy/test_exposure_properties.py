# ruff: noqa: E501  (a table reads best one case a line)
"""What must hold for every document: Deny never widens, Allow never narrows, order and form do not matter, nothing raises."""

import copy
import json
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.examples import examples
from tests.policy.exposure_support import FACTS, FOREIGN, FRIEND, ORG, OTHER, OWN, doc

from orienteer.policy import exposure

ORDER = ("private", "organization", "external", "public")

PRINCIPALS = st.sampled_from(
    ["*", {"AWS": "*"}, {"AWS": OWN}, {"AWS": FRIEND}, {"AWS": [OWN, OTHER]}, {"Service": "s3.amazonaws.com"},
     {"AWS": f"arn:aws:iam::{OTHER}:role/r"}, {"AWS": "arn:aws:iam::*:role/r"}, {"CanonicalUser": "abc"}]
)  # fmt: skip
VALUES = {
    "aws:PrincipalOrgID": [ORG, FOREIGN, "*", "${aws:PrincipalOrgID}", "${aws:ResourceOrgID}"],
    "aws:PrincipalAccount": [OWN, FRIEND, OTHER, "1*", "${aws:SourceAccount}", "${aws:PrincipalTag/team}"],
    "aws:PrincipalArn": [f"arn:aws:iam::{OWN}:role/*", "arn:aws:iam::*:role/x", f"*{OWN}*"],
    "aws:SourceAccount": [OWN, OTHER],
    "aws:SourceArn": ["arn:aws:s3:::b", f"arn:aws:sns:*:{OWN}:*", "arn:aws:sns:*:*:*"],
    "aws:SourceVpce": ["vpce-1", "vpce-2", "vpce-*"],
    "aws:PrincipalTag/team": ["blue", OTHER, "${aws:username}"],
    "aws:userid": ["AROAEXAMPLEID1234567:*", OWN, OTHER],
    "aws:SecureTransport": ["true", "false"],
    "aws:PrincipalIsAWSService": ["true", "false"],
}
STRINGS = ["StringEquals", "StringNotEquals", "StringLike", "StringNotLike", "ArnLike", "ArnNotLike"]
QUALIFIERS, SUFFIXES = st.sampled_from(["", "", "ForAnyValue:", "ForAllValues:"]), st.sampled_from(["", "", "IfExists"])


@st.composite
def conditions(draw: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key in draw(st.lists(st.sampled_from(sorted(VALUES)), max_size=2, unique=True)):
        operator = draw(QUALIFIERS) + draw(st.sampled_from(STRINGS)) + draw(SUFFIXES)
        found.setdefault(operator, {})[key] = draw(st.lists(st.sampled_from(VALUES[key]), min_size=1, max_size=2))
    if draw(st.booleans()) and draw(st.booleans()):
        operator = draw(st.sampled_from(["IpAddress", "NotIpAddress", "IpAddressIfExists"]))
        found[operator] = {"aws:SourceIp": draw(st.sampled_from(["203.0.113.0/24", "0.0.0.0/0", "10.0.0.0/8"]))}
    if draw(st.booleans()) and draw(st.booleans()):
        found["Null"] = {draw(st.sampled_from(sorted(VALUES))): draw(st.sampled_from(["true", "false"]))}
    return found


@st.composite
def statements(draw: Any, effect: str | None = None) -> dict[str, Any]:
    made: dict[str, Any] = {"Effect": effect or draw(st.sampled_from(["Allow", "Allow", "Deny"]))}
    made[draw(st.sampled_from(["Principal", "Principal", "Principal", "NotPrincipal"]))] = draw(PRINCIPALS)
    action = draw(st.sampled_from(["Action", "Action", "Action", "NotAction"]))
    made[action] = draw(st.sampled_from(["*", "s3:*", "s3:GetObject", ["s3:Get*", "s3:PutObject"], "s3:PutObject"]))
    resource = draw(st.sampled_from(["Resource", "Resource", "Resource", "NotResource"]))
    made[resource] = draw(
        st.sampled_from(["*", "arn:aws:s3:::b/*", ["arn:aws:s3:::b", "arn:aws:s3:::b/*"], "arn:aws:s3:::b/x/*"])
    )
    condition = draw(conditions())
    return {**made, "Condition": condition} if condition else made


DOCUMENTS = st.lists(statements(), max_size=4)
TYPES = st.sampled_from([None, "AWS::S3::Bucket", "AWS::SQS::Queue"])


def level(found: list[dict[str, Any]], kind: str | None = None) -> int:
    return ORDER.index(exposure(doc(*found), **FACTS, resource_type=kind).level)


@examples(150)
@given(DOCUMENTS, statements(effect="Deny"), TYPES)
def test_a_deny_never_widens(found: list[dict[str, Any]], deny: dict[str, Any], kind: str | None) -> None:
    assert level([*found, deny], kind) <= level(found, kind)


@examples(150)
@given(DOCUMENTS, statements(effect="Allow"), TYPES)
def test_an_allow_never_narrows(found: list[dict[str, Any]], allow: dict[str, Any], kind: str | None) -> None:
    assert level([*found, allow], kind) >= level(found, kind)


@examples(150)
@given(
    st.lists(statements(), min_size=2, max_size=4).flatmap(
        lambda found: st.tuples(st.just(found), st.permutations(found))
    )
)
def test_order_does_not_matter(pair: tuple[list[dict[str, Any]], list[dict[str, Any]]]) -> None:
    assert level(pair[0]) == level(pair[1])


@examples(150)
@given(DOCUMENTS, TYPES)
def test_a_foreign_account_by_another_number_has_the_same_level(found: list[dict[str, Any]], kind: str | None) -> None:
    other = json.loads(json.dumps(found).replace(OTHER, "000000000002"))
    assert level(found, kind) == level(other, kind)


ALWAYS = {"aws:PrincipalTag/other": ["*", "${aws:username}"]}


@examples(150)
@given(DOCUMENTS, TYPES)
def test_a_condition_that_always_holds_changes_nothing(found: list[dict[str, Any]], kind: str | None) -> None:
    padded = copy.deepcopy(found)
    for statement in padded:
        if statement["Effect"] == "Allow":
            statement.setdefault("Condition", {}).setdefault("StringLikeIfExists", {}).update(ALWAYS)
    assert level(found, kind) == level(padded, kind)


@examples(150)
@given(DOCUMENTS)
def test_forms_agree_and_input_stays(found: list[dict[str, Any]]) -> None:
    policy = doc(*found)
    before = copy.deepcopy(policy)
    answer = exposure(policy, **FACTS)
    assert policy == before
    text = json.dumps(policy)
    assert answer == exposure(text, **FACTS) == exposure(text.encode(), **FACTS)
    assert answer == exposure(quote(text), **FACTS) == exposure(json.dumps(policy, indent=2), **FACTS)


@examples(150)
@given(DOCUMENTS)
def test_a_grant_of_the_level_exists_and_explains_itself(found: list[dict[str, Any]]) -> None:
    answer = exposure(doc(*found), **FACTS)
    levels = [ORDER.index(grant.level) for grant in answer.grants]
    assert levels == sorted(levels, reverse=True)
    assert not levels or ORDER[levels[0]] == answer.level
    assert all(grant.why.startswith("Statement ") and grant.why.endswith(".") for grant in answer.grants)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=20,
)
ELEMENTS = ["Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"]
BROKEN = st.dictionaries(st.sampled_from(ELEMENTS), JSON | st.sampled_from(["*", "Allow", "Deny", "s3:*"]), max_size=9)


@examples(150)
@given(
    JSON
    | st.lists(BROKEN, max_size=3).map(lambda found: {"Version": "2012-10-17", "Statement": found})
    | st.binary(max_size=60)
)
def test_nothing_raises(policy: Any) -> None:
    assert exposure(policy, account_id=OWN).level in ORDER


@examples(150)
@given(st.text(max_size=200))
def test_no_text_raises(text: str) -> None:
    assert exposure(text, account_id=OWN).problems


PUBLIC = {"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*"}


@pytest.mark.parametrize(
    "policy",
    [
        "", " ", "{", "[]x", "null{}", "42", '"text"', "true", "{}", '{"Version":"2012-10-17"}', "[" * 100_000, '{"a":' * 100_000,
        b"\xff\xfe", 42, object(), {"Statement": "x"}, {"Statement": [1, None]}, {("a",): 1}, {"Statement": {**PUBLIC, "Condition": "x"}},
        {"Statement": {**PUBLIC, "Condition": {"NoSuchOperator": {"aws:PrincipalOrgID": ORG}}}},
        {"Statement": {**PUBLIC, "Condition": {"ForSomeValues:StringEquals": {"aws:PrincipalOrgID": ORG}}}},
        {"Statement": {**PUBLIC, "Condition": {"StringEquals": {"aws:PrincipalOrgID": {"a": 1}}}}},
        {"Statement": {**PUBLIC, "Condition": {"StringEquals": {"aws:PrincipalOrgID": None}}}},
        {"Statement": {**PUBLIC, "Condition": {"IpAddress": {"aws:SourceIp": "not an address"}}}},
        {"Statement": {**PUBLIC, "Condition": {"NumericLessThan": {"aws:MultiFactorAuthAge": "soon"}}}},
        {"Statement": {**PUBLIC, "Effect": "allow"}}, {"Statement": {k: v for k, v in PUBLIC.items() if k != "Effect"}},
        {"Statement": {**PUBLIC, "Principal": {"Unknown": "x"}}}, {"Statement": {**PUBLIC, "NotPrincipal": "*"}},
        {"Statement": {k: v for k, v in PUBLIC.items() if k != "Principal"}}, {"Statement": {**PUBLIC, "Action": {"a": 1}}},
        {"Statement": {k: v for k, v in PUBLIC.items() if k != "Action"}}, {"Statement": {**PUBLIC, "NotAction": "s3:x"}},
        {"Statement": {**PUBLIC, "NotResource": "x"}}, {"Statement": {**PUBLIC, "Conditions": {}}},
        '{"Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*","Effect":"Deny"}]}',
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_a_problem(policy: Any) -> None:
    assert exposure(policy, account_id=OWN, org_id=ORG).problems


UNREADABLE = [
    {"Condition": {"NoSuchOperator": {"aws:PrincipalOrgID": ORG}}},
    {"Condition": {"StringEquals": {"aws:PrincipalOrgID": {"a": 1}}}},
    {"Condition": {"IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "here"]}}},
    {"Condition": ["x"]},
    {"Action": [1]},
    {"Resource": [None]},
    {"Principal": {"Unknown": "x"}},
    {"Surprise": 1},
]


@pytest.mark.parametrize("part", UNREADABLE, ids=str)
def test_an_allow_is_read_no_narrower(part: dict[str, Any]) -> None:
    found = exposure(doc({**PUBLIC, **part}), **FACTS)
    assert found.level == "public" and found.problems


@pytest.mark.parametrize("part", [*UNREADABLE, {"Effect": "deny"}, {"Action": None}], ids=str)
def test_a_deny_is_read_no_wider(part: dict[str, Any]) -> None:
    found = exposure(doc(PUBLIC, {**PUBLIC, "Effect": "Deny", **part}), **FACTS)
    assert found.level == "public" and found.problems


@pytest.mark.parametrize(
    ("first", "second", "level"),
    [
        ('"Principal":{"AWS":"%s"}' % OWN, '"Principal":"*"', "public"),  # noqa: UP031
        ('"Principal":"*"', '"Principal":{"AWS":"%s"}' % OWN, "public"),  # noqa: UP031
        ('"Principal":"*","Effect":"Deny"', '"Resource":"x"', "public"),
    ],
)
def test_a_key_written_twice_keeps_both(first: str, second: str, level: str) -> None:
    text = '{"Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*",%s,%s}}' % (first, second)  # noqa: UP031
    found = exposure(text, **FACTS)
    assert found.level == level and found.problems


@pytest.mark.parametrize("policy", [None, float("nan")])
def test_no_policy_is_private_without_a_problem(policy: Any) -> None:
    found = exposure(policy, account_id=OWN)
    assert (found.level, found.grants, found.problems) == ("private", (), ())


def test_a_list_is_read_as_its_text_is() -> None:
    found = exposure([PUBLIC], account_id=OWN)  # type: ignore[arg-type]
    assert found == exposure(json.dumps([PUBLIC]), account_id=OWN) and (found.level, len(found.problems)) == (
        "public",
        1,
    )


def test_ten_thousand_statements_stay_exact() -> None:
    many = [{**PUBLIC, "Principal": {"AWS": f"{n:012d}"}} for n in range(10_000)]
    assert exposure(doc(*many, PUBLIC), **FACTS).level == "public"
    denies = [{**PUBLIC, "Effect": "Deny", "Resource": f"arn:aws:s3:::b/{n}/*"} for n in range(10_000)]
    found = exposure(doc({**PUBLIC, "Resource": "arn:aws:s3:::b/*"}, *denies), **FACTS)
    assert (found.level, found.problems) == ("public", ())


def test_what_is_too_involved_is_reported_wide() -> None:
    keys = [{"StringNotEquals": {f"aws:PrincipalTag/a{n}": "x", f"aws:PrincipalTag/b{n}": "y"}} for n in range(400)]
    found = exposure(doc(PUBLIC, *({**PUBLIC, "Effect": "Deny", "Condition": keys[n]} for n in range(400))), **FACTS)
    assert found.level == "public" and "too complex" in found.problems[0]


def test_nested_wildcards_come_back() -> None:
    stars = "*a" * 200 + "*b"
    condition = {"StringLike": {"aws:Referer": stars, "aws:PrincipalArn": stars, "aws:userid": stars}}
    found = exposure(
        doc({**PUBLIC, "Condition": condition}, {**PUBLIC, "Effect": "Deny", "Action": stars, "Resource": "a" * 9000}),
        **FACTS,
    )
    assert found.level in ORDER
