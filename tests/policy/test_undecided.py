"""Statements met by requests whose keys are not all known: true, false, or hanging on those keys."""

import pytest

from orienteer.policy.language.document import MODERN, parse
from orienteer.policy.language.match import Request
from orienteer.policy.language.undecided import NO, YES, Truth, conditions_truth, statement_truth


def truth(condition, context=None, closed=(), resource="*", on="*", effect="Allow"):
    document = parse(
        {
            "Version": MODERN,
            "Statement": {"Effect": effect, "Action": "s3:Get*", "Resource": resource, "Condition": condition},
        }
    )
    request = Request("s3:GetObject", on, {key: tuple(values) for key, values in (context or {}).items()})
    return statement_truth(document.statements[0], request, lambda key: key not in closed, version=document.version)


def hangs(*keys):
    return Truth(None, frozenset(keys))


IP, ORG = "aws:sourceip", "aws:principalorgid"


@pytest.mark.parametrize(
    ("condition", "context", "closed", "want"),
    [
        ({}, {}, (), YES),
        ({"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}, {}, (), hangs(IP)),
        ({"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}, {}, (IP,), NO),
        ({"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}, {IP: ["203.0.113.9"]}, (), YES),
        ({"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}, {IP: ["198.51.100.9"]}, (), NO),
        ({"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}, {}, (), hangs(IP)),
        ({"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}, {}, (IP,), YES),
        ({"StringEqualsIfExists": {"aws:PrincipalOrgID": "o-1"}}, {}, (), hangs(ORG)),
        ({"StringEqualsIfExists": {"aws:PrincipalOrgID": "o-1"}}, {}, (ORG,), YES),
        ({"StringLikeIfExists": {"aws:PrincipalOrgID": "*"}}, {}, (), YES),
        ({"StringLike": {"aws:PrincipalOrgID": "*"}}, {}, (), hangs(ORG)),
        ({"ForAllValues:StringLike": {"aws:TagKeys": "*"}}, {}, (), YES),
        ({"Null": {"aws:PrincipalOrgID": "true"}}, {}, (), hangs(ORG)),
        ({"Null": {"aws:PrincipalOrgID": "true"}}, {}, (ORG,), YES),
        ({"Null": {"aws:PrincipalOrgID": "false"}}, {}, (ORG,), NO),
        ({"Null": {"aws:PrincipalOrgID": "true"}}, {ORG: ["o-1"]}, (), NO),
        ({"StringEquals": {"aws:PrincipalOrgID": []}}, {}, (), NO),
        ({"StringEquals": {"aws:PrincipalOrgID": "o-1"}, "StringNotEquals": {"aws:PrincipalOrgID": "o-1"}}, {}, (), NO),
        ({"StringEquals": {"aws:PrincipalOrgID": "o-1"}, "StringNotEquals": {"aws:PrincipalOrgID": "o-2"}}, {}, (),
         hangs(ORG)),
        ({"StringEquals": {"aws:PrincipalOrgID": "o-1"}, "Null": {"aws:PrincipalOrgID": "true"}}, {}, (), NO),
        ({"StringLike": {"x:y": "a*"}, "StringLikeIfExists": {"x:y": "*b"}}, {}, (), hangs("x:y")),
        ({"StringEquals": {"aws:TagKeys": "a"}, "StringLike": {"aws:TagKeys": "b"}}, {}, (), hangs("aws:tagkeys")),
        ({"StringEquals": {"aws:PrincipalOrgID": "o-1", "x:y": "1"}}, {ORG: ["o-2"]}, (), NO),
        ({"StringEquals": {"aws:PrincipalOrgID": "o-1", "x:y": "1"}}, {ORG: ["o-1"]}, (), hangs("x:y")),
        ({"StringEquals": {"aws:PrincipalOrgID": "o-1", "x:y": "1"}}, {}, (), hangs(ORG, "x:y")),
        ({"StringEquals": {"x:y": "${aws:username}"}}, {"x:y": ["bob"]}, (), hangs("aws:username")),
        ({"StringEquals": {"x:y": "${aws:username}"}}, {"x:y": ["bob"], "aws:username": ["bob"]}, (), YES),
        ({"StringEquals": {"x:y": "${aws:username}"}}, {"x:y": ["bob"]}, ("aws:username",), NO),
        ({"StringEquals": {"x:y": "${aws:username}"}}, {}, (), hangs("x:y", "aws:username")),
        ({"StringEquals": {"x:y": "${aws:username}"}}, {}, ("x:y",), NO),
        ({"StringNotEquals": {"x:y": "${aws:username}"}}, {}, ("x:y",), YES),
    ],
)  # fmt: skip
def test_what_conditions_come_to_on_keys_that_are_not_known(condition, context, closed, want):
    assert truth(condition, context, closed) == want


@pytest.mark.parametrize(
    ("resource", "context", "closed", "want"),
    [
        ("arn:aws:s3:::home/${aws:username}/*", {}, (), hangs("aws:username")),
        ("arn:aws:s3:::home/${aws:username}/*", {}, ("aws:username",), NO),
        ("arn:aws:s3:::home/${aws:username}/*", {"aws:username": ["bob"]}, (), YES),
        ("arn:aws:s3:::home/${aws:username}/*", {"aws:username": ["eve"]}, (), NO),
        (["arn:aws:s3:::home/${aws:username}/*", "arn:aws:s3:::home/*"], {}, (), YES),
        ("arn:aws:s3:::other/${aws:username}/*", {}, (), NO),
    ],
)
def test_a_variable_in_the_resource_hangs_on_its_key(resource, context, closed, want):
    assert truth({}, context, closed, resource=resource, on="arn:aws:s3:::home/bob/x") == want


def test_not_resource_with_an_open_variable_is_not_certain():
    document = parse(
        {
            "Version": MODERN,
            "Statement": {"Effect": "Deny", "Action": "*", "NotResource": "arn:aws:s3:::home/${aws:username}/*"},
        }
    )
    asked = Request("s3:GetObject", "arn:aws:s3:::home/bob/x")
    found = statement_truth(document.statements[0], asked, lambda key: True, version=document.version)
    assert found == hangs("aws:username")


def test_another_action_or_resource_settles_it_whatever_the_conditions_hang_on():
    condition = {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}
    assert truth(condition, resource="arn:aws:s3:::b/*", on="arn:aws:s3:::c/k") == NO


def test_truths_are_put_together_as_in_kleenes_logic():
    one, two = hangs("a"), hangs("b")
    assert (one & NO, one | YES, one & YES, one | NO) == (NO, YES, one, one)
    assert (one & two, one | two) == (hangs("a", "b"), hangs("a", "b"))
    assert (~one, ~YES, ~NO) == (one, NO, YES)


def test_a_key_that_is_open_and_one_that_gets_every_value_agree():
    """Whatever value an open key turns out to have, the answer fits: true or false only if every value gives it."""
    for operator in ("StringEquals", "StringNotEquals", "StringLike", "StringEqualsIfExists", "StringNotLikeIfExists"):
        for values in (["a"], ["*"], ["a", "b*"], []):
            document = parse(
                {
                    "Version": MODERN,
                    "Statement": {"Effect": "Allow", "Action": "*", "Condition": {operator: {"k": values}}},
                }
            )
            statement = document.statements[0]
            told = conditions_truth(statement, {}, lambda key: True).holds
            seen = {
                conditions_truth(statement, context, lambda key: False).holds
                for context in ({}, {"k": ("a",)}, {"k": ("bc",)}, {"k": ("z",)}, {"k": ("*",)})
            }
            assert told is None or seen == {told}, (operator, values)
