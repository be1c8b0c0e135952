"""What the first page says: one verdict, five risks, maturity by category, the cover."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from orienteer.decisions import ANSWERED, column
from orienteer.issues import (
    GRADES,
    Row,
    first_step,
    issues,
    keys,
    open_failures,
    reach,
    resource_names,
    shortened,
    type_words,
)
from orienteer.model import Category, Severity, Status
from orienteer.report.overview import JUDGED, LABELS
from orienteer.report.words import accounts, counted, listed
from orienteer.words import first_sentence, sentence

RISKS = 5
LEVELS = (1, 2, 3, 4, 5)
GRAVE = (Severity.CRITICAL.value, Severity.HIGH.value)
ROLE = "AWS::IAM::Role"
LIKE_IT = re.compile(r"; \d+ more like it$")


@dataclass(frozen=True, slots=True)
class Risk:
    """One of the things to know today: what it is, where, what may come of it, what to do first."""

    title: str
    severity: str
    accounts: str
    effect: str
    first_step: str
    issue: str
    issues: int


@dataclass(frozen=True, slots=True)
class Front:
    """The first page."""

    verdict: Sequence[str]
    risks: Sequence[Risk]
    maturity: Sequence[Mapping[str, Any]]
    issues: Mapping[str, int]
    resources: int


def front(findings: pd.DataFrame, found: pd.DataFrame | None = None) -> Front:
    """The first page of these findings; `found`: their issues, where they are known."""
    found, failed = issues(findings) if found is None else found, failures(findings)
    return Front(
        verdict=verdict(failed, found),
        risks=risks(failed, found),
        maturity=maturity(findings),
        issues=grades(found),
        resources=int(failed["resource"].nunique()),
    )


def failures(findings: pd.DataFrame) -> pd.DataFrame:
    """The failures that nobody has accepted, with whom each lets in (`reach`), its resource by name, and its issue."""
    failed = open_failures(findings)
    return failed.assign(
        reach=reach(failed), resource=resource_names(failed), issue=keys(findings).reindex(failed.index)
    )


def grades(found: pd.DataFrame) -> dict[str, int]:
    """How many issues there are of each severity."""
    counts = found["severity"].value_counts()
    return {severity.value: int(counts.get(severity.value, 0)) for severity in Severity}


# --- verdict and risks


def verdict(failed: pd.DataFrame, found: pd.DataFrame) -> list[str]:
    """The verdict in up to three sentences: what anybody can reach, what outsiders can, what else is critical."""
    public, external = (failed[failed["reach"] == name] for name in ("public", "external"))
    told = [text for text in (_public(public), _external(external)) if text]
    rest = found[(found["severity"] == Severity.CRITICAL.value) & ~found["issue"].isin(set(public["issue"]))]
    if len(rest):
        named = counted(len(rest), "more issue" if told else "issue")
        where, _, what = LIKE_IT.sub("", str(rest["title"].iloc[0])).rpartition(": ")
        first = shortened(f"{what} ({where})" if where else what, 110)
        verb = "is critical:" if len(rest) == 1 else "are critical. One of them:"
        told.append(f"{named} {verb} {first}{'' if first.endswith('...') else '.'}")
    if told:
        return told
    if len(found):
        return [f"Nothing critical was found in what could be assessed; {counted(len(found), 'issue')} remain."]
    return ["Nothing failed, of what could be assessed."]


def _public(public: pd.DataFrame) -> str:
    """What anybody can reach, and which roles anybody can take."""
    roles = public[public["resource_type"] == ROLE]["resource"].nunique()
    others = _kinds(public[public["resource_type"] != ROLE])
    reached = f"anybody on the internet can reach {others}" if others else ""
    taken = f"{counted(roles, 'IAM role')} can be assumed by outsiders" if roles else ""
    return sentence("; ".join(text for text in (reached, taken) if text))


def _external(external: pd.DataFrame) -> str:
    count = external["resource"].nunique()
    verb = "is" if count == 1 else "are"
    return f"{counted(count, 'resource')} {verb} open to somebody outside the organization." if count else ""


def _kinds(found: pd.DataFrame) -> str:
    """Different resources by kind, five kinds, the gravest first: "2 S3 buckets, 1 KMS key and 3 other resources"."""
    each = found.assign(grade=found["severity"].map(GRADES).fillna(len(GRADES))).groupby("resource_type")
    kinds = each.agg(grade=("grade", "min"), count=("resource", "nunique")).reset_index()
    kinds = kinds.sort_values(["grade", "count", "resource_type"], ascending=[True, False, True])
    told = [counted(int(n), type_words(str(k))) for k, n in kinds[["resource_type", "count"]].head(5).to_numpy()]
    others = int(kinds["count"].iloc[5:].sum())
    return listed([*told, counted(others, "other resource")] if others else told, 6)


def risks(failed: pd.DataFrame, found: pd.DataFrame) -> list[Risk]:
    """Issues that are alike, as one risk each: the RISKS gravest."""
    themes: dict[str, list[str]] = {}
    rows = {str(issue): group for issue, group in failed.groupby("issue", sort=False)}
    for one in found.to_dict("records"):
        if one["severity"] in GRAVE:
            themes.setdefault(_theme(rows[one["issue"]], str(one["controls"])), []).append(str(one["issue"]))
    named = found.set_index("issue")
    graves = named["severity"].to_dict()
    first = sorted(themes, key=lambda t: (GRADES[graves[themes[t][0]]], not t.startswith("public"), -len(themes[t])))[
        :RISKS
    ]
    return [_risk(theme, named.loc[themes[theme]], pd.concat([rows[k] for k in themes[theme]])) for theme in first]


def _theme(group: pd.DataFrame, controls: str) -> str:
    """What an issue is about: reach from outside, else its first control."""
    reached = set(group["reach"])
    if "public" in reached:
        return "public role" if (group["resource_type"] == ROLE).any() else "public"
    return "external" if "external" in reached else controls.partition(",")[0]


def _risk(theme: str, found: pd.DataFrame, failed: pd.DataFrame) -> Risk:
    first = found.iloc[0]
    outside = {"public role": "public", "public": "public", "external": "external"}
    told = failed[failed["reach"] == outside[theme]] if theme in outside else failed
    title = _external(told) if theme == "external" else _public(told) if theme in outside else str(first["title"])
    names = told["account_name"].where(told["account_name"].fillna("") != "", told["account_id"])
    alike = told[told["severity"] == first["severity"]]
    why = column(alike, "why").mode()
    usual = alike[column(alike, "why") == why.iloc[0]] if len(why) else alike  # effect and first step are of one kind
    return Risk(
        title=title.rstrip("."),
        severity=str(first["severity"]),
        accounts=accounts([str(n) for n in names]),
        effect=first_sentence(str(why.iloc[0])) if len(why) else "",
        first_step=first_step(usual.to_dict("records")[0]) if len(usual) else str(first["first_step"]),
        issue=str(found.index[0]),
        issues=len(found),
    )


# --- maturity


def maturity(findings: pd.DataFrame) -> list[dict[str, Any]]:
    """One row per category: controls that hold, and of each level how many (part of whole).

    A control holds where every check of it passed; an accepted failure, an answer or a gap is no pass.  `reached` is
    the highest level up to which every control holds, 0 when none does, None where nothing was judged.  `lacks` are
    the controls that keep it from the `next` level; `answered` counts controls of which a person answered a part.
    """
    grade = pd.to_numeric(column(findings, "maturity"), errors="coerce").fillna(1).astype(int).clip(1, 5)
    passed, answered = findings["status"] == Status.PASS, column(findings, "decision") == ANSWERED
    held = findings.assign(_level=grade, _passed=passed, _answered=answered).groupby(["category", "control_id"])
    controls = held.agg(level=("_level", "max"), holds=("_passed", "all"), answered=("_answered", "any")).reset_index()
    rows: list[Row] = list(controls.to_dict("records"))  # type: ignore[arg-type]
    return [_category(category, [row for row in rows if row["category"] == category.value]) for category in JUDGED]


def _category(category: Category, controls: Sequence[Row]) -> dict[str, Any]:
    levels = {n: [bool(row["holds"]) for row in controls if row["level"] == n] for n in LEVELS}
    lacking = [row for row in controls if not row["holds"]]
    short = min((int(row["level"]) for row in lacking), default=None)
    reached = max((n for n in LEVELS if levels[n] and (short is None or n < short)), default=0)
    return {
        "category": category.value,
        "label": LABELS[category.value],
        "levels": {n: (sum(hold), len(hold)) for n, hold in levels.items()},
        "total": len(controls),
        "holds": len(controls) - len(lacking),
        "reached": reached if controls else None,
        "next": short,
        "lacks": tuple(row["control_id"] for row in lacking if row["level"] == short),
        "answered": sum(bool(row["answered"]) for row in controls),
    }


# --- cover


def cover(params: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Facts for the cover, from the params' `report`: who wrote it, which version, for whom."""
    given = params.get("report")
    told: Row = given if isinstance(given, Mapping) else {}
    return [
        (name.capitalize(), str(told[name]))
        for name in ("consultancy", "author", "version", "date", "confidentiality", "distribution")
        if told.get(name)
    ]
