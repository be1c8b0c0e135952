"""IAM facts of a whole account: counts, virtual MFA devices, and central management of root users."""

from __future__ import annotations

from orienteer.model import Call, Column, Scope, Table

IAM_ACCOUNT_SUMMARY = Table(
    name="iam_account_summary",
    doc="One row per account: IAM counts and what the root user holds.  Null: AWS did not name the count.",
    scope=Scope.ACCOUNT,
    call=Call("iam", "get_account_summary"),
    columns=(
        Column("account_mfa_enabled", "SummaryMap.AccountMFAEnabled", "int", "1 when the root user has an MFA device"),
        Column("account_password_present", "SummaryMap.AccountPasswordPresent", "int", "1 when root has a password"),
        Column("account_access_keys_present", "SummaryMap.AccountAccessKeysPresent", "int", "root access keys"),
        Column(
            "account_signing_certificates_present",
            "SummaryMap.AccountSigningCertificatesPresent",
            "int",
            "root signing certificates",
        ),
        Column("users", "SummaryMap.Users", "int", "number of IAM users"),
        Column("groups", "SummaryMap.Groups", "int", "number of IAM groups"),
        Column("roles", "SummaryMap.Roles", "int", "number of IAM roles"),
        Column("policies", "SummaryMap.Policies", "int", "number of customer managed policies"),
        Column("mfa_devices", "SummaryMap.MFADevices", "int", "number of MFA devices"),
        Column("mfa_devices_in_use", "SummaryMap.MFADevicesInUse", "int", "number of MFA devices in use"),
        Column("server_certificates", "SummaryMap.ServerCertificates", "int", "number of server certificates"),
    ),
)

IAM_VIRTUAL_MFA_DEVICES = Table(
    name="iam_virtual_mfa_devices",
    doc="One row per assigned virtual MFA device; hardware devices and passkeys are not among them.",
    scope=Scope.ACCOUNT,
    call=Call("iam", "list_virtual_mfa_devices", fixed={"AssignmentStatus": "Assigned"}),
    items="VirtualMFADevices[]",
    columns=(
        Column("serial_number", "SerialNumber", "string", "serial number (an ARN)"),
        Column("user_arn", "User.Arn", "string", "ARN of the user that has it; of root: arn:aws:iam::<account>:root"),
        Column("user_name", "User.UserName", "string", "name of the user"),
        Column("enabled_at", "EnableDate", "timestamp", "when it was enabled"),
    ),
    resource="serial_number",
)

IAM_ORGANIZATIONS_FEATURES = Table(
    name="iam_organizations_features",
    doc="One row: which features of central root management are on; ABSENT without trusted access for IAM.",
    scope=Scope.ORG,
    call=Call(
        "iam",
        "list_organizations_features",
        absent={
            "ServiceAccessNotEnabledException",
            "OrganizationNotFoundException",
            "OrganizationNotInAllFeaturesModeException",
        },
    ),
    columns=(
        Column("organization_id", "OrganizationId", "string", "organization id"),
        Column("enabled_features", "EnabledFeatures", "json", "RootCredentialsManagement, RootSessions; JSON list"),
    ),
)

IAM_PASSWORD_POLICY = Table(
    name="iam_password_policies",
    doc="One row per account: what it demands of passwords of IAM users, nulls where it leaves that to AWS's default.",
    scope=Scope.ACCOUNT,
    call=Call("iam", "get_account_password_policy", absent={"NoSuchEntity"}),
    columns=(
        Column("minimum_length", "PasswordPolicy.MinimumPasswordLength", "int", "characters that a password has"),
        Column("reuse_prevention", "PasswordPolicy.PasswordReusePrevention", "int", "passwords that may not come back"),
        Column(
            "max_age_days", "PasswordPolicy.MaxPasswordAge", "int", "days after which a password ends; null or 0: never"
        ),
    ),
)
