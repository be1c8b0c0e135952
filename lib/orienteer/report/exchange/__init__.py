"""Findings in the formats of other tools: SARIF for code scanners, ASFF for Security Hub, OCSF for data lakes.

    rows     what all formats read of a finding, and how long texts are cut
    sarif    SARIF 2.1.0: PASS is kind pass, a question is review, a gap is open; decisions are suppressions
    asff     requests of BatchImportFindings: a gap is NOT_AVAILABLE; decisions are the workflow status and a note
    ocsf     Compliance Finding (2003): a gap is Warning; decisions are the finding's status and a comment

A fourth format is for people: docx, the summary as a Word document (`report.document`).

What Orienteer says about its own coverage stays out of the findings.  A gap is a pass in none of them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from orienteer.errors import OrienteerError
from orienteer.report.exchange import asff, ocsf, sarif
from orienteer.report.exchange.rows import Source
from orienteer.snapshot import Run

FORMATS: Mapping[str, Callable[[Source], object]] = {
    "sarif": sarif.document,
    "asff": asff.document,
    "ocsf": ocsf.document,
}


DOCX = "docx"


def exported(run: Run, form: str) -> bytes:
    """The findings of a judged run in that format; the JSON ones are ASCII only.  Raises OrienteerError for an unknown
    format."""
    if form == DOCX:
        from orienteer.report.document import summary_docx  # python-docx is for this alone

        return summary_docx(run)
    if form not in FORMATS:
        raise OrienteerError(f"--format: {form!r} is none of {', '.join((*FORMATS, DOCX))}", 2)
    return json.dumps(FORMATS[form](Source.of(run)), indent=1, allow_nan=False).encode() + b"\n"
