"""The system's Chromium, without a way to the network.  Missing: skipped on a user's machine, a failure in CI."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

CLOSED = (
    "--no-sandbox", "--disable-background-networking", "--disable-component-update", "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND", "--force-color-profile=srgb",
)  # fmt: skip


def chromium() -> str | None:
    named = os.environ.get("ORIENTEER_CHROMIUM", "")
    return named or next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@dataclass
class Visit:
    """A page that was opened, what it asked for elsewhere without being held back, what it said and threw."""

    page: Any
    outside: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    path = chromium()
    if path is None:
        missing = "no Chromium on this machine: the report was not looked at"
        pytest.fail(missing) if os.environ.get("CI") else pytest.skip(missing)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        started = play.chromium.launch(executable_path=path, args=list(CLOSED))
        yield started
        started.close()


@pytest.fixture
def visit(browser: Any) -> Iterator[Any]:
    """Opens a file and waits until its own script has run."""
    opened = []

    def go(path: Path, fragment: str = "") -> Visit:
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        opened.append(page)
        seen = Visit(page)
        page.on(
            "request", lambda r: None if r.url.startswith(("file:", "data:", "blob:")) else seen.outside.append(r.url)
        )
        page.on("requestfailed", lambda r: seen.outside.remove(r.url) if r.failure == "csp" else None)
        page.on("console", lambda message: seen.said.append(message.text))
        page.on("pageerror", lambda error: seen.said.append(str(error)))
        page.on("dialog", lambda box: (seen.said.append(f"dialog {box.message}"), box.dismiss()))
        page.goto(path.resolve().as_uri() + fragment)
        if "account-" not in path.name:  # these pages have no script
            page.wait_for_selector("html[data-ready=yes]", state="attached", timeout=60_000)
        return seen

    yield go
    for page in opened:
        page.close()
