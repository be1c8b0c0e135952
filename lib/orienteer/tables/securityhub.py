"""Security Hub: hubs (CSPM and v2), delegated administrators, members and organization settings."""

from __future__ import annotations

from orienteer.model import Call, Column, Scope, Table
from orienteer.tables.ec2 import ORGANIZATION_REGIONS
from orienteer.tables.wording import NO_ORGANIZATION, NOT_ADMINISTRATOR

OFF = "InvalidAccessException: not subscribed|not enabled"
NOT_SUBSCRIBED = frozenset({OFF, "ResourceNotFoundException"})
"""What Security Hub answers in an account and region where it is not on.  The code alone may also mean a refusal.
https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_DescribeHub.html"""

NOT_HERE = frozenset(
    {OFF, *(f"{code}: {NOT_ADMINISTRATOR}" for code in ("InvalidAccessException", "AccessDeniedException"))}
)
"""What any account but the administrator is answered about the organization."""

HUBS = Table(
    name="securityhub_hubs",
    doc="One row per account and region: the Security Hub CSPM hub; absent where it is not on.",
    scope=Scope.REGION,
    call=Call("securityhub", "describe_hub", absent=NOT_SUBSCRIBED),
    arn="hub_arn",
    columns=(
        Column("hub_arn", "HubArn", "string", "ARN of the hub"),
        Column("subscribed_at", "SubscribedAt", "timestamp", "when it was turned on"),
        Column("auto_enable_controls", "AutoEnableControls", "bool", "new controls are on by themselves"),
    ),
)

HUBS_V2 = Table(
    name="securityhub_hubs_v2",
    doc="One row per account and region: the newer Security Hub (v2); absent where it is not on.",
    scope=Scope.REGION,
    call=Call("securityhub", "describe_security_hub_v2", absent=NOT_SUBSCRIBED),
    arn="hub_arn",
    columns=(
        Column("hub_arn", "HubV2Arn", "string", "ARN of the hub"),
        Column("subscribed_at", "SubscribedAt", "timestamp", "when it was turned on"),
    ),
)

ORGANIZATION_ADMINS = Table(
    name="securityhub_organization_admins",
    doc="One row per region, asked from the management account: the delegated administrator, absent without one.",
    scope=Scope.ORG,
    parent=ORGANIZATION_REGIONS,
    call=Call(
        "securityhub", "list_organization_admin_accounts", absent={OFF, f"InvalidAccessException: {NO_ORGANIZATION}"}
    ),
    items="AdminAccounts[]",
    columns=(
        Column("admin_account", "AccountId", "string", "delegated administrator"),
        Column("admin_status", "Status", "string", "ENABLED or DISABLE_IN_PROGRESS"),
    ),
)

ORGANIZATION_CONFIGURATION = Table(
    name="securityhub_organization_configuration",
    doc="One row per hub: how accounts are enrolled; absent outside the delegated administrator.",
    scope=Scope.REGION,
    parent=HUBS,
    call=Call("securityhub", "describe_organization_configuration", absent=NOT_HERE),
    when="hub_arn",
    columns=(
        Column("auto_enable", "AutoEnable", "bool", "new accounts are enrolled (local configuration)"),
        Column("limit_reached", "MemberAccountLimitReached", "bool", "no further member fits"),
        Column("auto_enable_standards", "AutoEnableStandards", "string", "DEFAULT or NONE, of new accounts"),
        Column("is_administrator", "AutoEnable != `null`", "bool", "the account administers the organization"),
        Column("configuration_type", "OrganizationConfiguration.ConfigurationType", "string", "LOCAL or CENTRAL"),
        Column("configuration_status", "OrganizationConfiguration.Status", "string", "state of central configuration"),
    ),
)

MEMBERS = Table(
    name="securityhub_members",
    doc="One row per member account of an administrator's hub, removed ones too.",
    scope=Scope.REGION,
    parent=HUBS,
    call=Call("securityhub", "list_members", fixed={"OnlyAssociated": False}, absent=NOT_HERE),
    when="hub_arn",
    items="Members[]",
    columns=(
        Column("member_account", "AccountId", "string", "account of the member"),
        Column("member_status", "MemberStatus", "string", "Enabled, Created, Invited, Removed, ..."),
        Column("administrator_account", "AdministratorId", "string", "administrator of the member"),
    ),
)
