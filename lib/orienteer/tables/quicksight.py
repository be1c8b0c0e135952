"""QuickSight: whether the account may publish dashboards to everybody, and which are shared by link."""

from __future__ import annotations

from orienteer.model import Call, Column, Scope, Table
from orienteer.tables.shapes import arn, described, listed, name

ELSEWHERE = "AccessDeniedException: identity region"
"""The answer of every region but the one that QuickSight was set up in."""

ACCOUNT_SETTINGS = Table(
    name="quicksight_account_settings",
    doc="One row per account, from the region that QuickSight was set up in: whether dashboards may be public.",
    scope=Scope.REGION,
    call=Call(
        "quicksight",
        "describe_account_settings",
        params={"AwsAccountId": "account_id"},
        absent={"ResourceNotFoundException", ELSEWHERE},
    ),
    columns=(
        Column("public_sharing", "AccountSettings.PublicSharingEnabled", "bool", "dashboards may be open to everybody"),
        Column("edition", "AccountSettings.Edition", "string", "STANDARD, ENTERPRISE, ..."),
    ),
)

DASHBOARDS = listed(
    "quicksight_dashboards",
    "One row per dashboard of a region in which QuickSight is used.",
    Call(
        "quicksight",
        "list_dashboards",
        params={"AwsAccountId": "account_id"},
        absent={"ResourceNotFoundException", "UnsupportedUserEditionException", ELSEWHERE},
    ),
    "DashboardSummaryList[]",
    name("DashboardId", "id of the dashboard"),
    arn("Arn"),
)

DASHBOARD_PERMISSIONS = described(
    "quicksight_dashboard_permissions",
    DASHBOARDS,
    "One row per dashboard: who may open its link.",
    Call(
        "quicksight",
        "describe_dashboard_permissions",
        params={"AwsAccountId": "account_id", "DashboardId": "name"},
        absent={"ResourceNotFoundException"},
    ),
    Column(
        "link_principals",
        "LinkSharingConfiguration.Permissions[].Principal",
        "json",
        "ARNs of namespaces; none: by invitation only",
    ),
)
