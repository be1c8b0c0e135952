"""Errors a user can act on.  Each is one line and knows its exit code."""

from __future__ import annotations


class OrienteerError(Exception):
    """An expected fault, told in one line.  `exit_code` as in DESIGN.md: 2 bad input, 3 could not finish."""

    def __init__(self, message: str, exit_code: int = 3) -> None:
        super().__init__(message)
        self.exit_code = exit_code
