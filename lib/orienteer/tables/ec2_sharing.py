"""EBS snapshots and machine images of the account, and who else may use them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from orienteer.model import Answer, Ask, Call, Column, Outcome, Place, Scope, Table

LIST = Call("ec2", "describe_snapshots", fixed={"OwnerIds": ["self"]})
LIST_PUBLIC = Call("ec2", "describe_snapshots", fixed={"OwnerIds": ["self"], "RestorableByUserIds": ["all"]})
DEFAULT_KEY = Call("kms", "describe_key", fixed={"KeyId": "alias/aws/ebs"}, absent={"NotFoundException"})
"""The AWS managed key for EBS.  A snapshot that it encrypts cannot be shared with anybody.
https://docs.aws.amazon.com/ebs/latest/userguide/ebs-modifying-snapshot-permissions.html"""


def _snapshots(ask: Ask, place: Place) -> Iterable[Mapping[str, Any] | Answer]:
    """The account's own snapshots; `shareable` marks those whose permissions have to be asked for one by one."""
    answer = ask(LIST)
    items = [item for page in answer.pages for item in page.get("Snapshots") or ()]
    own = [item for item in items if item.get("OwnerId") in (None, place.account_id)]
    public = ask(LIST_PUBLIC) if own else answer
    known = {item.get("SnapshotId") for page in public.pages for item in page.get("Snapshots") or ()}
    key = ask(DEFAULT_KEY).page if any(item.get("Encrypted") for item in own) else {}
    default = (key.get("KeyMetadata") or {}).get("Arn")
    for item in own:
        name = item.get("SnapshotId")
        locked = bool(item.get("Encrypted") and default and item.get("KmsKeyId") == default)
        yield {
            "resource_id": name,
            "snapshot_id": name,
            "volume_id": item.get("VolumeId"),
            "encrypted": item.get("Encrypted"),
            "kms_key": item.get("KmsKeyId"),
            "size_gib": item.get("VolumeSize"),
            "description": item.get("Description"),
            "started_at": item.get("StartTime"),
            "tags": item.get("Tags"),
            "is_public": name in known if public.outcome is Outcome.OK else True if name in known else None,
            "shareable": not locked,
        }
    yield answer


SNAPSHOTS = Table(
    name="ec2_snapshots",
    doc="One row per EBS snapshot the account owns.",
    scope=Scope.REGION,
    call=LIST,
    also=(LIST_PUBLIC, DEFAULT_KEY),
    read=_snapshots,
    resource="snapshot_id",
    arn="arn:{partition}:ec2:{region}::snapshot/{resource_id}",
    columns=(
        Column("snapshot_id", "SnapshotId", "string", "id of the snapshot"),
        Column("volume_id", "VolumeId", "string", "volume it was taken of"),
        Column("encrypted", "Encrypted", "bool", "whether it is encrypted"),
        Column("kms_key", "KmsKeyId", "string", "key that encrypts it"),
        Column("size_gib", "VolumeSize", "int", "size of the volume, GiB"),
        Column("description", "Description", "string", "its description"),
        Column("started_at", "StartTime", "timestamp", "when it was taken"),
        Column("tags", "Tags", "json", "list of {Key, Value}"),
        Column("is_public", "", "bool", "among the snapshots that everybody may make volumes of"),
        Column("shareable", "", "bool", "not encrypted by the account's AWS managed key, so it can be shared"),
    ),
)

SNAPSHOT_SHARES = Table(
    name="ec2_snapshot_shares",
    doc="One row per snapshot: the accounts that may make volumes of it, and whether everybody may; absent for one "
    "that cannot be shared.",
    scope=Scope.REGION,
    parent=SNAPSHOTS,
    call=Call(
        "ec2",
        "describe_snapshot_attribute",
        params={"SnapshotId": "snapshot_id"},
        fixed={"Attribute": "createVolumePermission"},
        absent={"InvalidSnapshot.NotFound"},
    ),
    when="shareable",
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
    arn="arn:{partition}:ec2:{region}::image/{resource_id}",
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
        Column(
            "organization_arns",
            "LaunchPermissions[].[OrganizationArn, OrganizationalUnitArn][] | [?@]",
            "json",
            "organizations and OUs it is shared with",
        ),
        Column("groups", "LaunchPermissions[].Group", "json", "all: everybody"),
    ),
)
