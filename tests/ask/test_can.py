"""`can` against the answers that AWS's pages give."""

import importlib
import json

import pytest

from orienteer.ask import can
from tests.ask.support import Case, estate

MODULES = ("account", "guardrails", "cross", "s3", "hostile", "edges")
CASES = [one for name in MODULES for one in importlib.import_module(f"tests.ask.cases_{name}").CASES]


def shown(one: Case) -> str:
    return f"{one.want}-{one.who.rpartition(':')[2]}-{one.action}"


def put(one: Case):
    return can(estate(**one.parts), one.who, one.action, one.on, **one.asked)


@pytest.mark.parametrize("one", CASES, ids=shown)
def test_can_answers_as_the_page_says(one):
    found = put(one)
    assert found.answer == one.want, (one.url, found)
    if one.by is not None:
        assert tuple(by.layer for by in found.by) == one.by, (one.url, found)
    if one.want != "unknown" or one.hangs:
        assert found.depends_on == one.hangs, (one.url, found)
    assert found.words
    assert (found.answer == "unknown") <= bool(found.problems or found.depends_on)
    assert (found.answer in ("explicit", "implicit")) <= bool(found.by), found


def test_every_case_names_its_page():
    assert all(one.url.startswith("https://docs.aws.amazon.com/") for one in CASES)


def test_no_case_stands_there_twice():
    texts = [json.dumps(one, sort_keys=True, default=str) for one in CASES]
    assert [text for text in texts if texts.count(text) > 1] == []
