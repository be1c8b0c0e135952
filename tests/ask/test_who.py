"""`who_can` against the answers that AWS's pages give, and its agreement with `can`."""

import pytest

from orienteer.ask import can, who_can
from tests.ask.cases_who import CASES, Asked
from tests.ask.support import BOB, ETL, FULL, KEY_IN, PEER, ROOT, X, allow, aws, estate


@pytest.mark.parametrize("one", CASES, ids=lambda one: f"{len(one.want)}-{len(one.outside)}-{one.action}")
def test_who_can_answers_as_the_page_says(one: Asked):
    known = estate(**one.parts)
    found = who_can(known, one.action, one.on, context=one.context)
    assert set(found.arns) == one.want, (one.url, found)
    assert found.outside == tuple(sorted(one.outside)), (one.url, found.outside)
    assert found.everyone == one.everyone, one.url
    assert set(found.unknown) == one.unknown, (one.url, found.unknown, found.problems)
    by_name = {holder.principal: holder for holder in found.principals}
    assert {name: by_name[name].depends_on for name in one.hangs} == one.hangs
    assert found.arns == tuple(sorted(set(found.arns)))
    assert bool(found.unknown) <= bool(found.problems)
    assert found.words
    for name in (*known.people, *(f"arn:aws:iam::{account}:root" for account in known.accounts)):
        answer = can(known, name, one.action, one.on, one.context, may=True)
        assert (answer.answer == "allowed") == (name in by_name), (name, answer)
        assert (answer.answer == "unknown") == (name in found.unknown), (name, answer)
        assert name not in by_name or (by_name[name].by, by_name[name].depends_on) == (answer.by, answer.depends_on)


def test_among_asks_these_alone_each_once():
    known = estate(user=FULL, role=FULL)
    found = who_can(known, "s3:GetObject", KEY_IN, among=[ETL, BOB, ETL, PEER])
    assert found.arns == (ETL, BOB) == tuple(sorted((ETL, BOB)))
    assert (found.unknown, found.problems) == ((), ())


def test_a_name_that_is_no_principal_is_unknown():
    found = who_can(estate(user=FULL), "s3:GetObject", KEY_IN, among=[BOB, "nobody"])
    assert (found.arns, found.unknown) == ((BOB,), ("nobody",))
    assert "nobody" in found.problems[0]


@pytest.mark.parametrize(
    ("action", "on"),
    [("GetObject", KEY_IN), (None, KEY_IN), ("s3:GetObject", ""), ("s3:GetObject", 1), ("s3:GetObject", "lake/raw")],
)
def test_a_question_that_makes_no_sense_has_problems_and_nobody(action, on):
    found = who_can(estate(user=FULL), action, on)
    assert (found.principals, found.everyone) == ((), False)
    assert found.problems


def test_the_words_name_those_outside():
    found = who_can(estate(user=FULL, policy=[allow("s3:GetObject", to=aws(X))]), "s3:GetObject", KEY_IN)
    assert found.words == f"s3:GetObject on {KEY_IN}: 2 principals, 1 outside ({X})."
    assert found.arns == (ROOT, BOB)


def test_accounts_of_another_partition_have_their_own_roots():
    arn = f"arn:aws-cn:iam::{X}:user/li"
    read = {"Statement": allow("s3:Get*")}
    lake = {"arn": "arn:aws-cn:s3:::lake", "account": X}
    known = {"principals": [{"arn": arn, "policies": [read]}], "resources": [lake]}
    assert who_can(known, "s3:GetObject", "arn:aws-cn:s3:::lake/key").arns == (f"arn:aws-cn:iam::{X}:root", arn)
    assert can(known, X, "s3:GetObject", "arn:aws-cn:s3:::lake/key").allowed
