"""Overlay answers about what is shared: moto filters no list by who may use its items."""

from __future__ import annotations

from .scene import Answer, Content, Scene, backend


def _snapshots(scene: Scene) -> Content:
    """The account's own snapshots; of those, the ones that somebody may make volumes of where that is asked."""
    asked = set(scene.given("RestorableByUserIds") or ())
    found = []
    for one in backend("ec2", scene.account.id, scene.region).snapshots.values():
        groups, users = set(one.create_volume_permission_groups), set(one.create_volume_permission_userids)
        if one.owner_id != scene.account.id or (asked and not asked & (groups | users)):
            continue
        told = {
            "SnapshotId": one.id,
            "OwnerId": one.owner_id,
            "VolumeId": one.volume_id,
            "VolumeSize": one.volume_size,
            "Description": one.description,
            "Encrypted": bool(one.encrypted),
            "StartTime": one.start_time,
            "State": one.status,
            "Progress": one.progress,
            "Tags": [{"Key": tag["key"], "Value": tag["value"]} for tag in one.get_tags()],
        }
        found.append({**told, "KmsKeyId": one.kms_key_id} if one.kms_key_id else told)
    return {"Snapshots": found}


SHARING: dict[tuple[str, str], Answer] = {("ec2", "DescribeSnapshots"): _snapshots}
