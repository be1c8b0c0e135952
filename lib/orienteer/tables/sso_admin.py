"""IAM Identity Center: instances, permission sets, their policies and where they are assigned."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from orienteer.model import EMPTY, Answer, Ask, Call, Column, Place, Scope, Table

LIST = Call("sso-admin", "list_instances", actions=("sso:ListInstances",))
SET = {"InstanceArn": "instance_arn", "PermissionSetArn": "permission_set_arn"}


def _instances(ask: Ask, place: Place) -> Iterable[Mapping[str, Any] | Answer]:
    """Instances seen in a region; `owned` marks those of the account that was asked, which alone can tell more."""
    answer = ask(LIST)
    for page in answer.pages:
        for item in page.get("Instances") or ():
            owner = item.get("OwnerAccountId")
            yield {
                "resource_id": item.get("InstanceArn"),
                "resource_arn": item.get("InstanceArn"),
                "instance_arn": item.get("InstanceArn"),
                "identity_store_id": item.get("IdentityStoreId"),
                "owner_account": owner,
                "owned": owner in (None, place.account_id),
                "status": item.get("Status"),
                "instance_name": item.get("Name"),
                "created_at": item.get("CreatedDate"),
            }
    yield answer


INSTANCES = Table(
    name="sso_instances",
    doc="One row per Identity Center instance and account that sees it (members see the organization's).",
    scope=Scope.REGION,
    call=LIST,
    read=_instances,
    resource="instance_arn",
    arn="instance_arn",
    columns=(
        Column("instance_arn", "InstanceArn", "string", "ARN of the instance"),
        Column("identity_store_id", "IdentityStoreId", "string", "its identity store"),
        Column("owner_account", "OwnerAccountId", "string", "management account: organization instance"),
        Column("owned", "", "bool", "owned by the account that was asked"),
        Column("status", "Status", "string", "ACTIVE, CREATE_IN_PROGRESS, ..."),
        Column("instance_name", "Name", "string", "name of the instance"),
        Column("created_at", "CreatedDate", "timestamp", "when it was made"),
    ),
)

INSTANCE_DETAILS = Table(
    name="sso_instance_details",
    doc="One row per instance, asked in the account that owns it: status and key; absent elsewhere.",
    scope=Scope.REGION,
    parent=INSTANCES,
    call=Call(
        "sso-admin", "describe_instance", params={"InstanceArn": "instance_arn"}, actions=("sso:DescribeInstance",)
    ),
    when="owned",
    keep=("instance_arn", "owned"),
    columns=(
        Column("status", "Status", "string", "ACTIVE, CREATE_IN_PROGRESS, ..."),
        Column("kms_key_type", "EncryptionConfigurationDetails.KeyType", "string", "AWS_OWNED_KMS_KEY or customer's"),
        Column("kms_key_arn", "EncryptionConfigurationDetails.KmsKeyArn", "string", "customer managed key"),
    ),
)

PERMISSION_SETS = Table(
    name="sso_permission_sets",
    doc="One row per permission set of an instance the account owns; absent where another account owns it.",
    scope=Scope.REGION,
    parent=INSTANCES,
    call=Call(
        "sso-admin",
        "list_permission_sets",
        params={"InstanceArn": "instance_arn"},
        actions=("sso:ListPermissionSets",),
    ),
    when="owned",
    items="PermissionSets[]",
    resource="permission_set_arn",
    arn="permission_set_arn",
    keep=("instance_arn", "identity_store_id", "owned"),
    columns=(Column("permission_set_arn", "@", "string", "ARN of the permission set"),),
)

PERMISSION_SET_DETAILS = Table(
    name="sso_permission_set_details",
    doc="One row per permission set: name and length of a session.",
    scope=Scope.REGION,
    parent=PERMISSION_SETS,
    call=Call("sso-admin", "describe_permission_set", params=SET, actions=("sso:DescribePermissionSet",)),
    keep=("permission_set_arn", "instance_arn"),
    columns=(
        Column("permission_set_name", "PermissionSet.Name", "string", "name of the permission set"),
        Column("session_duration", "PermissionSet.SessionDuration", "string", "ISO 8601 duration"),
        Column("description", "PermissionSet.Description", "string", "its description"),
    ),
)

PERMISSION_SET_INLINE = Table(
    name="sso_permission_set_inline_policies",
    doc="One row per permission set: its inline policy, null or empty when it has none.",
    scope=Scope.REGION,
    parent=PERMISSION_SETS,
    call=Call(
        "sso-admin",
        "get_inline_policy_for_permission_set",
        params=SET,
        absent={"ResourceNotFoundException", EMPTY},
        actions=("sso:GetInlinePolicyForPermissionSet",),
    ),
    keep=("permission_set_arn",),
    columns=(Column("policy", "InlinePolicy || `null`", "policy", "policy document, JSON text"),),
)

PERMISSION_SET_MANAGED = Table(
    name="sso_permission_set_managed_policies",
    doc="One row per AWS managed policy of each permission set.",
    scope=Scope.REGION,
    parent=PERMISSION_SETS,
    call=Call(
        "sso-admin",
        "list_managed_policies_in_permission_set",
        params=SET,
        actions=("sso:ListManagedPoliciesInPermissionSet",),
    ),
    items="AttachedManagedPolicies[]",
    keep=("permission_set_arn",),
    columns=(
        Column("policy_name", "Name", "string", "name of the policy"),
        Column("policy_arn", "Arn", "string", "ARN of the policy"),
    ),
)

PERMISSION_SET_CUSTOMER = Table(
    name="sso_permission_set_customer_policies",
    doc="One row per customer managed policy a permission set refers to by name (looked up in each account).",
    scope=Scope.REGION,
    parent=PERMISSION_SETS,
    call=Call(
        "sso-admin",
        "list_customer_managed_policy_references_in_permission_set",
        params=SET,
        actions=("sso:ListCustomerManagedPolicyReferencesInPermissionSet",),
    ),
    items="CustomerManagedPolicyReferences[]",
    keep=("permission_set_arn",),
    columns=(
        Column("policy_name", "Name", "string", "name of the policy"),
        Column("policy_path", "Path", "string", "path of the policy"),
    ),
)

PERMISSION_SET_BOUNDARY = Table(
    name="sso_permission_set_boundaries",
    doc="One row per permission set: its permissions boundary, nulls when it has none.",
    scope=Scope.REGION,
    parent=PERMISSION_SETS,
    call=Call(
        "sso-admin",
        "get_permissions_boundary_for_permission_set",
        params=SET,
        absent={"ResourceNotFoundException", EMPTY},
        actions=("sso:GetPermissionsBoundaryForPermissionSet",),
    ),
    keep=("permission_set_arn",),
    columns=(
        Column("boundary_arn", "PermissionsBoundary.ManagedPolicyArn", "string", "AWS managed policy"),
        Column(
            "boundary_name",
            "PermissionsBoundary.CustomerManagedPolicyReference.Name",
            "string",
            "customer managed policy, looked up in each account",
        ),
    ),
)

PERMISSION_SET_ACCOUNTS = Table(
    name="sso_permission_set_accounts",
    doc="One row per account a permission set is provisioned in.",
    scope=Scope.REGION,
    parent=PERMISSION_SETS,
    call=Call(
        "sso-admin",
        "list_accounts_for_provisioned_permission_set",
        params=SET,
        actions=("sso:ListAccountsForProvisionedPermissionSet",),
    ),
    items="AccountIds[]",
    keep=("permission_set_arn", "instance_arn", "identity_store_id"),
    columns=(Column("assigned_account", "@", "string", "account it is provisioned in"),),
)

ACCOUNT_ASSIGNMENTS = Table(
    name="sso_account_assignments",
    doc="One row per group or user that has a permission set in an account.",
    scope=Scope.REGION,
    parent=PERMISSION_SET_ACCOUNTS,
    call=Call(
        "sso-admin",
        "list_account_assignments",
        params={**SET, "AccountId": "assigned_account"},
        actions=("sso:ListAccountAssignments",),
    ),
    items="AccountAssignments[]",
    keep=("permission_set_arn", "assigned_account", "identity_store_id"),
    columns=(
        Column("principal_type", "PrincipalType", "string", "GROUP or USER"),
        Column("is_group", "PrincipalType == 'GROUP'", "bool", "a group holds it, not a single user"),
        Column("principal_id", "PrincipalId", "string", "id in the identity store"),
    ),
)
