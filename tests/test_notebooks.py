"""The notebooks keep the rules of their kind: short cells, one parameter, no logic, nothing stored, and they run."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest

FOLDER = Path(__file__).parents[1] / "notebooks"
NAMES = (
    "00_scope",
    "10_organization",
    "20_identity",
    "30_monitoring",
    "40_network_exposure",
    "50_workload",
    "60_application",
    "70_data",
    "80_procedural",
    "90_summary",
    "95_ask",
)
LOGIC = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Try, ast.For, ast.While, ast.Lambda, ast.With)
LONGEST_CELL, LONGEST_NOTEBOOK = 8, 60


@pytest.fixture(params=sorted(FOLDER.glob("*.ipynb")), ids=lambda path: path.stem)
def notebook(request: pytest.FixtureRequest) -> Any:
    node = nbformat.read(request.param, as_version=4)
    nbformat.validate(node)
    return node


def code(notebook: Any) -> list[Any]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def names_called(tree: ast.AST) -> Iterator[str]:
    """Attributes of `workbook` that a cell uses."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "workbook":
            yield node.attr


def test_the_chapters_are_there() -> None:
    assert set(NAMES) <= {path.stem for path in FOLDER.glob("*.ipynb")}


def test_first_code_cell_holds_the_one_parameter(notebook: Any) -> None:
    first, *rest = code(notebook)
    assert first.metadata.get("tags") == ["parameters"]
    assert not [c for c in rest if "parameters" in c.metadata.get("tags", [])]
    (assigned,) = ast.parse(first.source).body
    assert ast.unparse(assigned) == "run = ''"
    assert first.source.count("=") == 1, "papermill reads no parameter from a line with a second equals sign"


def test_cells_are_short(notebook: Any) -> None:
    lengths = [len(cell.source.splitlines()) for cell in code(notebook)]
    assert max(lengths) <= LONGEST_CELL
    assert sum(lengths) <= LONGEST_NOTEBOOK


def test_no_logic_and_no_aws_in_cells(notebook: Any) -> None:
    for cell in code(notebook):
        tree = ast.parse(cell.source)
        assert not [node for node in ast.walk(tree) if isinstance(node, LOGIC)], cell.source
        assert not [n for n in ast.walk(tree) if isinstance(n, ast.ListComp | ast.DictComp | ast.SetComp)], cell.source
        assert "boto" not in cell.source and "import os" not in cell.source


def test_forms_are_for_the_consultant_alone(notebook: Any) -> None:
    forms = [cell for cell in code(notebook) if "workbook.triage(" in cell.source]
    assert all(cell.metadata.get("tags") == ["consultant"] for cell in forms)
    assert forms or not any("90-" in cell["id"] for cell in notebook.cells), "the summary has one"


def test_cells_call_what_exists(notebook: Any) -> None:
    from orienteer import workbook

    called = {name for cell in code(notebook) for name in names_called(ast.parse(cell.source))}
    assert called <= set(workbook.__all__)


def test_what_was_not_assessed_is_said_before_any_verdict(notebook: Any) -> None:
    sources = [cell.source for cell in code(notebook)]
    first = next(n for n, source in enumerate(sources) if "workbook.assessed(book" in source)
    verdicts = ("failures", "controls", "next_steps", "verdict_chart", "failure_chart", "evidence", "tree(")
    assert not [s for s in sources[: first + 1] if any(f"workbook.{v}" in s for v in verdicts)]


def test_every_section_says_how_to_read_it_or_what_to_do(notebook: Any) -> None:
    texts = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    assert texts[0].startswith("# ")
    assert any("How to read it" in t for t in texts) and any("What to do" in t for t in texts)
    headings = [line for t in texts for line in t.splitlines() if line.startswith("#")]
    assert len(headings) == len(set(headings)), "anchors must differ"


def test_stored_without_outputs_for_the_kernel_everybody_has(notebook: Any) -> None:
    assert notebook.metadata.kernelspec.name == "python3"
    assert not [c for c in code(notebook) if c.outputs or c.execution_count is not None]
    assert set(notebook.metadata) <= {"kernelspec", "language_info"}
    assert not [c for c in notebook.cells if set(c.metadata) - {"tags"}]


def test_markdown_holds_no_html_and_no_outside_picture(notebook: Any) -> None:
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            assert "![" not in cell.source and "<img" not in cell.source and "<script" not in cell.source


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.ipynb")), ids=lambda path: path.stem)
def test_papermill_reads_the_parameter(path: Path) -> None:
    import papermill

    assert list(papermill.inspect_notebook(str(path))) == ["run"]
