"""What holds of every estate: more denies give no more, hidden policies prove nothing, and nothing raises."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from orienteer.ask import UNREAD, Answer, Estate, Who, can, who_can
from tests.ask.support import BOB, ETL, KEY_IN, KMS, LAKE, ORG, PEER, ROOT, SESSION, TARGET, A, B, M, X

FEW = settings(max_examples=40, deadline=None, derandomize=True, database=None)
ACTIONS = ["s3:GetObject", "s3:PutObject", "kms:Decrypt", "sts:AssumeRole", "ec2:StopInstances"]
PLACES = [KEY_IN, KMS, TARGET, "*"]
WHO = [
    BOB,
    ETL,
    SESSION,
    PEER,
    ROOT,
    f"arn:aws:iam::{M}:role/admin",
    "*",
    "sns.amazonaws.com",
    f"arn:aws:iam::{X}:role/x",
]
NAMED = [
    "*",
    {"AWS": A},
    {"AWS": BOB},
    {"AWS": ETL},
    {"AWS": [B, SESSION]},
    {"Service": "sns.amazonaws.com"},
    {"AWS": X},
]

conditions = st.sampled_from(
    [
        None,
        {"StringEquals": {"aws:PrincipalOrgID": ORG}},
        {"StringNotEquals": {"aws:PrincipalOrgID": ORG}},
        {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}},
        {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}},
        {"ArnNotEquals": {"aws:PrincipalArn": BOB}},
    ]
)


def statements(principals: bool = False, effect: Any = None) -> Any:
    parts = {
        "Effect": st.just(effect) if effect else st.sampled_from(["Allow", "Allow", "Allow", "Deny"]),
        "Action": st.sampled_from(["*", "*", "*", "s3:*", "kms:*", *ACTIONS]),
        "Resource": st.sampled_from(["*", "*", f"{LAKE}/*", KMS, TARGET]),
        "Condition": conditions,
    }
    if principals:
        parts["Principal"] = st.sampled_from(NAMED)
    made = st.fixed_dictionaries(parts)
    return made.map(lambda found: {key: value for key, value in found.items() if value is not None})


def documents(principals: bool = False) -> Any:
    listed = st.lists(statements(principals), min_size=1, max_size=3)
    return listed.map(lambda found: {"Version": "2012-10-17", "Statement": found})


@st.composite
def mappings(draw: Any) -> dict[str, Any]:
    """An organization with policies drawn at random in every place that can hold one."""
    own, named = documents(), documents(True)
    free = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}

    def chain(document: Any) -> list[Any]:
        return [[free], [free, draw(document)]] if draw(st.booleans()) else [[free]]

    people = [
        {"arn": arn, "policies": {"own": draw(own)}, "boundary": draw(st.none() | own), "tags": {}}
        for arn in (BOB, ETL, PEER, f"arn:aws:iam::{M}:role/admin")
    ]
    people.append({"arn": TARGET, "policies": {}, "trust": draw(named)})
    things = [{"arn": LAKE, "account": A, "policy": draw(named)}, {"arn": KMS, "policy": draw(named)}]
    accounts = {
        name: {
            "scps": chain(own),
            "rcps": chain(named),
            "block_public_access": {"RestrictPublicBuckets": draw(st.booleans())},
        }
        for name in (A, B)
    }
    return {
        "organization": {"id": ORG, "management": M},
        "accounts": {**accounts, M: {}},
        "principals": people,
        "resources": things,
    }


def holders(mapping: dict[str, Any]) -> list[tuple[dict[str, Any], str]]:
    """Every place that holds a policy, as (container, key)."""
    found = [(person["policies"], "own") for person in mapping["principals"] if person["policies"]]
    found += [(person, "boundary") for person in mapping["principals"] if person.get("boundary")]
    found += [(person, "trust") for person in mapping["principals"] if person.get("trust")]
    found += [(thing, "policy") for thing in mapping["resources"]]
    found += [
        (account, kind) for account in mapping["accounts"].values() for kind in ("scps", "rcps") if kind in account
    ]
    return found


questions = st.tuples(st.sampled_from(WHO), st.sampled_from(ACTIONS), st.sampled_from(PLACES), st.booleans())
RANK = {"explicit": 0, "implicit": 0, "unknown": 1, "allowed": 2}


def asked(mapping: dict[str, Any], question: tuple[str, str, str, bool]) -> Answer:
    who, action, resource, may = question
    return can(Estate.of(mapping), who, action, resource, may=may)


@FEW
@given(mappings(), questions, statements(effect="Deny"), st.data())
def test_a_deny_more_never_widens(mapping, question, denied, data):
    before = asked(mapping, question)
    more = deepcopy(mapping)
    container, key = data.draw(st.sampled_from(holders(more)))
    with_principal = {**denied, "Principal": "*"} if key in ("policy", "trust", "rcps") else denied
    place = container[key][-1][-1] if isinstance(container[key], list) else container[key]
    place["Statement"].append(with_principal)
    after = asked(more, question)
    assert RANK[after.answer] <= RANK[before.answer], (before, after)


@FEW
@given(mappings(), questions, st.data())
def test_a_hidden_policy_proves_nothing(mapping, question, data):
    """What is told with a policy hidden is told with it seen, too; an implicit deny is no guess."""
    before = asked(mapping, question)
    less = deepcopy(mapping)
    container, key = data.draw(st.sampled_from(holders(less)))
    container[key] = UNREAD
    after = asked(less, question)
    if after.answer == "explicit":
        assert before.answer == "explicit"
    if after.answer == "implicit":
        assert before.answer in ("implicit", "explicit"), (before, after)
    if after.answer == "allowed":
        assert before.answer == "allowed"


@FEW
@given(mappings(), questions, st.data())
def test_of_an_answer_that_is_not_known_hiding_more_makes_no_denial(mapping, question, data):
    hidden = deepcopy(mapping)
    container, key = data.draw(st.sampled_from(holders(hidden)))
    container[key] = UNREAD
    before = asked(hidden, question)
    again, name = data.draw(st.sampled_from(holders(hidden)))
    again[name] = UNREAD
    after = asked(hidden, question)
    assert not (before.answer == "unknown" and after.answer in ("implicit", "allowed", "explicit")), (before, after)


@FEW
@given(mappings(), questions)
def test_may_only_ever_says_more_than_without(mapping, question):
    strict, loose = asked(mapping, (*question[:3], False)), asked(mapping, (*question[:3], True))
    assert RANK[loose.answer] >= RANK[strict.answer], (strict, loose)
    if strict.answer != "unknown":
        assert loose.answer == strict.answer


@FEW
@given(mappings(), questions, documents(), documents(True))
def test_guardrails_on_the_management_account_change_nothing(mapping, question, scp, rcp):
    bound = deepcopy(mapping)
    bound["accounts"][M] |= {"scps": [[scp]], "rcps": [[rcp]]}
    assert asked(bound, question) == asked(mapping, question)


@FEW
@given(mappings(), questions)
def test_who_can_agrees_with_can(mapping, question):
    _, action, resource, _ = question
    known = Estate.of(mapping)
    found = who_can(known, action, resource)
    answers = {name: can(known, name, action, resource, may=True) for name in known.people}
    assert {name for name, one in answers.items() if one.allowed} == set(found.arns) & set(answers)
    assert {name for name, one in answers.items() if one.answer == "unknown"} == set(found.unknown) & set(answers)


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from([BOB, LAKE, UNREAD, "*"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["arn", "policies", "Statement", "Effect", "Action", "accounts", "id", "scps", "trust", "tags"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)
ROOMS = st.sampled_from(["organization", "accounts", "groups", "principals", "resources", "endpoints", "as_of"])


@FEW
@given(st.dictionaries(ROOMS, junk, max_size=7) | junk, junk, junk, junk, junk)
def test_nothing_raises(mapping, who, action, resource, context):
    known = Estate.of(mapping)
    for principal in (who, BOB):
        for place in (resource, KEY_IN):
            found = can(known, principal, action, place, context, session_policy=who)
            assert isinstance(found, Answer)
            assert isinstance(can(known, principal, "s3:GetObject", place, {"aws:SourceIp": context}), Answer)
    assert isinstance(who_can(known, action, resource, context=context), Who)
    assert isinstance(who_can(known, "s3:GetObject", KEY_IN, among=[str(who)]), Who)


@FEW
@given(mappings(), questions, st.data(), junk)
def test_a_policy_that_makes_no_sense_is_not_taken_for_none(mapping, question, data, nonsense):
    broken = deepcopy(mapping)
    container, key = data.draw(st.sampled_from(holders(broken)))
    container[key] = "{" + str(nonsense)
    found, seen = asked(broken, question), asked(mapping, question)
    assert found.answer in ("unknown", seen.answer) or seen.answer in ("explicit", "allowed", "unknown"), (found, seen)
