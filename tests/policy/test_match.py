# ruff: noqa: E501  (a table reads best one case a line)
"""Does a statement match a request: wildcards, operators, missing keys, variables, principals."""

from typing import Any

import pytest

from orienteer.policy.language.conditions import Condition
from orienteer.policy.language.document import parse
from orienteer.policy.language.match import Principal, Request, allowed, condition_holds, matches, wildcard

TRUE, FALSE = True, False


@pytest.mark.parametrize(
    ("pattern", "value", "expected"),
    [
        ("", "", TRUE), ("", "a", FALSE), ("*", "", TRUE), ("*", "a:b/c", TRUE), ("a", "a", TRUE), ("a", "A", FALSE),
        ("a*", "abc", TRUE), ("*c", "abc", TRUE), ("a*c", "abc", TRUE), ("a*c", "ab", FALSE), ("a?c", "abc", TRUE),
        ("a?c", "ac", FALSE), ("?", "", FALSE), ("*a*a*", "ba", FALSE), ("*a*a*", "aba", TRUE), ("a**b", "ab", TRUE),
        ("[ab]", "a", FALSE), ("[ab]", "[ab]", TRUE), ("a.c", "abc", FALSE), ("*a" * 60 + "*b", "a" * 5000, FALSE),
        ("*a" * 60 + "*b", "a" * 5000 + "b", TRUE), ("s3:Get*", "s3:GetObject\n", TRUE),
    ],
)  # fmt: skip
def test_wildcard(pattern: str, value: str, expected: bool) -> None:
    assert wildcard(pattern, value) is expected


def holds(operator: str, wanted: Any, given: Any, version: str = "2012-10-17", **others: str) -> bool:
    """Whether `operator` on key `k:x` holds; None is a missing key, a tuple several values."""
    qualifier, _, base = operator.lower().rpartition(":")
    if_exists = base.endswith("ifexists")
    values = tuple(wanted) if isinstance(wanted, list) else (wanted,)
    condition = Condition(base.removesuffix("ifexists"), qualifier, if_exists, "k:x", values)
    context = {f"k:{name}": (value,) for name, value in others.items()}
    if given is not None:
        context["k:x"] = given if isinstance(given, tuple) else (given,)
    return condition_holds(condition, context, version=version)


# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
@pytest.mark.parametrize(
    ("operator", "wanted", "given", "expected"),
    [
        ("StringEquals", "a", "a", TRUE), ("StringEquals", "a", "A", FALSE), ("StringEquals", "a*", "ab", FALSE),
        ("StringEquals", ["a", "b"], "b", TRUE), ("StringEquals", "a", None, FALSE), ("StringEqualsIfExists", "a", None, TRUE),
        ("StringEqualsIfExists", "a", "b", FALSE), ("StringNotEquals", "a", "b", TRUE), ("StringNotEquals", "a", None, TRUE),
        ("StringNotEquals", ["a", "b"], "b", FALSE), ("StringEqualsIgnoreCase", "Ab", "aB", TRUE),
        ("StringNotEqualsIgnoreCase", "Ab", "aB", FALSE), ("StringLike", "a*:c", "ab:b:c", TRUE), ("StringLike", "a?", "a", FALSE),
        ("StringNotLike", "a*", "ab", FALSE), ("StringNotLike", "a*", None, TRUE),
        ("NumericEquals", "5", "5.0", TRUE), ("NumericNotEquals", "5", "6", TRUE), ("NumericLessThan", "5", "4", TRUE),
        ("NumericLessThan", "5", "5", FALSE), ("NumericLessThanEquals", "5", "5", TRUE), ("NumericGreaterThan", "5", "6", TRUE),
        ("NumericGreaterThanEquals", "5", "4", FALSE), ("NumericEquals", "5", "five", FALSE), ("NumericLessThan", "5", None, FALSE),
        ("DateEquals", "2020-01-01T00:00:00Z", "2020-01-01T00:00:00Z", TRUE),
        ("DateLessThan", "2020-01-02T00:00:00Z", "2020-01-01T00:00:00Z", TRUE),
        ("DateGreaterThan", "2020-01-02", "2020-01-03T00:00:00Z", TRUE), ("DateLessThan", "1577836800", "2019-12-31T23:59:59Z", TRUE),
        ("DateNotEquals", "2020-01-01", "2020-01-01T00:00:00Z", FALSE), ("DateGreaterThanEquals", "2020-01-01", None, FALSE),
        ("Bool", "true", "TRUE", TRUE), ("Bool", "true", "false", FALSE), ("Bool", "false", None, FALSE),
        ("BoolIfExists", "false", None, TRUE), ("BinaryEquals", "QQ==", "QQ==", TRUE), ("BinaryEquals", "QQ==", "Qg==", FALSE),
        ("IpAddress", "203.0.113.0/24", "203.0.113.9", TRUE), ("IpAddress", "203.0.113.0/24", "203.0.114.9", FALSE),
        ("IpAddress", "203.0.113.9", "203.0.113.9", TRUE), ("IpAddress", ["10.0.0.0/8", "192.0.2.0/24"], "192.0.2.1", TRUE),
        ("IpAddress", "2001:db8::/32", "2001:db8:1::1", TRUE), ("IpAddress", "0.0.0.0/0", "2001:db8::1", FALSE),
        ("NotIpAddress", "203.0.113.0/24", "203.0.113.9", FALSE), ("NotIpAddress", "203.0.113.0/24", None, TRUE),
        ("IpAddress", "203.0.113.0/24", "nonsense", FALSE), ("IpAddress", "203.0.113.77/24", "203.0.113.9", TRUE),
        ("ArnEquals", "arn:aws:s3:::b*", "arn:aws:s3:::bucket", TRUE), ("ArnLike", "arn:aws:sns:*:1:*", "arn:aws:sns:eu:1:t", TRUE),
        ("ArnLike", "arn:aws:sns:*:t", "arn:aws:sns:eu:1:t", FALSE), ("StringLike", "arn:aws:sns:*:t", "arn:aws:sns:eu:1:t", TRUE),
        ("ArnLike", "arn:aws:iam::*:role/x", "arn:aws:iam::1:role/y:role/x", FALSE), ("ArnLike", "*", "arn:aws:iam::1:root", TRUE),
        ("ArnLike", "arn:aws:sns:*", "arn:aws:sns:eu:1:t", TRUE), ("ArnNotLike", "arn:aws:iam::1:*", "arn:aws:iam::2:root", TRUE),
        ("ArnNotEquals", "arn:aws:iam::1:*", "arn:aws:iam::1:root", FALSE), ("ArnNotEquals", "arn:aws:iam::1:*", None, TRUE),
        ("Null", "true", None, TRUE), ("Null", "true", "a", FALSE), ("Null", "false", "a", TRUE), ("Null", "false", None, FALSE),
        ("Null", "true", (), TRUE),
        ("ForAnyValue:StringEquals", ["a", "b"], ("c", "b"), TRUE), ("ForAnyValue:StringEquals", "a", ("c",), FALSE),
        ("ForAnyValue:StringEquals", "a", None, FALSE), ("ForAnyValue:StringNotEquals", "a", ("a", "c"), TRUE),
        ("ForAnyValue:StringNotEquals", "a", ("a",), FALSE), ("ForAnyValue:StringNotEquals", "a", None, FALSE),
        ("ForAllValues:StringEquals", ["a", "b"], ("a", "b"), TRUE), ("ForAllValues:StringEquals", "a", ("a", "b"), FALSE),
        ("ForAllValues:StringEquals", "a", None, TRUE), ("ForAllValues:StringNotEquals", "a", ("b", "c"), TRUE),
        ("ForAllValues:StringNotLike", "a*", ("b", "ac"), FALSE), ("ForAnyValue:IpAddress", "10.0.0.0/8", ("1.1.1.1", "10.1.1.1"), TRUE),
    ],
)  # fmt: skip
def test_operators(operator: str, wanted: Any, given: Any, expected: bool) -> None:
    assert holds(operator, wanted, given) is expected


# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
@pytest.mark.parametrize(
    ("operator", "wanted", "given", "expected"),
    [
        ("StringEquals", "${k:y}", "blue", TRUE), ("StringEquals", "${K:Y}", "blue", TRUE), ("StringEquals", "a-${k:y}-z", "a-blue-z", TRUE),
        ("StringEquals", "${k:gone}", "blue", FALSE), ("StringEquals", "${k:gone, 'blue'}", "blue", TRUE),
        ("StringEquals", "${k:y, 'red'}", "blue", TRUE), ("StringLike", "${k:y}*", "blueish", TRUE), ("StringLike", "${k:star}", "abc", FALSE),
        ("StringLike", "${k:star}", "a*", TRUE), ("StringLike", "a${*}", "a*", TRUE), ("StringLike", "a${*}", "ab", FALSE),
        ("StringLike", "${?}", "?", TRUE), ("StringLike", "${?}", "x", FALSE), ("StringEquals", "${$}{x}", "${x}", TRUE),
        ("StringNotEquals", "${k:y}", "red", TRUE), ("ArnLike", "arn:aws:iam::1:user/${k:y}", "arn:aws:iam::1:user/blue", TRUE),
    ],
)  # fmt: skip
def test_variables(operator: str, wanted: Any, given: Any, expected: bool) -> None:
    assert holds(operator, wanted, given, y="blue", star="a*") is expected


@pytest.mark.parametrize(("given", "expected"), [("blue", FALSE), ("${k:y}", TRUE)])
def test_variables_are_text_in_old_documents(given: str, expected: bool) -> None:
    assert holds("StringEquals", "${k:y}", given, version="2008-10-17", y="blue") is expected


def one(**elements: Any) -> Any:
    """The statement of a document with these elements."""
    made = {"Effect": "Allow", "Action": "*", "Resource": "*", **elements}
    return parse({"Version": "2012-10-17", "Statement": {k: v for k, v in made.items() if v is not None}}).statements[0]


@pytest.mark.parametrize(
    ("elements", "action", "resource", "expected"),
    [
        ({"Action": "S3:getobject"}, "s3:GetObject", "r", TRUE), ({"Action": "s3:Get*"}, "S3:GETOBJECT", "r", TRUE),
        ({"Action": "s3:*"}, "s3express:x", "r", FALSE), ({"Action": None, "NotAction": "iam:*"}, "s3:x", "r", TRUE),
        ({"Action": None, "NotAction": "iam:*"}, "IAM:x", "r", FALSE), ({"Action": []}, "s3:x", "r", FALSE),
        ({"Resource": "arn:aws:s3:::b/*"}, "s3:x", "arn:aws:s3:::b/a/c", TRUE), ({"Resource": "arn:aws:s3:::b/*"}, "s3:x", "arn:aws:s3:::B/a", FALSE),
        ({"Resource": "arn:aws:s3:::b"}, "s3:x", "*", FALSE), ({"Resource": None, "NotResource": "b*"}, "s3:x", "c", TRUE),
        ({"Resource": None, "NotResource": "b*"}, "s3:x", "bc", FALSE), ({"Resource": None}, "s3:x", "anything", TRUE),
        ({"Resource": "home/${aws:username}/*"}, "s3:x", "home/ann/a", TRUE), ({"Resource": "home/${aws:username}/*"}, "s3:x", "home/bob/a", FALSE),
        ({"Condition": {"StringEquals": {"aws:username": "ann"}}}, "s3:x", "r", TRUE),
        ({"Condition": {"StringEquals": {"aws:username": "ann"}, "Null": {"aws:username": "true"}}}, "s3:x", "r", FALSE),
    ],
)  # fmt: skip
def test_statements(elements: dict[str, Any], action: str, resource: str, expected: bool) -> None:
    request = Request(action, resource, {"aws:username": ("ann",)})
    assert matches(one(**elements), request, version="2012-10-17") is expected


ROLE = Principal("AWS", "arn:aws:iam::111122223333:role/r", "111122223333")
SESSION = Principal("AWS", "arn:aws:sts::111122223333:assumed-role/r/s", "111122223333")


@pytest.mark.parametrize(
    ("elements", "caller", "expected"),
    [
        ({"Principal": "*"}, Principal(""), TRUE), ({"Principal": {"AWS": "*"}}, Principal("Service", "s3.amazonaws.com"), TRUE),
        ({"Principal": {"AWS": "111122223333"}}, ROLE, TRUE), ({"Principal": {"AWS": "arn:aws:iam::111122223333:root"}}, ROLE, TRUE),
        ({"Principal": {"AWS": ROLE.value}}, ROLE, TRUE), ({"Principal": {"AWS": ROLE.value}}, SESSION, TRUE),
        ({"Principal": {"AWS": "arn:aws:iam::111122223333:role/s"}}, ROLE, FALSE), ({"Principal": {"AWS": "444455556666"}}, ROLE, FALSE),
        ({"Principal": {"AWS": "111122223333"}}, Principal(""), FALSE), ({"Principal": {"Service": "s3.amazonaws.com"}}, ROLE, FALSE),
        ({"Principal": {"Service": "s3.amazonaws.com"}}, Principal("Service", "s3.amazonaws.com"), TRUE),
        ({"Principal": {"AWS": "arn:aws:iam::*:role/r"}}, ROLE, TRUE),
        ({"Principal": {"AWS": "arn:aws:iam::*:role/r"}, "Effect": "Deny"}, ROLE, FALSE),
        ({"NotPrincipal": {"AWS": "111122223333"}}, ROLE, FALSE), ({"NotPrincipal": {"AWS": "444455556666"}}, ROLE, TRUE),
    ],
)  # fmt: skip
def test_principals(elements: dict[str, Any], caller: Principal, expected: bool) -> None:
    assert matches(one(**elements), Request("s3:x", "r", {}, caller)) is expected


def test_a_deny_is_final_and_silence_is_no() -> None:
    allow = parse({"Statement": {"Sid": "yes", "Effect": "Allow", "Action": "s3:*", "Resource": "*"}})
    deny = parse({"Statement": {"Sid": "no", "Effect": "Deny", "Action": "s3:Put*", "Resource": "*"}})
    answers = [
        allowed([allow, deny], Request(action)) for action in ("s3:GetObject", "s3:PutObject", "ec2:RunInstances")
    ]
    assert [answer.answer for answer in answers] == ["allow", "deny", "implicit"]
    assert [answer.statement and answer.statement.sid for answer in answers] == ["yes", "no", None]
    assert [answer.allowed for answer in answers] == [True, False, False]
