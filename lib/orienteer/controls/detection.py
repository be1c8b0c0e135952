"""GuardDuty: delegated, on everywhere, and on automatically in new accounts."""

from __future__ import annotations

from orienteer.controls.closed import unless_closed
from orienteer.controls.control import control
from orienteer.controls.verdict import HIGH, LOW, MEDIUM, Verdict, asked, failed, passed
from orienteer.facts.detection import GUARDDUTY, GUARDDUTY_DELEGATIONS, GUARDDUTY_ENROLMENT
from orienteer.facts.protection_plans import PLANS, PROTECTION_PLANS
from orienteer.facts.seen import Row, unless_unseen
from orienteer.model import Category

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
    """GuardDuty is delegated region by region; where that is missing, findings stay in accounts nobody watches.

    Only the management account can see who the delegate is. Where it was not asked, the administrator each account
    reports to is shown as evidence; it may be an account that sent an invitation, so it proves no delegation.

    Fix: make the audit account GuardDuty's delegated administrator in each missing region.
    """
    return delegated(region, "GuardDuty")


def delegated(region: Row, service: str) -> Verdict:
    """The verdict about a region's delegated administrator of a service that is delegated region by region."""
    admin, usual = region.admin, region.usual
    if not admin:
        return failed(f"{service} has no delegated administrator in this region.")
    if region.admin_status not in (None, "ENABLED"):
        return failed(f"The delegation of {service} to {admin} is being revoked ({region.admin_status}).")
    if admin == region.management:
        return failed(f"{service} is delegated to the management account itself.")
    if region.admin_status is None:
        return asked(f"AWS does not say whether the delegation of {service} to {admin} is active; is it?")
    if region.expected is None and admin != usual:
        return failed(f"{service} is delegated to {admin} here, but to {usual} in most regions.")
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
    """Intruders work where nobody detects them; one account or region left out is enough.

    Fix: enable GuardDuty in the missing accounts and regions from the delegated administrator.
    """
    return unless_closed(place, lambda: _watched(place)) if skip_denied_regions else _watched(place)


def _watched(place: Row) -> Verdict:
    if place.watched:
        return passed("GuardDuty is enabled.")
    if unless_unseen(lambda: place.detector_status, None) == "DISABLED":
        return failed("The GuardDuty detector is disabled.")
    state = unless_unseen(lambda: place.membership, None)
    if not unless_unseen(lambda: place.detector_id, True):
        listed = f"; for its administrator the membership is {state}" if state else ""
        return failed(f"GuardDuty has no detector here{listed}.")
    if state not in (None, "Enabled"):
        return failed(
            f"Membership in the organization's GuardDuty is {state}: nobody central sees the account's findings."
        )
    return failed("The detector is not reported as enabled.")


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
    """An account created tomorrow is watched from its first day only if nobody has to remember to enrol it.

    Fix: set auto-enable to ALL in every region.
    """
    if not region.admin:
        return failed("GuardDuty is not delegated here, so nothing enrols accounts.")
    if region.admin_read and not region.configured:
        return failed("The delegated administrator has no detector here, so nothing enrols accounts.")
    if region.limit_reached:
        return failed("The limit of member accounts has been reached, so no further account is enrolled.", HIGH)
    if region.mode == "ALL" and region.limit_reached is None:
        return asked("All accounts are enrolled, but AWS does not say whether there is room for more; is there?")
    if region.mode == "ALL":
        return passed("All accounts are enrolled automatically.")
    if region.mode != "NEW":
        return failed("No account is enrolled automatically.")
    missing = unless_unseen(lambda: region.unwatched, None)
    count = "unknown" if missing is None else missing
    text = f"Only new accounts are enrolled. Accounts without a working detector here, of those read: {count}."
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
        "fsbp": ["GuardDuty.5", "GuardDuty.6", "GuardDuty.8", "GuardDuty.9", "GuardDuty.10"],
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
    """Without the matching protection plan, GuardDuty does not look into buckets, databases, clusters, functions or
    disks.

    Each plan is billed by what it reads, so they are chosen one by one. A plan that is off where it has nothing to
    protect is no fault; a missing detector is reported by GD-02.

    Fix: enable the chosen plans for all accounts from the delegated administrator, with auto-enable set to ALL.
    """
    if place.is_region:
        return _automatic(place, guardduty_features)
    if not guardduty_features or not place.detector_id or place.detector_status != "ENABLED":
        return None
    if place.off_and_used:
        return failed(
            f"Plans that are off, although they have something to protect here: {', '.join(place.off_and_used)}."
        )
    idle = unless_unseen(lambda: ", ".join(place.off_and_unused), "")
    return passed(f"The chosen plans are on.{f' Off where there is nothing to protect: {idle}.' if idle else ''}")


def _automatic(region: Row, wanted: tuple[str, ...]) -> Verdict | None:
    """What accounts of the organization get automatically; GD-01 and GD-03 tell where GuardDuty is not delegated."""
    if not region.admin or (region.admin_read and not region.configured):
        return None
    if not wanted:
        return asked(
            "Which GuardDuty protection plans are worth their cost, given the services in use? Ask whoever pays"
            " for GuardDuty; the evidence lists each detector's plans."
        )
    if region.not_automatic:
        return failed(
            f"These plans are not turned on automatically in all accounts: {', '.join(region.not_automatic)}."
        )
    return passed("All accounts get the chosen plans automatically.")
