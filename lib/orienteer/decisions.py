"""Decisions about findings: what was accepted, what is a false positive, what is to be fixed, and until when.

A decision changes no status.  Where two fit a finding, the one by fingerprint counts before the one by pattern, and of
two alike the later in the list.  An expired one decides nothing; its author and last day stay beside the finding.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from orienteer.model import Status

if TYPE_CHECKING:  # loading params loads this, and pandas weighs more than all of it
    import pandas as pd

ACCEPTED, FALSE_POSITIVE, FIX, ANSWERED = "accepted", "false_positive", "fix", "answered"
DECISIONS = (ACCEPTED, FALSE_POSITIVE, FIX)
"""What a triage file may decide; `answered` comes from the client's answers."""
SET_ASIDE = (ACCEPTED, FALSE_POSITIVE)
"""Decisions that take a failure out of the open ones; it is counted and listed apart."""
WORDS = {ACCEPTED: "Accepted", FALSE_POSITIVE: "False positive", FIX: "To fix", ANSWERED: "Answered"}
COLUMNS = ("decision", "decided_by", "decided_on", "expires")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One decision: about the finding of this fingerprint, or of a control in accounts and resources by pattern.

    Patterns have `*` and `?` and are held against account id or name, and against the resource's id or ARN.
    `until` is the last day of an acceptance, or the day by which a fix is due.
    """

    decision: str
    by: str = ""
    on: date | None = None
    reason: str = ""
    fingerprint: str = ""
    control: str = ""
    account: str = ""
    resource: str = ""
    until: date | None = None

    def expired(self, today: date) -> bool:
        """True from the day after its last one.  A fix that is overdue stays a decision."""
        return self.decision in SET_ASIDE and self.until is not None and self.until < today


def column(findings: pd.DataFrame, name: str) -> pd.Series[Any]:
    """The column without nulls; empty texts where the frame has none of that name."""
    return findings.reindex(columns=[name])[name].astype("string").fillna("")


def applied(findings: pd.DataFrame, decisions: Sequence[Decision], as_of: pd.Timestamp) -> pd.DataFrame:
    """The findings with the columns COLUMNS and the decision's words after the reason; statuses stay.

    Only failures and open questions are decided about; what the frame already says elsewhere (answers) is kept.  An
    expired decision leaves `decision` empty.
    """
    today = as_of.date()
    held = {name: column(findings, name).tolist() for name in COLUMNS}
    reasons = column(findings, "reason").tolist()
    open_ones = findings["status"].isin([Status.FAIL.value, Status.MANUAL.value]).tolist()
    by_print = {d.fingerprint: d for d in decisions if d.fingerprint}
    patterns = [d for d in reversed(decisions) if not d.fingerprint]
    for n, row in enumerate(findings.to_dict("records") if decisions else ()):
        one = by_print.get(row["fingerprint"]) or next((d for d in patterns if fits(d, row)), None)
        if one is None or not open_ones[n] or held["decision"][n]:
            continue
        gone = one.expired(today)
        for name, value in zip(
            COLUMNS, ("" if gone else one.decision, one.by, _day(one.on), _day(one.until)), strict=True
        ):
            held[name][n] = value
        stop = "" if reasons[n].endswith((".", "?", "!")) or not reasons[n] else "."
        reasons[n] = f"{reasons[n]}{stop} {said(one, gone)}".strip()
    texts = {**held, "reason": reasons} if decisions else held
    return findings.assign(**texts).astype(dict.fromkeys(texts, "string"))


def said(decision: Decision, gone: bool) -> str:
    """The decision in words, as they stand after a finding's reason."""
    who = f"{WORDS[decision.decision].lower()} by {decision.by or 'nobody named'}"
    last = f"{' due' if decision.decision == FIX else ' until'} {decision.until}" if decision.until else ""
    if gone:
        return f"It was {who}; that expired on {decision.until}, so it counts as open."
    return f"{who[:1].upper()}{who[1:]}{last}{f': {decision.reason}' if decision.reason else '.'}"


def fits(decision: Decision, row: dict[Any, Any]) -> bool:
    """True if the decision by pattern is about this finding; what it leaves out fits everything."""
    if decision.control and decision.control != row["control_id"]:
        return False
    accounts = (row["account_id"], row["account_name"])
    resources = (row["resource_id"], row["resource_arn"])
    return _matches(decision.account, accounts) and _matches(decision.resource, resources)


def _matches(pattern: str, texts: Sequence[Any]) -> bool:
    return not pattern or any(isinstance(text, str) and fnmatchcase(text, pattern) for text in texts)


def unused(findings: pd.DataFrame, decisions: Sequence[Decision]) -> list[Decision]:
    """Decisions that fit no finding of this run: fixed since, or mistyped."""
    rows = findings.to_dict("records")
    prints = {row["fingerprint"] for row in rows}
    return [d for d in decisions if not (d.fingerprint in prints if d.fingerprint else any(fits(d, r) for r in rows))]


def expired(findings: pd.DataFrame) -> pd.Series[bool]:
    """True for each finding whose decision has run out: somebody decided, and it decides nothing any more."""
    return (column(findings, "decision") == "") & (column(findings, "decided_by") != "")


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
