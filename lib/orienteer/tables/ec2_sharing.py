"""EBS snapshots and machine images of the account, and who else may use them."""

from __future__ import annotations

from orienteer.model import Call, Column, Scope, Table

SNAPSHOTS = Table(
    name="ec2_snapshots",
    doc="One row per EBS snapshot the account owns.",
    scope=Scope.REGION,
    call=Call("ec2", "describe_snapshots", fixed={"OwnerIds": ["self"]}),
    items="Snapshots[]",
    resource="snapshot_id",
    columns=(
        Column("snapshot_id", "SnapshotId", "string", "id of the snapshot"),
        Column("volume_id", "VolumeId", "string", "volume it was taken of"),
        Column("encrypted", "Encrypted", "bool", "whether it is encrypted"),
        Column("kms_key", "KmsKeyId", "string", "key that encrypts it"),
        Column("size_gib", "VolumeSize", "int", "size of the volume, GiB"),
        Column("description", "Description", "string", "its description"),
        Column("started_at", "StartTime", "timestamp", "when it was taken"),
        Column("tags", "Tags", "json", "list of {Key, Value}"),
    ),
)

SNAPSHOT_SHARES = Table(
    name="ec2_snapshot_shares",
    doc="One row per snapshot: the accounts that may make volumes of it, and whether everybody may.",
    scope=Scope.REGION,
    parent=SNAPSHOTS,
    call=Call(
        "ec2",
        "describe_snapshot_attribute",
        params={"SnapshotId": "snapshot_id"},
        fixed={"Attribute": "createVolumePermission"},
        absent={"InvalidSnapshot.NotFound"},
    ),
    columns=(
        Column("account_ids", "CreateVolumePermissions[].UserId", "json", "accounts it is shared with"),
        Column(
            "is_public", "contains(CreateVolumePermissions[].Group || `[]`, 'all')", "bool", "shared with everybody"
        ),
    ),
)

IMAGES = Table(
    name="ec2_images",
    doc="One row per machine image the account owns.",
    scope=Scope.REGION,
    call=Call("ec2", "describe_images", fixed={"Owners": ["self"]}),
    items="Images[]",
    resource="image_id",
    columns=(
        Column("image_id", "ImageId", "string", "id of the image"),
        Column("image_name", "Name", "string", "name of the image"),
        Column("is_public", "Public", "bool", "everybody may start it"),
        Column("state", "State", "string", "available, ..."),
        Column("created_at", "CreationDate", "timestamp", "when it was made"),
        Column("tags", "Tags", "json", "list of {Key, Value}"),
    ),
)

IMAGE_SHARES = Table(
    name="ec2_image_shares",
    doc="One row per image: accounts, organizations and OUs that may start it.",
    scope=Scope.REGION,
    parent=IMAGES,
    call=Call(
        "ec2",
        "describe_image_attribute",
        params={"ImageId": "image_id"},
        fixed={"Attribute": "launchPermission"},
        absent={"InvalidAMIID.NotFound", "InvalidAMIID.Unavailable"},
    ),
    keep=("is_public",),
    columns=(
        Column("account_ids", "LaunchPermissions[].UserId", "json", "accounts it is shared with"),
        Column("organization_arns", "LaunchPermissions[].[OrganizationArn, OrganizationalUnitArn][] | [?@]", "json",
               "organizations and OUs it is shared with"),
        Column("groups", "LaunchPermissions[].Group", "json", "all: everybody"),
    ),
)  # fmt: skip
