"""What the README says is so: its recipe runs as printed, its figures are those of the code."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

from docs import catalogue
from docs.figures import FIGURES

from orienteer import controls, listing

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_recipe_for_a_control_runs_as_printed(tmp_path: Path) -> None:
    """In a copy of the package: the first block into the module that is named before it, the second into its test."""
    recipe = README.partition("## Adding a control")[2].partition("\n## ")[0]
    module, test = re.findall(r"```python\n(.*?)```", recipe, re.S)
    places = re.findall(r"such as\s+`([a-z_/]+\.py)`", recipe)
    assert places == ["controls/buckets.py", "tests/controls/test_buckets.py"]
    shutil.copytree(ROOT / "lib", tmp_path / "lib", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "lib" / "orienteer" / places[0]).write_text(module)
    for folder in ("", "facts", "controls"):
        (tmp_path / "tests" / folder).mkdir(exist_ok=True)
        (tmp_path / "tests" / folder / "__init__.py").touch()
    shutil.copy(ROOT / "tests" / "facts" / "support.py", tmp_path / "tests" / "facts")
    (tmp_path / places[1]).write_text(test)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", places[1]]
    done = subprocess.run(
        command, cwd=tmp_path, env={"PYTHONPATH": f"{tmp_path}/lib:{tmp_path}"}, text=True, capture_output=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 passed" in done.stdout
    said = subprocess.run(
        [sys.executable, "-m", "orienteer", "controls"], cwd=tmp_path, env={"PYTHONPATH": f"{tmp_path}/lib"},
        text=True, capture_output=True, check=True,
    )  # fmt: skip
    assert re.search(r"^DATA-90\tlow\tdata\t70_data\tBuckets take no ACLs$", said.stdout, re.M)


def test_the_figures_are_those_of_the_code() -> None:
    found = FIGURES.search(README)
    assert found, "the README says no longer how many there are"
    told = tuple(map(int, re.findall(r"\d+", found[0])))
    full = [row for row in listing.exposure_rows() if row["built"] == "full"]
    assert told == (len(controls.registry()), len(full)), "make computed writes them anew"


def test_every_command_in_it_exists() -> None:
    from typer.main import get_command

    from orienteer.cli import app

    known = set(get_command(app).commands)  # type: ignore[attr-defined]
    told = set(re.findall(r"^orienteer ([a-z]+)", README, re.M))
    assert told
    assert told <= known
    assert not [name for name in known if f"orienteer {name}" not in README]


def test_the_catalogue_is_the_computed_one() -> None:
    assert catalogue.PAGE.read_text(encoding="utf-8") == catalogue.page(), "make catalogue"


def test_every_subject_is_covered_and_every_control_is_of_use() -> None:
    told = catalogue.subjects()
    rows = [one for found in told.values() for one in found]
    assert [one["subject"] for one in rows if not one["controls"] or not one.get("shown")] == []
    assert {name for one in rows for name in one} == {"subject", "controls", "shown"}
    used = {name for one in rows for name in one["controls"]}
    assert set(controls.registry()) - used == set()
