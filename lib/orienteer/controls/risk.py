"""Risk: which services and regions are used, who else has access, and what is known about them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import pandas as pd

from orienteer.controls.control import control
from orienteer.controls.verdict import HIGH, LOW, Verdict, asked, failed, faults, passed, when
from orienteer.facts.crown_jewels import CROWN_JEWELS
from orienteer.facts.questions import PROVIDER
from orienteer.facts.seen import Row, unless_unseen
from orienteer.facts.third_parties import THIRD_PARTIES
from orienteer.facts.usage import REGIONS_IN_USE, SERVICES_IN_USE
from orienteer.model import Category, Severity
from orienteer.parameters import Range

ANSWERS_COUNT = 365
"""Days for which the client's answer to a question counts, where the answer names no last day."""


@control(
    "RISK-01",
    title="Services in use are known and approved",
    category=Category.RISK,
    severity=Severity.MEDIUM,
    maturity=3,
    source="https://docs.aws.amazon.com/cost-management/latest/userguide/ce-what-is.html",
    fact=SERVICES_IN_USE,
    evidence=("cost_usd", "accounts", "first_seen", "called"),
    scope="organization",
)
def approved_services(
    service: Row, *, approved_services: Sequence[str] = (), min_cost_usd: Annotated[float, Range(0)] = 1.0
) -> Verdict | None:
    """Nobody secures a service that nobody knows is in use; the bill is the quickest map of what is.

    What costs nothing is not on the bill, so services called in the last 90 days are asked about too, by the names of
    their APIs.

    Fix: assess the service, then add it to the list of approved services, or deny it with a service control policy.
    """
    if service.asks == "calls":
        return _called(service, approved_services)
    count = len(service.accounts)
    where = f"{service.service} cost {service.cost_usd:,.2f} USD in 90 days in {count} account{'s' * (count != 1)}"
    if service.service.lower() in {one.lower() for one in approved_services}:
        return passed(f"{where}, and it is approved.")
    if service.kind == "service" and service.listed_by_policy:
        return passed(f"{where}; service control policies limit these accounts to listed services.")
    if service.cost_usd < min_cost_usd:
        return None
    if not approved_services or service.kind == "support":
        return asked(f"{where}. Is it known and approved? Ask the platform owner for the list of approved services.")
    return failed(f"{where}, and it is not among the approved services.")


def _called(service: Row, approved: Sequence[str]) -> Verdict:
    new = sorted(set(service.called) - {one.lower() for one in approved})
    if not new:
        return passed("Every service called in the last 90 days is approved.")
    more = f" and {len(new) - 20} more" if len(new) > 20 else ""
    return asked(
        f"Services called in the last 90 days: {', '.join(new[:20])}{more}. Is each of them known and approved?"
    )


@control(
    "RISK-02",
    title="Workloads with high business value have a current architecture review",
    category=Category.RISK,
    severity=LOW,
    maturity=3,
    source="https://docs.aws.amazon.com/wellarchitected/latest/userguide/intro.html",
    fact=CROWN_JEWELS,
    evidence=("name", "reviewed"),
    scope="account",
    mappings={"prowler": ["wellarchitected_workload_no_high_or_medium_risks"]},
)
def reviewed_jewels(account: Row, *, review_days: Annotated[int, Range(1, 3650)] = 365) -> Verdict:
    """The most valuable workloads deserve a second look at their design, and an owner for each risk that is found.

    Reviews outside the AWS Well-Architected Tool are not seen here.

    Fix: start with the most valuable workloads: run a Well-Architected review of each, and track its high risks until
    they are closed.
    """
    if not account.is_jewel:
        return asked(
            "No account is named or tagged as a crown jewel. Which accounts hold what the business cannot lose?"
        )
    if account.reviewed_days is None:
        return asked(f"No review of {account.name} is recorded. Is there a threat model or a risk assessment?")
    if account.reviewed_days > review_days:
        return failed(
            f"The last review in {account.name} was {account.reviewed_days} days ago; {review_days} are allowed."
        )
    if account.security_risks:
        return failed(f"Open high risks of the security pillar in {account.name}: {account.security_risks}.")
    return passed(f"{account.name} was reviewed in the last {review_days} days; no high security risk is open.")


@control(
    "RISK-03",
    title="Activity happens only in the regions the organization says it uses",
    category=Category.RISK,
    severity=Severity.MEDIUM,
    maturity=3,
    source="https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html",
    fact=REGIONS_IN_USE,
    evidence=("cost_usd", "resources"),
    scope="account",
    mappings={"prowler": ["vpc_different_regions"]},
)
def regions_used(place: Row) -> Verdict | None:
    """What runs in a region nobody watches runs unseen, and a region nobody uses can be closed.

    Default VPCs and other things AWS creates by itself do not count as use.

    Fix: move or shut down what runs in other regions, then deny those regions; deny approved regions nobody uses.
    """
    if place.asks == "list":
        there = place.resources["regions"] or "none"
        return asked(f"No list of approved regions was given. Regions in use: {there}. Are all of them intended?")
    if place.asks == "idle":
        return (
            passed("The region is in use.")
            if place.used
            else asked(f"{place.region} is approved, but nothing was found in it. Can it be denied?")
        )
    if place.asks == "opted in":
        return (
            passed("The region is in use.")
            if place.used
            else failed(f"{place.region} is opted in, but nothing was found in it.", LOW)
        )
    if place.is_allowed:
        return passed(f"{place.region} is approved.")
    if not place.has_list and not unless_unseen(lambda: place.is_closed, False):
        return None
    found = ", ".join(f"{kind}: {count}" for kind, count in place.resources.items()) or f"{place.cost_usd:,.2f} USD"
    text = f"{place.region} is in use ({found}) but not approved"
    return failed(
        f"{text}, although guardrails close it." if place.is_closed else f"{text}.", HIGH if place.is_closed else None
    )


@control(
    "RISK-04",
    title="Every third party with access is assessed and has an owner",
    category=Category.RISK,
    severity=HIGH,
    maturity=3,
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html",
    fact=THIRD_PARTIES,
    evidence=("who", "ways", "accounts_reached", "is_admin", "last_used_at", "owner", "named_as"),
    scope="organization",
)
def third_parties(party: Row, *, as_of: pd.Timestamp) -> Verdict | None:
    """A vendor nobody is responsible for keeps its access after the contract ends, and its breach becomes yours.

    Where no register of third parties was given, each one is asked about.

    Fix: complete the register of third parties (owner, purpose, data class, date of the next review), and remove the
    access of those no longer needed.
    """
    if not party.is_outside:
        return None
    return faults(
        [
            when(
                lambda: party.has_register and party.entry is None,
                None,
                f"{party.third_party} is not in the register of third parties",
            ),
            when(
                lambda: party.entry is not None and party.lacks,
                None,
                lambda: f"the register lacks the {', '.join(party.lacks)} of {party.third_party}",
            ),
            when(
                lambda: party.review_by is not None and party.review_by + pd.Timedelta(days=1) <= as_of,
                None,
                lambda: f"the review of {party.third_party} was due on {party.review_by:%Y-%m-%d}",
            ),
            when(
                lambda: party.entry is not None and party.is_idle,
                LOW,
                f"none of the roles for {party.third_party} was used in the last 90 days",
            ),
        ],
        otherwise=lambda: _party(party),
    )


def _party(party: Row) -> Verdict:
    if party.entry is None:
        ways = f"{party.third_party} has access through {', '.join(party.ways[:5])}"
        return asked(f"{ways}. Who is responsible for it, and what is it for? Ask for the register of third parties.")
    return passed(f"{party.third_party} is in the register; its owner is {party.owner}.")


@control(
    "RISK-05",
    title="Provider assurance and shared-responsibility questions are answered",
    category=Category.RISK,
    severity=LOW,
    maturity=2,
    source="https://docs.aws.amazon.com/artifact/latest/ug/what-is-aws-artifact.html",
    fact=PROVIDER,
    evidence=("agreements_accepted",),
    scope="organization",
)
def provider_questions(row: Row, *, answer_valid_days: Annotated[int, Range(1, 3650)] = ANSWERS_COUNT) -> Verdict:
    """AWS secures the cloud and you secure what you put in it; somebody has to know where the line is.

    An answer counts for a year unless it names another end date.

    Fix: have the risk owner answer the open questions.
    """
    return asked(row.question)
