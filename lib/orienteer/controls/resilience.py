"""Resilience: whether data, databases, names and the way in survive a mistake, an intruder or the loss of a zone."""

from __future__ import annotations

from typing import Annotated

from orienteer.controls.control import control
from orienteer.controls.risk import ANSWERS_COUNT
from orienteer.controls.verdict import MEDIUM, Verdict, asked, faults, passed, when
from orienteer.facts.questions import RECOVERY
from orienteer.facts.seen import Row
from orienteer.model import Category
from orienteer.parameters import Range


@control(
    "RES-05",
    title="The organization can be recovered when the identity provider, the main region or a domain is lost",
    category=Category.RESILIENCE,
    severity=MEDIUM,
    maturity=4,
    source="https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/domain-lock.html",
    fact=RECOVERY,
    evidence=("has_identity_center", "users_with_password", "expires_at"),
    scope="organization",
    mappings={
        "prowler": ["route53_domains_transferlock_enabled"],
        "scoutsuite": ["route53-domain-no-transferlock.json", "route53-domain-no-autorenew.json"],
    },
)
def recovery(row: Row, *, answer_valid_days: Annotated[int, Range(1, 3650)] = ANSWERS_COUNT) -> Verdict:
    """A lost domain takes mail and sign-in with it, and a lost identity provider takes everybody's way in.

    Some top-level domains know no transfer lock. An answer counts for a year unless it names another last day.

    Fix: turn on transfer lock and automatic renewal of each domain, and rehearse one loss a year.
    """
    if row.question is not None:
        return asked(row.question)
    return faults(
        [
            when(lambda: not row.transfer_lock, MEDIUM, "The domain can be moved to another registrar."),
            when(lambda: not row.auto_renew, MEDIUM, "The domain is not renewed by itself."),
        ],
        otherwise=lambda: passed("The domain is locked and is renewed by itself."),
    )
