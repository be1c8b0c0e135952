"""IAM Roles Anywhere: trust anchors and profiles."""

from __future__ import annotations

from orienteer.model import Call, Column, Scope, Table

TRUST_ANCHORS = Table(
    name="rolesanywhere_trust_anchors",
    doc="One row per Roles Anywhere trust anchor (a certificate authority whose certificates become AWS sessions).",
    scope=Scope.REGION,
    call=Call("rolesanywhere", "list_trust_anchors"),
    items="trustAnchors[]",
    resource="anchor_id",
    arn="anchor_arn",
    columns=(
        Column("anchor_id", "trustAnchorId", "string", "id of the trust anchor"),
        Column("anchor_arn", "trustAnchorArn", "string", "ARN of the trust anchor"),
        Column("anchor_name", "name", "string", "its name"),
        Column(
            "source_type", "source.sourceType", "string", "AWS_ACM_PCA, CERTIFICATE_BUNDLE or SELF_SIGNED_REPOSITORY"
        ),
        Column("pca_arn", "source.sourceData.acmPcaArn", "string", "certificate authority of AWS Private CA behind it"),
        Column("enabled", "enabled", "bool", "whether it is in force"),
        Column("created_at", "createdAt", "timestamp", "when it was made"),
    ),
)

PROFILES = Table(
    name="rolesanywhere_profiles",
    doc="One row per Roles Anywhere profile: the roles its sessions may take and what limits them.",
    scope=Scope.REGION,
    call=Call("rolesanywhere", "list_profiles"),
    items="profiles[]",
    resource="profile_id",
    arn="profile_arn",
    columns=(
        Column("profile_id", "profileId", "string", "id of the profile"),
        Column("profile_arn", "profileArn", "string", "ARN of the profile"),
        Column("profile_name", "name", "string", "its name"),
        Column("enabled", "enabled", "bool", "whether it is in force"),
        Column("role_arns", "roleArns", "json", "roles it may take"),
        Column("session_policy", "sessionPolicy", "json", "session policy, JSON text"),
        Column("managed_policy_arns", "managedPolicyArns", "json", "managed session policies"),
        Column("duration_seconds", "durationSeconds", "int", "length of a session"),
        Column("created_at", "createdAt", "timestamp", "when it was made"),
    ),
)
