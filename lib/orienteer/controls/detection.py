"""GuardDuty: delegated, on everywhere, and on automatically in new accounts."""

from __future__ import annotations

from orienteer.controls.closed import unless_closed
from orienteer.controls.control import control
from orienteer.controls.verdict import HIGH, LOW, MEDIUM, Verdict, asked, failed, passed
from orienteer.facts.detection import GUARDDUTY, GUARDDUTY_DELEGATIONS, GUARDDUTY_ENROLMENT
from orienteer.facts.protection_plans import PLANS, PROTECTION_PLANS
from orienteer.facts.seen import Row, unless_unseen
from orienteer.model import Category
from orienteer.words import counted

GUIDE = "https://docs.aws.amazon.com/guardduty/latest/ug/"


@control(
    "GD-01",
    title="GuardDuty is delegated to the security audit account in every enabled region",
    category=Category.MONITORING,
    severity=HIGH,
    maturity=3,
    source=f"{GUIDE}guardduty_organizations.html",
    fact=GUARDDUTY_DELEGATIONS,
    evidence=("administrators_seen",),
    scope="region",
    mappings={"prowler": ["guardduty_delegated_admin_enabled_all_regions", "guardduty_centrally_managed"]},
)
def guardduty_delegated(region: Row) -> Verdict:
    """Delegation is made region by region; where it is missing, findings stay in accounts nobody watches.

    Only the management account is told who the delegate is. Where it was not asked, the administrator that each account
    reports to is shown as evidence: it may be one that invited the account, so it proves no delegation.

    Fix: enable the delegate in each missing region.
    """
    return delegated(region, "GuardDuty")


def delegated(region: Row, service: str) -> Verdict:
    """The verdict about a region's delegated administrator of a service that is delegated region by region."""
    admin, usual = region.admin, region.usual
    if not admin:
        return failed(f"{service} has no delegated administrator in this region.")
    if region.admin_status not in (None, "ENABLED"):
        return failed(f"The delegation of {service} to {admin} is being removed ({region.admin_status}).")
    if admin == region.management:
        return failed(f"{service} is delegated to the management account itself.")
    if region.admin_status is None:
        return asked(f"AWS does not say whether the delegation of {service} to {admin} is in force; is it?")
    if region.expected is None and admin != usual:
        return failed(f"{service} is delegated to {admin} here and to {usual} in most regions.")
    if region.expected is None:
        return asked(f"{service} is delegated to {admin}; is that the security audit account?")
    if admin != region.expected:
        return failed(f"{service} is delegated to {admin}, not to the audit account {region.expected}.")
    return passed(f"{service} is delegated to the audit account.")


@control(
    "GD-02",
    title="A GuardDuty detector is enabled in every account and enabled region, including management and audit account",
    category=Category.MONITORING,
    severity=HIGH,
    maturity=3,
    source=f"{GUIDE}guardduty_accounts.html",
    fact=GUARDDUTY,
    scope="region",
    mappings={"fsbp": ["GuardDuty.1"], "prowler": ["guardduty_is_enabled"], "service_screener": ["enableGuardDuty"]},
)
def guardduty_everywhere(place: Row, *, skip_denied_regions: bool = True) -> Verdict:
    """An intruder picks the account and the region without detection; there is always one when one is left out.

    Fix: enable the missing accounts from the delegated administrator.
    """
    return unless_closed(place, lambda: _watched(place)) if skip_denied_regions else _watched(place)


def _watched(place: Row) -> Verdict:
    if place.watched:
        return passed("GuardDuty is enabled.")
    if unless_unseen(lambda: place.detector_status, None) == "DISABLED":
        return failed("The GuardDuty detector is disabled.")
    state = unless_unseen(lambda: place.membership, None)
    if not unless_unseen(lambda: place.detector_id, True):
        listed = f"; the administrator lists the account as {state}" if state else ""
        return failed(f"GuardDuty has no detector here{listed}.")
    if state not in (None, "Enabled"):
        return failed(f"The account's membership in the organization's GuardDuty is {state}: nobody sees its findings.")
    return failed("AWS does not say that the detector is enabled.")


@control(
    "GD-03",
    title="GuardDuty enrols all accounts automatically in every enabled region",
    category=Category.MONITORING,
    severity=MEDIUM,
    maturity=4,
    source=f"{GUIDE}set-guardduty-auto-enable-preferences.html",
    fact=GUARDDUTY_ENROLMENT,
    evidence=("organization_policies",),
    scope="region",
    mappings={"prowler": ["guardduty_delegated_admin_enabled_all_regions"]},
)
def guardduty_enrols(region: Row) -> Verdict:
    """An account made tomorrow is watched tomorrow only where enrolment needs nobody to think of it.

    Fix: set auto-enable to ALL in every region.
    """
    if not region.admin:
        return failed("GuardDuty is not delegated here, so nothing enrols accounts.")
    if region.admin_read and not region.configured:
        return failed("The delegated administrator has no detector here, so nothing enrols accounts.")
    if region.limit_reached:
        return failed("The number of member accounts has reached its limit.", HIGH)
    if region.mode == "ALL" and region.limit_reached is None:
        return asked("All accounts are enrolled, but AWS does not say whether a further one fits; does it?")
    if region.mode == "ALL":
        return passed("All accounts are enrolled automatically.")
    if region.mode != "NEW":
        return failed("No account is enrolled automatically.")
    missing = unless_unseen(lambda: region.unwatched, None)
    count = "an unknown number of accounts" if missing is None else counted(missing, "account")
    text = f"Only new accounts are enrolled. Without a working detector here: {count} of those read."
    return failed(text, LOW if missing == 0 else MEDIUM)


@control(
    "GD-04",
    title="The chosen GuardDuty protection plans are on for all members",
    category=Category.MONITORING,
    severity=MEDIUM,
    maturity=4,
    source=f"{GUIDE}guardduty-features-activation-model.html",
    fact=PROTECTION_PLANS,
    evidence=("plan_status",),
    scope="region",
    mappings={
        "fsbp": ["GuardDuty.9", "GuardDuty.10"],
        "prowler": [
            "guardduty_s3_protection_enabled",
            "guardduty_eks_audit_log_enabled",
            "guardduty_rds_protection_enabled",
            "guardduty_lambda_protection_enabled",
            "guardduty_ec2_malware_protection_enabled",
        ],
    },
)
def protection_plans(place: Row, *, guardduty_features: tuple[str, ...] = PLANS) -> Verdict | None:
    """Without its plan GuardDuty does not look at buckets, databases, clusters, functions or disks at all.

    Each plan costs by what it reads, so they are chosen one by one. One that is off where there is nothing for
    it to protect is no fault; a place without a detector is reported by GD-02.

    Fix: enable the chosen plans for all accounts from the delegated administrator, with auto-enable set to ALL.
    """
    if place.is_region:
        return _automatic(place, guardduty_features)
    if not guardduty_features or not place.detector_id or place.detector_status != "ENABLED":
        return None
    if place.off_and_used:
        return failed(f"What they protect is here, but these plans are off: {', '.join(place.off_and_used)}.")
    idle = unless_unseen(lambda: ", ".join(place.off_and_unused), "")
    return passed(f"The chosen plans are on.{f' Off where there is nothing to protect: {idle}.' if idle else ''}")


def _automatic(region: Row, wanted: tuple[str, ...]) -> Verdict | None:
    """What accounts of the organization get automatically; GD-01 and GD-03 tell where GuardDuty is not delegated."""
    if not region.admin or (region.admin_read and not region.configured):
        return None
    if not wanted:
        return asked(
            "Which protection plans of GuardDuty are worth their cost, by the services in use? Ask who pays"
            " for GuardDuty; the plans of each detector are the evidence."
        )
    if region.not_automatic:
        return failed(f"Not all accounts get these plans automatically: {', '.join(region.not_automatic)}.")
    return passed("All accounts get the chosen plans automatically.")
