"""Whatever stands in the place of a document, an answer comes back."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from tests.examples import examples

from orienteer.policy.exposure import Acl, Block, assumers, bucket_exposure, bucket_reachers
from orienteer.policy.guardrails import probes
from orienteer.policy.guardrails.perimeter import perimeter
from orienteer.policy.language.document import parse
from orienteer.policy.rights.escalation import Principal, admin_paths
from orienteer.policy.trust.roles import external_id, mfa, service_trusts, trusted
from orienteer.policy.trust.web_identity import web_trusts

A = "111122223333"
EVERYTHING = {"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
_words = st.sampled_from(
    [
        "*",
        "iam:*",
        "iam:PassRole",
        "sts:AssumeRole",
        "sts:*",
        "organizations:*",
        A,
        f"arn:aws:iam::{A}:root",
        "${aws:username}",
        "arn:a",
        ":::::",
        "",
        "repo:",
        "true",
        "203.0.113.0/24",
        "2026-01-01",
        "12",
        "aws:PrincipalArn",
        "sts:ExternalId",
        "$",
        "[",
        "%7B",
    ]
)
_values = st.one_of(_words, st.lists(_words, max_size=3), st.none(), st.integers(), st.just({}))
_conditions = st.dictionaries(
    st.sampled_from(
        ["StringLike", "StringNotEquals", "Null", "NumericLessThan", "IpAddress", "Bool", "ForAllValues:ArnLike", "Odd"]
    ),
    st.dictionaries(
        st.sampled_from(["aws:PrincipalArn", "sts:ExternalId", "aws:RequestedRegion", "x:sub", "aws:SourceArn"]),
        _values,
        max_size=2,
    ),
    max_size=2,
)
_principals = st.one_of(
    _words, st.dictionaries(st.sampled_from(["AWS", "Service", "Federated", "CanonicalUser", "X"]), _values, max_size=2)
)
_statements = st.fixed_dictionaries(
    {"Effect": st.sampled_from(["Allow", "Deny", "allow"])},
    optional={
        "Action": _values,
        "NotAction": _values,
        "Resource": _values,
        "NotResource": _values,
        "Principal": _principals,
        "NotPrincipal": _principals,
        "Condition": st.one_of(_conditions, _values),
        "Sid": _values,
    },
)
_documents = st.one_of(
    st.builds(
        lambda v, s: {"Version": v, "Statement": s},
        st.sampled_from(["2012-10-17", None]),
        st.lists(_statements, max_size=3),
    ),
    _values,
)


@given(_documents, _documents)
@examples(150)
def test_nothing_raises(one: Any, other: Any) -> None:
    chain = [[one], [other]]
    assert probes.leaving(chain, A).denied in (True, False)
    assert probes.root_actions(chain, A, actions=["s3:GetObject"]).denied in (True, False)
    assert len(probes.global_services(chain, ["iam", "waf"], A)) == 2
    assert len(perimeter(chain, ["s3"], A, "o-abcdefghij")) == 1
    for who in trusted(one):
        assert mfa(one, who) in ("required", "age", "optional", "none")
    for statement in parse(one).statements:
        assert external_id(statement).strength
    for answer in (
        service_trusts(one),
        web_trusts(one),
        assumers(one, account_id=A).reachers,
        bucket_reachers(one, ["s3:PutObject"], "arn:aws:s3:::logs", account_id=A).reachers,
    ):
        assert isinstance(answer, tuple)
    everybody = {"Grantee": {"URI": "http://acs.amazonaws.com/groups/global/AllUsers"}, "Permission": "READ"}
    for is_public in (True, None):
        found = bucket_exposure(one, Acl((everybody,)), Block(False, True), is_public, account_id=A)
        assert found.level in ("organization", "external", "public", "private")
    people = [
        Principal(f"arn:aws:iam::{A}:user/u", "user", A, (("p", one),), boundary=other),
        Principal(f"arn:aws:iam::{A}:role/r", "role", A, (("p", other),), trust=one, scps=chain),
        Principal(f"arn:aws:iam::{A}:role/s", "role", A, (("p", EVERYTHING),), trust=other),
    ]
    assert isinstance(admin_paths(people), tuple)
