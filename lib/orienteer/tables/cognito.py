"""Cognito: identity pools that let guests in, user pools in which everybody may sign up."""

from __future__ import annotations

from orienteer.model import Call, Column
from orienteer.tables.shapes import arn, described, listed, name

IDENTITY_POOLS = listed(
    "cognito_identity_pools",
    "One row per identity pool.",
    Call("cognito-identity", "list_identity_pools", fixed={"MaxResults": 60}),
    "IdentityPools[]",
    name("IdentityPoolId", "id of the pool"),
    Column("title", "IdentityPoolName", "string", "what it is called"),
)

IDENTITY_POOL_DETAILS = described(
    "cognito_identity_pool_details",
    IDENTITY_POOLS,
    "One row per identity pool: whether it gives credentials to guests.",
    Call(
        "cognito-identity",
        "describe_identity_pool",
        params={"IdentityPoolId": "name"},
        absent={"ResourceNotFoundException"},
    ),
    Column("guests", "AllowUnauthenticatedIdentities", "bool", "gives credentials to whoever asks"),
    Column("classic_flow", "AllowClassicFlow", "bool", "lets guests assume any role that trusts the pool"),
    keep=("title",),
)

IDENTITY_POOL_ROLES = described(
    "cognito_identity_pool_roles",
    IDENTITY_POOL_DETAILS,
    "One row per identity pool: the roles it gives credentials of.",
    Call(
        "cognito-identity",
        "get_identity_pool_roles",
        params={"IdentityPoolId": "resource_id"},
        absent={"ResourceNotFoundException"},
    ),
    Column("guest_role", "Roles.unauthenticated", "string", "ARN of the role that guests get"),
    Column("user_role", "Roles.authenticated", "string", "ARN of the role that signed-in users get"),
    keep=("guests", "classic_flow"),
)

USER_POOLS = listed(
    "cognito_user_pools",
    "One row per user pool.",
    Call("cognito-idp", "list_user_pools", fixed={"MaxResults": 60}),
    "UserPools[]",
    name("Id", "id of the pool"),
    Column("title", "Name", "string", "what it is called"),
)

USER_POOL_DETAILS = described(
    "cognito_user_pool_details",
    USER_POOLS,
    "One row per user pool: whether everybody may sign up.",
    Call("cognito-idp", "describe_user_pool", params={"UserPoolId": "name"}, absent={"ResourceNotFoundException"}),
    arn("UserPool.Arn"),
    Column(
        "sign_up",
        "UserPool.AdminCreateUserConfig.AllowAdminCreateUserOnly != `true`",
        "bool",
        "everybody may make a user of their own",
    ),
    Column("mfa", "UserPool.MfaConfiguration", "string", "OFF, ON or OPTIONAL"),
    Column(
        "adaptive",
        "UserPool.UserPoolAddOns.AdvancedSecurityMode == 'ENFORCED'",
        "bool",
        "asks for more where a sign-in is unusual",
    ),
    keep=("title",),
    arn="arn",
)
