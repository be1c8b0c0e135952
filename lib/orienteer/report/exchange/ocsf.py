"""OCSF 1.3.0, class Compliance Finding (2003) with the profile `cloud`.  https://schema.ocsf.io/1.3.0

Plain dicts: the library for it on PyPI, py-ocsf-models, brings cryptography and email-validator, for forty keys.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orienteer.decisions import ACCEPTED, ANSWERED, FALSE_POSITIVE, FIX
from orienteer.model import Status
from orienteer.partitions import partition_of
from orienteer.report.exchange.rows import NOWHERE, Row, Source, address, decided, remedy, requirements, resource
from orienteer.words import sentence

VERSION = "1.3.0"
CATEGORY, CLASS, CREATE = 2, 2003, 1
STANDARD = "AWS Cloud Security Maturity Model"
COMPLIANCE: Mapping[str, tuple[int, str]] = {
    Status.PASS.value: (1, "Pass"),
    Status.NOT_ASSESSED.value: (2, "Warning"),
    Status.FAIL.value: (3, "Fail"),
    Status.MANUAL.value: (99, "To be answered by a person"),
}
"""Warning: "the check did not yield a result due to missing information"."""
SEVERITIES: Mapping[str, tuple[int, str]] = {
    "info": (1, "Informational"),
    "low": (2, "Low"),
    "medium": (3, "Medium"),
    "high": (4, "High"),
    "critical": (5, "Critical"),
}
DECIDED: Mapping[str, tuple[int, str]] = {
    ACCEPTED: (3, "Suppressed"),
    FALSE_POSITIVE: (3, "Suppressed"),
    FIX: (2, "In Progress"),
    ANSWERED: (99, "Answered"),
}
AWS_ACCOUNT = 10
KIND = {
    "activity_id": CREATE,
    "activity_name": "Create",
    "category_uid": CATEGORY,
    "category_name": "Findings",
    "class_uid": CLASS,
    "class_name": "Compliance Finding",
    "type_uid": CLASS * 100 + CREATE,
    "type_name": "Compliance Finding: Create",
}
"""What says of every event that a compliance finding was made."""
OWN = ("severity", "status", "maturity", "issue", "decision")
"""What OCSF has no place for, in our own words."""


def document(source: Source) -> list[dict[str, Any]]:
    """The findings as a list of events."""
    return [_event(row, source) for row in source.findings]


def _event(row: Row, source: Source) -> dict[str, Any]:
    moment = int(source.as_of.timestamp() * 1000)
    failed = row["status"] == Status.FAIL
    severity, grade = SEVERITIES.get(row["severity"], (0, "Unknown")) if failed else SEVERITIES["info"]
    status, word = DECIDED.get(row["decision"], (1, "New"))
    remark = {"comment": decided(row)} if row["decision"] else {}
    return {
        **KIND,
        "time": moment,
        "severity_id": severity,
        "severity": grade,
        "status_id": status,
        "status": word,
        **remark,
        "message": sentence(row["reason"]) or row["title"],
        "metadata": _metadata(row, source),
        "finding_info": _finding(row, moment),
        "compliance": _compliance(row),
        "remediation": {"desc": remedy(row), "references": [address(row)] if address(row) else []},
        "resources": [_resource(row)],
        "cloud": _cloud(row, source),
        "unmapped": {name: row[name] for name in OWN},
    }


def _metadata(row: Row, source: Source) -> dict[str, Any]:
    return {
        "version": VERSION,
        "profiles": ["cloud"],
        "event_code": row["control_id"],
        "product": {"name": "Orienteer", "vendor_name": "Orienteer", "version": source.version},
    }


def _finding(row: Row, moment: int) -> dict[str, Any]:
    """What was found, at a moment in milliseconds of the epoch."""
    return {
        "uid": row["fingerprint"],
        "title": row["title"] or row["control_id"],
        "desc": row["why"],
        "created_time": moment,
        "types": [row["category"]],
        "analytic": {"uid": row["control_id"], "name": row["title"], "type_id": 1, "type": "Rule"},
    }


def _compliance(row: Row) -> dict[str, Any]:
    status, word = COMPLIANCE[row["status"]]
    return {
        "standards": [STANDARD],
        "control": row["control_id"],
        "requirements": requirements(row),
        "status_id": status,
        "status": word,
        "status_code": row["status"],
        "status_detail": sentence(row["reason"]),
    }


def _resource(row: Row) -> dict[str, Any]:
    place = {} if row["region"] in NOWHERE else {"region": row["region"]}
    return {
        "uid": resource(row),
        "name": row["resource_id"],
        "type": row["resource_type"],
        **place,
        "cloud_partition": partition_of(row["resource_arn"]),
        "data": {"evidence": row["evidence"]},
    }


def _cloud(row: Row, source: Source) -> dict[str, Any]:
    place = {} if row["region"] in NOWHERE else {"region": row["region"]}
    account = row["account_id"] or source.account
    told = {"uid": account, "name": row["account_name"], "type_id": AWS_ACCOUNT, "type": "AWS Account"}
    return {"provider": "AWS", **place} | ({"account": told} if account else {})
