"""AWS Audit Manager: assessments that gather evidence against a framework."""

from __future__ import annotations

from orienteer.model import Call, Column
from orienteer.tables.ec2 import ORGANIZATION_REGIONS
from orienteer.tables.shapes import described

ASSESSMENTS = described(
    "auditmanager_assessments",
    ORGANIZATION_REGIONS,
    "One row per active assessment that the management account sees in a region.",
    Call(
        "auditmanager",
        "list_assessments",
        fixed={"status": "ACTIVE"},
        absent={"AccessDeniedException: Please complete AWS Audit Manager setup"},
    ),
    Column("name", "name", "string", "name of the assessment"),
    Column("standard", "complianceType", "string", "framework that it is about"),
    items="assessmentMetadata[]",
)
