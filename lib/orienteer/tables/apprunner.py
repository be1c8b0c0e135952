"""App Runner services (never their environment values)."""

from __future__ import annotations

from orienteer.model import Call, Column
from orienteer.tables.shapes import arn, described, listed, name

SERVICES = listed(
    "apprunner_services",
    "One row per service.",
    Call("apprunner", "list_services"),
    "ServiceSummaryList[]",
    name("ServiceName"),
    arn("ServiceArn"),
)

SERVICE_DETAILS = described(
    "apprunner_service_details",
    SERVICES,
    "One row per service: whether everybody reaches its URL.",
    Call("apprunner", "describe_service", params={"ServiceArn": "arn"}, absent={"ResourceNotFoundException"}),
    Column(
        "is_public",
        "Service.NetworkConfiguration.IngressConfiguration.IsPubliclyAccessible",
        "bool",
        "its URL has a public address",
    ),
    Column("url", "Service.ServiceUrl", "string", "its host name"),
    Column("status", "Service.Status", "string", "RUNNING, PAUSED, ..."),
)
