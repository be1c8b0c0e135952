"""Where the notebooks lie: the repository's own folder in a checkout, the copy in the package once installed."""

from __future__ import annotations

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


def example(name: str) -> Path:
    """The params file of that name which belongs to this code: params/ in a checkout, examples/ in the package."""
    inside = folder() == PACKAGED
    return (PACKAGED.parent / "examples" if inside else CHECKOUT / "params") / f"{name}.yaml"
