"""How large the report is and how soon it opens.  `python -m benchmarks.report [findings]`"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from pathlib import Path

from tests.browser.conftest import CLOSED, chromium
from tests.report.estate import findings, run_folder

from orienteer.report import pages

ACTIONS = {
    "show all": "document.querySelector('#filter-clear').click()",
    "sort": "document.querySelector('th[data-name=resource_id] button').click()",
    "group": "document.querySelector('#filter-group').value = 'account_id';"
    "document.querySelector('#filter-group').dispatchEvent(new Event('change'))",
}
OPEN_SECONDS, MEGABYTES = 2.0, 10.0


def main(count: int = 120_000) -> int:
    """0 where the index of that many findings is under MEGABYTES and opens in under OPEN_SECONDS."""
    with tempfile.TemporaryDirectory() as folder:
        run = run_folder(Path(folder), findings(count))
        began = time.process_time()
        page = pages.write_index(run, Path(folder))
        size = page.stat().st_size / 1e6
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(f"written: {time.process_time() - began:.1f} CPU s, {size:.2f} MB, peak {memory} MB")
        opened = _opened(page)
    print("opened: " + ", ".join(f"{name} {seconds:.2f} s" for name, seconds in opened.items()))
    return 0 if size < MEGABYTES and opened.get("ready", 0.0) < OPEN_SECONDS else 1


def _opened(page: Path) -> dict[str, float]:
    """Seconds until the page is ready, for a search, a sort, a group; empty without a Chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium(), args=list(CLOSED))
        view = browser.new_page(viewport={"width": 1280, "height": 900})
        view.goto(page.as_uri())
        view.wait_for_selector("html[data-ready=yes]", state="attached", timeout=120_000)
        told = {"ready": view.evaluate("performance.getEntriesByName('ready')[0].startTime") / 1000}
        for name, script in ACTIONS.items():
            clock = f"() => {{ const t = performance.now(); {script}; return performance.now() - t; }}"
            told[name] = view.evaluate(clock) / 1000
        browser.close()
    return told


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 120_000))
