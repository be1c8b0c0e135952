"""GuardDuty's protection plans: which run on each detector, what they would protect, and what new accounts get."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import jmespath

from orienteer.facts.detection import DETECTOR, GUARDDUTY
from orienteer.facts.fact import Fact, Join
from orienteer.facts.seen import Cells, Row
from orienteer.facts.source import Gap, Source
from orienteer.facts.values import PLACE, cells_of, documents, object_in
from orienteer.model import KEYS

PLANS = ("S3_DATA_EVENTS", "EKS_AUDIT_LOGS", "RDS_LOGIN_EVENTS", "LAMBDA_NETWORK_LOGS", "EBS_MALWARE_PROTECTION")
OLDER = {
    "S3_DATA_EVENTS": "S3Logs.Status",
    "EKS_AUDIT_LOGS": "Kubernetes.AuditLogs.Status",
    "EBS_MALWARE_PROTECTION": "MalwareProtection.ScanEc2InstanceWithFindings.EbsVolumes.Status",
}
"""Where the older form of a detector's settings tells of a plan."""


def _used(place: Row, plan: str) -> bool:
    """What the plan protects is here; of a plan that is not named here it is taken for granted."""
    protects = {
        "S3_DATA_EVENTS": lambda: place.buckets,
        "EKS_AUDIT_LOGS": lambda: place.clusters,
        "EKS_RUNTIME_MONITORING": lambda: place.clusters,
        "RDS_LOGIN_EVENTS": lambda: place.databases,
        "LAMBDA_NETWORK_LOGS": lambda: place.functions,
        "EBS_MALWARE_PROTECTION": lambda: place.instances,
    }
    users = protects.get(plan.partition("/")[0])
    return users is None or any(True for _ in users())


def plan_status(place: Row) -> Mapping[str, str]:
    """The status of each plan of the detector; a part of a plan is named PLAN/PART."""
    found: dict[str, str] = {}
    for one in documents(place.plans):
        found[one.get("Name")] = one.get("Status")
        found |= {
            f"{one.get('Name')}/{part.get('Name')}": part.get("Status")
            for part in one.get("AdditionalConfiguration") or ()
        }
    older = object_in(place.data_sources) if not found else {}
    found |= {name: status for name, path in OLDER.items() if (status := jmespath.search(path, older))}
    return found


def off_and_used(place: Row, *, guardduty_features: tuple[str, ...] = PLANS) -> tuple[str, ...]:
    """The wanted plans that are off though what they protect is here."""
    off = [plan for plan in guardduty_features if place.plan_status.get(plan) != "ENABLED"]
    return tuple(plan for plan in off if _used(place, plan))


def off_and_unused(place: Row, *, guardduty_features: tuple[str, ...] = PLANS) -> tuple[str, ...]:
    """The wanted plans that are off where there is nothing that they would protect."""
    off = (plan for plan in guardduty_features if place.plan_status.get(plan) != "ENABLED")
    return tuple(plan for plan in off if plan not in place.off_and_used)


PLAN_PLACES = Fact(
    "guardduty_plan_places",
    "One row per account and enabled region: the protection plans of its detector, and what they would protect.",
    base=GUARDDUTY.name,
    joins=(
        Join("guardduty_detector_settings", ("data_sources",), on=PLACE),
        Join("s3_buckets", many="buckets", on=PLACE),
        Join("eks_clusters", many="clusters", on=PLACE),
        Join("rds_instances", many="databases", on=PLACE),
        Join("lambda_functions", many="functions", on=PLACE),
        Join("ec2_instances", many="instances", on=PLACE),
    ),
    columns=(plan_status, off_and_used, off_and_unused),
    hidden=GUARDDUTY.hidden | {"buckets", "clusters", "databases", "functions", "instances"},
    resource_type=DETECTOR,
)


def not_automatic(region: Row, *, guardduty_features: tuple[str, ...] = PLANS) -> tuple[str, ...]:
    """The wanted plans that not all accounts get automatically, each with who does."""
    told = {one.get("Name"): one.get("AutoEnable") for one in documents(region.auto_plans)}
    return tuple(f"{p} ({told.get(p) or 'NONE'})" for p in guardduty_features if "/" not in p and told.get(p) != "ALL")


PLAN_REGIONS = Fact(
    "guardduty_plan_regions",
    "One row per region: the protection plans that accounts of the organization get automatically.",
    base="guardduty_enrolment",
    columns=(not_automatic,),
    hidden=frozenset({"places", "admin_read", "configured", "policies", "auto_plans"}),
    resource_type=DETECTOR,
)

OF_PLACE = ("detector_id", "detector_status", "plan_status", "off_and_used", "off_and_unused")
OF_REGION = ("admin", "admin_read", "configured", "not_automatic")


def _plans(guardduty_plan_places: Source, guardduty_plan_regions: Source) -> Iterator[Cells | Gap]:
    """Each region about its automatic plans, then each account and region."""
    for row in guardduty_plan_regions.rows:
        cells = dict.fromkeys(OF_PLACE) | cells_of(row, *OF_REGION)
        yield Cells(cells | {"resource_id": "organization"}, is_region=True)
    for row in guardduty_plan_places.rows:
        yield Cells(dict.fromkeys(OF_REGION) | cells_of(row, *OF_PLACE), is_region=False)
    yield from dict.fromkeys((*guardduty_plan_regions.gaps, *guardduty_plan_places.gaps))


PROTECTION_PLANS = Fact(
    "guardduty_plans",
    "One row per region about the plans that accounts get automatically, and one per account and region about its own.",
    rows=_plans,
    made={
        "": ("organization", "guardduty_organization_admins", "ec2_regions", "organization_accounts"),
        **dict.fromkeys((*KEYS, "is_region"), ()),
        **{c: (f"guardduty_plan_places.{c}",) for c in OF_PLACE},
        **{c: (f"guardduty_plan_regions.{c}",) for c in OF_REGION},
    },
    hidden=frozenset({"admin_read", "configured"}),
    resource_type=DETECTOR,
)
