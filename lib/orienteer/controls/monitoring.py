"""The audit trail: does one trail record everything everywhere, and can its files be trusted."""

from __future__ import annotations

from typing import Any

import pandas as pd

from orienteer.controls.control import control
from orienteer.controls.verdict import CRITICAL, HIGH, MEDIUM, Verdict, asked, failed, passed
from orienteer.facts.seen import Row, unless_unseen
from orienteer.facts.trails import MAIN_TRAILS, RECORDED, TRAILS
from orienteer.facts.values import days
from orienteer.model import Category
from orienteer.words import counted

LACKS = {"none": "no management events", "part": "only some management events"}


@control(
    "TRAIL-01",
    title="An organization trail exists, is logging, and covers every account",
    category=Category.MONITORING,
    severity=CRITICAL,
    maturity=3,
    source="https://docs.aws.amazon.com/awscloudtrail/latest/userguide/creating-trail-organization.html",
    fact=RECORDED,
    evidence=("trusted_access",),
    scope="account",
    mappings={
        "cis": ["CIS AWS Foundations v7.0.0 4.1"],
        "fsbp": ["CloudTrail.1", "CloudTrail.3"],
        "prowler": ["cloudtrail_multi_region_enabled_logging_management_events"],
        "scoutsuite": ["cloudtrail-not-configured.json", "cloudtrail-no-logging.json"],
        "service_screener": ["OrganizationTrailEnabled", "NeedToEnableCloudTrail"],
    },
)
def organization_trail(organization: Row) -> Verdict:
    """What is not recorded cannot be investigated; an organization trail also covers accounts that do not exist yet.

    Fix: create a multi-region organization trail with all management events, from the delegated administrator.
    """
    whole = next((trail for trail in organization.organization_trails if trail.records_all), None)
    if whole is not None:
        left = unless_unseen(lambda: ", ".join(whole.excluded_sources), "")
        gap = f" except those of {left}, which leaves a gap" if left else ""
        return passed(f"The organization trail logs all management events{gap}.", **_shown(whole))
    trail = next((trail for trail in organization.organization_trails if trail.at_home), None)
    if trail is not None and not trail.is_logging:
        return failed("The organization trail is not logging.", **_shown(trail))
    if trail is not None:
        kind = trail.management_events
        text = f"The organization trail records {LACKS.get(kind, f'{kind} management events only')}."
        return failed(text, **_shown(trail))
    return _without_trail(organization) if organization.was_asked else asked("Is there an organization trail?")


def _without_trail(organization: Row) -> Verdict:
    """A FAIL, less grave where every account has a trail of its own: those cover no account that comes next."""
    bare = unless_unseen(lambda: organization.uncovered, None)
    severity = MEDIUM if bare == () else None
    if organization.organization_id is None:
        own = (
            "its own trail records all management events, but there is no organization trail"
            if bare == ()
            else ("none of its trails records all management events")
        )
        return failed(f"The account is standalone: {own}.", severity)
    if bare == ():
        return failed("There is no organization trail; every account has a trail of its own.", severity)
    count = "it could not be seen how many accounts have" if bare is None else f"{counted(len(bare), 'account')}"
    verb = "" if bare is None else " has" if len(bare) == 1 else " have"
    text = f"There is no organization trail, and {count}{verb} no trail that records all management events."
    return failed(text, severity)


def _shown(trail: Row) -> dict[str, Any]:
    """The trail that decides, as evidence."""
    kind = unless_unseen(lambda: trail.management_events, None)
    return {"trail_arn": trail.trail_arn, "home_region": trail.home_region, "management_events": kind}


@control(
    "TRAIL-02",
    title="The organization trail records all regions and global services",
    category=Category.MONITORING,
    severity=HIGH,
    maturity=3,
    source="https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-multi-region-trails.html",
    fact=MAIN_TRAILS,
    mappings={
        "cis": ["CIS AWS Foundations v7.0.0 4.1"],
        "fsbp": ["CloudTrail.1"],
        "prowler": ["cloudtrail_multi_region_enabled"],
        "scoutsuite": [
            "cloudtrail-no-global-services-logging.json",
            "cloudtrail-duplicated-global-services-logging.json",
        ],
        "service_screener": ["HasOneMultiRegionTrail", "HasCoverGlobalServices", "DuplicateGlobalTrail"],
    },
)
def trail_in_all_regions(trail: Row) -> Verdict | None:
    """Whoever has stolen credentials works in the region nobody looks at.

    Fix: turn the trail into a multi-region trail that includes global service events.
    """
    if not trail.is_main:
        return None
    name = "The organization trail" if trail.is_organization else "The account's trail"
    missing = [] if trail.is_multi_region else ["other regions"]
    missing += [] if trail.include_global else ["global services such as IAM"]
    if missing and trail.is_outdone:
        return None
    if missing:
        return failed(f"{name} does not record {' and '.join(missing)}.")
    twice = unless_unseen(lambda: len(trail.duplicates), 0)
    verb = "records" if twice == 1 else "record"
    more = (
        f" {counted(twice, 'other multi-region trail')} {verb} the same events again, at extra cost." if twice else ""
    )
    return passed(f"{name} records all regions and global services.{more}")


@control(
    "TRAIL-03",
    title="Log file validation is on",
    category=Category.MONITORING,
    severity=MEDIUM,
    maturity=3,
    source="https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-validation-intro.html",
    fact=TRAILS,
    mappings={
        "cis": ["CIS AWS Foundations v7.0.0 4.2"],
        "fsbp": ["CloudTrail.4"],
        "prowler": ["cloudtrail_log_file_validation_enabled"],
        "scoutsuite": ["cloudtrail-no-log-file-validation.json"],
        "service_screener": ["LogFileValidationEnabled"],
    },
)
def trail_log_file_validation(trail: Row, *, as_of: pd.Timestamp) -> Verdict:
    """Without digest files nobody can prove that a log file was not changed after it was written.

    Fix: turn on log file validation for the trail.
    """
    if not trail.log_file_validation:
        return failed("Log file validation is off.")
    if trail.is_logging is False:
        how = "was stopped" if trail.started_at is not None else "was never started"
        return failed(f"The trail {how}, so there is nothing to validate.")
    if trail.digest_error:
        return failed(f"Digest files cannot be delivered: {trail.digest_error}.")
    if trail.digest_at is None:
        if trail.started_at is None or as_of - trail.started_at < pd.Timedelta(hours=1):
            return asked("Validation is on, but the first digest file was not due yet; does it arrive?")
        return failed("Validation is on, but no digest file has ever been delivered.")
    if as_of - trail.digest_at > pd.Timedelta(hours=24):
        return failed(f"The last digest file is {counted(days(as_of, trail.digest_at) or 0, 'day')} old.")
    return passed("Digest files are delivered.")
