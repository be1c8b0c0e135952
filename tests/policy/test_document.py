"""How documents are read: forms, twins, what is lost, and on which side a doubt falls."""

import json
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

import pytest

from orienteer.policy import parse

STATEMENT = {"Sid": "A", "Effect": "Allow", "Principal": "*", "Action": "S3:GetObject", "Resource": "arn:aws:s3:::B/*"}
POLICY = {"Version": "2012-10-17", "Statement": [STATEMENT]}


@pytest.mark.parametrize(
    "policy",
    [
        POLICY,
        MappingProxyType(POLICY),
        json.dumps(POLICY),
        json.dumps(POLICY).encode(),
        "\ufeff" + json.dumps(POLICY, indent=4),
        quote(json.dumps(POLICY)),
        json.dumps(json.dumps(POLICY)),
        {**POLICY, "Statement": STATEMENT},
        {**POLICY, "Statement": (STATEMENT,)},
        {"version": "2012-10-17", "statement": [{key.lower(): value for key, value in STATEMENT.items()}]},
    ],
)
def test_every_form_reads_the_same(policy: Any) -> None:
    found = parse(policy)
    assert found == parse(POLICY)
    assert found.problems == ()


def test_elements_of_a_statement() -> None:
    statement = parse(POLICY).statements[0]
    assert (statement.index, statement.sid, statement.effect) == (0, "A", "Allow")
    assert (statement.principals, statement.not_principals) == ((("AWS", "*"),), None)
    assert (statement.actions, statement.resources) == (("s3:getobject",), ("arn:aws:s3:::B/*",))
    assert statement.wording == ("S3:GetObject",)


def test_conditions_are_lower_case_with_values_as_text() -> None:
    condition = {
        "ForAnyValue:StringLikeIfExists": {"AWS:PrincipalOrgPaths": "o-1/*"},
        "bool": {"aws:SecureTransport": True},
        "NumericLessThan": {"aws:MultiFactorAuthAge": [10, 2.5]},
    }
    found = parse({"Statement": {**STATEMENT, "Condition": condition}})
    first, second, third = found.statements[0].conditions
    assert (first.operator, first.qualifier, first.if_exists) == ("stringlike", "foranyvalue", True)
    assert (first.key, first.values) == ("aws:principalorgpaths", ("o-1/*",))
    assert (second.operator, second.values, third.values) == ("bool", ("true",), ("10", "2.5"))
    assert (found.version, found.problems) == ("2008-10-17", ())


@pytest.mark.parametrize(
    ("principal", "expected"),
    [
        ({"AWS": 1234}, (("AWS", "000000001234"),)),
        ({"aws": "*", "Service": ["a.amazonaws.com"]}, (("AWS", "*"), ("Service", "a.amazonaws.com"))),
        ({"AWS": ["1", "1"]}, (("AWS", "1"),)),
        ({}, ()),
    ],
)
def test_principals(principal: Any, expected: Any) -> None:
    assert parse({"Statement": {**STATEMENT, "Principal": principal}}).statements[0].principals == expected


@pytest.mark.parametrize("policy", [None, float("nan")])
def test_no_policy(policy: Any) -> None:
    found = parse(policy)
    assert (found.statements, found.problems) == ((), ())


@pytest.mark.parametrize(
    "text", ["", "{", "[" * 200_000, '{"Statement":' * 100_000, "%7Bnot json", "7", '"a"', "1" * 10_000, b"\xff\x00"]
)
def test_what_is_no_document_is_a_problem(text: Any) -> None:
    found = parse(text)
    assert found.statements == () and len(found.problems) == 1


def test_endless_mappings_are_a_problem() -> None:
    endless: dict[str, Any] = {}
    endless["Statement"] = endless
    deep: Any = "x"
    for _ in range(100_000):
        deep = [deep]
    assert parse(endless).problems and parse({"Statement": deep}).problems


def test_a_deny_that_holds_a_key_twice_is_left_out() -> None:
    text = '{"Statement":[{"Effect":"Deny","Action":"s3:*","Action":"ec2:*","Resource":"*"}]}'
    found = parse(text)
    assert found.statements == () and found.problems == ("statement 1 holds Action more than once",)
    kept = parse(text.replace("Deny", "Allow")).statements[0]
    assert kept.actions == ("s3:*", "ec2:*")


def test_an_allow_loses_the_condition_it_cannot_read() -> None:
    condition = {"StringEquals": {"a:b": "c"}, "Sounds": {"a:b": "c"}, "DateLessThan": {"a:b": "tomorrow"}}
    found = parse(
        {"Statement": [{**STATEMENT, "Condition": condition}, {**STATEMENT, "Effect": "Deny", "Condition": condition}]}
    )
    assert [condition.operator for condition in found.statements[0].conditions] == ["stringequals"]
    assert len(found.statements) == 1 and len(found.problems) == 4


def test_repeats_are_remembered() -> None:
    assert parse(json.dumps(POLICY)) is parse(json.dumps(POLICY))
