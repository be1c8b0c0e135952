"""Writes into the README how many controls and types of resources there are: `python docs/figures.py`."""

from __future__ import annotations

import re
from pathlib import Path

from orienteer import controls, listing

README = Path(__file__).parents[1] / "README.md"
FIGURES = re.compile(r"(it has )\d+( controls, and it judges who can reach )\d+( types of resources)")


def figures() -> tuple[int, int]:
    """The number of controls, and of types of resources of which one of them judges who can reach it."""
    return len(controls.registry()), sum(row["built"] == "full" for row in listing.exposure_rows())


def main() -> None:
    count, types = figures()
    text = README.read_text(encoding="utf-8")
    README.write_text(FIGURES.sub(rf"\g<1>{count}\g<2>{types}\g<3>", text), encoding="utf-8")


if __name__ == "__main__":
    main()
