"""Parts of a Word document: styles that a consultancy changes once, paragraphs and tables that use them.

Nothing is formatted by hand: each paragraph has a style, and what looks alike has the same one.  Every text is plain
text: what cannot be seen is written out, and no text becomes a field, a link or markup.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import docx
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from orienteer.report.text import visible

FONT, MONO, INK, ACCENT = "Calibri", "Consolas", "1D262D", "0B4F5C"
PAGE, MARGIN = (21.0, 29.7), 2.2
"""A4, in centimetres."""
NO_XML = re.compile("[\ufffe\uffff]")
"""What XML cannot hold beside the characters that `visible` writes out."""
MOST = 2_000
"""Characters of a text; one that is longer is cut."""
HEADINGS = {"Title": (28, 0, 6), "Heading 1": (17, 22, 6), "Heading 2": (12.5, 16, 3), "Heading 3": (10.5, 8, 2)}
"""Size of the type, space above and below, in points."""
OWN: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "Verdict": ("Normal", {"size": 13, "bold": True, "after": 10}),
    "Label": ("Normal", {"size": 9, "bold": True, "color": ACCENT, "after": 1, "keep": True}),
    "Note": ("Normal", {"size": 9, "color": "56636E", "after": 8}),
    "Code": ("Normal", {"size": 8.5, "after": 8, "font": MONO}),
    "Table text": ("Normal", {"size": 8.5, "after": 1}),
    "Table head": ("Table text", {"size": 8.5, "bold": True, "color": ACCENT}),
}
"""Styles of our own: what each is based on, and how it differs."""
SEVERITIES = {"critical": "8C1127", "high": "8A2F10", "medium": "6F4A00", "low": "2D4F6C", "info": "56636E"}
"""Character styles "Severity critical" and so on."""
GRADED = "Severity"
LINES = "C3CCD2"
"""Colour of the lines of tables."""
SIDES = ("top", "left", "bottom", "right", "insideH", "insideV")


def new_document(title: str, author: str, made: datetime, header: str) -> Any:
    """An empty document with the styles, A4, a header and page numbers."""
    document = docx.Document()
    known = document.core_properties
    known.title, known.author, known.comments = plain(title), plain(author), ""
    known.created = known.modified = made.replace(tzinfo=None)
    _styles(document)
    section = document.sections[0]
    section.page_width, section.page_height = Cm(PAGE[0]), Cm(PAGE[1])
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(MARGIN)
    section.different_first_page_header_footer = True
    section.header.paragraphs[0].text = plain(header)
    foot = section.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    foot._p.append(_page_number())
    return document


def plain(text: Any) -> str:
    """The text as a document holds it."""
    shown = NO_XML.sub(lambda c: f"\\u{ord(c[0]):04x}", visible(str(text)))
    return shown if len(shown) <= MOST else f"{shown[:MOST]} [cut]"


def paragraph(document: Any, text: str, style: str = "Normal", severity: str = "", lead: str = "") -> Any:
    """A paragraph; `severity` stands in front as a word in its own style, `lead` as strong words."""
    made = document.add_paragraph(style=style)
    if severity in SEVERITIES:
        made.add_run(severity, style=f"Severity {severity}")
        made.add_run("  ")
    if lead:
        made.add_run(f"{plain(lead)} ", style="Strong")
    made.add_run(plain(text))
    return made


def table(document: Any, head: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float]) -> Any:
    """A table whose head every page repeats; widths in centimetres.  The column Severity has styles of its own."""
    graded = head.index(GRADED) if GRADED in head else -1
    made = document.add_table(rows=1 + len(rows), cols=len(head), style="Table Grid")
    made.autofit = False
    for column, width in zip(made.columns, widths, strict=True):
        column.width = Cm(width)
    for at, (row, texts) in enumerate(zip(made.rows, [head, *rows], strict=True)):
        properties = row._tr.get_or_add_trPr()
        properties.append(OxmlElement("w:cantSplit"))
        if at == 0:
            properties.append(OxmlElement("w:tblHeader"))
        for column, (cell, text, width) in enumerate(zip(row.cells, texts, widths, strict=True)):
            cell.width = Cm(width)
            line = cell.paragraphs[0]
            line.style = "Table text" if at else "Table head"
            style = f"Severity {text}" if column == graded and text in SEVERITIES else None
            line.add_run(plain(text), style=style)
    document.add_paragraph(style="Note")
    return made


def facts(document: Any, told: Sequence[tuple[str, str]]) -> None:
    """Facts as a table without a head: the name of each, then what it says."""
    made = document.add_table(rows=len(told), cols=2, style="Table Grid")
    made.autofit = False
    for at, (style, width) in enumerate((("Table head", 4.2), ("Table text", 12.4))):
        made.columns[at].width = Cm(width)
        for cell, pair in zip(made.columns[at].cells, told, strict=True):
            cell.width = Cm(width)
            cell.paragraphs[0].style = style
            cell.paragraphs[0].add_run(plain(pair[at]))
    document.add_paragraph(style="Note")


# --- styles


def _styles(document: Any) -> None:
    styles = document.styles
    normal = styles["Normal"]
    _set(normal, size=10.5, after=6)
    normal.paragraph_format.line_spacing = 1.1
    for name, (size, before, after) in HEADINGS.items():
        _set(styles[name], size=size, bold=True, color=ACCENT, after=after)
        styles[name].paragraph_format.space_before = Pt(before)
        styles[name].paragraph_format.keep_with_next = True
    _unframed(styles["Title"])
    for line in styles["Table Grid"].element.iter(*(qn(f"w:{side}") for side in SIDES)):
        line.set(qn("w:color"), LINES)
    _set(styles["Subtitle"], size=14, color="56636E", after=24)
    styles["Subtitle"].font.italic = False
    for name in ("List Number", "List Bullet", "Header", "Footer"):
        _set(styles[name], size=10.5 if name.startswith("List") else 8.5, after=3)
    for name, (base, more) in OWN.items():
        made = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        made.base_style = styles[base]
        _set(made, **more)
    for severity, color in SEVERITIES.items():
        _set(styles.add_style(f"Severity {severity}", WD_STYLE_TYPE.CHARACTER), bold=True, color=color)


def _set(style: Any, size: float = 0, bold: bool | None = None, color: str = "", font: str = FONT, **more: Any) -> None:
    """Font, colour and space of a style; the theme's own fonts and colours give way."""
    style.font.name = font
    fonts = style.element.rPr.rFonts
    for name in [n for n in fonts.attrib if n.endswith("Theme")]:
        del fonts.attrib[name]
    fonts.set(qn("w:cs"), font)
    style.font.bold = bold
    style.font.color.rgb = RGBColor.from_string(color or INK)
    if size:
        style.font.size = Pt(size)
    if "after" in more:
        style.paragraph_format.space_after = Pt(more["after"])
        style.paragraph_format.space_before = Pt(0)
        style.paragraph_format.keep_with_next = bool(more.get("keep"))


def _unframed(style: Any) -> None:
    """The title without the line that Word's template draws below it."""
    for border in style.element.pPr.findall(qn("w:pBdr")):
        style.element.pPr.remove(border)


def _page_number() -> Any:
    """The one kind of field that there is: the number of the page."""
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    return field
