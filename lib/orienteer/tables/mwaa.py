"""Managed Airflow environments."""

from __future__ import annotations

from orienteer.model import Call, Column
from orienteer.tables.shapes import arn, described, listed, name

ENVIRONMENTS = listed(
    "mwaa_environments",
    "One row per environment, by name.",
    Call("mwaa", "list_environments"),
    "Environments[]",
    name("@"),
)

ENVIRONMENT_DETAILS = described(
    "mwaa_environment_details",
    ENVIRONMENTS,
    "One row per environment: whether its web server stands on the internet; signing in asks for IAM.",
    Call("mwaa", "get_environment", params={"Name": "name"}, absent={"ResourceNotFoundException"}),
    arn("Environment.Arn"),
    Column(
        "is_public", "Environment.WebserverAccessMode == 'PUBLIC_ONLY'", "bool", "the web server has public addresses"
    ),
    Column("url", "Environment.WebserverUrl", "string", "its host name"),
    arn="arn",
)
