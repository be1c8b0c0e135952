"""Whether what runs is kept up to date: vulnerabilities, patches, images."""

from __future__ import annotations

from typing import Annotated

from orienteer.controls.control import control
from orienteer.controls.verdict import HIGH, LOW, MEDIUM, Verdict, asked, failed, faults, passed, when
from orienteer.facts.patching import DATABASE, IMAGED, PATCHED, SCANNED
from orienteer.facts.seen import Row
from orienteer.model import Category
from orienteer.parameters import Range
from orienteer.words import counted


@control(
    "WRK-02",
    title="Amazon Inspector scans the workloads in every account, and critical vulnerabilities are fixed in time",
    category=Category.WORKLOAD,
    severity=HIGH,
    maturity=4,
    source="https://docs.aws.amazon.com/inspector/latest/user/managing-multiple-accounts.html",
    fact=SCANNED,
    evidence=("inspector_status", "uncovered"),
    scope="region",
    mappings={
        "fsbp": ["Inspector.1", "Inspector.2", "Inspector.4"],
        "prowler": ["inspector2_is_enabled", "inspector2_active_findings_exist"],
    },
)
def scanned_for_vulnerabilities(place: Row, *, vuln_tool: str = "") -> Verdict | None:
    """Vulnerabilities with a known exploit are attacked within days; only continuous scanning finds them in time.

    Regions with nothing to scan are left out. At most a hundred overdue vulnerabilities are counted, the oldest first.

    Fix: turn on Inspector from its delegated administrator, for new accounts too, and agree within how many days
    critical vulnerabilities have to be fixed.
    """
    if not place.holds:
        return None
    if place.unscanned and vuln_tool:
        return asked(f"{vuln_tool} is in use: which {_and(place.holds)} does it scan here, and how often?")
    return faults(
        [
            when(lambda: place.unscanned, HIGH, lambda: f"Inspector does not scan the {_and(place.unscanned)} here"),
            when(
                lambda: place.aged,
                HIGH,
                lambda: f"Critical vulnerabilities with a known exploit and past their deadline: {place.aged}",
            ),
            when(
                lambda: not place.admin and place.organization_id,
                MEDIUM,
                "Inspector has no delegated administrator, so nothing turns it on in new accounts",
            ),
            when(
                lambda: place.admin and place.not_automatic,
                MEDIUM,
                lambda: f"Scanning of {_and(place.not_automatic)} is not turned on in new accounts",
            ),
        ],
        otherwise=lambda: passed(f"Inspector scans the {_and(place.holds)} here."),
    )


def _and(names: tuple[str, ...]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1]))) if names else ""


@control(
    "WRK-03",
    title="Managed instances have no security patches missing, and databases install minor updates automatically",
    category=Category.WORKLOAD,
    severity=MEDIUM,
    maturity=3,
    source="https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager.html",
    fact=PATCHED,
    evidence=("baseline", "scanned_at"),
    mappings={
        "cis": ["CIS AWS Foundations v7.0.0 3.2.2"],
        "fsbp": ["SSM.2", "SSM.3", "RDS.13"],
        "prowler": ["ssm_managed_compliant_patching"],
    },
)
def patched(one: Row, *, scan_days: Annotated[int, Range(1, 365)] = 7) -> Verdict | None:
    """Most break-ins use vulnerabilities for which a patch has been out for months.

    Machines that Systems Manager does not manage are judged by SRV-01; machines that are replaced instead of patched,
    by WRK-04.

    Fix: have Patch Manager scan every day and install in a maintenance window, following a baseline somebody owns; turn
    on automatic minor version upgrades of databases.
    """
    if one.resource_type == DATABASE:
        if one.minor_upgrades is None:
            return asked("AWS does not say whether minor version upgrades are automatic; are they?", LOW)
        if one.minor_upgrades:
            return passed("Minor version upgrades are automatic.")
        return failed("Minor version upgrades are not automatic.", LOW)
    if one.is_immutable:
        return None
    if one.scan_age_days is None:
        return failed("The machine has never been scanned for missing patches.")
    return faults(
        [
            when(
                lambda: one.missing_patches,
                MEDIUM,
                lambda: f"Missing critical or security patches: {one.missing_patches}",
            ),
            when(lambda: one.failed_patches, MEDIUM, lambda: f"Patches that failed to install: {one.failed_patches}"),
            when(
                lambda: one.scan_age_days > scan_days,
                MEDIUM,
                lambda: f"The last scan for patches was {counted(one.scan_age_days, 'day')} ago",
            ),
        ],
        otherwise=lambda: passed("No critical or security patch is missing."),
    )


@control(
    "WRK-04",
    title="Instances run on recent images from approved owners",
    category=Category.WORKLOAD,
    severity=MEDIUM,
    maturity=4,
    source="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-allowed-amis.html",
    fact=IMAGED,
    evidence=("image_name", "allowed_images", "cluster"),
    mappings={"prowler": ["ec2_instance_with_outdated_ami", "ec2_instance_older_than_specific_days"]},
)
def recent_image(machine: Row, *, image_days: Annotated[int, Range(1, 3650)] = 180) -> Verdict:
    """An image has every flaw of the day it was built, and whatever its owner put into it.

    Fix: build images in a pipeline, list the approved owners in the Allowed AMIs setting (in audit mode first), and
    replace machines that run old images.
    """
    kind = f", a node of {machine.cluster}," if machine.cluster else ""
    if machine.image_owner is None:
        gone = "has been deregistered or is no longer shared with the account"
        return failed(f"Image {machine.image_id} of the machine{kind} {gone}.")
    if not machine.known_owner:
        return failed(f"The image belongs to account {machine.image_owner}, which nobody has approved.", HIGH)
    if machine.image_age_days is None:
        return asked("AWS does not say when the image was built; how old is it?")
    if machine.image_age_days > image_days:
        return failed(f"The image of the machine{kind} is {counted(machine.image_age_days, 'day')} old.")
    return passed(f"The image is {counted(machine.image_age_days, 'day')} old and from a known owner.")
