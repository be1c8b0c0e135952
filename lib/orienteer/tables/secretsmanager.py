"""Secrets Manager: secrets by name and their policies (never their values)."""

from __future__ import annotations

from orienteer.model import Call, Column, Scope, Table

SECRETS = Table(
    name="secretsmanager_secrets",
    doc="One row per secret; names and dates only.",
    scope=Scope.REGION,
    call=Call("secretsmanager", "list_secrets"),
    items="SecretList[]",
    resource="secret_name",
    arn="secret_arn",
    columns=(
        Column("secret_name", "Name", "string", "name of the secret"),
        Column("secret_arn", "ARN", "string", "ARN of the secret"),
        Column("kms_key", "KmsKeyId", "string", "key that encrypts it; null: the account's aws/secretsmanager key"),
        Column("rotation_enabled", "RotationEnabled", "bool", "rotates by itself"),
        Column("rotation_days", "RotationRules.AutomaticallyAfterDays", "int", "days between rotations"),
        Column("next_rotation_at", "NextRotationDate", "timestamp", "when it should rotate next"),
        Column("changed_at", "LastChangedDate", "timestamp", "last change of any kind"),
        Column("owning_service", "OwningService", "string", "AWS service that manages it"),
        Column("primary_region", "PrimaryRegion", "string", "region that it is copied from"),
        Column("rotated_at", "LastRotatedDate", "timestamp", "last rotation"),
        Column("accessed_at", "LastAccessedDate", "timestamp", "day of the last reading"),
        Column("created_at", "CreatedDate", "timestamp", "when it was made"),
    ),
)

SECRET_POLICIES = Table(
    name="secretsmanager_secret_policies",
    doc="One row per secret: its resource policy, null when it has none.",
    scope=Scope.REGION,
    parent=SECRETS,
    call=Call(
        "secretsmanager",
        "get_resource_policy",
        params={"SecretId": "secret_arn"},
        absent={"ResourceNotFoundException"},
    ),
    columns=(Column("policy", "ResourcePolicy", "policy", "policy document, JSON text"),),
)
