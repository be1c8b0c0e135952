"""The report as one PDF, printed by the system's Chromium: cover, contents, the pages of the index, change, chapters.

The pages are put together into one document that is printed twice: the second time the contents know their pages.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from itertools import dropwhile
from pathlib import Path

from markupsafe import Markup

from orienteer import snapshot
from orienteer.errors import OrienteerError
from orienteer.report import notebook_html
from orienteer.report.change import PAGE as CHANGE
from orienteer.report.parts import asset, environment

NAME = "report.pdf"
CHOSEN = "ORIENTEER_CHROMIUM"
BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "msedge",
)
SECONDS = 300
CLOSED = (
    "--headless",
    "--disable-gpu",
    "--no-first-run",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-component-update",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--no-pdf-header-footer",
    "--virtual-time-budget=30000",
    "--window-size=1056,1500",
)
"""How the browser starts: no window, nothing of the user's, and no way to the network."""

OPENED = re.compile(r'<details((?: class="issue"[^>]*(?=><summary><span class="chip critical">))?)>')
"""What is folded on the screen and stands open on paper: the critical issues, and whatever is no issue."""

REPEATED = ("90_summary",)
"""Chapters that say what the index says; on paper it is said once."""
ADVICE = re.compile(r"(?s)<p><strong>(?:How to read it|What to do)\.</strong>.*?</p>")
CELL = re.compile(r'(?=<div id="cell-id=)')
SHOWS = ("<figure", 'class="rowsbox"')
"""What a cell has that shows more than words: a picture or a table."""
VERDICTS = '<h2 id="Every-verdict-of-this-chapter">'
NEXT = '<h2 id="What-to-do-next">'

Part = tuple[str, str, str]
"""A line of the contents with what it leads to: the id, the title, and the HTML."""


def browser() -> str:
    """The Chromium to print with.  Raises OrienteerError (exit 2) where there is none."""
    named = os.environ.get(CHOSEN, "")
    found = shutil.which(named) if named else next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        text = (
            f"{named} of {CHOSEN} cannot be run" if named else f"there is no Chromium or Chrome; or name it in {CHOSEN}"
        )
        raise OrienteerError(f"--pdf: {text}", 2)
    return found


def write_pdf(folder: Path) -> Path:
    """Prints the pages of a report folder into its report.pdf, mode 0600.  Raises OrienteerError (exit 3) where the
    browser does not give one."""
    path, parts = browser(), list(_parts(folder))
    head = _inner((folder / "index.html").read_text(encoding="utf-8"), "<header", "</header>")
    pages: dict[str, int] = {}
    data = b""
    for _ in range(2):
        data = _printed(path, folder, document(head, parts, pages))
        pages = destinations(data)
    snapshot.write_bytes(folder / NAME, data)
    return folder / NAME


# --- one document of all pages


def _parts(folder: Path) -> Iterator[Part]:
    """The sections of the index but its table of findings, then what changed, then the chapters."""
    index = _inner((folder / "index.html").read_text(encoding="utf-8"), "<main", "</main>")
    for id_, body in re.findall(r'(?s)<section id="([a-z-]+)"[^>]*>(.*?)</section>', index):
        if id_ not in ("findings", "chapters"):
            yield id_, _title(body, "h2"), f'<main class="wrap"><section id="{id_}">{body}</section></main>'
    chapters = sorted(p for p in folder.glob("[0-9]*.html") if p.stem not in REPEATED)
    printed: dict[str, str] = {}
    for page in [p for p in (folder / CHANGE,) if p.is_file()] + chapters:
        main = _inner(page.read_text(encoding="utf-8"), "<main", "</main>")
        kind, title = "account" if page.name == CHANGE else "chapter", _title(main, "h1")
        once = unrepeated(_once(main), f'<a href="#page-{page.stem}">{title}</a>', printed)
        body = re.sub(r' id="(?!chart)[^"]*"', "", once)  # ids of several pages may be equal
        yield f"page-{page.stem}", title, f'<main class="wrap {kind} part" id="page-{page.stem}">{body}</main>'


def unrepeated(chapter: str, place: str, printed: dict[str, str]) -> str:
    """The chapter with a pointer where it shows a picture or a table, and with nothing where it gives advice, that an
    earlier chapter has already.  `printed` tells where each first stood, and learns what stands here, in `place`."""
    cells: list[str] = []
    for cell in CELL.split(chapter):
        key = re.sub(r'^<div id="[^"]*"', "", cell)
        if any(mark in key for mark in SHOWS) and printed.setdefault(key, place) != place:
            pointer = f'<p class="rowsnote">Printed under {printed[key]}.</p>'
            cells += [pointer] if cells[-1:] != [pointer] else []
        else:
            cells.append(ADVICE.sub(lambda told: told[0] if printed.setdefault(told[0], place) == place else "", cell))
    return "".join(cells)


def _once(chapter: str) -> str:
    """The chapter without its list of verdicts and the table of next steps, which stand under issues and controls."""
    text, found, rest = chapter.partition(VERDICTS)
    if not found:
        return chapter
    end, *cells = CELL.split(rest.partition("</h2>")[2])
    last = dropwhile(lambda cell: NEXT not in cell, cells)
    return "".join([text, end, *(cell for cell in last if 'class="rowsbox"' not in cell)])


def _inner(text: str, start: str, end: str) -> str:
    """What stands between the first element that begins so and its end."""
    _, _, rest = text.partition(start)
    return rest.partition(">")[2].rpartition(end)[0] if end == "</main>" else rest.partition(">")[2].partition(end)[0]


def _title(body: str, tag: str) -> str:
    """The text of the first heading, as HTML without elements."""
    inner = body.partition(f"<{tag}")[2].partition(">")[2].partition(f"</{tag}>")[0]
    inner = re.sub(r'(?s)<a class="anchor-link".*?</a>', "", inner)
    return re.sub(r"<[^>]*>", "", inner).strip()


def document(head: str, parts: Sequence[Part], pages: Mapping[str, int]) -> str:
    """The HTML to print: cover, contents with the page numbers known so far, all parts.  It runs our script alone."""
    script = asset("chapter.js")
    body = OPENED.sub(r"<details open\1>", "".join(html for _, _, html in parts))
    text = (
        environment()
        .get_template("pdf.html.j2")
        .render(
            title=Markup(_title(head, "h1")),  # noqa: S704
            head=Markup(head),  # noqa: S704
            body=Markup(body),  # noqa: S704  # made by our templates
            names=[(id_, Markup(title)) for id_, title, _ in parts],  # noqa: S704
            pages=pages,  # the same
            css=Markup(asset("report.css")),  # noqa: S704
            script=Markup(script),  # noqa: S704  # files of ours
            charts='class="chart-data"' in body,
            csp=Markup(notebook_html.policy(script)),  # noqa: S704  # escaped there
        )
    )
    return _only_links_that_lead_somewhere(text)


def _only_links_that_lead_somewhere(text: str) -> str:
    """Links to what is in the document, or AWS's documentation; others would name folders of this machine."""
    ids = set(re.findall(r' id="([^"]*)"', text))

    def kept(match: re.Match[str]) -> str:
        address = match[1].removeprefix("index.html")
        return f' href="{address}"' if address[1:] in ids or address.startswith("https://") else ""

    return re.sub(r' href="([^"]*)"', kept, text)


# --- the browser


def _printed(path: str, folder: Path, text: str) -> bytes:
    """The document as PDF.  It lies in the report folder while it is printed, beside the script of its charts."""
    page = folder / ".print.html"
    snapshot.write_bytes(page, text.encode("utf-8", "backslashreplace"))
    with tempfile.TemporaryDirectory(prefix="orienteer-", ignore_cleanup_errors=True) as own:
        made = Path(own, "made.pdf")
        root = getattr(os, "geteuid", lambda: 1)() == 0
        command = [path, *CLOSED, *(["--no-sandbox"] if root else []), f"--user-data-dir={own}/profile"]
        try:
            subprocess.run(  # noqa: S603  # a browser that the user named or has
                [*command, f"--print-to-pdf={made}", page.resolve().as_uri()],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=SECONDS,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise OrienteerError(f"--pdf: {path} did not print: {error}", 3) from error
        finally:
            page.unlink(missing_ok=True)
        data = made.read_bytes() if made.is_file() else b""
    if not data.startswith(b"%PDF"):
        raise OrienteerError(f"--pdf: {path} gave no PDF", 3)
    return data


def destinations(data: bytes) -> dict[str, int]:
    """The page of each named destination of a PDF that Chromium wrote, counted from 1; empty where it cannot be told.

    Chromium writes objects plainly, `12 0 obj`, with the page tree as lists of /Kids and the names under /Dests.
    """
    objects = {int(number): body for number, body in re.findall(rb"(?ms)^(\d+) 0 obj\n(.*?)^endobj", data)}
    catalog = next((body for body in objects.values() if b"/Type /Catalog" in body), b"")
    order = list(_pages(objects, _reference(rb"/Pages", catalog), 0))
    named = objects.get(_reference(rb"/Dests", catalog), b"")
    at = {page: n for n, page in enumerate(order, start=1)}
    found = re.findall(rb"/([\w.-]+) \[(\d+) 0 R /XYZ", named)
    return {name.decode(): at[int(page)] for name, page in found if int(page) in at}


def _reference(name: bytes, body: bytes) -> int:
    match = re.search(name + rb" (\d+) 0 R", body)
    return int(match[1]) if match else 0


def _pages(objects: Mapping[int, bytes], number: int, depth: int) -> Iterator[int]:
    """The numbers of the pages below a node of the page tree, in order."""
    body = objects.get(number, b"")
    kids = re.search(rb"/Kids \[([^\]]*)\]", body)
    if b"/Type /Pages" not in body or kids is None or depth > 20:
        yield from [number] if b"/Type /Page" in body else []
        return
    for kid in re.findall(rb"(\d+) 0 R", kids[1]):
        yield from _pages(objects, int(kid), depth + 1)
