"""Changes that are said to close every way do so when they are made, and no fewer would."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from itertools import combinations
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from orienteer.ask import Estate, ways
from orienteer.ask.graph import Cut, cuts_of, fewest_cuts, leading
from orienteer.ask.ground import ground_of
from orienteer.policy.rights.steps import Step
from tests.examples import examples

A, B = "111122223333", "444455556666"
NAMES = (("a", A), ("b", A), ("c", B))


def role(name: str, account: str = A) -> str:
    return f"arn:aws:iam::{account}:role/{name}"


# --- as a graph


nodes = st.sampled_from([f"n{i}" for i in range(5)])
rights = st.lists(st.sampled_from(["s1", "s2", "s3"]), max_size=2, unique=True).map(tuple)
opened = st.sampled_from(["", "t1", "t2"])
keys = st.sampled_from(["", "k1"])


def made(start: str, to: str, own: tuple[str, ...], theirs: str, key: str) -> Step:
    return Step(start, to, "trust", A, own, theirs, key="key" if key else "", key_opened=key)


graphs = st.lists(st.builds(made, nodes, nodes, rights, opened, keys), max_size=9)


def is_open(steps: list[Step], cuts: Collection[Cut]) -> bool:
    return bool(leading([one for one in steps if set(cuts).isdisjoint(cuts_of(one))], ["n0"], "n4"))


@examples(300)
@given(graphs)
def test_no_fewer_changes_close_every_way(steps: list[Step]) -> None:
    """Steps that rest on up to four statements, of which any may be shared: against all smaller sets of changes."""
    on_way = leading(steps, ["n0"], "n4")
    every = sorted({cut for one in on_way for cut in cuts_of(one)}, key=str)
    found = fewest_cuts(on_way, ["n0"], "n4")
    if found.cuts is None:
        assert is_open(steps, every)
        return
    assert not is_open(steps, found.cuts)
    assert found.fewest
    assert all(is_open(steps, fewer) for n in range(len(found.cuts)) for fewer in combinations(every, n))


def test_a_statement_that_two_rights_share_is_one_change() -> None:
    """Either way takes s2 with another statement: a minimum cut alone would name two."""
    steps = [
        made("n0", "n1", ("s1", "s2"), "", ""),
        made("n0", "n2", ("s2", "s3"), "", ""),
        made("n1", "n4", ("x",), "", ""),
        made("n2", "n4", ("y",), "", ""),
    ]
    assert fewest_cuts(steps, ["n0"], "n4").cuts == (Cut("n0", "s2", "right"),)


# --- as policies, which are worked out anew

RIGHTS = ("*", "iam:PutRolePolicy", "iam:CreatePolicyVersion", "sts:AssumeRole", "iam:UpdateAssumeRolePolicy")
own = st.lists(st.lists(st.sampled_from(RIGHTS), min_size=1, max_size=2, unique=True), max_size=3)
trusted = st.lists(st.sampled_from(["*", A, B, role("a"), role("b"), "ec2.amazonaws.com"]), max_size=2)


def statement(principal: str) -> dict[str, Any]:
    kind = "Service" if principal.endswith(".com") else "AWS"
    return {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": "*" if principal == "*" else {kind: principal}}


def principal(name: str, account: str, rights: list[list[str]], letting: list[str]) -> dict[str, Any]:
    return {
        "arn": role(name, account),
        "policies": [("own", {"Statement": [{"Effect": "Allow", "Action": r, "Resource": "*"} for r in rights]})],
        "trust": {"Statement": [statement(one) for one in letting]},
    }


def estate(people: list[dict[str, Any]], without: Collection[tuple[str, str, int]] = ()) -> Estate:
    """The estate with some statements made void, by ARN, kind of policy and place."""

    def left(arn: str, kind: str, document: Mapping[str, Any]) -> dict[str, Any]:
        kept = [one | {"Action": "none:Nothing"} if (arn, kind, n) in without else one
                for n, one in enumerate(document["Statement"])]  # fmt: skip
        return {"Statement": kept}

    return Estate.of(
        {
            "organization": {"id": "o-1", "management": "999999999999"},
            "accounts": {A: {"scps": [], "rcps": []}, B: {"scps": [], "rcps": []}},
            "principals": [
                one
                | {
                    "policies": [("own", left(one["arn"], "right", one["policies"][0][1]))],
                    "trust": left(one["arn"], "trust", one["trust"]),
                }
                for one in people
            ],
        }
    )


def statements(people: list[dict[str, Any]]) -> Iterator[tuple[str, str, int]]:
    for one in people:
        yield from ((one["arn"], "right", n) for n in range(len(one["policies"][0][1]["Statement"])))
        yield from ((one["arn"], "trust", n) for n in range(len(one["trust"]["Statement"])))


def place(cut: Cut) -> tuple[str, str, int]:
    """Where the statement of a change stands."""
    return cut.node, cut.kind, int(cut.statement.rpartition("statement ")[2]) - 1


@examples(80)
@given(st.tuples(*(st.tuples(own, trusted) for _ in NAMES)))
def test_made_in_the_policies_the_changes_close_every_way(given_: Any) -> None:
    people = [principal(*name, *one) for name, one in zip(NAMES, given_, strict=True)]
    for reach in ways(estate(people)).reached:
        account = reach.target.partition(":")[2]
        assert reach.cuts, reach  # what everybody may do by a policy can be taken away
        assert reach.sure and reach.fewest
        done = [place(cut) for cut in reach.cuts]
        assert ways(estate(people, done), account).answer == "closed", (people, done)
        for n in range(len(done)):
            for fewer in combinations(statements(people), n):
                assert ways(estate(people, fewer), account).answer == "open", (people, done, fewer)


def test_an_administrator_is_left_with_steps_of_its_own() -> None:
    """Without `*` the role may still put any policy into itself: both statements have to go."""
    found = estate([principal("a", A, [["*"], ["iam:PutRolePolicy"]], ["ec2.amazonaws.com"])])
    (reach,) = ways(found, A, "a").reached
    assert [place(cut) for cut in reach.cuts or ()] == [(role("a"), "right", 0), (role("a"), "right", 1)]
    known = fewest_cuts(ground_of(found).steps, [role("a")], f"admin:{A}")
    assert known.cuts == reach.cuts[:1]
