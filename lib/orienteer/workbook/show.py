"""What a notebook cell shows: a table that sorts and filters in JupyterLab and stands as plain HTML anywhere else."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from numbers import Integral
from typing import Any

import pandas as pd

from orienteer.report.charts import ACCENT, PART
from orienteer.report.overview import LABELS, SEVERITIES, STATUS_WORDS
from orienteer.report.text import visible
from orienteer.workbook.book import interactive

LIMIT = 200
"""Rows a static table shows; the rest is counted below it."""
SHORT = 22
"""Texts up to this length stay on one line."""
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?(\.\d+)?(Z|\+00:00)$")
CHIPS = ("status", "status_here", "severity", "worst")
RANKS = {word: n for words in (SEVERITIES, tuple(STATUS_WORDS)) for n, word in enumerate(words)}
"""Severities sort by grade, statuses as they are told."""
HEADS = {
    "control_id": "Control",
    "cost_usd": "Cost (USD)",
    "resource_id": "Resource",
    "exposure_class": "Reach",
    "fail": "Failed",
    "pass": "Passed",
    "manual": "To be answered",
    "in_use_90d": "Used in 90 days",
    "through": "By",
    "places": "Places",
    "access_analyzer": "Access Analyzer",
    "cloudtrail_cost_usd": "CloudTrail cost (USD)",
    "config_records": "AWS Config records",
    "guardduty_findings": "GuardDuty findings",
    "on_the_clients_list": "On the client's list",
    "security_hub_findings": "Security Hub findings",
    "env_class": "Environment",
    "forms": "By its form",
    "is_admin": "Administrator",
    "is_allowed": "Approved",
    "is_locked": "Locked against deletion",
    "reviewed": "Workloads reviewed",
    "reviewed_days": "Days since review",
    "last_called_days": "Days since last call",
    "used_days": "Days since use",
    "suspects": "By its name",
}
"""Column heads that say it better than the column's name."""
CAPITALS = {word: word.upper() for word in ("id", "ssh", "mfa", "vpc", "ou", "kms", "arn", "tls")} | {"acls": "ACLs"}
CODES = (
    "resource_id",
    "resource",
    "id",
    "account_id",
    "group_id",
    "vpc_id",
    "operation",
    "error_code",
    "kms_key",
    "who",
)
EDGES = {False: ACCENT, True: PART}
LONG = 60
"""A column with a text beyond this length gets room for it."""


@dataclass(frozen=True)
class Shown:
    """Something to see, as HTML and as plain text."""

    page: str
    plain: str

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/html": self.page, "text/plain": self.plain}


def show(found: pd.DataFrame, limit: int = LIMIT, empty: str = "Nothing of this kind was found.") -> Shown:
    """The frame as a table.  Every text in it is escaped, hidden characters are written out."""
    if found.empty:
        return said(empty)
    texts = pd.DataFrame({str(c): _texts(found[c]) for c in found.columns})
    numbers = [str(c) for c in found.columns if _is_number(found[c])]
    if interactive():
        return Shown(_sorting(found, texts), texts.head(limit).to_string(index=False))
    more = len(texts) - limit
    note = f"{more:,} more rows are not shown here." if more > 0 else f"{len(texts):,} row{'s' * (len(texts) != 1)}."
    plain = texts.head(limit).to_string(index=False)
    return Shown(_static(texts.head(limit), numbers) + f'<p class="rowsnote">{note}</p>', f"{plain}\n{note}")


def _is_number(column: pd.Series[Any]) -> bool:
    return pd.api.types.is_integer_dtype(column) or pd.api.types.is_float_dtype(column)


def said(words: str, lines: Iterable[str] = (), gaps: bool = False, folded: str = "") -> Shown:
    """A statement in a box, with a list below it; `gaps` when something was not seen, `folded` is told on demand."""
    listed = [visible(line) for line in lines]
    points = "".join(f"<li>{html.escape(line)}</li>" for line in listed)
    more = f'<details class="tables"><summary>Which</summary>{html.escape(visible(folded))}</details>' if folded else ""
    body = f"<p>{html.escape(visible(words))}</p>{more}{f'<ul>{points}</ul>' if points else ''}"
    plain = "\n".join([visible(words), *([visible(folded)] if folded else []), *(f"- {line}" for line in listed)])
    # Pages of a report have a style sheet; JupyterLab has none of ours.
    edge = f' style="border-left: 4px solid {EDGES[gaps]}; padding: 0.3em 1em"' if interactive() else ""
    return Shown(f'<div class="statement{" gaps" if gaps else ""}"{edge}>{body}</div>', plain)


def _texts(column: pd.Series[Any]) -> list[str]:
    """The values as people read them; times that are all midnights are days."""
    texts = [_text(value) for value in column]
    moments = [value for value in column if isinstance(value, pd.Timestamp) and value == value]
    return [text.removesuffix(" 00:00") for text in texts] if all(m == m.normalize() for m in moments) else texts


def _text(value: Any) -> str:
    """A value as people read it: a dash for nothing, yes and no, times to the minute, lists with commas."""
    if isinstance(value, list | tuple | set | frozenset):
        return ", ".join(_text(v) for v in value) or "-"
    if isinstance(value, dict):
        return visible(json.dumps(value, sort_keys=True, default=str))
    if value is None or value is pd.NA or value is pd.NaT or value != value or value == "":
        return "-"
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, bool) or type(value).__name__ == "bool":
        return "yes" if value else "no"
    if isinstance(value, Integral):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.2f}"
    text = visible(str(value))
    return f"{text[:10]} {text[11:16]}" if MOMENT.match(text) else text


def _static(texts: pd.DataFrame, numbers: Collection[str]) -> str:
    """The table as HTML in a box of its own that scrolls."""
    kinds = [_kind(c, texts[c], numbers) for c in texts.columns]
    head = "".join(
        f'<th scope="col"{_class(kind)}>{html.escape(_title(c))}</th>'
        for c, kind in zip(texts.columns, kinds, strict=True)
    )
    body = "".join(
        f"<tr>{''.join(_cell(str(c), v, k) for c, v, k in zip(texts.columns, row, kinds, strict=True))}</tr>"
        for row in texts.itertuples(index=False, name=None)
    )
    table = f'<table class="rows"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
    return f'<div class="rowsbox" tabindex="0" role="group" aria-label="Table">{table}</div>'


def _kind(column: str, texts: pd.Series[str], numbers: Collection[str]) -> str:
    """How a column is set: numbers to the right, identifiers as code, long texts with room, others as they come."""
    if column in numbers:
        return "number"
    longest = max((len(t) for t in texts), default=0)
    return "code" if column in CODES else "long" if longest > LONG else ""


def _class(kind: str) -> str:
    return f' class="{kind}"' if kind else ""


def _cell(column: str, text: str, kind: str) -> str:
    shown = html.escape(_words(column, text))
    if column in CHIPS and text in (*STATUS_WORDS, *SEVERITIES):
        return f'<td data-sort="{RANKS[text]}"><span class="chip {text}">{shown}</span></td>'
    short = "short" if kind in ("", "code") and len(text) <= SHORT else ""
    return f"<td{_class(f'{kind} {short}'.strip())}>{shown}</td>"


def _words(column: str, text: str) -> str:
    return STATUS_WORDS.get(text, text) if column in CHIPS else LABELS.get(text, text) if column == "category" else text


def _title(column: Any) -> str:
    """The head of a column: its name in words, the first one large."""
    name = str(column)
    if name in HEADS:
        return HEADS[name]
    words = [CAPITALS.get(word, word) for word in visible(name).replace("_", " ").split(" ")]
    return " ".join([words[0][:1].upper() + words[0][1:], *words[1:]])


def _sorting(found: pd.DataFrame, texts: pd.DataFrame) -> str:
    """The table by itables: numbers stay numbers so that they sort, everything else is escaped text."""
    from itables import to_html_datatable

    whole = [c for c in found.columns if pd.api.types.is_integer_dtype(found[c])]
    numbers = [*whole, *(c for c in found.columns if pd.api.types.is_float_dtype(found[c]))]
    typed = texts.assign(**{str(c): found[c].astype("Int64" if c in whole else "Float64") for c in numbers})
    worded = {str(c): [_words(str(c), t) for t in texts[str(c)]] for c in found.columns if c not in numbers}
    named = typed.assign(**worded).rename(columns=_title)
    right = [n for n, c in enumerate(found.columns) if c in numbers]
    left = [n for n, c in enumerate(found.columns) if c not in numbers]
    return str(
        to_html_datatable(
            named,
            allow_html=False,
            showIndex=False,
            maxBytes=0,
            scrollX=True,
            connected=False,
            lengthMenu=[10, 25, 100],
            classes="display compact",
            columnDefs=[{"className": "dt-right", "targets": right}, {"className": "dt-left", "targets": left}],
        )
    )
