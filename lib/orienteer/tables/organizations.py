"""The organization: itself, its accounts, trusted services, delegation.

Calls that are `shared` give every account the same answer, so tables that read the same list share it.
"""

from __future__ import annotations

from orienteer.model import Call, Column, Scope, Table

NO_ORGANIZATION = frozenset({"AWSOrganizationsNotInUseException"})
"""The error of an account that stands alone: there is nothing to list."""

LIST_ACCOUNTS = Call("organizations", "list_accounts", absent=NO_ORGANIZATION, shared=True)

ACCOUNT_COLUMNS = (
    Column("id", "Id", "string", "account id"),
    Column("arn", "Arn", "string", "ARN of the account"),
    Column("name", "Name", "string", "account name"),
    Column("email", "Email", "string", "e-mail address of the root user"),
    Column(
        "state", "State || Status", "string", "ACTIVE, SUSPENDED, PENDING_CLOSURE, ...; Status where State is not given"
    ),
    Column("joined_method", "JoinedMethod", "string", "INVITED or CREATED"),
    Column("joined_at", "JoinedTimestamp", "timestamp", "when the account became part of the organization"),
)

_ORGANIZATION_COLUMNS = (
    Column("organization_id", "Organization.Id", "string", "organization id; null for an account that stands alone"),
    Column("arn", "Organization.Arn", "string", "ARN of the organization"),
    Column("feature_set", "Organization.FeatureSet", "string", "ALL or CONSOLIDATED_BILLING"),
    Column("management_account_id", "Organization.MasterAccountId", "string", "id of the management account"),
    Column("management_account_email", "Organization.MasterAccountEmail", "string", "its root e-mail address"),
)

ORGANIZATION = Table(
    name="organization",
    doc="One row: the organization; ABSENT with nulls when the account asked stands alone.",
    scope=Scope.ORG,
    call=Call("organizations", "describe_organization", absent=NO_ORGANIZATION),
    columns=_ORGANIZATION_COLUMNS,
    resource="organization_id",
    arn="arn",
)

ACCOUNT_ORGANIZATION = Table(
    name="account_organization",
    doc="One row per account that was assessed: the organization it says it belongs to; ABSENT when it stands alone.",
    scope=Scope.ACCOUNT,
    call=Call("organizations", "describe_organization", absent=NO_ORGANIZATION),
    columns=_ORGANIZATION_COLUMNS,
)

ORGANIZATION_ACCOUNT_LIST = Table(
    name="organization_account_list",
    doc="One row per account of the organization, as listed; where it stands in the tree is in organization_accounts.",
    scope=Scope.ORG,
    call=LIST_ACCOUNTS,
    items="Accounts[]",
    columns=ACCOUNT_COLUMNS,
    resource="id",
    arn="arn",
    account="id",
)

ORGANIZATION_ACCOUNT_TAGS = Table(
    name="organization_account_tags",
    doc="One row per tag of each account of the organization; an ABSENT row for an account without tags.",
    scope=Scope.ORG,
    parent=ORGANIZATION_ACCOUNT_LIST,
    call=Call("organizations", "list_tags_for_resource", params={"ResourceId": "id"}),
    items="Tags[]",
    columns=(Column("key", "Key", "string", "tag key"), Column("value", "Value", "string", "tag value")),
)

ORGANIZATION_INVITATIONS = Table(
    name="organization_invitations",
    doc="One row per invitation of an account into the organization, open or ended lately.",
    scope=Scope.ORG,
    call=Call(
        "organizations",
        "list_handshakes_for_organization",
        fixed={"Filter": {"ActionType": "INVITE"}},
        absent=NO_ORGANIZATION,
    ),
    items="Handshakes[]",
    columns=(
        Column("id", "Id", "string", "id of the handshake"),
        Column("state", "State", "string", "OPEN, ACCEPTED, CANCELED, DECLINED, EXPIRED"),
        Column("requested_at", "RequestedTimestamp", "timestamp", "when it was sent"),
        Column("invited", "Parties[?Type != 'ORGANIZATION'].Id | [0]", "string", "account id or address invited"),
    ),
    resource="id",
)

TRUSTED_SERVICES = Table(
    name="organization_trusted_services",
    doc="One row per AWS service that has trusted access to the organization.",
    scope=Scope.ORG,
    call=Call("organizations", "list_aws_service_access_for_organization", absent=NO_ORGANIZATION),
    items="EnabledServicePrincipals[]",
    columns=(
        Column("service_principal", "ServicePrincipal", "string", "service principal"),
        Column("enabled_at", "DateEnabled", "timestamp", "when trusted access was enabled"),
    ),
    resource="service_principal",
)

DELEGATED_ADMINISTRATORS = Table(
    name="organization_delegated_administrators",
    doc="One row per account that is a delegated administrator of at least one service.",
    scope=Scope.ORG,
    call=Call("organizations", "list_delegated_administrators", absent=NO_ORGANIZATION),
    items="DelegatedAdministrators[]",
    columns=(*ACCOUNT_COLUMNS, Column("delegated_at", "DelegationEnabledDate", "timestamp", "date of the delegation")),
    resource="id",
    arn="arn",
    account="id",
)

DELEGATED_SERVICES = Table(
    name="organization_delegated_services",
    doc="One row per delegated administrator and service; account_id is the delegated account.",
    scope=Scope.ORG,
    parent=DELEGATED_ADMINISTRATORS,
    call=Call("organizations", "list_delegated_services_for_account", params={"AccountId": "id"}),
    items="DelegatedServices[]",
    columns=(
        Column("service_principal", "ServicePrincipal", "string", "service principal"),
        Column("service_delegated_at", "DelegationEnabledDate", "timestamp", "when the service was delegated"),
    ),
    resource="service_principal",
    keep=("name", "state"),
)

RESOURCE_POLICY = Table(
    name="organization_resource_policy",
    doc="One row: the resource-based delegation policy of the organization; ABSENT when there is none.",
    scope=Scope.ORG,
    call=Call(
        "organizations", "describe_resource_policy", absent=NO_ORGANIZATION | {"ResourcePolicyNotFoundException"}
    ),
    columns=(
        Column("policy_arn", "ResourcePolicy.ResourcePolicySummary.Arn", "string", "ARN of the policy"),
        Column("policy", "ResourcePolicy.Content", "policy", "policy document, JSON text"),
    ),
    arn="policy_arn",
)
