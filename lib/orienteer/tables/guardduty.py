"""GuardDuty: delegated administrators, detectors, members and organization settings."""

from __future__ import annotations

from orienteer.model import EMPTY, Call, Column, Scope, Table
from orienteer.tables.ec2 import ORGANIZATION_REGIONS
from orienteer.tables.wording import NO_ORGANIZATION, NOT_ADMINISTRATOR

NOT_HERE = frozenset(f"{code}: {NOT_ADMINISTRATOR}" for code in ("BadRequestException", "AccessDeniedException"))
"""What any account but the administrator is answered about the organization.  The first code alone may mean anything,
such as a detector that is somebody else's."""

ORGANIZATION_ADMINS = Table(
    name="guardduty_organization_admins",
    doc="One row per region, asked from the management account: the delegated administrator, absent without one.",
    scope=Scope.ORG,
    parent=ORGANIZATION_REGIONS,
    call=Call("guardduty", "list_organization_admin_accounts", absent={f"BadRequestException: {NO_ORGANIZATION}"}),
    items="AdminAccounts[]",
    columns=(
        Column("admin_account", "AdminAccountId", "string", "delegated administrator"),
        Column("admin_status", "AdminStatus", "string", "ENABLED or DISABLE_IN_PROGRESS"),
    ),
)

DETECTORS = Table(
    name="guardduty_detectors",
    doc="One row per detector (at most one per account and region).",
    scope=Scope.REGION,
    call=Call("guardduty", "list_detectors"),
    items="DetectorIds[]",
    resource="detector_id",
    columns=(Column("detector_id", "@", "string", "id of the detector"),),
)

DETECTOR_SETTINGS = Table(
    name="guardduty_detector_settings",
    doc="One row per detector: status and the protection plans it runs.",
    scope=Scope.REGION,
    parent=DETECTORS,
    call=Call("guardduty", "get_detector", params={"DetectorId": "detector_id"}),
    keep=("detector_id",),
    columns=(
        Column("status", "Status", "string", "ENABLED or DISABLED"),
        Column("features", "Features", "json", "protection plans: list of {Name, Status, ...}"),
        Column("data_sources", "DataSources", "json", "the same in the older form, without the newer plans"),
        Column("publishing_frequency", "FindingPublishingFrequency", "string", "how often repeats are published"),
        Column("created_at", "CreatedAt", "timestamp", "when the detector was made"),
    ),
)

MEMBERS = Table(
    name="guardduty_members",
    doc="One row per member account of an administrator's detector, removed and resigned ones too.",
    scope=Scope.REGION,
    parent=DETECTORS,
    call=Call(
        "guardduty",
        "list_members",
        params={"DetectorId": "detector_id"},
        fixed={"OnlyAssociated": "false"},
        absent=NOT_HERE,
    ),
    items="Members[]",
    columns=(
        Column("member_account", "AccountId", "string", "account of the member"),
        Column("member_detector", "DetectorId", "string", "detector in the member's account"),
        Column("relationship_status", "RelationshipStatus", "string", "Enabled, Created, Invited, Removed, ..."),
        Column("administrator_account", "AdministratorId", "string", "administrator of the member"),
        Column("updated_at", "UpdatedAt", "timestamp", "when the membership last changed"),
    ),
)

ORGANIZATION_CONFIGURATION = Table(
    name="guardduty_organization_configuration",
    doc="One row per detector: how new accounts are enrolled; absent outside the delegated administrator.",
    scope=Scope.REGION,
    parent=DETECTORS,
    call=Call(
        "guardduty",
        "describe_organization_configuration",
        params={"DetectorId": "detector_id"},
        absent=NOT_HERE,
    ),
    columns=(
        Column("auto_enable_members", "AutoEnableOrganizationMembers", "string", "ALL, NEW or NONE"),
        Column("auto_enable", "AutoEnable", "bool", "the older setting: true means new accounts only"),
        Column("limit_reached", "MemberAccountLimitReached", "bool", "no further member fits"),
        Column("features", "Features", "json", "plans enrolled automatically"),
    ),
)

ADMINISTRATORS = Table(
    name="guardduty_administrators",
    doc="One row per detector: the administrator account it reports to; null for an administrator's own, or for none.",
    scope=Scope.REGION,
    parent=DETECTORS,
    call=Call(
        "guardduty",
        "get_administrator_account",
        params={"DetectorId": "detector_id"},
        absent={EMPTY},
    ),
    columns=(
        Column("administrator_account", "Administrator.AccountId", "string", "administrator account"),
        Column("relationship_status", "Administrator.RelationshipStatus", "string", "state of the relationship"),
    ),
)
