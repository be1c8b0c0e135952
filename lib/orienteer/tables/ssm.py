"""Systems Manager: documents and parameters that others may use (never their values)."""

from __future__ import annotations

from orienteer.model import Call, Column, Scope, Table
from orienteer.tables.shapes import arn, described, listed, name

OWN = [{"Key": "Owner", "Values": ["Self"]}]
PUBLIC_SHARING = "/ssm/documents/console/public-sharing-permission"

DOCUMENTS = listed(
    "ssm_documents",
    "One row per document that the account owns.",
    Call("ssm", "list_documents", fixed={"Filters": OWN}),
    "DocumentIdentifiers[]",
    name("Name"),
    Column("type", "DocumentType", "string", "Command, Automation, ..."),
)

DOCUMENT_SHARES = described(
    "ssm_document_shares",
    DOCUMENTS,
    "One row per document: the accounts that may use it; `all` is everybody.",
    Call("ssm", "describe_document_permission", params={"Name": "name"}, fixed={"PermissionType": "Share"},
         absent={"InvalidDocument"}),
    Column("account_ids", "AccountIds", "json", "accounts it is shared with, or all"),
)  # fmt: skip

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
