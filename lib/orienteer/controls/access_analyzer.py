"""IAM Access Analyzer: does it watch the whole organization, and is what it found dealt with.

Access from outside, and access that nobody uses.
"""

from __future__ import annotations

from typing import Annotated

from orienteer.controls.control import control
from orienteer.controls.verdict import CRITICAL, HIGH, LOW, MEDIUM, Verdict, asked, failed, passed
from orienteer.facts.analyzers import ANALYZER_REGIONS, SHARED_RESOURCES, UNUSED_ACCESS
from orienteer.facts.seen import Row
from orienteer.model import Category, Severity
from orienteer.parameters import Range


@control(
    "AA-01",
    title="An organization-level external access analyzer runs in every enabled region, delegated to the audit account",
    category=Category.IAM,
    severity=Severity.HIGH,
    maturity=3,
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/what-is-access-analyzer.html",
    fact=ANALYZER_REGIONS,
    mappings={"cis": ["CIS AWS Foundations v7.0.0 2.18"], "prowler": ["accessanalyzer_enabled"]},
)
def organization_analyzer(region: Row) -> Verdict:
    """An analyzer for the whole organization can tell sharing inside it from sharing with outsiders. It sees one
    region, so each needs its own.

    Fix: delegate Access Analyzer to the audit account and create an organization analyzer there in every region.
    """
    audit = region.security_audit
    active = [a for a in region.analyzers.seen if a.type == "ORGANIZATION" and a.status == "ACTIVE"]
    if any(a.account_id in audit for a in active):
        return passed("An organization analyzer runs in the audit account.")
    found, one = list(region.analyzers), next(iter(active), None)
    if one and one.account_id == region.management:
        return failed("The organization analyzer runs in the management account, not in the audit account.", LOW)
    if one and not audit:
        return asked(f"An organization analyzer runs in {one.account_id}; is that the audit account?")
    if one:
        return failed(f"The organization analyzer runs in {one.account_id}, which is not the audit account.", LOW)
    broken = next((a for a in found if a.type == "ORGANIZATION"), None)
    if broken:
        return failed(f"The organization analyzer is {broken.status}.")
    if any(a.type == "ACCOUNT" and a.status == "ACTIVE" for a in found):
        text = "Only single-account analyzers run here; they treat the organization's other accounts as outsiders."
        return failed(text, MEDIUM)
    return failed("No external access analyzer for the organization runs in this region.")


@control(
    "AA-02",
    title="External access findings are resolved or archived with a reason",
    category=Category.IAM,
    severity=Severity.HIGH,
    maturity=3,
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-findings.html",
    fact=SHARED_RESOURCES,
    evidence=("principal",),
    mappings={"cis": ["CIS AWS Foundations v7.0.0 2.21"], "prowler": ["accessanalyzer_enabled_without_findings"]},
)
def external_findings(shared: Row, *, finding_days: Annotated[int, Range(1, 3650)] = 30) -> Verdict:
    """Each finding is somebody outside who can reach something inside. While it stays open, nobody has decided whether
    that is intended.

    Fix: remove the access; where it is intended, archive the finding with a rule that names the resource and the
    principal, and write down why.
    """
    if shared.kind == "rule":
        text = f"Archive rule {shared.resource_id} hides every resource and principal ({len(shared.archived)} today)"
        return asked(f"{text}; is a whole class of sharing meant to stay hidden?")
    if any(finding.is_public for finding in shared.active):
        return failed(
            "Anyone can reach this resource, and nobody has dealt with the finding.", CRITICAL, exposure_class="public"
        )
    if any(finding.open_days is None or finding.open_days > finding_days for finding in shared.active):
        text = f"A finding about access from outside has been open for more than {finding_days} days."
        return failed(text, HIGH, exposure_class="external")
    if any(finding.is_public is None for finding in shared.active):
        return asked("A finding is open, but AWS gave no details of it; is the access public?")
    if shared.active:
        return passed(
            f"A finding about access from outside is open, not public, and no older than {finding_days} days.",
            exposure_class="external",
        )
    return passed(
        "The analyzer has no open finding."
        if shared.kind == "analyzer"
        else "All findings about this resource are archived."
    )


@control(
    "AA-03",
    title="An unused access analyzer covers the organization and its findings are resolved",
    category=Category.IAM,
    severity=Severity.MEDIUM,
    maturity=4,
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-create-unused.html",
    fact=UNUSED_ACCESS,
    evidence=("exclusions", "reports", "mostly_unused"),
    scope="organization",
)
def unused_access(
    watch: Row,
    *,
    tracking_limit: Annotated[int, Range(1, 365)] = 90,
    max_unused_findings: Annotated[int, Range(0, 100_000)] = 25,
) -> Verdict:
    """Permissions pile up; an unused access analyzer names the roles, keys, passwords and permissions nobody needs.

    AWS charges for it per role and user each month. Without it, IAM-04, IAM-05 and IAM-08 cover part of the same
    ground.

    Fix: create an unused access analyzer for the organization in the audit account, in one region only, and resolve its
    findings every month; or agree to clean up from the credential report instead.
    """
    ages = watch.tracking_days
    if not ages:
        broken = next(iter(watch.unused_analyzers), None)
        if broken:
            return failed(f"The unused access analyzer is {broken.status}.", LOW)
        own = f" (accounts with one of their own: {watch.own_analyzers})" if watch.own_analyzers else ""
        text = f"No unused access analyzer covers the organization{own}. How is unused access found instead?"
        return asked(text + _last_accessed(watch))
    if all(age is None or age > tracking_limit for age in ages):
        return failed(
            f"The analyzer reports access as unused only after {ages[0] or 'an unknown number of'} days.", LOW
        )
    if watch.overdue >= max_unused_findings:
        return failed(
            f"{watch.overdue} unused access findings are overdue; fewer than {max_unused_findings} should be.", LOW
        )
    twice = f" {len(ages)} analyzers do the same work, and AWS charges for each." if len(ages) > 1 else ""
    return passed(f"An analyzer covers the organization. Overdue findings: {watch.overdue}.{twice}")


def _last_accessed(watch: Row) -> str:
    """What reports on services last accessed tell, where there are any."""
    if not watch.reports:
        return ""
    few = f"{watch.mostly_unused:,} of the {watch.reports:,} users and roles that AWS reported on"
    return f" As a start: {few} have used less than a tenth of the services open to them."
