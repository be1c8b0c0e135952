"""IAM principals and policies: users, groups, roles, customer policies, AWS policies in use, federation, MFA, keys."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from orienteer.model import Answer, Ask, Call, Column, Place, Scope, Table
from orienteer.tables.iam_credential_report import IAM_CREDENTIAL_REPORT, ROOT

DETAILS = Call(
    "iam", "get_account_authorization_details", fixed={"Filter": ["User", "Role", "Group", "LocalManagedPolicy"]}
)
"""One question for four tables; the filter leaves out the AWS managed policies, which weigh sixty times the rest."""

USER_DETAILS = Table(
    name="iam_user_details",
    doc="One row per IAM user with its inline policies, groups, attached policies and permissions boundary.",
    scope=Scope.ACCOUNT,
    call=DETAILS,
    items="UserDetailList[]",
    resource="user_name",
    arn="user_arn",
    columns=(
        Column("user_name", "UserName", "string", "name of the user"),
        Column("user_arn", "Arn", "string", "ARN of the user"),
        Column("user_id", "UserId", "string", "unique id (AIDA...)"),
        Column("path", "Path", "string", "path of the user"),
        Column("created_at", "CreateDate", "timestamp", "when the user was made"),
        Column("inline_policies", "UserPolicyList", "policies", "list of {PolicyName, PolicyDocument}"),
        Column("groups", "GroupList", "json", "names of the groups the user is in"),
        Column("attached_policies", "AttachedManagedPolicies", "json", "list of {PolicyName, PolicyArn}"),
        Column("boundary_arn", "PermissionsBoundary.PermissionsBoundaryArn", "string", "ARN of the boundary policy"),
        Column("tags", "Tags", "json", "list of {Key, Value}"),
    ),
)

GROUPS = Table(
    name="iam_groups",
    doc="One row per IAM group with its inline and attached policies.",
    scope=Scope.ACCOUNT,
    call=DETAILS,
    items="GroupDetailList[]",
    resource="group_name",
    arn="group_arn",
    columns=(
        Column("group_name", "GroupName", "string", "name of the group"),
        Column("group_arn", "Arn", "string", "ARN of the group"),
        Column("path", "Path", "string", "path of the group"),
        Column("created_at", "CreateDate", "timestamp", "when the group was made"),
        Column("inline_policies", "GroupPolicyList", "policies", "list of {PolicyName, PolicyDocument}"),
        Column("attached_policies", "AttachedManagedPolicies", "json", "list of {PolicyName, PolicyArn}"),
    ),
)

ROLES = Table(
    name="iam_roles",
    doc="One row per IAM role with its trust policy, inline and attached policies, boundary and last use.",
    scope=Scope.ACCOUNT,
    call=DETAILS,
    items="RoleDetailList[]",
    resource="role_name",
    arn="role_arn",
    columns=(
        Column("role_name", "RoleName", "string", "name of the role"),
        Column("role_arn", "Arn", "string", "ARN of the role"),
        Column("role_id", "RoleId", "string", "unique id (AROA...)"),
        Column("path", "Path", "string", "path; /aws-service-role/ and /aws-reserved/ are made by AWS"),
        Column("created_at", "CreateDate", "timestamp", "when the role was made"),
        Column(
            "trust_policy", "AssumeRolePolicyDocument", "policy", "who may assume the role, JSON text", required=True
        ),
        Column("inline_policies", "RolePolicyList", "policies", "list of {PolicyName, PolicyDocument}"),
        Column("attached_policies", "AttachedManagedPolicies", "json", "list of {PolicyName, PolicyArn}"),
        Column("instance_profiles", "InstanceProfileList[].InstanceProfileName", "json", "instance profiles it is in"),
        Column("boundary_arn", "PermissionsBoundary.PermissionsBoundaryArn", "string", "ARN of the boundary policy"),
        Column("last_used_at", "RoleLastUsed.LastUsedDate", "timestamp", "last use; null in the tracked period"),
        Column("last_used_region", "RoleLastUsed.Region", "string", "region of the last use"),
        Column("tags", "Tags", "json", "list of {Key, Value}"),
    ),
)

LOCAL_POLICIES = Table(
    name="iam_local_policies",
    doc="One row per customer managed policy with the document of its default version.",
    scope=Scope.ACCOUNT,
    call=DETAILS,
    items="Policies[]",
    resource="policy_name",
    arn="policy_arn",
    columns=(
        Column("policy_name", "PolicyName", "string", "name of the policy"),
        Column("policy_arn", "Arn", "string", "ARN of the policy"),
        Column("path", "Path", "string", "path of the policy"),
        Column("attachments", "AttachmentCount", "int", "users, groups and roles it is attached to"),
        Column("boundary_uses", "PermissionsBoundaryUsageCount", "int", "principals that have it as boundary"),
        Column("default_version", "DefaultVersionId", "string", "version in force"),
        Column(
            "document",
            "PolicyVersionList[?IsDefaultVersion].Document | [0]",
            "policy",
            "document, JSON text",
            required=True,
        ),
        Column("created_at", "CreateDate", "timestamp", "when the policy was made"),
        Column("updated_at", "UpdateDate", "timestamp", "when its default version last changed"),
    ),
)

AWS_POLICIES = Table(
    name="iam_aws_policies",
    doc="One row per AWS managed policy attached in the account.",
    scope=Scope.ACCOUNT,
    call=Call("iam", "list_policies", fixed={"Scope": "AWS", "OnlyAttached": True}),
    items="Policies[]",
    resource="policy_name",
    arn="policy_arn",
    columns=(
        Column("policy_name", "PolicyName", "string", "name of the policy"),
        Column("policy_arn", "Arn", "string", "ARN of the policy"),
        Column("default_version", "DefaultVersionId", "string", "version in force"),
        Column("attachments", "AttachmentCount", "int", "users, groups and roles it is attached to"),
    ),
)

AWS_POLICY_VERSIONS = Table(
    name="iam_aws_policy_versions",
    doc="One row per AWS managed policy attached in the account: the document of its default version.",
    scope=Scope.ACCOUNT,
    parent=AWS_POLICIES,
    call=Call(
        "iam", "get_policy_version", params={"PolicyArn": "policy_arn", "VersionId": "default_version"}, shared=True
    ),
    keep=("policy_name", "policy_arn"),
    columns=(Column("document", "PolicyVersion.Document", "policy", "document, JSON text", required=True),),
)

AWS_BOUNDARIES = Table(
    name="iam_aws_boundaries",
    doc="One row per AWS managed policy that is somebody's permissions boundary in the account.",
    scope=Scope.ACCOUNT,
    call=Call(
        "iam",
        "list_policies",
        fixed={"Scope": "AWS", "OnlyAttached": True, "PolicyUsageFilter": "PermissionsBoundary"},
    ),
    items="Policies[]",
    resource="policy_name",
    arn="policy_arn",
    columns=(
        Column("policy_name", "PolicyName", "string", "name of the policy"),
        Column("policy_arn", "Arn", "string", "ARN of the policy"),
        Column("default_version", "DefaultVersionId", "string", "version in force"),
    ),
)

AWS_BOUNDARY_VERSIONS = Table(
    name="iam_aws_boundary_versions",
    doc="One row per AWS managed policy used as permissions boundary: the document of its default version.",
    scope=Scope.ACCOUNT,
    parent=AWS_BOUNDARIES,
    call=Call(
        "iam", "get_policy_version", params={"PolicyArn": "policy_arn", "VersionId": "default_version"}, shared=True
    ),
    keep=("policy_name", "policy_arn"),
    columns=(Column("document", "PolicyVersion.Document", "policy", "document, JSON text", required=True),),
)

LIST_MFA = Call("iam", "list_mfa_devices", params={"UserName": "user"}, absent={"NoSuchEntity"})
LIST_KEYS = Call("iam", "list_access_keys", params={"UserName": "user"}, absent={"NoSuchEntity"})


def _mfa_devices(ask: Ask, place: Place) -> Iterable[Mapping[str, Any] | Answer]:
    """Devices of a user who has a password and MFA; nobody else is asked about."""
    user = str(place.row.get("user") or "")
    if user in ("", ROOT) or not (place.row.get("password_enabled") and place.row.get("mfa_active")):
        return
    answer = ask(LIST_MFA, resource=user, UserName=user)
    for page in answer.pages:
        for item in page.get("MFADevices") or ():
            yield {"serial": item.get("SerialNumber"), "enabled_at": item.get("EnableDate")}
    yield answer


def _undated_keys(ask: Ask, place: Place) -> Iterable[Mapping[str, Any] | Answer]:
    """Access keys of a user with an active key of which the credential report gives no date; nobody else is asked."""
    row, user = place.row, str(place.row.get("user") or "")
    undated = any(row.get(f"access_key_{n}_active") and not row.get(f"access_key_{n}_last_rotated") for n in (1, 2))
    if user in ("", ROOT) or not undated:
        return
    answer = ask(LIST_KEYS, resource=user, UserName=user)
    for page in answer.pages:
        for item in page.get("AccessKeyMetadata") or ():
            yield {"status": item.get("Status"), "created_at": item.get("CreateDate")}
    yield answer


MFA_DEVICES = Table(
    name="iam_mfa_devices",
    doc="One row per MFA device of each user with password and MFA, absent for others; the serial tells its kind.",
    scope=Scope.ACCOUNT,
    parent=IAM_CREDENTIAL_REPORT,
    call=LIST_MFA,
    read=_mfa_devices,
    columns=(
        Column("serial", "SerialNumber", "string", "ARN (:mfa/ virtual, :u2f/ FIDO) or bare serial (hardware token)"),
        Column("enabled_at", "EnableDate", "timestamp", "when the device was registered"),
    ),
)

UNDATED_KEYS = Table(
    name="iam_undated_access_keys",
    doc="One row per access key of each user whose active key has no date in the credential report, absent for others.",
    scope=Scope.ACCOUNT,
    parent=IAM_CREDENTIAL_REPORT,
    call=LIST_KEYS,
    read=_undated_keys,
    columns=(
        Column("status", "Status", "string", "Active or Inactive"),
        Column("created_at", "CreateDate", "timestamp", "when the key was made"),
    ),
)

SAML_PROVIDERS = Table(
    name="iam_saml_providers",
    doc="One row per SAML provider of the account.",
    scope=Scope.ACCOUNT,
    call=Call("iam", "list_saml_providers"),
    items="SAMLProviderList[]",
    resource="provider_arn",
    arn="provider_arn",
    columns=(
        Column("provider_arn", "Arn", "string", "ARN of the provider"),
        Column("created_at", "CreateDate", "timestamp", "when the provider was made"),
        Column("valid_until", "ValidUntil", "timestamp", "end of its metadata's certificate"),
    ),
)

OIDC_PROVIDERS = Table(
    name="iam_oidc_providers",
    doc="One row per OpenID Connect provider of the account.",
    scope=Scope.ACCOUNT,
    call=Call("iam", "list_open_id_connect_providers"),
    items="OpenIDConnectProviderList[]",
    resource="provider_arn",
    arn="provider_arn",
    columns=(Column("provider_arn", "Arn", "string", "ARN of the provider"),),
)

OIDC_PROVIDER_DETAILS = Table(
    name="iam_oidc_provider_details",
    doc="One row per OpenID Connect provider: issuer, audiences and age.",
    scope=Scope.ACCOUNT,
    parent=OIDC_PROVIDERS,
    call=Call("iam", "get_open_id_connect_provider", params={"OpenIDConnectProviderArn": "provider_arn"}),
    columns=(
        Column("url", "Url", "string", "issuer without https://"),
        Column("audiences", "ClientIDList", "json", "audiences (client ids)"),
        Column("created_at", "CreateDate", "timestamp", "when the provider was made"),
    ),
)

SERVER_CERTIFICATES = Table(
    name="iam_server_certificates",
    doc="One row per server certificate that is kept in IAM (never its key).",
    scope=Scope.ACCOUNT,
    call=Call("iam", "list_server_certificates"),
    items="ServerCertificateMetadataList[]",
    resource="certificate_name",
    arn="certificate_arn",
    columns=(
        Column("certificate_name", "ServerCertificateName", "string", "name of the certificate"),
        Column("certificate_arn", "Arn", "string", "ARN of the certificate"),
        Column("uploaded_at", "UploadDate", "timestamp", "when it was uploaded"),
        Column("expires_at", "Expiration", "timestamp", "when it ends"),
    ),
)

SERVICE_CREDENTIALS = Table(
    name="iam_service_specific_credentials",
    doc="One row per service-specific credential (CodeCommit, Keyspaces, Bedrock keys, ...) of any user.",
    scope=Scope.ACCOUNT,
    call=Call("iam", "list_service_specific_credentials", fixed={"AllUsers": True}),
    items="ServiceSpecificCredentials[]",
    resource="credential_id",
    columns=(
        Column("credential_id", "ServiceSpecificCredentialId", "string", "id of the credential (no secret)"),
        Column("user_name", "UserName", "string", "user it belongs to"),
        Column("service_name", "ServiceName", "string", "service it opens"),
        Column("status", "Status", "string", "Active, Inactive or Expired"),
        Column("created_at", "CreateDate", "timestamp", "when it was made"),
        Column("expires_at", "ExpirationDate", "timestamp", "when it ends; null never"),
    ),
)

SSH_KEYS = Table(
    name="iam_ssh_public_keys",
    doc="One row per CodeCommit SSH public key of each IAM user.",
    scope=Scope.ACCOUNT,
    parent=USER_DETAILS,
    call=Call("iam", "list_ssh_public_keys", params={"UserName": "user_name"}, absent={"NoSuchEntity"}),
    items="SSHPublicKeys[]",
    columns=(
        Column("key_id", "SSHPublicKeyId", "string", "id of the key"),
        Column("status", "Status", "string", "Active, Inactive or Expired"),
        Column("uploaded_at", "UploadDate", "timestamp", "when it was uploaded"),
    ),
)
