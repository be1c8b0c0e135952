"""Errors a user can act on.  Each is one line and knows its exit code."""

from __future__ import annotations

from pathlib import Path

DONE, FAILED_ON, BAD_INPUT, UNFINISHED, INCOMPLETE, INTERRUPTED = 0, 1, 2, 3, 4, 130
"""Exit codes, as in DESIGN.md."""


class OrienteerError(Exception):
    """An expected fault, told in one line.  `exit_code` as in DESIGN.md: 2 bad input, 3 could not finish."""

    def __init__(self, message: str, exit_code: int = UNFINISHED) -> None:
        super().__init__(message)
        self.exit_code = exit_code


def cannot_go_on(error: OSError) -> str:
    """What the operating system refused, in one line: a full disk, a folder that cannot be written."""
    where = f" {error.filename}" if error.filename else ""
    return f"cannot go on:{where} {error.strerror or error}"


def unexpected(error: Exception) -> str:
    """A fault of our own in one line, with its place."""
    trace, place = error.__traceback__, ""
    while trace is not None:
        place = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"
        trace = trace.tb_next
    text = " ".join(str(error).split())[:200]
    return f"a fault of orienteer itself: {type(error).__name__}: {text} ({place}); ORIENTEER_DEBUG=1 shows more"
