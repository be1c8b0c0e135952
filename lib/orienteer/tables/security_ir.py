"""AWS Security Incident Response: memberships."""

from __future__ import annotations

from orienteer.model import Call, Column
from orienteer.tables.ec2 import ORGANIZATION_REGIONS
from orienteer.tables.shapes import described

MEMBERSHIPS = described(
    "security_ir_memberships",
    ORGANIZATION_REGIONS,
    "One row per membership of AWS Security Incident Response that the management account sees in a region.",
    Call("security-ir", "list_memberships"),
    Column("membership_id", "membershipId", "string", "id of the membership"),
    Column("status", "membershipStatus", "string", "Active, Cancelled or Terminated"),
    items="items[]",
)
