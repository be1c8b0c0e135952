"""What holds of every document: no exception, no long wait, a Deny takes and an Allow gives, order does not matter."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_escalation import ALL, FULL, ROLE, STRONG, USER, A, allow, deny, doc, role, trusts, user
from tests.examples import examples

from orienteer.policy.guardrails import probes
from orienteer.policy.guardrails.chain import rcp_allows, scp_allows
from orienteer.policy.guardrails.perimeter import perimeter
from orienteer.policy.rights.combinations import UNBINDING
from orienteer.policy.rights.escalation import Principal, admin_paths
from orienteer.policy.rights.identity import identity_allows

_names = st.sampled_from(["Statement", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition",
                          "Null", "Principal", "StringNotLike", "aws:PrincipalArn", "Version"])  # fmt: skip
_words = st.sampled_from(["Allow", "Deny", "*", "iam:*", "sts:AssumeRole", "2012-10-17", "arn:aws:iam::*:role/*",
                          "${aws:username}", "true", "", "null", "{", "a" * 40])  # fmt: skip
_junk = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | _words | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_names | st.text(max_size=3), inner, max_size=4),
    max_leaves=15,
)


@given(_junk, _junk, _junk)
@examples()
def test_nothing_raises(one: Any, other: Any, third: Any) -> None:
    assert identity_allows([one], other, [[third]], "iam:PassRole", "*") in (True, False)
    assert identity_allows(one, other, third, "iam:PassRole", "*") in (True, False)
    assert rcp_allows([[one], [other]], "s3:GetObject", "*", {"aws:PrincipalArn": third}) in (True, False)
    probes.leaving([[one], [other]], A)
    probes.root_actions([[one, other]], A, actions=["s3:GetObject"])
    perimeter([[one], [other]], ["s3"], A, "o-abcdefghij")


@given(_junk, _junk, _junk)
@examples(40)
def test_no_path_raises(one: Any, other: Any, third: Any) -> None:
    odd = Principal(USER + "u", "user", A, (("p", one), ("q", doc(allow("iam:PassRole")))), other, [[third]])
    strange = Principal(ROLE + "r", "role", A, (FULL,), None, (), one)
    admin_paths([odd, strange, *STRONG[:3]])


_actions = st.lists(st.sampled_from(["iam:*", "iam:PassRole", "sts:AssumeRole", "ec2:*", "lambda:*", "iam:Put*",
                                     "s3:*", "*"]), min_size=1, max_size=3)  # fmt: skip
_where = st.sampled_from(["*", ROLE + "*", ROLE + "strong-ec2", USER + "u", "arn:aws:s3:::records/*"])
_when = st.sampled_from([
    {}, {"Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}},
    {"Condition": {"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}}},
    {"Condition": {"StringNotEquals": {"aws:RequestedRegion": "eu-west-1"}}},
    {"Condition": {"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:user/u"}}},
])  # fmt: skip
_allows = st.builds(lambda a, r, w: allow(a, r, **w), _actions, _where, _when)
_denies = st.builds(lambda a, r, w: deny(a, r, **w), _actions, _where, _when)
_some = st.lists(_allows | _denies, max_size=3)
_asked = st.tuples(
    st.sampled_from(["iam:PassRole", "s3:GetObject", "iam:CreateUser"]), st.sampled_from(["*", ROLE + "strong-ec2"]),
    st.sampled_from([{}, {"aws:RequestedRegion": "eu-west-1"}, {"aws:MultiFactorAuthPresent": True},
                     {"aws:PrincipalArn": USER + "u", "iam:PassedToService": "ec2.amazonaws.com"}]),
)  # fmt: skip


@given(_some, _some, _some, _allows, _denies, _asked)
@examples()
def test_a_deny_takes_and_an_allow_gives(
    mine: Any, limit: Any, above: Any, more: dict[str, Any], less: dict[str, Any], asked: Any
) -> None:
    layers = [mine, limit, above]

    def answer(one: Any, two: Any, three: Any) -> bool:
        return identity_allows([doc(*one)], doc(*two), [[doc(*three)]], *asked)

    before = answer(*layers)
    assert answer(*(list(reversed(layer)) for layer in layers)) is before
    for at in range(3):
        assert answer(*(layer + [less] * (n == at) for n, layer in enumerate(layers))) <= before
        assert answer(*(layer + [more] * (n == at) for n, layer in enumerate(layers))) >= before
    denied = rcp_allows([[doc(*above)]], *asked)
    assert rcp_allows([[doc(*above), doc(less)]], *asked) <= denied
    assert rcp_allows([[doc(*above), doc(more)]], *asked) is denied


OFF = {combination.name for combination in UNBINDING}


def _open(who: Principal, *others: Principal) -> set[str]:
    paths = [p for p in admin_paths([*others, who]) if p.principal == who.arn and not p.blocked_by]
    return {"*"} if any(p.kind == "admin" for p in paths) else {p.combination for p in paths}


@given(st.lists(_allows, min_size=1, max_size=3), _allows, _denies)
@examples(25)
def test_paths_grow_with_an_allow_and_shrink_with_a_limit(rules: Any, more: Any, less: Any) -> None:
    near = [STRONG[0], STRONG[3], STRONG[-1]]
    before = _open(user("u", doc(*rules)), *near)
    assert "*" in (wider := _open(user("u", doc(*rules, more)), *near)) or before <= wider
    assert _open(user("u", doc(*reversed(rules))), *reversed(near)) == before
    limits: list[dict[str, Any]] = [
        {"boundary": doc(allow(), less)}, {"scps": [[ALL, doc(less)]]}, {"boundary": doc(more)}]  # fmt: skip
    for limit in limits:
        left = _open(user("u", doc(*rules), **limit), *near) - OFF  # one without a boundary has none to take off
        assert "*" in before or left <= before


# --- documents made to be slow: each answer within a second of processor time
STARS = "*a" * 25_000
SLOW: dict[str, Any] = {
    "10,000 statements": doc(allow(), *(deny(f"s3:A{i}*", f"arn:aws:s3:::b{i}/*x*y*z*") for i in range(10_000))),
    "an action of stars": doc(allow(), deny(f"s3:{STARS}b")),
    "a resource of stars": doc(allow(), deny("s3:*", f"{STARS}b")),
    "nothing but stars": doc(allow(), deny("s3:*", "*" * 50_000 + "b")),
    "question marks": doc(allow(), deny("s3:*", "?" * 100_000)),
    "a caller of stars": doc(allow(), deny(Condition={"ArnLike": {
        "aws:PrincipalArn": f"arn:aws:iam::*:role/{STARS}b"}})),
    "2,000 exemptions": doc(allow(), *(deny(Condition={"StringNotLike": {"aws:PrincipalArn": [
        f"arn:aws:iam::*:role/r{i}-{j}*" for j in range(50)]}}) for i in range(40))),
    "10,000 regions": doc(allow(), deny(Condition={"StringEquals": {"aws:RequestedRegion": [
        f"xx-y-{i}" for i in range(10_000)]}})),
    "10,000 actions": doc(allow(), deny([f"s3:*{i}*" for i in range(10_000)])),
    "variables": doc(*(allow("iam:*", "arn:aws:iam::*:user/" + "${aws:username}" * 500) for _ in range(20))),
    "3,000 keys": doc(allow(Condition={"StringEquals": {f"aws:PrincipalTag/k{i}": "v" for i in range(3_000)}})),
    "5,000 passes": doc(*(allow(["iam:PassRole", "ec2:RunInstances"], f"{ROLE}r{i}") for i in range(5_000))),
    "a deep list": '{"Statement":' + "[" * 50_000 + "]" * 50_000 + "}",
}  # fmt: skip
WHO = {"aws:PrincipalArn": ROLE + "a" * 50_000, "aws:username": "a" * 1_000}
NEAR = [role(f"s{i}", FULL, trust=trusts(Service="ec2.amazonaws.com")) for i in range(5)]
ASKED: dict[str, Callable[[Any], object]] = {
    "scp": lambda d: scp_allows([[d]], "s3:GetObject", "arn:aws:s3:::b/" + "a" * 1_000, WHO),
    "rcp": lambda d: rcp_allows([[d]], "s3:GetObject", "arn:aws:s3:::b/" + "a" * 1_000, WHO),
    "identity": lambda d: identity_allows([d], d, [[d]], "iam:PassRole", ROLE + "x", WHO),
    "leaving": lambda d: probes.leaving([[d]], A),
    "root": lambda d: probes.root_actions([[d]], A),
    "paths": lambda d: admin_paths([*NEAR, Principal(USER + "u", "user", A, (("p", d),))]),
    "bounded": lambda d: admin_paths([*NEAR, Principal(USER + "u", "user", A, (FULL,), d)]),
    "trust": lambda d: admin_paths([Principal(ROLE + "t", "role", A, (FULL,), trust=d), user("u")]),
}


@pytest.mark.parametrize("question", ASKED)
@pytest.mark.parametrize("name", SLOW)
def test_no_document_takes_long(name: str, question: str) -> None:
    start = time.process_time()
    ASKED[question](SLOW[name])
    assert time.process_time() - start < 20  # a bound against blow-ups; benchmarks/policy.py tells the speed
