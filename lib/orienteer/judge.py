"""Controls over facts: what every way the unseen may be agrees on becomes a finding; nothing unseen becomes a PASS."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from orienteer import facts as known_facts
from orienteer.controls.control import Control
from orienteer.controls.verdict import Verdict
from orienteer.decisions import Decision, applied
from orienteer.facts import exposures
from orienteer.facts.fact import EARLIER, Estate, encodable, shown_as
from orienteer.facts.reads import names_of
from orienteer.facts.seen import FAULT, Cells, Told, Unseen, fault, worlds
from orienteer.facts.source import Gap, is_null
from orienteer.issues import keys as issue_keys
from orienteer.model import GLOBAL, KEYS, Severity, Status, Table
from orienteer.parameters import Client, given
from orienteer.sight import Sight, answered_in, gaps_in
from orienteer.words import sentence

FINDINGS = (
    "control_id",
    "title",
    "category",
    "notebook",
    "severity",
    "status",
    "account_id",
    "account_name",
    "region",
    "resource_type",
    "resource_id",
    "resource_arn",
    "reason",
    "evidence",
    "remediation",
    "source",
    "fingerprint",
    "why",
    "maturity",
    "mappings",
    "issue",
    "decision",
    "decided_by",
    "decided_on",
    "expires",
)
VERDICTS = (*KEYS, "status", "severity", "reason", "evidence", "resource_type")
NOT_APPLICABLE = "NOT_APPLICABLE"
WORST_FIRST = (Status.FAIL, Status.NOT_ASSESSED, Status.MANUAL, Status.PASS)
ANSWER_DAYS = ("answer_valid_days", "review_valid_days")
"""Thresholds of controls whose answers count for so many days where they name no last day."""
GAPS_NAMED = 5
"""How many gaps one reason names before it only counts them."""


@dataclass(frozen=True)
class Facts:
    """What judging needs beside the tables."""

    as_of: pd.Timestamp
    client: Client = field(default_factory=Client)
    thresholds: Mapping[str, Any] = field(default_factory=dict)
    answers: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    account_names: Mapping[str, str] = field(default_factory=dict)
    decisions: Sequence[Decision] = ()
    earlier: pd.DataFrame | None = None
    earlier_as_of: pd.Timestamp | None = None
    earlier_versions: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Judged:
    """Findings (columns FINDINGS), the summary (one row per control), the controls that could not judge some row, and
    the facts that were judged."""

    findings: pd.DataFrame
    summary: pd.DataFrame
    crashed: tuple[str, ...]
    estate: Estate | None = field(default=None, repr=False)


def estate(
    tables: Mapping[str, pd.DataFrame], specs: Mapping[str, Table], facts: Facts, coverage: pd.DataFrame | None = None
) -> Estate:
    """Every fact over these tables and calls, worked out as it is asked for."""
    known_facts.registry()
    return Estate(tables, specs, facts.client, facts.thresholds, facts.as_of, coverage)


def judge(
    controls: Iterable[Control],
    tables: Mapping[str, pd.DataFrame],
    specs: Mapping[str, Table],
    facts: Facts,
    coverage: pd.DataFrame,
) -> Judged:
    """Every control over the facts that the tables tell.

    A control that raises on a row gives NOT_ASSESSED for that row and stands in `crashed`; the others are judged.
    """
    parts: list[pd.DataFrame] = []
    summary: list[dict[str, Any]] = []
    crashed: list[str] = []
    seen = estate(tables, specs, facts, coverage)
    chosen = sorted(controls, key=lambda one: one.fact.name == EARLIER)
    for control in chosen:
        if control.fact.name == EARLIER:
            now = _together(parts)
            sight = Sight(frozenset(one.id for one in chosen), answered_in(coverage), gaps_in(now))
            versions = {one.id: one.version for one in chosen}
            seen.earlier = tuple(_still(facts, now, sight, versions))
        found = _answered(control, _finished(control, judged_rows(control, seen), facts), facts)
        error = next((text for text in found["reason"] if FAULT in text), "")
        parts.append(found)
        summary.append(_summary(control, found, error))
        if error:
            crashed.append(control.id)
    findings = _together(parts)
    keys = ["control_id", "account_id", "region", "resource_id", "fingerprint"]
    findings = findings.sort_values(keys, kind="stable", ignore_index=True)
    findings = applied(findings, facts.decisions, facts.as_of)
    findings = findings.assign(issue=issue_keys(findings))
    return Judged(findings, pd.DataFrame(summary), tuple(crashed), seen)


def _together(parts: Iterable[pd.DataFrame]) -> pd.DataFrame:
    return pd.concat([_empty(), *(part for part in parts if len(part))], ignore_index=True)


def _still(facts: Facts, now: pd.DataFrame, sight: Sight, versions: Mapping[str, int]) -> Iterator[Cells]:
    """The failures of the earlier run, each with its status now: that of the same fingerprint, "gone" without one.

    Those of a control whose version is another now are left out: what it finds is new.  What belongs to a control that
    was not judged now, or to a place where it could not be, is not seen.
    """
    if facts.earlier is None:
        return
    decided = applied(now, facts.decisions, facts.as_of).drop_duplicates("fingerprint").set_index("fingerprint")
    changed = {id for id, version in versions.items() if facts.earlier_versions.get(id, 1) != version}
    known = facts.earlier[(facts.earlier["status"] == Status.FAIL.value) & ~facts.earlier["control_id"].isin(changed)]
    for row in known.to_dict("records"):
        one = decided.loc[row["fingerprint"]] if row["fingerprint"] in decided.index else None
        status = "gone" if one is None else str(one["status"])
        lost = status == Status.NOT_ASSESSED.value or (one is None and not sight.looked_at(row))
        told = f"{row['control_id']} was not assessed again (account {row['account_id']}, region {row['region']})"
        yield Cells(
            account_id=row["account_id"],
            region=row["region"],
            resource_arn=row["resource_arn"] or None,
            resource_id=f"{row['control_id']} {row['resource_id']}",
            resource_type=row["resource_type"],
            control=row["control_id"],
            severity_before=row["severity"],
            first_seen=facts.earlier_as_of,
            status_now=Unseen(frozenset({told})) if lost else status,
            decision="" if one is None else str(one["decision"]),
        )


# --- rows and their verdicts


def judged_rows(control: Control, estate: Estate) -> Iterator[dict[str, Any]]:
    """The verdicts of a control (columns VERDICTS): one per row of its fact that it judges, one per gap of the fact."""
    source = estate.source(control.fact.name)
    chosen = given(control.judge, estate.thresholds, estate.context)
    known = names_of(control.judge)
    for cells in source.rows:
        try:
            told = worlds(lambda row: control.judge(row, **chosen), cells, known)
        except Exception as error:  # listed in tests/facts/test_seen.py: one row must not take the others with it
            told = [Told(None, frozenset({fault(control.id, cells, error)}), open=True)]
        verdict = agreed(told, control.severity)
        if verdict is not None:
            yield _row(control, cells, verdict)
    yield from _gap_rows(source.gaps)


def agreed(told: list[Told], usual: Severity) -> Verdict | None:
    """What all worlds agree on: a status, and a severity no milder than the control's where they differ in it."""
    gaps = frozenset[str]().union(*(t.gaps for t in told))
    statuses = {t.answer and t.answer.status for t in told}
    if len(statuses) > 1 or any(t.open for t in told):
        return Verdict(Status.NOT_ASSESSED, named(gaps))
    if None in statuses:
        return None
    verdicts: list[Verdict] = [t.answer for t in told]
    mildest = min(verdicts, key=lambda v: (v.severity or usual).grade)
    severity = mildest.severity or usual
    if len({v.severity for v in verdicts}) > 1 or any(v.at_least for v in verdicts):
        severity = max(severity, usual, key=lambda s: s.grade)
    words = " Or: ".join(dict.fromkeys(v.words for v in verdicts[:3]))
    words = f"{words} Not seen: {named(gaps)}" if gaps else words
    return Verdict(mildest.status, words, severity, evidence=mildest.evidence)


def named(gaps: Iterable[str]) -> str:
    """The texts of gaps as one reason."""
    texts = sorted(set(gaps))
    more = f"; and {len(texts) - GAPS_NAMED} more" if len(texts) > GAPS_NAMED else ""
    return "; ".join(texts[:GAPS_NAMED]) + more


def _row(control: Control, cells: Cells, verdict: Verdict) -> dict[str, Any]:
    shown = [c for c in control.columns if c not in (*KEYS, *control.fact.hidden) and not isinstance(cells[c], Cells)]
    evidence = {c: shown_as(cells[c]) for c in shown} | {k: shown_as(v) for k, v in verdict.evidence.items()}
    return {
        **{key: cells[key] for key in KEYS},
        "status": verdict.status.value,
        "severity": (verdict.severity or control.severity).value,
        "reason": encodable(verdict.words),
        "evidence": json.dumps(evidence, sort_keys=True, default=str),
        "resource_type": cells.get("resource_type"),
    }


def _gap_rows(gaps: Iterable[Gap]) -> Iterator[dict[str, Any]]:
    """One row per place and resource that may hold something which could not be read."""
    places: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for gap in gaps:
        region = gap.region or (GLOBAL if gap.everywhere or not gap.account_id else "all")
        places[gap.account_id, region, gap.resource_id or gap.account_id or "organization"].add(gap.text)
    for (account, region, resource), texts in places.items():
        keys = dict(zip(KEYS, (account, region, resource, None), strict=True))
        yield {
            **keys,
            "status": Status.NOT_ASSESSED.value,
            "severity": None,
            "reason": named(texts),
            "evidence": "{}",
            "resource_type": None,
        }


# --- findings


def _finished(control: Control, verdicts: Iterable[Mapping[str, Any]], facts: Facts) -> pd.DataFrame:
    """Verdicts with everything a finding row has."""
    same = {
        "control_id": control.id,
        "title": control.title,
        "category": control.category.value,
        "notebook": control.notebook,
        "remediation": control.remediation,
        "source": control.source,
        "why": control.description,
        "maturity": str(control.maturity),
        "mappings": json.dumps(control.mappings, sort_keys=True),
    }
    times: Counter[tuple[str, ...]] = Counter()
    rows = [_finding(control, verdict, facts, times) for verdict in verdicts]
    return pd.DataFrame(
        {c: pd.array([same[c]] * len(rows) if c in same else [r[c] for r in rows], dtype="string") for c in FINDINGS}
    )


def _finding(
    control: Control, verdict: Mapping[str, Any], facts: Facts, times: Counter[tuple[str, ...]]
) -> dict[str, str | None]:
    """What differs between the findings of a control; `times` counts how often each key was met."""
    told = {name: None if is_null(verdict.get(name)) else str(verdict[name]) for name in VERDICTS}
    kind = control.resource_type if told["resource_type"] is None else told["resource_type"]
    found = told | {
        "severity": told["severity"] or control.severity.value,
        "account_name": facts.account_names.get(told["account_id"] or "", ""),
        "resource_type": kind,
        "region": told["region"] or "",
        "resource_arn": told["resource_arn"] or "",
        "reason": told["reason"] or "",
        **dict.fromkeys(("issue", "decision", "decided_by", "decided_on", "expires"), ""),
    }
    return {**found, "fingerprint": _fingerprint(control, found, times)}


def _fingerprint(control: Control, found: Mapping[str, str | None], times: Counter[tuple[str, ...]]) -> str:
    """Stable between runs: from control, account, region and resource; a repeated key is numbered.

    The type is part of the resource where it is not the control's usual one: a queue and a topic may share a name.
    """
    kind, resource = found["resource_type"], found["resource_id"] or ""
    resource = f"{kind}\x1f{resource}" if kind not in ("", control.resource_type) else resource
    key = (control.id, found["account_id"] or "", found["region"] or "", resource)
    text = "\x1f".join((*key, *([str(times[key])] if times[key] else [])))
    times[key] += 1
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:20]


def _answered(control: Control, found: pd.DataFrame, facts: Facts) -> pd.DataFrame:
    """MANUAL rows with the client's answer, unless it has expired.

    An answer is a person's word: "yes" and "not applicable" leave the row MANUAL, so that it never counts as measured;
    "no" and "partly" make it FAIL.  `decision` is "answered" in each.  The answer "RISK-05/agreements" is about the row
    of that resource alone and counts before "RISK-05".
    """
    given = {key: one for key, one in facts.answers.items() if key.partition("/")[0] == control.id}
    for key, answer in sorted(given.items(), key=lambda one: "/" not in one[0]):
        here = found["status"] == Status.MANUAL
        here &= found["resource_id"] == key.partition("/")[2] if "/" in key else found["decision"] == ""
        if here.any():
            found = _with_answer(control, found, here, answer, facts)
    return found


def _with_answer(
    control: Control, found: pd.DataFrame, here: pd.Series[bool], answer: Mapping[str, Any], facts: Facts
) -> pd.DataFrame:
    expires = _last_day(control, answer, facts)
    if expires is not None and pd.Timestamp(str(expires), tz="UTC") + pd.Timedelta(days=1) <= facts.as_of:
        note = f" The answer of {answer.get('on')} expired on {expires}."
        return found.assign(reason=found["reason"].mask(here, found["reason"] + note))
    words = f"Answered {str(answer['answer']).replace('_', ' ')} by {answer.get('by') or 'the client'}"
    note = f" {words} on {answer.get('on') or 'no date'}. {sentence(str(answer.get('note') or ''))}".rstrip()
    status = Status.FAIL if answer["answer"] in ("no", "partly") else Status.MANUAL
    told = {"decision": "answered", "decided_by": answer.get("by"), "decided_on": answer.get("on"), "expires": expires}
    return found.assign(
        status=found["status"].mask(here, status.value),
        reason=found["reason"].mask(here, found["reason"] + note),
        **{name: found[name].mask(here, str(value or "")) for name, value in told.items()},
    )


def _last_day(control: Control, answer: Mapping[str, Any], facts: Facts) -> Any:
    """The last day of an answer: the one it names, else so many days after it as the control lets an answer count."""
    counted = next((control.thresholds[name] for name in ANSWER_DAYS if name in control.thresholds), None)
    if answer.get("expires") or counted is None or not answer.get("on"):
        return answer.get("expires")
    days = facts.thresholds.get(counted.name, counted.default)
    return (pd.Timestamp(str(answer["on"])) + pd.Timedelta(days=days)).date().isoformat()


def _summary(control: Control, found: pd.DataFrame, error: str) -> dict[str, Any]:
    """The control's row in the summary: worst status wins, NOT_APPLICABLE when there was nothing to judge."""
    told = Counter(found["status"])
    counts = {s: told[s.value] for s in Status}
    status = next((s.value for s in WORST_FIRST if counts[s]), NOT_APPLICABLE)
    total = len(found)
    reason = error or ("" if total else "nothing to judge was found")
    return {
        "control_id": control.id,
        "version": control.version,
        "title": control.title,
        "category": control.category.value,
        "notebook": control.notebook,
        "severity": control.severity.value,
        "status": status,
        **{s.value.lower(): n for s, n in counts.items()},
        "answered": int((found["decision"] == "answered").sum()),
        "seen": total - counts[Status.NOT_ASSESSED],
        "total": total,
        "reason": reason,
    }


def _empty() -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(dtype="string") for name in FINDINGS})


def tables_of(controls: Iterable[Control], width: str = "all") -> set[str]:
    """Names of the tables these controls read; with `width` main, of exposable types those of the main ones only."""
    found: set[str] = set()
    for control in controls:
        read = frozenset(control.tables)
        narrow = exposures.tables() <= read
        found |= read - exposures.tables() | exposures.tables(width) if narrow else read
    return found - {"coverage"}
