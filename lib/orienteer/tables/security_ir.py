"""AWS Security Incident Response: memberships."""

from __future__ import annotations

from orienteer.model import Call, Column, Scope
from orienteer.tables.shapes import listed, name

MEMBERSHIPS = listed(
    "security_ir_memberships",
    "One row per membership of AWS Security Incident Response that the account sees.",
    Call("security-ir", "list_memberships"),
    "items[]",
    name("membershipId", "id of the membership"),
    Column("status", "membershipStatus", "string", "Active, Cancelled or Terminated"),
    scope=Scope.ORG,
)
