"""Control Tower: landing zones, and the units that have its baselines."""

from __future__ import annotations

from orienteer.model import Call, Column, Scope, Table
from orienteer.tables.ec2 import ORGANIZATION_REGIONS
from orienteer.tables.shapes import arn, described

LANDING_ZONES = Table(
    name="controltower_landing_zones",
    doc="One row per landing zone, asked about in each region of the management account.",
    scope=Scope.ORG,
    parent=ORGANIZATION_REGIONS,
    call=Call("controltower", "list_landing_zones"),
    items="landingZones[]",
    columns=(arn("arn"),),
    resource="arn",
    arn="arn",
)

ENABLED_BASELINES = described(
    "controltower_enabled_baselines",
    LANDING_ZONES,
    "One row per baseline that is enabled on a unit.",
    Call("controltower", "list_enabled_baselines"),
    Column("baseline", "baselineIdentifier", "string", "ARN of the baseline"),
    Column("target", "targetIdentifier", "string", "ARN of the unit"),
    Column("status", "statusSummary.status", "string", "SUCCEEDED, FAILED, UNDER_CHANGE"),
    items="enabledBaselines[]",
)
