"""A control reads no operation but those it declares: judged over its own tables alone it says what it says over all.

`orienteer run --controls X` collects the tables that X declares and no others.  Frames hold anything, and most tables a
gap that has the table's name, so that a verdict which rests on an undeclared table differs or names it.
"""

from __future__ import annotations

import os
import random
import re
from collections.abc import Iterator, Mapping

import pandas as pd
import pytest

from orienteer import snapshot
from orienteer.controls.control import Control
from orienteer.facts.rests import rests_on
from orienteer.frames import frame
from orienteer.judge import Facts, judge
from tests.controls.test_any_frame import ACCOUNTS, CONTROLS, NOW, TABLES, anything

EVERY = int(os.environ.get("ORIENTEER_TEST_DECLARED") or 12)
"""Of the controls, every so many is judged alone at the gate; ORIENTEER_TEST_DECLARED=1 for all of them."""
SEED = int(os.environ.get("ORIENTEER_TEST_SEED") or 5)
NAMES = sorted({name for control in CONTROLS.values() for name in control.tables} - {"coverage"})
TOLD = ["status", "severity", "account_id", "region", "resource_id", "reason"]
ROWS = set[tuple[str, ...]]


def told(controls: list[Control], frames: Mapping[str, pd.DataFrame]) -> dict[str, ROWS]:
    """What these controls say over these frames."""
    coverage = snapshot.frame_of(snapshot.coverage_table([]))
    found = judge(controls, frames, TABLES, Facts(NOW), coverage).findings
    texts = found[TOLD].fillna("").astype(str)
    return {c.id: set(texts[found["control_id"] == c.id].itertuples(index=False, name=None)) for c in controls}


def drawn(chance: random.Random) -> Iterator[tuple[str, pd.DataFrame]]:
    """A frame of anything for each table; two in three have a gap that names the table."""
    for name in NAMES:
        whole = anything(TABLES[name], chance, 0.2)
        gap = {"account_id": ACCOUNTS[0], "region": "us-east-1", "outcome": "DENIED", "gap": f"gap of <{name}>"}
        lost = [frame(TABLES[name], [gap])] if chance.random() < 0.66 else []
        yield name, pd.concat([whole, *lost], ignore_index=True)


@pytest.mark.parametrize("share", range(EVERY)[:1] if EVERY > 1 else [0])
def test_a_control_rests_on_the_tables_that_it_declares(share: int) -> None:
    frames = dict(drawn(random.Random(SEED)))
    nothing = {name: frame(TABLES[name]) for name in NAMES}
    whole = told(list(CONTROLS.values()), frames)
    wrong = {}
    for control in list(CONTROLS.values())[share::EVERY]:
        own = {name: frames[name] for name in control.tables if name != "coverage"}
        alone = told([control], nothing | own)[control.id]
        more = whole[control.id] - alone if rests_on(control.fact.name) else set()
        if alone - whole[control.id] or more:
            wrong[control.id] = (alone - whole[control.id], more)
    assert not wrong


def test_a_gap_that_a_verdict_names_is_of_a_declared_table() -> None:
    whole = told(list(CONTROLS.values()), dict(drawn(random.Random(SEED + 1))))
    named = {id: {t for row in rows for t in re.findall(r"gap of <(\w+)>", row[-1])} for id, rows in whole.items()}
    assert sum(map(len, named.values())) > len(NAMES) / 2
    assert [(id, left) for id, found in named.items() if (left := found - set(CONTROLS[id].tables))] == []
