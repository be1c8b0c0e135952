"""What holds the repository together: the files that say what is needed agree, and imports point downward only."""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import yaml

from tests.each import each

ROOT = Path(__file__).parents[1]
LIB = ROOT / "lib" / "orienteer"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
CONDA_NAMES = {"duckdb": "python-duckdb"}  # where conda-forge calls it otherwise
BY_PIP = {"moto", "policy-sentry"}  # small, or not on conda-forge in the version needed


def requirement(text: str) -> tuple[str, str]:
    """Name and lower bound of a requirement, extras left out."""
    found = re.fullmatch(r"([A-Za-z0-9_.-]+)(?:\[[a-z0-9,]+\])? *(?:>=([0-9.]+))?(?:,<[0-9.]+)?", text)
    assert found, text
    return found[1].lower(), found[2] or ""


def needed() -> dict[str, str]:
    """Of the project, and of the demo that conda users can run as well."""
    return dict(requirement(text) for text in [*PROJECT["dependencies"], *EXTRAS["demo"]])


def environment() -> tuple[list[str], list[str]]:
    listed = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    assert listed["name"] == "orienteer"
    assert listed["channels"] == ["conda-forge", "nodefaults"]
    conda = [one for one in listed["dependencies"] if isinstance(one, str)]
    return conda, listed["dependencies"][-1]["pip"]


def locked() -> dict[str, list[str]]:
    """Pinned versions by name."""
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    found: dict[str, list[str]] = {}
    for name, version in re.findall(r"^([a-z0-9.-]+)(?:\[[^\]]*\])?==([^ ]+) ", text, re.M):
        found.setdefault(name, []).append(version)
    return found


def test_environment_yml_asks_for_what_the_project_needs():
    conda, pip = environment()
    given = dict(requirement(one.replace(" >=", ">=")) for one in [*conda, *pip[:-1]])
    assert pip[-1] == "-e ."
    assert given.pop("python") == PROJECT["requires-python"].removeprefix(">=")
    assert given.pop("pip") == ""
    assert given.pop("setuptools")
    expected = {name if name in BY_PIP else CONDA_NAMES.get(name, name): bound for name, bound in needed().items()}
    assert given == expected
    assert {requirement(one)[0] for one in pip[:-1]} == BY_PIP


IMPORTED = {
    "pyyaml": "yaml",
    "policy-sentry": "policy_sentry",
    "python-docx": "docx",
}  # where a package is called otherwise


@pytest.mark.parametrize("text", [*PROJECT["dependencies"], *EXTRAS["demo"], *EXTRAS["s3"], *EXTRAS["dask"]])
def test_nothing_is_needed_that_nothing_uses(text):
    """Named in the code where it is imported: as a statement, by import_module, or as `python -m`."""
    name = IMPORTED.get(requirement(text)[0], requirement(text)[0])
    used = re.compile(rf"^\s*(import|from) {name}\b|import_module\(\"{name}\b|\"-m\", \"{name}\"", re.M)
    assert [path for path in modules() if used.search(path.read_text(encoding="utf-8"))]


def test_who_assesses_a_client_installs_no_pretend_aws():
    """Nothing outside the demo imports moto, which stands in its extra."""
    names = {requirement(text)[0] for text in PROJECT["dependencies"]}
    assert names.isdisjoint({"moto", "distributed", "cloudpathlib"})
    users = {part(path) for path in modules() for _, name in imported(path) if name.split(".")[0] == "moto"}
    assert users == {"demo"}


def test_python_is_bounded_for_conda():
    conda, _ = environment()
    assert any(re.fullmatch(r"python >=3\.11,<3\.\d+", one) for one in conda)


@pytest.mark.parametrize("text", [*PROJECT["dependencies"], *(text for extra in EXTRAS.values() for text in extra)])
def test_the_lock_pins_every_dependency_above_its_bound(text):
    name, bound = requirement(text)
    versions = locked()[name]
    assert versions
    for version in versions:
        assert numbers(version) >= numbers(bound or "0")


def numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:3])


def test_every_pin_in_the_lock_has_a_hash():
    entries = re.split(r"\n(?=[a-z])", (ROOT / "requirements.lock").read_text(encoding="utf-8").split("\n", 2)[2])
    assert len(entries) > 100
    assert [e.split(" ")[0] for e in entries if "--hash=sha256:" not in e] == []


def tracked() -> list[Path]:
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def test_no_tracked_file_names_a_registry_or_a_place_on_a_machine():
    traces = re.compile(
        r"pypi\.org|pythonhosted\.org|npmjs\.(org|com)|anaconda\.org|--(extra-)?index-url|--find-links"
        r"|(?<![\w:}*.])/(root|home/[a-z]+|tmp/[a-z]+env|opt/(pypi|wheels))/"
    )
    found = [
        f"{path.relative_to(ROOT)}: {hit[0]}"
        for path in tracked()
        if path != Path(__file__) and path.suffix not in {".png", ".parquet", ".js"}
        for hit in [traces.search(path.read_text(encoding="utf-8"))]
        if hit
    ]
    assert found == []


def test_make_has_the_targets_and_says_what_each_does():
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in ("setup", "demo", "test", "lint", "bench", "lab"):
        assert re.search(rf"^{target}:.*## \w", text, re.M), target
    for target in ("demo", "test", "lint", "bench", "lab"):
        assert re.search(rf"^{target}: \$\(READY\)", text, re.M), f"{target} does not set itself up"


def test_ci_runs_the_command_of_the_readme():
    lines = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "#!/usr/bin/env bash"
    assert "set -euo pipefail" in lines
    assert lines[-2:] == ["make lint", "make test"]
    assert "make test" in (ROOT / "README.md").read_text(encoding="utf-8")
    assert "make demo" in (ROOT / "README.md").read_text(encoding="utf-8")
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o111


def test_hooks_run_the_pinned_tools():
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    assert [repository["repo"] for repository in hooks["repos"]] == ["local"]
    assert {"ruff-check", "ruff-format", "nbstripout"} <= {hook["id"] for hook in hooks["repos"][0]["hooks"]}


# --- floors: STYLE's "Where things are", lowest first; those on one floor do not import each other

FLOORS = (
    {"errors", "partitions", "parameters", "ports", "words"}, {"model", "files"}, {"frames", "decisions"},
    {"issues", "counts"},
    {"policy", "reach"}, {"tables"}, {"aws", "facts"}, {"ask", "controls"}, {"snapshot", "sight"},
    {"judge", "scope", "asked"}, {"compare"}, {"readymade"}, {"report"}, {"books"}, {"params", "demo"}, {"workbook"},
    {"runs", "processes"}, {"pipeline"}, {"assessment", "listing"}, {"batch"}, {"terminal"}, {"cli_ask"}, {"cli"},
    {"__main__", "__init__"},
)  # fmt: skip
FLOOR = {name: at for at, names in enumerate(FLOORS) for name in names}


def modules() -> list[Path]:
    return sorted(LIB.rglob("*.py"))


def part(path: Path) -> str:
    """The module or package right below orienteer that the file belongs to."""
    return path.relative_to(LIB).parts[0].removesuffix(".py")


@cache
def imported(path: Path) -> tuple[tuple[int, str], ...]:
    """Line and dotted name of everything the file imports, inside functions too."""
    return tuple(_imported(path))


def _imported(path: Path) -> Iterator[tuple[int, str]]:
    package = ["orienteer", *path.relative_to(LIB).parts[:-1]]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            yield from ((node.lineno, f"{base}.{alias.name}") for alias in node.names)


@each("path", modules(), ids=lambda path: str(path.relative_to(LIB)))
def test_a_module_imports_from_lower_floors_only(path):
    own = part(path)
    assert own in FLOOR, f"say in FLOORS where {own} stands"
    wrong = [
        f"line {line}: {name}"
        for line, name in imported(path)
        if name.startswith("orienteer.")
        and (other := name.split(".")[1]) in FLOOR
        and other != own
        and FLOOR[other] >= FLOOR[own]
    ]
    assert wrong == []


@each("path", modules(), ids=lambda path: str(path.relative_to(LIB)))
def test_only_aws_and_the_demo_touch_boto3(path):
    if part(path) in {"aws", "demo"}:
        return
    touched = [name for _, name in imported(path) if name.split(".")[0] in {"boto3", "botocore"}]
    assert touched in ([], ["boto3"] if part(path) == "assessment" else [])  # assess takes a boto3 session: its type


@each("path", modules(), ids=lambda path: str(path.relative_to(LIB)))
def test_modules_stay_short(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) < 400


def test_code_looks_as_ruff_has_it() -> None:
    """But for tables that are read across."""
    skipped = [path for path in modules() for line in path.read_text().splitlines() if line.endswith("# fmt: skip")]
    assert len(skipped) < 40
