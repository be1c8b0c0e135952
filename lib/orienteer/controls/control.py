"""`@control`, `verdicts` and `manual`: how a control is declared and how it gives its verdicts."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import pandas as pd
from pydantic import AfterValidator, WithJsonSchema

from orienteer.model import KEYS, Category, Severity, Status

VERDICT_COLUMNS = (*KEYS, "status", "severity", "reason", "evidence")

Judgement = Callable[..., pd.DataFrame]


@dataclass(frozen=True, slots=True)
class Client:
    """What the client told us (from the params file), for controls that ask for it by the parameter `client`."""

    trusted_accounts: Mapping[str, str] = field(default_factory=dict)  # account id to name
    approved_regions: tuple[str, ...] = ()
    exception_ou: str = ""
    name: str = ""
    accounts: tuple[str, ...] = ()  # account ids the engagement names; empty: whatever was found
    regions: tuple[str, ...] = ()  # regions the engagement names; empty: those that each account has enabled


@dataclass(frozen=True, slots=True)
class Range:
    """Bounds of a threshold, written `days: Annotated[int, Range(1, 3650)] = 90`."""

    low: float | None = None
    high: float | None = None


def _account_id(text: str) -> str:
    if not re.fullmatch(r"[0-9]{12}", text):
        raise ValueError("an account id, 12 digits")
    return text


def _pattern(text: str) -> str:
    try:
        re.compile(text)
    except (re.error, RecursionError, OverflowError) as error:
        raise ValueError("a regular expression") from error
    return text


AccountId = Annotated[
    str,
    AfterValidator(_account_id),
    WithJsonSchema({"type": ["string", "integer"], "pattern": "^[0-9]{12}$", "minimum": 0, "maximum": 999_999_999_999}),
]
"""A threshold that is an account id; what is no such thing is refused when the params file is checked."""

Pattern = Annotated[str, AfterValidator(_pattern), WithJsonSchema({"type": "string", "format": "regex"})]
"""A threshold that is a regular expression, held against names whatever their case."""


@dataclass(frozen=True, slots=True)
class Threshold:
    """A number, list or mapping of a control that a params file may set under `thresholds`.

    `parameter` is what the function calls it: the name, with an underscore after it where a table has that name.
    """

    name: str
    type: Any
    default: Any
    range: Range
    parameter: str


@dataclass(frozen=True, slots=True)
class Control:
    """A control: its function and everything that is printed about it."""

    id: str
    title: str
    category: Category
    severity: Severity
    maturity: int
    source: str
    judge: Judgement
    tables: tuple[str, ...]
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
    exposes: Mapping[str, tuple[str, ...]]
    description: str
    remediation: str


CONTROLS: dict[str, Control] = {}

CONTEXT = ("as_of", "client")

NOTEBOOKS: Mapping[str, str] = {
    "governance": "10_organization", "organization": "10_organization", "iam": "20_identity",
    "monitoring": "30_monitoring", "network": "40_network_exposure", "workload": "50_workload",
    "application": "60_application", "data": "70_data", "risk": "80_procedural", "resilience": "80_procedural",
    "compliance": "80_procedural", "incident_response": "80_procedural",
}  # fmt: skip


def control(
    id: str,
    *,
    title: str,
    category: Category,
    severity: Severity,
    maturity: int,
    source: str,
    scope: str = "resource",
    resource_type: str = "AWS::::Account",
    mappings: Mapping[str, Iterable[str]] | None = None,
    fail_stands_without: Iterable[str] = (),
    refined_by: Iterable[str] = (),
    anywhere: Iterable[str] = (),
    leaves_out: Iterable[str] = (),
    looked_up: Iterable[str] = (),
    exposes: Mapping[str, Iterable[str]] | None = None,
    notebook: str = "",
) -> Callable[[Judgement], Judgement]:
    """Registers the function as a control.

    Positional parameters of the function are tables by name.  Keyword-only parameters with a default are thresholds;
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
    `exposes`: ids of exposable resource types of which it judges who can reach them, with the tables that tell it.
    """

    def register(judge: Judgement) -> Judgement:
        if id in CONTROLS and CONTROLS[id].judge.__module__ != judge.__module__:
            raise ValueError(f"control {id} is declared twice")
        parameters = inspect.signature(judge).parameters.values()
        keyword = [p for p in parameters if p.kind is p.KEYWORD_ONLY]
        text, _, fix = inspect.cleandoc(judge.__doc__ or "").partition("Fix:")
        CONTROLS[id] = Control(
            id=id,
            title=title,
            category=category,
            severity=severity,
            maturity=maturity,
            source=source,
            judge=judge,
            tables=tuple(p.name for p in parameters if p.kind is not p.KEYWORD_ONLY),
            thresholds={t.name: t for t in (_threshold(judge, p) for p in keyword if p.name not in CONTEXT)},
            context=tuple(p.name for p in keyword if p.name in CONTEXT),
            scope=scope,
            resource_type=resource_type,
            notebook=notebook or NOTEBOOKS[category],
            mappings={k: tuple(v) for k, v in (mappings or {}).items()},
            fail_stands_without=frozenset(fail_stands_without),
            refined_by=frozenset(refined_by),
            anywhere=frozenset(anywhere),
            leaves_out=frozenset(leaves_out),
            looked_up=frozenset(looked_up),
            exposes={k: tuple(v) for k, v in (exposes or {}).items()},
            description=" ".join(text.split()),
            remediation=" ".join(fix.split()),
        )
        return judge

    return register


def _threshold(judge: Judgement, parameter: inspect.Parameter) -> Threshold:
    hint = get_type_hints(judge, include_extras=True)[parameter.name]
    bounds = Range()
    for extra in get_args(hint) if get_origin(hint) is Annotated else ():
        if isinstance(extra, Range):
            hint, bounds = get_args(hint)[0], extra
    return Threshold(parameter.name.rstrip("_"), hint, parameter.default, bounds, parameter.name)


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


def plain(value: Any) -> Any:
    """The value as plain JSON data: NA as None, numpy scalars and timestamps as Python's own."""
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(v) for v in (sorted(value, key=str) if isinstance(value, set | frozenset) else value)]
    if value is None or value is pd.NaT or value is pd.NA or (isinstance(value, float) and value != value):
        return None
    if isinstance(value, pd.Timestamp):
        return value.isoformat()
    return value.item() if hasattr(value, "item") else value
