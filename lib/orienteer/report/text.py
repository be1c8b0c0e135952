"""Text from an AWS account made harmless to look at: what cannot be seen is written out."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd

HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e0fff]"
)
"""Control characters (tab and line feed are left), characters that turn the direction of text, and invisible ones."""

CELL_LIMIT = 32_767
"""Characters Excel takes in a cell.  https://support.microsoft.com/office/1672b34d-7043-467e-8e27-269d656771c3"""
CUT = " [cut: {} more characters, see findings.json]"


def visible(text: str) -> str:
    r"""The text with hidden characters written out, U+202E as \u202e: what is read is what is there."""
    return HIDDEN.sub(_written_out, text)


def visible_frame(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with `visible` applied to every text, each different text looked at once."""
    return frame.assign(**{str(name): _visible_column(frame[name]) for name in frame.columns if _is_text(frame[name])})


def _is_text(column: pd.Series[Any]) -> bool:
    return pd.api.types.is_string_dtype(column.dtype) or column.dtype == object


def _visible_column(column: pd.Series[Any]) -> pd.Series[Any]:
    changed = {v: visible(v) for v in column.dropna().unique() if isinstance(v, str) and HIDDEN.search(v)}
    return column.map(lambda v: changed.get(v, v) if isinstance(v, str) else v) if changed else column


def _written_out(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def fitting(value: str) -> str:
    """The text as an Excel cell takes it: hidden characters written out, cut with a mark that says so."""
    shown = visible(value)
    units = len(shown.encode("utf-16-le")) // 2
    if units <= CELL_LIMIT:
        return shown
    kept = shown.encode("utf-16-le")[: 2 * (CELL_LIMIT - 60)].decode("utf-16-le", "ignore")
    return kept + CUT.format(len(shown) - len(kept))
