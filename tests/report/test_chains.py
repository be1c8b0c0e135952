"""Ways drawn as chains: well-formed whatever names stand in them, with the same in words."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from orienteer.ask.routes import Reach, ways
from orienteer.policy.rights.steps import Step
from orienteer.report.chains import chain, figure
from tests.report.estate import HOSTILE

A = "111122223333"
SVG = "{http://www.w3.org/2000/svg}"


def reach(name: str = "open") -> Reach:
    role = f"arn:aws:iam::{A}:role/{name}"
    into = Step("internet", role, "trust", A, opened=f"trust policy of {name}: statement 1", conditions=(name,))
    other = Step(f"account:{A}", role, "trust", A, opened="other")
    up = Step(role, f"admin:{A}", "combination", A, (f"{name}: statement 1",), actions=(name, "b"))
    (found,) = ways([into, other, up]).reached
    return found


def texts(svg: str) -> list[str]:
    return ["".join(one.itertext()) for one in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def test_a_chain_tells_each_node_and_step_in_order() -> None:
    drawn = chain(reach().ways[-1], {A: "shop"})
    assert texts(drawn) == [
        "anybody on the internet",
        "assumes",
        "by trust policy of open: statement 1",
        "if the request meets open",
        "role open in shop",
        "makes itself, with open (or 1 other combination)",
        "by open: statement 1",
        "administrator of shop",
    ]
    assert "makes itself administrator of shop" in ElementTree.fromstring(drawn).attrib["aria-label"]


@pytest.mark.parametrize("name", HOSTILE)
def test_names_cannot_leave_their_place(name: str) -> None:
    page = figure(reach(name), {A: name})
    ElementTree.fromstring(f"<div>{page}</div>")
    tags = {one.tag.removeprefix(SVG) for one in ElementTree.fromstring(f"<div>{page}</div>").iter()}
    assert tags <= {"div", "figure", "svg", "title", "rect", "text", "line", "path", "figcaption", "details", "summary",
                    "ol", "ul", "li", "p", "b"}  # fmt: skip


def test_a_start_is_drawn_once_before_another_a_second_time() -> None:
    found = reach()
    first = found.ways[0]
    page = figure(Reach(found.target, (first, first, *found.ways), found.cuts), most=2)
    assert "anybody on the internet" in page and f"account {A}" in page


def test_a_condition_is_never_cut_without_a_sign() -> None:
    long, aud = "repo:nordlicht-demo/" + "a-long-name-" * 4, ("token.actions.githubusercontent.com:aud",)
    role = f"arn:aws:iam::{A}:role/x"
    into = Step("internet", role, "trust", A, opened="trust", conditions=aud, claim="sub", accepts=(long,))
    many = Step("internet", role, "trust", A, conditions=tuple(f"aws:Key{n}" for n in range(90)))
    up = Step(role, f"admin:{A}", "combination", A, ("x: statement 1",), actions=("a", "b"))
    told = [" ".join(texts(chain(ways([start, up]).reached[0].ways[0]))) for start in (into, many)]
    assert long in told[0] and " ..." in told[1]
