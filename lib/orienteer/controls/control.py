"""`@control`: how a control is declared, and what is known of it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from orienteer.facts.fact import Fact
from orienteer.facts.rests import read_by, rests_on, tables_read_by
from orienteer.model import Category, Severity
from orienteer.parameters import Threshold, context_of, thresholds_of
from orienteer.words import sentence

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
    fact: Fact
    evidence: tuple[str, ...]
    scope: str
    resource_type: str
    notebook: str
    mappings: Mapping[str, tuple[str, ...]]
    version: int = 1

    @cached_property
    def thresholds(self) -> Mapping[str, Threshold]:
        """What a params file may set of it, by name."""
        return thresholds_of(self.judge)

    @cached_property
    def context(self) -> tuple[str, ...]:
        """What it asks for beside rows and thresholds: `as_of`, `client`."""
        return context_of(self.judge)

    @cached_property
    def description(self) -> str:
        """Why it matters, in one line: its docstring before "Fix:"."""
        return " ".join(self._text[0].split())

    @cached_property
    def remediation(self) -> str:
        """What to do: its docstring after "Fix:"."""
        return sentence(" ".join(self._text[2].split()))

    @property
    def _text(self) -> tuple[str, str, str]:
        return inspect.cleandoc(self.judge.__doc__ or "").partition("Fix:")

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The columns of its fact that it reads, and those that are shown as evidence only."""
        return (*read_by(self.judge, self.fact), *self.evidence)

    @cached_property
    def tables(self) -> tuple[str, ...]:
        """The tables that its verdicts rest on or show, found by following what its source reads."""
        shown = frozenset[str]().union(*(rests_on(self.fact.name, column) for column in self.evidence))
        return tuple(sorted(tables_read_by(self.judge, self.fact) | shown))


CONTROLS: dict[str, Control] = {}

NOTEBOOKS: Mapping[str, str] = {
    "governance": "10_organization",
    "organization": "10_organization",
    "iam": "20_identity",
    "monitoring": "30_monitoring",
    "network": "40_network_exposure",
    "workload": "50_workload",
    "application": "60_application",
    "data": "70_data",
    "risk": "80_procedural",
    "resilience": "80_procedural",
    "compliance": "80_procedural",
    "incident_response": "80_procedural",
    "coverage": "00_scope",
}


def control(
    id: str,
    *,
    title: str,
    category: Category,
    severity: Severity,
    maturity: int,
    source: str,
    fact: Fact,
    evidence: Iterable[str] = (),
    scope: str = "resource",
    resource_type: str = "",
    mappings: Mapping[str, Iterable[str]] | None = None,
    notebook: str = "",
    version: int = 1,
) -> Callable[[Judgement], Judgement]:
    """Registers the function as a control.

    It is a function of one row of the fact that gives a Verdict, or None where there is nothing to judge.  It reads
    `row.column` and nothing else.  The columns it reads are its evidence, and `evidence` names more of them.
    A higher `version` says that it calls other things wrong than it did: what it found earlier is then compared as new.
    Keyword-only parameters are thresholds, or `as_of` and `client`.  The docstring is the client's text, the remedy
    after "Fix:".  Raises ValueError for an id that another control has.
    """

    kind, chapter = resource_type or fact.resource_type, notebook or NOTEBOOKS[category]
    maps = {name: tuple(ids) for name, ids in (mappings or {}).items()}
    shown = tuple(evidence)

    def register(judge: Judgement) -> Judgement:
        if id in CONTROLS and (CONTROLS[id].judge.__module__, CONTROLS[id].title) != (judge.__module__, title):
            raise ValueError(f"control {id} is declared twice")
        about = (id, title, category, severity, maturity, source)
        CONTROLS[id] = Control(*about, judge, fact, shown, scope, kind, chapter, maps, version)
        return judge

    return register
