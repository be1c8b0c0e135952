"""axe-core over pages of a report.  `python -m tests.browser.axe FOLDER` looks at every page in all widths and schemes.

The test at the gate looks at one page of each kind in one width; a report of the demo takes minutes in all of them.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from importlib import resources
from pathlib import Path
from typing import Any

from tests.browser.conftest import CLOSED, chromium

SCRIPT = (resources.files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
RULES = {"resultTypes": ["violations"], "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}
GRAVE = ("serious", "critical")
WIDTHS, SCHEMES = (390, 768, 1440), ("light", "dark")
UNFOLD = """() => {
  for (const fold of document.querySelectorAll('details:not(.issue):not(.facet)')) fold.open = true;
  [...document.querySelectorAll('details.issue')].slice(0, 6).forEach((issue) => { issue.open = true; });
}"""


def violations(page: Any, path: Path, width: int, scheme: str = "light") -> list[dict[str, Any]]:
    """What axe-core finds on the page, everything that folds unfolded, of issues the first six."""
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    page.goto(path.resolve().as_uri())
    if page.locator("script").count():
        page.wait_for_selector("html[data-ready=yes]", state="attached", timeout=60_000)
    page.evaluate(UNFOLD)
    page.evaluate(SCRIPT)
    found: list[dict[str, Any]] = page.evaluate("(rules) => axe.run(document, rules)", RULES)["violations"]
    return found


def told(path: Path, width: int, scheme: str, found: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Each violation as a line."""
    for one in found:
        first = one["nodes"][0]["html"][:160]
        yield f"{path.name} {width} {scheme}: {one['impact']} {one['id']}, {len(one['nodes'])} times: {first}"


def one_of_each(folder: Path) -> list[Path]:
    """The pages of a folder; of the accounts' pages the first."""
    pages = sorted(folder.glob("*.html"))
    accounts = [page for page in pages if page.name.startswith("account-")]
    return [page for page in pages if page not in accounts[1:]]


def main(folder: Path) -> int:
    from playwright.sync_api import sync_playwright

    grave = looks = 0
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium(), args=list(CLOSED))
        page = browser.new_page()
        for path in one_of_each(folder):
            for scheme in SCHEMES:
                for width in WIDTHS:
                    found, looks = violations(page, path, width, scheme), looks + 1
                    grave += sum(one["impact"] in GRAVE for one in found)
                    print(*told(path, width, scheme, found), sep="\n", end="\n" if found else "", flush=True)
        browser.close()
    print(f"{looks} looks, {grave} serious or critical violations")
    return 1 if grave else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
