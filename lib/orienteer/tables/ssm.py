"""Systems Manager: documents and parameters that others may use (never their values), machines and their sessions."""

from __future__ import annotations

from orienteer.model import Call, Column, Scope, Table
from orienteer.tables.shapes import arn, batched, described, listed, name

OWN = [{"Key": "Owner", "Values": ["Self"]}]
PUBLIC_SHARING = "/ssm/documents/console/public-sharing-permission"
HOST_MANAGEMENT = "/ssm/managed-instance/default-ec2-instance-management-role"

DOCUMENTS = listed(
    "ssm_documents",
    "One row per document that the account owns.",
    Call("ssm", "list_documents", fixed={"Filters": OWN}),
    "DocumentIdentifiers[]",
    name("Name"),
    Column("type", "DocumentType", "string", "Command, Automation, ..."),
    Column("is_session", "DocumentType == 'Session'", "bool", "settings of sessions of Session Manager"),
)

SESSION_DOCUMENTS = described(
    "ssm_session_documents",
    DOCUMENTS,
    "One row per session document, where sessions are logged; absent for documents of other types.",
    Call(
        "ssm",
        "get_document",
        params={"Name": "name"},
        fixed={"DocumentFormat": "JSON"},
        absent={"InvalidDocument"},
    ),
    Column("settings", "Content", "json", "settings of the sessions, JSON text"),
    when="is_session",
    keep=("name",),
)

DOCUMENT_SHARES = described(
    "ssm_document_shares",
    DOCUMENTS,
    "One row per document: the accounts that may use it; `all` is everybody.",
    Call(
        "ssm",
        "describe_document_permission",
        params={"Name": "name"},
        fixed={"PermissionType": "Share"},
        absent={"InvalidDocument"},
    ),
    Column("account_ids", "AccountIds", "json", "accounts it is shared with, or all"),
)

DOCUMENT_PUBLIC_SHARING = Table(
    name="ssm_document_public_sharing",
    doc="One row per account and region: whether documents can be shared with everybody.",
    scope=Scope.REGION,
    call=Call("ssm", "get_service_setting", fixed={"SettingId": PUBLIC_SHARING}),
    columns=(
        Column("setting", "ServiceSetting.SettingValue", "string", "Enable or Disable"),
        Column("new_sharing_off", "ServiceSetting.SettingValue == 'Disable'", "bool", "new public sharing is refused"),
    ),
)

HOST_MANAGEMENT_SETTING = Table(
    name="ssm_host_management",
    doc="One row per account and region: the role by which Systems Manager manages instances without a role of theirs.",
    scope=Scope.REGION,
    call=Call("ssm", "get_service_setting", fixed={"SettingId": HOST_MANAGEMENT}),
    columns=(
        Column("management_role", "ServiceSetting.SettingValue", "string", "path and name of the role; $None: off"),
        Column("is_on", "ServiceSetting.SettingValue != '$None'", "bool", "default host management is on"),
    ),
)

MANAGED_INSTANCES = listed(
    "ssm_managed_instances",
    "One row per machine that Systems Manager knows: when its agent last called.",
    Call("ssm", "describe_instance_information"),
    "InstanceInformationList[]",
    name("InstanceId", "id of the instance"),
    Column("ping_status", "PingStatus", "string", "Online, ConnectionLost or Inactive"),
    Column("last_ping_at", "LastPingDateTime", "timestamp", "when its agent last called"),
    Column("agent_version", "AgentVersion", "string", "version of the agent"),
    Column("system", "join(' ', [PlatformName || '', PlatformVersion || ''])", "string", "operating system"),
)

PARAMETERS = listed(
    "ssm_parameters",
    "One row per parameter of the advanced tier, the one that can be shared; names and dates only.",
    Call("ssm", "describe_parameters", fixed={"ParameterFilters": [{"Key": "Tier", "Values": ["Advanced"]}]}),
    "Parameters[]",
    name("Name"),
    arn("ARN"),
    Column("type", "Type", "string", "String, StringList or SecureString"),
)

PARAMETER_POLICIES = described(
    "ssm_parameter_policies",
    PARAMETERS,
    "One row per resource policy of a parameter of the advanced tier.",
    Call("ssm", "get_resource_policies", params={"ResourceArn": "arn"}, absent={"ResourceNotFoundException"}),
    Column("policy", "Policy", "policy", "policy document, JSON text"),
    items="Policies[]",
)

PLAIN_PARAMETERS = listed(
    "ssm_plain_parameters",
    "One row per parameter that is not encrypted; names and dates only.",
    Call(
        "ssm", "describe_parameters", fixed={"ParameterFilters": [{"Key": "Type", "Values": ["String", "StringList"]}]}
    ),
    "Parameters[]",
    name("Name"),
    arn("ARN"),
    Column("type", "Type", "string", "String or StringList"),
)

PATCH_STATES = batched(
    "ssm_patch_states",
    "One row per managed instance that was ever scanned for patches: what is missing, and when that was seen.",
    (Call("ssm", "describe_instance_information"), "InstanceInformationList[].InstanceId"),
    (Call("ssm", "describe_instance_patch_states"), "InstanceIds", 50),
    "InstancePatchStates[]",
    name("InstanceId", "id of the instance"),
    Column("baseline", "BaselineId", "string", "baseline that it is held against"),
    Column("missing", "MissingCount", "int", "patches that are approved and not installed"),
    Column("failed_patches", "FailedCount", "int", "patches whose installation failed"),
    Column("missing_critical", "CriticalNonCompliantCount", "int", "patches of critical compliance that are missing"),
    Column("missing_security", "SecurityNonCompliantCount", "int", "security patches that are missing"),
    Column("scanned_at", "OperationEndTime", "timestamp", "end of the last scan or installation"),
)
