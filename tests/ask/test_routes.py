"""Ways through small graphs written by hand: which are found, what closes them, how starts and targets are named."""

from __future__ import annotations

import json
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orienteer.ask import UNREAD, Estate
from orienteer.ask.graph import Cut, cuts_of, fewest_cuts, leading, shortest
from orienteer.ask.routes import ways
from orienteer.errors import OrienteerError
from orienteer.policy.rights.steps import Step
from tests.examples import examples
from tests.facts.support import GAP, estate

A = "111122223333"
ADMIN = f"admin:{A}"


def role(name: str) -> str:
    return f"arn:aws:iam::{A}:role/{name}"


def step(start: str, to: str, given: str = "", opened: str = "", **more) -> Step:
    return Step(start, to, more.pop("kind", "trust"), A, (given,) if given else (), opened, **more)


def routes(found) -> list[list[str]]:
    return [list(way.nodes) for reach in found.reached for way in reach.ways]


STRANGER = step("internet", role("open"), opened="trust policy of open: statement 1")
PASSES = step(role("open"), role("strong"), "open-inline: statement 1", kind="passrole")
STRONG = step(role("strong"), ADMIN, "AdministratorAccess: statement 1", kind="administrator")


def test_a_way_has_every_step_with_its_statement_and_what_cuts_it() -> None:
    found = ways([STRANGER, PASSES, STRONG])
    (reach,) = found.reached
    (way,) = reach.ways
    assert way.steps == (STRANGER, PASSES, STRONG)
    assert found.answer == "open"
    assert [cut.node for cut in way.cuts] == [role("open"), role("open"), role("strong")]
    assert reach.cuts == (Cut(role("open"), "trust policy of open: statement 1", "trust"),)  # the first on the way


@pytest.mark.parametrize("lost", range(3))
def test_without_one_step_there_is_no_way(lost: int) -> None:
    steps = [one for n, one in enumerate((STRANGER, PASSES, STRONG)) if n != lost]
    assert ways([*steps, step("internet", ADMIN, "x", blocked_by="scp")]).answer == "closed"


def test_a_blocked_step_is_on_no_way() -> None:
    blocked = step(role("open"), role("strong"), "open-inline: statement 1", blocked_by="boundary")
    assert not ways([STRANGER, blocked, STRONG]).reached


def test_no_way_goes_round() -> None:
    round_about = [
        step(role("open"), role("b"), "b"),
        step(role("b"), role("open"), "c"),
        step(role("b"), role("strong"), "d"),
    ]
    assert routes(ways([STRANGER, PASSES, STRONG, *round_about])) == [["internet", role("open"), role("strong"), ADMIN]]


def test_two_ways_are_both_listed() -> None:
    other = [step("internet", role("b"), opened="b"), step(role("b"), ADMIN, "c")]
    found = ways([STRANGER, PASSES, STRONG, *other])
    assert routes(found) == [["internet", role("b"), ADMIN], ["internet", role("open"), role("strong"), ADMIN]]
    (reach,) = found.reached
    assert reach.cuts is not None
    assert len(reach.cuts) == 2


# --- the fewest cuts


def test_one_statement_that_lets_in_many_is_one_cut() -> None:
    into = [step(f"account:{n}", role("x"), opened="trust policy of x: statement 1") for n in range(5)]
    out = [step(role("x"), role(f"y{n}"), f"right {n}") for n in range(3)]
    last = [step(role(f"y{n}"), ADMIN, "everything") for n in range(3)]
    cuts = fewest_cuts([*into, *out, *last], [f"account:{n}" for n in range(5)], ADMIN).cuts
    assert cuts == (Cut(role("x"), "trust policy of x: statement 1", "trust"),)


def test_one_right_that_opens_many_ways_is_one_cut() -> None:
    steps = [step("internet", role("x"), opened=f"statement {n}") for n in range(3)]
    steps += [step(role("x"), role(f"y{n}"), "PowerUserAccess: statement 1") for n in range(4)]
    steps += [step(role(f"y{n}"), ADMIN, f"everything {n}") for n in range(4)]
    assert fewest_cuts(steps, ["internet"], ADMIN).cuts == (Cut(role("x"), "PowerUserAccess: statement 1", "right"),)


def test_a_step_that_nothing_closes_needs_a_cut_elsewhere() -> None:
    steps = [
        step("internet", role("a"), opened="trust"),
        step(role("a"), "admin:1", "right"),
        step("admin:1", "admin:2"),
    ]
    assert fewest_cuts(steps, ["internet"], "admin:2").cuts == (Cut(role("a"), "trust", "trust"),)
    assert fewest_cuts([step("admin:1", "admin:2")], ["admin:1"], "admin:2").cuts is None


nodes = st.sampled_from([f"n{i}" for i in range(6)])
statements = st.sampled_from(["", "s1", "s2"])
graphs = st.lists(st.builds(step, nodes, nodes, statements, statements), max_size=10)


def open_after(steps: list[Step], cuts) -> bool:
    left = [one for one in steps if not set(cuts_of(one)) & set(cuts)]
    return bool(leading(left, ["n0"], "n5"))


@examples(150)
@given(graphs)
def test_no_fewer_cuts_close_every_way(steps: list[Step]) -> None:
    on_way = leading(steps, ["n0"], "n5")
    cuts = fewest_cuts(on_way, ["n0"], "n5").cuts
    every = sorted({cut for one in on_way for cut in cuts_of(one)}, key=str)
    if cuts is None:
        assert open_after(steps, every)
        return
    assert not open_after(steps, cuts)
    assert all(open_after(steps, fewer) for n in range(len(cuts)) for fewer in combinations(every, n))


@examples(150)
@given(graphs)
def test_a_way_is_listed_where_there_is_one(steps: list[Step]) -> None:
    on_way = leading(steps, ["n0"], "n5")
    found = shortest(on_way, "n0", "n5", 5)
    assert bool(found) == bool(on_way)
    for way in found:
        assert [one.to for one in way[:-1]] == [one.start for one in way[1:]]


# --- names of starts and targets


def test_a_token_gets_in_where_the_trust_policy_accepts_its_subject() -> None:
    into = step("oidc:ci.example", role("open"), opened="t", claim="sub", accepts=("repo:us/*",))
    steps = [into, PASSES, STRONG]
    assert ways(steps, start="oidc:ci.example#repo:us/shop").answer == "open"
    assert ways(steps, start="oidc:ci.example#repo:them/shop").answer == "closed"
    assert ways(steps, start="oidc:ci.example").answer == "open"


def test_any_account_outside_may_do_what_everybody_may() -> None:
    assert routes(ways([STRANGER, PASSES, STRONG], start="999900001111")) == [
        ["internet", role("open"), role("strong"), ADMIN]
    ]


def test_a_start_may_be_named_by_its_end_and_a_target_by_its_account() -> None:
    assert routes(ways([STRANGER, PASSES, STRONG], A, "open")) == [[role("open"), role("strong"), ADMIN]]
    assert routes(ways([STRANGER, PASSES, STRONG], "strong")) == [["internet", role("open"), role("strong")]]


@pytest.mark.parametrize("name, words", [("opne", "did you mean 'open'"), ("strng", "did you mean 'strong'")])
def test_a_name_that_nothing_has_is_an_error_that_helps(name: str, words: str) -> None:
    with pytest.raises(OrienteerError, match=words):
        ways([STRANGER, PASSES, STRONG], start=name)


# --- crown jewels


ORGANIZATION = {
    "organization": [{"account_id": A, "region": "global", "organization_id": "o-1", "management_account_id": A}],
    "organization_accounts": [{"account_id": A, "region": "global", "id": A, "name": "shop", "state": "ACTIVE"}],
}


def test_params_that_name_no_crown_jewel_are_an_error() -> None:
    with pytest.raises(OrienteerError, match="no crown jewels have been named"):
        ways(estate(ORGANIZATION), "jewels")


def test_tags_that_were_not_read_may_name_a_crown_jewel() -> None:
    unread = {"account_id": A, "region": "global", **GAP}
    found = ways(estate({**ORGANIZATION, "organization_account_tags": [unread]}), "jewels")
    assert (found.answer, GAP["gap"] in found.unknown) == ("unknown", True)
    named = estate({**ORGANIZATION, "organization_account_tags": [unread]}, thresholds={"crown_jewels": (A,)})
    assert GAP["gap"] not in ways(named, "jewels").unknown


def document(action: str, **more) -> dict:
    return {"Statement": {"Effect": "Allow", "Action": action, "Resource": "*", **more}}


SECRET = f"arn:aws:secretsmanager:eu-west-1:{A}:secret:db-AbCdEf"


def with_secret(**more) -> dict:
    place = {"account_id": A, "region": "eu-west-1", "resource_id": "db", "resource_arn": SECRET}
    own = [{"PolicyName": "own", "PolicyDocument": document("secretsmanager:GetSecretValue")}]
    trust = {"Statement": {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": "*"}}
    reads = {
        "account_id": A,
        "region": "global",
        "resource_id": "reads",
        "role_name": "reads",
        "role_arn": role("reads"),
        "path": "/",
        "trust_policy": json.dumps(trust),
        "inline_policies": json.dumps(own),
    }
    return {
        **ORGANIZATION,
        "iam_roles": [reads],
        "secretsmanager_secrets": [{**place, "secret_arn": SECRET, "secret_name": "db"}],
        "secretsmanager_secret_policies": [{**place, "policy": None}],
        **more,
    }


@pytest.mark.parametrize("name", [SECRET, "db-AbCdEf"])
def test_a_way_may_be_asked_to_any_resource_of_the_run(name: str) -> None:
    found = ways(estate(with_secret()), name)
    (reach,) = found.reached
    assert [step.to for step in reach.ways[0].steps] == [role("reads"), SECRET]
    assert "reads secret db-AbCdEf in shop with secretsmanager:GetSecretValue" in "\n".join(found.lines())
    assert found.limits[0].startswith("Whoever reads a root user's mailbox")


def test_a_resource_may_be_a_crown_jewel() -> None:
    run = estate(with_secret(), thresholds={"crown_jewel_resources": (SECRET,)})
    assert [reach.target for reach in ways(run, "jewels").reached] == [SECRET]


def test_a_resource_that_nobody_read_is_a_name_that_nothing_has() -> None:
    with pytest.raises(OrienteerError, match="nothing in this run is called"):
        ways(estate(with_secret()), SECRET.replace("db-", "other-"))


def test_what_no_table_tells_of_a_target_is_a_limit() -> None:
    table = f"arn:aws:dynamodb:eu-west-1:{A}:table/t"
    row = {"account_id": A, "region": "eu-west-1", "resource_id": "t", "resource_arn": table}
    found = ways(estate({**ORGANIZATION, "dynamodb_tables": [row]}), table)
    assert any(text.endswith(f"is not worked out: {table}.") for text in found.limits)


# --- an estate of plain mappings


def test_an_estate_of_plain_mappings_has_ways_too() -> None:
    far, bucket = "arn:aws:iam::444455556666:role/far", "arn:aws:s3:::lake"
    anybody = {"Statement": {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": "*"}}
    named = {"Statement": {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": role("open")}}}
    known = Estate.of(
        {
            "organization": {"id": "o-1", "management": "999999999999"},
            "accounts": {A: {"scps": [], "rcps": []}, "444455556666": {"scps": [], "rcps": []}},
            "principals": [
                {"arn": role("open"), "policies": [("assume", document("sts:AssumeRole"))], "trust": anybody},
                {"arn": far, "policies": [("all", document("*")), ("read", document("s3:GetObject"))], "trust": named},
            ],
            "resources": [{"arn": bucket, "account": "444455556666", "policy": None}],
        }
    )
    assert routes(ways(known)) == [["internet", role("open"), far, "admin:444455556666"]]
    assert routes(ways(known, "lake")) == [["internet", role("open"), far, "admin:444455556666", bucket]]
    assert ways(known, A).answer == "closed"


def test_what_an_estate_does_not_hold_is_unknown() -> None:
    known = Estate.of({"principals": [{"arn": role("open"), "policies": UNREAD, "trust": UNREAD}]})
    assert ways(known).answer == "unknown"
