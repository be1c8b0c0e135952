"""Modules of controls that are being written: what is wrong with one is one line that names it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from orienteer import controls
from orienteer.controls.control import CONTROLS
from orienteer.errors import OrienteerError

DECLARED = """
from orienteer.controls.control import control
from orienteer.controls.verdict import passed
from orienteer.facts.storage import BUCKETS
from orienteer.model import Category, Severity


@control("{id}", title="{title}", category=Category.DATA, severity=Severity.LOW, maturity=1, source="", fact=BUCKETS)
def mine(bucket):
    return passed("")
"""


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The file of a module of controls that exists in this test only."""
    known = dict(controls.registry())
    monkeypatch.setattr(controls, "__path__", [*controls.__path__, str(tmp_path)])
    yield tmp_path / "being_written.py"
    sys.modules.pop("orienteer.controls.being_written", None)
    CONTROLS.clear()
    CONTROLS.update(known)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("def broken(:\n", "SyntaxError: "),
        ("import nowhere_to_be_found\n", "ModuleNotFoundError: No module named 'nowhere_to_be_found' (line 1)"),
        ("\nraise_me\n", "NameError: name 'raise_me' is not defined (line 2)"),
        (DECLARED.format(id="IAM-02", title="x"), "ValueError: control IAM-02 is declared twice (line 8)"),
        (DECLARED.format(id="X-1", title="x") + DECLARED.format(id="X-1", title="y"), "control X-1 is declared twice"),
    ],
)
def test_a_module_that_cannot_be_used_is_one_line(module: Path, text: str, said: str) -> None:
    module.write_text(text)
    with pytest.raises(OrienteerError) as refused:
        controls.registry()
    assert str(refused.value).startswith("controls/being_written.py cannot be used: ")
    assert said in str(refused.value)
    assert ("\n" in str(refused.value), refused.value.exit_code) == (False, 2)


def test_a_good_one_is_in_the_catalogue_at_once(module: Path) -> None:
    module.write_text(DECLARED.format(id="X-1", title="x"))
    assert controls.registry()["X-1"].tables
