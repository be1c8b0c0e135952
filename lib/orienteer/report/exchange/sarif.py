"""SARIF 2.1.0.  https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html

A resource in AWS is a logical location (3.33): there is no file to point at.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orienteer.decisions import SET_ASIDE
from orienteer.model import Status
from orienteer.report.exchange.rows import Row, Source, address, decided, remedy, requirements, resource
from orienteer.words import sentence

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
KINDS: Mapping[str, str] = {
    Status.PASS.value: "pass",
    Status.FAIL.value: "fail",
    Status.MANUAL.value: "review",
    Status.NOT_ASSESSED.value: "open",
}
LEVELS: Mapping[str, str] = {"critical": "error", "high": "error", "medium": "warning", "low": "note", "info": "note"}
SCORES: Mapping[str, str] = {"critical": "9.5", "high": "8.0", "medium": "5.5", "low": "2.5", "info": "0.0"}
"""`security-severity` as code scanners sort by it.  https://docs.github.com/code-security/reference"""
SHOWN = ("account_id", "account_name", "region", "resource_type", "resource_id", "severity", "status", "issue")


def document(source: Source) -> dict[str, Any]:
    """The log: one run, a rule per control, a result per finding and per control that had nothing to judge."""
    rules = _rules(source)
    at = {rule["id"]: n for n, rule in enumerate(rules)}
    results = [_result(row, at[row["control_id"]]) for row in source.findings]
    results += [_nothing(one, at[str(one["control_id"])]) for one in source.summary if _empty(one)]
    driver = {
        "name": "Orienteer",
        "version": source.version,
        "semanticVersion": source.version,
        "rules": rules,
    }
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": driver},
                "invocations": [_invocation(source)],
                "columnKind": "unicodeCodePoints",
                "results": results,
            }
        ],
    }


def plain(text: str) -> dict[str, str]:
    """A message of this text: braces doubled and no embedded link in it (3.11.5, 3.11.6)."""
    return {"text": text.replace("{", "{{").replace("}", "}}").replace("](", "] (") or "-"}


def _empty(one: Mapping[str, Any]) -> bool:
    return one.get("status") == "NOT_APPLICABLE" and one.get("category") != "coverage"


def _rules(source: Source) -> list[dict[str, Any]]:
    rules = {row["control_id"]: _rule(row) for row in source.findings}
    for one in source.summary:
        if _empty(one):
            short = {"shortDescription": plain(str(one["title"]))}
            rules.setdefault(str(one["control_id"]), {"id": str(one["control_id"]), **short})
    grades = {str(one["control_id"]): str(one["severity"]) for one in source.summary}
    for name, rule in rules.items():
        if grade := grades.get(name):
            rule["defaultConfiguration"] = {"level": LEVELS.get(grade, "none")}
            rule.setdefault("properties", {})["security-severity"] = SCORES.get(grade, "0.0")
    return [rules[name] for name in sorted(rules)]


def _rule(row: Row) -> dict[str, Any]:
    link = {"helpUri": address(row)} if address(row) else {}
    return {
        "id": row["control_id"],
        "shortDescription": plain(row["title"]),
        "fullDescription": plain(row["why"] or row["title"]),
        "help": plain(remedy(row)),
        **link,
        "properties": {"category": row["category"], "maturity": row["maturity"], "tags": requirements(row)},
    }


def _result(row: Row, rule: int) -> dict[str, Any]:
    kind = KINDS[row["status"]]
    held = {"name": row["resource_id"] or row["account_id"], "fullyQualifiedName": resource(row), "kind": "resource"}
    return {
        "ruleId": row["control_id"],
        "ruleIndex": rule,
        "kind": kind,
        "level": LEVELS.get(row["severity"], "none") if kind == "fail" else "none",
        "message": plain(sentence(row["reason"]) or row["title"]),
        "locations": [{"logicalLocations": [held]}],
        "partialFingerprints": {"orienteer/v1": row["fingerprint"]},
        "suppressions": _suppressions(row),
        "properties": {name: row[name] for name in SHOWN} | {"decision": decided(row), "evidence": row["evidence"]},
    }


def _suppressions(row: Row) -> list[dict[str, str]]:
    """What the client decided to live with, or called a false positive; a plan to fix suppresses nothing."""
    if row["decision"] not in SET_ASIDE:
        return []
    return [{"kind": "external", "status": "accepted", "justification": decided(row)}]


def _nothing(one: Mapping[str, Any], rule: int) -> dict[str, Any]:
    return {
        "ruleId": str(one["control_id"]),
        "ruleIndex": rule,
        "kind": "notApplicable",
        "level": "none",
        "message": plain(sentence(str(one.get("reason") or "nothing to judge was found"))),
        "suppressions": [],
    }


def _invocation(source: Source) -> dict[str, Any]:
    """Whether the run came to its end, and what it says of its own coverage."""
    short = [row for row in source.own if row["status"] != Status.PASS]
    told = [
        {"level": "warning", "message": plain(f"{row['account_name'] or row['account_id']}: {row['reason']}")}
        for row in short
    ]
    return {
        "executionSuccessful": source.complete,
        "endTimeUtc": f"{source.as_of:%Y-%m-%dT%H:%M:%SZ}",
        "toolExecutionNotifications": told,
    }
