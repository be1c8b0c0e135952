"""What users read spells AWS's terms as AWS does."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LIB = ROOT / "lib" / "orienteer"
OTHERWISE = re.compile(r"organis(?:ation|ed?\b)|identity centre", re.IGNORECASE)
WHOLE = ("README.md", "CHANGELOG.md", "DECISIONS.md", "Makefile", "pyproject.toml", "params/*", "notebooks/*.ipynb",
         "lib/orienteer/report/templates/**/*.j2", "lib/orienteer/report/assets/*.js")  # fmt: skip
CODE = (
    "cli.py",
    "errors.py",
    "batch/*.py",
    "controls/*.py",
    "params/*.py",
    "report/*.py",
    "tables/*.py",
    "workbook/*.py",
)
"""Of these the texts are read: control and table texts, help, reasons, titles of pictures."""


def read() -> Iterator[tuple[str, str]]:
    """Everything a user may read, by the file it stands in."""
    for pattern in WHOLE:
        for path in sorted(ROOT.glob(pattern)):
            yield str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")
    for pattern in CODE:
        for path in sorted(LIB.glob(pattern)):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    yield f"{path.relative_to(ROOT)}:{node.lineno}", node.value
    words = LIB / "policy" / "exposure" / "words.py"
    yield "lib/orienteer/policy/exposure/words.py", words.read_text(encoding="utf-8")


def test_an_organization_is_spelled_as_aws_spells_it() -> None:
    found = [(where, match[0]) for where, text in read() for match in OTHERWISE.finditer(text)]
    assert found == []


@pytest.mark.parametrize("pattern", WHOLE + CODE)
def test_there_is_something_to_read(pattern: str) -> None:
    assert list((ROOT if pattern in WHOLE else LIB).glob(pattern))
