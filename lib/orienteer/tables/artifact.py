"""Agreements between the client and AWS."""

from __future__ import annotations

from orienteer.model import Call, Column, Scope
from orienteer.tables.shapes import arn, listed, name

AGREEMENTS = listed(
    "artifact_agreements",
    "One row per agreement that the account accepted for itself or for the organization.",
    Call("artifact", "list_customer_agreements"),
    "customerAgreements[]",
    name("name", "name of the agreement"),
    arn("arn"),
    Column("state", "state", "string", "ACTIVE, CUSTOMER_TERMINATED or AWS_TERMINATED"),
    Column("effective_from", "effectiveStart", "timestamp", "first day of the agreement"),
    scope=Scope.ORG,
    at="us-east-1",
)
