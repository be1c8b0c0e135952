"""Lake Formation: permissions, and how far accounts outside may filter for themselves."""

from __future__ import annotations

from orienteer.model import Call, Column, Scope, Table
from orienteer.tables.shapes import listed

PERMISSIONS = listed(
    "lakeformation_permissions",
    "One row per permission that a principal has on something in the catalog.",
    Call("lakeformation", "list_permissions"),
    "PrincipalResourcePermissions[]",
    Column(
        "principal",
        "Principal.DataLakePrincipalIdentifier",
        "string",
        "ARN, account id, organization, OU, or IAM_ALLOWED_PRINCIPALS",
    ),
    Column("on", "Resource", "json", "what it is about"),
    Column("permissions", "Permissions", "json", "SELECT, DESCRIBE, ..."),
    resource="principal",
)

SETTINGS = Table(
    name="lakeformation_settings",
    doc="One row per account and region: who may filter the account's data with an engine of their own.",
    scope=Scope.REGION,
    call=Call("lakeformation", "get_data_lake_settings", absent={"EntityNotFoundException"}),
    columns=(
        Column(
            "full_external_access",
            "DataLakeSettings.AllowFullTableExternalDataAccess",
            "bool",
            "engines outside get whole tables",
        ),
        Column(
            "external_filtering", "DataLakeSettings.AllowExternalDataFiltering", "bool", "engines outside may filter"
        ),
        Column(
            "account_ids",
            "DataLakeSettings.ExternalDataFilteringAllowList[].DataLakePrincipalIdentifier",
            "json",
            "accounts whose engines may filter",
        ),
    ),
)
