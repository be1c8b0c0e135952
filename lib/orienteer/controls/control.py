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
    thresholds: Mapping[str, Threshold]
    context: tuple[str, ...]
    scope: str
    resource_type: str
    notebook: str
    mappings: Mapping[str, tuple[str, ...]]
    description: str
    remediation: str
    version: int = 1

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

    def register(judge: Judgement) -> Judgement:
        if id in CONTROLS and (CONTROLS[id].judge.__module__, CONTROLS[id].title) != (judge.__module__, title):
            raise ValueError(f"control {id} is declared twice")
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
            thresholds=thresholds_of(judge),
            context=context_of(judge),
            scope=scope,
            resource_type=resource_type or fact.resource_type,
            notebook=notebook or NOTEBOOKS[category],
            mappings={k: tuple(v) for k, v in (mappings or {}).items()},
            description=" ".join(text.split()),
            remediation=sentence(" ".join(fix.split())),
            version=version,
        )
        return judge

    return register
