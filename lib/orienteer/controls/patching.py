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
    title="Amazon Inspector scans the workloads in every account, and old critical vulnerabilities are worked off",
    category=Category.WORKLOAD,
    severity=HIGH,
    maturity=4,
    source="https://docs.aws.amazon.com/inspector/latest/user/managing-multiple-accounts.html",
    fact=SCANNED,
    evidence=("inspector_status", "uncovered"),
    scope="region",
    mappings={"prowler": ["inspector2_is_enabled", "inspector2_active_findings_exist"]},
)
def scanned_for_vulnerabilities(place: Row, *, vuln_tool: str = "") -> Verdict | None:
    """Vulnerabilities with a known exploit are tried by everybody within days; only a scan that never stops finds them
    in time.

    Regions with nothing to scan are left out. Of old vulnerabilities the hundred oldest are counted.

    Fix: turn Inspector on from its delegated administrator, for new accounts as well, and agree on a number of days
    within which critical vulnerabilities are fixed.
    """
    if not place.holds:
        return None
    if place.unscanned and vuln_tool:
        return asked(f"{vuln_tool} is in use: which of the {_and(place.holds)} here does it scan, and how often?")
    return faults(
        [
            when(lambda: place.unscanned, HIGH, lambda: f"Inspector does not scan the {_and(place.unscanned)} here"),
            when(
                lambda: place.aged,
                HIGH,
                lambda: f"Critical vulnerabilities with a known exploit that are older than the limit: {place.aged}",
            ),
            when(
                lambda: not place.admin and place.organization_id,
                MEDIUM,
                "Inspector is not delegated, so nothing turns it on in new accounts",
            ),
            when(
                lambda: place.admin and place.not_automatic,
                MEDIUM,
                lambda: f"Scans of {_and(place.not_automatic)} are not turned on in new accounts",
            ),
        ],
        otherwise=lambda: passed(f"Inspector scans the {_and(place.holds)} here."),
    )


def _and(names: tuple[str, ...]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1]))) if names else ""


@control(
    "WRK-03",
    title="Managed instances are patched within the agreed time, and managed databases take minor updates",
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
    """Most break-ins use holes for which there has been a patch for months.

    Machines that Systems Manager does not manage are a matter of SRV-01, and machines that are replaced and never
    patched of WRK-04.

    Fix: let Patch Manager scan each day and install in a maintenance window, by a baseline that somebody owns; turn on
    automatic minor version upgrades of databases.
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
        return failed("The machine was never scanned for missing patches.")
    return faults(
        [
            when(
                lambda: one.missing_patches,
                MEDIUM,
                lambda: f"Critical or security patches that are missing: {one.missing_patches}",
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
    """An image carries everything that was wrong on the day it was made, and whatever its owner put into it.

    Fix: build images from a pipeline, let the region's allowed images name the owners that are approved, and replace
    machines that run old images.
    """
    kind = f", a node of {machine.cluster}" if machine.cluster else ""
    if machine.image_owner is None:
        gone = "is deregistered, or no longer shared with the account"
        return failed(f"The image {machine.image_id} of the machine{kind} {gone}.")
    if not machine.known_owner:
        return failed(f"The image belongs to account {machine.image_owner}, which nobody approved.", HIGH)
    if machine.image_age_days is None:
        return asked("AWS does not say when the image was made; how old is it?")
    if machine.image_age_days > image_days:
        return failed(f"The image of the machine{kind} is {counted(machine.image_age_days, 'day')} old.")
    return passed(f"The image is {counted(machine.image_age_days, 'day')} old, and from a known owner.")
