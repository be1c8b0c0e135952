"""What the caller chooses holds for all statements of a request: one value of each key."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orienteer.ask import can, who_can
from tests.ask.support import BOB, ETL, FULL, KEY_IN, PEER, ROOT, SESSION, X, allow, aws, deny, estate
from tests.examples import examples

GET = "s3:GetObject"
HERE, THERE = "203.0.113.0/24", "198.51.100.0/24"
VPCE, OTHER = "vpce-0a1b2c3d", "vpce-0d3c2b1a"


HERE_ONLY, THERE_ONLY = {"IpAddress": {"aws:SourceIp": HERE}}, {"IpAddress": {"aws:SourceIp": THERE}}
NOT_HERE, NOT_THERE = {"NotIpAddress": {"aws:SourceIp": HERE}}, {"NotIpAddress": {"aws:SourceIp": THERE}}
BY_ENDPOINT = [deny(to="*", when={"StringNotEquals": {"aws:SourceVpce": VPCE}})]
IP, GATE, TEAM = ("aws:sourceip",), ("aws:sourcevpce",), ("aws:requesttag/team",)
NEVER, DENIED = ("implicit", ()), ("explicit", ())


def team(operator: str, value: str) -> dict[str, Any]:
    return {operator: {"aws:RequestTag/Team": value}}


def gate(*statements: Any) -> list[dict[str, Any]]:
    return [{"id": VPCE, "policy": {"Statement": list(statements)}}]


CASES: dict[str, tuple[dict[str, Any], Any, Any]] = {
    "one address is not in two ranges": (
        {"user": [allow(when=HERE_ONLY)], "policy": [deny(to="*", when=NOT_THERE)]}, NEVER, NEVER),
    "an Allow and a Deny of one range agree": (
        {"user": [allow(when=HERE_ONLY)], "policy": [deny(to="*", when=NOT_HERE)]}, ("unknown", IP), ("allowed", IP)),
    "two layers that must allow": (
        {"user": [allow(when=HERE_ONLY)], "boundary": [allow(when=THERE_ONLY)]}, NEVER, NEVER),
    "two statements of one layer are two chances": (
        {"user": [allow(when=HERE_ONLY), allow(when=THERE_ONLY)]}, ("unknown", IP), ("allowed", IP)),
    "one of two always holds": (
        {"user": [allow(when=HERE_ONLY), allow(when=NOT_HERE)]}, ("allowed", ()), ("allowed", IP)),
    "one of two always denies": ({"user": [*FULL, deny(when=HERE_ONLY), deny(when=NOT_HERE)]}, DENIED, DENIED),
    "a nested range": (
        {"user": [allow(when=HERE_ONLY)],
         "scp": [[*FULL, deny(when={"IpAddress": {"aws:SourceIp": "203.0.113.0/25"}})]]},
        ("unknown", IP), ("allowed", IP)),
    "levels of guardrails": (
        {"user": FULL, "scp": [[*FULL, deny(when=NOT_HERE)], [*FULL, deny(when=NOT_THERE)]]}, DENIED, DENIED),
    "an address and an endpoint": ({"user": [allow(when=HERE_ONLY)], "policy": BY_ENDPOINT}, NEVER, NEVER),
    "an endpoint alone": ({"user": FULL, "policy": BY_ENDPOINT}, ("unknown", GATE), ("allowed", GATE)),
    "its policy counts where it was read": (
        {"user": FULL, "policy": BY_ENDPOINT, "endpoints": gate(allow("s3:PutObject", to="*"))}, NEVER, NEVER),
    "and lets through what it allows": (
        {"user": FULL, "policy": BY_ENDPOINT, "endpoints": gate(allow(GET, to="*"))},
        ("unknown", GATE), ("allowed", GATE)),
    "patterns that share no value": (
        {"user": [allow(when=team("StringLike", "data-*"))], "policy": [deny(to="*", when=team("StringLike", "d*"))]},
        NEVER, NEVER),
    "patterns that share one": (
        {"user": [allow(when=team("StringLike", "*-data"))],
         "policy": [deny(to="*", when=team("StringNotLike", "core-*"))]}, ("unknown", TEAM), ("allowed", TEAM)),
    "conditions of one statement": (
        {"user": [allow(when={**team("StringLike", "a*"), **team("StringNotLike", "*")})]}, NEVER, NEVER),
    "a key that must be there and must not": (
        {"user": [allow(when=team("Null", "false"))], "policy": [deny(to="*", when=team("Null", "false"))]},
        NEVER, NEVER),
    "numbers": (
        {"user": [allow(when={"NumericLessThan": {"s3:max-keys": "10"}})],
         "policy": [deny(to="*", when={"NumericLessThanEquals": {"s3:max-keys": "10"}})]}, NEVER, NEVER),
    "the age of a sign-in without MFA": (
        {"user": [allow(when={"NumericLessThan": {"aws:MultiFactorAuthAge": "3600"}})],
         "policy": [deny(to="*", when={"Bool": {"aws:MultiFactorAuthPresent": "true"}})]}, NEVER, NEVER),
    "another key beside": (
        {"user": [allow(when={**HERE_ONLY, **team("StringEquals", "a")})], "policy": [deny(to="*", when=NOT_HERE)]},
        ("unknown", (*TEAM, *IP)), ("allowed", (*TEAM, *IP))),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_the_callers_choices_are_of_one_piece(name: str) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-reqcontext.html"""
    parts, plain, favourable = CASES[name]
    for may, wanted in ((False, plain), (True, favourable)):
        found = can(estate(**parts), BOB, GET, KEY_IN, may=may)
        assert (found.answer, found.depends_on) == wanted, found
        assert bool(found.by) or found.answer == "unknown"


def test_a_session_has_one_name() -> None:
    both = [allow(GET, to=aws(SESSION)), deny(GET, to="*", when={"StringLike": {"aws:userid": "*:run-7"}})]
    person = {"id": "AROAETL000000000000A"}
    mixed = estate(policy=[allow(GET, to=aws(SESSION)), deny(GET, to=aws(SESSION))])
    assert can(mixed, ETL, GET, KEY_IN, may=True).answer == "implicit"
    assert can(estate(policy=both, person=person), SESSION, GET, KEY_IN).answer == "explicit"
    told = can(estate(policy=[allow(GET, to=aws(SESSION))]), ETL, GET, KEY_IN, {"sts:RoleSessionName": "run-7"})
    assert told.answer == "allowed"


def test_who_can_and_those_outside_choose_once() -> None:
    here, there = {"IpAddress": {"aws:SourceIp": HERE}}, {"NotIpAddress": {"aws:SourceIp": THERE}}
    closed = estate(user=[allow(when=here)], policy=[
        allow(GET, to="*", when=here), allow(GET, to=aws(X), when=here), deny(to="*", when=there)])  # fmt: skip
    found = who_can(closed, GET, KEY_IN)
    assert (found.arns, found.outside, found.everyone, found.unknown) == ((ROOT,), (), False, ())
    half = estate(policy=[allow(GET, to="*", when=here), deny(to=aws(X), when=here), deny(to=aws(PEER), when=there)])
    opened = who_can(half, GET, KEY_IN)
    assert BOB in opened.arns
    assert (opened.outside, opened.everyone) == ((), True)


# --- against every request there is


ADDRESSES = [None, "203.0.113.9", "203.0.113.200", "198.51.100.9", "192.0.2.1"]
TEAMS = [None, "a", "ab", "b", "c", "a*", "*b"]
GATES = [None, VPCE, OTHER]
CONDITIONS = [
    {operator: {key: value}}
    for key, operators, values in (
        ("aws:SourceIp", ("IpAddress", "NotIpAddress", "NotIpAddressIfExists"),
         (HERE, "203.0.113.0/25", THERE, [HERE, THERE])),
        ("aws:RequestTag/Team", ("StringEquals", "StringNotEquals", "StringLike", "StringEqualsIfExists"),
         ("a", "a*", "*b", ["a", "b"])),
        ("aws:SourceVpce", ("StringEquals", "StringNotEqualsIfExists"), (VPCE, OTHER)),
        ("aws:SourceVpce", ("Null",), ("true", "false")),
    )
    for operator, value in product(operators, values)
]  # fmt: skip
some_conditions = st.lists(st.sampled_from(CONDITIONS), max_size=2).map(
    lambda found: {op: {**dict(c[op])} for c in found for op in c} or None
)
documents = st.lists(
    st.tuples(st.sampled_from(["Allow", "Allow", "Deny"]), some_conditions), min_size=1, max_size=3
)  # fmt: skip


def statements(found: Any, to: Any = None) -> list[dict[str, Any]]:
    return [(allow if effect == "Allow" else deny)(to=to, when=when) for effect, when in found]


def requests() -> Any:
    for address, team, gate in product(ADDRESSES, TEAMS, GATES):
        if not (address and gate):
            yield {"aws:SourceIp": address, "aws:RequestTag/Team": team, "aws:SourceVpce": gate}


@examples(60)
@given(documents, documents, st.none() | documents, st.none() | documents)
def test_the_answer_is_what_all_requests_there_are_come_to(own: Any, policy: Any, boundary: Any, scp: Any) -> None:
    known = estate(
        user=statements(own),
        policy=statements(policy, "*"),
        boundary=boundary and statements(boundary),
        scp=[[*FULL, *statements(scp)]] if scp else (FULL,),
        endpoints=[{"id": VPCE}, {"id": OTHER}],
    )
    answers = {can(known, BOB, GET, KEY_IN, asked).allowed for asked in requests()}
    strict, loose = can(known, BOB, GET, KEY_IN), can(known, BOB, GET, KEY_IN, may=True)
    assert loose.allowed == (True in answers), loose
    assert strict.answer == "unknown" if len(answers) == 2 else strict.allowed == (True in answers), strict
    assert (strict.answer == "unknown") <= bool(strict.depends_on)
