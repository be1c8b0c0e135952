"""KMS keys: state, policy and rotation."""

from __future__ import annotations

from orienteer.model import Call, Column, Scope, Table

KEYS = Table(
    name="kms_keys",
    doc="One row per key id in the account, AWS managed ones too.",
    scope=Scope.REGION,
    call=Call("kms", "list_keys"),
    items="Keys[]",
    resource="key_id",
    arn="key_arn",
    columns=(
        Column("key_id", "KeyId", "string", "id of the key"),
        Column("key_arn", "KeyArn", "string", "ARN of the key"),
    ),
)

ALIASES = Table(
    name="kms_aliases",
    doc="One row per alias that names a key.",
    scope=Scope.REGION,
    call=Call("kms", "list_aliases"),
    items="Aliases[?TargetKeyId]",
    resource="alias",
    arn="alias_arn",
    columns=(
        Column("alias", "AliasName", "string", "name of the alias"),
        Column("alias_arn", "AliasArn", "string", "ARN of the alias"),
        Column("target_key", "TargetKeyId", "string", "id of the key"),
    ),
)

KEY_DETAILS = Table(
    name="kms_key_details",
    doc="One row per key: who manages it, its state and use.",
    scope=Scope.REGION,
    parent=KEYS,
    call=Call("kms", "describe_key", params={"KeyId": "key_id"}, absent={"NotFoundException"}),
    keep=("key_id", "key_arn"),
    columns=(
        Column("manager", "KeyMetadata.KeyManager", "string", "CUSTOMER or AWS"),
        Column("is_customer", "KeyMetadata.KeyManager == 'CUSTOMER'", "bool", "customer managed"),
        Column("state", "KeyMetadata.KeyState", "string", "Enabled, Disabled, PendingDeletion, ..."),
        Column(
            "rotatable",
            "KeyMetadata.KeyManager == 'CUSTOMER' && KeyMetadata.KeySpec == 'SYMMETRIC_DEFAULT'"
            " && KeyMetadata.Origin == 'AWS_KMS'",
            "bool",
            "a key that can rotate by itself",
        ),
        Column("key_spec", "KeyMetadata.KeySpec", "string", "kind of key"),
        Column("origin", "KeyMetadata.Origin", "string", "where its material comes from"),
        Column("description", "KeyMetadata.Description", "string", "its description"),
        Column("multi_region", "KeyMetadata.MultiRegion", "bool", "multi-region key"),
        Column("created_at", "KeyMetadata.CreationDate", "timestamp", "when it was made"),
        Column("deletion_at", "KeyMetadata.DeletionDate", "timestamp", "when it will be deleted"),
    ),
)

KEY_POLICIES = Table(
    name="kms_key_policies",
    doc="One row per key: the policy of a customer managed key; absent for AWS managed keys.",
    scope=Scope.REGION,
    parent=KEY_DETAILS,
    call=Call("kms", "get_key_policy", params={"KeyId": "key_id"}, fixed={"PolicyName": "default"}),
    when="is_customer",
    keep=("key_id", "key_arn", "is_customer"),
    columns=(Column("policy", "Policy", "policy", "policy document, JSON text", required=True),),
)

KEY_ROTATION = Table(
    name="kms_key_rotation",
    doc="One row per key: whether its material rotates; absent for keys that cannot.",
    scope=Scope.REGION,
    parent=KEY_DETAILS,
    call=Call(
        "kms",
        "get_key_rotation_status",
        params={"KeyId": "key_id"},
        absent={"UnsupportedOperationException", "KMSInvalidStateException"},
    ),
    when="rotatable",
    keep=("key_arn",),
    columns=(
        Column("rotation_enabled", "KeyRotationEnabled", "bool", "rotates by itself"),
        Column("rotation_days", "RotationPeriodInDays", "int", "days between rotations"),
    ),
)
