"""The directory behind IAM Identity Center: users (names only), groups, and who is in the groups that hold access."""

from __future__ import annotations

from orienteer.model import Call, Column, Scope, Table
from orienteer.tables.sso_admin import ACCOUNT_ASSIGNMENTS, INSTANCES

STORE = {"IdentityStoreId": "identity_store_id"}
PROVISIONED = "length(ExternalIds || `[]`) > `0`"

USERS = Table(
    name="identitystore_users",
    doc="One row per user of the identity store of an instance that the account owns; absent where another owns it.",
    scope=Scope.REGION,
    parent=INSTANCES,
    call=Call("identitystore", "list_users", params=STORE),
    when="owned",
    items="Users[]",
    resource="user_id",
    keep=("instance_arn", "owned"),
    columns=(
        Column("user_id", "UserId", "string", "id of the user"),
        Column("user_name", "UserName", "string", "name to sign in with"),
        Column("is_provisioned", PROVISIONED, "bool", "an external identity provider made the user"),
        Column("user_status", "UserStatus", "string", "ENABLED or DISABLED, where it is told"),
    ),
)

GROUPS = Table(
    name="identitystore_groups",
    doc="One row per group of the identity store of an instance that the account owns; absent where another owns it.",
    scope=Scope.REGION,
    parent=INSTANCES,
    call=Call("identitystore", "list_groups", params=STORE),
    when="owned",
    items="Groups[]",
    resource="group_id",
    keep=("instance_arn", "owned"),
    columns=(
        Column("group_id", "GroupId", "string", "id of the group"),
        Column("group_name", "DisplayName", "string", "name of the group"),
        Column("is_provisioned", PROVISIONED, "bool", "an external identity provider made the group"),
    ),
)

MEMBERSHIPS = Table(
    name="identitystore_memberships",
    doc="One row per assignment of a permission set to a group and member of that group; absent for users.",
    scope=Scope.REGION,
    parent=ACCOUNT_ASSIGNMENTS,
    call=Call(
        "identitystore",
        "list_group_memberships",
        params={**STORE, "GroupId": "principal_id"},
        absent={"ResourceNotFoundException"},
        shared=True,
    ),
    when="is_group",
    items="GroupMemberships[]",
    keep=("principal_id",),
    columns=(Column("user_id", "MemberId.UserId", "string", "id of the member"),),
)
