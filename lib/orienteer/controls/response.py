"""Incident response: whether the place, the roles, the policies and the people are ready before they are needed."""

from __future__ import annotations

from typing import Annotated

from orienteer.controls.control import control
from orienteer.controls.risk import ANSWERS_COUNT
from orienteer.controls.verdict import HIGH, LOW, MEDIUM, Verdict, asked, failed, passed
from orienteer.facts.log_reach import FINDING_STARTS, SEARCHABLE, STARTING
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
    """In an incident nobody has time to build a place to keep evidence and to isolate machines.

    What a bucket, key or group is for shows only in its name, so parts with other names are not recognized.

    Fix: prepare an account for incidents, an evidence bucket with Object Lock, a key for it, and in each VPC a security
    group without rules (delete the outbound rule AWS adds); make them part of the account baseline.
    """
    evidence = place.has_account or (place.has_bucket and place.has_key)
    if evidence and place.has_isolation:
        return passed("There is a place for evidence and a way to isolate machines.")
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
    return asked(f"There are {', '.join(there)}; not found: {missing}. Can the responders walk through one case?")


@control(
    "IR-02",
    title="Responders can enter every account with a prepared role that intruders cannot change",
    category=Category.INCIDENT_RESPONSE,
    severity=HIGH,
    maturity=3,
    source=f"{GUIDE}preparation.html",
    fact=RESPONSE_ACCESS,
    evidence=("name",),
    scope="account",
)
def response_access(account: Row, *, test_days: Annotated[int, Range(1, 3650)] = 180) -> Verdict | None:
    """Responders who first have to ask the compromised account for access come too late.

    A role counts by its name (incident, response, break glass, SecOps) if Identity Center, the security team's account
    or the management account may assume it; so does an administrator permission set of an emergency group.

    Fix: roll the role out to every account with a StackSet, deny changes to it in a service control policy, and use it
    in an exercise twice a year.
    """
    if not account.is_active:
        return None
    named = bool(account.ways_in and account.has_protected_way)
    if not named and not account.glass_roles:
        if account.ways_in:
            return failed(f"Administrators of the account can change {', '.join(account.ways_in)}.", MEDIUM)
        return failed("No role is prepared for responders.")
    names = ", ".join(account.ways_in if named else account.glass_roles)
    used = account.used_days if named else account.glass_days
    if used is None:
        return failed(f"{names} has never been used, so nobody knows whether it works.", LOW)
    if used > test_days:
        return failed(f"{names} has not been used in the last {test_days} days.", LOW)
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
    """A policy written and tested beforehand stops an account in a minute; one written under pressure does not.

    Service-linked roles keep working, whatever such a policy says.

    Fix: write a service control policy that denies everything except to the response role, keep it ready or attached to
    the OU for suspended accounts, and store a runbook for revoking sessions with it.
    """
    if policy.id is None:
        if not policy.suspended_units and not policy.ends_sessions:
            return failed("Nothing is prepared: no policy that stops an account, and no runbook that revokes sessions.")
        return asked(
            "No policy stops a whole account, but there is an OU or a runbook. Is such a policy prepared as code?"
        )
    if not policy.exempt:
        return failed(f"{policy.name} stops everybody, including the responders.")
    if not policy.spares_responders:
        return asked(f"{policy.name} exempts {', '.join(policy.exempt)}. Is that the responders' role?")
    if not policy.ends_sessions:
        return asked(f"{policy.name} is ready, but no runbook or policy for revoking sessions was found. Where is one?")
    return passed(
        f"{policy.name} stops everybody except {', '.join(policy.exempt)}, and there is a way to revoke sessions."
    )


@control(
    "IR-06",
    title="AWS support and emergency contacts work, and runbooks exist and were exercised this year",
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
    """AWS helps only as fast as the support plan, the role and the contacts allow; a runbook is only as good as its
    last exercise.

    An answer counts for a year unless it names another end date.

    Fix: give responders a role with AWSSupportAccess in production, write the runbooks, and rehearse one every year.
    """
    if row.asks == "question":
        return asked(row.question)
    if row.asks == "role":
        if row.env_class == "non-prod":
            return None
        roles = ", ".join(row.support_roles)
        return passed(f"{roles} may open support cases.") if roles else failed("No role holds AWSSupportAccess.")
    if row.severities:
        return passed(f"The support plan covers cases of severity {', '.join(row.severities)}.")
    return asked("The support plan is Basic or Developer. Is its response time good enough in an incident?")


@control(
    "IR-04",
    title="Alerts start a response (on-call, ticket or automation) with plans in a known tool",
    category=Category.INCIDENT_RESPONSE,
    severity=MEDIUM,
    maturity=4,
    source="https://docs.aws.amazon.com/incident-manager/latest/userguide/incident-creation.html",
    fact=FINDING_STARTS,
    evidence=("started", "gathered", "automations"),
    scope="region",
    mappings={"prowler": ["ssmincidents_enabled_with_plans"]},
)
def started_responses(region: Row) -> Verdict:
    """A finding at night is worth what it triggers: a page, a ticket or a program, or just a mail that is read on
    Monday.

    What happens to a message behind a topic is not seen here.

    Fix: connect the rules for findings to the on-call tool, and write a response plan for each class of findings.
    """
    doing = [kind for kind in region.starts if kind in STARTING]
    if doing:
        return passed(f"Findings trigger {', '.join('a plan, ticket or chat' if k == 'people' else k for k in doing)}.")
    if region.is_member:
        return passed("AWS Security Incident Response is on call.")
    if region.starts:
        told = ", ".join("SNS" if kind == "sns" else kind for kind in region.starts)
        return asked(f"Findings go to {told}. Whom does that page? Ask to see the last page.")
    return failed("No rule picks up serious findings here, so they trigger nothing.")


@control(
    "IR-05",
    title="Logs can be searched quickly across all accounts for the agreed period",
    category=Category.INCIDENT_RESPONSE,
    severity=MEDIUM,
    maturity=3,
    source="https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-lake-service-availability-change.html",
    fact=SEARCHABLE,
    scope="organization",
)
def searchable_logs(logs: Row, *, searchable_days: Annotated[int, Range(1, 3650)] = 90) -> Verdict:
    """The first question in an incident is what a stolen key did last week; unpacking log files answers it next week.

    Event history cannot be searched across accounts. Tools outside AWS are not seen here.

    Fix: send the organization trail to a CloudWatch Logs group that keeps it long enough, or define Athena tables over
    the trail's bucket. A CloudTrail Lake event data store does too, but AWS has not opened it to new customers since
    May 31, 2026.
    """
    if logs.store_days >= searchable_days:
        return passed(f"An organization event data store keeps {logs.store_days} days of events searchable.")
    if logs.group_days >= searchable_days:
        return passed(f"The trail's log group can be searched for at least {searchable_days} days.")
    if logs.other_tools:
        return asked(f"There is {', '.join(logs.other_tools)}. Can a test query show that it covers every account?")
    least = max(logs.store_days, logs.group_days)
    if least:
        return failed(f"Events can be searched for {least} days; {searchable_days} are required.")
    return failed("The accounts' events exist only as files; nothing to search them with was found.")
