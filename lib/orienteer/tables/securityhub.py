"""Security Hub: hubs (CSPM and v2), delegated administrators, members and organization settings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from orienteer.model import Answer, Ask, Call, Column, Outcome, Place, Scope, Table
from orienteer.tables.ec2 import ORGANIZATION_REGIONS

OFF = "InvalidAccessException: not subscribed|not enabled"
NOT_SUBSCRIBED = frozenset({OFF, "ResourceNotFoundException"})
"""What Security Hub answers in an account and region where it is not on.  The code alone may also mean a refusal.
https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_DescribeHub.html"""

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
    call=Call("securityhub", "list_organization_admin_accounts", absent={OFF}),
    items="AdminAccounts[]",
    columns=(
        Column("admin_account", "AccountId", "string", "delegated administrator"),
        Column("admin_status", "Status", "string", "ENABLED or DISABLE_IN_PROGRESS"),
    ),
)

NOT_ADMINISTRATOR = re.compile(r"account that isn.t authorized|not an? (delegated )?administrator", re.IGNORECASE)
CONFIGURATION = Call("securityhub", "describe_organization_configuration", absent={OFF})


def _configuration(ask: Ask, place: Place) -> Iterable[Mapping[str, Any] | Answer]:
    """How accounts are enrolled, as the delegated administrator sees it; nothing from any other account.

    Security Hub refuses every other account in words of its own; a refusal in any other words is a gap.
    """
    if not place.row.get("hub_arn"):
        return
    answer = ask(CONFIGURATION, resource=str(place.row.get("resource_id") or ""))
    if answer.outcome is Outcome.DENIED and NOT_ADMINISTRATOR.search(answer.message):
        return
    if answer.outcome is Outcome.OK:
        given = answer.page.get("OrganizationConfiguration") or {}
        yield {
            "auto_enable": answer.page.get("AutoEnable"), "limit_reached": answer.page.get("MemberAccountLimitReached"),
            "configuration_type": given.get("ConfigurationType"), "configuration_status": given.get("Status"),
        }  # fmt: skip
    yield answer


ORGANIZATION_CONFIGURATION = Table(
    name="securityhub_organization_configuration",
    doc="One row per hub: how accounts are enrolled; absent outside the delegated administrator.",
    scope=Scope.REGION,
    parent=HUBS,
    call=CONFIGURATION,
    read=_configuration,
    columns=(
        Column("auto_enable", "AutoEnable", "bool", "new accounts are enrolled (local configuration)"),
        Column("limit_reached", "MemberAccountLimitReached", "bool", "no further member fits"),
        Column("configuration_type", "OrganizationConfiguration.ConfigurationType", "string", "LOCAL or CENTRAL"),
        Column("configuration_status", "OrganizationConfiguration.Status", "string", "state of central configuration"),
    ),
)

MEMBERS = Table(
    name="securityhub_members",
    doc="One row per member account of an administrator's hub, removed ones too.",
    scope=Scope.REGION,
    parent=HUBS,
    call=Call("securityhub", "list_members", fixed={"OnlyAssociated": False}, absent={OFF}),
    when="hub_arn",
    items="Members[]",
    columns=(
        Column("member_account", "AccountId", "string", "account of the member"),
        Column("member_status", "MemberStatus", "string", "Enabled, Created, Invited, Removed, ..."),
        Column("administrator_account", "AdministratorId", "string", "administrator of the member"),
    ),
)
