"""docs/report.png, the picture in the README: the first page of the newest demo report, taken with Chromium.

`orienteer run params/demo-harbour.yaml` first, then `make picture`.
ORIENTEER_CHROMIUM names the browser where it is not called chromium.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from playwright.sync_api import sync_playwright

from orienteer.workbook.book import newest_demo

WIDTH, HEIGHT = 1280, 2110


def main() -> None:
    browser = os.environ.get("ORIENTEER_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    page_of = newest_demo() / "report" / "index.html"
    with sync_playwright() as play:
        started = play.chromium.launch(executable_path=browser, args=["--no-sandbox"])
        page = started.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        page.goto(page_of.resolve().as_uri())
        page.wait_for_selector("html[data-ready=yes]", state="attached")
        page.screenshot(path=Path(__file__).with_name("report.png"))
        started.close()


if __name__ == "__main__":
    main()
