"""Where the notebooks lie: the repository's own folder in a checkout, the copy in the package once installed."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

PACKAGED = Path(__file__).parent / "notebooks"
CHECKOUT = Path(__file__).parents[2]


@cache
def folder() -> Path:
    """The folder of the notebooks that belong to this code."""
    if (CHECKOUT / "pyproject.toml").is_file() and Path(__file__).parent == CHECKOUT / "lib" / "orienteer":
        return CHECKOUT / "notebooks"
    return PACKAGED


@cache
def names(source: Path | None = None) -> tuple[str, ...]:
    """Names of the notebooks, in the order they are read: 00_scope, 10_organization, ..."""
    return tuple(sorted(path.stem for path in (source or folder()).glob("[0-9]*.ipynb")))


def path(name: str, source: Path | None = None) -> Path:
    """The notebook of that name.  Raises KeyError: a notebook comes by name from the package, never by path."""
    if name not in names(source):
        raise KeyError(f"no notebook is called {name!r}")
    return (source or folder()) / f"{name}.ipynb"


def copied(target: Path, run: str = "") -> Path:
    """The folder with a copy of every notebook, to be worked in; a copy that is there already is left as it is.

    `run` is what a copy opens: the value of its one parameter, a path as seen from the folder.
    """
    target.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name in names():
        copy = target / f"{name}.ipynb"
        if copy.exists():
            continue
        book = json.loads(path(name).read_text(encoding="utf-8"))
        for cell in book["cells"] if run else ():
            if "parameters" in cell["metadata"].get("tags", ()):
                cell["source"] = [f"run = {json.dumps(run)}"]
        copy.touch(mode=0o600)
        copy.write_text(json.dumps(book, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return target


def example(name: str) -> Path:
    """The params file of that name which belongs to this code: params/ in a checkout, examples/ in the package."""
    inside = folder() == PACKAGED
    return (PACKAGED.parent / "examples" if inside else CHECKOUT / "params") / f"{name}.yaml"
