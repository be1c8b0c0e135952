"""Incident response: whether the place, the roles, the policies and the people are ready before they are needed."""

from __future__ import annotations

from typing import Annotated

from orienteer.controls.control import control
from orienteer.controls.risk import ANSWERS_COUNT
from orienteer.controls.verdict import HIGH, LOW, MEDIUM, Verdict, asked, failed, passed
from orienteer.facts.readiness import RESPONSE_READINESS
from orienteer.facts.response import CONTAINMENT, RESPONSE_ACCESS, RESPONSE_PLACE
from orienteer.facts.seen import Row
from orienteer.model import Category, Severity
from orienteer.parameters import Range

GUIDE = "https://docs.aws.amazon.com/whitepapers/latest/aws-security-incident-response-guide/"


@control(
    "IR-01",
    title="A place for incident response exists (OU or account, isolation network, forensic key)",
    category=Category.INCIDENT_RESPONSE,
    severity=Severity.MEDIUM,
    maturity=3,
    source=f"{GUIDE}preparation.html",
    fact=RESPONSE_PLACE,
    evidence=("locked_buckets", "response_keys", "isolation_groups"),
    scope="organization",
)
def response_place(place: Row) -> Verdict:
    """In an incident nobody has the time to build the place where evidence is kept and machines are isolated.

    Names are all that tells what a bucket, key or group is for, so a part that is named otherwise is not seen.

    Fix: prepare an account for incidents, an evidence bucket with Object Lock, a key for it, and in each VPC a
    security group without rules; put them into the baseline of every account.
    """
    evidence = place.has_account or (place.has_bucket and place.has_key)
    if evidence and place.has_isolation:
        return passed("A place for evidence and a way to isolate machines are there.")
    parts = {
        "accounts for incidents": place.has_account,
        "evidence buckets": place.has_bucket,
        "keys for evidence": place.has_key,
        "isolation groups": place.has_isolation,
    }
    there = [name for name, found in parts.items() if found]
    if not there:
        return failed("Nothing is prepared: no account, evidence bucket, key or isolation group for incidents.")
    missing = ", ".join(name for name in parts if name not in there)
    return asked(f"There are {', '.join(there)}; {missing} were not found. Can the responders walk through one case?")


@control(
    "IR-02",
    title="Responders can enter every account with a prepared role and can be stopped from being locked out",
    category=Category.INCIDENT_RESPONSE,
    severity=HIGH,
    maturity=3,
    source=f"{GUIDE}preparation.html",
    fact=RESPONSE_ACCESS,
    evidence=("name",),
    scope="account",
)
def response_access(account: Row, *, test_days: Annotated[int, Range(1, 3650)] = 180) -> Verdict | None:
    """Responders who must first ask the compromised account for access come too late.

    A role counts by its name (incident, response, break glass, SecOps) where Identity Center, the security team's
    account or the management account may assume it.

    Fix: roll the role out to every account with a StackSet, deny its change by a service control policy, and use it
    in an exercise twice a year.
    """
    if not account.is_active:
        return None
    if not account.ways_in:
        return failed("No role is prepared by which responders get in.")
    names = ", ".join(account.ways_in)
    if not account.has_protected_way:
        return failed(f"Administrators of the account can change {names}.", MEDIUM)
    if account.used_days is None:
        return failed(f"{names} was never used, so nobody knows whether it works.", LOW)
    if account.used_days > test_days:
        return failed(f"{names} was not used in the last {test_days} days.", LOW)
    return passed(f"{names} is protected and was used in the last {test_days} days.")


@control(
    "IR-03",
    title="Containment policies are prepared (deny-all or quarantine SCP, session revocation, suspended OU)",
    category=Category.INCIDENT_RESPONSE,
    severity=Severity.MEDIUM,
    maturity=4,
    source=f"{GUIDE}containment.html",
    fact=CONTAINMENT,
    evidence=("attached_to", "suspended_units", "runbooks", "session_policies"),
    scope="organization",
)
def containment(policy: Row) -> Verdict:
    """A policy that was written and tested before stops an account in a minute; one written under pressure does not.

    Roles that are linked to services keep running, whatever such a policy says.

    Fix: write a service control policy that denies everything but the response role, keep it ready or on the unit for
    suspended accounts, and store a runbook that ends sessions beside it.
    """
    if policy.id is None:
        if not policy.suspended_units and not policy.ends_sessions:
            return failed("Nothing is prepared: no policy that stops an account, and no runbook that ends sessions.")
        return asked("No policy stops an account whole, but a unit or a runbook is there. Is it prepared as code?")
    if not policy.exempt:
        return failed(f"{policy.name} stops everything, the responders included.")
    if not policy.spares_responders:
        return asked(f"{policy.name} spares {', '.join(policy.exempt)}. Is that the role of the responders?")
    if not policy.ends_sessions:
        return asked(f"{policy.name} is ready, but no runbook or policy that ends sessions was found. Where is one?")
    return passed(f"{policy.name} stops everything but {', '.join(policy.exempt)}, and a way to end sessions is there.")


@control(
    "IR-06",
    title="AWS support and emergency contacts work, runbooks exist and were exercised this year",
    category=Category.INCIDENT_RESPONSE,
    severity=MEDIUM,
    maturity=3,
    source="https://docs.aws.amazon.com/awssupport/latest/user/accessing-support.html",
    fact=RESPONSE_READINESS,
    evidence=("name", "has_security_contact"),
    scope="organization",
    mappings={
        "cis": ["CIS AWS Foundations v7.0.0 2.15"],
        "prowler": [
            "iam_support_role_created",
            "trustedadvisor_premium_support_plan_subscribed",
            "account_security_contact_information_is_registered",
        ],
        "scoutsuite": ["iam-no-support-role.json"],
        "service_screener": ["supportPlanLowTier"],
    },
)
def response_readiness(
    row: Row, *, answer_valid_days: Annotated[int, Range(1, 3650)] = ANSWERS_COUNT
) -> Verdict | None:
    """Help from AWS comes as fast as the plan, the role and the contact allow; a runbook works as well as it was tried.

    An answer counts for a year unless it names another last day.

    Fix: give responders a role with AWSSupportAccess in production, write the runbooks, and rehearse one a year.
    """
    if row.asks == "question":
        return asked(row.question)
    if row.asks == "role":
        if row.env_class == "non-prod":
            return None
        roles = ", ".join(row.support_roles)
        return passed(f"{roles} may open cases.") if roles else failed("No role holds AWSSupportAccess.")
    if row.severities:
        return passed(f"Support takes cases of severity {', '.join(row.severities)}.")
    return asked("The plan is Basic or Developer. Is its response time good enough in an incident?")
