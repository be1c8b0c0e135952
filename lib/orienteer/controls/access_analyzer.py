"""IAM Access Analyzer: does it watch the whole organization, and is what it found dealt with."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any

import pandas as pd

from orienteer.controls.control import control
from orienteer.controls.rows import Row, records, told, verdict
from orienteer.facts.foundation import FOUNDATION_ROLES, NONE_NAMED, foundation_accounts_of, management_account
from orienteer.facts.values import days, not_asked
from orienteer.model import GLOBAL, Category, Severity
from orienteer.parameters import AccountId, Pattern, Range

SERVICE = "access-analyzer.amazonaws.com"
ANALYZER = "AWS::AccessAnalyzer::Analyzer"
APART = ("accessanalyzer_finding_details", "accessanalyzer_archive_rules")
"""What these could not tell of one finding or analyzer has a row of its own and takes nothing from the others."""


@control(
    "AA-01",
    title="An organization-level external access analyzer runs in every enabled region, delegated to the audit account",
    category=Category.IAM,
    severity=Severity.HIGH,
    maturity=3,
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/what-is-access-analyzer.html",
    scope="region",
    resource_type=ANALYZER,
    mappings={"cis": ["2.18"], "prowler": ["accessanalyzer_enabled"]},
)
def organization_analyzer(
    organization: pd.DataFrame,
    organization_accounts: pd.DataFrame,
    organization_delegated_services: pd.DataFrame,
    organization_regions: pd.DataFrame,
    ec2_regions: pd.DataFrame,
    accessanalyzer_analyzers: pd.DataFrame,
    *,
    foundation_accounts: Mapping[str, AccountId] = NONE_NAMED,
    foundation_roles: Mapping[str, Pattern] = FOUNDATION_ROLES,
) -> pd.DataFrame:
    """An analyzer for the organization tells sharing inside it from sharing with strangers, in each region by itself.

    Fix: delegate Access Analyzer to the audit account and create the organization analyzer in each region.
    """
    management = management_account(organization)
    if not management:
        alone = sorted({*organization["account_id"].dropna(), *ec2_regions["account_id"].dropna()})
        return told(row for account in alone for row in _alone(account, accessanalyzer_analyzers, organization_regions))
    audit = foundation_accounts_of(organization_accounts, "security_audit", foundation_accounts, foundation_roles)
    services = organization_delegated_services
    delegates = set(services.loc[services["service_principal"] == SERVICE, "account_id"])
    known = set(ec2_regions["account_id"])
    owner = next(iter(sorted(delegates & audit) or sorted(delegates) or sorted(audit)), management)
    analyzers = [a for a in records(accessanalyzer_analyzers) if a["analyzer_arn"]]
    context = {"management": management, "audit": audit, "owner": owner, "read": owner in known}
    regions = sorted(set(organization_regions["region_name"].dropna()))
    return told(_region(region, [a for a in analyzers if a["region"] == region], context) for region in regions)


def _alone(account: str, analyzers: pd.DataFrame, regions: pd.DataFrame) -> Iterator[Row]:
    """The verdicts about an account that belongs to no organization: an analyzer of its own is all it can have."""
    context = {"management": "", "audit": frozenset(), "owner": account, "read": True}
    mine = [a for a in records(analyzers) if a["analyzer_arn"] and a["account_id"] == account]
    for region in sorted(set(regions["region_name"].dropna())):
        yield _region(region, [a for a in mine if a["region"] == region], context)


def _region(region: str, analyzers: list[Row], context: Mapping[str, Any]) -> Row:
    """The verdict about one region: the best analyzer it has."""
    wide = [a for a in analyzers if a["type"] == "ORGANIZATION"]
    active = [a for a in wide if a["status"] == "ACTIVE"]
    audit, management = context["audit"], context["management"]
    best = next((a for a in active if a["account_id"] in audit), None) or next(iter(active or wide or analyzers), None)
    evidence = {
        "account_id": context["owner"], "region": region, "analyzer": best and best["analyzer_name"],
        "type": best and best["type"], "status": best and best["status"], "owner_account": best and best["account_id"],
        "created": best and best["created_at"],
    }  # fmt: skip
    keyed: dict[str, Any] = {
        "account_id": context["owner"], "region": region, "resource_id": region, "evidence": evidence,
        "resource_arn": best and best["analyzer_arn"],
    }  # fmt: skip
    if active and best is not None:
        if best["account_id"] in audit:
            return verdict("PASS", "An organization analyzer runs in the audit account.", **keyed)
        if best["account_id"] == management:
            text = "The organization analyzer runs in the management account, not in the audit account."
            return verdict("FAIL", text, severity="low", **keyed)
        if not audit:
            text = f"An organization analyzer runs in {best['account_id']}; is that the audit account?"
            return verdict("MANUAL", text, **keyed)
        text = f"The organization analyzer runs in {best['account_id']}, which is not the audit account."
        return verdict("FAIL", text, severity="low", **keyed)
    if wide and best is not None:
        return verdict("FAIL", f"The organization analyzer is {best['status']}.", **keyed)
    if not context["read"]:
        unread = not_asked("accessanalyzer:ListAnalyzers", context["owner"], region)
        return verdict("MANUAL", "", unread=unread, **keyed)
    if any(a["type"] == "ACCOUNT" and a["status"] == "ACTIVE" for a in analyzers):
        text = "Only analyzers for single accounts run here; they call every other account of the organization foreign."
        return verdict("FAIL", text, severity="medium", **keyed)
    return verdict("FAIL", "No external access analyzer for the organization runs in this region.", **keyed)


@control(
    "AA-02",
    title="External access findings are resolved or archived with a reason",
    category=Category.IAM,
    severity=Severity.HIGH,
    maturity=3,
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-findings.html",
    resource_type=ANALYZER,
    mappings={"cis": ["2.21"], "prowler": ["accessanalyzer_enabled_without_findings"]},
    fail_stands_without=APART,
)
def external_findings(
    accessanalyzer_analyzers: pd.DataFrame,
    accessanalyzer_findings: pd.DataFrame,
    accessanalyzer_finding_details: pd.DataFrame,
    accessanalyzer_archive_rules: pd.DataFrame,
    *,
    finding_days: Annotated[int, Range(1, 3650)] = 30,
    as_of: pd.Timestamp,
) -> pd.DataFrame:
    """A finding is somebody outside who can reach something inside; left open, nobody knows whether that is meant.

    Fix: remove the sharing or archive it with a narrow rule and a note.
    """
    details = {(d["account_id"], d["region"], d["finding_id"]): d for d in records(accessanalyzer_finding_details)}
    findings = [
        f for f in records(accessanalyzer_findings) if f["finding_id"] and f["finding_type"] == "ExternalAccess"
    ]
    rules = [r for r in records(accessanalyzer_archive_rules) if r["rule_name"] and r["is_external"]]
    resources: dict[tuple[str, str, str], list[Row]] = {}
    for finding in findings:
        if finding["status"] in ("ACTIVE", "ARCHIVED"):
            detail = details.get((finding["account_id"], finding["region"], finding["finding_id"]))
            finding["detail"], finding["unread"] = detail or {}, detail is None
            finding["rules"] = [r["rule_name"] for r in rules if _hides(r, finding)]
            resources.setdefault(_resource(finding), []).append(finding)
    judged = (_shared(key, found, finding_days, as_of) for key, found in sorted(resources.items()))
    rows = [row for row in judged if row is not None]
    quiet = _quiet(records(accessanalyzer_analyzers), findings)
    return told([*rows, *quiet, *(_wide_rule(r, findings) for r in rules if not _narrow(r))])


def _resource(finding: Row) -> tuple[str, str, str]:
    """Account, region and ARN; roles are found in every region and told once."""
    region = GLOBAL if str(finding["resource_type"] or "").startswith("AWS::IAM::") else finding["region"]
    return finding["owner_account"] or finding["account_id"], region, finding["resource"] or finding["finding_id"]


def _shared(key: tuple[str, str, str], findings: list[Row], limit: int, as_of: pd.Timestamp) -> Row | None:
    """The verdict about one resource: its worst open finding.  None where that was not read: the gap stands for it."""
    account, region, resource = key
    active = [f for f in findings if f["status"] == "ACTIVE"]
    public = [f for f in active if f["detail"].get("is_public") is True]
    unseen = [f for f in active if f["detail"].get("is_public") is None]
    oldest = max(active or findings, key=lambda f: days(as_of, f["created_at"]) or 0)
    shown = (public or [oldest])[0]
    age = days(as_of, oldest["created_at"])
    unread = any(f["unread"] for f in active)
    level = "public" if public else "external" if active and not unseen else None
    evidence = {
        "account_id": account, "region": region, "resource": resource, "resource_type": shown["resource_type"],
        "principal": _loaded(shown["detail"].get("principal")), "is_public": bool(public) if not unseen else None,
        "actions": _loaded(shown["detail"].get("actions")), "created": shown["created_at"], "status": shown["status"],
        "archived_by_rule": shown["rules"] if shown["status"] == "ARCHIVED" else [], "exposure_class": level,
    }  # fmt: skip
    keyed: dict[str, Any] = {
        "account_id": account, "region": region, "resource_id": resource, "evidence": evidence,
        "resource_arn": resource if resource.startswith("arn:") else None,
        "resource_type": shown["resource_type"] or "", "without": APART if not unread else (),
    }  # fmt: skip
    if public:
        return verdict(
            "FAIL", "Anybody can reach this resource, and the finding is open.", severity="critical", **keyed
        )
    if active and (age is None or age > limit):
        text = f"A finding of access from outside has been open for {age if age is not None else 'unknown'} days."
        return verdict("FAIL", text, severity="high", **keyed)
    if unread:
        return None
    if unseen:
        return verdict("MANUAL", "A finding is open, but its details were not given; is the access public?", **keyed)
    if active:
        return verdict("PASS", f"A finding of access from outside is {age} days old and not public.", **keyed)
    return verdict("PASS", "All findings about this resource are archived.", **keyed)


def _quiet(analyzers: Iterable[Row], findings: list[Row]) -> list[Row]:
    """A PASS for each running analyzer that has no open finding."""
    busy = {(f["account_id"], f["region"], f["analyzer_name"]) for f in findings if f["status"] != "RESOLVED"}
    idle = [
        a for a in analyzers
        if a["is_external"] and a["status"] == "ACTIVE"
        and (a["account_id"], a["region"], a["analyzer_name"]) not in busy
    ]  # fmt: skip
    return [
        verdict(
            "PASS", "The analyzer has no open finding.", account_id=a["account_id"], region=a["region"],
            resource_id=a["analyzer_name"], resource_arn=a["analyzer_arn"],
            evidence={"account_id": a["account_id"], "region": a["region"], "resource": a["analyzer_arn"]},
            without=APART,
        )
        for a in idle
    ]  # fmt: skip


def _narrow(rule: Row) -> bool:
    """Whether the rule names a resource or a principal."""
    return any(name == "resource" or name.startswith("principal") for name in _filter(rule))


def _wide_rule(rule: Row, findings: list[Row]) -> Row:
    hidden = sorted({f["resource"] for f in findings if f["status"] == "ARCHIVED" and _hides(rule, f)})
    evidence = {
        "account_id": rule["account_id"], "region": rule["region"], "archived_by_rule": rule["rule_name"],
        "filter": _filter(rule), "archived": hidden,
    }  # fmt: skip
    text = f"Archive rule {rule['rule_name']} names neither a resource nor a principal and hides {len(hidden)} of the"
    return verdict(
        "MANUAL", f"{text} findings; is a whole class of sharing meant to go unseen?", account_id=rule["account_id"],
        region=rule["region"], resource_id=f"{rule['analyzer_name']}/{rule['rule_name']}", evidence=evidence,
        without=APART,
    )  # fmt: skip


def _hides(rule: Row, finding: Row) -> bool:
    """Whether the rule's criteria, as far as the list of findings shows them, fit the finding."""
    if (rule["account_id"], rule["region"], rule["analyzer_name"]) != (
        finding["account_id"], finding["region"], finding["analyzer_name"],
    ):  # fmt: skip
        return False
    seen = {
        "resource": finding["resource"], "resourceType": finding["resource_type"],
        "resourceOwnerAccount": finding["owner_account"], "findingType": finding["finding_type"],
        "isPublic": finding.get("detail", {}).get("is_public"), "id": finding["finding_id"],
    }  # fmt: skip
    criteria = {name: c for name, c in _filter(rule).items() if name != "status"}
    return all(name in seen and _fits(seen[name], criterion) for name, criterion in criteria.items())


def _fits(value: Any, criterion: Any) -> bool:
    text = str(value).lower() if isinstance(value, bool) else str(value or "")
    given = criterion if isinstance(criterion, Mapping) else {}
    if "exists" in given and bool(value) != bool(given["exists"]):
        return False
    if "eq" in given and text not in [str(v) for v in given["eq"]]:
        return False
    if "neq" in given and text in [str(v) for v in given["neq"]]:
        return False
    return "contains" not in given or any(str(v) in text for v in given["contains"])


def _filter(rule: Row) -> dict[str, Any]:
    loaded = _loaded(rule["filter"])
    return loaded if isinstance(loaded, dict) else {}


def _loaded(text: Any) -> Any:
    try:
        return json.loads(text) if isinstance(text, str) else text
    except ValueError:
        return text
