"""`@control`, `verdicts` and `manual`: how a control is declared and how it gives its verdicts."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from orienteer.facts.fact import Fact, plain
from orienteer.facts.rests import read_by, rests_on, tables_read_by
from orienteer.model import KEYS, Category, Severity, Status
from orienteer.parameters import Threshold, context_of, thresholds_of

VERDICT_COLUMNS = (*KEYS, "status", "severity", "reason", "evidence")

Judgement = Callable[..., Any]


@dataclass(frozen=True)
class Control:
    """A control: its function, the fact whose rows it judges, and everything that is printed about it."""

    id: str
    title: str
    category: Category
    severity: Severity
    maturity: int
    source: str
    judge: Judgement
    fact: Fact | None
    evidence: tuple[str, ...]
    named_tables: tuple[str, ...]
    thresholds: Mapping[str, Threshold]
    context: tuple[str, ...]
    scope: str
    resource_type: str
    notebook: str
    mappings: Mapping[str, tuple[str, ...]]
    fail_stands_without: frozenset[str]
    refined_by: frozenset[str]
    anywhere: frozenset[str]
    leaves_out: frozenset[str]
    looked_up: frozenset[str]
    description: str
    remediation: str

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The columns of its fact that it reads, and those that are shown as evidence only."""
        return (*read_by(self.judge, self.fact), *self.evidence) if self.fact else ()

    @cached_property
    def tables(self) -> tuple[str, ...]:
        """The tables that its verdicts rest on or show, found by following what its source reads."""
        if self.fact is None:
            return self.named_tables
        shown = frozenset[str]().union(*(rests_on(self.fact.name, column) for column in self.evidence))
        return tuple(sorted(tables_read_by(self.judge, self.fact) | shown))


CONTROLS: dict[str, Control] = {}

NOTEBOOKS: Mapping[str, str] = {
    "governance": "10_organization", "organization": "10_organization", "iam": "20_identity",
    "monitoring": "30_monitoring", "network": "40_network_exposure", "workload": "50_workload",
    "application": "60_application", "data": "70_data", "risk": "80_procedural", "resilience": "80_procedural",
    "compliance": "80_procedural", "incident_response": "80_procedural", "coverage": "00_scope",
}  # fmt: skip


def control(
    id: str,
    *,
    title: str,
    category: Category,
    severity: Severity,
    maturity: int,
    source: str,
    fact: Fact | None = None,
    evidence: Iterable[str] = (),
    scope: str = "resource",
    resource_type: str = "",
    mappings: Mapping[str, Iterable[str]] | None = None,
    fail_stands_without: Iterable[str] = (),
    refined_by: Iterable[str] = (),
    anywhere: Iterable[str] = (),
    leaves_out: Iterable[str] = (),
    looked_up: Iterable[str] = (),
    notebook: str = "",
) -> Callable[[Judgement], Judgement]:
    """Registers the function as a control.

    With `fact`: a function of one row of it that gives a Verdict, or None where there is nothing to judge.  It reads
    `row.column` and nothing else.  The columns it reads are its evidence, and `evidence` names more of them.
    Keyword-only parameters are thresholds, or `as_of` and `client`.  The docstring is the client's text, the remedy
    after "Fix:".

    Without `fact` (going):
    positional parameters of the function are tables by name.  Keyword-only parameters with a default are thresholds;
    the keyword-only names `as_of` (Timestamp, UTC) and `client` (Client) are given by judge.
    `scope` is the grain of a row: organization, account, region or resource.  "organization": the row is about the
    whole organization, so a gap anywhere in its tables touches every row.
    `fail_stands_without`: tables that cannot turn a FAIL into anything else; where they are unread a FAIL stays.
    `refined_by`: tables that only refine severity or evidence; where they are unread every verdict stays, and a FAIL
    is graded no milder than the control.
    A verdict may say `stands` False: this one does rest on the tables of both kinds.  It may name tables `without`
    which it stands, whatever its status: what it says was read elsewhere, and their gaps have rows of their own.
    `anywhere`: tables whose rows tell about other accounts than they were read in; a gap touches every verdict.
    `leaves_out`: resources that the control never judges (the root user); a gap about one of them is none of its.
    `looked_up`: tables of which only rows about what is judged are used; a gap about another resource is none of its.
    """

    def register(judge: Judgement) -> Judgement:
        if id in CONTROLS and (CONTROLS[id].judge.__module__, CONTROLS[id].title) != (judge.__module__, title):
            raise ValueError(f"control {id} is declared twice")
        parameters = inspect.signature(judge).parameters.values()
        text, _, fix = inspect.cleandoc(judge.__doc__ or "").partition("Fix:")
        CONTROLS[id] = Control(
            id=id,
            title=title,
            category=category,
            severity=severity,
            maturity=maturity,
            source=source,
            judge=judge,
            fact=fact,
            evidence=tuple(evidence),
            named_tables=() if fact else tuple(p.name for p in parameters if p.kind is not p.KEYWORD_ONLY),
            thresholds=thresholds_of(judge),
            context=context_of(judge),
            scope=scope,
            resource_type=resource_type or (fact.resource_type if fact else "AWS::::Account"),
            notebook=notebook or NOTEBOOKS[category],
            mappings={k: tuple(v) for k, v in (mappings or {}).items()},
            fail_stands_without=frozenset(fail_stands_without),
            refined_by=frozenset(refined_by),
            anywhere=frozenset(anywhere),
            leaves_out=frozenset(leaves_out),
            looked_up=frozenset(looked_up),
            description=" ".join(text.split()),
            remediation=" ".join(fix.split()),
        )
        return judge

    return register


def verdicts(
    rows: pd.DataFrame,
    *,
    passed: pd.Series[Any] | bool,
    manual: pd.Series[Any] | bool = False,
    severity: pd.Series[Any] | str = "",
    reason: pd.Series[Any] | str = "",
    evidence: Iterable[str] = (),
) -> pd.DataFrame:
    """One verdict per row of `rows`: PASS where `passed`, else MANUAL where `manual`, else FAIL.

    Keys come from the columns account_id, region, resource_id and resource_arn.  `severity` empty or null means the
    control's own.  `evidence` names the columns shown as evidence.  Raises ValueError when `passed` or `manual` holds
    a null: a control decides what a null is worth before it gets here.
    """
    ok, ask = _mask(rows, passed, "passed"), _mask(rows, manual, "manual")
    status = pd.Series(Status.FAIL.value, index=rows.index, dtype="object").mask(ask, Status.MANUAL.value)
    found = pd.DataFrame(
        {
            **{key: rows.get(key, pd.NA) for key in KEYS},
            "status": status.mask(ok, Status.PASS.value),
            "severity": severity,
            "reason": reason,
            "evidence": evidence_of(rows, evidence),
        },
        index=rows.index,
    )
    return found.astype("string").reset_index(drop=True)


def manual(rows: pd.DataFrame, *, question: str, evidence: Iterable[str] = ()) -> pd.DataFrame:
    """One MANUAL verdict per row: a question only a person can answer."""
    return verdicts(rows, passed=False, manual=True, reason=question, evidence=evidence)


def nothing() -> pd.DataFrame:
    """No verdicts: there is nothing this control could judge."""
    return pd.DataFrame({name: pd.Series(dtype="string") for name in VERDICT_COLUMNS})


def _mask(rows: pd.DataFrame, value: pd.Series[Any] | bool, name: str) -> pd.Series[Any]:
    series = pd.Series(value, index=rows.index) if isinstance(value, bool) else value.reindex(rows.index)
    if series.isna().any():
        raise ValueError(f"`{name}` holds a null: decide what an unset value is worth")
    return series.astype(bool)


def evidence_of(rows: pd.DataFrame, columns: Iterable[str]) -> pd.Series[Any]:
    """The named columns of each row as JSON text of an object; nulls stay null, timestamps are ISO 8601."""
    names = list(columns)
    records = rows[names].to_dict("records") if names else [{} for _ in range(len(rows))]
    texts = [json.dumps({str(k): plain(v) for k, v in r.items()}, sort_keys=True, default=str) for r in records]
    return pd.Series(texts, index=rows.index, dtype="string")
