"""Whether machines and databases are kept up to date: patches, images, and scans for vulnerabilities."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import pandas as pd

from orienteer.facts.detection import EVERY_REGION, told_there
from orienteer.facts.fact import Fact, Join
from orienteer.facts.machines import GONE, INSTANCE
from orienteer.facts.organization import NOWHERE
from orienteer.facts.seen import Cells, Row
from orienteer.facts.servers import cluster
from orienteer.facts.source import Gap, Source
from orienteer.facts.values import PLACE, cells_of, days, documents
from orienteer.model import KEYS
from orienteer.parameters import Range

DATABASE = "AWS::RDS::DBInstance"
AMAZON = ("amazon", "aws-marketplace", "aws-backup-vault")
NEVER_UPGRADED = "docdb"
"""The engine that takes no minor version by itself, whatever the setting says.

https://docs.aws.amazon.com/documentdb/latest/developerguide/API_CreateDBInstance.html
"""
OF_PATCHES = ("baseline", "missing", "failed_patches", "missing_critical", "missing_security", "scanned_at")


# --- patches


def _patched(ssm_managed_instances: Source, rds_instances: Source) -> Iterator[Cells | Gap]:
    """Machines that Systems Manager manages, and database instances."""
    for row in ssm_managed_instances.rows:
        keys = cells_of(row)
        yield Cells(keys, resource_type=INSTANCE, minor_upgrades=None)
    for row in (one for one in rds_instances.rows if one["engine"] != NEVER_UPGRADED):
        keys = cells_of(row)
        yield Cells(keys, resource_type=DATABASE, minor_upgrades=row["minor_upgrades"])
    yield from (*ssm_managed_instances.gaps, *rds_instances.gaps)


def _is_machine(one: Row) -> bool:
    return bool(one.resource_type == INSTANCE)


def scan_age_days(one: Row, *, as_of: pd.Timestamp) -> int | None:
    """Days since it was last scanned for patches; None where it never was."""
    return days(as_of, one.scanned_at)


def missing_patches(one: Row) -> int:
    """Critical and security patches that are missing; all that are, where the agent tells no kinds."""
    if one.missing_critical is None and one.missing_security is None:
        return one.missing or 0
    return (one.missing_critical or 0) + (one.missing_security or 0)


def is_immutable(one: Row, *, immutable_tag: str = "immutable") -> bool:
    """Its tag says that it is replaced and not patched."""
    return any(str(tag.get("Key", "")).lower() == immutable_tag.lower() for tag in documents(one.tags))


PATCHED = Fact(
    "patched",
    "One row per machine that Systems Manager manages, with the patches it lacks, and one per database instance.",
    rows=_patched,
    made=dict.fromkeys(("", *KEYS, "resource_type", "minor_upgrades"), ("ssm_managed_instances", "rds_instances")),
    joins=(
        Join("ssm_patch_states", OF_PATCHES, on={**PLACE, "name": "resource_id"}, only=_is_machine),
        Join("ec2_instances", ("tags",), on={**PLACE, "instance_id": "resource_id"}, only=_is_machine),
    ),
    columns=(scan_age_days, missing_patches, is_immutable),
    hidden=frozenset({"tags"}),
    resource_type=INSTANCE,
)


# --- images


def _imaged(machines: Source) -> Iterator[Cells | Gap]:
    yield from (Cells(row) for row in machines.rows if row["state"] not in GONE)
    yield from machines.gaps


def image_age_days(machine: Row, *, as_of: pd.Timestamp) -> int | None:
    """Days since its image was made."""
    return days(as_of, machine.made_at)


def known_owner(machine: Row, *, trusted_image_owners: tuple[str, ...] = ()) -> bool:
    """Its image is the organization's, Amazon's, from the marketplace, or of an owner that the client trusts."""
    if machine.owner_alias in AMAZON:
        return True
    named = (machine.account_id, *trusted_image_owners)
    return machine.image_owner in named or machine.image_owner in machine.members


IMAGED = Fact(
    "imaged_machines",
    "One row per EC2 instance with the image it runs: whose it is, and how old.",
    rows=_imaged,
    made=dict.fromkeys(("", *KEYS, "image_id", "tags", "state"), ("ec2_instances",)),
    joins=(
        Join(
            "ec2_used_images",
            ("image_name", "image_owner", "owner_alias", "made_at"),
            on={**PLACE, "image_id": "image_id"},
        ),
        Join("ec2_allowed_images", ("allowed_images",), on=PLACE),
        Join("the_organization", ("members",), on={}, place=NOWHERE),
    ),
    columns=(image_age_days, known_owner, cluster),
    hidden=frozenset({"tags", "members"}),
    resource_type=INSTANCE,
)


# --- scans for vulnerabilities


def holds(place: Row) -> tuple[str, ...]:
    """What there is to scan: machines, images, functions."""
    there = {
        "machines": any(one.state not in GONE and one.instance_id for one in place.machines),
        "images": any(one.repository_name for one in place.repositories),
        "functions": any(one.function_name for one in place.functions),
    }
    return tuple(name for name, found in there.items() if found)


def unscanned(place: Row) -> tuple[str, ...]:
    """What of it Inspector does not scan."""
    scans = {"machines": place.scans_machines, "images": place.scans_images, "functions": place.scans_functions}
    return tuple(name for name in place.holds if scans[name] != "ENABLED")


def not_automatic(place: Row) -> tuple[str, ...]:
    """What the delegated administrator does not turn on in new accounts."""
    auto = {"machines": place.auto_machines, "images": place.auto_images, "functions": place.auto_functions}
    return tuple(name for name in place.holds if not auto[name])


def aged(place: Row, *, vuln_days: Annotated[int, Range(1, 365)] = 30, as_of: pd.Timestamp) -> int:
    """How many critical vulnerabilities with a known exploit have been open for longer than the limit (up to 100)."""
    ages = (days(as_of, one.observed_at) for one in place.vulnerabilities if one.arn)
    return sum(1 for age in ages if age is not None and age > vuln_days)


def uncovered(place: Row) -> dict[str, Any]:
    """Why Inspector does not scan some of its resources, with how many."""
    return {one.reason: one.resources for one in place.reasons if one.reason and one.reason != "SUCCESSFUL"}


SCANNED = Fact(
    "scanned_places",
    "One row per account and enabled region: what there is to scan for vulnerabilities, what Inspector scans of it, "
    "and how many critical ones are old.",
    base="places",
    joins=(
        Join("ec2_instances", many="machines", on=PLACE),
        Join("ecr_repositories", many="repositories", on=PLACE),
        Join("lambda_functions", many="functions", on=PLACE),
        Join(
            "inspector2_accounts", ("inspector_status", "scans_machines", "scans_images", "scans_functions"), on=PLACE
        ),
        Join("inspector2_delegated_admins", {"admin": "admin_account"}, on={"region": "region"}, place=EVERY_REGION),
        told_there(
            "inspector2_organization_configuration",
            ("auto_machines", "auto_images", "auto_functions"),
            "admin",
            "inspector2:DescribeOrganizationConfiguration",
        ),
        Join("the_organization", ("organization_id",), on={}, place=NOWHERE),
        Join("inspector2_findings", many="vulnerabilities", on=PLACE),
        Join("inspector2_coverage", many="reasons", on=PLACE),
    ),
    columns=(holds, unscanned, not_automatic, aged, uncovered),
    hidden=frozenset({"tree", "machines", "repositories", "functions", "vulnerabilities", "reasons"}),
)
